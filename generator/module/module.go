// Package module reads a directory of Terraform files as facts: variables, locals, resources, calls and outputs.
package module

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"plinth/generator/source"
)

// Module is one directory of .tf files. It is not changed after Load and may be shared between accounts and goroutines.
type Module struct {
	Dir       string // slash-separated, as given to Load
	Files     []*File
	Variables map[string]*Variable
	Locals    map[string]*hclsyntax.Attribute
	Outputs   map[string]*Output
	Resources map[string]*Resource // by "aws_s3_bucket.logs" or "data.aws_iam_policy_document.logs"
	Calls     map[string]*Call     // by the name of the module block
	Functions []string             // that expressions call, sorted
}

// File is one parsed .tf file of a module.
type File struct {
	Name  string // base name
	Bytes []byte
	Body  *hclsyntax.Body
}

// Variable is one variable block.
type Variable struct {
	Name        string
	Type        cty.Type // cty.DynamicPseudoType where the block gives no type
	Defaults    *typeexpr.Defaults
	Default     cty.Value // cty.NilVal for a required variable; else converted to Type
	Description string
	Nullable    bool
	Sensitive   bool
	Ephemeral   bool
	Validations []Validation
	Block       *hclsyntax.Block
}

// Required tells whether a caller must set the variable.
func (v *Variable) Required() bool { return v.Default == cty.NilVal }

// Convert turns a given value into what the module sees: optional attributes filled in, converted to the variable's type, and the default in
// place of a null that the variable does not take. It fails when the value does not convert.
func (v *Variable) Convert(given cty.Value) (cty.Value, error) {
	if v.Defaults != nil && !given.IsNull() {
		given = v.Defaults.Apply(given)
	}
	value, err := convertTo(given, v.Type)
	if err != nil {
		return cty.UnknownVal(v.Type), err
	}
	if value.IsKnown() && value.IsNull() && !v.Nullable && !v.Required() {
		return v.Default, nil
	}
	return value, nil
}

// Validation is one validation block of a variable.
type Validation struct {
	Condition    hclsyntax.Expression
	ErrorMessage hclsyntax.Expression
	Block        *hclsyntax.Block
}

// Output is one output block.
type Output struct {
	Name        string
	Value       hclsyntax.Expression
	Description string
	Sensitive   bool
	Block       *hclsyntax.Block
}

// Resource is one resource or data block.
type Resource struct {
	Mode    string // "resource" or "data", as the block is called
	Type    string
	Name    string
	Count   hclsyntax.Expression // nil without count
	ForEach hclsyntax.Expression // nil without for_each
	Block   *hclsyntax.Block
}

// Key is the resource's address within its module, without an instance key.
func (r *Resource) Key() string {
	if r.Mode == "data" {
		return "data." + r.Type + "." + r.Name
	}
	return r.Type + "." + r.Name
}

// Call is one module block.
type Call struct {
	Name    string
	Source  string               // the literal source address, "" where it is not literal
	Count   hclsyntax.Expression // nil without count
	ForEach hclsyntax.Expression // nil without for_each
	Block   *hclsyntax.Block
}

// metaArguments are the arguments of a module block that are not inputs of the module.
var metaArguments = map[string]bool{"source": true, "version": true, "count": true, "for_each": true, "providers": true, "depends_on": true}

// IsMetaArgument tells whether Terraform itself reads this argument of a module block.
func IsMetaArgument(name string) bool { return metaArguments[name] }

// Inputs returns the arguments of the call that set variables of the module.
func (c *Call) Inputs() map[string]*hclsyntax.Attribute {
	inputs := make(map[string]*hclsyntax.Attribute)
	for name, attr := range c.Block.Body.Attributes {
		if !metaArguments[name] {
			inputs[name] = attr
		}
	}
	return inputs
}

// Load reads the .tf files of dir (not of its subfolders) from fsys. Files are recorded in sources under their path. The module is
// usable as far as it could be read when there are diagnostics.
func Load(fsys fs.FS, dir string, sources *source.Set) (*Module, hcl.Diagnostics) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil, hcl.Diagnostics{{
			Severity: hcl.DiagError,
			Summary:  "Module directory cannot be read",
			Detail:   "The module directory " + dir + " cannot be read: " + err.Error() + ".",
		}}
	}
	files := make(map[string][]byte)
	var diags hcl.Diagnostics
	for _, entry := range entries {
		if entry.IsDir() || !strings.HasSuffix(entry.Name(), ".tf") {
			continue
		}
		content, err := fs.ReadFile(fsys, path.Join(dir, entry.Name()))
		if err != nil {
			diags = append(diags, &hcl.Diagnostic{
				Severity: hcl.DiagError,
				Summary:  "File cannot be read",
				Detail:   "The file " + path.Join(dir, entry.Name()) + " cannot be read: " + err.Error() + ".",
			})
			continue
		}
		files[entry.Name()] = content
	}
	m, more := Parse(dir, files, sources)
	return m, append(diags, more...)
}

// Parse is Load for files that are in memory already, by base name.
func Parse(dir string, files map[string][]byte, sources *source.Set) (*Module, hcl.Diagnostics) {
	m := &Module{
		Dir:       dir,
		Variables: make(map[string]*Variable),
		Locals:    make(map[string]*hclsyntax.Attribute),
		Outputs:   make(map[string]*Output),
		Resources: make(map[string]*Resource),
		Calls:     make(map[string]*Call),
	}
	var diags hcl.Diagnostics
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		full := path.Join(dir, name)
		if sources != nil {
			sources.Add(full, files[name])
		}
		parsed, more := hclsyntax.ParseConfig(files[name], full, hcl.InitialPos)
		diags = append(diags, more...)
		body, ok := parsed.Body.(*hclsyntax.Body)
		if !ok {
			continue
		}
		file := &File{Name: name, Bytes: files[name], Body: body}
		m.Files = append(m.Files, file)
		m.Functions = append(m.Functions, calledFunctions(body)...)
		diags = append(diags, m.collect(body)...)
	}
	slices.Sort(m.Functions)
	m.Functions = slices.Compact(m.Functions)
	return m, diags
}

func calledFunctions(body *hclsyntax.Body) []string {
	var names []string
	_ = hclsyntax.VisitAll(body, func(node hclsyntax.Node) hcl.Diagnostics {
		if call, ok := node.(*hclsyntax.FunctionCallExpr); ok {
			names = append(names, call.Name)
		}
		return nil
	})
	return names
}

// File returns the file that holds a range, or nil.
func (m *Module) File(rng hcl.Range) *File {
	for _, f := range m.Files {
		if path.Join(m.Dir, f.Name) == rng.Filename {
			return f
		}
	}
	return nil
}

func (m *Module) collect(body *hclsyntax.Body) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, block := range body.Blocks {
		switch {
		case block.Type == "variable" && len(block.Labels) == 1:
			v, more := readVariable(block)
			diags = append(diags, more...)
			diags = append(diags, duplicate(m.Variables[v.Name] != nil, "variable", v.Name, block)...)
			m.Variables[v.Name] = v
		case block.Type == "locals":
			for name, attr := range block.Body.Attributes {
				diags = append(diags, duplicate(m.Locals[name] != nil, "local value", name, block)...)
				m.Locals[name] = attr
			}
		case block.Type == "output" && len(block.Labels) == 1:
			o := &Output{Name: block.Labels[0], Block: block}
			if attr := block.Body.Attributes["value"]; attr != nil {
				o.Value = attr.Expr
			} else {
				diags = append(diags, missing(block, "value"))
			}
			o.Description, _ = literalString(block.Body.Attributes["description"])
			o.Sensitive = literalBool(block.Body.Attributes["sensitive"], false) || literalBool(block.Body.Attributes["ephemeral"], false)
			diags = append(diags, duplicate(m.Outputs[o.Name] != nil, "output", o.Name, block)...)
			m.Outputs[o.Name] = o
		case (block.Type == "resource" || block.Type == "data") && len(block.Labels) == 2:
			r := &Resource{Mode: block.Type, Type: block.Labels[0], Name: block.Labels[1], Block: block}
			r.Count, r.ForEach = repetition(block)
			diags = append(diags, duplicate(m.Resources[r.Key()] != nil, block.Type, r.Key(), block)...)
			m.Resources[r.Key()] = r
		case block.Type == "module" && len(block.Labels) == 1:
			c := &Call{Name: block.Labels[0], Block: block}
			c.Source, _ = literalString(block.Body.Attributes["source"])
			c.Count, c.ForEach = repetition(block)
			diags = append(diags, duplicate(m.Calls[c.Name] != nil, "module call", c.Name, block)...)
			m.Calls[c.Name] = c
		}
	}
	return diags
}

func repetition(block *hclsyntax.Block) (count, forEach hclsyntax.Expression) {
	if attr := block.Body.Attributes["count"]; attr != nil {
		count = attr.Expr
	}
	if attr := block.Body.Attributes["for_each"]; attr != nil {
		forEach = attr.Expr
	}
	return count, forEach
}

func readVariable(block *hclsyntax.Block) (*Variable, hcl.Diagnostics) {
	v := &Variable{Name: block.Labels[0], Type: cty.DynamicPseudoType, Default: cty.NilVal, Nullable: true, Block: block}
	attrs := block.Body.Attributes
	var diags hcl.Diagnostics
	if attr := attrs["type"]; attr != nil {
		var more hcl.Diagnostics
		v.Type, v.Defaults, more = typeexpr.TypeConstraintWithDefaults(attr.Expr)
		diags = append(diags, more...)
	}
	v.Description, _ = literalString(attrs["description"])
	v.Nullable = literalBool(attrs["nullable"], true)
	v.Sensitive = literalBool(attrs["sensitive"], false)
	v.Ephemeral = literalBool(attrs["ephemeral"], false)
	if attr := attrs["default"]; attr != nil {
		value, more := attr.Expr.Value(nil)
		diags = append(diags, more...)
		if !more.HasErrors() {
			if v.Defaults != nil && !value.IsNull() {
				value = v.Defaults.Apply(value)
			}
			converted, err := convertTo(value, v.Type)
			if err != nil {
				diags = append(diags, &hcl.Diagnostic{
					Severity: hcl.DiagError,
					Summary:  "Default does not fit the variable's type",
					Detail:   "Write a default that converts to the type: " + err.Error() + ".",
					Subject:  attr.Expr.Range().Ptr(),
				})
				converted = cty.UnknownVal(v.Type)
			}
			v.Default = converted
		}
	}
	for _, b := range block.Body.Blocks {
		if b.Type != "validation" {
			continue
		}
		condition, message := b.Body.Attributes["condition"], b.Body.Attributes["error_message"]
		if condition == nil {
			diags = append(diags, missing(b, "condition"))
			continue
		}
		if message == nil {
			diags = append(diags, missing(b, "error_message"))
			continue
		}
		v.Validations = append(v.Validations, Validation{Condition: condition.Expr, ErrorMessage: message.Expr, Block: b})
	}
	return v, diags
}

func duplicate(is bool, kind, name string, block *hclsyntax.Block) hcl.Diagnostics {
	if !is {
		return nil
	}
	return hcl.Diagnostics{{
		Severity: hcl.DiagError,
		Summary:  "Declared twice",
		Detail:   "The " + kind + " " + name + " is declared already; remove or rename one of the two.",
		Subject:  block.DefRange().Ptr(),
	}}
}

func missing(block *hclsyntax.Block, name string) *hcl.Diagnostic {
	return &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  "Missing argument",
		Detail:   "A " + block.Type + " block needs the argument " + name + "; add it.",
		Subject:  block.DefRange().Ptr(),
	}
}

// literalString returns the attribute's value when it is a string that needs no names.
func literalString(attr *hclsyntax.Attribute) (string, bool) {
	if attr == nil {
		return "", false
	}
	value, diags := attr.Expr.Value(nil)
	if diags.HasErrors() || !value.IsWhollyKnown() || value.IsNull() || value.Type() != cty.String {
		return "", false
	}
	return value.AsString(), true
}

func literalBool(attr *hclsyntax.Attribute, otherwise bool) bool {
	if attr == nil {
		return otherwise
	}
	value, diags := attr.Expr.Value(nil)
	if diags.HasErrors() || !value.IsKnown() || value.IsNull() || value.Type() != cty.Bool {
		return otherwise
	}
	return value.True()
}
