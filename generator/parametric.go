package generator

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"plinth/generator/eval"
)

// parametric tells whether the expressions of a configuration, which is evaluated with sentinels in its holes, only pass the holes on: into
// texts, lists, the values of mappings and JSON. Whatever else is done with a value that holds a sentinel might come out differently for
// another account.
type parametric struct {
	sentinels []string
	functions map[string]function.Function
	guards    []guard
	known     map[string]bool // the guards by what they ask
}

// decidesError says where a hole's value is not just passed on.
type decidesError struct {
	rng  hcl.Range
	what string
}

func (e *decidesError) Error() string { return fmt.Sprintf("%s: %s", e.rng, e.what) }

func decides(node hclsyntax.Node, what string) error { return &decidesError{node.Range(), what} }

// passing are the functions that pass the texts in their arguments on, whatever these are, as long as they are not empty. Keys are never
// holes. length is one of them for what is no text.
var passing = map[string]bool{
	"can": true, "coalesce": true, "coalescelist": true, "compact": true, "concat": true, "element": true, "flatten": true, "join": true,
	"jsonencode": true, "keys": true, "length": true, "lookup": true, "merge": true, "one": true, "reverse": true, "slice": true, "tolist": true,
	"tomap": true, "tostring": true, "try": true, "values": true,
}

// scope looks at every expression of a module and of those that it calls, also in blocks that are dropped.
func (p *parametric) scope(scope *eval.Scope, root bool) error {
	for _, name := range sortedKeys(scope.Module.Variables) {
		v := scope.Module.Variables[name]
		if !root && p.find(scope.Input(name), 1) != absent {
			return decides(v.Block, "more than the account's id gets into a module")
		}
		for _, validation := range v.Validations {
			if err := p.guard(scope, validation.Condition); err != nil {
				return err
			}
		}
	}
	ctx := scope.Context()
	for _, root := range sortedKeys(ctx.Variables) {
		if p.find(ctx.Variables[root], 0) == keyed {
			return &decidesError{rng: hcl.Range{Filename: scope.Module.Dir}, what: "a key or the element of a set of " + root + " is a value of the account"}
		}
	}
	for _, file := range scope.Module.Files {
		for _, block := range file.Body.Blocks {
			switch block.Type {
			case "variable", "terraform", "moved", "removed":
				continue
			}
			if err := p.block(scope, block, ctx); err != nil {
				return err
			}
		}
	}
	for _, name := range sortedKeys(scope.Children) {
		if err := p.scope(scope.Children[name], false); err != nil {
			return err
		}
	}
	return nil
}

// guard keeps a validation that sees a hole.
func (p *parametric) guard(scope *eval.Scope, condition hclsyntax.Expression) error {
	inputs := make(map[string]cty.Value)
	sees := false
	for _, traversal := range condition.Variables() {
		attr, ok := hcl.TraverseAttr{}, false
		if traversal.RootName() == "var" && len(traversal) > 1 {
			attr, ok = traversal[1].(hcl.TraverseAttr)
		}
		if !ok {
			return decides(condition, "a validation reads something else than a variable")
		}
		inputs[attr.Name] = scope.Input(attr.Name)
		read, diags := traversal.TraverseAbs(scope.Context())
		if diags.HasErrors() {
			read = inputs[attr.Name]
		}
		sees = sees || p.find(read, 0) != absent
	}
	if !sees {
		return nil
	}
	file := scope.Module.File(condition.Range())
	if file == nil {
		return decides(condition, "a validation without source")
	}
	question := string(condition.Range().SliceBytes(file.Bytes)) + fmt.Sprintf("%#v", cty.ObjectVal(inputs))
	if p.known[question] {
		return nil // of several modules with the same rule for the same value, one is enough
	}
	if p.known == nil {
		p.known = make(map[string]bool)
	}
	p.known[question] = true
	decided, _ := eval.Holds(condition, inputs, p.functions)
	p.guards = append(p.guards, guard{condition, inputs, decided})
	return nil
}

// block looks at the expressions of a block. The names of ctx are those around it.
func (p *parametric) block(scope *eval.Scope, block *hclsyntax.Block, ctx *hcl.EvalContext) error {
	iterator, body := "", block.Body
	switch {
	case block.Type == "dynamic" && len(block.Labels) == 1:
		iterator = block.Labels[0]
		if attr := body.Attributes["iterator"]; attr != nil {
			iterator = hcl.ExprAsKeyword(attr.Expr)
		}
	case body.Attributes["for_each"] != nil:
		iterator = "each"
	}
	if count := body.Attributes["count"]; count != nil {
		if err := p.expr(count.Expr, ctx); err != nil {
			return err
		}
		if n, diags := count.Expr.Value(ctx); !diags.HasErrors() && n.RawEquals(cty.Zero) {
			return nil // its expressions are never evaluated, and some only fail
		}
	}
	forEach := body.Attributes["for_each"]
	if iterator == "" || forEach == nil {
		return p.body(scope, body, ctx)
	}
	if err := p.expr(forEach.Expr, ctx); err != nil {
		return err
	}
	return p.elements(forEach.Expr, ctx, func(key, value cty.Value) error {
		inner := ctx.NewChild()
		inner.Variables = map[string]cty.Value{iterator: cty.ObjectVal(map[string]cty.Value{"key": key, "value": value})}
		return p.body(scope, body, inner)
	})
}

func (p *parametric) body(scope *eval.Scope, body *hclsyntax.Body, ctx *hcl.EvalContext) error {
	for _, name := range sortedKeys(body.Attributes) {
		switch name {
		case "depends_on", "providers", "provider", "ignore_changes", "replace_triggered_by", "iterator", "for_each":
			continue // addresses and names; for_each is looked at with its block
		}
		if err := p.expr(body.Attributes[name].Expr, ctx); err != nil {
			return err
		}
	}
	for _, block := range body.Blocks {
		if err := p.block(scope, block, ctx); err != nil {
			return err
		}
	}
	return nil
}

// elements calls do for each element of a collection; once with unknown ones if they aren't known.
func (p *parametric) elements(collection hclsyntax.Expression, ctx *hcl.EvalContext, do func(key, value cty.Value) error) error {
	v, diags := collection.Value(ctx)
	if diags.HasErrors() || !v.IsKnown() || v.IsNull() || !v.CanIterateElements() {
		if p.mayHold(collection, ctx) {
			return decides(collection, "elements that can't be told")
		}
		return do(cty.DynamicVal, cty.DynamicVal)
	}
	for it := v.ElementIterator(); it.Next(); {
		key, value := it.Element()
		if err := do(key, value); err != nil {
			return err
		}
	}
	return nil
}

// expr returns an error unless an expression only passes the holes on.
func (p *parametric) expr(e hclsyntax.Expression, ctx *hcl.EvalContext) error {
	switch e := e.(type) {
	case *hclsyntax.LiteralValueExpr, *hclsyntax.ScopeTraversalExpr, *hclsyntax.AnonSymbolExpr:
		return nil
	case *hclsyntax.ParenthesesExpr:
		return p.expr(e.Expression, ctx)
	case *hclsyntax.TemplateExpr:
		return p.all(e.Parts, ctx)
	case *hclsyntax.TemplateWrapExpr:
		return p.expr(e.Wrapped, ctx)
	case *hclsyntax.TupleConsExpr:
		return p.all(e.Exprs, ctx)
	case *hclsyntax.ObjectConsExpr:
		for _, item := range e.Items {
			if key, ok := item.KeyExpr.(*hclsyntax.ObjectConsKeyExpr); !ok || hcl.ExprAsKeyword(key.Wrapped) == "" || key.ForceNonLiteral {
				if err := p.clean(item.KeyExpr, ctx, "a key"); err != nil {
					return err
				}
			}
			if err := p.expr(item.ValueExpr, ctx); err != nil {
				return err
			}
		}
		return nil
	case *hclsyntax.ConditionalExpr:
		if err := p.clean(e.Condition, ctx, "a condition"); err != nil {
			return err
		}
		if v, diags := e.Condition.Value(ctx); !diags.HasErrors() && v.IsKnown() && !v.IsNull() && !v.IsMarked() && v.Type() == cty.Bool {
			if v.True() {
				return p.expr(e.TrueResult, ctx)
			}
			return p.expr(e.FalseResult, ctx) // the other result is of no account
		}
		return p.all([]hclsyntax.Expression{e.TrueResult, e.FalseResult}, ctx)
	case *hclsyntax.FunctionCallExpr:
		return p.call(e, ctx)
	case *hclsyntax.BinaryOpExpr:
		if isNull(e.LHS) || isNull(e.RHS) {
			return p.all([]hclsyntax.Expression{e.LHS, e.RHS}, ctx) // a hole is never null
		}
		if err := p.clean(e.LHS, ctx, "an operand"); err != nil {
			return err
		}
		return p.clean(e.RHS, ctx, "an operand")
	case *hclsyntax.UnaryOpExpr:
		return p.clean(e.Val, ctx, "an operand")
	case *hclsyntax.IndexExpr:
		if err := p.clean(e.Key, ctx, "an index"); err != nil {
			return err
		}
		return p.expr(e.Collection, ctx)
	case *hclsyntax.RelativeTraversalExpr:
		return p.expr(e.Source, ctx)
	case *hclsyntax.SplatExpr:
		if each, ok := e.Each.(*hclsyntax.RelativeTraversalExpr); ok && each.Source == hclsyntax.Expression(e.Item) || e.Each == hclsyntax.Expression(e.Item) {
			return p.expr(e.Source, ctx)
		}
	case *hclsyntax.ForExpr:
		return p.loop(e, ctx)
	}
	if p.mayHold(e, ctx) {
		return decides(e, fmt.Sprintf("an expression that isn't understood (%T)", e))
	}
	return nil
}

func (p *parametric) all(exprs []hclsyntax.Expression, ctx *hcl.EvalContext) error {
	for _, e := range exprs {
		if err := p.expr(e, ctx); err != nil {
			return err
		}
	}
	return nil
}

// clean returns an error if an expression's value holds a sentinel, or comes about by something else than passing on.
func (p *parametric) clean(e hclsyntax.Expression, ctx *hcl.EvalContext, what string) error {
	if p.mayHold(e, ctx) {
		return decides(e, what+" holds a value of the account")
	}
	return p.expr(e, ctx)
}

func (p *parametric) call(e *hclsyntax.FunctionCallExpr, ctx *hcl.EvalContext) error {
	for i, arg := range e.Args {
		if err := p.expr(arg, ctx); err != nil {
			return err
		}
		if e.Name == "coalesce" || e.Name == "try" || e.Name == "can" {
			continue // before a value that fails or is unknown they stop; its text doesn't matter
		}
		passes := passing[e.Name]
		switch v, diags := arg.Value(ctx); {
		case diags.HasErrors():
			passes = false
		case e.Name == "length":
			passes = v.Type() != cty.String
		case (e.Name == "element" || e.Name == "lookup" || e.Name == "slice") && i > 0:
			passes = e.Name == "lookup" && i == 2
		case e.Name == "split":
			passes = i == 1 && p.keepsID(e.Args[0], v, ctx)
		}
		if !passes && p.mayHold(arg, ctx) {
			return decides(e, "the function "+e.Name+" gets a value of the account")
		}
	}
	return nil
}

// keepsID tells whether splitting a text leaves the account's id, the only hole in it, in one piece whatever its digits are.
func (p *parametric) keepsID(separator hclsyntax.Expression, text cty.Value, ctx *hcl.EvalContext) bool {
	v, diags := separator.Value(ctx)
	by, ok := knownText(v)
	return !diags.HasErrors() && ok && by != "" && !strings.ContainsAny(by, "0123456789") && p.find(text, 1) == absent
}

func (p *parametric) loop(e *hclsyntax.ForExpr, ctx *hcl.EvalContext) error {
	if err := p.expr(e.CollExpr, ctx); err != nil {
		return err
	}
	return p.elements(e.CollExpr, ctx, func(key, value cty.Value) error {
		inner := ctx.NewChild()
		inner.Variables = map[string]cty.Value{e.ValVar: value}
		if e.KeyVar != "" {
			inner.Variables[e.KeyVar] = key
		}
		for what, part := range map[string]hclsyntax.Expression{"a key": e.KeyExpr, "a condition": e.CondExpr} {
			if part != nil {
				if err := p.clean(part, inner, what); err != nil {
					return err
				}
			}
		}
		return p.expr(e.ValExpr, inner)
	})
}

func isNull(e hclsyntax.Expression) bool {
	literal, ok := e.(*hclsyntax.LiteralValueExpr)
	return ok && literal.Val.IsNull()
}

// mayHold tells whether the value of an expression holds a sentinel; of one that has no value, whether anything that it reads does.
func (p *parametric) mayHold(e hclsyntax.Expression, ctx *hcl.EvalContext) bool {
	v, diags := e.Value(ctx)
	if !diags.HasErrors() {
		return p.find(v, 0) != absent
	}
	for _, traversal := range e.Variables() {
		if v, diags := traversal[:1].TraverseAbs(ctx); diags.HasErrors() || p.find(v, 0) != absent {
			return true
		}
	}
	return false
}

// where a sentinel is in a value.
type where int

const (
	absent  where = iota
	present       // in a text
	keyed         // in a key, or in the element of a set: there its value decides on the order
)

// find looks for the sentinels from a hole on.
func (p *parametric) find(v cty.Value, from int) where {
	if v == cty.NilVal {
		return absent
	}
	v, _ = v.UnmarkDeep()
	found := absent
	_ = cty.Walk(v, func(path cty.Path, v cty.Value) (bool, error) { // the callback never fails
		for _, step := range path {
			if index, ok := step.(cty.IndexStep); ok && p.isIn(index.Key, from) {
				found = keyed // the path into a set holds its element
			}
		}
		if v.Type().IsObjectType() {
			for name := range v.Type().AttributeTypes() {
				if p.inText(name, from) {
					found = keyed
				}
			}
		}
		if p.isIn(v, from) && found == absent {
			found = present
		}
		return true, nil
	})
	return found
}

// isIn looks at a single text, of which only the beginning may be known.
func (p *parametric) isIn(v cty.Value, from int) bool {
	if v.Type() != cty.String || v.IsNull() {
		return false
	}
	if v.IsKnown() {
		return p.inText(v.AsString(), from)
	}
	return p.inText(v.Range().StringPrefix(), from)
}

func (p *parametric) inText(text string, from int) bool {
	for _, sentinel := range p.sentinels[from:] {
		if strings.Contains(text, sentinel) {
			return true
		}
	}
	return false
}
