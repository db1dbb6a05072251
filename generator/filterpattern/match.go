package filterpattern

import (
	"encoding/json"
	"math/big"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"plinth/generator/jsontext"
)

// Match says whether an event matches. The event is JSON decoded by encoding/json into any, with or without UseNumber.
//
// Documented: selectors that lead to an object or array never match with an operator, neither = nor !=; comparison is
// case-sensitive; "*" at the start or the end of a value stands for any text, and inside a value for itself.
//
// Not documented, and unverified against AWS: a field that is absent, null or a boolean matches neither = nor !=; a number in
// the pattern also equals a string with the same text, and a quoted number a number; with a wildcard selector one matching
// element is enough, for != as well.
func (p *Pattern) Match(event any) bool { return p.root.match(event) }

// Mismatch is a selector that keeps an event from matching.
type Mismatch struct {
	// Selector is as the pattern writes it, such as "$.eventName".
	Selector string
	// Want are the conditions that the pattern has for it, of which one would do: "= CreateTrail", "NOT EXISTS".
	Want []string
	// Got is the event's value in JSON, a list where a wildcard selects several; empty if there is none.
	Got string
}

// Mismatches says what keeps an event from matching: nothing if it matches; else each condition that had to hold and didn't, and of alternatives, of
// which none holds, all of them, those on one selector together.
func (p *Pattern) Mismatches(event any) []Mismatch { return mismatches(p.root, event) }

func mismatches(n node, event any) []Mismatch {
	if n.match(event) {
		return nil
	}
	var all []Mismatch
	switch n := n.(type) {
	case allOf:
		for _, inner := range n {
			all = append(all, mismatches(inner, event)...)
		}
	case anyOf:
		for _, inner := range n {
			for _, m := range mismatches(inner, event) {
				if i := slices.IndexFunc(all, func(other Mismatch) bool { return other.Selector == m.Selector }); i >= 0 {
					all[i].Want = append(all[i].Want, m.Want...)
					continue
				}
				all = append(all, m)
			}
		}
	case term:
		all = append(all, Mismatch{Selector: n.selector, Want: []string{n.condition}, Got: n.got(event)})
	}
	return all
}

type node interface{ match(event any) bool }

// term is a condition on a selector, with how both are written.
type term struct {
	node
	sel                 selector
	selector, condition string
}

// got is what the selector leads to, in JSON; empty if it leads nowhere.
func (t term) got(event any) string {
	var v any
	switch values := t.sel.values(event); len(values) {
	case 0:
		return ""
	case 1:
		v = values[0]
	default:
		v = values
	}
	return jsontext.Encode(v)
}

type anyOf []node

func (a anyOf) match(event any) bool {
	for _, n := range a {
		if n.match(event) {
			return true
		}
	}
	return false
}

type allOf []node

func (a allOf) match(event any) bool {
	for _, n := range a {
		if !n.match(event) {
			return false
		}
	}
	return true
}

// step is one part of a selector: a field name, an index, or any element or field.
type step struct {
	key     string
	index   int
	isIndex bool
	any     bool
}

type selector []step

// values are the values that the selector leads to: none where a step finds nothing, several with a wildcard.
func (s selector) values(event any) []any {
	found := []any{event}
	for _, st := range s {
		var next []any
		for _, v := range found {
			next = append(next, st.values(v)...)
		}
		found = next
	}
	return found
}

func (st step) values(v any) []any {
	switch v := v.(type) {
	case map[string]any:
		if st.any {
			keys := make([]string, 0, len(v))
			for k := range v {
				keys = append(keys, k)
			}
			sort.Strings(keys)
			all := make([]any, len(keys))
			for i, k := range keys {
				all[i] = v[k]
			}
			return all
		}
		if child, ok := v[st.key]; ok && !st.isIndex {
			return []any{child}
		}
	case []any:
		if st.any {
			return v
		}
		if st.isIndex && st.index < len(v) {
			return []any{v[st.index]}
		}
	}
	return nil
}

type notExists struct{ sel selector }

func (n notExists) match(event any) bool { return len(n.sel.values(event)) == 0 }

// isLiteral is IS NULL, IS TRUE, IS FALSE.
type isLiteral struct {
	sel  selector
	want any
}

func (n isLiteral) match(event any) bool {
	for _, v := range n.sel.values(event) {
		switch v := v.(type) {
		case nil, bool:
			if v == n.want {
				return true
			}
		}
	}
	return false
}

type compare struct {
	sel selector
	op  string
	num *big.Float
}

func (n compare) match(event any) bool {
	for _, v := range n.sel.values(event) {
		_, num, ok := scalar(v)
		if !ok || num == nil {
			continue
		}
		c := num.Cmp(n.num)
		if n.op == "<" && c < 0 || n.op == "<=" && c <= 0 || n.op == ">" && c > 0 || n.op == ">=" && c >= 0 {
			return true
		}
	}
	return false
}

// equal is = and, negated, !=.
type equal struct {
	sel    selector
	negate bool
	text   glob
	number *big.Float // of an unquoted number, else nil
	re     *regexp.Regexp
}

func (n equal) match(event any) bool {
	for _, v := range n.sel.values(event) {
		text, num, ok := scalar(v)
		if !ok {
			continue
		}
		var same bool
		switch {
		case n.re != nil:
			same = n.re.MatchString(text)
		case n.number != nil && num != nil:
			same = n.number.Cmp(num) == 0
		default:
			same = n.text.match(text)
		}
		if same != n.negate {
			return true
		}
	}
	return false
}

// scalar is the text of a string or number, and the number; ok is false for everything else.
func scalar(v any) (text string, num *big.Float, ok bool) {
	switch v := v.(type) {
	case string:
		return v, nil, true
	case float64:
		text = strconv.FormatFloat(v, 'f', -1, 64)
	case json.Number:
		text = v.String()
	default:
		return "", nil, false
	}
	n, isNumber := number(text)
	if !isNumber {
		return text, nil, true
	}
	return text, n, true
}

// glob is a text with "*" at its start, its end, or both.
type glob struct {
	text             string
	anyHead, anyTail bool
}

func newGlob(s string) glob {
	g := glob{text: s}
	if t, ok := strings.CutPrefix(g.text, "*"); ok {
		g.text, g.anyHead = t, true
	}
	if t, ok := strings.CutSuffix(g.text, "*"); ok {
		g.text, g.anyTail = t, true
	}
	return g
}

func (g glob) match(s string) bool {
	switch {
	case g.anyHead && g.anyTail:
		return strings.Contains(s, g.text)
	case g.anyHead && g.text == "":
		return true
	case g.anyHead:
		return strings.HasSuffix(s, g.text)
	case g.anyTail:
		return strings.HasPrefix(s, g.text)
	}
	return s == g.text
}
