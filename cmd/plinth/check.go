package main

import (
	"errors"
	"fmt"
	"io"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/spf13/cobra"

	"plinth/generator"
	"plinth/generator/fileset"
)

type checkOptions struct {
	*output
	out   string
	style string
	diff  bool
}

func newCheckCmd(o *output) *cobra.Command {
	opts := &checkOptions{output: o}
	cmd := &cobra.Command{
		Use:   "check SPEC...",
		Short: "Compare the accounts' directories with what would be generated",
		Long: "Exits with 1 if a directory is not what would be generated: a file is missing, outdated, changed by hand, stale (plinth wrote it and " +
			"would not now), or foreign (Terraform would read it together with the generated ones). Writes nothing.",
		Example: "  plinth check accounts --diff",
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return runCheck(opts, args) },
	}
	o.addFormat(cmd)
	cmd.Flags().StringVarP(&opts.out, "out", "o", "", "directory that holds the accounts' directories (default: generated beside each spec)")
	addStyle(cmd, &opts.style)
	cmd.Flags().BoolVar(&opts.diff, "diff", false, "print what would change as a unified diff")
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
}

func runCheck(o *checkOptions, args []string) error {
	if err := errors.Join(o.checkFormat(), checkStyle(o.style)); err != nil {
		return &exit{exitWrong, err}
	}
	r, err := render(o.output, args, generator.Style(o.style))
	if err != nil {
		return err
	}
	result := checkResult{Clean: true, Accounts: []checkedAccount{}, Diagnostics: jsonDiagnostics(r.diags)}
	if r.diags.HasErrors() {
		result.Clean = false
		if err := o.json(result); err != nil {
			return err
		}
		return &exit{code: exitWrong}
	}
	for _, account := range r.accounts {
		checked, err := o.check(account)
		if err != nil {
			return failed(err)
		}
		result.Clean = result.Clean && checked.Clean
		result.Accounts = append(result.Accounts, checked)
	}
	if err := o.json(result); err != nil {
		return err
	}
	if !result.Clean {
		return &exit{code: exitFindings}
	}
	return nil
}

func (o *checkOptions) check(account *generator.Account) (checkedAccount, error) {
	dir := outDir(o.out, account)
	checked := checkedAccount{Name: account.Name, ID: account.ID, Spec: account.Spec, Dir: dir, Files: []fileset.Entry{}}
	report, diff, err := fileset.Compare(dir, account.Files, o.diff)
	if err != nil {
		return checked, err
	}
	checked.Clean, checked.Interrupted, checked.Diff = report.Clean(), report.Interrupted, diff
	for _, entry := range report.Entries {
		if entry.Status != fileset.UpToDate {
			checked.Files = append(checked.Files, entry)
		}
	}
	if o.format != "text" {
		return checked, nil
	}
	if checked.Clean {
		o.info("%s: up to date (%s)", dir, plural(len(account.Files), "file"))
		return checked, nil
	}
	fmt.Fprintf(o.stdout, "%s: not what %s says\n", dir, account.Spec)
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
	_, err = io.WriteString(o.stdout, diff)
	return checked, err
}
