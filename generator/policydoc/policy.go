// Package policydoc reads IAM policy documents and evaluates requests against them, one document at a time.
//
// The grammar is that of https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html, the evaluation that of
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html within one document: an explicit Deny wins over every Allow,
// and what no statement speaks of is neither.
package policydoc

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Policy is a policy document.
type Policy struct {
	Statements []Statement
}

// Statement is one statement. Of each pair of an element and its Not form one is nil, or both are if the document has neither.
type Statement struct {
	Sid           string
	Deny          bool
	Principals    Principals
	NotPrincipals Principals
	Actions       []string
	NotActions    []string
	Resources     []string
	NotResources  []string
	Conditions    []Condition
}

// Principals are ids by type: AWS, Service, Federated or CanonicalUser. The principal "*" is the id "*" of the type "*".
type Principals map[string][]string

// Condition is one key under one operator.
type Condition struct {
	Operator string // as written: "ForAnyValue:StringLikeIfExists"
	Key      string
	Values   []string
}

// Parse reads the JSON text of a document. It fails on what the grammar doesn't have, condition operators among it.
func Parse(text string) (*Policy, error) {
	var document struct {
		Version   string
		ID        string
		Statement json.RawMessage
	}
	if err := decode([]byte(text), &document); err != nil {
		return nil, err
	}
	var statements []json.RawMessage
	if bytes.HasPrefix(bytes.TrimSpace(document.Statement), []byte("{")) {
		statements = []json.RawMessage{document.Statement}
	} else if err := decode(document.Statement, &statements); err != nil {
		return nil, fmt.Errorf("statement: %w", err)
	}
	p := &Policy{}
	for i, raw := range statements {
		s, err := parseStatement(raw)
		if err != nil {
			return nil, fmt.Errorf("statement %d: %w", i+1, err)
		}
		p.Statements = append(p.Statements, s)
	}
	return p, nil
}

func decode(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

func parseStatement(raw json.RawMessage) (Statement, error) {
	var written struct {
		Sid, Effect                              string
		Principal, NotPrincipal                  principals
		Action, NotAction, Resource, NotResource texts
		Condition                                map[string]map[string]texts
	}
	if err := decode(raw, &written); err != nil {
		return Statement{}, err
	}
	s := Statement{
		Sid: written.Sid, Deny: written.Effect == "Deny", Principals: Principals(written.Principal), NotPrincipals: Principals(written.NotPrincipal),
		Actions: written.Action, NotActions: written.NotAction, Resources: written.Resource, NotResources: written.NotResource,
	}
	if !s.Deny && written.Effect != "Allow" {
		return s, fmt.Errorf("the Effect is %q; write Allow or Deny", written.Effect)
	}
	for operator, keys := range written.Condition {
		for key, values := range keys {
			c := Condition{operator, key, values}
			if _, err := newTest(c); err != nil {
				return s, err
			}
			s.Conditions = append(s.Conditions, c)
		}
	}
	slices.SortFunc(s.Conditions, func(a, b Condition) int {
		if a.Operator != b.Operator {
			return strings.Compare(a.Operator, b.Operator)
		}
		return strings.Compare(a.Key, b.Key)
	})
	return s, nil
}

// texts is one text or a list of them; booleans and numbers are read as their text.
type texts []string

func (t *texts) UnmarshalJSON(text []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return err
	}
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	*t = texts{}
	for _, v := range list {
		switch v.(type) {
		case string, bool, json.Number:
			*t = append(*t, fmt.Sprint(v))
		default:
			return fmt.Errorf("%s is no text and no list of texts", text)
		}
	}
	return nil
}

type principals map[string][]string

func (p *principals) UnmarshalJSON(text []byte) error {
	if string(bytes.TrimSpace(text)) == `"*"` {
		*p = principals{"*": {"*"}}
		return nil
	}
	var types map[string]texts
	if err := json.Unmarshal(text, &types); err != nil {
		return err
	}
	*p = principals{}
	for kind, ids := range types {
		(*p)[kind] = ids
	}
	return nil
}
