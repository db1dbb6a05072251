package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"golang.org/x/sync/errgroup"

	"plinth/generator"
	"plinth/generator/source"
	"plinth/generator/spec"
)

// rendered is the accounts of a command line.
type rendered struct {
	generator *generator.Generator
	accounts  []*generator.Account // nil if there are errors
	diags     hcl.Diagnostics
	sources   *source.Set
}

// render finds, reads and renders the specs of a command line, and prints the problems.
func render(o *output, args []string, style generator.Style) (*rendered, error) {
	fsys, err := o.files()
	if err != nil {
		return nil, err
	}
	g, sources, diags := generator.New(fsys)
	r := &rendered{generator: g, diags: diags, sources: sources}
	if !diags.HasErrors() {
		files, notes, more := spec.Find(args)
		r.diags = append(r.diags, more...)
		for _, note := range notes {
			o.note(note)
		}
		inputs, err := inputsOf(files)
		if err != nil {
			return nil, err
		}
		accounts, more := g.Accounts(inputs, style)
		r.diags = append(r.diags, more...)
		if !r.diags.HasErrors() {
			r.accounts = accounts
		}
	}
	if err := o.diagnostics(r.diags, sources); err != nil {
		return nil, failed(fmt.Errorf("output: %w", err))
	}
	return r, nil
}

// survey finds and reads the specs of a command line without judging their values, and prints the problems. Surveys are empty, not nil, if there are errors.
func survey(o *output, args []string) ([]*generator.Survey, hcl.Diagnostics, error) {
	fsys, err := o.files()
	if err != nil {
		return nil, nil, err
	}
	g, sources, diags := generator.New(fsys)
	if diags.HasErrors() {
		return []*generator.Survey{}, diags, o.diagnostics(diags, sources)
	}
	files, notes, diags := spec.Find(args)
	for _, note := range notes {
		o.note(note)
	}
	inputs, err := inputsOf(files)
	if err != nil {
		return nil, nil, err
	}
	surveys, more := g.Surveys(inputs)
	diags = append(diags, more...)
	if surveys == nil || diags.HasErrors() {
		surveys = []*generator.Survey{}
	}
	return surveys, diags, o.diagnostics(diags, sources)
}

// inputsOf reads specs.
func inputsOf(files []string) ([]generator.Input, error) {
	inputs := make([]generator.Input, 0, len(files))
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, failed(fmt.Errorf("spec: %w", err))
		}
		inputs = append(inputs, inputOf(file, content))
	}
	return inputs, nil
}

// inputOf is a spec with the files that it may name.
func inputOf(file string, content []byte) generator.Input {
	return generator.Input{File: file, Content: content, Files: spec.Files{
		Text: filesBeside(file),
		Base: func(name string) ([]byte, error) { return os.ReadFile(filepath.FromSlash(name)) },
	}}
}

// newGenerator makes a generator of what the binary carries, or of the user's own modules.
func newGenerator(o *output) (*generator.Generator, error) {
	fsys, err := o.files()
	if err != nil {
		return nil, err
	}
	g, sources, diags := generator.New(fsys)
	if diags.HasErrors() {
		if err := o.diagnostics(diags, sources); err != nil {
			return nil, err
		}
		return nil, &exit{code: exitWrong}
	}
	return g, nil
}

// printMade prints what is made from the modules alone.
func printMade(o *output, make func(g *generator.Generator) ([]byte, error)) error {
	g, err := newGenerator(o)
	if err != nil {
		return err
	}
	content, err := make(g)
	if err != nil {
		return failed(err)
	}
	if _, err := o.stdout.Write(content); err != nil {
		return failed(fmt.Errorf("output: %w", err))
	}
	return nil
}

// stdinOnce refuses files of which more than one is standard input.
func stdinOnce(files []string) error {
	if first := slices.Index(files, "-"); first >= 0 && slices.Contains(files[first+1:], "-") {
		return errors.New("standard input can be read only once")
	}
	return nil
}

// readInput reads a file, or standard input for -.
func readInput(stdin io.Reader, name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(stdin)
	}
	return os.ReadFile(name)
}

// filesBeside reads the files that a spec names: they lie below its folder, and no link leads out of it.
func filesBeside(file string) spec.ReadFile {
	return func(name string) ([]byte, error) {
		root, err := os.OpenRoot(filepath.Dir(file))
		if err != nil {
			return nil, err
		}
		content, err := root.ReadFile(filepath.FromSlash(name))
		if closed := root.Close(); err == nil {
			err = closed
		}
		return content, err
	}
}

// outDir is the directory of an account: below --out, or below generated/ beside its spec.
func outDir(out string, account *generator.Account) string {
	if out == "" {
		out = filepath.Join(filepath.Dir(account.Spec), "generated")
	}
	return filepath.Join(out, account.Name)
}

// parallel calls do for 0 to n-1, some at a time: more than there are cores, since most of the time is spent waiting for the disk. It returns the error of the
// first one that failed, in the order of their numbers as far as they were started; after an error no more are.
func parallel(n int, do func(i int) error) error {
	workers, ctx := errgroup.WithContext(context.Background())
	workers.SetLimit(4 * runtime.GOMAXPROCS(0))
	failures := make([]error, n)
	for i := range n {
		workers.Go(func() error {
			if ctx.Err() == nil {
				failures[i] = do(i)
			}
			return failures[i]
		})
	}
	_ = workers.Wait() // it is among the failures
	for _, err := range failures {
		if err != nil {
			return err
		}
	}
	return nil
}

// plural writes a number of things: 1 file, 2 files.
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
