package specialize

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// fold replaces an expression by the literal of its value.
//
//	retention_in_days = var.retention_days   ->   retention_in_days = 365
//
// The plan is the same because the value is wholly known, can't change whatever the unknown names turn out to be (safe), and the
// literal is the same value as far as its consumer can see (want). It refuses otherwise; the rules then go on with the parts.
func (r *rewriter) fold(e hclsyntax.Expression, w want, f *frame) (string, bool) {
	v, ok := r.known(e, f)
	if !ok {
		return "", false
	}
	return literal(v, w)
}

// known returns the value of an expression that no completion of the unknown names can change. Inside of try and can it must not fail either.
func (r *rewriter) known(e hclsyntax.Expression, f *frame) (cty.Value, bool) {
	v, diags := e.Value(f.ctx)
	if diags.HasErrors() || v.ContainsMarked() || !v.IsWhollyKnown() {
		return cty.NilVal, false
	}
	return v, r.safe(e, f) && (r.guards == 0 || r.total(e, f))
}

// safe tells whether HCL's evaluation of e is monotone: what it gives now it gives under every completion of the unknowns. That fails
// where a construct looks at the types of its operands and one of them is not known yet: `true ? 1 : u` is 1 until u turns out a string.
func (r *rewriter) safe(e hclsyntax.Expression, f *frame) bool {
	if r.decided(e, f) {
		return true
	}
	if v, diags := e.Value(f.ctx); !diags.HasErrors() && !v.IsWhollyKnown() && v.Type().HasDynamicTypes() {
		return false
	}
	switch e := e.(type) {
	case *hclsyntax.ConditionalExpr:
		return r.safe(e.Condition, f) && r.safeArms(e, f)
	case *hclsyntax.FunctionCallExpr:
		if e.Name == "try" || e.Name == "can" {
			for _, arg := range e.Args {
				if _, diags := arg.Value(f.ctx); diags.HasErrors() {
					if !r.failsForCertain(arg, f) {
						return false
					}
					continue
				}
				// What is known although a part is not may still fail: x == y[0] is false for two types.
				if v, _ := arg.Value(f.ctx); !r.safe(arg, f) || v.IsWhollyKnown() && !r.total(arg, f) {
					return false
				}
			}
			return true
		}
		return r.allSafe(e.Args, f)
	case *hclsyntax.ForExpr:
		return r.safe(e.CollExpr, f) && r.safeFor(e, f)
	case *hclsyntax.SplatExpr:
		return r.safe(e.Source, f)
	case *hclsyntax.BinaryOpExpr:
		return r.safe(e.LHS, f) && r.safe(e.RHS, f)
	case *hclsyntax.UnaryOpExpr:
		return r.safe(e.Val, f)
	case *hclsyntax.ParenthesesExpr:
		return r.safe(e.Expression, f)
	case *hclsyntax.IndexExpr:
		return r.safe(e.Collection, f) && r.safe(e.Key, f)
	case *hclsyntax.RelativeTraversalExpr:
		return r.safe(e.Source, f)
	case *hclsyntax.TemplateExpr:
		return r.allSafe(e.Parts, f)
	case *hclsyntax.TemplateWrapExpr:
		return r.safe(e.Wrapped, f)
	case *hclsyntax.TupleConsExpr:
		return r.allSafe(e.Exprs, f)
	case *hclsyntax.ObjectConsExpr:
		for _, item := range e.Items {
			if !r.safe(item.KeyExpr, f) || !r.safe(item.ValueExpr, f) {
				return false
			}
		}
		return true
	case *hclsyntax.ObjectConsKeyExpr, *hclsyntax.LiteralValueExpr, *hclsyntax.ScopeTraversalExpr:
		return true // its own value was looked at above
	}
	return false
}

func (r *rewriter) allSafe(exprs []hclsyntax.Expression, f *frame) bool {
	for _, e := range exprs {
		if !r.safe(e, f) {
			return false
		}
	}
	return true
}

// safeArms is safe for the arms of a conditional. One that fails takes no part in it, as Terraform has it: x[0] of a resource without
// instances has no type that the other arm would be converted to. An arm that may fail must not change the other's type, then.
func (r *rewriter) safeArms(e *hclsyntax.ConditionalExpr, f *frame) bool {
	arms := []hclsyntax.Expression{e.TrueResult, e.FalseResult}
	var types []cty.Type
	for _, arm := range arms {
		v, diags := arm.Value(f.ctx)
		if diags.HasErrors() {
			if !r.failsForCertain(arm, f) {
				return false
			}
			continue
		}
		if !r.safe(arm, f) {
			return false
		}
		types = append(types, v.Type())
	}
	return len(types) < 2 || types[0].Equals(types[1]) || (r.total(arms[0], f) && r.total(arms[1], f))
}

// total tells whether the evaluation of an expression can't fail, whatever the unknown names turn out to be.
func (r *rewriter) total(e hclsyntax.Expression, f *frame) bool {
	v, diags := e.Value(f.ctx)
	if diags.HasErrors() {
		return false
	}
	if r.decided(e, f) {
		return true
	}
	switch e := e.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		// Each step but the last must lead to something that is known not to be null.
		first := 2 // var.x, aws_kms_key.x
		if f.binding(e.Traversal.RootName()) != nil {
			first = 1
		}
		for n := first; n < len(e.Traversal); n++ {
			part, diags := e.Traversal[:n].TraverseAbs(f.ctx)
			if diags.HasErrors() || !part.IsKnown() || part.IsNull() {
				return false
			}
		}
		return true
	case *hclsyntax.ParenthesesExpr:
		return r.total(e.Expression, f)
	case *hclsyntax.TupleConsExpr:
		for _, item := range e.Exprs {
			if !r.total(item, f) {
				return false
			}
		}
		return true
	case *hclsyntax.SplatExpr:
		each, plain := e.Each.(*hclsyntax.RelativeTraversalExpr)
		return plain && len(each.Traversal) == 1 && v.IsKnown() && !v.Type().HasDynamicTypes() && r.total(e.Source, f)
	case *hclsyntax.FunctionCallExpr:
		return e.Name == "length" && v.IsKnown() && len(e.Args) == 1 && !e.ExpandFinal && r.total(e.Args[0], f)
	case *hclsyntax.BinaryOpExpr:
		return (e.Op == hclsyntax.OpEqual || e.Op == hclsyntax.OpNotEqual) && r.total(e.LHS, f) && r.total(e.RHS, f)
	}
	return false
}

// failsForCertain tells whether an expression that can't be evaluated fails in Terraform, too: a part of it that is always evaluated names an
// instance of something that has none, or a part of something that is known not to have it.
func (r *rewriter) failsForCertain(e hclsyntax.Expression, f *frame) bool {
	if _, diags := e.Value(f.ctx); !diags.HasErrors() {
		return false
	}
	if r.decided(e, f) {
		return true
	}
	switch e := e.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		return rootKnown(e.Traversal, f.ctx)
	case *hclsyntax.TupleConsExpr:
		return r.anyFails(e.Exprs, f)
	case *hclsyntax.ObjectConsExpr:
		for _, item := range e.Items {
			if r.failsForCertain(item.ValueExpr, f) {
				return true
			}
		}
	case *hclsyntax.TemplateExpr:
		return r.anyFails(e.Parts, f)
	case *hclsyntax.TemplateWrapExpr:
		return r.failsForCertain(e.Wrapped, f)
	case *hclsyntax.ParenthesesExpr:
		return r.failsForCertain(e.Expression, f)
	case *hclsyntax.RelativeTraversalExpr:
		return r.failsForCertain(e.Source, f)
	case *hclsyntax.FunctionCallExpr:
		return e.Name != "try" && e.Name != "can" && r.anyFails(e.Args, f)
	}
	return false
}

func (r *rewriter) anyFails(exprs []hclsyntax.Expression, f *frame) bool {
	for _, e := range exprs {
		if r.failsForCertain(e, f) {
			return true
		}
	}
	return false
}

// safeFor checks the body of a for expression once for each element.
func (r *rewriter) safeFor(e *hclsyntax.ForExpr, f *frame) bool {
	coll, diags := e.CollExpr.Value(f.ctx)
	if diags.HasErrors() || !coll.IsKnown() || coll.IsNull() || !coll.CanIterateElements() {
		return false
	}
	if coll.Type().IsSetType() && !coll.IsWhollyKnown() {
		return false // elements may turn out equal
	}
	for it := coll.ElementIterator(); it.Next(); {
		k, v := it.Element()
		inner := r.forFrame(e, f, k, v, &binding{}, &binding{})
		for _, part := range []hclsyntax.Expression{e.KeyExpr, e.ValExpr, e.CondExpr} {
			if part != nil && !r.safe(part, inner) {
				return false
			}
		}
	}
	return true
}

// decided tells whether every name that e reads is wholly known and every function in it is pure: its value is then a fact.
func (r *rewriter) decided(e hclsyntax.Expression, f *frame) bool {
	for _, traversal := range e.Variables() {
		v, diags := traversal.TraverseAbs(f.ctx)
		if diags.HasErrors() || !v.IsWhollyKnown() || v.ContainsMarked() {
			// A step behind the known part may be what fails: x.y[0] of an empty, known x.y.
			if !diags.HasErrors() || !rootKnown(traversal, f.ctx) {
				return false
			}
		}
	}
	pure := true
	_ = hclsyntax.VisitAll(e, func(node hclsyntax.Node) hcl.Diagnostics {
		if call, ok := node.(*hclsyntax.FunctionCallExpr); ok && !r.pure[call.Name] {
			pure = false
		}
		return nil
	})
	return pure
}

// rootKnown tells whether the named thing of a traversal, such as var.x or aws_kms_key.logs, is wholly known.
func rootKnown(traversal hcl.Traversal, ctx *hcl.EvalContext) bool {
	for _, n := range []int{2, 3} {
		if len(traversal) < n {
			return false
		}
		v, diags := traversal[:n].TraverseAbs(ctx)
		if diags.HasErrors() {
			return false
		}
		if v.IsWhollyKnown() && !v.ContainsMarked() {
			return true
		}
	}
	return false
}
