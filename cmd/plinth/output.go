package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode"

	segments "github.com/apparentlymart/go-textseg/v15/textseg"
	"github.com/hashicorp/hcl/v2"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"plinth/generator/source"
)

// output is where a command prints, and how.
type output struct {
	stdout, stderr io.Writer
	quiet          bool
	format         string // text or json
	modules        string // the folder of the user's own modules; empty for none
	template       string // the folder of the user's own template; empty for plinth's
}

func (o *output) addFormat(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.format, "format", "text", "text or json")
}

// checkFormat refuses a format that isn't there; more are those that the command has besides text and json.
func (o *output) checkFormat(more ...string) error {
	return o.checkFormatIn(append([]string{"text", "json"}, more...)...)
}

// checkFormatIn refuses a format that isn't among these, two or more.
func (o *output) checkFormatIn(formats ...string) error {
	if !slices.Contains(formats, o.format) {
		return &exit{exitWrong, fmt.Errorf("--format %s: write %s or %s", o.format, strings.Join(formats[:len(formats)-1], ", "), formats[len(formats)-1])}
	}
	return nil
}

// info prints a line of text for people.
func (o *output) info(format string, args ...any) {
	if !o.quiet && o.format == "text" {
		fmt.Fprintf(o.stdout, format+"\n", args...)
	}
}

// note prints a remark beside the result.
func (o *output) note(text string) {
	if !o.quiet && o.format == "text" {
		fmt.Fprintln(o.stderr, text)
	}
}

// diagnostics prints problems for people; as JSON and SARIF they are part of the result.
func (o *output) diagnostics(diags hcl.Diagnostics, sources *source.Set) error {
	if o.format == "json" || o.format == "sarif" {
		return nil
	}
	file, isFile := o.stderr.(*os.File)
	colour := isFile && isatty.IsTerminal(file.Fd()) && os.Getenv("NO_COLOR") == ""
	for _, d := range diags {
		if _, err := io.WriteString(o.stderr, diagnosticText(d, sources, colour)); err != nil {
			return failed(fmt.Errorf("output: %w", err))
		}
	}
	return nil
}

// diagnosticText writes a problem as compilers do: where, what, the line with a mark under the place, and what to write instead.
func diagnosticText(d *hcl.Diagnostic, sources *source.Set, colour bool) string {
	paint := func(code, text string) string {
		if !colour {
			return text
		}
		return "\x1b[" + code + "m" + text + "\x1b[0m"
	}
	severity := paint("1;31", "error")
	if d.Severity == hcl.DiagWarning {
		severity = paint("1;33", "warning")
	}
	var b strings.Builder
	if d.Subject != nil {
		fmt.Fprintf(&b, "%s:%d:%d: ", d.Subject.Filename, d.Subject.Start.Line, d.Subject.Start.Column)
	}
	fmt.Fprintf(&b, "%s: %s\n", severity, d.Summary)
	if d.Subject != nil {
		b.WriteString(quote(*d.Subject, sources.Bytes(d.Subject.Filename), paint))
	}
	for line := range strings.Lines(strings.TrimSpace(d.Detail) + "\n") {
		b.WriteString(strings.TrimRight("  "+line, " \n") + "\n")
	}
	return b.String() + "\n"
}

// quote shows the line of a place, with marks under it. Control characters, which could play with the terminal, are left out.
func quote(rng hcl.Range, content []byte, paint func(code, text string) string) string {
	if len(content) == 0 || rng.Start.Byte > len(content) {
		return ""
	}
	start := bytes.LastIndexByte(content[:rng.Start.Byte], '\n') + 1
	end := len(content)
	if i := bytes.IndexByte(content[rng.Start.Byte:], '\n'); i >= 0 {
		end = rng.Start.Byte + i
	}
	stop := min(max(rng.End.Byte, rng.Start.Byte+1), max(end, rng.Start.Byte))
	before, marked := printable(content[start:rng.Start.Byte]), printable(content[rng.Start.Byte:stop])
	after := ""
	if stop < end {
		after = printable(content[stop:end])
	}
	before, marked, after = lastOf(before, widest/2), firstOf(marked, widest), firstOf(after, widest/2)
	number := strconv.Itoa(rng.Start.Line)
	margin := strings.Repeat(" ", len(number))
	marks := strings.Repeat("^", max(1, width(marked)))
	return fmt.Sprintf("  %s | %s%s%s\n  %s | %s%s\n", number, before, marked, after, margin, strings.Repeat(" ", width(before)), paint("1;31", marks))
}

// widest is how many characters of a marked text are shown, and half as many on each side of it: a line may have millions.
const widest = 120

func firstOf(text string, n int) string {
	if runes := []rune(text); len(runes) > n {
		return string(runes[:n]) + "…"
	}
	return text
}

func lastOf(text string, n int) string {
	if runes := []rune(text); len(runes) > n {
		return "…" + string(runes[len(runes)-n:])
	}
	return text
}

func printable(text []byte) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, string(text))
}

// width counts the characters that a person sees.
func width(text string) int {
	n, err := segments.TokenCount([]byte(text), segments.ScanGraphemeClusters)
	if err != nil {
		return len(text)
	}
	return n
}

// json prints the result of a command for a program.
func (o *output) json(result any) error {
	if o.format != "json" {
		return nil
	}
	encoder := json.NewEncoder(o.stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(result); err != nil {
		return failed(fmt.Errorf("output: %w", err))
	}
	return nil
}

// jsonDiagnostics are diagnostics in the form of `terraform validate -json`.
func jsonDiagnostics(diags hcl.Diagnostics) []tfjson.Diagnostic {
	all := make([]tfjson.Diagnostic, 0, len(diags))
	for _, d := range diags {
		severity := tfjson.DiagnosticSeverityError
		if d.Severity == hcl.DiagWarning {
			severity = tfjson.DiagnosticSeverityWarning
		}
		converted := tfjson.Diagnostic{Severity: severity, Summary: d.Summary, Detail: d.Detail}
		if d.Subject != nil {
			pos := func(p hcl.Pos) tfjson.Pos { return tfjson.Pos{Line: p.Line, Column: p.Column, Byte: p.Byte} }
			converted.Range = &tfjson.Range{Filename: d.Subject.Filename, Start: pos(d.Subject.Start), End: pos(d.Subject.End)}
		}
		all = append(all, converted)
	}
	return all
}
