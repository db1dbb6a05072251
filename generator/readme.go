package generator

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"plinth/generator/eval"
	"plinth/generator/fileset"
	"plinth/generator/spec"
)

// readme tells in a table what the account gets, and which steps remain for people. What a module is for and what its manual steps are stands
// in the module's own README.md: its first paragraph, and its list under "## Manual steps".
func (g *Generator) readme(account *Account, s *spec.Spec, scope *eval.Scope, sections map[string]string, picture string) []byte {
	var b bytes.Buffer
	b.WriteString(fileset.Header("README.md"))
	fmt.Fprintf(&b, "\n# %s\n\nThe security baseline of AWS account %s, generated from `%s`.\n", account.Name, account.ID, path.Base(account.Spec))
	b.WriteString("Don't edit these files: change the spec and run `plinth generate` again.\n")
	b.WriteString("\n## What the account gets\n\n| Section | What it is for | Resources |\n|---|---|---|\n")
	var steps []string
	steps = append(steps, g.template.manualSteps(templateDir)...)
	for _, name := range g.template.order {
		if g.template.off(s, name) {
			off := "Switched off."
			if s.Sections[name] == nil {
				off = "Off: the spec leaves it out."
			}
			fmt.Fprintf(&b, "| `%s` | %s | |\n", name, off)
			continue
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", name, g.template.purpose(name), strings.Join(resourceTypes(scope, sections, name), "<br>"))
		for _, step := range g.template.manualSteps(path.Join(modulesDir, name)) {
			steps = append(steps, fmt.Sprintf("%s (`%s`)", step, name))
		}
	}
	b.WriteString("\n## How an event travels\n\nFrom the call that AWS records to the mailbox. Where a way ends too early, the place is red and says why.\n\n```mermaid\n" + picture + "```\n")
	b.WriteString("\n## What remains to be done by hand\n\nTerraform can't do these.\n\n")
	for _, step := range steps {
		fmt.Fprintf(&b, "- [ ] %s\n", step)
	}
	b.WriteString("\n## Plan and apply\n\nWith credentials for the account:\n\n```\nterraform init\nterraform plan -out baseline.tfplan\nterraform apply baseline.tfplan\n```\n")
	b.WriteString("\nOpenTofu works the same way, with `tofu` in place of `terraform`.\n")
	return b.Bytes()
}

// resourceTypes counts the resources of a section by type, over all of its module blocks.
func resourceTypes(scope *eval.Scope, sections map[string]string, section string) []string {
	counts := make(map[string]int)
	for _, call := range sortedKeys(scope.Children) {
		if sections[call] != section {
			continue
		}
		child := scope.Children[call]
		for _, r := range child.Module.Resources {
			if r.Mode == "data" {
				continue
			}
			n := 1
			if r.Count != nil {
				n, _ = child.Count(r)
			} else if r.ForEach != nil {
				keys, _ := child.Keys(r)
				n = len(keys)
			}
			counts[r.Type] += n
		}
	}
	var types []string
	for _, typ := range sortedKeys(counts) {
		switch n := counts[typ]; {
		case n == 1:
			types = append(types, "`"+typ+"`")
		case n > 1:
			types = append(types, fmt.Sprintf("%d x `%s`", n, typ))
		}
	}
	return types
}

// purpose is the first paragraph of a module's README.md.
func (t *template) purpose(section string) string {
	for _, paragraph := range paragraphs(t.read(path.Join(modulesDir, section, "README.md"))) {
		if !strings.HasPrefix(paragraph, "#") && !strings.HasPrefix(paragraph, "<!--") {
			return strings.ReplaceAll(strings.Join(strings.Fields(paragraph), " "), "|", "\\|")
		}
	}
	return ""
}

// manualSteps are the items of the list under "## Manual steps" in a README.md.
func (t *template) manualSteps(dir string) []string {
	_, after, found := strings.Cut("\n"+t.read(path.Join(dir, "README.md")), "\n## Manual steps\n")
	if !found {
		return nil
	}
	section, _, _ := strings.Cut(after, "\n## ")
	var steps []string
	for _, line := range strings.Split(section, "\n") {
		switch {
		case strings.HasPrefix(line, "- "):
			steps = append(steps, strings.TrimPrefix(line, "- "))
		case strings.TrimSpace(line) != "" && len(steps) > 0:
			steps[len(steps)-1] += " " + strings.TrimSpace(line)
		}
	}
	return steps
}

func paragraphs(text string) []string {
	var all []string
	for _, p := range strings.Split(text, "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			all = append(all, p)
		}
	}
	return all
}

// read returns a text file of the template's file system; "" when there is none, since a module need not have a README.
func (t *template) read(name string) string {
	content, err := fs.ReadFile(t.fsys, name)
	if err != nil {
		return ""
	}
	return strings.ReplaceAll(string(content), "\r\n", "\n")
}
