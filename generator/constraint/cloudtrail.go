package constraint

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
)

const (
	createTrailPage      = "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html"
	eventSelectorsPage   = "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html"
	fieldSelectorPage    = "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html"
	insightSelectorsPage = "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutInsightSelectors.html"
	cloudTrailLimitsPage = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html"
	trailBucketPage      = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html"
)

func cloudTrailRules() []Rule {
	trail := []string{"aws_cloudtrail"}
	return []Rule{
		{
			ID: "cloudtrail-name", Summary: "Invalid trail name", Source: createTrailPage, Types: trail,
			each: func(r view, report report) {
				name := r.attr("name")
				if s, ok := name.str(); ok {
					if why := trailNameProblem(s); why != "" {
						report(name, fmt.Sprintf("the name %q %s", s, why),
							`Write 3 to 128 letters, digits, ".", "_" or "-", starting and ending with a letter or digit and with no two of ".", "_", "-" side by side`)
					}
				}
			},
		},
		{
			ID: "cloudtrail-log-group-arn", Summary: "Log group ARN without \":*\"", Source: createTrailPage, Types: trail,
			each: func(r view, report report) {
				arn := r.attr("cloud_watch_logs_group_arn")
				if s, ok := arn.str(); ok && s != "" && !strings.HasSuffix(s, ":*") {
					report(arn, fmt.Sprintf("CloudTrail wants the log group's ARN with \":*\" at its end, found %q", s),
						fmt.Sprintf("Write %q", strings.TrimSuffix(s, ":")+":*"))
				}
			},
		},
		{
			ID: "cloudtrail-log-group-role", Summary: "Log group and role belong together", Source: createTrailPage, Types: trail,
			each: func(r view, report report) {
				group, role := r.attr("cloud_watch_logs_group_arn"), r.attr("cloud_watch_logs_role_arn")
				missing := func(a value) bool { s, ok := a.str(); return a.absent() || ok && s == "" }
				written := func(a value) bool { s, ok := a.str(); return a.set() && !(ok && s == "") }
				switch {
				case written(group) && missing(role):
					report(group, "a trail that sends to a log group needs a role for it", "Write cloud_watch_logs_role_arn as well")
				case written(role) && missing(group):
					report(role, "a trail with a role for CloudWatch Logs needs the log group", "Write cloud_watch_logs_group_arn as well")
				}
			},
		},
		{
			ID: "cloudtrail-global-events", Summary: "Multi-region trail without global events", Source: createTrailPage, Types: trail,
			each: func(r view, report report) {
				global := r.attr("include_global_service_events")
				if r.attr("is_multi_region_trail").is(true) && global.is(false) {
					report(global, "a trail of all regions always includes the events of global services", "Write include_global_service_events = true, or leave it out")
				}
			},
		},
		{
			ID: "cloudtrail-key-prefix", Summary: "Invalid key prefix of a trail", Source: createTrailPage, Types: trail,
			each: func(r view, report report) {
				prefix := r.attr("s3_key_prefix")
				s, ok := prefix.str()
				if n := utf8.RuneCountInString(s); ok && n > 200 {
					report(prefix, fmt.Sprintf("the prefix has %d characters", n), "Write at most 200")
				}
				if ok && strings.HasSuffix(s, "/") {
					report(prefix, fmt.Sprintf("the prefix %q ends with \"/\", which CloudTrail adds itself", s), fmt.Sprintf("Write %q", strings.TrimRight(s, "/")))
				}
			},
		},
		{
			// CreateTrail takes an alias and answers with the ARN of its key. That each later plan then shows a change follows
			// from this; it wasn't tried on AWS.
			ID: "cloudtrail-kms-alias", Summary: "Trail encrypted through an alias", Source: createTrailPage, Types: trail, Severity: hcl.DiagWarning,
			each: func(r view, report report) {
				key := r.attr("kms_key_id")
				if s, ok := key.str(); ok && isKMSAlias(s) {
					report(key, fmt.Sprintf("CloudTrail keeps the ARN of the key behind %q, so that later plans show a change", s), "Write the ARN of the key itself")
				}
			},
		},
		{
			ID: "cloudtrail-sns-topic-name", Summary: "SNS topic name of a trail too long", Source: createTrailPage, Types: trail,
			each: func(r view, report report) {
				topic := r.attr("sns_topic_name")
				if s, ok := topic.str(); ok && utf8.RuneCountInString(s) > 256 {
					report(topic, fmt.Sprintf("the topic's name or ARN has %d characters", utf8.RuneCountInString(s)), "Write at most 256")
				}
			},
		},
		{
			ID: "cloudtrail-selector-kinds", Summary: "Both kinds of event selectors", Source: eventSelectorsPage, Types: trail,
			each: func(r view, report report) {
				advanced := r.blocks("advanced_event_selector")
				if len(advanced) > 0 && len(r.blocks("event_selector")) > 0 {
					report(advanced[0].block(""), "a trail has either event selectors or advanced event selectors", "Write one kind: advanced_event_selector can say all that event_selector can")
				}
			},
		},
		{
			ID: "cloudtrail-event-selectors", Summary: "Too many event selectors", Source: cloudTrailLimitsPage, Types: trail,
			each: func(r view, report report) {
				if s := r.blocks("event_selector"); len(s) > 5 {
					report(s[5].block(""), fmt.Sprintf("the trail has %d event selectors", len(s)), "Write at most 5")
				}
			},
		},
		{
			ID: "cloudtrail-data-resources", Summary: "Too many data resources", Source: cloudTrailLimitsPage, Types: trail,
			each: func(r view, report report) {
				n := 0
				for _, s := range r.blocks("event_selector") {
					for _, d := range s.blocks("data_resource") {
						values := d.attr("values")
						before := n
						if n += values.distinct(); before <= 250 && n > 250 {
							report(values, fmt.Sprintf("the event selectors name %d data resources up to here", n), "Write at most 250 in all, or use advanced_event_selector")
						}
					}
				}
			},
		},
		{
			ID: "cloudtrail-advanced-values", Summary: "Too many values in advanced event selectors", Source: cloudTrailLimitsPage, Types: trail,
			each: func(r view, report report) {
				n := 0
				for _, s := range r.blocks("advanced_event_selector") {
					for _, f := range s.blocks("field_selector") {
						for _, op := range []string{"ends_with", "equals", "not_ends_with", "not_equals", "not_starts_with", "starts_with"} {
							values := f.attr(op)
							before := n
							if n += values.distinct(); before <= 500 && n > 500 {
								report(values, fmt.Sprintf("the advanced event selectors hold %d values up to here", n), "Write at most 500 in all")
							}
						}
					}
				}
			},
		},
		{
			ID: "cloudtrail-advanced-category", Summary: "Advanced event selector without eventCategory", Source: fieldSelectorPage, Types: trail,
			each: func(r view, report report) {
				for _, s := range r.blocks("advanced_event_selector") {
					if fields, sure := s.fields(); sure && fields["eventCategory"] == nil {
						report(s.block("field_selector"), "each advanced event selector says which category of events it selects",
							`Write a field_selector with field = "eventCategory" and equals = ["Management"] or ["Data"]`)
					}
				}
			},
		},
		{
			ID: "cloudtrail-advanced-resource-type", Summary: "Data event selector without resources.type", Source: fieldSelectorPage, Types: trail,
			each: func(r view, report report) {
				for _, s := range r.blocks("advanced_event_selector") {
					fields, sure := s.fields()
					if c := fields["eventCategory"]; sure && c != nil && slices.Equal(c.equals, []string{"Data"}) && fields["resources.type"] == nil {
						report(s.block("field_selector"), "a selector of data events says which type of resource it selects",
							`Write a field_selector with field = "resources.type", such as equals = ["AWS::S3::Object"]`)
					}
				}
			},
		},
		{
			ID: "cloudtrail-insights-events", Summary: "Insights without the events that they need", Source: insightSelectorsPage, Types: trail,
			each: func(r view, report report) {
				read, write, sure := r.managementEvents()
				if !sure {
					return
				}
				for _, s := range r.blocks("insight_selector") {
					kind := s.attr("insight_type")
					switch k, _ := kind.str(); {
					case k == "ApiCallRateInsight" && !write:
						report(kind, "ApiCallRateInsight needs a trail that logs management events that write", "Write an event selector that includes them, or leave this insight out")
					case k == "ApiErrorRateInsight" && !write && !read:
						report(kind, "ApiErrorRateInsight needs a trail that logs management events", "Write an event selector that includes them, or leave this insight out")
					}
				}
			},
		},
		{
			// The bucket and its trail are both made here, and nobody could have given the bucket its policy in between.
			ID: "cloudtrail-bucket-policy", Summary: "Trail bucket without a policy", Source: trailBucketPage,
			Types: []string{"aws_cloudtrail", "aws_s3_bucket", "aws_s3_bucket_policy"},
			all: func(rs []view, report report) {
				made := map[string]bool{}
				for _, r := range rs {
					switch r.res.Type {
					case "aws_s3_bucket_policy":
						return
					case "aws_s3_bucket":
						made[r.attr("bucket").text()] = r.decided() && r.attr("policy").absent()
					}
				}
				for _, r := range rs {
					bucket := r.attr("s3_bucket_name")
					if s, ok := bucket.str(); r.res.Type == "aws_cloudtrail" && r.decided() && ok && made[s] {
						report(bucket, fmt.Sprintf("the bucket %q has no policy, and a new bucket doesn't let CloudTrail write", s),
							"Write an aws_s3_bucket_policy that allows cloudtrail.amazonaws.com s3:GetBucketAcl and s3:PutObject, and let the trail depend on it")
					}
				}
			},
		},
		{
			ID: "cloudtrail-trails-per-region", Summary: "Too many trails in a region", Source: cloudTrailLimitsPage, Types: trail,
			all: func(rs []view, report report) {
				perGroup(rs, 5, view.provider, func(r view, n int) {
					report(r.attr("name"), fmt.Sprintf("this is trail %d of provider %s, and a region takes 5", n, r.provider()), "Write one trail with is_multi_region_trail = true in place of several")
				})
			},
		},
	}
}

var trailName = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

func trailNameProblem(s string) string {
	switch {
	case len(s) < 3 || len(s) > 128:
		return fmt.Sprintf("has %d characters", utf8.RuneCountInString(s))
	case !trailName.MatchString(s):
		return "has characters that a trail name can't have"
	case strings.ContainsRune("._-", rune(s[0])) || strings.ContainsRune("._-", rune(s[len(s)-1])):
		return `starts or ends with ".", "_" or "-"`
	case regexp.MustCompile(`[._-]{2}`).MatchString(s):
		return `has two of ".", "_", "-" side by side`
	case isIPv4(s):
		return "is an IP address"
	}
	return ""
}

func isIPv4(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is4()
}

// isKMSAlias says that a key is given by "alias/name" or by the ARN of an alias.
func isKMSAlias(s string) bool {
	return strings.HasPrefix(s, "alias/") || strings.HasPrefix(s, "arn:") && strings.Contains(s, ":alias/")
}

// field is a field_selector: its values for equals, and whether it has only those.
type field struct {
	equals []string
	only   bool
}

// fields are the field selectors of an advanced event selector; sure is false when one can't be judged.
func (v view) fields() (fields map[string]*field, sure bool) {
	if !v.complete() {
		return nil, false
	}
	fields = map[string]*field{}
	for _, f := range v.blocks("field_selector") {
		name, ok := f.attr("field").str()
		if !ok {
			return nil, false
		}
		equals := f.attr("equals")
		list, all := equals.strings()
		if !all && !equals.absent() {
			return nil, false
		}
		only := true
		for _, op := range []string{"ends_with", "not_ends_with", "not_equals", "not_starts_with", "starts_with"} {
			only = only && f.attr(op).absent()
		}
		fields[name] = &field{list, only}
	}
	return fields, true
}

// managementEvents says which management events a trail logs: that read, that write.
func (v view) managementEvents() (read, write, sure bool) {
	selectors, advanced := v.blocks("event_selector"), v.blocks("advanced_event_selector")
	if !v.complete() {
		return false, false, false
	}
	if len(selectors)+len(advanced) == 0 {
		return true, true, true
	}
	for _, s := range selectors {
		include, kind := s.attr("include_management_events"), s.attr("read_write_type")
		if !include.absent() && !include.known() || !kind.absent() && !kind.known() {
			return false, false, false
		}
		if include.is(false) {
			continue
		}
		read = read || kind.text() != "WriteOnly"
		write = write || kind.text() != "ReadOnly"
	}
	for _, s := range advanced {
		fields, ok := s.fields()
		if !ok {
			return false, false, false
		}
		if c := fields["eventCategory"]; c == nil || !slices.Contains(c.equals, "Management") {
			continue
		}
		ro := fields["readOnly"]
		switch {
		case ro == nil || !ro.only || len(ro.equals) != 1:
			read, write = true, true
		case ro.equals[0] == "true":
			read = true
		default:
			write = true
		}
	}
	return read, write, true
}
