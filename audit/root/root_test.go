package root

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plinth"
	"plinth/audit"
	"plinth/generator"
)

// TestPattern holds that the audit and the alarm look for the same.
func TestPattern(t *testing.T) {
	g, _, diags := generator.New(plinth.Files)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	field, err := g.Explain("metric_filter.pattern")
	if err != nil {
		t.Fatal(err)
	}
	var text string
	if err := json.Unmarshal([]byte(field.Default), &text); err != nil {
		t.Fatal(err)
	}
	if text != Pattern {
		t.Errorf("the alarm's pattern is %s", text)
	}
}

// event is a record of root, changed.
func event(id, name string, change func(e map[string]any)) map[string]any {
	e := map[string]any{
		"eventTime": "2026-01-0" + id[:1] + "T09:30:00Z", "eventID": id, "eventName": name, "eventSource": "ec2.amazonaws.com", "awsRegion": "eu-central-1", "sourceIPAddress": "203.0.113.7",
		"userAgent": "aws-cli", "eventType": "AwsApiCall", "recipientAccountId": "123456789012", "userIdentity": map[string]any{"type": "Root", "accountId": "123456789012"},
	}
	if change != nil {
		change(e)
	}
	return e
}

func signedIn(id, result, mfa string) map[string]any {
	return event(id, "ConsoleLogin", func(e map[string]any) {
		e["eventSource"], e["eventType"] = "signin.amazonaws.com", "AwsConsoleSignIn"
		e["responseElements"] = map[string]any{"ConsoleLogin": result}
		e["additionalEventData"] = map[string]any{"MFAUsed": mfa}
	})
}

func encode(t *testing.T, v any) []byte {
	t.Helper()
	content, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func read(t *testing.T, contents ...[]byte) *Log {
	t.Helper()
	log := &Log{}
	for _, content := range contents {
		if err := log.Read(bytes.NewReader(content)); err != nil {
			t.Fatal(err)
		}
	}
	return log
}

func texts(findings []audit.Finding) string {
	var lines []string
	for _, f := range findings {
		lines = append(lines, fmt.Sprintf("%s %s: %s", f.Severity, f.Rule, f.Message))
	}
	return strings.Join(lines, "\n")
}

// TestJudge holds what is a use of root, and what isn't.
func TestJudge(t *testing.T) {
	identity := func(fields map[string]any) func(map[string]any) {
		return func(e map[string]any) { e["userIdentity"] = fields }
	}
	records := []any{
		signedIn("1a", "Success", "Yes"), signedIn("1b", "Success", "YES"), signedIn("2a", "Success", "No"), signedIn("2b", "Failure", "No"),
		event("3a", "DescribeInstances", nil), event("4a", "DescribeInstances", nil), event("5a", "DescribeInstances", func(e map[string]any) { e["errorCode"] = "Client.UnauthorizedOperation" }),
		event("5b", "Decrypt", identity(map[string]any{"type": "Root", "accountId": "123456789012", "invokedBy": "secretsmanager.amazonaws.com"})),
		event("5c", "RotateKey", func(e map[string]any) { e["eventType"] = "AwsServiceEvent" }),
		event("5d", "RunInstances", identity(map[string]any{"type": "IAMUser", "userName": "Root"})),
		event("5e", "RunInstances", identity(map[string]any{"type": "AWSService", "invokedBy": "autoscaling.amazonaws.com"})),
		event("6a", "CreateUser", identity(map[string]any{"type": "Root", "accountId": "210987654321"})),
		event("3a", "DescribeInstances", nil), // delivered twice
	}
	log := read(t, encode(t, map[string]any{"Records": records}))
	want := `critical root-sign-in-without-mfa: root signed in without MFA
high root-api-call: root called DescribeInstances of ec2.amazonaws.com, 2 times
high root-api-call: root called DescribeInstances of ec2.amazonaws.com, which failed (Client.UnauthorizedOperation)
high root-sign-in: root signed in with MFA, 2 times
medium root-sign-in-failed: root failed to sign in`
	if got := texts(log.Judge("123456789012")); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := texts(log.Judge("")); !strings.Contains(got, "root called CreateUser") {
		t.Errorf("of all accounts:\n%s", got)
	}
	if log.Records != 12 || log.Services != 2 || log.First.Day() != 1 || log.Last.Day() != 6 {
		t.Errorf("%d records, %d of services, %s to %s", log.Records, log.Services, log.First, log.Last)
	}
	for _, f := range log.Judge("123456789012") {
		if f.ARN != "arn:aws:iam::123456789012:root" || f.Remedy == "" || len(f.Evidence) < 4 {
			t.Errorf("%+v", f)
		}
		if strings.HasSuffix(f.Message, "amazonaws.com, 2 times") && f.Evidence[0].Value != "2026-01-03T09:30:00Z to 2026-01-04T09:30:00Z" {
			t.Errorf("%v", f.Evidence)
		}
	}
}

// TestForms holds that a log file, a compressed one and what lookup-events prints mean the same.
func TestForms(t *testing.T) {
	e := event("3a", "DescribeInstances", nil)
	plain := encode(t, map[string]any{"Records": []any{e}})
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	looked := encode(t, map[string]any{"NextToken": "x", "Events": []any{map[string]any{"EventId": "3a", "CloudTrailEvent": string(encode(t, e))}}})
	want := texts(read(t, plain).Judge(""))
	if want == "" {
		t.Fatal("nothing found")
	}
	for name, content := range map[string][]byte{"gzip": packed.Bytes(), "lookup-events": looked} {
		if got := texts(read(t, content).Judge("")); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	if log := read(t, plain, packed.Bytes(), looked); log.Records != 1 {
		t.Errorf("%d records of one", log.Records)
	}
}

// TestUnreadable holds that what can't be read is an error, never nothing.
func TestUnreadable(t *testing.T) {
	whole := encode(t, map[string]any{"Records": []any{event("3a", "X", nil)}})
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(whole)
	_ = w.Close()
	for name, content := range map[string]string{
		"empty": "", "no JSON": "x", "a list": "[]", "an object": "{}", "other keys": `{"a": {"Records": []}}`, "no list": `{"Records": {}}`, "no record": `{"Records": [{}]}`, "a text": `{"Records": ["x"]}`,
		"no time": `{"Records": [{"eventID": "1"}]}`, "cut off": string(whole[:len(whole)-3]), "cut off gzip": string(packed.Bytes()[:packed.Len()-5]), "more": string(whole) + "{}", "no event": `{"Events": [{"EventId": "1"}]}`,
	} {
		if err := (&Log{}).Read(strings.NewReader(content)); err == nil {
			t.Errorf("%s: read", name)
		}
	}
	digest := `{"awsAccountId": "123456789012", "digestS3Bucket": "b", "digestS3Object": "o", "logFiles": []}`
	if err := (&Log{}).Read(strings.NewReader(digest)); !errors.Is(err, ErrDigest) {
		t.Errorf("digest: %v", err)
	}
}

// TestRules holds that each rule has what a finding needs.
func TestRules(t *testing.T) {
	for i, rule := range Rules() {
		if rule.Title == "" || rule.Remedy == "" || rule.Source == "" || i > 0 && Rules()[i-1].ID >= rule.ID || !strings.HasPrefix(rule.ID, "root-") {
			t.Errorf("%+v", rule)
		}
	}
}

func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("../../generator/testdata/events/*.json")
	if err != nil || len(files) == 0 {
		f.Fatal(files, err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(`{"Records": [` + string(content) + `]}`))
	}
	f.Fuzz(func(_ *testing.T, content []byte) {
		log := &Log{}
		if log.Read(bytes.NewReader(content)) == nil {
			log.Judge("")
		}
	})
}

// BenchmarkRead is a log file as busy accounts have them: one record in a thousand is of root.
func BenchmarkRead(b *testing.B) {
	var records []any
	for i := range 5000 {
		e := event(fmt.Sprintf("1-%d", i), "DescribeInstances", func(e map[string]any) {
			e["requestParameters"] = map[string]any{"filterSet": strings.Repeat("x", 500)}
			if i%1000 > 0 {
				e["userIdentity"] = map[string]any{"type": "AssumedRole", "arn": "arn:aws:sts::123456789012:assumed-role/r/s"}
			}
		})
		records = append(records, e)
	}
	content, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		if err := (&Log{}).Read(bytes.NewReader(content)); err != nil {
			b.Fatal(err)
		}
	}
}

// TestSummary judges what IAM says of the account in sum.
func TestSummary(t *testing.T) {
	read := func(text string) *Log {
		t.Helper()
		l := &Log{}
		if err := l.Read(strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
		return l
	}
	var ids []string
	for _, f := range read(`{"SummaryMap": {"AccountMFAEnabled": 0, "AccountAccessKeysPresent": 1, "Users": 3}}`).Judge("123456789012") {
		ids = append(ids, f.ID+" of "+f.Subject)
	}
	if got := strings.Join(ids, ", "); got != "root-mfa of root of 123456789012, root-keys of root of 123456789012" && got != "root-keys of root of 123456789012, root-mfa of root of 123456789012" {
		t.Error(got)
	}
	if found := read(`{"SummaryMap": {"AccountMFAEnabled": 1, "AccountAccessKeysPresent": 0}}`).Judge(""); len(found) > 0 {
		t.Errorf("%+v", found)
	}
	for text, want := range map[string]string{`{"SummaryMap": {}}`: "lacks AccountMFAEnabled", `{"SummaryMap": {"AccountMFAEnabled": 1}}`: "lacks AccountMFAEnabled", `{"SummaryMap": 5}`: "SummaryMap"} {
		if err := (&Log{}).Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if l := read(`{"Events": []}`); !l.Looked || l.Records != 0 {
		t.Errorf("%+v", l)
	}
}
