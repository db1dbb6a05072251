package eval

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	"github.com/zclconf/go-cty-yaml"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// functions is made once: it is the same for every scope, and never changed.
var functions = sync.OnceValue(newFunctions)

// Functions returns Terraform's functions by name, for folding. The pure ones compute what Terraform computes from known arguments. From
// arguments that are not wholly known they return only what holds whatever the unknowns turn out to be: unknown of no certain type while
// an argument's type may still decide the result's, and an error only if Terraform would fail for certain. Functions that read the clock,
// files or random numbers, that change what is sensitive, and those whose result depends on Terraform's build always return unknown.
// Source: https://developer.hashicorp.com/terraform/language/functions, compared with Terraform 1.11.4 in the tests.
// The map is shared, and must not be changed.
func Functions() map[string]function.Function { return functions() }

func newFunctions() map[string]function.Function {
	functions := map[string]function.Function{
		// These two are given expressions, not values, and already refuse to decide on anything that is not wholly known.
		"try": tryfunc.TryFunc,
		"can": tryfunc.CanFunc,
	}
	for name, p := range pureFunctions() {
		functions[name] = p.function()
	}
	for name, typ := range impureFunctions() {
		functions[name] = Opaque(typ)
	}
	return functions
}

// Opaque returns a function that takes any arguments and always returns an unknown value of the given type, cty.DynamicPseudoType where
// the type is not known either. It never fails.
func Opaque(typ cty.Type) function.Function {
	return function.New(&function.Spec{
		VarParam: &function.Parameter{
			Name:             "arguments",
			Type:             cty.DynamicPseudoType,
			AllowNull:        true,
			AllowUnknown:     true,
			AllowDynamicType: true,
		},
		Type: function.StaticReturnType(typ),
		Impl: func([]cty.Value, cty.Type) (cty.Value, error) {
			return cty.UnknownVal(typ), nil
		},
	})
}

func impureFunctions() map[string]cty.Type {
	return map[string]cty.Type{
		"abspath":          cty.String,
		"base64gzip":       cty.String, // the bytes depend on the compressor
		"basename":         cty.String, // depends on the operating system
		"bcrypt":           cty.String,
		"dirname":          cty.String,
		"ephemeralasnull":  cty.DynamicPseudoType,
		"file":             cty.String,
		"filebase64":       cty.String,
		"filebase64sha256": cty.String,
		"filebase64sha512": cty.String,
		"fileexists":       cty.Bool,
		"filemd5":          cty.String,
		"fileset":          cty.Set(cty.String),
		"filesha1":         cty.String,
		"filesha256":       cty.String,
		"filesha512":       cty.String,
		"issensitive":      cty.Bool,
		"nonsensitive":     cty.DynamicPseudoType,
		"pathexpand":       cty.String,
		"plantimestamp":    cty.String,
		"rsadecrypt":       cty.String,
		"sensitive":        cty.DynamicPseudoType,
		"templatefile":     cty.DynamicPseudoType,
		"templatestring":   cty.DynamicPseudoType,
		"textdecodebase64": cty.String, // the encodings are a table of Terraform's
		"textencodebase64": cty.String,
		"timestamp":        cty.String,
		"type":             cty.DynamicPseudoType,
		"uuid":             cty.String,
		"uuidv5":           cty.String,
	}
}

// pureFunction is a function whose result depends on its arguments alone.
type pureFunction struct {
	implementation function.Function
	result         cty.Type // of the result, as far as it does not depend on the arguments

	// opaqueElements is for functions that move the elements of tuples and objects without looking at them: these elements may be of a
	// type that is not yet known.
	opaqueElements bool
	// undecided, if any, tells of known arguments that Terraform versions treat differently, and of unknown ones that the implementation
	// takes to be not null. The arguments carry no marks, and their types are known.
	undecided func(args []cty.Value) bool
	// answers, if any, remembers the results.
	answers *answers
}

func pureFunctions() map[string]pureFunction {
	plain := func(result cty.Type, f function.Function) pureFunction {
		return pureFunction{implementation: f, result: result}
	}
	mover := func(result cty.Type, f function.Function) pureFunction {
		return pureFunction{implementation: f, result: result, opaqueElements: true}
	}
	except := func(undecided func([]cty.Value) bool, p pureFunction) pureFunction {
		p.undecided = undecided
		return p
	}
	remembered := func(p pureFunction) pureFunction {
		p.answers = &answers{}
		return p
	}
	listOfString, anything, listOfAny := cty.List(cty.String), cty.DynamicPseudoType, cty.List(cty.DynamicPseudoType)
	setOfAny := cty.Set(cty.DynamicPseudoType)
	return map[string]pureFunction{
		"abs":      plain(cty.Number, stdlib.AbsoluteFunc),
		"ceil":     plain(cty.Number, stdlib.CeilFunc),
		"floor":    plain(cty.Number, stdlib.FloorFunc),
		"log":      plain(cty.Number, stdlib.LogFunc),
		"max":      plain(cty.Number, stdlib.MaxFunc),
		"min":      plain(cty.Number, stdlib.MinFunc),
		"parseint": plain(cty.Number, stdlib.ParseIntFunc),
		"pow":      plain(cty.Number, stdlib.PowFunc),
		"signum":   except(notInt64, plain(cty.Number, stdlib.SignumFunc)),
		"sum":      plain(cty.Number, sumFunc()),

		"chomp":       plain(cty.String, stdlib.ChompFunc),
		"endswith":    plain(cty.Bool, stringTest("suffix", strings.HasSuffix)),
		"format":      except(nullOfNoType, plain(cty.String, stdlib.FormatFunc)),
		"formatlist":  except(nullAmongLists, plain(listOfString, stdlib.FormatListFunc)),
		"indent":      plain(cty.String, stdlib.IndentFunc),
		"join":        plain(cty.String, stdlib.JoinFunc),
		"lower":       plain(cty.String, stdlib.LowerFunc),
		"regex":       remembered(plain(anything, stdlib.RegexFunc)),
		"regexall":    remembered(plain(listOfAny, stdlib.RegexAllFunc)),
		"replace":     plain(cty.String, replaceFunc()),
		"split":       plain(listOfString, stdlib.SplitFunc),
		"startswith":  plain(cty.Bool, stringTest("prefix", strings.HasPrefix)),
		"strcontains": plain(cty.Bool, stringTest("substr", strings.Contains)),
		"strrev":      plain(cty.String, stdlib.ReverseFunc),
		"substr":      plain(cty.String, stdlib.SubstrFunc),
		"title":       plain(cty.String, stdlib.TitleFunc),
		"trim":        plain(cty.String, stdlib.TrimFunc),
		"trimprefix":  plain(cty.String, stdlib.TrimPrefixFunc),
		"trimspace":   plain(cty.String, stdlib.TrimSpaceFunc),
		"trimsuffix":  plain(cty.String, stdlib.TrimSuffixFunc),
		"upper":       plain(cty.String, stdlib.UpperFunc),

		"alltrue":         plain(cty.Bool, boolsFunc(false)),
		"anytrue":         plain(cty.Bool, boolsFunc(true)),
		"chunklist":       plain(cty.List(listOfAny), stdlib.ChunklistFunc),
		"coalesce":        plain(anything, coalesceFunc()),
		"coalescelist":    except(notSequence, mover(anything, stdlib.CoalesceListFunc)),
		"compact":         plain(listOfString, stdlib.CompactFunc),
		"concat":          mover(anything, stdlib.ConcatFunc),
		"contains":        except(nullNeedle, plain(cty.Bool, stdlib.ContainsFunc)),
		"distinct":        plain(listOfAny, stdlib.DistinctFunc),
		"element":         except(negativeTupleIndex, mover(anything, stdlib.ElementFunc)),
		"flatten":         plain(anything, stdlib.FlattenFunc),
		"index":           plain(cty.Number, indexFunc()),
		"keys":            except(unknownThatMayBeNull, mover(anything, stdlib.KeysFunc)),
		"length":          except(unknownThatMayBeNull, mover(cty.Number, lengthFunc())),
		"lookup":          mover(anything, lookupFunc()),
		"matchkeys":       plain(listOfAny, matchkeysFunc()),
		"merge":           except(unknownThatMayBeNull, mover(anything, stdlib.MergeFunc)),
		"one":             mover(anything, oneFunc()),
		"range":           plain(cty.List(cty.Number), stdlib.RangeFunc),
		"reverse":         mover(anything, stdlib.ReverseListFunc),
		"setintersection": plain(setOfAny, stdlib.SetIntersectionFunc),
		"setproduct":      except(unknownThatMayBeNull, plain(anything, stdlib.SetProductFunc)),
		"setsubtract":     plain(setOfAny, stdlib.SetSubtractFunc),
		"setunion":        plain(setOfAny, stdlib.SetUnionFunc),
		"slice":           mover(anything, stdlib.SliceFunc),
		"sort":            plain(listOfString, stdlib.SortFunc),
		"transpose":       plain(cty.Map(listOfString), transposeFunc()),
		"values":          mover(anything, stdlib.ValuesFunc),
		"zipmap":          mover(anything, stdlib.ZipmapFunc),

		"base64decode": plain(cty.String, stringFunc(base64Decode)),
		"base64encode": plain(cty.String, stringFunc(infallible(base64Encode))),
		"base64sha256": plain(cty.String, stringFunc(infallible(func(s string) string { sum := sha256.Sum256([]byte(s)); return base64Encode(string(sum[:])) }))),
		"base64sha512": plain(cty.String, stringFunc(infallible(func(s string) string { sum := sha512.Sum512([]byte(s)); return base64Encode(string(sum[:])) }))),
		"csvdecode":    plain(anything, stdlib.CSVDecodeFunc),
		"jsondecode":   except(repeatedProperty, plain(anything, stdlib.JSONDecodeFunc)),
		"jsonencode":   plain(cty.String, stdlib.JSONEncodeFunc),
		"md5":          plain(cty.String, stringFunc(infallible(func(s string) string { sum := md5.Sum([]byte(s)); return hex.EncodeToString(sum[:]) }))),
		"sha1":         plain(cty.String, stringFunc(infallible(func(s string) string { sum := sha1.Sum([]byte(s)); return hex.EncodeToString(sum[:]) }))),
		"sha256":       plain(cty.String, stringFunc(infallible(func(s string) string { sum := sha256.Sum256([]byte(s)); return hex.EncodeToString(sum[:]) }))),
		"sha512":       plain(cty.String, stringFunc(infallible(func(s string) string { sum := sha512.Sum512([]byte(s)); return hex.EncodeToString(sum[:]) }))),
		"urlencode":    plain(cty.String, stringFunc(infallible(url.QueryEscape))),
		"yamldecode":   plain(anything, yaml.YAMLDecodeFunc),
		"yamlencode":   plain(cty.String, yaml.YAMLEncodeFunc),

		"formatdate": plain(cty.String, stdlib.FormatDateFunc),
		"timeadd":    plain(cty.String, stdlib.TimeAddFunc),
		"timecmp":    plain(cty.Number, timecmpFunc()),

		"tobool":   plain(cty.Bool, stdlib.MakeToFunc(cty.Bool)),
		"tolist":   plain(listOfAny, stdlib.MakeToFunc(listOfAny)),
		"tomap":    plain(cty.Map(cty.DynamicPseudoType), stdlib.MakeToFunc(cty.Map(cty.DynamicPseudoType))),
		"tonumber": plain(cty.Number, stdlib.MakeToFunc(cty.Number)),
		"toset":    plain(setOfAny, stdlib.MakeToFunc(setOfAny)),
		"tostring": plain(cty.String, stdlib.MakeToFunc(cty.String)),

		"cidrhost":    except(mappedAddress, plain(cty.String, cidrhostFunc())),
		"cidrnetmask": except(mappedAddress, plain(cty.String, cidrnetmaskFunc())),
		"cidrsubnet":  except(oddSubnet, plain(cty.String, cidrsubnetFunc())),
		"cidrsubnets": except(mappedAddress, plain(listOfString, cidrsubnetsFunc())),
	}
}

// function returns the pure function as a caller sees it: its parameters are those of the implementation, but any argument may be
// unknown or marked, and arguments are converted to lists, sets and maps only here, once their types are known: an unknown must not get
// its type, nor a known element another one, from a conversion that may still come out differently.
func (p pureFunction) function() function.Function {
	inner := p.implementation
	params := inner.Params()
	spec := &function.Spec{
		Description: inner.Description(),
		Params:      make([]function.Parameter, len(params)),
		Type:        function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return p.call(args)
		},
	}
	for i, param := range params {
		spec.Params[i] = open(param)
	}
	if param := inner.VarParam(); param != nil {
		variadic := open(*param)
		spec.VarParam = &variadic
	}
	return function.New(spec)
}

func open(param function.Parameter) function.Parameter {
	if !param.Type.IsPrimitiveType() {
		param.Type = cty.DynamicPseudoType
	}
	param.AllowNull, param.AllowUnknown, param.AllowDynamicType, param.AllowMarked = true, true, true, true
	return param
}

func (p pureFunction) call(args []cty.Value) (cty.Value, error) {
	var marks []cty.ValueMarks
	plain := make([]cty.Value, len(args))
	for i, arg := range args {
		unmarked, m := arg.UnmarkDeep()
		marks = append(marks, m)
		plain[i] = blurSets(unmarked)
	}
	for i, arg := range plain {
		if arg.IsKnown() && arg.IsNull() && !p.param(i).AllowNull {
			return cty.NilVal, function.NewArgErrorf(i, "it can't be null")
		}
	}
	for i, arg := range plain {
		// An unknown that is empty if it is not null would be converted to what is known.
		maybeNull := !arg.IsKnown() && (arg.Type().Equals(cty.EmptyTuple) || arg.Type().Equals(cty.EmptyObject)) && arg.Range().CouldBeNull()
		if !p.typeKnown(arg) || maybeNull {
			return cty.UnknownVal(p.result).WithMarks(marks...), nil
		}
		want := p.param(i).Type
		if want == cty.DynamicPseudoType || arg.Type().Equals(want) {
			continue
		}
		converted, err := convert.Convert(arg, want)
		if err != nil {
			return cty.NilVal, function.NewArgError(i, err)
		}
		if !arg.IsWhollyKnown() && convert.GetConversion(arg.Type(), want) == nil {
			// Whether it converts depends on the values.
			return cty.UnknownVal(p.result).WithMarks(marks...), nil
		}
		plain[i] = blurSets(converted)
	}
	if p.undecided != nil && p.undecided(plain) {
		return cty.UnknownVal(p.result).WithMarks(marks...), nil
	}
	result, err := p.compute(plain)
	var panicked function.PanicError
	if errors.As(err, &panicked) {
		// Terraform reports a panic of the same code as a failure: indent(-1, "x"), log(1, 1). With parts unknown it may come to something else.
		if slices.ContainsFunc(plain, func(v cty.Value) bool { return !v.IsWhollyKnown() }) {
			return cty.UnknownVal(p.result).WithMarks(marks...), nil
		}
		return cty.NilVal, errors.New("there is no result for these arguments")
	}
	if err != nil {
		return cty.NilVal, err
	}
	return blurSets(result).WithMarks(marks...), nil
}

// compute calls the implementation; where that compiles a pattern, which takes longer than all the rest of a validation, only once for the same
// pattern and text.
func (p pureFunction) compute(args []cty.Value) (cty.Value, error) {
	if p.answers == nil || len(args) != 2 || !isKnownText(args[0]) || !isKnownText(args[1]) {
		return p.implementation.Call(args)
	}
	return p.answers.get([2]string{args[0].AsString(), args[1].AsString()}, func() (cty.Value, error) { return p.implementation.Call(args) })
}

func isKnownText(v cty.Value) bool { return v.IsKnown() && !v.IsNull() && v.Type() == cty.String }

// answers remembers what a function returned. It forgets everything when there is too much of it.
type answers struct {
	mu    sync.Mutex
	known map[[2]string]answer
}

type answer struct {
	value cty.Value
	err   error
}

// maxAnswers bounds what is remembered; an account asks for some hundred, most of them the same for all.
const maxAnswers = 10_000

func (a *answers) get(question [2]string, ask func() (cty.Value, error)) (cty.Value, error) {
	a.mu.Lock()
	found, ok := a.known[question]
	a.mu.Unlock()
	if ok {
		return found.value, found.err
	}
	value, err := ask()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.known == nil || len(a.known) >= maxAnswers {
		a.known = make(map[[2]string]answer)
	}
	a.known[question] = answer{value, err}
	return value, err
}

func (p pureFunction) param(i int) function.Parameter {
	if params := p.implementation.Params(); i < len(params) {
		return params[i]
	}
	return *p.implementation.VarParam()
}

// typeKnown tells whether the types of the unknowns inside an argument can no longer change what the function does.
func (p pureFunction) typeKnown(arg cty.Value) bool {
	if p.opaqueElements && arg.IsKnown() && (arg.Type().IsTupleType() || arg.Type().IsObjectType()) {
		return true
	}
	known := true
	// The callback never fails, hence neither does Walk.
	_ = cty.Walk(arg, func(_ cty.Path, v cty.Value) (bool, error) {
		known = known && (v.IsKnown() || !v.Type().HasDynamicTypes())
		return known, nil
	})
	return known
}

// blurSets replaces each set that is not wholly known by an unknown one: its elements may turn out to be equal, so that even their number
// is not known.
func blurSets(value cty.Value) cty.Value {
	if value.IsWhollyKnown() {
		return value
	}
	blurred, err := cty.Transform(value, func(_ cty.Path, v cty.Value) (cty.Value, error) {
		if v.Type().IsSetType() && v.IsKnown() && !v.IsNull() && !v.IsWhollyKnown() {
			return cty.UnknownVal(v.Type()).RefineNotNull(), nil
		}
		return v, nil
	})
	if err != nil {
		return cty.UnknownVal(value.Type())
	}
	return blurred
}

// unknownThatMayBeNull refuses tuples and objects that may still turn out to be null, which is an error, or as good as empty for merge,
// although the type alone seems to tell the result.
func unknownThatMayBeNull(args []cty.Value) bool {
	return slices.ContainsFunc(args, func(v cty.Value) bool {
		return (v.Type().IsObjectType() || v.Type().IsTupleType()) && !v.IsKnown() && !v.Range().DefinitelyNotNull()
	})
}

// nullNeedle refuses to look for null: it is an error in Terraform 1.11, and an ordinary search in versions built with go-cty 1.18.1 or later.
func nullNeedle(args []cty.Value) bool {
	return len(args) == 2 && args[1].IsNull()
}

// notSequence tells of an argument that is neither a list nor a tuple, which fails only once it is known.
func notSequence(args []cty.Value) bool {
	return slices.ContainsFunc(args, func(v cty.Value) bool {
		return !v.IsWhollyKnown() && !v.Type().IsListType() && !v.Type().IsTupleType()
	})
}

// negativeTupleIndex refuses to count from a tuple's end, which fails in Terraform 1.11 and works in versions built with go-cty 1.16.2 or
// later.
func negativeTupleIndex(args []cty.Value) bool {
	if len(args) != 2 || !args[0].Type().IsTupleType() {
		return false
	}
	return args[1].IsKnown() && !args[1].IsNull() && args[1].LessThan(cty.Zero).True()
}

// nullOfNoType refuses a bare null: Terraform 1.11 leaves the result unknown even when it applies.
func nullOfNoType(args []cty.Value) bool {
	return slices.ContainsFunc(args, func(v cty.Value) bool { return v.IsNull() && v.Type() == cty.DynamicPseudoType })
}

// nullAmongLists refuses, besides a bare null, tuples that may still turn out to be null: as null they count as one value, whatever the
// length that their type tells.
func nullAmongLists(args []cty.Value) bool {
	return nullOfNoType(args) || unknownThatMayBeNull(args)
}

// notInt64 refuses numbers that Terraform 1.11 has no sign for, and versions built with go-cty 1.20 or later have.
func notInt64(args []cty.Value) bool {
	if len(args) != 1 || !args[0].IsKnown() || args[0].IsNull() {
		return false
	}
	_, accuracy := args[0].AsBigFloat().Int64()
	return accuracy != big.Exact
}

func sumFunc() function.Function {
	return function.New(&function.Spec{
		Description: "Adds up the numbers of a list, set or tuple.",
		Params:      []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}},
		Type:        function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if !isSequence(args[0].Type()) {
				return cty.NilVal, function.NewArgErrorf(0, "it must be a list, set or tuple of numbers")
			}
			elements := args[0].AsValueSlice()
			if len(elements) == 0 {
				return cty.NilVal, function.NewArgErrorf(0, "an empty list has no sum")
			}
			total := cty.Zero
			for i, element := range elements {
				number, err := convert.Convert(element, cty.Number)
				if err != nil || number.IsNull() {
					return cty.NilVal, function.NewArgErrorf(0, "element %d is not a number", i)
				}
				total = total.Add(number)
			}
			return total, nil
		},
	})
}

func isSequence(typ cty.Type) bool {
	return typ.IsListType() || typ.IsSetType() || typ.IsTupleType()
}

func stringTest(param string, test func(s, part string) bool) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "str", Type: cty.String}, {Name: param, Type: cty.String}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return cty.BoolVal(test(args[0].AsString(), args[1].AsString())), nil
		},
	})
}

func stringFunc(compute func(string) (string, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "str", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			s, err := compute(args[0].AsString())
			if err != nil {
				return cty.NilVal, function.NewArgError(0, err)
			}
			return cty.StringVal(s), nil
		},
	})
}

func infallible(compute func(string) string) func(string) (string, error) {
	return func(s string) (string, error) { return compute(s), nil }
}

func base64Encode(s string) string {
	return base64.StdEncoding.EncodeToString([]byte(s))
}

func base64Decode(s string) (string, error) {
	decoded, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return "", fmt.Errorf("it is not Base64: %w", err)
	}
	if !utf8.Valid(decoded) {
		return "", errors.New("what it encodes is not UTF-8")
	}
	return string(decoded), nil
}

// replaceFunc takes a substring between slashes for a regular expression; a lone slash is only a slash.
func replaceFunc() function.Function {
	return function.New(&function.Spec{
		Description: "Replaces a substring, or what matches a regular expression between slashes.",
		Params:      []function.Parameter{{Name: "str", Type: cty.String}, {Name: "substr", Type: cty.String}, {Name: "replace", Type: cty.String}},
		Type:        function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			pattern := args[1].AsString()
			if len(pattern) > 1 && strings.HasPrefix(pattern, "/") && strings.HasSuffix(pattern, "/") {
				return stdlib.RegexReplace(args[0], cty.StringVal(pattern[1:len(pattern)-1]), args[2])
			}
			return stdlib.Replace(args[0], args[1], args[2])
		},
	})
}

// boolsFunc is anytrue if decisive is true, alltrue if it is false: one such element decides, whatever the others are. A null element is
// not true.
func boolsFunc(decisive bool) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.List(cty.Bool)}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			undecided := false
			for _, element := range args[0].AsValueSlice() {
				switch {
				case !element.IsKnown():
					undecided = true
				case (!element.IsNull() && element.True()) == decisive:
					return cty.BoolVal(decisive), nil
				}
			}
			if undecided {
				return cty.UnknownVal(cty.Bool).RefineNotNull(), nil
			}
			return cty.BoolVal(!decisive), nil
		},
	})
}

// coalesceFunc differs from go-cty's: it skips empty strings, too.
func coalesceFunc() function.Function {
	return function.New(&function.Spec{
		Description: "Returns the first argument that is neither null nor an empty string.",
		VarParam:    &function.Parameter{Name: "vals", Type: cty.DynamicPseudoType, AllowNull: true, AllowUnknown: true, AllowDynamicType: true},
		Type: func(args []cty.Value) (cty.Type, error) {
			types := make([]cty.Type, len(args))
			for i, arg := range args {
				types[i] = arg.Type()
			}
			typ, _ := convert.UnifyUnsafe(types)
			if typ == cty.NilType {
				return cty.NilType, errors.New("all arguments must have the same type")
			}
			return typ, nil
		},
		Impl: func(args []cty.Value, typ cty.Type) (cty.Value, error) {
			for _, arg := range args {
				if !arg.IsKnown() {
					return cty.UnknownVal(typ), nil
				}
				if arg.IsNull() {
					continue
				}
				converted, err := convert.Convert(arg, typ)
				if err != nil {
					return cty.NilVal, err
				}
				if converted.Type() == cty.String && converted.RawEquals(cty.StringVal("")) {
					continue
				}
				return converted, nil
			}
			return cty.NilVal, errors.New("every argument is null or an empty string")
		},
	})
}

// indexFunc finds an element; go-cty's function of that name is the [] operator.
func indexFunc() function.Function {
	return function.New(&function.Spec{
		Description: "Returns the position of a value in a list, counted from 0.",
		Params:      []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}, {Name: "value", Type: cty.DynamicPseudoType}},
		Type:        function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if !args[0].Type().IsListType() && !args[0].Type().IsTupleType() {
				return cty.NilVal, function.NewArgErrorf(0, "it must be a list or tuple")
			}
			undecided := false
			for i, element := range args[0].AsValueSlice() {
				equal := element.Equals(args[1])
				switch {
				case !equal.IsKnown():
					undecided = true
				case equal.True() && undecided:
					// An earlier one may be equal as well.
					return cty.UnknownVal(cty.Number).RefineNotNull(), nil
				case equal.True():
					return cty.NumberIntVal(int64(i)), nil
				}
			}
			if undecided {
				return cty.UnknownVal(cty.Number).RefineNotNull(), nil
			}
			return cty.NilVal, errors.New("no element has this value")
		},
	})
}

// lengthFunc counts the characters of a string as a reader would, and takes tuples and objects, too.
func lengthFunc() function.Function {
	return function.New(&function.Spec{
		Description: "Returns the number of elements or characters.",
		Params:      []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowUnknown: true}},
		Type: func(args []cty.Value) (cty.Type, error) {
			typ := args[0].Type()
			if typ == cty.String || typ.IsCollectionType() || typ.IsTupleType() || typ.IsObjectType() {
				return cty.Number, nil
			}
			return cty.NilType, function.NewArgErrorf(0, "it must be a string, a collection, a tuple or an object")
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			typ := args[0].Type()
			switch {
			case typ == cty.String:
				return stdlib.Strlen(args[0])
			case typ.IsTupleType():
				return cty.NumberIntVal(int64(typ.Length())), nil
			case typ.IsObjectType():
				return cty.NumberIntVal(int64(len(typ.AttributeTypes()))), nil
			}
			return args[0].Length(), nil
		},
	})
}

// lookupFunc differs from go-cty's: the default may be left out, and may be null.
func lookupFunc() function.Function {
	return function.New(&function.Spec{
		Description: "Returns the element of a map or the attribute of an object with the given key, or else the default.",
		Params: []function.Parameter{
			{Name: "inputMap", Type: cty.DynamicPseudoType, AllowUnknown: true},
			{Name: "key", Type: cty.String},
		},
		VarParam: &function.Parameter{Name: "default", Type: cty.DynamicPseudoType, AllowNull: true, AllowUnknown: true, AllowDynamicType: true},
		Type: func(args []cty.Value) (cty.Type, error) {
			if len(args) > 3 {
				return cty.NilType, fmt.Errorf("takes two or three arguments, got %d", len(args))
			}
			typ := args[0].Type()
			switch {
			case typ.IsMapType():
				if len(args) == 3 {
					if _, err := convert.Convert(args[2], typ.ElementType()); err != nil {
						return cty.NilType, function.NewArgErrorf(2, "the default must have the type of the map's elements: %w", err)
					}
				}
				return typ.ElementType(), nil
			case !typ.IsObjectType():
				return cty.NilType, function.NewArgErrorf(0, "it must be a map or an object")
			case !args[1].IsKnown():
				return cty.DynamicPseudoType, nil
			case typ.HasAttribute(args[1].AsString()):
				return typ.AttributeType(args[1].AsString()), nil
			case len(args) == 3:
				return args[2].Type(), nil
			}
			return cty.NilType, function.NewArgErrorf(1, "the object has no attribute %q", args[1].AsString())
		},
		Impl: func(args []cty.Value, typ cty.Type) (cty.Value, error) {
			if !args[0].IsKnown() {
				return cty.UnknownVal(typ), nil
			}
			if args[0].Type().IsObjectType() {
				if args[0].Type().HasAttribute(args[1].AsString()) {
					return args[0].GetAttr(args[1].AsString()), nil
				}
				return args[2], nil
			}
			if len(args) == 3 && !args[2].IsWhollyKnown() && !args[2].Type().Equals(typ) {
				// The default must convert even where it is not used, and whether it does is not known.
				return cty.UnknownVal(typ), nil
			}
			if args[0].HasIndex(args[1]).True() {
				return args[0].Index(args[1]), nil
			}
			if len(args) == 3 {
				return convert.Convert(args[2], typ)
			}
			return cty.NilVal, function.NewArgErrorf(1, "the map has no element %q", args[1].AsString())
		},
	})
}

func matchkeysFunc() function.Function {
	list := cty.List(cty.DynamicPseudoType)
	return function.New(&function.Spec{
		Description: "Returns the values whose keys, at the same position, are in the search set.",
		Params:      []function.Parameter{{Name: "values", Type: list}, {Name: "keys", Type: list}, {Name: "searchset", Type: list}},
		Type: func(args []cty.Value) (cty.Type, error) {
			if typ, _ := convert.UnifyUnsafe([]cty.Type{args[1].Type(), args[2].Type()}); typ == cty.NilType {
				return cty.NilType, errors.New("keys and searchset must be of the same type")
			}
			return args[0].Type(), nil
		},
		Impl: func(args []cty.Value, typ cty.Type) (cty.Value, error) {
			values := args[0].AsValueSlice()
			if len(values) != args[1].LengthInt() {
				return cty.NilVal, errors.New("values and keys must have the same length")
			}
			if !args[1].IsWhollyKnown() || !args[2].IsWhollyKnown() {
				return cty.UnknownVal(typ), nil
			}
			common, _ := convert.UnifyUnsafe([]cty.Type{args[1].Type(), args[2].Type()})
			keys, err := convert.Convert(args[1], common)
			if err != nil {
				return cty.NilVal, function.NewArgError(1, err)
			}
			searchset, err := convert.Convert(args[2], common)
			if err != nil {
				return cty.NilVal, function.NewArgError(2, err)
			}
			wanted := searchset.AsValueSlice()
			var matches []cty.Value
			for i, key := range keys.AsValueSlice() {
				if slices.ContainsFunc(wanted, key.RawEquals) {
					matches = append(matches, values[i])
				}
			}
			if len(matches) == 0 {
				return cty.ListValEmpty(typ.ElementType()), nil
			}
			return cty.ListVal(matches), nil
		},
	})
}

func oneFunc() function.Function {
	return function.New(&function.Spec{
		Description: "Returns the only element, or null if there is none.",
		Params:      []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}},
		Type: func(args []cty.Value) (cty.Type, error) {
			typ := args[0].Type()
			switch {
			case typ.IsListType() || typ.IsSetType():
				return typ.ElementType(), nil
			case typ.IsTupleType() && typ.Length() == 0:
				return cty.DynamicPseudoType, nil
			case typ.IsTupleType() && typ.Length() == 1:
				return typ.TupleElementType(0), nil
			}
			return cty.NilType, function.NewArgErrorf(0, "it must be a list, set or tuple of at most one element")
		},
		Impl: func(args []cty.Value, typ cty.Type) (cty.Value, error) {
			switch elements := args[0].AsValueSlice(); len(elements) {
			case 0:
				return cty.NullVal(typ), nil
			case 1:
				return elements[0], nil
			}
			return cty.NilVal, function.NewArgErrorf(0, "it must be a list, set or tuple of at most one element")
		},
	})
}

func transposeFunc() function.Function {
	result := cty.Map(cty.List(cty.String))
	return function.New(&function.Spec{
		Description: "Swaps the keys and the values of a map of lists of strings.",
		Params:      []function.Parameter{{Name: "values", Type: result}},
		Type:        function.StaticReturnType(result),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if !args[0].IsWhollyKnown() {
				return cty.UnknownVal(result).RefineNotNull(), nil
			}
			lists := make(map[string][]cty.Value)
			for it := args[0].ElementIterator(); it.Next(); {
				key, list := it.Element()
				if list.IsNull() {
					return cty.NilVal, function.NewArgErrorf(0, "the list of %q is null", key.AsString())
				}
				for _, element := range list.AsValueSlice() {
					if element.IsNull() {
						return cty.NilVal, function.NewArgErrorf(0, "the list of %q holds null", key.AsString())
					}
					lists[element.AsString()] = append(lists[element.AsString()], key)
				}
			}
			if len(lists) == 0 {
				return cty.MapValEmpty(cty.List(cty.String)), nil
			}
			transposed := make(map[string]cty.Value, len(lists))
			for key, list := range lists {
				transposed[key] = cty.ListVal(list)
			}
			return cty.MapVal(transposed), nil
		},
	})
}

// timecmpFunc compares points in time, not text: the same moment in two zones is equal. Unlike timeadd and formatdate, Terraform's timecmp
// takes what Go's parser takes, such as an hour of one digit.
func timecmpFunc() function.Function {
	return function.New(&function.Spec{
		Description: "Compares two RFC 3339 timestamps: -1 if the first is earlier, 0 if they are the same moment, 1 if it is later.",
		Params:      []function.Parameter{{Name: "timestamp_a", Type: cty.String}, {Name: "timestamp_b", Type: cty.String}},
		Type:        function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			var moments [2]time.Time
			for i, arg := range args {
				moment, err := time.Parse(time.RFC3339, arg.AsString())
				if err != nil {
					return cty.NilVal, function.NewArgError(i, err)
				}
				moments[i] = moment
			}
			return cty.NumberIntVal(int64(moments[0].Compare(moments[1]))), nil
		},
	})
}

// block is a range of IP addresses in CIDR notation, RFC 4632 and RFC 4291.
type block struct {
	base   *big.Int // the first address
	bits   int      // of an address: 32 or 128
	prefix int      // bits that all addresses of the block share
}

func parseBlock(s string) (block, error) {
	_, network, err := net.ParseCIDR(withoutLeadingZeros(s))
	if err != nil {
		return block{}, fmt.Errorf("%q is not an address block, such as 10.0.0.0/16: %w", s, err)
	}
	prefix, bits := network.Mask.Size()
	return block{base: new(big.Int).SetBytes(network.IP), bits: bits, prefix: prefix}, nil
}

// withoutLeadingZeros makes 010.0.0.0/8 of IPv4's 10.0.0.0/8: Terraform takes such octets for decimal, Go's parser refuses them.
func withoutLeadingZeros(s string) string {
	address, length, found := strings.Cut(s, "/")
	if !found || strings.Contains(address, ":") {
		return s
	}
	octets := strings.Split(address, ".")
	for i, octet := range octets {
		if trimmed := strings.TrimLeft(octet, "0"); trimmed != "" {
			octets[i] = trimmed
		} else if octet != "" {
			octets[i] = "0"
		}
	}
	return strings.Join(octets, ".") + "/" + length
}

func (b block) hostBits() uint { return uint(b.bits - b.prefix) }

func (b block) size() *big.Int { return new(big.Int).Lsh(big.NewInt(1), b.hostBits()) }

func (b block) last() *big.Int {
	end := new(big.Int).Add(b.base, b.size())
	return end.Sub(end, big.NewInt(1))
}

func (b block) address(n *big.Int) string {
	return net.IP(n.FillBytes(make([]byte, b.bits/8))).String()
}

func (b block) String() string { return fmt.Sprintf("%s/%d", b.address(b.base), b.prefix) }

// mappedAddress refuses IPv4 addresses written as IPv6 ones: Terraform's results for them are no address of the block.
func mappedAddress(args []cty.Value) bool {
	if len(args) == 0 || args[0].Type() != cty.String || args[0].IsNull() || !args[0].IsKnown() || !strings.Contains(args[0].AsString(), ":") {
		return false
	}
	ip, _, err := net.ParseCIDR(args[0].AsString())
	return err == nil && ip.To4() != nil
}

// repeatedProperty tells of a JSON object that has a property twice: versions of go-cty differ on whether that is an error.
func repeatedProperty(args []cty.Value) bool {
	if len(args) != 1 || args[0].Type() != cty.String || args[0].IsNull() || !args[0].IsKnown() {
		return false
	}
	decoder := json.NewDecoder(strings.NewReader(args[0].AsString()))
	type object struct {
		properties map[string]bool // nil for an array
		value      bool            // a property's value comes next
	}
	var open []*object
	for {
		token, err := decoder.Token()
		if err != nil { // the end, or no JSON
			return false
		}
		var around *object
		if len(open) > 0 {
			around = open[len(open)-1]
		}
		switch token {
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
			continue
		}
		if around != nil && around.properties != nil && !around.value {
			name, _ := token.(string)
			if around.properties[name] {
				return true
			}
			around.properties[name], around.value = true, true
			continue
		}
		if around != nil {
			around.value = false
		}
		switch token {
		case json.Delim('{'):
			open = append(open, &object{properties: make(map[string]bool)})
		case json.Delim('['):
			open = append(open, &object{})
		}
	}
}

// oddSubnet refuses, besides mapped addresses, negative numbers: Terraform computes with them, but the results are not within the block.
func oddSubnet(args []cty.Value) bool {
	negative := func(v cty.Value) bool {
		return v.Type() == cty.Number && v.IsKnown() && !v.IsNull() && v.LessThan(cty.Zero).True()
	}
	return mappedAddress(args) || slices.ContainsFunc(args, negative)
}

func wholeNumber(args []cty.Value, i int) (*big.Int, error) {
	n, accuracy := args[i].AsBigFloat().Int(nil)
	if n == nil || accuracy != big.Exact {
		return nil, function.NewArgErrorf(i, "it must be a whole number")
	}
	return n, nil
}

func cidrhostFunc() function.Function {
	return function.New(&function.Spec{
		Description: "Returns the address with the given number in a block, counted from 0, or from -1 at the end.",
		Params:      []function.Parameter{{Name: "prefix", Type: cty.String}, {Name: "hostnum", Type: cty.Number}},
		Type:        function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			b, err := parseBlock(args[0].AsString())
			if err != nil {
				return cty.NilVal, function.NewArgError(0, err)
			}
			number, err := wholeNumber(args, 1)
			if err != nil {
				return cty.NilVal, err
			}
			if number.Sign() < 0 {
				number.Add(number, b.size())
			}
			if number.Sign() < 0 || number.Cmp(b.size()) >= 0 {
				return cty.NilVal, function.NewArgErrorf(1, "the block %s has no such host", b)
			}
			return cty.StringVal(b.address(number.Add(number, b.base))), nil
		},
	})
}

func cidrnetmaskFunc() function.Function {
	return function.New(&function.Spec{
		Description: "Returns the netmask of an IPv4 block.",
		Params:      []function.Parameter{{Name: "prefix", Type: cty.String}},
		Type:        function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			b, err := parseBlock(args[0].AsString())
			if err != nil {
				return cty.NilVal, function.NewArgError(0, err)
			}
			if b.bits != 32 {
				return cty.NilVal, function.NewArgErrorf(0, "an IPv6 block has no netmask")
			}
			return cty.StringVal(net.IP(net.CIDRMask(b.prefix, b.bits)).String()), nil
		},
	})
}

func cidrsubnetFunc() function.Function {
	return function.New(&function.Spec{
		Description: "Returns the block with the given number among those that are newbits bits smaller.",
		Params:      []function.Parameter{{Name: "prefix", Type: cty.String}, {Name: "newbits", Type: cty.Number}, {Name: "netnum", Type: cty.Number}},
		Type:        function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			b, err := parseBlock(args[0].AsString())
			if err != nil {
				return cty.NilVal, function.NewArgError(0, err)
			}
			newbits, err := wholeNumber(args, 1)
			if err != nil {
				return cty.NilVal, err
			}
			number, err := wholeNumber(args, 2)
			if err != nil {
				return cty.NilVal, err
			}
			if newbits.Cmp(big.NewInt(int64(b.hostBits()))) > 0 {
				return cty.NilVal, function.NewArgErrorf(1, "the block %s has only %d bits left", b, b.hostBits())
			}
			if number.BitLen() > int(newbits.Int64()) {
				return cty.NilVal, function.NewArgErrorf(2, "%s does not fit into %s bits", number, newbits)
			}
			b.prefix += int(newbits.Int64())
			b.base.Add(b.base, number.Lsh(number, b.hostBits()))
			return cty.StringVal(b.String()), nil
		},
	})
}

// maxSubnetBits is how many bits cidrsubnets may add to a prefix.
const maxSubnetBits = 32

func cidrsubnetsFunc() function.Function {
	return function.New(&function.Spec{
		Description: "Returns consecutive blocks, each smaller than the given one by its own number of bits.",
		Params:      []function.Parameter{{Name: "prefix", Type: cty.String}},
		VarParam:    &function.Parameter{Name: "newbits", Type: cty.Number},
		Type:        function.StaticReturnType(cty.List(cty.String)),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			whole, err := parseBlock(args[0].AsString())
			if err != nil {
				return cty.NilVal, function.NewArgError(0, err)
			}
			var blocks []cty.Value
			next := new(big.Int).Set(whole.base)
			for i := range args[1:] {
				newbits, err := wholeNumber(args, i+1)
				if err != nil {
					return cty.NilVal, err
				}
				if newbits.Sign() <= 0 || newbits.Cmp(big.NewInt(maxSubnetBits)) > 0 {
					return cty.NilVal, function.NewArgErrorf(i+1, "it must be between 1 and %d bits", maxSubnetBits)
				}
				if newbits.Cmp(big.NewInt(int64(whole.hostBits()))) > 0 {
					return cty.NilVal, function.NewArgErrorf(i+1, "the block %s has only %d bits left", whole, whole.hostBits())
				}
				b := block{base: next, bits: whole.bits, prefix: whole.prefix + int(newbits.Int64())}
				b.base = b.roundUp()
				if b.last().Cmp(whole.last()) > 0 {
					return cty.NilVal, function.NewArgErrorf(i+1, "the block %s has no room left for a block of %d bits", whole, b.prefix)
				}
				blocks = append(blocks, cty.StringVal(b.String()))
				next = new(big.Int).Add(b.base, b.size())
			}
			if len(blocks) == 0 {
				return cty.ListValEmpty(cty.String), nil
			}
			return cty.ListVal(blocks), nil
		},
	})
}

// roundUp returns the first address from the block's base on at which a block of its size may start.
func (b block) roundUp() *big.Int {
	up := new(big.Int).Add(b.base, b.size())
	up.Sub(up, big.NewInt(1))
	return up.Rsh(up, b.hostBits()).Lsh(up, b.hostBits())
}
