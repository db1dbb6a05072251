package spec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/zclconf/go-cty/cty"
)

// unknownKey says what to write in place of a key that owner does not have. guess is the key that was most likely meant, or "".
func unknownKey(owner, name, guess string, allowed []string) string {
	detail := fmt.Sprintf("%s has no key %s.", owner, short(name))
	if guess != "" {
		detail += " Did you mean " + guess + "?"
	}
	if len(allowed) == 0 {
		return detail + " It takes no keys at all; remove it."
	}
	return detail + " Allowed: " + list(allowed) + "."
}

// Suggestion is the name that was most likely meant, or "". Names that differ only in -, _ and letter case come first.
func Suggestion(given string, names []string) string {
	if len(given) > 64 {
		return ""
	}
	for _, name := range names {
		if plain(name) == plain(given) {
			return name
		}
	}
	best, least := "", len(given)/3+1
	for _, name := range names {
		if distance := levenshtein.Distance(plain(given), plain(name), nil); distance <= least && (best == "" || distance < least) {
			best, least = name, distance
		}
	}
	return best
}

func plain(name string) string {
	return strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(name))
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

func and(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// short cuts a text that would flood a message, and keeps control characters out of it.
func short(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "..."
	}
	if text == "" || strings.ContainsFunc(text, func(r rune) bool { return !strconv.IsPrint(r) }) {
		return strconv.Quote(text)
	}
	return text
}

func quoted(text string) string { return `"` + strings.Trim(short(text), `"`) + `"` }

// kindOf says in words what a type takes.
func kindOf(want cty.Type) string {
	switch {
	case want == cty.String:
		return `text ("" for an empty one)`
	case want == cty.Number:
		return "a number"
	case want == cty.Bool:
		return "true or false"
	case want.IsListType(), want.IsSetType(), want.IsTupleType():
		return "a list ([] for an empty one)"
	case want.IsMapType():
		return "a mapping ({} for an empty one)"
	case want.IsObjectType():
		return sampleValue(want)
	}
	return "a value"
}

// sample shows how a key of a type is written.
func sample(name string, want cty.Type) string { return name + ": " + sampleValue(want) }

// samples shows several keys of an object, as a sentence has them.
func samples(names []string, types map[string]cty.Type) string {
	var all []string
	for _, name := range names {
		all = append(all, sample(name, types[name]))
	}
	return and(all)
}

func sampleValue(want cty.Type) string {
	switch {
	case want == cty.Number:
		return "1"
	case want == cty.Bool:
		return "true"
	case want.IsListType(), want.IsSetType(), want.IsTupleType():
		return "[" + sampleValue(elementType(want, 0)) + "]"
	case want.IsMapType():
		return "{" + sample("<key>", want.ElementType()) + "}"
	case want.IsObjectType():
		return sampleObject(want)
	}
	return "<text>"
}

// sampleObject shows the keys that an object can't do without.
func sampleObject(want cty.Type) string {
	types := want.AttributeTypes()
	var items []string
	for _, name := range sortedKeys(types) {
		if !want.AttributeOptional(name) {
			items = append(items, sample(name, types[name]))
		}
	}
	if len(items) == 0 {
		return "{...}"
	}
	return "{" + strings.Join(items, ", ") + "}"
}
