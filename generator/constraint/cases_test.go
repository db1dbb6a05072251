package constraint_test

import (
	"fmt"
	"slices"
	"strings"
)

// breach is a configuration that breaks one rule, and its valid neighbour.
type breach struct {
	rule string
	attr string // the path that is reported
	at   string // the source that the Subject covers
	says string // part of the Detail
	bad  string
	good string
}

// value makes a breach from a configuration in which § stands for the value.
func value(rule, attr, config, bad, good, says string) breach {
	return breach{rule, attr, bad, says, strings.ReplaceAll(config, "§", bad), strings.ReplaceAll(config, "§", good)}
}

// missing makes a breach from a configuration in which § stands for what breaks the rule, or mends it, and that is reported at a
// block's start.
func missing(rule, attr, at, config, bad, good, says string) breach {
	c := value(rule, attr, config, bad, good, says)
	c.at = at
	return c
}

func quoted(n int, s string) string { return `"` + strings.Repeat(s, n) + `"` }

// many writes n resources, numbered from 1.
func many(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format+"\n", i+1)
	}
	return b.String()
}

// list writes a list of n different strings.
func list(n int, format string) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf("%q", fmt.Sprintf(format, i)))
	}
	return "[" + strings.Join(all, ", ") + "]"
}

func cases() []breach {
	return slices.Concat(accessAnalyzerCases(), accountCases(), cloudTrailCases(), cloudWatchCases(), curCases(), eventCases(), iamCases(), iamDocumentCases(), kmsCases(), logsCases(), organizationsCases(), s3Cases(), schedulerCases(), snsCases())
}

func accountCases() []breach {
	policy := func(attr string) string {
		return `resource "aws_iam_account_password_policy" "p" { ` + attr + ` = § }`
	}
	alias := `resource "aws_iam_account_alias" "a" { account_alias = § }`
	contact := func(attr string) string { return `resource "aws_account_alternate_contact" "c" { ` + attr + ` = § }` }
	return []breach{
		value("account-password-length", "minimum_password_length", policy("minimum_password_length"), "5", "6", "the policy says 5 characters"),
		value("account-password-length", "minimum_password_length", policy("minimum_password_length"), "129", "128", "Write 6 to 128"),
		value("account-password-reuse", "password_reuse_prevention", policy("password_reuse_prevention"), "0", "1", "says 0 former passwords"),
		value("account-password-reuse", "password_reuse_prevention", policy("password_reuse_prevention"), "25", "24", "Write 1 to 24"),
		value("account-password-age", "max_password_age", policy("max_password_age"), "0", "1", "says 0 days"),
		value("account-password-age", "max_password_age", policy("max_password_age"), "1096", "1095", "Write 1 to 1095"),
		value("account-alias-digits", "account_alias", alias, `"123456789012"`, `"12345678901"`, "would be taken for an account id"),
		missing("account-password-policy-once", "", `resource "aws_iam_account_password_policy" "b"`, "resource \"aws_iam_account_password_policy\" \"a\" {}\n§",
			`resource "aws_iam_account_password_policy" "b" {}`, "", "is the account's password policy already"),
		missing("account-alias-once", "", `resource "aws_iam_account_alias" "b"`, "resource \"aws_iam_account_alias\" \"a\" {}\n§",
			`resource "aws_iam_account_alias" "b" {}`, "", "is the account's alias already"),
		missing("account-public-access-block-once", "", `resource "aws_s3_account_public_access_block" "b"`,
			"resource \"aws_s3_account_public_access_block\" \"a\" {\n  account_id = \"111122223333\"\n}\nresource \"aws_s3_account_public_access_block\" \"b\" {\n  account_id = §\n}",
			`"111122223333"`, `"111122224444"`, "is the account's public access block already"),
		value("account-contact-once", "alternate_contact_type", "resource \"aws_account_alternate_contact\" \"a\" { alternate_contact_type = \"SECURITY\" }\n"+
			`resource "aws_account_alternate_contact" "b" { alternate_contact_type = § }`, `"SECURITY"`, `"BILLING"`, "is the SECURITY contact already"),
		value("account-contact-email", "email_address", contact("email_address"), quoted(255, "a"), quoted(254, "a"), "email_address has 255 characters"),
		value("account-contact-phone", "phone_number", contact("phone_number"), quoted(26, "1"), quoted(25, "1"), "phone_number has 26 characters"),
	}
}

// inputPaths writes n paths of an input transformer.
func inputPaths(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "p%d = \"$.a\"\n", i)
	}
	return "{\n" + b.String() + "}"
}

func schedulerCases() []breach {
	expression := `resource "aws_scheduler_schedule" "s" { schedule_expression = § }`
	window := "resource \"aws_scheduler_schedule\" \"s\" {\n  flexible_time_window {\n    mode = \"FLEXIBLE\"\n    §\n  }\n}"
	return []breach{
		value("scheduler-expression", "schedule_expression", expression, `"weekly"`, `"rate(7 days)"`, `the schedule is "weekly"`),
		value("scheduler-expression", "schedule_expression", expression, `"cron(0 6 * * MON)"`, `"cron(0 6 ? * MON *)"`, "with its six fields"),
		value("scheduler-expression", "schedule_expression", expression, `"at(2030-01-31)"`, `"at(2030-01-31T06:00:00)"`, `the schedule is "at(2030-01-31)"`),
		missing("scheduler-flexible-window", "flexible_time_window[0].maximum_window_in_minutes", "flexible_time_window", window, "", "maximum_window_in_minutes = 1", "the window is FLEXIBLE and has no length"),
		missing("scheduler-flexible-window", "flexible_time_window[0].maximum_window_in_minutes", "1441", window, "maximum_window_in_minutes = 1441", "maximum_window_in_minutes = 1440", "from 1 to 1440"),
	}
}

func eventCases() []breach {
	pattern := `resource "aws_cloudwatch_event_rule" "r" { event_pattern = § }`
	schedule := `resource "aws_cloudwatch_event_rule" "r" { schedule_expression = § }`
	target := `resource "aws_cloudwatch_event_target" "t" {
  input_transformer {
    input_paths    = { event = "$.detail.eventName" }
    input_template = §
  }
}`
	paths := `resource "aws_cloudwatch_event_target" "t" {
  input_transformer {
    input_paths    = §
    input_template = "none"
  }
}`
	return []breach{
		value("events-pattern", "event_pattern", pattern, `"[]"`, `"{}"`, "is no JSON object"),
		value("events-pattern", "event_pattern", pattern, `jsonencode({ detail = { eventName = "ConsoleLogin" } })`, `jsonencode({ detail = { eventName = ["ConsoleLogin"] } })`,
			`detail.eventName: this is no list. Write each value that is matched in a list, also a single one: ["ConsoleLogin"].`),
		value("events-pattern", "event_pattern", pattern, `jsonencode({ "$or" = [{ source = ["a"] }, { detail = { x = 1 } }] })`, `jsonencode({ "$or" = [{ source = ["a"] }, { detail = { x = [1] } }] })`,
			"$or[1].detail.x: this is no list"),
		value("events-pattern", "event_pattern", pattern, `jsonencode({ detail = { userName = [{ "prefix" = "a", "suffix" = "b" }] } })`, `jsonencode({ detail = { userName = [{ "prefix" = "a" }, { "suffix" = "b" }] } })`,
			"detail.userName[0]: an object holds one operator. Write one of anything-but,"),
		value("events-pattern-field", "event_pattern", pattern, `jsonencode({ detailType = ["x"] })`, `jsonencode({ detail-type = ["x"] })`, `the pattern asks for "detailType"`),
		value("events-pattern-field", "event_pattern", pattern, `jsonencode({ "$or" = [{ source = ["a"] }, { eventName = ["b"] }] })`, `jsonencode({ "$or" = [{ source = ["a"] }, { detail = { eventName = ["b"] } }] })`,
			`the pattern asks for "eventName"`),
		value("events-pattern-size", "event_pattern", pattern, `jsonencode({ source = [`+quoted(2034, "x")+`] })`, `jsonencode({ source = [`+quoted(2033, "x")+`] })`,
			"the pattern has 2049 characters"),
		value("events-schedule", "schedule_expression", schedule, `"every week"`, `"rate(7 days)"`, `the schedule is "every week"`),
		value("events-schedule", "schedule_expression", schedule, `"rate(1 days)"`, `"rate(1 day)"`, "counts wrongly"),
		value("events-schedule", "schedule_expression", schedule, `"rate(2 hour)"`, `"rate(2 hours)"`, "counts wrongly"),
		value("events-schedule", "schedule_expression", schedule, `"cron(0 6 * * MON)"`, `"cron(0 6 ? * MON *)"`, "with its six fields"),
		missing("events-rule-empty", "event_pattern", `resource "aws_cloudwatch_event_rule" "r"`, "resource \"aws_cloudwatch_event_rule\" \"r\" {\n  §\n}", "", `event_pattern = "{}"`,
			"neither a pattern nor a schedule"),
		value("events-input-paths", "input_transformer[0].input_template", target, `"\"<service> <event>\""`, `"\"<event> <aws.events.rule-name>\""`, "reads <service>, and there is no such path"),
		value("events-input-paths", "input_transformer[0].input_paths", paths, inputPaths(101), inputPaths(100), "the transformer has 101 paths"),
		missing("events-targets-per-rule", "rule", `"r"`, many(5, `resource "aws_cloudwatch_event_target" "t%d" { rule = "r" }`)+"\nresource \"aws_cloudwatch_event_target\" \"u\" {\n  rule = §\n}", `"r"`, `"s"`,
			"this is target 6 of rule"),
	}
}

func cloudTrailCases() []breach {
	name := `resource "aws_cloudtrail" "t" { name = § }`
	const advanced = `resource "aws_cloudtrail" "t" {
  name = "trail"
  advanced_event_selector {
    field_selector {
      field  = "eventCategory"
      equals = ["%s"]
    }
    §
  }
}`
	insight := `resource "aws_cloudtrail" "t" {
  insight_selector { insight_type = %q }
  event_selector {
    §
  }
}`
	policy := `
resource "aws_s3_bucket" "b" { bucket = "acme-trail" }
resource "aws_cloudtrail" "t" { s3_bucket_name = "acme-trail" }
§`
	return []breach{
		value("cloudtrail-name", "name", name, `"ab"`, `"abc"`, `the name "ab" has 2 characters`),
		value("cloudtrail-name", "name", name, quoted(129, "a"), quoted(128, "a"), `has 129 characters`),
		value("cloudtrail-name", "name", name, `"a trail"`, `"a.trail"`, `has characters that a trail name can't have`),
		value("cloudtrail-name", "name", name, `"trail-"`, `"trail-1"`, `starts or ends with`),
		value("cloudtrail-name", "name", name, `"_trail"`, `"a_trail"`, `starts or ends with`),
		value("cloudtrail-name", "name", name, `"my-_trail"`, `"my-t_rail"`, `side by side`),
		value("cloudtrail-name", "name", name, `"192.168.5.4"`, `"192.168.5.x"`, `is an IP address`),
		value("cloudtrail-log-group-arn", "cloud_watch_logs_group_arn", `resource "aws_cloudtrail" "t" {
  cloud_watch_logs_group_arn = §
  cloud_watch_logs_role_arn  = unknown
}`, `"arn:aws:logs:eu-central-1:123456789012:log-group:x"`, `"arn:aws:logs:eu-central-1:123456789012:log-group:x:*"`,
			`Write "arn:aws:logs:eu-central-1:123456789012:log-group:x:*"`),
		{
			"cloudtrail-log-group-role", "cloud_watch_logs_group_arn", `"${unknown}:*"`, "Write cloud_watch_logs_role_arn",
			`resource "aws_cloudtrail" "t" { cloud_watch_logs_group_arn = "${unknown}:*" }`,
			`resource "aws_cloudtrail" "t" {
  cloud_watch_logs_group_arn = "${unknown}:*"
  cloud_watch_logs_role_arn  = unknown
}`,
		},
		{
			"cloudtrail-log-group-role", "cloud_watch_logs_role_arn", `"arn:aws:iam::123456789012:role/x"`, "Write cloud_watch_logs_group_arn",
			`resource "aws_cloudtrail" "t" { cloud_watch_logs_role_arn = "arn:aws:iam::123456789012:role/x" }`,
			`resource "aws_cloudtrail" "t" { name = "trail" }`,
		},
		value("cloudtrail-global-events", "include_global_service_events", `resource "aws_cloudtrail" "t" {
  is_multi_region_trail         = true
  include_global_service_events = §
}`, "false", "true", "Write include_global_service_events = true"),
		value("cloudtrail-key-prefix", "s3_key_prefix", `resource "aws_cloudtrail" "t" { s3_key_prefix = § }`, quoted(201, "p"), quoted(200, "p"), "the prefix has 201 characters"),
		value("cloudtrail-key-prefix", "s3_key_prefix", `resource "aws_cloudtrail" "t" { s3_key_prefix = § }`, `"audit/"`, `"audit/x"`, `Write "audit"`),
		value("cloudtrail-kms-alias", "kms_key_id", `resource "aws_cloudtrail" "t" { kms_key_id = § }`,
			`"arn:aws:kms:eu-central-1:123456789012:alias/trail"`, `"arn:aws:kms:eu-central-1:123456789012:key/1234"`, "Write the ARN of the key itself"),
		value("cloudtrail-sns-topic-name", "sns_topic_name", `resource "aws_cloudtrail" "t" { sns_topic_name = § }`, quoted(257, "x"), quoted(256, "x"), "has 257 characters"),
		missing("cloudtrail-selector-kinds", "advanced_event_selector[0].", "advanced_event_selector", `resource "aws_cloudtrail" "t" {
  event_selector {}
  §
}`, `advanced_event_selector {
    field_selector {
      field  = "eventCategory"
      equals = ["Management"]
    }
  }`, "", "Write one kind"),
		missing("cloudtrail-event-selectors", "event_selector[5].", "event_selector", `resource "aws_cloudtrail" "t" {
  §
}`, strings.Repeat("event_selector {}\n", 6), strings.Repeat("event_selector {}\n", 5), "the trail has 6 event selectors"),
		value("cloudtrail-data-resources", "event_selector[1].data_resource[0].values", `resource "aws_cloudtrail" "t" {
  event_selector {
    data_resource { values = `+list(200, "arn:aws:s3:::a%d/")+` }
  }
  event_selector {
    data_resource { values = § }
  }
}`, list(51, "arn:aws:s3:::b%d/"), list(50, "arn:aws:s3:::b%d/"), "name 251 data resources"),
		value("cloudtrail-advanced-values", "advanced_event_selector[0].field_selector[1].starts_with", strings.ReplaceAll(fmt.Sprintf(advanced, "Management"), "§", `field_selector {
      field       = "eventSource"
      starts_with = §
    }`), list(500, "s%d"), list(499, "s%d"), "hold 501 values"),
		missing("cloudtrail-advanced-category", "advanced_event_selector[0].field_selector", "advanced_event_selector", `resource "aws_cloudtrail" "t" {
  advanced_event_selector {
    field_selector {
      field  = "§"
      equals = ["Management"]
    }
  }
}`, "readOnly", "eventCategory", `Write a field_selector with field = "eventCategory"`),
		missing("cloudtrail-advanced-resource-type", "advanced_event_selector[0].field_selector", "advanced_event_selector", fmt.Sprintf(advanced, "Data"), "", `field_selector {
      field  = "resources.type"
      equals = ["AWS::S3::Object"]
    }`, `Write a field_selector with field = "resources.type"`),
		missing("cloudtrail-insights-events", "insight_selector[0].insight_type", `"ApiCallRateInsight"`, fmt.Sprintf(insight, "ApiCallRateInsight"), `read_write_type = "ReadOnly"`, `read_write_type = "WriteOnly"`, "management events that write"),
		missing("cloudtrail-insights-events", "insight_selector[0].insight_type", `"ApiErrorRateInsight"`, fmt.Sprintf(insight, "ApiErrorRateInsight"), `include_management_events = false`, `read_write_type = "ReadOnly"`, "that logs management events"),
		missing("cloudtrail-insights-events", "insight_selector[0].insight_type", `"ApiCallRateInsight"`, `resource "aws_cloudtrail" "t" {
  insight_selector { insight_type = "ApiCallRateInsight" }
  advanced_event_selector {
    field_selector {
      field  = "eventCategory"
      equals = ["Management"]
    }
    field_selector {
      field  = "readOnly"
      equals = ["§"]
    }
  }
}`, "true", "false", "management events that write"),
		missing("cloudtrail-bucket-policy", "s3_bucket_name", `"acme-trail"`, policy, "", `resource "aws_s3_bucket_policy" "p" { bucket = unknown }`, "Write an aws_s3_bucket_policy"),
		missing("cloudtrail-bucket-policy", "s3_bucket_name", `"acme-trail"`, policy, "", `resource "aws_s3_bucket_policy" "p" {
  bucket   = unknown
  instance = unknown
}`, "Write an aws_s3_bucket_policy"),
		{
			"cloudtrail-trails-per-region", "name", `"trail6"`, "this is trail 6 of provider aws",
			many(6, `resource "aws_cloudtrail" "t%[1]d" { name = "trail%[1]d" }`),
			many(5, `resource "aws_cloudtrail" "t%[1]d" { name = "trail%[1]d" }`) + `resource "aws_cloudtrail" "far" {
  name     = "far"
  provider = "aws.far"
}`,
		},
	}
}

func s3Cases() []breach {
	name := `resource "aws_s3_bucket" "b" { bucket = § }`
	rule := `resource "aws_s3_bucket_lifecycle_configuration" "l" {
  rule {
    %s
  }
}`
	return []breach{
		value("s3-bucket-name", "bucket", name, `"ab"`, `"abc"`, `has 2 characters`),
		value("s3-bucket-name", "bucket", name, quoted(64, "a"), quoted(63, "a"), `has 64 characters`),
		value("s3-bucket-name", "bucket", name, `"Bad_Name"`, `"good-name"`, `has characters that a bucket name can't have`),
		value("s3-bucket-name", "bucket", name, `"-name"`, `"a-name"`, `starts or ends with`),
		value("s3-bucket-name", "bucket", name, `"name."`, `"name.a"`, `starts or ends with`),
		value("s3-bucket-name", "bucket", name, `"aa..bb"`, `"aa.b.b"`, `two dots side by side`),
		value("s3-bucket-name", "bucket", name, `"192.168.5.4"`, `"192.168.5.4.5"`, `is an IP address`),
		value("s3-bucket-name", "bucket", name, `"xn--foo"`, `"xn-foo"`, `starts with "xn--"`),
		value("s3-bucket-name", "bucket", name, `"sthree-foo"`, `"s-three-foo"`, `starts with "sthree-"`),
		value("s3-bucket-name", "bucket", name, `"amzn-s3-demo-foo"`, `"amzn-s3-foo"`, `starts with "amzn-s3-demo-"`),
		value("s3-bucket-name", "bucket", name, `"foo-s3alias"`, `"foo-s3alias1"`, `ends with "-s3alias"`),
		value("s3-bucket-name", "bucket", name, `"foo--ol-s3"`, `"foo-ol-s3"`, `ends with "--ol-s3"`),
		value("s3-bucket-name", "bucket", name, `"foo.mrap"`, `"foo-mrap"`, `ends with ".mrap"`),
		value("s3-bucket-name", "bucket", name, `"foo--x-s3"`, `"foo-x-s3"`, `ends with "--x-s3"`),
		value("s3-bucket-name", "bucket", name, `"foo--table-s3"`, `"foo-table-s3"`, `ends with "--table-s3"`),
		value("s3-bucket-names-distinct", "bucket", `resource "aws_s3_bucket" "a" { bucket = "one-name" }
resource "aws_s3_bucket" "b" {
  bucket   = §
  provider = "aws.far"
}`, `"one-name"`, `"two-name"`, `aws_s3_bucket.a has the name "one-name" already`),
		value("s3-logging-target", "target_bucket", `resource "aws_s3_bucket_logging" "l" {
  bucket        = "acme-trail"
  target_bucket = §
}`, `"acme-trail"`, `"acme-logs"`, "Write another bucket"),
		missing("s3-lifecycle-action", "rule[0].", "rule", fmt.Sprintf(rule, "filter {}\n§"), "", "expiration { days = 1 }", "the lifecycle rule does nothing"),
		missing("s3-lifecycle-action", "rule[0].", "rule", fmt.Sprintf(rule, "§"), "", "abort_incomplete_multipart_upload { days_after_initiation = 7 }", "does nothing"),
		value("s3-lifecycle-rule-id", "rule[0].id", fmt.Sprintf(rule, "id = §\nexpiration { days = 1 }"), quoted(256, "i"), quoted(255, "i"), "the id has 256 characters"),
		value("s3-lifecycle-rule-id", "rule[1].id", `resource "aws_s3_bucket_lifecycle_configuration" "l" {
  rule {
    id = "a"
    expiration { days = 1 }
  }
  rule {
    id = §
    expiration { days = 1 }
  }
}`, `"a"`, `"b"`, `two rules have the id "a"`),
		value("s3-lifecycle-infrequent-access", "rule[0].transition[0].days", fmt.Sprintf(rule, `transition {
      days          = §
      storage_class = "STANDARD_IA"
    }`), "29", "30", "only after 30 days, found 29"),
		value("s3-lifecycle-infrequent-access", "rule[0].noncurrent_version_transition[0].noncurrent_days", fmt.Sprintf(rule, `noncurrent_version_transition {
      noncurrent_days = §
      storage_class   = "ONEZONE_IA"
    }`), "10", "30", "move to ONEZONE_IA only after 30 days"),
		value("s3-lifecycle-order", "rule[0].expiration[0].days", fmt.Sprintf(rule, `transition {
      days          = 90
      storage_class = "GLACIER"
    }
    expiration { days = § }`), "90", "91", "expire after 90 days, yet move to another storage class after 90"),
		value("s3-lifecycle-order", "rule[0].noncurrent_version_expiration[0].noncurrent_days", fmt.Sprintf(rule, `noncurrent_version_transition {
      noncurrent_days = 40
      storage_class   = "GLACIER"
    }
    noncurrent_version_expiration { noncurrent_days = § }`), "30", "41", "Write more than 40"),
	}
}

func logsCases() []breach {
	group := `resource "aws_cloudwatch_log_group" "g" { name = § }`
	pattern := `resource "aws_cloudwatch_log_metric_filter" "f" { pattern = § }`
	filter := `resource "aws_cloudwatch_log_metric_filter" "f" {
  pattern = %s
  metric_transformation {
    name      = "m"
    namespace = "n"
    %s
  }
}`
	json := `"{ $.a = 1 }"`
	return []breach{
		value("logs-group-name", "name", group, quoted(513, "g"), quoted(512, "g"), "has 513 characters"),
		value("logs-group-name", "name", group, `"a b"`, `"/a/b.c-d_e#f"`, "has characters"),
		value("logs-group-name", "name", group, `"aws/trail"`, `"/aws/trail"`, `Write "/aws/trail"`),
		value("logs-group-names-distinct", "name", `resource "aws_cloudwatch_log_group" "a" { name = "x" }
resource "aws_cloudwatch_log_group" "b" { name = § }`, `"x"`, `"y"`, `aws_cloudwatch_log_group.a has the name "x" already`),
		{
			"logs-group-names-distinct", "name", `"y"`, `already`,
			"resource \"aws_cloudwatch_log_group\" \"a\" { name = \"y\" }\nresource \"aws_cloudwatch_log_group\" \"b\" { name = \"y\" }",
			"resource \"aws_cloudwatch_log_group\" \"a\" { name = \"y\" }\nresource \"aws_cloudwatch_log_group\" \"b\" {\n  name = \"y\"\n  provider = \"aws.far\"\n}",
		},
		value("logs-group-kms-key", "kms_key_id", `resource "aws_cloudwatch_log_group" "g" { kms_key_id = § }`, `"alias/x"`, `"arn:aws:kms:eu-central-1:123456789012:key/1234"`, `takes only the ARN of a key, found "alias/x"`),
		value("logs-group-kms-key", "kms_key_id", `resource "aws_cloudwatch_log_group" "g" { kms_key_id = § }`, `"arn:aws:kms:eu-central-1:123456789012:alias/x"`, `"arn:aws:kms:eu-central-1:123456789012:key/1234"`, `takes only the ARN of a key`),
		value("logs-filter-name", "name", `resource "aws_cloudwatch_log_metric_filter" "f" { name = § }`, quoted(513, "f"), quoted(512, "f"), "has 513 characters"),
		value("logs-filter-name", "name", `resource "aws_cloudwatch_log_metric_filter" "f" { name = § }`, `"a:b"`, `"a b"`, `has ":" or "*"`),
		value("logs-filter-names-distinct", "name", `resource "aws_cloudwatch_log_metric_filter" "a" {
  name           = "root"
  log_group_name = "g"
}
resource "aws_cloudwatch_log_metric_filter" "b" {
  name           = §
  log_group_name = "g"
}`, `"root"`, `"other"`, "in the same log group"),
		value("logs-filter-names-distinct", "name", `resource "aws_cloudwatch_log_metric_filter" "a" {
  name           = "x"
  log_group_name = "g"
}
resource "aws_cloudwatch_log_metric_filter" "b" {
  log_group_name = "g"
  name           = §
}`, `"x"`, `"xx"`, "the later one replaces the earlier"),
		value("logs-filter-pattern", "pattern", pattern, `"{ ($.a = "`, `"{ ($.a = 1) }"`, "at character 10 of the pattern: found the end of the pattern where a value should stand. Write = \"value\"."),
		value("logs-filter-pattern", "pattern", pattern, `"{ $.a == 1 }"`, `"{ $.a = 1 }"`, `Write "=".`),
		value("logs-filter-pattern", "pattern", pattern, `"$.a = 1"`, `"ERROR -DEBUG"`, "those stand in braces"),
		value("logs-filter-pattern", "pattern", pattern, quoted(1025, "x"), quoted(1024, "x"), "the pattern has 1025 characters. Write at most 1024."),
		value("logs-filter-pattern", "pattern", pattern, `"[a, b"`, `"[a, b]"`, "Write a pattern that CloudWatch Logs can read."),
		value("logs-filter-metric-name", "metric_transformation[0].name", strings.ReplaceAll(fmt.Sprintf(filter, json, ""), `"m"`, "§"), quoted(256, "m"), quoted(255, "m"), "the metric's name has 256 characters"),
		value("logs-filter-metric-name", "metric_transformation[0].namespace", strings.ReplaceAll(fmt.Sprintf(filter, json, ""), `"n"`, "§"), `"a$b"`, `"a/b"`, `has ":", "*" or "$"`),
		value("logs-filter-namespace", "metric_transformation[0].namespace", strings.ReplaceAll(fmt.Sprintf(filter, json, ""), `"n"`, "§"), `"AWS/CloudTrail"`, `"CloudTrail"`, "which AWS reserves"),
		value("logs-filter-value", "metric_transformation[0].value", fmt.Sprintf(filter, json, "value = §"), quoted(101, "1"), quoted(100, "1"), "has 101 characters"),
		value("logs-filter-dimensions", "metric_transformation[0].dimensions", fmt.Sprintf(filter, json, "dimensions = §"), `{ a = "$.a", b = "$.b", c = "$.c", d = "$.d" }`, `{ a = "$.a", b = "$.b", c = "$.c" }`, "the metric has 4 dimensions"),
		value("logs-filter-default-value", "metric_transformation[0].default_value", fmt.Sprintf(filter, json, "dimensions = { a = \"$.a\" }\n    default_value = §"), `"0"`, `null`, "Leave default_value or dimensions out"),
		missing("logs-filter-dimensions-pattern", "metric_transformation[0].dimensions", `{ a = "$.a" }`, fmt.Sprintf(filter, "§", `dimensions = { a = "$.a" }`), `"ERROR"`, json, "a term pattern has no fields"),
		missing("logs-filter-dimensions-pattern", "metric_transformation[0].dimensions", `{ a = "$.a" }`, fmt.Sprintf(filter, "§", `dimensions = { a = "$.a" }`), `""`, `"[a, b]"`, "no fields"),
		{
			"logs-filters-per-group", "log_group_name", `"g"`, `this is metric filter 101 of log group "g"`,
			many(101, `resource "aws_cloudwatch_log_metric_filter" "f%d" { log_group_name = "g" }`),
			many(100, `resource "aws_cloudwatch_log_metric_filter" "f%d" { log_group_name = "g" }`) + `resource "aws_cloudwatch_log_metric_filter" "g" { log_group_name = "h" }`,
		},
		{
			"logs-regex-filters-per-group", "pattern", `"{ $.a = %x6% }"`, `this is pattern 6`,
			many(6, "resource \"aws_cloudwatch_log_metric_filter\" \"f%[1]d\" {\n  log_group_name = \"g\"\n  pattern = \"{ $.a = %%x%[1]d%% }\"\n}"),
			many(5, "resource \"aws_cloudwatch_log_metric_filter\" \"f%[1]d\" {\n  log_group_name = \"g\"\n  pattern = \"{ $.a = %%x%[1]d%% }\"\n}") + "resource \"aws_cloudwatch_log_metric_filter\" \"f\" {\n  log_group_name = \"g\"\n  pattern = \"{ $.a = x* }\"\n}",
		},
	}
}

func cloudWatchCases() []breach {
	alarm := `resource "aws_cloudwatch_metric_alarm" "a" { %s = § }`
	return []breach{
		value("cloudwatch-alarm-name", "alarm_name", fmt.Sprintf(alarm, "alarm_name"), quoted(256, "a"), quoted(255, "a"), "has 256 characters"),
		value("cloudwatch-alarm-names-distinct", "alarm_name", `resource "aws_cloudwatch_metric_alarm" "a" { alarm_name = "root" }
resource "aws_cloudwatch_metric_alarm" "b" {
  provider   = "aws"
  alarm_name = §
}`, `"root"`, `"Root"`, `aws_cloudwatch_metric_alarm.a has the name "root" already`),
		value("cloudwatch-alarm-description", "alarm_description", fmt.Sprintf(alarm, "alarm_description"), quoted(1025, "é"), quoted(1024, "é"), "has 1025 characters"),
		value("cloudwatch-alarm-datapoints", "datapoints_to_alarm", `resource "aws_cloudwatch_metric_alarm" "a" {
  evaluation_periods  = 2
  datapoints_to_alarm = §
}`, "3", `"2"`, "looks at 2 periods and waits for 3"),
		value("cloudwatch-alarm-actions", "alarm_actions", fmt.Sprintf(alarm, "alarm_actions"), list(6, "arn%d"), list(5, "arn%d"), "alarm_actions holds 6 actions"),
		value("cloudwatch-alarm-actions", "ok_actions", fmt.Sprintf(alarm, "ok_actions"), list(6, "arn%d"), `["a", "a", "a", "a", "a", "a"]`, "ok_actions holds 6 actions"),
		value("cloudwatch-alarm-actions", "insufficient_data_actions", fmt.Sprintf(alarm, "insufficient_data_actions"), list(6, "arn%d"), `[unknown, unknown, unknown, unknown, unknown, unknown]`, "holds 6 actions"),
		value("cloudwatch-alarm-period", "period", fmt.Sprintf(alarm, "period"), "90", "120", "the period is 90 seconds"),
		value("cloudwatch-alarm-period", "period", fmt.Sprintf(alarm, "period"), "0", "10", "the period is 0 seconds"),
		value("cloudwatch-alarm-period", "period", fmt.Sprintf(alarm, "period"), "40", "30", "the period is 40 seconds"),
		value("cloudwatch-alarm-period", "metric_query[0].metric[0].period", `resource "aws_cloudwatch_metric_alarm" "a" {
  metric_query {
    metric { period = § }
  }
}`, "301", "300", "the period is 301 seconds"),
		value("cloudwatch-alarm-window", "evaluation_periods", `resource "aws_cloudwatch_metric_alarm" "a" {
  period             = 300
  evaluation_periods = §
}`, "289", "288", "Write at most 288, that is 1 day"),
		value("cloudwatch-alarm-window", "evaluation_periods", `resource "aws_cloudwatch_metric_alarm" "a" {
  period             = 86400
  evaluation_periods = §
}`, "8", "7", "Write at most 7, that is 7 days"),
	}
}

func snsCases() []breach {
	subscription := `resource "aws_sns_topic_subscription" "s" {
  protocol = %q
  %s = §
}`
	return []breach{
		value("sns-email-endpoint", "endpoint", fmt.Sprintf(subscription, "email", "endpoint"), `"not an email"`, `"a.b+c@example.com"`, `"not an email" isn't an e-mail address`),
		value("sns-email-endpoint", "endpoint", fmt.Sprintf(subscription, "email-json", "endpoint"), `"a@b@c"`, `"a@b"`, `isn't an e-mail address`),
		value("sns-email-endpoint", "endpoint", fmt.Sprintf(subscription, "email", "endpoint"), `"a@example..com"`, `"a@example.com"`, `isn't an e-mail address`),
		value("sns-http-endpoint", "endpoint", fmt.Sprintf(subscription, "https", "endpoint"), `"http://example.com"`, `"HTTPS://example.com"`, `doesn't start with "https://"`),
		value("sns-raw-delivery", "raw_message_delivery", fmt.Sprintf(subscription, "email", "raw_message_delivery"), "true", "false", `the protocol "email" has no raw message delivery`),
		missing("sns-raw-delivery", "raw_message_delivery", "true", `resource "aws_sns_topic_subscription" "s" {
  protocol             = "§"
  raw_message_delivery = true
}`, "lambda", "sqs", `the protocol "lambda" has no raw message delivery`),
		value("sns-topic-aws-key", "kms_master_key_id", `resource "aws_sns_topic" "t" { kms_master_key_id = § }`, `"alias/aws/sns"`, `"alias/acme"`, "a key of your own"),
		value("sns-topic-aws-key", "kms_master_key_id", `resource "aws_sns_topic" "t" { kms_master_key_id = § }`, `"arn:aws:kms:eu-central-1:123456789012:alias/aws/sns"`, `"arn:aws:kms:eu-central-1:123456789012:key/1"`, "a key of your own"),
	}
}

func curCases() []breach {
	athena := `resource "aws_cur_report_definition" "r" {
  additional_artifacts = %s
  s3_prefix            = %s
  report_versioning    = %s
  format               = %s
  compression          = %s
}`
	const a, p, o, f = `["ATHENA"]`, `"cur"`, `"OVERWRITE_REPORT"`, `"Parquet"`
	name := `resource "aws_cur_report_definition" "r" { report_name = § }`
	export := `resource "aws_bcmdataexports_export" "e" {
  export {
    name = %s
    data_query {
      query_statement      = %s
      table_configurations = %s
    }
    destination_configurations {}
    refresh_cadence {}
  }
}`
	const all = `{ COST_AND_USAGE_REPORT = { BILLING_VIEW_ARN = "x", INCLUDE_MANUAL_DISCOUNT_COMPATIBILITY = "FALSE", INCLUDE_RESOURCES = "TRUE", INCLUDE_SPLIT_COST_ALLOCATION_DATA = "FALSE", TIME_GRANULARITY = "HOURLY" } }`
	return []breach{
		missing("dataexports-incomplete", "export", `resource "aws_bcmdataexports_export" "e"`, "resource \"aws_bcmdataexports_export\" \"e\" {\n  §\n}", "", "export {\n    data_query {}\n    destination_configurations {}\n    refresh_cadence {}\n  }", "the export has no block export"),
		missing("dataexports-incomplete", "export[0].refresh_cadence", "export", "resource \"aws_bcmdataexports_export\" \"e\" {\n  export {\n    data_query {}\n    destination_configurations {}\n    §\n  }\n}", "", "refresh_cadence {}", "the export has no block refresh_cadence"),
		value("dataexports-name", "export[0].name", fmt.Sprintf(export, "§", `"SELECT a FROM t"`, all), `"a.b"`, `"a-b"`, `the name "a.b" isn't allowed`),
		value("dataexports-name", "export[0].name", fmt.Sprintf(export, "§", `"SELECT a FROM t"`, all), quoted(129, "n"), quoted(128, "n"), "Write 1 to 128"),
		value("dataexports-query", "export[0].data_query[0].query_statement", fmt.Sprintf(export, `"e"`, "§", all), `"select * from COST_AND_USAGE_REPORT"`, `"SELECT a FROM COST_AND_USAGE_REPORT"`, "Write the columns by name"),
		value("dataexports-query", "export[0].data_query[0].query_statement", fmt.Sprintf(export, `"e"`, "§", all), quoted(36001, "a"), quoted(36000, "a"), "the query has 36001 characters"),
		value("dataexports-table-configuration", "export[0].data_query[0].table_configurations", fmt.Sprintf(export, `"e"`, `"SELECT a FROM t"`, "§"), strings.Replace(all, `BILLING_VIEW_ARN = "x", `, "", 1), all, "lacks BILLING_VIEW_ARN"),
		value("cur-report-name", "report_name", name, `"plinth cur report!"`, `"plinth-cur!"`, "without blanks"),
		value("cur-report-name", "report_name", name, quoted(257, "r"), quoted(256, "r"), "Write 1 to 256"),
		value("cur-report-names-distinct", "report_name", `resource "aws_cur_report_definition" "a" { report_name = "r" }
resource "aws_cur_report_definition" "b" {
  provider    = "aws.billing"
  report_name = §
}`, `"r"`, `"R"`, `aws_cur_report_definition.a has the name "r" already`),
		value("cur-prefix", "s3_prefix", `resource "aws_cur_report_definition" "r" { s3_prefix = § }`, `"a b"`, `"a/b"`, `the prefix "a b" isn't allowed`),
		value("cur-prefix", "s3_prefix", `resource "aws_cur_report_definition" "r" { s3_prefix = § }`, quoted(257, "p"), quoted(256, "p"), `Write at most 256`),
		value("cur-athena-alone", "additional_artifacts", fmt.Sprintf(athena, "§", p, o, f, f), `["ATHENA", "ATHENA2"]`, `["ATHENA"]`, "ATHENA can't be combined"),
		value("cur-athena-prefix", "s3_prefix", fmt.Sprintf(athena, a, "§", o, f, f), `""`, `"x"`, "needs a prefix"),
		value("cur-athena-prefix", "s3_prefix", fmt.Sprintf(athena, a, "§", o, f, f), `null`, `unknown`, "needs a prefix"),
		value("cur-athena-overwrite", "report_versioning", fmt.Sprintf(athena, a, p, "§", f, f), `"CREATE_NEW_REPORT"`, o, `Write report_versioning = "OVERWRITE_REPORT"`),
		value("cur-athena-overwrite", "report_versioning", fmt.Sprintf(athena, a, p, "§", f, f), `null`, `unknown`, `Write report_versioning = "OVERWRITE_REPORT"`),
		value("cur-athena-parquet", "format", fmt.Sprintf(athena, a, p, o, "§", "unknown"), `"textORcsv"`, f, `Write format = "Parquet"`),
		value("cur-parquet-pair", "compression", fmt.Sprintf(athena, "[]", p, o, f, "§"), `"GZIP"`, f, `Write compression = "Parquet"`),
		value("cur-parquet-pair", "compression", fmt.Sprintf(athena, "[]", p, o, `"textORcsv"`, "§"), `"Parquet"`, `"ZIP"`, `Write compression = "GZIP"`),
		value("cur-warehouse-csv", "format", fmt.Sprintf(athena, `["REDSHIFT"]`, p, o, "§", "unknown"), `"Parquet"`, `"textORcsv"`, "read text only"),
		value("cur-warehouse-csv", "format", fmt.Sprintf(athena, `["QUICKSIGHT"]`, p, o, "§", "unknown"), `"Parquet"`, `"textORcsv"`, "read text only"),
		{
			"cur-reports-per-account", "report_name", `"r6"`, "this is report 6",
			many(6, `resource "aws_cur_report_definition" "r%[1]d" { report_name = "r%[1]d" }`),
			many(5, `resource "aws_cur_report_definition" "r%[1]d" { report_name = "r%[1]d" }`),
		},
	}
}

func accessAnalyzerCases() []breach {
	analyzer := `resource "aws_accessanalyzer_analyzer" "a" {
  type = "%s"
  configuration {
    unused_access {
      %s
    }
  }
}`
	exclusion := "analysis_rule {\n exclusion {\n account_ids = §\n}\n}"
	filter := `resource "aws_accessanalyzer_archive_rule" "r" {
  filter {
    criteria = "resourceType"
    %s
  }
}`
	archivePublic := `resource "aws_accessanalyzer_archive_rule" "r" {
  filter {
    §
  }
}
resource "aws_accessanalyzer_analyzer" "a" { type = "ACCOUNT" }`
	criteria := `resource "aws_accessanalyzer_archive_rule" "r" {
  filter {
    criteria = §
    eq       = ["x"]
  }
}`
	return []breach{
		missing("accessanalyzer-unused-access-type", "configuration[0].unused_access[0].", "unused_access", fmt.Sprintf(analyzer, "§", ""), "ACCOUNT", "ACCOUNT_UNUSED_ACCESS", "an analyzer of type ACCOUNT doesn't look at unused access"),
		missing("accessanalyzer-unused-access-type", "configuration[0].unused_access[0].", "unused_access", strings.ReplaceAll(fmt.Sprintf(analyzer, "X", ""), `"X"`, "§"), "null", `"ORGANIZATION_UNUSED_ACCESS"`, "an analyzer of type ACCOUNT"),
		value("accessanalyzer-unused-access-age", "configuration[0].unused_access[0].unused_access_age", fmt.Sprintf(analyzer, "ACCOUNT_UNUSED_ACCESS", "unused_access_age = §"), "366", "365", "the age is 366 days"),
		value("accessanalyzer-unused-access-age", "configuration[0].unused_access[0].unused_access_age", fmt.Sprintf(analyzer, "ACCOUNT_UNUSED_ACCESS", "unused_access_age = §"), "0", "1", "the age is 0 days"),
		value("accessanalyzer-excluded-accounts", "configuration[0].unused_access[0].analysis_rule[0].exclusion[0].account_ids", fmt.Sprintf(analyzer, "ACCOUNT_UNUSED_ACCESS", exclusion), `["123456789012"]`, `[]`, "can't leave accounts out"),
		value("accessanalyzer-excluded-accounts", "configuration[0].unused_access[0].analysis_rule[0].exclusion[0].account_ids", fmt.Sprintf(analyzer, "ORGANIZATION_UNUSED_ACCESS", exclusion), list(2001, "%012d"), list(2000, "%012d"), "names 2001 accounts"),
		value("accessanalyzer-archive-rule-name", "rule_name", `resource "aws_accessanalyzer_archive_rule" "r" { rule_name = § }`, `"1rule"`, `"rule1"`, "starting with a letter"),
		value("accessanalyzer-archive-rule-name", "rule_name", `resource "aws_accessanalyzer_archive_rule" "r" { rule_name = § }`, quoted(256, "r"), quoted(255, "r"), "Write 1 to 255"),
		value("accessanalyzer-archive-criteria", "filter[0].criteria", criteria, `"status"`, `"principal.AWS"`, `can't filter by "status"`),
		value("accessanalyzer-archive-criteria", "filter[0].criteria", criteria, `"ResourceType"`, `"condition.aws:PrincipalArn"`, `can't filter by "ResourceType"`),
		value("accessanalyzer-archive-criteria-repeated", "filter[1].criteria", `resource "aws_accessanalyzer_archive_rule" "r" {
  filter {
    criteria = "resource"
    eq       = ["x"]
  }
  filter {
    criteria = §
    eq       = ["y"]
  }
}`, `"resource"`, `"resourceType"`, "Write one filter with all the values"),
		missing("accessanalyzer-archive-filter", "filter[0].eq", "filter", fmt.Sprintf(filter, "§"), "eq = []", `contains = [unknown]`, "Write eq, neq, contains or exists"),
		missing("accessanalyzer-archive-filter", "filter[0].eq", "filter", fmt.Sprintf(filter, "§"), "", `exists = "true"`, "Write eq, neq, contains or exists"),
		value("accessanalyzer-archive-exists", "filter[0].exists", fmt.Sprintf(filter, "exists = §"), `"1"`, `true`, `Write "true" or "false"`),
		value("accessanalyzer-archive-values", "filter[0].neq", fmt.Sprintf(filter, "neq = §"), list(21, "v%d"), list(20, "v%d"), "neq holds 21 values"),
		missing("accessanalyzer-archive-public", "filter", `resource "aws_accessanalyzer_archive_rule" "r"`, strings.ReplaceAll(strings.ReplaceAll(archivePublic, "§", `criteria = "resourceType"
    eq = ["AWS::S3::Bucket"]`), "\"ACCOUNT\"", "§"), `"ORGANIZATION"`, `"ACCOUNT_UNUSED_ACCESS"`, "nobody sees then"),
		missing("accessanalyzer-archive-public", "filter", `resource "aws_accessanalyzer_archive_rule" "r"`, archivePublic, `criteria = "findingType"
    eq = ["ExternalAccess"]`, `criteria = "error"
    exists = "true"`, "nobody sees then"),
		missing("accessanalyzer-archive-public", "filter", `resource "aws_accessanalyzer_archive_rule" "r"`, archivePublic, `criteria = "resource"
    contains = ["site"]`, `criteria = "isPublic"
    eq = ["false"]`, "also archives findings of public access"),
		missing("accessanalyzer-archive-public", "filter", `resource "aws_accessanalyzer_archive_rule" "r"`, archivePublic, `criteria = "isPublic"
    eq = ["true", "false"]`, `criteria = "isPublic"
    eq = [unknown]`, "nobody sees then"),
		missing("accessanalyzer-archive-public", "filter", `resource "aws_accessanalyzer_archive_rule" "r"`, archivePublic, `criteria = "principal.AWS"
    eq = ["*"]`, `criteria = "principal.AWS"
    eq = ["111122223333"]`, "criteria = \"principal.AWS\""),
	}
}

func kmsCases() []breach {
	alias := `resource "aws_kms_alias" "a" { name = § }`
	return []breach{
		value("kms-alias-name", "name", alias, `"alias/aws/acme"`, `"alias/acme/aws"`, "keys of AWS services"),
		value("kms-alias-name", "name", alias, `"alias/`+strings.Repeat("a", 251)+`"`, `"alias/`+strings.Repeat("a", 250)+`"`, "has 257 characters"),
		value("kms-alias-names-distinct", "name", `resource "aws_kms_alias" "a" { name = "alias/x" }
resource "aws_kms_alias" "b" { name = § }`, `"alias/x"`, `"alias/y"`, `aws_kms_alias.a has the name "alias/x" already`),
		missing("kms-key-rotation", "enable_key_rotation", "true", `resource "aws_kms_key" "k" {
  customer_master_key_spec = "§"
  enable_key_rotation      = true
}`, "RSA_4096", "SYMMETRIC_DEFAULT", "KMS doesn't rotate keys of spec RSA_4096"),
	}
}

func iamCases() []breach {
	path := `resource "aws_iam_role" "r" { path = § }`
	trust := `resource "aws_iam_role" "r" { assume_role_policy = § }`
	identity := `resource "aws_iam_role_policy" "p" { policy = § }`
	bucket := `resource "aws_s3_bucket_policy" "p" { policy = § }`
	const (
		goodTrust    = `jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "CloudTrail", Effect = "Allow", Principal = { Service = "cloudtrail.amazonaws.com" }, Action = "sts:AssumeRole" }] })`
		goodIdentity = `jsonencode({ Version = "2012-10-17", Statement = { Effect = "Allow", Action = ["logs:PutLogEvents"], Resource = "*" } })`
		goodBucket   = `jsonencode({ Statement = [{ Sid = "with blanks", Effect = "Deny", Principal = "*", Action = "s3:*", Resource = ["arn:aws:s3:::b", "arn:aws:s3:::b/*"], Condition = { Bool = { "aws:SecureTransport" = "false" } } }] })`
	)
	// change replaces one part of a good policy.
	change := func(rule, attr, config, good, old, new, says string) breach {
		bad := strings.Replace(good, old, new, 1)
		if bad == good {
			panic("nothing replaced in " + good)
		}
		return value(rule, attr, config, bad, good, says)
	}
	inTrust := func(old, new, says string) breach {
		return change("iam-role-trust-policy", "assume_role_policy", trust, goodTrust, old, new, says)
	}
	inIdentity := func(old, new, says string) breach {
		return change("iam-policy-document", "policy", identity, goodIdentity, old, new, says)
	}
	inBucket := func(old, new, says string) breach {
		return change("iam-resource-policy", "policy", bucket, goodBucket, old, new, says)
	}
	sized := func(n int) string {
		const frame = `{"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::"}}`
		text := strings.Replace(frame, ":::", ":::"+strings.Repeat("b", n-len(frame)), 1)
		return `"   ` + strings.ReplaceAll(text, `"`, `\"`) + `   "`
	}
	return []breach{
		value("iam-groups-per-user", "groups", `resource "aws_iam_user_group_membership" "m" { groups = § }`, `["`+strings.Join(strings.Split("abcdefghijk", ""), `", "`)+`"]`, `["`+strings.Join(strings.Split("abcdefghij", ""), `", "`)+`"]`, "the user is in 11 groups"),
		missing("iam-policies-per-principal", "policy_arn", `"p11"`, many(10, `resource "aws_iam_role_policy_attachment" "a%[1]d" { 
  role       = "r"
  policy_arn = "p%[1]d"
}`)+"resource \"aws_iam_role_policy_attachment\" \"b\" {\n  role       = §\n  policy_arn = \"p11\"\n}", `"R"`, `"s"`, "this is managed policy 11 of role r"),
		value("iam-path", "path", path, `"ops"`, `"/ops/"`, `Write "/ops/"`),
		value("iam-path", "path", path, `"/a b/"`, `"/"`, `isn't allowed`),
		value("iam-path", "path", path, `"/`+strings.Repeat("p", 511)+`/"`, `"/`+strings.Repeat("p", 510)+`/"`, `at most 512 characters`),
		value("iam-role-names-distinct", "name", `resource "aws_iam_role" "a" { name = "trail" }
resource "aws_iam_role" "b" { name = § }`, `"Trail"`, `"trail2"`, `aws_iam_role.a has the name "trail" already`),

		value("iam-role-trust-policy", "assume_role_policy", trust, `"{"`, goodTrust, "isn't a JSON object"),
		value("iam-role-trust-policy", "assume_role_policy", trust, `"[]"`, goodTrust, "it is a list"),
		value("iam-role-trust-policy", "assume_role_policy", trust, `""`, goodTrust, "it is empty"),
		value("iam-role-trust-policy", "assume_role_policy", trust, `"{}"`, goodTrust, "the policy has no Statement"),
		inTrust(`"2012-10-17"`, `"2099-01-01"`, "the Version 2099-01-01 isn't one of the policy language"),
		inTrust(`Version =`, `Foo = 1, Version =`, `a policy has no element "foo"`),
		inTrust(`"Allow"`, `"allow"`, "statement 1 has no Effect"),
		inTrust(`"CloudTrail"`, `"Cloud Trail"`, `statement 1 has the Sid "Cloud Trail"`),
		inTrust(`Principal = { Service = "cloudtrail.amazonaws.com" }, `, ``, `statement 1 has no Principal`),
		inTrust(`{ Service = "cloudtrail.amazonaws.com" }`, `"cloudtrail.amazonaws.com"`, `without its kind`),
		inTrust(`Service`, `Services`, `a principal of the unknown kind "Services"`),
		inTrust(`"sts:AssumeRole"`, `"iam:PassRole"`, `which a trust policy can't have`),
		inTrust(`"sts:AssumeRole"`, `"sts:AssumeRole", Resource = "*"`, `statement 1 has a Resource`),
		inTrust(`Action =`, `Actions = "x", Action =`, `has the unknown element "actions"`),

		inIdentity(`Effect = "Allow", `, ``, "has no Effect"),
		inIdentity(`["logs:PutLogEvents"]`, `["PutLogEvents"]`, `has the action "PutLogEvents"`),
		inIdentity(`["logs:PutLogEvents"]`, `[]`, `has no Action`),
		inIdentity(`Resource = "*"`, `Resource = "my-bucket/*"`, `has the resource "my-bucket/*"`),
		inIdentity(`, Resource = "*"`, ``, `has no Resource`),
		inIdentity(`Resource = "*"`, `Resource = "*", NotResource = "*"`, `has both Resource and NotResource`),
		inIdentity(`Resource = "*"`, `Resource = "*", Principal = "*"`, `has a Principal`),
		inIdentity(`Resource = "*"`, `Resource = "*", Condition = { StringEqual = { "aws:x" = "y" } }`, `the unknown condition operator "StringEqual"`),
		inIdentity(`Statement = {`, `Statement = "x", Id = {`, `the policy has no Statement`),
		inIdentity(`Statement = {`, `Statement = ["x"], Id = {`, `statement 1 isn't an object`),
		inIdentity(`Statement = {`, `Statement = [{ Sid = "A", Effect = "Allow", Action = "*", Resource = "*" }, { Sid = "A", Effect = "Allow", Action = "*", Resource = "*" }], Id = {`, `statement 2 repeats the Sid "A"`),

		inBucket(`Principal = "*", `, ``, `has no Principal`),
		inBucket(`"s3:*"`, `"s3:*", NotAction = "s3:GetObject"`, `has both Action and NotAction`),
		inBucket(`"arn:aws:s3:::b"`, `"arn:aws:b"`, `has the resource "arn:aws:b"`),
		inBucket(`Bool`, `Boolean`, `the unknown condition operator "Boolean"`),

		value("iam-policy-size", "policy", identity, sized(10241), sized(10240), "the policy has 10241 characters"),
		value("iam-policy-size", "policy", `resource "aws_iam_policy" "p" { policy = § }`, sized(6145), sized(6144), "Write at most 6144"),
	}
}

func iamDocumentCases() []breach {
	document := `data "aws_iam_policy_document" "d" {
  statement {
    %s
  }
}`
	statement := fmt.Sprintf(document, "actions = [\"s3:*\"]\n    resources = [\"*\"]\n    §")
	principals := "principals {\n type = \"AWS\"\n identifiers = [\"*\"]\n}"
	return []breach{
		{
			"iam-document-sid", "statement[0].sid", `"has blanks"`, `the Sid "has blanks"`,
			strings.ReplaceAll(statement, "§", `sid = "has blanks"`),
			strings.ReplaceAll(statement, "§", `sid = "has blanks"`+"\n"+principals),
		},
		value("iam-document-sid", "statement[0].sid", strings.ReplaceAll(statement, "§", "sid = §"), `"a-b"`, `"aB1"`, "Write letters and digits only"),
		value("iam-document-action", "statement[0].actions[1]", fmt.Sprintf(document, "resources = [\"*\"]\n    actions = §"), `["s3:Get*", "GetObject", unknown]`, `["s3:Get*", "*", unknown]`, `"GetObject" isn't an action`),
		value("iam-document-action", "statement[0].not_actions[0]", fmt.Sprintf(document, "resources = [\"*\"]\n    not_actions = §"), `["s3: Get"]`, `["s3:Get"]`, `isn't an action`),
		missing("iam-document-actions", "statement[0].not_actions", `["iam:*"]`, fmt.Sprintf(document, "resources = [\"*\"]\n    actions = §\n    not_actions = [\"iam:*\"]"), `["s3:*"]`, "[]", "both actions and not_actions"),
		missing("iam-document-actions", "statement[0].actions", "statement", fmt.Sprintf(document, "resources = [\"*\"]\n    §"), "", "actions = [unknown]", "the statement has no actions"),
		value("iam-document-resource", "statement[0].resources[0]", fmt.Sprintf(document, "actions = [\"s3:*\"]\n    resources = §"), `["my-bucket/*"]`, `["arn:aws:s3:::my-bucket/*"]`, "is neither an ARN nor *"),
		value("iam-document-resource", "statement[0].not_resources[0]", fmt.Sprintf(document, "actions = [\"s3:*\"]\n    not_resources = §"), `["arn:aws:s3"]`, `["arn:aws:iam::*:user/&{aws:username}"]`, "is neither an ARN nor *"),
		missing("iam-document-resources", "statement[0].not_resources", `["*"]`, fmt.Sprintf(document, "actions = [\"s3:*\"]\n    resources = §\n    not_resources = [\"*\"]"), `["*"]`, "null", "both resources and not_resources"),
		missing("iam-document-resources", "statement[0].resources", "statement", fmt.Sprintf(document, "actions = [\"sts:AssumeRole\"]\n    §"), "", principals, "neither a resource nor a principal"),
		value("iam-document-operator", "statement[0].condition[0].test", strings.ReplaceAll(statement, "§", "condition {\n test = §\n variable = \"aws:x\"\n values = []\n}"), `"StringEqual"`, `"ForAnyValue:StringLikeIfExists"`, `there is no condition operator "StringEqual"`),
		value("iam-document-operator", "statement[0].condition[0].test", strings.ReplaceAll(statement, "§", "condition {\n test = §\n variable = \"aws:x\"\n values = []\n}"), `"NullIfExists"`, `"Null"`, `there is no condition operator`),
		value("iam-document-principal", "statement[0].principals[0].type", strings.ReplaceAll(statement, "§", "principals {\n type = §\n identifiers = [\"*\"]\n}"), `"Services"`, `"Service"`, `there is no principal of type "Services"`),
	}
}

func organizationsCases() []breach {
	policy := func(attr string) string { return `resource "aws_organizations_policy" "p" { ` + attr + ` = § }` }
	size := `resource "aws_organizations_policy" "p" {
  type    = %s
  content = jsonencode({ a = "§" })
}`
	return []breach{
		value("organizations-policy-content", "content", policy("content"), `"Version: 1"`, `"{}"`, "no JSON object"),
		value("organizations-policy-content", "content", policy("content"), `"[]"`, `unknown`, "no JSON object"),
		{"organizations-policy-size", "content", `jsonencode({ a = "` + strings.Repeat("x", 5113) + `" })`, "has 5121 characters", strings.ReplaceAll(fmt.Sprintf(size, `"SERVICE_CONTROL_POLICY"`), "§", strings.Repeat("x", 5113)), strings.ReplaceAll(fmt.Sprintf(size, `"SERVICE_CONTROL_POLICY"`), "§", strings.Repeat("x", 5112))},
		{"organizations-policy-size", "content", `jsonencode({ a = "` + strings.Repeat("é", 5113) + `" })`, "has 5121 characters", strings.ReplaceAll(fmt.Sprintf(size, "null"), "§", strings.Repeat("é", 5113)), strings.ReplaceAll(fmt.Sprintf(size, `"TAG_POLICY"`), "§", strings.Repeat("é", 5113))},
		value("organizations-policy-name", "name", policy("name"), quoted(129, "n"), quoted(128, "n"), "has 129 characters"),
		value("organizations-policy-name", "description", policy("description"), quoted(513, "d"), quoted(512, "d"), "has 513 characters"),
		missing("organizations-policies-per-target", "target_id", `"r-ab12"`, many(5, `resource "aws_organizations_policy_attachment" "a%d" { target_id = "r-ab12" }`)+"resource \"aws_organizations_policy_attachment\" \"b\" { target_id = § }", `"r-ab12"`, `"ou-ab12-11111111"`, "this is policy 6 of r-ab12"),
		value("organizations-target", "target_id", `resource "aws_organizations_policy_attachment" "a" { target_id = § }`, `"prod"`, `"ou-ab12-11111111"`, `"prod" is no id`),
		value("organizations-target", "target_id", `resource "aws_organizations_policy_attachment" "a" { target_id = § }`, `"12345678901"`, `"123456789012"`, "Write an id"),
		value("organizations-root-features", "enabled_features[0]", `resource "aws_iam_organizations_features" "f" { enabled_features = § }`, `["RootSession"]`, `["RootSessions"]`, `no feature "RootSession"`),
	}
}
