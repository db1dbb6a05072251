// Package fires says which alarms and rules of an account fire on an event, and why the others don't.
//
// It knows the ways on which a CloudTrail record gets anywhere: through a trail's log group to a metric filter and from its metric to an alarm, and through
// the default event bus of the record's region to an EventBridge rule.
package fires

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"plinth/generator"
	"plinth/generator/constraint"
	"plinth/generator/eventpattern"
	"plinth/generator/filterpattern"
)

// Verdict is what an alarm or a rule does on an event.
type Verdict struct {
	// Kind is "alarm" for a CloudWatch alarm, "rule" for an EventBridge rule.
	Kind    string `json:"kind"`
	Name    string `json:"name"`
	Address string `json:"address"`
	Region  string `json:"region"`
	Fires   bool   `json:"fires"`
	// Events is how many such events within Seconds set an alarm off; 0 for a rule, which fires on each.
	Events  int `json:"events,omitempty"`
	Seconds int `json:"seconds,omitempty"`
	// Silent says that what fires tells nobody: an alarm without actions, a rule without targets.
	Silent bool `json:"silent,omitempty"`
	// Reasons are why it doesn't fire.
	Reasons []Reason `json:"reasons,omitempty"`
}

// Reason is one reason why an alarm or a rule doesn't fire.
type Reason struct {
	// Field and Want are of a pattern that the event doesn't match, Got is the event's value in JSON, empty if it has none.
	Field string   `json:"field,omitempty"`
	Want  []string `json:"want,omitempty"`
	Got   string   `json:"got,omitempty"`
	// Text is any other reason.
	Text string `json:"text,omitempty"`
}

// String names of many wanted values the first ones.
func (r Reason) String() string {
	const some = 3
	want := strings.Join(r.Want[:min(some, len(r.Want))], " or ")
	if more := len(r.Want) - some; more > 0 {
		want += fmt.Sprintf(" or %d others", more)
	}
	switch {
	case r.Text != "":
		return r.Text
	case r.Got == "":
		return fmt.Sprintf("%s is absent, wanted %s", r.Field, want)
	}
	return fmt.Sprintf("%s is %s, wanted %s", r.Field, r.Got, want)
}

// Watchers are the alarms and rules of an account.
type Watchers struct {
	alarms []*alarm
	rules  []*rule
	trails []*trail
}

// filter is a metric filter that an alarm listens to.
type filter struct {
	group   string
	pattern *filterpattern.Pattern
}

type alarm struct {
	verdict Verdict // of an event that fires
	filters []filter
	reasons []Reason // why it never fires
}

type rule struct {
	verdict  Verdict
	pattern  *eventpattern.Pattern
	readOnly bool // read-only management events get to it
	reasons  []Reason
}

// Of finds the alarms and rules in an account's files. A metric filter without an alarm, and a rule with a schedule alone, is none.
func Of(account *generator.Account) (*Watchers, error) {
	c, err := account.Configuration()
	if err != nil {
		return nil, err
	}
	w := &Watchers{}
	filters := make(map[string][]filter)
	targets := make(map[string]bool)
	for _, r := range c.Resources {
		switch r.Type {
		case "aws_cloudwatch_log_metric_filter":
			pattern, err := filterpattern.Parse(r.Body.Text("pattern"))
			if err != nil {
				return nil, fmt.Errorf("%s: %w", r.Address, err)
			}
			for _, metric := range r.Body.Blocks["metric_transformation"] {
				key := metricKey(r, metric, "name")
				filters[key] = append(filters[key], filter{r.Body.Text("log_group_name"), pattern})
			}
		case "aws_cloudwatch_event_target":
			targets[r.Provider+" "+r.Body.Text("rule")] = true
		case "aws_cloudtrail":
			w.trails = append(w.trails, newTrail(r, c.Regions[r.Provider]))
		}
	}
	for _, r := range c.Resources {
		region := c.Regions[r.Provider]
		switch r.Type {
		case "aws_cloudwatch_metric_alarm":
			if found := filters[metricKey(r, r.Body, "metric_name")]; len(found) > 0 {
				w.alarms = append(w.alarms, newAlarm(r, region, found))
			}
		case "aws_cloudwatch_event_rule":
			if r.Body.Text("event_pattern") == "" {
				continue
			}
			found, err := newRule(r, region, targets[r.Provider+" "+r.Body.Text("name")])
			if err != nil {
				return nil, err
			}
			w.rules = append(w.rules, found)
		}
	}
	return w, nil
}

func metricKey(r *constraint.Resource, body *constraint.Body, name string) string {
	return strings.Join([]string{r.Provider, body.Text("namespace"), body.Text(name)}, "\n")
}

func newAlarm(r *constraint.Resource, region string, filters []filter) *alarm {
	a := &alarm{verdict: Verdict{Kind: "alarm", Name: r.Body.Text("alarm_name"), Address: r.Address, Region: region, Fires: true, Events: 1}, filters: filters}
	if threshold, ok := number(r.Body, "threshold"); ok {
		switch r.Body.Text("comparison_operator") {
		case "GreaterThanOrEqualToThreshold":
			a.verdict.Events = max(1, int(math.Ceil(threshold)))
		case "GreaterThanThreshold":
			a.verdict.Events = max(1, int(math.Floor(threshold))+1)
		default:
			a.reasons = append(a.reasons, Reason{Text: "its comparison_operator is " + r.Body.Text("comparison_operator") + ", which events that come don't fulfil"})
		}
	}
	if seconds, ok := number(r.Body, "period"); ok {
		a.verdict.Seconds = int(seconds)
	}
	a.verdict.Silent = r.Body.Text("actions_enabled") == "false" || !r.Body.HasElements("alarm_actions")
	return a
}

func newRule(r *constraint.Resource, region string, hasTarget bool) (*rule, error) {
	pattern, err := eventpattern.Parse(r.Body.Text("event_pattern"))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.Address, err)
	}
	found := &rule{
		verdict: Verdict{Kind: "rule", Name: r.Body.Text("name"), Address: r.Address, Region: region, Fires: true, Silent: !hasTarget},
		pattern: pattern,
	}
	// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html#eb-service-events-management
	switch state := r.Body.Text("state"); state {
	case "", "ENABLED":
	case "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS":
		found.readOnly = true
	default:
		found.reasons = append(found.reasons, Reason{Text: "its state is " + state})
	}
	if r.Body.Text("is_enabled") == "false" {
		found.reasons = append(found.reasons, Reason{Text: "it is not enabled"})
	}
	if bus := r.Body.Text("event_bus_name"); bus != "" && bus != "default" {
		found.reasons = append(found.reasons, Reason{Text: "it listens to the event bus " + bus + ", and events of AWS services come to the default one"})
	}
	return found, nil
}

// On says what each alarm and rule does on an event: alarms first, each kind by name.
func (w *Watchers) On(e *Event) []Verdict {
	all := []Verdict{}
	for _, a := range w.alarms {
		all = append(all, a.verdict.with(append(slices.Clone(a.reasons), w.alarmReasons(a, e)...)))
	}
	for _, r := range w.rules {
		all = append(all, r.verdict.with(append(slices.Clone(r.reasons), r.on(e)...)))
	}
	slices.SortStableFunc(all, func(a, b Verdict) int {
		if a.Kind != b.Kind {
			return strings.Compare(a.Kind, b.Kind)
		}
		return strings.Compare(a.Name, b.Name)
	})
	return all
}

// with returns the verdict if there are reasons against it.
func (v Verdict) with(reasons []Reason) Verdict {
	if len(reasons) > 0 {
		v.Fires, v.Silent, v.Reasons = false, false, reasons
	}
	return v
}

// alarmReasons are why none of the alarm's filters counts an event.
func (w *Watchers) alarmReasons(a *alarm, e *Event) []Reason {
	if e.record == nil {
		return []Reason{{Text: "the event is no CloudTrail record, and only those are written to the log group"}}
	}
	var all []Reason
	for _, f := range a.filters {
		var reasons []Reason
		for _, m := range f.pattern.Mismatches(e.record) {
			reasons = append(reasons, Reason{Field: m.Selector, Want: m.Want, Got: m.Got})
		}
		if why := w.unrecorded(f.group, e); why != "" {
			reasons = append(reasons, Reason{Text: why})
		}
		if len(reasons) == 0 {
			return nil
		}
		all = append(all, reasons...)
	}
	return all
}

// unrecorded says why no trail writes an event to a log group; "" if one does, or if the spec has none for the group, so that one elsewhere must.
func (w *Watchers) unrecorded(group string, e *Event) string {
	why := ""
	for _, t := range w.trails {
		if t.group != group {
			continue
		}
		if why = t.leavesOut(e); why == "" {
			return ""
		}
	}
	return why
}

// on is why a rule doesn't fire.
func (r *rule) on(e *Event) []Reason {
	if e.envelope == nil {
		return []Reason{{Text: fmt.Sprintf("how EventBridge sends an event of type %q is not documented", e.Type)}}
	}
	var reasons []Reason
	if e.Region != r.verdict.Region {
		reasons = append(reasons, Reason{Text: fmt.Sprintf("it listens in %s, and the event comes in %s", r.verdict.Region, e.Region)})
	}
	if e.readOnly && !r.readOnly {
		reasons = append(reasons, Reason{Text: "the event is read-only, and only a rule in state ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS gets those"})
	}
	for _, m := range r.pattern.Mismatches(e.envelope) {
		reasons = append(reasons, Reason{Field: m.Field, Want: m.Want, Got: m.Got})
	}
	return reasons
}

func number(body *constraint.Body, name string) (float64, bool) {
	v, ok := body.Known(name)
	if !ok || v.Type() != cty.Number {
		return 0, false
	}
	n, _ := v.AsBigFloat().Float64()
	return n, true
}
