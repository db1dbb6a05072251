package main

import (
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"plinth/generator/spec"
)

// completeSpecs has the shell offer the specs below the folder that is being written, each with the name of its account.
func completeSpecs(o *output) func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return func(_ *cobra.Command, _ []string, written string) ([]string, cobra.ShellCompDirective) {
		folder := filepath.Dir(written)
		if written == "" || strings.HasSuffix(written, "/") {
			folder = filepath.Clean(written)
		}
		g, err := newGenerator(o)
		if err != nil {
			return nil, cobra.ShellCompDirectiveDefault
		}
		files, _, diags := spec.Find([]string{folder})
		if diags.HasErrors() {
			return nil, cobra.ShellCompDirectiveDefault
		}
		var offers []string
		for _, file := range files {
			inputs, err := inputsOf([]string{file})
			if err != nil || !strings.HasPrefix(file, strings.TrimPrefix(written, "./")) {
				continue
			}
			// One that is wrong is left out, and the others are offered.
			if surveys, diags := g.Surveys(inputs); !diags.HasErrors() && len(surveys) == 1 {
				offers = append(offers, file+"\taccount "+surveys[0].Name)
			}
		}
		return offers, cobra.ShellCompDirectiveDefault
	}
}
