// Package generator turns one YAML spec of an AWS account into the files of its Terraform configuration, in six stops: read, decode, compose,
// bind, specialize, emit. It reads and writes no files itself.
package generator

import (
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"plinth/generator/constraint"
	"plinth/generator/coverage"
	"plinth/generator/eval"
	"plinth/generator/fileset"
	"plinth/generator/module"
	"plinth/generator/module/schema"
	"plinth/generator/source"
	"plinth/generator/spec"
	"plinth/generator/specialize"
)

// Style is the form of the generated configuration.
type Style string

const (
	Specialized Style = "specialized" // straight-line: what the spec decides is folded in
	Generic     Style = "generic"     // the modules as they are, the spec's values as their arguments
)

// Account is one account's configuration.
type Account struct {
	Name  string    // the spec's account.name, which is the name of the directory
	ID    string    // 12 digits
	Spec  string    // the spec's file
	Range hcl.Range // of account.name in the spec

	Exceptions []spec.Exception // what the spec asks for against the rule, for a time
	Regions    []string         // in use
	Measure    Measure          // what coverage of guides is measured by
	Buckets    []Bucket         // that it makes

	files fileset.Set // nil if they are still to be written out from the shape
	shape *shape
	holes []string
}

// Files returns what stands in the account's directory: a new set each time, whose contents must not be changed.
func (a *Account) Files() fileset.Set {
	if a.files == nil {
		return a.shape.fill(a.holes)
	}
	return maps.Clone(a.files)
}

// With returns the account with other files in its directory.
func (a *Account) With(files fileset.Set) *Account {
	other := *a
	other.files = files
	return &other
}

// Generator renders accounts from one set of modules and one template. It may be used by several goroutines at once.
type Generator struct {
	template    *template
	sources     *source.Set
	specializer *specialize.Specializer
	catalogue   *coverage.Catalogue
	shapes      shapes
	parsed      sync.Map // of the modules' files as accounts get them, which are few: text -> *parsedModule
}

// parsedModule is the outcome of module.Parse.
type parsedModule struct {
	module *module.Module
	diags  hcl.Diagnostics
}

// New reads the template and the modules from fsys, which holds templates/account and modules. The diagnostics are mistakes in the template or
// the modules; with errors there is no generator. The set holds what diagnostics quote: the modules' files and every spec rendered later.
func New(fsys fs.FS) (*Generator, *source.Set, hcl.Diagnostics) {
	sources := &source.Set{}
	types, err := schema.AWS()
	if err != nil {
		return nil, sources, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Provider schema can't be read", Detail: err.Error()}}
	}
	t, diags := loadTemplate(fsys, sources, types)
	if diags.HasErrors() {
		return nil, sources, diags
	}
	catalogue, err := coverage.Load(fsys)
	if err != nil {
		return nil, sources, append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Controls can't be read", Detail: err.Error()})
	}
	g := &Generator{template: t, sources: sources, specializer: specialize.New(types), catalogue: catalogue}
	g.shapes.texts, g.shapes.functions = t.texts(), eval.Functions()
	return g, sources, diags
}

// Schema is what a spec may hold.
func (g *Generator) Schema() *spec.Schema { return g.template.schema }

// Account renders one spec. It is a pure function of the spec's bytes; file is what diagnostics call it. All problems are reported that can be
// told apart; with errors there is no account.
func (g *Generator) Account(file string, content []byte, style Style) (*Account, hcl.Diagnostics) {
	return g.account(Input{File: file, Content: content}, style)
}

func (g *Generator) account(input Input, style Style) (*Account, hcl.Diagnostics) {
	decoded, diags := spec.DecodeWith(input.File, input.Content, g.template.schema, g.sources, input.Files)
	diags = append(diags, g.unknownControls(decoded)...)
	if diags.HasErrors() {
		l := g.locator(decoded)
		return nil, inOrder(append(diags, l.relocate(g.template.validate(decoded))...))
	}
	if wrong := unusableName(decoded); wrong.HasErrors() {
		l := g.locator(decoded)
		if said := l.relocate(g.template.validate(decoded)); said.HasErrors() { // the template says it better
			wrong = said
		}
		return nil, inOrder(append(diags, wrong...))
	}
	if len(diags) == 0 {
		if account := g.fromShape(decoded, style); account != nil {
			return account, nil
		}
	}
	account, _, more := g.render(decoded, style)
	return account, inOrder(append(diags, more...))
}

func (g *Generator) locator(decoded *spec.Spec) *locator {
	l := &locator{template: g.template, spec: decoded, sections: make(map[string]string)}
	for _, name := range g.template.order {
		l.sections[name] = name
	}
	return l
}

// render is Account for a spec that is decoded without errors. It returns the scope of the root module as well.
func (g *Generator) render(decoded *spec.Spec, style Style) (*Account, *eval.Scope, hcl.Diagnostics) {
	l := g.locator(decoded)
	generic, diags := g.template.compose(decoded)
	if diags.HasErrors() {
		return nil, nil, l.relocate(append(diags, g.template.validate(decoded)...))
	}
	diags = l.relocate(diags)
	l.sections = generic.sections

	scope, more := g.bind(generic)
	diags = append(diags, l.relocate(more)...)
	if more.HasErrors() {
		return nil, nil, diags
	}
	result, more := g.specializer.Tree(scope)
	if more.HasErrors() {
		return nil, nil, append(diags, l.relocate(more)...)
	}
	diags = append(diags, more...)
	files := result.Files
	if style == Generic {
		files = generic.formatted()
	}
	listed := resources(scope, l)
	violations := constraint.Check(listed)
	diags = append(diags, violations...)
	if violations.HasErrors() {
		return nil, nil, diags
	}
	account := &Account{
		Name:  scope.Input("account").GetAttr("name").AsString(),
		ID:    scope.Input("account").GetAttr("id").AsString(),
		Spec:  decoded.File,
		files: make(fileset.Set, len(files)+1),
		Range: decoded.Core["account"].Attrs["name"].Range,

		Exceptions: decoded.Exceptions(),
		Regions:    regionsOf(decoded),
		Measure:    measureOf(decoded),
		Buckets:    bucketsOf(listed, decoded),
	}
	for name, text := range files {
		account.files[name] = append([]byte(fileset.Header(name)+"\n"), text...)
	}
	for _, section := range g.template.order {
		if !g.template.off(decoded, section) {
			maps.Copy(account.files, g.template.assetsOf[section])
		}
	}
	picture, err := pictureOf(account.Name, result.Modules)
	if err != nil {
		return nil, nil, append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Picture can't be drawn", Detail: err.Error()})
	}
	account.files["README.md"] = g.readme(account, decoded, scope, generic.sections, picture)
	return account, scope, diags
}

// inOrder sorts diagnostics by where they point, so that a person goes through the spec once.
func inOrder(diags hcl.Diagnostics) hcl.Diagnostics {
	place := func(d *hcl.Diagnostic) (string, int) {
		if d.Subject == nil {
			return "", 0
		}
		return d.Subject.Filename, d.Subject.Start.Byte
	}
	slices.SortStableFunc(diags, func(a, b *hcl.Diagnostic) int {
		aFile, aByte := place(a)
		bFile, bByte := place(b)
		return cmp.Or(cmp.Compare(aFile, bFile), cmp.Compare(aByte, bByte))
	})
	return diags
}

// bind parses the generic configuration and gives every name in it its value.
func (g *Generator) bind(generic *composed) (*eval.Scope, hcl.Diagnostics) {
	byDir := make(map[string]map[string][]byte)
	for name, content := range generic.files {
		dir := path.Dir(name)
		if byDir[dir] == nil {
			byDir[dir] = make(map[string][]byte)
		}
		byDir[dir][path.Base(name)] = content
	}
	tree, diags := module.LoadTreeWith(".", func(dir string) (*module.Module, hcl.Diagnostics) { return g.parse(dir, byDir[dir]) })
	if diags.HasErrors() {
		return nil, diags
	}
	scope, more := eval.NewRoot(tree, g.template.types, map[string]cty.Value{})
	return scope, append(diags, more...)
}

// parse is module.Parse, which it asks but once for each text of a module. The root is another one for each account.
func (g *Generator) parse(dir string, files map[string][]byte) (*module.Module, hcl.Diagnostics) {
	if dir == "." {
		return module.Parse(dir, files, nil)
	}
	var key strings.Builder
	for _, name := range sortedKeys(files) {
		fmt.Fprintf(&key, "%s/%s %d\n%s", dir, name, len(files[name]), files[name])
	}
	if found, ok := g.parsed.Load(key.String()); ok {
		p := found.(*parsedModule)
		return p.module, p.diags
	}
	m, diags := module.Parse(dir, files, nil)
	g.parsed.Store(key.String(), &parsedModule{m, diags})
	return m, diags
}
