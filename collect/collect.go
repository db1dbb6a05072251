// Package collect fetches from AWS the evidence that the audits read, and writes it to files as the AWS CLI would print it. It calls nothing that changes anything.
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
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer"
	"github.com/aws/aws-sdk-go-v2/service/account"
	accounttypes "github.com/aws/aws-sdk-go-v2/service/account/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/google/renameio/v2/maybe"
)

// IAM is what is called of IAM.
type IAM interface {
	GenerateCredentialReport(context.Context, *iam.GenerateCredentialReportInput, ...func(*iam.Options)) (*iam.GenerateCredentialReportOutput, error)
	GetCredentialReport(context.Context, *iam.GetCredentialReportInput, ...func(*iam.Options)) (*iam.GetCredentialReportOutput, error)
	GetAccountSummary(context.Context, *iam.GetAccountSummaryInput, ...func(*iam.Options)) (*iam.GetAccountSummaryOutput, error)
	GetAccountAuthorizationDetails(context.Context, *iam.GetAccountAuthorizationDetailsInput, ...func(*iam.Options)) (*iam.GetAccountAuthorizationDetailsOutput, error)
	GenerateServiceLastAccessedDetails(context.Context, *iam.GenerateServiceLastAccessedDetailsInput, ...func(*iam.Options)) (*iam.GenerateServiceLastAccessedDetailsOutput, error)
	GetServiceLastAccessedDetails(context.Context, *iam.GetServiceLastAccessedDetailsInput, ...func(*iam.Options)) (*iam.GetServiceLastAccessedDetailsOutput, error)
}

// Analyzer is what is called of Access Analyzer in a region.
type Analyzer interface {
	ListAnalyzers(context.Context, *accessanalyzer.ListAnalyzersInput, ...func(*accessanalyzer.Options)) (*accessanalyzer.ListAnalyzersOutput, error)
	ListFindingsV2(context.Context, *accessanalyzer.ListFindingsV2Input, ...func(*accessanalyzer.Options)) (*accessanalyzer.ListFindingsV2Output, error)
	GetFindingV2(context.Context, *accessanalyzer.GetFindingV2Input, ...func(*accessanalyzer.Options)) (*accessanalyzer.GetFindingV2Output, error)
}

// Trail is what is called of CloudTrail in a region.
type Trail interface {
	LookupEvents(context.Context, *cloudtrail.LookupEventsInput, ...func(*cloudtrail.Options)) (*cloudtrail.LookupEventsOutput, error)
	DescribeTrails(context.Context, *cloudtrail.DescribeTrailsInput, ...func(*cloudtrail.Options)) (*cloudtrail.DescribeTrailsOutput, error)
	GetTrailStatus(context.Context, *cloudtrail.GetTrailStatusInput, ...func(*cloudtrail.Options)) (*cloudtrail.GetTrailStatusOutput, error)
}

// Account is what is called of the account itself.
type Account interface {
	ListRegions(context.Context, *account.ListRegionsInput, ...func(*account.Options)) (*account.ListRegionsOutput, error)
}

// Collector collects from one account.
type Collector struct {
	IAM      IAM
	Account  Account
	Analyzer func(region string) Analyzer
	Regional func(region string) Regional

	Out  string                                           // the folder that files go to
	Wait func(ctx context.Context, d time.Duration) error // between calls; Sleep
	Done func(what string)                                // after each thing that is fetched; may be nil
}

// New makes a collector with the credentials and the region of the environment, or of a profile of the AWS configuration files.
func New(ctx context.Context, profile, out string) (*Collector, error) {
	options := []func(*config.LoadOptions) error{config.WithRetryMode(aws.RetryModeAdaptive), config.WithRetryMaxAttempts(8), config.WithAppID("plinth")}
	if profile != "" {
		options = append(options, config.WithSharedConfigProfile(profile))
	}
	loaded, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("AWS configuration: %w", err)
	}
	if loaded.Region == "" {
		return nil, errors.New("AWS configuration: there is no region; set AWS_REGION, or the profile's region")
	}
	return &Collector{
		IAM: iam.NewFromConfig(loaded), Account: account.NewFromConfig(loaded),
		Analyzer: func(region string) Analyzer {
			return accessanalyzer.NewFromConfig(loaded, func(o *accessanalyzer.Options) { o.Region = region })
		},
		Regional: func(region string) Regional {
			of := loaded.Copy()
			of.Region = region
			return Regional{
				Trail: cloudtrail.NewFromConfig(of), Logs: cloudwatchlogs.NewFromConfig(of), Watch: cloudwatch.NewFromConfig(of), Topics: sns.NewFromConfig(of), Keys: kms.NewFromConfig(of), Bus: eventbridge.NewFromConfig(of),
			}
		},
		Out: out, Wait: Sleep,
	}, nil
}

// Sleep waits, unless the context ends before.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// Regions are the regions that the account has enabled, sorted.
func (c *Collector) Regions(ctx context.Context) ([]string, error) {
	var regions []string
	input := &account.ListRegionsInput{RegionOptStatusContains: []accounttypes.RegionOptStatus{accounttypes.RegionOptStatusEnabled, accounttypes.RegionOptStatusEnabledByDefault}}
	for {
		page, err := c.Account.ListRegions(ctx, input)
		if err != nil {
			return nil, fmt.Errorf("the account's regions (account:ListRegions); name them with --regions: %w", err)
		}
		for _, r := range page.Regions {
			regions = append(regions, aws.ToString(r.RegionName))
		}
		if input.NextToken = page.NextToken; input.NextToken == nil {
			slices.Sort(regions)
			return regions, nil
		}
	}
}

// write writes a file at once, for its owner only, and returns its path.
func (c *Collector) write(name string, content any) (string, error) {
	text, err := json.MarshalIndent(content, "", "  ")
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	path := filepath.Join(c.Out, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	if err := maybe.WriteFile(path, append(text, '\n'), 0o600); err != nil {
		return "", err
	}
	if c.Done != nil {
		c.Done(name)
	}
	return path, nil
}

// fileName makes a file's name of an ARN or the like.
func fileName(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.@=+", r) {
			return r
		}
		return '_'
	}, text)
}
