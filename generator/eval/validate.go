package eval

import (
	"errors"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"

	"plinth/generator/module"
)

var errNull = errors.New("it can't be null")

// InputProblem is the Extra of a diagnostic about a module's input: whoever knows where the input was written can point there.
type InputProblem struct {
	Call     string // the module block; "" for the root's own variables
	Variable string
	Paths    []hcl.Traversal // what the failed condition reads, the likeliest to be wrong first: var.bucket.retention_days, ...
	Culprits []Culprit       // the elements of inputs that make the condition fail; none where it isn't about elements
}

// Undecided tells, for each variable, whether a validation of it could not be decided: it must then stay in the output.
type Undecided map[string]bool

// Validate evaluates the validation blocks of the module's variables on this instance's inputs. A failed one is a diagnostic with an
// *InputProblem; call names the instance.
func (s *Scope) Validate(call string) (Undecided, hcl.Diagnostics) {
	undecided := make(Undecided)
	var diags hcl.Diagnostics
	for _, name := range sortedKeys(s.Module.Variables) {
		v := s.Module.Variables[name]
		for _, validation := range v.Validations {
			value, more := s.Value(validation.Condition, nil)
			value = truth(value)
			switch {
			case more.HasErrors():
				for _, d := range more {
					d.Extra = &InputProblem{Call: call, Variable: name, Paths: paths(validation.Condition, name)}
				}
				diags = append(diags, more...)
			case !value.IsKnown():
				undecided[name] = true
			case value.IsNull() || value.Type() != cty.Bool || value.False():
				diags = append(diags, &hcl.Diagnostic{
					Severity: hcl.DiagError,
					Summary:  "Invalid value",
					Detail:   s.message(validation),
					Subject:  validation.Block.DefRange().Ptr(),
					Extra: &InputProblem{
						Call:     call,
						Variable: name,
						Paths:    paths(validation.Condition, name),
						Culprits: s.blame(validation.Condition),
					},
				})
			}
		}
	}
	return undecided, diags
}

// truth is the value of a condition as a bool, where it is one.
func truth(value cty.Value) cty.Value {
	if value.Type() == cty.Bool || !value.IsKnown() {
		if converted, err := convert.Convert(value, cty.Bool); err == nil {
			return converted
		}
	}
	return value
}

// Holds evaluates the condition of a validation on given inputs, as Validate does on an instance's: whether it is decided, and if so whether the
// inputs are allowed. A condition that fails does not hold.
func Holds(condition hclsyntax.Expression, inputs map[string]cty.Value, functions map[string]function.Function) (decided, holds bool) {
	value, diags := condition.Value(&hcl.EvalContext{Variables: map[string]cty.Value{"var": cty.ObjectVal(inputs)}, Functions: functions})
	if diags.HasErrors() {
		return true, false
	}
	value = truth(normalize(value))
	if !value.IsKnown() {
		return false, false
	}
	return true, !value.IsNull() && value.Type() == cty.Bool && value.True()
}

func (s *Scope) message(validation module.Validation) string {
	value, diags := s.Value(validation.ErrorMessage, nil)
	if diags.HasErrors() || !value.IsWhollyKnown() || value.IsNull() || value.Type() != cty.String {
		return "The value is not allowed."
	}
	return strings.TrimSpace(value.AsString())
}

// paths returns the traversals of a condition that start at a variable: those of the validated variable first, longer before shorter. In
// x || y, y comes before x, which tells most often when the rule holds: var.name == null || ...
func paths(condition hclsyntax.Expression, variable string) []hcl.Traversal {
	switch e := condition.(type) {
	case *hclsyntax.ParenthesesExpr:
		return paths(e.Expression, variable)
	case *hclsyntax.BinaryOpExpr:
		if e.Op == hclsyntax.OpLogicalOr {
			return append(paths(e.RHS, variable), paths(e.LHS, variable)...)
		}
	}
	var found []hcl.Traversal
	for _, traversal := range condition.Variables() {
		if traversal.RootName() == "var" {
			found = append(found, traversal)
		}
	}
	slices.SortStableFunc(found, func(a, b hcl.Traversal) int {
		aOwn, bOwn := stepName(a, 1) == variable, stepName(b, 1) == variable
		switch {
		case aOwn && !bOwn:
			return -1
		case bOwn && !aOwn:
			return 1
		}
		return len(b) - len(a)
	})
	return found
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
