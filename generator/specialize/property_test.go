package specialize

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// choices is a sequence of decisions. It ends in zeros, which stand for the simplest decision everywhere.
type choices struct {
	data []byte
	next int
}

func (c *choices) pick(n int) int {
	if c.next >= len(c.data) {
		return 0
	}
	c.next++
	return int(c.data[c.next-1]) % n
}

func (c *choices) of(texts ...string) string { return texts[c.pick(len(texts))] }

// writer writes random expressions of a wanted kind. Most are valid; what evaluates to an error is skipped and counted.
type writer struct {
	*choices
	loop []string // loop variables in scope
}

func (w *writer) str(depth int) string {
	if depth <= 0 {
		return w.of(`"lit"`, "var.s", "var.us", "var.e", "var.hard", "var.d", "var.null", "var.num", "local.part.u", "local.part.a", "var.uo.a", "var.o.a",
			"aws_thing.plain.id", "aws_thing.one[0].name", `""`, `"$"`, "aws_thing.none[0].id", `aws_thing.each["x"].id`, "null", "var.n", "var.un", "var.ux", "aws_thing.plain.name",
			"local.list[1]", "local.list[0]", `var.m["k"]`, `var.um["k"]`, "var.lo[0].a")
	}
	d := depth - 1
	switch w.pick(16) {
	case 0, 1, 2:
		return w.str(0)
	case 3, 4:
		return w.template(d)
	case 5, 6:
		return w.conditional(d, w.str)
	case 7:
		return w.of("upper", "lower", "trimspace", "strrev", "title", "chomp", "tostring") + "(" + w.str(d) + ")"
	case 8:
		return w.of("coalesce", "try", "coalesce") + "(" + w.str(d) + ", " + w.str(d) + ")"
	case 9:
		return "join(" + w.of(`","`, `"$"`, "var.s") + ", " + w.list(d) + ")"
	case 10:
		return "one(" + w.of("aws_thing.one[*].id", "aws_thing.none[*].id", "aws_thing.many[*].name", w.list(d)) + ")"
	case 11:
		return "(" + w.str(d) + ")"
	case 12:
		return w.of("try(aws_thing.none[0].id, "+w.str(d)+")", "try(aws_thing.one[0].id, "+w.str(d)+")", "replace("+w.str(d)+`, "u", `+w.str(d)+")",
			"format(\"%s-%s\", "+w.str(d)+", "+w.str(d)+")", "jsonencode("+w.any(d)+")", "element("+w.list(d)+", "+w.num(0)+")",
			"lookup("+w.mapping(d)+`, "k", `+w.str(d)+")")
	case 13:
		if len(w.loop) > 0 {
			return w.of(w.loop...)
		}
		return w.list(d) + "[" + w.of("0", "1", w.num(0)) + "]"
	case 14:
		return "{a = " + w.str(d) + ", b = " + w.any(d) + "}." + w.of("a", "b")
	}
	return "<<-EOT\n    " + w.of("lit", "$", "%", `"q"`) + w.interpolation(d) + w.of("", " x", "\n    y") + "\n  EOT\n"
}

func (w *writer) interpolation(depth int) string {
	// A heredoc can't stand inside of another one's line.
	return "${" + strings.ReplaceAll(w.noHeredoc(depth), "\n", " ") + "}"
}

func (w *writer) noHeredoc(depth int) string {
	for {
		text := w.str(depth)
		if !strings.Contains(text, "<<") {
			return text
		}
		depth--
	}
}

func (w *writer) template(depth int) string {
	var b strings.Builder
	b.WriteByte('"')
	for range 1 + w.pick(3) {
		switch w.pick(6) {
		case 0:
			b.WriteString(w.of("a", " ", "-", `\n`, `\"`, "$", "%", "$${x}", "%%{y}", `\\`))
		case 1:
			b.WriteString(w.of("arn:", "$", "%"))
		case 5:
			fmt.Fprintf(&b, "%%{ if %s }%s%%{ else }%s%%{ endif }", w.noHeredocOf(w.boolean, depth-1), w.of("x", "$", "${var.us}"), w.of("", "z", "${var.s}"))
		default:
			b.WriteString("${" + w.noHeredoc(depth) + "}")
		}
	}
	b.WriteByte('"')
	return b.String()
}

func (w *writer) noHeredocOf(write func(int) string, depth int) string {
	for {
		text := write(depth)
		if !strings.Contains(text, "<<") {
			return text
		}
		depth--
	}
}

func (w *writer) conditional(depth int, arm func(int) string) string {
	other := arm
	if w.pick(8) == 7 {
		other = w.any
	}
	return "(" + w.boolean(depth) + " ? " + arm(depth) + " : " + w.of(other(depth), "null") + ")"
}

func (w *writer) num(depth int) string {
	if depth <= 0 {
		return w.of("1", "var.n", "var.un", "0", "-1", "var.num", "var.o.n", "var.uo.n", "local.nums.a", "aws_thing.plain.size", "length(var.l)", "1.50", "var.ux")
	}
	d := depth - 1
	switch w.pick(8) {
	case 0, 1:
		return w.num(0)
	case 2, 3:
		return w.num(d) + " " + w.of("+", "-", "*") + " " + w.num(d)
	case 4:
		return "length(" + w.of(w.list(d), w.mapping(d), w.str(d), "aws_thing.one", "aws_thing.none", "aws_thing.many", "aws_thing.each") + ")"
	case 5:
		return w.conditional(d, w.num)
	case 6:
		return w.of("abs", "ceil", "-") + "(" + w.num(d) + ")"
	}
	return w.of("max", "min") + "(" + w.num(d) + ", " + w.num(d) + ")"
}

func (w *writer) boolean(depth int) string {
	if depth <= 0 {
		return w.of("true", "var.b", "var.f", "var.ub", "false", "var.us == null", "aws_thing.plain.name == null", "aws_thing.plain.on", "var.null == null")
	}
	d := depth - 1
	switch w.pick(9) {
	case 0, 1:
		return w.boolean(0)
	case 2:
		return w.boolean(d) + " " + w.of("&&", "||") + " " + w.boolean(d)
	case 3:
		return w.any(d) + " " + w.of("==", "!=") + " " + w.any(d)
	case 4:
		return "!" + w.boolean(0)
	case 5:
		return w.num(d) + " " + w.of(">", "<=") + " " + w.num(d)
	case 6:
		return "can(" + w.any(d) + ")"
	case 7:
		return w.of("contains("+w.list(d)+", "+w.str(d)+")", "length("+w.list(d)+") > 0", "alltrue([for x in "+w.list(d)+" : x != null])")
	}
	return w.conditional(d, w.boolean)
}

func (w *writer) list(depth int) string {
	if depth <= 0 {
		return w.of("[]", "var.l", "var.le", "var.ul", "local.known", "local.list", "[var.us]", "aws_thing.one[*].id", "aws_thing.none[*].id", "aws_thing.many[*].id",
			"tolist(var.set)", "var.set", "var.uset", "var.ln", "aws_thing.one[*]", "aws_thing.plain[*].id", "var.us[*]", "var.lo[*].a", "aws_thing.plain.names", "null")
	}
	d := depth - 1
	switch w.pick(11) {
	case 0, 1:
		return w.list(0)
	case 2, 3:
		return "[" + w.str(d) + ", " + w.of(w.str(d), w.any(d)) + "]"
	case 4:
		return "concat(" + w.list(d) + ", " + w.list(d) + w.of("", ", "+w.list(d)) + ")"
	case 5:
		return w.conditional(d, w.list)
	case 6:
		return w.forTuple(d)
	case 7:
		return w.of("compact", "distinct", "tolist", "toset", "reverse", "sort", "flatten", "keys", "values") + "(" + w.of(w.list(d), w.mapping(d)) + ")"
	case 8:
		return w.of("try(", "coalescelist(") + w.list(d) + ", " + w.list(d) + ")"
	case 9:
		return "[for k, v in " + w.mapping(d) + " : " + w.of("k", "v", `"${k}=${v}"`) + "]"
	}
	return "slice(" + w.list(d) + ", 0, " + w.of("1", "0", "2") + ")"
}

func (w *writer) forTuple(depth int) string {
	coll := w.list(depth)
	name := w.of("x", "var", "item")
	w.loop = append(w.loop, name)
	body := w.of(name, w.str(depth), `"${`+name+`}!"`)
	condition := w.of("", "", " if "+name+" != null", " if "+w.boolean(depth))
	w.loop = w.loop[:len(w.loop)-1]
	return "[for " + name + " in " + coll + " : " + body + condition + "]"
}

func (w *writer) mapping(depth int) string {
	if depth <= 0 {
		return w.of("{}", "var.m", "var.me", "var.um", "local.part", "var.o", "var.uo", "local.nums", "aws_thing.plain.tags", "{k = var.us}", "aws_thing.each", "null")
	}
	d := depth - 1
	switch w.pick(8) {
	case 0, 1:
		return w.mapping(0)
	case 2, 3:
		return "{" + w.of("a", `"k"`, "(var.s)", "(var.us)", `"for"`) + " = " + w.any(d) + ", z = " + w.any(d) + "}"
	case 4:
		return "merge(" + w.mapping(d) + ", " + w.mapping(d) + ")"
	case 5:
		return w.conditional(d, w.mapping)
	case 6:
		return "{for k, v in " + w.mapping(d) + " : k => " + w.of("v", w.str(d)) + w.of("", " if v != null") + "}"
	}
	return w.of("tomap(", "try(") + w.mapping(d) + ")"
}

func (w *writer) any(depth int) string {
	switch w.pick(7) {
	case 0, 1:
		return w.str(depth)
	case 2:
		return w.num(depth)
	case 3:
		return w.boolean(depth)
	case 4:
		return w.list(depth)
	case 5:
		return w.mapping(depth)
	}
	return w.of("var.ux", "null", "var.o", "aws_thing.one", "aws_thing.one[0]", "aws_thing.plain", "local.part")
}

// position is where an expression stands: what its consumer sees of it.
type position struct {
	name    string
	want    want
	wrap    string // around the expression, which is %s
	consume func(cty.Value) (cty.Value, error)
}

func positions() []position {
	to := func(typ cty.Type) func(cty.Value) (cty.Value, error) {
		return func(v cty.Value) (cty.Value, error) { return convert.Convert(v, typ) }
	}
	same := func(v cty.Value) (cty.Value, error) { return v, nil }
	text := func(v cty.Value) (cty.Value, error) {
		b, err := ctyjson.Marshal(v, v.Type())
		return cty.StringVal(string(b)), err
	}
	return []position{
		{"output", wantExact, "%s", same},
		{"string argument", wantString, "%s", to(cty.String)},
		{"number argument", wantNumber, "%s", to(cty.Number)},
		{"list argument", sinkFor(cty.List(cty.String)), "%s", to(cty.List(cty.String))},
		{"set argument", sinkFor(cty.Set(cty.String)), "%s", to(cty.Set(cty.String))},
		{"map argument", sinkFor(cty.Map(cty.String)), "%s", to(cty.Map(cty.String))},
		{"jsonencode", wantJSON, "%s", text},
		{"jsonencode call", wantExact, "jsonencode({x = %s})", same},
		{"comparison", wantExact, "(%s) == var.ux", same},
		{"compared known", wantExact, "(%s) == [\"x\"]", same},
		{"condition", wantExact, "(%s) == null ? 1 : 2", same},
		{"object argument", sinkFor(cty.Object(map[string]cty.Type{"a": cty.String, "z": cty.List(cty.String)})), "{a = var.us, z = %s}",
			to(cty.Object(map[string]cty.Type{"a": cty.String, "z": cty.List(cty.String)}))},
	}
}

// tally counts what became of the expressions of a run.
type tally struct{ expressions, compared, changed, invalid, failing int }

// tryExpression specializes one random expression in one position, and compares it with the original in some worlds.
func tryExpression(t testing.TB, r *rewriter, data []byte, n *tally) {
	c := &choices{data: data}
	at := positions()[c.pick(len(positions()))]
	w := &writer{choices: c}
	var text string
	switch at.name {
	case "string argument":
		text = w.str(3)
	case "number argument":
		text = w.num(3)
	case "list argument", "set argument":
		text = w.list(3)
	case "map argument":
		text = w.mapping(3)
	default:
		text = w.any(3)
	}
	text = fmt.Sprintf(strings.ReplaceAll(at.wrap, "%s", "%[1]s"), text)
	n.expressions++
	original, diags := hclsyntax.ParseExpression([]byte(text), "in", hcl.InitialPos)
	if diags.HasErrors() {
		n.invalid++
		return
	}
	specialized, diags := specializeText(r, text, at.want)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	if specialized != text {
		n.changed++
	}
	after, diags := hclsyntax.ParseExpression([]byte(specialized+"\n"), "out", hcl.InitialPos)
	if diags.HasErrors() {
		t.Errorf("%s: %s\n  became: unreadable: %s\n  %s", at.name, text, specialized, diags)
		return
	}
	compared := false
	for range 6 {
		world := complete(r, c)
		want, diags := original.Value(world.before)
		if diags.HasErrors() {
			continue
		}
		want, err := at.consume(want)
		if err != nil || !want.IsWhollyKnown() {
			continue
		}
		compared = true
		got, diags := after.Value(world.after)
		if !diags.HasErrors() {
			got, err = at.consume(got)
		}
		if diags.HasErrors() || err != nil || !got.RawEquals(want) {
			t.Errorf("%s: %s\n  became: %s\n  got  %#v %v %v\n  want %#v\n  where %s", at.name, text, specialized, got, diags, err, want, mentioned(world, original))
			return
		}
	}
	if !compared {
		n.failing++
		return
	}
	n.compared++
}

// mentioned shows the values that an expression reads.
func mentioned(world *completion, e hclsyntax.Expression) string {
	var parts []string
	for _, traversal := range e.Variables() {
		v, diags := traversal.TraverseAbs(world.before)
		if diags.HasErrors() || v.IsWhollyKnown() && traversal.RootName() == "local" {
			continue
		}
		parts = append(parts, fmt.Sprintf("%s = %#v", traversalText(traversal), v))
	}
	slices.Sort(parts)
	return strings.Join(slices.Compact(parts), "; ")
}

// propertyEnv sets the number of expressions that TestExpressionsKeepTheirValue tries.
const propertyEnv = "PLINTH_EXPRESSIONS"

// TestExpressionsKeepTheirValue holds what the specializer is for: an expression and its specialized form have the same value, as far as the
// consumer can see, whatever the unknown names turn out to be.
func TestExpressionsKeepTheirValue(t *testing.T) {
	count, seed := 6000, uint64(1)
	if text := os.Getenv(propertyEnv); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatalf("%s: %v", propertyEnv, err)
		}
		count, seed = n, rand.Uint64()
		t.Logf("seed %d", seed)
	}
	for name, schema := range map[string]Schema{"with schema": thingSchema{}, "without schema": noSchema{}} {
		t.Run(name, func(t *testing.T) {
			r := newRewriter(t, schema)
			random := rand.New(rand.NewPCG(seed, uint64(len(name))))
			var n tally
			for range count / 2 {
				data := make([]byte, 400)
				for i := range data {
					data[i] = byte(random.Uint32())
				}
				tryExpression(t, r, data, &n)
			}
			t.Logf("%d expressions: %d compared, %d of all changed; skipped: %d that don't parse, %d that fail in every world tried",
				n.expressions, n.compared, n.changed, n.invalid, n.failing)
			if n.compared < n.expressions/4 || n.changed < n.expressions/4 {
				t.Error("too few expressions were compared or changed for the test to mean anything")
			}
		})
	}
}

// FuzzExpression lets the fuzzer choose the expressions and the worlds of TestExpressionsKeepTheirValue.
func FuzzExpression(f *testing.F) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		data := make([]byte, 300)
		for i := range data {
			data[i] = byte(random.Uint32())
		}
		f.Add(data)
	}
	with, without := newRewriter(f, thingSchema{}), newRewriter(f, noSchema{})
	f.Fuzz(func(t *testing.T, data []byte) {
		var n tally
		tryExpression(t, with, data, &n)
		tryExpression(t, without, data, &n)
	})
}
