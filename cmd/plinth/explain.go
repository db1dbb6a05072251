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
		Use:     "explain [RULE | FIELD]",
		Short:   "Say what a rule is about, or what a key of a spec takes",
		Long:    "A rule has hyphens, as s3-bucket-name; a key of a spec has dots, as cloudtrail.bucket.retention_days, and a section or core key stands by itself. Without an argument it lists the rules.",
		Example: "  plinth explain s3-bucket-name\n  plinth explain cloudtrail.bucket.retention_days",
		Args:    cobra.MaximumNArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return runExplain(o, args) },
		ValidArgsFunction: func(_ *cobra.Command, args []string, written string) ([]string, cobra.ShellCompDirective) {
			g, err := newGenerator(o)
			if len(args) > 0 || err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			if dot := strings.LastIndex(written, "."); dot >= 0 {
				return g.Keys(written[:dot]), cobra.ShellCompDirectiveNoFileComp
			}
			return append(slices.Sorted(maps.Keys(ruleByID())), g.Keys("")...), cobra.ShellCompDirectiveNoFileComp
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
			if found, err := explainField(o, args[0]); found || err != nil {
				return err
			}
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

// explainField explains a key of a spec; false if the text is none and looks like none.
func explainField(o *output, where string) (bool, error) {
	g, err := newGenerator(o)
	if err != nil {
		return false, err
	}
	field, err := g.Explain(where)
	switch {
	case err != nil && strings.Contains(where, "."):
		return false, &exit{exitWrong, err}
	case err != nil:
		return false, nil
	case o.format == "json":
		return true, o.json(field)
	}
	fmt.Fprintf(o.stdout, "%s (%s)\n", field.Path, field.Type)
	if field.Description != "" {
		fmt.Fprintln(o.stdout, field.Description)
	}
	switch {
	case field.Default != "":
		fmt.Fprintf(o.stdout, "Default: %s\n", field.Default)
	case field.Required:
		fmt.Fprintln(o.stdout, "It has no default and must be written.")
	}
	for _, c := range field.Constraints {
		fmt.Fprintf(o.stdout, "- %s\n", c.Write)
		if c.Source != "" {
			fmt.Fprintf(o.stdout, "  %s\n", c.Source)
		}
	}
	for _, list := range []struct {
		title string
		lines []string
	}{{"Keys:", field.Fields}, {"Read by:", field.Uses}, {"Declared at:", []string{field.Declared}}} {
		if len(list.lines) > 0 {
			fmt.Fprintf(o.stdout, "%s\n  %s\n", list.title, strings.Join(list.lines, "\n  "))
		}
	}
	return true, nil
}
