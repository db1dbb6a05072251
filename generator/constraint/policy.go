package constraint

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

const policyGrammarPage = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html"

// policyKind is what a policy is attached to, which decides what its statements need.
type policyKind int

const (
	identityPolicy policyKind = iota // on a role, user or group: no principal
	trustPolicy                      // who may assume a role: a principal, no resource
	resourcePolicy                   // on a bucket, topic or key: a principal
)

// policyProblem is what is wrong with a policy, and what to write.
type policyProblem struct{ what, write string }

// policyProblems checks the JSON text of a policy against the grammar of
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html. A policy without a Version is legal: it
// means 2008-10-17. Element names are compared without regard to case, as that AWS insists on it is unverified.
func policyProblems(text string, kind policyKind) []policyProblem {
	var found []policyProblem
	note := func(write, format string, args ...any) {
		found = append(found, policyProblem{fmt.Sprintf(format, args...), write})
	}

	doc, err := decodePolicy(text)
	if err != nil {
		note("Write it with jsonencode or as aws_iam_policy_document", "the policy isn't a JSON object: %s", err)
		return found
	}
	for _, k := range sortedKeys(doc) {
		if !slices.Contains([]string{"version", "id", "statement"}, k) {
			note("Write Version, Id and Statement only", "a policy has no element %q", k)
		}
	}
	if v, ok := doc["version"]; ok && v != "2012-10-17" && v != "2008-10-17" {
		note(`Write "2012-10-17"`, "the Version %v isn't one of the policy language", v)
	}
	var statements []any
	switch s := doc["statement"].(type) {
	case []any:
		statements = s
	case map[string]any:
		statements = []any{s}
	}
	if len(statements) == 0 {
		note("Write at least one statement", "the policy has no Statement")
	}
	sids := map[string]bool{}
	for i, s := range statements {
		m, ok := s.(map[string]any)
		if !ok {
			note("Write an object for each statement", "statement %d isn't an object", i+1)
			continue
		}
		checkStatement(lowerKeys(m), kind, sids, func(write, format string, args ...any) {
			note(write, fmt.Sprintf("statement %d ", i+1)+format, args...)
		})
	}
	return found
}

var statementElements = []string{
	"action", "condition", "effect", "notaction", "notprincipal", "notresource", "principal", "resource", "sid",
}

func checkStatement(s map[string]any, kind policyKind, sids map[string]bool, note func(write, format string, args ...any)) {
	for _, k := range sortedKeys(s) {
		if !slices.Contains(statementElements, k) {
			note("Write Sid, Effect, Principal, Action, Resource, Condition or a Not form of them", "has the unknown element %q", k)
		}
	}
	if e := s["effect"]; e != "Allow" && e != "Deny" {
		note(`Write "Allow" or "Deny"`, "has no Effect that is Allow or Deny")
	}
	if sid, ok := s["sid"].(string); ok && sid != "" {
		if kind != resourcePolicy && !alphanumeric.MatchString(sid) {
			note("Write letters and digits only", "has the Sid %q", sid)
		}
		if sids[sid] {
			note("Write another Sid, or none", "repeats the Sid %q", sid)
		}
		sids[sid] = true
	}

	for _, pair := range [][2]string{{"action", "notaction"}, {"resource", "notresource"}, {"principal", "notprincipal"}} {
		_, a := s[pair[0]]
		_, b := s[pair[1]]
		if a && b {
			note("Write one of the two", "has both %s and Not%s", upperFirst(pair[0]), upperFirst(pair[0]))
		}
	}
	has := func(names ...string) bool {
		return slices.ContainsFunc(names, func(n string) bool { _, ok := s[n]; return ok })
	}

	actions := append(texts(s["action"]), texts(s["notaction"])...)
	if len(actions) == 0 {
		note("Write at least one Action", "has no Action")
	}
	for _, a := range actions {
		if !validAction(a) {
			note("Write service:Action or *", "has the action %q", a)
		} else if kind == trustPolicy && a != "*" && !strings.HasPrefix(strings.ToLower(a), "sts:") {
			note("Write sts:AssumeRole or another of the sts: actions", "has the action %q, which a trust policy can't have", a)
		}
	}
	for _, r := range append(texts(s["resource"]), texts(s["notresource"])...) {
		if !validResource(r) {
			note("Write an ARN or *", "has the resource %q", r)
		}
	}
	switch {
	case kind == identityPolicy && has("principal", "notprincipal"):
		note("Leave it out: the policy holds for whom it is attached to", "has a Principal")
	case kind != identityPolicy && !has("principal", "notprincipal"):
		note(`Write Principal, such as {"Service": "cloudtrail.amazonaws.com"}`, "has no Principal")
	}
	switch {
	case kind == trustPolicy && has("resource", "notresource"):
		note("Leave it out: the policy holds for the role itself", "has a Resource")
	case kind == identityPolicy && !has("resource", "notresource"):
		note("Write Resource, an ARN or *", "has no Resource")
	}
	for _, name := range []string{"principal", "notprincipal"} {
		switch p := s[name].(type) {
		case nil:
		case string:
			if p != "*" {
				note(`Write {"AWS": ...}, {"Service": ...} or "*"`, "has the %s %q without its kind", upperFirst(name), p)
			}
		case map[string]any:
			for _, k := range sortedKeys(p) {
				if !slices.ContainsFunc([]string{"AWS", "Service", "Federated", "CanonicalUser"}, func(want string) bool { return strings.EqualFold(want, k) }) {
					note("Write AWS, Service, Federated or CanonicalUser", "has a principal of the unknown kind %q", k)
				}
			}
		}
	}
	if c, ok := s["condition"].(map[string]any); ok {
		for _, op := range sortedKeys(c) {
			if !validOperator(op) {
				note("Write an operator such as StringEquals, ArnLike or Bool", "has the unknown condition operator %q", op)
			}
		}
	}
}

// policySize is the number of characters that IAM counts: all but white space
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
func policySize(text string) int {
	n := 0
	for _, r := range text {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}

func decodePolicy(text string) (map[string]any, error) {
	var doc any
	d := json.NewDecoder(strings.NewReader(text))
	if err := d.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("it is empty")
		}
		return nil, err
	}
	if d.More() {
		return nil, errors.New("text follows the JSON value")
	}
	m, ok := doc.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("it is %s", jsonKind(doc))
	}
	return lowerKeys(m), nil
}

func jsonKind(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case []any:
		return "a list"
	}
	return "a single value"
}

func lowerKeys(m map[string]any) map[string]any {
	out := make(map[string]any, len(m))
	for _, k := range sortedKeys(m) {
		out[strings.ToLower(k)] = m[k]
	}
	return out
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// texts are the strings of an element that may be one string or a list.
func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var all []string
		for _, e := range v {
			if s, ok := e.(string); ok {
				all = append(all, s)
			}
		}
		return all
	}
	return nil
}

var (
	alphanumeric = regexp.MustCompile(`^[A-Za-z0-9]*$`)
	action       = regexp.MustCompile(`^[^\s:]+:[^\s:]+$`)
	operator     = regexp.MustCompile(`(?i)^(forallvalues:|foranyvalue:)?(` +
		`(string(not)?equals|string(not)?equalsignorecase|string(not)?like|` +
		`(numeric|date)((not)?equals|(lessthan|greaterthan)(equals)?)|bool|binaryequals|(not)?ipaddress|arn(not)?(equals|like))(ifexists)?|null)$`)
)

// validAction follows https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html.
func validAction(s string) bool { return s == "*" || action.MatchString(s) }

// validOperator follows https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html,
// without regard to case.
func validOperator(s string) bool { return operator.MatchString(s) }

// validResource follows https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html. Wildcards and
// policy variables at the start, and short ARNs with a wildcard, are let through: what AWS makes of them is unverified. API
// Gateway's own policies write execute-api:/ without an ARN.
func validResource(s string) bool {
	switch {
	case strings.HasPrefix(s, "*"), strings.HasPrefix(s, "${"), strings.HasPrefix(s, "execute-api:"):
		return true
	case !strings.HasPrefix(s, "arn:"):
		return false
	}
	return strings.Count(s, ":") >= 5 || strings.ContainsAny(s, "*?$")
}
