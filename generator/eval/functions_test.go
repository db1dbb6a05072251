package eval

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

var updateFunctions = flag.Bool("update-functions", false, "write what terraform says into testdata/functions.txt")

const functionsFile = "testdata/functions.txt"

// A functionCase is a line of functions.txt: EXPRESSION => TYPE JSON, or EXPRESSION => error.
type functionCase struct {
	line       int
	expression string
	want       string
}

func readFunctionCases(t *testing.T) []functionCase {
	t.Helper()
	content, err := os.ReadFile(functionsFile)
	if err != nil {
		t.Fatal(err)
	}
	var cases []functionCase
	for i, line := range strings.Split(string(content), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		c := functionCase{line: i + 1, expression: line}
		if at := strings.LastIndex(line, " => "); at >= 0 {
			c.expression, c.want = line[:at], line[at+len(" => "):]
		} else if !*updateFunctions {
			t.Fatalf("%s:%d: no expected value; run with -update-functions", functionsFile, i+1)
		}
		cases = append(cases, c)
	}
	if len(cases) < 120 {
		t.Fatalf("only %d cases in %s", len(cases), functionsFile)
	}
	return cases
}

// render shows a value with its type; "error" for none. It reads the value back once, as Terraform's answers have been: JSON has fewer
// digits than a number may have, and no negative zero.
func render(v cty.Value) (string, error) {
	if v == cty.NilVal {
		return "error", nil
	}
	text, err := ctyjson.Marshal(v, v.Type())
	if err != nil {
		return "", err
	}
	again, err := ctyjson.Unmarshal(text, v.Type())
	if err != nil {
		return "", err
	}
	if v.Type() == cty.Number && again.Equals(cty.Zero).True() {
		again = cty.Zero
	}
	if text, err = ctyjson.Marshal(again, v.Type()); err != nil {
		return "", err
	}
	return typeexpr.TypeString(v.Type()) + " " + string(text), nil
}

func parse(t *testing.T, expression string) hclsyntax.Expression {
	t.Helper()
	expr, diags := hclsyntax.ParseExpression([]byte(expression), "case", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("%s: %s", expression, diags)
	}
	return expr
}

func TestFunctionsOnKnownArguments(t *testing.T) {
	if *updateFunctions {
		t.Log("the file is being rewritten")
		return
	}
	ctx := &hcl.EvalContext{Functions: Functions()}
	called := make(map[string]bool)
	for _, c := range readFunctionCases(t) {
		expr := parse(t, c.expression)
		value, diags := expr.Value(ctx)
		if diags.HasErrors() {
			value = cty.NilVal
		}
		got, err := render(value)
		if err != nil {
			t.Errorf("%s:%d: %s: %s", functionsFile, c.line, c.expression, err)
		}
		if got != c.want {
			t.Errorf("%s:%d: %s\n got  %s\n want %s\n %v", functionsFile, c.line, c.expression, got, c.want, diags)
		}
		if call, ok := expr.(*hclsyntax.FunctionCallExpr); ok {
			called[call.Name] = called[call.Name] || c.want != "error"
		}
	}
	impure := impureFunctions()
	for _, name := range slices.Sorted(maps.Keys(ctx.Functions)) {
		if _, skip := impure[name]; !skip && !called[name] {
			t.Errorf("%s calls %s nowhere with success", functionsFile, name)
		}
	}
}

// TestFunctionsAgainstTerraform asks Terraform itself, with one apply of a configuration of outputs alone.
func TestFunctionsAgainstTerraform(t *testing.T) {
	t.Parallel()
	path, err := exec.LookPath("terraform")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("terraform is not on PATH")
		}
		t.Skip("SKIPPED: terraform is not on PATH, so that nothing compares the functions with Terraform's")
	}
	cases := readFunctionCases(t)
	answers := askTerraform(t, path, cases)
	if *updateFunctions {
		rewriteFunctionCases(t, cases, answers)
		return
	}
	for i, c := range cases {
		if answers[i] != c.want {
			t.Errorf("%s:%d: %s\n terraform %s\n file      %s", functionsFile, c.line, c.expression, answers[i], c.want)
		}
	}
}

func askTerraform(t *testing.T, path string, cases []functionCase) []string {
	t.Helper()
	dir := t.TempDir()
	var config strings.Builder
	for i, c := range cases {
		// The tuple keeps Terraform from dropping an output that is null.
		fmt.Fprintf(&config, "output \"can_%d\" {\n  value = can(%s)\n}\noutput \"value_%d\" {\n  value = try([%s], [])\n}\n", i, c.expression, i, c.expression)
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(config.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	run := func(args ...string) []byte {
		cmd := exec.CommandContext(ctx, path, args...)
		cmd.Dir = dir
		// No configuration of the user's, above all no TF_CLI_ARGS, may change the answers.
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "CHECKPOINT_DISABLE=1"}
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if err := cmd.Run(); err != nil {
			t.Fatalf("terraform %s: %s\n%s", args[0], err, stderr.String())
		}
		return stdout.Bytes()
	}
	run("apply", "-auto-approve", "-input=false", "-no-color")
	var outputs map[string]struct {
		Type  json.RawMessage
		Value json.RawMessage
	}
	if err := json.Unmarshal(run("output", "-json"), &outputs); err != nil {
		t.Fatal(err)
	}
	decode := func(name string) cty.Value {
		typ, err := ctyjson.UnmarshalType(outputs[name].Type)
		if err != nil {
			t.Fatalf("%s: %s", name, err)
		}
		value, err := ctyjson.Unmarshal(outputs[name].Value, typ)
		if err != nil {
			t.Fatalf("%s: %s", name, err)
		}
		return value
	}
	answers := make([]string, len(cases))
	for i, c := range cases {
		answer := cty.NilVal
		if decode(fmt.Sprintf("can_%d", i)).True() {
			answer = decode(fmt.Sprintf("value_%d", i)).Index(cty.Zero)
		}
		text, err := render(answer)
		if err != nil {
			t.Fatalf("%s: %s", c.expression, err)
		}
		answers[i] = text
	}
	return answers
}

func rewriteFunctionCases(t *testing.T, cases []functionCase, answers []string) {
	t.Helper()
	content, err := os.ReadFile(functionsFile)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(content), "\n")
	for i, c := range cases {
		lines[c.line-1] = c.expression + " => " + answers[i]
	}
	if err := os.WriteFile(functionsFile, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
}

// sample is one call with known arguments, taken from functions.txt.
type sample struct {
	name string
	args []cty.Value
}

func readSamples(t *testing.T) []sample {
	t.Helper()
	ctx := &hcl.EvalContext{Functions: Functions()}
	var samples []sample
	for _, c := range readFunctionCases(t) {
		call, ok := parse(t, c.expression).(*hclsyntax.FunctionCallExpr)
		if !ok {
			continue
		}
		s := sample{name: call.Name}
		for _, arg := range call.Args {
			value, diags := arg.Value(ctx)
			if diags.HasErrors() {
				break // an argument of try or can that fails
			}
			s.args = append(s.args, value)
		}
		if len(s.args) == len(call.Args) {
			samples = append(samples, s)
		}
	}
	return samples
}

// evaluate calls a function as an expression does, conversions of arguments included.
func evaluate(expr hclsyntax.Expression, functions map[string]function.Function, args []cty.Value) (cty.Value, error) {
	variables := make(map[string]cty.Value, len(args))
	for i, arg := range args {
		variables[fmt.Sprintf("a%d", i)] = arg
	}
	value, diags := expr.Value(&hcl.EvalContext{Variables: variables, Functions: functions})
	if !diags.HasErrors() {
		return value, nil
	}
	var panicked function.PanicError
	for _, diag := range diags {
		if extra, ok := hcl.DiagnosticExtra[hclsyntax.FunctionCallDiagExtra](diag); ok && errors.As(extra.FunctionCallError(), &panicked) {
			return cty.NilVal, panicked
		}
	}
	return cty.NilVal, diags
}

func callOf(t *testing.T, s sample) hclsyntax.Expression {
	t.Helper()
	names := make([]string, len(s.args))
	for i := range names {
		names[i] = fmt.Sprintf("a%d", i)
	}
	return parse(t, s.name+"("+strings.Join(names, ", ")+")")
}

// blurs are the ways to know less about an argument.
const (
	asIs = iota
	unknown
	unknownNotNull
	dynamic
	partial
	partialMarked
	null
	nullOfAnyType
	blurs
)

// blur returns what takes the argument's place, and the known value that it stands for.
func blur(r *rand.Rand, v cty.Value, how int) (blurred, original cty.Value) {
	switch how {
	case unknown:
		return cty.UnknownVal(v.Type()), v
	case unknownNotNull:
		if v.IsNull() {
			return cty.UnknownVal(v.Type()), v
		}
		return cty.UnknownVal(v.Type()).RefineNotNull(), v
	case dynamic:
		return cty.DynamicVal, v
	case partial:
		return partially(r, v, true), v
	case partialMarked:
		return partially(r, v, true).Mark("mark"), v
	case null:
		return cty.NullVal(v.Type()), cty.NullVal(v.Type())
	case nullOfAnyType:
		return cty.NullVal(cty.DynamicPseudoType), cty.NullVal(cty.DynamicPseudoType)
	}
	return v, v
}

// partially replaces some of the values inside v. Only where each element has a type of its own may a replacement be of unknown type.
func partially(r *rand.Rand, v cty.Value, ownType bool) cty.Value {
	element := func(e cty.Value, ownType bool) cty.Value {
		switch n := r.IntN(6); {
		case n == 0:
			return cty.UnknownVal(e.Type())
		case n == 1 && !e.IsNull():
			return cty.UnknownVal(e.Type()).RefineNotNull()
		case n == 2 && ownType:
			return cty.DynamicVal
		}
		return partially(r, e, ownType)
	}
	typ := v.Type()
	if v.IsNull() || typ.IsPrimitiveType() || v.LengthInt() == 0 {
		return v
	}
	return rebuild(v, func(e cty.Value) cty.Value {
		return element(e, ownType && !typ.IsCollectionType())
	})
}

// rebuild applies f to every element of a known collection, tuple or object that is not empty.
func rebuild(v cty.Value, f func(cty.Value) cty.Value) cty.Value {
	typ := v.Type()
	if typ.IsMapType() || typ.IsObjectType() {
		elements := make(map[string]cty.Value)
		for it := v.ElementIterator(); it.Next(); {
			key, e := it.Element()
			elements[key.AsString()] = f(e)
		}
		if typ.IsMapType() {
			return cty.MapVal(elements)
		}
		return cty.ObjectVal(elements)
	}
	var elements []cty.Value
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		elements = append(elements, f(e))
	}
	switch {
	case typ.IsListType():
		return cty.ListVal(elements)
	case typ.IsSetType():
		return cty.SetVal(elements)
	}
	return cty.TupleVal(elements)
}

// complete replaces each unknown by a value that it may turn out to be.
func complete(r *rand.Rand, v cty.Value, pool []cty.Value) cty.Value {
	v, _ = v.Unmark()
	switch typ := v.Type(); {
	case !v.IsKnown() && typ == cty.DynamicPseudoType:
		return pool[r.IntN(len(pool))]
	case !v.IsKnown():
		if r.IntN(6) == 0 && !v.Range().DefinitelyNotNull() {
			return cty.NullVal(typ)
		}
		return invent(r, typ, pool)
	case v.IsNull() || typ.IsPrimitiveType() || v.LengthInt() == 0:
		return v
	}
	return rebuild(v, func(e cty.Value) cty.Value { return complete(r, e, pool) })
}

// invent makes up a value of a type that is not null, from the pool if it can.
func invent(r *rand.Rand, typ cty.Type, pool []cty.Value) cty.Value {
	var fitting []cty.Value
	for _, v := range pool {
		if v.Type().Equals(typ) && !v.IsNull() {
			fitting = append(fitting, v)
		}
	}
	if len(fitting) > 0 && r.IntN(4) > 0 {
		return fitting[r.IntN(len(fitting))]
	}
	element := func(typ cty.Type) cty.Value {
		if r.IntN(8) == 0 {
			return cty.NullVal(typ)
		}
		return invent(r, typ, pool)
	}
	switch {
	case typ == cty.String:
		return cty.StringVal([]string{"", "a", "b", "1", "true"}[r.IntN(5)])
	case typ == cty.Number:
		return cty.NumberIntVal(int64(r.IntN(5) - 1))
	case typ == cty.Bool:
		return cty.BoolVal(r.IntN(2) == 0)
	case typ.IsObjectType():
		attrs := make(map[string]cty.Value)
		for _, name := range slices.Sorted(maps.Keys(typ.AttributeTypes())) {
			attrs[name] = element(typ.AttributeType(name))
		}
		return cty.ObjectVal(attrs)
	case typ.IsTupleType():
		elements := make([]cty.Value, typ.Length())
		for i := range elements {
			elements[i] = element(typ.TupleElementType(i))
		}
		return cty.TupleVal(elements)
	case typ.IsCollectionType():
		n := r.IntN(3)
		if typ.ElementType() == cty.DynamicPseudoType {
			n = 0
		}
		switch {
		case n == 0 && typ.IsMapType():
			return cty.MapValEmpty(typ.ElementType())
		case n == 0 && typ.IsSetType():
			return cty.SetValEmpty(typ.ElementType())
		case n == 0:
			return cty.ListValEmpty(typ.ElementType())
		case typ.IsMapType():
			elements := make(map[string]cty.Value)
			for _, key := range []string{"a", "b"}[:n] {
				elements[key] = element(typ.ElementType())
			}
			return cty.MapVal(elements)
		}
		elements := make([]cty.Value, n)
		for i := range elements {
			elements[i] = element(typ.ElementType())
		}
		if typ.IsSetType() {
			return cty.SetVal(elements)
		}
		return cty.ListVal(elements)
	}
	return cty.NullVal(typ)
}

// contradiction tells how a value known in part rules out the full one; "" if it doesn't.
func contradiction(part, full cty.Value) string {
	if errs := full.Type().TestConformance(part.Type()); len(errs) > 0 {
		return fmt.Sprintf("type %s is no %s", typeexpr.TypeString(full.Type()), typeexpr.TypeString(part.Type()))
	}
	switch {
	case !part.IsKnown():
		if full.Type() == cty.Number && !full.IsNull() && full.AsBigFloat().IsInf() {
			return "" // go-cty counts infinity out of every range
		}
		if in := part.Range().Includes(full); in.IsKnown() && in.False() {
			return fmt.Sprintf("%#v is not in the range of %#v", full, part)
		}
		return ""
	case part.IsWhollyKnown():
		if !part.RawEquals(full) {
			return fmt.Sprintf("%#v is not %#v", full, part)
		}
		return ""
	case part.Type().IsSetType():
		return fmt.Sprintf("a set known in part: %#v", part)
	case full.IsNull():
		return fmt.Sprintf("null instead of %#v", part)
	}
	type element struct{ key, value cty.Value }
	list := func(v cty.Value) (elements []element) {
		for it := v.ElementIterator(); it.Next(); {
			key, value := it.Element()
			elements = append(elements, element{key, value})
		}
		return elements
	}
	parts, fulls := list(part), list(full)
	if len(parts) != len(fulls) {
		return fmt.Sprintf("%d elements instead of %d", len(fulls), len(parts))
	}
	for i := range parts {
		if !parts[i].key.RawEquals(fulls[i].key) {
			return fmt.Sprintf("key %#v instead of %#v", fulls[i].key, parts[i].key)
		}
		if problem := contradiction(parts[i].value, fulls[i].value); problem != "" {
			return problem
		}
	}
	return ""
}

// checkMonotone compares what a call says about arguments known in part with what it says about a completion of them.
func checkMonotone(part cty.Value, partErr error, full cty.Value, fullErr error) string {
	switch {
	case partErr != nil && fullErr == nil:
		return fmt.Sprintf("%s, although it may be %#v", partErr, full)
	case partErr != nil:
		return ""
	}
	part, _ = part.UnmarkDeep()
	if fullErr == nil {
		return contradiction(part, full)
	}
	if part.IsWhollyKnown() {
		return fmt.Sprintf("%#v, although it may fail: %s", part, fullErr)
	}
	return ""
}

// TestFunctionsAreMonotone holds that nothing a function says about arguments known in part is taken back when the rest becomes known:
// neither a value, nor a part of one, nor a type, nor a failure.
func TestFunctionsAreMonotone(t *testing.T) {
	t.Parallel()
	if *updateFunctions {
		t.Log("the file is being rewritten")
		return
	}
	functions := Functions()
	samples := readSamples(t)
	pools := make(map[string][]cty.Value)
	for _, s := range samples {
		for _, arg := range s.args {
			// The walk never fails.
			_ = cty.Walk(arg, func(_ cty.Path, v cty.Value) (bool, error) {
				pools[s.name] = append(pools[s.name], v)
				return true, nil
			})
		}
	}
	for name := range pools {
		pools[name] = append(pools[name], cty.NullVal(cty.DynamicPseudoType), cty.StringVal("x"), cty.Zero, cty.EmptyObjectVal, cty.EmptyTupleVal)
	}
	r := rand.New(rand.NewPCG(1, 2))
	const maxCombinations, rounds, completions = 64, 2, 3 // all combinations of two arguments, some of more
	known, folded := make(map[string]bool), 0
	for _, s := range samples {
		expr, problems := callOf(t, s), 0
		combinations := 1
		for range s.args {
			combinations *= blurs
		}
		random := combinations > maxCombinations
		for n := range min(combinations, maxCombinations) * rounds {
			args, originals := make([]cty.Value, len(s.args)), make([]cty.Value, len(s.args))
			rest := n
			for i, arg := range s.args {
				how := rest % blurs
				if random {
					how = r.IntN(blurs)
				}
				rest /= blurs
				args[i], originals[i] = blur(r, arg, how)
			}
			part, partErr := evaluate(expr, functions, args)
			if failOnPanic(t, s, args, partErr) {
				continue
			}
			if partErr == nil {
				if anyMarked(args) && !part.ContainsMarked() && s.name != "try" && s.name != "can" {
					t.Errorf("%s(%#v) loses the mark: %#v", s.name, args, part)
				}
				if part.IsWhollyKnown() {
					known[s.name] = true
					if slices.ContainsFunc(args, func(v cty.Value) bool { return !v.IsWhollyKnown() }) {
						folded++
					}
				}
			}
			for k := range completions {
				complements := originals
				if k > 0 {
					complements = make([]cty.Value, len(args))
					for i, arg := range args {
						complements[i] = complete(r, arg, pools[s.name])
					}
				}
				full, fullErr := evaluate(expr, functions, complements)
				if failOnPanic(t, s, complements, fullErr) {
					continue
				}
				if problem := checkMonotone(part, partErr, full, fullErr); problem != "" {
					t.Errorf("%s(%#v): %s\n  of the completion %#v", s.name, args, problem, complements)
					problems++
				}
			}
			if problems > 0 {
				break // more of the same
			}
		}
	}
	impure := impureFunctions()
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		if _, skip := impure[name]; !skip && !known[name] {
			t.Errorf("%s was never known: the test shows nothing of it", name)
		}
	}
	if folded < 100 {
		t.Errorf("only %d calls with unknown arguments had a known result", folded)
	}
}

func anyMarked(args []cty.Value) bool {
	return slices.ContainsFunc(args, cty.Value.ContainsMarked)
}

func failOnPanic(t *testing.T, s sample, args []cty.Value, err error) bool {
	t.Helper()
	var panicked function.PanicError
	if !errors.As(err, &panicked) {
		return false
	}
	t.Errorf("%s(%#v) panics: %v\n%s", s.name, args, panicked.Value, panicked.Stack)
	return true
}

// TestFunctionsOnUnknownArguments pins, one behaviour a line, what stays foldable and what must not be folded. want is the known value,
// unknown TYPE, or error where every completion fails.
func TestFunctionsOnUnknownArguments(t *testing.T) {
	variables := map[string]cty.Value{
		"any":    cty.DynamicVal,
		"str":    cty.UnknownVal(cty.String),
		"num":    cty.UnknownVal(cty.Number),
		"bool":   cty.UnknownVal(cty.Bool),
		"list":   cty.UnknownVal(cty.List(cty.String)),
		"map":    cty.UnknownVal(cty.Map(cty.String)),
		"set":    cty.SetVal([]cty.Value{cty.StringVal("a"), cty.UnknownVal(cty.String)}),
		"object": cty.UnknownVal(cty.Object(map[string]cty.Type{"a": cty.String})),
		"tuple":  cty.UnknownVal(cty.Tuple([]cty.Type{cty.String})),
		"none":   cty.NullVal(cty.Tuple([]cty.Type{cty.String})),
		"mixed":  cty.MapVal(map[string]cty.Value{"a": cty.StringVal("x"), "b": cty.UnknownVal(cty.String)}),
	}
	ctx := &hcl.EvalContext{Variables: variables, Functions: Functions()}
	for _, c := range []struct{ expression, want string }{
		{`length(["a", str])`, `number 2`},
		{`length(["a", any])`, `number 2`},
		{`length([for x in ["a", str] : x])`, `number 2`},
		{`length(toset(["a", str]))`, `unknown number`},
		{`length(set)`, `unknown number`},
		{`length(list)`, `unknown number`},
		{`length(object)`, `unknown number`},
		{`length(any)`, `unknown number`},
		{`toset(["a", str])`, `unknown set(string)`},
		{`sort(set)`, `unknown list(string)`},
		{`setunion(["a"], ["a", str])`, `unknown set(string)`},
		{`keys({ a = any, b = str })`, `tuple([string,string]) ["a","b"]`},
		{`keys(object)`, `unknown any`},
		{`keys(mixed)`, `list(string) ["a","b"]`},
		{`values({ a = "x", b = any })[0]`, `string "x"`},
		{`merge({ a = "x" }, { b = any }).a`, `string "x"`},
		{`merge({ a = "x" }, { a = any }).a`, `unknown any`},
		{`merge({ a = "x" }, any)`, `unknown any`},
		{`merge({ a = "x" }, object)`, `unknown any`},
		{`concat(["a"], [any])[0]`, `string "a"`},
		{`concat(["a"], any)`, `unknown any`},
		{`concat(["a"], list)`, `unknown any`},
		{`coalesce("a", str)`, `string "a"`},
		{`coalesce(str, "a")`, `unknown string`},
		{`coalesce("a", any)`, `unknown any`},
		{`coalesce(null, num, "a")`, `unknown string`},
		{`coalescelist(["a", any], ["b"])[0]`, `string "a"`},
		{`coalescelist(list, ["b"])`, `unknown any`},
		{`coalescelist(["a"], tuple)`, `tuple([string]) ["a"]`},
		{`coalescelist(["a"], str)`, `unknown any`},
		{`coalescelist(["a"], { a = str })`, `unknown any`},
		{`tolist(["a", any])`, `unknown list(any)`},
		{`tomap({ a = 1, b = any })`, `unknown map(any)`},
		{`distinct(["a", any])`, `unknown list(any)`},
		{`flatten([["a"], [str]])[0]`, `string "a"`},
		{`flatten([["a"], any])`, `unknown any`},
		{`lookup(mixed, "a", "d")`, `string "x"`},
		{`lookup(mixed, "a", any)`, `unknown any`},
		{`lookup(mixed, "c", "d")`, `string "d"`},
		{`lookup({ a = 1, b = any }, "a", "d")`, `number 1`},
		{`lookup(tomap({ a = 1 }), "a", str)`, `unknown number`},
		{`lookup(map, "a", "d")`, `unknown string`},
		{`one([any])`, `unknown any`},
		{`one([])`, `any null`},
		{`one(set)`, `unknown string`},
		{`element(["a", any], 0)`, `string "a"`},
		{`element(["a", "b"], -1)`, `unknown any`},
		{`element(["a"], num)`, `unknown any`},
		{`element(none, num)`, `error`},
		{`contains(["a", str], "a")`, `bool true`},
		{`contains(["b", str], "a")`, `unknown bool`},
		{`contains(["b"], null)`, `unknown bool`},
		{`contains(none, str)`, `error`},
		{`contains(tuple, "a")`, `unknown bool`},
		{`contains(set, "a")`, `unknown bool`},
		{`index(["a", str], "a")`, `number 0`},
		{`index([str, "a"], "a")`, `unknown number`},
		{`anytrue([true, bool])`, `bool true`},
		{`anytrue([bool, true])`, `bool true`},
		{`anytrue([true, str])`, `unknown bool`},
		{`anytrue([false, bool])`, `unknown bool`},
		{`alltrue([false, bool])`, `bool false`},
		{`alltrue([bool, false])`, `bool false`},
		{`join(",", ["a", str])`, `unknown string`},
		{`jsonencode({ a = str })`, `unknown string`},
		{`jsondecode("{\"a\": 1, \"a\": \"x\"}")`, `unknown any`},
		{`jsondecode("[{\"b\": {\"a\": \"x\", \"c\": [], \"\\u0061\": \"y\"}}]")`, `unknown any`},
		{`jsondecode("{\"b\": {\"a\": \"x\", \"a\": \"y\"}}")`, `unknown any`},
		{`format("%s", any)`, `unknown string`},
		{`format("%s", null)`, `unknown string`},
		{`formatlist("%s", null)`, `unknown list(string)`},
		{`formatlist("%s%s", [], tuple)`, `unknown list(string)`},
		{`formatlist("%s%s", [], ["a", str])`, `error`},
		{`indent(-1, str)`, `unknown string`},
		{`indent(num, "a")`, `unknown string`},
		{`log(1, num)`, `unknown number`},
		{`pow(-1, num)`, `unknown number`},
		{`signum(pow(0, -1))`, `unknown number`},
		{`sum([pow(0, -1), log(0, 2), num])`, `unknown number`},
		{`merge(null, str)`, `unknown any`},
		{`merge(null, [str])`, `unknown any`},
		{`zipmap([null], [str])`, `error`},
		{`try(any.a, "b")`, `unknown any`},
		{`try("b", any.a)`, `string "b"`},
		{`try([][0], "b")`, `string "b"`},
		{`can(any.a)`, `unknown bool`},
		{`cidrhost("::ffff:1.2.3.4/120", 1)`, `unknown string`},
		{`cidrsubnet("10.0.0.0/8", 8, -1)`, `unknown string`},
		{`cidrsubnet("10.0.0.0/8", -1, 0)`, `unknown string`},
		{`timestamp()`, `unknown string`},
		{`file("missing")`, `unknown string`},
		{`fileset(any, 1)`, `unknown set(string)`},
		{`templatefile("missing", {})`, `unknown any`},
		{`nonsensitive("a")`, `unknown any`},
	} {
		value, diags := parse(t, c.expression).Value(ctx)
		got := "unknown " + typeexpr.TypeString(value.Type())
		if diags.HasErrors() {
			got = "error"
		} else if value.IsWhollyKnown() {
			text, err := render(value)
			if err != nil {
				t.Fatal(err)
			}
			got = text
		}
		if got != c.want {
			t.Errorf("%s\n got  %s\n want %s\n %v", c.expression, got, c.want, diags)
		}
	}
}

func TestImpureFunctionsAreUnknown(t *testing.T) {
	functions := Functions()
	arguments := [][]cty.Value{
		nil,
		{cty.StringVal("x")},
		{cty.DynamicVal, cty.NullVal(cty.DynamicPseudoType)},
		{cty.UnknownVal(cty.String), cty.EmptyObjectVal, cty.StringVal("x").Mark("mark")},
	}
	for name, typ := range impureFunctions() {
		f, ok := functions[name]
		if !ok {
			t.Errorf("no function %s", name)
			continue
		}
		for _, args := range arguments {
			value, err := f.Call(args)
			if err != nil {
				t.Errorf("%s(%#v): %s", name, args, err)
				continue
			}
			unmarked, marks := value.Unmark()
			if !unmarked.RawEquals(cty.UnknownVal(typ)) {
				t.Errorf("%s(%#v) = %#v", name, args, value)
			}
			if (len(marks) > 0) != anyMarked(args) {
				t.Errorf("%s(%#v) changes the marks: %#v", name, args, value)
			}
		}
	}
}
