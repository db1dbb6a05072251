package generator_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"plinth"
	"plinth/generator"
	"plinth/generator/terraform"
)

// specs are the specs whose configurations are planned: the examples, and cases that switch what the examples don't.
func specs(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../examples/*/account.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	more, err := filepath.Glob("testdata/plan/*.yaml")
	if err != nil || len(more) == 0 {
		t.Fatalf("no plan cases: %v", err)
	}
	return append(files, more...)
}

func newGenerator(t testing.TB) (*generator.Generator, func(hcl.Diagnostics) string) {
	t.Helper()
	g, sources, diags := generator.New(plinth.Files)
	text := func(diags hcl.Diagnostics) string {
		var b bytes.Buffer
		if err := hcl.NewDiagnosticTextWriter(&b, sources.Files(), 0, false).WriteDiagnostics(diags); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	if diags.HasErrors() {
		t.Fatal(text(diags))
	}
	return g, text
}

func render(t *testing.T, file string, style generator.Style) (string, *generator.Account) {
	t.Helper()
	g, text := newGenerator(t)
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	account, diags := g.Account(file, content, style)
	if diags.HasErrors() {
		t.Fatal(text(diags))
	}
	dir := t.TempDir()
	for name, content := range account.Files() {
		target := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(target, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir, account
}

func tool(t *testing.T) *terraform.Tool {
	t.Helper()
	found, err := terraform.Find(context.Background())
	if errors.Is(err, terraform.ErrNotFound) && os.Getenv("CI") == "" {
		t.Skipf("SKIPPED, nothing was planned: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestStylesPlanTheSame holds the promise of the specializer: what the generic configuration plans with the real provider, the straight-line one
// plans too, and validates without a warning. Here are the specs with the most provider configurations; prove plans the hardened example, and
// TestRandomSpecsPlanTheSame the rest, all in one run.
func TestStylesPlanTheSame(t *testing.T) {
	tf := tool(t)
	validateTogether(t, tf)
	for _, file := range []string{"../examples/organization/account.yaml", "testdata/plan/everything.yaml"} {
		t.Run(strings.TrimSuffix(filepath.ToSlash(file), ".yaml"), func(t *testing.T) {
			t.Parallel() // one plan doesn't keep two cores busy
			generic, _ := render(t, file, generator.Generic)
			specialized, account := render(t, file, generator.Specialized)
			want, err := tf.Plan(context.Background(), generic)
			if err != nil {
				t.Fatalf("generic: %v", err)
			}
			got, err := tf.Plan(context.Background(), specialized)
			if err != nil {
				t.Fatalf("specialized: %v", err)
			}
			moved, err := account.Moved()
			if err != nil {
				t.Fatal(err)
			}
			for _, difference := range terraform.Compare(want, got, moved) {
				t.Error(difference)
			}
			if terraform.Resources(got) == 0 {
				t.Error("nothing was planned")
			}
		})
	}
}

// validateTogether validates all specs' straight-line configurations in one run.
func validateTogether(t *testing.T, tf *terraform.Tool) {
	t.Helper()
	files := specs(t)
	var configurations []terraform.Configuration
	for _, file := range files {
		_, account := render(t, file, generator.Specialized)
		configurations = append(configurations, terraform.Configuration{Name: file, Account: account.ID, Files: account.Files()})
	}
	found, err := tf.ValidateAll(context.Background(), configurations)
	if err != nil {
		t.Fatal(err)
	}
	for i, diags := range found {
		for _, d := range diags {
			t.Errorf("%s: %s: %s: %s", files[i], d.Severity, d.Summary, d.Detail)
		}
	}
}

func forBlocks(t *testing.T, content []byte, visit func(*hclsyntax.Block)) {
	t.Helper()
	f, diags := hclsyntax.ParseConfig(content, "", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	for _, block := range f.Body.(*hclsyntax.Body).Blocks {
		visit(block)
	}
}
