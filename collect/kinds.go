package collect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer"
	analyzertypes "github.com/aws/aws-sdk-go-v2/service/accessanalyzer/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	trailtypes "github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"golang.org/x/sync/errgroup"
)

// How long is waited between calls, and how often.
const (
	poll     = 2 * time.Second
	polls    = 150
	lookup   = 500 * time.Millisecond // LookupEvents takes two calls a second: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
	atATime  = 4                      // jobs of last accessed information
	pageSize = 100
)

// Credentials fetches the credential report: credential-report.json.
func (c *Collector) Credentials(ctx context.Context) ([]string, error) {
	for try := 0; ; try++ {
		state, err := c.IAM.GenerateCredentialReport(ctx, &iam.GenerateCredentialReportInput{})
		if err != nil {
			return nil, fmt.Errorf("credential report (iam:GenerateCredentialReport): %w", err)
		}
		if state.State == iamtypes.ReportStateTypeComplete {
			break
		}
		if try == polls {
			return nil, errors.New("credential report: IAM is still making it; try again later")
		}
		if err := c.Wait(ctx, poll); err != nil {
			return nil, err
		}
	}
	report, err := c.IAM.GetCredentialReport(ctx, &iam.GetCredentialReportInput{})
	if err != nil {
		return nil, fmt.Errorf("credential report (iam:GetCredentialReport): %w", err)
	}
	file, err := c.write("credential-report.json", map[string]any{"Content": report.Content, "ReportFormat": report.ReportFormat, "GeneratedTime": report.GeneratedTime})
	return []string{file}, err
}

// Root fetches what the event history of each region knows of root since a time (90 days at most), and the account's summary: events-<region>.json, account-summary.json.
func (c *Collector) Root(ctx context.Context, regions []string, since time.Time) ([]string, error) {
	summary, err := c.IAM.GetAccountSummary(ctx, &iam.GetAccountSummaryInput{})
	if err != nil {
		return nil, fmt.Errorf("account summary (iam:GetAccountSummary): %w", err)
	}
	file, err := c.write("account-summary.json", map[string]any{"SummaryMap": summary.SummaryMap})
	if err != nil {
		return nil, err
	}
	files := []string{file}
	for _, region := range regions {
		input := &cloudtrail.LookupEventsInput{
			StartTime: aws.Time(since), LookupAttributes: []trailtypes.LookupAttribute{{AttributeKey: trailtypes.LookupAttributeKeyUsername, AttributeValue: aws.String("root")}},
		}
		events := []trailtypes.Event{}
		for {
			page, err := c.Regional(region).Trail.LookupEvents(ctx, input)
			if err != nil {
				return nil, fmt.Errorf("event history of %s (cloudtrail:LookupEvents): %w", region, err)
			}
			events = append(events, page.Events...)
			if input.NextToken = page.NextToken; input.NextToken == nil {
				break
			}
			if err := c.Wait(ctx, lookup); err != nil {
				return nil, err
			}
		}
		file, err := c.write("events-"+fileName(region)+".json", map[string]any{"Events": events})
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}

// Analyzers fetches the analyzers of each region and their findings that aren't resolved: analyzers-<region>.json, findings-<region>-<name>.json.
func (c *Collector) Analyzers(ctx context.Context, regions []string) ([]string, error) {
	var files []string
	for _, region := range regions {
		client := c.Analyzer(region)
		analyzers := []map[string]any{}
		input := &accessanalyzer.ListAnalyzersInput{}
		for {
			page, err := client.ListAnalyzers(ctx, input)
			if err != nil {
				return nil, fmt.Errorf("analyzers of %s (access-analyzer:ListAnalyzers): %w", region, err)
			}
			for _, a := range page.Analyzers {
				one := map[string]any{"arn": a.Arn, "name": a.Name, "type": a.Type, "status": a.Status}
				if a.StatusReason != nil {
					one["statusReason"] = map[string]any{"code": a.StatusReason.Code}
				}
				analyzers = append(analyzers, one)
				if a.Status != analyzertypes.AnalyzerStatusActive {
					continue
				}
				found, err := c.findings(ctx, client, a)
				if err != nil {
					return nil, err
				}
				file, err := c.write("findings-"+fileName(region)+"-"+fileName(aws.ToString(a.Name))+".json", map[string]any{"findings": found})
				if err != nil {
					return nil, err
				}
				files = append(files, file)
			}
			if input.NextToken = page.NextToken; input.NextToken == nil {
				break
			}
		}
		file, err := c.write("analyzers-"+fileName(region)+".json", map[string]any{"region": region, "analyzers": analyzers})
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	slices.Sort(files)
	return files, nil
}

// findings are an analyzer's findings with their details, in the form of get-finding-v2.
func (c *Collector) findings(ctx context.Context, client Analyzer, a analyzertypes.AnalyzerSummary) ([]any, error) {
	found := []any{}
	input := &accessanalyzer.ListFindingsV2Input{
		AnalyzerArn: a.Arn, MaxResults: aws.Int32(pageSize),
		Filter: map[string]analyzertypes.Criterion{"status": {Eq: []string{string(analyzertypes.FindingStatusActive), string(analyzertypes.FindingStatusArchived)}}},
	}
	for {
		page, err := client.ListFindingsV2(ctx, input)
		if err != nil {
			return nil, fmt.Errorf("findings of %s (access-analyzer:ListFindings): %w", aws.ToString(a.Arn), err)
		}
		for _, f := range page.Findings {
			one := map[string]any{
				"id": f.Id, "status": f.Status, "findingType": f.FindingType, "resource": f.Resource, "resourceType": f.ResourceType, "resourceOwnerAccount": f.ResourceOwnerAccount, "analyzedAt": f.AnalyzedAt,
			}
			if f.Error != nil {
				one["error"] = f.Error
			} else if one["findingDetails"], err = c.details(ctx, client, a, f.Id); err != nil {
				return nil, err
			}
			found = append(found, one)
		}
		if input.NextToken = page.NextToken; input.NextToken == nil {
			return found, nil
		}
	}
}

func (c *Collector) details(ctx context.Context, client Analyzer, a analyzertypes.AnalyzerSummary, id *string) ([]any, error) {
	all := []any{}
	input := &accessanalyzer.GetFindingV2Input{AnalyzerArn: a.Arn, Id: id}
	for {
		page, err := client.GetFindingV2(ctx, input)
		if err != nil {
			return nil, fmt.Errorf("finding %s of %s (access-analyzer:GetFinding): %w", aws.ToString(id), aws.ToString(a.Arn), err)
		}
		for _, d := range page.FindingDetails {
			switch d := d.(type) {
			case *analyzertypes.FindingDetailsMemberExternalAccessDetails:
				all = append(all, map[string]any{"externalAccessDetails": d.Value})
			case *analyzertypes.FindingDetailsMemberInternalAccessDetails:
				all = append(all, map[string]any{"internalAccessDetails": d.Value})
			case *analyzertypes.FindingDetailsMemberUnusedPermissionDetails:
				all = append(all, map[string]any{"unusedPermissionDetails": d.Value})
			case *analyzertypes.FindingDetailsMemberUnusedIamRoleDetails:
				all = append(all, map[string]any{"unusedIamRoleDetails": d.Value})
			case *analyzertypes.FindingDetailsMemberUnusedIamUserAccessKeyDetails:
				all = append(all, map[string]any{"unusedIamUserAccessKeyDetails": d.Value})
			case *analyzertypes.FindingDetailsMemberUnusedIamUserPasswordDetails:
				all = append(all, map[string]any{"unusedIamUserPasswordDetails": d.Value})
			}
		}
		if input.NextToken = page.NextToken; input.NextToken == nil {
			return all, nil
		}
	}
}

// Access fetches the account's users, groups, roles and policies, and the last accessed information of each that is the account's own: authorization-details.json, access/<arn>.json. What is there already isn't asked for
// again, so that a run that was interrupted goes on where it was.
func (c *Collector) Access(ctx context.Context) ([]string, error) {
	details, arns, err := c.authorization(ctx)
	if err != nil {
		return nil, err
	}
	file, err := c.write("authorization-details.json", details)
	if err != nil {
		return nil, err
	}
	files := make([]string, len(arns)+1)
	files[0] = file
	workers, ctx := errgroup.WithContext(ctx)
	workers.SetLimit(atATime)
	for i, arn := range arns {
		name := "access/" + fileName(arn) + ".json"
		files[i+1] = filepath.Join(c.Out, filepath.FromSlash(name))
		if c.has(files[i+1], arn) {
			continue
		}
		workers.Go(func() error {
			report, err := c.lastAccessed(ctx, arn)
			if err != nil {
				return fmt.Errorf("last accessed information of %s: %w", arn, err)
			}
			_, err = c.write(name, map[string]any{"arn": arn, "report": report})
			return err
		})
	}
	return files, workers.Wait()
}

// has tells whether a report has been fetched.
func (c *Collector) has(file, arn string) bool {
	content, err := os.ReadFile(file)
	if err != nil {
		return false
	}
	var fetched struct {
		ARN    string `json:"arn"`
		Report struct{ JobStatus string }
	}
	return json.Unmarshal(content, &fetched) == nil && fetched.ARN == arn && fetched.Report.JobStatus == string(iamtypes.JobStatusTypeCompleted)
}

// authorization are the account's entities with their policies, and the ARNs of users, groups, roles and attached policies, sorted. Roles that AWS's services own can't be changed, and are left out.
func (c *Collector) authorization(ctx context.Context) (details map[string]any, arns []string, err error) {
	users, groups, roles, policies := []iamtypes.UserDetail{}, []iamtypes.GroupDetail{}, []iamtypes.RoleDetail{}, []iamtypes.ManagedPolicyDetail{}
	input := &iam.GetAccountAuthorizationDetailsInput{MaxItems: aws.Int32(1000)}
	for {
		page, err := c.IAM.GetAccountAuthorizationDetails(ctx, input)
		if err != nil {
			return nil, nil, fmt.Errorf("authorization details (iam:GetAccountAuthorizationDetails): %w", err)
		}
		users, groups, roles, policies = append(users, page.UserDetailList...), append(groups, page.GroupDetailList...), append(roles, page.RoleDetailList...), append(policies, page.Policies...)
		if !page.IsTruncated {
			break
		}
		input.Marker = page.Marker
	}
	for _, u := range users {
		arns = append(arns, aws.ToString(u.Arn))
	}
	for _, g := range groups {
		arns = append(arns, aws.ToString(g.Arn))
	}
	for _, r := range roles {
		if path := aws.ToString(r.Path); len(path) < len(serviceRoles) || path[:len(serviceRoles)] != serviceRoles {
			arns = append(arns, aws.ToString(r.Arn))
		}
	}
	for _, p := range policies {
		if arn := aws.ToString(p.Arn); aws.ToInt32(p.AttachmentCount) > 0 && !strings.Contains(arn, ":iam::aws:") { // AWS's own can't be changed
			arns = append(arns, arn)
		}
	}
	slices.Sort(arns)
	return map[string]any{"UserDetailList": users, "GroupDetailList": groups, "RoleDetailList": roles, "Policies": policies}, arns, nil
}

// serviceRoles is the path of service-linked roles.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
const serviceRoles = "/aws-service-role/"

// lastAccessed runs one job, and fetches all pages of what it finds.
func (c *Collector) lastAccessed(ctx context.Context, arn string) (*iam.GetServiceLastAccessedDetailsOutput, error) {
	job, err := c.IAM.GenerateServiceLastAccessedDetails(ctx, &iam.GenerateServiceLastAccessedDetailsInput{Arn: aws.String(arn), Granularity: iamtypes.AccessAdvisorUsageGranularityTypeActionLevel})
	if err != nil {
		return nil, err
	}
	input := &iam.GetServiceLastAccessedDetailsInput{JobId: job.JobId, MaxItems: aws.Int32(pageSize)}
	var report *iam.GetServiceLastAccessedDetailsOutput
	for try := 0; ; {
		page, err := c.IAM.GetServiceLastAccessedDetails(ctx, input)
		if err != nil {
			return nil, err
		}
		switch page.JobStatus {
		case iamtypes.JobStatusTypeInProgress:
			if try++; try > polls {
				return nil, errors.New("the job doesn't end; try again later")
			}
			if err := c.Wait(ctx, poll); err != nil {
				return nil, err
			}
			continue
		case iamtypes.JobStatusTypeFailed:
			return nil, fmt.Errorf("the job failed: %s", aws.ToString(errorMessage(page)))
		}
		if report == nil {
			report = page
		} else {
			report.ServicesLastAccessed = append(report.ServicesLastAccessed, page.ServicesLastAccessed...)
		}
		if !page.IsTruncated {
			report.IsTruncated, report.Marker = false, nil
			return report, nil
		}
		input.Marker = page.Marker
	}
}

func errorMessage(page *iam.GetServiceLastAccessedDetailsOutput) *string {
	if page.Error == nil {
		return nil
	}
	return page.Error.Message
}
