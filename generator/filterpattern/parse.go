package filterpattern

import (
	"errors"
	"math/big"
	"regexp"
	"regexp/syntax"
	"strings"
)

type parser struct {
	lexer
	tok     token
	regexps int
}

// advance reads the next token into p.tok.
func (p *parser) advance() *Error {
	t, err := p.next()
	p.tok = t
	return err
}

func (p *parser) isPunct(s string) bool { return p.tok.kind == tokPunct && p.tok.text == s }

func (p *parser) pattern() (*Pattern, error) {
	root, err := p.braced()
	if err != nil {
		return nil, err
	}
	return &Pattern{text: p.src, root: root, regexps: p.regexps}, nil
}

func (p *parser) braced() (node, *Error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	// KindOf has seen the opening brace.
	if err := p.advance(); err != nil {
		return nil, err
	}
	root, err := p.or()
	if err != nil {
		return nil, err
	}
	if !p.isPunct("}") {
		return nil, p.unexpected(`"&&", "||" or "}"`)
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.tok.kind != tokEOF {
		return nil, p.errorf(p.tok.off, `%s follows the closing "}"; write one pattern in one pair of braces`, p.tok.describe())
	}
	return root, nil
}

// unexpected says what should stand in place of the current token, with the advice that fits the commonest mistakes.
func (p *parser) unexpected(want string) *Error {
	t := p.tok
	switch {
	case t.kind == tokWord && strings.EqualFold(t.text, "AND"):
		return p.errorf(t.off, `%q isn't an operator; write "&&"`, t.text)
	case t.kind == tokWord && strings.EqualFold(t.text, "OR"):
		return p.errorf(t.off, `%q isn't an operator; write "||"`, t.text)
	case t.kind == tokWord && want == `"&&", "||" or "}"`, t.kind == tokWord && want == `"&&", "||" or ")"`:
		return p.errorf(t.off, `%q follows a value that already ended; write a value of several words in double quotes`, t.text)
	}
	return p.errorf(t.off, `found %s; write %s`, t.describe(), want)
}

func (p *parser) or() (node, *Error) {
	first, err := p.and()
	if err != nil {
		return nil, err
	}
	all := anyOf{first}
	for p.isPunct("||") {
		if err := p.advance(); err != nil {
			return nil, err
		}
		n, err := p.and()
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	if len(all) == 1 {
		return first, nil
	}
	return all, nil
}

func (p *parser) and() (node, *Error) {
	first, err := p.term()
	if err != nil {
		return nil, err
	}
	all := allOf{first}
	for p.isPunct("&&") {
		if err := p.advance(); err != nil {
			return nil, err
		}
		n, err := p.term()
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	if len(all) == 1 {
		return first, nil
	}
	return all, nil
}

func (p *parser) term() (node, *Error) {
	switch {
	case p.isPunct("("):
		open := p.tok.off
		if err := p.advance(); err != nil {
			return nil, err
		}
		n, err := p.or()
		if err != nil {
			return nil, err
		}
		if p.tok.kind == tokEOF || p.isPunct("}") {
			return nil, p.errorf(p.tok.off, `the "(" at offset %d is never closed; write ")"`, open)
		}
		if !p.isPunct(")") {
			return nil, p.unexpected(`"&&", "||" or ")"`)
		}
		return n, p.advance()
	case p.tok.kind == tokSelect:
		t := term{selector: p.tok.text, sel: p.tok.steps}
		from := p.tok.off + len(p.tok.text)
		n, err := p.condition()
		if err != nil {
			return nil, err
		}
		// The token behind the condition has been read; what stands before it is the condition and blanks.
		t.node, t.condition = n, strings.TrimSpace(p.src[from:p.tok.off])
		return t, nil
	case p.tok.kind == tokWord:
		return nil, p.errorf(p.tok.off, `a condition starts with a field of the event, and those start with "$."; write $.%s`, strings.TrimLeft(p.tok.text, ".*+-"))
	}
	return nil, p.errorf(p.tok.off, `found %s where a condition should start; write $.field = "value"`, p.tok.describe())
}

func (p *parser) condition() (node, *Error) {
	sel := selector(p.tok.steps)
	name := p.tok.text
	if err := p.advance(); err != nil {
		return nil, err
	}
	op := p.tok
	switch {
	case op.kind == tokPunct && (op.text == "=" || op.text == "!="):
		if err := p.advance(); err != nil {
			return nil, err
		}
		return p.equality(sel, op)
	case op.kind == tokPunct && (op.text[0] == '<' || op.text[0] == '>'):
		if err := p.advance(); err != nil {
			return nil, err
		}
		n, ok := number(p.tok.text)
		if p.tok.kind != tokWord || !ok {
			return nil, p.errorf(p.tok.off, `%q compares numbers, found %s; write a number such as 500 or 1e3`, op.text, p.tok.describe())
		}
		return compare{sel, op.text, n}, p.advance()
	case op.kind == tokWord && op.text == "IS":
		return p.is(sel, name)
	case op.kind == tokWord && op.text == "NOT":
		if err := p.advance(); err != nil {
			return nil, err
		}
		if p.tok.kind != tokWord || p.tok.text != "EXISTS" {
			return nil, p.errorf(p.tok.off, `NOT stands only before EXISTS; write %s NOT EXISTS or %s != "value"`, name, name)
		}
		return notExists{sel}, p.advance()
	case op.kind == tokWord && strings.EqualFold(op.text, "EXISTS"):
		return nil, p.errorf(op.off, `EXISTS alone isn't supported; write %s = *`, name)
	case op.kind == tokWord && (strings.EqualFold(op.text, "IS") || strings.EqualFold(op.text, "NOT")):
		return nil, p.errorf(op.off, `keywords are written in capitals; write %s`, strings.ToUpper(op.text))
	}
	return nil, p.errorf(op.off, `found %s after %s; write an operator: =, !=, <, <=, >, >=, IS NULL, IS TRUE, IS FALSE or NOT EXISTS`, op.describe(), name)
}

func (p *parser) is(sel selector, name string) (node, *Error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.tok.kind == tokWord {
		switch p.tok.text {
		case "NULL":
			return isLiteral{sel, nil}, p.advance()
		case "TRUE":
			return isLiteral{sel, true}, p.advance()
		case "FALSE":
			return isLiteral{sel, false}, p.advance()
		case "NOT":
			return nil, p.errorf(p.tok.off, `IS NOT isn't supported; write %s IS FALSE, %s NOT EXISTS or %s != "value"`, name, name, name)
		}
	}
	return nil, p.errorf(p.tok.off, `found %s after IS; write NULL, TRUE or FALSE in capitals`, p.tok.describe())
}

func (p *parser) equality(sel selector, op token) (node, *Error) {
	t := p.tok
	c := equal{sel: sel, negate: op.text == "!="}
	switch t.kind {
	case tokString:
		c.text = newGlob(t.value)
	case tokWord:
		c.text = newGlob(t.text)
		if n, ok := number(t.text); ok {
			c.number = n
		}
	case tokRegex:
		re, err := compileRegex(t.value)
		if err != nil {
			return nil, p.errorf(t.off, `the regular expression is malformed: %s; write one with the operators ^ $ ? [ ] { } | \ * + .`, err)
		}
		if p.regexps++; p.regexps > maxRegexps {
			return nil, p.errorf(t.off, `the pattern has more than %d regular expressions; write fewer, or split it into two metric filters`, maxRegexps)
		}
		c.re = re
	default:
		return nil, p.errorf(t.off, `found %s where a value should stand; write %s "value"`, t.describe(), op.text)
	}
	return c, p.advance()
}

var numberForm = regexp.MustCompile(`^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$`)

// number reads an integer, a decimal or a number in scientific notation, each with an optional sign.
func number(s string) (*big.Float, bool) {
	if !numberForm.MatchString(s) {
		return nil, false
	}
	f, _, err := big.ParseFloat(s, 10, 128, big.ToNearestEven)
	return f, err == nil
}

// AWS lets either bound of {m,n} be left out; Go reads {,n} as plain text.
var openRepeat = regexp.MustCompile(`\{\s*,`)

func compileRegex(s string) (*regexp.Regexp, error) {
	re, err := regexp.Compile(openRepeat.ReplaceAllString(s, "{0,"))
	if err == nil {
		return re, nil
	}
	// Go's text repeats the expression and names its own package; the code of the error is enough.
	if se := (*syntax.Error)(nil); errors.As(err, &se) {
		return nil, errors.New(se.Code.String())
	}
	return nil, err
}
