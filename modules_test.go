package plinth_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plinth"
	"plinth/generator/module"
	"plinth/generator/source"
	"plinth/generator/terraform"
)

func moduleNames(t *testing.T) []string {
	t.Helper()
	entries, err := fs.ReadDir(plinth.Files, "modules")
	if err != nil || len(entries) == 0 {
		t.Fatalf("no modules: %v", err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

func tool(t *testing.T) *terraform.Tool {
	t.Helper()
	found, err := terraform.Find(context.Background())
	if errors.Is(err, terraform.ErrNotFound) && os.Getenv("CI") == "" {
		t.Skipf("SKIPPED, Terraform has seen none of the modules: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestModulesValidate validates each module by itself, without a value for any variable: as module blocks of one root, which costs a tenth of a run
// for each. There is no warning.
func TestModulesValidate(t *testing.T) {
	tf := tool(t)
	dir := t.TempDir()
	var root strings.Builder
	for _, name := range moduleNames(t) {
		m, diags := module.Load(plinth.Files, path.Join("modules", name), &source.Set{})
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		fmt.Fprintf(&root, "module %q {\n  source = \"./modules/%s\"\n", name, name)
		var variables strings.Builder
		for _, v := range slices.Sorted(maps.Keys(m.Variables)) {
			if m.Variables[v].Required() {
				fmt.Fprintf(&root, "  %s = var.%s_%s\n", v, name, v)
				fmt.Fprintf(&variables, "variable \"%s_%s\" {}\n", name, v)
			}
		}
		root.WriteString("}\n" + variables.String())
	}
	modules, err := fs.Sub(plinth.Files, "modules")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(dir, "modules"), modules); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(root.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	diags, err := tf.Validate(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range diags {
		t.Errorf("%s: %s: %s %+v", d.Severity, d.Summary, d.Detail, d.Range)
	}
}

// TestModuleTests runs each module's own tests, modules/<name>/tests.
func TestModuleTests(t *testing.T) {
	tf := tool(t)
	for _, name := range moduleNames(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files, err := filepath.Glob(filepath.Join("modules", name, "tests", "*.tftest.hcl"))
			if err != nil || len(files) == 0 {
				t.Fatalf("there are no tests: %v", err)
			}
			if err := tf.Test(context.Background(), filepath.Join("modules", name)); err != nil {
				t.Error(err)
			}
		})
	}
}
