package spec

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"go.yaml.in/yaml/v3"
)

// place names a value in messages, such as kms.exclusions[0].name. The nil place is the top of the spec.
type place struct {
	up    *place
	name  string
	index int // of an element; -1 for a key
}

func (p *place) key(name string) *place { return &place{up: p, name: name, index: -1} }
func (p *place) element(i int) *place   { return &place{up: p, index: i} }

var plainKey = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

func (p *place) String() string {
	var steps []string
	for at := p; at != nil; at = at.up {
		switch {
		case at.index >= 0:
			steps = append(steps, fmt.Sprintf("[%d]", at.index))
		case !plainKey.MatchString(at.name):
			steps = append(steps, "["+short(at.name)+"]")
		case at.up != nil:
			steps = append(steps, "."+at.name)
		default:
			steps = append(steps, at.name)
		}
	}
	slices.Reverse(steps)
	if len(steps) > 12 { // only a wrong spec is that deep
		steps = append(append(steps[:6:6], "..."), steps[len(steps)-6:]...)
	}
	return strings.Join(steps, "")
}

// Field names a value of a spec as its messages do: cloudtrail.bucket.retention_days. The path starts at the top of the spec.
func Field(path cty.Path) string {
	var at *place
	for _, step := range path {
		switch step := step.(type) {
		case cty.GetAttrStep:
			at = at.key(step.Name)
		case cty.IndexStep:
			switch {
			case !step.Key.IsKnown() || step.Key.IsNull():
			case step.Key.Type() == cty.String:
				at = at.key(step.Key.AsString())
			case step.Key.Type() == cty.Number:
				i, _ := step.Key.AsBigFloat().Int64()
				at = at.element(int(i))
			}
		}
	}
	return at.String()
}

// entry is one key of a mapping with its value.
type entry struct {
	name  string
	key   hcl.Range
	node  *yaml.Node
	first bool // false for a key that comes again; lint has reported it
}

// entries lists the keys of a mapping that are text. Lint has reported the others.
func (d *decoder) entries(n *yaml.Node) []entry {
	list := make([]entry, 0, len(n.Content)/2)
	seen := make(map[string]bool, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, ok := keyName(n.Content[i])
		if !ok {
			continue
		}
		list = append(list, entry{name: name, key: d.node(n.Content[i]), node: n.Content[i+1], first: !seen[name]})
		seen[name] = true
	}
	return list
}

// keyName is the text of a key, in the normal form in which cty compares names.
func keyName(n *yaml.Node) (string, bool) {
	if n.Kind != yaml.ScalarNode || n.Tag != "!!str" {
		return "", false
	}
	return cty.NormalizeString(n.Value), true
}

// slot tells about the place that a value is decoded for.
type slot struct {
	key      hcl.Range // of the key, zero for an element
	rng      hcl.Range // stands in for the value's own range when an alias is followed
	nullable bool
	element  bool // of a list or map, not a field with a name of its own
	depth    int  // of lists and mappings, this one counted
}

// value decodes a node as a value of a type. It reports problems and returns unknown values in their place; it never returns nil.
func (d *decoder) value(n *yaml.Node, want cty.Type, at *place, in slot) *Value {
	if in.rng == (hcl.Range{}) {
		in.rng = d.node(n)
		if in.rng.Empty() && in.key != (hcl.Range{}) && n.Kind == yaml.ScalarNode {
			in.rng = in.key
		}
	}
	v := &Value{Range: in.rng, KeyRange: in.key, Value: unknown(want)}
	if d.tooMany || d.bomb {
		return v
	}
	if d.aliasDepth > 0 {
		d.aliased++
		if d.aliased > maxAliased {
			d.bomb = true
			d.report(in.rng, "Too many aliases", fmt.Sprintf("The aliases of this spec stand for more than %d values. Write values out, or use fewer aliases.", maxAliased))
			return v
		}
	}
	if n.Kind == yaml.AliasNode {
		if d.active[n.Alias] {
			d.selfAlias(in.rng)
			return v
		}
		d.aliasDepth++
		defer func() { d.aliasDepth-- }()
		return d.value(n.Alias, want, at, in)
	}
	if n.Anchor != "" {
		d.active[n] = true
		defer delete(d.active, n)
	}
	if isNull(n) {
		if !in.nullable {
			d.report(in.rng, "Missing value", fmt.Sprintf("%s has no value. Write %s.", at, inPlaceOfNull(at, want, in)))
			return v
		}
		v.Value = cty.NullVal(want.WithoutOptionalAttributesDeep())
		return v
	}
	if isFile(n) {
		d.file(n, want, at, v)
		return v
	}
	if n.Kind == yaml.ScalarNode && (n.Style&yaml.TaggedStyle != 0 || strings.ContainsRune(n.Value, 0)) {
		return v // lint has said so
	}
	if n.Kind != yaml.ScalarNode && in.depth > maxDepth {
		if d.aliasDepth > 0 { // else lint has said so
			d.tooDeep(in.rng)
		}
		return v
	}
	switch {
	case want == cty.String:
		d.text(n, at, v)
	case want == cty.Number:
		d.number(n, at, v)
	case want == cty.Bool:
		d.boolean(n, at, v)
	case want.IsObjectType():
		d.object(n, want, at, in, v)
	case want.IsMapType():
		d.mapping(n, want, want.ElementType(), at, in, v)
	case want.IsListType(), want.IsSetType(), want.IsTupleType():
		d.list(n, want, at, in, v)
	default:
		d.natural(n, at, in, v)
	}
	return v
}

func unknown(want cty.Type) cty.Value { return cty.UnknownVal(want.WithoutOptionalAttributesDeep()) }

func (d *decoder) selfAlias(rng hcl.Range) {
	d.report(rng, "Alias contains itself", "This alias stands for a value that it is a part of. Write the value out.")
}

func isPlain(n *yaml.Node) bool {
	return n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" && isPlain(n) }

// inPlaceOfNull says what to write for a value that is missing. A field is needed, so an empty text or list is hardly what is wanted there;
// an element can be empty, or go.
func inPlaceOfNull(at *place, want cty.Type, in slot) string {
	switch {
	case !in.element:
		return sample(at.name, want)
	case at.index >= 0:
		return kindOf(want) + ", or remove the element"
	}
	return kindOf(want) + ", or remove the key"
}

func (d *decoder) wrongType(v *Value, detail string) { d.report(v.Range, "Wrong type", detail) }

func (d *decoder) text(n *yaml.Node, at *place, v *Value) {
	switch n.Kind {
	case yaml.SequenceNode:
		d.wrongType(v, fmt.Sprintf("%s is text, not a list. Write one value; text that starts with [ goes in quotes.", at))
	case yaml.MappingNode:
		d.wrongType(v, fmt.Sprintf("%s is text, not a mapping. Write one value; text that starts with { or holds a colon and a space goes in quotes.", at))
	default:
		v.Value = cty.StringVal(n.Value)
	}
}

var (
	decimal = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`)
	zeros   = regexp.MustCompile(`^-?0[0-9_]+$`)
)

// maxDigits keeps numbers within the 512 bits that cty and Terraform compute with.
const maxDigits = 100

func (d *decoder) number(n *yaml.Node, at *place, v *Value) {
	switch {
	case n.Kind == yaml.SequenceNode:
		d.wrongType(v, fmt.Sprintf("%s is a number, not a list. Write one number.", at))
	case n.Kind == yaml.MappingNode:
		d.wrongType(v, fmt.Sprintf("%s is a number, not a mapping. Write one number.", at))
	case !isPlain(n) && decimal.MatchString(n.Value):
		d.wrongType(v, fmt.Sprintf("%s is a number. Write %s without quotes.", at, short(n.Value)))
	case !isPlain(n) || n.Tag == "!!str" || n.Tag == "!!bool":
		d.wrongType(v, fmt.Sprintf("%s is a number, not %s. Write a decimal number, such as 30.", at, quoted(n.Value)))
	case zeros.MatchString(n.Value):
		d.wrongType(v, fmt.Sprintf("%s is a number, and YAML would read %s as an octal one. Write it in decimal, without leading zeros.", at, short(n.Value)))
	case !decimal.MatchString(n.Value):
		d.wrongType(v, fmt.Sprintf("%s is a number. Write it in decimal digits, such as 30, in place of %s.", at, short(n.Value)))
	case len(n.Value) > maxDigits:
		d.wrongType(v, fmt.Sprintf("The number of %s is too long. Write at most %d digits.", at, maxDigits))
	default:
		v.Value = cty.MustParseNumberVal(n.Value)
	}
}

func isTrue(text string) bool {
	switch strings.ToLower(text) {
	case "true", "yes", "on", "y", "1":
		return true
	}
	return false
}

// isSwitch tells whether a text means true or false to YAML 1.1, some other tool, or a person.
func isSwitch(text string) bool {
	switch strings.ToLower(text) {
	case "false", "no", "off", "n", "0":
		return true
	}
	return isTrue(text)
}

func (d *decoder) boolean(n *yaml.Node, at *place, v *Value) {
	switch {
	case n.Kind != yaml.ScalarNode:
		d.wrongType(v, fmt.Sprintf("%s is true or false, not %s. Write true or false.", at, nodeKind(n)))
	case isPlain(n) && n.Value == "true":
		v.Value = cty.True
	case isPlain(n) && n.Value == "false":
		v.Value = cty.False
	case isSwitch(n.Value):
		d.wrongType(v, fmt.Sprintf("%s is true or false. Write %t, without quotes and in lower case.", at, isTrue(n.Value)))
	default:
		d.wrongType(v, fmt.Sprintf("%s is true or false, not %s. Write true or false.", at, quoted(n.Value)))
	}
}

func (d *decoder) object(n *yaml.Node, want cty.Type, at *place, in slot, v *Value) {
	types := want.AttributeTypes()
	optional := want.OptionalAttributes()
	names := sortedKeys(types)
	if n.Kind != yaml.MappingNode {
		d.wrongType(v, fmt.Sprintf("%s is a mapping, not %s. Write its keys: %s.", at, nodeKind(n), list(names)))
		return
	}
	v.Attrs = make(map[string]*Value, len(n.Content)/2)
	given := make(map[string]cty.Value, len(n.Content)/2)
	meant := make(map[string]bool)
	for _, e := range d.entries(n) {
		if d.tooMany {
			return
		}
		typ, ok := types[e.name]
		if !ok {
			if e.first {
				guess := Suggestion(e.name, names)
				meant[guess] = true
				d.report(e.key, "Unknown key", unknownKey(at.String(), e.name, guess, names))
			}
			continue
		}
		_, isOptional := optional[e.name]
		attr := d.value(e.node, typ, at.key(e.name), slot{key: e.key, nullable: isOptional, depth: in.depth + 1})
		if e.first {
			v.Attrs[e.name] = attr
			given[e.name] = attr.Value
		}
	}
	var absent []string
	for _, name := range names {
		_, isOptional := optional[name]
		switch {
		case v.Attrs[name] != nil:
		case meant[name]: // a default in its place could make other values look wrong
			given[name] = unknown(types[name])
		case !isOptional:
			absent = append(absent, name)
			given[name] = unknown(types[name])
		}
	}
	if len(absent) > 0 {
		rng := v.Range
		if in.key != (hcl.Range{}) {
			rng = in.key
		}
		d.report(rng, "Missing key", fmt.Sprintf("%s needs %s; write %s in it.", at, and(absent), samples(absent, types)))
	}
	v.Value = cty.ObjectVal(given)
}

func (d *decoder) mapping(n *yaml.Node, want, element cty.Type, at *place, in slot, v *Value) {
	if n.Kind != yaml.MappingNode {
		d.wrongType(v, fmt.Sprintf("%s is a mapping, not %s. Write {%s}, or one key: value a line.", at, nodeKind(n), sample("<key>", element)))
		return
	}
	v.Attrs = make(map[string]*Value, len(n.Content)/2)
	given := make(map[string]cty.Value, len(n.Content)/2)
	for _, e := range d.entries(n) {
		if d.tooMany {
			return
		}
		attr := d.value(e.node, element, at.key(e.name), slot{key: e.key, nullable: want == cty.DynamicPseudoType, element: true, depth: in.depth + 1})
		if e.first {
			v.Attrs[e.name] = attr
			given[e.name] = attr.Value
		}
	}
	v.Value = cty.ObjectVal(given)
}

func (d *decoder) list(n *yaml.Node, want cty.Type, at *place, in slot, v *Value) {
	switch {
	case n.Kind == yaml.SequenceNode:
	case n.Kind == yaml.MappingNode:
		d.wrongType(v, fmt.Sprintf("%s is a list, not a mapping. Write a dash and a space before each element, one element a line.", at))
		return
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 || strings.Contains(n.Value, "\n"):
		d.wrongType(v, fmt.Sprintf("%s is a list. Write a dash and a space before each element, one element a line.", at))
		return
	default:
		d.wrongType(v, fmt.Sprintf("%s is a list. Write [%s].", at, short(d.written(n))))
		return
	}
	if want.IsTupleType() && len(n.Content) != want.Length() {
		d.wrongType(v, fmt.Sprintf("%s needs %d elements, not %d.", at, want.Length(), len(n.Content)))
		return
	}
	v.Elems = make([]*Value, 0, len(n.Content))
	given := make([]cty.Value, 0, len(n.Content))
	seen := make(map[int][]*Value)
	for i, node := range n.Content {
		if d.tooMany {
			return
		}
		element := d.value(node, elementType(want, i), at.element(i), slot{nullable: want == cty.DynamicPseudoType, element: true, depth: in.depth + 1})
		if want.IsSetType() && element.Value.IsWhollyKnown() {
			hash := element.Value.Hash()
			for _, before := range seen[hash] {
				if before.Value.RawEquals(element.Value) {
					d.report(element.Range, "Duplicate element", fmt.Sprintf("%s has this element on line %d already. Remove one of the two.", at, before.Range.Start.Line))
					break
				}
			}
			seen[hash] = append(seen[hash], element)
		}
		v.Elems = append(v.Elems, element)
		given = append(given, element.Value)
	}
	v.Value = cty.TupleVal(given)
}

func elementType(want cty.Type, i int) cty.Type {
	switch {
	case want.IsTupleType():
		if i < want.Length() {
			return want.TupleElementType(i)
		}
		return cty.DynamicPseudoType
	case want.IsCollectionType():
		return want.ElementType()
	}
	return cty.DynamicPseudoType
}

// written is a scalar as the spec has it.
func (d *decoder) written(n *yaml.Node) string {
	rng := d.node(n)
	return string(d.positionsOf(n).src[rng.Start.Byte:rng.End.Byte])
}

// natural decodes a value that may have any type, by what YAML makes of it.
func (d *decoder) natural(n *yaml.Node, at *place, in slot, v *Value) {
	switch n.Kind {
	case yaml.MappingNode:
		d.mapping(n, cty.DynamicPseudoType, cty.DynamicPseudoType, at, in, v)
		return
	case yaml.SequenceNode:
		d.list(n, cty.DynamicPseudoType, at, in, v)
		return
	}
	if !isPlain(n) || n.Style&yaml.TaggedStyle != 0 || n.Tag == "!!str" || n.Tag == "!!timestamp" || n.Tag == "!!merge" {
		v.Value = cty.StringVal(n.Value)
		return
	}
	if n.Tag != "!!bool" && len(n.Value) > maxDigits {
		d.wrongType(v, fmt.Sprintf("The number of %s is too long. Write at most %d digits, or text in quotes.", at, maxDigits))
		return
	}
	if n.Tag != "!!bool" && decimal.MatchString(n.Value) { // without the rounding of a float64
		v.Value = cty.MustParseNumberVal(n.Value)
		return
	}
	var natural any
	if err := n.Decode(&natural); err != nil {
		d.wrongType(v, fmt.Sprintf("%s can't be read: %s. Write it in quotes to keep it as text.", at, err))
		return
	}
	switch natural := natural.(type) {
	case bool:
		v.Value = cty.BoolVal(natural)
	case int:
		v.Value = cty.NumberIntVal(int64(natural))
	case int64:
		v.Value = cty.NumberIntVal(natural)
	case uint64:
		v.Value = cty.NumberUIntVal(natural)
	case float64:
		if math.IsInf(natural, 0) || math.IsNaN(natural) {
			d.wrongType(v, fmt.Sprintf("%s can't be %s. Write a decimal number, or text in quotes.", at, n.Value))
			return
		}
		v.Value = cty.NumberFloatVal(natural)
	default:
		v.Value = cty.StringVal(n.Value)
	}
}

func nodeKind(n *yaml.Node) string {
	switch n.Kind {
	case yaml.SequenceNode:
		return "a list"
	case yaml.MappingNode:
		return "a mapping"
	}
	return quoted(n.Value)
}
