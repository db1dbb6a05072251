// Package access reads what IAM's last accessed information says of permissions that nobody uses, and takes them out of policies.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
package access

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Evidence is what files say.
type Evidence struct {
	Reports  map[string]*Report // by the ARN of what it is of, or the path of an organization's entity
	Entities map[string]*Entity // by ARN
	Policies map[string]*Policy // managed ones by ARN
}

// Report is the last accessed information of a user, group, role, policy, or of an entity of an organization.
type Report struct {
	Of        string
	Completed time.Time
	Services  []Service // sorted by namespace
}

// Service is one that the entity's policies let it use. AWS lists no others, and tells of attempts, also of those that were refused.
type Service struct {
	Namespace, Name string
	Last            time.Time // zero: not within the tracking period
	By              string    // who used it last
	Actions         []Action  // at action level, of services whose actions are tracked
}

// Action is one that is tracked by itself.
type Action struct {
	Name string
	Last time.Time
}

// Entity is a user, group or role with its policies.
type Entity struct {
	ARN, Kind, Name string
	Created         time.Time
	Inline          []Document
	Attached        []string // ARNs of managed policies
}

// Policy is a managed policy of the account, and who has it.
type Policy struct {
	ARN, Name  string
	Created    time.Time
	Document   string
	AttachedTo []string // ARNs of entities
	Boundary   bool     // it bounds the permissions of somebody, too
}

// Document is an inline policy.
type Document struct {
	Name, Text string
}

// Managed tells whether AWS manages a policy: nobody else can change it.
func Managed(arn string) bool {
	parts := strings.SplitN(arn, ":", 6)
	return len(parts) == 6 && parts[4] == "aws"
}

type (
	rawService struct {
		ServiceName, ServiceNamespace, LastAuthenticatedEntity string
		LastAuthenticated, LastAuthenticatedTime               *time.Time
		TrackedActionsLastAccessed                             []struct {
			ActionName       string
			LastAccessedTime *time.Time
		}
	}
	rawReport struct {
		JobStatus, JobType   string
		JobCompletionDate    *time.Time
		ServicesLastAccessed []rawService
		AccessDetails        []struct {
			rawService
			EntityPath string
		}
		IsTruncated         bool
		Error, ErrorDetails *struct{ Code, Message string }
	}
	rawDocument struct {
		PolicyName     string
		PolicyDocument json.RawMessage
	}
	rawEntity struct {
		UserName, GroupName, RoleName                   string
		Arn                                             string
		CreateDate                                      time.Time
		UserPolicyList, GroupPolicyList, RolePolicyList []rawDocument
		AttachedManagedPolicies                         []struct{ PolicyArn string }
		GroupList                                       []string
		PermissionsBoundary                             *struct{ PermissionsBoundaryArn string }
	}
	rawAuthorization struct {
		UserDetailList, GroupDetailList, RoleDetailList []rawEntity
		Policies                                        []struct {
			PolicyName, Arn, DefaultVersionId string
			CreateDate                        time.Time
			PolicyVersionList                 []struct {
				Document         json.RawMessage
				IsDefaultVersion bool
			}
		}
		IsTruncated bool
	}
	wrapped struct {
		ARN    string `json:"arn"`
		Report *rawReport
	}
)

// Read adds what a file says: what `aws iam` prints for get-service-last-accessed-details, get-organizations-access-report or get-account-authorization-details; or an object with a report and the
// arn that it is of, since AWS's own doesn't say. That arn can be given for a file that is AWS's own.
func (e *Evidence) Read(r io.Reader, arn string) error {
	content, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if e.Reports == nil {
		e.Reports, e.Entities, e.Policies = make(map[string]*Report), make(map[string]*Entity), make(map[string]*Policy)
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(bytes.TrimPrefix(content, []byte("\xef\xbb\xbf")), &keys); err != nil {
		return fmt.Errorf("it is no JSON object: %w", err)
	}
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	switch {
	case keys["UserDetailList"] != nil || keys["RoleDetailList"] != nil || keys["Policies"] != nil:
		return e.authorization(content)
	case keys["JobStatus"] != nil:
		var raw rawReport
		if err := json.Unmarshal(content, &raw); err != nil {
			return fmt.Errorf("it can't be read: %w", err)
		}
		return e.report(raw, arn)
	case keys["report"] != nil && keys["arn"] != nil:
		var w wrapped
		if err := json.Unmarshal(content, &w); err != nil || w.Report == nil {
			return fmt.Errorf("it can't be read: %w", errors.Join(err, errors.New("arn is a text, and report what AWS says")))
		}
		return e.report(*w.Report, w.ARN)
	}
	return errors.New("it is nothing that this audit reads. Pass what aws iam get-service-last-accessed-details, get-organizations-access-report or get-account-authorization-details prints")
}

func (e *Evidence) report(raw rawReport, arn string) error {
	failure := raw.Error
	if failure == nil {
		failure = raw.ErrorDetails
	}
	switch {
	case raw.JobStatus == "IN_PROGRESS":
		return errors.New("the job is still running: ask again when its JobStatus is COMPLETED")
	case raw.JobStatus != "COMPLETED" && failure != nil:
		return fmt.Errorf("the job failed: %s: %s", failure.Code, failure.Message)
	case raw.JobStatus != "COMPLETED":
		return fmt.Errorf("the job is %s", raw.JobStatus)
	case raw.IsTruncated:
		return errors.New("the report is one page of several: let the CLI fetch all of them (without --no-paginate and --max-items)")
	}
	completed := time.Time{}
	if raw.JobCompletionDate != nil {
		completed = raw.JobCompletionDate.UTC()
	}
	if raw.AccessDetails != nil {
		for _, d := range raw.AccessDetails {
			e.add(d.EntityPath, completed, d.rawService)
		}
		for _, report := range e.Reports {
			report.sort()
		}
		return nil
	}
	if arn == "" {
		return errors.New("AWS's report doesn't say whom it is of: name it with --arn, or pass {\"arn\": \"...\", \"report\": ...}")
	}
	e.Reports[arn] = &Report{Of: arn, Completed: completed}
	for _, s := range raw.ServicesLastAccessed {
		e.add(arn, completed, s)
	}
	e.Reports[arn].sort()
	return nil
}

func (r *Report) sort() {
	slices.SortStableFunc(r.Services, func(a, b Service) int { return strings.Compare(a.Namespace, b.Namespace) })
}

func (e *Evidence) add(of string, completed time.Time, raw rawService) {
	report := e.Reports[of]
	if report == nil {
		report = &Report{Of: of, Completed: completed}
		e.Reports[of] = report
	}
	s := Service{Namespace: raw.ServiceNamespace, Name: raw.ServiceName, By: raw.LastAuthenticatedEntity}
	for _, last := range []*time.Time{raw.LastAuthenticated, raw.LastAuthenticatedTime} {
		if last != nil {
			s.Last = last.UTC()
		}
	}
	for _, a := range raw.TrackedActionsLastAccessed {
		action := Action{Name: a.ActionName}
		if a.LastAccessedTime != nil {
			action.Last = a.LastAccessedTime.UTC()
		}
		s.Actions = append(s.Actions, action)
	}
	report.Services = append(report.Services, s)
}

func (e *Evidence) authorization(content []byte) error {
	var raw rawAuthorization
	if err := json.Unmarshal(content, &raw); err != nil {
		return fmt.Errorf("it can't be read: %w", err)
	}
	if raw.IsTruncated {
		return errors.New("the authorization details are one page of several: let the CLI fetch all of them (without --no-paginate and --max-items)")
	}
	for _, p := range raw.Policies {
		policy := &Policy{ARN: p.Arn, Name: p.PolicyName, Created: p.CreateDate.UTC()}
		for _, v := range p.PolicyVersionList {
			if !v.IsDefaultVersion {
				continue
			}
			text, err := documentText(v.Document)
			if err != nil {
				return fmt.Errorf("policy %s: %w", p.Arn, err)
			}
			policy.Document = text
		}
		e.Policies[p.Arn] = policy
	}
	for kind, list := range map[string][]rawEntity{"user": raw.UserDetailList, "group": raw.GroupDetailList, "role": raw.RoleDetailList} {
		for _, r := range list {
			entity := &Entity{ARN: r.Arn, Kind: kind, Name: r.UserName + r.RoleName, Created: r.CreateDate.UTC()}
			if kind == "group" {
				entity.Name = r.GroupName
			}
			for _, d := range slices.Concat(r.UserPolicyList, r.GroupPolicyList, r.RolePolicyList) {
				text, err := documentText(d.PolicyDocument)
				if err != nil {
					return fmt.Errorf("policy %s of %s: %w", d.PolicyName, r.Arn, err)
				}
				entity.Inline = append(entity.Inline, Document{d.PolicyName, text})
			}
			for _, attached := range r.AttachedManagedPolicies {
				entity.Attached = append(entity.Attached, attached.PolicyArn)
				if p := e.Policies[attached.PolicyArn]; p != nil {
					p.AttachedTo = append(p.AttachedTo, r.Arn)
					slices.Sort(p.AttachedTo)
				}
			}
			if r.PermissionsBoundary != nil {
				if p := e.Policies[r.PermissionsBoundary.PermissionsBoundaryArn]; p != nil {
					p.Boundary = true
				}
			}
			e.Entities[r.Arn] = entity
		}
	}
	return nil
}

// documentText is a policy document, laid out. The CLI prints an object, the API a text that is encoded as in URLs (RFC 3986).
func documentText(raw json.RawMessage) (string, error) {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		decoded, err := url.PathUnescape(text)
		if err != nil {
			return "", fmt.Errorf("its document can't be decoded: %w", err)
		}
		raw = json.RawMessage(decoded)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, raw, "", "  "); err != nil {
		return "", fmt.Errorf("its document is no JSON: %w", err)
	}
	return b.String() + "\n", nil
}

// of are the reports in order.
func (e *Evidence) of() []*Report {
	var all []*Report
	for _, arn := range slices.Sorted(maps.Keys(e.Reports)) {
		all = append(all, e.Reports[arn])
	}
	return all
}
