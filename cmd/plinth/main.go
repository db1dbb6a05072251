// Command plinth renders the security baseline of AWS accounts as plain Terraform, from one YAML spec for each account.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// The exit codes, the same for every command.
const (
	exitFine     = 0
	exitFindings = 1 // out of date, or findings
	exitWrong    = 2 // wrong spec or usage
	exitFailed   = 3 // something outside plinth failed: the disk, Terraform
)

// exit ends a command with an exit code. Err is printed; it is nil where everything has been said.
type exit struct {
	code int
	err  error
}

func (e *exit) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exit) Unwrap() error { return e.err }

func failed(err error) error { return &exit{exitFailed, err} }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run runs a command line and returns its exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	cmd := newRootCmd(stdout, stderr)
	cmd.SetArgs(args)
	err := cmd.ExecuteContext(ctx)
	var e *exit
	switch {
	case err == nil:
		return exitFine
	case !errors.As(err, &e): // cobra's own: a flag or an argument
		fmt.Fprintf(stderr, "Error: %v\nRun 'plinth --help' for usage.\n", err)
		return exitWrong
	case e.err != nil:
		fmt.Fprintf(stderr, "Error: %v\n", e.err)
	}
	return e.code
}

func newRootCmd(stdout, stderr io.Writer) *cobra.Command {
	o := &output{stdout: stdout, stderr: stderr, format: "text"}
	cmd := &cobra.Command{
		Use:   "plinth",
		Short: "The security baseline of AWS accounts, as plain Terraform",
		Long: "plinth renders the security baseline of an AWS account as plain Terraform, from one YAML spec for each account.\n\n" +
			"Exit codes: 0 fine, 1 out of date or findings, 2 wrong spec or usage, 3 something outside plinth failed.",
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.SetOut(stdout)
	cmd.SetErr(stderr)
	cmd.PersistentFlags().BoolVarP(&o.quiet, "quiet", "q", false, "print problems and results only")
	cmd.PersistentFlags().StringVar(&o.modules, "modules", "", "a folder of your own modules, beside or in place of those of plinth")
	cmd.PersistentFlags().StringVar(&o.template, "template", "", "the folder of your own template of the root module")
	for _, group := range []struct {
		title    string
		commands []*cobra.Command
	}{
		{"Write specs:", []*cobra.Command{newInitCmd(o), newExplainCmd(o), newWhyCmd(o), newSchemaCmd(o), newDocsCmd(o)}},
		{"Render and prove Terraform:", []*cobra.Command{newGenerateCmd(o), newCheckCmd(o), newValidateCmd(o), newProveCmd(o), newLintCmd(o)}},
		{"Look after many accounts:", []*cobra.Command{newListCmd(o), newFleetCmd(o), newDiffCmd(o), newPlanCmd(o), newPipelineCmd(o)}},
		{"Know what accounts get, and what they are like:", []*cobra.Command{newGraphCmd(o), newFiresCmd(o), newCoverageCmd(o), newRunbookCmd(o), newAuditCmd(o), newCollectCmd(o)}},
	} {
		cmd.AddGroup(&cobra.Group{ID: group.title, Title: group.title})
		for _, c := range group.commands {
			c.GroupID = group.title
			if strings.Contains(c.Use, "SPEC") && c.ValidArgsFunction == nil && len(c.ValidArgs) == 0 {
				c.ValidArgsFunction = completeSpecs(o)
			}
			cmd.AddCommand(c)
		}
	}
	cmd.AddCommand(newVersionCmd(o), newManCmd())
	cmd.Version = builtFrom().String()
	cmd.SetVersionTemplate("plinth {{.Version}}\n")
	return cmd
}
