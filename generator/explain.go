package generator

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"plinth/generator/module"
	"plinth/generator/spec"
)

// Field is what there is to say of a key of a spec.
type Field struct {
	Path        string       `json:"path"`
	Type        string       `json:"type"`
	Required    bool         `json:"required"`
	Default     string       `json:"default,omitempty"` // as Terraform writes it
	Description string       `json:"description,omitempty"`
	Constraints []Constraint `json:"constraints"`
	Declared    string       `json:"declared"` // file:line of the variable
	Uses        []string     `json:"uses"`     // file:line and address of what reads it
	Fields      []string     `json:"fields"`   // below it
}

// Constraint is what a value must be.
type Constraint struct {
	Write  string `json:"write"`  // the advice that a wrong value gets
	Source string `json:"source"` // the page that the rule comes from; empty if the module names none
}

// Explain says what there is to a key, such as cloudtrail.bucket.retention_days or account.id; a section by itself lists its keys. The error suggests another
// path.
func (g *Generator) Explain(where string) (*Field, error) {
	steps := strings.Split(where, ".")
	var v *module.Variable
	dir, m, rest := templateDir, g.template.root, steps[1:]
	var names []string
	for _, core := range g.template.schema.Core {
		names = append(names, core.Name)
		if core.Name == steps[0] {
			v = core
		}
	}
	for i := range g.template.schema.Sections {
		section := &g.template.schema.Sections[i]
		names = append(names, section.Name)
		if section.Name != steps[0] {
			continue
		}
		keys := sortedKeys(section.Variables)
		if len(steps) == 1 {
			f := &Field{Path: where, Type: "section", Description: g.template.purpose(section.Name), Declared: path.Join(modulesDir, section.Name), Constraints: []Constraint{}, Uses: []string{}, Fields: []string{}}
			for _, key := range keys {
				f.Fields = append(f.Fields, where+"."+key)
			}
			return f, nil
		}
		if v = section.Variables[steps[1]]; v == nil {
			return nil, noField(where, steps[0]+".", steps[1], keys)
		}
		dir, m, rest = path.Join(modulesDir, section.Name), g.template.modules[section.Name], steps[2:]
	}
	if v == nil {
		return nil, noField(where, "", steps[0], names)
	}
	return explainVariable(where, dir, m, v, rest)
}

// Keys are the keys below one, each with its whole path; those at the top of a spec for "". There are none below what is no key.
func (g *Generator) Keys(where string) []string {
	if where != "" {
		f, err := g.Explain(where)
		if err != nil {
			return nil
		}
		return f.Fields
	}
	var names []string
	for _, core := range g.template.schema.Core {
		names = append(names, core.Name)
	}
	for _, section := range g.template.schema.Sections {
		names = append(names, section.Name)
	}
	slices.Sort(names)
	return names
}

func noField(where, before, name string, names []string) error {
	if guess := spec.Suggestion(name, names); guess != "" {
		return fmt.Errorf("a spec has no %s: did you mean %s%s?", where, before, guess)
	}
	return fmt.Errorf("a spec has no %s: there are %s", where, strings.Join(names, ", "))
}

func explainVariable(where, dir string, m *module.Module, v *module.Variable, rest []string) (*Field, error) {
	typ, defaults, value, required := v.Type, v.Defaults, v.Default, v.Required()
	for i, step := range rest {
		if typ.IsCollectionType() {
			isMap := typ.IsMapType()
			if defaults != nil {
				defaults = defaults.Children[""]
			}
			typ, value, required = typ.ElementType(), cty.NilVal, false
			if isMap && (!typ.IsObjectType() || !typ.HasAttribute(step)) {
				continue // a key of the map
			}
		}
		if !typ.IsObjectType() || !typ.HasAttribute(step) {
			var names []string
			if typ.IsObjectType() {
				names = sortedKeys(typ.AttributeTypes())
			}
			before := strings.TrimSuffix(where, strings.Join(rest[i:], "."))
			return nil, noField(where, before, step, names)
		}
		required, value = !typ.AttributeOptional(step), cty.NilVal
		if defaults != nil {
			if given, ok := defaults.DefaultValues[step]; ok {
				value = given
			}
			defaults = defaults.Children[step]
		}
		typ = typ.AttributeType(step)
	}
	f := &Field{
		Path: where, Type: typeexpr.TypeString(typ), Required: required, Description: strings.TrimSpace(v.Description), Declared: lineOf(dir, v.Block.DefRange()),
		Constraints: []Constraint{}, Uses: []string{}, Fields: []string{},
	}
	if value != cty.NilVal && value.IsWhollyKnown() {
		f.Default = strings.TrimSpace(string(hclwrite.TokensForValue(value).Bytes()))
	}
	below := typ
	if below.IsCollectionType() {
		below = below.ElementType()
	}
	if below.IsObjectType() {
		for _, name := range sortedKeys(below.AttributeTypes()) {
			f.Fields = append(f.Fields, where+"."+name)
		}
	}
	asked := append([]string{"var", v.Name}, rest...)
	for _, validation := range v.Validations {
		if !reads(validation.Condition, asked) {
			continue
		}
		write := ""
		if message, diags := validation.ErrorMessage.Value(nil); !diags.HasErrors() && message.Type() == cty.String && message.IsKnown() {
			write = message.AsString()
		}
		file := m.File(validation.Block.DefRange())
		f.Constraints = append(f.Constraints, Constraint{write, sourceAbove(file, validation.Block.DefRange().Start.Line)})
	}
	for _, file := range m.Files {
		for _, block := range file.Body.Blocks {
			if block.Type != "variable" {
				f.Uses = append(f.Uses, usesIn(dir, block, strings.Join(append([]string{block.Type}, block.Labels...), "."), asked)...)
			}
		}
	}
	slices.Sort(f.Uses)
	f.Uses = slices.Compact(f.Uses)
	return f, nil
}

// reads tells whether an expression reads a path, or something that the path is a part of; a path through an iterator counts where the whole is iterated.
func reads(e hclsyntax.Expression, asked []string) bool {
	return slices.ContainsFunc(e.Variables(), func(traversal hcl.Traversal) bool {
		steps := []string{traversal.RootName()}
		for _, step := range traversal[1:] {
			attr, ok := step.(hcl.TraverseAttr)
			if !ok {
				break
			}
			steps = append(steps, attr.Name)
		}
		shared := min(len(steps), len(asked))
		return shared >= 2 && slices.Equal(steps[:shared], asked[:shared])
	})
}

// usesIn lists the arguments of a block, and of those in it, that read a path.
func usesIn(dir string, block *hclsyntax.Block, address string, asked []string) []string {
	var uses []string
	for _, name := range sortedKeys(block.Body.Attributes) {
		if attr := block.Body.Attributes[name]; reads(attr.Expr, asked) {
			uses = append(uses, lineOf(dir, attr.SrcRange)+" "+address+"."+name)
		}
	}
	for _, inner := range block.Body.Blocks {
		within := address + "." + inner.Type
		if inner.Type == "dynamic" && len(inner.Labels) == 1 {
			within = address + "." + inner.Labels[0]
		}
		if inner.Type == "content" {
			within = address
		}
		uses = append(uses, usesIn(dir, inner, within, asked)...)
	}
	return uses
}

func lineOf(dir string, rng hcl.Range) string {
	return fmt.Sprintf("%s:%d", path.Join(dir, path.Base(rng.Filename)), rng.Start.Line)
}

var commentURL = regexp.MustCompile(`https://[^\s,;)]+`)

// sourceAbove is the first address in the comment that stands right above a line.
func sourceAbove(file *module.File, line int) string {
	if file == nil {
		return ""
	}
	lines := strings.Split(string(file.Bytes), "\n")
	source := ""
	for i := line - 2; i >= 0 && i < len(lines) && strings.HasPrefix(strings.TrimSpace(lines[i]), "#"); i-- {
		if found := commentURL.FindString(lines[i]); found != "" {
			source = strings.TrimRight(found, ".:")
		}
	}
	return source
}
