package collect

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cloudwatchtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

// Logs is what is called of CloudWatch Logs in a region.
type Logs interface {
	DescribeLogGroups(context.Context, *cloudwatchlogs.DescribeLogGroupsInput, ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.DescribeLogGroupsOutput, error)
	DescribeMetricFilters(context.Context, *cloudwatchlogs.DescribeMetricFiltersInput, ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.DescribeMetricFiltersOutput, error)
}

// Watch is what is called of CloudWatch in a region.
type Watch interface {
	DescribeAlarms(context.Context, *cloudwatch.DescribeAlarmsInput, ...func(*cloudwatch.Options)) (*cloudwatch.DescribeAlarmsOutput, error)
}

// Topics is what is called of SNS in a region.
type Topics interface {
	ListTopics(context.Context, *sns.ListTopicsInput, ...func(*sns.Options)) (*sns.ListTopicsOutput, error)
	GetTopicAttributes(context.Context, *sns.GetTopicAttributesInput, ...func(*sns.Options)) (*sns.GetTopicAttributesOutput, error)
	ListSubscriptions(context.Context, *sns.ListSubscriptionsInput, ...func(*sns.Options)) (*sns.ListSubscriptionsOutput, error)
}

// Keys is what is called of KMS in a region.
type Keys interface {
	DescribeKey(context.Context, *kms.DescribeKeyInput, ...func(*kms.Options)) (*kms.DescribeKeyOutput, error)
	GetKeyPolicy(context.Context, *kms.GetKeyPolicyInput, ...func(*kms.Options)) (*kms.GetKeyPolicyOutput, error)
}

// Bus is what is called of EventBridge in a region.
type Bus interface {
	ListRules(context.Context, *eventbridge.ListRulesInput, ...func(*eventbridge.Options)) (*eventbridge.ListRulesOutput, error)
	ListTargetsByRule(context.Context, *eventbridge.ListTargetsByRuleInput, ...func(*eventbridge.Options)) (*eventbridge.ListTargetsByRuleOutput, error)
}

// Regional are the clients of a region that the ways of alarms are followed with.
type Regional struct {
	Trail  Trail
	Logs   Logs
	Watch  Watch
	Topics Topics
	Keys   Keys
	Bus    Bus
}

// resource is one in the form of `terraform show -json`, with the attributes that the audit of alarms reads: so that it reads what AWS says as it reads a state.
type resource struct {
	Address string         `json:"address"`
	Mode    string         `json:"mode"`
	Type    string         `json:"type"`
	Name    string         `json:"name"`
	Values  map[string]any `json:"values"`
}

// Alarms fetches trails, log groups, metric filters, alarms, rules, topics with their policies, subscriptions, and the policies of topics' keys: alarms.json.
func (c *Collector) Alarms(ctx context.Context, regions []string) ([]string, error) {
	resources := []resource{}
	for _, region := range regions {
		r := &ways{c: c, ctx: ctx, region: region, clients: c.Regional(region)}
		for _, fetch := range []func() error{r.trails, r.logs, r.alarms, r.topics, r.subscriptions, r.rules} {
			if err := fetch(); err != nil {
				return nil, fmt.Errorf("%s: %w", region, err)
			}
		}
		resources = append(resources, r.found...)
	}
	file, err := c.write("alarms.json", map[string]any{"format_version": "1.0", "values": map[string]any{"root_module": map[string]any{"resources": resources}}})
	return []string{file}, err
}

// ways is the work on one region.
type ways struct {
	c       *Collector
	ctx     context.Context
	region  string
	clients Regional
	found   []resource
}

func (r *ways) add(typ, name string, values map[string]any) {
	r.found = append(r.found, resource{Address: typ + "." + r.region + "." + name, Mode: "managed", Type: typ, Name: name, Values: values})
}

// trails lists the trails whose home is the region. One of an organization or of several regions is there once.
func (r *ways) trails() error {
	trails, err := r.clients.Trail.DescribeTrails(r.ctx, &cloudtrail.DescribeTrailsInput{IncludeShadowTrails: aws.Bool(false)})
	if err != nil {
		return fmt.Errorf("cloudtrail:DescribeTrails: %w", err)
	}
	for _, t := range trails.TrailList {
		status, err := r.clients.Trail.GetTrailStatus(r.ctx, &cloudtrail.GetTrailStatusInput{Name: t.TrailARN})
		if err != nil {
			return fmt.Errorf("cloudtrail:GetTrailStatus: %w", err)
		}
		r.add("aws_cloudtrail", aws.ToString(t.Name), map[string]any{
			"arn": t.TrailARN, "enable_logging": aws.ToBool(status.IsLogging), "cloud_watch_logs_group_arn": aws.ToString(t.CloudWatchLogsLogGroupArn), "cloud_watch_logs_role_arn": aws.ToString(t.CloudWatchLogsRoleArn),
		})
	}
	return nil
}

func (r *ways) logs() error {
	groups := &cloudwatchlogs.DescribeLogGroupsInput{}
	for {
		page, err := r.clients.Logs.DescribeLogGroups(r.ctx, groups)
		if err != nil {
			return fmt.Errorf("logs:DescribeLogGroups: %w", err)
		}
		for _, g := range page.LogGroups {
			r.add("aws_cloudwatch_log_group", aws.ToString(g.LogGroupName), map[string]any{"arn": strings.TrimSuffix(aws.ToString(g.Arn), ":*"), "name": g.LogGroupName})
		}
		if groups.NextToken = page.NextToken; groups.NextToken == nil {
			break
		}
	}
	filters := &cloudwatchlogs.DescribeMetricFiltersInput{}
	for {
		page, err := r.clients.Logs.DescribeMetricFilters(r.ctx, filters)
		if err != nil {
			return fmt.Errorf("logs:DescribeMetricFilters: %w", err)
		}
		for _, f := range page.MetricFilters {
			transformations := []map[string]any{}
			for _, t := range f.MetricTransformations {
				transformations = append(transformations, map[string]any{"name": t.MetricName, "namespace": t.MetricNamespace})
			}
			r.add("aws_cloudwatch_log_metric_filter", aws.ToString(f.FilterName), map[string]any{"log_group_name": f.LogGroupName, "pattern": f.FilterPattern, "metric_transformation": transformations})
		}
		if filters.NextToken = page.NextToken; filters.NextToken == nil {
			return nil
		}
	}
}

func (r *ways) alarms() error {
	input := &cloudwatch.DescribeAlarmsInput{AlarmTypes: []cloudwatchtypes.AlarmType{cloudwatchtypes.AlarmTypeMetricAlarm}}
	for {
		page, err := r.clients.Watch.DescribeAlarms(r.ctx, input)
		if err != nil {
			return fmt.Errorf("cloudwatch:DescribeAlarms: %w", err)
		}
		for _, a := range page.MetricAlarms {
			r.add("aws_cloudwatch_metric_alarm", aws.ToString(a.AlarmName), map[string]any{
				"arn": a.AlarmArn, "metric_name": aws.ToString(a.MetricName), "namespace": aws.ToString(a.Namespace), "actions_enabled": aws.ToBool(a.ActionsEnabled), "alarm_actions": append([]string{}, a.AlarmActions...),
			})
		}
		if input.NextToken = page.NextToken; input.NextToken == nil {
			return nil
		}
	}
}

// topics lists topics, and the keys that encrypt them. A key of another account, which the caller may not look at, is left out: the audit takes it to work.
func (r *ways) topics() error {
	input := &sns.ListTopicsInput{}
	keys := make(map[string]bool)
	for {
		page, err := r.clients.Topics.ListTopics(r.ctx, input)
		if err != nil {
			return fmt.Errorf("sns:ListTopics: %w", err)
		}
		for _, t := range page.Topics {
			attributes, err := r.clients.Topics.GetTopicAttributes(r.ctx, &sns.GetTopicAttributesInput{TopicArn: t.TopicArn})
			if err != nil {
				return fmt.Errorf("sns:GetTopicAttributes of %s: %w", aws.ToString(t.TopicArn), err)
			}
			id := attributes.Attributes["KmsMasterKeyId"]
			if id != "" && !strings.HasSuffix(id, "alias/aws/sns") {
				if id, err = r.key(id, keys); err != nil {
					return err
				}
			}
			arn := aws.ToString(t.TopicArn)
			r.add("aws_sns_topic", arn[strings.LastIndex(arn, ":")+1:], map[string]any{"arn": arn, "kms_master_key_id": id, "policy": attributes.Attributes["Policy"]})
		}
		if input.NextToken = page.NextToken; input.NextToken == nil {
			return nil
		}
	}
}

// key adds a key with its policy, and returns its ARN.
func (r *ways) key(id string, known map[string]bool) (string, error) {
	described, err := r.clients.Keys.DescribeKey(r.ctx, &kms.DescribeKeyInput{KeyId: aws.String(id)})
	var notFound *kmstypes.NotFoundException
	switch {
	case errors.As(err, &notFound):
		return id, nil
	case err != nil:
		return "", fmt.Errorf("kms:DescribeKey of %s: %w", id, err)
	}
	arn := aws.ToString(described.KeyMetadata.Arn)
	if known[arn] {
		return arn, nil
	}
	known[arn] = true
	policy, err := r.clients.Keys.GetKeyPolicy(r.ctx, &kms.GetKeyPolicyInput{KeyId: aws.String(arn)})
	if err != nil {
		return "", fmt.Errorf("kms:GetKeyPolicy of %s: %w", arn, err)
	}
	r.add("aws_kms_key", aws.ToString(described.KeyMetadata.KeyId), map[string]any{"arn": arn, "key_id": described.KeyMetadata.KeyId, "policy": aws.ToString(policy.Policy)})
	return arn, nil
}

func (r *ways) subscriptions() error {
	input := &sns.ListSubscriptionsInput{}
	for {
		page, err := r.clients.Topics.ListSubscriptions(r.ctx, input)
		if err != nil {
			return fmt.Errorf("sns:ListSubscriptions: %w", err)
		}
		for _, s := range page.Subscriptions {
			arn, topic := aws.ToString(s.SubscriptionArn), aws.ToString(s.TopicArn)
			r.add("aws_sns_topic_subscription", topic[strings.LastIndex(topic, ":")+1:]+"."+aws.ToString(s.Endpoint), map[string]any{
				"arn": arn, "topic_arn": topic, "protocol": s.Protocol, "endpoint": s.Endpoint, "pending_confirmation": !strings.HasPrefix(arn, "arn:"),
			})
		}
		if input.NextToken = page.NextToken; input.NextToken == nil {
			return nil
		}
	}
}

// rules lists the rules of the default bus that AWS's services don't own, with their targets.
func (r *ways) rules() error {
	input := &eventbridge.ListRulesInput{}
	for {
		page, err := r.clients.Bus.ListRules(r.ctx, input)
		if err != nil {
			return fmt.Errorf("events:ListRules: %w", err)
		}
		for _, rule := range page.Rules {
			if rule.ManagedBy != nil {
				continue
			}
			name := aws.ToString(rule.Name)
			r.add("aws_cloudwatch_event_rule", name, map[string]any{"arn": rule.Arn, "name": name, "state": rule.State, "event_pattern": aws.ToString(rule.EventPattern)})
			targets := &eventbridge.ListTargetsByRuleInput{Rule: rule.Name}
			for {
				listed, err := r.clients.Bus.ListTargetsByRule(r.ctx, targets)
				if err != nil {
					return fmt.Errorf("events:ListTargetsByRule of %s: %w", name, err)
				}
				for _, t := range listed.Targets {
					r.add("aws_cloudwatch_event_target", name+"."+aws.ToString(t.Id), map[string]any{"arn": t.Arn, "rule": name})
				}
				if targets.NextToken = listed.NextToken; targets.NextToken == nil {
					break
				}
			}
		}
		if input.NextToken = page.NextToken; input.NextToken == nil {
			return nil
		}
	}
}
