// Package audit says what AWS's own evidence shows of an account. The packages below it read one kind of evidence each, from files, and judge it as of a given
// time; nothing here asks AWS.
package audit

import (
	"cmp"
	"fmt"
	"slices"
)

// Severity is how bad a finding is.
type Severity int

// The severities.
const (
	Low Severity = iota + 1
	Medium
	High
	Critical
)

var severities = map[Severity]string{Low: "low", Medium: "medium", High: "high", Critical: "critical"}

func (s Severity) String() string { return severities[s] }

// MarshalText writes the name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the name.
func (s *Severity) UnmarshalText(name []byte) (err error) {
	*s, err = ParseSeverity(string(name))
	return err
}

// ParseSeverity reads a name.
func ParseSeverity(name string) (Severity, error) {
	for s, n := range severities {
		if n == name {
			return s, nil
		}
	}
	return 0, fmt.Errorf("there is no severity %q; write low, medium, high or critical", name)
}

// Rule is something that evidence is judged by.
type Rule struct {
	ID       string
	Severity Severity
	Title    string
	// Remedy is what to do; a command in it is for review and is never run.
	Remedy string
	// Source is the page that says why.
	Source string
}

// ByID are rules by their ID.
func ByID(rules []Rule) map[string]Rule {
	all := make(map[string]Rule, len(rules))
	for _, rule := range rules {
		all[rule.ID] = rule
	}
	return all
}

// Evidence is a value that shows a finding, and where it stands.
type Evidence struct {
	Column string `json:"column"`
	Value  string `json:"value"`
}

func (e Evidence) String() string { return e.Column + " is " + e.Value }

// Finding is what a rule found on a subject.
type Finding struct {
	// ID is the same for the same thing in each report: rule, subject and, where it has several, which of them.
	ID       string     `json:"id"`
	Rule     string     `json:"rule"`
	Severity Severity   `json:"severity"`
	Kind     string     `json:"kind"`    // of the subject: root or user
	Subject  string     `json:"subject"` // its name
	ARN      string     `json:"arn"`
	Message  string     `json:"message"`
	Evidence []Evidence `json:"evidence"`
	Remedy   string     `json:"remedy"`
}

// Sort puts findings in order: the worst first, then by subject and rule.
func Sort(findings []Finding) {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.ID, b.ID))
	})
}

// ExceptionExpired is the rule on exceptions of a spec whose day has passed: who wrote one promised to look again.
var ExceptionExpired = Rule{
	ID: "exception-expired", Severity: Medium, Title: "An exception has expired", Remedy: "Do what the control asks for and take the exception out of coverage.exceptions, or have its owner renew it with a new expires.",
}

// ExpiredException is one of a spec.
type ExpiredException struct {
	Control, Owner, Reason, Expires string
}

// Expired makes findings of expired exceptions.
func Expired(exceptions []ExpiredException) []Finding {
	var findings []Finding
	for _, e := range exceptions {
		findings = append(findings, Finding{
			ID: ExceptionExpired.ID + ":" + e.Control, Rule: ExceptionExpired.ID, Severity: ExceptionExpired.Severity, Kind: "exception", Subject: e.Control,
			Message:  fmt.Sprintf("The exception of %s has expired: %s", e.Owner, e.Reason),
			Evidence: []Evidence{{Column: "expires", Value: e.Expires}}, Remedy: ExceptionExpired.Remedy,
		})
	}
	return findings
}
