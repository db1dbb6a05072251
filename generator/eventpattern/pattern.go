// Package eventpattern reads the event patterns of EventBridge rules and matches events against them.
//
// The language is the one of
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html and
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html:
//
//	pattern     = { field: pattern | [ condition, ... ], "$or": [ pattern, pattern, ... ] }
//	condition   = text | number | true | false | null
//	            | {"prefix": text} | {"prefix": {"equals-ignore-case": text}}, and suffix alike
//	            | {"equals-ignore-case": text} | {"wildcard": text}
//	            | {"anything-but": text | number | [ text, ... ] | [ number, ... ]}
//	            | {"anything-but": {"prefix" | "suffix" | "equals-ignore-case" | "wildcard": text | [ text, ... ]}}
//	            | {"numeric": [ comparison, number ]} | {"numeric": [ comparison, number, comparison, number ]}
//	            | {"cidr": text} | {"exists": true | false}
//
// An event must match every field of the pattern, and of the conditions of a field any one. A pattern without fields is read as one that every event
// matches; whether AWS takes it is unverified.
package eventpattern

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"plinth/generator/jsontext"
)

// Error is why a pattern was refused.
type Error struct {
	// Field is the way to what is wrong, such as "detail.eventName[0]"; empty for the whole pattern.
	Field string
	// Message says what is wrong and what to write.
	Message string
}

func (e *Error) Error() string {
	if e.Field == "" {
		return e.Message
	}
	return e.Field + ": " + e.Message
}

// Pattern is a parsed event pattern.
type Pattern struct {
	root   *object
	fields []string
}

// Fields are the names of the pattern's fields at the top, sorted, those within $or among them.
func (p *Pattern) Fields() []string { return p.fields }

// object is a pattern, or the part of one below a field.
type object struct {
	names  []string // sorted
	below  map[string]*object
	leaves map[string][]condition
	or     []*object
}

// condition is one entry of a field's list.
type condition struct {
	text  string // as it is written
	match func(v any) bool
	// exists is set for the only conditions that see whether the field is there at all.
	exists *bool
}

// Parse reads a pattern. The error is always an *Error.
func Parse(text string) (*Pattern, error) {
	value, err := jsontext.Decode(strings.NewReader(text))
	if err != nil {
		return nil, &Error{Message: fmt.Sprintf(`the pattern is no JSON object: %s; write an object, such as { "source": ["aws.iam"] }`, err)}
	}
	fields, ok := value.(map[string]any)
	if !ok {
		return nil, &Error{Message: `the pattern is no JSON object; write one, such as { "source": ["aws.iam"] }`}
	}
	root, err := parseObject(fields, "")
	if err != nil {
		return nil, err
	}
	p := &Pattern{root: root}
	root.top(&p.fields)
	slices.Sort(p.fields)
	p.fields = slices.Compact(p.fields)
	return p, nil
}

func (o *object) top(names *[]string) {
	*names = append(*names, o.names...)
	for _, alternative := range o.or {
		alternative.top(names)
	}
}

func parseObject(fields map[string]any, way string) (*object, error) {
	o := &object{below: make(map[string]*object), leaves: make(map[string][]condition)}
	for name := range fields {
		if name != "$or" {
			o.names = append(o.names, name)
		}
	}
	slices.Sort(o.names)
	for _, name := range o.names {
		here := within(way, name)
		switch v := fields[name].(type) {
		case map[string]any:
			below, err := parseObject(v, here)
			if err != nil {
				return nil, err
			}
			o.below[name] = below
		case []any:
			if len(v) == 0 {
				return nil, &Error{here, "the list is empty, and nothing could match; write a value, or leave the field out"}
			}
			for i, entry := range v {
				c, err := parseCondition(entry, fmt.Sprintf("%s[%d]", here, i))
				if err != nil {
					return nil, err
				}
				o.leaves[name] = append(o.leaves[name], c)
			}
		default:
			return nil, &Error{here, "this is no list; write each value that is matched in a list, also a single one: [" + jsontext.Encode(v) + "]"}
		}
	}
	return o, o.alternatives(fields, way)
}

// alternatives reads $or.
func (o *object) alternatives(fields map[string]any, way string) error {
	or, ok := fields["$or"]
	if !ok {
		return nil
	}
	here := within(way, "$or")
	list, ok := or.([]any)
	if !ok || len(list) < 2 {
		return &Error{here, `$or has no two alternatives; write them in a list: [{ "source": ["aws.iam"] }, { "source": ["aws.sts"] }]`}
	}
	for i, entry := range list {
		at := fmt.Sprintf("%s[%d]", here, i)
		inner, ok := entry.(map[string]any)
		if !ok {
			return &Error{at, `each alternative is a pattern of its own; write an object, such as { "source": ["aws.iam"] }`}
		}
		alternative, err := parseObject(inner, at)
		if err != nil {
			return err
		}
		o.or = append(o.or, alternative)
	}
	return nil
}

func within(way, name string) string {
	if way == "" {
		return name
	}
	return way + "." + name
}

// operators are what an object in a list may say.
var operators = []string{"anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix", "wildcard"}

func parseCondition(entry any, here string) (condition, error) {
	c := condition{text: jsontext.Encode(entry)}
	switch v := entry.(type) {
	case []any:
		return c, &Error{here, "a list in a list can't be matched; write its values beside each other"}
	case map[string]any:
		if len(v) != 1 {
			return c, &Error{here, "an object holds one operator; write one of " + strings.Join(operators, ", ")}
		}
		for operator, operand := range v {
			match, exists, err := parseOperator(operator, operand, within(here, operator))
			if err != nil {
				return c, err
			}
			c.match, c.exists = match, exists
		}
	default:
		c.match = func(value any) bool { return same(v, value) }
	}
	return c, nil
}

func parseOperator(operator string, operand any, here string) (match func(any) bool, exists *bool, err error) {
	switch operator {
	case "exists":
		is, ok := operand.(bool)
		if !ok {
			return nil, nil, &Error{here, "it takes a boolean; write true or false"}
		}
		return nil, &is, nil
	case "prefix", "suffix":
		match, err = parseAffix(operator, operand, here)
	case "equals-ignore-case", "wildcard":
		match, err = parseText(operator, operand, here)
	case "anything-but":
		match, err = parseAnythingBut(operand, here)
	case "numeric":
		match, err = parseNumeric(operand, here)
	case "cidr":
		match, err = parseCIDR(operand, here)
	default:
		err = &Error{here, fmt.Sprintf("there is no operator %q; write one of %s", operator, strings.Join(operators, ", "))}
	}
	return match, nil, err
}

func parseAffix(operator string, operand any, here string) (func(any) bool, error) {
	has := strings.HasPrefix
	if operator == "suffix" {
		has = strings.HasSuffix
	}
	if object, ok := operand.(map[string]any); ok && len(object) == 1 && object["equals-ignore-case"] != nil {
		text, ok := object["equals-ignore-case"].(string)
		if !ok {
			return nil, &Error{within(here, "equals-ignore-case"), "it takes a text; write one"}
		}
		return ofText(func(s string) bool { return has(strings.ToLower(s), strings.ToLower(text)) }), nil
	}
	text, ok := operand.(string)
	if !ok {
		return nil, &Error{here, `it takes a text; write one, or { "equals-ignore-case": "text" }`}
	}
	return ofText(func(s string) bool { return has(s, text) }), nil
}

// parseText reads the operators that take one text.
func parseText(operator string, operand any, here string) (func(any) bool, error) {
	text, ok := operand.(string)
	if !ok {
		return nil, &Error{here, "it takes a text; write one"}
	}
	if operator == "equals-ignore-case" {
		return ofText(func(s string) bool { return strings.EqualFold(s, text) }), nil
	}
	wild, err := newWildcard(text)
	if err != nil {
		return nil, &Error{here, err.Error()}
	}
	return ofText(wild.match), nil
}

func parseAnythingBut(operand any, here string) (func(any) bool, error) {
	object, ok := operand.(map[string]any)
	if !ok {
		values, ok := operand.([]any)
		if !ok {
			values = []any{operand}
		}
		texts, numbers := 0, 0
		for _, v := range values {
			switch v.(type) {
			case string:
				texts++
			case json.Number:
				numbers++
			}
		}
		if len(values) == 0 || texts != len(values) && numbers != len(values) {
			return nil, &Error{here, "what must not be is neither texts nor numbers; write a text, a number, a list of texts or a list of numbers"}
		}
		return func(v any) bool { return !slices.ContainsFunc(values, func(not any) bool { return same(not, v) }) }, nil
	}
	if len(object) == 1 {
		for operator, inner := range object {
			if !slices.Contains([]string{"prefix", "suffix", "equals-ignore-case", "wildcard"}, operator) {
				break
			}
			values, ok := inner.([]any)
			if !ok {
				values = []any{inner}
			}
			var not []func(any) bool
			for _, v := range values {
				match, _, err := parseOperator(operator, v, within(here, operator))
				if err != nil {
					return nil, err
				}
				not = append(not, match)
			}
			if len(not) == 0 {
				return nil, &Error{within(here, operator), "the list is empty; write a text"}
			}
			return func(v any) bool {
				return !slices.ContainsFunc(not, func(match func(any) bool) bool { return match(v) })
			}, nil
		}
	}
	return nil, &Error{here, "an object holds one operator; write one of prefix, suffix, equals-ignore-case, wildcard"}
}

// maxNumber is how far from 0 a number of a numeric condition may be.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#filtering-numeric-matching
const maxNumber = 5e9

func parseNumeric(operand any, here string) (func(any) bool, error) {
	const refused = `no comparison can be read; write a sign and a number, or two of them for a range: ["=", 5] or [">", 0, "<=", 5]`
	list, ok := operand.([]any)
	if !ok || len(list) != 2 && len(list) != 4 {
		return nil, &Error{here, refused}
	}
	var compare []func(float64) bool
	for i := 0; i < len(list); i += 2 {
		sign, _ := list[i].(string)
		number, ok := list[i+1].(json.Number)
		if !ok {
			return nil, &Error{here, refused}
		}
		bound, err := strconv.ParseFloat(number.String(), 64)
		if err != nil || bound < -maxNumber || bound > maxNumber {
			return nil, &Error{here, fmt.Sprintf("%s is too far from 0; write a number from -5e9 to 5e9", number)}
		}
		switch sign {
		case "=":
			compare = append(compare, func(n float64) bool { return n == bound })
		case "<":
			compare = append(compare, func(n float64) bool { return n < bound })
		case "<=":
			compare = append(compare, func(n float64) bool { return n <= bound })
		case ">":
			compare = append(compare, func(n float64) bool { return n > bound })
		case ">=":
			compare = append(compare, func(n float64) bool { return n >= bound })
		default:
			return nil, &Error{here, refused}
		}
	}
	return func(v any) bool {
		number, ok := v.(json.Number)
		if !ok {
			return false
		}
		n, err := strconv.ParseFloat(number.String(), 64)
		return err == nil && !slices.ContainsFunc(compare, func(holds func(float64) bool) bool { return !holds(n) })
	}, nil
}

func parseCIDR(operand any, here string) (func(any) bool, error) {
	text, _ := operand.(string)
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return nil, &Error{here, "it takes a network; write one, such as 203.0.113.0/24"}
	}
	return ofText(func(s string) bool {
		address, err := netip.ParseAddr(s)
		return err == nil && prefix.Contains(address)
	}), nil
}

func ofText(match func(string) bool) func(any) bool {
	return func(v any) bool {
		text, ok := v.(string)
		return ok && match(text)
	}
}

// wildcard is a text in which each * stands for any text.
type wildcard struct{ parts []string }

// newWildcard reads a wildcard; \* and \\ stand for themselves.
func newWildcard(text string) (*wildcard, error) {
	w := &wildcard{}
	var part strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && (i+1 == len(text) || text[i+1] != '*' && text[i+1] != '\\'):
			return nil, fmt.Errorf(`a backslash stands only before * and \; write \\ for a backslash`)
		case text[i] == '\\':
			i++
			part.WriteByte(text[i])
		case text[i] == '*' && i+1 < len(text) && text[i+1] == '*':
			return nil, fmt.Errorf("two * follow each other; write one")
		case text[i] == '*':
			w.parts = append(w.parts, part.String())
			part.Reset()
		default:
			part.WriteByte(text[i])
		}
	}
	w.parts = append(w.parts, part.String())
	return w, nil
}

func (w *wildcard) match(s string) bool {
	first, last := w.parts[0], w.parts[len(w.parts)-1]
	if len(w.parts) == 1 {
		return s == first
	}
	if len(s) < len(first)+len(last) || !strings.HasPrefix(s, first) || !strings.HasSuffix(s, last) {
		return false
	}
	s = s[len(first) : len(s)-len(last)]
	for _, part := range w.parts[1 : len(w.parts)-1] {
		at := strings.Index(s, part)
		if at < 0 {
			return false
		}
		s = s[at+len(part):]
	}
	return true
}

// same compares values without operators. Numbers are compared by their text: EventBridge takes 300, 300.0 and 3.0e2 for three
// (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html).
func same(want, got any) bool {
	switch want := want.(type) {
	case json.Number:
		number, ok := got.(json.Number)
		return ok && want == number
	case nil, string, bool:
		return want == got
	}
	return false
}
