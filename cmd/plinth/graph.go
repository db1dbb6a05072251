package main

import (
	"context"
	"fmt"
	"io"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/spf13/cobra"

	"plinth/generator"
	"plinth/generator/flow"
	"plinth/internal/graphviz"
)

func newGraphCmd(o *output) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "graph SPEC",
		Short: "Draw how an event travels through an account, from the call to the mailbox",
		Long: "Trail, log group, metric filters, alarms, EventBridge rules, topics, subscriptions and the keys that encrypt them. Where a way ends too early, the place is marked and says why.\n" +
			"Mermaid is drawn by GitHub and GitLab; svg is an image, laid out by Graphviz, which has to be installed for it; dot is what Graphviz reads.",
		Example: "  plinth graph accounts/prod.yaml",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.format = format
			return runGraph(cmd.Context(), o, args)
		},
	}
	cmd.Flags().StringVar(&format, "format", "mermaid", "mermaid, svg, dot or json")
	return cmd
}

// graphResult is what `graph --format json` prints.
type graphResult struct {
	Graphs      []*flow.Graph       `json:"graphs"`
	Diagnostics []tfjson.Diagnostic `json:"diagnostics"`
}

func runGraph(ctx context.Context, o *output, args []string) error {
	if err := o.checkFormatIn("mermaid", "svg", "dot", "json"); err != nil {
		return err
	}
	r, err := render(o, args, generator.Specialized)
	if err != nil {
		return err
	}
	if len(r.accounts) > 1 && o.format != "json" {
		return &exit{exitWrong, fmt.Errorf("%s has %d specs: name one of them, or write --format json", args[0], len(r.accounts))}
	}
	result := graphResult{Graphs: []*flow.Graph{}, Diagnostics: jsonDiagnostics(r.diags)}
	for _, account := range r.accounts {
		c, err := account.Configuration()
		if err != nil {
			return failed(err)
		}
		result.Graphs = append(result.Graphs, c.Graph(account.Name))
	}
	for _, graph := range result.Graphs {
		text := ""
		switch o.format {
		case "mermaid":
			text = graph.Mermaid()
		case "dot":
			text = graph.DOT()
		case "svg":
			image, err := graphviz.SVG(ctx, graph.DOT())
			if err != nil {
				return failed(err)
			}
			text = string(image)
		}
		if _, err := io.WriteString(o.stdout, text); err != nil {
			return failed(fmt.Errorf("output: %w", err))
		}
	}
	if err := o.json(result); err != nil {
		return err
	}
	if r.accounts == nil {
		return &exit{code: exitWrong}
	}
	return nil
}
