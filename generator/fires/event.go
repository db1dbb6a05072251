package fires

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"

	"plinth/generator/jsontext"
)

// Event is something that happened, as CloudTrail records it or EventBridge sends it.
type Event struct {
	// ID, Name, Source and Type are eventID, eventName, eventSource and eventType of a record; of any other event id, detail-type and source.
	ID     string `json:"id"`
	Name   string `json:"name"`
	Source string `json:"source"`
	Type   string `json:"type,omitempty"`
	Region string `json:"region"`
	// Account is the account whose trail records it.
	Account string `json:"account"`
	// User is userIdentity.arn, or else its type.
	User string `json:"user,omitempty"`

	record   map[string]any // of CloudTrail; nil for an event of another kind
	envelope map[string]any // as EventBridge sends it; nil if that isn't known
	readOnly bool
}

// Decode reads events: one CloudTrail record, a log file with Records, or one EventBridge event. The bytes may be compressed by gzip, as CloudTrail's files are.
func Decode(content []byte) ([]*Event, error) {
	if bytes.HasPrefix(content, []byte{0x1f, 0x8b}) {
		reader, err := gzip.NewReader(bytes.NewReader(content))
		if err != nil {
			return nil, err
		}
		if content, err = io.ReadAll(reader); err != nil {
			return nil, err
		}
	}
	value, err := jsontext.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("this is no JSON object. Pass a CloudTrail record, a log file with Records, or an EventBridge event")
	}
	records, ok := object["Records"].([]any)
	if !ok {
		e, err := newEvent(object)
		if err != nil {
			return nil, err
		}
		return []*Event{e}, nil
	}
	all := []*Event{}
	for i, record := range records {
		fields, ok := record.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("record %d is no JSON object, and each one is", i+1)
		}
		e, err := newEvent(fields)
		if err != nil {
			return nil, fmt.Errorf("record %d: %w", i+1, err)
		}
		all = append(all, e)
	}
	return all, nil
}

// detailTypes are what EventBridge calls the types of CloudTrail records.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html for calls, and for the others
// https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-signin.html and https://docs.aws.amazon.com/eventbridge/latest/ref/events.html
var detailTypes = map[string]string{
	"AwsApiCall":           "AWS API Call via CloudTrail",
	"AwsConsoleSignIn":     "AWS Console Sign In via CloudTrail",
	"AwsServiceEvent":      "AWS Service Event via CloudTrail",
	"AwsConsoleAction":     "AWS Console Action via CloudTrail",
	"AwsCloudTrailInsight": "AWS Insight via CloudTrail",
}

func newEvent(fields map[string]any) (*Event, error) {
	record := fields
	detail, isDetail := fields["detail"].(map[string]any)
	kind, isKind := fields["detail-type"].(string)
	if isDetail && isKind {
		e := &Event{
			ID: str(fields["id"]), Name: kind, Source: str(fields["source"]), Region: str(fields["region"]), Account: str(fields["account"]), envelope: fields,
		}
		if !strings.HasSuffix(kind, " via CloudTrail") {
			return e, nil
		}
		record = detail
		if str(record["eventName"]) == "" || str(record["eventType"]) == "" {
			return nil, fmt.Errorf("its detail-type is %q, and detail has no eventName and eventType. Pass the event as EventBridge sends it", kind)
		}
		found := recorded(record)
		found.envelope, found.Region = fields, e.Region
		return found, nil
	}
	for _, name := range []string{"eventName", "eventSource", "eventType", "awsRegion"} {
		if str(record[name]) == "" {
			return nil, fmt.Errorf("this is no CloudTrail record: it has no %s. Pass a CloudTrail record, a log file with Records, or an EventBridge event", name)
		}
	}
	e := recorded(record)
	if kind, ok := detailTypes[e.Type]; ok {
		service, _, _ := strings.Cut(e.Source, ".")
		e.envelope = map[string]any{
			"version": "0", "id": e.ID, "detail-type": kind, "source": "aws." + service, "account": e.Account, "time": record["eventTime"],
			"region": e.Region, "resources": []any{}, "detail": record,
		}
	}
	return e, nil
}

func recorded(record map[string]any) *Event {
	e := &Event{
		ID: str(record["eventID"]), Name: str(record["eventName"]), Source: str(record["eventSource"]), Type: str(record["eventType"]),
		Region: str(record["awsRegion"]), Account: str(record["recipientAccountId"]), record: record,
	}
	e.readOnly, _ = record["readOnly"].(bool)
	if identity, ok := record["userIdentity"].(map[string]any); ok {
		if e.User = str(identity["arn"]); e.User == "" {
			e.User = str(identity["type"])
		}
	}
	return e
}

func str(v any) string {
	s, _ := v.(string)
	return s
}
