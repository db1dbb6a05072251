// Package root finds in CloudTrail's records what the root user did.
package root

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	stream "github.com/go-json-experiment/json/jsontext"
	"github.com/tidwall/gjson"

	"plinth/generator/filterpattern"
	"plinth/generator/jsontext"
)

// Pattern tells what root does from what AWS services do for root or of themselves. It is the filter pattern of the CIS AWS Foundations Benchmark, and that of the
// alarm that the section root_activity_alarm makes.
const Pattern = `{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }`

// Log is what CloudTrail recorded, as far as it is about root. The zero value is empty.
type Log struct {
	Records     int       // read, each once
	First, Last time.Time // of all records
	Services    int       // records of root's identity that Pattern leaves out
	Looked      bool      // an event history was read, which may have had nothing to tell
	Summary     *Summary  // the account's, if it was read

	uses    []use
	seen    map[string]bool
	pattern *filterpattern.Pattern
}

// Summary is what IAM says of an account in sum.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
type Summary struct {
	MFA        int `json:"AccountMFAEnabled"`        // 1 if root has MFA
	AccessKeys int `json:"AccountAccessKeysPresent"` // 1 if root has access keys
}

// use is a record of something that root did.
type use struct {
	time                          time.Time
	id, name, source, region      string
	ip, agent, account, errorCode string
	mfa, signIn                   string // of a ConsoleLogin: MFAUsed, and Success or Failure
}

// record is the part of a record of root's that is read: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
type record struct {
	EventTime    time.Time `json:"eventTime"`
	EventID      string    `json:"eventID"`
	EventName    string    `json:"eventName"`
	EventSource  string    `json:"eventSource"`
	AwsRegion    string    `json:"awsRegion"`
	SourceIP     string    `json:"sourceIPAddress"`
	UserAgent    string    `json:"userAgent"`
	ErrorCode    string    `json:"errorCode"`
	Recipient    string    `json:"recipientAccountId"`
	UserIdentity struct {
		Type      string `json:"type"`
		AccountID string `json:"accountId"`
	} `json:"userIdentity"`
}

// signIn is what a ConsoleLogin has besides: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
type signIn struct {
	ResponseElements struct {
		ConsoleLogin string `json:"ConsoleLogin"`
	} `json:"responseElements"`
	AdditionalEventData struct {
		MFAUsed string `json:"MFAUsed"`
	} `json:"additionalEventData"`
}

// ErrDigest says that a file is a digest, by which CloudTrail lets log files be validated: it has no records.
var ErrDigest = errors.New("this is a digest file of CloudTrail, which has no records")

// Read adds the records of a log file ("Records"), or of `aws cloudtrail lookup-events` ("Events"), or what `aws iam get-account-summary` prints, compressed by gzip or not. It is read as a stream. A record that
// is there already, by its eventID, is left out. On an error the log keeps what was read before.
func (l *Log) Read(file io.Reader) error {
	reader := bufio.NewReaderSize(file, 1<<16)
	if magic, err := reader.Peek(2); err == nil && bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		unzipped, err := gzip.NewReader(reader)
		if err != nil {
			return err
		}
		reader = bufio.NewReaderSize(unzipped, 1<<16)
	}
	// Names that stand twice, and texts that aren't UTF-8, are no matter here, and looking for them takes time.
	decoder := stream.NewDecoder(reader, stream.AllowDuplicateNames(true), stream.AllowInvalidUTF8(true))
	if token, err := decoder.ReadToken(); err != nil || token.Kind() != '{' {
		return fmt.Errorf("this is no JSON object with Records or Events: %w", cause(err))
	}
	found := false
	for decoder.PeekKind() != '}' {
		token, err := decoder.ReadToken()
		if err != nil {
			return err
		}
		switch key := token.String(); key {
		case "digestS3Object":
			return ErrDigest
		case "SummaryMap":
			found = true
			if err := l.summarize(decoder); err != nil {
				return fmt.Errorf("SummaryMap: %w", err)
			}
		case "Records", "Events":
			found = true
			l.Looked = l.Looked || key == "Events"
			if err := l.list(decoder, key == "Events"); err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
		default:
			if err := decoder.SkipValue(); err != nil {
				return err
			}
		}
	}
	if _, err := decoder.ReadToken(); err != nil {
		return err
	}
	if !found {
		return errors.New("the file has neither Records nor Events nor a SummaryMap: pass log files of CloudTrail, or what aws cloudtrail lookup-events or aws iam get-account-summary prints")
	}
	if _, err := decoder.ReadToken(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("something follows the JSON object: %w", cause(err))
	}
	return nil
}

func (l *Log) summarize(decoder *stream.Decoder) error {
	value, err := decoder.ReadValue()
	if err != nil {
		return err
	}
	summary := &Summary{MFA: -1, AccessKeys: -1}
	if err := json.Unmarshal(value, summary); err != nil {
		return err
	}
	if summary.MFA < 0 || summary.AccessKeys < 0 {
		return errors.New("it lacks AccountMFAEnabled or AccountAccessKeysPresent")
	}
	l.Summary = summary
	return nil
}

func cause(err error) error {
	if err == nil {
		return errors.New("not what was expected")
	}
	return err
}

// list reads an array of records; of lookup-events each stands as a text in an object.
func (l *Log) list(decoder *stream.Decoder, looked bool) error {
	if token, err := decoder.ReadToken(); err != nil || token.Kind() != '[' {
		return fmt.Errorf("it is no list: %w", cause(err))
	}
	for n := 1; decoder.PeekKind() != ']'; n++ {
		value, err := decoder.ReadValue()
		if err != nil {
			return fmt.Errorf("record %d: %w", n, err)
		}
		content := []byte(value)
		if looked {
			var event struct{ CloudTrailEvent string }
			if err := json.Unmarshal(value, &event); err != nil {
				return fmt.Errorf("record %d: %w", n, err)
			}
			content = []byte(event.CloudTrailEvent)
			if !json.Valid(content) {
				return fmt.Errorf("record %d: its CloudTrailEvent is no JSON", n)
			}
		}
		if err := l.add(content); err != nil {
			return fmt.Errorf("record %d: %w", n, err)
		}
	}
	_, err := decoder.ReadToken()
	return err
}

// add adds a record, which is JSON. Of most only three fields are looked at.
func (l *Log) add(content []byte) error {
	var moment, id string
	root := false
	gjson.ParseBytes(content).ForEach(func(key, value gjson.Result) bool {
		switch key.Str {
		case "eventTime":
			moment = value.Str
		case "eventID":
			id = value.String()
		case "userIdentity":
			root = value.Get("type").Str == "Root"
		}
		return true
	})
	at, err := time.Parse(time.RFC3339, moment)
	if err != nil || id == "" {
		return errors.New("it has no eventTime or eventID, so that it is no record of CloudTrail")
	}
	if l.seen == nil {
		l.seen = make(map[string]bool)
	}
	if l.seen[id] {
		return nil
	}
	l.seen[id] = true
	l.Records++
	if l.First.IsZero() || at.Before(l.First) {
		l.First = at
	}
	if at.After(l.Last) {
		l.Last = at
	}
	if !root {
		return nil
	}
	var r record
	if err := json.Unmarshal(content, &r); err != nil {
		return err
	}
	if l.pattern == nil {
		pattern, err := filterpattern.Parse(Pattern)
		if err != nil {
			return err
		}
		l.pattern = pattern
	}
	event, err := jsontext.Decode(bytes.NewReader(content))
	if err != nil {
		return err
	}
	if !l.pattern.Match(event) {
		l.Services++
		return nil
	}
	u := use{
		time: r.EventTime.UTC(), id: r.EventID, name: r.EventName, source: r.EventSource, region: r.AwsRegion, ip: r.SourceIP, agent: r.UserAgent,
		account: r.UserIdentity.AccountID, errorCode: r.ErrorCode,
	}
	if u.account == "" {
		u.account = r.Recipient
	}
	if r.EventSource == "signin.amazonaws.com" && r.EventName == "ConsoleLogin" {
		var s signIn
		if err := json.Unmarshal(content, &s); err != nil {
			return err
		}
		u.signIn, u.mfa = s.ResponseElements.ConsoleLogin, s.AdditionalEventData.MFAUsed
	}
	l.uses = append(l.uses, u)
	return nil
}
