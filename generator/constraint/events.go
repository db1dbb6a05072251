package constraint

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"plinth/generator/eventpattern"
)

const (
	eventPatternPage = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html"
	eventFieldsPage  = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html"
	putRulePage      = "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html"
	schedulePage     = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html"
	eventQuotasPage  = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html"
	transformerPage  = "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_InputTransformer.html"
)

// eventRules are about EventBridge.
func eventRules() []Rule {
	rule, target := []string{"aws_cloudwatch_event_rule"}, []string{"aws_cloudwatch_event_target"}
	return []Rule{
		{
			ID: "events-pattern", Summary: "Invalid event pattern", Source: eventPatternPage, Types: rule,
			each: func(r view, report report) {
				pattern := r.attr("event_pattern")
				s, ok := pattern.str()
				if !ok || s == "" {
					return
				}
				var e *eventpattern.Error
				if _, err := eventpattern.Parse(s); errors.As(err, &e) {
					what, write, _ := strings.Cut(e.Error(), "; ")
					report(pattern, what, upperFirst(write))
				}
			},
		},
		{
			ID: "events-pattern-field", Summary: "Field that no event has", Source: eventFieldsPage, Severity: hcl.DiagWarning, Types: rule,
			each: func(r view, report report) {
				pattern := r.attr("event_pattern")
				s, ok := pattern.str()
				if !ok {
					return
				}
				parsed, err := eventpattern.Parse(s)
				if err != nil {
					return
				}
				for _, field := range parsed.Fields() {
					if !slices.Contains(eventFields, field) {
						report(pattern, fmt.Sprintf("the pattern asks for %q, which no event has at its top, so that the rule never fires", field), "Write one of "+strings.Join(eventFields, ", ")+"; what a service says of itself is below detail")
					}
				}
			},
		},
		{
			ID: "events-pattern-size", Summary: "Event pattern too long", Source: eventQuotasPage, Types: rule,
			each: func(r view, report report) {
				pattern := r.attr("event_pattern")
				if s, ok := pattern.str(); ok && len(s) > 2048 {
					report(pattern, fmt.Sprintf("the pattern has %d characters", len(s)), "Write at most 2048, or split it into several rules")
				}
			},
		},
		{
			ID: "events-schedule", Summary: "Invalid schedule", Source: schedulePage, Types: rule,
			each: func(r view, report report) {
				schedule := r.attr("schedule_expression")
				s, ok := schedule.str()
				if !ok || s == "" {
					return
				}
				rate := ratePattern.FindStringSubmatch(s)
				switch {
				case rate != nil && (rate[1] == "1") == strings.HasSuffix(rate[2], "s"):
					report(schedule, fmt.Sprintf("the schedule %q counts wrongly", s), "Write rate(1 day), or rate(2 days): singular for 1, plural for the others")
				case rate == nil && !cronPattern.MatchString(s):
					report(schedule, fmt.Sprintf("the schedule is %q", s), "Write rate(12 hours), or cron(0 6 ? * MON *) with its six fields")
				}
			},
		},
		{
			ID: "events-rule-empty", Summary: "Rule that never fires", Source: putRulePage, Types: rule,
			each: func(r view, report report) {
				if r.attr("event_pattern").absent() && r.attr("schedule_expression").absent() {
					report(r.block("event_pattern"), "the rule has neither a pattern nor a schedule", "Write event_pattern or schedule_expression")
				}
			},
		},
		{
			ID: "events-input-paths", Summary: "Input transformer that doesn't fit", Source: transformerPage, Types: target,
			each: func(r view, report report) {
				for _, t := range r.blocks("input_transformer") {
					paths, template := t.attr("input_paths"), t.attr("input_template")
					s, ok := template.str()
					if !ok || !paths.known() || !paths.v.CanIterateElements() {
						continue
					}
					names := make(map[string]bool)
					for it := paths.v.ElementIterator(); it.Next(); {
						key, _ := it.Element()
						names[key.AsString()] = true
					}
					if len(names) > 100 {
						report(paths, fmt.Sprintf("the transformer has %d paths", len(names)), "Write at most 100")
					}
					for _, used := range placeholder.FindAllStringSubmatch(s, -1) {
						if !names[used[1]] && !strings.HasPrefix(used[1], "aws.events.") {
							report(template, fmt.Sprintf("the template reads <%s>, and there is no such path", used[1]), "Write one of "+strings.Join(slices.Sorted(maps.Keys(names)), ", "))
						}
					}
				}
			},
		},
		{
			ID: "events-targets-per-rule", Summary: "Too many targets of one rule", Source: eventQuotasPage, Types: target,
			all: func(rs []view, report report) {
				count := make(map[string]int)
				for _, r := range rs {
					name := r.attr("rule").text()
					if name == "" || !r.decided() {
						continue
					}
					key := r.provider() + " " + r.attr("event_bus_name").text() + " " + name
					if count[key]++; count[key] > 5 {
						report(r.attr("rule"), fmt.Sprintf("this is target %d of rule %q", count[key], name), "Write at most 5 for a rule, and another rule for the others")
					}
				}
			},
		},
	}
}

// eventFields are what each event has at its top; replay-name is there when an archive is replayed.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html
var eventFields = []string{"account", "detail", "detail-type", "id", "region", "replay-name", "resources", "source", "time", "version"}

var (
	ratePattern = regexp.MustCompile(`^rate\(([1-9][0-9]*) (minutes?|hours?|days?)\)$`)
	cronPattern = regexp.MustCompile(`^cron\([^ ()]+( [^ ()]+){5}\)$`)
	placeholder = regexp.MustCompile(`<([A-Za-z0-9_.-]+)>`)
)
