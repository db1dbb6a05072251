package constraint

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"plinth/generator/filterpattern"
)

const (
	createLogGroupPage       = "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html"
	putMetricFilterPage      = "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html"
	metricTransformationPage = "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html"
	filterPatternPage        = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html"
	metricFiltersPage        = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html"
	logsQuotasPage           = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html"
	metricConceptsPage       = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html"
	filterDimensionsPage     = "https://github.com/hashicorp/terraform-provider-aws/issues/28881"
)

func logsRules() []Rule {
	group, filter := []string{"aws_cloudwatch_log_group"}, []string{"aws_cloudwatch_log_metric_filter"}
	return []Rule{
		{
			ID: "logs-group-name", Summary: "Invalid log group name", Source: createLogGroupPage, Types: group,
			each: func(r view, report report) {
				name := r.attr("name")
				s, ok := name.str()
				switch {
				case !ok || s == "":
				case len(s) > 512:
					report(name, fmt.Sprintf("the name has %d characters", utf8.RuneCountInString(s)), "Write at most 512")
				case !logGroupName.MatchString(s):
					report(name, fmt.Sprintf("the name %q has characters that a log group's name can't have", s), `Write letters, digits and any of ".-_/#"`)
				case strings.HasPrefix(s, "aws/"):
					report(name, fmt.Sprintf("the name %q starts with \"aws/\", which AWS reserves", s), fmt.Sprintf("Write %q or another name", "/"+s))
				}
			},
		},
		{
			ID: "logs-group-names-distinct", Summary: "Two log groups with one name", Source: createLogGroupPage, Types: group,
			all: func(rs []view, report report) {
				repeated(rs, namedIn("name"), func(r, first view) {
					name := r.attr("name")
					report(name, fmt.Sprintf("%s has the name %q already", first.res.Address, name.text()), "Write another name")
				})
			},
		},
		{
			ID: "logs-group-kms-key", Summary: "Log group key isn't a key ARN", Source: createLogGroupPage, Types: group,
			each: func(r view, report report) {
				key := r.attr("kms_key_id")
				if s, ok := key.str(); ok && s != "" && (!strings.HasPrefix(s, "arn:") || isKMSAlias(s)) {
					report(key, fmt.Sprintf("CloudWatch Logs takes only the ARN of a key, found %q", s), "Write the ARN of the key, arn:<partition>:kms:<region>:<account>:key/<id>")
				}
			},
		},
		{
			ID: "logs-filter-name", Summary: "Invalid metric filter name", Source: putMetricFilterPage, Types: filter,
			each: func(r view, report report) {
				name := r.attr("name")
				s, ok := name.str()
				switch n := utf8.RuneCountInString(s); {
				case ok && (n < 1 || n > 512):
					report(name, fmt.Sprintf("the name has %d characters", n), "Write 1 to 512")
				case strings.ContainsAny(s, ":*"):
					report(name, fmt.Sprintf("the name %q has \":\" or \"*\"", s), "Leave those characters out")
				}
			},
		},
		{
			ID: "logs-filter-names-distinct", Summary: "Two metric filters with one name", Source: putMetricFilterPage, Types: filter,
			all: func(rs []view, report report) {
				repeated(rs, func(r view) string {
					if g := logGroup(r); g != "" && r.attr("name").text() != "" {
						return g + "\x00" + r.attr("name").text()
					}
					return ""
				}, func(r, first view) {
					name := r.attr("name")
					report(name, fmt.Sprintf("%s has the name %q in the same log group, and the later one replaces the earlier", first.res.Address, name.text()), "Write another name")
				})
			},
		},
		{
			ID: "logs-filter-pattern", Summary: "Invalid filter pattern", Source: filterPatternPage, Types: filter,
			each: func(r view, report report) {
				pattern := r.attr("pattern")
				s, ok := pattern.str()
				if !ok {
					return
				}
				var e *filterpattern.Error
				if err := filterpattern.Validate(s); errors.As(err, &e) {
					what, write, _ := strings.Cut(e.Message, "; ")
					if write == "" {
						write = "write a pattern that CloudWatch Logs can read"
					}
					report(pattern, fmt.Sprintf("at character %d of the pattern: %s", utf8.RuneCountInString(s[:e.Offset])+1, what), upperFirst(write))
				}
			},
		},
		{
			ID: "logs-filter-metric-name", Summary: "Invalid metric name or namespace", Source: metricTransformationPage, Types: filter,
			each: func(r view, report report) {
				for _, t := range r.blocks("metric_transformation") {
					for _, arg := range []string{"name", "namespace"} {
						name := t.attr(arg)
						s, ok := name.str()
						switch n := utf8.RuneCountInString(s); {
						case ok && (n < 1 || n > 255):
							report(name, fmt.Sprintf("the metric's %s has %d characters", arg, n), "Write 1 to 255")
						case strings.ContainsAny(s, ":*$"):
							report(name, fmt.Sprintf("the metric's %s %q has \":\", \"*\" or \"$\"", arg, s), "Leave those characters out")
						}
					}
				}
			},
		},
		{
			ID: "logs-filter-namespace", Summary: "Metric namespace of AWS", Source: metricConceptsPage, Types: filter,
			each: func(r view, report report) {
				for _, t := range r.blocks("metric_transformation") {
					namespace := t.attr("namespace")
					if s, ok := namespace.str(); ok && strings.HasPrefix(s, "AWS/") {
						report(namespace, fmt.Sprintf("the namespace %q starts with \"AWS/\", which AWS reserves for its own metrics", s), "Write a namespace of your own")
					}
				}
			},
		},
		{
			ID: "logs-filter-value", Summary: "Metric value too long", Source: metricTransformationPage, Types: filter,
			each: func(r view, report report) {
				for _, t := range r.blocks("metric_transformation") {
					v := t.attr("value")
					if s, ok := v.str(); ok && utf8.RuneCountInString(s) > 100 {
						report(v, fmt.Sprintf("the metric's value has %d characters", utf8.RuneCountInString(s)), "Write at most 100")
					}
				}
			},
		},
		{
			ID: "logs-filter-dimensions", Summary: "Too many dimensions", Source: metricTransformationPage, Types: filter,
			each: func(r view, report report) {
				for _, t := range r.blocks("metric_transformation") {
					if d := t.attr("dimensions"); d.known() && isMap(d) && d.v.LengthInt() > 3 {
						report(d, fmt.Sprintf("the metric has %d dimensions", d.v.LengthInt()), "Write at most 3")
					}
				}
			},
		},
		{
			ID: "logs-filter-default-value", Summary: "Default value together with dimensions", Source: metricFiltersPage, Types: filter,
			each: func(r view, report report) {
				for _, t := range r.blocks("metric_transformation") {
					d, v := t.attr("dimensions"), t.attr("default_value")
					if s, known := v.str(); d.known() && isMap(d) && d.v.LengthInt() > 0 && v.set() && !(known && s == "") {
						report(v, "a metric with dimensions can't have a default value", "Leave default_value or dimensions out")
					}
				}
			},
		},
		{
			ID: "logs-filter-dimensions-pattern", Summary: "Dimensions need a pattern with fields", Source: filterDimensionsPage, Types: filter,
			each: func(r view, report report) {
				s, ok := r.attr("pattern").str()
				if k := filterpattern.KindOf(s); !ok || k == filterpattern.JSON || k == filterpattern.SpaceDelimited {
					return
				}
				for _, t := range r.blocks("metric_transformation") {
					if d := t.attr("dimensions"); d.known() && isMap(d) && d.v.LengthInt() > 0 {
						report(d, fmt.Sprintf("a %s has no fields that dimensions could be taken from", filterpattern.KindOf(s)), "Leave dimensions out, or write a JSON or space-delimited pattern")
					}
				}
			},
		},
		{
			ID: "logs-filters-per-group", Summary: "Too many metric filters in a log group", Source: logsQuotasPage, Types: filter,
			all: func(rs []view, report report) {
				perGroup(rs, 100, logGroup, func(r view, n int) {
					report(r.attr("log_group_name"), fmt.Sprintf("this is metric filter %d of log group %q", n, r.attr("log_group_name").text()), "Write at most 100 in a log group: join patterns with \"||\"")
				})
			},
		},
		{
			ID: "logs-regex-filters-per-group", Summary: "Too many patterns with regular expressions in a log group", Source: filterPatternPage, Types: filter,
			all: func(rs []view, report report) {
				perGroup(rs, 5, func(r view) string {
					if p, err := filterpattern.Parse(r.attr("pattern").text()); err == nil && p.Regexps() > 0 {
						return logGroup(r)
					}
					return ""
				}, func(r view, n int) {
					report(r.attr("pattern"), fmt.Sprintf("this is pattern %d with a regular expression of log group %q", n, r.attr("log_group_name").text()), "Write at most 5 in a log group: use * at the start or end of a value where that is enough")
				})
			},
		},
	}
}

var logGroupName = regexp.MustCompile(`^[.\-_/#A-Za-z0-9]+$`)

// logGroup names the log group of a metric filter, within its region; empty when it isn't known.
func logGroup(r view) string { return namedIn("log_group_name")(r) }

// namedIn returns a key made of a resource's region and one of its arguments; empty when that isn't known.
func namedIn(attr string) func(view) string {
	return func(r view) string {
		s := r.attr(attr).text()
		if s == "" {
			return ""
		}
		return r.provider() + "\x00" + s
	}
}

func isMap(a value) bool { return a.v.Type().IsMapType() || a.v.Type().IsObjectType() }

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
