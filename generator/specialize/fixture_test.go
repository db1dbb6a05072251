package specialize

import (
	"fmt"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/zclconf/go-cty/cty"

	"plinth/generator/eval"
	"plinth/generator/module"
)

// fixture is a module whose expressions the tests specialize: known and unknown variables of every kind, resources with every kind of repetition.
const fixture = `
variable "s"    { type = string }            # known
variable "e"    { type = string }            # known: empty
variable "hard" { type = string }            # known: all that needs escaping
variable "d"    { type = string }            # known: ends in a dollar sign
variable "num"  { type = string }            # known: "3"
variable "n"    { type = number }            # known
variable "b"    { type = bool }              # known: true
variable "f"    { type = bool }              # known: false
variable "null" { type = string }            # known: null
variable "l"    { type = list(string) }      # known
variable "le"   { type = list(string) }      # known: empty
variable "ln"   { type = list(number) }      # known
variable "set"  { type = set(string) }       # known
variable "m"    { type = map(string) }       # known
variable "me"   { type = map(string) }       # known: empty
variable "o"    { type = object({ a = string, n = number, c = optional(list(string)) }) } # known
variable "lo"   { type = list(object({ a = string, n = number })) }                       # known

variable "us" { type = string }
variable "un" { type = number }
variable "ub" { type = bool }
variable "ul" { type = list(string) }
variable "uset" { type = set(string) }
variable "um" { type = map(string) }
variable "uo" { type = object({ a = string, n = number }) }
variable "ux" {}

locals {
  known = [for x in var.l : upper(x)]
  part  = { a = var.s, u = var.us }
  list  = [var.s, var.us]
  nums  = { a = var.n, b = 4 }
}

resource "aws_thing" "none"  { count = 0 }
resource "aws_thing" "one"   { count = 1 }
resource "aws_thing" "plain" { name = var.s }
resource "aws_thing" "many"  { count = var.un }
resource "aws_thing" "each" {
  for_each = toset(["x", "y"])
  name     = each.key
}
`

// thing is the type of the fixture's resources where the tests give them one.
var thing = cty.Object(map[string]cty.Type{
	"name": cty.String, "id": cty.String, "size": cty.Number, "on": cty.Bool, "tags": cty.Map(cty.String), "names": cty.List(cty.String),
})

// thingSchema knows aws_thing; noSchema knows nothing.
type thingSchema struct{}

func (thingSchema) Type(mode, typ string) (cty.Type, bool) {
	if mode == "resource" && typ == "aws_thing" {
		return thing, true
	}
	return cty.DynamicPseudoType, false
}

func (thingSchema) Block(mode, typ string) (*tfjson.SchemaBlock, bool) {
	if mode != "resource" || typ != "aws_thing" {
		return nil, false
	}
	attrs := make(map[string]*tfjson.SchemaAttribute)
	for name, t := range thing.AttributeTypes() {
		attrs[name] = &tfjson.SchemaAttribute{AttributeType: t, Optional: true, Computed: true}
	}
	return &tfjson.SchemaBlock{Attributes: attrs}, true
}

type noSchema struct{}

func (noSchema) Type(string, string) (cty.Type, bool)             { return cty.DynamicPseudoType, false }
func (noSchema) Block(string, string) (*tfjson.SchemaBlock, bool) { return nil, false }

// hardText holds whatever an HCL string has to escape.
const hardText = "${a} %{if} \"q\" \\ \n\t$${ é 日"

func knownInputs() map[string]cty.Value {
	str := cty.StringVal
	return map[string]cty.Value{
		"s": str("abc"), "e": str(""), "hard": str(hardText), "d": str("c$"), "num": str("3"),
		"n": cty.NumberIntVal(3), "b": cty.True, "f": cty.False, "null": cty.NullVal(cty.String),
		"l": cty.ListVal([]cty.Value{str("x"), str("y")}), "le": cty.ListValEmpty(cty.String),
		"ln": cty.ListVal([]cty.Value{cty.NumberIntVal(1), cty.NumberIntVal(2)}), "set": cty.SetVal([]cty.Value{str("p"), str("q")}),
		"m": cty.MapVal(map[string]cty.Value{"k": str("v"), "for": str("w")}), "me": cty.MapValEmpty(cty.String),
		"o":  cty.ObjectVal(map[string]cty.Value{"a": str("oa"), "n": cty.NumberIntVal(7), "c": cty.NullVal(cty.List(cty.String))}),
		"lo": cty.ListVal([]cty.Value{cty.ObjectVal(map[string]cty.Value{"a": str("la"), "n": cty.Zero})}),
	}
}

// newRewriter returns a rewriter over the fixture's module.
func newRewriter(t testing.TB, schema Schema) *rewriter {
	t.Helper()
	m, diags := module.Parse("m", map[string][]byte{"main.tf": []byte(fixture)}, nil)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	scope, diags := eval.NewRoot(&module.Tree{Root: m, Modules: map[string]*module.Module{"m": m}}, schema, knownInputs())
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	r := &rewriter{mod: m, scope: scope, schema: schema, pure: eval.PureFunctions(), states: make(map[string]state), calls: make(map[string]state)}
	u := &unit{scope: scope, states: r.states, callState: r.calls}
	u.decideStates(r)
	if r.states["aws_thing.none"].kind != dropped || r.states["aws_thing.one"].kind != single {
		t.Fatal("the fixture's resources are not as the tests take them to be")
	}
	return r
}

// specializeText specializes one expression of the fixture's module.
func specializeText(r *rewriter, text string, w want) (string, hcl.Diagnostics) {
	e, diags := hclsyntax.ParseExpression([]byte(text), "in", hcl.InitialPos)
	if diags.HasErrors() {
		return "", diags
	}
	r.src, r.refused = []byte(text), false
	return r.text(e, w, r.frame(nil)), nil
}

// completion is one possible world: every unknown of the fixture has a value.
type completion struct{ before, after *hcl.EvalContext }

// complete makes a world from choices. Before specializing a reference to aws_thing.one is a list, after that it is the object.
func complete(r *rewriter, c *choices) *completion {
	variables := make(map[string]cty.Value)
	for name, v := range r.mod.Variables {
		if input := r.scope.Input(name); input.IsWhollyKnown() {
			variables[name] = input
		} else {
			variables[name] = anyOf(c, v.Type)
		}
	}
	object := func(set map[string]cty.Value) cty.Value {
		attrs := make(map[string]cty.Value)
		for name, typ := range thing.AttributeTypes() {
			attrs[name] = anyOf(c, typ)
		}
		for name, value := range set {
			attrs[name] = value
		}
		return cty.ObjectVal(attrs)
	}
	one := object(nil)
	many := make([]cty.Value, c.pick(4))
	for i := range many {
		many[i] = object(nil)
	}
	things := map[string]cty.Value{
		"none": cty.EmptyTupleVal, "one": cty.TupleVal([]cty.Value{one}), "plain": object(map[string]cty.Value{"name": cty.StringVal("abc")}),
		"many": cty.TupleVal(many),
		"each": cty.ObjectVal(map[string]cty.Value{
			"x": object(map[string]cty.Value{"name": cty.StringVal("x")}), "y": object(map[string]cty.Value{"name": cty.StringVal("y")}),
		}),
	}
	before := &hcl.EvalContext{Functions: eval.Functions(), Variables: map[string]cty.Value{"var": cty.ObjectVal(variables), "aws_thing": cty.ObjectVal(things)}}
	locals := make(map[string]cty.Value)
	for name, attr := range r.mod.Locals {
		v, diags := attr.Expr.Value(before)
		if diags.HasErrors() {
			v = cty.NullVal(cty.DynamicPseudoType)
		}
		locals[name] = v
	}
	before.Variables["local"] = cty.ObjectVal(locals)
	specialized := make(map[string]cty.Value)
	for name, v := range things {
		specialized[name] = v
	}
	delete(specialized, "none")
	specialized["one"] = one
	after := &hcl.EvalContext{Functions: before.Functions, Variables: map[string]cty.Value{
		"var": before.Variables["var"], "local": before.Variables["local"], "aws_thing": cty.ObjectVal(specialized),
	}}
	return &completion{before, after}
}

// anyOf chooses a value of a type, null among them.
func anyOf(c *choices, typ cty.Type) cty.Value {
	if c.pick(8) == 7 {
		return cty.NullVal(typ)
	}
	switch {
	case typ == cty.String:
		return cty.StringVal([]string{"u", "", "3", "true", "a$", "${x}", "x"}[c.pick(7)])
	case typ == cty.Number:
		return []cty.Value{cty.NumberIntVal(1), cty.Zero, cty.NumberIntVal(-2), cty.NumberFloatVal(3.5)}[c.pick(4)]
	case typ == cty.Bool:
		return cty.BoolVal(c.pick(2) == 0)
	case typ.IsListType() || typ.IsSetType():
		elements := make([]cty.Value, c.pick(3))
		for i := range elements {
			elements[i] = anyOf(c, typ.ElementType())
		}
		switch {
		case typ.IsSetType() && len(elements) > 0:
			return cty.SetVal(elements)
		case typ.IsSetType():
			return cty.SetValEmpty(typ.ElementType())
		case len(elements) > 0:
			return cty.ListVal(elements)
		}
		return cty.ListValEmpty(typ.ElementType())
	case typ.IsMapType():
		elements := make(map[string]cty.Value)
		for i := range c.pick(3) {
			elements[[]string{"k", "z", "a b"}[i]] = anyOf(c, typ.ElementType())
		}
		if len(elements) > 0 {
			return cty.MapVal(elements)
		}
		return cty.MapValEmpty(typ.ElementType())
	case typ.IsObjectType():
		attrs := make(map[string]cty.Value)
		for name, t := range typ.AttributeTypes() {
			attrs[name] = anyOf(c, t)
		}
		return cty.ObjectVal(attrs)
	}
	types := []cty.Type{cty.String, cty.Number, cty.Bool, cty.List(cty.String), cty.Map(cty.Number), cty.Object(map[string]cty.Type{"a": cty.String, "n": cty.Bool})}
	return anyOf(c, types[c.pick(len(types))])
}

func (c *completion) String() string {
	return fmt.Sprintf("%#v", c.before.Variables)
}
