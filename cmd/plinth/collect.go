package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"plinth/collect"
)

type collectOptions struct {
	*output
	out, profile string
	regions      []string
	days         int
}

func newCollectCmd(o *output) *cobra.Command {
	opts := &collectOptions{output: o}
	cmd := &cobra.Command{
		Use:   "collect credentials|access|analyzer|root|alarms --out DIR",
		Short: "Fetch from AWS the evidence that audits read",
		Long: "Writes what AWS says into files in the form in which the AWS CLI prints it, for plinth audit: credential reports, last accessed information with the policies, findings of Access Analyzer, what the event history knows of root; and what the audit of alarms needs, in the form of Terraform's state. " +
			"It calls nothing that changes anything, with the credentials and the region that the AWS CLI would take.\n\n" +
			"Files are for their owner only. collect access goes on where it was interrupted: what is in the folder already isn't asked for again, so that a new collection wants a new folder.\n\n" +
			"Permissions: credentials iam:GenerateCredentialReport, iam:GetCredentialReport; access iam:GetAccountAuthorizationDetails, iam:GenerateServiceLastAccessedDetails, iam:GetServiceLastAccessedDetails; " +
			"analyzer access-analyzer:ListAnalyzers, ListFindings, GetFinding; root cloudtrail:LookupEvents, iam:GetAccountSummary; alarms cloudtrail:DescribeTrails, GetTrailStatus, logs:DescribeLogGroups, DescribeMetricFilters, cloudwatch:DescribeAlarms, sns:ListTopics, " +
			"GetTopicAttributes, ListSubscriptions, kms:DescribeKey, GetKeyPolicy, events:ListRules, ListTargetsByRule; without --regions account:ListRegions.",
		Example:   "  plinth collect credentials --out evidence && plinth audit credentials evidence/credential-report.json --spec accounts/prod.yaml",
		Args:      cobra.ExactArgs(1),
		ValidArgs: []string{"credentials", "access", "analyzer", "root", "alarms"},
		RunE: func(cmd *cobra.Command, args []string) error {
			if opts.out == "" {
				return &exit{exitWrong, errors.New("--out: write the folder that the files go to")}
			}
			files, err := opts.run(cmd.Context(), args[0], opts.out)
			if err != nil {
				return err
			}
			for _, file := range files {
				o.info("%s", file)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&opts.out, "out", "", "the folder that the files go to")
	opts.common(cmd.Flags())
	return cmd
}

// common adds the flags of whatever asks AWS.
func (o *collectOptions) common(flags *pflag.FlagSet) {
	flags.StringVar(&o.profile, "profile", "", "a profile of the AWS configuration files")
	flags.StringSliceVar(&o.regions, "regions", nil, "the regions to ask (default: all that the account has enabled)")
	flags.IntVar(&o.days, "since-days", 90, "root only: for how many days back the event history is asked, 90 at most")
}

// run fetches one kind of evidence.
func (o *collectOptions) run(ctx context.Context, kind, out string) ([]string, error) {
	if o.days < 1 || o.days > 90 {
		return nil, &exit{exitWrong, fmt.Errorf("--since-days %d: write 1 to 90; the event history knows no more", o.days)}
	}
	if kind != "credentials" && kind != "access" && kind != "analyzer" && kind != "root" && kind != "alarms" {
		return nil, &exit{exitWrong, fmt.Errorf("%s: write credentials, access, analyzer, root or alarms", kind)}
	}
	c, err := collect.New(ctx, o.profile, out)
	if err != nil {
		return nil, failed(err)
	}
	progress := o.progress(-1, "asking AWS")
	defer progress.end()
	c.Done = progress.done
	regions := o.regions
	if len(regions) == 0 && (kind == "analyzer" || kind == "root" || kind == "alarms") {
		if regions, err = c.Regions(ctx); err != nil {
			return nil, failed(err)
		}
	}
	var files []string
	switch kind {
	case "credentials":
		files, err = c.Credentials(ctx)
	case "access":
		files, err = c.Access(ctx)
	case "analyzer":
		files, err = c.Analyzers(ctx, regions)
	case "alarms":
		files, err = c.Alarms(ctx, regions)
	case "root":
		files, err = c.Root(ctx, regions, time.Now().AddDate(0, 0, -o.days))
	}
	if err != nil {
		return nil, failed(err)
	}
	return files, nil
}

// liveOptions let an audit ask AWS itself.
type liveOptions struct {
	collectOptions
	live bool
}

func (l *liveOptions) addLive(o *output, flags *pflag.FlagSet) {
	l.output = o
	flags.BoolVar(&l.live, "live", false, "ask AWS, with the credentials of the environment, in place of files")
	l.common(flags)
}

// args are the arguments of an audit that may ask AWS: files, or none with --live.
func (l *liveOptions) args(files cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case l.live && len(args) > 0:
			return errors.New("--live asks AWS in place of files: leave the files out")
		case l.live:
			return nil
		}
		return files(cmd, args)
	}
}

// evidence are the files to judge: those that are named, or with --live what is fetched for this run. Done removes what was.
func (l *liveOptions) evidence(ctx context.Context, kind string, files []string) (all []string, done func(), err error) {
	if !l.live {
		return files, func() {}, nil
	}
	temp, err := os.MkdirTemp("", "plinth-live-")
	if err != nil {
		return nil, nil, failed(err)
	}
	done = func() { _ = os.RemoveAll(temp) } // below the system's folder for what may be lost
	if all, err = l.run(ctx, kind, temp); err != nil {
		done()
		return nil, nil, err
	}
	return all, done, nil
}
