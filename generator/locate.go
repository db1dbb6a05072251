package generator

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"plinth/generator/eval"
	"plinth/generator/module"
	"plinth/generator/spec"
)

// locator finds the place in the spec that decides what a module's input is.
type locator struct {
	template *template
	spec     *spec.Spec
	sections map[string]string // module block -> section
}

// place is a place in the spec: the field as a user writes it, and where it stands.
type place struct {
	field   string
	rng     hcl.Range
	written bool // the field itself is in the spec, rather than a section around it
}

// input finds the place that decides a variable of a module block, or the part of it that steps lead to.
func (l *locator) input(call, variable string, steps cty.Path) place {
	if call == "" {
		return l.core(variable, steps)
	}
	section := l.sections[call]
	field := section + "." + variable + pathText(steps)
	if written := l.spec.Sections[section]; written != nil {
		if value := written.Values[variable]; value != nil {
			return place{field: field, rng: value.At(steps).Range, written: true}
		}
	}
	if c := l.template.root.Calls[section]; c != nil {
		if attr := c.Inputs()[variable]; attr != nil {
			if found, ok := l.expression(attr.Expr, make(map[string]bool)); ok {
				return found
			}
		}
	}
	if written := l.spec.Sections[section]; written != nil {
		return place{field: field, rng: written.KeyRange}
	}
	return place{field: field, rng: l.spec.VersionRange}
}

func (l *locator) core(variable string, steps cty.Path) place {
	field := variable + pathText(steps)
	if value := l.spec.Core[variable]; value != nil {
		return place{field: field, rng: value.At(steps).Range, written: true}
	}
	return place{field: field, rng: l.spec.VersionRange}
}

// expression finds the first core field that an expression of the template reads, through local values.
func (l *locator) expression(e hclsyntax.Expression, seen map[string]bool) (place, bool) {
	for _, traversal := range e.Variables() {
		if len(traversal) < 2 {
			continue
		}
		name, _ := traversal[1].(hcl.TraverseAttr)
		switch traversal.RootName() {
		case "var":
			if found := l.core(name.Name, steps(traversal)); found.written {
				return found, true
			}
		case "local":
			if attr := l.template.root.Locals[name.Name]; attr != nil && !seen[name.Name] {
				seen[name.Name] = true
				if found, ok := l.expression(attr.Expr, seen); ok {
					return found, true
				}
			}
		}
	}
	return place{}, false
}

// steps are the steps of a traversal behind var.x, as far as they are attributes and literal indexes.
func steps(traversal hcl.Traversal) cty.Path {
	var path cty.Path
	for _, step := range traversal[2:] {
		switch step := step.(type) {
		case hcl.TraverseAttr:
			path = append(path, cty.GetAttrStep{Name: step.Name})
		case hcl.TraverseIndex:
			path = append(path, cty.IndexStep{Key: step.Key})
		default:
			return path
		}
	}
	return path
}

func pathText(path cty.Path) string {
	var b strings.Builder
	for _, step := range path {
		switch step := step.(type) {
		case cty.GetAttrStep:
			b.WriteString("." + step.Name)
		case cty.IndexStep:
			if step.Key.Type() == cty.String {
				b.WriteString("." + step.Key.AsString())
			} else {
				n, _ := step.Key.AsBigFloat().Int64()
				fmt.Fprintf(&b, "[%d]", n)
			}
		}
	}
	return b.String()
}

// relocate points diagnostics about inputs at the spec, names the field as the spec does, and drops what is said twice because several
// module blocks get the same input, or a module block gets a core field that is wrong already.
func (l *locator) relocate(diags hcl.Diagnostics) hcl.Diagnostics {
	var out hcl.Diagnostics
	said := make(map[string]bool)
	wrong := make(map[hcl.Range]bool) // core fields
	for _, d := range diags {
		if problem, ok := d.Extra.(*eval.InputProblem); ok {
			found := l.problem(problem)
			if problem.Call == "" {
				wrong[found.rng] = true
			} else if wrong[found.rng] {
				continue
			}
			moved := *d
			moved.Subject = &found.rng
			moved.Detail = found.field + ": " + d.Detail
			moved.Context, moved.Expression, moved.EvalContext = nil, nil, nil
			d = &moved
		}
		key := d.Summary + "\x00" + d.Detail
		if d.Subject != nil {
			key += "\x00" + d.Subject.String()
		}
		if !said[key] {
			said[key] = true
			out = append(out, d)
		}
	}
	return out
}

// problem chooses, of all that a failed condition reads, the field that the spec writes; the validated variable's own fields come first.
func (l *locator) problem(p *eval.InputProblem) place {
	fallback := l.input(p.Call, p.Variable, nil)
	var paths []place
	for _, traversal := range p.Paths {
		if len(traversal) < 2 {
			continue
		}
		attr, ok := traversal[1].(hcl.TraverseAttr)
		if !ok {
			continue
		}
		found := l.input(p.Call, attr.Name, steps(traversal))
		if found.written && l.exact(p.Call, attr.Name, steps(traversal)) {
			return found
		}
		paths = append(paths, found)
	}
	if fallback.written {
		return fallback
	}
	for _, found := range paths {
		if found.written {
			return found
		}
	}
	return fallback
}

// exact tells whether the spec writes the very field that steps lead to.
func (l *locator) exact(call, variable string, path cty.Path) bool {
	var value *spec.Value
	if call == "" {
		value = l.spec.Core[variable]
	} else if written := l.spec.Sections[l.sections[call]]; written != nil {
		value = written.Values[variable]
		if value == nil {
			// The template sets it from a core field.
			c := l.template.root.Calls[l.sections[call]]
			return c != nil && c.Inputs()[variable] != nil
		}
	}
	if value == nil {
		return false
	}
	for i := range path {
		if value.At(path[:i+1]) == value.At(path[:i]) {
			return false
		}
	}
	return true
}

// attribute finds the place in the spec that decides an attribute of a module's resource: the first input that its expression reads,
// through local values and loops; false when it reads none that the spec writes.
func (l *locator) attribute(call string, m *module.Module, e hclsyntax.Expression, loops map[string]hclsyntax.Expression) (hcl.Range, bool) {
	return l.attributeOf(call, m, e, loops, make(map[string]bool))
}

func (l *locator) attributeOf(call string, m *module.Module, e hclsyntax.Expression, loops map[string]hclsyntax.Expression, seen map[string]bool) (hcl.Range, bool) {
	for _, traversal := range e.Variables() {
		if len(traversal) < 2 {
			continue
		}
		name, _ := traversal[1].(hcl.TraverseAttr)
		switch traversal.RootName() {
		case "var":
			found := l.input(call, name.Name, steps(traversal))
			if found.written {
				return found.rng, true
			}
		case "local":
			attr := m.Locals[name.Name]
			if attr == nil || seen[name.Name] {
				continue
			}
			seen[name.Name] = true
			if rng, ok := l.attributeOf(call, m, attr.Expr, loops, seen); ok {
				return rng, true
			}
		default:
			root := traversal.RootName()
			if loop := loops[root]; loop != nil && !seen["loop."+root] {
				seen["loop."+root] = true
				if rng, ok := l.attributeOf(call, m, loop, loops, seen); ok {
					return rng, true
				}
			}
		}
	}
	return hcl.Range{}, false
}
