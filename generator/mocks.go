package generator

import (
	"fmt"
	"path"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/zclconf/go-cty/cty"

	"plinth/generator/fileset"
	"plinth/generator/module"
	"plinth/generator/module/schema"
)

// Mocks are the mock_provider blocks under which no string of an account's plan is unknown in part: each computed attribute of its resources has a fixed
// value at plan time, one that the provider's own checks of ARNs and policies take.
func Mocks(account *Account) ([]byte, error) {
	types, err := schema.AWS()
	if err != nil {
		return nil, err
	}
	root, err := parseRoot(account.Files())
	if err != nil {
		return nil, err
	}
	f := hclwrite.NewEmptyFile()
	for _, file := range root.Files {
		for _, block := range file.Body.Blocks {
			if block.Type != "provider" {
				continue
			}
			body := f.Body().AppendNewBlock("mock_provider", block.Labels).Body()
			if alias, ok := literalString(block.Body.Attributes["alias"]); ok {
				body.SetAttributeValue("alias", cty.StringVal(alias))
			}
			body.SetAttributeRaw("override_during", hclwrite.TokensForIdentifier("plan"))
			for _, kind := range []string{schema.Resource, schema.Data} {
				for _, typ := range types.Types(kind) {
					b, _ := types.Block(kind, typ)
					body.AppendNewBlock(mockBlock[kind], []string{typ}).Body().SetAttributeValue("defaults", cty.ObjectVal(computed(b)))
				}
			}
		}
	}
	return f.Bytes(), nil
}

var mockBlock = map[string]string{schema.Resource: "mock_resource", schema.Data: "mock_data"}

// computed gives each computed attribute of a primitive type a value.
func computed(block *tfjson.SchemaBlock) map[string]cty.Value {
	values := make(map[string]cty.Value)
	for name, attr := range block.Attributes {
		if !attr.Computed {
			continue
		}
		switch attr.AttributeType {
		case cty.String:
			values[name] = cty.StringVal(computedText(name))
		case cty.Number:
			values[name] = cty.NumberIntVal(1)
		case cty.Bool:
			values[name] = cty.True
		}
	}
	return values
}

func computedText(attribute string) string {
	switch {
	case strings.HasSuffix(attribute, "arn"):
		return "arn:aws:sns:us-east-1:123456789012:computed"
	case strings.HasSuffix(attribute, "json"):
		return `{"Version":"2012-10-17","Statement":[]}`
	}
	return "computed-" + attribute
}

// Probes are files that show, in a plan under Mocks, with what arguments each data source is read: a mocked one returns the same whatever it is asked for.
// They go into a copy of the account's directory.
func Probes(files fileset.Set) (fileset.Set, error) {
	byDir := make(map[string]map[string][]byte)
	for name, content := range files {
		if path.Ext(name) != ".tf" {
			continue
		}
		dir := path.Dir(name)
		if byDir[dir] == nil {
			byDir[dir] = make(map[string][]byte)
		}
		byDir[dir][path.Base(name)] = content
	}
	probes := make(fileset.Set)
	for dir, content := range byDir {
		m, diags := module.Parse(dir, content, nil)
		if diags.HasErrors() {
			return nil, diags
		}
		var b strings.Builder
		for _, key := range sortedKeys(m.Resources) {
			r := m.Resources[key]
			if r.Mode != "data" {
				continue
			}
			repeat, input := "", key
			switch {
			case r.Count != nil:
				repeat, input = fmt.Sprintf("  count = length(%s)\n", key), key+"[count.index]"
			case r.ForEach != nil:
				repeat, input = fmt.Sprintf("  for_each = %s\n", key), "each.value"
			}
			fmt.Fprintf(&b, "resource \"terraform_data\" \"plinth_%s_%s\" {\n%s  input = %s\n}\n\n", r.Type, r.Name, repeat, input)
		}
		if b.Len() > 0 {
			probes[path.Join(dir, "plinth_probes.tf")] = []byte(b.String())
		}
	}
	return probes, nil
}

// Moved tells where the generic style has what the specialized one has at another address: from the moved blocks of a specialized account.
func (a *Account) Moved() (map[string]string, error) {
	files := a.Files()
	root, err := parseRoot(files)
	if err != nil {
		return nil, err
	}
	calls := make(map[string][]string) // directory -> addresses of module blocks
	for _, name := range sortedKeys(root.Calls) {
		dir := strings.TrimPrefix(root.Calls[name].Source, "./")
		calls[dir] = append(calls[dir], "module."+name+".")
	}
	moved := make(map[string]string)
	for _, name := range files.Names() {
		if path.Base(name) != "moved.tf" {
			continue
		}
		content := files[name]
		f, diags := hclsyntax.ParseConfig(content, name, hcl.InitialPos)
		if diags.HasErrors() {
			return nil, diags
		}
		prefixes := calls[path.Dir(name)]
		if path.Dir(name) == "." {
			prefixes = []string{""}
		}
		for _, block := range f.Body.(*hclsyntax.Body).Blocks {
			text := func(attr string) string {
				rng := block.Body.Attributes[attr].Expr.Range()
				return string(content[rng.Start.Byte:rng.End.Byte])
			}
			for _, prefix := range prefixes {
				moved[prefix+text("to")] = prefix + text("from")
			}
		}
	}
	return moved, nil
}

func parseRoot(files fileset.Set) (*module.Module, error) {
	root := make(map[string][]byte)
	for name, content := range files {
		if path.Dir(name) == "." && path.Ext(name) == ".tf" {
			root[name] = content
		}
	}
	m, diags := module.Parse(".", root, nil)
	if diags.HasErrors() {
		return nil, diags
	}
	return m, nil
}
