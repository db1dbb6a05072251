package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"plinth"
)

// specName is the file that init writes.
const specName = "account.yaml"

func newInitCmd(o *output) *cobra.Command {
	return &cobra.Command{
		Use:     "init [DIR]",
		Short:   "Write a commented spec to start from",
		Long:    "Writes " + specName + " to DIR, the current directory by default. A file that is there already stays as it is, and the command fails.",
		Example: "  plinth init accounts/prod",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			return runInit(o, dir)
		},
	}
}

func runInit(o *output, dir string) error {
	content, err := fs.ReadFile(plinth.Files, "templates/init/"+specName)
	if err != nil {
		return failed(err)
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return failed(err)
	}
	path := filepath.Join(dir, specName)
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return &exit{exitWrong, fmt.Errorf("%s is there already: name another directory, or move it away", path)}
	}
	if err != nil {
		return failed(err)
	}
	_, err = file.Write(content)
	if err := errors.Join(err, file.Close()); err != nil {
		return failed(errors.Join(err, os.Remove(path)))
	}
	o.info("%s: written; fill it in and run: plinth generate %s", path, path)
	return nil
}
