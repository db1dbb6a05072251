package plinth_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// imports lists which packages of plinth each one may import: down only. Tests are free.
var imports = map[string][]string{
	".":                       {},
	"audit":                   {},
	"audit/access":            {"audit", "generator/edit"},
	"audit/alarms":            {"audit", "generator/eventpattern", "generator/filterpattern", "generator/policydoc"},
	"audit/analyzer":          {"audit"},
	"audit/credentials":       {"audit"},
	"audit/root":              {"audit", "generator/filterpattern", "generator/jsontext"},
	"cmd/plinth":              {".", "audit", "audit/access", "audit/alarms", "audit/analyzer", "audit/credentials", "audit/root", "collect", "generator", "generator/constraint", "generator/coverage", "generator/fileset", "generator/fires", "generator/flow", "generator/planned", "generator/prove", "generator/source", "generator/spec", "generator/terraform", "internal/changes", "internal/graphviz"},
	"collect":                 {},
	"e2e/fakeaws":             {},
	"generator":               {"generator/constraint", "generator/coverage", "generator/edit", "generator/eval", "generator/fileset", "generator/flow", "generator/module", "generator/module/schema", "generator/planned", "generator/source", "generator/spec", "generator/specialize"},
	"generator/constraint":    {"generator/eventpattern", "generator/filterpattern"},
	"generator/coverage":      {"generator/constraint"},
	"generator/edit":          {},
	"generator/eval":          {"generator/module"},
	"generator/eventpattern":  {"generator/jsontext"},
	"generator/fileset":       {},
	"generator/fires":         {"generator", "generator/constraint", "generator/eventpattern", "generator/filterpattern", "generator/jsontext"},
	"generator/filterpattern": {"generator/jsontext"},
	"generator/flow":          {"generator/constraint", "generator/module"},
	"generator/jsontext":      {},
	"generator/module":        {"generator/source"},
	"generator/module/schema": {},
	"generator/planned":       {},
	"generator/policydoc":     {},
	"generator/prove":         {"generator", "generator/fileset", "generator/terraform"},
	"generator/source":        {},
	"generator/spec":          {"generator/module", "generator/source"},
	"generator/specialize":    {"generator/edit", "generator/eval", "generator/module"},
	"generator/terraform":     {},
	"internal/bench":          {},
	"internal/changes":        {},
	"internal/graphviz":       {},
	"internal/scan":           {},
	"internal/schemagen":      {"generator/module/schema", "generator/terraform"},
}

// onlyIn lists what only some packages may import: they are the ones that touch the machine.
var onlyIn = map[string][]string{
	"os/exec": {"generator/terraform", "internal/bench", "internal/changes", "internal/graphviz", "internal/scan"},
	"github.com/hashicorp/terraform-exec/tfexec": {"generator/terraform"},
	"github.com/hashicorp/hc-install":            {"generator/terraform"},
	"net/http":                                   {"e2e/fakeaws"},
	"math/rand":                                  {},
	"math/rand/v2":                               {},
}

// TestImports holds the architecture: imports point down only, and nothing but the package for it runs programs, asks the network or rolls dice.
func TestImports(t *testing.T) {
	seen := make(map[string]bool)
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (strings.HasPrefix(entry.Name(), ".") && name != "." || entry.Name() == "testdata" || entry.Name() == "examples") {
			return filepath.SkipDir
		}
		if filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		dir := filepath.ToSlash(filepath.Dir(name))
		allowed, known := imports[dir]
		if !known {
			t.Errorf("%s: the package is not in the list of imports; put it where it belongs", dir)
		}
		seen[dir] = true
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if strings.HasPrefix(imported, "github.com/aws/aws-sdk-go-v2/") && dir != "collect" {
				t.Errorf("%s imports %s: only collect asks AWS", name, imported)
			}
			if restricted, ok := onlyIn[imported]; ok && !slices.Contains(restricted, dir) {
				t.Errorf("%s imports %s", name, imported)
			}
			if imported != "plinth" && !strings.HasPrefix(imported, "plinth/") {
				continue
			}
			if own := path.Clean(strings.TrimPrefix(strings.TrimPrefix(imported, "plinth"), "/")); !slices.Contains(allowed, own) {
				t.Errorf("%s imports %s: imports point down only", name, imported)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for dir := range imports {
		if !seen[dir] {
			t.Errorf("%s is in the list of imports, and not there", dir)
		}
	}
}
