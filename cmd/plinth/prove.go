package main

import (
	"context"
	"fmt"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/spf13/cobra"

	"plinth/generator"
	"plinth/generator/prove"
	"plinth/generator/terraform"
)

func newProveCmd(o *output) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "prove SPEC...",
		Short: "Show that the specialized configuration means what the generic one means",
		Long: "Plans both styles of each account with real Terraform and made-up credentials, and compares the plans: actions, values, what is unknown and what is sensitive " +
			"of each resource, data sources and outputs. Since a policy with one unknown ARN is unknown as a whole, it compares once more under mocked providers, where every string is known " +
			"(that needs Terraform 1.11 or later). Nothing is written, and no request is made.",
		Example: "  plinth prove accounts/prod.yaml",
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return runProve(cmd.Context(), o, args) },
	}
	o.addFormat(cmd)
	return cmd
}

// proveResult is what `prove --format json` prints.
type proveResult struct {
	Equal       bool                `json:"equal"`
	Accounts    []provedAccount     `json:"accounts"`
	Diagnostics []tfjson.Diagnostic `json:"diagnostics"`
}

type provedAccount struct {
	Name string `json:"name"`
	ID   string `json:"id"`
	Spec string `json:"spec"`
	*prove.Result
}

func runProve(ctx context.Context, o *output, args []string) error {
	if err := o.checkFormat(); err != nil {
		return err
	}
	specialized, err := render(o, args, generator.Specialized)
	if err != nil {
		return err
	}
	result := proveResult{Equal: true, Accounts: []provedAccount{}, Diagnostics: jsonDiagnostics(specialized.diags)}
	if specialized.diags.HasErrors() {
		result.Equal = false
		if err := o.json(result); err != nil {
			return err
		}
		return &exit{code: exitWrong}
	}
	silent := *o
	silent.format = "none" // the warnings have been printed
	generic, err := render(&silent, args, generator.Generic)
	if err != nil {
		return err
	}
	tool, err := terraform.Find(ctx)
	if err != nil {
		return failed(err)
	}
	for i, account := range specialized.accounts {
		found, err := prove.Account(ctx, tool, generic.accounts[i], account)
		if err != nil {
			return failed(fmt.Errorf("account %s: %w", account.Name, err))
		}
		result.Accounts = append(result.Accounts, provedAccount{Name: account.Name, ID: account.ID, Spec: account.Spec, Result: found})
		if len(found.Differences) == 0 {
			o.info("%s: equal (%s, %s, %s)", account.Spec, plural(found.Resources, "resource"), plural(found.Data, "data source"), plural(found.Outputs, "output"))
			continue
		}
		result.Equal = false
		first := found.Differences[0]
		if o.format == "text" {
			fmt.Fprintf(o.stdout, "%s: %s, the first under the %s:\n  %s\n  %s\n", account.Spec, plural(len(found.Differences), "difference"), first.Under, first.Place, first.Text)
		}
	}
	if err := o.json(result); err != nil {
		return err
	}
	if !result.Equal {
		return &exit{code: exitFindings}
	}
	return nil
}
