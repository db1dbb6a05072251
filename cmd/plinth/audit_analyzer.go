package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"plinth/audit/analyzer"
)

type analyzerOptions struct {
	*auditOptions
	propose             []string
	name, reason, owner string
	expires             string
}

func newAuditAnalyzerCmd(o *output) *cobra.Command {
	live := &liveOptions{}
	opts := &analyzerOptions{auditOptions: &auditOptions{output: o, live: live}}
	cmd := &cobra.Command{
		Use:   "analyzer FILE...",
		Short: "Judge the findings of IAM Access Analyzer",
		Long: "FILE is what `aws accessanalyzer` prints for list-findings, list-findings-v2, get-finding, get-finding-v2 or list-analyzers, or events of EventBridge; - reads standard input. What several files say of " +
			"one finding is put together: list-findings-v2 has no principals, get-finding-v2 has them.\n\n" +
			"Public, cross-account, federated and organization-wide access are told apart; what allows more than reading is worse. Archived findings count only where they hide public access. With lists of analyzers, each region " +
			"that the --spec has in use must have one.\n\n" +
			"--propose ID,... prints an archive rule for findings that are intended, as YAML for the spec, with what it would hide and the commands that apply it to earlier findings. It refuses to hide public access.\n\n" +
			"Exits with 1 if there is a finding of the severity --fail-on or worse.",
		Example: "  aws accessanalyzer list-findings --analyzer-arn ARN | plinth audit analyzer - --spec accounts/prod.yaml\n" +
			"  plinth audit analyzer findings.json --propose 0f1e2d3c --name ci --reason 'CI reads artifacts' --owner build-team --expires 2027-06-30",
		Args: live.args(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			files, done, err := live.evidence(cmd.Context(), "analyzer", args)
			if err != nil {
				return err
			}
			defer done()
			return runAuditAnalyzer(opts, cmd.InOrStdin(), files)
		},
	}
	flags := cmd.Flags()
	opts.common(flags)
	live.addLive(o, flags)
	flags.StringSliceVar(&opts.propose, "propose", nil, "ids of findings that are intended")
	flags.StringVar(&opts.name, "name", "", "with --propose: the name of the rule")
	flags.StringVar(&opts.reason, "reason", "", "with --propose: why the access is intended")
	flags.StringVar(&opts.owner, "owner", "", "with --propose: whom to ask about it")
	flags.StringVar(&opts.expires, "expires", "", "with --propose: until when the rule holds, as 2027-06-30")
	return cmd
}

func runAuditAnalyzer(o *analyzerOptions, stdin io.Reader, args []string) error {
	wrong := stdinOnce(args)
	j, err := o.judgement(errors.Join(wrong, o.checkProposal()))
	if err != nil {
		return err
	}
	evidence, err := readAnalyzer(stdin, args)
	if err != nil {
		return err
	}
	if len(o.propose) > 0 {
		return o.printProposal(evidence)
	}
	return o.print(*o.auditAnalyzer(j, evidence, args[0]))
}

func readAnalyzer(stdin io.Reader, args []string) (*analyzer.Evidence, error) {
	evidence := &analyzer.Evidence{}
	var problems []error
	for _, arg := range args {
		content, err := readInput(stdin, arg)
		if err == nil {
			err = evidence.Read(bytes.NewReader(content))
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", arg, err))
		}
	}
	if len(problems) > 0 {
		return nil, failed(errors.Join(problems...))
	}
	return evidence, nil
}

// auditAnalyzer judges findings and analyzers; file is the first that they are of.
func (o *auditOptions) auditAnalyzer(j *judgement, evidence *analyzer.Evidence, file string) *auditResult {
	result := j.result(evidence.Judge(j.regions))
	result.name, result.account, result.file, result.rules = "analyzer", j.account, file, analyzer.Rules()
	if file == "-" {
		result.file = "findings.json"
	}
	result.scope = plural(len(evidence.Findings), "finding") + " of Access Analyzer"
	if evidence.Listed {
		result.scope += " and " + plural(len(evidence.Analyzers), "analyzer")
	}
	kinds := make(map[string]int)
	for _, f := range result.Findings {
		kinds[f.Rule]++
	}
	var bars []auditBar
	for _, rule := range analyzer.Rules() {
		if kinds[rule.ID] > 0 {
			bars = append(bars, auditBar{Label: rule.Title, N: kinds[rule.ID]})
		}
	}
	if len(bars) > 0 {
		result.charts = append(result.charts, chart("What was found", bars...))
	}
	return &result
}

// ruleName is what AWS takes for the name of an archive rule.
// https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CreateArchiveRule.html
var ruleName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]{0,254}$`)

func (o *analyzerOptions) checkProposal() error {
	given := o.name != "" || o.reason != "" || o.owner != "" || o.expires != ""
	switch {
	case len(o.propose) == 0 && given:
		return errors.New("--name, --reason, --owner and --expires are of a rule: write --propose with the ids of findings as well")
	case len(o.propose) == 0:
		return nil
	}
	var wrong []error
	if !ruleName.MatchString(o.name) {
		wrong = append(wrong, fmt.Errorf("--name %q: write a letter, then letters, digits, dots, hyphens or underscores", o.name))
	}
	if strings.TrimSpace(o.reason) == "" {
		wrong = append(wrong, errors.New("--reason: write why the access is intended"))
	}
	if strings.TrimSpace(o.owner) == "" {
		wrong = append(wrong, errors.New("--owner: write whom to ask about it"))
	}
	if _, err := time.Parse(time.DateOnly, o.expires); err != nil {
		wrong = append(wrong, fmt.Errorf("--expires %q: write until when it holds, such as 2027-06-30", o.expires))
	}
	if o.format != "text" && o.format != "json" {
		wrong = append(wrong, fmt.Errorf("--format %s: a proposal is text or json", o.format))
	}
	return errors.Join(wrong...)
}

// proposalResult is what `audit analyzer --propose --format json` prints.
type proposalResult struct {
	YAML string `json:"yaml"` // for the spec
	*analyzer.Proposal
	Commands []string `json:"commands"` // that apply the rule to earlier findings; for review
}

func (o *analyzerOptions) printProposal(evidence *analyzer.Evidence) error {
	proposal, err := evidence.Propose(o.propose)
	if err != nil {
		return &exit{exitWrong, err}
	}
	type filter struct {
		Eq []string `yaml:"eq,flow"`
	}
	type rule struct {
		Reason  string            `yaml:"reason"`
		Owner   string            `yaml:"owner"`
		Expires string            `yaml:"expires"`
		Filters map[string]filter `yaml:"filters"`
	}
	filters := make(map[string]filter)
	for criterion, values := range proposal.Filters {
		filters[criterion] = filter{values}
	}
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	if err := encoder.Encode(map[string]any{"access_analyzer": map[string]any{"archive_rules": map[string]rule{o.name: {o.reason, o.owner, o.expires, filters}}}}); err != nil {
		return failed(err)
	}
	result := proposalResult{YAML: text.String(), Proposal: proposal, Commands: []string{}}
	for _, a := range evidence.Analyzers {
		if a.External() {
			result.Commands = append(result.Commands, fmt.Sprintf("aws accessanalyzer apply-archive-rule --analyzer-arn %s --rule-name %s --region %s", a.ARN, o.name, a.Region()))
		}
	}
	if len(result.Commands) == 0 {
		result.Commands = append(result.Commands, fmt.Sprintf("aws accessanalyzer apply-archive-rule --analyzer-arn ARN --rule-name %s", o.name))
	}
	if o.format == "json" {
		return o.json(result)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# It hides %s: %s.\n", plural(len(proposal.Hides), "active finding"), strings.Join(proposal.Hides, ", "))
	if len(proposal.Beyond) > 0 {
		fmt.Fprintf(&b, "# Not asked for, and hidden as well: %s.\n", strings.Join(proposal.Beyond, ", "))
	}
	b.WriteString(result.YAML)
	b.WriteString("# A rule archives new findings only. Once it is applied, for those that there are already:\n")
	for _, command := range result.Commands {
		fmt.Fprintf(&b, "#   %s\n", command)
	}
	if _, err := io.WriteString(o.stdout, b.String()); err != nil {
		return failed(fmt.Errorf("output: %w", err))
	}
	return nil
}
