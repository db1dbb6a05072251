package main

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"plinth/generator/module/schema"
)

// types are the resource and data types that something uses, each sorted and without repetition.
type types struct{ resources, data []string }

// add adds a type, if its kind is one that has a schema.
func (t *types) add(kind, typ string) {
	switch kind {
	case schema.Resource:
		t.resources = insert(t.resources, typ)
	case schema.Data:
		t.data = insert(t.data, typ)
	}
}

func insert(sorted []string, s string) []string {
	i, found := slices.BinarySearch(sorted, s)
	if found {
		return sorted
	}
	return slices.Insert(sorted, i, s)
}

// scan finds the AWS types of the resource and data blocks in modules/*/*.tf and templates/account/*.tf. It fails for a file that
// can't be read or parsed. Folders that aren't there yet count as empty.
func scan(fsys fs.FS) (types, error) {
	var found types
	for _, pattern := range []string{"modules/*/*.tf", "templates/account/*.tf"} {
		names, err := fs.Glob(fsys, pattern)
		if err != nil {
			return types{}, err
		}
		for _, name := range names {
			if err := scanFile(fsys, name, &found); err != nil {
				return types{}, err
			}
		}
	}
	return found, nil
}

func scanFile(fsys fs.FS, name string, found *types) error {
	src, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	f, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos)
	if diags.HasErrors() {
		return diags
	}
	body, ok := f.Body.(*hclsyntax.Body)
	if !ok {
		return errors.New("hclsyntax returned another body than its own")
	}
	for _, block := range body.Blocks {
		if block.Type != schema.Resource && block.Type != schema.Data {
			continue
		}
		if len(block.Labels) != 2 {
			return fmt.Errorf("%s: a %s block needs a type and a name", block.DefRange(), block.Type)
		}
		if strings.HasPrefix(block.Labels[0], "aws_") { // others are Terraform's own, such as terraform_data
			found.add(block.Type, block.Labels[0])
		}
	}
	return nil
}
