package generator_test

import (
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"plinth"
	"plinth/generator"
	"plinth/generator/module"
)

var updateBad = flag.Bool("update-bad", false, "write what is reported into testdata/bad; read the diff before you commit it")

const (
	specMark = "-- account.yaml --\n"
	wantMark = "-- want --\n"
)

// TestBadSpecs holds every word and position of what is reported for wrong specs. A case is one file: the spec, and each diagnostic with the
// line that it points at.
func TestBadSpecs(t *testing.T) {
	g, text := newGenerator(t)
	for _, file := range badSpecs(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			content, want := badSpec(t, file)
			name := filepath.Base(file)
			account, diags := g.Account(name, content, generator.Specialized)
			if !diags.HasErrors() || account != nil {
				t.Errorf("the spec is taken; diagnostics: %s", diags)
			}
			checkDiagnostics(t, name, content, diags)
			printed := text(diags)
			for _, d := range diags {
				if !strings.Contains(printed, d.Summary) {
					t.Errorf("%s is not printed:\n%s", d.Summary, printed)
				}
			}
			got := describe(content, diags)
			if *updateBad {
				if err := os.WriteFile(file, []byte(specMark+string(content)+wantMark+got), 0o600); err != nil {
					t.Fatal(err)
				}
			} else if got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func badSpecs(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/bad/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	return files
}

func badSpec(t *testing.T, file string) (content []byte, want string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, want, ok := strings.Cut(string(text), wantMark)
	spec, marked := strings.CutPrefix(before, specMark)
	if !ok || !marked {
		t.Fatalf("%s: write %q, the spec, %q and the diagnostics", file, specMark, wantMark)
	}
	return []byte(spec), want
}

// describe writes diagnostics as a case has them: severity, line and column, summary, the line with carets under the range, and the detail.
func describe(content []byte, diags hcl.Diagnostics) string {
	var b strings.Builder
	lines := strings.Split(string(content), "\n")
	for _, d := range diags {
		severity := "error"
		if d.Severity == hcl.DiagWarning {
			severity = "warning"
		}
		if d.Subject == nil {
			fmt.Fprintf(&b, "%s nowhere: %s\n", severity, d.Summary)
		} else {
			start, end := d.Subject.Start, d.Subject.End
			line := lines[start.Line-1]
			width := max(end.Column-start.Column, 1)
			if end.Line != start.Line {
				width = utf8.RuneCountInString(line) - start.Column + 1
			}
			fmt.Fprintf(&b, "%s %d:%d: %s\n", severity, start.Line, start.Column, d.Summary)
			fmt.Fprintf(&b, "  | %s\n  | %s%s\n", line, strings.Repeat(" ", start.Column-1), strings.Repeat("^", width))
		}
		for _, line := range strings.Split(d.Detail, "\n") {
			fmt.Fprintf(&b, "  %s\n", line)
		}
	}
	return b.String()
}

// checkDiagnostics holds what is true of every report, whatever the spec says.
func checkDiagnostics(t *testing.T, name string, content []byte, diags hcl.Diagnostics) {
	t.Helper()
	at := 0
	for _, d := range diags {
		if d.Subject == nil || d.Subject.Filename != name {
			t.Errorf("%s: points at %v, not into the spec", d.Summary, d.Subject)
			continue
		}
		start, end := d.Subject.Start, d.Subject.End
		switch {
		case start.Byte < at:
			t.Errorf("%s: %s: is not in the order of the spec", d.Subject, d.Summary)
		case start.Byte > end.Byte || end.Byte > len(content):
			t.Errorf("%s: %s: is outside of the spec", d.Subject, d.Summary)
		}
		at = start.Byte
		for _, word := range []string{"var.", "local.", "cty.", "Terraform variable"} {
			if strings.Contains(strings.ReplaceAll(d.Detail, "${var.", ""), word) {
				t.Errorf("%s: speaks of %q: %s", d.Subject, word, d.Detail)
			}
		}
	}
}

// TestEveryRuleHasABadSpec holds that each validation of the template, and at least one of each module variable that a spec can set, is
// broken by some case.
func TestEveryRuleHasABadSpec(t *testing.T) {
	var said []string
	for _, file := range badSpecs(t) {
		_, want := badSpec(t, file)
		for _, line := range strings.Split(want, "\n") {
			said = append(said, strings.TrimSpace(line))
		}
	}
	isSaid := func(field, message string) bool {
		for _, line := range said {
			if strings.HasPrefix(line, field) && strings.Contains(line, ": "+message) {
				return true
			}
		}
		return false
	}
	root, diags := module.Load(plinth.Files, "templates/account", nil)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	for name, v := range root.Variables {
		for _, validation := range v.Validations {
			if message := messageOf(t, validation); !isSaid(name, message) {
				t.Errorf("no case breaks %s: %s", name, message)
			}
		}
	}
	for section, call := range root.Calls {
		m, diags := module.Load(plinth.Files, path.Join("modules", section), nil)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		for name, v := range m.Variables {
			broken := len(v.Validations) == 0 || call.Inputs()[name] != nil
			for _, validation := range v.Validations {
				broken = broken || isSaid(section+"."+name, messageOf(t, validation))
			}
			if !broken {
				t.Errorf("no case breaks a validation of %s.%s", section, name)
			}
		}
	}
}

func messageOf(t *testing.T, validation module.Validation) string {
	t.Helper()
	value, diags := validation.ErrorMessage.Value(nil)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return strings.TrimSpace(value.AsString())
}

// TestHostileTextStaysText holds that text which means something to HCL comes out as the text that it is.
func TestHostileTextStaysText(t *testing.T) {
	g, text := newGenerator(t)
	const hostile = "${file(\"/etc/passwd\")} %{ if true }x%{ endif } $${a} \"quoted\" \\ back\nnext line\t<<EOT"
	account, diags := g.Account("account.yaml", []byte(`version: 1
account: {id: "123456789012", name: acme-dev}
regions: {home: eu-central-1}
naming: {prefix: acme}
sns_email: {addresses: [security@example.com]}
root_activity_alarm:
  description: "${file(\"/etc/passwd\")} %{ if true }x%{ endif } $${a} \"quoted\" \\ back\nnext line\t<<EOT"
`), generator.Specialized)
	if diags.HasErrors() {
		t.Fatal(text(diags))
	}
	found := false
	forBlocks(t, account.Files()["modules/root_activity_alarm/main.tf"], func(block *hclsyntax.Block) {
		attr := block.Body.Attributes["alarm_description"]
		if attr == nil {
			return
		}
		found = true
		value, diags := attr.Expr.Value(nil)
		if diags.HasErrors() || value.AsString() != hostile {
			t.Errorf("got %#v, want %q; %v", value, hostile, diags)
		}
	})
	if !found {
		t.Error("there is no alarm_description")
	}
}

// TestAccountIDWithoutQuotes: YAML 1.1 takes 012345670123 for an octal number, and people leave quotes out.
func TestAccountIDWithoutQuotes(t *testing.T) {
	g, text := newGenerator(t)
	for _, id := range []string{"012345670123", "000000000000", "123456789012", "'012345670123'"} {
		account, diags := g.Account("account.yaml", []byte(`version: 1
account: {id: `+id+`, name: acme-dev}
regions: {home: eu-central-1}
naming: {prefix: acme}
sns_email: {addresses: [security@example.com]}
`), generator.Specialized)
		if len(diags) > 0 {
			t.Fatalf("%s: %s", id, text(diags))
		}
		if want := strings.Trim(id, "'"); account.ID != want || !strings.Contains(string(account.Files()["modules/cloudtrail/main.tf"]), want) {
			t.Errorf("%s: the id is %s", id, account.ID)
		}
	}
}
