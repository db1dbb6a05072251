//go:build e2e

package e2e

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"plinth/audit/access"
	"plinth/audit/credentials"
	"plinth/collect"
)

// TestCollect collects from the emulator, through AWS's SDK, what it has: the credential report, which lacks the root row there, and the policies. Its values are no model of AWS's.
func TestCollect(t *testing.T) {
	aws := startEmulator(t)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": aws.moto, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_SESSION_TOKEN": "", "AWS_PROFILE": "", "AWS_CA_BUNDLE": "", "AWS_CONFIG_FILE": os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(name, value)
	}
	for _, form := range []url.Values{
		{"Action": {"CreateUser"}, "UserName": {"devops"}},
		{"Action": {"CreateLoginProfile"}, "UserName": {"devops"}, "Password": {"correct-Horse-7-battery"}},
		{"Action": {"CreateAccessKey"}, "UserName": {"devops"}},
		{"Action": {"PutUserPolicy"}, "UserName": {"devops"}, "PolicyName": {"own"}, "PolicyDocument": {`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:*", "ec2:*"], "Resource": "*"}]}`}},
	} {
		form.Set("Version", "2010-05-08")
		request, err := http.NewRequest(http.MethodPost, aws.moto, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=x/20240101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=none")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		if response.Body.Close(); response.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s", form.Get("Action"), response.Status)
		}
	}
	c, err := collect.New(context.Background(), "", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	files, err := c.Credentials(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	report, err := credentials.Parse(content)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, u := range report.Users {
		found = found || u.Name == "devops" && u.PasswordEnabled.True && u.Keys[0].Active.True
	}
	if !found {
		t.Errorf("devops isn't in the report: %s", content)
	}
	// It has no last accessed information, so that only the policies come of this.
	if _, err := c.Access(context.Background()); err == nil {
		t.Error("the emulator has last accessed information now: read it")
	}
	file, err := os.Open(c.Out + "/authorization-details.json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	evidence := &access.Evidence{}
	if err := evidence.Read(file, ""); err != nil {
		t.Fatal(err)
	}
	for _, entity := range evidence.Entities {
		if entity.Name == "devops" && len(entity.Inline) == 1 && strings.Contains(entity.Inline[0].Text, `"s3:*"`) {
			return
		}
	}
	t.Errorf("devops has no policy: %+v", evidence.Entities)
}
