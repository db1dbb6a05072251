package spec

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tree writes files below a new folder and makes that the current one.
func tree(t *testing.T, files map[string]string) {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(root)
}

func wantFiles(t *testing.T, args, want []string) (notes []string) {
	t.Helper()
	files, notes, diags := Find(args)
	if diags.HasErrors() {
		t.Fatalf("%v: %s", args, diags)
	}
	for i := range files {
		files[i] = filepath.ToSlash(files[i])
	}
	if !slices.Equal(files, want) {
		t.Errorf("%v: got %v, want %v", args, files, want)
	}
	return notes
}

func wantNotFound(t *testing.T, args []string, summary, detail string) {
	t.Helper()
	_, _, diags := Find(args)
	if len(diags) != 1 || diags[0].Summary != summary || !strings.Contains(filepath.ToSlash(diags[0].Detail), detail) {
		t.Errorf("%v: got %v, want %s: %s", args, diags, summary, detail)
	}
}

func TestFind(t *testing.T) {
	tree(t, map[string]string{
		"b.yaml":                  "version: 1\n",
		"a.yml":                   "account: {}\n",
		"c.yaml":                  "apiVersion: v1\nkind: Pod\n",
		"d.yaml":                  "- version: 1\n",
		"e.yaml":                  "",
		"f.yaml":                  "version: [1\n", // no YAML, but meant to be a spec
		"g.yaml":                  "other: [1\n",
		"h.yaml":                  "\ufeff\"account\" : [\n",
		"notes.txt":               "version: 1\n",
		"sub/z.yaml":              "version: 1\n",
		"sub/deeper/y.yaml":       "account: {}\n",
		".hidden/x.yaml":          "version: 1\n",
		"written/.plinth.json":    "{}",
		"written/account.yaml":    "version: 1\n",
		"written/sub/deeper.yaml": "version: 1\n",
		"none/readme.md":          "",
	})
	notes := wantFiles(t, []string{"."}, []string{"a.yml", "b.yaml", "f.yaml", "h.yaml", "sub/deeper/y.yaml", "sub/z.yaml"})
	var named []string
	for _, note := range notes {
		name, _, _ := strings.Cut(note, " is no spec: it has no version or account key at its top level.")
		named = append(named, name)
	}
	if want := []string{"c.yaml", "d.yaml", "e.yaml", "g.yaml"}; !slices.Equal(named, want) {
		t.Errorf("the notes name %v, want %v", named, want)
	}

	wantFiles(t, []string{"sub/z.yaml", "b.yaml"}, []string{"sub/z.yaml", "b.yaml"})
	wantFiles(t, []string{"b.yaml", "./b.yaml", "sub/../b.yaml"}, []string{"b.yaml"})
	wantFiles(t, []string{"sub", "sub/z.yaml"}, []string{"sub/deeper/y.yaml", "sub/z.yaml"})
	// What is named is taken, whatever it holds and wherever it is.
	wantFiles(t, []string{"c.yaml", "notes.txt", ".hidden/x.yaml", ".hidden"}, []string{"c.yaml", "notes.txt", ".hidden/x.yaml"})

	wantNotFound(t, nil, "No spec given", "Name at least one spec file")
	wantNotFound(t, []string{"nowhere.yaml", "b.yaml"}, "Spec not found", "There is no file or folder nowhere.yaml.")
	wantNotFound(t, []string{"none"}, "No spec in folder", "The folder none holds no *.yaml or *.yml file")
	wantNotFound(t, []string{"written"}, "No spec in folder", "The folder written holds no")
}

func TestFindLinks(t *testing.T) {
	tree(t, map[string]string{"real/a.yaml": "version: 1\n", "other/b.yaml": "version: 1\n"})
	for link, target := range map[string]string{
		"real/link.yaml":  "a.yaml",
		"real/self.yaml":  "self.yaml",
		"other/c.yaml":    filepath.Join("..", "real", "a.yaml"),
		"other/loop":      ".",
		"other/dir.yaml":  filepath.Join("..", "real"),
		"other/dead.yaml": "nothing.yaml",
	} {
		if err := os.Symlink(target, link); err != nil {
			t.Skipf("SKIPPED, no links here: %v", err)
		}
	}
	// A link to a file is that file, once; links to folders are not followed, so none goes round in circles.
	files, _, diags := Find([]string{"other", "real"})
	for i := range files {
		files[i] = filepath.ToSlash(files[i])
	}
	if want := []string{"other/b.yaml", "other/c.yaml"}; !slices.Equal(files, want) {
		t.Errorf("got %v, want %v", files, want)
	}
	var details []string
	for _, d := range diags {
		details = append(details, d.Detail)
	}
	if all := strings.Join(details, "\n"); len(diags) != 2 || !strings.Contains(all, "dead.yaml can't be read") || !strings.Contains(all, "self.yaml can't be read") {
		t.Errorf("got %v", diags)
	}
}
