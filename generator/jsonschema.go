package generator

import (
	"encoding/json"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"plinth/generator/module"
)

// JSONSchema is the JSON Schema of a spec (https://json-schema.org/draft/2020-12), for editors: types, descriptions and defaults of the modules' variables, and
// of their validations what a schema can express. Whatever it refuses is refused by plinth, too; plinth refuses more.
func (g *Generator) JSONSchema() ([]byte, error) {
	file := map[string]any{"type": "string", "minLength": 1}
	properties := map[string]any{
		"version": map[string]any{"const": 1, "description": "The version of the spec's format."},
		"extends": map[string]any{"description": "Files below this one, from this file's folder: mappings are merged, everything else is replaced, the last one has the last word.", "anyOf": []any{file, map[string]any{"type": "array", "items": file}}},
	}
	required := []string{"version"}
	for _, v := range g.template.schema.Core {
		properties[v.Name] = variableSchema(v)
		if v.Required() {
			required = append(required, v.Name)
		}
	}
	for i := range g.template.schema.Sections {
		section := &g.template.schema.Sections[i]
		inner := map[string]any{}
		var needed []string
		for _, name := range sortedKeys(section.Variables) {
			inner[name] = variableSchema(section.Variables[name])
			if section.Variables[name].Required() {
				needed = append(needed, name)
			}
		}
		object := map[string]any{"type": "object", "properties": inner, "additionalProperties": false}
		forms := []any{map[string]any{"const": false, "description": "Switches the section off."}}
		if len(needed) > 0 {
			object["required"] = needed
		} else {
			forms = append(forms, map[string]any{"const": true, "description": "The section with its defaults."})
		}
		description := g.template.purpose(section.Name)
		if section.OptIn {
			description += " Off unless it is written."
		}
		properties[section.Name] = map[string]any{"description": description, "anyOf": append(forms, object)}
	}
	slices.Sort(required)
	schema := map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Spec of an AWS account for plinth", "type": "object",
		"properties": properties, "additionalProperties": false,
		// What is required may stand in a file that is extended.
		"anyOf": []any{map[string]any{"required": []string{"extends"}}, map[string]any{"required": required}},
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(schema); err != nil {
		return nil, err
	}
	return []byte(b.String()), nil
}

// variableSchema is the schema of a variable's values. Null stands for the default wherever there is one.
func variableSchema(v *module.Variable) map[string]any {
	s := typeSchema(v.Type, v.Defaults)
	if v.Description != "" {
		s["description"] = strings.TrimSpace(v.Description)
	}
	addDefault(s, v.Default)
	for _, validation := range v.Validations {
		c := constrainer{variable: v.Name}
		c.condition(validation.Condition, s, nil)
	}
	if !v.Required() {
		orNull(s)
	}
	return s
}

func addDefault(s map[string]any, v cty.Value) {
	if v == cty.NilVal || !v.IsWhollyKnown() || v.IsNull() {
		return
	}
	if text, err := ctyjson.Marshal(v, v.Type()); err == nil {
		s["default"] = json.RawMessage(text)
	}
}

// typeSchema is the schema of a type. A text may be written without quotes, whatever YAML makes of it then.
func typeSchema(t cty.Type, defaults *typeexpr.Defaults) map[string]any {
	child := func(name string) *typeexpr.Defaults {
		if defaults == nil {
			return nil
		}
		return defaults.Children[name]
	}
	switch {
	case t == cty.String:
		return map[string]any{"type": []any{"string", "number", "boolean"}}
	case t == cty.Number:
		return map[string]any{"type": "number"}
	case t == cty.Bool:
		return map[string]any{"type": "boolean"}
	case t.IsListType() || t.IsSetType():
		return map[string]any{"type": "array", "items": typeSchema(t.ElementType(), child(""))}
	case t.IsMapType():
		return map[string]any{"type": "object", "additionalProperties": typeSchema(t.ElementType(), child(""))}
	case t.IsObjectType():
		properties := make(map[string]any)
		var required []string
		for _, name := range sortedKeys(t.AttributeTypes()) {
			s := typeSchema(t.AttributeType(name), child(name))
			if t.AttributeOptional(name) {
				if defaults != nil {
					addDefault(s, defaults.DefaultValues[name])
				}
				orNull(s)
			} else {
				required = append(required, name)
			}
			properties[name] = s
		}
		s := map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
		if len(required) > 0 {
			s["required"] = required
		}
		return s
	}
	return map[string]any{}
}

// orNull lets a schema's value be null as well.
func orNull(s map[string]any) {
	switch typ := s["type"].(type) {
	case string:
		s["type"] = []any{typ, "null"}
	case []any:
		if !slices.Contains(typ, any("null")) {
			s["type"] = append(slices.Clone(typ), "null")
		}
	}
	if enum, ok := s["enum"].([]any); ok && !slices.Contains(enum, nil) {
		s["enum"] = append(slices.Clone(enum), nil)
	}
}

// constrainer reads what validations say of single values into their schemas.
type constrainer struct {
	variable string
	// guard is what was found not to be null where null lets everything through: only of it, or of a part of it, something is said then.
	guard string
}

// at finds the schema that a traversal leads to, from the variable's or from an iterator's.
func (c constrainer) at(traversal hcl.Traversal, s map[string]any, iterators map[string]map[string]any) map[string]any {
	steps := traversal[1:]
	if way := pathOf(traversal); c.guard != "" && way != c.guard && !strings.HasPrefix(way, c.guard+".") {
		return nil
	}
	switch {
	case iterators[traversal.RootName()] != nil:
		s = iterators[traversal.RootName()]
	case traversal.RootName() == "var" && len(traversal) > 1:
		if name, ok := traversal[1].(hcl.TraverseAttr); !ok || name.Name != c.variable {
			return nil
		}
		steps = traversal[2:]
	default:
		return nil
	}
	for _, step := range steps {
		attr, ok := step.(hcl.TraverseAttr)
		properties, isObject := s["properties"].(map[string]any)
		if !ok || !isObject {
			return nil
		}
		if s, ok = properties[attr.Name].(map[string]any); !ok {
			return nil
		}
	}
	return s
}

// condition reads what must hold for every value that is taken. Whatever it doesn't understand, it leaves to plinth.
func (c constrainer) condition(e hclsyntax.Expression, s map[string]any, iterators map[string]map[string]any) {
	switch e := e.(type) {
	case *hclsyntax.ParenthesesExpr:
		c.condition(e.Expression, s, iterators)
	case *hclsyntax.BinaryOpExpr:
		switch {
		case e.Op == hclsyntax.OpLogicalAnd:
			c.condition(e.LHS, s, iterators)
			c.condition(e.RHS, s, iterators)
		case e.Op == hclsyntax.OpLogicalOr && nullChecked(e.LHS) != "":
			c.guard = nullChecked(e.LHS)
			c.condition(e.RHS, s, iterators) // null is let through by orNull
		case e.Op == hclsyntax.OpGreaterThanOrEqual || e.Op == hclsyntax.OpLessThanOrEqual:
			c.bound(e, s, iterators)
		}
	case *hclsyntax.FunctionCallExpr:
		c.call(e, s, iterators)
	}
}

// nullChecked is the path that an expression compares with null; "" if it is another expression.
func nullChecked(e hclsyntax.Expression) string {
	if call, ok := e.(*hclsyntax.FunctionCallExpr); ok && call.Name == "try" && len(call.Args) == 2 {
		return nullChecked(call.Args[0])
	}
	check, ok := e.(*hclsyntax.BinaryOpExpr)
	if !ok || check.Op != hclsyntax.OpEqual || !isNull(check.RHS) {
		return ""
	}
	traversal, ok := check.LHS.(*hclsyntax.ScopeTraversalExpr)
	if !ok {
		return ""
	}
	return pathOf(traversal.Traversal)
}

// pathOf writes a traversal of names: var.bucket.name.
func pathOf(traversal hcl.Traversal) string {
	steps := []string{traversal.RootName()}
	for _, step := range traversal[1:] {
		attr, ok := step.(hcl.TraverseAttr)
		if !ok {
			return ""
		}
		steps = append(steps, attr.Name)
	}
	return strings.Join(steps, ".")
}

func (c constrainer) call(e *hclsyntax.FunctionCallExpr, s map[string]any, iterators map[string]map[string]any) {
	switch {
	case e.Name == "try" && len(e.Args) == 2: // the second is for what is null
		c.condition(e.Args[0], s, iterators)
	case e.Name == "can" && len(e.Args) == 1:
		if regex, ok := e.Args[0].(*hclsyntax.FunctionCallExpr); ok && regex.Name == "regex" && len(regex.Args) == 2 {
			if traversal, ok := regex.Args[1].(*hclsyntax.ScopeTraversalExpr); ok {
				setPattern(c.at(traversal.Traversal, s, iterators), literalText(regex.Args[0]))
			}
		}
	case e.Name == "contains" && len(e.Args) == 2:
		c.enum(e, s, iterators)
	case e.Name == "alltrue" && len(e.Args) == 1:
		loop, ok := e.Args[0].(*hclsyntax.ForExpr)
		if !ok || loop.CondExpr != nil || loop.KeyExpr != nil {
			return
		}
		if inner := c.elements(loop.CollExpr, s, iterators); inner != nil {
			nested := map[string]map[string]any{loop.ValVar: inner}
			for name, outer := range iterators {
				if name != loop.ValVar && name != loop.KeyVar {
					nested[name] = outer
				}
			}
			c.condition(loop.ValExpr, s, nested)
		}
	}
}

// elements is the schema of the elements of a list or map that a loop goes through.
func (c constrainer) elements(e hclsyntax.Expression, s map[string]any, iterators map[string]map[string]any) map[string]any {
	switch e := e.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		if list := c.at(e.Traversal, s, iterators); list != nil {
			if items, ok := list["items"].(map[string]any); ok {
				return items
			}
		}
	case *hclsyntax.FunctionCallExpr:
		if e.Name == "values" && len(e.Args) == 1 {
			if traversal, ok := e.Args[0].(*hclsyntax.ScopeTraversalExpr); ok {
				if object := c.at(traversal.Traversal, s, iterators); object != nil {
					if values, ok := object["additionalProperties"].(map[string]any); ok {
						return values
					}
				}
			}
		}
		if (e.Name == "try" || e.Name == "coalesce") && len(e.Args) == 2 {
			return c.elements(e.Args[0], s, iterators)
		}
	}
	return nil
}

func (c constrainer) enum(e *hclsyntax.FunctionCallExpr, s map[string]any, iterators map[string]map[string]any) {
	list, ok := e.Args[0].(*hclsyntax.TupleConsExpr)
	if !ok {
		return
	}
	of := e.Args[1]
	if try, ok := of.(*hclsyntax.FunctionCallExpr); ok && try.Name == "try" && len(try.Args) == 2 {
		of = try.Args[0]
	}
	traversal, ok := of.(*hclsyntax.ScopeTraversalExpr)
	if !ok {
		return
	}
	target := c.at(traversal.Traversal, s, iterators)
	if target == nil || target["enum"] != nil {
		return
	}
	var values []any
	for _, item := range list.Exprs {
		v, diags := item.Value(nil)
		if diags.HasErrors() || !v.IsWhollyKnown() || v.IsNull() {
			return
		}
		text, err := ctyjson.Marshal(v, v.Type())
		if err != nil {
			return
		}
		values = append(values, json.RawMessage(text))
		if v.Type() == cty.String { // written without quotes it may be another type to YAML
			if n, err := strconv.ParseFloat(v.AsString(), 64); err == nil {
				values = append(values, n)
			}
		}
	}
	target["enum"] = values
	if types, ok := target["type"].([]any); ok && slices.Contains(types, any("null")) {
		target["enum"] = append(values, nil)
	}
}

// bound reads var.x >= 1, length(var.x) <= 9 and their kind.
func (c constrainer) bound(e *hclsyntax.BinaryOpExpr, s map[string]any, iterators map[string]map[string]any) {
	limit, diags := e.RHS.Value(nil)
	if diags.HasErrors() || limit.Type() != cty.Number || !limit.IsKnown() {
		return
	}
	least := e.Op == hclsyntax.OpGreaterThanOrEqual
	keyword := map[bool]string{true: "minimum", false: "maximum"}[least]
	of := e.LHS
	if length, ok := of.(*hclsyntax.FunctionCallExpr); ok && length.Name == "length" && len(length.Args) == 1 {
		of, keyword = length.Args[0], ""
	}
	traversal, ok := of.(*hclsyntax.ScopeTraversalExpr)
	if !ok {
		return
	}
	target := c.at(traversal.Traversal, s, iterators)
	if target == nil {
		return
	}
	if keyword == "" {
		switch {
		case target["items"] != nil:
			keyword = map[bool]string{true: "minItems", false: "maxItems"}[least]
		case target["properties"] == nil && target["additionalProperties"] != nil:
			keyword = map[bool]string{true: "minProperties", false: "maxProperties"}[least]
		case isText(target):
			keyword = map[bool]string{true: "minLength", false: "maxLength"}[least]
		default:
			return
		}
	}
	if text, err := ctyjson.Marshal(limit, cty.Number); err == nil {
		target[keyword] = json.RawMessage(text)
	}
}

func isText(s map[string]any) bool {
	types, ok := s["type"].([]any)
	return ok && slices.Contains(types, any("string"))
}

func literalText(e hclsyntax.Expression) string {
	template, ok := e.(*hclsyntax.TemplateExpr)
	if !ok || len(template.Parts) != 1 {
		return ""
	}
	if literal, ok := template.Parts[0].(*hclsyntax.LiteralValueExpr); ok {
		return literal.Val.AsString()
	}
	return ""
}

// foreign is what RE2 has and ECMA-262, whose expressions JSON Schema uses, has not or reads otherwise.
var foreign = regexp.MustCompile(`\[\[?:|\(\?[^:]|\\[AzQEpPC]`)

// setPattern sets the pattern of a text, if both dialects read it alike. Of several the schema keeps all.
func setPattern(s map[string]any, pattern string) {
	if s == nil || pattern == "" || !isText(s) || foreign.MatchString(pattern) {
		return
	}
	if _, err := syntax.Parse(pattern, syntax.Perl); err != nil {
		return
	}
	if s["pattern"] == nil {
		s["pattern"] = pattern
		return
	}
	all, _ := s["allOf"].([]any)
	s["allOf"] = append(all, map[string]any{"pattern": pattern})
}
