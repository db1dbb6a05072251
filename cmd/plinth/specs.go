package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/hashicorp/hcl/v2"

	"plinth"
	"plinth/generator"
	"plinth/generator/source"
	"plinth/generator/spec"
)

// rendered is the accounts of a command line.
type rendered struct {
	accounts []*generator.Account // nil if there are errors
	diags    hcl.Diagnostics
	sources  *source.Set
}

// render finds, reads and renders the specs of a command line, and prints the problems.
func render(o *output, args []string, style generator.Style) (*rendered, error) {
	g, sources, diags := generator.New(plinth.Files)
	r := &rendered{diags: diags, sources: sources}
	if !diags.HasErrors() {
		files, notes, more := spec.Find(args)
		r.diags = append(r.diags, more...)
		for _, note := range notes {
			o.note(note)
		}
		var inputs []generator.Input
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				return nil, failed(fmt.Errorf("spec: %w", err))
			}
			inputs = append(inputs, generator.Input{File: file, Content: content})
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

// outDir is the directory of an account: below --out, or below generated/ beside its spec.
func outDir(out string, account *generator.Account) string {
	if out == "" {
		out = filepath.Join(filepath.Dir(account.Spec), "generated")
	}
	return filepath.Join(out, account.Name)
}

// plural writes a number of things: 1 file, 2 files.
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
