package terraform

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// parts is a tree taken apart into what a module may be and what only a root may have.
type parts struct {
	module       map[string][]byte // the files to call as a module; each line has the number that it has in the tree
	providers    []rootBlock
	backends     []rootBlock
	variables    []string
	sources      map[string]string // local name of a provider -> its source address
	requirements string            // equal for trees that can share the versions of their providers
}

// rootBlock is a block of a root module.
type rootBlock struct {
	file      string
	block     *hclsyntax.Block
	alias     string // of a provider block; "" for the default configuration
	aliasLine int    // the line of the file that gives the alias; 0 for none
}

// callable are the blocks of a root module that a called one takes as well, and those that dissect takes out.
var callable = []string{"terraform", "provider", "variable", "output", "locals", "resource", "data", "ephemeral", "module", "moved", "removed", "check"}

// metaArguments are names that the argument of a module block can't have.
var metaArguments = []string{"source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"}

// ofTheRoot finds what means another thing when the working directory or the root module is another.
var ofTheRoot = regexp.MustCompile(`\bpath\.(root|cwd)\b|\b(file\w*|templatefile)\(`)

// impliedProvider finds the providers of resources, which Terraform asks for even if required_providers doesn't.
var impliedProvider = regexp.MustCompile(`(?m)^[ \t]*(?:(?:resource|data|ephemeral)[ \t]+"([a-z0-9-]+)|provider[ \t]*=[ \t]*([A-Za-z0-9_-]+))`)

// dissect takes a tree apart, and reports whether it can be called as a module without losing more than what parts holds.
func (t *tree) dissect() bool {
	t.module = make(map[string][]byte, len(t.files))
	t.sources = make(map[string]string)
	ends := make(map[string]end)
	secrets := make(map[string]bool) // names of modules' outputs that say that they are sensitive
	var open []hclsyntax.Expression  // values of the root's outputs that don't say so
	var requirements []string
	for _, name := range slices.Sorted(maps.Keys(t.files)) {
		switch path.Ext(name) {
		case ".json", ".hcl", ".tofu", ".tfvars": // configuration in JSON, tests, locked versions, OpenTofu's own
			return false
		}
		if path.Base(name) == "README.md" {
			continue
		}
		content := t.files[name]
		t.module[name] = content
		if path.Ext(name) != ".tf" {
			continue
		}
		if ofTheRoot.Match(content) {
			return false
		}
		for _, match := range impliedProvider.FindAllSubmatch(content, -1) {
			requirements = append(requirements, string(match[1])+string(match[2]))
		}
		inRoot := path.Dir(name) == "."
		if !inRoot && !bytes.Contains(content, []byte("required_providers")) && !bytes.Contains(content, []byte("sensitive")) {
			continue
		}
		f, diags := hclsyntax.ParseConfig(content, name, hcl.InitialPos)
		if inRoot && diags.HasErrors() {
			return false
		}
		for _, block := range f.Body.(*hclsyntax.Body).Blocks {
			if inRoot && !t.take(name, block) {
				return false
			}
			if block.Type == "output" && len(block.Labels) == 1 {
				attrs := block.Body.Attributes
				switch {
				case !inRoot:
					secrets[block.Labels[0]] = secrets[block.Labels[0]] || attrs["sensitive"] != nil
				case attrs["ephemeral"] != nil:
					return false
				case attrs["sensitive"] == nil && attrs["value"] != nil:
					open = append(open, attrs["value"].Expr)
				}
			}
			for _, attr := range requiredProviders(block) {
				source, text, at := requirement(content, attr)
				requirements = append(requirements, fmt.Sprintf("%t %s %s", inRoot, attr.Name, text))
				if inRoot && source != "" {
					t.sources[attr.Name], ends[attr.Name] = source, end{name, at}
				}
			}
		}
	}
	if slices.ContainsFunc(open, func(e hclsyntax.Expression) bool { return mayBeSecret(e, secrets) }) {
		return false
	}
	slices.Sort(requirements)
	t.requirements = strings.Join(slices.Compact(requirements), "\n")
	return t.passAliases(ends)
}

// take takes note of a block of the root module, and reports whether the tree can still be called.
func (t *tree) take(file string, block *hclsyntax.Block) bool {
	if !slices.Contains(callable, block.Type) {
		return false
	}
	attrs := block.Body.Attributes
	switch block.Type {
	case "variable":
		if len(block.Labels) != 1 || slices.Contains(metaArguments, block.Labels[0]) || !hclsyntax.ValidIdentifier(block.Labels[0]) {
			return false
		}
		t.variables = append(t.variables, block.Labels[0])
	case "terraform":
		for _, inner := range block.Body.Blocks {
			switch inner.Type {
			case "backend", "cloud":
				t.module[file] = blank(t.module[file], inner.Range())
				// The other two would have to be asked what they can do.
				if inner.Type == "backend" && !slices.Equal(inner.Labels, []string{"remote"}) {
					t.backends = append(t.backends, rootBlock{file: file, block: inner})
				}
			case "required_providers", "provider_meta":
			default:
				return false
			}
		}
	case "provider":
		b := rootBlock{file: file, block: block}
		if attr := attrs["alias"]; attr != nil {
			alias, diags := attr.Expr.Value(nil)
			if diags.HasErrors() || alias.Type() != cty.String || alias.IsNull() {
				return false
			}
			b.alias, b.aliasLine = alias.AsString(), attr.SrcRange.Start.Line
		}
		same := func(other rootBlock) bool { return other.block.Labels[0] == block.Labels[0] && other.alias == b.alias }
		if len(block.Labels) != 1 || attrs["version"] != nil || attrs["for_each"] != nil || !standsAlone(t.files[file], block) || slices.ContainsFunc(t.providers, same) {
			return false
		}
		t.providers = append(t.providers, b)
		t.module[file] = blank(t.module[file], block.Range())
	}
	return true
}

// mayBeSecret tells whether the value of an output might be sensitive, which only a root refuses. Validation takes the outputs of modules for sensitive that say
// so, and what they hold for unknown.
func mayBeSecret(value hclsyntax.Expression, secrets map[string]bool) bool {
	secret := false
	_ = hclsyntax.VisitAll(value, func(node hclsyntax.Node) hcl.Diagnostics {
		switch e := node.(type) {
		case *hclsyntax.FunctionCallExpr:
			secret = secret || e.Name == "sensitive"
		case *hclsyntax.ScopeTraversalExpr:
			if len(e.Traversal) < 3 || e.Traversal.RootName() != "module" {
				secret = true
				break
			}
			output, ok := e.Traversal[2].(hcl.TraverseAttr)
			secret = secret || !ok || secrets[output.Name]
		}
		return nil
	})
	return secret
}

// plainAlias is a line that gives an alias and nothing else.
var plainAlias = regexp.MustCompile(`^[ \t]*alias[ \t]*=[ \t]*"[^"]*"[ \t]*\r?\n$`)

// standsAlone tells whether a provider block means the same in another root, and whether the line of its alias can be taken out and another put in at its end.
func standsAlone(content []byte, block *hclsyntax.Block) bool {
	if alias := block.Body.Attributes["alias"]; alias != nil {
		line := alias.SrcRange.Start.Line
		if !plainAlias.Match(content[lineStart(content, line):lineStart(content, line+1)]) {
			return false
		}
	}
	refers := false
	_ = hclsyntax.VisitAll(block.Body, func(node hclsyntax.Node) hcl.Diagnostics {
		if _, ok := node.(*hclsyntax.ScopeTraversalExpr); ok {
			refers = true
		}
		return nil
	})
	return !refers && block.OpenBraceRange.Start.Line < block.CloseBraceRange.Start.Line
}

// blank overwrites a range with spaces, so that everything else stays where it is.
func blank(content []byte, rng hcl.Range) []byte {
	content = slices.Clone(content)
	for i := rng.Start.Byte; i < min(rng.End.Byte, len(content)); i++ {
		if content[i] != '\n' && content[i] != '\r' {
			content[i] = ' '
		}
	}
	return content
}

// requiredProviders lists the providers that a terraform block asks for.
func requiredProviders(block *hclsyntax.Block) []*hclsyntax.Attribute {
	var attrs []*hclsyntax.Attribute
	if block.Type != "terraform" {
		return nil
	}
	for _, inner := range block.Body.Blocks {
		if inner.Type == "required_providers" {
			for _, attr := range inner.Body.Attributes {
				attrs = append(attrs, attr)
			}
		}
	}
	return attrs
}

// requirement reads one provider of required_providers: its source, "" where it isn't plain, all that is asked of it as text, and the byte behind its last item.
func requirement(content []byte, attr *hclsyntax.Attribute) (source, text string, at int) {
	rng := attr.Expr.Range()
	text = string(content[rng.Start.Byte:rng.End.Byte])
	object, ok := attr.Expr.(*hclsyntax.ObjectConsExpr)
	if !ok {
		return "", text, 0
	}
	var items []string
	for _, item := range object.Items {
		value, diags := item.ValueExpr.Value(nil)
		if diags.HasErrors() || value.Type() != cty.String || value.IsNull() {
			return "", text, 0
		}
		key := hcl.ExprAsKeyword(item.KeyExpr)
		if key == "source" {
			source = value.AsString()
		}
		items = append(items, fmt.Sprintf("%s=%q", key, value.AsString()))
		at = item.ValueExpr.Range().End.Byte
	}
	slices.Sort(items)
	return source, strings.Join(items, " "), at
}

// end is where the last item of a provider's requirement ends.
type end struct {
	file string
	at   int // byte
}

// passAliases declares the provider configurations that the module is given, on the line of the last item of the provider's requirement.
func (t *tree) passAliases(ends map[string]end) bool {
	aliases := make(map[string][]string)
	for _, p := range t.providers {
		name := p.block.Labels[0]
		if t.sources[name] == "" {
			return false
		}
		if p.alias != "" {
			aliases[name] = append(aliases[name], name+"."+p.alias)
		}
	}
	names := slices.Sorted(maps.Keys(aliases))
	// From the back, so that a place stays right while others in its file are filled.
	slices.SortStableFunc(names, func(a, b string) int { return ends[b].at - ends[a].at })
	for _, name := range names {
		in := ends[name]
		content := t.module[in.file]
		text := fmt.Sprintf(", configuration_aliases = [%s]", strings.Join(aliases[name], ", "))
		content = slices.Concat(content[:in.at], []byte(text), content[in.at:])
		if _, diags := hclsyntax.ParseConfig(content, in.file, hcl.InitialPos); diags.HasErrors() {
			return false
		}
		t.module[in.file] = content
	}
	return true
}
