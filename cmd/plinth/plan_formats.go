package main

import (
	"fmt"
	"io"
	"strings"

	"plinth/generator/planned"
)

// printPlans prints plans, and returns how the command ends.
func (o *planOptions) printPlans(r *planResult) error {
	switch o.format {
	case "json":
		if err := o.json(r); err != nil {
			return err
		}
	case "markdown":
		if _, err := io.WriteString(o.stdout, r.markdown()); err != nil {
			return failed(fmt.Errorf("output: %w", err))
		}
	default:
		if _, err := io.WriteString(o.stdout, r.text()); err != nil {
			return failed(fmt.Errorf("output: %w", err))
		}
	}
	return r.exit()
}

func (r *planResult) text() string {
	var b strings.Builder
	for _, d := range r.Directories {
		fmt.Fprintf(&b, "%s: %s\n", d.Dir, d.summary())
		for line := range strings.Lines(d.Error) {
			b.WriteString("  " + line)
		}
		if d.Error != "" {
			b.WriteString("\n")
		}
		if d.Plan != nil {
			b.WriteString(changesText(d.Plan, "  ", ""))
		}
		for _, denial := range d.Denied {
			fmt.Fprintf(&b, "  denied: %s of %s; where it is meant, run again with --allow '%s:%s'\n", denial.Action, denial.Address, d.Dir, denial.Address)
		}
	}
	fmt.Fprintf(&b, "%s\n", r.total())
	for _, text := range r.Unused {
		fmt.Fprintf(&b, "%s lets nothing through: take it off the allowances\n", text)
	}
	return b.String()
}

// changesText lists what changes, each line after an indent. Of updates and replacements it has the attributes; a mark of a diff comes first, if there is one.
func changesText(p *planned.Plan, indent, update string) string {
	var b strings.Builder
	list := func(changes []planned.Change, heading string) {
		if len(changes) > 0 && heading != "" {
			b.WriteString(indent + heading + "\n")
		}
		for _, c := range changes {
			sign := c.Action.Sign()
			if update != "" && c.Action == planned.Update {
				sign = update
			}
			line := fmt.Sprintf("%s%s %s", indent, sign, c.Address)
			if c.Action == planned.Forget || c.Action == planned.Import || c.Action == planned.Move {
				line += " (" + string(c.Action) + ")"
			}
			if c.From != "" {
				line += ", which was " + c.From
			}
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			for _, a := range c.Attributes {
				why := ""
				if a.Replaces {
					why = " (this replaces it)"
				}
				fmt.Fprintf(&b, "%s      %s: %s → %s%s\n", indent, a.Path, shortened(a.Before), shortened(a.After), why)
			}
		}
	}
	list(p.Changes, "")
	list(p.Outputs, "")
	list(p.Drift, "changed outside Terraform:")
	return b.String()
}

// longest is how many characters of a value are shown.
const longest = 160

func shortened(value string) string {
	if runes := []rune(value); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return value
}

func (d *plannedDir) summary() string {
	switch {
	case d.Unfinished:
		return "unfinished"
	case d.Error != "":
		return "failed"
	}
	return countsText(d.Plan.Counts)
}

// countsText is Terraform's summary with what it leaves out.
func countsText(c planned.Counts) string {
	var parts []string
	if c.Add+c.Change+c.Destroy > 0 {
		parts = append(parts, fmt.Sprintf("%d to add, %d to change, %d to destroy", c.Add, c.Change, c.Destroy))
	}
	for _, more := range []struct {
		n    int
		text string
	}{
		{c.Replace, "%d of them replaced"}, {c.Import, "%d to import"}, {c.Move, "%d to move"}, {c.Forget, "%d to forget"}, {c.Outputs, "outputs to change: %d"}, {c.Drift, "%d changed outside Terraform"},
	} {
		if more.n > 0 {
			parts = append(parts, fmt.Sprintf(more.text, more.n))
		}
	}
	if len(parts) == 0 {
		return "no changes"
	}
	return strings.Join(parts, ", ")
}

func (r *planResult) total() string {
	changed, denied, wrong, unfinished := 0, 0, 0, 0
	for _, d := range r.Directories {
		if d.Changed {
			changed++
		}
		if len(d.Denied) > 0 {
			denied++
		}
		if d.Error != "" {
			wrong++
		}
		if d.Unfinished {
			unfinished++
		}
	}
	text := fmt.Sprintf("%s: %d with changes, %d without", directories(len(r.Directories)), changed, len(r.Directories)-changed-wrong-unfinished)
	for _, more := range []struct {
		n    int
		text string
	}{{denied, "denied"}, {wrong, "failed"}, {unfinished, "unfinished"}} {
		if more.n > 0 {
			text += fmt.Sprintf(", %d %s", more.n, more.text)
		}
	}
	return text
}

// maxComment is how much of a comment is used, in bytes. GitHub takes 65,536 characters.
// https://docs.github.com/en/rest/issues/comments
const maxComment = 60_000

// markdown is a comment for a pull request: a table, and the changes of each directory folded away.
func (r *planResult) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "### Terraform plans\n\n%s\n\n| Directory | Add | Change | Destroy | Replace | Drift | |\n| --- | ---: | ---: | ---: | ---: | ---: | --- |\n", r.total())
	rest := 0
	for _, d := range r.Directories {
		var c planned.Counts
		if d.Plan != nil {
			c = d.Plan.Counts
		}
		note := ""
		switch {
		case d.Unfinished:
			note = "unfinished"
		case d.Error != "":
			note = "**failed**"
		case len(d.Denied) > 0:
			note = fmt.Sprintf("**%d denied**", len(d.Denied))
		case !d.Changed && c.Drift == 0:
			rest++
			continue
		}
		fmt.Fprintf(&b, "| `%s` | %d | %d | %d | %d | %d | %s |\n", d.Dir, c.Add, c.Change, c.Destroy, c.Replace, c.Drift, note)
	}
	if rest > 0 {
		fmt.Fprintf(&b, "\nNo changes in %s.\n", directories(rest))
	}
	left := 0
	for _, d := range r.Directories {
		detail := d.markdown()
		if b.Len()+len(detail) > maxComment {
			left++
			continue
		}
		b.WriteString(detail)
	}
	if left > 0 {
		fmt.Fprintf(&b, "\nThe details of %s are left out, since a comment holds no more; `plinth plan` prints them.\n", directories(left))
	}
	return b.String()
}

func directories(n int) string {
	if n == 1 {
		return "1 directory"
	}
	return fmt.Sprintf("%d directories", n)
}

// markdown is the folded part of one directory; "" if nothing changes there.
func (d *plannedDir) markdown() string {
	var body strings.Builder
	switch {
	case d.Unfinished:
		return ""
	case d.Error != "":
		body.WriteString(fenced("text", d.Error+"\n"))
	case len(d.Plan.Changes)+len(d.Plan.Outputs)+len(d.Plan.Drift) == 0:
		return ""
	default:
		body.WriteString(fenced("diff", changesText(d.Plan, "", "!")))
	}
	for _, denial := range d.Denied {
		fmt.Fprintf(&body, "\nDenied: %s of `%s`.\n", denial.Action, denial.Address)
	}
	return fmt.Sprintf("\n<details><summary><code>%s</code>: %s</summary>\n\n%s\n</details>\n", d.Dir, d.summary(), body.String())
}

// fenced is a block of code whose fence is longer than any inside.
func fenced(language, text string) string {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + language + "\n" + text + fence + "\n"
}
