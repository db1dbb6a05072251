package constraint_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"plinth/generator/constraint"
)

// text is the part of the source that a diagnostic points at.
func text(src string, d *hcl.Diagnostic) string { return src[d.Subject.Start.Byte:d.Subject.End.Byte] }

func violation(t *testing.T, d *hcl.Diagnostic) constraint.Violation {
	t.Helper()
	v, ok := d.Extra.(*constraint.Violation)
	if !ok {
		t.Fatalf("Extra is %T, want *Violation: %s", d.Extra, d)
	}
	return *v
}

func violations(t *testing.T, resources []*constraint.Resource) []constraint.Violation {
	t.Helper()
	var all []constraint.Violation
	for _, d := range constraint.Check(resources) {
		all = append(all, violation(t, d))
	}
	return all
}

func show(src string, diags hcl.Diagnostics) string {
	var b strings.Builder
	for _, d := range diags {
		v := d.Extra.(*constraint.Violation)
		fmt.Fprintf(&b, "  %s %s: %s\n  at %.80q\n", v.RuleID, v.Attribute, d.Detail, text(src, d))
	}
	return b.String()
}

// TestCases runs each rule on a configuration that breaks it and on its valid neighbour.
func TestCases(t *testing.T) {
	byID := map[string]constraint.Rule{}
	for _, r := range constraint.Rules() {
		byID[r.ID] = r
	}
	tried := map[string]bool{}
	for i, c := range cases() {
		t.Run(fmt.Sprintf("%s/%d", c.rule, i), func(t *testing.T) {
			rule, ok := byID[c.rule]
			if !ok {
				t.Fatalf("there is no rule %s", c.rule)
			}
			tried[c.rule] = true
			diags := constraint.Check(load(t, c.bad))
			if len(diags) != 1 {
				t.Fatalf("want one diagnostic, got %d:\n%s%s", len(diags), show(c.bad, diags), c.bad)
			}
			d := diags[0]
			v := violation(t, d)
			if v.RuleID != c.rule || v.Attribute != c.attr || text(c.bad, d) != c.at || !strings.Contains(d.Detail, c.says) {
				t.Errorf("got\n%swant %s %s: %s\n  at %.80q", show(c.bad, diags), c.rule, c.attr, c.says, c.at)
			}
			if !strings.HasPrefix(d.Detail, v.Address+": ") || !strings.HasSuffix(d.Detail, "\nRule "+c.rule+", "+rule.Source) || !strings.Contains(d.Detail, ". Write ") && !strings.Contains(d.Detail, ". Leave ") {
				t.Errorf("the detail lacks address, advice, rule or source: %s", d.Detail)
			}
			if d.Summary != rule.Summary || d.Severity != rule.Severity {
				t.Errorf("summary and severity are %q, %v; the rule says %q, %v", d.Summary, d.Severity, rule.Summary, rule.Severity)
			}
			if diags := constraint.Check(load(t, c.good)); len(diags) > 0 {
				t.Errorf("the valid neighbour is refused:\n%s%s", show(c.good, diags), c.good)
			}
		})
	}
	for id := range byID {
		if !tried[id] {
			t.Errorf("rule %s has no failing case", id)
		}
	}
}

func TestRules(t *testing.T) {
	rules := constraint.Rules()
	ids := map[string]bool{}
	for _, r := range rules {
		if ids[r.ID] {
			t.Errorf("two rules have the id %s", r.ID)
		}
		ids[r.ID] = true
		if r.Summary == "" || len(r.Types) == 0 || !strings.HasPrefix(r.Source, "https://") {
			t.Errorf("%s lacks a summary, types or source: %+v", r.ID, r)
		}
		if r.Severity != hcl.DiagError && r.Severity != hcl.DiagWarning {
			t.Errorf("%s has severity %v", r.ID, r.Severity)
		}
	}
	if !slices.IsSortedFunc(rules, func(a, b constraint.Rule) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("the rules aren't sorted by id")
	}
}

// TestUnknownNeverAdds makes each value of each case unknown or sensitive in turn: no rule may say more than it said before, and
// with every value unknown only what is missing may be reported.
func TestUnknownNeverAdds(t *testing.T) {
	hide := map[string]func(cty.Value) cty.Value{
		"unknown":       func(cty.Value) cty.Value { return cty.DynamicVal },
		"typed unknown": func(v cty.Value) cty.Value { return cty.UnknownVal(v.Type()) },
		"not null": func(v cty.Value) cty.Value {
			if v.IsKnown() && v.IsNull() {
				return v // it is null
			}
			return cty.UnknownVal(cty.String).RefineNotNull()
		},
		"sensitive": func(v cty.Value) cty.Value { return v.Mark("sensitive") },
	}
	for _, c := range cases() {
		for _, src := range []string{c.bad, c.good} {
			before := violations(t, load(t, src))
			n := 0
			everyBody(load(t, src), func(b *constraint.Body) { n += len(b.Attrs) })
			if n > 40 {
				continue // one of the long lists of equal resources: each hides like the next
			}
			for name, f := range hide {
				for i := range n {
					resources := load(t, src)
					k := 0
					everyBody(resources, func(b *constraint.Body) {
						for _, a := range sorted(b.Attrs) {
							if k == i {
								attr := b.Attrs[a]
								attr.Value = f(attr.Value)
								b.Attrs[a] = attr
							}
							k++
						}
					})
					for _, v := range violations(t, resources) {
						if !slices.Contains(before, v) {
							t.Errorf("%s: value %d %s adds %+v\n%s", c.rule, i, name, v, src)
						}
					}
				}
			}
		}
	}
}

// TestDynamicNeverAdds puts an undecided dynamic block into each body.
func TestDynamicNeverAdds(t *testing.T) {
	for _, c := range cases() {
		resources := load(t, c.bad)
		before := violations(t, resources)
		var bodies []*constraint.Body
		everyBody(resources, func(b *constraint.Body) { bodies = append(bodies, b) })
		for _, b := range bodies {
			b.Blocks["dynamic"] = []*constraint.Body{{}}
		}
		for _, v := range violations(t, resources) {
			if !slices.Contains(before, v) {
				t.Errorf("%s: a dynamic block adds %+v", c.rule, v)
			}
		}
	}
	for _, src := range []string{
		`resource "aws_s3_bucket_lifecycle_configuration" "a" {
			rule {
				dynamic "expiration" {}
			}
		}`,
		`resource "aws_cloudtrail" "a" {
			advanced_event_selector {
				dynamic "field_selector" {}
			}
		}`,
		`data "aws_iam_policy_document" "a" {
			statement {
				sid     = "has blanks"
				actions = ["kms:*"]
				dynamic "principals" {}
			}
		}`,
		`resource "aws_cloudtrail" "a" {
			insight_selector { insight_type = "ApiCallRateInsight" }
			event_selector { read_write_type = "ReadOnly" }
			dynamic "event_selector" {}
		}`,
	} {
		if diags := constraint.Check(load(t, src)); len(diags) > 0 {
			t.Errorf("not silent:\n%s%s", show(src, diags), src)
		}
	}
}

// TestNullAndOddTypes: no value of any type makes a rule panic.
func TestNullAndOddTypes(t *testing.T) {
	odd := []cty.Value{
		cty.NullVal(cty.DynamicPseudoType), cty.NullVal(cty.String), cty.StringVal(""), cty.StringVal("{"), cty.StringVal("é\x00"),
		cty.NumberFloatVal(1.5), cty.NumberIntVal(-1), cty.PositiveInfinity, cty.True, cty.EmptyTupleVal, cty.EmptyObjectVal,
		cty.ListValEmpty(cty.String), cty.TupleVal([]cty.Value{cty.NullVal(cty.String), cty.DynamicVal, cty.EmptyTupleVal}),
		cty.SetVal([]cty.Value{cty.UnknownVal(cty.String)}), cty.MapVal(map[string]cty.Value{"a": cty.NullVal(cty.String)}),
	}
	for _, c := range cases() {
		for _, v := range odd {
			resources := load(t, c.bad)
			everyBody(resources, func(b *constraint.Body) {
				for name, a := range b.Attrs {
					a.Value = v
					b.Attrs[name] = a
				}
			})
			constraint.Check(resources)
		}
	}
	constraint.Check([]*constraint.Resource{nil, {Type: "aws_s3_bucket"}, {Type: "aws_s3_bucket", Body: &constraint.Body{}}})
}

// TestOrder: the diagnostics don't depend on the order of the resources, and stand in the order of the source.
func TestOrder(t *testing.T) {
	src := `
resource "aws_s3_bucket" "b" { bucket = "Bad_Name" }
resource "aws_cloudtrail" "t" {
  name                       = "a--b"
  cloud_watch_logs_group_arn = "arn:aws:logs:eu-central-1:123456789012:log-group:x"
}
resource "aws_s3_bucket" "a" { bucket = "Bad_Name" }
`
	resources := load(t, src)
	var got []string
	for _, d := range constraint.Check(resources) {
		v := violation(t, d)
		got = append(got, fmt.Sprintf("%d %s %s %s", d.Subject.Start.Line, v.RuleID, v.Address, v.Attribute))
	}
	want := []string{
		"2 s3-bucket-name aws_s3_bucket.b bucket",
		"2 s3-bucket-names-distinct aws_s3_bucket.b bucket",
		"4 cloudtrail-name aws_cloudtrail.t name",
		"5 cloudtrail-log-group-arn aws_cloudtrail.t cloud_watch_logs_group_arn",
		"5 cloudtrail-log-group-role aws_cloudtrail.t cloud_watch_logs_group_arn",
		"7 s3-bucket-name aws_s3_bucket.a bucket",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	first := violations(t, resources)
	slices.Reverse(resources)
	if diff := cmp.Diff(first, violations(t, resources)); diff != "" {
		t.Errorf("another order of resources gives:\n%s", diff)
	}
}

// TestSubjectOfMissingRange: without a range of its own a value is shown at its block.
func TestSubjectOfMissingRange(t *testing.T) {
	at := hcl.Range{Filename: "account.yaml", Start: hcl.Pos{Line: 7, Column: 3}, End: hcl.Pos{Line: 7, Column: 9}}
	r := &constraint.Resource{Address: "a", Mode: "managed", Type: "aws_s3_bucket", Body: &constraint.Body{
		Attrs: map[string]constraint.Attr{"bucket": {Value: cty.StringVal("Bad_Name")}}, Range: at,
	}}
	diags := constraint.Check([]*constraint.Resource{r})
	if len(diags) != 1 || *diags[0].Subject != at {
		t.Errorf("got %v, want one at %v", diags, at)
	}
}

// TestUndecidedInstances: a resource that may not exist isn't counted, and is judged by itself all the same.
func TestUndecidedInstances(t *testing.T) {
	src := `
resource "aws_s3_bucket" "a" { bucket = "one-name" }
resource "aws_s3_bucket" "b" {
  bucket   = "one-name"
  instance = unknown
}
`
	if diags := constraint.Check(load(t, src)); len(diags) > 0 {
		t.Errorf("not silent:\n%s", show(src, diags))
	}
	counted := strings.ReplaceAll(src, "unknown", `"a key"`)
	if diags := constraint.Check(load(t, counted)); len(diags) != 1 {
		t.Errorf("want the second name refused, got\n%s", show(counted, diags))
	}
	src = strings.ReplaceAll(src, "one-name", "Bad_Name")
	if diags := constraint.Check(load(t, src)); len(diags) != 2 {
		t.Errorf("want both names refused, got\n%s", show(src, diags))
	}
}

// TestModes: a data source isn't judged as a resource of the same type.
func TestModes(t *testing.T) {
	src := `data "aws_s3_bucket" "a" { bucket = "Bad_Name" }`
	if diags := constraint.Check(load(t, src)); len(diags) > 0 {
		t.Errorf("not silent:\n%s", show(src, diags))
	}
}

// TestSilent: configurations that look wrong, but of which a rule can't be sure.
func TestSilent(t *testing.T) {
	for _, src := range []string{
		`resource "aws_cloudtrail" "t" {
			insight_selector { insight_type = "ApiErrorRateInsight" }
			event_selector { include_management_events = unknown }
		}`,
		`resource "aws_cloudtrail" "t" {
			insight_selector { insight_type = "ApiCallRateInsight" }
			event_selector { read_write_type = unknown }
		}`,
		`resource "aws_cloudtrail" "t" {
			insight_selector { insight_type = "ApiCallRateInsight" }
			event_selector {
				include_management_events = unknown
				read_write_type           = "ReadOnly"
			}
			event_selector { read_write_type = "All" }
		}`,
		`resource "aws_cloudtrail" "t" {
			insight_selector { insight_type = "ApiCallRateInsight" }
			event_selector {
				include_management_events = unknown
				read_write_type           = "WriteOnly"
			}
		}`,
		`resource "aws_cloudtrail" "t" {
			insight_selector { insight_type = "ApiCallRateInsight" }
			event_selector {
				include_management_events = false
				read_write_type           = unknown
			}
		}`,
		`resource "aws_cloudtrail" "t" {
			advanced_event_selector {
				field_selector { field = unknown }
			}
		}`,
		`resource "aws_cloudtrail" "t" { cloud_watch_logs_group_arn = unknown }`,
		`resource "aws_cloudtrail" "t" {
			cloud_watch_logs_group_arn = "${unknown}:*"
			cloud_watch_logs_role_arn  = unknown
		}`,
		`resource "aws_cloudtrail" "t" {
			cloud_watch_logs_group_arn = ""
			cloud_watch_logs_role_arn  = ""
		}`,
		`resource "aws_cur_report_definition" "r" {
			additional_artifacts = [unknown, "REDSHIFT"]
			format               = "textORcsv"
			compression          = "GZIP"
		}`,
		`resource "aws_accessanalyzer_analyzer" "a" {
			type = unknown
			configuration {
				unused_access {}
			}
		}`,
		`resource "aws_kms_key" "k" { policy = "" }`,
		`resource "aws_s3_bucket" "b" {
			bucket = "acme-trail"
			policy = unknown
		}
		resource "aws_cloudtrail" "t" { s3_bucket_name = "acme-trail" }`,
		`resource "aws_s3_bucket" "b" {
			bucket   = "acme-trail"
			instance = unknown
		}
		resource "aws_cloudtrail" "t" { s3_bucket_name = "acme-trail" }`,
		`resource "aws_s3_bucket_lifecycle_configuration" "l" {
			rule {
				transition {
					days          = 30
					storage_class = "STANDARD_IA"
				}
				expiration {
					days                         = 0
					expired_object_delete_marker = true
				}
			}
		}`,
		`data "aws_iam_policy_document" "d" {
			override_policy_documents = [unknown]
			statement {
				sid     = "has blanks"
				actions = ["s3:*"]
			}
		}`,
	} {
		if diags := constraint.Check(load(t, src)); len(diags) > 0 {
			t.Errorf("not silent:\n%s%s", show(src, diags), src)
		}
	}
}

// TestSensitive: a message never quotes a sensitive value.
func TestSensitive(t *testing.T) {
	src := `resource "aws_s3_bucket" "a" { bucket = secret }`
	if diags := constraint.Check(load(t, src)); len(diags) > 0 {
		t.Errorf("not silent:\n%s", show(src, diags))
	}
}

func sorted[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
