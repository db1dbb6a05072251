package main

import (
	"github.com/spf13/cobra"

	"plinth/generator"
)

func newDocsCmd(o *output) *cobra.Command {
	return &cobra.Command{
		Use:     "docs",
		Short:   "Print the reference of a spec as Markdown",
		Example: "  plinth docs > docs/spec.md",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return printMade(o, (*generator.Generator).Reference) },
	}
}
