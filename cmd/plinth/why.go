package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"plinth/generator"
	"plinth/generator/coverage"
)

func newWhyCmd(o *output) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "why ADDRESS|CONTROL|RULE SPEC",
		Short: "Trace what an account gets back to the line that decides it",
		Long: "ADDRESS is one of Terraform's, of a resource or of an argument below it: where it is written, the line of the module that it comes from, what was folded on the way, and who set the variables that it reads: " +
			"a line of the spec or of a file that it extends, a default, or the template. What is recorded while the files are made is told, nothing is guessed.\n" +
			"CONTROL is one of plinth coverage, by its name or its number in the benchmark: the resources that give it. RULE is one of plinth explain: the resources that it judges.",
		Example: "  plinth why module.log_group.aws_cloudwatch_log_group.this.retention_in_days accounts/prod.yaml\n  plinth why 3.1 accounts/prod.yaml",
		Args:    cobra.ExactArgs(2),
		RunE:    func(_ *cobra.Command, args []string) error { return runWhy(o, args[0], args[1]) },
	}
	o.addFormat(cmd)
	return cmd
}

// whyResult is what `why --format json` prints: one of its parts.
type whyResult struct {
	Address *generator.Why `json:"address,omitempty"`
	Control *coverage.Row  `json:"control,omitempty"`
	Rule    *whyRule       `json:"rule,omitempty"`
}

// whyRule is a rule and what it judges in an account.
type whyRule struct {
	ID        string   `json:"id"`
	Summary   string   `json:"summary"`
	Source    string   `json:"source"`
	Addresses []string `json:"addresses"`
}

func runWhy(o *output, asked, file string) error {
	if err := o.checkFormat(); err != nil {
		return err
	}
	r, err := render(o, []string{file}, generator.Specialized)
	switch {
	case err != nil:
		return err
	case r.diags.HasErrors():
		return &exit{code: exitWrong}
	case len(r.accounts) != 1:
		return &exit{exitWrong, fmt.Errorf("%s has %d specs: name one", file, len(r.accounts))}
	}
	account := r.accounts[0]
	if rule, ok := ruleByID()[asked]; ok {
		configuration, err := account.Configuration()
		if err != nil {
			return failed(err)
		}
		judged := &whyRule{ID: rule.ID, Summary: rule.Summary, Source: rule.Source, Addresses: []string{}}
		for _, resource := range configuration.Resources {
			typ := resource.Type
			if resource.Mode == "data" {
				typ = "data." + typ
			}
			if slices.Contains(rule.Types, typ) {
				judged.Addresses = append(judged.Addresses, resource.Address)
			}
		}
		return o.printWhy(whyResult{Rule: judged})
	}
	rows, err := r.generator.Coverage(account, "", time.Now())
	if err != nil {
		return failed(err)
	}
	for _, row := range rows {
		if row.Control == asked || row.CIS == asked {
			return o.printWhy(whyResult{Control: &row})
		}
	}
	explainer, diags := r.generator.Explainer(inputOf(account.Spec, r.sources.Bytes(account.Spec)))
	if diags.HasErrors() {
		return failed(diags)
	}
	why, err := explainer.Why(asked)
	var nowhere *generator.NoAddressError
	switch {
	case errors.As(err, &nowhere):
		return &exit{exitWrong, fmt.Errorf("%w; a control is one that plinth coverage lists, a rule one that plinth explain does", err)}
	case err != nil:
		return failed(err)
	}
	return o.printWhy(whyResult{Address: why})
}

func (o *output) printWhy(result whyResult) error {
	if o.format == "json" {
		return o.json(result)
	}
	text := ""
	switch {
	case result.Address != nil:
		text = whyText(result.Address)
	case result.Control != nil:
		row := result.Control
		text = fmt.Sprintf("%s %s: %s\n%s", row.Control, row.Title, row.Status, field("why", row.Why)+field("to do", row.Todo)+field("proof", row.Proof)+field("given by", strings.Join(row.Addresses, "\n")))
	default:
		rule := result.Rule
		text = fmt.Sprintf("%s: %s\n%s", rule.ID, rule.Summary, field("source", rule.Source))
		if len(rule.Addresses) == 0 {
			text += field("judges", "nothing in this account")
		} else {
			text += field("judges", strings.Join(rule.Addresses, "\n"))
		}
	}
	if _, err := fmt.Fprint(o.stdout, text); err != nil {
		return failed(fmt.Errorf("output: %w", err))
	}
	return nil
}

// field is a name with what it is, whose further lines stand under the first; "" where it is nothing.
func field(name, text string) string {
	if text == "" {
		return ""
	}
	return fmt.Sprintf("  %-10s %s\n", name, strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", 13)))
}

func whyText(w *generator.Why) string {
	var b strings.Builder
	switch {
	case !w.There:
		fmt.Fprintf(&b, "%s isn't in the account's files\n", w.Address)
	case w.Value != "":
		fmt.Fprintf(&b, "%s = %s\n", w.Address, w.Value)
	default:
		fmt.Fprintf(&b, "%s\n", w.Address)
	}
	b.WriteString(field("written", w.Written))
	b.WriteString(field("module", w.Module+": "+w.Source))
	var steps []string
	for _, s := range w.Steps {
		line := s.What + ": " + strings.Join(strings.Fields(s.From), " ")
		if s.To != "" {
			line += " → " + strings.Join(strings.Fields(s.To), " ")
		}
		if !slices.Contains(steps, line) {
			steps = append(steps, line)
		}
	}
	b.WriteString(field("done", strings.Join(steps, "\n")))
	var decided []string
	for _, d := range w.Decided {
		decided = append(decided, decisionText(d))
	}
	b.WriteString(field("decided by", strings.Join(decided, "\n")))
	var below []string
	for _, attr := range w.Below {
		line := attr.Path + " = " + shortened(strings.Join(strings.Fields(attr.Value), " "))
		for _, d := range attr.Decided {
			line += "\n  " + decisionText(d)
		}
		below = append(below, line)
	}
	b.WriteString(field("arguments", strings.Join(below, "\n")))
	return b.String()
}

func decisionText(d generator.Decision) string {
	text := d.Name
	if d.Value != "" {
		text += " = " + shortened(d.Value)
	}
	text += ", "
	switch d.By {
	case "spec":
		return text + d.Field + " at " + d.Place
	case "default":
		text += "the default at " + d.Place
		if d.Field != "" {
			text += "; " + d.Field + " in the spec would set it"
		}
		return text
	}
	return text + "the template at " + d.Place
}
