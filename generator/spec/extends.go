package spec

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"go.yaml.in/yaml/v3"
)

// node is the range of a node, in whichever file it is.
func (d *decoder) node(n *yaml.Node) hcl.Range { return d.positionsOf(n).node(n) }

func (d *decoder) positionsOf(n *yaml.Node) *positions {
	if p := d.owners[n]; p != nil {
		return p
	}
	return d.pos
}

// own says that a node and those below it are in another file than the spec.
func (d *decoder) own(n *yaml.Node, p *positions) {
	d.owners[n] = p
	for _, inner := range n.Content {
		d.own(inner, p)
	}
}

// extend returns the mapping of a file with what it extends below it: mappings are merged, everything else is replaced. Chain are the files that led here,
// the file itself last.
func (d *decoder) extend(top *yaml.Node, chain []string) *yaml.Node {
	if top.Kind != yaml.MappingNode {
		return top
	}
	var names *yaml.Node
	rest := *top
	rest.Content = nil
	for i := 0; i+1 < len(top.Content); i += 2 {
		if key, ok := keyName(top.Content[i]); ok && key == "extends" {
			if names == nil {
				names = top.Content[i+1]
			}
			continue // lint has reported a second one
		}
		rest.Content = append(rest.Content, top.Content[i], top.Content[i+1])
	}
	if names == nil {
		return top
	}
	d.owners[&rest] = d.positionsOf(top)
	list := []*yaml.Node{names}
	if names.Kind == yaml.SequenceNode {
		list = names.Content
	}
	var below *yaml.Node
	for _, name := range list {
		if base := d.base(name, chain); base != nil {
			below = d.merge(below, base)
		}
	}
	return d.merge(below, &rest)
}

// base reads a file that is extended; nil if it can't be.
func (d *decoder) base(name *yaml.Node, chain []string) *yaml.Node {
	refuse := func(format string, args ...any) *yaml.Node {
		d.report(d.node(name), "Extends", fmt.Sprintf(format, args...))
		return nil
	}
	if name.Kind != yaml.ScalarNode || name.Tag != "!!str" || name.Value == "" || path.IsAbs(name.Value) {
		return refuse("extends takes the path of a file, from this file's folder, or a list of such paths. Write extends: ../defaults.yaml.")
	}
	file := path.Join(path.Dir(chain[len(chain)-1]), name.Value)
	if slices.Contains(chain, file) {
		return refuse("The files extend each other in a circle: %s. Leave one of them out.", strings.Join(append(chain[slices.Index(chain, file):], file), " -> "))
	}
	if known, ok := d.bases[file]; ok {
		return known // it is extended in several ways
	}
	if d.files.Base == nil {
		return refuse("No files are read here. Write out what %s holds.", name.Value)
	}
	content, err := d.files.Base(file)
	if err != nil {
		return refuse("%s can't be read: %s. Write the path of a file that can, from this file's folder.", file, err)
	}
	if d.sources != nil {
		d.sources.Add(file, content)
	}
	within := &decoder{pos: newPositions(file, content), reported: make(map[problem]bool), active: make(map[*yaml.Node]bool), owners: make(map[*yaml.Node]*positions)}
	within.checkBytes()
	var top *yaml.Node
	if len(within.diags) == 0 {
		if top = within.parse(); top != nil {
			within.lint(top, nil, 1)
		}
	}
	d.diags = append(d.diags, within.diags...)
	if top == nil {
		return nil
	}
	d.own(top, within.pos)
	if top.Kind != yaml.MappingNode {
		return refuse("%s is no mapping of keys to values. Write one, such as tags: {owner: platform}.", file)
	}
	base := d.extend(top, append(slices.Clone(chain), file))
	d.bases[file] = base
	return base
}

// merge returns two mappings as one, in which the second has the last word; of anything else the second.
func (d *decoder) merge(below, above *yaml.Node) *yaml.Node {
	a, b := target(below), target(above)
	if a == nil || b == nil || a.Kind != yaml.MappingNode || b.Kind != yaml.MappingNode {
		return above
	}
	merged := *b
	merged.Content, merged.Anchor = nil, ""
	d.owners[&merged] = d.positionsOf(b)
	written := make(map[string]bool)
	for i := 0; i+1 < len(a.Content); i += 2 {
		key, value := a.Content[i], a.Content[i+1]
		if name, ok := keyName(key); ok {
			for j := 0; j+1 < len(b.Content); j += 2 {
				if other, ok := keyName(b.Content[j]); ok && other == name && !written[name] {
					written[name] = true
					key, value = b.Content[j], d.merge(value, b.Content[j+1])
				}
			}
		}
		merged.Content = append(merged.Content, key, value)
	}
	for i := 0; i+1 < len(b.Content); i += 2 {
		if name, ok := keyName(b.Content[i]); !ok || !written[name] {
			merged.Content = append(merged.Content, b.Content[i], b.Content[i+1])
		}
	}
	return &merged
}

// target is what an alias stands for, or the node itself.
func target(n *yaml.Node) *yaml.Node {
	if n != nil && n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}
