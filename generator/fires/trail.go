package fires

import (
	"fmt"
	"slices"
	"strings"

	"plinth/generator/constraint"
)

// trail is a trail with the log group that it writes to.
type trail struct {
	name, region, group string
	multiRegion         bool
	global              bool // events of global services
	insights            bool
	management          bool // of basic selectors
	readWrite           string
	advanced            []*constraint.Body
}

func newTrail(r *constraint.Resource, region string) *trail {
	t := &trail{
		name: r.Body.Text("name"), region: region, multiRegion: r.Body.Text("is_multi_region_trail") == "true", global: r.Body.Text("include_global_service_events") != "false",
		insights: len(r.Body.Blocks["insight_selector"]) > 0, management: true, readWrite: "All", advanced: r.Body.Blocks["advanced_event_selector"],
	}
	// arn:<partition>:logs:<region>:<account>:log-group:<name>:*
	if parts := strings.SplitN(r.Body.Text("cloud_watch_logs_group_arn"), ":", 8); len(parts) == 8 {
		t.group = parts[6]
	}
	for _, selector := range r.Body.Blocks["event_selector"] {
		t.management = selector.Text("include_management_events") != "false"
		if kind := selector.Text("read_write_type"); kind != "" {
			t.readWrite = kind
		}
	}
	return t
}

// leavesOut says why a trail doesn't record an event; "" if it does.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html
func (t *trail) leavesOut(e *Event) string {
	if !t.multiRegion && e.Region != t.region {
		return fmt.Sprintf("trail %s records %s alone, and the event is of %s", t.name, t.region, e.Region)
	}
	category := str(e.record["eventCategory"])
	if category == "" {
		category = "Management"
		if management, ok := e.record["managementEvent"].(bool); ok && !management {
			category = "Data"
		}
	}
	switch {
	case category == "Insight":
		if !t.insights {
			return fmt.Sprintf("trail %s has no insights switched on", t.name)
		}
		return ""
	case len(t.advanced) > 0:
		for _, selector := range t.advanced {
			if selects(selector, category, e) {
				return ""
			}
		}
	case category == "Management" && t.management:
		if t.readWrite == "All" || e.readOnly == (t.readWrite == "ReadOnly") {
			return ""
		}
	}
	return fmt.Sprintf("none of the event selectors of trail %s takes it: a %s event", t.name, strings.ToLower(category))
}

// selects says whether an advanced event selector takes an event: each of its fields must.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
func selects(selector *constraint.Body, category string, e *Event) bool {
	for _, field := range selector.Blocks["field_selector"] {
		values := fieldValues(field.Text("field"), category, e)
		for _, operator := range []struct {
			positive, negative string
			holds              func(value, operand string) bool
		}{
			{"equals", "not_equals", func(value, operand string) bool { return value == operand }},
			{"starts_with", "not_starts_with", strings.HasPrefix},
			{"ends_with", "not_ends_with", strings.HasSuffix},
		} {
			holds := func(operand string) bool {
				return slices.ContainsFunc(values, func(value string) bool { return operator.holds(value, operand) })
			}
			if wanted := field.Texts(operator.positive); len(wanted) > 0 && !slices.ContainsFunc(wanted, holds) {
				return false
			}
			if slices.ContainsFunc(field.Texts(operator.negative), holds) {
				return false
			}
		}
	}
	return true
}

// fieldValues are what a record has for a field of a selector.
func fieldValues(field, category string, e *Event) []string {
	var key string
	switch field {
	case "eventCategory":
		return []string{category}
	case "readOnly":
		return []string{fmt.Sprint(e.readOnly)}
	case "resources.type":
		key = "type"
	case "resources.ARN":
		key = "ARN"
	case "userIdentity.arn":
		return []string{e.User}
	default:
		return []string{str(e.record[field])}
	}
	var all []string
	resources, _ := e.record["resources"].([]any)
	for _, resource := range resources {
		if fields, ok := resource.(map[string]any); ok {
			all = append(all, str(fields[key]))
		}
	}
	return all
}
