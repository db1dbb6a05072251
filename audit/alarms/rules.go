package alarms

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"plinth/audit"
	"plinth/generator/eventpattern"
	"plinth/generator/filterpattern"
	"plinth/generator/policydoc"
)

const (
	toLogs      = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html"
	filters     = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html"
	alarmPage   = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html"
	confirming  = "https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.confirm.html"
	encryption  = "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"
	topicAccess = "https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html"
	rootEvents  = "https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html"
)

// Rules are what the state is judged by, sorted by ID.
func Rules() []audit.Rule {
	return []audit.Rule{
		{ID: "alarms-action", Severity: audit.High, Title: "An alarm tells nobody", Source: alarmPage, Remedy: "Give the alarm a topic in alarm_actions, and switch its actions on: root_activity_alarm and security_alarms have them from sns_email."},
		{ID: "alarms-filter", Severity: audit.High, Title: "A metric filter searches a log group that no trail delivers to", Source: filters, Remedy: "Point the filter at the trail's log group: metric_filter and security_alarms take it from log_group."},
		{ID: "alarms-key", Severity: audit.High, Title: "CloudWatch or EventBridge may not use a topic's key", Source: encryption, Remedy: "Encrypt the topic with a key of the account whose policy lets cloudwatch.amazonaws.com and events.amazonaws.com call kms:Decrypt and kms:GenerateDataKey*: sns_email: {kms: {create: true}}. AWS's own key alias/aws/sns can't."},
		{ID: "alarms-mailbox", Severity: audit.High, Title: "A topic sends to nobody", Source: confirming, Remedy: "Subscribe an address: sns_email.addresses."},
		{ID: "alarms-metric", Severity: audit.High, Title: "An alarm watches a metric that no filter counts", Source: filters, Remedy: "Let the alarm read the metric's name and namespace from its filter."},
		// Confirmation tokens are valid for two days: https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
		{ID: "alarms-pending", Severity: audit.High, Title: "A subscription is not confirmed", Source: confirming, Remedy: "Have the owner of the mailbox open the link in AWS's mail. It is good for two days; after that apply once more, so that AWS sends another."},
		{ID: "alarms-publish", Severity: audit.High, Title: "CloudWatch or EventBridge may not publish to a topic", Source: topicAccess, Remedy: "Let the topic's policy allow sns:Publish to cloudwatch.amazonaws.com and events.amazonaws.com."},
		{ID: "alarms-root", Severity: audit.Critical, Title: "Nobody is told of what root does", Source: rootEvents, Remedy: "Mend what else is found here; a way has to lead from a trail or from EventBridge to a confirmed mailbox."},
		{ID: "alarms-rule", Severity: audit.High, Title: "An EventBridge rule is switched off or tells nobody", Source: rootEvents, Remedy: "Switch the rule on, and give it a topic as its target: root_activity_event has both."},
		{ID: "alarms-trail", Severity: audit.High, Title: "A trail doesn't deliver to a log group", Source: toLogs, Remedy: "Let the trail log, and deliver to a log group that there is: cloudtrail with log_group."},
	}
}

// judge is the work on one state.
type judge struct {
	state    *State
	rules    map[string]audit.Rule
	findings []audit.Finding
}

// Judged is what came out.
type Judged struct {
	Findings []audit.Finding
	Alarms   int // alarms on metrics of filters, and rules that send to a topic
	Reaching int // of these, the ones whose way ends in a confirmed mailbox or other endpoint
}

// Judge follows the ways from trails and EventBridge to mailboxes. What is not in the state is not known: a topic or log group of elsewhere is taken to work, and said to be outside.
func (s *State) Judge() Judged {
	j := &judge{state: s, rules: audit.ByID(Rules())}
	groups := j.trails()
	topics := j.topics()
	out := Judged{}
	rootIsTold := false
	metrics := j.metrics(groups)
	for _, alarm := range s.byType["aws_cloudwatch_metric_alarm"] {
		if alarm.text("namespace") == "" || strings.HasPrefix(alarm.text("namespace"), "AWS/") {
			continue // an alarm on a metric of AWS's
		}
		out.Alarms++
		metric, known := metrics[metricKey(alarm.text("namespace"), alarm.text("metric_name"))]
		if !known {
			j.add("alarms-metric", alarm, "no filter of the state counts the metric that the alarm watches", "namespace", "metric_name")
		}
		reaches := j.actions(alarm, topics) && known && metric.fed
		if reaches {
			out.Reaching++
			rootIsTold = rootIsTold || metric.root
		}
	}
	for _, rule := range s.byType["aws_cloudwatch_event_rule"] {
		pattern, err := eventpattern.Parse(rule.text("event_pattern"))
		if err != nil {
			continue // it runs by a schedule
		}
		sends, reaches := j.targets(rule, topics)
		if !sends {
			continue // to something else than a topic
		}
		out.Alarms++
		if reaches {
			out.Reaching++
			rootIsTold = rootIsTold || pattern.Match(map[string]any{
				"source": "aws.iam", "detail-type": "AWS API Call via CloudTrail", "account": "123456789012", "region": "us-east-1", "detail": rootCall,
			})
		}
	}
	if !rootIsTold {
		rule := j.rules["alarms-root"]
		j.findings = append(j.findings, audit.Finding{
			ID: rule.ID, Rule: rule.ID, Severity: rule.Severity, Kind: "account", Subject: "root", Message: "no way leads from what root does to a confirmed mailbox",
			Evidence: []audit.Evidence{{Column: "alarms and rules", Value: fmt.Sprint(out.Alarms)}, {Column: "reach somebody", Value: fmt.Sprint(out.Reaching)}}, Remedy: rule.Remedy,
		})
	}
	audit.Sort(j.findings)
	out.Findings = j.findings
	return out
}

// rootCall is a record of CloudTrail of what root did.
var rootCall = map[string]any{
	"userIdentity": map[string]any{"type": "Root", "arn": "arn:aws:iam::123456789012:root", "accountId": "123456789012"},
	"eventSource":  "iam.amazonaws.com", "eventName": "CreateAccessKey", "eventType": "AwsApiCall", "awsRegion": "us-east-1", "readOnly": false, "managementEvent": true, "eventCategory": "Management",
}

// add makes a finding with attributes as evidence.
func (j *judge) add(id string, r resource, message string, attributes ...string) {
	rule := j.rules[id]
	f := audit.Finding{ID: rule.ID + ":" + r.address, Rule: rule.ID, Severity: rule.Severity, Kind: "resource", Subject: r.address, ARN: r.text("arn"), Message: message, Remedy: rule.Remedy, Evidence: []audit.Evidence{}}
	for _, name := range attributes {
		value := r.text(name)
		if list := r.texts(name); len(list) > 0 {
			value = strings.Join(list, ", ")
		}
		if value == "" {
			value = "(empty)"
		}
		f.Evidence = append(f.Evidence, audit.Evidence{Column: name, Value: value})
	}
	j.findings = append(j.findings, f)
}

// trails are the names of log groups that trails deliver to.
func (j *judge) trails() map[string]bool {
	groups := make(map[string]bool)
	for _, trail := range j.state.byType["aws_cloudtrail"] {
		arn := strings.TrimSuffix(trail.text("cloud_watch_logs_group_arn"), ":*")
		name := arn[strings.LastIndex(arn, ":")+1:]
		there := slices.ContainsFunc(j.state.byType["aws_cloudwatch_log_group"], func(g resource) bool { return g.text("arn") == arn || g.text("name") == name })
		switch {
		case trail.text("enable_logging") == "false":
			j.add("alarms-trail", trail, "the trail is stopped", "enable_logging")
		case arn == "":
			j.add("alarms-trail", trail, "the trail delivers to no log group", "cloud_watch_logs_group_arn")
		case trail.text("cloud_watch_logs_role_arn") == "":
			j.add("alarms-trail", trail, "the trail has no role to write to the log group with", "cloud_watch_logs_role_arn")
		case !there:
			j.add("alarms-trail", trail, "the log group that the trail delivers to isn't in the state", "cloud_watch_logs_group_arn")
			groups[name] = true // it may be somebody else's
		default:
			groups[name] = true
		}
	}
	return groups
}

// metric is what a filter counts.
type metric struct {
	fed  bool // by a trail
	root bool // it counts what root does
}

func metricKey(namespace, name string) string { return namespace + "\n" + name }

func (j *judge) metrics(groups map[string]bool) map[string]metric {
	metrics := make(map[string]metric)
	for _, filter := range j.state.byType["aws_cloudwatch_log_metric_filter"] {
		fed := groups[filter.text("log_group_name")]
		if !fed {
			j.add("alarms-filter", filter, "the filter searches a log group that no trail of the state delivers to", "log_group_name")
		}
		pattern, err := filterpattern.Parse(filter.text("pattern"))
		for _, t := range filter.blocks("metric_transformation") {
			key := metricKey(t.text("namespace"), t.text("name"))
			m := metrics[key]
			m.fed = m.fed || fed
			m.root = m.root || fed && err == nil && pattern.Match(rootCall)
			metrics[key] = m
		}
	}
	return metrics
}

// topic is where notifications go.
type topic struct {
	resource
	reaches bool // a confirmed endpoint
	refuses map[string]bool
}

// The services that publish.
const (
	cloudwatch = "cloudwatch.amazonaws.com"
	events     = "events.amazonaws.com"
)

// topics are the topics by ARN, with what keeps them from sending.
func (j *judge) topics() map[string]*topic {
	topics := make(map[string]*topic)
	for _, t := range j.state.byType["aws_sns_topic"] {
		topics[t.text("arn")] = &topic{resource: t, refuses: make(map[string]bool)}
	}
	subscribed := make(map[string]bool)
	for _, s := range j.state.byType["aws_sns_topic_subscription"] {
		arn := s.text("topic_arn")
		subscribed[arn] = true
		if s.text("pending_confirmation") == "true" || s.text("arn") == "PendingConfirmation" {
			j.add("alarms-pending", s, "the subscription waits to be confirmed", "protocol", "endpoint", "pending_confirmation")
			continue
		}
		if topics[arn] != nil {
			topics[arn].reaches = true
		}
	}
	policies := make(map[string]string)
	for _, p := range j.state.byType["aws_sns_topic_policy"] {
		policies[p.text("arn")] = p.text("policy")
	}
	for _, arn := range slices.Sorted(maps.Keys(topics)) {
		t := topics[arn]
		used := j.publishers(arn)
		if len(used) == 0 {
			continue // nothing here publishes to it
		}
		if !subscribed[arn] {
			j.add("alarms-mailbox", t.resource, "nobody is subscribed to the topic", "arn")
		}
		policy := policies[arn]
		if policy == "" {
			policy = t.text("policy")
		}
		for _, service := range used {
			if !allows(policy, policydoc.Request{Type: "Service", ID: service, Action: "sns:Publish", Resource: arn, Context: j.context(arn, service)}) {
				t.refuses[service] = true
				j.add("alarms-publish", t.resource, "its policy doesn't let "+service+" publish", "arn")
			}
			if !j.keyAllows(t, service) {
				t.refuses[service] = true
				j.add("alarms-key", t.resource, "its key doesn't let "+service+" encrypt what it publishes", "kms_master_key_id")
			}
		}
	}
	return topics
}

// context are the condition keys of what a service of the topic's account publishes: for each of the alarms and rules that publish, the conditions of policies name either all of them or an account.
func (j *judge) context(arn, service string) map[string][]string {
	parts := strings.Split(arn, ":")
	account := ""
	if len(parts) > 4 {
		account = parts[4]
	}
	source := ""
	for _, typ := range map[string][]string{cloudwatch: {"aws_cloudwatch_metric_alarm"}, events: {"aws_cloudwatch_event_rule"}}[service] {
		for _, r := range j.state.byType[typ] {
			if source == "" && (service == events && j.sendsTo(r, arn) || service == cloudwatch && slices.Contains(r.texts("alarm_actions"), arn)) {
				source = r.text("arn")
			}
		}
	}
	return map[string][]string{"aws:SourceAccount": {account}, "aws:SourceOwner": {account}, "aws:SourceArn": {source}}
}

// publishers are the services whose alarms and rules send to a topic.
func (j *judge) publishers(arn string) []string {
	var all []string
	if slices.ContainsFunc(j.state.byType["aws_cloudwatch_metric_alarm"], func(a resource) bool { return slices.Contains(a.texts("alarm_actions"), arn) }) {
		all = append(all, cloudwatch)
	}
	if slices.ContainsFunc(j.state.byType["aws_cloudwatch_event_rule"], func(r resource) bool { return j.sendsTo(r, arn) }) {
		all = append(all, events)
	}
	return all
}

func (j *judge) sendsTo(rule resource, arn string) bool {
	return slices.ContainsFunc(j.state.byType["aws_cloudwatch_event_target"], func(t resource) bool { return t.text("rule") == rule.text("name") && t.text("arn") == arn })
}

// allows tells whether a policy lets a request through; one that can't be read, or isn't in the state, is taken to.
func allows(policy string, request policydoc.Request) bool {
	if policy == "" {
		return true
	}
	parsed, err := policydoc.Parse(policy)
	return err != nil || parsed.Evaluate(request) == policydoc.Allow
}

// keyAllows tells whether a service may use the topic's key. A key that isn't in the state is taken to let it.
func (j *judge) keyAllows(t *topic, service string) bool {
	id := t.text("kms_master_key_id")
	switch {
	case id == "":
		return true
	case id == "alias/aws/sns" || strings.HasSuffix(id, ":alias/aws/sns"):
		return false
	}
	for _, key := range j.state.byType["aws_kms_key"] {
		if id != key.text("arn") && id != key.text("key_id") && id != key.text("id") {
			continue
		}
		for _, action := range []string{"kms:Decrypt", "kms:GenerateDataKey"} {
			if !allows(key.text("policy"), policydoc.Request{Type: "Service", ID: service, Action: action, Resource: key.text("arn"), Context: j.context(t.text("arn"), service)}) {
				return false
			}
		}
	}
	return true
}

// actions tells whether an alarm's way ends at a mailbox, and says where it doesn't.
func (j *judge) actions(alarm resource, topics map[string]*topic) bool {
	switch {
	case alarm.text("actions_enabled") == "false":
		j.add("alarms-action", alarm, "the alarm's actions are switched off", "actions_enabled")
		return false
	case len(alarm.texts("alarm_actions")) == 0:
		j.add("alarms-action", alarm, "the alarm has no action", "alarm_actions")
		return false
	}
	return slices.ContainsFunc(alarm.texts("alarm_actions"), func(arn string) bool { return reaches(topics[arn], cloudwatch) })
}

// reaches tells whether what a service publishes to a topic arrives; one of elsewhere is taken to.
func reaches(t *topic, service string) bool { return t == nil || t.reaches && !t.refuses[service] }

// targets tells whether a rule sends to a topic at all, and whether its way ends at a mailbox.
func (j *judge) targets(rule resource, topics map[string]*topic) (sends, reached bool) {
	targets := 0
	for _, t := range j.state.byType["aws_cloudwatch_event_target"] {
		if t.text("rule") != rule.text("name") {
			continue
		}
		targets++
		if strings.Contains(t.text("arn"), ":sns:") {
			sends = true
			reached = reached || reaches(topics[t.text("arn")], events)
		}
	}
	switch {
	case targets == 0:
		j.add("alarms-rule", rule, "the rule has no target", "name")
		return true, false
	case rule.text("state") == "DISABLED":
		j.add("alarms-rule", rule, "the rule is switched off", "state")
		return sends, false
	}
	return sends, reached
}
