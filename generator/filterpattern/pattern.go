// Package filterpattern reads the JSON filter patterns of CloudWatch Logs metric filters and matches events against them.
//
// The language is the one of
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html:
//
//	pattern   = "{" or "}"
//	or        = and { "||" and }
//	and       = term { "&&" term }
//	term      = "(" or ")" | selector condition
//	condition = ("=" | "!=") (string | word | number | regex)
//	          | ("<" | "<=" | ">" | ">=") number
//	          | "IS" ("NULL" | "TRUE" | "FALSE")
//	          | "NOT" "EXISTS"
//	selector  = "$" step { step }
//	step      = "." name | "." "*" | [ "." ] "['" any "']" | "[" digits "]" | "[*]"
//
// AWS has two more languages for the same argument: terms (`ERROR -DEBUG`, `%regex%`) and space-delimited fields
// (`[ip, user, ...]`). They match text, not JSON. Parse refuses them and says so (Error.Kind); Validate lets them
// through, apart from the mistakes it is sure of.
package filterpattern

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// MaxLength is the number of characters that a filter pattern may have at most.
// Source: filterPattern of https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
const MaxLength = 1024

const (
	// One pattern may hold two regular expressions, one selector one wildcard, one pattern three wildcards: the
	// "Quotas" notes of https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
	maxRegexps           = 2
	maxSelectorWildcards = 1
	maxPatternWildcards  = 3
)

// Kind says in which of the languages of CloudWatch Logs a pattern is written.
type Kind int

const (
	// JSON is `{ $.field = value }`: conditions on the fields of a JSON event.
	JSON Kind = iota
	// Everything is an empty or blank pattern, quoted or not: it matches each event.
	Everything
	// SpaceDelimited is `[a, b = 4*]`: conditions on the words of a line.
	SpaceDelimited
	// Regex is `%expression%` alone.
	Regex
	// Terms is `ERROR "exact phrase" -DEBUG ?WARN`: words that the text has or hasn't.
	Terms
)

// String names the kind as it reads in a message.
func (k Kind) String() string {
	switch k {
	case JSON:
		return "JSON pattern"
	case Everything:
		return "pattern that matches everything"
	case SpaceDelimited:
		return "space-delimited pattern"
	case Regex:
		return "regular expression pattern"
	case Terms:
		return "term pattern"
	}
	return fmt.Sprintf("Kind(%d)", int(k))
}

// KindOf tells the language of a pattern from its first and last character; it doesn't say that the pattern is valid.
func KindOf(pattern string) Kind {
	s := strings.TrimSpace(pattern)
	switch {
	case s == "" || strings.HasPrefix(s, `"`) && strings.Trim(s, "\" \t") == "":
		return Everything
	case s[0] == '{':
		return JSON
	case s[0] == '[':
		return SpaceDelimited
	case len(s) > 1 && s[0] == '%' && s[len(s)-1] == '%':
		return Regex
	}
	return Terms
}

// Error is why a pattern was refused.
type Error struct {
	// Offset is where in the pattern, in bytes from 0; it is the pattern's length where something is missing at the end.
	Offset int
	// Message says what is wrong and what to write.
	Message string
	// Kind is the language of the refused pattern. Anything but JSON means that Parse was given another, perhaps
	// valid, language; Validate tells those apart.
	Kind Kind
}

func (e *Error) Error() string { return fmt.Sprintf("offset %d: %s", e.Offset, e.Message) }

// Pattern is a parsed JSON filter pattern.
type Pattern struct {
	text    string
	root    node
	regexps int
}

// String is the pattern as it was written.
func (p *Pattern) String() string { return p.text }

// Regexps is how many regular expressions the pattern holds; AWS allows five patterns with any in a log group
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html).
func (p *Pattern) Regexps() int { return p.regexps }

// Parse reads a JSON pattern. The error is always an *Error: for a pattern that CloudWatch Logs would refuse, and for one
// in another of its languages (Error.Kind isn't JSON then).
//
// Unquoted values may hold letters, digits and any of "_.*+-". AWS's text asks for quotes around everything but letters,
// digits and "_", its own examples and the CIS patterns leave them out around `123.123.*` and `kms.amazonaws.com`.
// Keywords are read in capitals only, as all of AWS's examples have them; whether AWS takes small letters is unverified.
func Parse(pattern string) (*Pattern, error) {
	if n := utf8.RuneCountInString(pattern); n > MaxLength {
		return nil, &Error{
			Offset: byteOffset(pattern, MaxLength), Kind: KindOf(pattern),
			Message: fmt.Sprintf("the pattern has %d characters; write at most %d", n, MaxLength),
		}
	}
	switch k := KindOf(pattern); k {
	case JSON:
	case Everything:
		return nil, &Error{Kind: k, Message: `the pattern is empty, which matches every event; write { $.field = "value" }`}
	default:
		if err := validateText(pattern, k); err != nil {
			return nil, err
		}
		return nil, &Error{Kind: k, Message: fmt.Sprintf(
			`this is a %s, which matches text and not the fields of a JSON event; write { $.field = "value" }`, k)}
	}
	p := &parser{lexer: lexer{src: pattern}}
	return p.pattern()
}

// Validate returns nil for every pattern that CloudWatch Logs takes as far as its documentation says, in any of its
// languages, and an *Error otherwise. Outside the JSON language it refuses only what it is sure of: a pattern that is too
// long, an open quote or bracket, and a JSON condition without its braces.
func Validate(pattern string) error {
	_, err := Parse(pattern)
	e, ok := err.(*Error)
	if !ok {
		return nil
	}
	if e.Kind == JSON || utf8.RuneCountInString(pattern) > MaxLength {
		return e
	}
	if e := validateText(pattern, e.Kind); e != nil {
		return e
	}
	return nil
}

// validateText finds the sure mistakes of a pattern outside the JSON language.
func validateText(pattern string, k Kind) *Error {
	bare, open := blankQuoted(pattern)
	if open >= 0 {
		return &Error{Offset: open, Kind: k, Message: `the quote is never closed; write a second " after the text`}
	}
	switch k {
	case SpaceDelimited:
		if s := strings.TrimSpace(pattern); !strings.HasSuffix(s, "]") {
			return &Error{Offset: len(pattern), Kind: k, Message: `a pattern that starts with "[" ends with "]"`}
		}
	case Terms:
		for _, sign := range []string{"$.", "$[", "&&", "||"} {
			if i := strings.Index(bare, sign); i >= 0 {
				return &Error{Offset: 0, Kind: k, Message: fmt.Sprintf(
					`%q at offset %d belongs to a JSON pattern, and those stand in braces; write { $.field = "value" }`, sign, i)}
			}
		}
	}
	return nil
}

// blankQuoted replaces what stands between double quotes, and the quotes, by blanks, and returns the offset of a quote
// that isn't closed, or -1.
func blankQuoted(s string) (string, int) {
	b, open := []byte(s), -1
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] == '\\' && open >= 0 && i+1 < len(b):
			b[i], b[i+1] = ' ', ' '
			i++
		case b[i] == '"' && open < 0:
			open, b[i] = i, ' '
		case b[i] == '"':
			open, b[i] = -1, ' '
		case open >= 0:
			b[i] = ' '
		}
	}
	return string(b), open
}

// byteOffset is where the n-th character of s starts.
func byteOffset(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}
