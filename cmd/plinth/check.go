package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/hashicorp/hcl/v2"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/spf13/cobra"

	"plinth/generator"
	"plinth/generator/fileset"
	"plinth/generator/spec"
)

type checkOptions struct {
	*output
	out   string
	style string
	diff  bool
	now   string
}

func newCheckCmd(o *output) *cobra.Command {
	opts := &checkOptions{output: o}
	cmd := &cobra.Command{
		Use:   "check SPEC...",
		Short: "Compare the accounts' directories with what would be generated",
		Long: "Exits with 1 if a directory is not what would be generated: a file is missing, outdated, changed by hand, stale (plinth wrote it and " +
			"would not now), or foreign (Terraform would read it together with the generated ones). " +
			"Exits with 1, too, if an exception in a spec (what has a reason, an owner and an expires date) has expired, and warns 30 days before. Writes nothing.",
		Example: "  plinth check accounts --diff",
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return runCheck(opts, args) },
	}
	o.addFormat(cmd)
	cmd.Flags().StringVarP(&opts.out, "out", "o", "", "directory that holds the accounts' directories (default: generated beside each spec)")
	addStyle(cmd, &opts.style)
	cmd.Flags().BoolVar(&opts.diff, "diff", false, "print what would change as a unified diff")
	cmd.Flags().StringVar(&opts.now, "now", "", "the `DATE` to judge exceptions by, YYYY-MM-DD (default: today, UTC)")
	return cmd
}

// checkResult is what `check --format json` prints.
type checkResult struct {
	Clean       bool                `json:"clean"`
	Accounts    []checkedAccount    `json:"accounts"`
	Diagnostics []tfjson.Diagnostic `json:"diagnostics"`
}

type checkedAccount struct {
	Name        string          `json:"name"`
	ID          string          `json:"id"`
	Spec        string          `json:"spec"`
	Dir         string          `json:"dir"`
	Clean       bool            `json:"clean"`
	Interrupted bool            `json:"interrupted"` // an earlier generate did not get to its end
	Files       []fileset.Entry `json:"files"`       // those that are not up to date
	Diff        string          `json:"diff,omitempty"`

	wanted int // files
}

func runCheck(o *checkOptions, args []string) error {
	now, err := day(o.now)
	if err := errors.Join(o.checkFormat(), checkStyle(o.style), err); err != nil {
		return &exit{exitWrong, err}
	}
	r, err := render(o.output, args, generator.Style(o.style))
	if err != nil {
		return err
	}
	var overdue hcl.Diagnostics
	for _, account := range r.accounts {
		overdue = append(overdue, expiry(account.Exceptions, now)...)
	}
	if err := o.diagnostics(overdue, r.sources); err != nil {
		return err
	}
	result := checkResult{Clean: !overdue.HasErrors(), Accounts: []checkedAccount{}, Diagnostics: jsonDiagnostics(append(r.diags, overdue...))}
	if r.diags.HasErrors() {
		result.Clean = false
		if err := o.json(result); err != nil {
			return err
		}
		return &exit{code: exitWrong}
	}
	result.Accounts = make([]checkedAccount, len(r.accounts))
	err = parallel(len(r.accounts), func(i int) (err error) {
		result.Accounts[i], err = o.check(r.accounts[i])
		return err
	})
	if err != nil {
		return failed(err)
	}
	for _, checked := range result.Accounts {
		result.Clean = result.Clean && checked.Clean
		if err := o.print(checked); err != nil {
			return failed(fmt.Errorf("output: %w", err))
		}
	}
	if err := o.json(result); err != nil {
		return err
	}
	if !result.Clean {
		return &exit{code: exitFindings}
	}
	return nil
}

// date is the day by which exceptions are judged, at midnight UTC.
// day reads --now; without it, it is today.
func day(now string) (time.Time, error) {
	if now == "" {
		return time.Now().UTC().Truncate(24 * time.Hour), nil
	}
	t, err := time.Parse(time.DateOnly, now)
	if err != nil {
		return t, fmt.Errorf("--now %s: write a date, YYYY-MM-DD", now)
	}
	return t, nil
}

// soon is how long before its end an exception is warned of.
const soon = 30 * 24 * time.Hour

// expiry finds exceptions that no longer hold, and those that soon won't.
func expiry(exceptions []spec.Exception, now time.Time) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, e := range exceptions {
		d := &hcl.Diagnostic{Subject: &e.Range, Severity: hcl.DiagError, Summary: "Expired exception"}
		switch left := e.Expires.Sub(now); {
		case left < 0:
			d.Detail = fmt.Sprintf("%s held until %s. Remove it, or ask %s whether its reason still holds and write a later date. The reason: %s",
				e.Field, e.Expires.Format(time.DateOnly), e.Owner, e.Reason)
		case left < soon:
			d.Severity, d.Summary = hcl.DiagWarning, "Exception that soon expires"
			d.Detail = fmt.Sprintf("%s holds until %s, and check fails from the day after. Ask %s whether its reason still holds: %s",
				e.Field, e.Expires.Format(time.DateOnly), e.Owner, e.Reason)
		default:
			continue
		}
		diags = append(diags, d)
	}
	return diags
}

func (o *checkOptions) check(account *generator.Account) (checkedAccount, error) {
	files := account.Files()
	checked := checkedAccount{Name: account.Name, ID: account.ID, Spec: account.Spec, Dir: outDir(o.out, account), Files: []fileset.Entry{}, wanted: len(files)}
	report, diff, err := fileset.Compare(checked.Dir, files, o.diff)
	if err != nil {
		return checked, err
	}
	checked.Clean, checked.Interrupted, checked.Diff = report.Clean(), report.Interrupted, diff
	for _, entry := range report.Entries {
		if entry.Status != fileset.UpToDate {
			checked.Files = append(checked.Files, entry)
		}
	}
	return checked, nil
}

// print tells people about an account.
func (o *checkOptions) print(checked checkedAccount) error {
	if o.format != "text" {
		return nil
	}
	if checked.Clean {
		o.info("%s: up to date (%s)", checked.Dir, plural(checked.wanted, "file"))
		return nil
	}
	fmt.Fprintf(o.stdout, "%s: not what %s says\n", checked.Dir, checked.Spec)
	if checked.Interrupted {
		fmt.Fprintln(o.stdout, "  an earlier plinth generate did not get to its end; run it again")
	}
	for _, entry := range checked.Files {
		note := ""
		if entry.Note != "" {
			note = " (" + entry.Note + ")"
		}
		fmt.Fprintf(o.stdout, "  %-8s  %s%s\n", entry.Status, entry.Name, note)
	}
	_, err := io.WriteString(o.stdout, checked.Diff)
	return err
}
