package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"

	"github.com/spf13/cobra"

	"plinth"
)

type pipelineOptions struct {
	*output
	out              string
	branch           string
	shards           int
	planRole         string
	applyRole        string
	auditRole        string
	region           string
	audience         string
	image            string
	install          string
	runner           string
	environment      string
	terraformVersion string
	always           []string
	allowFile        string
	affectedBy       string
}

func newPipelineCmd(o *output) *cobra.Command {
	opts := &pipelineOptions{output: o}
	cmd := &cobra.Command{
		Use:   "pipeline github|gitlab|atlantis|matrix SPEC...",
		Short: "Write the pipeline that plans and applies all accounts",
		Long: "Prints what a CI system runs: plinth check on each change; plans of the accounts that changed, shared out over the runners, with a comment on the pull request; apply on merge, of just the plans that were made then; " +
			"with --audit-role a weekly audit of credentials. Roles come from OpenID Connect, and no key is stored. Runners need bash, git, jq and plinth, for the audit the AWS CLI, and Terraform where --image is set.\n\n" +
			"github is .github/workflows/plinth.yml, gitlab is .gitlab-ci.yml, atlantis is atlantis.yaml. matrix is JSON for a pipeline of your own: the shares that the accounts come to, for --shard of plinth list and plan.",
		Example: "  plinth pipeline github accounts --plan-role arn:aws:iam::111122223333:role/plan --apply-role arn:aws:iam::111122223333:role/apply --region eu-central-1 > .github/workflows/plinth.yml\n" +
			"  plinth pipeline matrix accounts --affected-by origin/main --shards 20",
		Args:      cobra.MinimumNArgs(2),
		ValidArgs: []string{"github", "gitlab", "atlantis", "matrix"},
		RunE:      func(cmd *cobra.Command, args []string) error { return runPipeline(cmd.Context(), opts, args) },
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.out, "out", "live", "the folder of the generated files")
	flags.StringVar(&opts.branch, "branch", "main", "the branch that is applied")
	flags.IntVar(&opts.shards, "shards", 10, "over how many jobs the accounts are shared out")
	flags.StringVar(&opts.planRole, "plan-role", "", "ARN of the role that plans; it may read")
	flags.StringVar(&opts.applyRole, "apply-role", "", "ARN of the role that applies")
	flags.StringVar(&opts.auditRole, "audit-role", "", "ARN of the role that the plan role assumes in each account to audit it, with {id} for the account's id")
	flags.StringVar(&opts.region, "region", "", "the AWS region that roles are asked for in")
	flags.StringVar(&opts.audience, "audience", "https://gitlab.com", "the audience of GitLab's ID tokens, as the identity provider in AWS has it")
	flags.StringVar(&opts.image, "image", "", "a container image that jobs run in")
	flags.StringVar(&opts.install, "install", "", "a shell command that puts plinth on PATH, where the runner or image doesn't have it")
	flags.StringVar(&opts.runner, "runner", "ubuntu-latest", "the label of GitHub's runners")
	flags.StringVar(&opts.environment, "environment", "production", "the environment that applying deploys to, whose reviewers are asked")
	flags.StringVar(&opts.terraformVersion, "terraform-version", "1.11.4", "the version of Terraform")
	flags.StringArrayVar(&opts.always, "always", nil, "a change of this file or folder touches every account (repeatable)")
	flags.StringVar(&opts.allowFile, "allow-file", "", "a file of what plans may destroy or replace; see plinth plan")
	flags.StringVar(&opts.affectedBy, "affected-by", "", "matrix only: a git revision, to share out the accounts that changed since")
	return cmd
}

// pipeline is what the templates see: the options, and what is made of them.
type pipeline struct {
	Kind, Command, Specs, Out, Branch, PlanRole, ApplyRole, AuditRole, Region, Audience, Image, Install, Runner, Environment, TerraformVersion string
	Deny                                                                                                                                       string // flags of plinth plan
	AuditFormat, AuditSuffix                                                                                                                   string
	Shards                                                                                                                                     int
	Always                                                                                                                                     []string
	Accounts                                                                                                                                   []pipelineAccount
}

type pipelineAccount struct {
	Name, Dir string
}

// pipelineMatrix is what `pipeline matrix` prints.
type pipelineMatrix struct {
	Accounts int      `json:"accounts"`
	Shard    []string `json:"shard"`
}

var (
	roleARN  = regexp.MustCompile(`^arn:aws[a-z-]*:iam::([0-9]{12}|\{id\}):role/[A-Za-z0-9_+=,.@/-]+$`)
	region   = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)
	plain    = regexp.MustCompile(`^[A-Za-z0-9_./*?@+=:-]+$`)
	refName  = regexp.MustCompile(`^[A-Za-z0-9_./-]+$`)
	fileName = map[string]string{"github": "github.yml.tmpl", "gitlab": "gitlab.yml.tmpl", "atlantis": "atlantis.yaml.tmpl"}
)

func runPipeline(ctx context.Context, o *pipelineOptions, args []string) error {
	kind, specs := args[0], args[1:]
	if err := o.check(kind, specs); err != nil {
		return err
	}
	if kind == "matrix" {
		return o.matrix(ctx, specs)
	}
	surveys, diags, err := survey(o.output, specs)
	switch {
	case err != nil:
		return err
	case diags.HasErrors():
		return &exit{code: exitWrong}
	}
	p := &pipeline{
		Kind: kind, Specs: strings.Join(specs, " "), Out: path.Clean(filepath.ToSlash(o.out)), Branch: o.branch, Shards: o.shards, PlanRole: o.planRole, ApplyRole: o.applyRole,
		AuditRole: o.auditRole, Region: o.region, Audience: o.audience, Image: o.image, Install: o.install, Runner: o.runner, Environment: o.environment,
		TerraformVersion: o.terraformVersion, Always: o.always, Deny: " --deny destroy --deny replace",
		AuditFormat: "markdown", AuditSuffix: "md",
	}
	if kind == "gitlab" {
		p.AuditFormat, p.AuditSuffix = "junit", "xml"
	}
	if o.allowFile != "" {
		p.Deny += " --allow-file " + o.allowFile
	}
	p.Command = o.command(args)
	for _, s := range surveys {
		p.Accounts = append(p.Accounts, pipelineAccount{s.Name, path.Join(p.Out, s.Name)})
	}
	text, err := p.write()
	if err != nil {
		return failed(err)
	}
	if _, err := o.stdout.Write(text); err != nil {
		return failed(fmt.Errorf("output: %w", err))
	}
	return nil
}

// check refuses what isn't there, and values that would mean something in the files that they are written into.
func (o *pipelineOptions) check(kind string, specs []string) error {
	var wrong []error
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	if fileName[kind] == "" && kind != "matrix" {
		say("%s: write github, gitlab, atlantis or matrix", kind)
	}
	if o.shards < 1 || o.shards > 200 {
		say("--shards %d: write a number from 1 to 200, which is how many jobs GitLab runs in parallel (GitHub's matrix takes 256)", o.shards)
	}
	if o.affectedBy != "" && kind != "matrix" {
		say("--affected-by is for matrix: the pipeline finds out by itself what it follows")
	}
	for _, name := range o.always {
		if !refName.MatchString(name) {
			say("--always %q: write a path in letters, digits and _ . / -", name)
		}
	}
	for _, text := range append([]string{o.out}, specs...) {
		if !plain.MatchString(text) || strings.HasPrefix(text, "-") {
			say("%q: write paths in letters, digits and _ . / * ? @ + = : -, as they go into shell commands", text)
		}
	}
	if o.allowFile != "" && !plain.MatchString(o.allowFile) {
		say("--allow-file %q: write a path in letters, digits and _ . / -", o.allowFile)
	}
	if !refName.MatchString(o.branch) {
		say("--branch %q: write the name of a branch", o.branch)
	}
	if kind == "github" || kind == "gitlab" {
		for _, role := range []struct {
			flag, arn string
			each      bool
		}{{"--plan-role", o.planRole, false}, {"--apply-role", o.applyRole, false}, {"--audit-role", o.auditRole, true}} {
			switch found := roleARN.FindStringSubmatch(role.arn); {
			case role.arn == "" && role.each:
			case role.arn == "":
				say("%s: write the ARN of a role that the pipeline gets, such as arn:aws:iam::111122223333:role/plan", role.flag)
			case found == nil:
				say("%s %q: write the ARN of a role, such as arn:aws:iam::111122223333:role/plan", role.flag, role.arn)
			case role.each != (found[1] == "{id}"):
				say("%s %q: write %s", role.flag, role.arn, map[bool]string{true: "{id} in place of the account's id, since there is one role in each account", false: "the id of the account that has the role"}[role.each])
			}
		}
		if !region.MatchString(o.region) {
			say("--region %q: write a region, such as eu-central-1", o.region)
		}
	}
	if len(wrong) > 0 {
		return &exit{exitWrong, errors.Join(wrong...)}
	}
	return nil
}

// matrix prints the shares of accounts: no more than there are accounts.
func (o *pipelineOptions) matrix(ctx context.Context, specs []string) error {
	list := &listOptions{output: o.output, affectedBy: o.affectedBy, always: o.always}
	accounts, err := list.accounts(ctx, specs)
	if err != nil {
		return err
	}
	m := pipelineMatrix{Accounts: len(accounts.Accounts), Shard: []string{}}
	n := min(o.shards, len(accounts.Accounts))
	for i := range n {
		m.Shard = append(m.Shard, fmt.Sprintf("%d/%d", i+1, n))
	}
	text, err := json.Marshal(m)
	if err != nil {
		return failed(err)
	}
	if _, err := fmt.Fprintf(o.stdout, "%s\n", text); err != nil {
		return failed(fmt.Errorf("output: %w", err))
	}
	return nil
}

// command is the command line that writes the same again.
func (o *pipelineOptions) command(args []string) string {
	words := append([]string{"plinth", "pipeline"}, args...)
	for _, flag := range []struct{ name, value, usual string }{
		{"--out", o.out, "live"}, {"--branch", o.branch, "main"}, {"--shards", fmt.Sprint(o.shards), "10"}, {"--plan-role", o.planRole, ""}, {"--apply-role", o.applyRole, ""},
		{"--audit-role", o.auditRole, ""}, {"--region", o.region, ""}, {"--audience", o.audience, "https://gitlab.com"}, {"--image", o.image, ""}, {"--install", o.install, ""},
		{"--runner", o.runner, "ubuntu-latest"}, {"--environment", o.environment, "production"}, {"--terraform-version", o.terraformVersion, "1.11.4"}, {"--allow-file", o.allowFile, ""},
	} {
		if flag.value != flag.usual {
			words = append(words, flag.name, shellQuoted(flag.value))
		}
	}
	for _, name := range o.always {
		words = append(words, "--always", shellQuoted(name))
	}
	return strings.ReplaceAll(strings.Join(words, " "), "\n", " ")
}

func shellQuoted(text string) string {
	if plain.MatchString(text) && !strings.ContainsAny(text, "*?") {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

func (p *pipeline) write() ([]byte, error) {
	t := template.New("").Delims("[[", "]]")
	jsonText := func(v any) (string, error) {
		var b strings.Builder
		encoder := json.NewEncoder(&b)
		encoder.SetEscapeHTML(false)
		err := encoder.Encode(v)
		return strings.TrimSuffix(b.String(), "\n"), err
	}
	t.Funcs(template.FuncMap{
		"quote": func(text string) (string, error) { return jsonText(text) }, // a JSON text is one of YAML
		"list":  func(texts ...string) (string, error) { return jsonText(texts) },
		"shell": shellQuoted,
		"include": func(name string, data any) (string, error) {
			var b bytes.Buffer
			err := t.ExecuteTemplate(&b, name, data)
			return b.String(), err
		},
		"indent": func(n int, text string) string {
			margin := strings.Repeat(" ", n)
			return margin + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n"+margin)
		},
	})
	for _, file := range []string{"audit.sh.tmpl", fileName[p.Kind]} {
		content, err := plinth.Files.ReadFile("templates/pipeline/" + file)
		if err != nil {
			return nil, err
		}
		name, _, _ := strings.Cut(file, ".")
		if _, err := t.New(name).Parse(string(content)); err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	err := t.ExecuteTemplate(&b, p.Kind, p)
	return b.Bytes(), err
}
