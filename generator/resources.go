package generator

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"plinth/generator/constraint"
	"plinth/generator/eval"
	"plinth/generator/module"
)

// resources lists the resources and data sources of an account with the values that the spec decides, for the constraint rules. An
// attribute's range is the line of the spec that decides it, or else its line in the module.
func resources(root *eval.Scope, l *locator) []*constraint.Resource {
	var all []*constraint.Resource
	for _, call := range sortedKeys(root.Children) {
		c := root.Module.Calls[call]
		lister := &lister{scope: root.Children[call], call: call, prefix: "module." + call + ".", locator: l, provider: passedProviders(c)["aws"]}
		all = append(all, lister.list()...)
		all = append(all, lintResourcesBelow(root.Children[call], lister.prefix, passedProviders(c))...)
	}
	return all
}

type lister struct {
	scope    *eval.Scope
	call     string
	prefix   string                          // of addresses
	locator  *locator                        // nil where nothing has to be traced back to a spec
	provider string                          // of resources that name none
	loops    map[string]hclsyntax.Expression // what each iterator of the blocks around goes through
}

func (l *lister) list() []*constraint.Resource {
	var all []*constraint.Resource
	m := l.scope.Module
	for _, key := range sortedKeys(m.Resources) {
		r := m.Resources[key]
		address := l.prefix + key
		switch {
		case r.Count != nil:
			n, ok := l.scope.Count(r)
			if !ok {
				all = append(all, l.resource(r, address, cty.DynamicVal, nil))
			}
			for i := range n {
				index := cty.NumberIntVal(int64(i))
				bindings := map[string]cty.Value{"count": cty.ObjectVal(map[string]cty.Value{"index": index})}
				all = append(all, l.resource(r, fmt.Sprintf("%s[%d]", address, i), index, bindings))
			}
		case r.ForEach != nil:
			keys, ok := l.scope.Keys(r)
			if !ok {
				all = append(all, l.resource(r, address, cty.DynamicVal, l.scope.Bindings(nil, r.ForEach, nil)))
			}
			for _, key := range sortedKeys(keys) {
				k := cty.StringVal(key)
				all = append(all, l.resource(r, address+"[\""+key+"\"]", k, l.scope.Bindings(nil, r.ForEach, &key)))
			}
		default:
			all = append(all, l.resource(r, address, cty.NilVal, nil))
		}
	}
	return all
}

func (l *lister) resource(r *module.Resource, address string, key cty.Value, bindings map[string]cty.Value) *constraint.Resource {
	mode := "managed"
	if r.Mode == "data" {
		mode = "data"
	}
	within := *l
	if r.ForEach != nil {
		within.loops = map[string]hclsyntax.Expression{"each": r.ForEach}
	}
	provider := l.provider
	if attr := r.Block.Body.Attributes["provider"]; attr != nil {
		provider = providerName(attr.Expr)
	}
	return &constraint.Resource{
		Address: address, Mode: mode, Type: r.Type, Name: r.Name, Key: key, Provider: provider,
		Body: within.body(r.Block.Body, r.Block.DefRange(), bindings),
	}
}

func (l *lister) body(body *hclsyntax.Body, rng hcl.Range, bindings map[string]cty.Value) *constraint.Body {
	out := &constraint.Body{Attrs: make(map[string]constraint.Attr), Blocks: make(map[string][]*constraint.Body), Range: rng}
	for name, attr := range body.Attributes {
		value, diags := l.scope.Value(attr.Expr, bindings)
		if diags.HasErrors() {
			value = cty.DynamicVal
		}
		out.Attrs[name] = constraint.Attr{Value: value, Range: attr.Expr.Range()}
		if l.locator == nil {
			continue
		}
		if where, ok := l.locator.attribute(l.call, l.scope.Module, attr.Expr, l.loops); ok {
			out.Attrs[name] = constraint.Attr{Value: value, Range: where.rng, Field: where.field}
		}
	}
	for _, block := range body.Blocks {
		if block.Type != "dynamic" {
			out.Blocks[block.Type] = append(out.Blocks[block.Type], l.body(block.Body, block.DefRange(), bindings))
			continue
		}
		l.dynamic(out, block, bindings)
	}
	return out
}

// dynamic adds the blocks that a dynamic block stands for, where its elements can be told apart.
func (l *lister) dynamic(out *constraint.Body, block *hclsyntax.Block, bindings map[string]cty.Value) {
	forEach := block.Body.Attributes["for_each"]
	if len(block.Labels) != 1 || forEach == nil {
		return
	}
	name := block.Labels[0]
	iterator := name
	if attr := block.Body.Attributes["iterator"]; attr != nil {
		iterator = hcl.ExprAsKeyword(attr.Expr)
	}
	elements, diags := l.scope.Value(forEach.Expr, bindings)
	if diags.HasErrors() || !elements.IsKnown() || elements.IsNull() || !elements.CanIterateElements() {
		// Whatever it holds: rules that would miss a block stay silent.
		out.Blocks["dynamic"] = append(out.Blocks["dynamic"], l.body(block.Body, block.DefRange(), bindings))
		return
	}
	for _, content := range block.Body.Blocks {
		if content.Type != "content" {
			continue
		}
		for it := elements.ElementIterator(); it.Next(); {
			key, value := it.Element()
			inner := map[string]cty.Value{iterator: cty.ObjectVal(map[string]cty.Value{"key": key, "value": value})}
			for name, v := range bindings {
				if name != iterator {
					inner[name] = v
				}
			}
			within := *l
			within.loops = map[string]hclsyntax.Expression{iterator: forEach.Expr}
			for name, e := range l.loops {
				if name != iterator {
					within.loops[name] = e
				}
			}
			out.Blocks[name] = append(out.Blocks[name], within.body(content.Body, block.DefRange(), inner))
		}
	}
}
