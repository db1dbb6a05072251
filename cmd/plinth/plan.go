package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"plinth/generator/planned"
	"plinth/generator/terraform"
)

type planOptions struct {
	*output
	parallel    int
	out         string
	deny        []string
	allow       []string
	allowFile   string
	lockTimeout string
	noRefresh   bool
	shard       string
}

func newPlanCmd(o *output) *cobra.Command {
	opts := &planOptions{output: o}
	cmd := &cobra.Command{
		Use:   "plan DIR...",
		Short: "Plan the directories of many accounts with Terraform",
		Long: "Runs terraform init and plan in each directory, several at a time, with its backend and your credentials. A folder without *.tf files stands for all that are below it. " +
			"Plans are saved, and may be applied as they are: with --out in that folder, else as .terraform/plinth.tfplan in each directory. Like any plan they hold what the state holds.\n\n" +
			"--deny destroy refuses a plan that destroys a resource for good, --deny replace one that destroys a resource and creates it again. --allow ADDRESS excepts resources, in all " +
			"directories or with DIR:ADDRESS in one; * stands for any text. --allow-file has one of these on each line, and comments after #.\n\n" +
			"Ctrl-C interrupts Terraform, which releases its locks; what is unfinished is named.\n\n" +
			"Exit codes: 0 no changes, 1 changes, 2 wrong usage or denied, 3 a plan failed or is unfinished.",
		Example: "  plinth plan live --parallel 8 --deny destroy --deny replace --format markdown > comment.md",
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return runPlan(cmd.Context(), opts, args) },
	}
	cmd.Flags().StringVar(&o.format, "format", "text", "text, json or markdown")
	cmd.Flags().IntVar(&opts.parallel, "parallel", 4, "how many directories are planned at a time")
	cmd.Flags().StringVar(&opts.out, "out", "", "the folder for saved plans")
	cmd.Flags().StringArrayVar(&opts.deny, "deny", nil, "refuse plans that destroy, or that replace (repeatable)")
	cmd.Flags().StringArrayVar(&opts.allow, "allow", nil, "ADDRESS or DIR:ADDRESS that --deny lets through (repeatable)")
	cmd.Flags().StringVar(&opts.allowFile, "allow-file", "", "a file of what --deny lets through")
	cmd.Flags().StringVar(&opts.lockTimeout, "lock-timeout", "", "how long to wait for a lock of the state, such as 30s")
	cmd.Flags().BoolVar(&opts.noRefresh, "no-refresh", false, "don't ask AWS what has changed; no drift is found then")
	addShard(cmd, &opts.shard)
	return cmd
}

// planResult is what `plan --format json` prints.
type planResult struct {
	Directories []*plannedDir `json:"directories"`
	// Unused are allowances that let nothing through.
	Unused []string `json:"unused_allowances"`
}

// plannedDir is a directory and its plan, or why there is none.
type plannedDir struct {
	Dir        string          `json:"dir"`
	PlanFile   string          `json:"plan_file,omitempty"`
	Changed    bool            `json:"changed"`
	Plan       *planned.Plan   `json:"plan,omitempty"`
	Denied     []plannedDenial `json:"denied"`
	Error      string          `json:"error,omitempty"`
	Unfinished bool            `json:"unfinished,omitempty"`
}

type plannedDenial struct {
	Address string         `json:"address"`
	Action  planned.Action `json:"action"`
}

func runPlan(ctx context.Context, o *planOptions, args []string) error {
	if err := o.checkFormat("markdown"); err != nil {
		return err
	}
	if o.parallel < 1 {
		return &exit{exitWrong, fmt.Errorf("--parallel %d: write 1 or more", o.parallel)}
	}
	denied, err := deniedActions(o.deny)
	if err != nil {
		return err
	}
	allowed, err := allowances(o)
	if err != nil {
		return err
	}
	dirs, err := roots(args)
	if err != nil {
		return err
	}
	if dirs, err = inShard(o.shard, dirs); err != nil {
		return err
	}
	if data := os.Getenv("TF_DATA_DIR"); filepath.IsAbs(data) && len(dirs) > 1 {
		return &exit{exitWrong, fmt.Errorf("TF_DATA_DIR is set to %s, which %d directories can't share: set it to a path relative to each, or not at all", data, len(dirs))}
	}
	result := &planResult{Directories: make([]*plannedDir, len(dirs)), Unused: []string{}}
	for i, dir := range dirs {
		result.Directories[i] = &plannedDir{Dir: dir, Denied: []plannedDenial{}, Unfinished: true}
	}
	if err := planAll(ctx, o, result.Directories); err != nil {
		return failed(err)
	}
	for _, dir := range result.Directories {
		dir.deny(denied, allowed)
	}
	for _, a := range allowed {
		if !a.used && !result.unfinished() {
			result.Unused = append(result.Unused, a.text)
		}
	}
	return o.printPlans(result)
}

// planAll plans the directories, and writes into each of them what came of it.
func planAll(ctx context.Context, o *planOptions, dirs []*plannedDir) (err error) {
	if len(dirs) == 0 {
		return nil
	}
	tool, err := terraform.Find(ctx)
	if err != nil {
		return err
	}
	files, err := planFiles(o.out, dirs)
	if err != nil {
		return err
	}
	live, err := tool.NewLive()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, live.Close()) }()
	progress := o.progress(len(dirs), "planning")
	var atWork sync.Mutex
	var workers errgroup.Group
	workers.SetLimit(o.parallel)
	for i, dir := range dirs {
		workers.Go(func() error {
			if ctx.Err() != nil {
				return nil
			}
			plan, changed, err := live.Plan(ctx, dir.Dir, terraform.LiveOptions{Out: files[i], LockTimeout: o.lockTimeout, NoRefresh: o.noRefresh})
			atWork.Lock()
			defer atWork.Unlock()
			progress.done(dir.Dir)
			switch {
			case err != nil && ctx.Err() != nil: // interrupted
			case err != nil:
				dir.Error, dir.Unfinished = strings.TrimSpace(err.Error()), false
			default:
				dir.Plan, dir.Changed, dir.PlanFile, dir.Unfinished = planned.Of(plan), changed, files[i], false
			}
			return nil
		})
	}
	err = workers.Wait()
	progress.end()
	return err
}

// planFiles are the absolute paths of the plans to save. None of an earlier run is left, so that it isn't taken for one of this.
func planFiles(out string, dirs []*plannedDir) ([]string, error) {
	files := make([]string, len(dirs))
	for i, dir := range dirs {
		file := filepath.Join(dir.Dir, ".terraform", "plinth.tfplan")
		if out != "" {
			name := strings.Trim(strings.ReplaceAll(filepath.ToSlash(filepath.Clean(dir.Dir)), "/", "-"), "-.")
			if name == "" {
				name = "plan"
			}
			file = filepath.Join(out, name+".tfplan")
		}
		file, err := filepath.Abs(file)
		if err != nil {
			return nil, fmt.Errorf("plan file: %w", err)
		}
		if slices.Contains(files, file) {
			return nil, fmt.Errorf("plan file %s: two directories would write it; plan one of them into another folder", file)
		}
		files[i] = file
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return nil, fmt.Errorf("plan file: %w", err)
		}
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("plan file: %w", err)
		}
	}
	return files, nil
}

// roots are the directories with *.tf files among the arguments, and those below arguments that have none. Below such a directory no other is looked for: it has
// its modules there.
func roots(args []string) ([]string, error) {
	var dirs []string
	for _, arg := range args {
		before := len(dirs)
		err := filepath.WalkDir(arg, func(name string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case !entry.IsDir() && name == arg:
				return errors.New("it is no folder")
			case !entry.IsDir():
				return nil
			case name != arg && strings.HasPrefix(entry.Name(), "."):
				return filepath.SkipDir
			}
			found, err := filepath.Glob(filepath.Join(escapeGlob(name), "*.tf"))
			if err != nil || len(found) == 0 {
				return err
			}
			if name = filepath.Clean(name); !slices.Contains(dirs, name) {
				dirs = append(dirs, name)
			}
			return filepath.SkipDir
		})
		if err != nil {
			return nil, &exit{exitWrong, fmt.Errorf("%s: %w", arg, err)}
		}
		if len(dirs) == before && !slices.Contains(dirs, filepath.Clean(arg)) {
			return nil, &exit{exitWrong, fmt.Errorf("%s: there is no *.tf file in it, nor in a folder below it: name the folders that plinth generate has written", arg)}
		}
	}
	return dirs, nil
}

var globSigns = regexp.MustCompile(`[*?\[\\]`)

func escapeGlob(path string) string {
	if filepath.Separator == '\\' {
		return path // there is no escape on Windows, and no such sign in its names
	}
	return globSigns.ReplaceAllString(path, `\$0`)
}

func deniedActions(names []string) ([]planned.Action, error) {
	var actions []planned.Action
	for _, name := range names {
		action := planned.Action(name)
		if action != planned.Destroy && action != planned.Replace {
			return nil, &exit{exitWrong, fmt.Errorf("--deny %s: write destroy or replace", name)}
		}
		actions = append(actions, action)
	}
	return actions, nil
}

// allowance lets resources through that --deny would refuse.
type allowance struct {
	text    string
	dir     string // "" is any
	address *regexp.Regexp
	used    bool
}

func allowances(o *planOptions) ([]*allowance, error) {
	texts := o.allow
	if o.allowFile != "" {
		content, err := os.ReadFile(o.allowFile)
		if err != nil {
			return nil, &exit{exitWrong, fmt.Errorf("--allow-file: %w", err)}
		}
		for line := range strings.Lines(string(content)) {
			line, _, _ = strings.Cut(line, "#")
			if line = strings.TrimSpace(line); line != "" {
				texts = append(texts, line)
			}
		}
	}
	if len(texts) > 0 && len(o.deny) == 0 {
		return nil, &exit{exitWrong, errors.New("an allowance excepts from --deny: write --deny destroy or --deny replace as well")}
	}
	var all []*allowance
	for _, text := range texts {
		a := &allowance{text: text}
		address := text
		// An address may hold a colon in the key of a resource, after a bracket.
		if colon, bracket := strings.Index(text, ":"), strings.Index(text, "["); colon >= 0 && (bracket < 0 || colon < bracket) {
			a.dir, address = filepath.Clean(text[:colon]), text[colon+1:]
		}
		if address == "" {
			return nil, &exit{exitWrong, fmt.Errorf("allowance %q: there is no address in it; write DIR:* for all of a directory", text)}
		}
		a.address = regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(address), `\*`, ".*") + "$")
		all = append(all, a)
	}
	return all, nil
}

// deny notes what is denied.
func (d *plannedDir) deny(actions []planned.Action, allowed []*allowance) {
	if d.Plan == nil {
		return
	}
	for _, change := range d.Plan.Changes {
		if !slices.Contains(actions, change.Action) {
			continue
		}
		through := false
		for _, a := range allowed {
			if (a.dir == "" || a.dir == d.Dir) && a.address.MatchString(change.Address) {
				a.used, through = true, true
			}
		}
		if !through {
			d.Denied = append(d.Denied, plannedDenial{change.Address, change.Action})
		}
	}
}

func (r *planResult) unfinished() bool {
	return slices.ContainsFunc(r.Directories, func(d *plannedDir) bool { return d.Unfinished })
}

// exit is how the command ends: what went wrong before what is refused, and that before what changes.
func (r *planResult) exit() error {
	code, unfinished := exitFine, []string{}
	for _, dir := range r.Directories {
		switch {
		case dir.Unfinished:
			unfinished = append(unfinished, dir.Dir)
			code = exitFailed
		case dir.Error != "":
			code = exitFailed
		case len(dir.Denied) > 0:
			code = max(code, exitWrong)
		case dir.Changed:
			code = max(code, exitFindings)
		}
	}
	switch {
	case len(unfinished) > 0:
		return &exit{code, fmt.Errorf("interrupted; unfinished: %s", strings.Join(unfinished, ", "))}
	case code != exitFine:
		return &exit{code: code}
	}
	return nil
}
