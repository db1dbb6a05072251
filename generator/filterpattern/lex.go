package filterpattern

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

type tokenKind int

const (
	tokEOF    tokenKind = iota
	tokPunct            // one of { } ( ) && || = != < <= > >=
	tokSelect           // $.a.b[0]
	tokString           // "quoted"
	tokWord             // bare value or keyword
	tokRegex            // %expression%
)

type token struct {
	kind  tokenKind
	off   int
	text  string // as written
	value string // of a string or regex: without its quotes, escapes resolved
	steps []step // of a selector
}

// describe names a token in a message.
func (t token) describe() string {
	if t.kind == tokEOF {
		return "the end of the pattern"
	}
	return fmt.Sprintf("%q", t.text)
}

type lexer struct {
	src       string
	pos       int
	wildcards int
}

func (l *lexer) errorf(off int, format string, args ...any) *Error {
	return &Error{Offset: off, Message: fmt.Sprintf(format, args...), Kind: JSON}
}

func (l *lexer) at(s string) bool { return strings.HasPrefix(l.src[l.pos:], s) }

func isWordByte(c byte) bool { return isNameByte(c) || c == '.' || c == '*' || c == '+' }

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-'
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// while returns the bytes from the position on that f accepts, and steps over them.
func (l *lexer) while(f func(byte) bool) string {
	start := l.pos
	for l.pos < len(l.src) && f(l.src[l.pos]) {
		l.pos++
	}
	return l.src[start:l.pos]
}

func (l *lexer) next() (token, *Error) {
	l.while(func(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' })
	t := token{off: l.pos}
	if l.pos == len(l.src) {
		return t, nil
	}
	if l.at("==") {
		return t, l.errorf(l.pos, `"==" isn't an operator here; write "="`)
	}
	for _, p := range []string{"&&", "||", "!=", "<=", ">=", "{", "}", "(", ")", "=", "<", ">"} {
		if l.at(p) {
			l.pos += len(p)
			t.kind, t.text = tokPunct, p
			return t, nil
		}
	}
	switch c := l.src[l.pos]; {
	case c == '$':
		return l.selector()
	case c == '"':
		return l.quoted()
	case c == '%':
		return l.regex()
	case c == '&' || c == '|':
		return t, l.errorf(l.pos, `a single %q isn't an operator; write "%c%c"`, c, c, c)
	case c == '!':
		return t, l.errorf(l.pos, `"!" can't stand alone; write "!=" between a field and a value`)
	case c == '\'' || c == '`':
		return t, l.errorf(l.pos, `values stand in double quotes; write "value"`)
	case isWordByte(c):
		t.kind, t.text = tokWord, l.while(isWordByte)
		return t, nil
	}
	r, _ := utf8.DecodeRuneInString(l.src[l.pos:])
	return t, l.errorf(l.pos, `%q can't stand outside quotes; write the value in double quotes`, r)
}

func (l *lexer) quoted() (token, *Error) {
	t := token{kind: tokString, off: l.pos}
	var b strings.Builder
	for l.pos++; l.pos < len(l.src); l.pos++ {
		c := l.src[l.pos]
		if c == '"' {
			l.pos++
			t.text, t.value = l.src[t.off:l.pos], b.String()
			return t, nil
		}
		// AWS documents no escapes; a backslash before a quote or another backslash is read as in JSON.
		if c == '\\' && l.pos+1 < len(l.src) && (l.src[l.pos+1] == '"' || l.src[l.pos+1] == '\\') {
			l.pos++
			c = l.src[l.pos]
		}
		b.WriteByte(c)
	}
	return t, l.errorf(t.off, `the quote is never closed; write a second " after the value`)
}

func (l *lexer) regex() (token, *Error) {
	t := token{kind: tokRegex, off: l.pos}
	for l.pos++; l.pos < len(l.src); l.pos++ {
		switch c := l.src[l.pos]; {
		case c == '%':
			l.pos++
			t.text = l.src[t.off:l.pos]
			t.value = t.text[1 : len(t.text)-1]
			return t, nil
		case c == '\\' && l.pos+1 < len(l.src):
			l.pos++
		case c == '(' || c == ')':
			return t, l.errorf(l.pos, `a regular expression can't have parentheses here; write alternatives with "|", a literal one as \x28 or \x29`)
		case !isNameByte(c) && !strings.ContainsRune(` :#=@/;,^$?[]{}|*+.\`, rune(c)):
			r, _ := utf8.DecodeRuneInString(l.src[l.pos:])
			return t, l.errorf(l.pos, `a regular expression can't have %q here; write it as \x and two hexadecimal digits`, r)
		}
	}
	return t, l.errorf(t.off, `the regular expression is never closed; write a second %%`)
}

// selector reads $.a['b.c'][0].
func (l *lexer) selector() (token, *Error) {
	t := token{kind: tokSelect, off: l.pos}
	wildcards := 0
	for l.pos++; l.pos < len(l.src) && (l.src[l.pos] == '.' || l.src[l.pos] == '['); {
		off := l.pos
		dotted := l.src[l.pos] == '.'
		if dotted {
			l.pos++
		}
		switch {
		case l.at("['"):
			end := strings.Index(l.src[l.pos+2:], "']")
			if end < 1 {
				return t, l.errorf(off, `the field name in brackets is never closed or empty; write $.['name']`)
			}
			t.steps = append(t.steps, step{key: l.src[l.pos+2 : l.pos+2+end]})
			l.pos += end + 4
		case dotted && l.at("*"):
			l.pos++
			wildcards++
			t.steps = append(t.steps, step{any: true})
		case dotted:
			name := l.while(isNameByte)
			if name == "" {
				return t, l.errorf(l.pos, `a field name is missing after "."; write $.name, or $.['name'] for a name with other than letters, digits, "_" and "-"`)
			}
			t.steps = append(t.steps, step{key: name})
		case len(t.steps) == 0:
			return t, l.errorf(off, `an index follows a field; write $.name[0]`)
		case l.at("[*]"):
			l.pos += 3
			wildcards++
			t.steps = append(t.steps, step{any: true})
		default:
			l.pos++
			digits := l.while(isDigit)
			if digits == "" || len(digits) > 9 || !l.at("]") {
				return t, l.errorf(off, `an index is a number or "*" in brackets; write $.name[0]`)
			}
			l.pos++
			n := 0
			for _, d := range []byte(digits) {
				n = 10*n + int(d-'0')
			}
			t.steps = append(t.steps, step{index: n, isIndex: true})
		}
	}
	t.text = l.src[t.off:l.pos]
	if len(t.steps) == 0 {
		return t, l.errorf(t.off, `"$" is the whole event; write the field to look at, such as $.eventName`)
	}
	// What may follow a field, a blank or an operator, can't be part of its name.
	if rest := l.src[l.pos:]; rest != "" && !strings.ContainsRune(" \t\r\n=!<>()&|{}", rune(rest[0])) {
		r, _ := utf8.DecodeRuneInString(rest)
		return t, l.errorf(l.pos, `%q can't be in a field name; write the name in brackets and quotes, $.['name'], or end it with a blank`, r)
	}
	if wildcards > maxSelectorWildcards {
		return t, l.errorf(t.off, `%s has %d wildcards; write at most one in a selector`, t.text, wildcards)
	}
	if l.wildcards += wildcards; l.wildcards > maxPatternWildcards {
		return t, l.errorf(t.off, `the pattern has more than %d wildcard selectors; write fewer, or split it into two metric filters`, maxPatternWildcards)
	}
	return t, nil
}
