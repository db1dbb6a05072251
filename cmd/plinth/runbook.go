package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"plinth/generator/coverage"
)

func newRunbookCmd(o *output) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "runbook SPEC...",
		Short:   "List what people do for an account, why Terraform can't, and how it is shown to be done",
		Long:    "Prints Markdown: what comes before the first apply, then the rest, in order.",
		Example: "  plinth runbook accounts/prod.yaml > RUNBOOK.md",
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return runRunbook(o, args) },
	}
	o.addFormat(cmd)
	return cmd
}

// runbookResult is what `runbook --format json` prints.
type runbookResult struct {
	Accounts []runbookAccount `json:"accounts"`
}

type runbookAccount struct {
	Name  string          `json:"name"`
	ID    string          `json:"id"`
	Spec  string          `json:"spec"`
	Tasks []coverage.Task `json:"tasks"`
}

func runRunbook(o *output, args []string) error {
	if err := o.checkFormat(); err != nil {
		return err
	}
	r, err := renderWhole(o, args)
	if err != nil {
		return err
	}
	result := runbookResult{Accounts: []runbookAccount{}}
	for _, account := range r.accounts {
		tasks, err := r.generator.Runbook(account)
		if err != nil {
			return failed(err)
		}
		result.Accounts = append(result.Accounts, runbookAccount{Name: account.Name, ID: account.ID, Spec: account.Spec, Tasks: tasks})
	}
	if o.format == "text" {
		err = printRunbook(o.stdout, result)
	} else {
		err = o.json(result)
	}
	if err != nil {
		return failed(fmt.Errorf("output: %w", err))
	}
	return nil
}

func printRunbook(w io.Writer, result runbookResult) error {
	var b strings.Builder
	for i, a := range result.Accounts {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "# Account %s (%s)\n", a.Name, a.ID)
		heading := ""
		for n, task := range a.Tasks {
			section := "Once it is applied, and each year again"
			if task.Before {
				section = "Before the first apply"
			}
			if section != heading {
				heading = section
				fmt.Fprintf(&b, "\n## %s\n", section)
			}
			fmt.Fprintf(&b, "\n### %d. %s\n", n+1, task.Title)
			fmt.Fprintf(&b, "- [ ] %s\n", task.Do)
			for _, one := range task.For {
				fmt.Fprintf(&b, "  - [ ] %s\n", printableText(one))
			}
			fmt.Fprintf(&b, "- Why Terraform doesn't: %s\n- Done when: %s\n", task.Why, task.Proof)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
