package plinth_test

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"plinth"
	"plinth/generator/eval"
	"plinth/generator/module"
	"plinth/generator/module/schema"
	"plinth/generator/source"
)

// lintModule reports what makes folding doubtful in a module, where the specializer would have to leave an expression as it is: values whose type shows
// only when Terraform runs, comparisons that look at the type of a collection, conditionals that convert.
func lintModule(fsys fs.FS, dir string) ([]string, error) {
	m, diags := module.Load(fsys, dir, &source.Set{})
	if diags.HasErrors() {
		return nil, diags
	}
	types, err := schema.AWS()
	if err != nil {
		return nil, err
	}
	var problems []string
	report := func(rng hcl.Range, what string) { problems = append(problems, rng.String()+": "+what) }
	for _, v := range m.Variables {
		typ := v.Block.Body.Attributes["type"]
		switch {
		case typ == nil:
			report(v.Block.DefRange(), "the variable "+v.Name+" has no type")
		case v.Type.HasDynamicTypes():
			report(typ.SrcRange, "the variable "+v.Name+" has any in its type")
		case v.Type == cty.Bool && createFlag.MatchString(v.Name):
			report(v.Block.DefRange(), "the variable "+v.Name+" switches resources: leave the module out, or name a decision")
		}
	}
	// The diagnostics are of inputs, of which there are none.
	scope, _ := eval.NewRoot(&module.Tree{Root: m, Modules: map[string]*module.Module{dir: m}}, types, map[string]cty.Value{})
	typeOf := func(e hclsyntax.Expression) cty.Type {
		value, diags := scope.Value(e, nil)
		if diags.HasErrors() {
			return cty.DynamicPseudoType // in a loop: its variables are not known here
		}
		return value.Type()
	}
	structural := func(typ cty.Type) bool {
		return typ.IsCollectionType() || typ.IsTupleType() || typ.IsObjectType()
	}
	for _, file := range m.Files {
		_ = hclsyntax.VisitAll(file.Body, func(node hclsyntax.Node) hcl.Diagnostics {
			switch e := node.(type) {
			case *hclsyntax.BinaryOpExpr:
				if e.Op != hclsyntax.OpEqual && e.Op != hclsyntax.OpNotEqual {
					return nil
				}
				for _, sides := range [][2]hclsyntax.Expression{{e.LHS, e.RHS}, {e.RHS, e.LHS}} {
					if other, _ := scope.Value(sides[1], nil); structural(typeOf(sides[0])) && !other.RawEquals(cty.NullVal(cty.DynamicPseudoType)) {
						report(e.Range(), "== on collections compares their types too: compare their JSON, or their elements")
						break
					}
				}
			case *hclsyntax.ConditionalExpr:
				for _, arm := range []hclsyntax.Expression{e.TrueResult, e.FalseResult} {
					if typeOf(arm).IsSetType() {
						report(arm.Range(), "a set in a conditional sorts the other arm and drops its doubles")
					}
					_ = hclsyntax.VisitAll(arm, func(node hclsyntax.Node) hcl.Diagnostics {
						if key, ok := node.(*hclsyntax.ObjectConsKeyExpr); ok && key.ForceNonLiteral {
							report(key.Range(), "an object with a computed key in a conditional has no certain type")
						}
						return nil
					})
				}
			}
			return nil
		})
	}
	slices.Sort(problems)
	return slices.Compact(problems), nil
}

var createFlag = regexp.MustCompile(`^(create|enabled?)(_|$)|_create$`)

// TestModulesAreFoldable lints our own modules and the template.
func TestModulesAreFoldable(t *testing.T) {
	dirs := []string{"templates/account"}
	for _, name := range moduleNames(t) {
		dirs = append(dirs, path.Join("modules", name))
	}
	for _, dir := range dirs {
		problems, err := lintModule(plinth.Files, dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, problem := range problems {
			t.Error(problem)
		}
	}
}

// TestModuleLint shows each thing that lintModule refuses, and what it lets pass.
func TestModuleLint(t *testing.T) {
	for _, tt := range []struct{ name, config, want string }{
		{"any", `variable "x" { type = any }`, "has any in its type"},
		{"any inside", `variable "x" { type = list(object({ a = any })) }`, "has any in its type"},
		{"no type", `variable "x" {}`, "has no type"},
		{"create flag", `variable "create" { type = bool }`, "switches resources"},
		{"enabled flag", `variable "enable_logging" { type = bool }`, "switches resources"},
		{"== on lists", "variable \"x\" { type = list(string) }\noutput \"o\" { value = var.x == [] }", "== on collections"},
		{"!= on maps", "variable \"x\" { type = map(string) }\noutput \"o\" { value = {} != var.x }", "== on collections"},
		{"set in a conditional", "variable \"x\" { type = set(string) }\noutput \"o\" { value = true ? var.x : [] }", "a set in a conditional"},
		{"computed key", "variable \"x\" { type = string }\noutput \"o\" { value = true ? { (var.x) = 1 } : {} }", "computed key"},
		{"null", "variable \"x\" { type = list(string) }\noutput \"o\" { value = var.x == null ? 1 : 2 }", ""},
		{"strings", "variable \"x\" { type = string }\noutput \"o\" { value = var.x == \"a\" ? [var.x] : [] }", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			problems, err := lintModule(fstest.MapFS{"m/main.tf": {Data: []byte(tt.config)}}, "m")
			if err != nil {
				t.Fatal(err)
			}
			all := strings.Join(problems, "\n")
			if tt.want == "" && all != "" || !strings.Contains(all, tt.want) {
				t.Errorf("got %q, want %q", all, tt.want)
			}
		})
	}
}
