package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/spf13/cobra"

	"plinth/generator"
	"plinth/internal/changes"
)

type listOptions struct {
	*output
	affectedBy string
	always     []string
	shard      string
}

func newListCmd(o *output) *cobra.Command {
	opts := &listOptions{output: o}
	cmd := &cobra.Command{
		Use:   "list SPEC...",
		Short: "List accounts, and which of them a change touches",
		Long: "With --affected-by, an account is listed if its spec, a file that the spec extends or a text that it names differs from what it was where the current branch left REV: " +
			"committed, not committed, or not yet added to git. A spec that was removed is not listed.\n" +
			"With --modules and --template, a change of the template or of a module that the account has counts as well. Other modules are in plinth itself: to have a new version of plinth touch every account, name the file that pins it with --always.",
		Example: "  plinth list accounts --affected-by origin/main --always .tool-versions --format json",
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return runList(cmd.Context(), opts, args) },
	}
	o.addFormat(cmd)
	cmd.Flags().StringVar(&opts.affectedBy, "affected-by", "", "a git revision: list the accounts that changed since")
	cmd.Flags().StringArrayVar(&opts.always, "always", nil, "with --affected-by: a change of this file or folder touches every account (repeatable)")
	addShard(cmd, &opts.shard)
	return cmd
}

// listResult is what `list --format json` prints.
type listResult struct {
	Accounts    []listedAccount     `json:"accounts"`
	Diagnostics []tfjson.Diagnostic `json:"diagnostics"`
}

type listedAccount struct {
	Name  string   `json:"name"`
	ID    string   `json:"id"`
	Spec  string   `json:"spec"`
	Files []string `json:"files"` // all that the account is made of
	// Because are the files that changed; without --affected-by there are none.
	Because []string `json:"because"`
}

func runList(ctx context.Context, o *listOptions, args []string) error {
	if err := o.checkFormat(); err != nil {
		return err
	}
	result, err := o.accounts(ctx, args)
	if err != nil {
		if result != nil {
			if err := o.json(result); err != nil {
				return err
			}
		}
		return err
	}
	if result.Accounts, err = inShard(o.shard, result.Accounts); err != nil {
		return err
	}
	if o.format == "json" {
		return o.json(result)
	}
	table := tabwriter.NewWriter(o.stdout, 0, 0, 2, ' ', 0)
	for _, a := range result.Accounts {
		line := strings.Join([]string{a.Name, a.ID, a.Spec}, "\t")
		if len(a.Because) > 0 {
			line += "\tchanged: " + strings.Join(a.Because, ", ")
		}
		fmt.Fprintln(table, line)
	}
	if err := table.Flush(); err != nil {
		return failed(fmt.Errorf("output: %w", err))
	}
	return nil
}

// accounts finds the accounts. With an error because of specs that are wrong, the result has the diagnostics.
func (o *listOptions) accounts(ctx context.Context, args []string) (*listResult, error) {
	if len(o.always) > 0 && o.affectedBy == "" {
		return nil, &exit{exitWrong, errors.New("--always says what counts as a change: write --affected-by REV as well")}
	}
	surveys, diags, err := survey(o.output, args)
	if err != nil {
		return nil, err
	}
	result := &listResult{Accounts: []listedAccount{}, Diagnostics: jsonDiagnostics(diags)}
	if diags.HasErrors() {
		return result, &exit{code: exitWrong}
	}
	var changed *changes.Set
	var everywhere []string
	if o.affectedBy != "" {
		changed, err = changes.Since(ctx, o.affectedBy)
		var unknown *changes.RevisionError
		switch {
		case errors.As(err, &unknown):
			return nil, &exit{exitWrong, fmt.Errorf("--affected-by %w", err)}
		case err != nil:
			return nil, failed(err)
		}
		for _, name := range o.always {
			if changed.TouchBelow(name) {
				everywhere = append(everywhere, name)
			}
		}
	}
	own, err := o.changedParts(changed)
	if err != nil {
		return nil, err
	}
	for _, s := range surveys {
		account := listedAccount{Name: s.Name, ID: s.ID, Spec: s.Spec, Files: s.Files, Because: append([]string{}, everywhere...)}
		if changed != nil {
			for _, file := range s.Files {
				if changed.Touch(file) {
					account.Because = append(account.Because, file)
				}
			}
			for _, part := range own {
				if part.of(s) {
					account.Because = append(account.Because, part.folder)
				}
			}
			if len(account.Because) == 0 {
				continue
			}
		}
		result.Accounts = append(result.Accounts, account)
	}
	return result, nil
}

// ownPart is a folder of the user's own template or modules.
type ownPart struct {
	folder string
	module string // its name; empty for the template
}

// of tells whether an account is made of it. A module that is no section is called by others, and counts for all accounts.
func (p ownPart) of(s *generator.Survey) bool {
	i := slices.IndexFunc(s.Sections, func(section generator.SurveySection) bool { return section.Name == p.module })
	return i < 0 || s.Sections[i].On
}

// changedParts are the parts of the user's own that changed; none where nothing is compared.
func (o *listOptions) changedParts(changed *changes.Set) ([]ownPart, error) {
	if changed == nil {
		return nil, nil
	}
	var parts []ownPart
	if o.template != "" {
		parts = append(parts, ownPart{folder: o.template})
	}
	if o.modules != "" {
		entries, err := os.ReadDir(o.modules)
		if err != nil {
			return nil, failed(err)
		}
		for _, entry := range entries {
			parts = append(parts, ownPart{filepath.Join(o.modules, entry.Name()), entry.Name()})
		}
	}
	return slices.DeleteFunc(parts, func(p ownPart) bool { return !changed.TouchBelow(p.folder) }), nil
}
