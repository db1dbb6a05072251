// Package analyzer reads and judges the findings of IAM Access Analyzer.
// https://docs.aws.amazon.com/access-analyzer/latest/APIReference/Welcome.html
package analyzer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// Evidence is what files say of findings and analyzers.
type Evidence struct {
	Findings  []*Finding  // by id, sorted
	Analyzers []*Analyzer // by ARN, sorted
	// Listed tells whether a list of analyzers was read, so that a region without one is known.
	Listed  bool
	Regions []string // whose analyzers were listed, where the files say so, sorted

	findings  map[string]*Finding
	analyzers map[string]*Analyzer
}

// Finding is one of Access Analyzer's. What only some types have is empty for others.
type Finding struct {
	ID, Type, Status, Resource, ResourceType, Owner string
	Error                                           string
	Analyzed                                        time.Time
	Detailed                                        bool // there are more than the summary that list-findings-v2 gives

	// Of external and internal access.
	Public     bool
	Principal  map[string]string
	Actions    []string
	Condition  map[string]string
	Sources    []string // POLICY, BUCKET_ACL, S3_ACCESS_POINT, S3_ACCESS_POINT_ACCOUNT
	Restricted string   // by resource control policies
	// Of unused access.
	LastAccessed time.Time // zero if it never was, or the tracking period has nothing
	AccessKeyID  string
	Services     []string // whose permissions are unused
}

// Analyzer is one that exists.
type Analyzer struct {
	ARN, Name, Type, Status, Reason string
}

// Region is where the analyzer is.
func (a *Analyzer) Region() string {
	if parts := strings.Split(a.ARN, ":"); len(parts) > 3 {
		return parts[3]
	}
	return ""
}

// External tells whether it looks for access from outside.
func (a *Analyzer) External() bool { return a.Type == "ACCOUNT" || a.Type == "ORGANIZATION" }

// The forms in which AWS writes findings. Names are compared without regard to case, as encoding/json does.
type (
	rawFinding struct {
		ID                             string
		FindingType                    string
		Status, Resource, ResourceType string
		ResourceOwnerAccount           string
		AccountID                      string `json:"accountId"` // in events
		Error                          string
		AnalyzedAt                     stamp
		FindingDetails                 []rawDetails
		IsDeleted                      bool
		rawExternal                    // in version 1, and in events
	}
	rawExternal struct {
		IsPublic                         bool
		Principal, Condition             map[string]string
		Action                           []string
		Sources                          []struct{ Type string }
		ResourceControlPolicyRestriction string
	}
	rawUnused struct {
		LastAccessed                  stamp
		AccessKeyID, ServiceNamespace string
	}
	rawDetails struct {
		ExternalAccessDetails         *rawExternal
		InternalAccessDetails         *rawExternal
		UnusedPermissionDetails       *rawUnused
		UnusedIamRoleDetails          *rawUnused
		UnusedIamUserAccessKeyDetails *rawUnused
		UnusedIamUserPasswordDetails  *rawUnused
	}
	rawAnalyzer struct {
		ARN, Name, Type, Status string
		StatusReason            struct{ Code string }
	}
	document struct {
		Findings   []rawFinding
		Analyzers  []rawAnalyzer
		Region     string      // whose analyzers they are; plinth collect says so
		Finding    *rawFinding // of get-finding
		Source     string      // of an event
		DetailType string      `json:"detail-type"`
		Detail     *rawFinding
		rawFinding // of get-finding-v2
	}
)

// stamp is a time in ISO 8601, as the CLI writes it, or in seconds since 1970, as the API does.
type stamp struct{ time.Time }

func (s *stamp) UnmarshalJSON(content []byte) error {
	if string(content) == "null" {
		return nil
	}
	var seconds float64
	if err := json.Unmarshal(content, &seconds); err == nil {
		s.Time = time.Unix(0, int64(seconds*1e9)).UTC()
		return nil
	}
	var text string
	if err := json.Unmarshal(content, &text); err != nil {
		return err
	}
	if text == "" {
		return nil
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return fmt.Errorf("the time %q is not one of ISO 8601", text)
	}
	s.Time = t.UTC()
	return nil
}

// Read adds what a file says: what `aws accessanalyzer` prints for list-findings, list-findings-v2, get-finding, get-finding-v2 or list-analyzers, or an event of EventBridge; several of them one
// after the other, or in an array. A file in which there is nothing of these is an error.
func (e *Evidence) Read(r io.Reader) error {
	content, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	decoder := json.NewDecoder(bytes.NewReader(content))
	something := false
	for {
		var raw json.RawMessage
		err := decoder.Decode(&raw)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("it is no JSON: %w", err)
		}
		documents := []json.RawMessage{raw}
		if bytes.HasPrefix(bytes.TrimSpace(raw), []byte("[")) {
			if err := json.Unmarshal(raw, &documents); err != nil {
				return err
			}
		}
		for _, d := range documents {
			found, err := e.add(d)
			if err != nil {
				return err
			}
			something = something || found
		}
	}
	if !something {
		return errors.New("there is nothing of Access Analyzer in it. Pass what aws accessanalyzer list-findings-v2, get-finding-v2 or list-analyzers prints")
	}
	e.sort()
	return nil
}

func (e *Evidence) add(raw json.RawMessage) (bool, error) {
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(raw, &keys); err != nil {
		return false, errors.New("it has something that is no JSON object")
	}
	var d document
	if err := json.Unmarshal(raw, &d); err != nil {
		return false, fmt.Errorf("it can't be read: %w", err)
	}
	_, hasFindings := keys["findings"]
	_, hasAnalyzers := keys["analyzers"]
	switch {
	case hasFindings:
		for _, f := range d.Findings {
			if err := e.finding(f); err != nil {
				return false, err
			}
		}
		return true, nil
	case hasAnalyzers:
		e.Listed = true
		if d.Region != "" && !slices.Contains(e.Regions, d.Region) {
			e.Regions = append(e.Regions, d.Region)
			slices.Sort(e.Regions)
		}
		for _, a := range d.Analyzers {
			if a.ARN == "" {
				return false, errors.New("it has an analyzer without an ARN")
			}
			if e.analyzers == nil {
				e.analyzers = make(map[string]*Analyzer)
			}
			e.analyzers[a.ARN] = &Analyzer{a.ARN, a.Name, a.Type, a.Status, a.StatusReason.Code}
		}
		return true, nil
	case d.Source == "aws.access-analyzer" && d.Detail != nil:
		if d.Detail.IsDeleted {
			return true, nil
		}
		return true, e.finding(*d.Detail)
	case d.Finding != nil:
		return true, e.finding(*d.Finding)
	case d.ID != "" && d.Resource != "":
		return true, e.finding(d.rawFinding)
	}
	return false, nil
}

// finding adds a finding, or what one says more of another of the same id.
func (e *Evidence) finding(raw rawFinding) error {
	if raw.ID == "" || raw.Status == "" {
		return errors.New("it has a finding without an id or a status")
	}
	f := &Finding{
		ID: raw.ID, Type: raw.FindingType, Status: raw.Status, Resource: raw.Resource, ResourceType: raw.ResourceType, Owner: raw.ResourceOwnerAccount, Error: raw.Error,
		Analyzed: raw.AnalyzedAt.Time,
	}
	if f.Owner == "" {
		f.Owner = raw.AccountID
	}
	external := &raw.rawExternal
	f.Detailed = raw.Principal != nil || raw.Action != nil || raw.IsPublic
	for _, d := range raw.FindingDetails {
		f.Detailed = true
		switch {
		case d.ExternalAccessDetails != nil:
			external = d.ExternalAccessDetails
		case d.InternalAccessDetails != nil:
			external = d.InternalAccessDetails
		}
		for _, unused := range []*rawUnused{d.UnusedPermissionDetails, d.UnusedIamRoleDetails, d.UnusedIamUserAccessKeyDetails, d.UnusedIamUserPasswordDetails} {
			if unused == nil {
				continue
			}
			f.LastAccessed, f.AccessKeyID = unused.LastAccessed.Time, unused.AccessKeyID
			if unused.ServiceNamespace != "" {
				f.Services = append(f.Services, unused.ServiceNamespace)
			}
		}
	}
	f.Public, f.Principal, f.Condition, f.Actions, f.Restricted = external.IsPublic, external.Principal, external.Condition, slices.Sorted(slices.Values(external.Action)), external.ResourceControlPolicyRestriction
	for _, s := range external.Sources {
		f.Sources = append(f.Sources, s.Type)
	}
	slices.Sort(f.Services)
	if f.Type == "" { // version 1 knows external access only
		f.Type = "ExternalAccess"
	}
	if e.findings == nil {
		e.findings = make(map[string]*Finding)
	}
	if known := e.findings[f.ID]; known == nil || f.Detailed || !known.Detailed {
		e.findings[f.ID] = f
	}
	return nil
}

func (e *Evidence) sort() {
	e.Findings, e.Analyzers = nil, nil
	for _, id := range slices.Sorted(maps.Keys(e.findings)) {
		e.Findings = append(e.Findings, e.findings[id])
	}
	for _, arn := range slices.Sorted(maps.Keys(e.analyzers)) {
		e.Analyzers = append(e.Analyzers, e.analyzers[arn])
	}
}
