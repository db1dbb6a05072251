package terraform

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/zclconf/go-cty/cty"
)

// tree is what configurations have in common that Terraform and the provider can't tell apart.
type tree struct {
	name    string // of the first
	account string // of the first
	files   map[string][]byte
	members []int // the numbers of the configurations
	found   []tfjson.Diagnostic
	parts
}

// distinct lists the trees that Terraform has to see, in the order of the configurations. These differences are none to it:
//
//   - README.md;
//   - what the provider takes as it is: see indifferent;
//   - the account's id, for it is 12 digits whatever account it is, and no more than that is checked of a text in which it stands. (One that begins with 0 is a kind of
//     its own, for who takes it for a number.) That is so where the id is passed on: see onlyPasses. Texts of other lengths, such as an account's name, do make a
//     difference: names of buckets are checked.
func distinct(configurations []Configuration) []*tree {
	var trees []*tree
	seen := make(map[[sha256.Size]byte]*tree)
	passive := make(map[string]bool) // by text
	for i, c := range configurations {
		texts := make(map[string]string)
		passedOn := true
		for name, content := range c.Files {
			if path.Base(name) == "README.md" { // names the spec, and Terraform doesn't read it
				continue
			}
			texts[name] = string(content)
			if path.Dir(name) == "." && path.Ext(name) == ".tf" {
				texts[name] = withoutIndifferent(content, name)
			}
			text := anyAccount(texts[name], c.Account)
			if text == texts[name] {
				continue
			}
			if _, known := passive[text]; !known {
				passive[text] = path.Ext(name) == ".tf" && onlyPasses(content, name, c.Account)
			}
			passedOn = passedOn && passive[text]
		}
		hash := sha256.New()
		for _, name := range slices.Sorted(maps.Keys(texts)) {
			text := texts[name]
			if passedOn {
				text = anyAccount(text, c.Account)
			}
			fmt.Fprintf(hash, "%q %d\n%s", name, len(text), text)
		}
		key := [sha256.Size]byte(hash.Sum(nil))
		if seen[key] == nil {
			seen[key] = &tree{name: c.Name, account: c.Account, files: c.Files}
			trees = append(trees, seen[key])
		}
		seen[key].members = append(seen[key].members, i)
	}
	return trees
}

// of says what was found as it is said of one of the configurations.
func (t *tree) of(c Configuration) []tfjson.Diagnostic {
	var diags []tfjson.Diagnostic
	translate := func(text string) string { return renumber(text, t.account, c.Account) }
	for _, d := range t.found {
		d.Summary, d.Detail, d.Address, d.Snippet = translate(d.Summary), translate(d.Detail), translate(d.Address), nil
		if d.Range != nil && c.Files[d.Range.Filename] != nil {
			d = relocated(d, d.Range.Filename, t.files[d.Range.Filename], c.Files[d.Range.Filename], sameLine, translate)
		}
		diags = append(diags, d)
	}
	slices.SortStableFunc(diags, inFileOrder)
	return diags
}

var accountID = regexp.MustCompile(`^[0-9]{12}$`)

// anyAccount is a text with a sign that is in no text of Terraform's in place of an account's id.
func anyAccount(text, account string) string {
	switch {
	case !accountID.MatchString(account):
		return text
	case account[0] == '0':
		return strings.ReplaceAll(text, account, "\x00")
	}
	return strings.ReplaceAll(text, account, "\x01")
}

// renumber is what a text about one account would be about another.
func renumber(text, from, to string) string {
	if from == "" {
		return text
	}
	return strings.ReplaceAll(text, from, to)
}

// transparent are functions whose result is as right with one text in it as with another.
var transparent = []string{"jsonencode", "tolist", "tomap", "toset"}

// onlyPasses tells whether a file hands an account's id on as a part of texts, and decides nothing by it.
func onlyPasses(content []byte, name, account string) bool {
	f, diags := hclsyntax.ParseConfig(content, name, hcl.InitialPos)
	if diags.HasErrors() {
		return false
	}
	passes := true
	_ = hclsyntax.VisitAll(f.Body.(*hclsyntax.Body), func(node hclsyntax.Node) hcl.Diagnostics {
		switch e := node.(type) {
		case *hclsyntax.Body, *hclsyntax.Block, *hclsyntax.Attribute, *hclsyntax.ObjectConsExpr, *hclsyntax.ObjectConsKeyExpr, *hclsyntax.TupleConsExpr,
			*hclsyntax.TemplateExpr, *hclsyntax.TemplateWrapExpr, *hclsyntax.ParenthesesExpr, hclsyntax.Attributes, hclsyntax.Blocks:
			return nil
		case *hclsyntax.LiteralValueExpr:
			if e.Val.Type() == cty.String {
				return nil
			}
		case *hclsyntax.FunctionCallExpr:
			if slices.Contains(transparent, e.Name) {
				return nil
			}
		}
		rng := node.Range()
		passes = passes && !strings.Contains(string(content[rng.Start.Byte:rng.End.Byte]), account)
		return nil
	})
	return passes
}

// withoutIndifferent is a root's file without what the provider takes as it is.
func withoutIndifferent(content []byte, name string) string {
	if !bytes.Contains(content, []byte("provider")) && !bytes.Contains(content, []byte("backend")) {
		return string(content)
	}
	f, diags := hclsyntax.ParseConfig(content, name, hcl.InitialPos)
	if diags.HasErrors() {
		return string(content)
	}
	edits := make(map[int]textEdit)
	for _, block := range f.Body.(*hclsyntax.Body).Blocks {
		maps.Copy(edits, indifferent(content, block))
		if block.Type == "terraform" {
			for _, inner := range block.Body.Blocks {
				maps.Copy(edits, indifferent(content, inner))
			}
		}
	}
	return edited(content, hcl.Range{End: hcl.Pos{Byte: len(content)}}, edits)
}

// textEdit is another text up to a byte.
type textEdit struct {
	end  int
	text string
}

// keyPart is what doesn't matter in the key of a state, or in its path, of which the backends check the slashes.
// https://developer.hashicorp.com/terraform/language/backend/s3
var keyPart = regexp.MustCompile(`[^/"]+`)

// indifferent lists what doesn't decide whether a provider or backend block is right, by where it starts: the region of a provider, which it checks when it begins to
// work; the values of default tags; the names in the path of a state. Only plain texts on one line, so that lines stay.
// https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/provider/provider.go
func indifferent(content []byte, block *hclsyntax.Block) map[int]textEdit {
	edits := make(map[int]textEdit)
	literal := func(e hclsyntax.Expression, edit func(text string) string) {
		rng := e.Range()
		if template, ok := e.(*hclsyntax.TemplateExpr); ok && template.IsStringLiteral() && rng.Start.Line == rng.End.Line {
			edits[rng.Start.Byte] = textEdit{rng.End.Byte, edit(string(content[rng.Start.Byte:rng.End.Byte]))}
		}
	}
	nothing := func(string) string { return `""` }
	attrs := block.Body.Attributes
	switch {
	case block.Type == "provider" && slices.Equal(block.Labels, []string{"aws"}):
		if region := attrs["region"]; region != nil {
			literal(region.Expr, nothing)
		}
		for _, inner := range block.Body.Blocks {
			if tags := inner.Body.Attributes["tags"]; tags != nil && inner.Type == "default_tags" {
				if object, ok := tags.Expr.(*hclsyntax.ObjectConsExpr); ok {
					for _, item := range object.Items {
						literal(item.ValueExpr, nothing)
					}
				}
			}
		}
	case block.Type == "backend":
		for _, name := range []string{"key", "path"} {
			if attr := attrs[name]; attr != nil {
				literal(attr.Expr, func(text string) string { return keyPart.ReplaceAllString(text, "_") })
			}
		}
	}
	return edits
}

// edited is the text of a range after edits.
func edited(content []byte, rng hcl.Range, edits map[int]textEdit) string {
	var text strings.Builder
	at := rng.Start.Byte
	for _, start := range slices.Sorted(maps.Keys(edits)) {
		text.Write(content[at:start])
		text.WriteString(edits[start].text)
		at = edits[start].end
	}
	text.Write(content[at:rng.End.Byte])
	return text.String()
}
