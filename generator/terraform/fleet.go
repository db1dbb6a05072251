package terraform

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-exec/tfexec"
	tfjson "github.com/hashicorp/terraform-json"
)

// Configuration is a root module with its child modules, in memory.
type Configuration struct {
	Name    string            // what errors call it
	Account string            // its account's id, 12 digits
	Files   map[string][]byte // by slash-separated path
}

// ValidateAll says of each configuration what Validate would, and of S3 and other backends what init would before it connects, which Validate can't. It costs
// little more than Validate of one of them, for one Terraform process does them all:
//
//   - Configurations that are the same to Terraform and the provider are validated once: see distinct.
//   - A temporary root calls the others as modules. Their provider and backend blocks become blanks, so that each line stays where it is.
//   - Provider blocks go to the root, each shape once: every one of them starts a process of the provider. That pays even for one account of many regions.
//   - Backend blocks are read by init, each shape once, in a directory with nothing else, and no request leaves the machine.
//   - Who is wrong is taken out and the rest validated again, as an error may hide those of others: Terraform evaluates nothing when there is a syntax error.
//   - What can't be called as a module is validated for itself, as is one of which something is said that has no place in its own files.
//
// File names in diagnostics are slash-separated paths of the configuration. It fails when Validate does.
func (t *Tool) ValidateAll(ctx context.Context, configurations []Configuration) ([][]tfjson.Diagnostic, error) {
	t = t.frugal()
	trees := distinct(configurations)
	var alone, together []*tree
	for _, tree := range trees {
		if tree.dissect() {
			together = append(together, tree)
		} else {
			alone = append(alone, tree)
		}
	}
	for _, group := range groups(together) {
		rest, err := t.validateTogether(ctx, group)
		if err != nil {
			return nil, err
		}
		alone = append(alone, rest...)
	}
	for _, tree := range alone {
		found, err := t.validateFiles(ctx, tree.files)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", tree.name, err)
		}
		tree.found = found
	}
	if err := t.checkBackends(ctx, trees); err != nil {
		return nil, err
	}
	all := make([][]tfjson.Diagnostic, len(configurations))
	for _, tree := range trees {
		for _, i := range tree.members {
			all[i] = tree.of(configurations[i])
		}
	}
	return all, nil
}

// frugal is the tool with settings that take a third and more off what a run costs in CPU time, and change nothing else: less garbage collection, as a root of 1,000 accounts
// takes 1 GB anyway; and no log of each call of the provider, which it writes whether Terraform wants it or not.
// https://developer.hashicorp.com/terraform/plugin/log/managing
func (t *Tool) frugal() *Tool {
	frugal := *t
	frugal.env = maps.Clone(t.env)
	frugal.env["GOGC"] = "400"
	for _, name := range []string{"SDK", "SDK_PROTO", "SDK_MUX", "SDK_FRAMEWORK", "SDK_HELPER_SCHEMA", "PROVIDER_AWS"} {
		frugal.env["TF_LOG_"+name] = "off"
	}
	return &frugal
}

// maxRoot bounds one root, in bytes of its files. What Terraform needs grows with the square of a root's blocks in the end: 2.5 MB are some 120 accounts of 30 resources,
// and 1.5 GB of memory for all processes together.
const maxRoot = 2_500_000

// groups puts trees into roots of about one size: together only those that ask for the same versions of the same providers. Others in one root would get a version
// that suits all of them, which is not the one that each gets by itself, or none.
func groups(trees []*tree) [][]*tree {
	like := make(map[string][]*tree)
	sizes := make(map[string]int)
	for _, tree := range trees {
		like[tree.requirements] = append(like[tree.requirements], tree)
		for _, content := range tree.module {
			sizes[tree.requirements] += len(content)
		}
	}
	var groups [][]*tree
	for _, requirements := range slices.Sorted(maps.Keys(like)) {
		all := like[requirements]
		roots := min(sizes[requirements]/maxRoot+1, len(all))
		for i := range roots {
			groups = append(groups, all[i*len(all)/roots:(i+1)*len(all)/roots])
		}
	}
	return groups
}

// validateTogether validates trees in one root, and returns those that have to be validated alone.
func (t *Tool) validateTogether(ctx context.Context, trees []*tree) (alone []*tree, err error) {
	for len(trees) > 0 {
		root := newFleetRoot(trees)
		diags, err := t.validateFiles(ctx, root.files)
		if err != nil {
			return nil, err
		}
		wrong, unclear := make(map[*tree]bool), make(map[*tree]bool)
		var common []tfjson.Diagnostic
		for _, d := range diags {
			placed, unplaced := root.places(d)
			for _, p := range placed {
				p.tree.found = append(p.tree.found, p.diagnostic)
				wrong[p.tree] = wrong[p.tree] || d.Severity == tfjson.DiagnosticSeverityError
			}
			if unplaced != nil {
				unclear[unplaced] = true
			} else if placed == nil {
				common = append(common, d)
			}
		}
		var right []*tree
		for _, tree := range trees {
			switch {
			case unclear[tree]:
				alone = append(alone, tree)
			case wrong[tree]:
				tree.found = append(tree.found, common...)
			default:
				right = append(right, tree)
			}
		}
		if len(right) == len(trees) {
			for _, tree := range trees {
				tree.found = append(tree.found, common...)
			}
			return alone, nil
		}
		for _, tree := range right {
			tree.found = nil // what is said of it comes again, without what comes of others
		}
		trees = right
	}
	return alone, nil
}

// validateFiles is Validate for files in memory.
func (t *Tool) validateFiles(ctx context.Context, files map[string][]byte) ([]tfjson.Diagnostic, error) {
	var diags []tfjson.Diagnostic
	err := t.inMemory(files, func(run *run) error {
		initErr := run.init(ctx)
		out, err := run.exec.Validate(ctx)
		if err != nil {
			return errors.Join(initErr, fmt.Errorf("terraform validate: %w", err))
		}
		diags = out.Diagnostics
		// A broken configuration fails init as well, and validate says better why.
		if out.ErrorCount == 0 {
			return initErr
		}
		return nil
	})
	for i := range diags {
		if diags[i].Range != nil {
			diags[i].Range.Filename = filepath.ToSlash(diags[i].Range.Filename)
		}
	}
	return diags, err
}

// checkBackends lets init read the backend blocks, each shape once. It ends where it would connect, as there are no credentials to be had and the proxy refuses.
// What init says of a place in the block is a mistake there; all else is about the connection.
func (t *Tool) checkBackends(ctx context.Context, trees []*tree) error {
	shapes := newShapes()
	for _, tree := range trees {
		for _, b := range tree.backends {
			shapes.add(tree, b)
		}
	}
	for _, s := range shapes.list {
		diags, err := t.initBackend(ctx, s.text)
		if err != nil {
			return fmt.Errorf("%s: %w", s.members[0].tree.name, err)
		}
		for _, d := range diags {
			if d.Range == nil {
				continue
			}
			for _, p := range s.places(d) {
				p.tree.found = append(p.tree.found, p.diagnostic)
			}
		}
	}
	return nil
}

// initBackend returns what init says of the file text, which holds a backend block and no more.
func (t *Tool) initBackend(ctx context.Context, text []byte) ([]tfjson.Diagnostic, error) {
	var output bytes.Buffer
	err := t.inMemory(map[string][]byte{"main.tf": text}, func(run *run) error {
		env := cutOff(run.env)
		delete(env, "AWS_ACCESS_KEY_ID") // with keys it would try for seconds to get through
		delete(env, "AWS_SECRET_ACCESS_KEY")
		if err := run.exec.SetEnv(env); err != nil {
			return err
		}
		// That it fails is expected: what it printed counts. OpenTofu has no -json for init before 1.11, and then says nothing here.
		_ = run.exec.InitJSON(ctx, &output, tfexec.Backend(true))
		return ctx.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("terraform init: %w", err)
	}
	var diags []tfjson.Diagnostic
	for line := range bytes.Lines(output.Bytes()) {
		var message struct{ Diagnostic *tfjson.Diagnostic }
		if json.Unmarshal(line, &message) == nil && message.Diagnostic != nil {
			diags = append(diags, *message.Diagnostic)
		}
	}
	return diags, nil
}

// inMemory runs Terraform on files that are nowhere but in memory.
func (t *Tool) inMemory(files map[string][]byte, use func(*run) error) (err error) {
	empty, err := os.MkdirTemp("", "plinth-fleet-")
	if err != nil {
		return fmt.Errorf("temporary directory: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(empty)) }()
	run, err := t.prepare(empty, false)
	if err != nil {
		return err
	}
	defer run.close()
	made := make(map[string]bool)
	for name, content := range files {
		target := filepath.Join(run.dir, filepath.FromSlash(name))
		if dir := filepath.Dir(target); !made[dir] {
			made[dir] = true
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return fmt.Errorf("temporary directory: %w", err)
			}
		}
		if err := os.WriteFile(target, content, 0o600); err != nil {
			return fmt.Errorf("temporary directory: %w", err)
		}
	}
	return use(run)
}

// inFileOrder sorts diagnostics by file, line and column, those without a place behind the others.
func inFileOrder(a, b tfjson.Diagnostic) int {
	switch {
	case a.Range == nil && b.Range == nil:
		return 0
	case a.Range == nil:
		return 1
	case b.Range == nil:
		return -1
	}
	return cmp.Or(strings.Compare(a.Range.Filename, b.Range.Filename), cmp.Compare(a.Range.Start.Line, b.Range.Start.Line),
		cmp.Compare(a.Range.Start.Column, b.Range.Start.Column))
}
