package analyzer

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Proposal is an archive rule for findings that are intended.
type Proposal struct {
	Filters map[string][]string `json:"filters"` // values by criterion, any of which an eq compares with
	Hides   []string            `json:"hides"`   // ids of the active findings that the rule matches
	Beyond  []string            `json:"beyond"`  // of these, the ones that weren't asked for
}

// Propose makes the narrowest archive rule that hides findings, all of which have to be active ones of access by one principal: the resource, the principal, and the condition that they have in
// common. It refuses to hide public access.
func (e *Evidence) Propose(ids []string) (*Proposal, error) {
	var wanted []*Finding
	var wrong []error
	for _, id := range ids {
		f := e.findings[id]
		switch {
		case f == nil:
			wrong = append(wrong, fmt.Errorf("%s: there is no such finding in the files", id))
		case f.Public:
			wrong = append(wrong, fmt.Errorf("%s: it is public access to %s, which no rule should hide: take the access away", id, f.Resource))
		case f.Status != "ACTIVE":
			wrong = append(wrong, fmt.Errorf("%s: it is %s already", id, strings.ToLower(f.Status)))
		case f.Type != "ExternalAccess" || !f.Detailed:
			wrong = append(wrong, fmt.Errorf("%s: the files don't say who has access; add what aws accessanalyzer get-finding-v2 --id %s prints", id, id))
		case len(f.Principal) == 0:
			wrong = append(wrong, fmt.Errorf("%s: it names no principal, so that a rule would hide anybody's access", id))
		default:
			wanted = append(wanted, f)
		}
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	for _, f := range wanted[1:] {
		if !maps.Equal(f.Principal, wanted[0].Principal) || !maps.Equal(f.Condition, wanted[0].Condition) {
			return nil, fmt.Errorf("%s and %s are of different principals or conditions: propose a rule for each", wanted[0].ID, f.ID)
		}
	}
	p := &Proposal{Filters: map[string][]string{"isPublic": {"false"}}, Hides: []string{}, Beyond: []string{}}
	var resources []string
	for _, f := range wanted {
		resources = append(resources, f.Resource)
	}
	slices.Sort(resources)
	p.Filters["resource"] = slices.Compact(resources)
	if len(p.Filters["resource"]) > 20 {
		return nil, errors.New("a filter compares with 20 values at most: propose several rules, each for some of the resources")
	}
	for kind, who := range wanted[0].Principal {
		p.Filters["principal."+kind] = []string{who}
	}
	for key, value := range wanted[0].Condition {
		p.Filters["condition."+key] = []string{value}
	}
	for _, f := range e.Findings {
		if f.Status != "ACTIVE" || !p.matches(f) {
			continue
		}
		p.Hides = append(p.Hides, f.ID)
		if !slices.Contains(ids, f.ID) {
			p.Beyond = append(p.Beyond, f.ID)
		}
	}
	return p, nil
}

// matches tells whether the rule hides a finding.
func (p *Proposal) matches(f *Finding) bool {
	for criterion, values := range p.Filters {
		has := ""
		switch name := criterion; {
		case name == "isPublic":
			has = fmt.Sprint(f.Public)
		case name == "resource":
			has = f.Resource
		case strings.HasPrefix(name, "principal."):
			has = f.Principal[strings.TrimPrefix(name, "principal.")]
		case strings.HasPrefix(name, "condition."):
			has = f.Condition[strings.TrimPrefix(name, "condition.")]
		}
		if !slices.Contains(values, has) {
			return false
		}
	}
	return true
}
