package fires_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plinth"
	"plinth/generator"
	"plinth/generator/fileset"
	"plinth/generator/fires"
)

func watchers(t *testing.T, account *generator.Account) *fires.Watchers {
	t.Helper()
	w, err := fires.Of(account)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func decode(t *testing.T, content []byte) *fires.Event {
	t.Helper()
	events, err := fires.Decode(content)
	if err != nil || len(events) != 1 {
		t.Fatal(events, err)
	}
	return events[0]
}

func rendered(t *testing.T, text string) *generator.Account {
	t.Helper()
	g, _, diags := generator.New(plinth.Files)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	account, diags := g.Account("account.yaml", []byte(text), generator.Specialized)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return account
}

// TestOn holds what fires in an account that has everything.
func TestOn(t *testing.T) {
	spec, err := os.ReadFile("../../examples/hardened/account.yaml")
	if err != nil {
		t.Fatal(err)
	}
	w := watchers(t, rendered(t, string(spec)))
	for file, want := range map[string][]string{
		"root_sign_in":        {"alarm acme-root-activity", "rule acme-root-event"},
		"root_api_call":       {"alarm acme-root-activity", "rule acme-root-event"},
		"service_for_root":    nil,
		"sign_in_without_mfa": {"alarm acme-console-sign-in-without-mfa"},
		"describe_instances":  nil,
		"unauthorized":        {"alarm acme-unauthorized-api-calls"},
	} {
		content, err := os.ReadFile(filepath.Join("../testdata/events", file+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, v := range w.On(decode(t, content)) {
			if v.Fires != (len(v.Reasons) == 0) {
				t.Errorf("%s: %s fires: %t, for %v", file, v.Name, v.Fires, v.Reasons)
			}
			if v.Silent {
				t.Errorf("%s: %s tells nobody", file, v.Name)
			}
			if v.Fires {
				got = append(got, v.Kind+" "+v.Name)
			}
			if wantEvents := map[string]int{"acme-unauthorized-api-calls": 10}[v.Name]; v.Kind == "alarm" && v.Events != max(1, wantEvents) {
				t.Errorf("%s: %d events", v.Name, v.Events)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s sets off %q, want %q", file, got, want)
		}
	}
	if all := w.On(decode(t, record("AssumeRole", `"eventSource": "sts.amazonaws.com", "requestParameters": {"roleArn": "arn:aws:iam::210987654321:role/acme-break-glass"}`))); !slices.ContainsFunc(all, func(v fires.Verdict) bool { return v.Fires && v.Name == "acme-break-glass" }) {
		t.Error("the break-glass role is taken in silence")
	}
}

// record is a CloudTrail record of eu-central-1; fields replace what it would have.
func record(name, fields string) []byte {
	return []byte(fmt.Sprintf(`{"eventName": %q, "eventType": "AwsApiCall", "awsRegion": "eu-central-1", "eventSource": "x.amazonaws.com", "eventCategory": "Management", "readOnly": false, %s}`, name, fields))
}

// sources is an account with one alarm and one rule, both on eventName E, in whose text something is replaced.
func sources(old, text string) *generator.Account {
	const config = `
provider "aws" { region = "eu-central-1" }
resource "aws_cloudtrail" "t" {
  name                       = "trail"
  s3_bucket_name             = "b"
  is_multi_region_trail      = true
  cloud_watch_logs_group_arn = "arn:aws:logs:eu-central-1:123456789012:log-group:logs:*"
}
resource "aws_cloudwatch_log_metric_filter" "f" {
  name           = "f"
  log_group_name = "logs"
  pattern        = "{ $.eventName = E }"
  metric_transformation {
    name      = "m"
    namespace = "n"
    value     = "1"
  }
}
resource "aws_cloudwatch_metric_alarm" "a" {
  alarm_name          = "a"
  namespace           = "n"
  metric_name         = aws_cloudwatch_log_metric_filter.f.metric_transformation[0].name
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  period              = 60
  evaluation_periods  = 1
  alarm_actions       = [aws_sns_topic.t.arn]
}
resource "aws_cloudwatch_event_rule" "r" {
  name          = "r"
  event_pattern = jsonencode({ detail = { eventName = ["E"] } })
}
resource "aws_cloudwatch_event_target" "t" {
  rule = aws_cloudwatch_event_rule.r.name
  arn  = aws_sns_topic.t.arn
}
resource "aws_sns_topic" "t" { name = "t" }
`
	changed := strings.Replace(config, old, text, 1)
	if changed == config && old != "" {
		panic("nothing is replaced: " + old)
	}
	return (&generator.Account{Name: "x"}).With(fileset.Set{"main.tf": []byte(changed)})
}

// TestWays has what keeps an event from an alarm (first) and from a rule.
func TestWays(t *testing.T) {
	const alarm, rule = 0, 1
	selectors := func(fields string) string {
		return "is_multi_region_trail = true\nadvanced_event_selector {\nfield_selector {\nfield = \"eventCategory\"\nequals = [\"Data\"]\n}\n" + fields + "}\n"
	}
	data := string(record("E", `"eventCategory": "Data", "resources": [{"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::b/x"}]`))
	for name, test := range map[string]struct {
		old, text, event string
		of               int
		want             string // a reason; "" if it fires
	}{
		"an alarm":                     {"", "", string(record("E", `"x": 1`)), alarm, ""},
		"a rule":                       {"", "", string(record("E", `"x": 1`)), rule, ""},
		"another event":                {"", "", string(record("F", `"x": 1`)), alarm, `$.eventName is "F", wanted = E`},
		"another event at the rule":    {"", "", string(record("F", `"x": 1`)), rule, `detail.eventName is "F", wanted "E"`},
		"another region":               {"", "", string(record("E", `"awsRegion": "us-east-1"`)), alarm, ""},
		"the rule's region":            {"", "", string(record("E", `"awsRegion": "us-east-1"`)), rule, "it listens in eu-central-1, and the event comes in us-east-1"},
		"the trail's region":           {"is_multi_region_trail      = true", "", string(record("E", `"awsRegion": "us-east-1"`)), alarm, "trail trail records eu-central-1 alone, and the event is of us-east-1"},
		"read-only":                    {"", "", string(record("E", `"readOnly": true`)), rule, "the event is read-only, and only a rule in state ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS gets those"},
		"read-only, asked for":         {`name          = "r"`, "name = \"r\"\nstate = \"ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS\"", string(record("E", `"readOnly": true`)), rule, ""},
		"disabled":                     {`name          = "r"`, "name = \"r\"\nstate = \"DISABLED\"", string(record("E", `"x": 1`)), rule, "its state is DISABLED"},
		"not enabled":                  {`name          = "r"`, "name = \"r\"\nis_enabled = false", string(record("E", `"x": 1`)), rule, "it is not enabled"},
		"another bus":                  {`name          = "r"`, "name = \"r\"\nevent_bus_name = \"mine\"", string(record("E", `"x": 1`)), rule, "it listens to the event bus mine, and events of AWS services come to the default one"},
		"an alarm for silence":         {"GreaterThanOrEqualToThreshold", "LessThanThreshold", string(record("E", `"x": 1`)), alarm, "its comparison_operator is LessThanThreshold, which events that come don't fulfil"},
		"a data event":                 {"", "", data, alarm, "none of the event selectors of trail trail takes it: a data event"},
		"a data event by its flag":     {"", "", string(record("E", `"eventCategory": "", "managementEvent": false`)), alarm, "none of the event selectors of trail trail takes it: a data event"},
		"a recorded data event":        {"is_multi_region_trail      = true", selectors(""), data, alarm, ""},
		"data events alone":            {"is_multi_region_trail      = true", selectors(""), string(record("E", `"x": 1`)), alarm, "none of the event selectors of trail trail takes it: a management event"},
		"of the type":                  {"is_multi_region_trail      = true", selectors("field_selector {\nfield = \"resources.type\"\nequals = [\"AWS::S3::Object\"]\n}\n"), data, alarm, ""},
		"of another type":              {"is_multi_region_trail      = true", selectors("field_selector {\nfield = \"resources.type\"\nequals = [\"AWS::Lambda::Function\"]\n}\n"), data, alarm, "none of the event selectors of trail trail takes it: a data event"},
		"below an ARN":                 {"is_multi_region_trail      = true", selectors("field_selector {\nfield = \"resources.ARN\"\nstarts_with = [\"arn:aws:s3:::a/\", \"arn:aws:s3:::b/\"]\n}\n"), data, alarm, ""},
		"not below an ARN":             {"is_multi_region_trail      = true", selectors("field_selector {\nfield = \"resources.ARN\"\nnot_starts_with = [\"arn:aws:s3:::b/\"]\n}\n"), data, alarm, "none of the event selectors of trail trail takes it: a data event"},
		"not that ending":              {"is_multi_region_trail      = true", selectors("field_selector {\nfield = \"eventName\"\nnot_ends_with = [\"E\"]\n}\n"), data, alarm, "none of the event selectors of trail trail takes it: a data event"},
		"writes alone":                 {"is_multi_region_trail      = true", selectors("field_selector {\nfield = \"readOnly\"\nequals = [\"true\"]\n}\n"), data, alarm, "none of the event selectors of trail trail takes it: a data event"},
		"reads alone":                  {"is_multi_region_trail      = true", "is_multi_region_trail = true\nevent_selector {\nread_write_type = \"ReadOnly\"\n}", string(record("E", `"x": 1`)), alarm, "none of the event selectors of trail trail takes it: a management event"},
		"no management events":         {"is_multi_region_trail      = true", "is_multi_region_trail = true\nevent_selector {\ninclude_management_events = false\n}", string(record("E", `"x": 1`)), alarm, "none of the event selectors of trail trail takes it: a management event"},
		"an insight":                   {"", "", string(record("E", `"eventCategory": "Insight", "eventType": "AwsCloudTrailInsight"`)), alarm, "trail trail has no insights switched on"},
		"an insight that is asked for": {"is_multi_region_trail      = true", "is_multi_region_trail = true\ninsight_selector {\ninsight_type = \"ApiCallRateInsight\"\n}", string(record("E", `"eventCategory": "Insight", "eventType": "AwsCloudTrailInsight"`)), alarm, ""},
		"a trail of another group":     {"log-group:logs:*", "log-group:others:*", data, alarm, ""},
		"an unknown type":              {"", "", string(record("E", `"eventType": "AwsNew"`)), rule, `how EventBridge sends an event of type "AwsNew" is not documented`},
		"as EventBridge sends it":      {"", "", `{"detail-type": "AWS API Call via CloudTrail", "region": "eu-central-1", "detail": ` + string(record("E", `"x": 1`)) + `}`, rule, ""},
		"the record within":            {"", "", `{"detail-type": "AWS API Call via CloudTrail", "region": "eu-central-1", "detail": ` + string(record("E", `"x": 1`)) + `}`, alarm, ""},
		"of another kind":              {"", "", `{"detail-type": "Finding", "region": "eu-central-1", "detail": {"eventName": "E"}}`, rule, ""},
		"of another kind at the alarm": {"", "", `{"detail-type": "Finding", "region": "eu-central-1", "detail": {"eventName": "E"}}`, alarm, "the event is no CloudTrail record, and only those are written to the log group"},
	} {
		t.Run(name, func(t *testing.T) {
			all := watchers(t, sources(test.old, test.text)).On(decode(t, []byte(test.event)))
			if len(all) != 2 {
				t.Fatalf("%d verdicts", len(all))
			}
			var got []string
			for _, r := range all[test.of].Reasons {
				got = append(got, r.String())
			}
			if test.want == "" && len(got) > 0 || test.want != "" && !slices.Contains(got, test.want) || all[test.of].Fires != (test.want == "") {
				t.Errorf("fires: %t; %q, want %q", all[test.of].Fires, got, test.want)
			}
		})
	}
}

// TestWhoIsTold holds how many events it takes, and that what tells nobody is found out.
func TestWhoIsTold(t *testing.T) {
	for name, test := range map[string]struct {
		old, text string
		of        int
		events    int
		silent    bool
	}{
		"as it is":             {"", "", 0, 1, false},
		"the rule":             {"", "", 1, 0, false},
		"more events":          {"threshold           = 1", "threshold = 9.5", 0, 10, false},
		"more than":            {"GreaterThanOrEqualToThreshold", "GreaterThanThreshold", 0, 2, false},
		"without actions":      {"alarm_actions       = [aws_sns_topic.t.arn]", "", 0, 1, true},
		"actions switched off": {"alarm_actions       = [aws_sns_topic.t.arn]", "alarm_actions = [aws_sns_topic.t.arn]\nactions_enabled = false", 0, 1, true},
		"without a target":     {"rule = aws_cloudwatch_event_rule.r.name", "rule = \"other\"", 1, 0, true},
	} {
		v := watchers(t, sources(test.old, test.text)).On(decode(t, record("E", `"x": 1`)))[test.of]
		if !v.Fires || v.Events != test.events || v.Silent != test.silent || v.Region != "eu-central-1" {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

func TestDecode(t *testing.T) {
	one := string(record("E", `"eventID": "i", "recipientAccountId": "123456789012", "userIdentity": {"type": "Root"}`))
	e := decode(t, []byte(one))
	if e.ID != "i" || e.Name != "E" || e.Source != "x.amazonaws.com" || e.Region != "eu-central-1" || e.Account != "123456789012" || e.User != "Root" {
		t.Errorf("%+v", e)
	}
	var zipped bytes.Buffer
	writer := gzip.NewWriter(&zipped)
	if _, err := writer.Write([]byte(`{"Records": [` + one + `, ` + one + `]}`)); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	if events, err := fires.Decode(zipped.Bytes()); err != nil || len(events) != 2 {
		t.Error(events, err)
	}
	for text, want := range map[string]string{
		`[]`:                 "no JSON object",
		`{}`:                 "it has no eventName",
		`{"Records": [1]}`:   "record 1 is no JSON object",
		`{"Records": [{}]}`:  "record 1: this is no CloudTrail record",
		`{"eventName": "E"}`: "it has no eventSource",
		"\x1f\x8bx":          "EOF",
		one + one:            "follows",
		`{"detail-type": "AWS API Call via CloudTrail", "detail": {}}`: "detail has no eventName and eventType",
	} {
		if _, err := fires.Decode([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
