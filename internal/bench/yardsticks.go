package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"

	"github.com/hashicorp/hcl/v2/hclwrite"
)

// yardsticks are what runs in a process of this program, by name, on the folder of a fleet's output.
var yardsticks = map[string]func(dir string) error{"format": formatAll, "template": templateAll}

// formatAll formats every Terraform file of a folder and writes nothing.
func formatAll(dir string) error {
	return filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".tf" {
			return err
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if formatted := hclwrite.Format(content); !bytes.Equal(formatted, content) {
			return fmt.Errorf("%s isn't formatted", name)
		}
		return nil
	})
}

// account is what differs between the accounts of a fleet.
type account struct{ ID, Name, Prefix string }

var accountLine = regexp.MustCompile(`# (account-(\d+))\n\nThe security baseline of AWS account (\d{12})`)

// templateAll writes a fleet's files next to its folder with text/template: the templates are made of the first account's files. That is the least that any
// generator of text can cost.
func templateAll(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var accounts []account
	for _, entry := range entries {
		readme, err := os.ReadFile(filepath.Join(dir, entry.Name(), "README.md"))
		if err != nil {
			return err
		}
		match := accountLine.FindSubmatch(readme)
		if match == nil {
			return fmt.Errorf("%s: no account in its README.md", entry.Name())
		}
		a := account{ID: string(match[3]), Name: string(match[1]), Prefix: "acme"}
		main, err := os.ReadFile(filepath.Join(dir, entry.Name(), "main.tf"))
		if err != nil {
			return err
		}
		if own := "acme" + string(match[2]); bytes.Contains(main, []byte(own)) {
			a.Prefix = own
		}
		accounts = append(accounts, a)
	}
	templates, err := templatesOf(filepath.Join(dir, accounts[0].Name), accounts[0])
	if err != nil {
		return err
	}
	var text bytes.Buffer
	for _, a := range accounts {
		for name, t := range templates {
			text.Reset()
			if err := t.Execute(&text, a); err != nil {
				return err
			}
			target := filepath.Join(dir+"-template", a.Name, name)
			if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(target, text.Bytes(), 0o600); err != nil {
				return err
			}
		}
	}
	return nil
}

func templatesOf(dir string, a account) (map[string]*template.Template, error) {
	templates := make(map[string]*template.Template)
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		text := strings.NewReplacer(a.ID, "{{.ID}}", a.Name, "{{.Name}}", a.Prefix, "{{.Prefix}}", "{{", `{{"{{"}}`).Replace(string(content))
		templates[relative], err = template.New(relative).Parse(text)
		return err
	})
	return templates, err
}
