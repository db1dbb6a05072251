package main

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"plinth"
	"plinth/audit"
	"plinth/audit/credentials"
	"plinth/generator/coverage"
)

type auditOptions struct {
	*output
	spec, benchmark, now, failOn string
	against                      string // an earlier result
	maxAge                       time.Duration
	live                         *liveOptions // nil where an audit can't ask AWS
	limits                       struct{ unused, rotation, root int }
}

func newAuditCmd(o *output) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Say what is wrong with an account by AWS's own evidence",
		Long:  "Each audit reads files that AWS has made, and asks AWS for nothing unless it says --live; plinth collect fetches the files. Evidence that is missing, too old or unreadable is an error (exit code 3), never no findings.",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newAuditCredentialsCmd(o), newAuditRootCmd(o), newAuditAnalyzerCmd(o), newAuditAlarmsCmd(o), newAuditAccessCmd(o), newAuditAllCmd(o))
	return cmd
}

func newAuditCredentialsCmd(o *output) *cobra.Command {
	live := &liveOptions{}
	opts := &auditOptions{output: o, live: live}
	cmd := &cobra.Command{
		Use:   "credentials [OLD] FILE",
		Short: "Judge IAM's credential report",
		Long: "FILE is the report as CSV, what `aws iam get-credential-report` prints, or an object that the section credential_report has stored; - reads it from standard input.\n\n" +
			"With an OLD report of the account as well, each finding is new or not, and what is resolved and which values changed is told, too. Both are judged as of the same time, " +
			"so that nothing is new by the passing of time alone; --max-age is about FILE.\n\n" +
			"Exits with 1 if there is a finding of the severity --fail-on or worse.",
		Example: "  aws iam get-credential-report | plinth audit credentials - --spec accounts/prod.yaml\n  plinth audit credentials last-week.csv today.csv --format markdown",
		Args:    live.args(cobra.RangeArgs(1, 2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			files, done, err := live.evidence(cmd.Context(), "credentials", args)
			if err != nil {
				return err
			}
			defer done()
			return runAuditCredentials(opts, cmd.InOrStdin(), files)
		},
	}
	flags := cmd.Flags()
	opts.common(flags)
	live.addLive(o, flags)
	opts.credentialFlags(flags)
	return cmd
}

// credentialFlags adds what the credential report is judged with.
func (o *auditOptions) credentialFlags(flags *pflag.FlagSet) {
	flags.DurationVar(&o.maxAge, "max-age", 8*24*time.Hour, "how old a report may be that says when it was made")
	flags.IntVar(&o.limits.unused, "unused-days", 45, "for how many days a password or key may go unused")
	flags.IntVar(&o.limits.rotation, "rotation-days", 90, "after how many days a key has to be replaced")
	flags.IntVar(&o.limits.root, "root-days", 90, "for how many days back use of root is a finding")
}

// common adds the flags that all audits have.
func (o *auditOptions) common(flags *pflag.FlagSet) {
	flags.StringVar(&o.format, "format", "text", "text, json, jsonl, csv, sarif, junit, markdown or html")
	flags.StringVar(&o.spec, "spec", "", "the account's `SPEC`: its coverage.benchmark and coverage.exceptions hold")
	flags.StringVar(&o.benchmark, "benchmark", "", "version of the CIS benchmark whose ids findings get: "+strings.Join(coverage.Benchmarks, ", "))
	flags.StringVar(&o.now, "now", "", "the `TIME` to judge by, as 2026-01-31 or 2026-01-31T06:00:00Z (default: now)")
	flags.StringVar(&o.against, "against", "", "an earlier `RESULT` of the same audit, of --format json: say what is new and what is resolved")
	flags.StringVar(&o.failOn, "fail-on", "low", "the severity from which findings count: low, medium, high or critical")
}

// auditResult is what `audit --format json` prints.
type auditResult struct {
	Audit     string           `json:"audit"` // which one
	Clean     bool             `json:"clean"` // nothing counts
	Benchmark string           `json:"benchmark"`
	Now       time.Time        `json:"now"`
	Findings  []auditedFinding `json:"findings"`
	// Compared tells whether there is an older report; without one, Resolved and Changes are empty and findings have no state.
	Compared bool                 `json:"compared"`
	Resolved []auditedFinding     `json:"resolved"` // findings of the old report that the new one hasn't
	Changes  []credentials.Change `json:"changes"`

	name    string         // of the audit
	account string         // its id, where it is known
	file    string         // that findings are located in, for SARIF
	scope   string         // how much was read
	rules   []audit.Rule   // all that it judges by
	charts  []auditChart   // for HTML
	failOn  audit.Severity // from which on a finding counts
}

type auditedFinding struct {
	audit.Finding
	Controls  []string `json:"controls"`            // plinth's names for them
	CIS       []string `json:"cis"`                 // their ids in the benchmark
	Exception string   `json:"exception,omitempty"` // why it doesn't count
	State     string   `json:"state,omitempty"`     // new or unchanged, as against the old report
}

// counts tells whether a finding makes the account one that is not clean.
func (r auditResult) counts(f auditedFinding) bool {
	return f.Exception == "" && f.Severity >= r.failOn
}

// judgement is what every audit judges by.
type judgement struct {
	now        time.Time
	failOn     audit.Severity
	benchmark  string
	account    string   // of the spec; empty without one
	regions    []string // that the spec has in use
	keep       []string // services that the spec says nobody has to use
	catalogue  *coverage.Catalogue
	exceptions map[string]coverage.Exception
}

// judgement reads the options that all audits have; wrong is what is wrong with others.
func (o *auditOptions) judgement(wrong error) (*judgement, error) {
	now, err := moment(o.now)
	failOn, badSeverity := audit.ParseSeverity(o.failOn)
	err = errors.Join(wrong, err, badSeverity, o.checkFormat("jsonl", "csv", "sarif", "junit", "markdown", "html"), checkBenchmark(o.benchmark))
	if err != nil {
		return nil, &exit{exitWrong, err}
	}
	catalogue, err := coverage.Load(plinth.Files)
	if err != nil {
		return nil, failed(err)
	}
	j := &judgement{now: now, failOn: failOn, benchmark: o.benchmark, catalogue: catalogue, exceptions: make(map[string]coverage.Exception)}
	if o.spec != "" {
		r, err := renderWhole(o.output, []string{o.spec})
		if err != nil {
			return nil, err
		}
		if len(r.accounts) != 1 {
			return nil, &exit{exitWrong, fmt.Errorf("--spec %s: a report is of one account; name its spec", o.spec)}
		}
		j.exceptions, j.account, j.regions = r.accounts[0].Measure.Exceptions, r.accounts[0].ID, r.accounts[0].Regions
		j.keep = r.accounts[0].Measure.Keep
		j.benchmark = cmp.Or(j.benchmark, r.accounts[0].Measure.Benchmark)
	}
	j.benchmark = cmp.Or(j.benchmark, coverage.DefaultBenchmark)
	return j, nil
}

// look ties findings to controls and to the spec's exceptions.
func (j *judgement) look(findings []audit.Finding) []auditedFinding {
	all := []auditedFinding{}
	for _, f := range findings {
		found := auditedFinding{Finding: f, Controls: []string{}, CIS: []string{}}
		for _, control := range j.catalogue.ProvedBy(f.Rule) {
			found.Controls = append(found.Controls, control.ID)
			if id := control.CIS[j.benchmark]; id != "" {
				found.CIS = append(found.CIS, id)
			}
			if e, ok := j.exceptions[control.ID]; ok && e.Holds(j.now) {
				found.Exception = e.String()
			}
		}
		all = append(all, found)
	}
	return all
}

// expired are the spec's exceptions that hold no more.
func (j *judgement) expired() []audit.ExpiredException {
	var all []audit.ExpiredException
	for _, control := range slices.Sorted(maps.Keys(j.exceptions)) {
		if e := j.exceptions[control]; !e.Holds(j.now) {
			all = append(all, audit.ExpiredException{Control: control, Owner: e.Owner, Reason: e.Reason, Expires: e.Expires.Format(time.DateOnly)})
		}
	}
	return all
}

// result is an audit that found this.
func (j *judgement) result(findings []audit.Finding) auditResult {
	found := append(slices.Clone(findings), audit.Expired(j.expired())...)
	audit.Sort(found)
	r := auditResult{Benchmark: j.benchmark, Now: j.now, Findings: j.look(found), Resolved: []auditedFinding{}, Changes: []credentials.Change{}, failOn: j.failOn}
	r.Clean = !slices.ContainsFunc(r.Findings, r.counts)
	return r
}

// print prints an audit and says by the exit code whether the account is clean.
func (o *auditOptions) print(result auditResult) error {
	var err error
	result.Audit = result.name
	result.rules = append(slices.Clone(result.rules), audit.ExceptionExpired)
	if o.against != "" {
		old, err := readResult(o.against, result.name)
		if err != nil {
			return failed(fmt.Errorf("%s: %w", o.against, err))
		}
		result.compare(old.Findings)
	}
	if o.live != nil && o.live.live {
		result.file = filepath.Base(result.file) // the folder is gone when this is read
	}
	switch o.format {
	case "json":
		err = o.json(result)
	case "jsonl":
		err = auditLines(o.stdout, result)
	case "html":
		err = auditHTML(o.stdout, result)
	case "csv":
		err = auditCSV(o.stdout, result)
	case "sarif":
		err = auditSARIF(o.stdout, result)
	case "junit":
		err = auditJUnit(o.stdout, result)
	case "markdown":
		err = auditMarkdown(o.stdout, result)
	default:
		err = printAudit(o.stdout, result)
	}
	switch {
	case err != nil:
		return failed(fmt.Errorf("output: %w", err))
	case !result.Clean:
		return &exit{code: exitFindings}
	}
	return nil
}

func runAuditCredentials(o *auditOptions, stdin io.Reader, args []string) error {
	var wrong error
	if len(args) == 2 && args[0] == "-" && args[1] == "-" {
		wrong = errors.New("only one report can come from standard input")
	}
	if len(args) == 2 && o.against != "" {
		wrong = errors.Join(wrong, errors.New("--against and an OLD report are two things to compare with: write one of them"))
	}
	for name, days := range map[string]int{"--unused-days": o.limits.unused, "--rotation-days": o.limits.rotation, "--root-days": o.limits.root} {
		if days < 0 {
			wrong = errors.Join(wrong, fmt.Errorf("%s %d: write a number of days, 0 or more", name, days))
		}
	}
	j, err := o.judgement(wrong)
	if err != nil {
		return err
	}
	result, err := o.auditCredentials(j, stdin, args)
	if err != nil {
		return err
	}
	return o.print(*result)
}

// auditCredentials judges a report, which may have an older one before it.
func (o *auditOptions) auditCredentials(j *judgement, stdin io.Reader, args []string) (*auditResult, error) {
	file := args[len(args)-1]
	report, err := readReport(stdin, file, j.now, o.maxAge)
	if err != nil {
		return nil, failed(fmt.Errorf("%s: %w", file, err))
	}
	day := func(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }
	limits := credentials.Limits{Unused: day(o.limits.unused), Rotation: day(o.limits.rotation), RootUse: day(o.limits.root)}
	result := j.result(credentials.Judge(report, limits, j.now))
	result.name, result.file, result.scope, result.rules = "credentials", file, plural(len(report.Users), "row"), credentials.Rules()
	result.account, result.charts = report.Account(), credentialCharts(report, j.now)
	if file == "-" {
		result.file = "credential-report.csv"
	}
	if len(args) == 2 {
		old, err := readReport(stdin, args[0], j.now, 0)
		if err != nil {
			return nil, failed(fmt.Errorf("%s: %w", args[0], err))
		}
		if was, is := old.Account(), report.Account(); was != is {
			return nil, &exit{exitWrong, fmt.Errorf("%s is of account %s, and %s of account %s: compare reports of one account", args[0], was, file, is)}
		}
		result.compare(j.look(credentials.Judge(old, limits, j.now)))
		result.Changes = credentials.Compare(old, report)
	}
	return &result, nil
}

// credentialCharts show how many users have MFA, and how old keys are.
func credentialCharts(report *credentials.Report, now time.Time) []auditChart {
	s := report.Statistics(now)
	var ages []auditBar
	for _, age := range s.KeyAges {
		ages = append(ages, auditBar{Label: age.Label, N: age.Keys})
	}
	return []auditChart{
		chart("MFA of who has a password", auditBar{Label: "with MFA", N: s.WithMFA}, auditBar{Label: "without MFA", N: s.WithoutMFA}),
		chart("Age of active access keys", ages...),
	}
}

// moment reads --now: a day, which is its midnight UTC, or a time.
func moment(now string) (time.Time, error) {
	if now == "" {
		return time.Now().UTC().Truncate(time.Second), nil
	}
	if t, err := time.Parse(time.RFC3339, now); err == nil {
		return t.UTC(), nil
	}
	t, err := time.Parse(time.DateOnly, now)
	if err != nil {
		return t, fmt.Errorf("--now %s: write a time, such as 2026-01-31 or 2026-01-31T06:00:00Z", now)
	}
	return t, nil
}

// readResult reads what an earlier audit printed.
func readResult(file, name string) (*auditResult, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var old auditResult
	if err := json.Unmarshal(content, &old); err != nil {
		return nil, fmt.Errorf("it is no result of plinth audit %s --format json: %w", name, err)
	}
	if old.Audit != name {
		return nil, fmt.Errorf("it is no result of plinth audit %s --format json, but of %q", name, old.Audit)
	}
	return &old, nil
}

// compare sets the state of the findings, and what is resolved, by the findings of an old report.
func (r *auditResult) compare(old []auditedFinding) {
	r.Compared = true
	before, now := make(map[string]bool), make(map[string]bool)
	for _, f := range old {
		before[f.ID] = true
	}
	for i, f := range r.Findings {
		now[f.ID] = true
		r.Findings[i].State = "new"
		if before[f.ID] {
			r.Findings[i].State = "unchanged"
		}
	}
	for _, f := range old {
		if !now[f.ID] {
			r.Resolved = append(r.Resolved, f)
		}
	}
}

// readReport reads a report; maxAge 0 takes one of any age.
func readReport(stdin io.Reader, file string, now time.Time, maxAge time.Duration) (*credentials.Report, error) {
	content, err := readInput(stdin, file)
	if err != nil {
		return nil, err
	}
	report, err := credentials.Parse(content)
	if err != nil {
		return nil, err
	}
	if maxAge > 0 && !report.Generated.IsZero() && now.Sub(report.Generated) > maxAge {
		return nil, fmt.Errorf("the report is of %s, which is too old to judge by (--max-age %s). Ask IAM for a new one: aws iam generate-credential-report", report.Generated.Format(time.RFC3339), maxAge)
	}
	return report, nil
}

func printAudit(w io.Writer, result auditResult) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range result.Findings {
		severity := f.Severity.String()
		if f.Exception != "" {
			severity = "excepted"
		}
		cis := strings.Join(f.CIS, ", ")
		if cis == "" {
			cis = "-"
		}
		message := printableText(f.Message)
		if f.State == "new" {
			message = "new: " + message
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", severity, printableText(f.Subject), cis, message)
		for _, e := range f.Evidence {
			fmt.Fprintf(table, "\t\t\t%s is %s\n", e.Column, printableText(e.Value))
		}
		if f.Exception != "" {
			fmt.Fprintf(table, "\t\t\t%s\n", printableText(f.Exception))
			continue
		}
		fmt.Fprintf(table, "\t\t\tto do: %s\n", printableText(f.Remedy))
	}
	for _, f := range result.Resolved {
		fmt.Fprintf(table, "resolved\t%s\t-\t%s\n", printableText(f.Subject), printableText(f.Message))
	}
	for _, c := range result.Changes {
		fmt.Fprintf(table, "changed\t%s\t-\t%s\n", printableText(c.User), printableText(changeText(c)))
	}
	fmt.Fprintf(table, "%s in %s, CIS AWS Foundations Benchmark %s\n", plural(len(result.Findings), "finding"), result.scope, result.Benchmark)
	return table.Flush()
}

// changeText says what changed in a report.
func changeText(c credentials.Change) string {
	switch {
	case c.Column != "":
		return fmt.Sprintf("%s was %s and is %s", c.Column, c.Old, c.New)
	case c.Old == "":
		return "the user was made"
	}
	return "the user was deleted"
}

func auditCSV(w io.Writer, result auditResult) error {
	table := csv.NewWriter(w)
	if err := table.Write([]string{"id", "rule", "severity", "kind", "subject", "arn", "cis", "message", "evidence", "exception", "state"}); err != nil {
		return err
	}
	for _, f := range result.Findings {
		var evidence []string
		for _, e := range f.Evidence {
			evidence = append(evidence, e.Column+"="+e.Value)
		}
		if err := table.Write([]string{f.ID, f.Rule, f.Severity.String(), f.Kind, f.Subject, f.ARN, strings.Join(f.CIS, " "), f.Message, strings.Join(evidence, " "), f.Exception, f.State}); err != nil {
			return err
		}
	}
	table.Flush()
	return table.Error()
}
