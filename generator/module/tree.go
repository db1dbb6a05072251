package module

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"plinth/generator/source"
)

// Tree is a root module and every module that it reaches through local sources ("./" and "../").
type Tree struct {
	Root    *Module
	Modules map[string]*Module // by directory, the root's included
}

// Loader reads one directory as a module. A caching loader lets many trees share their parsed modules.
type Loader func(dir string) (*Module, hcl.Diagnostics)

// LoadTree reads the module in dir and those that it calls.
func LoadTree(fsys fs.FS, dir string, sources *source.Set) (*Tree, hcl.Diagnostics) {
	return LoadTreeWith(dir, func(dir string) (*Module, hcl.Diagnostics) { return Load(fsys, dir, sources) })
}

// LoadTreeWith is LoadTree with a reader of the caller's.
func LoadTreeWith(dir string, load Loader) (*Tree, hcl.Diagnostics) {
	tree := &Tree{Modules: make(map[string]*Module)}
	root, diags := load(dir)
	if root == nil {
		return nil, diags
	}
	tree.Root = root
	tree.Modules[dir] = root
	queue := []*Module{root}
	for len(queue) > 0 {
		m := queue[0]
		queue = queue[1:]
		for _, name := range sortedKeys(m.Calls) {
			call := m.Calls[name]
			child, ok := call.LocalDir(m.Dir)
			if !ok || tree.Modules[child] != nil {
				continue
			}
			loaded, more := load(child)
			for _, d := range more {
				if d.Subject == nil {
					d.Subject = call.Block.DefRange().Ptr()
				}
			}
			diags = append(diags, more...)
			if loaded == nil {
				continue
			}
			tree.Modules[child] = loaded
			queue = append(queue, loaded)
		}
	}
	return tree, diags
}

// LocalDir returns the directory of the called module, seen from the directory of the calling one; false for a module from a registry.
func (c *Call) LocalDir(from string) (string, bool) {
	if !strings.HasPrefix(c.Source, "./") && !strings.HasPrefix(c.Source, "../") {
		return "", false
	}
	return path.Join(from, c.Source), true
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
