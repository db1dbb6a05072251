package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"plinth/generator"
	"plinth/generator/coverage"
)

type coverageOptions struct {
	*output
	benchmark string
	now       string
	missing   bool
}

func newCoverageCmd(o *output) *cobra.Command {
	opts := &coverageOptions{output: o}
	cmd := &cobra.Command{
		Use:   "coverage SPEC...",
		Short: "Say what of the controls that guides ask for an account's Terraform gives",
		Long: "A row for each control of the CIS Amazon Web Services Foundations Benchmark and for each step of AWS's account-security guides: covered or partly, with the resources that do it; missing, with what to " +
			"write; excepted by coverage.exceptions of the spec; manual, with what people do and how that is shown; or elsewhere, with the reason. Only resources that are in the account's Terraform count.\n\n" +
			"Exits with 1 if a control is missing.",
		Example: "  plinth coverage accounts/prod.yaml --missing\n  plinth coverage accounts --benchmark 5.0 --format json",
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return runCoverage(opts, args) },
	}
	o.addFormat(cmd)
	cmd.Flags().StringVar(&opts.benchmark, "benchmark", "", "version of the benchmark: "+strings.Join(coverage.Benchmarks, ", ")+" (default: coverage.benchmark of each spec)")
	cmd.Flags().StringVar(&opts.now, "now", "", "the `DATE` to judge exceptions by, YYYY-MM-DD (default: today, UTC)")
	cmd.Flags().BoolVar(&opts.missing, "missing", false, "show what is missing alone")
	return cmd
}

// coverageResult is what `coverage --format json` prints.
type coverageResult struct {
	Complete bool             `json:"complete"` // nothing is missing
	Accounts []coveredAccount `json:"accounts"`
}

type coveredAccount struct {
	Name      string         `json:"name"`
	ID        string         `json:"id"`
	Spec      string         `json:"spec"`
	Benchmark string         `json:"benchmark"`
	Rows      []coverage.Row `json:"rows"`
}

func runCoverage(o *coverageOptions, args []string) error {
	now, err := day(o.now)
	if err := errors.Join(o.checkFormat(), err, checkBenchmark(o.benchmark)); err != nil {
		return &exit{exitWrong, err}
	}
	r, err := renderWhole(o.output, args)
	if err != nil {
		return err
	}
	result := coverageResult{Complete: true, Accounts: []coveredAccount{}}
	for _, account := range r.accounts {
		rows, err := r.generator.Coverage(account, o.benchmark, now)
		if err != nil {
			return failed(err)
		}
		a := coveredAccount{Name: account.Name, ID: account.ID, Spec: account.Spec, Benchmark: cmp.Or(o.benchmark, account.Measure.Benchmark), Rows: []coverage.Row{}}
		for _, row := range rows {
			if row.Status == coverage.Missing {
				result.Complete = false
			}
			if row.Status == coverage.Missing || !o.missing {
				a.Rows = append(a.Rows, row)
			}
		}
		result.Accounts = append(result.Accounts, a)
	}
	if o.format == "text" {
		err = printCoverage(o.stdout, result)
	} else {
		err = o.json(result)
	}
	switch {
	case err != nil:
		return failed(fmt.Errorf("output: %w", err))
	case !result.Complete:
		return &exit{code: exitFindings}
	}
	return nil
}

// checkBenchmark refuses a version that there are no ids of; "" is for the default.
func checkBenchmark(version string) error {
	if version == "" || slices.Contains(coverage.Benchmarks, version) {
		return nil
	}
	return fmt.Errorf("--benchmark %s: write one of %s", version, strings.Join(coverage.Benchmarks, ", "))
}

// renderWhole renders the specs of a command line, and fails if one is wrong.
func renderWhole(o *output, args []string) (*rendered, error) {
	r, err := render(o, args, generator.Specialized)
	switch {
	case err != nil:
		return nil, err
	case r.diags.HasErrors() && o.format != "text":
		return nil, &exit{exitWrong, r.diags}
	case r.diags.HasErrors():
		return nil, &exit{code: exitWrong}
	}
	return r, nil
}

func printCoverage(w io.Writer, result coverageResult) error {
	for _, a := range result.Accounts {
		counts := make(map[coverage.Status]int)
		table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintf(table, "%s, CIS AWS Foundations Benchmark %s and AWS's guides\n", a.Name, a.Benchmark)
		for _, row := range a.Rows {
			counts[row.Status]++
			id := row.CIS
			if id == "" {
				id = "-"
			}
			fmt.Fprintf(table, "  %s\t%s\t%s\t%s\n", id, row.Status, row.Control, row.Title)
			for _, line := range rowLines(row) {
				fmt.Fprintf(table, "  \t\t\t%s\n", line)
			}
		}
		var summary []string
		for _, status := range []coverage.Status{coverage.Covered, coverage.Partly, coverage.Missing, coverage.Excepted, coverage.Manual, coverage.Elsewhere} {
			if counts[status] > 0 {
				summary = append(summary, fmt.Sprintf("%d %s", counts[status], status))
			}
		}
		if len(summary) == 0 {
			summary = []string{"nothing to show"}
		}
		fmt.Fprintf(table, "%s: %s\n", a.Name, strings.Join(summary, ", "))
		if err := table.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// rowLines say what a control's status comes of, and what is to do.
func rowLines(row coverage.Row) []string {
	var lines []string
	if len(row.Addresses) > 0 && row.Status != coverage.Missing {
		const some = 2
		text := strings.Join(row.Addresses[:min(some, len(row.Addresses))], ", ")
		if more := len(row.Addresses) - some; more > 0 {
			text += fmt.Sprintf(" and %d more", more)
		}
		lines = append(lines, "by "+text)
	}
	if row.Why != "" {
		lines = append(lines, row.Why)
	}
	if row.Todo != "" && row.Status == coverage.Missing {
		lines = append(lines, "write "+row.Todo)
	} else if row.Todo != "" && row.Status != coverage.Excepted {
		lines = append(lines, "to do: "+row.Todo)
	}
	if row.Proof != "" && (row.Status == coverage.Manual || row.Status == coverage.Partly) {
		lines = append(lines, "shown by: "+row.Proof)
	}
	if len(row.Audit) > 0 {
		// A rule's name begins with that of its audit.
		byAudit := make(map[string][]string)
		for _, rule := range row.Audit {
			audit, _, _ := strings.Cut(rule, "-")
			byAudit[audit] = append(byAudit[audit], rule)
		}
		for _, audit := range slices.Sorted(maps.Keys(byAudit)) {
			lines = append(lines, "proved by: plinth audit "+audit+", "+strings.Join(byAudit[audit], ", "))
		}
	}
	return lines
}
