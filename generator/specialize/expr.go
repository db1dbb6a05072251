package specialize

import (
	"math/big"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"plinth/generator/edit"
	"plinth/generator/eval"
	"plinth/generator/module"
)

// rewriter specializes the expressions and blocks of one unit.
type rewriter struct {
	mod    *module.Module
	scope  *eval.Scope
	schema Schema
	src    []byte // the file being rewritten
	pure   map[string]bool
	states map[string]state // by resource key
	calls  map[string]state // by module block
	// refused is set when a text that was to be moved into another place can't stand there; who tried leaves the block as it was.
	refused bool
	// guards counts the try and can around the expression, which show whether it fails.
	guards int
	recorder
}

// state is what becomes of a resource or module block.
type state struct {
	kind   stateKind
	unroll map[string]string // the names of the blocks that replace a for_each, by key
}

type stateKind int

const (
	kept     stateKind = iota
	dropped            // no instances
	single             // count = 1 is taken out: x[0] is x
	unrolled           // for_each is taken out: x["k"] is x_k
)

// text returns the specialized text of an expression. A heredoc at its end keeps the newline without which nothing may follow it.
func (r *rewriter) text(e hclsyntax.Expression, w want, f *frame) string {
	text := edit.Apply(r.src, e.Range().Start.Byte, e.Range().End.Byte, r.expr(e, w, f))
	if endsInHeredoc(text) {
		text += "\n"
	}
	return text
}

// endsInHeredoc tells whether the last thing in a text is the end of a heredoc, without its newline.
func endsInHeredoc(text string) bool {
	if !strings.Contains(text, "<<") || strings.HasSuffix(text, "\n") {
		return false
	}
	tokens, _ := hclsyntax.LexExpression([]byte(text+"\n"), "", hcl.InitialPos)
	for _, token := range slices.Backward(tokens) {
		if token.Type != hclsyntax.TokenNewline && token.Type != hclsyntax.TokenEOF {
			return token.Type == hclsyntax.TokenCHeredoc
		}
	}
	return false
}

func replaceExpr(e hclsyntax.Expression, text string) []edit.Edit {
	if strings.HasSuffix(text, "\n") { // a heredoc, whose newline would end the item of an object
		text = "(" + text + ")"
	}
	return []edit.Edit{edit.Replace(e.Range(), text)}
}

// expr returns the edits that specialize an expression in place.
func (r *rewriter) expr(e hclsyntax.Expression, w want, f *frame) []edit.Edit {
	edits, folded := r.rewritten(e, w, f)
	r.noteExpr(e, edits, folded)
	return edits
}

// rewritten is expr, and tells whether the expression is the literal of its value now.
func (r *rewriter) rewritten(e hclsyntax.Expression, w want, f *frame) (edits []edit.Edit, folded bool) {
	if edits, ok := r.constructor(e, w, f); ok {
		return edits, false
	}
	if text, ok := r.fold(e, w, f); ok {
		return replaceExpr(e, text), true
	}
	return r.parts(e, w, f), false
}

// constructor rewrites what keeps its form whether its value is known or not.
func (r *rewriter) constructor(e hclsyntax.Expression, w want, f *frame) ([]edit.Edit, bool) {
	switch e := e.(type) {
	case *hclsyntax.LiteralValueExpr:
		return nil, true
	case *hclsyntax.TupleConsExpr:
		var edits []edit.Edit
		for i, item := range e.Exprs {
			edits = append(edits, r.expr(item, w.element(i), f)...)
		}
		return edits, true
	case *hclsyntax.ObjectConsExpr:
		return r.object(e, w, f), true
	case *hclsyntax.TemplateExpr:
		return r.template(e, w, f), true
	case *hclsyntax.TemplateWrapExpr:
		return r.templateWrap(e, w, f), true
	case *hclsyntax.ParenthesesExpr:
		return r.parentheses(e, w, f), true
	case *hclsyntax.FunctionCallExpr:
		// The call around a constructor stays: it reads better than one escaped line.
		if (e.Name == "jsonencode" || e.Name == "yamlencode") && len(e.Args) == 1 && isConstructor(e.Args[0]) {
			return r.expr(e.Args[0], wantJSON, f), true
		}
	}
	return nil, false
}

// parts rewrites the parts of an expression whose value isn't known.
func (r *rewriter) parts(e hclsyntax.Expression, w want, f *frame) []edit.Edit {
	switch e := e.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		return r.traversal(e, f)
	case *hclsyntax.ConditionalExpr:
		return r.conditional(e, w, f)
	case *hclsyntax.FunctionCallExpr:
		return r.call(e, w, f)
	case *hclsyntax.BinaryOpExpr:
		return r.binary(e, f)
	case *hclsyntax.UnaryOpExpr:
		operand := wantNumber
		if e.Op == hclsyntax.OpLogicalNot {
			operand = wantBool
		}
		return r.operand(e.Val, operand, f)
	case *hclsyntax.IndexExpr:
		return r.index(e, f)
	case *hclsyntax.RelativeTraversalExpr:
		return r.step(e.Source, f)
	case *hclsyntax.SplatExpr:
		return r.splat(e, f)
	case *hclsyntax.ForExpr:
		return r.forExpr(e, w, f)
	}
	return nil
}

func isConstructor(e hclsyntax.Expression) bool {
	switch e := e.(type) {
	case *hclsyntax.TupleConsExpr, *hclsyntax.ObjectConsExpr:
		return true
	case *hclsyntax.ParenthesesExpr:
		return isConstructor(e.Expression)
	}
	return false
}

func (r *rewriter) object(e *hclsyntax.ObjectConsExpr, w want, f *frame) []edit.Edit {
	var edits []edit.Edit
	for _, item := range e.Items {
		key, ok := item.KeyExpr.(*hclsyntax.ObjectConsKeyExpr)
		name := ""
		if v, known := r.known(item.KeyExpr, f); known && !v.IsNull() {
			if s, err := convert.Convert(v, cty.String); err == nil && !s.IsNull() {
				name = s.AsString()
			}
		}
		if !ok || key.ForceNonLiteral || hcl.ExprAsKeyword(key.Wrapped) == "" {
			inner := item.KeyExpr
			if ok {
				inner = key.Wrapped
			}
			if _, isString := inner.(*hclsyntax.TemplateExpr); !isString && name != "" {
				edits = append(edits, edit.Replace(inner.Range(), keyText(name)))
			} else {
				edits = append(edits, r.expr(inner, wantString, f)...)
			}
		}
		edits = append(edits, r.expr(item.ValueExpr, w.attribute(name), f)...)
	}
	return edits
}

// parentheses go when what is in them became a single term: (var.x) -> "a".
func (r *rewriter) parentheses(e *hclsyntax.ParenthesesExpr, w want, f *frame) []edit.Edit {
	inner := r.expr(e.Expression, w, f)
	rng := e.Expression.Range()
	if len(inner) == 1 && inner[0].Start == rng.Start.Byte && inner[0].End == rng.End.Byte && takesSteps(inner[0].Text) {
		return replaceExpr(e, inner[0].Text)
	}
	return inner
}

// operand rewrites an expression that stands beside an operator or before a step, where only a term may take its place.
func (r *rewriter) operand(e hclsyntax.Expression, w want, f *frame) []edit.Edit {
	edits := r.expr(e, w, f)
	rng := e.Range()
	if len(edits) == 1 && edits[0].Start == rng.Start.Byte && edits[0].End == rng.End.Byte && !isTerm(edits[0].Text) {
		edits[0].Text = "(" + edits[0].Text + ")"
	}
	return edits
}

// step rewrites an expression that an index, an attribute or a splat applies to, which would apply to each element behind a splat.
func (r *rewriter) step(e hclsyntax.Expression, f *frame) []edit.Edit {
	edits := r.operand(e, wantExact, f)
	rng := e.Range()
	if len(edits) == 1 && edits[0].Start == rng.Start.Byte && edits[0].End == rng.End.Byte && !takesSteps(edits[0].Text) {
		edits[0].Text = "(" + edits[0].Text + ")"
	}
	return edits
}

// takesSteps tells whether [0] or .x behind a text applies to its whole value.
func takesSteps(text string) bool {
	if strings.HasSuffix(text, "\n") {
		return false // a heredoc
	}
	e, diags := hclsyntax.ParseExpression([]byte(text), "", hcl.InitialPos)
	if diags.HasErrors() {
		return false
	}
	_, splat := e.(*hclsyntax.SplatExpr)
	return !splat && isTerm(text)
}

// isTerm tells whether a text can stand beside any operator without parentheses.
func isTerm(text string) bool {
	e, diags := hclsyntax.ParseExpression([]byte(text), "", hcl.InitialPos)
	if diags.HasErrors() {
		return false
	}
	switch e.(type) {
	case *hclsyntax.BinaryOpExpr, *hclsyntax.UnaryOpExpr, *hclsyntax.ConditionalExpr:
		return false
	case *hclsyntax.LiteralValueExpr:
		return !strings.HasPrefix(strings.TrimSpace(text), "-")
	}
	return true
}

// binary operators look at their operands through a type: numbers for arithmetic, booleans for && and ||. == and != see everything.
// A side of && or || that is known and doesn't decide goes: `true && x` is x.
func (r *rewriter) binary(e *hclsyntax.BinaryOpExpr, f *frame) []edit.Edit {
	side := wantNumber
	switch e.Op {
	case hclsyntax.OpEqual, hclsyntax.OpNotEqual:
		side = wantExact
	case hclsyntax.OpLogicalAnd, hclsyntax.OpLogicalOr:
		side = wantBool
		neutral := cty.BoolVal(e.Op == hclsyntax.OpLogicalAnd)
		for _, sides := range [][2]hclsyntax.Expression{{e.LHS, e.RHS}, {e.RHS, e.LHS}} {
			v, ok := r.known(sides[0], f)
			if !ok || v.IsNull() {
				continue
			}
			if b, err := convert.Convert(v, cty.Bool); err == nil && b.RawEquals(neutral) && r.isBool(sides[1], f) {
				return replaceExpr(e, r.text(sides[1], wantBool, f))
			}
		}
	}
	return append(r.operand(e.LHS, side, f), r.operand(e.RHS, side, f)...)
}

// isBool tells whether an operand of && or || can stand for the operation: it is a boolean for certain, and not
// null, which the operation and its consumer may treat differently.
func (r *rewriter) isBool(e hclsyntax.Expression, f *frame) bool {
	v, diags := e.Value(f.ctx)
	if diags.HasErrors() || v.IsKnown() && v.IsNull() || !v.IsKnown() && v.Range().CouldBeNull() {
		return false
	}
	return v.Type() == cty.Bool
}

// traversal rewrites a reference whose target has another address now: x[0] -> x after count = 1 went, x["k"] -> x_k after for_each went.
func (r *rewriter) traversal(e *hclsyntax.ScopeTraversalExpr, f *frame) []edit.Edit {
	if b := f.binding(e.Traversal.RootName()); b != nil {
		return r.boundTraversal(e, b)
	}
	st, n, ok := r.target(e.Traversal)
	if !ok || st.kind == kept {
		return nil
	}
	switch st.kind {
	case single:
		if len(e.Traversal) > n {
			if index, ok := e.Traversal[n].(hcl.TraverseIndex); ok && isZero(index.Key) {
				return []edit.Edit{edit.Replace(index.SrcRange, "")}
			}
		}
		if len(e.Traversal) == n {
			return replaceExpr(e, "["+r.source(e.Range())+"]")
		}
	case unrolled:
		if len(e.Traversal) > n {
			if index, ok := e.Traversal[n].(hcl.TraverseIndex); ok && index.Key.Type() == cty.String {
				if name, ok := st.unroll[index.Key.AsString()]; ok {
					last := e.Traversal[n-1].SourceRange()
					return []edit.Edit{{Start: last.Start.Byte, End: index.SrcRange.End.Byte, Text: "." + name}}
				}
			}
		}
	}
	return nil
}

// boundTraversal writes the text that a loop variable or an iterator stands for.
func (r *rewriter) boundTraversal(e *hclsyntax.ScopeTraversalExpr, b *binding) []edit.Edit {
	if !b.known {
		return nil
	}
	text, n := b.text, 1
	if b.attrs != nil && len(e.Traversal) > 1 {
		if step, ok := e.Traversal[1].(hcl.TraverseAttr); ok {
			text, n = b.attrs[step.Name], 2
		}
	}
	if text == "" {
		r.refused = true
		return nil
	}
	rest := ""
	if len(e.Traversal) > n {
		rest = string(r.src[e.Traversal[n].SourceRange().Start.Byte:e.Range().End.Byte])
		if !takesSteps(text) {
			text = "(" + text + ")"
		}
	}
	return replaceExpr(e, text+rest)
}

// target finds the state of the resource or module that a traversal names, and how many steps name it.
func (r *rewriter) target(traversal hcl.Traversal) (state, int, bool) {
	switch root := traversal.RootName(); root {
	case "var", "local", "path", "terraform", "each", "count", "self":
		return state{}, 0, false
	case "module":
		if len(traversal) > 1 {
			st, ok := r.calls[attrName(traversal[1])]
			return st, 2, ok
		}
	case "data":
		if len(traversal) > 2 {
			st, ok := r.states["data."+attrName(traversal[1])+"."+attrName(traversal[2])]
			return st, 3, ok
		}
	default:
		if len(traversal) > 1 {
			st, ok := r.states[root+"."+attrName(traversal[1])]
			return st, 2, ok
		}
	}
	return state{}, 0, false
}

func attrName(step hcl.Traverser) string {
	if attr, ok := step.(hcl.TraverseAttr); ok {
		return attr.Name
	}
	return ""
}

func isZero(key cty.Value) bool {
	if key.Type() == cty.String {
		return !key.IsNull() && key.AsString() == "0"
	}
	return key.Type() == cty.Number && !key.IsNull() && key.AsBigFloat().Cmp(new(big.Float)) == 0
}

func (r *rewriter) source(rng hcl.Range) string { return string(r.src[rng.Start.Byte:rng.End.Byte]) }

// conditional keeps the branch that a known condition chooses.
//
//	var.kms ? aws_kms_key.logs[0].arn : null   ->   aws_kms_key.logs.arn
//
// A conditional converts its result to a type that both branches have, so the branch may stand alone only if that conversion changes
// nothing that the consumer sees; else the conditional stays, with its parts rewritten.
func (r *rewriter) conditional(e *hclsyntax.ConditionalExpr, w want, f *frame) []edit.Edit {
	if cond, ok := r.known(e.Condition, f); ok && !cond.IsNull() {
		if b, err := convert.Convert(cond, cty.Bool); err == nil {
			arm, other := e.TrueResult, e.FalseResult
			if b.False() {
				arm, other = other, arm
			}
			if text, ok := r.arm(arm, other, w, f); ok {
				return replaceExpr(e, text)
			}
		}
	}
	r.left(e.Range(), e.Condition, f, "the branch that is chosen might have another type, or fail")
	edits := r.operand(e.Condition, wantBool, f)
	// An arm that fails has no type that the other one would be converted to.
	r.guards++
	defer func() { r.guards-- }()
	edits = append(edits, r.expr(e.TrueResult, wantExact, f)...)
	return append(edits, r.expr(e.FalseResult, wantExact, f)...)
}

// arm returns the text of a chosen branch, if it can stand for the whole conditional.
func (r *rewriter) arm(arm, other hclsyntax.Expression, w want, f *frame) (string, bool) {
	v, diags := arm.Value(f.ctx)
	if diags.HasErrors() {
		return "", false
	}
	o, diags := other.Value(f.ctx)
	if diags.HasErrors() {
		if !r.failsForCertain(other, f) {
			return "", false
		}
		if o.Type() == cty.DynamicPseudoType { // nothing to convert to
			return r.text(arm, w, f), true
		}
	}
	own := v.Type()
	if w.kind == exact && !r.settled(arm, f) {
		return "", false
	}
	if o.RawEquals(cty.NullVal(cty.DynamicPseudoType)) && r.safe(other, f) {
		return r.text(arm, w, f), true
	}
	if own.HasDynamicTypes() || o.Type().HasDynamicTypes() {
		return "", false
	}
	unified, _ := convert.UnifyUnsafe([]cty.Type{own, o.Type()})
	switch {
	case unified == cty.NilType:
		return "", false
	case unified.Equals(own):
		return r.text(arm, w, f), true
	case w.kind == sink && w.typ.IsPrimitiveType() && own.IsPrimitiveType() && unified == cty.String:
		return r.text(arm, w, f), true
	case w.kind == exact && own.IsPrimitiveType() && unified == cty.String && r.total(other, f) && (r.guards == 0 || r.total(arm, f)):
		return "tostring(" + r.text(arm, wantString, f) + ")", true
	case w.kind == sink && !w.typ.IsPrimitiveType() && convertsAlike(own, unified, w.typ):
		return r.text(arm, w, f), true
	case (w.kind == shape || w.kind == json) && sameElements(own, unified):
		return r.text(arm, w, f), true
	}
	return "", false
}

// settled tells whether the type of an expression is what it seems to be: a null arm of a conditional has the other arm's type only if that one
// does not fail.
func (r *rewriter) settled(e hclsyntax.Expression, f *frame) bool {
	c, ok := unwrap(e).(*hclsyntax.ConditionalExpr)
	if !ok {
		return true
	}
	v, diags := c.TrueResult.Value(f.ctx)
	o, more := c.FalseResult.Value(f.ctx)
	if diags.HasErrors() || more.HasErrors() {
		return false
	}
	alike := v.Type().Equals(o.Type()) || (r.total(c.TrueResult, f) && r.total(c.FalseResult, f))
	return alike && r.settled(c.TrueResult, f) && r.settled(c.FalseResult, f)
}

// convertsAlike tells whether converting to unified on the way to the wanted type changes nothing: no set may drop or sort elements, and no
// object may become a map before it becomes an object.
func convertsAlike(own, unified, wanted cty.Type) bool {
	switch {
	case unified.Equals(own):
		return true
	case own.IsPrimitiveType():
		return unified.IsPrimitiveType() && wanted.IsPrimitiveType()
	case own.IsTupleType() && unified.IsListType() && (wanted.IsListType() || wanted.IsSetType()):
		for _, element := range own.TupleElementTypes() {
			if !convertsAlike(element, unified.ElementType(), wanted.ElementType()) {
				return false
			}
		}
		return true
	case own.IsListType() && unified.IsListType() && (wanted.IsListType() || wanted.IsSetType()):
		return convertsAlike(own.ElementType(), unified.ElementType(), wanted.ElementType())
	case own.IsObjectType() && unified.IsMapType() && wanted.IsMapType():
		for _, attr := range own.AttributeTypes() {
			if !convertsAlike(attr, unified.ElementType(), wanted.ElementType()) {
				return false
			}
		}
		return true
	}
	return false
}

// sameElements tells whether a conversion only changes the kind of sequence or mapping.
func sameElements(own, unified cty.Type) bool {
	switch {
	case unified.Equals(own):
		return true
	case own.IsTupleType() && unified.IsListType():
		for _, element := range own.TupleElementTypes() {
			if !sameElements(element, unified.ElementType()) {
				return false
			}
		}
		return true
	case own.IsObjectType() && unified.IsMapType():
		for _, attr := range own.AttributeTypes() {
			if !sameElements(attr, unified.ElementType()) {
				return false
			}
		}
		return true
	}
	return false
}

// call rewrites the arguments of a function call. What a function converts its arguments to decides what it sees of them.
func (r *rewriter) call(e *hclsyntax.FunctionCallExpr, w want, f *frame) []edit.Edit {
	if e.Name == "one" && len(e.Args) == 1 && !e.ExpandFinal {
		if splat, ok := unwrap(e.Args[0]).(*hclsyntax.SplatExpr); ok {
			if text, ok := r.splatElement(splat, f); ok {
				return replaceExpr(e, text)
			}
		}
	}
	if (e.Name == "concat" || e.Name == "merge") && !e.ExpandFinal && w.kind != exact {
		undo := r.mark()
		if edits, ok := r.join(e, w, f); ok {
			return edits
		}
		undo()
	}
	if e.Name == "try" && !e.ExpandFinal {
		if text, ok := r.attempt(e, w, f); ok {
			return replaceExpr(e, text)
		}
	}
	if e.Name == "try" || e.Name == "can" {
		r.guards++
		defer func() { r.guards-- }()
	}
	var edits []edit.Edit
	for _, arg := range e.Args {
		edits = append(edits, r.expr(arg, r.argument(e.Name), f)...)
	}
	return edits
}

// attempt chooses the first argument of try that doesn't fail for certain, if it can't fail.
//
//	try(aws_kms_key.none[0].arn, var.key_arn)   ->   var.key_arn
func (r *rewriter) attempt(e *hclsyntax.FunctionCallExpr, w want, f *frame) (string, bool) {
	for _, arg := range e.Args {
		if r.failsForCertain(arg, f) {
			continue
		}
		if !r.total(arg, f) {
			return "", false
		}
		return r.text(arg, w, f), true
	}
	return "", false
}

// argument is what a function sees of its arguments.
func (r *rewriter) argument(name string) want {
	switch name {
	case "jsonencode", "yamlencode":
		return wantJSON
	case "lower", "upper", "title", "trimspace", "chomp", "strrev", "base64encode", "md5", "sha1", "sha256", "sha512", "urlencode", "replace", "trimprefix",
		"trimsuffix", "trim", "startswith", "endswith", "strcontains":
		return wantString
	case "abs", "ceil", "floor":
		return wantNumber
	}
	return wantExact
}

// join drops the empty operands of concat and merge, writes constructors that are concatenated as one, and drops the call when one operand is left.
//
//	concat([a], var.more ? [b] : [])   ->   [a]
//	concat([a], [b])                   ->   [a, b]
//
// Only where the consumer does not see the kind of sequence or mapping.
func (r *rewriter) join(e *hclsyntax.FunctionCallExpr, w want, f *frame) ([]edit.Edit, bool) {
	operand := w
	if w.kind == sink {
		switch {
		case e.Name == "concat" && (w.typ.IsListType() || w.typ.IsSetType()) && w.typ.ElementType().IsPrimitiveType():
			operand = sinkFor(cty.List(w.typ.ElementType()))
		case e.Name == "merge" && w.typ.IsMapType() && w.typ.ElementType().IsPrimitiveType():
		default:
			return nil, false
		}
	}
	var rest []hclsyntax.Expression
	var elements []cty.Type // of the operands that are lists or maps; one that is a tuple or an object leaves all elements as they are
	constructors, alike := e.Name == "concat", true
	for _, arg := range e.Args {
		v, diags := arg.Value(f.ctx)
		if diags.HasErrors() || v.Type().HasDynamicTypes() || (e.Name == "merge" && (!v.IsKnown() || v.IsNull())) {
			return nil, false // merge takes a null for an empty map
		}
		switch typ := v.Type(); {
		case typ.IsTupleType() || typ.IsObjectType():
			alike = false
		case typ.IsCollectionType():
			elements = append(elements, typ.ElementType())
		default:
			return nil, false
		}
		if v, ok := r.known(arg, f); ok && !v.IsNull() && v.CanIterateElements() && v.LengthInt() == 0 {
			continue
		}
		_, tuple := r.chosen(arg, f).(*hclsyntax.TupleConsExpr)
		constructors = constructors && tuple
		rest = append(rest, arg)
	}
	// Lists alone become a list of one type, to which the elements of each are converted.
	if alike && w.kind != sink && slices.ContainsFunc(elements, func(t cty.Type) bool { return !t.Equals(elements[0]) }) {
		return nil, false
	}
	switch {
	case len(rest) == 1:
		return replaceExpr(e, r.text(rest[0], operand, f)), true
	case constructors && len(rest) > 0:
		var texts []string
		for _, arg := range rest {
			for i, item := range r.chosen(arg, f).(*hclsyntax.TupleConsExpr).Exprs {
				texts = append(texts, r.text(item, operand.element(i), f))
			}
		}
		return replaceExpr(e, tupleText(texts)), true
	case len(rest) > 1:
		var texts []string
		for _, arg := range rest {
			texts = append(texts, r.text(arg, operand, f))
		}
		return replaceExpr(e, e.Name+"("+strings.Join(texts, ", ")+")"), true
	}
	return nil, false
}

func unwrap(e hclsyntax.Expression) hclsyntax.Expression {
	for {
		p, ok := e.(*hclsyntax.ParenthesesExpr)
		if !ok {
			return e
		}
		e = p.Expression
	}
}

// index rewrites x[k], where x may have lost its count or for_each.
func (r *rewriter) index(e *hclsyntax.IndexExpr, f *frame) []edit.Edit {
	if base, ok := e.Collection.(*hclsyntax.ScopeTraversalExpr); ok && f.binding(base.Traversal.RootName()) == nil {
		st, n, found := r.target(base.Traversal)
		if key, known := r.known(e.Key, f); found && known && len(base.Traversal) == n {
			switch {
			case st.kind == single && isZero(key):
				return replaceExpr(e, r.source(base.Range()))
			case st.kind == unrolled && key.Type() == cty.String && st.unroll[key.AsString()] != "":
				last := base.Traversal[n-1].SourceRange()
				return replaceExpr(e, string(r.src[base.Range().Start.Byte:last.Start.Byte])+"."+st.unroll[key.AsString()])
			}
		}
	}
	return append(r.step(e.Collection, f), r.expr(e.Key, wantExact, f)...)
}

// splat writes the one element of a splat over a thing that has exactly one instance.
//
//	aws_kms_key.logs[*].arn   ->   [aws_kms_key.logs.arn]
func (r *rewriter) splat(e *hclsyntax.SplatExpr, f *frame) []edit.Edit {
	if text, ok := r.splatElement(e, f); ok {
		return replaceExpr(e, "["+text+"]")
	}
	return r.step(e.Source, f)
}

// splatElement returns the text of the only element of a splat over a resource or module with one instance.
func (r *rewriter) splatElement(e *hclsyntax.SplatExpr, f *frame) (string, bool) {
	source, ok := e.Source.(*hclsyntax.ScopeTraversalExpr)
	if !ok || f.binding(source.Traversal.RootName()) != nil {
		return "", false
	}
	st, n, found := r.target(source.Traversal)
	if !found || len(source.Traversal) != n {
		return "", false
	}
	v, diags := source.Value(f.ctx)
	if diags.HasErrors() {
		return "", false
	}
	one := st.kind == single || (st.kind == kept && r.once(source.Traversal) && v.Type().IsObjectType() && v.IsKnown())
	if !one || r.src[e.MarkerRange.Start.Byte] == '.' {
		return "", false
	}
	// Nested splats and indexes behind the marker apply to the element as they stand.
	return r.source(source.Range()) + string(r.src[e.MarkerRange.End.Byte:e.Range().End.Byte]), true
}

// once tells whether a resource or module block has neither count nor for_each.
func (r *rewriter) once(traversal hcl.Traversal) bool {
	switch traversal.RootName() {
	case "module":
		c := r.mod.Calls[attrName(traversal[1])]
		return c != nil && c.Count == nil && c.ForEach == nil
	case "data":
		res := r.mod.Resources["data."+attrName(traversal[1])+"."+attrName(traversal[2])]
		return res != nil && res.Count == nil && res.ForEach == nil
	}
	res := r.mod.Resources[traversal.RootName()+"."+attrName(traversal[1])]
	return res != nil && res.Count == nil && res.ForEach == nil
}

// element is one element of a collection whose length is known: its key and value as far as they are known, and the texts to write for
// them where they are not.
type element struct {
	key, value         cty.Value
	keyText, valueText string
}

// elements lists a collection whose elements can be told apart: a wholly known one, a constructor, a local value that is one, or a reference
// to something of known length.
func (r *rewriter) elements(e hclsyntax.Expression, f *frame) ([]element, bool) {
	coll, diags := e.Value(f.ctx)
	if diags.HasErrors() || !coll.IsKnown() || coll.IsNull() || coll.ContainsMarked() || !coll.CanIterateElements() || !r.safe(e, f) {
		return nil, false
	}
	if coll.Type().IsSetType() && !coll.IsWhollyKnown() {
		return nil, false
	}
	var found []element
	for it := coll.ElementIterator(); it.Next(); {
		k, v := it.Element()
		found = append(found, element{key: k, value: v})
	}
	if coll.IsWhollyKnown() {
		return found, true
	}
	if f.stays() {
		return nil, false // a text may not leave the loop that it speaks of
	}
	switch e := r.chosen(e, f).(type) {
	case *hclsyntax.TupleConsExpr:
		for i := range found {
			found[i].valueText = r.text(e.Exprs[i], wantExact, f)
		}
		return found, true
	case *hclsyntax.ObjectConsExpr:
		for _, item := range e.Items {
			key, ok := r.known(item.KeyExpr, f)
			if !ok {
				return nil, false
			}
			key, err := convert.Convert(key, cty.String)
			if err != nil {
				return nil, false
			}
			for i := range found {
				if found[i].key.RawEquals(key) {
					found[i].valueText = r.text(item.ValueExpr, wantExact, f)
				}
			}
		}
		return found, true
	case *hclsyntax.ScopeTraversalExpr:
		if st, n, ok := r.target(e.Traversal); ok && st.kind != kept && len(e.Traversal) == n {
			if st.kind != single {
				return nil, false
			}
			found[0].valueText = r.source(e.Range())
			return found, len(found) == 1
		}
		base := edit.Apply(r.src, e.Range().Start.Byte, e.Range().End.Byte, r.traversal(e, f))
		for i := range found {
			text, ok := literal(found[i].key, wantExact)
			if !ok {
				return nil, false
			}
			found[i].valueText = base + "[" + text + "]"
		}
		return found, true
	}
	return nil, false
}

// chosen looks through parentheses, decided conditionals and local values to the constructor or reference behind them.
func (r *rewriter) chosen(e hclsyntax.Expression, f *frame) hclsyntax.Expression {
	for depth := 0; depth < 20; depth++ {
		switch x := e.(type) {
		case *hclsyntax.ParenthesesExpr:
			e = x.Expression
		case *hclsyntax.ConditionalExpr:
			cond, ok := r.known(x.Condition, f)
			if !ok || cond.IsNull() || cond.Type() != cty.Bool {
				return e
			}
			arm, other := x.TrueResult, x.FalseResult
			if cond.False() {
				arm, other = other, arm
			}
			undo := r.mark()
			_, ok = r.arm(arm, other, wantShape, f)
			undo()
			if !ok {
				return e
			}
			e = arm
		default:
			return e
		}
	}
	return e
}

func (r *rewriter) forFrame(e *hclsyntax.ForExpr, f *frame, key, value cty.Value, keyBinding, valueBinding *binding) *frame {
	values, bound := map[string]cty.Value{e.ValVar: value}, map[string]*binding{e.ValVar: valueBinding}
	if e.KeyVar != "" {
		values[e.KeyVar], bound[e.KeyVar] = key, keyBinding
	}
	return f.child(values, bound)
}

// forExpr writes the elements of a for expression one by one when they can be told apart.
//
//	{ for region, a in { "eu-west-1" = module.a } : region => a.arn }   ->   { "eu-west-1" = module.a.arn }
//
// Conditions and keys must be known. Otherwise the loop stays, and its parts are rewritten under loop variables that shadow the module's names.
func (r *rewriter) forExpr(e *hclsyntax.ForExpr, w want, f *frame) []edit.Edit {
	if !e.Group {
		if text, ok := r.unrollFor(e, w, f); ok {
			return replaceExpr(e, text)
		}
	}
	r.left(e.Range(), e.CollExpr, f, "its elements can't be told apart, or its conditions or keys aren't known")
	edits := r.expr(e.CollExpr, wantItems, f)
	if v, diags := e.CollExpr.Value(f.ctx); diags.HasErrors() || v.Type().IsSetType() || v.Type().HasDynamicTypes() {
		edits = r.expr(e.CollExpr, wantExact, f)
	}
	inner := r.forFrame(e, f, cty.DynamicVal, cty.DynamicVal, &binding{}, &binding{})
	if e.KeyExpr != nil {
		edits = append(edits, r.expr(e.KeyExpr, wantString, inner)...)
	}
	edits = append(edits, r.expr(e.ValExpr, wantExact, inner)...)
	if e.CondExpr != nil {
		edits = append(edits, r.expr(e.CondExpr, wantBool, inner)...)
	}
	return edits
}

func (r *rewriter) unrollFor(e *hclsyntax.ForExpr, w want, f *frame) (text string, ok bool) {
	undo := r.mark()
	defer func() {
		if !ok {
			undo()
		}
	}()
	found, ok := r.elements(e.CollExpr, f)
	if !ok || r.guards > 0 && (e.CondExpr != nil || !r.total(e.CollExpr, f)) {
		return "", false // a condition may fail even where there is no element, and an element that the body does not read
	}
	outer := r.refused
	r.refused = false
	defer func() { r.refused = outer }()
	var keys, texts []string
	seen := make(map[string]bool)
	for _, el := range found {
		inner := r.forFrame(e, f, el.key, el.value, &binding{known: true, text: el.keyText}, &binding{known: true, text: el.valueText})
		if e.CondExpr != nil {
			cond, ok := r.known(e.CondExpr, inner)
			if !ok || cond.IsNull() || cond.Type() != cty.Bool {
				return "", false
			}
			if cond.False() {
				continue
			}
		}
		if e.KeyExpr != nil {
			key, ok := r.known(e.KeyExpr, inner)
			if !ok || key.IsNull() {
				return "", false
			}
			s, err := convert.Convert(key, cty.String)
			if err != nil || seen[s.AsString()] {
				return "", false
			}
			seen[s.AsString()] = true
			keys = append(keys, s.AsString())
			texts = append(texts, r.text(e.ValExpr, w.attribute(s.AsString()), inner))
			continue
		}
		texts = append(texts, r.text(e.ValExpr, w.element(len(texts)), inner))
	}
	if r.refused {
		return "", false
	}
	if e.KeyExpr != nil {
		return objectText(keys, texts), true
	}
	return tupleText(texts), true
}
