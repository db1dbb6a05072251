package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"plinth"
	"plinth/generator"
)

func newDocsCmd(o *output) *cobra.Command {
	return &cobra.Command{
		Use:     "docs",
		Short:   "Print the reference of a spec as Markdown",
		Example: "  plinth docs > docs/spec.md",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			g, _, diags := generator.New(plinth.Files)
			if diags.HasErrors() {
				return failed(diags)
			}
			reference, err := g.Reference()
			if err != nil {
				return failed(err)
			}
			if _, err := o.stdout.Write(reference); err != nil {
				return failed(fmt.Errorf("output: %w", err))
			}
			return nil
		},
	}
}
