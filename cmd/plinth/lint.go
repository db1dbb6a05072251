package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/spf13/cobra"

	"plinth/generator"
	"plinth/generator/constraint"
	"plinth/generator/source"
)

func newLintCmd(o *output) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "lint DIR...",
		Short: "Find in any Terraform what AWS refuses although Terraform lets it through",
		Long: "Runs plinth's rules on AWS over folders of Terraform files, whoever wrote them, and over the modules that they call by a local path. What isn't known before " +
			"a plan is never judged. Exits with 1 if a rule finds an error.\n\n" +
			"A comment above a block or an argument, or beside an argument, switches a rule off there: # plinth:ignore RULE reason",
		Example: "  plinth lint live/prod live/dev --format sarif > lint.sarif\n  plinth explain s3-bucket-name",
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return runLint(o, args) },
	}
	cmd.Flags().StringVar(&o.format, "format", "text", "text, json or sarif")
	return cmd
}

// lintResult is what `lint --format json` prints.
type lintResult struct {
	Clean    bool                `json:"clean"`
	Findings []lintFinding       `json:"findings"`
	Problems []tfjson.Diagnostic `json:"problems"` // what kept a folder from being read
}

type lintFinding struct {
	Rule      string `json:"rule"`
	Severity  string `json:"severity"` // error or warning
	Summary   string `json:"summary"`
	Detail    string `json:"detail"`
	Address   string `json:"address,omitempty"`
	Attribute string `json:"attribute,omitempty"`
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	Source    string `json:"source"`
}

func runLint(o *output, args []string) error {
	if err := o.checkFormat("sarif"); err != nil {
		return err
	}
	sources := &source.Set{}
	var findings, problems hcl.Diagnostics
	seen := make(map[string]bool)
	for _, arg := range args {
		found, wrong, err := lintFolder(arg, sources)
		if err != nil {
			return failed(err)
		}
		problems = append(problems, wrong...)
		for _, d := range found {
			// A module that two folders call is looked at twice.
			if key := fmt.Sprintf("%v %v", d.Subject, d.Extra.(*constraint.Violation).RuleID); !seen[key] {
				seen[key] = true
				findings = append(findings, d)
			}
		}
	}
	if err := o.diagnostics(append(problems, findings...), sources); err != nil {
		return err
	}
	var err error
	switch o.format {
	case "json":
		err = o.json(lintResult{Clean: len(findings) == 0 && len(problems) == 0, Findings: lintFindings(findings), Problems: jsonDiagnostics(problems)})
	case "sarif":
		err = o.sarif(findings)
	default:
		if len(problems) == 0 {
			o.info("%s: %s", strings.Join(args, ", "), plural(len(findings), "finding"))
		}
	}
	switch {
	case err != nil:
		return err
	case problems.HasErrors():
		return &exit{code: exitWrong}
	case findings.HasErrors():
		return &exit{code: exitFindings}
	}
	return nil
}

// lintFolder lints a folder, and names files as they are seen from where the command runs.
func lintFolder(arg string, sources *source.Set) (findings, problems hcl.Diagnostics, err error) {
	dir, err := filepath.Abs(arg)
	if err != nil {
		return nil, nil, err
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "No folder", Detail: arg + " is no folder that can be read. Name one that holds .tf files."}}, nil
	}
	// Modules can be anywhere, so that the file system is looked at from its top.
	top := filepath.VolumeName(dir) + string(filepath.Separator)
	within, err := filepath.Rel(top, dir)
	if err != nil {
		return nil, nil, err
	}
	read := &source.Set{}
	findings, problems = generator.Lint(os.DirFS(top), filepath.ToSlash(within), read)
	shown := func(name string) string {
		rel, err := filepath.Rel(dir, filepath.Join(top, filepath.FromSlash(name)))
		if err != nil {
			return name
		}
		return filepath.ToSlash(filepath.Join(arg, rel))
	}
	for name, file := range read.Files() {
		sources.Add(shown(name), file.Bytes)
	}
	for _, d := range append(append(hcl.Diagnostics{}, findings...), problems...) {
		if d.Subject != nil {
			subject := *d.Subject
			subject.Filename = shown(subject.Filename)
			d.Subject = &subject
		}
		d.Detail = strings.ReplaceAll(d.Detail, filepath.ToSlash(within), arg)
	}
	return findings, problems, nil
}

func lintFindings(findings hcl.Diagnostics) []lintFinding {
	rules := ruleByID()
	all := make([]lintFinding, 0, len(findings))
	for _, d := range findings {
		v := d.Extra.(*constraint.Violation)
		all = append(all, lintFinding{
			Rule: v.RuleID, Severity: severity(d.Severity), Summary: d.Summary, Detail: d.Detail, Address: v.Address, Attribute: v.Attribute,
			File: d.Subject.Filename, Line: d.Subject.Start.Line, Column: d.Subject.Start.Column, Source: rules[v.RuleID].Source,
		})
	}
	return all
}

func severity(s hcl.DiagnosticSeverity) string {
	if s == hcl.DiagWarning {
		return "warning"
	}
	return "error"
}

// sarif prints findings as SARIF.
func (o *output) sarif(findings hcl.Diagnostics) error {
	run := newSARIF()
	rules := ruleByID()
	for _, d := range findings {
		v := d.Extra.(*constraint.Violation)
		rule := rules[v.RuleID]
		described := run.AddRule(rule.ID).WithDescription(rule.Summary)
		if strings.HasPrefix(rule.Source, "https://") {
			described.WithHelpURI(rule.Source)
		}
		run.CreateResultForRule(rule.ID).WithLevel(severity(d.Severity)).WithMessage(sarif.NewTextMessage(d.Detail)).AddLocation(
			sarif.NewLocationWithPhysicalLocation(sarif.NewPhysicalLocation().
				WithArtifactLocation(sarif.NewSimpleArtifactLocation(d.Subject.Filename)).
				WithRegion(sarif.NewRegion().WithStartLine(d.Subject.Start.Line).WithStartColumn(d.Subject.Start.Column).
					WithEndLine(d.Subject.End.Line).WithEndColumn(d.Subject.End.Column))))
	}
	if err := writeSARIF(o.stdout, run); err != nil {
		return failed(fmt.Errorf("output: %w", err))
	}
	return nil
}

// ruleByID is every rule that lint has.
func ruleByID() map[string]constraint.Rule {
	rules := map[string]constraint.Rule{generator.IgnoreRule.ID: generator.IgnoreRule}
	for _, rule := range constraint.Rules() {
		rules[rule.ID] = rule
	}
	return rules
}
