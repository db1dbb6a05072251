package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fakeIAM speaks IAM's protocol as far as the credential report and the account's summary go; it refuses everything else.
func fakeIAM(t *testing.T) *[]string {
	t.Helper()
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		action := r.FormValue("Action")
		asked = append(asked, action)
		answer := map[string]string{
			"GenerateCredentialReport": "<State>COMPLETE</State>",
			"GetCredentialReport": "<Content>" + base64.StdEncoding.EncodeToString([]byte(strings.Join([]string{
				"user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated",
				"<root_account>,arn:aws:iam::123456789012:root,2020-01-01T00:00:00+00:00,not_supported,no_information,not_supported,not_supported,false,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A",
			}, "\n"))) + "</Content><ReportFormat>text/csv</ReportFormat><GeneratedTime>2026-11-01T00:00:00Z</GeneratedTime>",
		}[action]
		if answer == "" {
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not allowed</Message></Error></ErrorResponse>`)
			return
		}
		fmt.Fprintf(w, `<%[1]sResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><%[1]sResult>%[2]s</%[1]sResult></%[1]sResponse>`, action, answer)
	}))
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_SESSION_TOKEN": "", "AWS_PROFILE": "", "AWS_CA_BUNDLE": "", "AWS_CONFIG_FILE": os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true", "TMPDIR": t.TempDir(), "NO_PROXY": "*", "no_proxy": "*",
	} {
		t.Setenv(name, value)
	}
	return &asked
}

// TestLive asks a server that speaks like IAM, through the SDK.
func TestLive(t *testing.T) {
	asked := fakeIAM(t)
	var stdout, stderr bytes.Buffer
	plinth := func(args ...string) int {
		stdout.Reset()
		stderr.Reset()
		return run(context.Background(), args, &stdout, &stderr)
	}
	if code := plinth("audit", "credentials", "--live", "--now", "2026-11-02"); code != exitFindings || !strings.Contains(stdout.String(), "root has no MFA") {
		t.Errorf("exit code %d: %s%s", code, &stdout, &stderr)
	}
	if strings.Join(*asked, " ") != "GenerateCredentialReport GetCredentialReport" {
		t.Errorf("asked for %q", *asked)
	}
	if left, err := filepath.Glob(filepath.Join(os.TempDir(), "*")); err != nil || len(left) > 0 {
		t.Errorf("%q is left, %v", left, err)
	}
	if code := plinth("audit", "credentials", "--live", "--now", "2026-11-02", "--format", "sarif"); code != exitFindings || !strings.Contains(stdout.String(), `"uri": "credential-report.json"`) {
		t.Errorf("exit code %d: %s", code, &stderr)
	}
	out := filepath.Join(t.TempDir(), "evidence")
	if code := plinth("collect", "credentials", "--out", out); code != exitFine || !strings.Contains(stdout.String(), "credential-report.json") {
		t.Errorf("exit code %d: %s%s", code, &stdout, &stderr)
	}
	if code := plinth("audit", "credentials", filepath.Join(out, "credential-report.json"), "--now", "2026-11-02"); code != exitFindings {
		t.Errorf("exit code %d: %s", code, &stderr)
	}
	for _, test := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"collect", "root", "--out", out, "--regions", "us-east-1"}, exitFailed, "iam:GetAccountSummary"},
		{[]string{"collect", "access", "--out", out}, exitFailed, "iam:GetAccountAuthorizationDetails"},
		{[]string{"collect", "analyzer", "--out", out}, exitFailed, "name them with --regions"},
		{[]string{"collect", "keys", "--out", out}, exitWrong, "write credentials, access, analyzer, root or alarms"},
		{[]string{"collect", "alarms", "--out", out, "--regions", "us-east-1"}, exitFailed, "cloudtrail:DescribeTrails"},
		{[]string{"collect", "credentials"}, exitWrong, "--out: write the folder"},
		{[]string{"collect", "root", "--out", out, "--since-days", "91"}, exitWrong, "write 1 to 90"},
		{[]string{"audit", "credentials", "--live", "x.csv"}, exitWrong, "leave the files out"},
		{[]string{"audit", "credentials"}, exitWrong, "accepts between 1 and 2 arg"},
	} {
		if code := plinth(test.args...); code != test.code || !strings.Contains(stderr.String(), test.want) {
			t.Errorf("%q: exit code %d, %s", test.args, code, &stderr)
		}
	}
	t.Setenv("AWS_REGION", "")
	if code := plinth("collect", "credentials", "--out", out); code != exitFailed || !strings.Contains(stderr.String(), "there is no region") {
		t.Errorf("exit code %d, %s", code, &stderr)
	}
}
