package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hashicorp/hcl/v2"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/spf13/cobra"

	"plinth/generator"
	"plinth/generator/fileset"
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
			"the configuration as well, in a temporary copy, without a backend and without credentials.",
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

// validateWithTerraform validates each account with Terraform. Diagnostics point at the generated files, by account.
func validateWithTerraform(ctx context.Context, r *rendered) (hcl.Diagnostics, error) {
	tool, err := terraform.Find(ctx)
	if err != nil {
		return nil, err
	}
	var diags hcl.Diagnostics
	for _, account := range r.accounts {
		found, err := validateAccount(ctx, tool, account)
		if err != nil {
			return nil, fmt.Errorf("account %s: %w", account.Name, err)
		}
		for _, d := range found {
			diag := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: d.Summary, Detail: d.Detail}
			if d.Severity == tfjson.DiagnosticSeverityWarning {
				diag.Severity = hcl.DiagWarning
			}
			if d.Range != nil {
				name := filepath.Join(account.Name, d.Range.Filename)
				pos := func(p tfjson.Pos) hcl.Pos { return hcl.Pos{Line: p.Line, Column: p.Column, Byte: p.Byte} }
				diag.Subject = &hcl.Range{Filename: name, Start: pos(d.Range.Start), End: pos(d.Range.End)}
				r.sources.Add(name, account.Files()[filepath.ToSlash(d.Range.Filename)])
			}
			diags = append(diags, diag)
		}
	}
	return diags, nil
}

func validateAccount(ctx context.Context, tool *terraform.Tool, account *generator.Account) (found []tfjson.Diagnostic, err error) {
	temp, err := os.MkdirTemp("", "plinth-validate-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	dir := filepath.Join(temp, account.Name)
	if _, err := fileset.Write(dir, account.Files(), fileset.Options{}); err != nil {
		return nil, err
	}
	return tool.Validate(ctx, dir)
}
