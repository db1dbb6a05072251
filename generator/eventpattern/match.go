package eventpattern

import (
	"fmt"
	"strings"

	"plinth/generator/jsontext"
)

// Mismatch is a field that keeps an event from matching.
type Mismatch struct {
	// Field is the way to the field, such as "detail.eventName".
	Field string
	// Want are the field's conditions as the pattern writes them, in JSON.
	Want []string
	// Got is the event's value in JSON; empty if the event doesn't have the field.
	Got string
}

func (m Mismatch) String() string {
	want := strings.Join(m.Want, " or ")
	if m.Got == "" {
		return fmt.Sprintf("%s is absent, wanted %s", m.Field, want)
	}
	return fmt.Sprintf("%s is %s, wanted %s", m.Field, m.Got, want)
}

// absent is the value of a field that isn't there.
type absent struct{}

// Mismatches says what keeps an event, which Decode has read, from matching: nothing if it matches, else at least one field; of alternatives, of which none
// matches, the fields of each.
//
// Documented: a field of the event that holds a list matches if any of its elements does; exists looks at leaves alone. Not documented, and unverified
// against AWS: an element of a list of objects has to match all of the fields below it by itself, and anything-but matches a list with any element that
// isn't among the values.
func (p *Pattern) Mismatches(event any) []Mismatch { return p.root.mismatches(event, "") }

// Match says whether an event matches.
func (p *Pattern) Match(event any) bool { return len(p.Mismatches(event)) == 0 }

func (o *object) mismatches(v any, way string) []Mismatch {
	if list, ok := v.([]any); ok {
		var first []Mismatch
		for _, element := range list {
			found := o.mismatches(element, way)
			if len(found) == 0 {
				return nil
			}
			if first == nil {
				first = found
			}
		}
		if first != nil {
			return first
		}
	}
	fields, _ := v.(map[string]any)
	var all []Mismatch
	for _, name := range o.names {
		here := within(way, name)
		value, ok := fields[name]
		if !ok {
			value = absent{}
		}
		if below := o.below[name]; below != nil {
			all = append(all, below.mismatches(value, here)...)
			continue
		}
		if !matchesAny(o.leaves[name], value) {
			m := Mismatch{Field: here}
			for _, c := range o.leaves[name] {
				m.Want = append(m.Want, c.text)
			}
			if ok {
				m.Got = jsontext.Encode(value)
			}
			all = append(all, m)
		}
	}
	var none []Mismatch
	for _, alternative := range o.or {
		found := alternative.mismatches(v, way)
		if len(found) == 0 {
			return all
		}
		none = append(none, found...)
	}
	return append(all, none...)
}

func matchesAny(conditions []condition, v any) bool {
	leaves := leavesOf(v)
	for _, c := range conditions {
		if c.exists != nil {
			if *c.exists == (len(leaves) > 0) {
				return true
			}
			continue
		}
		for _, leaf := range leaves {
			if c.match(leaf) {
				return true
			}
		}
	}
	return false
}

// leavesOf are the texts, numbers, booleans and nulls that a field holds, by itself or in lists.
func leavesOf(v any) []any {
	switch v := v.(type) {
	case absent, map[string]any:
		return nil
	case []any:
		var all []any
		for _, element := range v {
			all = append(all, leavesOf(element)...)
		}
		return all
	}
	return []any{v}
}
