package generator_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"plinth/generator"
)

// everywhere are the sections that every partition has, with all of their options that write ARNs, principals or host names.
const everywhere = `log_group: {kms: {create: true}}
cloudtrail: {kms: {create: true}, data_events: {s3: {}}}
sns_email: {addresses: [security@example.com], kms: {create: true}}
root_activity_event: {addresses: [security@example.com], kms: {create: true}}
finding_notification: {addresses: [security@example.com], kms: {create: true}}
credential_report: {}
account_alias: {alias: acme-x}
organization:
  deny_root_user: {targets: [r-ab12]}
  protect_trail: {targets: [r-ab12]}
iam_access:
  oidc_providers: {github: {url: "https://token.actions.githubusercontent.com"}}
  saml_providers: {idp: {}}
  roles:
    people: {policies: [job-function/ViewOnlyAccess], saml: {provider: idp}}
    deploy: {policies: [AdministratorAccess], oidc: {provider: github, subjects: ["repo:acme/x:*"]}}
    partner: {policies: [ReadOnlyAccess], trusted_accounts: ["111122223333"]}
`

// TestPartitions holds what is written for an account of each partition: no ARN of another one, the right principals, managed policies, host names and regions.
func TestPartitions(t *testing.T) {
	g, text := newGenerator(t)
	arn := regexp.MustCompile(`\barn:([a-z*-]+):`)
	for partition, test := range map[string]struct {
		regions, more string
		there, absent []string
	}{
		"aws": {
			"{home: eu-central-1, enabled: [eu-central-1, us-east-1]}", "cur: {}\nslack_notification: {workspace_id: T0123ABCD, channel_id: C0123abcd}\nalternate_contacts: {security: {name: A, title: B, email: a@example.com, phone: \"1\"}}\n",
			[]string{`"logs.eu-central-1.amazonaws.com"`, `"arn:aws:iam::aws:policy/AWSSupportAccess"`, `"arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"`, `"https://signin.aws.amazon.com/saml"`, `"arn:aws:cur:us-east-1:123456789012:definition/*"`, `"https://acme-x.signin.aws.amazon.com/console"`, `"arn:aws:iam::*:root"`, `"arn:aws:states:::aws-sdk:iam:getCredentialReport"`},
			[]string{"amazonaws.com.cn", "amazonaws.cn", "amazonaws-us-gov"},
		},
		"aws-cn": {
			"{home: cn-north-1, enabled: [cn-north-1, cn-northwest-1]}", "cur: {}\nalternate_contacts: {security: {name: A, title: B, email: a@example.com, phone: \"1\"}}\n",
			[]string{`"logs.cn-north-1.amazonaws.com.cn"`, `"arn:aws-cn:iam::aws:policy/AWSSupportAccess"`, `"arn:aws-cn:iam::aws:policy/job-function/ViewOnlyAccess"`, `"https://signin.amazonaws.cn/saml"`, `"arn:aws-cn:cur:cn-northwest-1:123456789012:definition/*"`, `"https://acme-x.signin.amazonaws.cn/console"`, `"arn:aws-cn:iam::*:root"`, `"arn:aws-cn:states:::aws-sdk:iam:getCredentialReport"`},
			[]string{`"us-east-1"`, "aws.amazon.com/saml", "amazonaws-us-gov"},
		},
		"aws-us-gov": {
			"{home: us-gov-east-1, enabled: [us-gov-east-1, us-gov-west-1]}", "cur: false\n",
			[]string{`"logs.us-gov-east-1.amazonaws.com"`, `"arn:aws-us-gov:iam::aws:policy/AWSSupportAccess"`, `"arn:aws-us-gov:iam::aws:policy/job-function/ViewOnlyAccess"`, `"https://signin.amazonaws-us-gov.com/saml"`, `"https://acme-x.signin.amazonaws-us-gov.com/console"`, `"arn:aws-us-gov:iam::*:root"`, `"arn:aws-us-gov:states:::aws-sdk:iam:getCredentialReport"`},
			[]string{`"us-east-1"`, "amazonaws.com.cn", "signin.aws.amazon.com"},
		},
	} {
		t.Run(partition, func(t *testing.T) {
			spec := "version: 1\naccount: {id: \"123456789012\", name: acme-x}\nregions: " + test.regions + "\nnaming: {prefix: acme}\n" + everywhere + test.more
			account, diags := g.Account("account.yaml", []byte(spec), generator.Specialized)
			if diags.HasErrors() {
				t.Fatal(text(diags))
			}
			var all strings.Builder
			for name, content := range account.Files() {
				if !strings.HasSuffix(name, ".tf") {
					continue
				}
				// Comments quote pages of AWS, which speak of partition aws, and messages have examples.
				for line := range strings.Lines(string(content)) {
					if trimmed := strings.TrimSpace(line); !strings.HasPrefix(trimmed, "#") && !strings.HasPrefix(trimmed, "error_message ") {
						all.WriteString(line)
					}
				}
			}
			found := make(map[string]bool)
			for _, match := range arn.FindAllStringSubmatch(all.String(), -1) {
				found[match[1]] = true
				if match[1] != partition {
					t.Errorf("there is an ARN of %s: %s", match[1], match[0])
				}
			}
			if !found[partition] {
				t.Error("there is no ARN")
			}
			for _, want := range test.there {
				if !strings.Contains(all.String(), want) {
					t.Errorf("there is no %s", want)
				}
			}
			for _, not := range test.absent {
				if strings.Contains(all.String(), not) {
					t.Errorf("there is %s", not)
				}
			}
			c, err := account.Configuration()
			if err != nil {
				t.Fatal(err)
			}
			for name, region := range c.Regions {
				if strings.HasPrefix(region, "cn-") != (partition == "aws-cn") || strings.HasPrefix(region, "us-gov-") != (partition == "aws-us-gov") {
					t.Errorf("provider %s is in %s", name, region)
				}
			}
			// What is recorded of global services is in one region of each partition.
			global := map[string]string{"aws": "us-east-1", "aws-cn": "cn-northwest-1", "aws-us-gov": "us-gov-west-1"}[partition]
			if c.Regions["aws.global_events"] != global {
				t.Errorf("events of global services are looked for in %s, want %s", c.Regions["aws.global_events"], global)
			}
		})
	}
}

// TestWhatPartitionsLack holds that a section that a partition has no service for is refused, with what to write.
func TestWhatPartitionsLack(t *testing.T) {
	g, text := newGenerator(t)
	for _, test := range []struct{ home, section, want string }{
		{"us-gov-west-1", "cur: {}\n", "AWS GovCloud (US) has no Cost and Usage Report service"},
		{"us-gov-west-1", "cur: false\nalternate_contacts: {security: {name: A, title: B, email: a@example.com, phone: \"1\"}}\n", "alternate_contacts"},
		{"us-gov-west-1", "cur: false\nslack_notification: {workspace_id: T0123ABCD, channel_id: C0123abcd}\n", "slack_notification"},
		{"cn-north-1", "slack_notification: {workspace_id: T0123ABCD, channel_id: C0123abcd}\n", "slack_notification"},
		{"cn-north-1", "cur: {data_export: {}}\n", "only partition aws is known to have AWS Data Exports"},
		{"eusc-de-east-1", "cur: {}\n", "only the partitions aws and aws-cn have the Cost and Usage Report service"},
	} {
		spec := "version: 1\naccount: {id: \"123456789012\", name: acme-x}\nregions: {home: " + test.home + "}\nnaming: {prefix: acme}\nsns_email: {addresses: [security@example.com]}\n" + test.section
		_, diags := g.Account("account.yaml", []byte(spec), generator.Specialized)
		if !diags.HasErrors() || !strings.Contains(text(diags), test.want) {
			t.Errorf("%s, %s: %s", test.home, test.section, text(diags))
		}
		if !slices.ContainsFunc([]string{"Write ", "Leave "}, func(advice string) bool { return strings.Contains(text(diags), advice) }) {
			t.Errorf("%s: nothing is said of what to write: %s", test.home, text(diags))
		}
	}
}
