package coverage

import (
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"go.yaml.in/yaml/v3"

	"plinth/generator/constraint"
)

// Want is what a value must be: equal to a text, number or boolean, or what one of the others says.
type Want struct {
	equal    string
	Contains string   // a text has this in it, a list has this element
	OneOf    []string `yaml:"one_of"`
	Min      *float64
	Present  bool // it is set, to whatever
}

// UnmarshalYAML reads a scalar as the value itself, and a mapping as the other kinds.
func (w *Want) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		w.equal = node.Value
		return nil
	}
	type fields Want
	return node.Decode((*fields)(w))
}

func (w Want) String() string {
	switch {
	case w.Contains != "":
		return fmt.Sprintf("containing %q", w.Contains)
	case len(w.OneOf) > 0:
		return "= " + strings.Join(w.OneOf, " or ")
	case w.Min != nil:
		return fmt.Sprintf(">= %g", *w.Min)
	case w.Present:
		return "set"
	}
	return "= " + w.equal
}

func (w Want) holds(v cty.Value) bool {
	v, _ = v.Unmark()
	if w.Present {
		return !v.IsKnown() || !v.IsNull()
	}
	if !v.IsKnown() || v.IsNull() {
		return false
	}
	if v.CanIterateElements() && !v.Type().IsObjectType() && !v.Type().IsMapType() {
		for it := v.ElementIterator(); it.Next(); {
			if _, element := it.Element(); w.Contains != "" && textOf(element) == w.Contains {
				return true
			}
		}
		return false
	}
	s := textOf(v)
	switch {
	case w.Contains != "":
		return strings.Contains(s, w.Contains)
	case len(w.OneOf) > 0:
		for _, one := range w.OneOf {
			if s == one {
				return true
			}
		}
		return false
	case w.Min != nil:
		n, err := convert.Convert(v, cty.Number)
		return err == nil && n.IsKnown() && n.GreaterThanOrEqualTo(cty.NumberFloatVal(*w.Min)).True()
	}
	return s == w.equal
}

func textOf(v cty.Value) string {
	if !v.IsKnown() || v.IsNull() || v.IsMarked() {
		return ""
	}
	s, err := convert.Convert(v, cty.String)
	if err != nil {
		return ""
	}
	return s.AsString()
}

// valuesAt are the values at a way through blocks, of which there may be several of one type.
func valuesAt(body *constraint.Body, way []string) []cty.Value {
	if len(way) == 1 {
		if attr, ok := body.Attrs[way[0]]; ok && attr.Value != cty.NilVal {
			return []cty.Value{attr.Value}
		}
		return nil
	}
	var all []cty.Value
	for _, block := range body.Blocks[way[0]] {
		all = append(all, valuesAt(block, way[1:])...)
	}
	return all
}
