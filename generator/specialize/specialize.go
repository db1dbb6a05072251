// Package specialize turns a generic Terraform configuration, in which the spec's values are arguments, into a straight-line one: known values
// are folded, decided conditionals keep their branch, blocks without instances go, and what nobody reads any more is swept.
//
// Whatever a rule can't decide stays as it is written. The result must plan exactly what the generic configuration plans.
package specialize

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/zclconf/go-cty/cty"

	"plinth/generator/edit"
	"plinth/generator/eval"
	"plinth/generator/module"
)

// Schema is what is known of the provider: the types of resources and how their blocks nest.
type Schema interface {
	eval.Types
	Block(mode, typ string) (*tfjson.SchemaBlock, bool)
}

// unit is one directory of the output: a module, for all calls that come out with the same text.
type unit struct {
	scope     *eval.Scope
	id        string // stands for dir in source arguments until it is known which units are the same
	call      string // the module block that called it first
	dir       string
	calls     map[string]*unit // by the name of the module block; those that have instances and a local source
	undecided eval.Undecided
	states    map[string]state
	callState map[string]state
	files     map[string]string
	parsed    *module.Module
	moved     []string
	trace     *ModuleTrace
}

// Specializer specializes configurations of one provider schema. It remembers what equals another configuration's, and may be used by several
// goroutines at once.
type Specializer struct {
	schema    Schema
	pure      map[string]bool
	formatted memo
}

// New returns a Specializer. schema may be empty but not nil.
func New(schema Schema) *Specializer {
	return &Specializer{schema: schema, pure: eval.PureFunctions()}
}

// Result is a specialized configuration.
type Result struct {
	Files   map[string][]byte         // by slash-separated path, seen from the root module's directory
	Modules map[string]*module.Module // the same files, parsed, by directory; their positions aren't those of the files
	Trace   *Trace                    // nil from Tree
}

// Tree specializes the configuration of a scope.
func (z *Specializer) Tree(root *eval.Scope) (*Result, hcl.Diagnostics) {
	return (&specializer{Specializer: z}).tree(root)
}

// TreeWithTrace is Tree, and tells what was done.
func (z *Specializer) TreeWithTrace(root *eval.Scope) (*Result, hcl.Diagnostics) {
	return (&specializer{Specializer: z, trace: &Trace{Modules: make(map[string]*ModuleTrace)}}).tree(root)
}

func (s *specializer) tree(root *eval.Scope) (*Result, hcl.Diagnostics) {
	top, diags := s.units(root)
	if diags.HasErrors() {
		return nil, diags
	}
	for _, u := range s.all {
		s.rewrite(u)
	}
	for _, u := range s.all {
		parsed, more := module.Parse(u.dir, toBytes(u.files), nil)
		if more.HasErrors() {
			return nil, append(diags, internal(more)...)
		}
		u.parsed = parsed
	}
	s.sweep(top)
	s.merge()
	s.place()
	s.finish(top, "")
	out := &Result{Files: make(map[string][]byte), Modules: make(map[string]*module.Module), Trace: s.trace}
	for _, u := range s.all {
		files, final, more := s.emit(u)
		diags = append(diags, more...)
		dir := path.Clean(relative(top.dir, u.dir))
		for name, content := range files {
			out.Files[path.Join(dir, name)] = content
		}
		if final != nil {
			placed := *final
			placed.Dir = dir
			out.Modules[dir] = &placed
		}
	}
	return out, diags
}

// specializer is the work on one configuration.
type specializer struct {
	*Specializer
	all   []*unit // parents before children
	trace *Trace  // nil where nobody wants to know
}

// units groups the instances of modules by what they are called with.
func (s *specializer) units(root *eval.Scope) (*unit, hcl.Diagnostics) {
	var diags hcl.Diagnostics
	var visit func(scope *eval.Scope, call string) *unit
	visit = func(scope *eval.Scope, call string) *unit {
		undecided, more := scope.Validate(call)
		diags = append(diags, more...)
		for _, u := range s.all {
			if u.scope.Module == scope.Module && sameInputs(u.scope, scope) {
				return u
			}
		}
		u := &unit{
			scope: scope, id: fmt.Sprintf("plinth-unit-%d-", len(s.all)), call: call, dir: scope.Module.Dir,
			calls: make(map[string]*unit), undecided: undecided,
		}
		s.all = append(s.all, u)
		for _, name := range sortedKeys(scope.Children) {
			u.calls[name] = visit(scope.Children[name], name)
		}
		return u
	}
	top := visit(root, "")
	return top, diags
}

// merge makes one unit of those that came out the same although their inputs differ: an input that nothing reads doesn't make a copy.
func (s *specializer) merge() {
	var distinct []*unit
	same := make(map[*unit]*unit)
	for _, u := range slices.Backward(s.all) { // children before parents
		for _, name := range sortedKeys(u.calls) {
			if other := same[u.calls[name]]; other != nil {
				u.replace(u.calls[name].id, other.id)
				u.calls[name] = other
			}
		}
		at := slices.IndexFunc(distinct, func(v *unit) bool { return v.scope.Module == u.scope.Module && maps.Equal(v.files, u.files) })
		if at >= 0 {
			// The earlier call gives the name.
			same[u] = distinct[at]
			distinct[at].call = u.call
			continue
		}
		distinct = append(distinct, u)
	}
	slices.Reverse(distinct)
	s.all = distinct
}

// place gives each unit its directory: the module's own for the first, one named after the module block for others.
func (s *specializer) place() {
	taken := make(map[string]bool)
	for _, u := range s.all {
		if taken[u.dir] {
			u.dir = path.Join(path.Dir(u.dir), u.call)
		}
		for n := 2; taken[u.dir]; n++ {
			u.dir = path.Join(path.Dir(u.dir), fmt.Sprintf("%s_%d", u.call, n))
		}
		taken[u.dir] = true
	}
	for _, u := range s.all {
		for _, name := range sortedKeys(u.calls) {
			source := relative(u.dir, u.calls[name].dir)
			if !strings.HasPrefix(source, "../") {
				source = "./" + source
			}
			u.replace(u.calls[name].id, source)
		}
	}
}

func (u *unit) replace(old, text string) {
	for name := range u.files {
		u.files[name] = strings.ReplaceAll(u.files[name], old, text)
	}
}

func sameInputs(a, b *eval.Scope) bool {
	for name := range a.Module.Variables {
		if !a.Input(name).RawEquals(b.Input(name)) {
			return false
		}
	}
	return true
}

// rewrite specializes the files of a unit.
func (s *specializer) rewrite(u *unit) {
	m := u.scope.Module
	r := &rewriter{mod: m, scope: u.scope, schema: s.schema, pure: s.pure, states: make(map[string]state), calls: make(map[string]state)}
	u.states, u.callState = r.states, r.calls
	u.decideStates(r)
	r.trace = s.traceOf(u)
	u.files = make(map[string]string)
	for _, f := range m.Files {
		r.src = f.Bytes
		var edits []edit.Edit
		for _, block := range f.Body.Blocks {
			edits = append(edits, u.topLevel(r, block)...)
		}
		u.files[f.Name] = edit.Apply(f.Bytes, 0, len(f.Bytes), edits)
	}
	if len(u.moved) > 0 {
		u.files["moved.tf"] = strings.Join(u.moved, "\n")
	}
}

// decideStates decides what becomes of each resource and module block.
func (u *unit) decideStates(r *rewriter) {
	m := u.scope.Module
	for _, key := range sortedKeys(m.Resources) {
		res := m.Resources[key]
		r.states[key] = state{}
		if res.Count != nil {
			if n, ok := u.scope.Count(res); ok && n == 0 {
				r.states[key] = state{kind: dropped}
			} else if ok && n == 1 {
				r.states[key] = state{kind: single}
			}
		}
		if res.ForEach != nil {
			if keys, ok := u.scope.Keys(res); ok && len(keys) == 0 {
				r.states[key] = state{kind: dropped}
			}
		}
	}
	// One block for each key of a resource can make its references to another one so plain that this can have one block for each key, too.
	for again := true; again; {
		again = false
		for _, key := range sortedKeys(m.Resources) {
			if r.states[key].kind == kept && u.unroll(r, m.Resources[key]) {
				again = true
			}
		}
	}
	for _, key := range sortedKeys(m.Resources) {
		res, names := m.Resources[key], r.states[key].unroll
		for _, k := range sortedKeys(names) {
			from, _ := Literal(cty.StringVal(k))
			u.moved = append(u.moved, fmt.Sprintf("moved {\n  from = %s.%s[%s]\n  to   = %s.%s\n}\n", res.Type, res.Name, from, res.Type, names[k]))
		}
	}
	for _, name := range sortedKeys(m.Calls) {
		c := m.Calls[name]
		n, ok := u.scope.CallInstances(c)
		switch {
		case ok && n == 0:
			r.calls[name] = state{kind: dropped}
		case ok && n == 1 && c.Count != nil:
			r.calls[name] = state{kind: single}
			u.moved = append(u.moved, fmt.Sprintf("moved {\n  from = module.%s[0]\n  to   = module.%s\n}\n", name, name))
		default:
			r.calls[name] = state{}
		}
	}
}

// unroll decides that a for_each becomes one block for each key, if it has to and can.
func (u *unit) unroll(r *rewriter, res *module.Resource) bool {
	if res.ForEach == nil {
		return false
	}
	keys, ok := u.scope.Keys(res)
	if !ok || !u.mustUnroll(r, res, keys) {
		return false
	}
	names, named := unrollNames(res, keys, u.scope.Module.Resources)
	if named {
		r.states[res.Key()] = state{kind: unrolled, unroll: names}
	}
	return named
}

// mustUnroll tells whether a for_each has to become one block for each key: its elements are objects, whose attributes a reader would have to look up in a
// table, or a dynamic block in it depends on the key, so that no single block can be straight-line. Only where the instances are wholly known
// and nothing refers to all of them at once.
func (u *unit) mustUnroll(r *rewriter, res *module.Resource, keys map[string]cty.Value) bool {
	if res.Mode != "resource" {
		return false
	}
	depends := false
	for _, v := range keys {
		if !v.IsWhollyKnown() {
			return false
		}
		depends = depends || v.Type().IsObjectType()
	}
	_ = hclsyntax.VisitAll(res.Block.Body, func(node hclsyntax.Node) hcl.Diagnostics {
		block, ok := node.(*hclsyntax.Block)
		if !ok || block.Type != "dynamic" || block.Body.Attributes["for_each"] == nil {
			return nil
		}
		for _, traversal := range block.Body.Attributes["for_each"].Expr.Variables() {
			depends = depends || traversal.RootName() == "each"
		}
		return nil
	})
	if !depends {
		return false
	}
	for _, f := range u.scope.Module.Files {
		for _, block := range f.Body.Blocks {
			within := u.resource(block)
			gone := within != nil && r.states[within.Key()].kind == dropped
			depends = depends && (gone || u.refersByKey(r, block, res, keys))
		}
	}
	return depends
}

// refersByKey tells whether each reference of a block to a resource names one of its keys: as it stands, or in each of the blocks that replace this one.
func (u *unit) refersByKey(r *rewriter, block *hclsyntax.Block, res *module.Resource, keys map[string]cty.Value) bool {
	refers := func(e *hclsyntax.ScopeTraversalExpr) bool {
		return e.Traversal.RootName() == res.Type && len(e.Traversal) >= 2 && attrName(e.Traversal[1]) == res.Name
	}
	all := true
	looked := make(map[*hclsyntax.ScopeTraversalExpr]bool)
	if dependsOn := block.Body.Attributes["depends_on"]; dependsOn != nil {
		_ = hclsyntax.VisitAll(dependsOn.Expr, func(node hclsyntax.Node) hcl.Diagnostics {
			if e, ok := node.(*hclsyntax.ScopeTraversalExpr); ok {
				looked[e] = true // it comes to name each of them
			}
			return nil
		})
	}
	_ = hclsyntax.VisitAll(block.Body, func(node hclsyntax.Node) hcl.Diagnostics {
		switch e := node.(type) {
		case *hclsyntax.IndexExpr:
			if of, ok := e.Collection.(*hclsyntax.ScopeTraversalExpr); ok && refers(of) && len(of.Traversal) == 2 {
				looked[of] = u.namesKey(r, block, e.Key, keys)
			}
		case *hclsyntax.ScopeTraversalExpr:
			if !refers(e) || looked[e] {
				return nil
			}
			index, ok := indexAt(e.Traversal, 2)
			if !ok || index.Key.Type() != cty.String {
				all = false
			} else if _, known := keys[index.Key.AsString()]; !known {
				all = false
			}
		}
		return nil
	})
	return all
}

// resource is the resource of a block; nil if it is none.
func (u *unit) resource(block *hclsyntax.Block) *module.Resource {
	if block.Type != "resource" || len(block.Labels) != 2 {
		return nil
	}
	return u.scope.Module.Resources[block.Labels[0]+"."+block.Labels[1]]
}

// namesKey tells whether an expression in an unrolled block is one of the keys in each of its instances.
func (u *unit) namesKey(r *rewriter, block *hclsyntax.Block, e hclsyntax.Expression, keys map[string]cty.Value) bool {
	within := u.resource(block)
	if within == nil || r.states[within.Key()].kind != unrolled {
		return false
	}
	for key := range r.states[within.Key()].unroll {
		v, ok := r.known(e, r.frame(r.scope.Bindings(nil, within.ForEach, &key)))
		if !ok || v.Type() != cty.String || v.IsNull() {
			return false
		}
		if _, known := keys[v.AsString()]; !known {
			return false
		}
	}
	return true
}

// topLevel specializes one block of a file.
func (u *unit) topLevel(r *rewriter, block *hclsyntax.Block) []edit.Edit {
	switch block.Type {
	case "resource", "data":
		key := strings.Join(block.Labels, ".")
		if block.Type == "data" {
			key = "data." + key
		}
		if res := r.mod.Resources[key]; res != nil && res.Block == block {
			return r.resource(res)
		}
	case "module":
		if len(block.Labels) == 1 {
			return u.moduleCall(r, r.mod.Calls[block.Labels[0]])
		}
	case "locals":
		var edits []edit.Edit
		for _, name := range sortedKeys(block.Body.Attributes) {
			r.at = "local." + name
			edits = append(edits, r.expr(block.Body.Attributes[name].Expr, wantExact, r.frame(nil))...)
		}
		return edits
	case "output":
		r.at = "output." + block.Labels[0]
		var edits []edit.Edit
		for _, name := range []string{"value", "depends_on"} {
			leave := r.within(name)
			switch attr := block.Body.Attributes[name]; {
			case attr == nil:
			case name == "depends_on":
				edits = append(edits, r.references(attr)...)
			default:
				edits = append(edits, r.expr(attr.Expr, wantExact, r.frame(nil))...)
			}
			leave()
		}
		for _, inner := range block.Body.Blocks {
			edits = append(edits, r.body(inner.Body, bodyKind{fallback: wantExact}, r.frame(nil), state{})...)
		}
		return edits
	case "provider":
		return r.provider(block)
	case "variable":
		return u.variable(r, block)
	case "check":
		return r.body(block.Body, bodyKind{fallback: wantExact}, r.frame(nil), state{})
	}
	return nil // terraform, moved, removed, import: no expressions of the module's
}

// provider specializes a provider configuration, whose schema is not known; whatever it takes is of a concrete type.
func (r *rewriter) provider(block *hclsyntax.Block) []edit.Edit {
	r.at = "provider." + block.Labels[0]
	if alias := block.Body.Attributes["alias"]; alias != nil {
		if v, diags := alias.Expr.Value(nil); !diags.HasErrors() && v.Type() == cty.String && v.IsKnown() && !v.IsNull() {
			r.at += "." + v.AsString()
		}
	}
	var edits []edit.Edit
	kind := bodyKind{fallback: wantShape, dropNull: true}
	f := r.frame(nil)
	for _, name := range sortedKeys(block.Body.Attributes) {
		if name != "alias" && name != "version" {
			edits = append(edits, r.attribute(block.Body.Attributes[name], kind, f)...)
		}
	}
	for _, inner := range block.Body.Blocks {
		edits = append(edits, r.block(inner, kind, f)...)
	}
	return edits
}

// variable drops the validations of a variable that were decided: they hold.
func (u *unit) variable(r *rewriter, block *hclsyntax.Block) []edit.Edit {
	v := r.mod.Variables[block.Labels[0]]
	if v == nil || u.undecided[v.Name] || !r.scope.Input(v.Name).IsWhollyKnown() {
		return nil
	}
	var edits []edit.Edit
	for _, validation := range v.Validations {
		edits = append(edits, edit.Remove(r.src, validation.Block.Range()))
	}
	return edits
}

// moduleCall specializes a module block.
func (u *unit) moduleCall(r *rewriter, c *module.Call) []edit.Edit {
	if c == nil {
		return nil
	}
	st := r.calls[c.Name]
	r.at = "module." + c.Name
	if st.kind == dropped {
		r.note(c.Block.DefRange(), Dropped, "")
		return []edit.Edit{edit.Remove(r.src, c.Block.Range())}
	}
	child := u.calls[c.Name]
	f := r.frame(r.scope.Bindings(c.Count, c.ForEach, nil))
	var edits []edit.Edit
	for _, name := range sortedKeys(c.Block.Body.Attributes) {
		attr := c.Block.Body.Attributes[name]
		leave := r.within(name)
		switch name {
		case "source":
			if child != nil {
				edits = append(edits, replaceExpr(attr.Expr, quoteLabel(child.id))...)
			}
		case "version", "providers":
		case "count":
			if st.kind == single {
				r.note(attr.SrcRange, Single, "")
				edits = append(edits, edit.Remove(r.src, attr.SrcRange))
			} else {
				r.left(attr.SrcRange, attr.Expr, r.frame(nil), "several instances have one block")
				edits = append(edits, r.expr(attr.Expr, wantNumber, r.frame(nil))...)
			}
		case "for_each":
			r.left(attr.SrcRange, attr.Expr, r.frame(nil), "the modules below keep their addresses")
			edits = append(edits, r.forEach(attr)...)
		case "depends_on":
			edits = append(edits, r.references(attr)...)
		default:
			w := wantExact
			if child != nil {
				if v := child.scope.Module.Variables[name]; v != nil {
					w = sinkFor(v.Type)
				}
			}
			edits = append(edits, r.expr(attr.Expr, w, f)...)
		}
		leave()
	}
	return edits
}

// emit formats the files of a unit and checks that every name in them exists.
func (s *specializer) emit(u *unit) (map[string][]byte, *module.Module, hcl.Diagnostics) {
	for name, text := range u.files {
		if file := sourceFile(u.scope.Module, name); file != nil {
			u.files[name] = dropHeadings(string(file.Bytes), text)
		}
	}
	final := u.parsed
	if !sameFiles(final, u.files) {
		var diags hcl.Diagnostics
		if final, diags = module.Parse(u.dir, toBytes(u.files), nil); diags.HasErrors() {
			return nil, nil, internal(diags)
		}
	}
	out := make(map[string][]byte)
	for _, file := range final.Files {
		if len(file.Body.Blocks) > 0 {
			out[file.Name] = s.format(file)
		}
	}
	return out, final, dangling(u, final)
}

func sameFiles(m *module.Module, files map[string]string) bool {
	for _, file := range m.Files {
		if string(file.Bytes) != files[file.Name] {
			return false
		}
	}
	return true
}

func sourceFile(m *module.Module, name string) *module.File {
	for _, f := range m.Files {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// internal marks diagnostics of text that plinth wrote itself.
func internal(diags hcl.Diagnostics) hcl.Diagnostics {
	out := make(hcl.Diagnostics, 0, len(diags))
	for _, d := range diags {
		wrapped := *d
		wrapped.Summary = "Specializing failed: " + d.Summary
		wrapped.Detail = d.Detail + " This is a mistake in plinth, not in the spec; please report it. --style generic avoids it."
		out = append(out, &wrapped)
	}
	return out
}

func toBytes(files map[string]string) map[string][]byte {
	out := make(map[string][]byte, len(files))
	for name, text := range files {
		out[name] = []byte(text)
	}
	return out
}

// relative is the path from one directory to another.
func relative(from, to string) string {
	if from == "." {
		return to
	}
	a, b := strings.Split(from, "/"), strings.Split(to, "/")
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	return strings.Repeat("../", len(a)) + strings.Join(b, "/")
}
