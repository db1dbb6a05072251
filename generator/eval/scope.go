// Package eval gives the names of a module instance their values: what the spec decides is known, everything else is unknown with as
// precise a type as the variables and the provider's schema allow.
package eval

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"

	"plinth/generator/module"
)

// Types tells the type of one instance of a resource or data source; false where it is not known.
type Types interface {
	Type(mode, typ string) (cty.Type, bool)
}

// Scope is one instance of a module: its inputs, and lazily the values of all other names. It is not safe for concurrent use.
type Scope struct {
	Module   *module.Module
	Children map[string]*Scope // by the name of the module block; none for modules that are not local or have no instance

	tree      *module.Tree
	types     Types
	functions map[string]function.Function
	inputs    map[string]cty.Value
	memo      map[string]cty.Value
	pending   map[string]bool
	context   *hcl.EvalContext
	diags     hcl.Diagnostics
	planned   bool // references to arguments of resources are what the configuration sets these to
}

// NewRoot returns the scope of a tree's root module under the given inputs; an input that is left out takes the variable's default. The
// diagnostics are of inputs that do not convert.
func NewRoot(tree *module.Tree, types Types, inputs map[string]cty.Value) (*Scope, hcl.Diagnostics) {
	s := newScope(tree, tree.Root, types, Functions())
	for name, v := range tree.Root.Variables {
		if v.Sensitive || v.Ephemeral {
			s.inputs[name] = cty.UnknownVal(v.Type)
			continue
		}
		given, ok := inputs[name]
		if !ok {
			if v.Required() {
				s.inputs[name] = cty.UnknownVal(v.Type)
			} else {
				s.inputs[name] = v.Default
			}
			continue
		}
		value, err := v.Convert(given)
		if err != nil {
			s.diags = append(s.diags, &hcl.Diagnostic{
				Severity: hcl.DiagError,
				Summary:  "Wrong type",
				Detail:   "The value of " + name + " does not fit: " + err.Error() + ".",
				Subject:  v.Block.DefRange().Ptr(),
			})
		}
		s.inputs[name] = normalize(value)
	}
	s.resolve()
	return s, s.collectDiags()
}

// NewPlanned is NewRoot for a configuration that is only looked at: what a resource's arguments are set to is their value for whoever refers to them, as it
// is in a plan. With NewRoot they are unknown, so that references stay references.
func NewPlanned(tree *module.Tree, types Types) (*Scope, hcl.Diagnostics) {
	s := newScope(tree, tree.Root, types, Functions())
	s.planned = true
	for name, v := range tree.Root.Variables {
		s.inputs[name] = cty.UnknownVal(v.Type)
	}
	s.resolve()
	return s, s.collectDiags()
}

func newScope(tree *module.Tree, m *module.Module, types Types, functions map[string]function.Function) *Scope {
	return &Scope{
		Module:    m,
		Children:  make(map[string]*Scope),
		tree:      tree,
		types:     types,
		functions: functions,
		inputs:    make(map[string]cty.Value),
		memo:      make(map[string]cty.Value),
		pending:   make(map[string]bool),
	}
}

func (s *Scope) collectDiags() hcl.Diagnostics {
	diags := s.diags
	for _, name := range sortedKeys(s.Children) {
		diags = append(diags, s.Children[name].collectDiags()...)
	}
	return diags
}

// resolve evaluates every name once, so that Context can be shared by all expressions of the instance.
func (s *Scope) resolve() {
	for _, name := range sortedKeys(s.Module.Calls) {
		s.call(name)
	}
	s.Context()
	for _, name := range sortedKeys(s.Children) {
		s.Children[name].resolve()
	}
}

// Input returns the value of a variable as the module sees it.
func (s *Scope) Input(name string) cty.Value {
	if v, ok := s.inputs[name]; ok {
		return v
	}
	return cty.DynamicVal
}

// Context returns the evaluation context that holds every name of the module. each, count and self are unknown in it; wrap it in a child
// context to bind them.
func (s *Scope) Context() *hcl.EvalContext {
	if s.context != nil {
		return s.context
	}
	variables := map[string]cty.Value{
		"path": cty.ObjectVal(map[string]cty.Value{
			"module": cty.UnknownVal(cty.String).RefineNotNull(), "root": cty.UnknownVal(cty.String).RefineNotNull(), "cwd": cty.UnknownVal(cty.String).RefineNotNull(),
		}),
		"terraform": cty.ObjectVal(map[string]cty.Value{"workspace": cty.UnknownVal(cty.String).RefineNotNull(), "applying": cty.UnknownVal(cty.Bool).RefineNotNull()}),
		"each":      cty.DynamicVal,
		"count":     cty.ObjectVal(map[string]cty.Value{"index": cty.UnknownVal(cty.Number).RefineNotNull()}),
		"self":      cty.DynamicVal,
	}
	vars := make(map[string]cty.Value, len(s.inputs))
	for name := range s.Module.Variables {
		vars[name] = s.Input(name)
	}
	variables["var"] = cty.ObjectVal(vars)
	locals := make(map[string]cty.Value, len(s.Module.Locals))
	for _, name := range sortedKeys(s.Module.Locals) {
		locals[name] = s.local(name)
	}
	variables["local"] = cty.ObjectVal(locals)
	calls := make(map[string]cty.Value, len(s.Module.Calls))
	for _, name := range sortedKeys(s.Module.Calls) {
		calls[name] = s.call(name)
	}
	variables["module"] = cty.ObjectVal(calls)
	managed, data := make(map[string]map[string]cty.Value), make(map[string]map[string]cty.Value)
	for _, key := range sortedKeys(s.Module.Resources) {
		r := s.Module.Resources[key]
		byType := managed
		if r.Mode == "data" {
			byType = data
		}
		if byType[r.Type] == nil {
			byType[r.Type] = make(map[string]cty.Value)
		}
		byType[r.Type][r.Name] = s.resource(r)
	}
	for typ, byName := range managed {
		variables[typ] = cty.ObjectVal(byName)
	}
	dataTypes := make(map[string]cty.Value, len(data))
	for typ, byName := range data {
		dataTypes[typ] = cty.ObjectVal(byName)
	}
	variables["data"] = cty.ObjectVal(dataTypes)
	s.context = &hcl.EvalContext{Variables: variables, Functions: s.functionsOf()}
	return s.context
}

// functionsOf adds a stand-in for each function that the module calls and nobody knows, so that its result is unknown and not an error.
func (s *Scope) functionsOf() map[string]function.Function {
	var unknown []string
	for _, name := range s.Module.Functions {
		if _, known := s.functions[name]; !known {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) == 0 {
		return s.functions
	}
	all := make(map[string]function.Function, len(s.functions)+len(unknown))
	for name, f := range s.functions {
		all[name] = f
	}
	for _, name := range unknown {
		all[name] = Opaque(cty.DynamicPseudoType)
	}
	return all
}

// Value evaluates an expression of the module. The names of extra, such as each, count or an iterator, shadow the module's.
func (s *Scope) Value(expr hcl.Expression, extra map[string]cty.Value) (cty.Value, hcl.Diagnostics) {
	ctx := s.Context()
	if len(extra) > 0 {
		ctx = ctx.NewChild()
		ctx.Variables = extra
	}
	value, diags := expr.Value(ctx)
	return normalize(value), diags
}

// lazily evaluates an expression while Context is still being built: only the names that it uses are looked up.
func (s *Scope) lazily(expr hclsyntax.Expression, extra map[string]cty.Value) (cty.Value, hcl.Diagnostics) {
	if s.context != nil {
		return s.Value(expr, extra)
	}
	trees := make(map[string]map[string]cty.Value)
	dataTypes := make(map[string]map[string]cty.Value)
	put := func(m map[string]map[string]cty.Value, a, b string, v cty.Value) {
		if m[a] == nil {
			m[a] = make(map[string]cty.Value)
		}
		m[a][b] = v
	}
	variables := make(map[string]cty.Value)
	for _, traversal := range expr.Variables() {
		root, second := traversal.RootName(), stepName(traversal, 1)
		switch root {
		case "var":
			put(trees, "var", second, s.Input(second))
		case "local":
			put(trees, "local", second, s.local(second))
		case "module":
			put(trees, "module", second, s.call(second))
		case "data":
			if r := s.Module.Resources["data."+second+"."+stepName(traversal, 2)]; r != nil {
				put(dataTypes, second, r.Name, s.resource(r))
			}
		case "path", "terraform", "each", "count", "self":
			variables[root] = cty.DynamicVal
		default:
			if r := s.Module.Resources[root+"."+second]; r != nil {
				put(trees, root, second, s.resource(r))
			}
		}
	}
	for root, values := range trees {
		variables[root] = cty.ObjectVal(values)
	}
	if len(dataTypes) > 0 {
		types := make(map[string]cty.Value, len(dataTypes))
		for typ, values := range dataTypes {
			types[typ] = cty.ObjectVal(values)
		}
		variables["data"] = cty.ObjectVal(types)
	}
	for name, value := range extra {
		variables[name] = value
	}
	value, diags := expr.Value(&hcl.EvalContext{Variables: variables, Functions: s.functionsOf()})
	return normalize(value), diags
}

// remember computes a name's value once; a name that depends on itself is unknown.
func (s *Scope) remember(key string, compute func() cty.Value) cty.Value {
	if v, ok := s.memo[key]; ok {
		return v
	}
	if s.pending[key] {
		return cty.DynamicVal
	}
	s.pending[key] = true
	v := compute()
	delete(s.pending, key)
	s.memo[key] = v
	return v
}

func (s *Scope) local(name string) cty.Value {
	attr := s.Module.Locals[name]
	if attr == nil {
		return cty.DynamicVal
	}
	return s.remember("local."+name, func() cty.Value {
		value, diags := s.lazily(attr.Expr, nil)
		if diags.HasErrors() {
			return cty.DynamicVal
		}
		return value
	})
}

// resource returns what a reference to the resource stands for: an object, a tuple under count, an object of objects under for_each.
func (s *Scope) resource(r *module.Resource) cty.Value {
	return s.remember(r.Key(), func() cty.Value {
		one := s.instance(r)
		switch {
		case r.Count != nil:
			count, ok := s.Count(r)
			if !ok {
				return cty.DynamicVal
			}
			if count == 0 {
				return cty.EmptyTupleVal
			}
			instances := make([]cty.Value, count)
			for i := range instances {
				instances[i] = one
			}
			return cty.TupleVal(instances)
		case r.ForEach != nil:
			keys, ok := s.Keys(r)
			if !ok {
				return cty.DynamicVal
			}
			instances := make(map[string]cty.Value, len(keys))
			for key := range keys {
				instances[key] = one
			}
			return cty.ObjectVal(instances)
		}
		return one
	})
}

func (s *Scope) instance(r *module.Resource) cty.Value {
	if s.types == nil {
		return cty.DynamicVal
	}
	typ, ok := s.types.Type(r.Mode, r.Type)
	if !ok || !typ.IsObjectType() {
		return cty.DynamicVal
	}
	attrs := make(map[string]cty.Value, len(typ.AttributeTypes()))
	for name, t := range typ.AttributeTypes() {
		attrs[name] = cty.UnknownVal(t)
		// What the configuration sets to a value is that value in the plan. It stays unknown, so that references to it, and with them the
		// order of creation, stay; but it is not null.
		if attr := r.Block.Body.Attributes[name]; attr != nil && t.IsPrimitiveType() {
			if v, diags := s.lazily(attr.Expr, nil); !diags.HasErrors() && v.IsKnown() && !v.IsNull() {
				attrs[name] = attrs[name].RefineNotNull()
			}
		}
		if s.planned {
			attrs[name] = s.argument(r.Block.Body, name, t)
		}
	}
	return cty.ObjectVal(attrs)
}

// argument is what a body sets an argument, or a list of blocks, to; unknown if it sets it to nothing, or if that can't be told.
func (s *Scope) argument(body *hclsyntax.Body, name string, t cty.Type) cty.Value {
	if attr := body.Attributes[name]; attr != nil {
		if v, diags := s.lazily(attr.Expr, nil); !diags.HasErrors() {
			if converted, err := convert.Convert(v, t); err == nil {
				return converted
			}
		}
		return cty.UnknownVal(t)
	}
	if !t.IsListType() || !t.ElementType().IsObjectType() {
		return cty.UnknownVal(t)
	}
	var blocks []cty.Value
	for _, block := range body.Blocks {
		if block.Type == "dynamic" && slices.Contains(block.Labels, name) {
			return cty.UnknownVal(t)
		}
		if block.Type != name {
			continue
		}
		fields := make(map[string]cty.Value)
		for field, inner := range t.ElementType().AttributeTypes() {
			fields[field] = s.argument(block.Body, field, inner)
		}
		blocks = append(blocks, cty.ObjectVal(fields))
	}
	if len(blocks) == 0 {
		return cty.UnknownVal(t)
	}
	return cty.ListVal(blocks)
}

// maxInstances bounds how many instances of one resource are told apart; more are left to Terraform.
const maxInstances = 1000

// Count returns the number of instances of a resource with count; false when it can't be decided.
func (s *Scope) Count(r *module.Resource) (int, bool) {
	return s.count(r.Count)
}

func (s *Scope) count(expr hclsyntax.Expression) (int, bool) {
	value, diags := s.lazily(expr, nil)
	if diags.HasErrors() || !value.IsWhollyKnown() || value.IsNull() {
		return 0, false
	}
	number, err := convert.Convert(value, cty.Number)
	if err != nil || number.IsNull() {
		return 0, false
	}
	n, accuracy := number.AsBigFloat().Int64()
	if accuracy != 0 || n < 0 || n > maxInstances {
		return 0, false
	}
	return int(n), true
}

// Keys returns the instances of a resource with for_each, by key; false when they can't be decided. The values may be partly unknown.
func (s *Scope) Keys(r *module.Resource) (map[string]cty.Value, bool) {
	return s.keys(r.ForEach)
}

func (s *Scope) keys(expr hclsyntax.Expression) (map[string]cty.Value, bool) {
	value, diags := s.lazily(expr, nil)
	if diags.HasErrors() || !value.IsKnown() || value.IsNull() || value.IsMarked() {
		return nil, false
	}
	typ := value.Type()
	keys := make(map[string]cty.Value)
	switch {
	case typ.Equals(cty.Set(cty.DynamicPseudoType)) && value.LengthInt() == 0: // toset([])
	case typ.IsSetType() && typ.ElementType() == cty.String:
		for it := value.ElementIterator(); it.Next(); {
			_, v := it.Element()
			if v.IsNull() || !v.IsKnown() {
				return nil, false
			}
			keys[v.AsString()] = v
		}
	case typ.IsObjectType() || typ.IsMapType():
		for it := value.ElementIterator(); it.Next(); {
			k, v := it.Element()
			keys[k.AsString()] = v
		}
	default:
		return nil, false
	}
	if len(keys) > maxInstances {
		return nil, false
	}
	return keys, true
}

// Bindings returns what each and count stand for inside a repeated block, whose instances are told apart by key: nil for all of them at
// once, with what they have in common.
func (s *Scope) Bindings(count, forEach hclsyntax.Expression, key *string) map[string]cty.Value {
	switch {
	case count != nil:
		if n, ok := s.count(count); ok && n == 1 {
			return map[string]cty.Value{"count": cty.ObjectVal(map[string]cty.Value{"index": cty.Zero})}
		}
		return nil
	case forEach != nil:
		keys, ok := s.keys(forEach)
		if ok && key != nil {
			return map[string]cty.Value{"each": cty.ObjectVal(map[string]cty.Value{"key": cty.StringVal(*key), "value": keys[*key]})}
		}
		each := map[string]cty.Value{"key": cty.UnknownVal(cty.String).RefineNotNull(), "value": cty.DynamicVal}
		if value, diags := s.lazily(forEach, nil); !diags.HasErrors() && (value.Type().IsMapType() || value.Type().IsSetType()) {
			each["value"] = cty.UnknownVal(value.Type().ElementType())
		}
		return map[string]cty.Value{"each": cty.ObjectVal(each)}
	}
	return nil
}

// CallInstances returns how often a module is called: false when it can't be decided, else the number of instances.
func (s *Scope) CallInstances(c *module.Call) (int, bool) {
	switch {
	case c.Count != nil:
		return s.count(c.Count)
	case c.ForEach != nil:
		keys, ok := s.keys(c.ForEach)
		return len(keys), ok
	}
	return 1, true
}

// call returns the outputs of a called module, and creates the scope of its instance.
func (s *Scope) call(name string) cty.Value {
	c := s.Module.Calls[name]
	if c == nil {
		return cty.DynamicVal
	}
	return s.remember("module."+name, func() cty.Value {
		instances, decided := s.CallInstances(c)
		if decided && instances == 0 {
			if c.Count != nil {
				return cty.EmptyTupleVal
			}
			return cty.EmptyObjectVal
		}
		dir, local := c.LocalDir(s.Module.Dir)
		if !local || s.tree.Modules[dir] == nil {
			return cty.DynamicVal
		}
		child := newScope(s.tree, s.tree.Modules[dir], s.types, s.functions)
		child.planned = s.planned
		s.Children[name] = child
		child.bindInputs(s, c)
		outputs := make(map[string]cty.Value, len(child.Module.Outputs))
		for _, output := range sortedKeys(child.Module.Outputs) {
			outputs[output] = child.output(output)
		}
		one := cty.ObjectVal(outputs)
		switch {
		case !decided:
			return cty.DynamicVal
		case c.Count != nil:
			list := make([]cty.Value, instances)
			for i := range list {
				list[i] = one
			}
			return cty.TupleVal(list)
		case c.ForEach != nil:
			keys, _ := s.keys(c.ForEach)
			byKey := make(map[string]cty.Value, len(keys))
			for key := range keys {
				byKey[key] = one
			}
			return cty.ObjectVal(byKey)
		}
		return one
	})
}

func (s *Scope) bindInputs(parent *Scope, c *module.Call) {
	arguments := c.Inputs()
	extra := parent.Bindings(c.Count, c.ForEach, nil)
	for _, name := range sortedKeys(s.Module.Variables) {
		v := s.Module.Variables[name]
		attr := arguments[name]
		switch {
		case attr == nil && v.Required():
			s.inputs[name] = cty.UnknownVal(v.Type)
			s.diags = append(s.diags, &hcl.Diagnostic{
				Severity: hcl.DiagError,
				Summary:  "Missing argument",
				Detail:   "The module " + c.Name + " needs the argument " + name + "; add it.",
				Subject:  c.Block.DefRange().Ptr(),
				Extra:    &InputProblem{Call: c.Name, Variable: name},
			})
		case v.Sensitive || v.Ephemeral:
			s.inputs[name] = cty.UnknownVal(v.Type)
		case attr == nil:
			s.inputs[name] = v.Default
		default:
			given, diags := parent.lazily(attr.Expr, extra)
			if diags.HasErrors() {
				s.inputs[name] = cty.UnknownVal(v.Type)
				s.diags = append(s.diags, diags...)
				continue
			}
			value, err := v.Convert(given)
			if err == nil && !v.Nullable && v.Required() && value.IsKnown() && value.IsNull() {
				err = errNull
			}
			if err != nil {
				s.diags = append(s.diags, &hcl.Diagnostic{
					Severity: hcl.DiagError,
					Summary:  "Wrong type",
					Detail:   "The value of " + name + " does not fit: " + err.Error() + ".",
					Subject:  attr.Expr.Range().Ptr(),
					Extra:    &InputProblem{Call: c.Name, Variable: name},
				})
				value = cty.UnknownVal(v.Type)
			}
			s.inputs[name] = normalize(value)
		}
	}
}

func (s *Scope) output(name string) cty.Value {
	return s.remember("output."+name, func() cty.Value {
		o := s.Module.Outputs[name]
		if o.Value == nil || o.Sensitive {
			return cty.DynamicVal
		}
		value, diags := s.lazily(o.Value, nil)
		if diags.HasErrors() {
			return cty.DynamicVal
		}
		return value
	})
}

// normalize replaces sets that are not wholly known by unknown sets (their elements may turn out equal), and drops marks by making what was
// marked unknown.
func normalize(value cty.Value) cty.Value {
	if value == cty.NilVal {
		return cty.DynamicVal
	}
	if value.ContainsMarked() {
		value, _ = value.UnmarkDeep()
		return cty.UnknownVal(value.Type())
	}
	if value.IsWhollyKnown() || !hasSet(value.Type()) {
		return value
	}
	normalized, err := cty.Transform(value, func(_ cty.Path, v cty.Value) (cty.Value, error) {
		if v.Type().IsSetType() && v.IsKnown() && !v.IsNull() && !v.IsWhollyKnown() {
			return cty.UnknownVal(v.Type()), nil
		}
		return v, nil
	})
	if err != nil {
		return cty.UnknownVal(value.Type())
	}
	return normalized
}

func hasSet(t cty.Type) bool {
	switch {
	case t.IsSetType():
		return true
	case t.IsCollectionType():
		return hasSet(t.ElementType())
	case t.IsObjectType():
		for _, a := range t.AttributeTypes() {
			if hasSet(a) {
				return true
			}
		}
	case t.IsTupleType():
		for _, e := range t.TupleElementTypes() {
			if hasSet(e) {
				return true
			}
		}
	}
	return false
}

func stepName(traversal hcl.Traversal, i int) string {
	if i >= len(traversal) {
		return ""
	}
	switch step := traversal[i].(type) {
	case hcl.TraverseAttr:
		return step.Name
	case hcl.TraverseIndex:
		if step.Key.Type() == cty.String && step.Key.IsKnown() && !step.Key.IsNull() {
			return step.Key.AsString()
		}
	}
	return ""
}

// PureFunctions names the functions that give the same result for the same arguments wherever and whenever they are called.
func PureFunctions() map[string]bool {
	impure := impureFunctions()
	pure := make(map[string]bool)
	for name := range Functions() {
		if _, is := impure[name]; !is {
			pure[name] = true
		}
	}
	return pure
}
