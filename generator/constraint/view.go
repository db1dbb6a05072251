package constraint

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// view is a resource, or one of its blocks, as the rules read it.
type view struct {
	res  *Resource
	body *Body
	path string // with a trailing dot, or empty for the resource itself
}

// value is an argument that is there, an element of one, or the place of one that is missing.
type value struct {
	res  *Resource
	path string
	rng  hcl.Range
	v    cty.Value // cty.NilVal when the argument isn't there
	name string    // of the spec's field; empty where none decides the value
}

// attr returns an argument; of a missing one the range is the block's.
func (v view) attr(name string) value {
	at := value{res: v.res, path: v.path + name, rng: v.body.Range}
	if a, ok := v.body.Attrs[name]; ok {
		at.v = a.Value
		at.name = a.Field
		if a.Range.Filename != "" {
			at.rng = a.Range
		}
	}
	return at
}

// block is the place of the block itself, or of a nested block that is missing in it.
func (v view) block(missing string) value {
	return value{res: v.res, path: v.path + missing, rng: v.body.Range}
}

// blocks returns the nested blocks of a type, in order.
func (v view) blocks(name string) []view {
	var all []view
	for i, b := range v.body.Blocks[name] {
		if b != nil {
			all = append(all, view{v.res, b, fmt.Sprintf("%s%s[%d].", v.path, name, i)})
		}
	}
	return all
}

// complete says that every block is there for sure: none in here, however deep, is still dynamic.
func (v view) complete() bool {
	if len(v.body.Blocks["dynamic"]) > 0 {
		return false
	}
	for name := range v.body.Blocks {
		for _, b := range v.blocks(name) {
			if !b.complete() {
				return false
			}
		}
	}
	return true
}

// known says that the value itself, though perhaps not each element, can be judged.
func (a value) known() bool {
	return a.v != cty.NilVal && !a.v.IsMarked() && a.v.IsKnown() && !a.v.IsNull()
}

// absent says that the argument isn't there, or is null, for sure.
func (a value) absent() bool {
	return a.v == cty.NilVal || !a.v.IsMarked() && a.v.IsKnown() && a.v.IsNull()
}

// set says that the argument is there and not null, for sure; its value may be unknown.
func (a value) set() bool {
	if a.v == cty.NilVal {
		return false
	}
	v, _ := a.v.Unmark()
	if v.IsKnown() {
		return !v.IsNull()
	}
	return v.Range().DefinitelyNotNull()
}

// str is the value as Terraform would convert it to a string; ok is false for one that can't be judged.
func (a value) str() (string, bool) {
	v, ok := a.as(cty.String)
	if !ok {
		return "", false
	}
	return v.AsString(), true
}

// text is the value as a string; empty for one that is absent or can't be judged.
func (a value) text() string {
	s, _ := a.str()
	return s
}

// boolean is the value as a bool.
func (a value) boolean() (is, ok bool) {
	v, ok := a.as(cty.Bool)
	return ok && v.True(), ok
}

// is says that the value is this bool, for sure.
func (a value) is(want bool) bool {
	got, ok := a.boolean()
	return ok && got == want
}

// integer is the value as a whole number.
func (a value) integer() (int64, bool) {
	v, ok := a.as(cty.Number)
	if !ok {
		return 0, false
	}
	f := v.AsBigFloat()
	if !f.IsInt() {
		return 0, false
	}
	n, accuracy := f.Int64()
	return n, accuracy == 0
}

func (a value) as(t cty.Type) (cty.Value, bool) {
	if !a.known() {
		return cty.NilVal, false
	}
	v, err := convert.Convert(a.v, t)
	return v, err == nil
}

// elements are the elements of a list, set, tuple, map or object, in order; all is false when the collection, or an element,
// can't be judged.
func (a value) elements() (elems []value, all bool) {
	if !a.known() || !a.v.CanIterateElements() {
		return nil, false
	}
	all = true
	for it, i := a.v.ElementIterator(), 0; it.Next(); i++ {
		_, v := it.Element()
		e := value{a.res, fmt.Sprintf("%s[%d]", a.path, i), a.rng, v, a.name}
		elems = append(elems, e)
		all = all && e.known()
	}
	return elems, all
}

// strings are those elements of a collection that are known strings; all is false when there are others.
func (a value) strings() (list []string, all bool) {
	elems, all := a.elements()
	for _, e := range elems {
		s, ok := e.str()
		if !ok {
			all = false
			continue
		}
		list = append(list, s)
	}
	return list, all
}

// distinct is how many different known strings a collection holds: a lower bound of its size as a set.
func (a value) distinct() int {
	list, _ := a.strings()
	slices.Sort(list)
	return len(slices.Compact(list))
}

// provider is the name of the provider configuration, which stands for a region.
func (v view) provider() string {
	if v.res.Provider == "" {
		return "aws"
	}
	return v.res.Provider
}

// decided says that this instance exists for sure.
func (v view) decided() bool { return v.res.Key == cty.NilVal || v.res.Key.IsKnown() }

// perGroup reports every member beyond the limit of groups of resources that share a key; resources with an empty key are left
// out, and so are those that may not exist. The n-th of them is told its number.
func perGroup(rs []view, limit int, key func(view) string, tell func(extra view, n int)) {
	counts := map[string]int{}
	for _, r := range rs {
		k := key(r)
		if k == "" || !r.decided() {
			continue
		}
		counts[k]++
		if counts[k] > limit {
			tell(r, counts[k])
		}
	}
}

// repeated reports each resource whose key an earlier one has, with that one.
func repeated(rs []view, key func(view) string, tell func(r, first view)) {
	seen := map[string]view{}
	for _, r := range rs {
		k := key(r)
		if k == "" || !r.decided() {
			continue
		}
		if first, ok := seen[k]; ok {
			tell(r, first)
			continue
		}
		seen[k] = r
	}
}
