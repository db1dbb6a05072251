package constraint

import "github.com/zclconf/go-cty/cty"

// value is an argument of the body without a place, for readers that report nothing.
func (b *Body) value(name string) value { return view{body: b}.attr(name) }

// Known is an argument's value; ok is false where the argument isn't there, is null, unknown or sensitive.
func (b *Body) Known(name string) (v cty.Value, ok bool) {
	a := b.value(name)
	return a.v, a.known()
}

// Text is an argument as Terraform would convert it to a string; empty if it isn't there or can't be judged.
func (b *Body) Text(name string) string { return b.value(name).text() }

// Texts are the texts among the elements of a list, set, map or object, without those that can't be judged.
func (b *Body) Texts(name string) []string {
	all, _ := b.value(name).strings()
	return all
}

// HasElements says that a list has elements, which may be unknown, as the list itself may be.
func (b *Body) HasElements(name string) bool {
	a := b.value(name)
	if a.v == cty.NilVal {
		return false
	}
	v, _ := a.v.Unmark()
	return !v.IsKnown() || !v.IsNull() && v.CanIterateElements() && v.LengthInt() > 0
}
