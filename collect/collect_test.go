package collect

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer"
	analyzertypes "github.com/aws/aws-sdk-go-v2/service/accessanalyzer/types"
	"github.com/aws/aws-sdk-go-v2/service/account"
	accounttypes "github.com/aws/aws-sdk-go-v2/service/account/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	trailtypes "github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cloudwatchtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventstypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"

	"plinth/audit/access"
	"plinth/audit/alarms"
	"plinth/audit/analyzer"
	"plinth/audit/credentials"
	"plinth/audit/root"
)

// TestOnlyReads holds that no call changes anything: the SDK's clients are used through these interfaces alone.
func TestOnlyReads(t *testing.T) {
	for _, client := range []reflect.Type{reflect.TypeFor[IAM](), reflect.TypeFor[Analyzer](), reflect.TypeFor[Trail](), reflect.TypeFor[Account](), reflect.TypeFor[Logs](), reflect.TypeFor[Watch](), reflect.TypeFor[Topics](), reflect.TypeFor[Keys](), reflect.TypeFor[Bus]()} {
		for i := range client.NumMethod() {
			name := client.Method(i).Name
			if !slices.ContainsFunc([]string{"Get", "List", "Describe", "Generate", "Lookup"}, func(beginning string) bool { return strings.HasPrefix(name, beginning) }) {
				t.Errorf("%s.%s may change something", client.Name(), name)
			}
		}
	}
	for _, file := range []string{"alarms.go", "collect.go", "kinds.go"} {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, made := range []string{"iam.New(", "cloudtrail.New(", "accessanalyzer.New(", "account.New(", "*iam.Client", "*cloudtrail.Client", "*accessanalyzer.Client", "*account.Client"} {
			if strings.Contains(string(content), made) {
				t.Errorf("%s has %s: use the interfaces", file, made)
			}
		}
	}
}

// fake answers like AWS: in pages, and not at once. Forms are those of the service models.
type fake struct {
	mu      sync.Mutex
	waits   int
	jobs    map[string]int // how often each was asked for
	started []string
	fail    error
}

func (f *fake) GenerateCredentialReport(context.Context, *iam.GenerateCredentialReportInput, ...func(*iam.Options)) (*iam.GenerateCredentialReportOutput, error) {
	if f.fail != nil {
		return nil, f.fail
	}
	if f.waits < 2 {
		return &iam.GenerateCredentialReportOutput{State: iamtypes.ReportStateTypeStarted}, nil
	}
	return &iam.GenerateCredentialReportOutput{State: iamtypes.ReportStateTypeComplete}, nil
}

const csv = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated\n" +
	"<root_account>,arn:aws:iam::123456789012:root,2020-01-01T00:00:00+00:00,not_supported,no_information,not_supported,not_supported,false,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A\n"

func (f *fake) GetCredentialReport(context.Context, *iam.GetCredentialReportInput, ...func(*iam.Options)) (*iam.GetCredentialReportOutput, error) {
	return &iam.GetCredentialReportOutput{Content: []byte(csv), ReportFormat: iamtypes.ReportFormatTypeTextCsv, GeneratedTime: aws.Time(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))}, nil
}

func (f *fake) GetAccountSummary(context.Context, *iam.GetAccountSummaryInput, ...func(*iam.Options)) (*iam.GetAccountSummaryOutput, error) {
	return &iam.GetAccountSummaryOutput{SummaryMap: map[string]int32{"AccountMFAEnabled": 0, "AccountAccessKeysPresent": 1, "Users": 5}}, nil
}

func role(name, path string) iamtypes.RoleDetail {
	return iamtypes.RoleDetail{RoleName: aws.String(name), Path: aws.String(path), Arn: aws.String("arn:aws:iam::123456789012:role" + path + name), CreateDate: aws.Time(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)),
		RolePolicyList: []iamtypes.PolicyDetail{{PolicyName: aws.String("p"), PolicyDocument: aws.String("%7B%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%5B%22s3%3A%2A%22%2C%22ec2%3A%2A%22%5D%7D%5D%7D")}}}
}

func (f *fake) GetAccountAuthorizationDetails(_ context.Context, in *iam.GetAccountAuthorizationDetailsInput, _ ...func(*iam.Options)) (*iam.GetAccountAuthorizationDetailsOutput, error) {
	if in.Marker == nil {
		return &iam.GetAccountAuthorizationDetailsOutput{RoleDetailList: []iamtypes.RoleDetail{role("one", "/"), role("AWSServiceRoleForX", "/aws-service-role/x.amazonaws.com/")}, IsTruncated: true, Marker: aws.String("2")}, nil
	}
	return &iam.GetAccountAuthorizationDetailsOutput{RoleDetailList: []iamtypes.RoleDetail{role("two", "/team/")}, Policies: []iamtypes.ManagedPolicyDetail{
		{Arn: aws.String("arn:aws:iam::123456789012:policy/p"), AttachmentCount: aws.Int32(1)}, {Arn: aws.String("arn:aws:iam::123456789012:policy/nobody"), AttachmentCount: aws.Int32(0)}, {Arn: aws.String("arn:aws:iam::aws:policy/ReadOnlyAccess"), AttachmentCount: aws.Int32(1)},
	}}, nil
}

func (f *fake) GenerateServiceLastAccessedDetails(_ context.Context, in *iam.GenerateServiceLastAccessedDetailsInput, _ ...func(*iam.Options)) (*iam.GenerateServiceLastAccessedDetailsOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.started = append(f.started, *in.Arn)
	return &iam.GenerateServiceLastAccessedDetailsOutput{JobId: in.Arn}, nil
}

func (f *fake) GetServiceLastAccessedDetails(_ context.Context, in *iam.GetServiceLastAccessedDetailsInput, _ ...func(*iam.Options)) (*iam.GetServiceLastAccessedDetailsOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.jobs[*in.JobId]++
	switch {
	case f.jobs[*in.JobId] == 1:
		return &iam.GetServiceLastAccessedDetailsOutput{JobStatus: iamtypes.JobStatusTypeInProgress}, nil
	case f.fail != nil:
		return &iam.GetServiceLastAccessedDetailsOutput{JobStatus: iamtypes.JobStatusTypeFailed, Error: &iamtypes.ErrorDetails{Code: aws.String("X"), Message: aws.String("no such role")}}, nil
	case in.Marker == nil:
		return &iam.GetServiceLastAccessedDetailsOutput{JobStatus: iamtypes.JobStatusTypeCompleted, IsTruncated: true, Marker: aws.String("2"), ServicesLastAccessed: []iamtypes.ServiceLastAccessed{
			{ServiceName: aws.String("EC2"), ServiceNamespace: aws.String("ec2"), LastAuthenticated: aws.Time(time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC))},
		}}, nil
	}
	return &iam.GetServiceLastAccessedDetailsOutput{JobStatus: iamtypes.JobStatusTypeCompleted, ServicesLastAccessed: []iamtypes.ServiceLastAccessed{{ServiceName: aws.String("S3"), ServiceNamespace: aws.String("s3")}}}, nil
}

func (f *fake) ListRegions(_ context.Context, in *account.ListRegionsInput, _ ...func(*account.Options)) (*account.ListRegionsOutput, error) {
	if in.NextToken == nil {
		return &account.ListRegionsOutput{Regions: []accounttypes.Region{{RegionName: aws.String("us-east-1")}}, NextToken: aws.String("2")}, nil
	}
	return &account.ListRegionsOutput{Regions: []accounttypes.Region{{RegionName: aws.String("eu-central-1")}}}, nil
}

type regional struct {
	region string
	calls  *int
}

func (r regional) LookupEvents(_ context.Context, in *cloudtrail.LookupEventsInput, _ ...func(*cloudtrail.Options)) (*cloudtrail.LookupEventsOutput, error) {
	*r.calls++
	if r.region != "us-east-1" {
		return &cloudtrail.LookupEventsOutput{}, nil
	}
	event := func(id string) []trailtypes.Event {
		return []trailtypes.Event{{EventId: aws.String(id), CloudTrailEvent: aws.String(`{"eventTime": "2026-10-31T00:00:00Z", "eventID": "` + id + `", "eventName": "CreateUser", "eventSource": "iam.amazonaws.com", "eventType": "AwsApiCall", "userIdentity": {"type": "Root", "accountId": "123456789012"}}`)}}
	}
	if in.NextToken == nil {
		return &cloudtrail.LookupEventsOutput{Events: event("1"), NextToken: aws.String("2")}, nil
	}
	return &cloudtrail.LookupEventsOutput{Events: event("2")}, nil
}

// The ways of alarms: a trail to an alarm and a rule, whose topic has one mailbox that waits to be confirmed and one that doesn't.
func (r regional) DescribeTrails(context.Context, *cloudtrail.DescribeTrailsInput, ...func(*cloudtrail.Options)) (*cloudtrail.DescribeTrailsOutput, error) {
	return &cloudtrail.DescribeTrailsOutput{TrailList: []trailtypes.Trail{{Name: aws.String("t"), TrailARN: aws.String("arn:aws:cloudtrail:us-east-1:123456789012:trail/t"), CloudWatchLogsLogGroupArn: aws.String("arn:aws:logs:us-east-1:123456789012:log-group:trail:*"), CloudWatchLogsRoleArn: aws.String("arn:aws:iam::123456789012:role/t")}}}, nil
}

func (r regional) GetTrailStatus(context.Context, *cloudtrail.GetTrailStatusInput, ...func(*cloudtrail.Options)) (*cloudtrail.GetTrailStatusOutput, error) {
	return &cloudtrail.GetTrailStatusOutput{IsLogging: aws.Bool(true)}, nil
}

func (r regional) DescribeLogGroups(context.Context, *cloudwatchlogs.DescribeLogGroupsInput, ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.DescribeLogGroupsOutput, error) {
	return &cloudwatchlogs.DescribeLogGroupsOutput{LogGroups: []logstypes.LogGroup{{LogGroupName: aws.String("trail"), Arn: aws.String("arn:aws:logs:us-east-1:123456789012:log-group:trail:*")}}}, nil
}

func (r regional) DescribeMetricFilters(_ context.Context, in *cloudwatchlogs.DescribeMetricFiltersInput, _ ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.DescribeMetricFiltersOutput, error) {
	if in.NextToken == nil {
		return &cloudwatchlogs.DescribeMetricFiltersOutput{NextToken: aws.String("2")}, nil
	}
	return &cloudwatchlogs.DescribeMetricFiltersOutput{MetricFilters: []logstypes.MetricFilter{{FilterName: aws.String("root"), LogGroupName: aws.String("trail"), FilterPattern: aws.String(`{ $.userIdentity.type = "Root" }`),
		MetricTransformations: []logstypes.MetricTransformation{{MetricName: aws.String("Root"), MetricNamespace: aws.String("Trail")}}}}}, nil
}

const topicARN = "arn:aws:sns:us-east-1:123456789012:alerts"

func (r regional) DescribeAlarms(context.Context, *cloudwatch.DescribeAlarmsInput, ...func(*cloudwatch.Options)) (*cloudwatch.DescribeAlarmsOutput, error) {
	return &cloudwatch.DescribeAlarmsOutput{MetricAlarms: []cloudwatchtypes.MetricAlarm{{AlarmName: aws.String("root"), AlarmArn: aws.String("arn:aws:cloudwatch:us-east-1:123456789012:alarm:root"), MetricName: aws.String("Root"), Namespace: aws.String("Trail"), ActionsEnabled: aws.Bool(true), AlarmActions: []string{topicARN}}}}, nil
}

func (r regional) ListTopics(context.Context, *sns.ListTopicsInput, ...func(*sns.Options)) (*sns.ListTopicsOutput, error) {
	return &sns.ListTopicsOutput{Topics: []snstypes.Topic{{TopicArn: aws.String(topicARN)}}}, nil
}

func (r regional) GetTopicAttributes(context.Context, *sns.GetTopicAttributesInput, ...func(*sns.Options)) (*sns.GetTopicAttributesOutput, error) {
	return &sns.GetTopicAttributesOutput{Attributes: map[string]string{"TopicArn": topicARN, "KmsMasterKeyId": "alias/alerts",
		"Policy": `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": ["cloudwatch.amazonaws.com", "events.amazonaws.com"]}, "Action": "sns:Publish", "Resource": "` + topicARN + `"}]}`}}, nil
}

func (r regional) ListSubscriptions(context.Context, *sns.ListSubscriptionsInput, ...func(*sns.Options)) (*sns.ListSubscriptionsOutput, error) {
	return &sns.ListSubscriptionsOutput{Subscriptions: []snstypes.Subscription{
		{SubscriptionArn: aws.String(topicARN + ":1"), TopicArn: aws.String(topicARN), Protocol: aws.String("email"), Endpoint: aws.String("a@example.com")},
		{SubscriptionArn: aws.String("PendingConfirmation"), TopicArn: aws.String(topicARN), Protocol: aws.String("email"), Endpoint: aws.String("b@example.com")},
	}}, nil
}

func (r regional) DescribeKey(context.Context, *kms.DescribeKeyInput, ...func(*kms.Options)) (*kms.DescribeKeyOutput, error) {
	return &kms.DescribeKeyOutput{KeyMetadata: &kmstypes.KeyMetadata{KeyId: aws.String("k"), Arn: aws.String("arn:aws:kms:us-east-1:123456789012:key/k")}}, nil
}

func (r regional) GetKeyPolicy(context.Context, *kms.GetKeyPolicyInput, ...func(*kms.Options)) (*kms.GetKeyPolicyOutput, error) {
	return &kms.GetKeyPolicyOutput{Policy: aws.String(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "cloudwatch.amazonaws.com"}, "Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Resource": "*"}]}`)}, nil
}

func (r regional) ListRules(context.Context, *eventbridge.ListRulesInput, ...func(*eventbridge.Options)) (*eventbridge.ListRulesOutput, error) {
	return &eventbridge.ListRulesOutput{Rules: []eventstypes.Rule{
		{Name: aws.String("root"), Arn: aws.String("arn:aws:events:us-east-1:123456789012:rule/root"), State: eventstypes.RuleStateEnabled, EventPattern: aws.String(`{"detail": {"userIdentity": {"type": ["Root"]}}}`)},
		{Name: aws.String("aws"), ManagedBy: aws.String("config.amazonaws.com"), EventPattern: aws.String(`{"source": ["x"]}`)},
	}}, nil
}

func (r regional) ListTargetsByRule(context.Context, *eventbridge.ListTargetsByRuleInput, ...func(*eventbridge.Options)) (*eventbridge.ListTargetsByRuleOutput, error) {
	return &eventbridge.ListTargetsByRuleOutput{Targets: []eventstypes.Target{{Id: aws.String("1"), Arn: aws.String(topicARN)}}}, nil
}

func (r regional) ListAnalyzers(context.Context, *accessanalyzer.ListAnalyzersInput, ...func(*accessanalyzer.Options)) (*accessanalyzer.ListAnalyzersOutput, error) {
	if r.region != "us-east-1" {
		return &accessanalyzer.ListAnalyzersOutput{}, nil
	}
	return &accessanalyzer.ListAnalyzersOutput{Analyzers: []analyzertypes.AnalyzerSummary{
		{Arn: aws.String("arn:aws:access-analyzer:us-east-1:123456789012:analyzer/a"), Name: aws.String("a"), Type: analyzertypes.TypeAccount, Status: analyzertypes.AnalyzerStatusActive},
		{Arn: aws.String("arn:aws:access-analyzer:us-east-1:123456789012:analyzer/b"), Name: aws.String("b"), Type: analyzertypes.TypeAccountUnusedAccess, Status: analyzertypes.AnalyzerStatusFailed, StatusReason: &analyzertypes.StatusReason{Code: analyzertypes.ReasonCodeOrganizationDeleted}},
	}}, nil
}

func (r regional) ListFindingsV2(_ context.Context, in *accessanalyzer.ListFindingsV2Input, _ ...func(*accessanalyzer.Options)) (*accessanalyzer.ListFindingsV2Output, error) {
	finding := func(id string, e *string) []analyzertypes.FindingSummaryV2 {
		return []analyzertypes.FindingSummaryV2{{Id: aws.String(id), Status: analyzertypes.FindingStatusActive, FindingType: analyzertypes.FindingTypeExternalAccess, Resource: aws.String("arn:aws:s3:::b"), ResourceType: analyzertypes.ResourceTypeAwsS3Bucket, AnalyzedAt: aws.Time(time.Unix(1790000000, 0)), Error: e}}
	}
	if in.NextToken == nil {
		return &accessanalyzer.ListFindingsV2Output{Findings: finding("1", nil), NextToken: aws.String("2")}, nil
	}
	return &accessanalyzer.ListFindingsV2Output{Findings: finding("2", aws.String("ACCESS_DENIED"))}, nil
}

func (r regional) GetFindingV2(context.Context, *accessanalyzer.GetFindingV2Input, ...func(*accessanalyzer.Options)) (*accessanalyzer.GetFindingV2Output, error) {
	return &accessanalyzer.GetFindingV2Output{FindingDetails: []analyzertypes.FindingDetails{&analyzertypes.FindingDetailsMemberExternalAccessDetails{Value: analyzertypes.ExternalAccessDetails{
		IsPublic: aws.Bool(true), Principal: map[string]string{"AWS": "*"}, Action: []string{"s3:PutObject"}, Sources: []analyzertypes.FindingSource{{Type: analyzertypes.FindingSourceTypePolicy}},
	}}}}, nil
}

func collector(t *testing.T, f *fake) (*Collector, *int) {
	t.Helper()
	if f.jobs == nil {
		f.jobs = make(map[string]int)
	}
	calls := 0
	return &Collector{
		IAM: f, Account: f, Analyzer: func(region string) Analyzer { return regional{region, &calls} }, Regional: func(region string) Regional {
			r := regional{region, &calls}
			return Regional{Trail: r, Logs: r, Watch: r, Topics: r, Keys: r, Bus: r}
		}, Out: t.TempDir(),
		Wait: func(ctx context.Context, _ time.Duration) error {
			f.mu.Lock()
			f.waits++
			f.mu.Unlock()
			return ctx.Err()
		},
	}, &calls
}

func open(t *testing.T, name string) *os.File {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	return file
}

// TestAuditsReadWhatIsCollected collects each kind, and has the audit for it read the files.
func TestAuditsReadWhatIsCollected(t *testing.T) {
	ctx := context.Background()
	f := &fake{}
	c, _ := collector(t, f)
	regions, err := c.Regions(ctx)
	if err != nil || !slices.Equal(regions, []string{"eu-central-1", "us-east-1"}) {
		t.Fatalf("%q, %v", regions, err)
	}

	files, err := c.Credentials(ctx)
	if err != nil || len(files) != 1 || f.waits != 2 {
		t.Fatalf("%q, %v, %d waits", files, err, f.waits)
	}
	content, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	report, err := credentials.Parse(content)
	if err != nil || len(report.Users) != 1 || report.Account() != "123456789012" || report.Generated.Format(time.DateOnly) != "2026-11-01" {
		t.Errorf("%+v, %v", report, err)
	}
	if info, err := os.Stat(files[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}

	if files, err = c.Root(ctx, regions, time.Now()); err != nil || len(files) != 3 {
		t.Fatalf("%q, %v", files, err)
	}
	log := &root.Log{}
	for _, file := range files {
		if err := log.Read(open(t, file)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	if log.Records != 2 || log.Summary == nil || log.Summary.AccessKeys != 1 || log.Summary.MFA != 0 {
		t.Errorf("%+v", log)
	}

	if files, err = c.Analyzers(ctx, regions); err != nil || len(files) != 3 {
		t.Fatalf("%q, %v", files, err)
	}
	evidence := &analyzer.Evidence{}
	for _, file := range files {
		if err := evidence.Read(open(t, file)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	var rules []string
	for _, found := range evidence.Judge(nil) { // the files say which regions were asked
		rules = append(rules, found.Rule)
	}
	slices.Sort(rules)
	if want := []string{"analyzer-error", "analyzer-inactive", "analyzer-missing", "analyzer-public"}; !slices.Equal(rules, want) {
		t.Errorf("%q", rules)
	}

	if files, err = c.Alarms(ctx, []string{"us-east-1"}); err != nil || len(files) != 1 {
		t.Fatalf("%q, %v", files, err)
	}
	state, err := alarms.Read(open(t, files[0]))
	if err != nil {
		t.Fatal(err)
	}
	judged := state.Judge()
	var ids []string
	for _, found := range judged.Findings {
		ids = append(ids, found.ID)
	}
	slices.Sort(ids)
	// The key lets CloudWatch, not EventBridge.
	if want := []string{"alarms-key:aws_sns_topic.us-east-1.alerts", "alarms-pending:aws_sns_topic_subscription.us-east-1.alerts.b@example.com"}; !slices.Equal(ids, want) || judged.Alarms != 2 || judged.Reaching != 1 {
		t.Errorf("%q, %d alarms, %d reach somebody", ids, judged.Alarms, judged.Reaching)
	}

	if files, err = c.Access(ctx); err != nil || len(files) != 4 {
		t.Fatalf("%q, %v", files, err)
	}
	accessed := &access.Evidence{}
	for _, file := range files {
		if err := accessed.Read(open(t, file), ""); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	changes, err := accessed.Changes(access.Limits{}, time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
	if err != nil || len(changes) != 2 || !slices.Equal(changes[0].Removed, []string{"s3:*"}) {
		t.Errorf("%+v, %v", changes, err)
	}
}

// TestAccessGoesOn holds that what has been fetched isn't asked for again, and that what is half-written is.
func TestAccessGoesOn(t *testing.T) {
	ctx := context.Background()
	f := &fake{}
	c, _ := collector(t, f)
	files, err := c.Access(ctx)
	if err != nil || len(f.started) != 3 {
		t.Fatalf("%q, %v", f.started, err)
	}
	if err := os.WriteFile(files[3], []byte(`{"arn": "x"`), 0o600); err != nil {
		t.Fatal(err)
	}
	f.started, f.jobs = nil, make(map[string]int)
	if _, err := c.Access(ctx); err != nil || !slices.Equal(f.started, []string{"arn:aws:iam::123456789012:role/team/two"}) {
		t.Errorf("%q, %v", f.started, err)
	}
	if left, err := filepath.Glob(filepath.Join(c.Out, "access", "*")); err != nil || len(left) != 3 {
		t.Errorf("%q, %v", left, err)
	}
}

// TestFailures holds that AWS's refusals are told with the permission that is missing, and that a context ends the waiting.
func TestFailures(t *testing.T) {
	ctx := context.Background()
	f := &fake{fail: errors.New("AccessDenied")}
	c, _ := collector(t, f)
	if _, err := c.Credentials(ctx); err == nil || !strings.Contains(err.Error(), "iam:GenerateCredentialReport") {
		t.Error(err)
	}
	if _, err := c.Access(ctx); err == nil || !strings.Contains(err.Error(), "the job failed: no such role") {
		t.Error(err)
	}
	stopped, stop := context.WithCancel(ctx)
	stop()
	c, _ = collector(t, &fake{})
	if _, err := c.Credentials(stopped); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := Sleep(stopped, time.Hour); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
