package eval_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"plinth/generator/eval"
	"plinth/generator/module"
)

// TestCulprits holds which elements a failed condition blames: the path, and KEY where the key is wrong. A condition that isn't about elements
// blames none.
func TestCulprits(t *testing.T) {
	for _, tt := range []struct {
		condition string
		want      string
	}{
		// The variable is {list = ["a", "B", "a", "C"], map = {a = 1, B = 2}, rules = [{ids = ["a", "B"], note = "x"}, {ids = [], note = "Y"}], none = null}.
		{`alltrue([for s in var.x.list : s == lower(s)])`, "list[1] list[3]"},
		{`alltrue([for i, s in var.x.list : s == lower(s) if i > 1])`, "list[3]"},
		{`(alltrue(([for s in (var.x.list) : s == lower(s)])))`, "list[1] list[3]"},
		{`!anytrue([for s in var.x.list : s != lower(s)])`, "list[1] list[3]"},
		{`!anytrue([for s in var.x.list : !(s == "a" || s == "B")])`, "list[3]"},
		{`alltrue([for k, v in var.x.map : v < 2])`, "map[B]"},
		{`alltrue([for k, v in var.x.map : k == lower(k)])`, "map[B]KEY"},
		{`alltrue([for k in keys(var.x.map) : k == lower(k)])`, "map[B]KEY"},
		{`alltrue([for v in values(var.x.map) : v < 2])`, "map[B]"},
		{`alltrue([for k, v in var.x.map : k == lower(k) && v < 2])`, "map[B]KEY map[B]"},
		{`alltrue([for v in concat(["D"], var.x.list, var.x.rules[0].ids) : v == lower(v) || v == "D"])`, "list[1] list[3] rules[0].ids[1]"},
		{`alltrue([for v in coalesce(var.x.none, var.x.list) : v != "C"])`, "list[3]"},
		{`alltrue([for v in try(var.x.nothing, var.x.list) : v != "C"])`, "list[3]"},
		{`alltrue([for v in [var.x.map.a, var.x.map.B] : v < 2])`, "map.B"},
		{`alltrue([for r in var.x.rules : alltrue([for id in r.ids : id == lower(id)])])`, "rules[0].ids[1]"},
		{`alltrue(flatten([for r in var.x.rules : [for id in r.ids : id == lower(id)]]))`, "rules[0].ids[1]"},
		{`alltrue([for r in var.x.rules : r.note == lower(r.note)])`, "rules[1].note"},
		{`alltrue([for r in var.x.rules : length(r.ids) + length(r.note) > 1])`, "rules[1]"},
		{`alltrue([for r in var.x.rules : length(r.ids) > 0 && r.note == lower(r.note)])`, "rules[1].ids rules[1].note"},
		{`alltrue([for r in var.x.rules : length(r.ids) > 0 || r.note == lower(r.note)])`, "rules[1]"},
		{`alltrue([for r in var.x.rules : try(length(r.ids) > 0, false)])`, "rules[1].ids"},
		{`alltrue([for r in var.x.rules : length(r.ids) > 0 ? true : r.note == "x"])`, "rules[1].note"},
		{`alltrue([for k in ["a", "B", "C"] : lookup(var.x.map, k, 0) < 2])`, "map[B]"},
		{`alltrue([for r in var.x.rules : (length(r.ids) > 0 && r.note == "x")])`, "rules[1].ids rules[1].note"},
		{`var.x.none == null && alltrue([for s in var.x.list : s != "B"])`, "list[1]"},
		{`var.x.none != null || alltrue([for s in var.x.list : s != "B"])`, "list[1]"},
		{`length(distinct(var.x.list)) == length(var.x.list)`, "list[2]"},
		{`length(distinct([for s in compact(var.x.list) : lower(s)])) == length(var.x.list)`, "list[2]"},

		// Nothing to point at.
		{`length(var.x.list) < 3`, ""},
		{`contains(var.x.list, "z")`, ""},
		{`alltrue([for s in ["A"] : s == lower(s)])`, ""},
		{`alltrue([for s in reverse(var.x.list) : s == lower(s)])`, ""},
		{`alltrue([false])`, ""},
		{`length(distinct(["a", "a"])) == 2`, ""},
	} {
		m, diags := module.Parse("m", map[string][]byte{"variables.tf": []byte("variable \"x\" {\n  validation {\n    condition = " + tt.condition + "\n    error_message = \"No.\"\n  }\n}\n")}, nil)
		if diags.HasErrors() {
			t.Fatalf("%s: %s", tt.condition, diags)
		}
		value, diags := valueOf(`{list = tolist(["a", "B", "a", "C"]), map = tomap({a = 1, B = 2}), rules = [{ids = ["a", "B"], note = "x"}, {ids = [], note = "Y"}], none = null}`)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		scope, diags := eval.NewRoot(&module.Tree{Root: m, Modules: map[string]*module.Module{"m": m}}, nil, map[string]cty.Value{"x": value})
		if diags.HasErrors() {
			t.Fatalf("%s: %s", tt.condition, diags)
		}
		_, diags = scope.Validate("call")
		if len(diags) != 1 {
			t.Errorf("%s: holds, or can't be decided: %s", tt.condition, diags)
			continue
		}
		var got []string
		for _, c := range diags[0].Extra.(*eval.InputProblem).Culprits {
			text := strings.TrimPrefix(strings.TrimPrefix(pathText(c.Path), "x"), ".")
			if c.Key {
				text += "KEY"
			}
			if c.Least < 2 || c.Least > len(c.Path) {
				t.Errorf("%s: %s: Least is %d", tt.condition, text, c.Least)
			}
			got = append(got, text)
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: got %q, want %q", tt.condition, strings.Join(got, " "), tt.want)
		}
	}
}

func valueOf(text string) (cty.Value, hcl.Diagnostics) {
	e, diags := hclsyntax.ParseExpression([]byte(text), "", hcl.InitialPos)
	if diags.HasErrors() {
		return cty.NilVal, diags
	}
	return e.Value(&hcl.EvalContext{Functions: eval.Functions()})
}

func pathText(path cty.Path) string {
	var b strings.Builder
	for _, step := range path {
		switch step := step.(type) {
		case cty.GetAttrStep:
			b.WriteString("." + step.Name)
		case cty.IndexStep:
			if step.Key.Type() == cty.Number {
				b.WriteString("[" + step.Key.AsBigFloat().String() + "]")
			} else {
				b.WriteString("[" + step.Key.AsString() + "]")
			}
		}
	}
	return strings.TrimPrefix(b.String(), ".")
}
