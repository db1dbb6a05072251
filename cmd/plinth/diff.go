package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/spf13/cobra"

	"plinth/generator"
	"plinth/generator/planned"
	"plinth/generator/spec"
	"plinth/internal/changes"
)

func newDiffCmd(o *output) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "diff SPEC... REV",
		Short: "Say what a change of specs does, by resource and attribute",
		Long: "Compares what specs, the files that they extend and the texts that they name make now with what they made at a git revision, with the modules of this plinth: resources, data sources, provider configurations and " +
			"outputs that are new, gone or other. It asks nobody: whether AWS changes a resource in place or replaces it, and what is different from the state, is said by plinth plan. A spec that was removed is not listed.",
		Example: "  plinth diff accounts/prod.yaml origin/main\n  plinth diff accounts origin/main --format markdown > comment.md",
		Args:    cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runDiff(cmd.Context(), o, args[:len(args)-1], args[len(args)-1])
		},
	}
	cmd.Flags().StringVar(&o.format, "format", "text", "text, json or markdown")
	return cmd
}

// diffResult is what `diff --format json` prints.
type diffResult struct {
	Accounts    []diffAccount       `json:"accounts"`
	Diagnostics []tfjson.Diagnostic `json:"diagnostics"`
}

type diffAccount struct {
	Name string        `json:"name"`
	ID   string        `json:"id"`
	Spec string        `json:"spec"`
	New  bool          `json:"new"`
	Diff *planned.Plan `json:"diff"`
}

func runDiff(ctx context.Context, o *output, specs []string, revision string) error {
	if err := o.checkFormat("markdown"); err != nil {
		return err
	}
	r, err := render(o, specs, generator.Specialized)
	if err != nil {
		return err
	}
	result := diffResult{Accounts: []diffAccount{}, Diagnostics: jsonDiagnostics(r.diags)}
	if r.diags.HasErrors() {
		if err := o.json(result); err != nil {
			return err
		}
		return &exit{code: exitWrong}
	}
	tree, err := changes.At(ctx, revision)
	var unknown *changes.RevisionError
	switch {
	case errors.As(err, &unknown):
		return &exit{exitWrong, err}
	case err != nil:
		return failed(err)
	}
	for _, account := range r.accounts {
		old, err := accountAt(ctx, r, account.Spec, revision, tree)
		if err != nil {
			return err
		}
		difference, err := generator.Diff(old, account)
		if err != nil {
			return failed(err)
		}
		result.Accounts = append(result.Accounts, diffAccount{Name: account.Name, ID: account.ID, Spec: account.Spec, New: old == nil, Diff: difference})
	}
	if o.format == "json" {
		return o.json(result)
	}
	text := result.text()
	if o.format == "markdown" {
		text = result.markdown()
	}
	if _, err := io.WriteString(o.stdout, text); err != nil {
		return failed(fmt.Errorf("output: %w", err))
	}
	return nil
}

// accountAt renders a spec as it was; nil if there was none.
func accountAt(ctx context.Context, r *rendered, file, revision string, tree *changes.Tree) (*generator.Account, error) {
	read := func(name string) ([]byte, error) { return tree.Read(ctx, name) }
	content, err := read(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, failed(err)
	}
	input := generator.Input{File: file, Content: content, Files: spec.Files{
		Text: func(name string) ([]byte, error) {
			return read(path.Join(path.Dir(filepath.ToSlash(file)), name))
		},
		Base: read,
	}}
	accounts, diags := r.generator.Accounts([]generator.Input{input}, generator.Specialized)
	if !diags.HasErrors() {
		return accounts[0], nil
	}
	for _, d := range diags {
		if d.Severity == hcl.DiagError && d.Subject != nil {
			return nil, &exit{exitWrong, fmt.Errorf("%s at %s is wrong, so that there is nothing to compare with: %s:%d: %s: %s", file, revision, d.Subject.Filename, d.Subject.Start.Line, d.Summary, d.Detail)}
		}
	}
	return nil, failed(diags)
}

func (r *diffResult) text() string {
	var b strings.Builder
	for _, a := range r.Accounts {
		fmt.Fprintf(&b, "%s: %s\n%s", a.Name, a.summary(), changesText(a.Diff, "  ", ""))
	}
	return b.String()
}

func (a *diffAccount) summary() string {
	text := countsText(a.Diff.Counts)
	if text == "no changes" && len(a.Diff.Changes) > 0 {
		text = "no resources change"
	}
	if a.New {
		text = "a new account, " + text
	}
	return text
}

// markdown is a comment for a pull request, with the changes of each account folded away.
func (r *diffResult) markdown() string {
	var b strings.Builder
	b.WriteString("### What the change of specs does\n\n")
	same, left := 0, 0
	for _, a := range r.Accounts {
		if len(a.Diff.Changes)+len(a.Diff.Outputs) == 0 {
			same++
			continue
		}
		detail := fmt.Sprintf("<details><summary><code>%s</code>: %s</summary>\n\n%s\n</details>\n", a.Name, a.summary(), fenced("diff", changesText(a.Diff, "", "!")))
		if b.Len()+len(detail) > maxComment {
			left++
			continue
		}
		b.WriteString(detail)
	}
	if same > 0 {
		fmt.Fprintf(&b, "\nNo changes in %s.\n", plural(same, "account"))
	}
	if left > 0 {
		fmt.Fprintf(&b, "\n%s left out, since a comment holds no more; `plinth diff` prints them.\n", plural(left, "account"))
	}
	return b.String()
}
