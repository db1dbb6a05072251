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

// schemaName is the JSON Schema that the spec's first line names for editors.
const schemaName = "plinth.schema.json"

func newInitCmd(o *output) *cobra.Command {
	var schema string
	cmd := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a commented spec to start from",
		Long: "Writes " + specName + " to DIR, the current directory by default. A file that is there already stays as it is, and the command fails.\n\n" +
			"The spec's first line names a JSON Schema, by which yaml-language-server completes and checks it in editors. Where there is no such file, it is written, too; plinth schema writes it anew.",
		Example: "  plinth init accounts/prod --schema accounts/" + schemaName,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			if schema == "" {
				schema = filepath.Join(dir, schemaName)
			}
			return runInit(o, dir, schema)
		},
	}
	cmd.Flags().StringVar(&schema, "schema", "", "the JSON Schema that the spec names (default "+schemaName+" beside it)")
	return cmd
}

func runInit(o *output, dir, schemaPath string) error {
	content, err := fs.ReadFile(plinth.Files, "templates/init/"+specName)
	if err != nil {
		return failed(err)
	}
	g, err := newGenerator(o)
	if err != nil {
		return err
	}
	schema, err := g.JSONSchema()
	if err != nil {
		return failed(err)
	}
	relative, err := relativePath(dir, schemaPath)
	if err != nil {
		return failed(err)
	}
	path := filepath.Join(dir, specName)
	written, err := writeNew(path, append([]byte("# yaml-language-server: $schema="+filepath.ToSlash(relative)+"\n"), content...))
	if err != nil {
		return failed(err)
	}
	if !written {
		return &exit{exitWrong, fmt.Errorf("%s is there already: name another directory, or move it away", path)}
	}
	if written, err = writeNew(schemaPath, schema); err != nil {
		return failed(errors.Join(err, os.Remove(path)))
	}
	if written {
		o.info("%s: written, for editors", schemaPath)
	}
	o.info("%s: written; fill it in and run: plinth generate %s", path, path)
	return nil
}

func relativePath(dir, to string) (string, error) {
	from, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if to, err = filepath.Abs(to); err != nil {
		return "", err
	}
	return filepath.Rel(from, to)
}

// writeNew writes a file and the folders above it; where there is one already, it stays, and writeNew returns false.
func writeNew(path string, content []byte) (bool, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return false, err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	_, err = file.Write(content)
	if err := errors.Join(err, file.Close()); err != nil {
		return false, errors.Join(err, os.Remove(path))
	}
	return true, nil
}
