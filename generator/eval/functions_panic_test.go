package eval

import (
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
)

// oddArguments are those that a function's author is likely to forget: null, nothing, less than nothing, and unknowns of each kind.
func oddArguments() []cty.Value {
	null, nullString := cty.NullVal(cty.DynamicPseudoType), cty.NullVal(cty.String)
	return []cty.Value{
		null,
		nullString,
		cty.NullVal(cty.Number),
		cty.NullVal(cty.List(cty.String)),
		cty.NullVal(cty.EmptyTuple),
		cty.NullVal(cty.Object(map[string]cty.Type{"a": cty.String})),
		cty.StringVal(""),
		cty.StringVal("a"),
		cty.StringVal("/(/"),
		cty.StringVal("%d"),
		cty.StringVal("10.0.0.0/24"),
		cty.NumberIntVal(-1),
		cty.Zero,
		cty.NumberIntVal(1),
		cty.NumberFloatVal(0.5),
		cty.PositiveInfinity,
		cty.NegativeInfinity,
		cty.True,
		cty.EmptyTupleVal,
		cty.EmptyObjectVal,
		cty.ListValEmpty(cty.String),
		cty.ListValEmpty(cty.DynamicPseudoType),
		cty.SetValEmpty(cty.String),
		cty.MapValEmpty(cty.String),
		cty.TupleVal([]cty.Value{null}),
		cty.TupleVal([]cty.Value{cty.PositiveInfinity, cty.NegativeInfinity}),
		cty.ObjectVal(map[string]cty.Value{"a": null}),
		cty.ListVal([]cty.Value{nullString}),
		cty.SetVal([]cty.Value{nullString}),
		cty.MapVal(map[string]cty.Value{"a": nullString}),
		cty.DynamicVal,
		cty.UnknownVal(cty.String),
		cty.UnknownVal(cty.Number),
		cty.UnknownVal(cty.EmptyTuple),
		cty.UnknownVal(cty.EmptyObject),
		cty.UnknownVal(cty.List(cty.String)),
		cty.UnknownVal(cty.Set(cty.String)),
		cty.UnknownVal(cty.Map(cty.String)),
		cty.TupleVal([]cty.Value{cty.DynamicVal}),
		cty.ListVal([]cty.Value{cty.UnknownVal(cty.String)}),
		cty.SetVal([]cty.Value{cty.UnknownVal(cty.String), cty.StringVal("a")}),
		cty.MapVal(map[string]cty.Value{"a": cty.UnknownVal(cty.String)}),
		cty.StringVal("a").Mark("mark"),
	}
}

// oddCalls returns every call with up to two of the arguments, and some with three and four.
func oddCalls(r *rand.Rand) [][]cty.Value {
	odd := oddArguments()
	calls := [][]cty.Value{nil}
	for _, a := range odd {
		calls = append(calls, []cty.Value{a})
		for _, b := range odd {
			calls = append(calls, []cty.Value{a, b})
		}
	}
	for range 300 {
		args := make([]cty.Value, 3+r.IntN(2))
		for i := range args {
			args[i] = odd[r.IntN(len(odd))]
		}
		calls = append(calls, args)
	}
	return calls
}

func TestFunctionsNeverPanic(t *testing.T) {
	t.Parallel()
	functions, calls := Functions(), oddCalls(rand.New(rand.NewPCG(3, 4)))
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		expressions := make(map[int]hclsyntax.Expression) // by the number of arguments
		for _, args := range calls {
			s := sample{name: name, args: args}
			if expressions[len(args)] == nil {
				expressions[len(args)] = callOf(t, s)
			}
			_, err := evaluate(expressions[len(args)], functions, args)
			if failOnPanic(t, s, args, err) {
				break // more of the same
			}
		}
	}
}

// TestOddCallsFindPanics keeps the calls above odd enough to make go-cty panic wherever it is known to. Remove a function here if a new
// version of go-cty no longer panics.
func TestOddCallsFindPanics(t *testing.T) {
	var panicking []string
	pure, calls := pureFunctions(), oddCalls(rand.New(rand.NewPCG(3, 4)))
	for _, name := range slices.Sorted(maps.Keys(pure)) {
		p := pure[name]
		if slices.ContainsFunc(calls, func(args []cty.Value) bool { return panics(p, args) }) {
			panicking = append(panicking, name)
		}
	}
	if got, want := strings.Join(panicking, " "), "indent log merge pow sum zipmap"; got != want {
		t.Errorf("the implementations of %q panic, want %q", got, want)
	}
}

// panics tells whether a function's implementation panics when called as Terraform calls it.
func panics(p pureFunction, args []cty.Value) bool {
	if len(args) < len(p.implementation.Params()) || len(args) > len(p.implementation.Params()) && p.implementation.VarParam() == nil {
		return false
	}
	converted := make([]cty.Value, len(args))
	for i, arg := range args {
		var err error
		if converted[i], err = convert.Convert(arg, p.param(i).Type); err != nil {
			return false
		}
	}
	_, err := p.implementation.Call(converted)
	var panicked function.PanicError
	return errors.As(err, &panicked)
}
