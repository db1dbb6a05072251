package root

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"plinth/audit"
)

const (
	bestPractices = "https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html"
	signInEvents  = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html"
)

// Rules are what records are judged by, sorted by ID.
func Rules() []audit.Rule {
	return []audit.Rule{
		{ID: "root-api-call", Severity: audit.High, Title: "Root called AWS", Source: bestPractices, Remedy: "Ask who it was and why. Give the work to a role; only some tasks need root: https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-tasks.html."},
		{ID: "root-keys", Severity: audit.Critical, Title: "Root has access keys", Source: bestPractices, Remedy: "Delete them: sign in as root, Security credentials. Give what uses them a role."},
		{ID: "root-mfa", Severity: audit.Critical, Title: "Root has no MFA", Source: bestPractices, Remedy: "Sign in as root, Security credentials, and assign two MFA devices."},
		{ID: "root-sign-in", Severity: audit.High, Title: "Root signed in", Source: bestPractices, Remedy: "Ask who it was and why. Give the work to a role."},
		{ID: "root-sign-in-failed", Severity: audit.Medium, Title: "Root failed to sign in", Source: signInEvents, Remedy: "Ask whether it was one of yours. If not, somebody knows the address: see that root has MFA and a long password that nobody else knows."},
		{ID: "root-sign-in-without-mfa", Severity: audit.Critical, Title: "Root signed in without MFA", Source: signInEvents, Remedy: "Ask who it was. If nobody knows, treat the account as taken over: change root's password, then assign MFA to root."},
	}
}

// Judge says what root did. What is alike (rule, account, call, address it came from, error) is one finding. Account takes the records of one account alone; "" takes
// all.
func (l *Log) Judge(account string) []audit.Finding {
	rules := audit.ByID(Rules())
	findings := []audit.Finding{}
	if s := l.Summary; s != nil {
		add := func(id, message, name string, value int) {
			rule := rules[id]
			f := audit.Finding{ID: id, Rule: id, Severity: rule.Severity, Kind: "root", Subject: "root", Message: message, Remedy: rule.Remedy, Evidence: []audit.Evidence{{Column: name, Value: fmt.Sprint(value)}}}
			if account != "" {
				f.Subject = "root of " + account
			}
			findings = append(findings, f)
		}
		if s.MFA == 0 {
			add("root-mfa", "root has no MFA", "AccountMFAEnabled", s.MFA)
		}
		if s.AccessKeys > 0 {
			add("root-keys", "root has access keys", "AccountAccessKeysPresent", s.AccessKeys)
		}
	}
	groups := make(map[string][]use)
	var ids []string
	for _, u := range l.uses {
		if account != "" && u.account != account {
			continue
		}
		parts := []string{u.rule(), u.account, u.source, u.name, u.ip}
		if u.errorCode != "" {
			parts = append(parts, u.errorCode)
		}
		id := strings.Join(parts, ":")
		if groups[id] == nil {
			ids = append(ids, id)
		}
		groups[id] = append(groups[id], u)
	}
	for _, id := range ids {
		group := groups[id]
		slices.SortStableFunc(group, func(a, b use) int { return a.time.Compare(b.time) })
		first, last := group[0], group[len(group)-1]
		rule := rules[first.rule()]
		f := audit.Finding{
			ID: id, Rule: rule.ID, Severity: rule.Severity, Kind: "root", Subject: "root of " + first.account, ARN: fmt.Sprintf("arn:%s:iam::%s:root", partition(first.region), first.account),
			Message: message(rule.ID, first, len(group)), Remedy: rule.Remedy,
			Evidence: []audit.Evidence{{Column: "eventTime", Value: first.time.Format(time.RFC3339)}},
		}
		if len(group) > 1 {
			f.Evidence[0].Value += " to " + last.time.Format(time.RFC3339)
		}
		for _, e := range []audit.Evidence{
			{Column: "eventID", Value: first.id}, {Column: "sourceIPAddress", Value: first.ip}, {Column: "userAgent", Value: first.agent}, {Column: "awsRegion", Value: first.region},
			{Column: "errorCode", Value: first.errorCode}, {Column: "additionalEventData.MFAUsed", Value: first.mfa},
		} {
			if e.Value != "" {
				f.Evidence = append(f.Evidence, e)
			}
		}
		findings = append(findings, f)
	}
	audit.Sort(findings)
	return findings
}

// rule is the rule that a use is of. AWS spells MFAUsed "Yes", "YES" and "No".
func (u use) rule() string {
	switch {
	case u.source != "signin.amazonaws.com" || u.name != "ConsoleLogin":
		return "root-api-call"
	case u.signIn != "Success":
		return "root-sign-in-failed"
	case strings.EqualFold(u.mfa, "Yes"):
		return "root-sign-in"
	}
	return "root-sign-in-without-mfa"
}

func message(rule string, u use, n int) string {
	text := map[string]string{
		"root-sign-in": "root signed in with MFA", "root-sign-in-failed": "root failed to sign in", "root-sign-in-without-mfa": "root signed in without MFA",
		"root-api-call": "root called " + u.name + " of " + u.source,
	}[rule]
	if u.errorCode != "" {
		text += ", which failed (" + u.errorCode + ")"
	}
	if n > 1 {
		text += fmt.Sprintf(", %d times", n)
	}
	return text
}

// partition is a region's: https://docs.aws.amazon.com/general/latest/gr/rande.html
func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}
