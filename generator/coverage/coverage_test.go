package coverage_test

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zclconf/go-cty/cty"

	"plinth"
	"plinth/audit/alarms"
	"plinth/audit/analyzer"
	"plinth/audit/credentials"
	"plinth/audit/root"
	"plinth/generator"
	"plinth/generator/constraint"
	"plinth/generator/coverage"
)

var today = time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)

func catalogue(t *testing.T) *coverage.Catalogue {
	t.Helper()
	c, err := coverage.Load(plinth.Files)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// rendered is an example's account, and what coverage looks at.
func rendered(t *testing.T, text string) (*generator.Account, *coverage.Account) {
	t.Helper()
	g, _, diags := generator.New(plinth.Files)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	account, diags := g.Account("account.yaml", []byte(text), generator.Specialized)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return account, looked(t, account)
}

func looked(t *testing.T, account *generator.Account) *coverage.Account {
	t.Helper()
	c, err := account.Configuration()
	if err != nil {
		t.Fatal(err)
	}
	return &coverage.Account{Resources: c.Resources, Providers: c.Regions, Regions: account.Regions, Exceptions: account.Measure.Exceptions}
}

func example(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile("../../examples/" + name + "/account.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// status is how a control stands in an account, by whichever version of the benchmark has it.
func status(t *testing.T, c *coverage.Catalogue, a *coverage.Account, id string) coverage.Row {
	t.Helper()
	for _, benchmark := range coverage.Benchmarks {
		for _, row := range c.Rows(a, benchmark, today) {
			if row.Control == id {
				return row
			}
		}
	}
	t.Fatalf("no version has control %s", id)
	return coverage.Row{}
}

// TestEveryRowNeedsItsResources takes from an account, for each control, what the control is satisfied by, one kind of resource at a time; the control is
// missing then.
func TestEveryRowNeedsItsResources(t *testing.T) {
	c := catalogue(t)
	satisfied := make(map[string]bool)
	for _, name := range []string{"hardened", "organization"} {
		_, whole := rendered(t, example(t, name))
		for _, control := range c.Controls {
			row := status(t, c, whole, control.ID)
			if row.Status != coverage.Covered && row.Status != coverage.Partly {
				continue
			}
			satisfied[control.ID] = true
			if len(row.Addresses) == 0 || len(row.Sections) == 0 {
				t.Errorf("%s: %s is %s by nothing", name, control.ID, row.Status)
			}
			for _, need := range control.Resources {
				types := []string{need.Type}
				if need.Alarm {
					types = append(types, "aws_cloudwatch_metric_alarm")
				}
				for _, typ := range types {
					less := *whole
					less.Resources = slices.DeleteFunc(slices.Clone(whole.Resources), func(r *constraint.Resource) bool {
						return r.Type == typ && slices.Contains(row.Addresses, r.Address)
					})
					if len(less.Resources) == len(whole.Resources) {
						t.Errorf("%s: %s is satisfied, and no %s is named", name, control.ID, typ)
					}
					got := status(t, c, &less, control.ID)
					gone := control.Section != "" && got.Status == coverage.Elsewhere // the section has gone with its only resource
					if got.Status != coverage.Missing && !gone || got.Status == coverage.Missing && (got.Why == "" || got.Todo != control.Write) {
						t.Errorf("%s: %s without its %s is %s: %s", name, control.ID, typ, got.Status, got.Why)
					}
				}
			}
		}
	}
	for _, control := range c.Controls {
		if len(control.Resources) > 0 && !satisfied[control.ID] {
			t.Errorf("no example satisfies %s", control.ID)
		}
	}
}

// TestDeletedFromTheFiles deletes blocks from an account's files.
func TestDeletedFromTheFiles(t *testing.T) {
	c := catalogue(t)
	account, _ := rendered(t, example(t, "hardened"))
	for _, test := range []struct{ control, file, block string }{
		{"trail_bucket_logging", "modules/cloudtrail/main.tf", `resource "aws_s3_bucket_logging" "this"`},
		{"support_role", "modules/iam_access/main.tf", `resource "aws_iam_role_policy_attachment" "support"`},
		{"public_access_block", "modules/s3_public_access_block/main.tf", `resource "aws_s3_account_public_access_block" "this"`},
		{"alarm_vpc_changes", "modules/security_alarms/main.tf", `resource "aws_cloudwatch_metric_alarm" "this_vpc_changes"`},
	} {
		files := account.Files()
		start := bytes.Index(files[test.file], []byte(test.block))
		if start < 0 {
			t.Fatalf("%s has no %s", test.file, test.block)
		}
		length := bytes.Index(files[test.file][start:], []byte("\n}\n"))
		files[test.file] = slices.Concat(files[test.file][:start], files[test.file][start+length+3:])
		before, after := status(t, c, looked(t, account), test.control), status(t, c, looked(t, account.With(files)), test.control)
		if before.Status != coverage.Covered || after.Status != coverage.Missing {
			t.Errorf("%s is %s, and without the block %s", test.control, before.Status, after.Status)
		}
	}
}

// TestNearMisses has specs in which a control is almost there.
func TestNearMisses(t *testing.T) {
	c := catalogue(t)
	const minimal = "version: 1\naccount: {id: \"123456789012\", name: acme-dev}\nregions: {home: eu-central-1, enabled: [eu-central-1, us-east-1]}\nnaming: {prefix: acme}\nsns_email: {addresses: [security@example.com]}\n"
	for name, test := range map[string]struct {
		spec, control string
		want          coverage.Status
		why           string
	}{
		"a long password":               {"", "password_length", coverage.Covered, ""},
		"a short password":              {"iam_password_policy: {minimum_length: 13}\n", "password_length", coverage.Missing, "there is no aws_iam_account_password_policy with minimum_password_length >= 14"},
		"reuse":                         {"iam_password_policy: {reuse_prevention: 23}\n", "password_reuse", coverage.Missing, ">= 24"},
		"reuse is off":                  {"iam_password_policy: {reuse_prevention: null}\n", "password_reuse", coverage.Missing, ">= 24"},
		"half a public access block":    {"s3_public_access_block: {ignore_public_acls: false}\n", "public_access_block", coverage.Missing, ""},
		"no key":                        {"", "trail_encryption", coverage.Missing, "kms_key_id set"},
		"a key":                         {"cloudtrail: {kms: {create: true}}\n", "trail_encryption", coverage.Covered, ""},
		"writes alone are writes":       {"cloudtrail: {data_events: {s3: {access: write}}}\n", "object_writes", coverage.Covered, ""},
		"writes alone are no reads":     {"cloudtrail: {data_events: {s3: {access: write}}}\n", "object_reads", coverage.Missing, ""},
		"reads of one bucket":           {"cloudtrail: {data_events: {s3: {buckets: [data]}}}\n", "object_reads", coverage.Missing, ""},
		"an analyzer of another kind":   {"access_analyzer: {type: ACCOUNT_UNUSED_ACCESS}\n", "access_analyzer", coverage.Missing, ""},
		"an alarm that is off":          {"security_alarms: {alarms: {vpc_changes: {enabled: false}}}\n", "alarm_vpc_changes", coverage.Missing, ""},
		"an alarm that is on":           {"", "alarm_vpc_changes", coverage.Covered, ""},
		"no roles":                      {"", "support_role", coverage.Missing, ""},
		"no support role":               {"iam_access: {support_role: false}\n", "support_role", coverage.Missing, ""},
		"another contact":               {"alternate_contacts: {billing: {name: A, title: B, email: a@example.com, phone: \"1\"}}\n", "security_contact", coverage.Missing, "alternate_contact_type = SECURITY"},
		"a member account":              {"", "org_root_access", coverage.Elsewhere, "section organization"},
		"no report":                     {"cur: false\n", "guide_billing_report", coverage.Missing, ""},
		"an exception":                  {"coverage: {exceptions: {trail_encryption: {reason: No keys, owner: ann, expires: \"2026-01-31\"}}}\n", "trail_encryption", coverage.Excepted, "No keys (ann, until 2026-01-31)"},
		"an exception that is over":     {"coverage: {exceptions: {trail_encryption: {reason: No keys, owner: ann, expires: \"2026-01-30\"}}}\n", "trail_encryption", coverage.Missing, ""},
		"an exception for a manual one": {"coverage: {exceptions: {root_hardware_mfa: {reason: Ordered, owner: ann, expires: \"2026-03-01\"}}}\n", "root_hardware_mfa", coverage.Excepted, "Ordered"},
	} {
		_, a := rendered(t, minimal+test.spec)
		if got := status(t, c, a, test.control); got.Status != test.want || !strings.Contains(got.Why, test.why) {
			t.Errorf("%s: %s is %s (%s), want %s (%s)", name, test.control, got.Status, got.Why, test.want, test.why)
		}
	}
	// A region that is in use has an analyzer, or the row says which has none.
	_, a := rendered(t, minimal)
	a.Regions = append(a.Regions, "sa-east-1")
	if got := status(t, c, a, "access_analyzer"); got.Status != coverage.Missing || !strings.HasSuffix(got.Why, "in sa-east-1") {
		t.Errorf("%+v", got)
	}
	// An alarm that tells nobody is none.
	_, a = rendered(t, minimal)
	for _, r := range a.Resources {
		if r.Address == "module.security_alarms.aws_cloudwatch_metric_alarm.this_vpc_changes" {
			r.Body.Attrs["alarm_actions"] = constraint.Attr{Value: cty.EmptyTupleVal}
		}
	}
	if got := status(t, c, a, "alarm_vpc_changes"); got.Status != coverage.Missing || !strings.Contains(got.Why, "tells somebody") {
		t.Errorf("%+v", got)
	}
}

// TestCatalogue holds that every control of each version is there once, and that each control says what there is to it.
func TestCatalogue(t *testing.T) {
	c := catalogue(t)
	counts := make(map[string]int)
	names := make(map[string]bool)
	idForm := regexp.MustCompile(`^[1-6](\.[0-9]{1,2}){1,2}$`)
	taken := make(map[string]string)
	for _, control := range c.Controls {
		if names[control.ID] {
			t.Errorf("there are two controls %s", control.ID)
		}
		names[control.ID] = true
		for version, id := range control.CIS {
			counts[version]++
			if !idForm.MatchString(id) || !slices.Contains(coverage.Benchmarks, version) {
				t.Errorf("%s: %s %s", control.ID, version, id)
			}
			if other, ok := taken[version+" "+id]; ok {
				t.Errorf("%s and %s are both %s of %s", control.ID, other, id, version)
			}
			taken[version+" "+id] = control.ID
		}
		kinds := 0
		for _, there := range []bool{len(control.Resources) > 0, control.Manual != "", control.Outside != ""} {
			if there {
				kinds++
			}
		}
		if kinds != 1 || control.Title == "" || len(control.CIS) == 0 && control.Guide == "" {
			t.Errorf("%s: write one of resources, manual and outside, a title, and cis or guide", control.ID)
		}
		if len(control.Resources) > 0 == (control.Write == "") || control.Manual != "" && control.Proof == "" {
			t.Errorf("%s: resources need write, manual needs proof", control.ID)
		}
	}
	// Version 3.0 has 62 recommendations, 5.0 and 6.0 have 63, 7.0 has 69.
	for version, want := range map[string]int{"3.0": 62, "5.0": 63, "6.0": 63, "7.0": 69} {
		if counts[version] != want {
			t.Errorf("version %s has %d controls, want %d", version, counts[version], want)
		}
	}
	guides := make(map[string]bool)
	for _, control := range c.Controls {
		guides[control.Guide] = true
	}
	for _, step := range []string{"stop using root", "MFA", "CloudTrail", "billing report", "groups", "password policy", "roles", "monitoring"} {
		if !guides[step] {
			t.Errorf("no control is of the guides' step %q", step)
		}
	}
	rules := make(map[string]bool)
	for _, rule := range slices.Concat(credentials.Rules(), root.Rules(), analyzer.Rules(), alarms.Rules()) {
		rules[rule.ID] = true
	}
	for _, control := range c.Controls {
		for _, id := range control.Audit {
			if !rules[id] {
				t.Errorf("%s is proved by %s, which is no rule", control.ID, id)
			}
		}
	}
	for _, step := range c.Steps {
		if step.Title == "" || step.Why == "" || step.Do == "" || step.Proof == "" {
			t.Errorf("step %s lacks title, why, do or proof", step.ID)
		}
		for _, id := range step.Controls {
			if !names[id] {
				t.Errorf("step %s is for %s, which is no control", step.ID, id)
			}
		}
	}
}

// TestTasks holds which steps the accounts have, in order.
func TestTasks(t *testing.T) {
	c := catalogue(t)
	steps := func(a *coverage.Account) (ids []string, byID map[string]coverage.Task) {
		byID = make(map[string]coverage.Task)
		for _, task := range c.Tasks(a) {
			ids = append(ids, task.Step)
			byID[task.Step] = task
		}
		return ids, byID
	}
	_, a := rendered(t, example(t, "minimal"))
	got, _ := steps(a)
	if want := []string{"root_tasks", "root_mfa", "root_keys", "contact_details", "billing_access", "confirm_mail", "try_alarm"}; !slices.Equal(got, want) {
		t.Errorf("minimal: %q, want %q", got, want)
	}
	_, a = rendered(t, example(t, "hardened"))
	got, tasks := steps(a)
	if want := []string{"access_log_bucket", "root_tasks", "root_mfa", "root_keys", "contact_details", "billing_access", "confirm_mail", "try_alarm", "first_passwords", "break_glass", "first_report", "archive_findings"}; !slices.Equal(got, want) {
		t.Errorf("hardened: %q, want %q", got, want)
	}
	for step, want := range map[string][]string{"confirm_mail": {"ops@example.com", "security@example.com"}, "first_passwords": {"ann", "bob"}, "break_glass": {"acme-break-glass"}, "archive_findings": {"auditor"}, "root_mfa": {}} {
		if !slices.Equal(tasks[step].For, want) {
			t.Errorf("%s is for %q, want %q", step, tasks[step].For, want)
		}
	}
	_, a = rendered(t, example(t, "organization"))
	if got, _ = steps(a); !slices.Contains(got[:1], "organization_trusted_access") {
		t.Errorf("organization: %q", got)
	}
	_, a = rendered(t, strings.Replace(example(t, "organization"), "\norganization:\n", "\norganization:\n  manage_organization: true\n  service_access_principals: [iam.amazonaws.com, cloudtrail.amazonaws.com]\n", 1))
	if got, _ = steps(a); !slices.Contains(got, "organization_import") || slices.Contains(got, "organization_trusted_access") {
		t.Errorf("a managed organization: %q", got)
	}
}
