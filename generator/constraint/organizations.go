package constraint

import (
	"encoding/json"
	"fmt"
	"regexp"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
)

const (
	organizationsLimitsPage = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html"
	attachPolicyPage        = "https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html"
	createPolicyPage        = "https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreatePolicy.html"
	rootFeaturesPage        = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOrganizationsRootCredentialsManagement.html"
)

const (
	controlPolicySize  = 5120 // characters, as they are sent
	policyDescription  = 512  // characters
	policyNameMaxChars = 128
)

func organizationsRules() []Rule {
	policy, attachment := []string{"aws_organizations_policy"}, []string{"aws_organizations_policy_attachment"}
	return []Rule{
		{
			ID: "organizations-policy-content", Summary: "Policy that is no JSON object", Source: createPolicyPage, Types: policy,
			each: func(r view, report report) {
				content := r.attr("content")
				var object map[string]any
				if s, ok := content.str(); ok && json.Unmarshal([]byte(s), &object) != nil {
					report(content, "the content is no JSON object", "Write a policy as JSON, by jsonencode or from a policy document")
				}
			},
		},
		{
			ID: "organizations-policy-size", Summary: "Policy that is too long", Source: organizationsLimitsPage, Types: policy,
			each: func(r view, report report) {
				content := r.attr("content")
				s, ok := content.str()
				kind, isKnown := r.attr("type").str()
				if r.attr("type").absent() {
					kind, isKnown = "SERVICE_CONTROL_POLICY", true // the provider's default
				}
				if !ok || !isKnown || kind != "SERVICE_CONTROL_POLICY" && kind != "RESOURCE_CONTROL_POLICY" {
					return
				}
				if n := utf8.RuneCountInString(s); n > controlPolicySize {
					report(content, fmt.Sprintf("the content has %d characters", n), fmt.Sprintf("Write at most %d, without blanks between its parts (jsonencode, or minified_json of a policy document), or make two policies of it", controlPolicySize))
				}
			},
		},
		{
			ID: "organizations-policy-name", Summary: "Invalid name or description of a policy", Source: createPolicyPage, Types: policy,
			each: func(r view, report report) {
				if s, ok := r.attr("name").str(); ok && (s == "" || utf8.RuneCountInString(s) > policyNameMaxChars) {
					report(r.attr("name"), fmt.Sprintf("the name has %d characters", utf8.RuneCountInString(s)), fmt.Sprintf("Write 1 to %d", policyNameMaxChars))
				}
				if s, ok := r.attr("description").str(); ok && utf8.RuneCountInString(s) > policyDescription {
					report(r.attr("description"), fmt.Sprintf("the description has %d characters", utf8.RuneCountInString(s)), fmt.Sprintf("Write at most %d", policyDescription))
				}
			},
		},
		{
			ID: "organizations-target", Summary: "Target that is none", Source: attachPolicyPage, Types: attachment,
			each: func(r view, report report) {
				target := r.attr("target_id")
				if s, ok := target.str(); ok && !organizationsTarget.MatchString(s) {
					report(target, fmt.Sprintf("%q is no id of a root, an organizational unit or an account", s), `Write an id such as "r-ab12", "ou-ab12-11111111" or "123456789012"`)
				}
			},
		},
		{
			ID: "organizations-policies-per-target", Summary: "Many policies of one target", Source: organizationsLimitsPage, Severity: hcl.DiagWarning, Types: attachment,
			all: func(rs []view, report report) {
				perGroup(rs, 5, func(r view) string { return r.attr("target_id").text() }, func(r view, n int) {
					report(r.attr("target_id"), fmt.Sprintf("this is policy %d of %s", n, r.attr("target_id").text()), "Write at most 5 of one type for a target, FullAWSAccess among them, and put several into one")
				})
			},
		},
		{
			ID: "organizations-root-features", Summary: "Unknown feature of centralized root access", Source: rootFeaturesPage, Types: []string{"aws_iam_organizations_features"},
			each: func(r view, report report) {
				elems, _ := r.attr("enabled_features").elements()
				for _, elem := range elems {
					if s, ok := elem.str(); ok && s != "RootCredentialsManagement" && s != "RootSessions" {
						report(elem, fmt.Sprintf("there is no feature %q", s), `Write "RootCredentialsManagement" or "RootSessions"`)
					}
				}
			},
		},
	}
}

var organizationsTarget = regexp.MustCompile(`^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}|[0-9]{12})$`)
