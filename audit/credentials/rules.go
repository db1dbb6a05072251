package credentials

import (
	"fmt"
	"strings"
	"time"

	"plinth/audit"
)

const (
	bestPractices = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"
	rootPractices = "https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html"
	keyPractices  = "https://docs.aws.amazon.com/IAM/latest/UserGuide/securing_access-keys.html"
)

// Rules are what a report is judged by, sorted by ID.
func Rules() []audit.Rule {
	return []audit.Rule{
		{ID: "credentials-certificate", Severity: audit.Medium, Title: "An active signing certificate", Source: bestPractices, Remedy: "See whether anything signs with it; aws iam update-signing-certificate --user-name USER --certificate-id ID --status Inactive."},
		{ID: "credentials-key-rotation", Severity: audit.Medium, Title: "An access key that was not replaced for long", Source: keyPractices, Remedy: "Make a second key, let what uses the first one use it, then aws iam update-access-key --user-name USER --access-key-id ID --status Inactive, and delete it a week later."},
		{ID: "credentials-key-unused", Severity: audit.Medium, Title: "An active access key that nobody uses", Source: keyPractices, Remedy: "aws iam update-access-key --user-name USER --access-key-id ID --status Inactive, and delete it a week later."},
		{ID: "credentials-password-unused", Severity: audit.Medium, Title: "A password that nobody uses", Source: bestPractices, Remedy: "aws iam delete-login-profile --user-name USER."},
		{ID: "credentials-root-certificate", Severity: audit.High, Title: "Root has an active signing certificate", Source: rootPractices, Remedy: "Sign in as root, Security credentials, and delete it."},
		{ID: "credentials-root-key", Severity: audit.Critical, Title: "Root has an active access key", Source: rootPractices, Remedy: "See what uses it (the row says when and which service), give that a role, then sign in as root, Security credentials, and delete the key."},
		{ID: "credentials-root-mfa", Severity: audit.Critical, Title: "Root has no MFA", Source: rootPractices, Remedy: "Sign in as root, Security credentials, and assign two MFA devices."},
		{ID: "credentials-root-used", Severity: audit.High, Title: "Root was used", Source: rootPractices, Remedy: "Find out who it was and why in the trail's events of that day. Give the work to a role."},
		{ID: "credentials-two-keys", Severity: audit.Low, Title: "Two active access keys", Source: keyPractices, Remedy: "Finish the change from one to the other, and delete the older one."},
		{ID: "credentials-user-mfa", Severity: audit.High, Title: "A password without MFA", Source: bestPractices, Remedy: "Let the user assign an MFA device; iam_access of the account's spec lets nobody do anything else before."},
	}
}

// Limits are from when on something is old.
type Limits struct {
	Unused   time.Duration // of a password or key: not used for longer
	Rotation time.Duration // of a key: not replaced for longer
	RootUse  time.Duration // of root: used within
}

// DefaultLimits are those of the CIS benchmark, and 90 days for root.
var DefaultLimits = Limits{Unused: 45 * 24 * time.Hour, Rotation: 90 * 24 * time.Hour, RootUse: 90 * 24 * time.Hour}

// Judge says what is wrong as of a time.
func Judge(r *Report, limits Limits, now time.Time) []audit.Finding {
	rules := audit.ByID(Rules())
	findings := []audit.Finding{}
	for _, u := range r.Users {
		report := func(rule, which, message string, evidence ...audit.Evidence) {
			f := audit.Finding{
				ID: rule + ":" + u.Name + which, Rule: rule, Severity: rules[rule].Severity, Kind: "user", Subject: u.Name, ARN: u.ARN,
				Message: message, Evidence: evidence, Remedy: strings.ReplaceAll(rules[rule].Remedy, "USER", u.Name),
			}
			if u.Root() {
				f.Kind = "root"
			}
			findings = append(findings, f)
		}
		if u.Root() {
			judgeRoot(u, limits, now, report)
			continue
		}
		judgeUser(u, limits, now, report)
	}
	audit.Sort(findings)
	return findings
}

type reporter func(rule, which, message string, evidence ...audit.Evidence)

func judgeRoot(u User, limits Limits, now time.Time, report reporter) {
	active := false
	for i, k := range u.Keys {
		if k.Active.True {
			active = true
			report("credentials-root-key", fmt.Sprintf(":key-%d", i+1), fmt.Sprintf("root's access key %d is active", i+1), audit.Evidence{Column: k.activeColumn, Value: k.Active.Text}, audit.Evidence{Column: k.usage, Value: k.Used.Text})
		}
		if c := u.Certificates[i]; c.Active.True {
			report("credentials-root-certificate", fmt.Sprintf(":certificate-%d", i+1), fmt.Sprintf("root's signing certificate %d is active", i+1), audit.Evidence{Column: c.activeColumn, Value: c.Active.Text})
		}
	}
	// A member account may have no root credentials at all; there is nothing then that MFA would protect. Older reports say not_supported for every root.
	hasNone := u.PasswordEnabled.Both && !u.PasswordEnabled.True && !active
	if !u.MFA.True && !hasNone {
		report("credentials-root-mfa", "", "root has no MFA", audit.Evidence{Column: "mfa_active", Value: u.MFA.Text}, audit.Evidence{Column: "password_enabled", Value: u.PasswordEnabled.Text})
	}
	last, column := u.PasswordLastUsed, "password_last_used"
	for _, k := range u.Keys {
		if k.Used.Known() && k.Used.After(last.Time) {
			last, column = k.Used, k.usage
		}
	}
	if last.Known() && now.Sub(last.Time) <= limits.RootUse {
		report("credentials-root-used", "", fmt.Sprintf("root was used %s ago", days(now.Sub(last.Time))), audit.Evidence{Column: column, Value: last.Text})
	}
}

func judgeUser(u User, limits Limits, now time.Time, report reporter) {
	if u.PasswordEnabled.True && !u.MFA.True {
		report("credentials-user-mfa", "", "the user has a password and no MFA", audit.Evidence{Column: "password_enabled", Value: u.PasswordEnabled.Text}, audit.Evidence{Column: "mfa_active", Value: u.MFA.Text})
	}
	if u.PasswordEnabled.True {
		// One that was never used counts from when it was set.
		if message, evidence := idle("password", u.PasswordLastUsed, "password_last_used", u.PasswordLastChanged, "password_last_changed", limits.Unused, now); message != "" {
			report("credentials-password-unused", "", message, evidence...)
		}
	}
	active := 0
	for i, k := range u.Keys {
		which := fmt.Sprintf(":key-%d", i+1)
		if c := u.Certificates[i]; c.Active.True {
			report("credentials-certificate", fmt.Sprintf(":certificate-%d", i+1), fmt.Sprintf("signing certificate %d is active", i+1), audit.Evidence{Column: c.activeColumn, Value: c.Active.Text})
		}
		if !k.Active.True {
			continue
		}
		active++
		// One that was never used counts from when it was made, so that a new one has its time.
		if message, evidence := idle(fmt.Sprintf("access key %d", i+1), k.Used, k.usage, k.Rotated, k.rotated, limits.Unused, now); message != "" {
			report("credentials-key-unused", which, message, evidence...)
		}
		if k.Rotated.Known() && now.Sub(k.Rotated.Time) > limits.Rotation {
			report("credentials-key-rotation", which, fmt.Sprintf("access key %d is %s old", i+1, days(now.Sub(k.Rotated.Time))), audit.Evidence{Column: k.rotated, Value: k.Rotated.Text})
		}
	}
	if active == 2 {
		report("credentials-two-keys", "", "both access keys are active", audit.Evidence{Column: "access_key_1_active", Value: u.Keys[0].Active.Text}, audit.Evidence{Column: "access_key_2_active", Value: u.Keys[1].Active.Text})
	}
}

// idle says that something was not used for longer than a limit, or was never used and made longer ago than that; "" otherwise.
func idle(what string, used Time, usedColumn string, made Time, madeColumn string, limit time.Duration, now time.Time) (string, []audit.Evidence) {
	evidence := []audit.Evidence{{Column: usedColumn, Value: used.Text}}
	switch {
	case used.Known() && now.Sub(used.Time) > limit:
		return fmt.Sprintf("the %s was not used for %s", what, days(now.Sub(used.Time))), evidence
	case !used.Known() && made.Known() && now.Sub(made.Time) > limit:
		return fmt.Sprintf("the %s was never used, %s after it was made", what, days(now.Sub(made.Time))), append(evidence, audit.Evidence{Column: madeColumn, Value: made.Text})
	}
	return "", nil
}

func days(d time.Duration) string {
	n := int(d.Hours() / 24)
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}
