package alarms

import (
	"os"
	"slices"
	"strings"
	"testing"
)

func good(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile("testdata/state.json")
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func judged(t *testing.T, text string) Judged {
	t.Helper()
	s, err := Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return s.Judge()
}

// TestWhole has an account in which every way leads to a mailbox.
func TestWhole(t *testing.T) {
	j := judged(t, good(t))
	if len(j.Findings) > 0 || j.Alarms != 3 || j.Reaching != 3 {
		t.Errorf("%+v", j)
	}
}

// TestBroken breaks one edge each, and says what is found. Root is told of by an alarm and by a rule, so that one of them gone is no alarms-root.
func TestBroken(t *testing.T) {
	for name, test := range map[string]struct {
		old, new string
		want     []string
	}{
		"pending":                           {`"pending_confirmation": false`, `"pending_confirmation": true`, []string{"alarms-pending:aws_sns_topic_subscription.email[\"a@example.com\"]", "alarms-root"}},
		"pending as the provider spells it": {`"arn": "arn:aws:sns:eu-central-1:123456789012:alerts:1"`, `"arn": "PendingConfirmation"`, []string{"alarms-pending:aws_sns_topic_subscription.email[\"a@example.com\"]", "alarms-root"}},
		"nobody subscribed":                 {`"topic_arn": "arn:aws:sns:eu-central-1:123456789012:alerts"`, `"topic_arn": "arn:aws:sns:eu-central-1:123456789012:others"`, []string{"alarms-mailbox:aws_sns_topic.this", "alarms-root"}},
		"a key without CloudWatch":          {`\"Service\":[\"cloudwatch.amazonaws.com\",\"events.amazonaws.com\"]`, `\"Service\":[\"events.amazonaws.com\"]`, []string{"alarms-key:aws_sns_topic.this"}},
		"AWS's own key":                     {`"kms_master_key_id": "arn:aws:kms:eu-central-1:123456789012:key/k"`, `"kms_master_key_id": "alias/aws/sns"`, []string{"alarms-key:aws_sns_topic.this", "alarms-key:aws_sns_topic.this", "alarms-root"}},
		"a topic that refuses":              {`\"Service\":\"cloudwatch.amazonaws.com\"},\"Action\":\"sns:Publish\"`, `\"Service\":\"ec2.amazonaws.com\"},\"Action\":\"sns:Publish\"`, []string{"alarms-publish:aws_sns_topic.this"}},
		"a topic for another account":       {`\"aws:SourceAccount\":\"123456789012\"`, `\"aws:SourceAccount\":\"111122223333\"`, []string{"alarms-publish:aws_sns_topic.this"}},
		"another log group":                 {`"log_group_name": "trail", "name": "root"`, `"log_group_name": "elsewhere", "name": "root"`, []string{"alarms-filter:aws_cloudwatch_log_metric_filter.root"}},
		"another metric":                    {`"metric_name": "RootUsage"`, `"metric_name": "RootUse"`, []string{"alarms-metric:aws_cloudwatch_metric_alarm.root"}},
		"no action":                         {`"alarm_actions": ["arn:aws:sns:eu-central-1:123456789012:alerts"], "alarm_name": "root"`, `"alarm_actions": [], "alarm_name": "root"`, []string{"alarms-action:aws_cloudwatch_metric_alarm.root"}},
		"actions off":                       {`"actions_enabled": true, "alarm_actions": ["arn:aws:sns:eu-central-1:123456789012:alerts"], "alarm_name": "root"`, `"actions_enabled": false, "alarm_actions": ["arn:aws:sns:eu-central-1:123456789012:alerts"], "alarm_name": "root"`, []string{"alarms-action:aws_cloudwatch_metric_alarm.root"}},
		"a stopped trail":                   {`"enable_logging": true`, `"enable_logging": false`, []string{"alarms-filter:aws_cloudwatch_log_metric_filter.other", "alarms-filter:aws_cloudwatch_log_metric_filter.root", "alarms-trail:aws_cloudtrail.this"}},
		"a trail without a log group":       {`"cloud_watch_logs_group_arn": "arn:aws:logs:eu-central-1:123456789012:log-group:trail:*"`, `"cloud_watch_logs_group_arn": ""`, []string{"alarms-filter:aws_cloudwatch_log_metric_filter.other", "alarms-filter:aws_cloudwatch_log_metric_filter.root", "alarms-trail:aws_cloudtrail.this"}},
		"a log group of elsewhere":          {`"type": "aws_cloudwatch_log_group"`, `"type": "aws_cloudwatch_log_stream"`, []string{"alarms-trail:aws_cloudtrail.this"}},
		"a rule that is off":                {`"state": "ENABLED"`, `"state": "DISABLED"`, []string{"alarms-rule:aws_cloudwatch_event_rule.root"}},
		"a rule without a target":           {`"rule": "root-events"`, `"rule": "other"`, []string{"alarms-rule:aws_cloudwatch_event_rule.root"}},
		"a pattern that misses root":        {`$.userIdentity.type = \"Root\"`, `$.userIdentity.type = \"IAMUser\"`, []string{}},
	} {
		text := strings.Replace(good(t), test.old, test.new, 1)
		if text == good(t) {
			t.Errorf("%s: the state has no %s", name, test.old)
			continue
		}
		got := []string{}
		for _, f := range judged(t, text).Findings {
			got = append(got, f.ID)
			if f.Message == "" || f.Remedy == "" || len(f.Evidence) == 0 || f.Subject == "" {
				t.Errorf("%s: %+v lacks something", name, f)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

// TestRootIsWatchedByNobody takes both ways of root away.
func TestRootIsWatchedByNobody(t *testing.T) {
	text := strings.Replace(strings.Replace(good(t), `$.userIdentity.type = \"Root\"`, `$.userIdentity.type = \"IAMUser\"`, 1), `"state": "ENABLED"`, `"state": "DISABLED"`, 1)
	j := judged(t, text)
	if len(j.Findings) != 2 || j.Findings[0].ID != "alarms-root" || j.Reaching != 2 {
		t.Errorf("%+v", j)
	}
}

func TestUnreadable(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "no JSON object",
		"[]":                        "no JSON object",
		"{}":                        "isn't what terraform show -json prints",
		`{"format_version": "1.0"}`: "there is no resource in it",
		`{"format_version": "1.2", "planned_values": {}}`:               "it is a plan",
		`{"version": 4, "lineage": "x"}`:                                "Terraform's own state file",
		`{"format_version": "1.0", "values": {"root_module": {}}}`:      "there is no resource in it",
		`{"format_version": "1.0", "values": {"root_module": "wrong"}}`: "isn't what terraform show -json prints",
	} {
		if _, err := Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	content, err := os.ReadFile("testdata/state.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(content))
	f.Add(`{"format_version": "1.0", "values": {"root_module": {"resources": [{"mode": "managed", "type": "aws_cloudtrail", "values": {"arn": 5}}]}}}`)
	f.Fuzz(func(_ *testing.T, text string) {
		if s, err := Read(strings.NewReader(text)); err == nil {
			s.Judge()
		}
	})
}
