package spec

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"go.yaml.in/yaml/v3"
)

// manifest is the file that marks a folder as written by plinth.
const manifest = ".plinth.json"

// Find resolves the SPEC arguments of a command, files and folders, to spec files, each once, in the order of the arguments and sorted
// within a folder. A folder is searched for *.yaml and *.yml files with a top-level version or account key; notes name those without.
// Hidden folders and folders that plinth wrote are not entered. A missing file and a folder without any spec are errors.
func Find(args []string) (files []string, notes []string, diags hcl.Diagnostics) {
	f := &finder{seen: make(map[string]bool)}
	if len(args) == 0 {
		f.fail("No spec given", "Name at least one spec file, or a folder that holds some.")
	}
	for _, arg := range args {
		f.argument(arg)
	}
	return f.files, f.notes, f.diags
}

type finder struct {
	files []string
	notes []string
	diags hcl.Diagnostics
	seen  map[string]bool // by the real path
}

func (f *finder) fail(summary, detail string) {
	f.diags = append(f.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail})
}

func (f *finder) argument(arg string) {
	info, err := os.Stat(arg)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.fail("Spec not found", fmt.Sprintf("There is no file or folder %s. Correct the path.", arg))
	case err != nil:
		f.fail("Spec cannot be read", fmt.Sprintf("%s can't be read: %s.", arg, err))
	case info.IsDir():
		f.folder(filepath.Clean(arg))
	default:
		f.add(filepath.Clean(arg))
	}
}

// folder walks a folder, in lexical order.
func (f *finder) folder(root string) {
	found := false
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			f.fail("Folder cannot be read", fmt.Sprintf("%s can't be read: %s.", path, err))
			if entry != nil && entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir():
			if path != root && strings.HasPrefix(entry.Name(), ".") {
				return fs.SkipDir
			}
			if _, err := os.Lstat(filepath.Join(path, manifest)); err == nil {
				return fs.SkipDir
			}
			return nil
		case filepath.Ext(path) != ".yaml" && filepath.Ext(path) != ".yml":
			return nil
		}
		info, err := os.Stat(path) // follows a link to a file
		if err == nil && !info.Mode().IsRegular() {
			return nil
		}
		var content []byte
		if err == nil {
			content, err = os.ReadFile(path)
		}
		if err != nil {
			f.fail("Spec cannot be read", fmt.Sprintf("%s can't be read: %s.", path, err))
			found = true
			return nil
		}
		if !isSpec(content) {
			f.notes = append(f.notes, fmt.Sprintf("%s is no spec: it has no version or account key at its top level.", path))
			return nil
		}
		found = true
		f.add(path)
		return nil
	})
	if err != nil {
		f.fail("Folder cannot be read", fmt.Sprintf("%s can't be read: %s.", root, err))
	}
	if !found && !f.diags.HasErrors() {
		f.fail("No spec in folder", fmt.Sprintf("The folder %s holds no *.yaml or *.yml file with a top-level version or account key. Name a folder that does, or a file.", root))
	}
}

func (f *finder) add(path string) {
	realPath, err := filepath.EvalSymlinks(path)
	if err == nil {
		realPath, err = filepath.Abs(realPath)
	}
	if err != nil {
		f.fail("Spec cannot be read", fmt.Sprintf("%s can't be read: %s.", path, err))
		return
	}
	if !f.seen[realPath] {
		f.seen[realPath] = true
		f.files = append(f.files, path)
	}
}

var specKey = regexp.MustCompile(`(?m)^\x{feff}?["']?(version|account)["']?[ \t]*:`)

// isSpec tells a spec from other YAML. A file that YAML can't read is told by its text, so that its error is reported and not passed over.
func isSpec(content []byte) bool {
	var doc yaml.Node
	err := yaml.NewDecoder(bytes.NewReader(content)).Decode(&doc)
	if errors.Is(err, io.EOF) {
		return false
	}
	if err != nil {
		return specKey.Match(content)
	}
	top := doc.Content[0]
	if top.Kind != yaml.MappingNode {
		return false
	}
	for i := 0; i < len(top.Content); i += 2 {
		if name := top.Content[i].Value; name == "version" || name == "account" {
			return true
		}
	}
	return false
}
