package constraint

import (
	"fmt"
	"unicode/utf8"
)

const putMetricAlarmPage = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"

func cloudWatchRules() []Rule {
	alarm := []string{"aws_cloudwatch_metric_alarm"}
	return []Rule{
		{
			ID: "cloudwatch-alarm-name", Summary: "Invalid alarm name", Source: putMetricAlarmPage, Types: alarm,
			each: func(r view, report report) {
				name := r.attr("alarm_name")
				if s, ok := name.str(); ok {
					if n := utf8.RuneCountInString(s); n < 1 || n > 255 {
						report(name, fmt.Sprintf("the alarm's name has %d characters", n), "Write 1 to 255")
					}
				}
			},
		},
		{
			ID: "cloudwatch-alarm-names-distinct", Summary: "Two alarms with one name", Source: putMetricAlarmPage, Types: alarm,
			all: func(rs []view, report report) {
				repeated(rs, namedIn("alarm_name"), func(r, first view) {
					name := r.attr("alarm_name")
					report(name, fmt.Sprintf("%s has the name %q already, and the later one replaces the earlier", first.res.Address, name.text()), "Write another name")
				})
			},
		},
		{
			ID: "cloudwatch-alarm-description", Summary: "Alarm description too long", Source: putMetricAlarmPage, Types: alarm,
			each: func(r view, report report) {
				text := r.attr("alarm_description")
				if n := utf8.RuneCountInString(text.text()); n > 1024 {
					report(text, fmt.Sprintf("the description has %d characters", n), "Write at most 1024")
				}
			},
		},
		{
			ID: "cloudwatch-alarm-datapoints", Summary: "More datapoints than periods", Source: putMetricAlarmPage, Types: alarm,
			each: func(r view, report report) {
				points := r.attr("datapoints_to_alarm")
				m, ok := points.integer()
				n, known := r.attr("evaluation_periods").integer()
				if ok && known && m > n {
					report(points, fmt.Sprintf("the alarm looks at %d periods and waits for %d breaching datapoints, so it can never fire", n, m), fmt.Sprintf("Write at most %d, or raise evaluation_periods", n))
				}
			},
		},
		{
			ID: "cloudwatch-alarm-actions", Summary: "Too many alarm actions", Source: putMetricAlarmPage, Types: alarm,
			each: func(r view, report report) {
				for _, list := range []string{"alarm_actions", "insufficient_data_actions", "ok_actions"} {
					actions := r.attr(list)
					if n := actions.distinct(); n > 5 {
						report(actions, fmt.Sprintf("%s holds %d actions", list, n), "Write at most 5; one SNS topic can reach many subscribers")
					}
				}
			},
		},
		{
			ID: "cloudwatch-alarm-period", Summary: "Invalid period of an alarm", Source: putMetricAlarmPage, Types: alarm,
			each: func(r view, report report) {
				for _, period := range periods(r) {
					if n, ok := period.integer(); ok && n != 10 && n != 20 && n != 30 && (n < 60 || n%60 != 0) {
						report(period, fmt.Sprintf("the period is %d seconds", n), "Write 10, 20, 30 or a multiple of 60")
					}
				}
			},
		},
		{
			ID: "cloudwatch-alarm-window", Summary: "Alarm looks back too far", Source: putMetricAlarmPage, Types: alarm,
			each: func(r view, report report) {
				n, ok := r.attr("evaluation_periods").integer()
				if !ok {
					return
				}
				for _, period := range periods(r) {
					p, ok := period.integer()
					limit, word := int64(604800), "7 days"
					if p < 3600 {
						limit, word = 86400, "1 day, as the period is shorter than an hour"
					}
					if ok && p > 0 && n > limit/p {
						report(r.attr("evaluation_periods"), fmt.Sprintf("%d periods of %d seconds are more than the alarm may look back", n, p), fmt.Sprintf("Write at most %d, that is %s", limit/p, word))
						return
					}
				}
			},
		},
	}
}

// periods are the periods of an alarm, in seconds: its own, or those of its metrics.
func periods(r view) []value {
	all := []value{r.attr("period")}
	for _, q := range r.blocks("metric_query") {
		all = append(all, q.attr("period"))
		for _, m := range q.blocks("metric") {
			all = append(all, m.attr("period"))
		}
	}
	return all
}
