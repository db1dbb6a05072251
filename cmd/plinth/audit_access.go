package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/aymanbagabas/go-udiff"
	"github.com/spf13/cobra"

	"plinth/audit/access"
)

type accessOptions struct {
	*auditOptions
	arn      string
	minAge   int
	keep     []string
	diff     bool
	policies []string
}

func newAuditAccessCmd(o *output) *cobra.Command {
	live := &liveOptions{}
	opts := &accessOptions{auditOptions: &auditOptions{output: o, live: live}}
	cmd := &cobra.Command{
		Use:   "access FILE...",
		Short: "Find permissions that nobody uses, and take them out of policies",
		Long: "FILE is what `aws iam` prints for get-service-last-accessed-details, with --arn for whom it is of, or as {\"arn\": ..., \"report\": ...}; get-organizations-access-report; or get-account-authorization-details, " +
			"which tells how old entities are and what policies they have. - reads standard input.\n\n" +
			"--diff prints what to take out, as a unified diff: of the policies of the authorization details, or of your own files (--policy, JSON or .tf), from which only actions of services go that none of the reports' entities uses. " +
			"Order, wildcards and comments stay. Statements that deny, NotAction, iam:PassRole, services that AWS doesn't list, policies of AWS, boundaries, what is younger than --min-age-days and what --keep or the spec's coverage.keep_services names are left alone.\n\n" +
			"Exits with 1 if there is a finding of the severity --fail-on or worse; with --diff, if there is something to take out.",
		Example: "  plinth audit access report.json --arn arn:aws:iam::123456789012:role/EKSAdminRole --diff --policy roles.tf\n  plinth audit access reports/*.json authorization.json --diff > unused.patch",
		Args:    live.args(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			files, done, err := live.evidence(cmd.Context(), "access", args)
			if err != nil {
				return err
			}
			defer done()
			return runAuditAccess(opts, cmd.InOrStdin(), files)
		},
	}
	flags := cmd.Flags()
	opts.common(flags)
	live.addLive(o, flags)
	flags.StringVar(&opts.arn, "arn", "", "whom the report is of, where the file doesn't say")
	flags.IntVar(&opts.minAge, "min-age-days", 90, "how old an entity must be before what it doesn't use counts")
	flags.StringSliceVar(&opts.keep, "keep", nil, "namespaces of services that nobody has to use, such as kms (repeatable)")
	flags.BoolVar(&opts.diff, "diff", false, "print what to take out of policies")
	flags.StringArrayVar(&opts.policies, "policy", nil, "with --diff: a file with your policies (repeatable)")
	return cmd
}

// accessResult is what `audit access --diff --format json` prints.
type accessResult struct {
	Changes []accessChange `json:"changes"`
}

type accessChange struct {
	access.Change
	Diff string `json:"diff"`
}

func runAuditAccess(o *accessOptions, stdin io.Reader, args []string) error {
	wrong := []error{stdinOnce(args)}
	if o.minAge < 0 {
		wrong = append(wrong, fmt.Errorf("--min-age-days %d: write a number of days, 0 or more", o.minAge))
	}
	if len(o.policies) > 0 && !o.diff {
		wrong = append(wrong, errors.New("--policy names files to take something out of: write --diff as well"))
	}
	if o.diff && o.format != "text" && o.format != "json" {
		wrong = append(wrong, fmt.Errorf("--format %s: a diff is text or json", o.format))
	}
	j, err := o.judgement(errors.Join(wrong...))
	if err != nil {
		return err
	}
	evidence, err := readAccess(stdin, args, o.arn)
	if err != nil {
		return err
	}
	limits := access.Limits{Age: time.Duration(o.minAge) * 24 * time.Hour, Keep: slices.Concat(o.keep, j.keep)}
	if o.diff {
		return o.printChanges(evidence, limits, j.now)
	}
	return o.print(*o.auditAccess(j, evidence, limits, args[0]))
}

func readAccess(stdin io.Reader, args []string, arn string) (*access.Evidence, error) {
	evidence := &access.Evidence{}
	var problems []error
	for _, arg := range args {
		content, err := readInput(stdin, arg)
		if err == nil {
			err = evidence.Read(bytes.NewReader(content), arn)
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", arg, err))
		}
	}
	if len(problems) == 0 && len(evidence.Reports) == 0 {
		problems = append(problems, fmt.Errorf("%s: there is no report of last accessed services among the files", strings.Join(args, ", ")))
	}
	if len(problems) > 0 {
		return nil, failed(errors.Join(problems...))
	}
	return evidence, nil
}

// auditAccess judges reports; file is the first that they are of.
func (o *auditOptions) auditAccess(j *judgement, evidence *access.Evidence, limits access.Limits, file string) *auditResult {
	result := j.result(evidence.Judge(limits, j.now))
	result.name, result.account, result.file, result.rules = "access", j.account, file, access.Rules()
	if file == "-" {
		result.file = "last-accessed.json"
	}
	result.scope = plural(len(evidence.Reports), "report") + " of last accessed services"
	used, unused := 0, 0
	for _, report := range evidence.Reports {
		for _, s := range report.Services {
			if s.Last.IsZero() {
				unused++
			} else {
				used++
			}
		}
	}
	result.charts = []auditChart{chart("Permissions for services", auditBar{Label: "used", N: used}, auditBar{Label: "not used", N: unused})}
	return &result
}

// printChanges prints what to take out of policies.
func (o *accessOptions) printChanges(evidence *access.Evidence, limits access.Limits, now time.Time) error {
	var changes []access.Change
	if len(o.policies) > 0 {
		unused, why := evidence.Unused(slices.Sorted(maps.Keys(evidence.Reports)), limits, now)
		if why != "" {
			return &exit{exitWrong, fmt.Errorf("nothing can be told of the policies: %s", why)}
		}
		for _, file := range o.policies {
			content, err := os.ReadFile(file)
			if err != nil {
				return failed(err)
			}
			change, err := access.Edit(file, content, unused)
			if err != nil {
				return &exit{exitWrong, err}
			}
			changes = append(changes, change)
		}
	} else {
		var err error
		if changes, err = evidence.Changes(limits, now); err != nil {
			return failed(err)
		}
	}
	result := accessResult{Changes: []accessChange{}}
	some := false
	for _, change := range changes {
		diff := ""
		if change.New != change.Old {
			some = true
			diff = udiff.Unified("a/"+change.File, "b/"+change.File, change.Old, change.New)
		}
		for _, note := range change.Notes {
			o.note(change.File + ": " + note)
		}
		result.Changes = append(result.Changes, accessChange{change, diff})
		if o.format == "text" {
			if _, err := io.WriteString(o.stdout, diff); err != nil {
				return failed(fmt.Errorf("output: %w", err))
			}
		}
	}
	if err := o.json(result); err != nil {
		return err
	}
	if some {
		return &exit{code: exitFindings}
	}
	return nil
}
