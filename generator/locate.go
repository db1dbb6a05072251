package generator

import (
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"plinth/generator/eval"
	"plinth/generator/module"
	"plinth/generator/spec"
)

// locator finds the place in the spec that decides what a module's input is.
type locator struct {
	template *template
	spec     *spec.Spec
	sections map[string]string // module block -> section
}

// place is a place in the spec: the field as a user writes it, and where it stands.
type place struct {
	field   string
	rng     hcl.Range
	written bool        // the field itself is in the spec, rather than a section around it
	core    bool        // the field is a core one, which the template passes on
	value   *spec.Value // what is written there; nil where nothing is
}

// at is the place of a value that the spec writes. A list or mapping that starts on the line below its key is pointed at by the key: what
// stands on that line is its first element, which may be right.
func at(field string, value *spec.Value) place {
	found := place{field: field, rng: value.Range, written: true, value: value}
	if (value.Attrs != nil || value.Elems != nil) && value.KeyRange != (hcl.Range{}) && value.Range.Start.Line > value.KeyRange.Start.Line {
		found.rng = value.KeyRange
	}
	return found
}

// input finds the place that decides a variable of a module block, or the part of it that steps lead to.
func (l *locator) input(call, variable string, steps cty.Path) place {
	if call == "" {
		return l.core(variable, steps)
	}
	section := l.sections[call]
	field := spec.Field(append(cty.GetAttrPath(section).GetAttr(variable), steps...))
	if value := l.value(call, variable); value != nil {
		return at(field, value.At(steps))
	}
	if c := l.template.root.Calls[section]; c != nil {
		if attr := c.Inputs()[variable]; attr != nil {
			if found, ok := l.expression(attr.Expr, make(map[string]bool)); ok {
				return found
			}
		}
	}
	if written := l.spec.Sections[section]; written != nil {
		return place{field: field, rng: written.KeyRange}
	}
	return place{field: field, rng: l.spec.VersionRange}
}

func (l *locator) core(variable string, steps cty.Path) place {
	found := place{field: spec.Field(append(cty.GetAttrPath(variable), steps...)), rng: l.spec.VersionRange}
	if value := l.spec.Core[variable]; value != nil {
		found = at(found.field, value.At(steps))
	}
	found.core = true
	return found
}

// value is what the spec writes for a variable of a module block, or of the root where call is ""; nil for nothing.
func (l *locator) value(call, variable string) *spec.Value {
	if call == "" {
		return l.spec.Core[variable]
	}
	if written := l.spec.Sections[l.sections[call]]; written != nil {
		return written.Values[variable]
	}
	return nil
}

// expression finds the first core field that an expression of the template reads, through local values.
func (l *locator) expression(e hclsyntax.Expression, seen map[string]bool) (place, bool) {
	for _, traversal := range e.Variables() {
		if len(traversal) < 2 {
			continue
		}
		name, _ := traversal[1].(hcl.TraverseAttr)
		switch traversal.RootName() {
		case "var":
			if found := l.core(name.Name, steps(traversal)); found.written {
				return found, true
			}
		case "local":
			if attr := l.template.root.Locals[name.Name]; attr != nil && !seen[name.Name] {
				seen[name.Name] = true
				if found, ok := l.expression(attr.Expr, seen); ok {
					return found, true
				}
			}
		}
	}
	return place{}, false
}

// steps are the steps of a traversal behind var.x, as far as they are attributes and literal indexes.
func steps(traversal hcl.Traversal) cty.Path {
	var path cty.Path
	for _, step := range traversal[2:] {
		switch step := step.(type) {
		case hcl.TraverseAttr:
			path = append(path, cty.GetAttrStep{Name: step.Name})
		case hcl.TraverseIndex:
			path = append(path, cty.IndexStep{Key: step.Key})
		default:
			return path
		}
	}
	return path
}

// relocate points diagnostics about inputs at the spec, names the field as the spec does, and drops what is said twice because several
// module blocks get the same input, or a module block gets a core field that is wrong already.
func (l *locator) relocate(diags hcl.Diagnostics) hcl.Diagnostics {
	var out hcl.Diagnostics
	said := make(map[string]bool)
	add := func(d *hcl.Diagnostic) {
		key := d.Summary + "\x00" + d.Detail
		if d.Subject != nil {
			key += "\x00" + d.Subject.String()
		}
		if !said[key] {
			said[key] = true
			out = append(out, d)
		}
	}
	wrong := make(map[hcl.Range]bool) // core fields
	for _, d := range diags {
		problem, ok := d.Extra.(*eval.InputProblem)
		if !ok {
			add(d)
			continue
		}
		for _, found := range l.problem(problem) {
			if problem.Call == "" {
				wrong[found.rng] = true
			} else if wrong[found.rng] {
				continue
			}
			moved := *d
			moved.Subject = &found.rng
			moved.Detail = l.about(problem, found) + ": " + d.Detail + hidden(found.value)
			moved.Context, moved.Expression, moved.EvalContext = nil, nil, nil
			add(&moved)
		}
	}
	return out
}

// about names the field that a problem is about, and the core field that decides it, where that is another one.
func (l *locator) about(p *eval.InputProblem, found place) string {
	if p.Call == "" || !found.core {
		return found.field
	}
	section := l.sections[p.Call]
	if c := l.template.root.Calls[section]; c != nil && c.Inputs()[p.Variable] != nil {
		return section + ", because of " + found.field
	}
	return section + "." + p.Variable + ", because of " + found.field
}

// hidden shows a text with characters that its line of the spec doesn't show, such as the line break at the end of a block.
func hidden(value *spec.Value) string {
	if value == nil || value.Value.Type() != cty.String || !value.Value.IsKnown() || value.Value.IsNull() {
		return ""
	}
	text := value.Value.AsString()
	unseen := func(r rune) bool { return !strconv.IsPrint(r) }
	if text == strings.TrimSpace(text) && !strings.ContainsFunc(text, unseen) {
		return ""
	}
	if len(text) > 60 {
		return " The text has spaces at an end, or line breaks or other control characters."
	}
	return " The text is " + strconv.Quote(text) + " now."
}

// problem chooses the places of the spec that a diagnostic is about: the elements that are to blame; or else, of all that the failed condition
// reads, one field that the spec writes. The validated variable's own fields come first.
func (l *locator) problem(p *eval.InputProblem) []place {
	var elements []place
	for _, culprit := range p.Culprits {
		if found, ok := l.culprit(p.Call, culprit); ok {
			elements = append(elements, found)
		}
	}
	if len(elements) > 0 {
		return elements
	}
	fallback := l.input(p.Call, p.Variable, nil)
	var paths []place
	for _, traversal := range p.Paths {
		if len(traversal) < 2 {
			continue
		}
		attr, ok := traversal[1].(hcl.TraverseAttr)
		if !ok {
			continue
		}
		found := l.input(p.Call, attr.Name, steps(traversal))
		if found.written && l.exact(p.Call, attr.Name, steps(traversal)) {
			return []place{found}
		}
		paths = append(paths, found)
	}
	if fallback.written {
		return []place{fallback}
	}
	for _, found := range paths {
		if found.written {
			return []place{found}
		}
	}
	return []place{fallback}
}

// culprit finds an element of an input, or what is written within it; false where the spec doesn't write the element.
func (l *locator) culprit(call string, c eval.Culprit) (place, bool) {
	variable := c.Path[0].(cty.GetAttrStep).Name
	value := l.value(call, variable)
	field := cty.GetAttrPath(variable)
	if call != "" {
		field = cty.GetAttrPath(l.sections[call]).GetAttr(variable)
	}
	written := 1
	for ; value != nil && written < len(c.Path); written++ {
		next := value.At(c.Path[written : written+1])
		if next == value {
			break
		}
		value = next
	}
	if value == nil || written < c.Least {
		return place{}, false
	}
	found := at(spec.Field(append(field, c.Path[1:written]...)), value)
	found.core = call == ""
	if c.Key && value.KeyRange != (hcl.Range{}) {
		found.rng, found.value = value.KeyRange, nil
	}
	return found, true
}

// exact tells whether the spec writes the very field that steps lead to.
func (l *locator) exact(call, variable string, path cty.Path) bool {
	value := l.value(call, variable)
	if value == nil {
		// Or the template sets it from a core field.
		c := l.template.root.Calls[l.sections[call]]
		return c != nil && c.Inputs()[variable] != nil
	}
	for i := range path {
		if value.At(path[:i+1]) == value.At(path[:i]) {
			return false
		}
	}
	return true
}

// attribute finds the place in the spec that decides an attribute of a module's resource: the first input that its expression reads,
// through local values and loops; false when it reads none that the spec writes.
func (l *locator) attribute(call string, m *module.Module, e hclsyntax.Expression, loops map[string]hclsyntax.Expression) (place, bool) {
	return l.attributeOf(call, m, e, loops, make(map[string]bool))
}

func (l *locator) attributeOf(call string, m *module.Module, e hclsyntax.Expression, loops map[string]hclsyntax.Expression, seen map[string]bool) (place, bool) {
	for _, traversal := range e.Variables() {
		if len(traversal) < 2 {
			continue
		}
		name, _ := traversal[1].(hcl.TraverseAttr)
		switch traversal.RootName() {
		case "var":
			found := l.input(call, name.Name, steps(traversal))
			if found.written {
				return found, true
			}
		case "local":
			attr := m.Locals[name.Name]
			if attr == nil || seen[name.Name] {
				continue
			}
			seen[name.Name] = true
			if found, ok := l.attributeOf(call, m, attr.Expr, loops, seen); ok {
				return found, true
			}
		default:
			root := traversal.RootName()
			if loop := loops[root]; loop != nil && !seen["loop."+root] {
				seen["loop."+root] = true
				if found, ok := l.attributeOf(call, m, loop, loops, seen); ok {
					return found, true
				}
			}
		}
	}
	return place{}, false
}

// Origins finds the places in a spec that decide what stands in its account's files, for who gets to know of a mistake in these.
type Origins struct {
	locator *locator
	root    *eval.Scope                // of the generic configuration
	files   map[string]*hclsyntax.Body // those of the account that can be read
	content map[string][]byte          // of these
}

// Origins returns the origins of an account's files; input is its spec, with the files that it names. It fails where the spec makes no account.
func (g *Generator) Origins(account *Account, input Input) (*Origins, hcl.Diagnostics) {
	decoded, diags := spec.DecodeWith(input.File, input.Content, g.template.schema, nil, input.Files)
	if diags.HasErrors() {
		return nil, diags
	}
	generic, diags := g.template.compose(decoded)
	if diags.HasErrors() {
		return nil, diags
	}
	root, diags := g.bind(generic)
	if diags.HasErrors() {
		return nil, diags
	}
	o := &Origins{
		locator: &locator{template: g.template, spec: decoded, sections: generic.sections}, root: root, files: make(map[string]*hclsyntax.Body),
		content: account.Files(),
	}
	for name, text := range o.content {
		if path.Ext(name) != ".tf" {
			continue
		}
		if f, diags := hclsyntax.ParseConfig(text, name, hcl.InitialPos); !diags.HasErrors() {
			o.files[name] = f.Body.(*hclsyntax.Body)
		}
	}
	return o, nil
}

// At returns the field of the spec that decides a line of a file, and where it is written: the one that an argument of a resource comes from, or else the
// section. It is false where the spec writes neither, and where a line is the same whatever the spec says.
func (o *Origins) At(file string, line int) (field string, rng hcl.Range, ok bool) {
	steps, attr := o.line(file, line)
	if len(steps) == 0 {
		return "", hcl.Range{}, false
	}
	block := steps[0]
	call, m := o.module(path.Dir(file))
	var found place
	switch {
	case m == nil:
		return "", hcl.Range{}, false
	case block.Type == "module" && call == "":
		call = block.Labels[0]
		if attr != "" && !module.IsMetaArgument(attr) {
			found = o.locator.input(call, attr, nil)
		}
	case block.Type == "terraform":
		way := settings(steps, attr)
		if call != "" || !o.locator.exact("", "terraform", way) {
			return "", hcl.Range{}, false
		}
		found = o.locator.core("terraform", way)
	default:
		found = o.argument(call, m, steps, attr)
	}
	if found.written {
		return found.field, found.rng, true
	}
	section := o.locator.sections[call]
	if written := o.locator.spec.Sections[section]; written != nil {
		return section, written.KeyRange, true
	}
	return "", hcl.Range{}, false
}

// line returns the blocks around a line, the outermost first, and the argument of the innermost that the line is a part of; "" for none.
func (o *Origins) line(file string, line int) (steps hclsyntax.Blocks, attr string) {
	within := func(rng hcl.Range) bool { return rng.Start.Line <= line && line <= rng.End.Line }
	for body := o.files[file]; body != nil; {
		inner := body.Blocks
		for name, a := range body.Attributes {
			if within(a.SrcRange) {
				return steps, name
			}
		}
		body = nil
		for _, block := range inner {
			if within(block.Range()) {
				steps, body = append(steps, block), block.Body
			}
		}
	}
	return steps, ""
}

// module returns the module that stands generically behind a directory of the account, and the block that calls it; nil for none.
func (o *Origins) module(dir string) (string, *module.Module) {
	if dir == "." {
		return "", o.root.Module
	}
	for _, name := range sortedKeys(o.files) {
		if path.Dir(name) != "." {
			continue
		}
		for _, block := range o.files[name].Blocks {
			if source, ok := literalString(block.Body.Attributes["source"]); ok && block.Type == "module" && path.Clean(source) == dir {
				if child := o.root.Children[block.Labels[0]]; child != nil {
					return block.Labels[0], child.Module
				}
			}
		}
	}
	return "", nil
}

// settings is the way below the core key terraform to what decides a line of a terraform block.
func settings(steps hclsyntax.Blocks, attr string) cty.Path {
	var way cty.Path
	for _, block := range steps[1:] {
		switch block.Type {
		case "required_providers":
			return cty.GetAttrPath("aws_provider_version")
		case "backend":
			way = append(way, cty.GetAttrStep{Name: block.Type}, cty.GetAttrStep{Name: block.Labels[0]})
		}
	}
	if attr != "" {
		way = append(way, cty.GetAttrStep{Name: attr})
	}
	return way
}

// argument finds what decides an argument of a resource, a data source or a provider configuration. Where the module has several blocks that the argument could be of,
// it must be the same for all.
func (o *Origins) argument(call string, m *module.Module, steps hclsyntax.Blocks, attr string) place {
	var found []place
	var visit func(body *hclsyntax.Body, below hclsyntax.Blocks, loops map[string]hclsyntax.Expression)
	visit = func(body *hclsyntax.Body, below hclsyntax.Blocks, loops map[string]hclsyntax.Expression) {
		if len(below) == 0 {
			if a := body.Attributes[attr]; a != nil {
				where, _ := o.locator.attribute(call, m, a.Expr, loops)
				found = append(found, where)
			}
			return
		}
		for _, block := range body.Blocks {
			switch {
			case block.Type == below[0].Type:
				visit(block.Body, below[1:], loops)
			case block.Type == "dynamic" && slices.Equal(block.Labels, []string{below[0].Type}) && block.Body.Attributes["for_each"] != nil:
				iterator := below[0].Type
				if a := block.Body.Attributes["iterator"]; a != nil {
					iterator = hcl.ExprAsKeyword(a.Expr)
				}
				inner := maps.Clone(loops)
				inner[iterator] = block.Body.Attributes["for_each"].Expr
				for _, content := range block.Body.Blocks {
					visit(content.Body, below[1:], inner)
				}
			}
		}
	}
	for _, file := range m.Files {
		for _, block := range file.Body.Blocks {
			if block.Type != steps[0].Type || !slices.Equal(block.Labels, steps[0].Labels) || alias(block) != alias(steps[0]) {
				continue
			}
			loops := make(map[string]hclsyntax.Expression)
			if a := block.Body.Attributes["for_each"]; a != nil {
				loops["each"] = a.Expr
			}
			visit(block.Body, steps[1:], loops)
		}
	}
	for _, other := range found {
		if other.rng != found[0].rng {
			return place{}
		}
	}
	if len(found) == 0 {
		return place{}
	}
	return found[0]
}

func alias(block *hclsyntax.Block) string {
	name, _ := literalString(block.Body.Attributes["alias"])
	return name
}
