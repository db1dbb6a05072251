package prove

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"plinth"
	"plinth/generator"
	"plinth/generator/terraform"
)

func tool(t *testing.T) *terraform.Tool {
	t.Helper()
	found, err := terraform.Find(context.Background())
	if errors.Is(err, terraform.ErrNotFound) && os.Getenv("CI") == "" {
		t.Skipf("SKIPPED, nothing was proved: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func styles(t *testing.T) (generic, specialized *generator.Account) {
	t.Helper()
	const file = "../../examples/hardened/account.yaml"
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	g, _, diags := generator.New(plinth.Files)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	generic, diags = g.Account(file, content, generator.Generic)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	specialized, diags = g.Account(file, content, generator.Specialized)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return generic, specialized
}

func TestEqual(t *testing.T) {
	generic, specialized := styles(t)
	result, err := Account(context.Background(), tool(t), generic, specialized)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range result.Differences {
		t.Errorf("%+v", d)
	}
	if result.Resources < 30 || result.Data < 8 || result.Outputs < 5 {
		t.Errorf("too little was compared: %+v", result)
	}
}

// TestMutationsAreReported is the control: a specialized configuration that means something else is told from one that does not.
func TestMutationsAreReported(t *testing.T) {
	mutations := []struct{ name, file, old, new string }{
		{"a dropped policy condition", "modules/cloudtrail/main.tf", "values   = [\"bucket-owner-full-control\"]", "values   = [\"private\"]"},
		{"a changed retention", "modules/log_group/main.tf", "= 731", "= 365"},
		{"a lost reference", "modules/cloudtrail/main.tf", "kms_key_id     = local.kms_key_arn", "kms_key_id     = null"},
		{"a changed action on a half-known resource", "modules/cloudtrail/main.tf", "\"logs:PutLogEvents\"", "\"logs:*\""},
		{"a changed pattern", "modules/metric_filter/main.tf", "NOT EXISTS", "EXISTS"},
		{"a resource gone", "modules/cloudtrail/main.tf", "resource \"aws_kms_alias\" \"this\"", "resource \"aws_kms_alias\" \"other\""},
		{"a flipped switch", "modules/cloudtrail/main.tf", "enable_log_file_validation    = true", "enable_log_file_validation    = false"},
		{"an output", "outputs.tf", "value       = module.log_group.name", "value       = module.cloudtrail.arn"},
	}
	generic, specialized := styles(t)
	// All at once, since each must be reported whatever else is: a run for each would take minutes.
	mutated := specialized.Files()
	for _, m := range mutations {
		before := string(mutated[m.file])
		after := strings.Replace(before, m.old, m.new, 1)
		if before == after {
			t.Fatalf("%s: %s has no %q", m.name, m.file, m.old)
		}
		mutated[m.file] = []byte(after)
	}
	result, err := Account(context.Background(), tool(t), generic, specialized.With(mutated))
	if err != nil {
		t.Fatal(err)
	}
	reported := 0
	for i, want := range []string{
		"module.cloudtrail.terraform_data.plinth_aws_iam_policy_document_bucket:", "module.log_group.aws_cloudwatch_log_group.this:", "module.cloudtrail.aws_cloudtrail.this: unknown",
		"module.cloudtrail.terraform_data.plinth_aws_iam_policy_document_cloudwatch_logs:", "module.metric_filter.aws_cloudwatch_log_metric_filter.this:",
		"module.cloudtrail.aws_kms_alias.this: only in the first plan", "module.cloudtrail.aws_cloudtrail.this: after", "output.log_group_name:",
	} {
		found := false
		for _, d := range result.Differences {
			found = found || strings.HasPrefix(d.Text, want)
		}
		if found {
			reported++
		} else {
			t.Errorf("%s was not reported", mutations[i].name)
		}
	}
	t.Logf("%d of %d mutations reported", reported, len(mutations))
	for _, d := range result.Differences {
		if d.Place == "" && !strings.Contains(d.Text, "only in the first plan") {
			t.Errorf("no place: %s", d.Text)
		}
	}
}

// TestOwnModules proves a template with modules that aren't written for plinth: flags that create, nested modules, loops, splats, heredocs with directives, files that are read.
func TestOwnModules(t *testing.T) {
	const file = "testdata/own/account.yaml"
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	own := fstest.MapFS{}
	for from, to := range map[string]string{"testdata/own/modules": "modules", "testdata/own/template": "templates/account"} {
		if err := filepath.WalkDir(from, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			content, err := os.ReadFile(name)
			own[to+strings.TrimPrefix(filepath.ToSlash(name), from)] = &fstest.MapFile{Data: content}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"templates/coverage/controls.yaml", "templates/coverage/runbook.yaml"} {
		content, err := plinth.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		own[name] = &fstest.MapFile{Data: content}
	}
	g, _, diags := generator.New(own)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	generic, diags := g.Account(file, content, generator.Generic)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	specialized, diags := g.Account(file, content, generator.Specialized)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	result, err := Account(context.Background(), tool(t), generic, specialized)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range result.Differences {
		t.Errorf("%+v", d)
	}
	if result.Resources < 15 || result.Outputs < 3 {
		t.Errorf("too little was compared: %+v", result)
	}
}
