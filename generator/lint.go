package generator

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"plinth/generator/constraint"
	"plinth/generator/eval"
	"plinth/generator/module"
	"plinth/generator/module/schema"
	"plinth/generator/source"
	"plinth/generator/spec"
)

// IgnoreRule is the rule about comments that switch rules off.
var IgnoreRule = constraint.Rule{
	ID:       "plinth-ignore",
	Summary:  "Comment plinth:ignore that isn't right",
	Source:   "docs/rules.md",
	Severity: hcl.DiagError,
}

// Lint runs the constraint rules over a folder of Terraform files, whoever wrote them, and over the modules that it calls by a local path. Variables of
// the folder are unknown, and rules are silent on what is unknown. What the rules find comes first, sorted by place, each with a
// *constraint.Violation as its Extra; then what keeps the folder from being read.
func Lint(fsys fs.FS, dir string, sources *source.Set) (findings, problems hcl.Diagnostics) {
	types, err := schema.AWS()
	if err != nil {
		return nil, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Provider schema can't be read", Detail: err.Error()}}
	}
	tree, diags := module.LoadTree(fsys, dir, sources)
	if diags.HasErrors() {
		return nil, diags
	}
	if len(tree.Root.Files) == 0 {
		return nil, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "No Terraform files", Detail: dir + " has no .tf files. Name a folder that has some."}}
	}
	inputs := make(map[string]cty.Value)
	for name, v := range tree.Root.Variables {
		inputs[name] = cty.UnknownVal(v.Type)
	}
	scope, _ := eval.NewRoot(tree, types, inputs) // what is wrong with a value is Terraform's to tell
	findings = constraint.Check(lintResources(scope, "", nil))
	return filterIgnored(distinct(findings), tree), nil
}

// lintResources lists the resources of a module instance and of those below it. providers maps the module's provider configurations to the root's.
func lintResources(scope *eval.Scope, prefix string, providers map[string]string) []*constraint.Resource {
	lister := &lister{scope: scope, prefix: prefix}
	all := lister.list()
	for _, r := range all {
		name := r.Provider
		if name == "" {
			name = "aws"
		}
		if passed, ok := providers[name]; ok {
			name = passed
		}
		r.Provider = name
	}
	return append(all, lintResourcesBelow(scope, prefix, providers)...)
}

// lintResourcesBelow lists the resources of the modules that a module instance calls.
func lintResourcesBelow(scope *eval.Scope, prefix string, providers map[string]string) []*constraint.Resource {
	var all []*constraint.Resource
	for _, name := range sortedKeys(scope.Children) {
		below := make(map[string]string)
		for local, passed := range passedProviders(scope.Module.Calls[name]) {
			if up, ok := providers[passed]; ok {
				passed = up
			}
			below[local] = passed
		}
		if _, ok := below["aws"]; !ok {
			below["aws"] = "aws"
			if up, ok := providers["aws"]; ok {
				below["aws"] = up
			}
		}
		all = append(all, lintResources(scope.Children[name], prefix+"module."+name+".", below)...)
	}
	return all
}

// passedProviders are the provider configurations that a module block passes on, by what the module calls them.
func passedProviders(c *module.Call) map[string]string {
	passed := make(map[string]string)
	attr := c.Block.Body.Attributes["providers"]
	if attr == nil {
		return passed
	}
	object, ok := attr.Expr.(*hclsyntax.ObjectConsExpr)
	if !ok {
		return passed
	}
	for _, item := range object.Items {
		if local := providerName(item.KeyExpr); local != "" {
			passed[local] = providerName(item.ValueExpr)
		}
	}
	return passed
}

// providerName is how an expression names a provider configuration, such as aws or aws.billing; "" if it is no name.
func providerName(e hcl.Expression) string {
	if key, ok := e.(*hclsyntax.ObjectConsKeyExpr); ok {
		e = key.Wrapped
	}
	traversal, diags := hcl.AbsTraversalForExpr(e)
	if diags.HasErrors() {
		return ""
	}
	name := traversal.RootName()
	if len(traversal) > 1 {
		if alias, ok := traversal[1].(hcl.TraverseAttr); ok {
			name += "." + alias.Name
		}
	}
	return name
}

// distinct leaves out what a module finds again in each of its instances.
func distinct(findings hcl.Diagnostics) hcl.Diagnostics {
	type place struct {
		rule, attribute string
		rng             hcl.Range
	}
	seen := make(map[place]bool)
	return slices.DeleteFunc(findings, func(d *hcl.Diagnostic) bool {
		v := d.Extra.(*constraint.Violation)
		p := place{v.RuleID, v.Attribute, *d.Subject}
		again := seen[p]
		seen[p] = true
		return again
	})
}

// ignore is a comment that switches a rule off for the block, or the argument, that it stands above or beside.
//
//	# plinth:ignore s3-bucket-name the bucket is older than the rule
type ignore struct {
	rule, reason string
	rng          hcl.Range // of the comment
	over         hcl.Range // what it is about
	used         bool
}

var ignoreComment = regexp.MustCompile(`^(?:#|//|/\*)\s*plinth:ignore\b[ \t]*([^\s*]*)[ \t]*(.*?)\s*(?:\*/)?\s*$`)

// filterIgnored leaves out what comments switch off, and finds fault with those comments.
func filterIgnored(findings hcl.Diagnostics, tree *module.Tree) hcl.Diagnostics {
	var ignores []*ignore
	for _, dir := range sortedKeys(tree.Modules) {
		for _, file := range tree.Modules[dir].Files {
			ignores = append(ignores, ignoresOf(path.Join(dir, file.Name), file)...)
		}
	}
	var ids []string
	for _, rule := range constraint.Rules() {
		ids = append(ids, rule.ID)
	}
	findings = slices.DeleteFunc(findings, func(d *hcl.Diagnostic) bool {
		hidden := false
		for _, i := range ignores {
			if i.reason != "" && i.rule == d.Extra.(*constraint.Violation).RuleID && i.over.Filename == d.Subject.Filename && covers(i.over, *d.Subject) {
				i.used, hidden = true, true
			}
		}
		return hidden
	})
	for _, i := range ignores {
		d := &hcl.Diagnostic{Severity: IgnoreRule.Severity, Summary: IgnoreRule.Summary, Subject: i.rng.Ptr(), Extra: &constraint.Violation{RuleID: IgnoreRule.ID}}
		switch {
		case i.rule == "":
			d.Detail = "The comment names no rule. Write plinth:ignore, the rule's id and the reason."
		case !slices.Contains(ids, i.rule):
			d.Detail = fmt.Sprintf("There is no rule %s.", i.rule)
			if guess := spec.Suggestion(i.rule, ids); guess != "" {
				d.Detail += " Did you mean " + guess + "?"
			}
			d.Detail += " plinth explain lists them."
		case i.reason == "":
			d.Detail = "The comment gives no reason, and ignores nothing. Write why the rule does not hold here behind its id."
		case !i.used:
			d.Severity = hcl.DiagWarning
			d.Detail = "Nothing here breaks rule " + i.rule + ". Remove the comment."
		default:
			continue
		}
		d.Detail += "\nRule " + IgnoreRule.ID
		findings = append(findings, d)
	}
	slices.SortStableFunc(findings, func(a, b *hcl.Diagnostic) int {
		if a.Subject.Filename != b.Subject.Filename {
			return strings.Compare(a.Subject.Filename, b.Subject.Filename)
		}
		return a.Subject.Start.Byte - b.Subject.Start.Byte
	})
	return findings
}

func covers(outer, inner hcl.Range) bool {
	return outer.Start.Line <= inner.Start.Line && inner.Start.Line <= outer.End.Line
}

// ignoresOf finds the comments of a file that switch rules off.
func ignoresOf(name string, file *module.File) []*ignore {
	tokens, _ := hclsyntax.LexConfig(file.Bytes, name, hcl.InitialPos) // it was parsed
	var found []*ignore
	for n, token := range tokens {
		if token.Type != hclsyntax.TokenComment {
			continue
		}
		text := strings.TrimRight(string(token.Bytes), "\r\n")
		match := ignoreComment.FindStringSubmatch(text)
		if match == nil {
			continue
		}
		rng := token.Range
		rng.End = hcl.Pos{Line: rng.Start.Line, Column: rng.Start.Column + len(text), Byte: rng.Start.Byte + len(text)}
		line := rng.Start.Line
		if n == 0 || tokens[n-1].Range.End.Line < line || tokens[n-1].Type == hclsyntax.TokenNewline || tokens[n-1].Type == hclsyntax.TokenComment {
			for _, next := range tokens[n+1:] { // alone on its line
				if next.Type != hclsyntax.TokenComment && next.Type != hclsyntax.TokenNewline {
					line = next.Range.Start.Line
					break
				}
			}
		}
		found = append(found, &ignore{rule: match[1], reason: match[2], rng: rng, over: beginningAt(file.Body, line)})
	}
	return found
}

// beginningAt is the range of the block or argument that begins in a line: the outermost one.
func beginningAt(body *hclsyntax.Body, line int) hcl.Range {
	for _, attr := range body.Attributes {
		if attr.SrcRange.Start.Line == line {
			return attr.SrcRange
		}
	}
	for _, block := range body.Blocks {
		rng := block.Range()
		if rng.Start.Line == line {
			return hcl.RangeBetween(rng, block.Body.SrcRange)
		}
		if rng.Start.Line < line && line <= block.Body.SrcRange.End.Line {
			return beginningAt(block.Body, line)
		}
	}
	return hcl.Range{Filename: body.SrcRange.Filename, Start: hcl.Pos{Line: line}, End: hcl.Pos{Line: line}}
}
