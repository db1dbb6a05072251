package constraint

import (
	"fmt"
	"regexp"
)

const (
	scheduleTypesPage  = "https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"
	flexibleWindowPage = "https://docs.aws.amazon.com/scheduler/latest/APIReference/API_FlexibleTimeWindow.html"
)

// schedulerRules are about EventBridge Scheduler.
func schedulerRules() []Rule {
	schedule := []string{"aws_scheduler_schedule"}
	return []Rule{
		{
			ID: "scheduler-expression", Summary: "Invalid schedule", Source: scheduleTypesPage, Types: schedule,
			each: func(r view, report report) {
				expression := r.attr("schedule_expression")
				if s, ok := expression.str(); ok && !schedulerPattern.MatchString(s) {
					report(expression, fmt.Sprintf("the schedule is %q", s), "Write rate(12 hours), cron(0 6 ? * MON *) with its six fields, or at(2030-01-31T06:00:00)")
				}
			},
		},
		{
			ID: "scheduler-flexible-window", Summary: "Flexible window without a length", Source: flexibleWindowPage, Types: schedule,
			each: func(r view, report report) {
				for _, window := range r.blocks("flexible_time_window") {
					minutes := window.attr("maximum_window_in_minutes")
					if window.attr("mode").text() != "FLEXIBLE" {
						continue
					}
					if n, ok := minutes.integer(); minutes.absent() || ok && (n < 1 || n > 1440) {
						report(minutes, "the window is FLEXIBLE and has no length that AWS takes", "Write maximum_window_in_minutes from 1 to 1440, or mode = \"OFF\"")
					}
				}
			},
		},
	}
}

var schedulerPattern = regexp.MustCompile(`^(rate\([1-9][0-9]* (minutes?|hours?|days?)\)|cron\([^ ()]+( [^ ()]+){5}\)|at\([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\))$`)
