package constraint

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
)

const (
	bucketNamesPage      = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"
	lifecycleRulesPage   = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html"
	lifecycleTransitions = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html"
	serverLogsPage       = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html"
)

func s3Rules() []Rule {
	lifecycle := []string{"aws_s3_bucket_lifecycle_configuration"}
	return []Rule{
		{
			ID: "s3-bucket-name", Summary: "Invalid bucket name", Source: bucketNamesPage, Types: []string{"aws_s3_bucket"},
			each: func(r view, report report) {
				name := r.attr("bucket")
				if s, ok := name.str(); ok && s != "" {
					if why := bucketNameProblem(s); why != "" {
						report(name, fmt.Sprintf("the bucket name %q %s", s, why),
							`Write 3 to 63 small letters, digits or "-", starting and ending with a letter or digit, and none of the prefixes and suffixes that S3 reserves`)
					}
				}
			},
		},
		{
			ID: "s3-bucket-names-distinct", Summary: "Two buckets with one name", Source: bucketNamesPage, Types: []string{"aws_s3_bucket"},
			all: func(rs []view, report report) {
				repeated(rs, func(r view) string { return r.attr("bucket").text() }, func(r, first view) {
					name := r.attr("bucket")
					report(name, fmt.Sprintf("%s has the name %q already, and bucket names are unique in a partition", first.res.Address, name.text()), "Write another name")
				})
			},
		},
		{
			ID: "s3-logging-target", Summary: "Bucket logs its access to itself", Source: serverLogsPage, Severity: hcl.DiagWarning,
			Types: []string{"aws_s3_bucket_logging"},
			each: func(r view, report report) {
				target := r.attr("target_bucket")
				if s, ok := target.str(); ok && s != "" && s == r.attr("bucket").text() {
					report(target, fmt.Sprintf("the access log of %q goes to the same bucket, where each log file makes further log entries", s), "Write another bucket")
				}
			},
		},
		{
			ID: "s3-lifecycle-action", Summary: "Lifecycle rule without an action", Source: lifecycleRulesPage, Types: lifecycle,
			each: func(r view, report report) {
				for _, rule := range r.blocks("rule") {
					actions := 0
					for _, b := range []string{"abort_incomplete_multipart_upload", "expiration", "noncurrent_version_expiration", "noncurrent_version_transition", "transition"} {
						actions += len(rule.blocks(b))
					}
					if actions == 0 && rule.complete() {
						report(rule.block(""), "the lifecycle rule does nothing", "Write an expiration, a transition, abort_incomplete_multipart_upload or one for noncurrent versions")
					}
				}
			},
		},
		{
			ID: "s3-lifecycle-rule-id", Summary: "Invalid lifecycle rule id", Source: lifecycleRulesPage, Types: lifecycle,
			each: func(r view, report report) {
				seen := map[string]bool{}
				for _, rule := range r.blocks("rule") {
					id := rule.attr("id")
					s, ok := id.str()
					if n := utf8.RuneCountInString(s); n > 255 {
						report(id, fmt.Sprintf("the id has %d characters", n), "Write at most 255")
					}
					if ok && s != "" && seen[s] {
						report(id, fmt.Sprintf("two rules have the id %q", s), "Write another id")
					}
					seen[s] = true
				}
			},
		},
		{
			ID: "s3-lifecycle-infrequent-access", Summary: "Transition to infrequent access too early", Source: lifecycleTransitions, Types: lifecycle,
			each: func(r view, report report) {
				for _, rule := range r.blocks("rule") {
					for _, t := range transitions(rule) {
						class, _ := t.attr("storage_class").str()
						if days := t.attr(t.days); class == "STANDARD_IA" || class == "ONEZONE_IA" {
							if n, ok := days.integer(); ok && n < 30 {
								report(days, fmt.Sprintf("objects may move to %s only after 30 days, found %d", class, n), "Write 30 or more")
							}
						}
					}
				}
			},
		},
		{
			ID: "s3-lifecycle-order", Summary: "Expiration before transition", Source: lifecycleTransitions, Types: lifecycle,
			each: func(r view, report report) {
				for _, rule := range r.blocks("rule") {
					for _, t := range transitions(rule) {
						moved, ok := t.attr(t.days).integer()
						for _, e := range rule.blocks(t.expiration) {
							days := e.attr(t.days)
							if gone, known := days.integer(); known && ok && gone > 0 && gone <= moved {
								report(days, fmt.Sprintf("objects expire after %d days, yet move to another storage class after %d", gone, moved),
									fmt.Sprintf("Write more than %d, or leave the transition out", moved))
							}
						}
					}
				}
			},
		},
	}
}

// transition is a transition block of current or noncurrent versions, with the names that go with it.
type transition struct {
	view
	days, expiration string
}

func transitions(rule view) []transition {
	var all []transition
	for _, t := range rule.blocks("transition") {
		all = append(all, transition{t, "days", "expiration"})
	}
	for _, t := range rule.blocks("noncurrent_version_transition") {
		all = append(all, transition{t, "noncurrent_days", "noncurrent_version_expiration"})
	}
	return all
}

var bucketName = regexp.MustCompile(`^[a-z0-9.-]+$`)

func bucketNameProblem(s string) string {
	switch {
	case len(s) < 3 || len(s) > 63:
		return fmt.Sprintf("has %d characters", utf8.RuneCountInString(s))
	case !bucketName.MatchString(s):
		return "has characters that a bucket name can't have"
	case strings.ContainsRune(".-", rune(s[0])) || strings.ContainsRune(".-", rune(s[len(s)-1])):
		return `starts or ends with "." or "-"`
	case strings.Contains(s, ".."):
		return "has two dots side by side"
	case isIPv4(s):
		return "is an IP address"
	}
	for _, p := range []string{"xn--", "sthree-", "amzn-s3-demo-"} {
		if strings.HasPrefix(s, p) {
			return fmt.Sprintf("starts with %q, which S3 reserves", p)
		}
	}
	for _, p := range []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"} {
		if strings.HasSuffix(s, p) {
			return fmt.Sprintf("ends with %q, which S3 reserves", p)
		}
	}
	return ""
}
