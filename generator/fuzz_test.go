package generator_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plinth/generator"
	"plinth/generator/fileset"
)

// FuzzAccount renders any bytes as a spec, in both styles: it never panics, errors come without an account, and what comes without an error is a set of
// files that can be checked against a directory.
func FuzzAccount(f *testing.F) {
	for _, pattern := range []string{"../examples/*/account.yaml", "testdata/plan/*.yaml", "testdata/bad/*.txtar"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatalf("%s: %v", pattern, err)
		}
		for i, file := range files {
			if filepath.Ext(file) == ".txtar" && i%12 != 0 {
				continue // a choice of them will do
			}
			content, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			if filepath.Ext(file) == ".txtar" {
				_, after, _ := strings.Cut(string(content), "\n")
				spec, _, _ := strings.Cut(after, "\n-- ")
				content = []byte(spec)
			}
			f.Add(content)
		}
	}
	g, _ := newGenerator(f)
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, style := range []generator.Style{generator.Generic, generator.Specialized} {
			account, diags := g.Account("account.yaml", content, style)
			if (account == nil) != diags.HasErrors() {
				t.Fatalf("account %v with %v", account, diags)
			}
			if account == nil {
				continue
			}
			report, err := fileset.Check(filepath.Join(t.TempDir(), account.Name), account.Files())
			if err != nil {
				t.Fatal(err)
			}
			if report.Clean() {
				t.Error("an empty directory is up to date")
			}
		}
	})
}
