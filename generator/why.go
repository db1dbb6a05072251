package generator

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"plinth/generator/eval"
	"plinth/generator/module"
	"plinth/generator/spec"
	"plinth/generator/specialize"
)

// Why is how a block, or an argument of one, came into an account's files.
type Why struct {
	Address string          `json:"address"`
	There   bool            `json:"there"`           // false: the module has it, the account doesn't
	Value   string          `json:"value,omitempty"` // the text of an argument
	Written string          `json:"written,omitempty"`
	Module  string          `json:"module"` // file:line of the module, or the template
	Source  string          `json:"source"` // what stands there
	Steps   []WhyStep       `json:"steps"`
	Decided []Decision      `json:"decided"`
	Below   []BelowDecision `json:"below"` // of a block: what decides its arguments
}

// WhyStep is one thing that specializing did.
type WhyStep struct {
	Path string `json:"path,omitempty"` // below the block
	What string `json:"what"`
	From string `json:"from"`
	To   string `json:"to"`
}

// Decision is a variable of the module, and who set it.
type Decision struct {
	Name  string `json:"name"`
	Value string `json:"value"` // "" if it is known after apply only
	By    string `json:"by"`    // spec, default, or template
	Field string `json:"field,omitempty"`
	Place string `json:"place"` // file:line:column
}

// BelowDecision is an argument of a block, and who decides it.
type BelowDecision struct {
	Path    string     `json:"path"`
	Value   string     `json:"value"`
	Decided []Decision `json:"decided"`
}

// NoAddressError says that there is no such address in an account.
type NoAddressError struct {
	Address string
	Like    []string // what there is, sorted
}

func (e *NoAddressError) Error() string {
	text := fmt.Sprintf("%s: the account has no such block or argument, and no module makes it", e.Address)
	if len(e.Like) > 0 {
		text += "; there is " + strings.Join(e.Like, ", ")
	}
	return text
}

// Explainer traces an account's files back to its spec.
type Explainer struct {
	*Origins
	generator *Generator
	decoded   *spec.Spec
	trace     *specialize.Trace
}

// Explainer renders a spec once more, and keeps what is done on the way.
func (g *Generator) Explainer(input Input) (*Explainer, hcl.Diagnostics) {
	account, diags := g.account(input, Specialized)
	if diags.HasErrors() {
		return nil, diags
	}
	origins, more := g.Origins(account, input)
	if more.HasErrors() {
		return nil, append(diags, more...)
	}
	result, more := g.specializer.TreeWithTrace(origins.root)
	if more.HasErrors() {
		return nil, append(diags, more...)
	}
	return &Explainer{Origins: origins, generator: g, decoded: origins.locator.spec, trace: result.Trace}, diags
}

// address is one of Terraform's, taken apart.
type address struct {
	call  string   // a.b for module.a.module.b
	block string   // aws_x.y, data.aws_x.y, output.a, module.a, provider.aws.a
	path  []string // of the argument, with indexes of blocks
}

var instanceKey = regexp.MustCompile(`\["[^"]*"\]`)

var index = regexp.MustCompile(`\[[^\]]*\]`)

// parseAddress takes an address apart; instance keys are left out, since a block stands for all of its instances.
func parseAddress(text string) (address, bool) {
	var a address
	steps := strings.Split(instanceKey.ReplaceAllString(text, ""), ".")
	take := func(n int) string {
		n = min(n, len(steps))
		taken := strings.Join(steps[:n], ".")
		steps = steps[n:]
		return index.ReplaceAllString(taken, "")
	}
	for len(steps) > 3 && steps[0] == "module" {
		steps = steps[1:]
		a.call = strings.TrimPrefix(a.call+"."+take(1), ".")
	}
	switch {
	case len(steps) < 2:
		return a, false
	case steps[0] == "data":
		a.block = take(3)
	default:
		a.block = take(2)
	}
	if a.block == "" || strings.HasSuffix(a.block, ".") {
		return a, false
	}
	a.path = steps
	return a, true
}

// Why says how what stands at an address came there: module.log_group.aws_cloudwatch_log_group.this, or an argument below it.
func (x *Explainer) Why(text string) (*Why, error) {
	a, ok := parseAddress(text)
	scope := x.scope(a.call)
	if !ok || scope == nil {
		return nil, &NoAddressError{Address: text, Like: x.addresses(text)}
	}
	traced := x.trace.Modules[a.call]
	origin := specialize.Origin{Address: a.block}
	if from, unrolled := traced.Keys[a.block]; unrolled {
		origin = from
	}
	source := blockOf(scope.Module, origin.Address)
	if strings.HasPrefix(a.block, "provider.") && len(a.path) > 0 {
		if aliased := blockOf(scope.Module, a.block+"."+a.path[0]); aliased != nil {
			source, a.block, origin.Address, a.path = aliased, a.block+"."+a.path[0], a.block+"."+a.path[0], a.path[1:]
		}
	}
	if source == nil {
		return nil, &NoAddressError{Address: text, Like: x.addresses(text)}
	}
	w := &Why{Address: text, Steps: []WhyStep{}, Decided: []Decision{}, Below: []BelowDecision{}}
	dir := "."
	if a.call != "" {
		dir = traced.Dir
	}
	file, written := x.written(dir, a.block)
	w.There = written != nil
	loops := make(map[string]hclsyntax.Expression)
	if forEach := source.Body.Attributes["for_each"]; forEach != nil {
		loops["each"] = forEach.Expr
	}
	if len(a.path) == 0 {
		x.whole(w, a, scope, source, written, file, origin, loops)
		return w, nil
	}
	found := argumentsOf(source.Body, a.path, loops)
	var now *hclsyntax.Attribute
	if written != nil {
		if now = attributeAt(written.Body, a.path); now != nil {
			w.Value, w.Written = x.text(file, now), fmt.Sprintf("%s:%d", file, now.SrcRange.Start.Line)
		}
	}
	if len(found) == 0 {
		return nil, &NoAddressError{Address: text, Like: x.addresses(text)}
	}
	w.There = now != nil
	w.Module, w.Source = x.shown(a.call, scope.Module, origin.Address, found[0].attr, a.path)
	x.steps(w, traced, origin, strings.Join(a.path, "."))
	for _, f := range found {
		x.decided(&w.Decided, a.call, scope, f.attr.Expr, f.loops, make(map[string]bool))
		for _, loop := range f.within {
			x.decided(&w.Decided, a.call, scope, loop, f.loops, make(map[string]bool))
		}
	}
	return w, nil
}

// whole is Why of a block: why it is there, and what decides its arguments.
func (x *Explainer) whole(w *Why, a address, scope *eval.Scope, source, written *hclsyntax.Block, file string, origin specialize.Origin, loops map[string]hclsyntax.Expression) {
	w.Module, w.Source = x.shown(a.call, scope.Module, origin.Address, nil, nil)
	if written != nil {
		w.Written = fmt.Sprintf("%s:%d", file, written.DefRange().Start.Line)
	}
	for _, name := range []string{"count", "for_each"} {
		if attr := source.Body.Attributes[name]; attr != nil {
			x.decided(&w.Decided, a.call, scope, attr.Expr, nil, make(map[string]bool))
		}
	}
	for _, s := range x.trace.Modules[a.call].Steps {
		if s.What != specialize.Left && s.Block == origin.Address && s.Path == "" && (s.Key == "" || s.Key == origin.Key) {
			w.Steps = append(w.Steps, WhyStep{What: s.What, From: s.From, To: s.To})
		}
	}
	if section := x.section(a.call); section != "" {
		w.Decided = append(w.Decided, x.on(section))
	}
	if written == nil {
		return
	}
	var visit func(body *hclsyntax.Body, path []string)
	visit = func(body *hclsyntax.Body, path []string) {
		for _, name := range sortedKeys(body.Attributes) {
			here := append(slices.Clone(path), name)
			below := BelowDecision{Path: strings.Join(here, "."), Value: x.text(file, body.Attributes[name]), Decided: []Decision{}}
			for _, f := range argumentsOf(source.Body, here, loops) {
				x.decided(&below.Decided, a.call, scope, f.attr.Expr, f.loops, make(map[string]bool))
			}
			w.Below = append(w.Below, below)
		}
		count := make(map[string]int)
		for _, block := range body.Blocks {
			visit(block.Body, append(slices.Clone(path), fmt.Sprintf("%s[%d]", block.Type, count[block.Type])))
			count[block.Type]++
		}
	}
	visit(written.Body, nil)
}

// steps adds what was done to an argument. Of blocks that a dynamic block became, those of the block that is asked for.
func (x *Explainer) steps(w *Why, traced *specialize.ModuleTrace, origin specialize.Origin, asked string) {
	wanted := strings.Split(asked, ".")
	// A step at the path itself, or at a block around it. A block that was none of several has no number in either.
	same := func(path string) (at, around bool) {
		steps := strings.Split(path, ".")
		if path == "" || len(steps) > len(wanted) {
			return false, false
		}
		for i, step := range steps {
			name, n := indexed(step)
			other, m := indexed(wanted[i])
			if name != other || n != m && strings.Contains(step, "[") {
				return false, false
			}
		}
		return len(steps) == len(wanted), len(steps) < len(wanted)
	}
	for _, s := range traced.Steps {
		if s.Block != origin.Address || s.Key != "" && s.Key != origin.Key {
			continue
		}
		at, around := same(s.Path)
		if s.What == specialize.Left {
			continue
		}
		if at || around && (s.What == specialize.Unlooped || s.What == specialize.Dropped) || origin.Key != "" && s.What == specialize.PerKey {
			w.Steps = append(w.Steps, WhyStep{Path: s.Path, What: s.What, From: s.From, To: s.To})
		}
	}
}

// LeftAlone is something that specializing left as the module has it, although it decides something.
type LeftAlone struct {
	Address string `json:"address"` // of the block, as the module has it
	Path    string `json:"path"`    // below it
	Place   string `json:"place"`   // file:line of the module
	Text    string `json:"text"`
	Why     string `json:"why"`
}

// Left lists what specializing left alone, in the order of the modules. Modules of several calls with the same inputs are there once.
func (x *Explainer) Left() []LeftAlone {
	all := []LeftAlone{}
	seen := make(map[*specialize.ModuleTrace]bool)
	for _, call := range sortedKeys(x.trace.Modules) {
		traced := x.trace.Modules[call]
		if seen[traced] {
			continue
		}
		seen[traced] = true
		prefix := ""
		if call != "" {
			prefix = "module." + strings.ReplaceAll(call, ".", ".module.") + "."
		}
		for _, s := range traced.Steps {
			if s.What != specialize.Left {
				continue
			}
			file := s.Range.Filename
			if call == "" {
				file = "templates/account/" + file
			}
			l := LeftAlone{Address: prefix + s.Block, Path: s.Path, Place: fmt.Sprintf("%s:%d", file, s.Range.Start.Line), Text: strings.Join(strings.Fields(s.From), " "), Why: s.To}
			if !slices.Contains(all, l) {
				all = append(all, l)
			}
		}
	}
	return all
}

// scope is the scope of a module that the account's root calls.
func (x *Explainer) scope(call string) *eval.Scope {
	scope := x.root
	if call == "" {
		return scope
	}
	for _, name := range strings.Split(call, ".") {
		if scope = scope.Children[name]; scope == nil {
			return nil
		}
	}
	return scope
}

// section is the section of the spec whose module a call is of, or is below.
func (x *Explainer) section(call string) string {
	first, _, _ := strings.Cut(call, ".")
	return x.locator.sections[first]
}

// on says why a section is on.
func (x *Explainer) on(section string) Decision {
	d := Decision{Name: "section " + section, Value: "on", By: "default"}
	if written := x.decoded.Sections[section]; written != nil {
		d.By, d.Field, d.Place = "spec", section, position(written.KeyRange)
		return d
	}
	if call := x.generator.template.root.Calls[section]; call != nil {
		d.Place = position(call.Block.DefRange())
	}
	return d
}

// shown is the place and the text of a block of a module, or of an argument of it, as people know them: the root is composed from the template, whose lines are others.
func (x *Explainer) shown(call string, m *module.Module, address string, attr *hclsyntax.Attribute, below []string) (place, text string) {
	dir := m.Dir
	if call == "" {
		dir, attr, m = "templates/account", nil, x.generator.template.root
	}
	block := blockOf(m, address)
	if block == nil {
		return dir, ""
	}
	rng := block.DefRange()
	if found := argumentsOf(block.Body, below, nil); call == "" && len(found) > 0 {
		attr = found[0].attr
	}
	if attr != nil {
		rng = attr.SrcRange
	}
	for _, file := range m.Files {
		if path.Base(rng.Filename) == file.Name {
			return fmt.Sprintf("%s/%s:%d", dir, file.Name, rng.Start.Line), strings.TrimSpace(string(file.Bytes[rng.Start.Byte:rng.End.Byte]))
		}
	}
	return dir, ""
}

func blockOf(m *module.Module, address string) *hclsyntax.Block {
	for _, file := range m.Files {
		for _, block := range file.Body.Blocks {
			if blockAddress(block) == address {
				return block
			}
		}
	}
	return nil
}

func blockAddress(block *hclsyntax.Block) string {
	switch block.Type {
	case "resource":
		return strings.Join(block.Labels, ".")
	case "provider":
		if name := alias(block); name != "" {
			return "provider." + block.Labels[0] + "." + name
		}
	}
	return strings.Join(append([]string{block.Type}, block.Labels...), ".")
}

// written is a block in the account's files.
func (x *Explainer) written(dir, wanted string) (string, *hclsyntax.Block) {
	for _, name := range sortedKeys(x.files) {
		if path.Dir(name) != dir {
			continue
		}
		for _, block := range x.files[name].Blocks {
			if blockAddress(block) == wanted {
				return name, block
			}
		}
	}
	return "", nil
}

func (x *Explainer) text(file string, attr *hclsyntax.Attribute) string {
	rng := attr.Expr.Range()
	return strings.TrimSpace(string(x.content[file][rng.Start.Byte:rng.End.Byte]))
}

func attributeAt(body *hclsyntax.Body, path []string) *hclsyntax.Attribute {
	for _, step := range path[:len(path)-1] {
		name, at := indexed(step)
		var next *hclsyntax.Body
		for _, block := range body.Blocks {
			if block.Type != name {
				continue
			}
			if at == 0 {
				next = block.Body
				break
			}
			at--
		}
		if next == nil {
			return nil
		}
		body = next
	}
	return body.Attributes[path[len(path)-1]]
}

// indexed takes rule[1] apart; without an index it is the first.
func indexed(step string) (string, int) {
	name, rest, _ := strings.Cut(step, "[")
	at := 0
	_, _ = fmt.Sscanf(rest, "%d", &at) // what is no number is the first
	return name, at
}

// sourceArgument is an argument in a module, with what its iterators go through and the dynamic blocks around it.
type sourceArgument struct {
	attr   *hclsyntax.Attribute
	loops  map[string]hclsyntax.Expression
	within []hclsyntax.Expression
}

// argumentsOf finds what an argument of the output can have been in the module.
func argumentsOf(body *hclsyntax.Body, path []string, loops map[string]hclsyntax.Expression) []sourceArgument {
	if len(path) == 0 {
		return nil
	}
	name, _ := indexed(path[0])
	if len(path) == 1 {
		if attr := body.Attributes[name]; attr != nil {
			return []sourceArgument{{attr: attr, loops: loops}}
		}
		return nil
	}
	var found []sourceArgument
	for _, block := range body.Blocks {
		switch {
		case block.Type == name:
			found = append(found, argumentsOf(block.Body, path[1:], loops)...)
		case block.Type == "dynamic" && len(block.Labels) == 1 && block.Labels[0] == name && block.Body.Attributes["for_each"] != nil:
			iterator := name
			if a := block.Body.Attributes["iterator"]; a != nil {
				iterator = hcl.ExprAsKeyword(a.Expr)
			}
			forEach := block.Body.Attributes["for_each"].Expr
			inner := map[string]hclsyntax.Expression{iterator: forEach}
			for n, e := range loops {
				if n != iterator {
					inner[n] = e
				}
			}
			for _, content := range block.Body.Blocks {
				for _, f := range argumentsOf(content.Body, path[1:], inner) {
					f.within = append(f.within, forEach)
					found = append(found, f)
				}
			}
		}
	}
	return found
}

// decided adds the variables that an expression reads, through local values and loops, and who set them.
func (x *Explainer) decided(all *[]Decision, call string, scope *eval.Scope, e hclsyntax.Expression, loops map[string]hclsyntax.Expression, seen map[string]bool) {
	for _, traversal := range e.Variables() {
		root, name := traversal.RootName(), ""
		if len(traversal) > 1 {
			if attr, ok := traversal[1].(hcl.TraverseAttr); ok {
				name = attr.Name
			}
		}
		switch {
		case seen[root+"."+name]:
		case root == "var" && scope.Module.Variables[name] != nil:
			seen["var."+name] = true
			d := x.variable(call, scope, name, steps(traversal))
			if !slices.Contains(*all, d) {
				*all = append(*all, d)
			}
		case root == "local" && scope.Module.Locals[name] != nil:
			seen["local."+name] = true
			x.decided(all, call, scope, scope.Module.Locals[name].Expr, nil, seen)
		case loops[root] != nil && !seen["loop "+root]:
			seen["loop "+root] = true
			x.decided(all, call, scope, loops[root], loops, seen)
		}
	}
}

// variable says who set a variable, or a part of it.
func (x *Explainer) variable(call string, scope *eval.Scope, name string, steps cty.Path) Decision {
	d := Decision{Name: spec.Field(append(cty.GetAttrPath("var").GetAttr(name), steps...)), Value: valueText(scope.Input(name), steps)}
	if parent, own, nested := cutLast(call); nested {
		// What a module passes on to one of its own is decided where it is called.
		outer := x.scope(parent)
		if attr := outer.Module.Calls[own].Inputs()[name]; attr != nil {
			var passed []Decision
			x.decided(&passed, parent, outer, attr.Expr, nil, make(map[string]bool))
			if len(passed) > 0 {
				d.By, d.Field, d.Place = passed[0].By, passed[0].Field, passed[0].Place
				return d
			}
			d.By, d.Place = "template", position(attr.SrcRange)
			return d
		}
	} else {
		found := x.locator.input(call, name, steps)
		if found.written {
			d.By, d.Field, d.Place = "spec", found.field, position(found.rng)
			return d
		}
		if call == "" && x.decoded.Core[name] == nil {
			d.Field = name
		} else if c := x.generator.template.root.Calls[x.section(call)]; c != nil {
			if attr := c.Inputs()[name]; attr != nil {
				d.By, d.Place = "template", position(attr.SrcRange)
				return d
			}
			d.Field = found.field
		}
	}
	v := scope.Module.Variables[name]
	d.By, d.Place = "default", position(v.Block.DefRange())
	if attr := v.Block.Body.Attributes["default"]; attr != nil {
		d.Place = position(attr.SrcRange)
	}
	if call == "" {
		d.Place = "templates/account/" + d.Place
	}
	return d
}

func cutLast(call string) (parent, own string, nested bool) {
	at := strings.LastIndex(call, ".")
	if at < 0 {
		return "", call, false
	}
	return call[:at], call[at+1:], true
}

// valueText is a value, or a part of it, as Terraform writes it; "" if it isn't known or is sensitive.
func valueText(v cty.Value, steps cty.Path) string {
	if part, err := steps.Apply(v); err == nil {
		v = part
	}
	if v == cty.NilVal || v.ContainsMarked() || !v.IsWhollyKnown() {
		return ""
	}
	return terraformText(v)
}

func position(rng hcl.Range) string {
	return fmt.Sprintf("%s:%d:%d", rng.Filename, rng.Start.Line, rng.Start.Column)
}

// addresses are what there is that begins as an address does, or else whose name is in it; at most ten.
func (x *Explainer) addresses(like string) []string {
	var all []string
	for _, call := range sortedKeys(x.trace.Modules) {
		dir, prefix := ".", ""
		if call != "" {
			dir, prefix = x.trace.Modules[call].Dir, "module."+strings.ReplaceAll(call, ".", ".module.")+"."
		}
		for _, name := range sortedKeys(x.files) {
			if path.Dir(name) != dir {
				continue
			}
			for _, block := range x.files[name].Blocks {
				if block.Type == "resource" || block.Type == "data" || block.Type == "output" && call == "" {
					all = append(all, prefix+blockAddress(block))
				}
			}
		}
	}
	slices.Sort(all)
	steps := strings.Split(like, ".")
	for n := len(steps); n > 0; n-- {
		prefix := strings.Join(steps[:n], ".")
		var found []string
		for _, address := range all {
			if strings.HasPrefix(address, prefix) || strings.Contains(address, "."+prefix) {
				found = append(found, address)
			}
		}
		if len(found) > 0 {
			return found[:min(len(found), 10)]
		}
	}
	return nil
}
