package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/spf13/cobra"
)

type listOptions struct {
	*output
	affectedBy string
	always     []string
}

func newListCmd(o *output) *cobra.Command {
	opts := &listOptions{output: o}
	cmd := &cobra.Command{
		Use:   "list SPEC...",
		Short: "List accounts, and which of them a change touches",
		Long: "With --affected-by, an account is listed if its spec, a file that the spec extends or a text that it names differs from what it was where the current branch left REV: " +
			"committed, not committed, or not yet added to git. A spec that was removed is not listed.\n" +
			"The modules are in plinth itself: to have a new version of plinth touch every account, name the file that pins it with --always.",
		Example: "  plinth list accounts --affected-by origin/main --always .tool-versions --format json",
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return runList(cmd.Context(), opts, args) },
	}
	o.addFormat(cmd)
	cmd.Flags().StringVar(&opts.affectedBy, "affected-by", "", "a git revision: list the accounts that changed since")
	cmd.Flags().StringArrayVar(&opts.always, "always", nil, "with --affected-by: a change of this file or folder touches every account (repeatable)")
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
	if len(o.always) > 0 && o.affectedBy == "" {
		return &exit{exitWrong, errors.New("--always says what counts as a change: write --affected-by REV as well")}
	}
	surveys, diags, err := survey(o.output, args)
	if err != nil {
		return err
	}
	result := listResult{Accounts: []listedAccount{}, Diagnostics: jsonDiagnostics(diags)}
	if diags.HasErrors() {
		if err := o.json(result); err != nil {
			return err
		}
		return &exit{code: exitWrong}
	}
	var changed *changes
	var everywhere []string
	if o.affectedBy != "" {
		if changed, err = changesSince(ctx, o.affectedBy); err != nil {
			return err
		}
		for _, name := range o.always {
			if changed.touchBelow(name) {
				everywhere = append(everywhere, name)
			}
		}
	}
	for _, s := range surveys {
		account := listedAccount{Name: s.Name, ID: s.ID, Spec: s.Spec, Files: s.Files, Because: append([]string{}, everywhere...)}
		if changed != nil {
			for _, file := range s.Files {
				if changed.touch(file) {
					account.Because = append(account.Because, file)
				}
			}
			if len(account.Because) == 0 {
				continue
			}
		}
		result.Accounts = append(result.Accounts, account)
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

// changes are files of a git repository, by their absolute paths without links.
type changes struct {
	files map[string]bool
}

// changesSince asks git what differs, in the working tree, from where HEAD's history left a revision.
func changesSince(ctx context.Context, revision string) (*changes, error) {
	top, err := git(ctx, "rev-parse", "--show-toplevel")
	if err != nil {
		return nil, err
	}
	root := strings.TrimSuffix(top, "\n")
	commit, err := git(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}")
	if err != nil {
		return nil, &exit{exitWrong, fmt.Errorf("--affected-by %s: git knows no such commit; a pipeline that clones one commit only needs the history as well (fetch-depth: 0)", revision)}
	}
	base, err := git(ctx, "merge-base", strings.TrimSpace(commit), "HEAD")
	if err != nil {
		return nil, &exit{exitWrong, fmt.Errorf("--affected-by %s: it has no history in common with HEAD; a pipeline that clones a part of the history needs all of it (fetch-depth: 0)", revision)}
	}
	differ, err := git(ctx, "-C", root, "diff", "--name-only", "--no-renames", "--no-ext-diff", "--ignore-submodules=none", "-z", strings.TrimSpace(base), "--")
	if err != nil {
		return nil, err
	}
	added, err := git(ctx, "-C", root, "ls-files", "--others", "--exclude-standard", "-z")
	if err != nil {
		return nil, err
	}
	c := &changes{make(map[string]bool)}
	for _, name := range strings.Split(differ+added, "\x00") {
		if name != "" {
			c.files[filepath.Join(root, filepath.FromSlash(name))] = true
		}
	}
	return c, nil
}

// touch tells whether a file is among the changes. A link counts as changed if what it leads to is.
func (c *changes) touch(name string) bool {
	return slices.ContainsFunc(places(name), func(p string) bool { return c.files[p] })
}

// touchBelow tells whether a file, or anything below a folder, is among the changes.
func (c *changes) touchBelow(name string) bool {
	if c.touch(name) {
		return true
	}
	for _, p := range places(name) {
		for file := range c.files {
			if strings.HasPrefix(file, p+string(filepath.Separator)) {
				return true
			}
		}
	}
	return false
}

// places are the absolute paths by which git may know a file.
func places(name string) []string {
	absolute, err := filepath.Abs(filepath.FromSlash(name))
	if err != nil { // the current directory is gone, so that git failed before
		return nil
	}
	paths := []string{absolute}
	// git names files below the resolved top folder; the last part may be gone, or be a link that itself changed.
	if dir, err := filepath.EvalSymlinks(filepath.Dir(absolute)); err == nil {
		paths = append(paths, filepath.Join(dir, filepath.Base(absolute)))
	}
	if resolved, err := filepath.EvalSymlinks(absolute); err == nil {
		paths = append(paths, resolved)
	}
	return paths
}

// git runs git in the current directory.
func git(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", failed(fmt.Errorf("git %s: %w: %s", strings.Join(args, " "), err, printableText(strings.TrimSpace(stderr.String()))))
	}
	return stdout.String(), nil
}
