package generator

import (
	"fmt"
	"path"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"plinth/generator/constraint"
	"plinth/generator/eval"
	"plinth/generator/flow"
	"plinth/generator/module"
	"plinth/generator/module/schema"
)

// Configuration is what an account's files say, read back from them.
type Configuration struct {
	// Resources are the resources and data sources in the order of their addresses within each module, at the addresses that Terraform will know them by.
	Resources []*constraint.Resource
	// Regions are the regions by provider configuration, such as "aws.us-east-1".
	Regions map[string]string
	// Tree is the modules of the files.
	Tree *module.Tree
}

// Configuration reads the account's files: what is not in them is not in the result.
func (a *Account) Configuration() (*Configuration, error) {
	byDir := make(map[string]map[string][]byte)
	for name, content := range a.Files() {
		dir := path.Dir(name)
		if path.Ext(name) != ".tf" {
			continue
		}
		if byDir[dir] == nil {
			byDir[dir] = make(map[string][]byte)
		}
		byDir[dir][path.Base(name)] = content
	}
	return configuration(a.Name, func(dir string) (*module.Module, hcl.Diagnostics) { return module.Parse(dir, byDir[dir], nil) })
}

// configuration reads modules, of which the root is in the directory ".".
func configuration(account string, load module.Loader) (*Configuration, error) {
	types, err := schema.AWS()
	if err != nil {
		return nil, err
	}
	tree, diags := module.LoadTreeWith(".", load)
	if diags.HasErrors() {
		return nil, fmt.Errorf("%s: %w", account, diags)
	}
	scope, diags := eval.NewPlanned(tree, types)
	if diags.HasErrors() {
		return nil, fmt.Errorf("%s: %w", account, diags)
	}
	c := &Configuration{Resources: lintResources(scope, "", nil), Regions: make(map[string]string), Tree: tree}
	for _, file := range tree.Root.Files {
		for _, block := range file.Body.Blocks {
			if block.Type != "provider" || len(block.Labels) != 1 || block.Labels[0] != "aws" {
				continue
			}
			if region, ok := textOf(scope, block, "region"); ok {
				name := "aws"
				if alias, ok := textOf(scope, block, "alias"); ok {
					name += "." + alias
				}
				c.Regions[name] = region
			}
		}
	}
	return c, nil
}

// Graph draws the account: how an event travels through it.
func (c *Configuration) Graph(account string) *flow.Graph {
	return flow.Of(flow.Input{Account: account, Resources: c.Resources, Regions: c.Regions, Tree: c.Tree})
}

// pictureOf draws specialized modules as Mermaid.
func pictureOf(account string, modules map[string]*module.Module) (string, error) {
	c, err := configuration(account, func(dir string) (*module.Module, hcl.Diagnostics) {
		if m := modules[dir]; m != nil {
			return m, nil
		}
		return nil, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "No module in " + dir}}
	})
	if err != nil {
		return "", err
	}
	return c.Graph(account).Mermaid(), nil
}

func textOf(scope *eval.Scope, block *hclsyntax.Block, name string) (string, bool) {
	attr := block.Body.Attributes[name]
	if attr == nil {
		return "", false
	}
	v, diags := scope.Value(attr.Expr, nil)
	if diags.HasErrors() {
		return "", false
	}
	return knownText(v)
}
