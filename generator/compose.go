package generator

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"plinth/generator/edit"
	"plinth/generator/eval"
	"plinth/generator/module"
	"plinth/generator/source"
	"plinth/generator/spec"
	"plinth/generator/specialize"
)

// Where the template and the modules lie in the file system that a Generator reads.
const (
	templateDir = "templates/account"
	modulesDir  = "modules"
)

// template is the root configuration and the modules that it calls, as they are before any spec: the same for all accounts.
type template struct {
	fsys    fs.FS
	sources *source.Set
	root    *module.Module
	order   []string                  // the module blocks, in the order of the files
	modules map[string]*module.Module // by the name of the module block, which is the section's and the folder's too
	schema  *spec.Schema
	types   specialize.Schema

	below    map[string][]*module.Module  // the modules that a section's module calls, and those that these call
	assetsOf map[string]map[string][]byte // what isn't Terraform's of a section's modules, by path

	directives map[*module.File][]directive
	protected  sync.Map // the modules' files with prevent_destroy written, by section, name and what was decided: []byte
}

// loadTemplate reads the template, and what a spec may say with it: each root variable is a core key, each module block a section.
func loadTemplate(fsys fs.FS, sources *source.Set, types specialize.Schema) (*template, hcl.Diagnostics) {
	root, diags := module.Load(fsys, templateDir, sources)
	if diags.HasErrors() {
		return nil, diags
	}
	if root == nil || diags.HasErrors() {
		return nil, diags
	}
	if diags = append(diags, checkTemplate(root)...); diags.HasErrors() {
		return nil, diags
	}
	t := &template{
		fsys: fsys, sources: sources, root: root, modules: make(map[string]*module.Module), schema: &spec.Schema{}, types: types,
		below: make(map[string][]*module.Module), assetsOf: make(map[string]map[string][]byte), directives: make(map[*module.File][]directive),
	}
	for _, file := range root.Files {
		for _, block := range file.Body.Blocks {
			switch block.Type {
			case "variable":
				t.schema.Core = append(t.schema.Core, root.Variables[block.Labels[0]])
			case "module":
				section, more := t.loadSection(file, root.Calls[block.Labels[0]])
				diags = append(diags, more...)
				t.order = append(t.order, section.Name)
				t.schema.Sections = append(t.schema.Sections, section)
			}
		}
	}
	return t, diags
}

// texts is everything that the template and the modules say.
func (t *template) texts() string {
	var b strings.Builder
	all := append([]*module.Module{t.root}, slices.Collect(maps.Values(t.modules))...)
	for _, below := range t.below {
		all = append(all, below...)
	}
	for _, m := range all {
		for _, file := range m.Files {
			b.Write(file.Bytes)
		}
	}
	for _, assets := range t.assetsOf {
		for _, content := range assets {
			b.Write(content)
		}
	}
	return b.String()
}

func (t *template) loadSection(file *module.File, call *module.Call) (spec.Section, hcl.Diagnostics) {
	section := spec.Section{Name: call.Name, Variables: make(map[string]*module.Variable), Wired: make(map[string]bool), OptIn: optIn(file.Bytes, call.Block) != nil}
	dir, local := call.LocalDir(templateDir)
	if !local || dir != path.Join(modulesDir, call.Name) {
		return section, hcl.Diagnostics{{
			Severity: hcl.DiagError,
			Summary:  "Module block and folder differ",
			Detail:   fmt.Sprintf("Write source = \"../../%s/%s\": section, module block and folder have one name.", modulesDir, call.Name),
			Subject:  call.Block.DefRange().Ptr(),
		}}
	}
	m, diags := module.Load(t.fsys, dir, t.sources)
	if m == nil {
		return section, diags
	}
	t.modules[call.Name] = m
	diags = append(diags, t.loadBelow(call.Name, m)...)
	for _, file := range m.Files {
		t.directives[file] = directivesOf(file)
	}
	inputs := call.Inputs()
	for name, v := range m.Variables {
		if inputs[name] != nil {
			section.Wired[name] = true
		} else {
			section.Variables[name] = v
		}
	}
	return section, diags
}

var optInDirective = regexp.MustCompile(`(?m)^[ \t]*# plinth:opt-in[ \t]*\r?\n`)

// optIn finds the line above a module block that says that its section is off unless the spec has it; nil for none.
func optIn(src []byte, block *hclsyntax.Block) *edit.Edit {
	start, _, _ := edit.Extent(src, block.Range())
	at := optInDirective.FindIndex(src[start:block.Range().Start.Byte])
	if at == nil {
		return nil
	}
	return &edit.Edit{Start: start + at[0], End: start + at[1]}
}

// composed is an account's generic configuration: the template with the spec's values as arguments, and the modules. The root's files are yet
// to be formatted.
type composed struct {
	files    map[string][]byte // by path: main.tf, modules/cloudtrail/main.tf, ...
	sections map[string]string // the name of each module block -> its section
	calls    map[string]*module.Call
}

// compose puts a spec's values into the template. Everything that Terraform takes only as a literal is written here: regions, provider
// configurations, the backend, version constraints, prevent_destroy.
func (t *template) compose(s *spec.Spec) (*composed, hcl.Diagnostics) {
	c := &composed{files: make(map[string][]byte), sections: make(map[string]string), calls: t.root.Calls}
	scope, diags := t.coreScope(s)
	diags = append(diags, t.missingNeighbours(s)...)
	if diags.HasErrors() {
		return nil, diags
	}
	lowered, more := t.lowering(scope, s)
	diags = append(diags, more...)
	for _, file := range t.root.Files {
		var edits []edit.Edit
		for _, block := range file.Body.Blocks {
			edits = append(edits, t.composeBlock(file.Bytes, block, s, scope, lowered, c)...)
		}
		c.files[file.Name] = []byte(edit.Apply(file.Bytes, 0, len(file.Bytes), edits))
	}
	if backend := backendFile(t.settings(scope.Input)); backend != "" {
		c.files["backend.tf"] = []byte(backend)
	}
	for _, name := range t.order {
		if t.off(s, name) {
			continue
		}
		for _, file := range t.modules[name].Files {
			content, more := t.moduleFile(file, name, s)
			diags = append(diags, more...)
			c.files[path.Join(modulesDir, name, file.Name)] = content
		}
		for _, m := range t.below[name] {
			for _, file := range m.Files {
				c.files[path.Join(m.Dir, file.Name)] = file.Bytes
			}
		}
	}
	return c, diags
}

// formatted returns the files of the configuration as terraform fmt would write them. The modules' are so already.
func (c *composed) formatted() map[string][]byte {
	files := maps.Clone(c.files)
	for name, text := range files {
		if path.Dir(name) == "." {
			files[name] = hclwrite.Format(text)
		}
	}
	return files
}

// coreScope evaluates the template's own names: variables as the spec sets them, and locals.
func (t *template) coreScope(s *spec.Spec) (*eval.Scope, hcl.Diagnostics) {
	inputs := make(map[string]cty.Value, len(s.Core))
	for name, v := range s.Core {
		inputs[name] = v.Value
	}
	tree := &module.Tree{Root: t.root, Modules: map[string]*module.Module{templateDir: t.root}}
	scope, diags := eval.NewRoot(tree, t.types, inputs)
	_, more := scope.Validate("")
	return scope, append(diags, more...)
}

// validate reports everything that is wrong with a spec's values, as far as they could be read: what core keys and sections may hold, each for
// itself, and sections that need one another. It stands in for compose and specialize, which report the same, where a spec is too broken for these.
func (t *template) validate(s *spec.Spec) hcl.Diagnostics {
	core, diags := t.coreScope(s)
	diags = append(diags, t.missingNeighbours(s)...)
	for _, name := range t.order {
		if t.off(s, name) {
			continue
		}
		m := t.modules[name]
		inputs := make(map[string]cty.Value)
		for input, attr := range t.root.Calls[name].Inputs() {
			value, more := core.Value(attr.Expr, nil)
			if more.HasErrors() {
				value = cty.DynamicVal // reported where it is wrong
			}
			inputs[input] = value
		}
		if section := s.Sections[name]; section != nil {
			for variable, value := range section.Values {
				inputs[variable] = value.Value
			}
		}
		scope, more := eval.NewRoot(&module.Tree{Root: m, Modules: map[string]*module.Module{m.Dir: m}}, t.types, inputs)
		_, failed := scope.Validate(name)
		for _, d := range append(more, failed...) {
			if _, ok := d.Extra.(*eval.InputProblem); ok {
				diags = append(diags, d)
			}
		}
	}
	return diags
}

func (t *template) off(s *spec.Spec, section string) bool {
	return s.Off(&t.schema.Sections[slices.Index(t.order, section)])
}

// missingNeighbours reports sections that are off and that others need, which are on: directly or through one another.
func (t *template) missingNeighbours(s *spec.Spec) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, name := range t.order {
		if !t.off(s, name) {
			continue
		}
		gone := map[string]bool{name: true}
		var chain []string
		for changed := true; changed; {
			changed = false
			for _, other := range t.order {
				needs := t.needs(other)
				for _, need := range needs {
					if gone[need] && !gone[other] && !t.off(s, other) {
						gone[other], changed = true, true
						chain = append(chain, other)
					}
				}
			}
		}
		if len(chain) == 0 {
			continue
		}
		switched, subject := "switched off here", s.VersionRange
		if written := s.Sections[name]; written != nil {
			subject = written.Range
		} else {
			switched = "off where the spec leaves it out"
			if needy := s.Sections[chain[0]]; needy != nil {
				subject = needy.KeyRange
			}
		}
		detail := chain[0] + " needs " + name + ", which is " + switched
		write := chain[0] + ": false"
		for i, other := range chain[1:] {
			detail += fmt.Sprintf(", and %s needs %s", other, first(t.needs(other), append([]string{name}, chain[:i+1]...)))
			write += ", " + other + ": false"
		}
		advice := fmt.Sprintf("Write %s as well, or take this line out", write)
		if s.Sections[name] == nil {
			advice = fmt.Sprintf("Write the section %s, too, or %s", name, write)
		}
		diags = append(diags, &hcl.Diagnostic{
			Severity: hcl.DiagError,
			Summary:  "A section is off that another one needs",
			Detail:   fmt.Sprintf("%s. %s.", detail, advice),
			Subject:  subject.Ptr(),
		})
	}
	return diags
}

// first is the first of names that is in the set.
func first(names, set []string) string {
	for _, name := range names {
		if slices.Contains(set, name) {
			return name
		}
	}
	return ""
}

// needs names the sections without which a section can't be: its module block reads module.other.x, or names module.other in depends_on. One that
// it can do without is read as module.other[*].
func (t *template) needs(section string) []string {
	var needs []string
	attrs := t.root.Calls[section].Block.Body.Attributes
	for _, attr := range sortedKeys(attrs) {
		for _, traversal := range attrs[attr].Expr.Variables() {
			if traversal.RootName() != "module" || len(traversal) < 2 || (len(traversal) < 3 && attr != "depends_on") {
				continue
			}
			if other := traversal[1].(hcl.TraverseAttr).Name; !slices.Contains(needs, other) {
				needs = append(needs, other)
			}
		}
	}
	return needs
}

// lowered lists, for each provider alias and module block of the template that has a for_each, its keys in order; and the other module
// blocks that are left out.
type lowered struct {
	providers map[string][]string // by alias
	modules   map[string][]string // by module block
	off       map[string]bool     // by module block
}

// lowering evaluates the for_each of provider and module blocks. Terraform has no provider for_each, and a plain block for each region is what
// a reviewer reads, so both come out as one block for each key: none at all for a section that is off.
func (t *template) lowering(scope *eval.Scope, s *spec.Spec) (lowered, hcl.Diagnostics) {
	l := lowered{providers: make(map[string][]string), modules: make(map[string][]string), off: make(map[string]bool)}
	var diags hcl.Diagnostics
	for _, file := range t.root.Files {
		for _, block := range file.Body.Blocks {
			attr := block.Body.Attributes["for_each"]
			if attr == nil || (block.Type != "provider" && block.Type != "module") {
				continue
			}
			keys, more := stringKeys(scope, attr)
			diags = append(diags, more...)
			if block.Type == "module" {
				l.modules[block.Labels[0]] = keys
			} else if alias, ok := literalString(block.Body.Attributes["alias"]); ok {
				l.providers[alias] = keys
			}
		}
	}
	for _, name := range t.order {
		if t.off(s, name) {
			if _, repeated := l.modules[name]; repeated {
				l.modules[name] = nil
			} else {
				l.off[name] = true
			}
		}
	}
	return l, diags
}

func stringKeys(scope *eval.Scope, attr *hclsyntax.Attribute) ([]string, hcl.Diagnostics) {
	value, diags := scope.Value(attr.Expr, nil)
	if diags.HasErrors() {
		return nil, diags
	}
	if !value.IsWhollyKnown() || value.IsNull() || !value.Type().IsSetType() || value.Type().ElementType() != cty.String {
		return nil, hcl.Diagnostics{{
			Severity: hcl.DiagError,
			Summary:  "for_each of the template is not a known set",
			Detail:   "Write a set of strings that the core sections decide, such as toset(local.regions).",
			Subject:  attr.Expr.Range().Ptr(),
		}}
	}
	var keys []string
	for it := value.ElementIterator(); it.Next(); {
		_, v := it.Element()
		keys = append(keys, v.AsString())
	}
	return keys, nil
}

// keyName is the name of the block for one key: access_analyzer_eu_central_1.
func keyName(name, key string) string { return name + "_" + strings.ReplaceAll(key, "-", "_") }

func (t *template) composeBlock(src []byte, block *hclsyntax.Block, s *spec.Spec, scope *eval.Scope, l lowered, c *composed) []edit.Edit {
	switch block.Type {
	case "variable":
		return setDefault(src, block, s.Core[block.Labels[0]])
	case "terraform":
		return versionConstraints(block, t.settings(scope.Input))
	case "provider":
		alias, _ := literalString(block.Body.Attributes["alias"])
		if keys, ok := l.providers[alias]; ok && block.Body.Attributes["for_each"] != nil {
			var blocks []string
			for _, key := range keys {
				edits := append(eachEdits(src, block, key, l),
					edit.Replace(block.Body.Attributes["alias"].Expr.Range(), quoted(keyName(alias, key))),
					edit.Remove(src, block.Body.Attributes["for_each"].SrcRange))
				blocks = append(blocks, edit.Apply(src, block.Range().Start.Byte, block.Range().End.Byte, edits))
			}
			return []edit.Edit{edit.Replace(block.Range(), strings.Join(blocks, "\n\n"))}
		}
	case "module":
		edits := t.composeModule(src, block, s, l, c)
		if directive := optIn(src, block); directive != nil {
			edits = append(edits, *directive)
		}
		return edits
	case "output", "locals":
		return loweredReferences(src, block, l)
	}
	return nil
}

func (t *template) composeModule(src []byte, block *hclsyntax.Block, s *spec.Spec, l lowered, c *composed) []edit.Edit {
	name := block.Labels[0]
	attrs := block.Body.Attributes
	common := []edit.Edit{edit.Replace(attrs["source"].Expr.Range(), quoted("./"+path.Join(modulesDir, name)))}
	var arguments strings.Builder
	if section := s.Sections[name]; section != nil && !section.Off {
		for _, argument := range sortedKeys(section.Values) {
			fmt.Fprintf(&arguments, "%s = %s\n", argument, specialize.Plain(section.Values[argument].Value))
		}
	}
	keys, repeated := l.modules[name]
	switch {
	case t.off(s, name), repeated && len(keys) == 0:
		return []edit.Edit{edit.Remove(src, block.Range())}
	case repeated:
		var blocks []string
		for _, key := range keys {
			c.sections[keyName(name, key)] = name
			edits := append(eachEdits(src, block, key, l), common...)
			edits = append(edits,
				edit.Replace(block.LabelRanges[0], quoted(keyName(name, key))),
				edit.Remove(src, attrs["for_each"].SrcRange),
				before(block.CloseBraceRange, arguments.String()))
			blocks = append(blocks, edit.Apply(src, block.Range().Start.Byte, block.Range().End.Byte, edits))
		}
		return []edit.Edit{edit.Replace(block.Range(), strings.Join(blocks, "\n\n"))}
	}
	c.sections[name] = name
	return append(append(common, loweredReferences(src, block, l)...), before(block.CloseBraceRange, arguments.String()))
}

// before inserts text in front of a closing brace, set off by a blank line.
func before(brace hcl.Range, text string) edit.Edit {
	if text != "" {
		text = "\n" + text
	}
	return edit.Edit{Start: brace.Start.Byte, End: brace.Start.Byte, Text: text}
}

func quoted(s string) string { return string(hclwrite.TokensForValue(cty.StringVal(s)).Bytes()) }

// setDefault makes the spec's value the default of a root variable.
func setDefault(src []byte, block *hclsyntax.Block, value *spec.Value) []edit.Edit {
	if value == nil {
		return nil
	}
	text := specialize.Plain(value.Value)
	if attr := block.Body.Attributes["default"]; attr != nil {
		return []edit.Edit{edit.Replace(attr.Expr.Range(), text)}
	}
	at := block.Body.Attributes["type"].SrcRange.End.Byte
	return []edit.Edit{{Start: at, End: at, Text: "\ndefault = " + text}}
}

// eachEdits writes a key in place of each.key and each.value, and the name of the block for the key in place of aws.alias[each.key].
func eachEdits(src []byte, block *hclsyntax.Block, key string, l lowered) []edit.Edit {
	edits := loweredReferences(src, block, l)
	_ = hclsyntax.VisitAll(block.Body, func(node hclsyntax.Node) hcl.Diagnostics {
		switch e := node.(type) {
		case *hclsyntax.IndexExpr:
			base, ok := e.Collection.(*hclsyntax.ScopeTraversalExpr)
			if ok && len(base.Traversal) == 2 && base.Traversal.RootName() == "aws" {
				alias := base.Traversal[1].(hcl.TraverseAttr).Name
				if _, isLowered := l.providers[alias]; isLowered {
					edits = append(edits, edit.Replace(e.Range(), "aws."+keyName(alias, key)))
				}
			}
		case *hclsyntax.ScopeTraversalExpr:
			if e.Traversal.RootName() == "each" {
				edits = append(edits, edit.Replace(e.Range(), quoted(key)))
			}
		}
		return nil
	})
	return edits
}

// loweredReferences writes a mapping of the blocks in place of a reference to a module that became one block for each key, and the empty
// list in place of module.x[*].y where x is off.
func loweredReferences(src []byte, block *hclsyntax.Block, l lowered) []edit.Edit {
	var edits []edit.Edit
	_ = hclsyntax.VisitAll(block.Body, func(node hclsyntax.Node) hcl.Diagnostics {
		if splat, ok := node.(*hclsyntax.SplatExpr); ok {
			if l.off[moduleName(splat.Source)] {
				edits = append(edits, edit.Replace(splat.Range(), "[]"))
			}
			return nil
		}
		e, ok := node.(*hclsyntax.ScopeTraversalExpr)
		if !ok {
			return nil
		}
		name := moduleName(e)
		keys, ok := l.modules[name]
		if !ok {
			return nil
		}
		var items []string
		for _, key := range keys {
			items = append(items, quoted(key)+" = module."+keyName(name, key))
		}
		text := "{}"
		if len(items) > 0 {
			text = "{\n" + strings.Join(items, "\n") + "\n}"
		}
		edits = append(edits, edit.Replace(e.Range(), text))
		return nil
	})
	return edits
}

// moduleName is the x of an expression that is module.x and no more, or else "".
func moduleName(e hclsyntax.Expression) string {
	traversal, ok := e.(*hclsyntax.ScopeTraversalExpr)
	if !ok || traversal.Traversal.RootName() != "module" || len(traversal.Traversal) != 2 {
		return ""
	}
	return traversal.Traversal[1].(hcl.TraverseAttr).Name
}

// versionConstraints writes the spec's version constraints into the terraform block.
func versionConstraints(block *hclsyntax.Block, settings cty.Value) []edit.Edit {
	var edits []edit.Edit
	if v := settingOf(settings, "required_version"); !v.IsNull() && block.Body.Attributes["required_version"] != nil {
		edits = append(edits, edit.Replace(block.Body.Attributes["required_version"].Expr.Range(), quoted(v.AsString())))
	}
	if v := settingOf(settings, "aws_provider_version"); !v.IsNull() {
		for _, providers := range block.Body.Blocks {
			aws := providers.Body.Attributes["aws"]
			if providers.Type != "required_providers" || aws == nil {
				continue
			}
			for _, item := range aws.Expr.(*hclsyntax.ObjectConsExpr).Items {
				if hcl.ExprAsKeyword(item.KeyExpr) == "version" {
					edits = append(edits, edit.Replace(item.ValueExpr.Range(), quoted(v.AsString())))
				}
			}
		}
	}
	return edits
}

// backendFile writes the backend block that the spec asks for; "" for none.
func backendFile(settings cty.Value) string {
	backend := settingOf(settings, "backend")
	for _, kind := range []string{"s3", "local"} {
		config := settingOf(backend, kind)
		if config.IsNull() {
			continue
		}
		var b strings.Builder
		fmt.Fprintf(&b, "terraform {\n  backend %q {\n", kind)
		for it := config.ElementIterator(); it.Next(); {
			key, value := it.Element()
			if !value.IsNull() {
				fmt.Fprintf(&b, "%s = %s\n", key.AsString(), specialize.Plain(value))
			}
		}
		b.WriteString("  }\n}\n")
		return b.String()
	}
	return ""
}

// directive is a line of a module that says what its prevent_destroy follows; Terraform takes only a literal there.
type directive struct {
	edit.Edit
	indent, setting string
}

var directiveLine = regexp.MustCompile(`(?m)^([ \t]*)# plinth:prevent_destroy +var\.([A-Za-z0-9_.]+)[ \t]*\r?\n`)

// moduleFile returns a module's file as this account gets it: prevent_destroy written as a literal where the spec or the default asks for it.
func (t *template) moduleFile(file *module.File, section string, s *spec.Spec) ([]byte, hcl.Diagnostics) {
	directives := t.directives[file]
	if len(directives) == 0 {
		return file.Bytes, nil
	}
	var diags hcl.Diagnostics
	edits := make([]edit.Edit, 0, len(directives))
	answers := path.Join(section, file.Name)
	for _, d := range directives {
		protect, err := t.setting(section, strings.Split(d.setting, "."), s)
		if err != nil {
			diags = append(diags, &hcl.Diagnostic{
				Severity: hcl.DiagError,
				Summary:  "prevent_destroy can't be decided",
				Detail:   fmt.Sprintf("%s/%s says \"plinth:prevent_destroy var.%s\": %s.", t.modules[section].Dir, file.Name, d.setting, err),
			})
		}
		answers += fmt.Sprint(protect)
		e := d.Edit
		if protect {
			e.Text = d.indent + "prevent_destroy = true\n"
		}
		edits = append(edits, e)
	}
	if found, ok := t.protected.Load(answers); ok {
		return found.([]byte), diags
	}
	content := emptyLifecycle.ReplaceAll([]byte(edit.Apply(file.Bytes, 0, len(file.Bytes), edits)), nil)
	t.protected.Store(answers, content)
	return content, diags
}

// directivesOf finds the directives of a module's file.
func directivesOf(file *module.File) []directive {
	if !bytes.Contains(file.Bytes, []byte("# plinth:prevent_destroy")) {
		return nil // the expression alone would take as long as parsing
	}
	var all []directive
	for _, at := range directiveLine.FindAllSubmatchIndex(file.Bytes, -1) {
		all = append(all, directive{edit.Edit{Start: at[0], End: at[1]}, string(file.Bytes[at[2]:at[3]]), string(file.Bytes[at[4]:at[5]])})
	}
	return all
}

var emptyLifecycle = regexp.MustCompile(`(?m)\n?^[ \t]*lifecycle \{\n[ \t]*\}\n`)

// setting returns the value of a yes-or-no setting of a section.
func (t *template) setting(section string, steps []string, s *spec.Spec) (bool, error) {
	v := t.modules[section].Variables[steps[0]]
	if v == nil {
		return false, fmt.Errorf("there is no variable %s", steps[0])
	}
	value := v.Default
	if written := s.Sections[section]; written != nil && written.Values[steps[0]] != nil {
		converted, err := v.Convert(written.Values[steps[0]].Value)
		if err != nil {
			return false, err
		}
		value = converted
	}
	for _, step := range steps[1:] {
		if value == cty.NilVal || value.IsNull() || !value.Type().IsObjectType() || !value.Type().HasAttribute(step) {
			return false, fmt.Errorf("there is no %s", strings.Join(steps, "."))
		}
		value = value.GetAttr(step)
	}
	if value == cty.NilVal || value.IsNull() || !value.IsKnown() || value.Type() != cty.Bool {
		return false, fmt.Errorf("%s is not true or false", strings.Join(steps, "."))
	}
	return value.True(), nil
}

func literalString(attr *hclsyntax.Attribute) (string, bool) {
	if attr == nil {
		return "", false
	}
	value, diags := attr.Expr.Value(nil)
	if diags.HasErrors() || value.IsNull() || value.Type() != cty.String {
		return "", false
	}
	return value.AsString(), true
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
