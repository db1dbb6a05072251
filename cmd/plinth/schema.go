package main

import (
	"github.com/spf13/cobra"

	"plinth/generator"
)

func newSchemaCmd(o *output) *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of a spec, for editors",
		Long: "JSON Schema 2020-12, made from the modules' variables: types, descriptions, defaults, and of their validations what a schema can express. What it refuses plinth refuses, too; plinth refuses more.\n\n" +
			"yaml-language-server reads it where a spec begins with the line\n  # yaml-language-server: $schema=plinth.schema.json",
		Example: "  plinth schema > accounts/plinth.schema.json",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return printMade(o, (*generator.Generator).JSONSchema) },
	}
}
