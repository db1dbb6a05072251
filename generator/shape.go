package generator

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"plinth/generator/eval"
	"plinth/generator/fileset"
	"plinth/generator/spec"
)

// A shape is what specs have in common that differ only in holes: the account's id wherever it is written, its name, the values of its tags,
// where its state lies, the name of the spec's file. A fleet has thousands of accounts and few shapes. What a shape makes of its holes is
// rendered once, with sentinels in the holes; an account of that shape is the same text with its own values in their place.
//
// That is right only where the modules pass the values of holes on and never decide by them. It is not assumed: a shape is used only if
//
//   - no expression decides by a hole's value (see parametric), but for the validations of variables, which every account's own values go through;
//   - the sentinels that sort before and behind everything else give the same text, so that no order depends on a hole;
//   - neither a module nor the rest of the spec holds the account's values by chance;
//   - there was nothing to report.
//
// Whatever doesn't fit is rendered in full.
type shape struct {
	files   map[string][]piece
	buckets []Bucket // with sentinels in their names
	guards  []guard
}

// piece is a text, and the hole behind it; -1 at the end of a file.
type piece struct {
	text string
	hole int
}

// guard is the validation of a variable that sees a hole.
type guard struct {
	condition hclsyntax.Expression
	inputs    map[string]cty.Value // what it reads, with sentinels
	decided   bool                 // whether it can be told at all if it holds; what can't must stay in the output
}

// shapes remembers the shapes of a run.
type shapes struct {
	texts     string // of the template and all modules
	functions map[string]function.Function
	mu        sync.Mutex
	seen      map[[sha256.Size]byte]*seenShape
}

// seenShape counts how often a shape was seen. It is built when it is worth it.
type seenShape struct {
	count int
	once  sync.Once
	shape *shape // nil if it can't be used
}

const (
	// worthwhile is how many accounts of one shape are rendered in full before the shape is built, which takes as long as rendering several.
	worthwhile = 3
	// maxShapes bounds the shapes that are remembered. When there are more, all are forgotten.
	maxShapes = 20_000
)

// fromShape renders a spec by its shape; nil if there is none, or if a validation refuses the spec: then the spec must be rendered in full.
func (g *Generator) fromShape(decoded *spec.Spec, style Style) *Account {
	h := findHoles(decoded)
	if h == nil || strings.Contains(g.shapes.texts, h.values[0]) {
		return nil
	}
	s := g.shapes.of(h.key(decoded, style))
	if s == nil {
		return nil
	}
	s.once.Do(func() { s.shape = g.buildShape(h, decoded, style) })
	if s.shape == nil || !g.admits(s.shape, h) {
		return nil
	}
	buckets, replacer := make([]Bucket, len(s.shape.buckets)), newReplacer(low.values(h), h.values)
	for i, b := range s.shape.buckets {
		buckets[i] = Bucket{replacer.Replace(b.Name), b.Field, fieldRange(decoded, b.Field)}
	}
	return &Account{
		Name: h.values[1], ID: h.values[0], Spec: decoded.File, Range: decoded.Core["account"].Attrs["name"].Range,
		Exceptions: decoded.Exceptions(), Regions: regionsOf(decoded), Measure: measureOf(decoded), Buckets: buckets,
		shape: s.shape, holes: h.values,
	}
}

// of returns the shape of a key if it is seen often enough.
func (s *shapes) of(key [sha256.Size]byte) *seenShape {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil || len(s.seen) >= maxShapes {
		s.seen = make(map[[sha256.Size]byte]*seenShape)
	}
	found := s.seen[key]
	if found == nil {
		found = &seenShape{}
		s.seen[key] = found
	}
	found.count++
	if found.count <= worthwhile {
		return nil
	}
	return found
}

// holes are the values of one spec that others of its shape have differently: the account's id first, then its name.
type holes struct {
	values []string
	paths  map[string]int // of whole values: their hole, by path
	file   int            // the hole of the spec's file name
}

// plainText is what the value of a hole may consist of: it is written alike, without escapes, in HCL, JSON and Markdown.
var plainText = regexp.MustCompile(`^[A-Za-z0-9_./:=+@-]+$`)

var accountID = regexp.MustCompile(`^[0-9]{12}$`)

// findHoles returns the holes of a spec; nil if its values are such that it must be rendered in full.
func findHoles(s *spec.Spec) *holes {
	account := s.Core["account"]
	if account == nil || account.Attrs["id"] == nil || account.Attrs["name"] == nil {
		return nil
	}
	id, ok := knownText(account.Attrs["id"].Value)
	if !ok || !accountID.MatchString(id) {
		return nil
	}
	h := &holes{values: []string{id}, paths: make(map[string]int)}
	add := func(where string, v *spec.Value) bool {
		text, ok := knownText(v.Value)
		if !ok || strings.Contains(text, id) {
			return true // it stays what it is
		}
		h.paths[where] = len(h.values)
		h.values = append(h.values, text)
		return plainText.MatchString(text)
	}
	if !add("account.name", account.Attrs["name"]) || len(h.values) != 2 {
		return nil
	}
	if tags := s.Core["tags"]; tags != nil {
		for _, key := range sortedKeys(tags.Attrs) {
			if !add("tags."+key, tags.Attrs[key]) {
				return nil
			}
		}
	}
	for _, where := range []string{"terraform.backend.s3.key", "terraform.backend.local.path"} {
		if v := valueAt(s.Core, where); v != nil && !add(where, v) {
			return nil
		}
	}
	h.file = len(h.values)
	h.values = append(h.values, path.Base(s.File))
	if !plainText.MatchString(h.values[h.file]) || len(h.values) > maxHoles {
		return nil
	}
	return h
}

func knownText(v cty.Value) (string, bool) {
	if v == cty.NilVal || !v.IsKnown() || v.IsNull() || v.IsMarked() || v.Type() != cty.String {
		return "", false
	}
	return v.AsString(), true
}

// key tells shapes apart: the spec with its holes left open.
func (h *holes) key(s *spec.Spec, style Style) [sha256.Size]byte {
	hash := sha256.New()
	fmt.Fprintf(hash, "%s\n", style)
	var write func(where string, v *spec.Value)
	write = func(where string, v *spec.Value) {
		if hole, ok := h.paths[where]; ok {
			fmt.Fprintf(hash, "hole %d\n", hole)
			return
		}
		switch {
		case len(v.Attrs) > 0:
			fmt.Fprintf(hash, "object %d\n", len(v.Attrs))
			for _, name := range sortedKeys(v.Attrs) {
				fmt.Fprintf(hash, "%q ", name)
				write(where+"."+name, v.Attrs[name])
			}
		case len(v.Elems) > 0:
			fmt.Fprintf(hash, "tuple %d\n", len(v.Elems))
			for _, element := range v.Elems {
				write(where+"[]", element)
			}
		default:
			if text, ok := knownText(v.Value); ok {
				before, after, open := strings.Cut(text, h.values[0])
				for ; open; before, after, open = strings.Cut(after, h.values[0]) {
					fmt.Fprintf(hash, "%q hole 0 ", before)
				}
				fmt.Fprintf(hash, "%q\n", before)
				return
			}
			fmt.Fprintf(hash, "%#v\n", v.Value)
		}
	}
	for _, name := range sortedKeys(s.Core) {
		fmt.Fprintf(hash, "core %q ", name)
		write(name, s.Core[name])
	}
	for _, name := range sortedKeys(s.Sections) {
		section := s.Sections[name]
		fmt.Fprintf(hash, "section %q %t\n", name, section.Off)
		for _, variable := range sortedKeys(section.Values) {
			fmt.Fprintf(hash, "%q ", variable)
			write(name+"."+variable, section.Values[variable])
		}
	}
	return [sha256.Size]byte(hash.Sum(nil))
}

// valueAt returns the value at a path of attributes.
func valueAt(core map[string]*spec.Value, where string) *spec.Value {
	steps := strings.Split(where, ".")
	v := core[steps[0]]
	for _, step := range steps[1:] {
		if v == nil {
			return nil
		}
		v = v.Attrs[step]
	}
	return v
}

// sentinels are values that stand in the holes while a shape is built. Low ones sort before any other text that begins with a letter or
// digit, high ones behind it, and they differ in length where values may.
type sentinels struct {
	id, other string // other has the number of the hole in place of ***
}

var (
	low  = sentinels{"000000000131", "000plinth0hole***0"}
	high = sentinels{"999999999787", "zzzplinth0hole***0and0more0zzz"}
)

// maxHoles is how many holes a shape has at most: their numbers have three digits.
const maxHoles = 500

func (n sentinels) of(hole int) string {
	if hole == 0 {
		return n.id
	}
	return strings.Replace(n.other, "***", fmt.Sprintf("%03d", hole), 1)
}

// values are the sentinels of all holes.
func (n sentinels) values(h *holes) []string {
	all := make([]string, len(h.values))
	for hole := range all {
		all[hole] = n.of(hole)
	}
	return all
}

// put returns the spec with other values in its holes.
func (h *holes) put(s *spec.Spec, values []string) *spec.Spec {
	copied := *s
	copied.File = path.Join(path.Dir(s.File), values[h.file])
	copied.Core = make(map[string]*spec.Value, len(s.Core))
	for name, v := range s.Core {
		copied.Core[name] = h.putValue(name, v, values)
	}
	copied.Sections = make(map[string]*spec.SectionValue, len(s.Sections))
	for name, section := range s.Sections {
		other := *section
		other.Values = make(map[string]*spec.Value, len(section.Values))
		for variable, v := range section.Values {
			other.Values[variable] = h.putValue(name+"."+variable, v, values)
		}
		copied.Sections[name] = &other
	}
	return &copied
}

func (h *holes) putValue(where string, v *spec.Value, values []string) *spec.Value {
	if v == nil {
		return nil
	}
	copied := *v
	switch {
	case len(v.Attrs) > 0:
		copied.Attrs = make(map[string]*spec.Value, len(v.Attrs))
		attrs := v.Value.AsValueMap()
		for name, inner := range v.Attrs {
			copied.Attrs[name] = h.putValue(where+"."+name, inner, values)
			attrs[name] = copied.Attrs[name].Value
		}
		copied.Value = cty.ObjectVal(attrs)
	case len(v.Elems) > 0:
		copied.Elems = make([]*spec.Value, len(v.Elems))
		elements := make([]cty.Value, len(v.Elems))
		for i, inner := range v.Elems {
			copied.Elems[i] = h.putValue(where+"[]", inner, values)
			elements[i] = copied.Elems[i].Value
		}
		copied.Value = cty.TupleVal(elements)
	default:
		if hole, ok := h.paths[where]; ok {
			copied.Value = cty.StringVal(values[hole])
		} else if text, ok := knownText(v.Value); ok {
			copied.Value = cty.StringVal(strings.ReplaceAll(text, h.values[0], values[0]))
		}
	}
	return &copied
}

// buildShape renders a spec with sentinels in its holes; nil if the result depends on what is in them.
func (g *Generator) buildShape(h *holes, decoded *spec.Spec, style Style) *shape {
	for _, n := range []sentinels{low, high} {
		for hole := range h.values {
			if strings.Contains(g.shapes.texts, n.of(hole)) || mentions(decoded, n.of(hole)) {
				return nil
			}
		}
	}
	account, scope, diags := g.render(h.put(decoded, low.values(h)), style)
	if len(diags) > 0 {
		return nil
	}
	other, _, diags := g.render(h.put(decoded, high.values(h)), style)
	if len(diags) > 0 {
		return nil
	}
	s := &shape{files: cutSet(account.files, low.values(h)), buckets: account.Buckets}
	if !sameTexts(s.files, cutSet(other.files, high.values(h))) {
		return nil
	}
	p := &parametric{sentinels: low.values(h), functions: g.shapes.functions}
	if err := p.scope(scope, true); err != nil {
		return nil
	}
	s.guards = p.guards
	return s
}

// mentions tells whether a text is anywhere in the values or keys of a spec.
func mentions(s *spec.Spec, text string) bool {
	var in func(v *spec.Value) bool
	in = func(v *spec.Value) bool {
		for name, inner := range v.Attrs {
			if strings.Contains(name, text) || in(inner) {
				return true
			}
		}
		if slices.ContainsFunc(v.Elems, in) {
			return true
		}
		written, ok := knownText(v.Value)
		return ok && strings.Contains(written, text)
	}
	for _, v := range s.Core {
		if in(v) {
			return true
		}
	}
	for _, section := range s.Sections {
		for _, v := range section.Values {
			if in(v) {
				return true
			}
		}
	}
	return strings.Contains(path.Base(s.File), text)
}

func cutSet(files fileset.Set, sentinels []string) map[string][]piece {
	all := make(map[string][]piece, len(files))
	for name, content := range files {
		all[name] = cut(string(content), sentinels)
	}
	return all
}

// cut takes a text apart at its holes.
func cut(text string, sentinels []string) []piece {
	var pieces []piece
	for {
		first, hole := len(text), -1
		for i, sentinel := range sentinels {
			if at := strings.Index(text, sentinel); at >= 0 && at < first {
				first, hole = at, i
			}
		}
		pieces = append(pieces, piece{text[:first], hole})
		if hole < 0 {
			return pieces
		}
		text = text[first+len(sentinels[hole]):]
	}
}

func sameTexts(a, b map[string][]piece) bool {
	if len(a) != len(b) {
		return false
	}
	for name, pieces := range a {
		if !slices.Equal(pieces, b[name]) {
			return false
		}
	}
	return true
}

// admits tells whether the validations of variables hold for the values in the holes.
func (g *Generator) admits(s *shape, h *holes) bool {
	replacer := newReplacer(low.values(h), h.values)
	for _, guard := range s.guards {
		inputs := make(map[string]cty.Value, len(guard.inputs))
		for name, v := range guard.inputs {
			inputs[name] = replaceTexts(v, replacer)
		}
		if decided, holds := eval.Holds(guard.condition, inputs, g.shapes.functions); decided != guard.decided || decided && !holds {
			return false
		}
	}
	return true
}

func newReplacer(old, texts []string) *strings.Replacer {
	var pairs []string
	for i := range old {
		pairs = append(pairs, old[i], texts[i])
	}
	return strings.NewReplacer(pairs...)
}

// replaceTexts replaces in every known string of a value.
func replaceTexts(v cty.Value, replacer *strings.Replacer) cty.Value {
	if text, ok := knownText(v); ok {
		return cty.StringVal(replacer.Replace(text))
	}
	replaced, err := cty.Transform(v, func(_ cty.Path, v cty.Value) (cty.Value, error) {
		if text, ok := knownText(v); ok {
			return cty.StringVal(replacer.Replace(text)), nil
		}
		return v, nil
	})
	if err != nil {
		return cty.DynamicVal // the guard then stays undecided, and the account is rendered in full
	}
	return replaced
}

// fill writes values into the holes.
func (s *shape) fill(values []string) fileset.Set {
	files := make(fileset.Set, len(s.files))
	for name, pieces := range s.files {
		size := 0
		for _, p := range pieces {
			size += len(p.text)
			if p.hole >= 0 {
				size += len(values[p.hole])
			}
		}
		content := bytes.NewBuffer(make([]byte, 0, size))
		for _, p := range pieces {
			content.WriteString(p.text)
			if p.hole >= 0 {
				content.WriteString(values[p.hole])
			}
		}
		files[name] = content.Bytes()
	}
	return files
}
