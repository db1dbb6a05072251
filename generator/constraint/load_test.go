package constraint_test

import (
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"plinth/generator/constraint"
)

// load reads resources from HCL. In an expression, `unknown` is a value that isn't known, `secret` a marked one, and jsonencode is
// Terraform's.
func load(t *testing.T, src string) []*constraint.Resource {
	t.Helper()
	f, diags := hclsyntax.ParseConfig([]byte(src), "main.tf", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("%s\n%s", diags, src)
	}
	ctx := &hcl.EvalContext{
		Variables: map[string]cty.Value{"unknown": cty.DynamicVal, "secret": cty.StringVal("Bad_Name").Mark("sensitive")},
		Functions: map[string]function.Function{"jsonencode": stdlib.JSONEncodeFunc},
	}
	var all []*constraint.Resource
	for _, b := range f.Body.(*hclsyntax.Body).Blocks {
		r := &constraint.Resource{
			Mode: "managed", Type: b.Labels[0], Name: b.Labels[1],
			Address: b.Labels[0] + "." + b.Labels[1], Body: body(t, b, ctx),
		}
		if b.Type == "data" {
			r.Mode, r.Address = "data", "data."+r.Address
		}
		if p, ok := r.Body.Attrs["provider"]; ok {
			r.Provider = p.Value.AsString()
			delete(r.Body.Attrs, "provider")
		}
		if k, ok := r.Body.Attrs["instance"]; ok {
			r.Key = k.Value
			delete(r.Body.Attrs, "instance")
		}
		all = append(all, r)
	}
	return all
}

func body(t *testing.T, b *hclsyntax.Block, ctx *hcl.EvalContext) *constraint.Body {
	t.Helper()
	out := &constraint.Body{Attrs: map[string]constraint.Attr{}, Blocks: map[string][]*constraint.Body{}, Range: b.DefRange()}
	for name, a := range b.Body.Attributes {
		v, diags := a.Expr.Value(ctx)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		out.Attrs[name] = constraint.Attr{Value: v, Range: a.Expr.Range()}
	}
	for _, child := range b.Body.Blocks {
		out.Blocks[child.Type] = append(out.Blocks[child.Type], body(t, child, ctx))
	}
	return out
}

// everyBody calls f for the body of each resource and of each block in it, always in the same order.
func everyBody(resources []*constraint.Resource, f func(*constraint.Body)) {
	var walk func(*constraint.Body)
	walk = func(b *constraint.Body) {
		f(b)
		for _, name := range sorted(b.Blocks) {
			for _, child := range b.Blocks[name] {
				walk(child)
			}
		}
	}
	for _, r := range resources {
		walk(r.Body)
	}
}
