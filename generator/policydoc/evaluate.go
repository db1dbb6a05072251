package policydoc

import (
	"fmt"
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Request is what somebody asks AWS for.
type Request struct {
	// Type and ID are who asks: "AWS" with the ARN of a user, role or root user, "Service" with the service principal, "Federated" with the provider's ARN.
	// Policies of identities have no principal, and don't look at it.
	Type, ID string
	Action   string
	Resource string
	// Context are the condition keys that the request has. aws:PrincipalArn and aws:PrincipalAccount follow from an ARN unless they are given.
	Context map[string][]string
}

// Decision is what a document says of a request.
type Decision string

// The decisions. Neither means that the document alone doesn't permit it, and that another one could.
const (
	Allow   Decision = "allow"
	Deny    Decision = "deny"
	Neither Decision = "neither"
)

// Evaluate says what the document says of a request.
func (p *Policy) Evaluate(r Request) Decision {
	r.Context = r.context()
	decision := Neither
	for _, s := range p.Statements {
		if !s.applies(r) {
			continue
		}
		if s.Deny {
			return Deny
		}
		decision = Allow
	}
	return decision
}

// context has the keys in small letters, since they are compared without regard to case.
func (r Request) context() map[string][]string {
	context := make(map[string][]string)
	if parts := strings.SplitN(r.ID, ":", 6); r.Type == "AWS" && len(parts) == 6 {
		context["aws:principalarn"] = []string{r.ID}
		context["aws:principalaccount"] = []string{parts[4]}
	}
	for key, values := range r.Context {
		context[strings.ToLower(key)] = values
	}
	return context
}

func (s *Statement) applies(r Request) bool {
	switch {
	case s.Principals != nil && !s.Principals.match(r):
		return false
	case s.NotPrincipals != nil && s.NotPrincipals.match(r):
		return false
	case s.Actions != nil && !matchesAction(s.Actions, r):
		return false
	case s.NotActions != nil && matchesAction(s.NotActions, r):
		return false
	case s.Resources != nil && !matchesResource(s.Resources, r):
		return false
	case s.NotResources != nil && matchesResource(s.NotResources, r):
		return false
	}
	return !slices.ContainsFunc(s.Conditions, func(c Condition) bool { return !c.holds(r) })
}

// match says whether a principal is one of those: the root user's ARN and the account's number stand for everybody in the account.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
func (p Principals) match(r Request) bool {
	if _, everybody := p["*"]; everybody {
		return true
	}
	account := ""
	if parts := strings.SplitN(r.ID, ":", 6); r.Type == "AWS" && len(parts) == 6 {
		account = parts[4]
	}
	return slices.ContainsFunc(p[r.Type], func(id string) bool {
		switch {
		case id == r.ID || id == "*":
			return true
		case account == "":
			return false
		}
		return id == account || strings.HasPrefix(id, "arn:") && strings.HasSuffix(id, ":iam::"+account+":root")
	})
}

func matchesAction(patterns []string, r Request) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		return like(strings.ToLower(pattern), strings.ToLower(r.Action))
	})
}

func matchesResource(patterns []string, r Request) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		filled, ok := fill(pattern, r)
		return ok && like(filled, r.Resource)
	})
}

// variable is a policy variable.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
var variable = regexp.MustCompile(`\$\{([^}]*)\}`)

// fill puts the request's values into the variables of a pattern, with what would be wildcards in them taken literally; false if the request lacks one.
func fill(pattern string, r Request) (string, bool) {
	ok := true
	filled := variable.ReplaceAllStringFunc(pattern, func(reference string) string {
		name := reference[2 : len(reference)-1]
		switch name {
		case "*", "?", "$":
			return literally(name)
		}
		values := r.Context[strings.ToLower(name)]
		if len(values) != 1 {
			ok = false
			return ""
		}
		return literally(values[0])
	})
	return filled, ok
}

// literal stands before a character that is no wildcard.
const literal = '\x00'

func literally(s string) string {
	var b strings.Builder
	for _, c := range s {
		if c == '*' || c == '?' {
			b.WriteRune(literal)
		}
		b.WriteRune(c)
	}
	return b.String()
}

// like matches wildcards: * for any text, ? for one character.
func like(pattern, s string) bool {
	var b strings.Builder
	b.WriteString(`(?s)^`)
	runes := []rune(pattern)
	for i := 0; i < len(runes); i++ {
		switch c := runes[i]; {
		case c == literal && i+1 < len(runes):
			i++
			b.WriteString(regexp.QuoteMeta(string(runes[i])))
		case c == '*':
			b.WriteString(`.*`)
		case c == '?':
			b.WriteString(`.`)
		default:
			b.WriteString(regexp.QuoteMeta(string(c)))
		}
	}
	b.WriteString(`$`)
	return regexp.MustCompile(b.String()).MatchString(s)
}

// test is a condition operator taken apart.
type test struct {
	set      string // "", "ForAnyValue" or "ForAllValues"
	ifExists bool
	negated  bool
	null     bool
	same     func(got, want string) bool
}

// operators are the condition operators without their negation, IfExists and ForAnyValue.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
var operators = map[string]func(got, want string) bool{
	"StringEquals":             func(got, want string) bool { return got == literalText(want) },
	"StringEqualsIgnoreCase":   func(got, want string) bool { return strings.EqualFold(got, literalText(want)) },
	"StringLike":               func(got, want string) bool { return like(want, got) },
	"ArnEquals":                likeARN,
	"ArnLike":                  likeARN,
	"Bool":                     func(got, want string) bool { return strings.EqualFold(got, want) },
	"NumericEquals":            numeric(func(got, want float64) bool { return got == want }),
	"NumericLessThan":          numeric(func(got, want float64) bool { return got < want }),
	"NumericLessThanEquals":    numeric(func(got, want float64) bool { return got <= want }),
	"NumericGreaterThan":       numeric(func(got, want float64) bool { return got > want }),
	"NumericGreaterThanEquals": numeric(func(got, want float64) bool { return got >= want }),
	"DateEquals":               date(func(got, want time.Time) bool { return got.Equal(want) }),
	"DateLessThan":             date(func(got, want time.Time) bool { return got.Before(want) }),
	"DateLessThanEquals":       date(func(got, want time.Time) bool { return !got.After(want) }),
	"DateGreaterThan":          date(func(got, want time.Time) bool { return got.After(want) }),
	"DateGreaterThanEquals":    date(func(got, want time.Time) bool { return !got.Before(want) }),
	"IpAddress":                inNetwork,
}

// negations are the operators that hold if the other one doesn't, also where the request lacks the key.
var negations = map[string]string{
	"StringNotEquals": "StringEquals", "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase", "StringNotLike": "StringLike",
	"ArnNotEquals": "ArnEquals", "ArnNotLike": "ArnLike", "NumericNotEquals": "NumericEquals", "DateNotEquals": "DateEquals", "NotIpAddress": "IpAddress",
}

func newTest(c Condition) (test, error) {
	t := test{}
	name := c.Operator
	if set, rest, ok := strings.Cut(name, ":"); ok {
		if set != "ForAnyValue" && set != "ForAllValues" {
			return t, fmt.Errorf("there is no condition operator %s", c.Operator)
		}
		t.set, name = set, rest
	}
	if name == "Null" {
		t.null = true
		return t, nil
	}
	name, t.ifExists = strings.CutSuffix(name, "IfExists")
	if positive, ok := negations[name]; ok {
		name, t.negated = positive, true
	}
	if t.same = operators[name]; t.same == nil {
		return t, fmt.Errorf("there is no condition operator %s; write one of %s", c.Operator, strings.Join(slices.Sorted(maps.Keys(operators)), ", "))
	}
	return t, nil
}

func (c Condition) holds(r Request) bool {
	t, err := newTest(c)
	if err != nil {
		panic(err) // Parse has refused it
	}
	got, ok := r.Context[strings.ToLower(c.Key)]
	if t.null {
		return slices.Contains(c.Values, strconv.FormatBool(!ok))
	}
	if !ok {
		return t.ifExists || t.negated || t.set == "ForAllValues"
	}
	one := func(value string) bool {
		found := slices.ContainsFunc(c.Values, func(want string) bool {
			filled, ok := fill(want, r)
			return ok && t.same(value, filled)
		})
		return found != t.negated
	}
	if t.set == "ForAllValues" || t.set == "" && t.negated {
		return !slices.ContainsFunc(got, func(value string) bool { return !one(value) })
	}
	return slices.ContainsFunc(got, one)
}

func literalText(s string) string { return strings.ReplaceAll(s, string(literal), "") }

// likeARN compares the six parts of ARNs one by one, each with wildcards.
func likeARN(got, want string) bool {
	g, w := strings.SplitN(got, ":", 6), strings.SplitN(want, ":", 6)
	if len(g) != 6 || len(w) != 6 {
		return false
	}
	for i := range g {
		if !like(w[i], g[i]) {
			return false
		}
	}
	return true
}

func numeric(compare func(got, want float64) bool) func(got, want string) bool {
	return func(got, want string) bool {
		g, errG := strconv.ParseFloat(got, 64)
		w, errW := strconv.ParseFloat(want, 64)
		return errG == nil && errW == nil && compare(g, w)
	}
}

func date(compare func(got, want time.Time) bool) func(got, want string) bool {
	return func(got, want string) bool {
		g, errG := time.Parse(time.RFC3339, got)
		w, errW := time.Parse(time.RFC3339, want)
		return errG == nil && errW == nil && compare(g, w)
	}
}

func inNetwork(got, want string) bool {
	address, err := netip.ParseAddr(got)
	if err != nil {
		return false
	}
	network, err := netip.ParsePrefix(want)
	if err != nil {
		single, err := netip.ParseAddr(want)
		return err == nil && single == address
	}
	return network.Contains(address)
}
