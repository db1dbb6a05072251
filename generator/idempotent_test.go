package generator

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plinth"
)

// TestIdempotent holds that a specialized configuration has nothing left to specialize.
func TestIdempotent(t *testing.T) {
	files, err := filepath.Glob("../examples/*/account.yaml")
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob("testdata/plan/*.yaml")
	if err != nil || len(files) == 0 || len(more) == 0 {
		t.Fatalf("no specs: %v", err)
	}
	g, _, diags := New(plinth.Files)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	for _, file := range append(files, more...) {
		t.Run(filepath.ToSlash(file), func(t *testing.T) {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			account, diags := g.Account(file, content, Specialized)
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			again := &composed{files: maps.Clone(account.Files())}
			maps.DeleteFunc(again.files, func(name string, _ []byte) bool { return !strings.HasSuffix(name, ".tf") })
			scope, diags := g.bind(again)
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			result, diags := g.specializer.Tree(scope)
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			if got, want := slices.Sorted(maps.Keys(result.Files)), slices.Sorted(maps.Keys(again.files)); !slices.Equal(got, want) {
				t.Errorf("files %v, want %v", got, want)
			}
			for _, name := range slices.Sorted(maps.Keys(result.Files)) {
				if string(result.Files[name]) != string(again.files[name]) {
					t.Errorf("%s:\n%s\nwas\n%s", name, result.Files[name], again.files[name])
				}
			}
		})
	}
}
