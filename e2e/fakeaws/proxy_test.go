package fakeaws

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// emulated is what an emulator in a test was asked.
type emulated struct{ method, path, query, account, body string }

// start runs a proxy in front of an emulator that answers as told, and returns a client for it.
func start(t *testing.T, status int, answer string) (*http.Client, *[]emulated) {
	t.Helper()
	var asked []emulated
	emulator := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		asked = append(asked, emulated{r.Method, r.URL.EscapedPath(), r.URL.RawQuery, r.Header.Get("X-Moto-Account-Id"), string(body)})
		w.WriteHeader(status)
		fmt.Fprint(w, answer)
	}))
	t.Cleanup(emulator.Close)
	proxy, err := New(emulator.URL)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(address), DisableKeepAlives: true}}, &asked
}

// ask sends a request as an account's, signed for a service in a region.
func ask(t *testing.T, client *http.Client, key, region, service, method, address, target, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if key != "" {
		request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+key+"/20240101/"+region+"/"+service+"/aws4_request, SignedHeaders=host, Signature=x")
	}
	if target != "" {
		request.Header.Set("X-Amz-Target", target)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(content)
}

const (
	acct   = "123456789012"
	region = "eu-central-1"
)

func TestForwarding(t *testing.T) {
	client, asked := start(t, http.StatusOK, "fine")
	status, body := ask(t, client, acct, region, "iam", "POST", Endpoint+"/", "", "Action=GetUser")
	if status != http.StatusOK || body != "fine" {
		t.Errorf("got %d %s", status, body)
	}
	// A bucket's name is a label of the host; S3 Control has the account there.
	ask(t, client, acct, region, "s3", "GET", "http://my.bucket."+Host+"/a%2Fb?policy", "", "")
	ask(t, client, acct, region, "s3", "GET", "http://"+acct+"."+Host+"/v20180820/configuration/publicAccessBlock", "", "")
	want := []emulated{
		{"POST", "/", "", acct, "Action=GetUser"},
		{"GET", "/my.bucket/a%2Fb", "policy", acct, ""},
		{"GET", "/v20180820/configuration/publicAccessBlock", "", acct, ""},
	}
	if fmt.Sprint(*asked) != fmt.Sprint(want) {
		t.Errorf("the emulator was asked %v, want %v", *asked, want)
	}
}

func TestNothingLeaves(t *testing.T) {
	client, asked := start(t, http.StatusOK, "")
	for _, address := range []string{"http://example.com/", "http://not" + Host + "/", "http://" + Host + ".example.com/"} {
		if status, body := ask(t, client, acct, region, "s3", "GET", address, "", ""); status != http.StatusForbidden {
			t.Errorf("%s: got %d %s", address, status, body)
		}
	}
	if status, _ := ask(t, client, "", "", "", "GET", Endpoint+"/", "", ""); status != http.StatusForbidden {
		t.Errorf("without a signature: got %d", status)
	}
	if len(*asked) > 0 {
		t.Errorf("the emulator was asked %v", *asked)
	}
}

func TestErrorsOfTheEmulatorAreFinal(t *testing.T) {
	client, _ := start(t, http.StatusInternalServerError, "not implemented\nmore")
	for service, want := range map[string]string{"iam": "<Code>NotEmulated</Code>", "logs": `"__type":"NotEmulated"`} {
		target := ""
		if service == "logs" {
			target = "Logs_20140328.TestMetricFilter"
		}
		status, body := ask(t, client, acct, region, service, "POST", Endpoint+"/", target, "Action=Strange")
		if status != http.StatusBadRequest || !strings.Contains(body, want) || !strings.Contains(body, "not implemented") || strings.Contains(body, "more") {
			t.Errorf("%s: got %d %s", service, status, body)
		}
	}
}

func TestAssumedRoles(t *testing.T) {
	client, asked := start(t, http.StatusOK, "<Credentials><AccessKeyId>ASIA7</AccessKeyId></Credentials>")
	ask(t, client, acct, region, "sts", "POST", Endpoint+"/", "", "Action=AssumeRole&RoleArn=arn:aws:iam::999988887777:role/terraform")
	ask(t, client, "ASIA7", region, "iam", "POST", Endpoint+"/", "", "Action=GetUser")
	if (*asked)[1].account != "999988887777" {
		t.Errorf("the role's key belongs to %s", (*asked)[1].account)
	}
}

func TestTrailNames(t *testing.T) {
	client, asked := start(t, http.StatusOK, "{}")
	for operation, want := range map[string]string{
		"StartLogging": `{"Name":"acme"}`, "StopLogging": `{"Name":"acme"}`, "DeleteTrail": `{"Name":"acme"}`,
		"GetTrailStatus": `{"Name":"arn:aws:cloudtrail:eu-central-1:123456789012:trail/acme"}`,
	} {
		ask(t, client, acct, region, "cloudtrail", "POST", Endpoint+"/", "com.amazonaws.CloudTrail_20131101."+operation,
			`{"Name":"arn:aws:cloudtrail:eu-central-1:123456789012:trail/acme"}`)
		if got := (*asked)[len(*asked)-1].body; got != want {
			t.Errorf("%s: the emulator gets %s, want %s", operation, got, want)
		}
	}
}

func TestLogGroupClass(t *testing.T) {
	client, _ := start(t, http.StatusOK, `{"logGroups":[{"logGroupName":"a"},{"logGroupName":"b","logGroupClass":"DELIVERY"}]}`)
	_, body := ask(t, client, acct, region, "logs", "POST", Endpoint+"/", "Logs_20140328.DescribeLogGroups", "{}")
	if want := `{"logGroups":[{"logGroupClass":"STANDARD","logGroupName":"a"},{"logGroupClass":"DELIVERY","logGroupName":"b"}]}`; body != want {
		t.Errorf("got %s, want %s", body, want)
	}
}

func TestAccessAnalyzer(t *testing.T) {
	client, asked := start(t, http.StatusOK, "")
	const arn = "arn:aws:access-analyzer:eu-central-1:123456789012:analyzer/acme"
	for _, step := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", "/analyzer/acme", "", 404, "ResourceNotFoundException"},
		{"PUT", "/analyzer", `{"analyzerName":"acme","type":"ACCOUNT","tags":{"a":"b"}}`, 200, arn},
		{"PUT", "/analyzer", `{"analyzerName":"acme","type":"ACCOUNT"}`, 409, "ConflictException"},
		{"GET", "/analyzer/acme", "", 200, `"type":"ACCOUNT"`},
		{"POST", "/tags/" + url.PathEscape(arn), `{"tags":{"c":"d"}}`, 200, "{}"},
		{"DELETE", "/tags/" + url.PathEscape(arn) + "?tagKeys=a", "", 200, "{}"},
		{"GET", "/tags/" + url.PathEscape(arn), "", 200, `{"tags":{"c":"d"}}`},
		{"PUT", "/analyzer/acme/archive-rule", `{"ruleName":"r","filter":{"x":{"eq":["1"]}}}`, 200, "{}"},
		{"GET", "/analyzer/acme/archive-rule/r", "", 200, `"filter":{"x":{"eq":["1"]}}`},
		{"PUT", "/analyzer/acme/archive-rule/r", `{"filter":{"y":{"eq":["2"]}}}`, 200, "{}"},
		{"GET", "/analyzer/acme/archive-rule/r", "", 200, `"filter":{"y":{"eq":["2"]}}`},
		{"DELETE", "/analyzer/acme/archive-rule/r", "", 200, "{}"},
		{"GET", "/analyzer/acme/archive-rule/r", "", 404, "ResourceNotFoundException"},
		{"GET", "/policy/generation", "", 400, "NotEmulated"},
		{"DELETE", "/analyzer/acme", "", 200, "{}"},
		{"GET", "/analyzer/acme", "", 404, "ResourceNotFoundException"},
	} {
		status, body := ask(t, client, acct, region, "access-analyzer", step.method, Endpoint+step.path, "", step.body)
		if status != step.status || !strings.Contains(body, step.want) {
			t.Errorf("%s %s: got %d %s, want %d %s", step.method, step.path, status, body, step.status, step.want)
		}
	}
	if len(*asked) > 0 {
		t.Errorf("the emulator was asked %v", *asked)
	}
}

func TestCostAndUsageReports(t *testing.T) {
	client, _ := start(t, http.StatusOK, "")
	cur := func(account, region, operation string, input any) (int, string) {
		body, err := json.Marshal(input)
		if err != nil {
			t.Fatal(err)
		}
		return ask(t, client, account, region, "cur", "POST", Endpoint+"/", "AWSOrigamiServiceGatewayService."+operation, string(body))
	}
	definition := map[string]any{"ReportName": "r", "TimeUnit": "DAILY"}
	if status, body := cur(acct, region, "DescribeReportDefinitions", struct{}{}); status != 400 || !strings.Contains(body, "us-east-1") {
		t.Errorf("in another region: %d %s", status, body)
	}
	for _, step := range []struct {
		account, operation string
		input              map[string]any
		status             int
		want               string
	}{
		{acct, "PutReportDefinition", map[string]any{"ReportDefinition": definition, "Tags": []curTag{{"a", "b"}}}, 200, "{}"},
		{acct, "PutReportDefinition", map[string]any{"ReportDefinition": definition}, 400, "DuplicateReportNameException"},
		{acct, "DescribeReportDefinitions", nil, 200, `{"ReportDefinitions":[{"ReportName":"r","TimeUnit":"DAILY"}]}`},
		{"999988887777", "DescribeReportDefinitions", nil, 200, `{"ReportDefinitions":[]}`},
		{acct, "ModifyReportDefinition", map[string]any{"ReportName": "r", "ReportDefinition": map[string]any{"ReportName": "r", "TimeUnit": "HOURLY"}}, 200, "{}"},
		{acct, "DescribeReportDefinitions", nil, 200, "HOURLY"},
		{acct, "TagResource", map[string]any{"ReportName": "r", "Tags": []curTag{{"c", "d"}}}, 200, "{}"},
		{acct, "UntagResource", map[string]any{"ReportName": "r", "TagKeys": []string{"a"}}, 200, "{}"},
		{acct, "ListTagsForResource", map[string]any{"ReportName": "r"}, 200, `{"Tags":[{"Key":"c","Value":"d"}]}`},
		{acct, "DeleteReportDefinition", map[string]any{"ReportName": "r"}, 200, "deleted"},
		{acct, "ListTagsForResource", map[string]any{"ReportName": "r"}, 400, "ResourceNotFoundException"},
	} {
		input := step.input
		if input == nil {
			input = map[string]any{}
		}
		if status, body := cur(step.account, "us-east-1", step.operation, input); status != step.status || !strings.Contains(body, step.want) {
			t.Errorf("%s: got %d %s, want %d %s", step.operation, status, body, step.status, step.want)
		}
	}
}

func TestDataExports(t *testing.T) {
	client, _ := start(t, http.StatusOK, "")
	const arn = "arn:aws:bcm-data-exports:us-east-1:" + acct + ":export/e-00000000-0000-0000-0000-000000000000"
	for _, step := range []struct {
		account, region, operation string
		input                      any
		status                     int
		want                       string
	}{
		{acct, "eu-central-1", "CreateExport", map[string]any{}, 400, "us-east-1"},
		{acct, "us-east-1", "CreateExport", map[string]any{"Export": map[string]any{"Name": "e"}, "ResourceTags": []curTag{{"a", "b"}}}, 200, arn},
		{acct, "us-east-1", "CreateExport", map[string]any{"Export": map[string]any{"Name": "e"}}, 400, "there is an export e"},
		{acct, "us-east-1", "GetExport", map[string]any{"ExportArn": arn}, 200, `"Name":"e"`},
		{"999988887777", "us-east-1", "GetExport", map[string]any{"ExportArn": arn}, 400, "ResourceNotFoundException"},
		{acct, "us-east-1", "UpdateExport", map[string]any{"ExportArn": arn, "Export": map[string]any{"Name": "e", "Description": "x"}}, 200, arn},
		{acct, "us-east-1", "GetExport", map[string]any{"ExportArn": arn}, 200, `"Description":"x"`},
		{acct, "us-east-1", "TagResource", map[string]any{"ResourceArn": arn, "ResourceTags": []curTag{{"c", "d"}}}, 200, "{}"},
		{acct, "us-east-1", "UntagResource", map[string]any{"ResourceArn": arn, "ResourceTagKeys": []string{"a"}}, 200, "{}"},
		{acct, "us-east-1", "ListTagsForResource", map[string]any{"ResourceArn": arn}, 200, `"ResourceTags":[{"Key":"c","Value":"d"}]`},
		{acct, "us-east-1", "ListExecutions", map[string]any{"ExportArn": arn}, 400, "NotEmulated"},
		{acct, "us-east-1", "DeleteExport", map[string]any{"ExportArn": arn}, 200, arn},
		{acct, "us-east-1", "GetExport", map[string]any{"ExportArn": arn}, 400, "ResourceNotFoundException"},
	} {
		body, err := json.Marshal(step.input)
		if err != nil {
			t.Fatal(err)
		}
		status, got := ask(t, client, step.account, step.region, "bcm-data-exports", "POST", Endpoint+"/", "AWSBillingAndCostManagementDataExports."+step.operation, string(body))
		if status != step.status || !strings.Contains(got, step.want) {
			t.Errorf("%s: %d %s, want %d %s", step.operation, status, got, step.status, step.want)
		}
	}
}

func TestGaps(t *testing.T) {
	client, _ := start(t, http.StatusOK, "")
	if status, body := ask(t, client, acct, "eu-central-1", "states", "POST", Endpoint+"/", "AWSStepFunctions.ValidateStateMachineDefinition", "{}"); status != 200 || !strings.Contains(body, `"result":"OK"`) {
		t.Error(status, body)
	}
	if status, body := ask(t, client, acct, "eu-central-1", "athena", "POST", Endpoint+"/", "AmazonAthena.DeleteNamedQuery", "{}"); status != 200 || !strings.Contains(body, "{}") {
		t.Error(status, body)
	}
}
