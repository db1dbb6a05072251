package main

import (
	"errors"
	"fmt"
	"time"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/spf13/cobra"

	"plinth"
	"plinth/generator"
	"plinth/generator/fileset"
)

type generateOptions struct {
	*output
	out     string
	style   string
	force   bool
	explain bool
}

func newGenerateCmd(o *output) *cobra.Command {
	opts := &generateOptions{output: o}
	cmd := &cobra.Command{
		Use:   "generate SPEC...",
		Short: "Write the Terraform of the specs' accounts",
		Long: "Writes the Terraform of each account to <out>/<account.name>/. SPEC is a file, or a folder that is searched for specs.\n\n" +
			"Nothing is written if any spec has a mistake, or if a file that plinth wrote has been changed by somebody else since.",
		Example: "  plinth generate accounts/prod.yaml --out live\n  plinth generate accounts",
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return runGenerate(opts, args) },
	}
	o.addFormat(cmd)
	cmd.Flags().StringVarP(&opts.out, "out", "o", "", "directory that holds the accounts' directories (default: generated beside each spec)")
	addStyle(cmd, &opts.style)
	cmd.Flags().BoolVar(&opts.explain, "explain", false, "say what of the modules was left as it is, and why")
	cmd.Flags().BoolVar(&opts.force, "force", false, "replace files that were changed by hand, and files of others in the way")
	return cmd
}

func addStyle(cmd *cobra.Command, style *string) {
	cmd.Flags().StringVar(style, "style", string(generator.Specialized),
		"specialized (straight-line) or generic (the modules as they are, the values as arguments)")
}

func checkStyle(style string) error {
	if style != string(generator.Specialized) && style != string(generator.Generic) {
		return &exit{exitWrong, fmt.Errorf("--style %s: write specialized or generic", style)}
	}
	return nil
}

// generateResult is what `generate --format json` prints.
type generateResult struct {
	Accounts    []generatedAccount  `json:"accounts"`
	Diagnostics []tfjson.Diagnostic `json:"diagnostics"`
}

type generatedAccount struct {
	Name      string          `json:"name"`
	ID        string          `json:"id"`
	Spec      string          `json:"spec"`
	Dir       string          `json:"dir"`
	Files     int             `json:"files"` // that were wanted
	Written   []string        `json:"written"`
	Removed   []string        `json:"removed"`
	Conflicts []fileset.Entry `json:"conflicts,omitempty"`
	// Left is what specializing left alone; with --explain only.
	Left []generator.LeftAlone `json:"left,omitempty"`
}

func runGenerate(o *generateOptions, args []string) error {
	if err := errors.Join(o.checkFormat(), checkStyle(o.style)); err != nil {
		return &exit{exitWrong, err}
	}
	r, err := render(o.output, args, generator.Style(o.style))
	if err != nil {
		return err
	}
	result := generateResult{Accounts: []generatedAccount{}, Diagnostics: jsonDiagnostics(r.diags)}
	if r.diags.HasErrors() {
		if err := o.json(result); err != nil {
			return err
		}
		return &exit{code: exitWrong}
	}
	conflict, err := o.write(r, &result)
	if o.explain && err == nil && conflict == nil {
		err = o.explainLeft(r, &result)
	}
	if err := o.json(result); err != nil {
		return err
	}
	switch {
	case err != nil:
		return failed(err)
	case conflict != nil:
		return &exit{exitFindings, conflict}
	}
	return nil
}

// explainLeft adds what specializing left alone, and prints it.
func (o *generateOptions) explainLeft(r *rendered, result *generateResult) error {
	for i, account := range r.accounts {
		explainer, diags := r.generator.Explainer(inputOf(account.Spec, r.sources.Bytes(account.Spec)))
		if diags.HasErrors() {
			return diags
		}
		left := explainer.Left()
		result.Accounts[i].Left = left
		o.info("%s: %d left as the modules have them", account.Name, len(left))
		for _, l := range left {
			where := l.Address
			if l.Path != "" {
				where += "." + l.Path
			}
			o.info("  %s: %s: %s\n    %s", l.Place, where, shortened(l.Text), l.Why)
		}
	}
	return nil
}

// write writes all accounts, or none if a file of any one is not plinth's to change; that is what the first error says.
func (o *generateOptions) write(r *rendered, result *generateResult) (conflict, err error) {
	options := fileset.Options{Version: plinth.Version, Force: o.force}
	result.Accounts = make([]generatedAccount, len(r.accounts))
	conflicts := make([]error, len(r.accounts))
	err = parallel(len(r.accounts), func(i int) error {
		account := r.accounts[i]
		done := generatedAccount{Name: account.Name, ID: account.ID, Spec: account.Spec, Dir: outDir(o.out, account), Written: []string{}, Removed: []string{}}
		files := account.Files()
		done.Files = len(files)
		err := fileset.Ready(done.Dir, files, options)
		var stopped *fileset.ConflictError
		if errors.As(err, &stopped) {
			done.Conflicts = stopped.Files
			conflicts[i], err = err, nil
		}
		result.Accounts[i] = done
		return err
	})
	if conflict := errors.Join(conflicts...); err != nil || conflict != nil {
		return conflict, err
	}
	reports := make([]fileset.Report, len(r.accounts))
	err = parallel(len(r.accounts), func(i int) (err error) {
		reports[i], err = o.writeWhenFree(result.Accounts[i].Dir, r.accounts[i].Files(), options)
		return err
	})
	for i, report := range reports {
		done := &result.Accounts[i]
		done.Written, done.Removed = append(done.Written, report.Written...), append(done.Removed, report.Removed...)
		if err != nil {
			continue
		}
		if report.Unlocked {
			o.note(done.Dir + ": this file system has no locks, so that nothing kept another run out")
		}
		if len(report.Written)+len(report.Removed) == 0 {
			o.info("%s: up to date (%s)", done.Dir, plural(done.Files, "file"))
			continue
		}
		o.info("%s: %d written, %d removed, of %s", done.Dir, len(report.Written), len(report.Removed), plural(done.Files, "file"))
	}
	return nil, err
}

// How long a run waits for another one that writes to the same directory, and how often it looks.
const (
	waitForOther = 30 * time.Second
	lookAgain    = 20 * time.Millisecond
)

// writeWhenFree writes to a directory as soon as no other run does.
func (o *generateOptions) writeWhenFree(dir string, files fileset.Set, options fileset.Options) (fileset.Report, error) {
	started, said := time.Now(), false
	for {
		report, err := fileset.Write(dir, files, options)
		if !errors.Is(err, fileset.ErrLocked) || time.Since(started) > waitForOther {
			return report, err
		}
		if !said && time.Since(started) > time.Second {
			o.note(dir + ": waiting for another plinth that writes there")
			said = true
		}
		time.Sleep(lookAgain)
	}
}
