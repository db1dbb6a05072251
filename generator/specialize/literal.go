package specialize

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// want says what the consumer of an expression can see of its value. A replacement has to be the same value as far as the consumer can see.
type want struct {
	kind wantKind
	typ  cty.Type // of a sink
}

type wantKind int

const (
	exact wantKind = iota // value and type: outputs, locals, comparisons, arms of a conditional that stays
	sink                  // the value converted to typ: an argument of a resource or module, a part of a template, an operand
	shape                 // lists are like tuples and maps like objects: for_each of a dynamic block, a provider's argument
	items                 // as shape, but of each element everything shows: the collection of a for expression
	json                  // as shape, and sets are like lists: the argument of jsonencode and yamlencode
)

var (
	wantExact  = want{kind: exact}
	wantShape  = want{kind: shape}
	wantItems  = want{kind: items}
	wantJSON   = want{kind: json}
	wantString = want{kind: sink, typ: cty.String}
	wantNumber = want{kind: sink, typ: cty.Number}
	wantBool   = want{kind: sink, typ: cty.Bool}
)

// sinkFor is the want of an argument whose consumer converts to a type. A type that leaves something open shows the value's own type.
func sinkFor(typ cty.Type) want {
	if typ == cty.NilType || typ.HasDynamicTypes() {
		return wantExact
	}
	return want{kind: sink, typ: typ}
}

// element is the want of an element of a tuple constructor that is consumed as w.
func (w want) element(index int) want {
	if w.kind == items {
		return wantExact
	}
	if w.kind != sink {
		return w
	}
	switch {
	case w.typ.IsListType() || w.typ.IsSetType():
		return sinkFor(w.typ.ElementType())
	case w.typ.IsTupleType() && index < len(w.typ.TupleElementTypes()):
		return sinkFor(w.typ.TupleElementType(index))
	}
	return wantExact
}

// attribute is the want of an attribute of an object constructor that is consumed as w.
func (w want) attribute(name string) want {
	if w.kind == items {
		return wantExact
	}
	if w.kind != sink {
		return w
	}
	switch {
	case w.typ.IsMapType():
		return sinkFor(w.typ.ElementType())
	case w.typ.IsObjectType() && w.typ.HasAttribute(name):
		return sinkFor(w.typ.AttributeType(name))
	}
	return wantExact
}

// same tells whether the consumer sees no difference between two wholly known values.
func (w want) same(a, b cty.Value) bool {
	switch w.kind {
	case sink:
		ca, err := convert.Convert(a, w.typ)
		if err != nil {
			return false
		}
		cb, err := convert.Convert(b, w.typ)
		return err == nil && ca.RawEquals(cb)
	case shape, json:
		return w.loosely(a).RawEquals(w.loosely(b))
	}
	return a.RawEquals(b)
}

// loosely forgets what the consumer can't see: which kind of sequence or mapping a value is, and the type of a null.
func (w want) loosely(v cty.Value) cty.Value {
	typ := v.Type()
	switch {
	case v.IsNull():
		return cty.NullVal(cty.DynamicPseudoType)
	case typ.IsListType() || typ.IsTupleType() || (w.kind == json && typ.IsSetType()):
		elements := make([]cty.Value, 0, v.LengthInt())
		for it := v.ElementIterator(); it.Next(); {
			_, e := it.Element()
			elements = append(elements, w.loosely(e))
		}
		return cty.TupleVal(elements)
	case typ.IsMapType() || typ.IsObjectType():
		attrs := make(map[string]cty.Value)
		for it := v.ElementIterator(); it.Next(); {
			k, e := it.Element()
			attrs[k.AsString()] = w.loosely(e)
		}
		return cty.ObjectVal(attrs)
	}
	return v
}

// Literal prints a wholly known value as an HCL expression whose value has its exact type; false when no literal has.
func Literal(v cty.Value) (string, bool) { return literal(v, wantExact) }

// literal prints a wholly known value so that the consumer sees the same value; false when no literal does that.
func literal(v cty.Value, w want) (string, bool) {
	if w.kind == sink {
		// The consumer converts anyway, so print what it converts to: 365 for "365" where a number is wanted.
		converted, err := convert.Convert(v, w.typ)
		if err != nil {
			return "", false
		}
		if w.typ.IsPrimitiveType() || v.Type().IsPrimitiveType() {
			v = converted
		}
	}
	if w.kind == items && !v.IsNull() && !v.Type().IsSetType() {
		failed := false
		text, value := printWith(v, func(e cty.Value) (string, cty.Value) {
			text, ok := literal(e, wantExact)
			failed = failed || !ok
			return text, e
		}, false)
		return text, !failed && value != cty.NilVal
	}
	text, value := printPlain(v, w)
	if value != cty.NilVal && w.same(v, value) {
		return text, true
	}
	if w.kind == sink {
		return "", false
	}
	text, value = printTyped(v, w)
	if value != cty.NilVal && w.same(v, value) {
		return text, true
	}
	return "", false
}

// printPlain prints sequences as [...] and mappings as {...}, and returns what the text evaluates to.
func printPlain(v cty.Value, w want) (string, cty.Value) {
	return printWith(v, func(e cty.Value) (string, cty.Value) { return printPlain(e, w) }, false)
}

// printTyped prints collections with the function that makes them: tolist([...]), toset([...]), tomap({...}).
func printTyped(v cty.Value, w want) (string, cty.Value) {
	typ := v.Type()
	if w.kind != exact && !typ.IsSetType() {
		return printWith(v, func(e cty.Value) (string, cty.Value) { return printTyped(e, w) }, false)
	}
	return printWith(v, func(e cty.Value) (string, cty.Value) { return printTyped(e, w) }, true)
}

func printWith(v cty.Value, element func(cty.Value) (string, cty.Value), typed bool) (string, cty.Value) {
	typ := v.Type()
	switch {
	case v.IsNull():
		if typed && typ.IsPrimitiveType() {
			return "to" + typ.FriendlyName() + "(null)", v
		}
		return "null", cty.NullVal(cty.DynamicPseudoType)
	case typ == cty.String || typ == cty.Bool:
		return string(hclwrite.TokensForValue(v).Bytes()), v
	case typ == cty.Number:
		if n := v.AsBigFloat(); n.Sign() == 0 && n.Signbit() {
			return "", cty.NilVal // -0, which no two places write alike
		}
		text := string(hclwrite.TokensForValue(v).Bytes())
		back, err := cty.ParseNumberVal(text)
		if err != nil {
			return "", cty.NilVal
		}
		return text, back
	case typ.IsListType() || typ.IsSetType() || typ.IsTupleType():
		var texts []string
		var values []cty.Value
		for it := v.ElementIterator(); it.Next(); {
			_, e := it.Element()
			text, value := element(e)
			if value == cty.NilVal {
				return "", cty.NilVal
			}
			texts, values = append(texts, text), append(values, value)
		}
		text, value := tupleText(texts), cty.TupleVal(values)
		switch {
		case typed && typ.IsListType():
			return wrapCollection("tolist", text, value, cty.List(cty.DynamicPseudoType))
		case typed && typ.IsSetType():
			return wrapCollection("toset", text, value, cty.Set(cty.DynamicPseudoType))
		}
		return text, value
	case typ.IsMapType() || typ.IsObjectType():
		var keys, texts []string
		values := make(map[string]cty.Value)
		for it := v.ElementIterator(); it.Next(); {
			k, e := it.Element()
			text, value := element(e)
			if value == cty.NilVal {
				return "", cty.NilVal
			}
			keys, texts = append(keys, k.AsString()), append(texts, text)
			values[k.AsString()] = value
		}
		text, value := objectText(keys, texts), cty.ObjectVal(values)
		if typed && typ.IsMapType() {
			return wrapCollection("tomap", text, value, cty.Map(cty.DynamicPseudoType))
		}
		return text, value
	}
	return "", cty.NilVal
}

// wrapCollection returns the call of a conversion function and what it evaluates to; nothing for an empty collection, whose element type
// no literal can say.
func wrapCollection(name, text string, value cty.Value, typ cty.Type) (string, cty.Value) {
	converted, err := convert.Convert(value, typ)
	if err != nil || converted.LengthInt() == 0 {
		return "", cty.NilVal
	}
	return name + "(" + text + ")", converted
}

// lineLength is up to where a list is printed on one line.
const lineLength = 100

func tupleText(elements []string) string {
	oneLine := "[" + strings.Join(elements, ", ") + "]"
	if len(oneLine) <= lineLength && !strings.Contains(oneLine, "\n") {
		return oneLine
	}
	return "[\n" + strings.Join(elements, ",\n") + ",\n]"
}

func objectText(keys, values []string) string {
	if len(keys) == 0 {
		return "{}"
	}
	var b strings.Builder
	b.WriteString("{\n")
	for i, key := range keys {
		b.WriteString(keyText(key))
		b.WriteString(" = ")
		b.WriteString(values[i])
		b.WriteString("\n")
	}
	b.WriteString("}")
	return b.String()
}

// keywords read as something else than a name at the start of an object item.
var keywords = []string{"for", "null", "true", "false", "if", "in", "else", "endif", "endfor"}

func keyText(key string) string {
	if hclsyntax.ValidIdentifier(key) && !slices.Contains(keywords, key) {
		return key
	}
	return string(hclwrite.TokensForValue(cty.StringVal(key)).Bytes())
}

// Plain prints a wholly known value as a literal that converts to the type that the value came from: lists and sets as [...], maps and
// objects as {...}.
func Plain(v cty.Value) string {
	text, _ := printPlain(v, wantShape)
	return text
}
