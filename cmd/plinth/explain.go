package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"plinth/generator/spec"
)

func newExplainCmd(o *output) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "explain [RULE]",
		Short:   "Say what a rule is about, and where it comes from",
		Long:    "Without a rule it lists them all.",
		Example: "  plinth explain s3-bucket-name",
		Args:    cobra.MaximumNArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return runExplain(o, args) },
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return slices.Sorted(maps.Keys(ruleByID())), cobra.ShellCompDirectiveNoFileComp
		},
	}
	o.addFormat(cmd)
	return cmd
}

// explainedRule is a rule as `explain --format json` prints it.
type explainedRule struct {
	ID       string   `json:"id"`
	Severity string   `json:"severity"`
	Summary  string   `json:"summary"`
	Types    []string `json:"types"` // of resources that it reads
	Source   string   `json:"source"`
}

func runExplain(o *output, args []string) error {
	if err := o.checkFormat(); err != nil {
		return err
	}
	rules := ruleByID()
	ids := slices.Sorted(maps.Keys(rules))
	if len(args) > 0 {
		if _, ok := rules[args[0]]; !ok {
			hint := "plinth explain lists them"
			if guess := spec.Suggestion(args[0], ids); guess != "" {
				hint = "did you mean " + guess + "?"
			}
			return &exit{exitWrong, fmt.Errorf("there is no rule %s: %s", args[0], hint)}
		}
		ids = args
	}
	explained := []explainedRule{}
	for _, id := range ids {
		rule := rules[id]
		types := append([]string{}, rule.Types...)
		slices.Sort(types)
		explained = append(explained, explainedRule{ID: id, Severity: severity(rule.Severity), Summary: rule.Summary, Types: types, Source: rule.Source})
	}
	if o.format == "json" {
		return o.json(explained)
	}
	for _, rule := range explained {
		if len(args) == 0 {
			fmt.Fprintf(o.stdout, "%-42s %-8s %s\n", rule.ID, rule.Severity, rule.Summary)
			continue
		}
		meaning := "AWS refuses it, or it never works; Terraform's validate and plan let it through."
		if rule.Severity == "warning" {
			meaning = "AWS takes it, but it works badly."
		}
		fmt.Fprintf(o.stdout, "%s (%s)\n%s.\n%s\n", rule.ID, rule.Severity, rule.Summary, meaning)
		if len(rule.Types) > 0 {
			fmt.Fprintf(o.stdout, "Reads: %s\n", strings.Join(rule.Types, ", "))
		}
		fmt.Fprintf(o.stdout, "Source: %s\nSwitch it off for one block or argument by a comment above it: # plinth:ignore %s the reason\n", rule.Source, rule.ID)
	}
	return nil
}
