package generator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"plinth"
	"plinth/generator/constraint"
	"plinth/generator/eval"
	"plinth/generator/fileset"
	"plinth/generator/module"
	"plinth/generator/spec"
	"plinth/generator/terraform"
)

// hostile are texts that a careless writer of HCL, JSON or YAML breaks on.
var hostile = []string{
	"${x}", "%{ if true }", "$${x}", "%%{x}", "$", "a$", "a%", "$$", "{", "\"quoted\"", "'", "back\\slash", "\\", "\\n", "line\nbreak", "end\n", " space ", "\ttab", "ünï 日本", "🔒", "e\u0301",
	"#x", "// x", "/* x", "<<EOT", "null", "true", "0", "1e3", "-", "", "for", "if", "a:b", "*", "&a", "!x", "@", "`",
}

// keys are names of mapping keys that mean something somewhere.
var hostileKeys = []string{"for", "if", "in", "null", "true", "each", "count", "a b", "1", "a.b", "ü", "a-b", "${x}", "\"", "Name", "aws:x"}

// specWriter writes random specs of a schema. What values may be, it learns from the schema's types, from the texts and numbers in the validations of variables, and from
// the specs that there are: so a new module is written about as well.
type specWriter struct {
	*rand.Rand
	schema   *spec.Schema
	known    map[string][]any // by field, such as "cloudtrail.bucket.transitions.*": values that a spec has there
	literals map[string][]any // by variable, such as "cloudtrail.bucket": what its block says
}

func newSpecWriter(t *testing.T, g *Generator) *specWriter {
	t.Helper()
	w := &specWriter{schema: g.Schema(), known: make(map[string][]any), literals: make(map[string][]any)}
	for name, content := range goodSpecs(t) {
		decoded, diags := spec.Decode(name, []byte(content), w.schema, nil)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		for key, value := range decoded.Core {
			w.learn(key, value.Value)
		}
		for section, written := range decoded.Sections {
			for variable, value := range written.Values {
				w.learn(section+"."+variable, value.Value)
			}
		}
	}
	for field := range w.known { // in an order of their own, as the specs come out of a map
		slices.SortFunc(w.known[field], func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		w.known[field] = slices.Compact(w.known[field])
	}
	for _, v := range w.schema.Core {
		w.literals[v.Name] = literals(v.Block)
	}
	for _, section := range w.schema.Sections {
		for name, v := range section.Variables {
			w.literals[section.Name+"."+name] = literals(v.Block)
		}
	}
	return w
}

// learn takes note of the values of scalars and the keys of mappings.
func (w *specWriter) learn(field string, value cty.Value) {
	switch {
	case value.IsNull() || !value.IsKnown():
	case value.Type() == cty.String:
		w.known[field] = append(w.known[field], value.AsString())
	case value.Type() == cty.Number:
		f, _ := value.AsBigFloat().Float64()
		w.known[field] = append(w.known[field], f)
	case value.CanIterateElements():
		for it := value.ElementIterator(); it.Next(); {
			key, inner := it.Element()
			if key.Type() != cty.String {
				w.learn(field+".*", inner)
				continue
			}
			w.known[field+".key"] = append(w.known[field+".key"], key.AsString())
			w.learn(field+"."+key.AsString(), inner)
			w.learn(field+".*", inner)
		}
	}
}

// literals are the texts and numbers of a variable block; of a number its neighbours, too.
func literals(block *hclsyntax.Block) []any {
	var all []any
	_ = hclsyntax.VisitAll(block.Body, func(node hclsyntax.Node) hcl.Diagnostics {
		if e, ok := node.(*hclsyntax.LiteralValueExpr); ok && !e.Val.IsNull() {
			switch e.Val.Type() {
			case cty.String:
				if text := e.Val.AsString(); len(text) < 60 {
					all = append(all, text)
				}
			case cty.Number:
				f, _ := e.Val.AsBigFloat().Float64()
				all = append(all, f-1, f, f+1)
			}
		}
		return nil
	})
	return all
}

// value writes a value of a type in JSON, which YAML takes.
func (w *specWriter) value(variable, field string, typ cty.Type, hostility float64) any {
	pool := func(like func(any) bool) []any {
		known := slices.DeleteFunc(slices.Clone(w.known[field]), func(v any) bool { return !like(v) })
		if len(known) > 0 && w.IntN(3) > 0 {
			return known
		}
		return slices.DeleteFunc(slices.Concat(known, w.literals[variable]), func(v any) bool { return !like(v) })
	}
	switch {
	case typ == cty.Bool:
		return w.IntN(2) == 0
	case typ == cty.Number:
		if all := pool(func(v any) bool { _, ok := v.(float64); return ok }); len(all) > 0 && w.IntN(5) > 0 {
			return all[w.IntN(len(all))]
		}
		return w.IntN(400)
	case typ == cty.String || typ == cty.DynamicPseudoType:
		if all := pool(func(v any) bool { _, ok := v.(string); return ok }); len(all) > 0 && w.Float64() > hostility {
			return all[w.IntN(len(all))]
		}
		return hostile[w.IntN(len(hostile))]
	case typ.IsObjectType():
		object := make(map[string]any)
		for _, name := range sortedKeys(typ.AttributeTypes()) {
			if !typ.AttributeOptional(name) || w.IntN(2) == 0 {
				object[name] = w.value(variable, field+"."+name, typ.AttributeType(name), hostility)
			}
		}
		return object
	case typ.IsMapType():
		object := make(map[string]any)
		keys := slices.Clone(w.known[field+".key"])
		for _, literal := range w.literals[variable] {
			if text, ok := literal.(string); ok {
				keys = append(keys, text)
			}
		}
		for range w.IntN(4) {
			key := hostileKeys[w.IntN(len(hostileKeys))]
			if len(keys) > 0 && w.Float64() > hostility {
				key = keys[w.IntN(len(keys))].(string)
			}
			object[key] = w.value(variable, field+".*", typ.ElementType(), hostility)
		}
		return object
	default: // lists and sets
		list := []any{}
		for range w.IntN(4) {
			list = append(list, w.value(variable, field+".*", typ.ElementType(), hostility))
		}
		return list
	}
}

// draft is a spec under way: a line for each core key and variable, so that a diagnostic's line tells what is wrong.
type draft struct {
	lines map[string]any // by core key, section or section.variable; a section is on or off
}

func (w *specWriter) draft() *draft {
	d := &draft{lines: make(map[string]any)}
	for _, v := range w.schema.Core {
		if v.Required() || w.IntN(2) == 0 {
			d.lines[v.Name] = w.value(v.Name, v.Name, v.Type, 0.4)
		}
	}
	for i := range w.schema.Sections {
		section := &w.schema.Sections[i]
		switch w.IntN(8) {
		case 0:
			d.lines[section.Name] = false
			continue
		case 1:
			continue // as the spec leaves it out
		}
		d.lines[section.Name] = true
		for _, name := range sortedKeys(section.Variables) {
			if v := section.Variables[name]; v.Required() || w.IntN(2) == 0 {
				d.lines[section.Name+"."+name] = w.value(section.Name+"."+name, section.Name+"."+name, v.Type, 0.4)
			}
		}
	}
	return d
}

// text is the spec, and what stands on each of its lines.
func (d *draft) text() (string, []string) {
	var b strings.Builder
	at := []string{"", "version"}
	b.WriteString("version: 1\n")
	section := ""
	for _, name := range sortedKeys(d.lines) { // a section comes before its variables
		value, variable, ok := d.lines[name], "", false
		if section, variable, ok = strings.Cut(name, "."); ok {
			fmt.Fprintf(&b, "  %s: ", variable)
		} else {
			fmt.Fprintf(&b, "%s: ", section)
		}
		below := slices.ContainsFunc(sortedKeys(d.lines), func(other string) bool { return strings.HasPrefix(other, name+".") })
		if value != true || !below {
			b.WriteString(inJSON(value))
		}
		b.WriteString("\n")
		at = append(at, name)
	}
	return b.String(), at
}

func inJSON(value any) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // of what value makes, nothing can't be encoded
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// without finds the sections that have to go together with one that is off.
var without = regexp.MustCompile(`\b(\w+): false`)

// repair changes the lines that diagnostics are about: other values at first, tamer ones later, none in the end.
func (w *specWriter) repair(d *draft, at []string, diags hcl.Diagnostics, round int) {
	hostility := 0.4 / float64(int(1)<<round)
	for _, diag := range diags {
		if diag.Severity != hcl.DiagError {
			continue
		}
		name := ""
		if diag.Subject != nil && diag.Subject.Start.Line < len(at) {
			name = at[diag.Subject.Start.Line]
		}
		sectionName, variable, isVariable := strings.Cut(name, ".")
		i := slices.IndexFunc(w.schema.Sections, func(s spec.Section) bool { return s.Name == sectionName })
		core := slices.IndexFunc(w.schema.Core, func(v *module.Variable) bool { return v.Name == name })
		switch {
		case core >= 0 && (w.schema.Core[core].Required() || round < 6):
			d.lines[name] = w.value(name, name, w.schema.Core[core].Type, hostility)
		case isVariable && d.lines[sectionName] == false: // another diagnostic was answered by turning the section off
		case isVariable && i >= 0 && (w.schema.Sections[i].Variables[variable].Required() || round < 6):
			d.lines[name] = w.value(name, name, w.schema.Sections[i].Variables[variable].Type, hostility)
		case i >= 0 && !isVariable && d.lines[name] == false && w.IntN(2) == 0:
			for _, match := range without.FindAllStringSubmatch(diag.Detail, -1) {
				maps.DeleteFunc(d.lines, func(line string, _ any) bool { return strings.HasPrefix(line, match[1]+".") })
				d.lines[match[1]] = false
			}
		case i >= 0 && !isVariable && d.lines[name] == false:
			w.on(d, &w.schema.Sections[i])
		case i >= 0 && !isVariable: // all of it together is wrong
			maps.DeleteFunc(d.lines, func(line string, _ any) bool { return strings.HasPrefix(line, name+".") })
			w.on(d, &w.schema.Sections[i])
		case name == "version" || name == "": // a section is needed that isn't written
			for i := range w.schema.Sections {
				section := &w.schema.Sections[i]
				if strings.Contains(diag.Detail, section.Name) && d.lines[section.Name] == nil {
					w.on(d, section)
				}
			}
		default:
			delete(d.lines, name)
		}
	}
}

// on turns a section on, with what it can't do without; where nothing is required by itself, with one of what it takes.
func (w *specWriter) on(d *draft, section *spec.Section) {
	d.lines[section.Name] = true
	if names := sortedKeys(section.Variables); len(names) > 0 && !slices.ContainsFunc(names, func(name string) bool { return section.Variables[name].Required() }) {
		name := names[w.IntN(len(names))]
		d.lines[section.Name+"."+name] = w.value(section.Name+"."+name, section.Name+"."+name, section.Variables[name].Type, 0)
	}
	for _, name := range sortedKeys(section.Variables) {
		if v := section.Variables[name]; v.Required() && d.lines[section.Name+"."+name] == nil {
			d.lines[section.Name+"."+name] = w.value(section.Name+"."+name, section.Name+"."+name, v.Type, 0)
		}
	}
}

// write returns a spec that is right, and its lines; "" if none came of it.
func (w *specWriter) write(g *Generator) (string, *draft) {
	d := w.draft()
	for round := range 25 {
		text, at := d.text()
		decoded, diags := spec.Decode("account.yaml", []byte(text), w.schema, nil)
		diags = append(diags, g.locator(decoded).relocate(g.template.validate(decoded))...) // most is wrong here, which costs little
		if !diags.HasErrors() {
			_, diags = g.Account("account.yaml", []byte(text), Specialized)
		}
		if !diags.HasErrors() {
			return text, d
		}
		w.repair(d, at, diags, round)
	}
	return "", d
}

// TestRandomSpecsMeanTheSameInBothStyles writes specs with options on and off and with texts that are hard to write, and holds that every argument of every resource has the
// same value in both styles, as far as it is known, and so have outputs. PLINTH_SPECS sets how many, PLINTH_SEED where to begin.
func TestRandomSpecsMeanTheSameInBothStyles(t *testing.T) {
	t.Parallel()
	number, seed := setting(t, "PLINTH_SPECS", 60), setting(t, "PLINTH_SEED", 1)
	g := generatorOf(t, plinth.Files)
	w := newSpecWriter(t, g)
	skipped, arguments, texts := 0, 0, 0
	seen := make(map[string]bool) // lines of drafts
	for i := range number {
		w.Rand = rand.New(rand.NewPCG(uint64(seed), uint64(i)))
		text, d := w.write(g)
		if text == "" {
			skipped++
			continue
		}
		for name, value := range d.lines {
			seen[fmt.Sprintf("%s=%t", name, value != false)] = true
			for _, h := range hostile {
				if quoted := inJSON(h); len(h) > 1 && strings.Contains(inJSON(value), quoted) {
					texts++
				}
			}
		}
		compared, differences := compareStyles(t, g, text)
		arguments += compared
		if len(differences) > 0 {
			t.Fatalf("seed %d, spec %d:\n%s\n%s", seed, i, text, strings.Join(differences, "\n"))
		}
	}
	var never []string
	options := 0
	for _, section := range w.schema.Sections {
		wanted := []string{section.Name + "=true", section.Name + "=false"}
		for name := range section.Variables {
			wanted = append(wanted, section.Name+"."+name+"=true")
		}
		for _, option := range wanted {
			options++
			if !seen[option] {
				never = append(never, option)
			}
		}
	}
	slices.Sort(never)
	t.Logf("seed %d: %d specs, %d of them skipped because no right one came of it; %d arguments compared; %d hostile texts taken; of %d options never used: %s",
		seed, number, skipped, arguments, texts, options, strings.Join(never, ", "))
	if number >= 60 && (skipped > number/5 || len(never) > options/10 || texts < number || arguments < 100*number) {
		t.Error("too little was compared")
	}
}

func setting(t *testing.T, name string, value int) int {
	t.Helper()
	if text := os.Getenv(name); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return n
	}
	return value
}

// compareStyles evaluates both styles of a spec. It returns how many arguments it compared, and what differs.
func compareStyles(t *testing.T, g *Generator, text string) (int, []string) {
	t.Helper()
	decoded, diags := spec.Decode("account.yaml", []byte(text), g.template.schema, nil)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	account, generic, diags := g.render(decoded, Specialized)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	files := make(map[string][]byte)
	for name, content := range account.Files() {
		if path.Ext(name) == ".tf" {
			files[name] = content
		}
	}
	specialized, diags := g.bind(&composed{files: files})
	if diags.HasErrors() {
		return 0, []string{"the specialized style can't be read: " + diags.Error()}
	}
	moved, err := account.Moved()
	if err != nil {
		t.Fatal(err)
	}
	c := &comparison{}
	left, right := facts(g, decoded, generic, nil), facts(g, decoded, specialized, moved)
	for _, address := range sortedKeys(left) {
		if right[address] == nil {
			c.differ(address, "only in the generic style")
			continue
		}
		if l, r := left[address].Provider, right[address].Provider; l != r {
			c.differ(address, fmt.Sprintf("provider %s, and %s", l, r))
		}
		c.body(address, left[address].Body, right[address].Body)
	}
	for _, address := range sortedKeys(right) {
		if left[address] == nil {
			c.differ(address, "only in the specialized style")
		}
	}
	for _, name := range sortedKeys(generic.Module.Outputs) {
		l, _ := generic.Value(generic.Module.Outputs[name].Value, nil)
		r := cty.NilVal
		if output := specialized.Module.Outputs[name]; output != nil {
			r, _ = specialized.Value(output.Value, nil)
		}
		c.value("output."+name, l, r)
	}
	return c.compared, c.differences
}

// facts lists the resources and data sources of a style by address; one that count makes has no [0].
func facts(g *Generator, decoded *spec.Spec, root *eval.Scope, moved map[string]string) map[string]*constraint.Resource {
	all := make(map[string]*constraint.Resource)
	for _, r := range resources(root, g.locator(decoded)) {
		address := r.Address
		if from, ok := moved[address]; ok {
			address = from
		}
		all[strings.ReplaceAll(address, "[0]", "")] = r
	}
	return all
}

type comparison struct {
	compared    int
	differences []string
}

func (c *comparison) differ(where, what string) {
	c.differences = append(c.differences, where+": "+what)
}

func (c *comparison) body(where string, l, r *constraint.Body) {
	names := slices.Sorted(maps.Keys(l.Attrs))
	for name := range r.Attrs {
		if _, ok := l.Attrs[name]; !ok {
			names = append(names, name)
		}
	}
	for _, name := range names {
		if slices.Contains([]string{"count", "for_each", "depends_on", "provider", "lifecycle"}, name) {
			continue
		}
		c.value(where+"."+name, l.Attrs[name].Value, r.Attrs[name].Value)
	}
	for _, typ := range slices.Sorted(maps.Keys(l.Blocks)) {
		if len(l.Blocks[typ]) != len(r.Blocks[typ]) && typ != "dynamic" {
			c.differ(where+"."+typ, fmt.Sprintf("%d blocks, and %d", len(l.Blocks[typ]), len(r.Blocks[typ])))
			continue
		}
		for i, inner := range l.Blocks[typ] {
			if i < len(r.Blocks[typ]) {
				c.body(fmt.Sprintf("%s.%s[%d]", where, typ, i), inner, r.Blocks[typ][i])
			}
		}
	}
	for typ := range r.Blocks {
		if len(l.Blocks[typ]) == 0 && typ != "dynamic" {
			c.differ(where+"."+typ, "only in the specialized style")
		}
	}
}

// value compares two values of one argument; one that isn't written is null.
func (c *comparison) value(where string, l, r cty.Value) {
	c.compared++
	if l, r := plainly(l), plainly(r); l != r {
		c.differ(where, l+", and "+r)
	}
}

// plainly writes a value as JSON, whatever kind of list, set or mapping it is; what isn't known is "?".
func plainly(v cty.Value) string {
	if v == cty.NilVal {
		return "null"
	}
	v, _ = v.UnmarkDeep()
	switch {
	case !v.IsKnown():
		return "?"
	case v.IsNull():
		return "null"
	case v.CanIterateElements():
		var parts []string
		isMap := v.Type().IsMapType() || v.Type().IsObjectType()
		for it := v.ElementIterator(); it.Next(); {
			key, inner := it.Element()
			text := plainly(inner)
			if isMap {
				if text == "null" {
					continue
				}
				text = inJSON(key.AsString()) + ":" + text
			}
			parts = append(parts, text)
		}
		slices.Sort(parts) // a list for a set may be in any order
		if isMap {
			return "{" + strings.Join(parts, ",") + "}"
		}
		return "[" + strings.Join(parts, ",") + "]"
	}
	text, err := ctyjson.Marshal(v, v.Type())
	if err != nil {
		return err.Error()
	}
	return strings.Trim(string(text), `"`) // "1" and 1 are the same where a text is wanted
}

// TestRandomSpecsPlanTheSame bundles random specs into one root for each style, and holds that Terraform plans the same for both.
func TestRandomSpecsPlanTheSame(t *testing.T) {
	t.Parallel()
	tf, err := terraform.Find(context.Background())
	if errors.Is(err, terraform.ErrNotFound) && os.Getenv("CI") == "" {
		t.Skipf("SKIPPED, nothing was planned: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	seed := setting(t, "PLINTH_SEED", 1)
	g := generatorOf(t, plinth.Files)
	w := newSpecWriter(t, g)
	var texts []string
	for i := 0; len(texts) < 5 && i < 20; i++ {
		w.Rand = rand.New(rand.NewPCG(uint64(seed), uint64(1_000_000+i)))
		if text, _ := w.write(g); text != "" {
			texts = append(texts, text)
		}
	}
	if len(texts) < 5 {
		t.Fatalf("only %d specs are right", len(texts))
	}
	for file, text := range goodSpecs(t) {
		if slices.Contains([]string{"../examples/minimal/account.yaml", "testdata/plan/billing.yaml", "testdata/plan/trail_only.yaml"}, file) {
			texts = append(texts, text)
		}
	}
	if len(texts) != 8 {
		t.Fatalf("%d specs, want 8", len(texts))
	}
	renamed := make(map[string]string)
	var plans []*tfjson.Plan
	for _, style := range []Style{Generic, Specialized} {
		root := "provider \"aws\" {\n  region = \"eu-central-1\"\n}\n"
		dir := t.TempDir()
		for i, text := range texts {
			account, diags := g.Account("account.yaml", []byte(text), style)
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			name := fmt.Sprintf("account_%d", i)
			aliases := asModule(t, filepath.Join(dir, name), account.Files())
			root += fmt.Sprintf("module %q {\n  source    = \"./%s\"\n  providers = {\n    aws = aws\n", name, name)
			for _, alias := range aliases {
				root += fmt.Sprintf("    aws.%s = aws\n", alias)
			}
			root += fmt.Sprintf("  }\n}\noutput %q {\n  value = module.%s\n}\n", name, name)
			moved, err := account.Moved()
			if err != nil {
				t.Fatal(err)
			}
			for to, from := range moved {
				renamed["module."+name+"."+to] = "module." + name + "." + from
			}
		}
		if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(root), 0o600); err != nil {
			t.Fatal(err)
		}
		plan, err := tf.Plan(context.Background(), dir)
		if err != nil {
			t.Fatalf("%s style: %v\n%s", style, err, strings.Join(texts, "\n"))
		}
		plans = append(plans, plan)
	}
	for _, difference := range terraform.Compare(plans[0], plans[1], renamed) {
		t.Error(difference)
	}
	t.Logf("seed %d: %d resources of %d specs", seed, terraform.Resources(plans[0]), len(texts))
	if t.Failed() || terraform.Resources(plans[0]) < 50 {
		t.Errorf("the specs:\n%s", strings.Join(texts, "\n"))
	}
}

// asModule writes an account's files without what only a root may have, and returns the aliases of its provider configurations.
func asModule(t *testing.T, dir string, files fileset.Set) []string {
	t.Helper()
	var aliases []string
	written := make(map[string]*hclwrite.File)
	for _, name := range files.Names() {
		if path.Ext(name) != ".tf" {
			continue
		}
		f, diags := hclwrite.ParseConfig(files[name], name, hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		written[name] = f
		if path.Dir(name) != "." {
			continue
		}
		for _, block := range f.Body().Blocks() {
			switch block.Type() {
			case "provider":
				if attr := block.Body().GetAttribute("alias"); attr != nil {
					aliases = append(aliases, strings.Trim(string(attr.Expr().BuildTokens(nil).Bytes()), ` "`))
				}
				f.Body().RemoveBlock(block)
			case "terraform":
				if backend := block.Body().FirstMatchingBlock("backend", []string{"s3"}); backend != nil {
					block.Body().RemoveBlock(backend)
				}
				if backend := block.Body().FirstMatchingBlock("backend", []string{"local"}); backend != nil {
					block.Body().RemoveBlock(backend)
				}
			}
		}
	}
	var names []string
	for _, alias := range aliases {
		names = append(names, "aws."+alias)
	}
	for name, f := range written {
		text := string(f.Bytes())
		if name == "versions.tf" {
			text = strings.Replace(text, `"hashicorp/aws"`, `"hashicorp/aws", configuration_aliases = [`+strings.Join(names, ", ")+"]", 1)
		}
		target := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(target, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return aliases
}
