package constraint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

const (
	createRolePage = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"
	iamQuotasPage  = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"
	policyElements = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements"
)

func iamRules() []Rule {
	return []Rule{
		{
			ID: "iam-path", Summary: "Invalid IAM path", Source: createRolePage,
			Types: []string{"aws_iam_group", "aws_iam_instance_profile", "aws_iam_policy", "aws_iam_role", "aws_iam_user"},
			each: func(r view, report report) {
				path := r.attr("path")
				if s, ok := path.str(); ok && s != "" && (len(s) > 512 || !iamPath.MatchString(s)) {
					report(path, fmt.Sprintf("the path %q isn't allowed", s), fmt.Sprintf("Write %q: a path starts and ends with \"/\", and has at most 512 characters without blanks", "/"+strings.Trim(s, "/ ")+"/"))
				}
			},
		},
		{
			ID: "iam-groups-per-user", Summary: "Too many groups of one user", Source: iamQuotasPage, Types: []string{"aws_iam_user_group_membership"},
			each: func(r view, report report) {
				groups := r.attr("groups")
				if n := groups.distinct(); n > 10 {
					report(groups, fmt.Sprintf("the user is in %d groups", n), "Write at most 10, which is a quota that AWS doesn't raise")
				}
			},
		},
		{
			ID: "iam-policies-per-principal", Summary: "Many managed policies of one principal", Source: iamQuotasPage, Severity: hcl.DiagWarning,
			Types: []string{"aws_iam_group_policy_attachment", "aws_iam_role_policy_attachment", "aws_iam_user_policy_attachment"},
			all: func(rs []view, report report) {
				key := func(r view) string {
					for _, kind := range []string{"group", "role", "user"} {
						if name := r.attr(kind).text(); name != "" {
							return kind + " " + strings.ToLower(name)
						}
					}
					return ""
				}
				perGroup(rs, 10, key, func(r view, n int) {
					report(r.attr("policy_arn"), fmt.Sprintf("this is managed policy %d of %s", n, key(r)), "Write at most 10, put several into one, or ask AWS to raise the quota")
				})
			},
		},
		{
			ID: "iam-role-names-distinct", Summary: "Two roles with one name", Source: iamQuotasPage, Types: []string{"aws_iam_role"},
			all: func(rs []view, report report) {
				// IAM tells names apart without regard to case.
				repeated(rs, func(r view) string { return strings.ToLower(r.attr("name").text()) }, func(r, first view) {
					name := r.attr("name")
					report(name, fmt.Sprintf("%s has the name %q already", first.res.Address, first.attr("name").text()), "Write another name")
				})
			},
		},
		policyRule("iam-role-trust-policy", "Invalid trust policy", "assume_role_policy", trustPolicy, "aws_iam_role"),
		policyRule("iam-policy-document", "Invalid IAM policy", "policy", identityPolicy, "aws_iam_group_policy", "aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy"),
		policyRule("iam-resource-policy", "Invalid resource policy", "policy", resourcePolicy, "aws_kms_key", "aws_kms_key_policy", "aws_s3_bucket_policy", "aws_sns_topic_policy"),
		{
			ID: "iam-policy-size", Summary: "IAM policy too large", Source: iamQuotasPage, Types: []string{"aws_iam_group_policy", "aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy"},
			each: func(r view, report report) {
				limit := map[string]int{"aws_iam_group_policy": 5120, "aws_iam_policy": 6144, "aws_iam_role_policy": 10240, "aws_iam_user_policy": 2048}[r.res.Type]
				policy := r.attr("policy")
				if n := policySize(policy.text()); n > limit {
					report(policy, fmt.Sprintf("the policy has %d characters, white space not counted", n), fmt.Sprintf("Write at most %d, or split it into several managed policies", limit))
				}
			},
		},
	}
}

// policyRule makes the rule that checks the JSON policy in an argument.
func policyRule(id, summary, attr string, kind policyKind, types ...string) Rule {
	return Rule{
		ID: id, Summary: summary, Source: policyGrammarPage, Types: types,
		each: func(r view, report report) {
			policy := r.attr(attr)
			s, ok := policy.str()
			if !ok || s == "" && kind == resourcePolicy {
				return // an empty policy of a key is the default one
			}
			for _, p := range policyProblems(s, kind) {
				report(policy, p.what, p.write)
			}
		},
	}
}

var iamPath = regexp.MustCompile(`^/([!-~]+/)?$`)

// iamDocumentRules check the arguments of aws_iam_policy_document, since its JSON is known only later.
func iamDocumentRules() []Rule {
	document := []string{"data.aws_iam_policy_document"}
	return []Rule{
		{
			ID: "iam-document-sid", Summary: "Invalid Sid", Source: policyElements + "_sid.html", Types: document,
			each: func(r view, report report) {
				if !identityDocument(r) {
					return // buckets, topics and keys take blanks in their Sids
				}
				for _, s := range r.blocks("statement") {
					sid := s.attr("sid")
					if text, ok := sid.str(); ok && !alphanumeric.MatchString(text) {
						report(sid, fmt.Sprintf("the Sid %q has other characters than letters and digits, and IAM refuses those", text), "Write letters and digits only")
					}
				}
			},
		},
		{
			ID: "iam-document-action", Summary: "Invalid action", Source: policyElements + "_action.html", Types: document,
			each: func(r view, report report) {
				for _, s := range r.blocks("statement") {
					for _, list := range []string{"actions", "not_actions"} {
						elems, _ := s.attr(list).elements()
						for _, a := range elems {
							if text, ok := a.str(); ok && !validAction(text) {
								report(a, fmt.Sprintf("%q isn't an action", text), "Write service:Action or *")
							}
						}
					}
				}
			},
		},
		{
			ID: "iam-document-actions", Summary: "Statement needs either actions or not_actions", Source: policyElements + "_notaction.html", Types: document,
			each: func(r view, report report) {
				for _, s := range r.blocks("statement") {
					a, b := s.attr("actions"), s.attr("not_actions")
					switch {
					case a.filled() && b.filled():
						report(b, "the statement has both actions and not_actions", "Write one of the two")
					case a.empty() && b.empty():
						report(s.block("actions"), "the statement has no actions", "Write actions or not_actions")
					}
				}
			},
		},
		{
			ID: "iam-document-resource", Summary: "Invalid resource", Source: policyElements + "_resource.html", Types: document,
			each: func(r view, report report) {
				for _, s := range r.blocks("statement") {
					for _, list := range []string{"not_resources", "resources"} {
						elems, _ := s.attr(list).elements()
						for _, a := range elems {
							if text, ok := a.str(); ok && !validResource(strings.ReplaceAll(text, "&{", "${")) {
								report(a, fmt.Sprintf("%q is neither an ARN nor *", text), "Write an ARN, arn:<partition>:<service>:<region>:<account>:<resource>, or *")
							}
						}
					}
				}
			},
		},
		{
			ID: "iam-document-resources", Summary: "Statement needs either resources or not_resources", Source: policyElements + "_notresource.html", Types: document,
			each: func(r view, report report) {
				for _, s := range r.blocks("statement") {
					a, b := s.attr("resources"), s.attr("not_resources")
					switch {
					case a.filled() && b.filled():
						report(b, "the statement has both resources and not_resources", "Write one of the two")
					case a.empty() && b.empty() && identityDocument(r):
						report(s.block("resources"), "the statement has neither a resource nor a principal", "Write resources, or principals for the policy of a role or resource")
					}
				}
			},
		},
		{
			ID: "iam-document-operator", Summary: "Unknown condition operator", Source: policyElements + "_condition_operators.html", Types: document,
			each: func(r view, report report) {
				for _, s := range r.blocks("statement") {
					for _, c := range s.blocks("condition") {
						test := c.attr("test")
						if text, ok := test.str(); ok && !validOperator(text) {
							report(test, fmt.Sprintf("there is no condition operator %q", text), "Write an operator such as StringEquals, ArnLike or Bool")
						}
					}
				}
			},
		},
		{
			ID: "iam-document-principal", Summary: "Unknown kind of principal", Source: policyElements + "_principal.html", Types: document,
			each: func(r view, report report) {
				for _, s := range r.blocks("statement") {
					for _, p := range slices.Concat(s.blocks("not_principals"), s.blocks("principals")) {
						kind := p.attr("type")
						if text, ok := kind.str(); ok && !slices.Contains([]string{"*", "AWS", "Service", "Federated", "CanonicalUser"}, text) {
							report(kind, fmt.Sprintf("there is no principal of type %q", text), `Write "AWS", "Service", "Federated", "CanonicalUser" or "*"`)
						}
					}
				}
			},
		},
	}
}

// identityDocument says that a document is for sure one that is attached to a role, user or group: none of its statements names a
// principal, and it takes none from other documents.
func identityDocument(r view) bool {
	for _, from := range []string{"override_json", "override_policy_documents", "source_json", "source_policy_documents"} {
		if !r.attr(from).absent() {
			return false
		}
	}
	for _, s := range r.blocks("statement") {
		if len(s.blocks("principals"))+len(s.blocks("not_principals")) > 0 {
			return false
		}
	}
	return r.complete()
}

// filled says that a list is there and not empty, for sure.
func (a value) filled() bool {
	elems, _ := a.elements()
	return len(elems) > 0
}

// empty says that a list is absent or empty, for sure.
func (a value) empty() bool {
	return a.absent() || a.known() && a.v.CanIterateElements() && a.v.LengthInt() == 0
}
