package main

import (
	"bytes"
	"context"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rhysd/actionlint"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

var update = flag.Bool("update", false, "write the golden files; read the diff before you commit it")

var pipelineArgs = []string{"--plan-role", "arn:aws:iam::111122223333:role/plan", "--apply-role", "arn:aws:iam::111122223333:role/apply", "--region", "eu-central-1"}

// pipelines are the golden files below testdata/pipeline: the least, and all that can be asked for.
var pipelines = map[string][]string{
	"github.yml":  slices.Concat([]string{"github", "../../examples"}, pipelineArgs),
	"gitlab.yml":  slices.Concat([]string{"gitlab", "../../examples"}, pipelineArgs),
	"matrix.json": {"matrix", "../../examples", "--shards", "2"},
	"github-all.yml": slices.Concat([]string{"github", "../../examples/minimal/account.yaml", "../../examples/hardened/account.yaml"}, pipelineArgs, []string{
		"--audit-role", "arn:aws:iam::{id}:role/audit", "--image", "registry.example.com/plinth:1", "--install", "echo \"it's here\"", "--runner", "our-runners", "--environment", "live",
		"--branch", "trunk", "--shards", "3", "--out", "accounts/live", "--always", ".tool-versions", "--always", "modules", "--allow-file", ".plinth-allow",
	}),
	"gitlab-all.yml": slices.Concat([]string{"gitlab", "../../examples/minimal/account.yaml"}, pipelineArgs, []string{
		"--audit-role", "arn:aws:iam::{id}:role/audit", "--image", "registry.example.com/plinth:1", "--install", "echo \"it's here\"", "--environment", "live", "--audience", "https://gitlab.example.com",
		"--branch", "trunk", "--shards", "3", "--out", "accounts/live", "--always", ".tool-versions", "--allow-file", ".plinth-allow",
	}),
	"atlantis.yaml": {"atlantis", "../../examples", "--terraform-version", "1.12.2"},
}

func TestPipelines(t *testing.T) {
	for name, args := range pipelines {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			if code := run(context.Background(), append([]string{"pipeline"}, args...), &stdout, &stderr); code != exitFine {
				t.Fatalf("exit code %d: %s", code, stderr.String())
			}
			golden := filepath.Join("testdata", "pipeline", name)
			if *update {
				if err := os.WriteFile(golden, stdout.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), stdout.String()); diff != "" {
				t.Error(diff)
			}
			switch kind := args[0]; kind {
			case "github":
				lintGitHub(t, golden, stdout.Bytes())
			case "gitlab":
				lintGitLab(t, stdout.Bytes())
			case "atlantis":
				lintAtlantis(t, stdout.Bytes())
			}
		})
	}
}

// lintGitHub has actionlint look at it: the workflow's syntax, the types of expressions, the inputs of the actions that are used. It asks shellcheck as well, where that is
// installed.
func lintGitHub(t *testing.T, name string, content []byte) {
	t.Helper()
	shellcheck := "shellcheck"
	linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{Shellcheck: shellcheck, IgnorePatterns: []string{`SC2086`, `label "our-runners" is unknown`}}) // $SPECS is several words
	if err != nil {
		t.Fatal(err)
	}
	found, err := linter.Lint(name, content, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range found {
		t.Errorf("%s", problem)
	}
}

// lintGitLab holds it against GitLab's own schema of .gitlab-ci.yml, app/assets/javascripts/editor/schema/ci.json (MIT).
func lintGitLab(t *testing.T, content []byte) {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile("testdata/pipeline/gitlab-ci.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var document any
	if err := yaml.Unmarshal(content, &document); err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(document); err != nil {
		t.Error(err)
	}
}

// lintAtlantis refuses keys that atlantis.yaml doesn't have.
// https://www.runatlantis.io/docs/repo-level-atlantis-yaml#reference
func lintAtlantis(t *testing.T, content []byte) {
	t.Helper()
	var config struct {
		Version       int
		Automerge     bool
		ParallelPlan  bool `yaml:"parallel_plan"`
		ParallelApply bool `yaml:"parallel_apply"`
		Projects      []struct {
			Name, Dir        string
			TerraformVersion string `yaml:"terraform_version"`
			Autoplan         struct {
				Enabled      bool
				WhenModified []string `yaml:"when_modified"`
			}
		}
	}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(&config); err != nil {
		t.Fatal(err)
	}
	if config.Version != 3 || len(config.Projects) != 3 {
		t.Errorf("%+v", config)
	}
}

// TestLintersRefuse is the control of the above.
func TestLintersRefuse(t *testing.T) {
	linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile("testdata/pipeline/github.yml")
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{{"needs.check.outputs.matrix", "needs.check.outputs.matrices"}, {"role-to-assume:", "role:"}, {"runs-on:", "runson:"}} {
		found, err := linter.Lint("github.yml", []byte(strings.Replace(string(content), change[0], change[1], 1)), nil)
		if err != nil || len(found) == 0 {
			t.Errorf("%s: %v, %v", change[1], found, err)
		}
	}
	schema, err := jsonschema.NewCompiler().Compile("testdata/pipeline/gitlab-ci.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	content, err = os.ReadFile("testdata/pipeline/gitlab.yml")
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{{"parallel: 10", "parallel: ten"}, {"artifacts:", "artefacts:"}, {"stage: plan", "stage: [plan]"}} {
		var document any
		if err := yaml.Unmarshal([]byte(strings.Replace(string(content), change[0], change[1], 1)), &document); err != nil {
			t.Fatal(err)
		}
		if schema.Validate(document) == nil {
			t.Errorf("%s was taken", change[1])
		}
	}
}

// TestPipelineRefuses has values that would mean something where they are written.
func TestPipelineRefuses(t *testing.T) {
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"jenkins", "x"}, "jenkins: write github, gitlab, atlantis or matrix"},
		{[]string{"github", "x"}, "--plan-role: write the ARN of a role"},
		{slices.Concat([]string{"github", "x; rm -rf /"}, pipelineArgs), `"x; rm -rf /": write paths in letters`},
		{slices.Concat([]string{"github", "--", "x", "-x"}, nil), `"-x": write paths`},
		{slices.Concat([]string{"github", "x", "--branch", "a\nb"}, pipelineArgs), "write the name of a branch"},
		{slices.Concat([]string{"github", "x", "--audit-role", "arn:aws:iam::111122223333:role/audit"}, pipelineArgs), "write {id} in place of the account's id"},
		{slices.Concat([]string{"github", "x"}, pipelineArgs, []string{"--apply-role", "arn:aws:iam::{id}:role/x"}), "write the id of the account that has the role"},
		{slices.Concat([]string{"gitlab", "x"}, pipelineArgs, []string{"--region", "frankfurt"}), "write a region, such as eu-central-1"},
		{slices.Concat([]string{"gitlab", "x", "--shards", "0"}, pipelineArgs), "--shards 0: write a number from 1 to 200"},
		{slices.Concat([]string{"gitlab", "x", "--affected-by", "HEAD"}, pipelineArgs), "--affected-by is for matrix"},
	} {
		var stdout, stderr bytes.Buffer
		code := run(context.Background(), append([]string{"pipeline"}, test.args...), &stdout, &stderr)
		if code != exitWrong || !strings.Contains(stderr.String(), test.want) || stdout.Len() > 0 {
			t.Errorf("%q: exit code %d, %s%s", test.args, code, &stdout, &stderr)
		}
	}
}
