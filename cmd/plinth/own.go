package main

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	"plinth"
)

// files are the modules and the template to go by: those that the binary carries, and over them the user's own.
func (o *output) files() (fs.FS, error) {
	if o.modules == "" && o.template == "" {
		return plinth.Files, nil
	}
	own := ownFiles{FS: plinth.Files}
	for _, dir := range []struct {
		flag, path string
		fsys       *fs.FS
	}{{"--modules", o.modules, &own.modules}, {"--template", o.template, &own.template}} {
		if dir.path == "" {
			continue
		}
		switch info, err := os.Stat(dir.path); {
		case err != nil:
			return nil, &exit{exitWrong, fmt.Errorf("%s: %w", dir.flag, err)}
		case !info.IsDir():
			return nil, &exit{exitWrong, fmt.Errorf("%s %s: it is no folder", dir.flag, dir.path)}
		}
		*dir.fsys = os.DirFS(dir.path)
	}
	return own, nil
}

// ownFiles is a file system with the user's own modules/<name> and templates/account in front.
type ownFiles struct {
	fs.FS
	modules, template fs.FS
}

func (f ownFiles) Open(name string) (fs.File, error) {
	if below, ok := strings.CutPrefix(name, "modules/"); ok && f.modules != nil {
		first, _, _ := strings.Cut(below, "/")
		if _, err := fs.Stat(f.modules, first); err == nil {
			return f.modules.Open(below)
		}
	}
	if below, ok := strings.CutPrefix(name+"/", "templates/account/"); ok && f.template != nil {
		return f.template.Open(path.Clean("./" + below))
	}
	return f.FS.Open(name)
}
