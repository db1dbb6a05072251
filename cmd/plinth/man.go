package main

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"plinth"
)

func newManCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "man DIR",
		Short: "Write the manual pages, one for each command",
		Long:  "Writes plinth.1, plinth-generate.1 and so on, for whoever packages plinth. SOURCE_DATE_EPOCH is their date, in seconds since 1970; without it they have that of 1 January 1970, so that they are the same each time.",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			date := time.Unix(0, 0).UTC()
			if text := os.Getenv("SOURCE_DATE_EPOCH"); text != "" {
				var seconds int64
				if _, err := fmt.Sscan(text, &seconds); err != nil {
					return &exit{exitWrong, fmt.Errorf("SOURCE_DATE_EPOCH %q: write the seconds since 1970", text)}
				}
				date = time.Unix(seconds, 0).UTC()
			}
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return failed(err)
			}
			root := cmd.Root()
			root.DisableAutoGenTag = true
			header := &doc.GenManHeader{Title: "PLINTH", Section: "1", Source: "plinth " + plinth.Version, Manual: "plinth", Date: &date}
			if err := doc.GenManTree(root, header, args[0]); err != nil {
				return failed(err)
			}
			return nil
		},
	}
}
