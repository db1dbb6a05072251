// Package changes asks git what changed.
package changes

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Set is files of a git repository that changed.
type Set struct {
	files map[string]bool // by their absolute paths without links
}

// RevisionError says that a revision can't be compared with.
type RevisionError struct {
	Revision, Why string
}

func (e *RevisionError) Error() string { return e.Revision + ": " + e.Why }

// Since asks git what differs in the working tree, files that git doesn't know among it, from where HEAD's history left a revision. A revision that git doesn't have,
// or that has no history in common with HEAD, is a *RevisionError.
func Since(ctx context.Context, revision string) (*Set, error) {
	top, err := git(ctx, "rev-parse", "--show-toplevel")
	if err != nil {
		return nil, err
	}
	root := strings.TrimSuffix(top, "\n")
	commit, err := git(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}")
	if err != nil {
		return nil, &RevisionError{revision, "git knows no such commit; a pipeline that clones one commit only needs the history as well (fetch-depth: 0)"}
	}
	base, err := git(ctx, "merge-base", strings.TrimSpace(commit), "HEAD")
	if err != nil {
		return nil, &RevisionError{revision, "it has no history in common with HEAD; a pipeline that clones a part of the history needs all of it (fetch-depth: 0)"}
	}
	differ, err := git(ctx, "-C", root, "diff", "--name-only", "--no-renames", "--no-ext-diff", "--ignore-submodules=none", "-z", strings.TrimSpace(base), "--")
	if err != nil {
		return nil, err
	}
	added, err := git(ctx, "-C", root, "ls-files", "--others", "--exclude-standard", "-z")
	if err != nil {
		return nil, err
	}
	c := &Set{make(map[string]bool)}
	for _, name := range strings.Split(differ+added, "\x00") {
		if name != "" {
			c.files[filepath.Join(root, filepath.FromSlash(name))] = true
		}
	}
	return c, nil
}

// Touch tells whether a file is among the changes. A link counts as changed if what it leads to is.
func (c *Set) Touch(name string) bool {
	return slices.ContainsFunc(places(name), func(p string) bool { return c.files[p] })
}

// TouchBelow tells whether a file, or anything below a folder, is among the changes.
func (c *Set) TouchBelow(name string) bool {
	if c.Touch(name) {
		return true
	}
	for _, p := range places(name) {
		for file := range c.files {
			if strings.HasPrefix(file, p+string(filepath.Separator)) {
				return true
			}
		}
	}
	return false
}

// places are the absolute paths by which git may know a file.
func places(name string) []string {
	absolute, err := filepath.Abs(filepath.FromSlash(name))
	if err != nil { // the current directory is gone, so that git failed before
		return nil
	}
	paths := []string{absolute}
	// git names files below the resolved top folder; the last part may be gone, or be a link that itself changed.
	if dir, err := filepath.EvalSymlinks(filepath.Dir(absolute)); err == nil {
		paths = append(paths, filepath.Join(dir, filepath.Base(absolute)))
	}
	if resolved, err := filepath.EvalSymlinks(absolute); err == nil {
		paths = append(paths, resolved)
	}
	return paths
}

// git runs git in the current directory.
func git(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("git %s: %w: %q", strings.Join(args, " "), err, strings.TrimSpace(stderr.String()))
	}
	return stdout.String(), nil
}

// Tree is the files of a git repository as they were at a revision.
type Tree struct {
	revision, commit, top string
}

// At finds a revision. One that git doesn't have is a *RevisionError.
func At(ctx context.Context, revision string) (*Tree, error) {
	commit, err := git(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}")
	if err != nil {
		return nil, &RevisionError{revision, "git knows no such commit"}
	}
	top, err := git(ctx, "rev-parse", "--show-toplevel")
	if err != nil {
		return nil, err
	}
	return &Tree{revision, strings.TrimSpace(commit), strings.TrimSuffix(top, "\n")}, nil
}

// Read reads a file. One that wasn't there is fs.ErrNotExist.
func (t *Tree) Read(ctx context.Context, name string) ([]byte, error) {
	for _, p := range places(name) {
		rel, err := filepath.Rel(t.top, p)
		if err != nil || strings.HasPrefix(rel, "..") {
			continue
		}
		object := t.commit + ":" + filepath.ToSlash(rel)
		if _, err := git(ctx, "cat-file", "-e", object); err != nil {
			continue // not there under this name
		}
		content, err := git(ctx, "cat-file", "blob", object)
		return []byte(content), err
	}
	return nil, fmt.Errorf("%s at %s: %w", name, t.revision, fs.ErrNotExist)
}
