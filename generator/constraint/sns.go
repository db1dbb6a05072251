package constraint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

const (
	subscribePage   = "https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html"
	rawDeliveryPage = "https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html"
	snsKeysPage     = "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"
)

func snsRules() []Rule {
	subscription := []string{"aws_sns_topic_subscription"}
	return []Rule{
		{
			ID: "sns-email-endpoint", Summary: "Invalid e-mail address", Source: subscribePage, Types: subscription,
			each: func(r view, report report) {
				endpoint := r.attr("endpoint")
				if p := r.attr("protocol").text(); p != "email" && p != "email-json" {
					return
				}
				if s, ok := endpoint.str(); ok && !emailAddress.MatchString(s) {
					report(endpoint, fmt.Sprintf("%q isn't an e-mail address", s), "Write name@example.com")
				}
			},
		},
		{
			ID: "sns-http-endpoint", Summary: "Endpoint doesn't fit the protocol", Source: subscribePage, Types: subscription,
			each: func(r view, report report) {
				endpoint, p := r.attr("endpoint"), r.attr("protocol").text()
				if s, ok := endpoint.str(); ok && (p == "http" || p == "https") && !strings.HasPrefix(strings.ToLower(s), p+"://") {
					report(endpoint, fmt.Sprintf("the endpoint %q doesn't start with \"%s://\"", s, p), fmt.Sprintf("Write a URL that starts with \"%s://\", or another protocol", p))
				}
			},
		},
		{
			ID: "sns-raw-delivery", Summary: "Raw delivery isn't possible", Source: rawDeliveryPage, Types: subscription,
			each: func(r view, report report) {
				raw, p := r.attr("raw_message_delivery"), r.attr("protocol").text()
				if raw.is(true) && slices.Contains([]string{"email", "email-json", "sms", "lambda", "application"}, p) {
					report(raw, fmt.Sprintf("the protocol %q has no raw message delivery", p), "Leave raw_message_delivery out; sqs, http, https and firehose have it")
				}
			},
		},
		{
			ID: "sns-topic-aws-key", Summary: "Topic that AWS services can't publish to", Source: snsKeysPage, Severity: hcl.DiagWarning, Types: []string{"aws_sns_topic"},
			each: func(r view, report report) {
				key := r.attr("kms_master_key_id")
				if s, ok := key.str(); ok && (s == "alias/aws/sns" || strings.HasPrefix(s, "arn:") && strings.HasSuffix(s, ":alias/aws/sns")) {
					report(key, "alarms and other AWS services can't publish to a topic under alias/aws/sns, and no error tells so",
						"Write the ARN of a key of your own whose policy lets the publishing service use kms:GenerateDataKey* and kms:Decrypt")
				}
			},
		},
	}
}

var emailAddress = regexp.MustCompile(`^[^@\s]+@[^@\s.]+(\.[^@\s.]+)*$`)
