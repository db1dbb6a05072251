package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"plinth/audit/root"
)

func newAuditRootCmd(o *output) *cobra.Command {
	live := &liveOptions{}
	opts := &auditOptions{output: o, live: live}
	cmd := &cobra.Command{
		Use:   "root FILE...",
		Short: "Find in CloudTrail's log files what the root user did",
		Long: "FILE is a log file of CloudTrail, compressed or not, what `aws cloudtrail lookup-events` or `aws iam get-account-summary` prints, or a folder of such files, such as a copy of the trail's bucket; - reads standard input. " +
			"In a folder, files that end neither in .json nor in .json.gz and digest files are passed over.\n\n" +
			"Sign-ins with and without MFA, failed ones, and calls; what AWS services do for root is told apart by the filter pattern of root_activity_alarm. What is alike is one finding. " +
			"With --spec, records of other accounts are left out.\n\n" +
			"Exits with 1 if there is a finding of the severity --fail-on or worse.",
		Example: "  aws s3 sync s3://acme-cloudtrail-123456789012-eu-central-1/AWSLogs logs\n  plinth audit root logs --spec accounts/prod.yaml",
		Args:    live.args(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			files, done, err := live.evidence(cmd.Context(), "root", args)
			if err != nil {
				return err
			}
			defer done()
			return runAuditRoot(opts, cmd.InOrStdin(), files)
		},
	}
	opts.common(cmd.Flags())
	live.addLive(o, cmd.Flags())
	return cmd
}

func runAuditRoot(o *auditOptions, stdin io.Reader, args []string) error {
	wrong := stdinOnce(args)
	j, err := o.judgement(wrong)
	if err != nil {
		return err
	}
	result, err := o.auditRoot(j, stdin, args)
	if err != nil {
		return err
	}
	return o.print(*result)
}

// auditRoot judges logs, event histories and summaries.
func (o *auditOptions) auditRoot(j *judgement, stdin io.Reader, args []string) (*auditResult, error) {
	log := &root.Log{}
	var problems []error
	for _, arg := range args {
		problems = append(problems, readLogs(o.output, log, stdin, arg)...)
	}
	if len(problems) > 0 {
		return nil, failed(errors.Join(problems...))
	}
	if log.Records == 0 && !log.Looked && log.Summary == nil {
		return nil, failed(fmt.Errorf("%s: no record of CloudTrail in there, so that there is nothing to judge by", strings.Join(args, ", ")))
	}
	result := j.result(log.Judge(j.account))
	result.account = j.account
	result.name, result.file, result.rules = "root", args[0], root.Rules()
	if args[0] == "-" {
		result.file = "cloudtrail.json"
	}
	result.scope = rootScope(log)
	return &result, nil
}

// rootScope says how much was read.
func rootScope(log *root.Log) string {
	text := "no record"
	if log.Records > 0 {
		text = fmt.Sprintf("%s from %s to %s (%d of AWS services for root)", plural(log.Records, "record"), log.First.Format(time.RFC3339), log.Last.Format(time.RFC3339), log.Services)
	}
	if log.Summary != nil {
		text += " and the account's summary"
	}
	return text
}

// readLogs reads a file or all of a folder; it goes on after an error.
func readLogs(o *output, log *root.Log, stdin io.Reader, arg string) []error {
	if arg == "-" {
		if err := log.Read(stdin); err != nil {
			return []error{fmt.Errorf("standard input: %w", err)}
		}
		return nil
	}
	info, err := os.Stat(arg)
	if err != nil {
		return []error{err}
	}
	if !info.IsDir() {
		return readLog(log, arg)
	}
	var problems []error
	digests := 0
	err = filepath.WalkDir(arg, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			problems = append(problems, err)
			return nil
		}
		if entry.IsDir() || !strings.HasSuffix(path, ".json") && !strings.HasSuffix(path, ".json.gz") {
			return nil
		}
		for _, err := range readLog(log, path) {
			if errors.Is(err, root.ErrDigest) {
				digests++
				continue
			}
			problems = append(problems, err)
		}
		return nil
	})
	if digests > 0 {
		o.note(fmt.Sprintf("%s: %s of CloudTrail passed over", arg, plural(digests, "digest file")))
	}
	if err != nil {
		problems = append(problems, err)
	}
	return problems
}

func readLog(log *root.Log, path string) []error {
	file, err := os.Open(path)
	if err != nil {
		return []error{err}
	}
	err = log.Read(file)
	if err := errors.Join(err, file.Close()); err != nil {
		return []error{fmt.Errorf("%s: %w", path, err)}
	}
	return nil
}
