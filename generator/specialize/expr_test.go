package specialize

import (
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// TestExpressions shows each rule, and beside it where the rule refuses. An empty want is an expression that stays as it is written. The names are
// those of the fixture: var.u... is unknown; aws_thing.none has no instance and aws_thing.one has one.
func TestExpressions(t *testing.T) {
	listOfString := sinkFor(cty.List(cty.String))
	mapOfString := sinkFor(cty.Map(cty.String))
	for _, tt := range []struct {
		in   string
		w    want
		want string
	}{
		// Literals: what the consumer sees decides how a value is printed.
		{`var.s`, wantExact, `"abc"`},
		{`var.n`, wantExact, `3`},
		{`var.num`, wantNumber, `3`},
		{`var.num`, wantExact, `"3"`},
		{`var.n`, wantString, `"3"`},
		{`var.hard`, wantExact, `"$${a} %%{if} \"q\" \\ \n\t$$${ é 日"`},
		{`var.null`, wantExact, `tostring(null)`},
		{`var.null`, wantString, `null`},
		{`var.l`, wantExact, `tolist(["x", "y"])`},
		{`var.l`, listOfString, `["x", "y"]`},
		{`var.l`, wantJSON, `["x", "y"]`},
		{`var.set`, wantExact, `toset(["p", "q"])`},
		{`var.set`, wantShape, `toset(["p", "q"])`},
		{`var.set`, wantJSON, `["p", "q"]`},
		{`var.m`, mapOfString, "{\n\"for\" = \"w\"\nk = \"v\"\n}"},
		{`var.le`, wantExact, ``}, // no literal is an empty list of strings
		{`var.le`, listOfString, `[]`},
		{`var.us`, wantExact, ``},
		{`local.known`, listOfString, `["X", "Y"]`},
		{`local.part.a`, wantExact, `"abc"`},
		{`local.part.u`, wantExact, ``},
		{`timestamp()`, wantString, ``},
		{`upper(var.s)`, wantExact, `"ABC"`},
		{`upper(var.us)`, wantExact, ``},
		{`[var.s, var.us]`, wantExact, `["abc", var.us]`},
		{`{a = var.s, (var.s) = var.us, (var.us) = 1}`, wantExact, `{a = "abc", abc = var.us, (var.us) = 1}`},

		// Conditionals keep a branch only where the other one would not have converted it.
		{`var.b ? var.us : "x"`, wantExact, `var.us`},
		{`var.f ? var.us : "x"`, wantExact, `"x"`},
		{`var.b ? var.us : null`, wantExact, `var.us`},
		{`var.b ? var.un : "x"`, wantExact, `tostring(var.un)`},
		{`var.b ? var.un : "x"`, wantString, `var.un`},
		{`var.b ? [var.us] : []`, wantExact, `true ? [var.us] : []`},
		{`var.b ? [var.us] : []`, listOfString, `[var.us]`},
		{`var.b ? [var.us] : []`, wantJSON, `[var.us]`},
		{`var.b ? [var.us] : var.set`, listOfString, `true ? [var.us] : toset(["p", "q"])`}, // the set would sort and drop
		{`var.b ? var.us : var.ux`, wantExact, `true ? var.us : var.ux`},
		{`var.ub ? var.s : "x"`, wantExact, `var.ub ? "abc" : "x"`},
		{`var.f ? aws_thing.none[0].id : null`, wantString, `null`},
		{`(var.b ? var.us : "x")`, wantExact, `var.us`},
		{`(var.b ? aws_thing.one[*].id : [])[0]`, wantExact, `(true ? [aws_thing.one.id] : [])[0]`},

		// Logic.
		{`var.b && var.us == "x"`, wantExact, `var.us == "x"`},
		{`var.f && var.us == "x"`, wantExact, `false`},
		{`var.b && var.ub`, wantExact, `true && var.ub`}, // null differs
		{`!var.b`, wantExact, `false`},
		{`var.un + var.n`, wantNumber, `var.un + 3`},
		{`var.un - -var.n`, wantNumber, `var.un - (-3)`},
		{`var.us == var.l`, wantExact, `false`},
		{`var.ul == var.l`, wantExact, `var.ul == tolist(["x", "y"])`},

		// Templates.
		{`"a-${var.s}-${var.us}"`, wantString, `"a-abc-${var.us}"`},
		{`"${var.e}${var.us}"`, wantString, `var.us`},
		{`"${var.e}${var.un}"`, wantExact, `tostring(var.un)`},
		{`"${var.e}${var.un}"`, wantString, `var.un`},
		{`"${var.us}"`, wantString, `var.us`},
		{`"${var.d}${var.us}"`, wantString, `"c${"$"}${var.us}"`},
		{`"$${x} ${var.s}"`, wantString, `"$${x} abc"`},
		{`"%{ if var.b }x${var.us}%{ endif }"`, wantString, `"%{ if true }x${var.us}%{ endif }"`},
		{`"a${var.us}\t"`, wantString, ``},
		{`"${var.null}${var.us}"`, wantString, `"${null}${var.us}"`}, // fails, as it did

		// References to what lost its count.
		{`aws_thing.one[0].id`, wantExact, `aws_thing.one.id`},
		{`aws_thing.one[*].id`, wantExact, `[aws_thing.one.id]`},
		{`one(aws_thing.one[*].id)`, wantExact, `aws_thing.one.id`},
		{`one(aws_thing.none[*].id)`, wantString, `null`},
		{`aws_thing.one`, wantExact, `[aws_thing.one]`},
		{`length(aws_thing.one)`, wantExact, `1`},
		{`length(aws_thing.none)`, wantExact, `0`},
		{`length(aws_thing.many)`, wantExact, ``},
		{`try(aws_thing.none[0].id, var.us)`, wantString, `var.us`},
		{`try(aws_thing.one[0].id, "x")`, wantString, `aws_thing.one.id`},
		{`try(var.um["k"], var.s)`, wantString, `try(var.um["k"], "abc")`},
		{`aws_thing.many[*].id`, wantExact, ``},
		{`aws_thing.each["x"].id`, wantExact, ``},
		{`aws_thing.plain.id`, wantExact, ``},

		// Functions that join.
		{`concat(["a"], var.f ? ["b"] : [])`, listOfString, `["a"]`},
		{`concat([var.us], [var.s])`, listOfString, `[var.us, "abc"]`},
		{`concat(var.ul, var.le)`, listOfString, `var.ul`},
		{`concat(var.ul, var.l)`, listOfString, `concat(var.ul, ["x", "y"])`},
		{`concat(var.ln, var.ul)`, wantJSON, `concat(tolist([1, 2]), var.ul)`}, // the numbers become strings
		{`merge(var.me, {a = var.us})`, mapOfString, `{a = var.us}`},
		{`jsonencode({a = var.s})`, wantString, `jsonencode({a = "abc"})`},
		{`jsonencode(var.l)`, wantString, `"[\"x\",\"y\"]"`},

		// Loops whose elements can be told apart.
		{`[for x in var.l : upper(x)]`, listOfString, `["X", "Y"]`},
		{`[for x in [var.us, var.s] : "${x}!"]`, listOfString, `["${var.us}!", "abc!"]`},
		{`[for x in var.ul : "${x}${var.s}"]`, listOfString, `[for x in var.ul : "${x}abc"]`},
		{`{ for k, v in local.part : k => upper(v) }`, wantExact, "{\na = \"ABC\"\nu = upper(local.part[\"u\"])\n}"},
		{`{ for k, v in var.um : k => upper(v) }`, wantExact, ``},
		{`[for var in var.ul : var]`, listOfString, ``},
		{`[for x in [1, 2] : x if var.ub]`, wantExact, ``},
	} {
		t.Run(tt.in, func(t *testing.T) {
			want := tt.want
			if want == "" {
				want = tt.in
			}
			r := newRewriter(t, thingSchema{})
			got, diags := specializeText(r, tt.in, tt.w)
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			if got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if _, diags := hclsyntax.ParseExpression([]byte(got), "", hcl.InitialPos); diags.HasErrors() {
				t.Errorf("%s: %s", got, diags)
			}
		})
	}
}
