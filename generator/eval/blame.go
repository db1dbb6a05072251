package eval

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Culprit is one element of an input, or something within it, that makes a condition fail.
type Culprit struct {
	Path  cty.Path // starts with the variable's name
	Least int      // how many of the steps lead to the element itself; what follows may have been left out by whoever wrote it
	Key   bool     // the key of the element is wrong, rather than its value
}

// blame tells which elements of lists and maps make a condition fail. It understands the ways in which a condition goes through elements:
// alltrue and anytrue over for expressions, and a list compared with itself without doubles. It finds nothing in other conditions, and
// nothing in parts that can't be decided. A culprit may be named twice.
func (s *Scope) blame(condition hclsyntax.Expression) []Culprit {
	b := &blamer{scope: s}
	return b.unlike(condition, true, nil)
}

type blamer struct{ scope *Scope }

// bound is what one iterator of a for expression stands for.
type bound struct {
	value   cty.Value
	culprit *Culprit // nil where it comes from no input
}

type bindings map[string]bound

func (b *blamer) value(e hclsyntax.Expression, names bindings) (cty.Value, bool) {
	extra := make(map[string]cty.Value, len(names))
	for name, bound := range names {
		extra[name] = bound.value
	}
	value, diags := b.scope.Value(e, extra)
	return value, !diags.HasErrors()
}

// is tells whether an expression is known to be a certain bool.
func (b *blamer) is(e hclsyntax.Expression, want bool, names bindings) bool {
	value, ok := b.value(e, names)
	return ok && value.IsKnown() && !value.IsNull() && value.Type() == cty.Bool && value.True() == want
}

// unlike returns what makes e differ from what it should be.
func (b *blamer) unlike(e hclsyntax.Expression, want bool, names bindings) []Culprit {
	if !b.is(e, !want, names) {
		return nil
	}
	switch e := e.(type) {
	case *hclsyntax.ParenthesesExpr:
		return b.unlike(e.Expression, want, names)
	case *hclsyntax.UnaryOpExpr:
		if e.Op == hclsyntax.OpLogicalNot {
			return b.unlike(e.Val, !want, names)
		}
	case *hclsyntax.BinaryOpExpr:
		switch e.Op {
		case hclsyntax.OpLogicalAnd, hclsyntax.OpLogicalOr:
			left, right := b.unlike(e.LHS, want, names), b.unlike(e.RHS, want, names)
			if (e.Op == hclsyntax.OpLogicalOr) == want {
				return either(left, right) // both sides are wrong, and one set right is enough
			}
			return append(left, right...)
		case hclsyntax.OpEqual:
			if doubles := b.doubles(e, names); doubles != nil {
				return doubles
			}
		}
	case *hclsyntax.ConditionalExpr:
		if b.is(e.Condition, true, names) {
			return b.unlike(e.TrueResult, want, names)
		}
		return b.unlike(e.FalseResult, want, names)
	case *hclsyntax.FunctionCallExpr:
		switch {
		case e.Name == "try":
			if taken := b.taken(e.Args, names); taken != nil {
				if found := b.unlike(taken, want, names); len(found) > 0 || taken == e.Args[0] {
					return found
				}
			}
		case e.Name == "alltrue" && want, e.Name == "anytrue" && !want:
			var found []Culprit
			for _, item := range b.items(e.Args[0], names) {
				found = append(found, b.unlike(item.expr, want, item.names)...)
			}
			if len(found) > 0 {
				return found
			}
		}
	}
	return b.reads(e, names)
}

// either merges what two alternatives blame: what is common to them, where each blames one thing.
func either(left, right []Culprit) []Culprit {
	if len(left) != 1 || len(right) != 1 {
		return append(left, right...)
	}
	return common(append(left, right...))
}

// common is the innermost place that holds all of what one condition reads, or the first of them.
func common(all []Culprit) []Culprit {
	if len(all) < 2 {
		return all
	}
	one := all[0]
	for _, next := range all[1:] {
		n := 0
		for n < len(one.Path) && n < len(next.Path) && sameStep(one.Path[n], next.Path[n]) {
			n++
		}
		if n < one.Least || n < next.Least {
			return all[:1]
		}
		one = Culprit{Path: one.Path[:n:n], Least: max(one.Least, next.Least), Key: one.Key && next.Key}
	}
	return []Culprit{one}
}

// reads returns what a condition that can't be taken apart reads of the elements that for expressions around it go through.
func (b *blamer) reads(e hclsyntax.Expression, names bindings) []Culprit {
	var found []Culprit
	_ = hclsyntax.VisitAll(e, func(node hclsyntax.Node) hcl.Diagnostics {
		call, ok := node.(*hclsyntax.FunctionCallExpr)
		if !ok || call.Name != "lookup" || len(call.Args) < 2 {
			return nil
		}
		key, ok := b.value(call.Args[1], names)
		if base := b.place(call.Args[0], names); base != nil && ok && key.IsWhollyKnown() && b.holds(call.Args[0], key, names) {
			found = append(found, element(*base, key))
		}
		return nil
	})
	if len(found) > 0 {
		return found
	}
	for _, traversal := range e.Variables() {
		if culprit := names[traversal.RootName()].culprit; culprit != nil {
			found = append(found, below(*culprit, traversal[1:]))
		}
	}
	return common(found)
}

// holds tells whether a map has a key.
func (b *blamer) holds(m hclsyntax.Expression, key cty.Value, names bindings) bool {
	value, ok := b.value(m, names)
	if !ok || !value.IsKnown() || value.IsNull() || !value.CanIterateElements() || key.IsNull() || key.Type() != cty.String {
		return false
	}
	for it := value.ElementIterator(); it.Next(); {
		if k, _ := it.Element(); k.RawEquals(key) {
			return true
		}
	}
	return false
}

// doubles returns the elements that come again, where e is length(distinct(x)) == length(y).
func (b *blamer) doubles(e *hclsyntax.BinaryOpExpr, names bindings) []Culprit {
	length, ok := e.LHS.(*hclsyntax.FunctionCallExpr)
	if !ok || length.Name != "length" || len(length.Args) != 1 {
		return nil
	}
	call, ok := length.Args[0].(*hclsyntax.FunctionCallExpr)
	if other, same := e.RHS.(*hclsyntax.FunctionCallExpr); !ok || !same || call.Name != "distinct" || len(call.Args) != 1 || other.Name != "length" {
		return nil
	}
	var found []Culprit
	seen := make(map[int][]cty.Value)
	for _, element := range b.elements(call.Args[0], names) {
		if !element.value.IsWhollyKnown() {
			return nil
		}
		hash := element.value.Hash()
		if again := slices.ContainsFunc(seen[hash], element.value.RawEquals); !again {
			seen[hash] = append(seen[hash], element.value)
		} else if element.culprit != nil {
			found = append(found, *element.culprit)
		}
	}
	return found
}

// taken is the argument of try that its result comes from.
func (b *blamer) taken(args []hclsyntax.Expression, names bindings) hclsyntax.Expression {
	for _, arg := range args {
		if _, ok := b.value(arg, names); ok {
			return arg
		}
	}
	return nil
}

// item is an expression for one element of a list, with the names that it may use.
type item struct {
	expr  hclsyntax.Expression
	names bindings
}

// items takes the list that an expression makes apart into the expressions of its elements; nil where it can't.
func (b *blamer) items(e hclsyntax.Expression, names bindings) []item {
	switch e := e.(type) {
	case *hclsyntax.ParenthesesExpr:
		return b.items(e.Expression, names)
	case *hclsyntax.TupleConsExpr:
		var list []item
		for _, expr := range e.Exprs {
			list = append(list, item{expr, names})
		}
		return list
	case *hclsyntax.FunctionCallExpr:
		if e.Name != "flatten" || len(e.Args) != 1 {
			return nil
		}
		var list []item
		for _, one := range b.items(e.Args[0], names) {
			if inner := b.items(one.expr, one.names); inner != nil {
				list = append(list, inner...)
			} else {
				list = append(list, one)
			}
		}
		return list
	case *hclsyntax.ForExpr:
		if e.KeyExpr != nil {
			return nil
		}
		var list []item
		for _, element := range b.elements(e.CollExpr, names) {
			inner := make(bindings, len(names)+2)
			for name, bound := range names {
				inner[name] = bound
			}
			if e.KeyVar != "" {
				key := bound{value: element.key}
				if element.culprit != nil {
					culprit := *element.culprit
					culprit.Key = true
					key.culprit = &culprit
				}
				inner[e.KeyVar] = key
			}
			inner[e.ValVar] = element.bound
			if e.CondExpr == nil || b.is(e.CondExpr, true, inner) {
				list = append(list, item{e.ValExpr, inner})
			}
		}
		return list
	}
	return nil
}

type keyed struct {
	bound
	key cty.Value
}

// elements lists the elements of a collection, each with the place in an input that it comes from, as far as that is clear.
func (b *blamer) elements(e hclsyntax.Expression, names bindings) []keyed {
	value, ok := b.value(e, names)
	if !ok || !value.IsKnown() || value.IsNull() || !value.CanIterateElements() {
		return nil
	}
	var list []keyed
	for it := value.ElementIterator(); it.Next(); {
		k, v := it.Element()
		list = append(list, keyed{bound{value: v}, k})
	}
	origins := b.origins(e, names)
	if len(origins) != len(list) {
		return list
	}
	for i := range list {
		list[i].culprit = origins[i]
	}
	return list
}

// origins returns where the elements of a collection come from, in the order of its elements; nil where that isn't clear.
func (b *blamer) origins(e hclsyntax.Expression, names bindings) []*Culprit {
	if base := b.place(e, names); base != nil {
		value, _ := b.value(e, names)
		if !value.IsKnown() || value.IsNull() || !value.CanIterateElements() {
			return nil
		}
		var list []*Culprit
		for it := value.ElementIterator(); it.Next(); {
			key, _ := it.Element()
			culprit := element(*base, key)
			list = append(list, &culprit)
		}
		return list
	}
	switch e := e.(type) {
	case *hclsyntax.ParenthesesExpr:
		return b.origins(e.Expression, names)
	case *hclsyntax.TupleConsExpr:
		var list []*Culprit
		for _, expr := range e.Exprs {
			culprit := b.place(expr, names)
			if culprit != nil {
				culprit.Least = len(culprit.Path)
			}
			list = append(list, culprit)
		}
		return list
	case *hclsyntax.ForExpr:
		var list []*Culprit
		for _, one := range b.items(e, names) {
			if found := b.reads(one.expr, one.names); len(found) == 1 {
				list = append(list, &found[0])
			} else {
				list = append(list, nil)
			}
		}
		return list
	case *hclsyntax.FunctionCallExpr:
		return b.originsOfCall(e, names)
	}
	return nil
}

func (b *blamer) originsOfCall(e *hclsyntax.FunctionCallExpr, names bindings) []*Culprit {
	switch e.Name {
	case "concat":
		var list []*Culprit
		for _, arg := range e.Args {
			elements := b.elements(arg, names)
			for i := range elements {
				list = append(list, elements[i].culprit)
			}
		}
		return list
	case "try", "coalesce":
		if taken := b.chosen(e, names); taken != nil {
			return b.origins(taken, names)
		}
	case "values", "keys":
		list := b.origins(e.Args[0], names)
		for _, culprit := range list {
			if culprit != nil {
				culprit.Key = e.Name == "keys"
			}
		}
		return list
	case "compact":
		var list []*Culprit
		for _, element := range b.elements(e.Args[0], names) {
			if !element.value.IsNull() && !element.value.RawEquals(cty.StringVal("")) {
				list = append(list, element.culprit)
			}
		}
		return list
	}
	return nil
}

// chosen is the argument of try or coalesce that the result comes from.
func (b *blamer) chosen(e *hclsyntax.FunctionCallExpr, names bindings) hclsyntax.Expression {
	if e.Name == "try" {
		return b.taken(e.Args, names)
	}
	for _, arg := range e.Args {
		if value, ok := b.value(arg, names); !ok || !value.IsKnown() {
			return nil
		} else if !value.IsNull() {
			return arg
		}
	}
	return nil
}

// place is the place in an input that an expression stands for: var.x.y, or an iterator; nil for others.
func (b *blamer) place(e hclsyntax.Expression, names bindings) *Culprit {
	switch e := e.(type) {
	case *hclsyntax.ParenthesesExpr:
		return b.place(e.Expression, names)
	case *hclsyntax.ScopeTraversalExpr:
		if bound, ok := names[e.Traversal.RootName()]; ok {
			if bound.culprit == nil || bound.culprit.Key {
				return nil
			}
			culprit := below(*bound.culprit, e.Traversal[1:])
			return &culprit
		}
		if e.Traversal.RootName() == "var" && len(e.Traversal) > 1 {
			culprit := below(Culprit{}, e.Traversal[1:])
			return &culprit
		}
	case *hclsyntax.FunctionCallExpr:
		if e.Name == "try" || e.Name == "coalesce" {
			if taken := b.chosen(e, names); taken != nil {
				return b.place(taken, names)
			}
		}
	}
	return nil
}

// below is the place that a traversal leads to from a culprit.
func below(from Culprit, traversal hcl.Traversal) Culprit {
	path := from.Path.Copy()
	for _, step := range traversal {
		switch step := step.(type) {
		case hcl.TraverseAttr:
			path = append(path, cty.GetAttrStep{Name: step.Name})
		case hcl.TraverseIndex:
			path = append(path, cty.IndexStep{Key: step.Key})
		default:
			return Culprit{Path: path, Least: from.Least, Key: from.Key}
		}
	}
	return Culprit{Path: path, Least: from.Least, Key: from.Key}
}

func element(of Culprit, key cty.Value) Culprit {
	path := append(of.Path.Copy(), cty.IndexStep{Key: key})
	return Culprit{Path: path, Least: len(path)}
}

func sameStep(a, b cty.PathStep) bool {
	switch a := a.(type) {
	case cty.GetAttrStep:
		b, ok := b.(cty.GetAttrStep)
		return ok && a == b
	case cty.IndexStep:
		b, ok := b.(cty.IndexStep)
		return ok && a.Key.RawEquals(b.Key)
	}
	return false
}
