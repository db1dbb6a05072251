package terraform

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	tfjson "github.com/hashicorp/terraform-json"
)

// fleetRoot is the temporary root that calls trees as modules.
type fleetRoot struct {
	files  map[string][]byte
	trees  []*tree
	shapes *shapes
	calls  map[int]*tree // by the lines of main.tf that are a tree's
}

const (
	// label begins the names of the module blocks. The number of the tree follows.
	label = "plinth_fleet_"
	// anything is a variable of the temporary root. Validation takes a root's variables for unknown, so this gives modules what they would see as roots.
	anything = "anything"
)

func newFleetRoot(trees []*tree) *fleetRoot {
	r := &fleetRoot{files: make(map[string][]byte), trees: trees, shapes: newShapes(), calls: make(map[int]*tree)}
	var lines []string
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	add("terraform {")
	add("  required_providers {")
	sources := trees[0].sources // of all, for they have the same requirements
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		add("    %s = { source = %q }", name, sources[name])
	}
	add("  }")
	add("}")
	add("variable %q {}", anything)
	for i, t := range trees {
		name := label + strconv.Itoa(i)
		for file, content := range t.module {
			r.files[path.Join(name, file)] = content
		}
		first := len(lines) + 1
		add("module %q {", name)
		add("  source = \"./%s\"", name)
		for _, variable := range t.variables {
			add("  %s = var.%s", variable, anything)
		}
		add("  providers = {")
		for _, p := range t.providers {
			provider := p.block.Labels[0]
			inModule := provider
			if p.alias != "" {
				inModule += "." + p.alias
			}
			add("    %s = %s.%s", inModule, provider, r.shapes.add(t, p).name)
		}
		add("  }")
		add("}")
		for line := first; line <= len(lines); line++ {
			r.calls[line] = t
		}
	}
	for _, s := range r.shapes.list {
		r.files[s.name+".tf"] = s.text
	}
	r.files["main.tf"] = []byte(strings.Join(lines, "\n") + "\n")
	return r
}

// placed is a diagnostic about one tree.
type placed struct {
	tree       *tree
	diagnostic tfjson.Diagnostic
}

var (
	fileOfTree = regexp.MustCompile(`^` + label + `([0-9]+)/(.*)$`)
	anyTree    = regexp.MustCompile(`\b` + label + `([0-9]+)\b`)
	shapeFile  = regexp.MustCompile(`^(shape_[0-9]+)\.tf$`)
)

// places says which trees a diagnostic of the temporary root is about and where in them, or which one it is about if the place can't be told. It is about what they have in
// common if it gives neither, such as a provider that can't be had.
func (r *fleetRoot) places(d tfjson.Diagnostic) ([]placed, *tree) {
	if d.Range != nil {
		if match := fileOfTree.FindStringSubmatch(d.Range.Filename); match != nil {
			t := r.tree(match[1])
			name := match[2]
			return []placed{{t, relocated(own(d), name, t.module[name], t.files[name], sameLine, unchanged)}}, nil
		}
		if match := shapeFile.FindStringSubmatch(d.Range.Filename); match != nil {
			for _, s := range r.shapes.list {
				if s.name == match[1] {
					return s.places(own(d)), nil
				}
			}
		}
		if t := r.calls[d.Range.Start.Line]; t != nil && d.Range.Filename == "main.tf" {
			return nil, t
		}
	}
	if match := anyTree.FindStringSubmatch(d.Address + "\n" + d.Summary + "\n" + d.Detail); match != nil {
		return nil, r.tree(match[1])
	}
	return nil, nil
}

func (r *fleetRoot) tree(number string) *tree {
	i, _ := strconv.Atoi(number) // it is of digits
	return r.trees[i]
}

// How Terraform names a tree that is a module, and how it names one that is the root.
var ownNames = []struct {
	called *regexp.Regexp
	root   string
}{
	{regexp.MustCompile(`\bin module\.` + label + `[0-9]+([,:]|\.?(\s|$))`), "in the root module$1"},
	{regexp.MustCompile(`\bModule module\.` + label + `[0-9]+ \(from \./` + label + `[0-9]+\) does`), "This configuration does"},
	{regexp.MustCompile(`\bmodule\.` + label + `[0-9]+\.`), ""},
	{regexp.MustCompile(`\b` + label + `[0-9]+[./]`), ""},
}

// own says what a diagnostic says as it would be said of a root.
func own(d tfjson.Diagnostic) tfjson.Diagnostic {
	for _, text := range []*string{&d.Summary, &d.Detail, &d.Address} {
		for _, name := range ownNames {
			*text = name.called.ReplaceAllString(*text, name.root)
		}
	}
	return d
}

func unchanged(text string) string { return text }

func sameLine(line int) int { return line }

// relocated moves a diagnostic from a copy of a file to the original, which is called name: line gives the line there.
func relocated(d tfjson.Diagnostic, name string, copied, original []byte, line func(int) int, translate func(string) string) tfjson.Diagnostic {
	move := func(p tfjson.Pos) tfjson.Pos { return position(p, copied, original, line(p.Line), translate) }
	rng := tfjson.Range{Filename: name, Start: move(d.Range.Start), End: move(d.Range.End)}
	if rng.End.Byte < rng.Start.Byte {
		rng.End = rng.Start
	}
	d.Range, d.Snippet = &rng, nil
	return d
}

// position is where a place in a copy is in the original, on the given line. What stands before it on its line is the same, after translate; where it isn't, the
// place is the line's first character.
func position(p tfjson.Pos, copied, original []byte, line int, translate func(string) string) tfjson.Pos {
	start := lineStart(copied, p.Line)
	before := string(copied[start:min(max(p.Byte, start), len(copied))])
	now := translate(before)
	start = lineStart(original, line)
	rest := original[start:]
	if !bytes.HasPrefix(rest, []byte(now)) {
		blanks := len(rest) - len(bytes.TrimLeft(rest, " \t"))
		return tfjson.Pos{Line: line, Column: blanks + 1, Byte: start + blanks}
	}
	return tfjson.Pos{Line: line, Column: p.Column + len(now) - len(before), Byte: start + len(now)}
}

// lineStart is the byte at which a line begins; lines count from 1.
func lineStart(content []byte, line int) int {
	at := 0
	for ; line > 1; line-- {
		i := bytes.IndexByte(content[at:], '\n')
		if i < 0 {
			return len(content)
		}
		at += i + 1
	}
	return at
}

// shapes are the blocks of roots that differ in what decides whether they are right.
type shapes struct {
	list  []*shape
	byKey map[string]*shape
}

// shape is a block that stands for others, the first of them.
type shape struct {
	name    string
	text    []byte // a file of its own
	lead    int    // how many lines stand before the block
	members []member
}

type member struct {
	tree *tree
	rootBlock
}

func newShapes() *shapes { return &shapes{byKey: make(map[string]*shape)} }

// add returns the shape of a block.
func (s *shapes) add(t *tree, b rootBlock) *shape {
	content := t.files[b.file]
	key := b.key(content, t.account)
	found := s.byKey[key]
	if found == nil {
		found = &shape{name: fmt.Sprintf("shape_%d", len(s.list))}
		found.text, found.lead = b.standing(content, found.name)
		s.byKey[key] = found
		s.list = append(s.list, found)
	}
	found.members = append(found.members, member{t, b})
	return found
}

// standing is the text of a file with nothing but the block, and how many lines of it stand before the block. A provider block gets another alias, at its end.
func (b *rootBlock) standing(content []byte, alias string) (text []byte, lead int) {
	rng := b.block.Range()
	begin := lineStart(content, rng.Start.Line)
	// Blanks before the block keep its columns.
	before := blank(content[begin:rng.Start.Byte], hcl.Range{End: hcl.Pos{Byte: rng.Start.Byte - begin}})
	if b.block.Type != "provider" {
		return slices.Concat([]byte("terraform {\n"), before, content[rng.Start.Byte:rng.End.Byte], []byte("\n}\n")), 1
	}
	edits := map[int]textEdit{b.block.CloseBraceRange.Start.Byte: {b.block.CloseBraceRange.Start.Byte, fmt.Sprintf("alias = %q\n", alias)}}
	if b.aliasLine > 0 {
		edits[lineStart(content, b.aliasLine)] = textEdit{lineStart(content, b.aliasLine+1), ""}
	}
	return slices.Concat(before, []byte(edited(content, rng, edits)), []byte("\n")), 0
}

// key is a block's text without what doesn't decide whether it is right: its alias, and which account of all it is for.
func (b *rootBlock) key(content []byte, account string) string {
	edits := indifferent(content, b.block)
	if b.aliasLine > 0 {
		start, end := lineStart(content, b.aliasLine), lineStart(content, b.aliasLine+1)
		edits[start] = textEdit{end, ""}
	}
	return b.block.Type + " " + anyAccount(edited(content, b.block.Range(), edits), account)
}

// places says where a diagnostic about the shape is in each of its members.
func (s *shape) places(d tfjson.Diagnostic) []placed {
	var all []placed
	first := s.members[0]
	for _, m := range s.members {
		translate := func(text string) string { return renumber(text, first.tree.account, m.tree.account) }
		line := func(line int) int {
			line += m.block.Range().Start.Line - 1 - s.lead
			if m.aliasLine > 0 && line >= m.aliasLine {
				line++
			}
			return line
		}
		said := relocated(d, m.file, s.text, m.tree.files[m.file], line, translate)
		said.Summary, said.Detail = translate(d.Summary), translate(d.Detail)
		if address, ok := strings.CutSuffix(d.Address, "."+s.name); ok { // provider["registry.terraform.io/hashicorp/aws"].alias
			said.Address = address
			if m.alias != "" {
				said.Address += "." + m.alias
			}
		}
		all = append(all, placed{m.tree, said})
	}
	return all
}
