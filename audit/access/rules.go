package access

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"plinth/audit"
)

const (
	lastAccessed = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html"
	refining     = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed-example-scenarios.html"
)

// Rules are what reports are judged by, sorted by ID.
func Rules() []audit.Rule {
	return []audit.Rule{
		{ID: "access-unused-action", Severity: audit.Low, Title: "Actions of a used service are not used", Source: refining, Remedy: "Name the actions that are used in place of a wildcard."},
		{ID: "access-unused-entity", Severity: audit.Medium, Title: "None of the permissions is used", Source: refining, Remedy: "Ask whether anybody still needs it; if not, delete it."},
		{ID: "access-unused-service", Severity: audit.Low, Title: "Services are not used", Source: refining, Remedy: "Take the permissions for them away: plinth audit access --diff shows what."},
	}
}

// Limits are what reports are judged with.
type Limits struct {
	Age  time.Duration // how long an entity must have been there before what it doesn't use counts
	Keep []string      // namespaces of services that nobody has to use
}

// TrackingPeriod is how far back AWS's information goes at least. Something that is younger than that was never used; of what is older nothing is known from before.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html#service-last-accessed-reporting-period
const TrackingPeriod = 400 * 24 * time.Hour

// young tells whether something is too young to judge. What isn't in the authorization details has no known age, and counts as old.
func (e *Evidence) young(arn string, l Limits, now time.Time) bool {
	created := e.created(arn)
	return !created.IsZero() && now.Sub(created) < l.Age
}

func (e *Evidence) created(arn string) time.Time {
	if entity := e.Entities[arn]; entity != nil {
		return entity.Created
	}
	if policy := e.Policies[arn]; policy != nil {
		return policy.Created
	}
	return time.Time{}
}

// never says how long a service has not been used, as far as is known.
func (e *Evidence) never(arn string, now time.Time) string {
	if created := e.created(arn); !created.IsZero() && now.Sub(created) < TrackingPeriod {
		return "never since it was made on " + created.Format(time.DateOnly)
	}
	return "not within the tracking period of 400 days and more"
}

// Judge says what isn't used.
func (e *Evidence) Judge(l Limits, now time.Time) []audit.Finding {
	rules := audit.ByID(Rules())
	findings := []audit.Finding{}
	for _, report := range e.of() {
		if e.young(report.Of, l, now) || len(report.Services) == 0 {
			continue
		}
		var unused, used []string
		var actions []string
		for _, s := range report.Services {
			switch {
			case !s.Last.IsZero():
				used = append(used, s.Namespace+" on "+s.Last.Format(time.DateOnly))
				for _, a := range s.Actions {
					if a.Last.IsZero() {
						actions = append(actions, s.Namespace+":"+a.Name)
					}
				}
			case !slices.Contains(l.Keep, s.Namespace):
				unused = append(unused, s.Namespace)
			}
		}
		add := func(id, message string, evidence ...audit.Evidence) {
			rule := rules[id]
			name := report.Of[strings.LastIndex(report.Of, "/")+1:]
			f := audit.Finding{ID: rule.ID + ":" + report.Of, Rule: rule.ID, Severity: rule.Severity, Kind: kindOf(report.Of), Subject: name, ARN: report.Of, Message: message, Remedy: rule.Remedy, Evidence: evidence}
			if !strings.HasPrefix(report.Of, "arn:") {
				f.Subject, f.ARN = report.Of, ""
			}
			findings = append(findings, f)
		}
		switch {
		case len(used) == 0 && len(unused) > 0:
			add("access-unused-entity", fmt.Sprintf("none of %s is used: %s", services(len(unused)), e.never(report.Of, now)), audit.Evidence{Column: "services without LastAuthenticated", Value: strings.Join(unused, ", ")})
		case len(unused) > 0:
			add("access-unused-service", fmt.Sprintf("%d of %s %s not used: %s", len(unused), services(len(unused)+len(used)), map[bool]string{true: "is", false: "are"}[len(unused) == 1], e.never(report.Of, now)),
				audit.Evidence{Column: "services without LastAuthenticated", Value: strings.Join(unused, ", ")}, audit.Evidence{Column: "used", Value: strings.Join(used, ", ")})
		}
		if len(actions) > 0 {
			add("access-unused-action", fmt.Sprintf("%d tracked actions of used services are not used", len(actions)), audit.Evidence{Column: "actions without LastAccessedTime", Value: strings.Join(actions, ", ")})
		}
	}
	audit.Sort(findings)
	return findings
}

func services(n int) string {
	if n == 1 {
		return "1 service"
	}
	return fmt.Sprintf("%d services", n)
}

func kindOf(of string) string {
	for _, kind := range []string{"user", "group", "role", "policy"} {
		if strings.Contains(of, ":"+kind+"/") {
			return kind
		}
	}
	return "organization"
}
