package generator

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"plinth/generator/module"
	"plinth/generator/spec"
)

// Survey is where an account differs from what every account would be.
type Survey struct {
	Name     string          `json:"name"`
	ID       string          `json:"id"`
	Spec     string          `json:"spec"`
	Sections []SurveySection `json:"sections"` // all there are, in order
	// Files are those that the account is made of: the spec, the files that it extends, and the texts that it names.
	Files []string `json:"files"`

	at hcl.Range // of the name
}

// SurveySection is one section of an account.
type SurveySection struct {
	Name string `json:"name"`
	On   bool   `json:"on"`
	// Usual tells whether it is on or off as it is where a spec says nothing.
	Usual      bool        `json:"usual"`
	Deviations []Deviation `json:"deviations"`
}

// Deviation is a value that is not the default.
type Deviation struct {
	Path  string `json:"path"`
	Value string `json:"value"` // as Terraform writes it
	Place string `json:"place"` // file:line, which may be in a file that is extended
}

// Surveys says where specs differ from the defaults. It judges no values; what is no spec at all is a diagnostic, and so are two specs of one account.
// There are no surveys where there is an error.
func (g *Generator) Surveys(inputs []Input) ([]*Survey, hcl.Diagnostics) {
	surveys := make([]*Survey, len(inputs))
	problems := make([]hcl.Diagnostics, len(inputs))
	each(inputs, func(i int, input Input) { surveys[i], problems[i] = g.survey(input) })
	diags := together(inputs, problems, func(i int) identity {
		if surveys[i] == nil {
			return identity{}
		}
		return identity{surveys[i].Name, surveys[i].ID, surveys[i].at}
	})
	if diags.HasErrors() {
		return nil, diags
	}
	return surveys, diags
}

func (g *Generator) survey(input Input) (*Survey, hcl.Diagnostics) {
	read := []string{input.File}
	files := spec.Files{
		Text: func(name string) ([]byte, error) {
			read = append(read, path.Join(path.Dir(input.File), name))
			return input.Files.Text(name)
		},
		Base: func(name string) ([]byte, error) {
			read = append(read, name)
			return input.Files.Base(name)
		},
	}
	decoded, diags := spec.DecodeWith(input.File, input.Content, g.template.schema, g.sources, files)
	if diags.HasErrors() {
		return nil, diags
	}
	slices.Sort(read[1:])
	s := &Survey{Spec: input.File, Sections: []SurveySection{}, Files: slices.Compact(read)}
	if account := decoded.Core["account"]; account != nil {
		if id := account.Attrs["id"]; id != nil {
			s.ID, _ = knownText(id.Value)
		}
		if name := account.Attrs["name"]; name != nil {
			s.Name, _ = knownText(name.Value)
			s.at = name.Range
		}
	}
	for i := range g.template.schema.Sections {
		section := &g.template.schema.Sections[i]
		off := decoded.Off(section)
		row := SurveySection{Name: section.Name, On: !off, Usual: off == section.OptIn, Deviations: []Deviation{}}
		if written := decoded.Sections[section.Name]; written != nil && !off {
			for _, name := range sortedKeys(written.Values) {
				v := section.Variables[name]
				if v == nil || v.Required() {
					continue // what every spec must say has no default to differ from
				}
				row.Deviations = append(row.Deviations, deviations(section.Name+"."+name, written.Values[name], usual(v))...)
			}
		}
		s.Sections = append(s.Sections, row)
	}
	return s, nil
}

// usual is the value of a variable whose spec says nothing, its optional attributes filled in.
func usual(v *module.Variable) cty.Value {
	value, err := v.Convert(v.Default)
	if err != nil {
		return v.Default
	}
	return value
}

// deviations goes down to the values that are no objects with fields of their own.
func deviations(path string, v *spec.Value, usual cty.Value) []Deviation {
	if v.Value.IsNull() {
		return nil // it takes the default
	}
	if len(v.Attrs) > 0 && usual != cty.NilVal && !usual.IsNull() && usual.Type().IsObjectType() {
		var all []Deviation
		for _, name := range sortedKeys(v.Attrs) {
			inner := cty.NilVal
			if usual.Type().HasAttribute(name) {
				inner = usual.GetAttr(name)
			}
			all = append(all, deviations(path+"."+name, v.Attrs[name], inner)...)
		}
		return all
	}
	written := terraformText(v.Value)
	if usual != cty.NilVal && written == terraformText(usual) {
		return nil
	}
	return []Deviation{{path, written, fmt.Sprintf("%s:%d", v.Range.Filename, v.Range.Start.Line)}}
}

func terraformText(v cty.Value) string {
	if !v.IsWhollyKnown() {
		return ""
	}
	return strings.Join(strings.Fields(string(hclwrite.TokensForValue(v).Bytes())), " ")
}
