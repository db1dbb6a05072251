package generator

import (
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// Reference is the reference of a spec as Markdown: every key, from the variables of the template and of the modules.
func (g *Generator) Reference() ([]byte, error) {
	var b strings.Builder
	b.WriteString("# The spec\n\nWritten by `plinth docs`. A key that is left out, or `null`, takes its default; `false` in place of a section switches it off.\n\n## version\n\n`1`, the version of the spec's format. Required.\n\n## extends\n\nThe path of a file, from this file's folder, or a list of paths: what stands there holds where this file says nothing else. Mappings are merged, everything else is replaced, " +
		"`null` resets to the default; of several files the last one has the last word, and this file has it over all. Such a file may extend others. In a folder of specs, a file without `version` and `account` is no spec of its own.\n")
	for _, v := range g.template.schema.Core {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", v.Name, markdown(v.Description))
		if err := g.referenceRows(&b, []string{v.Name}, v.Type); err != nil {
			return nil, err
		}
	}
	for i := range g.template.schema.Sections {
		section := &g.template.schema.Sections[i]
		fmt.Fprintf(&b, "\n## %s\n\n%s", section.Name, g.template.purpose(section.Name))
		if section.OptIn {
			b.WriteString(" Off unless the spec has it.")
		}
		fmt.Fprintf(&b, " [More](../modules/%s/README.md)\n", section.Name)
		for _, name := range sortedKeys(section.Variables) {
			v := section.Variables[name]
			fmt.Fprintf(&b, "\n### %s.%s\n\n%s\n", section.Name, name, markdown(v.Description))
			if err := g.referenceRows(&b, []string{section.Name + "." + name}, v.Type); err != nil {
				return nil, err
			}
		}
	}
	return []byte(b.String()), nil
}

// referenceRows writes a table of a variable and what is below it.
func (g *Generator) referenceRows(b *strings.Builder, paths []string, typ cty.Type) error {
	b.WriteString("\n| key | type | default | |\n|---|---|---|---|\n")
	type row struct {
		path string
		typ  cty.Type
	}
	queue := []row{{paths[0], typ}}
	for len(queue) > 0 {
		r := queue[0]
		queue = queue[1:]
		f, err := g.Explain(strings.ReplaceAll(r.path, ".*", ""))
		if err != nil {
			return err
		}
		value := f.Default
		switch {
		case f.Required:
			value = "required"
		case value == "" || value == "null":
			value = "none"
		default:
			value = "`" + strings.Join(strings.Fields(value), " ") + "`"
		}
		var advice []string
		for _, c := range f.Constraints {
			// What is said of the whole stands in the row of the whole, what is said of a part in its own.
			if !strings.Contains(r.path, ".") || len(f.Fields) == 0 || r.path == paths[0] {
				advice = append(advice, c.Write)
			}
		}
		if len(f.Fields) > 0 && r.path != paths[0] {
			advice = nil
		}
		kind := r.typ.FriendlyNameForConstraint()
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", r.path, kind, strings.ReplaceAll(value, "|", "\\|"), strings.ReplaceAll(markdown(strings.Join(advice, " ")), "|", "\\|"))
		inner, below := r.typ, r.path
		if inner.IsCollectionType() {
			inner, below = inner.ElementType(), r.path+".*"
		}
		if !inner.IsObjectType() {
			continue
		}
		var more []row
		for _, name := range sortedKeys(inner.AttributeTypes()) {
			more = append(more, row{below + "." + name, inner.AttributeType(name)})
		}
		queue = append(more, queue...)
	}
	return nil
}

// markdown writes a text so that what stands in angle brackets, but for code, is no HTML, and lines that are lists of keys stay lines.
func markdown(text string) string {
	parts := strings.Split(strings.TrimSpace(text), "`")
	for i := 0; i < len(parts); i += 2 {
		parts[i] = strings.ReplaceAll(strings.ReplaceAll(parts[i], "<", "\\<"), "*", "\\*")
	}
	return strings.ReplaceAll(strings.Join(parts, "`"), "\n", "  \n")
}
