// Package spec reads one account's YAML spec as values that know their type and where they were written.
package spec

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"go.yaml.in/yaml/v3"

	"plinth/generator/module"
	"plinth/generator/source"
)

const (
	// maxDepth is how deep lists and mappings nest at most; the deepest variable needs less than ten.
	maxDepth = 100
	// maxAliased is how many values all aliases of a spec together may stand for.
	maxAliased = 10_000
	// maxProblems is how many problems of one spec are reported.
	maxProblems = 1000
)

// Section describes a top-level key that fills the variables of one module.
type Section struct {
	Name        string
	Description string
	Variables   map[string]*module.Variable // what a spec may set
	Wired       map[string]bool             // variables of the module that the template sets: never in YAML
	OptIn       bool                        // off where the spec leaves it out
}

// Schema tells what a spec may say.
type Schema struct {
	Core     []*module.Variable // variables of the root configuration, a top-level key each
	Sections []Section          // the modules, a top-level key each
}

// Value is one value of a spec.
//
// Value.Value holds what was written and only that: objects and maps are objects with just the given attributes, lists, sets and tuples are
// tuples, and scalars have the wanted primitive type. An explicit null is a null of the wanted type. A part that a diagnostic was returned
// for, or that is missing, is unknown.
type Value struct {
	Value    cty.Value
	Range    hcl.Range // of the value, as far as it is on its first line; of the key where nothing follows it
	KeyRange hcl.Range // zero for elements of a list
	Attrs    map[string]*Value
	Elems    []*Value
}

// At returns the deepest value on the path that was written, which is v itself when the first step was not. It is nil for a nil v.
// A step into a set finds only elements of a primitive type.
func (v *Value) At(path cty.Path) *Value {
	for _, step := range path {
		if v == nil {
			return nil
		}
		next := v.step(step)
		if next == nil {
			return v
		}
		v = next
	}
	return v
}

func (v *Value) step(step cty.PathStep) *Value {
	switch step := step.(type) {
	case cty.GetAttrStep:
		return v.Attrs[step.Name]
	case cty.IndexStep:
		key := step.Key
		if key.IsMarked() || !key.IsKnown() || key.IsNull() {
			return nil
		}
		if key.Type() == cty.String && v.Attrs[key.AsString()] != nil {
			return v.Attrs[key.AsString()]
		}
		if key.Type() == cty.Number {
			i, accuracy := key.AsBigFloat().Int64()
			if accuracy == 0 && i >= 0 && i < int64(len(v.Elems)) {
				return v.Elems[i]
			}
		}
		for _, element := range v.Elems { // a set's elements are their own keys
			if element.Value.RawEquals(key) {
				return element
			}
		}
	}
	return nil
}

// SectionValue is a section as written: false is off; true, null and an empty mapping are on with every default.
type SectionValue struct {
	Off      bool
	Range    hcl.Range
	KeyRange hcl.Range
	Values   map[string]*Value
}

// Off tells whether an account does without a section: the spec says false, or leaves out a section that is off by itself.
func (s *Spec) Off(section *Section) bool {
	if written := s.Sections[section.Name]; written != nil {
		return written.Off
	}
	return section.OptIn
}

// Spec is what one file says.
type Spec struct {
	File         string
	Core         map[string]*Value
	Sections     map[string]*SectionValue // only those that are written
	VersionRange hcl.Range                // of "version: 1", as far as it is on one line; of the first key, or the start of the file, where that is missing
}

// Decode reads one spec and records it in sources, which may be nil. It reports all problems of the file, in the order of the file; the
// YAML parser knows only its first syntax error. The Spec is never nil, and holds what could be read.
func Decode(filename string, content []byte, schema *Schema, sources *source.Set) (*Spec, hcl.Diagnostics) {
	return DecodeWith(filename, content, schema, sources, Files{})
}

// Files reads what a spec names beside itself. Without a reader such names are problems.
type Files struct {
	Text ReadFile // for the tag !file
	Base ReadFile // for extends: the name is the path as it is seen from where the spec's own path is seen from
}

// ReadFile reads a file that a spec names with the tag !file. The name has slashes and leads nowhere but below the spec's folder.
type ReadFile func(name string) ([]byte, error)

// DecodeWith is Decode for a spec that may take texts from files and extend others.
func DecodeWith(filename string, content []byte, schema *Schema, sources *source.Set, files Files) (*Spec, hcl.Diagnostics) {
	if sources != nil {
		sources.Add(filename, content)
	}
	d := &decoder{
		pos:      newPositions(filename, content),
		files:    files,
		sources:  sources,
		owners:   make(map[*yaml.Node]*positions),
		bases:    make(map[string]*yaml.Node),
		reported: make(map[problem]bool),
		active:   make(map[*yaml.Node]bool),
	}
	s := &Spec{File: filename, Core: make(map[string]*Value), Sections: make(map[string]*SectionValue)}
	s.VersionRange = d.pos.span(0, 0)
	d.checkBytes()
	if len(d.diags) == 0 {
		if top := d.parse(); top != nil {
			d.lint(top, nil, 1)
			d.top(d.extend(top, []string{filepath.ToSlash(filename)}), s, schema)
		}
	}
	return s, d.sorted()
}

// decoder is the state of one Decode.
type decoder struct {
	pos      *positions
	files    Files
	sources  *source.Set
	owners   map[*yaml.Node]*positions // of nodes that are in another file than the spec
	bases    map[string]*yaml.Node     // the files that are extended, with what they extend
	diags    hcl.Diagnostics
	tooMany  bool
	reported map[problem]bool

	active     map[*yaml.Node]bool // anchored nodes that are being decoded
	aliasDepth int
	aliased    int  // values that were decoded through aliases
	bomb       bool // aliased is over its bound, and that is reported
}

// problem is what makes a diagnostic the same as another.
type problem struct {
	file    string
	offset  int
	summary string
}

func (d *decoder) report(rng hcl.Range, summary, detail string) {
	if d.tooMany {
		return
	}
	// A value that several aliases stand for is wrong once.
	same := problem{rng.Filename, rng.Start.Byte, summary}
	if d.aliasDepth > 0 && d.reported[same] {
		return
	}
	d.reported[same] = true
	if len(d.diags) == maxProblems {
		d.tooMany = true
		summary, detail = "Too many problems", fmt.Sprintf("Only %d problems of this spec are listed. Correct those first.", maxProblems)
	}
	d.diags = append(d.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: rng.Ptr()})
}

func (d *decoder) sorted() hcl.Diagnostics {
	slices.SortStableFunc(d.diags, func(a, b *hcl.Diagnostic) int {
		if a.Subject.Filename != b.Subject.Filename {
			return strings.Compare(a.Subject.Filename, b.Subject.Filename)
		}
		return a.Subject.Start.Byte - b.Subject.Start.Byte
	})
	return d.diags
}

// top decodes the mapping of top-level keys.
func (d *decoder) top(n *yaml.Node, s *Spec, schema *Schema) {
	if n.Kind != yaml.MappingNode {
		d.report(d.node(n), "Spec is not a mapping", "A spec is a mapping of keys to values. "+emptyDetail)
		return
	}
	core := make(map[string]*module.Variable, len(schema.Core))
	sections := make(map[string]*Section, len(schema.Sections))
	allowed := []string{"version", "extends"}
	for _, v := range schema.Core {
		core[v.Name] = v
		allowed = append(allowed, v.Name)
	}
	for i := range schema.Sections {
		sections[schema.Sections[i].Name] = &schema.Sections[i]
		allowed = append(allowed, schema.Sections[i].Name)
	}

	if len(n.Content) > 0 {
		s.VersionRange = d.node(n.Content[0])
	} else {
		s.VersionRange = d.node(n)
	}
	versioned := false
	meant := make(map[string]bool)
	for _, e := range d.entries(n) {
		switch {
		case e.name == "version":
			d.version(e)
			if e.first {
				versioned = true
				s.VersionRange = e.key
				if value := d.node(e.node); value.Start.Line == e.key.Start.Line {
					s.VersionRange = hcl.RangeBetween(e.key, value)
				}
			}
		case core[e.name] != nil:
			v := core[e.name]
			value := d.value(e.node, v.Type, (*place)(nil).key(e.name), slot{key: e.key, nullable: takesNull(v), depth: 2})
			if e.first {
				s.Core[e.name] = value
			}
		case sections[e.name] != nil:
			value := d.section(e, sections[e.name])
			if e.first {
				s.Sections[e.name] = value
			}
		case e.first && !d.tooMany:
			if owners := ownersOf(e.name, schema); len(owners) == 1 {
				d.report(e.key, "Unknown key", e.name+" belongs below "+owners[0]+". "+unknownKey("A spec", e.name, "", allowed))
				continue
			}
			guess := Suggestion(e.name, allowed)
			meant[guess] = true
			d.report(e.key, "Unknown key", unknownKey("A spec", e.name, guess, allowed))
		}
	}
	if !versioned && !meant["version"] {
		d.report(s.VersionRange, "Missing version", "Write version: 1 as the first line of the spec.")
	}
	d.missing(s, schema, meant)
}

func ownersOf(name string, schema *Schema) []string {
	var owners []string
	for _, section := range schema.Sections {
		if section.Variables[name] != nil {
			owners = append(owners, section.Name)
		}
	}
	return owners
}

func (d *decoder) version(e entry) {
	n := e.node
	if n.Kind == yaml.ScalarNode && isPlain(n) && n.Value == "1" {
		return
	}
	rng := d.node(n)
	if rng.Empty() {
		rng = e.key
	}
	d.report(rng, "Unsupported version", "Write version: 1, without quotes; it is the only version there is.")
}

// missing reports the top-level keys that have to be there and the sections that have no default. Those that an unknown key was meant to be are
// reported with that key.
func (d *decoder) missing(s *Spec, schema *Schema, meant map[string]bool) {
	for _, v := range schema.Core {
		if v.Required() && s.Core[v.Name] == nil && !meant[v.Name] {
			d.report(s.VersionRange, "Missing key", fmt.Sprintf("The spec needs %s; write %s.%s", v.Name, sample(v.Name, v.Type), described(v.Description)))
		}
	}
	for i := range schema.Sections {
		section := &schema.Sections[i]
		if s.Sections[section.Name] != nil || meant[section.Name] || section.OptIn {
			continue
		}
		names := needed(section, nil, nil)
		if len(names) == 0 {
			continue
		}
		d.report(s.VersionRange, "Missing key", fmt.Sprintf("%s needs %s; write %s, or %s: false to do without.%s", section.Name, and(names),
			section.Name+": {"+sample(names[0], section.Variables[names[0]].Type)+"}", section.Name, described(section.Variables[names[0]].Description)))
	}
}

// needed lists the variables of a section without a default that are neither given nor what an unknown key was meant to be.
func needed(section *Section, given map[string]*Value, meant map[string]bool) []string {
	var names []string
	for name, v := range section.Variables {
		if v.Required() && given[name] == nil && !meant[name] && !section.Wired[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (d *decoder) section(e entry, section *Section) *SectionValue {
	n := e.node
	value := &SectionValue{KeyRange: e.key, Range: d.node(n), Values: make(map[string]*Value)}
	if value.Range.Empty() {
		value.Range = e.key
	}
	at := (*place)(nil).key(e.name)
	if n.Kind == yaml.AliasNode {
		target := n.Alias
		if d.active[target] {
			d.selfAlias(value.Range)
			return value
		}
		d.aliasDepth++
		defer func() { d.aliasDepth-- }()
		n = target
	}
	if n.Anchor != "" {
		d.active[n] = true
		defer delete(d.active, n)
	}
	var meant map[string]bool
	switch {
	case n.Kind == yaml.MappingNode:
		meant = d.sectionValues(n, at, section, value)
	case n.Kind == yaml.ScalarNode && isPlain(n) && n.Value == "false":
		value.Off = true
		return value
	case n.Kind == yaml.ScalarNode && isPlain(n) && (n.Value == "true" || n.Tag == "!!null"):
	case n.Kind == yaml.ScalarNode && isSwitch(n.Value):
		d.report(value.Range, "Wrong type", fmt.Sprintf("Write %s: %t, without quotes and in lower case.", e.name, isTrue(n.Value)))
		return value
	default:
		d.report(value.Range, "Wrong type", fmt.Sprintf("%s is a mapping, not %s. Write its keys: %s; or %s: true for the defaults, or %s: false to do without.",
			e.name, nodeKind(n), list(sortedKeys(section.Variables)), e.name, e.name))
		return value
	}
	if names := needed(section, value.Values, meant); len(names) > 0 {
		missing := sample(names[0], section.Variables[names[0]].Type)
		if n.Kind != yaml.MappingNode {
			missing = e.name + ": {" + missing + "}"
		} else {
			missing += " in it"
		}
		d.report(e.key, "Missing key", fmt.Sprintf("%s needs %s; write %s.%s", e.name, and(names), missing, described(section.Variables[names[0]].Description)))
	}
	return value
}

// sectionValues returns the variables that unknown keys were meant to be. Their values are unknown: a default in their place could make other
// values look wrong.
func (d *decoder) sectionValues(n *yaml.Node, at *place, section *Section, into *SectionValue) map[string]bool {
	meant := make(map[string]bool)
	for _, e := range d.entries(n) {
		if d.tooMany {
			break
		}
		v := section.Variables[e.name]
		switch {
		case section.Wired[e.name]:
			if e.first {
				d.report(e.key, "Set by plinth", fmt.Sprintf("%s is set by plinth from the rest of the spec; remove it.", at.key(e.name)))
			}
		case v != nil:
			value := d.value(e.node, v.Type, at.key(e.name), slot{key: e.key, nullable: takesNull(v), depth: 3})
			if e.first {
				into.Values[e.name] = value
			}
		case e.first:
			guess := Suggestion(e.name, sortedKeys(section.Variables))
			meant[guess] = true
			d.report(e.key, "Unknown key", unknownKey(at.String(), e.name, guess, sortedKeys(section.Variables)))
			if v := section.Variables[guess]; v != nil && into.Values[guess] == nil {
				into.Values[guess] = &Value{Value: unknown(v.Type), Range: d.node(e.node), KeyRange: e.key}
			}
		}
	}
	return meant
}

func takesNull(v *module.Variable) bool { return v.Nullable || !v.Required() }

func described(description string) string {
	if description == "" {
		return ""
	}
	return " " + strings.TrimSpace(description)
}
