package generator_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"plinth/generator"
	"plinth/generator/filterpattern"
)

// fires says which alarms of an account with every alarm on fire on each event of testdata/events. An event that is there for what must not fire has none.
// The CIS patterns for IAM look at names of events alone, so that a like name of another service sets them off, too.
var fires = map[string][]string{
	"access_denied":                   {"unauthorized-api-calls"},
	"access_denied_head_bucket":       nil,
	"access_denied_of_log_delivery":   nil,
	"bucket_policy":                   {"s3-bucket-policy-changes"},
	"bucket_tagging":                  nil,
	"config":                          {"config-changes"},
	"config_read":                     nil,
	"describe_instances":              nil,
	"gateway":                         {"network-gateway-changes"},
	"iam_policy":                      {"iam-policy-changes"},
	"iam_policy_read":                 nil,
	"kms_key":                         {"kms-key-deletion"},
	"kms_key_enabled":                 nil,
	"nat_gateway":                     nil,
	"network_acl":                     {"network-acl-changes"},
	"network_acl_read":                nil,
	"organizations":                   {"organizations-changes"},
	"organizations_read":              nil,
	"policy_of_another_service":       {"iam-policy-changes"},
	"root_api_call":                   {"root-activity"},
	"root_sign_in":                    {"root-activity"},
	"route_of_appmesh":                nil,
	"route_table":                     {"route-table-changes"},
	"security_group":                  {"security-group-changes"},
	"security_group_read":             nil,
	"security_group_rules":            {"security-group-changes"},
	"service_event_of_root":           nil,
	"service_for_root":                nil,
	"sign_in_failed":                  {"console-sign-in-failures"},
	"sign_in_failed_otherwise":        nil,
	"sign_in_through_identity_center": {"console-sign-in-without-mfa"},
	"sign_in_with_mfa":                nil,
	"sign_in_without_mfa":             {"console-sign-in-without-mfa"},
	"trail":                           {"cloudtrail-changes"},
	"trail_read":                      nil,
	"unauthorized":                    {"unauthorized-api-calls"},
	"vpc":                             {"vpc-changes"},
	"vpc_endpoint":                    nil,
}

// patterns are the filter patterns of an account's metric filters, by the name of the filter without its prefix.
func patterns(t *testing.T, account *generator.Account) map[string]*filterpattern.Pattern {
	t.Helper()
	all := make(map[string]*filterpattern.Pattern)
	for name, content := range account.Files() {
		if filepath.Ext(name) != ".tf" {
			continue
		}
		forBlocks(t, content, func(block *hclsyntax.Block) {
			if block.Type != "resource" || block.Labels[0] != "aws_cloudwatch_log_metric_filter" {
				return
			}
			text := func(attr string) string {
				value, diags := block.Body.Attributes[attr].Expr.Value(nil)
				if diags.HasErrors() {
					t.Fatal(diags)
				}
				return value.AsString()
			}
			pattern, err := filterpattern.Parse(text("pattern"))
			if err != nil {
				t.Fatal(err)
			}
			all[strings.TrimPrefix(text("name"), "acme-")] = pattern
		})
	}
	return all
}

// TestAlarmsFire holds that each alarm fires on an event that it is there for, and on none that is only like it.
func TestAlarmsFire(t *testing.T) {
	g, text := newGenerator(t)
	render := func(section string) map[string]*filterpattern.Pattern {
		account, diags := g.Account("account.yaml", []byte(`version: 1
account: {id: "123456789012", name: acme-dev}
regions: {home: eu-central-1}
naming: {prefix: acme}
sns_email: {addresses: [security@example.com]}
`+section), generator.Specialized)
		if diags.HasErrors() {
			t.Fatal(text(diags))
		}
		return patterns(t, account)
	}
	all := render("")
	usersOnly := render("security_alarms: {leave_out_identity_center: true}\n")
	files, err := filepath.Glob("testdata/events/*.json")
	if err != nil || len(files) != len(fires) {
		t.Fatalf("%d events, and %d are spoken of: %v", len(files), len(fires), err)
	}
	fired := make(map[string]bool)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		want, spoken := fires[name]
		if !spoken {
			t.Errorf("nothing is said of %s", name)
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var event any
		if err := json.Unmarshal(content, &event); err != nil {
			t.Fatal(err)
		}
		if got := matching(all, event); !slices.Equal(got, want) {
			t.Errorf("%s sets off %q, want %q", name, got, want)
		}
		for _, alarm := range want {
			fired[alarm] = true
		}
		if name == "sign_in_through_identity_center" {
			want = nil
		}
		if got := matching(usersOnly, event); !slices.Equal(got, want) {
			t.Errorf("without IAM Identity Center %s sets off %q, want %q", name, got, want)
		}
	}
	for name := range all {
		if !fired[name] {
			t.Errorf("no event sets off %s", name)
		}
	}
	if len(all) != 15 {
		t.Errorf("the benchmark has 15 patterns, not %d", len(all))
	}
}

func matching(patterns map[string]*filterpattern.Pattern, event any) []string {
	var names []string
	for name, pattern := range patterns {
		if pattern.Match(event) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
