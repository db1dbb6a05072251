package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/spf13/cobra"

	"plinth/generator"
	"plinth/generator/terraform"
)

type validateOptions struct {
	*output
	terraform bool
}

func newValidateCmd(o *output) *cobra.Command {
	opts := &validateOptions{output: o}
	cmd := &cobra.Command{
		Use:   "validate SPEC...",
		Short: "Check specs without writing anything",
		Long: "Checks each spec, and the configuration that it makes against what AWS refuses. With --terraform, real Terraform initializes and validates " +
			"the configurations as well, all of them in one run, in a temporary copy and without credentials; it reads backend blocks, but connects to none.",
		Example: "  plinth validate accounts --terraform",
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return runValidate(cmd.Context(), opts, args) },
	}
	o.addFormat(cmd)
	cmd.Flags().BoolVar(&opts.terraform, "terraform", false, "run terraform init and validate, too")
	return cmd
}

// validateResult is what `validate --format json` prints.
type validateResult struct {
	Valid       bool                `json:"valid"`
	Accounts    []validatedAccount  `json:"accounts"`
	Diagnostics []tfjson.Diagnostic `json:"diagnostics"`
}

type validatedAccount struct {
	Name string `json:"name"`
	ID   string `json:"id"`
	Spec string `json:"spec"`
}

func runValidate(ctx context.Context, o *validateOptions, args []string) error {
	if err := o.checkFormat(); err != nil {
		return err
	}
	r, err := render(o.output, args, generator.Specialized)
	if err != nil {
		return err
	}
	if o.terraform && !r.diags.HasErrors() {
		more, err := validateWithTerraform(ctx, r)
		if err != nil {
			return failed(err)
		}
		r.diags = append(r.diags, more...)
		if err := o.diagnostics(more, r.sources); err != nil {
			return failed(fmt.Errorf("output: %w", err))
		}
	}
	result := validateResult{Valid: !r.diags.HasErrors(), Accounts: []validatedAccount{}, Diagnostics: jsonDiagnostics(r.diags)}
	for _, account := range r.accounts {
		result.Accounts = append(result.Accounts, validatedAccount{Name: account.Name, ID: account.ID, Spec: account.Spec})
		if result.Valid {
			o.info("%s: valid (account %s)", account.Spec, account.Name)
		}
	}
	if err := o.json(result); err != nil {
		return err
	}
	if !result.Valid {
		return &exit{code: exitWrong}
	}
	return nil
}

// validateWithTerraform validates all accounts with Terraform. Diagnostics point at the generated files, by account, and name the place in the spec that decides
// the line.
func validateWithTerraform(ctx context.Context, r *rendered) (hcl.Diagnostics, error) {
	tool, err := terraform.Find(ctx)
	if err != nil {
		return nil, err
	}
	configurations := make([]terraform.Configuration, len(r.accounts))
	for i, account := range r.accounts {
		configurations[i] = terraform.Configuration{Name: "account " + account.Name, Account: account.ID, Files: account.Files()}
	}
	found, err := tool.ValidateAll(ctx, configurations)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(found, func(diags []tfjson.Diagnostic) bool { return len(diags) > 0 }) {
		return nil, nil
	}
	var diags hcl.Diagnostics
	for i, account := range r.accounts {
		if len(found[i]) == 0 {
			continue
		}
		origins, more := r.generator.Origins(account, inputOf(account.Spec, r.sources.Bytes(account.Spec)))
		if more.HasErrors() {
			return nil, more
		}
		for _, d := range found[i] {
			diags = append(diags, ofAccount(d, account, origins))
			if d.Range != nil {
				r.sources.Add(filepath.Join(account.Name, filepath.FromSlash(d.Range.Filename)), configurations[i].Files[d.Range.Filename])
			}
		}
	}
	return diags, nil
}

// ofAccount is what Terraform says of an account's files as it is printed.
func ofAccount(d tfjson.Diagnostic, account *generator.Account, origins *generator.Origins) *hcl.Diagnostic {
	diag := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: d.Summary}
	if d.Severity == tfjson.DiagnosticSeverityWarning {
		diag.Severity = hcl.DiagWarning
	}
	origin := fmt.Sprintf("This is about account %s.", account.Name)
	if d.Range != nil {
		pos := func(p tfjson.Pos) hcl.Pos { return hcl.Pos{Line: p.Line, Column: p.Column, Byte: p.Byte} }
		name := filepath.Join(account.Name, filepath.FromSlash(d.Range.Filename))
		diag.Subject = &hcl.Range{Filename: name, Start: pos(d.Range.Start), End: pos(d.Range.End)}
		origin = ""
		if field, rng, ok := origins.At(d.Range.Filename, d.Range.Start.Line); ok {
			origin = fmt.Sprintf("This comes from %s, which is at %s:%d:%d.", field, rng.Filename, rng.Start.Line, rng.Start.Column)
		}
	}
	diag.Detail = strings.TrimSpace(strings.TrimSpace(d.Detail) + "\n" + origin)
	return diag
}
