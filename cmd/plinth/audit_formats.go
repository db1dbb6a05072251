package main

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"plinth/audit"
)

// sarifLevels are SARIF's levels, and sarifScores the security-severity by which code scanning sorts:
// https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
var (
	sarifLevels = map[audit.Severity]string{audit.Low: "note", audit.Medium: "warning", audit.High: "error", audit.Critical: "error"}
	sarifScores = map[audit.Severity]string{audit.Low: "3.0", audit.Medium: "5.0", audit.High: "8.0", audit.Critical: "9.5"}
)

func auditSARIF(w io.Writer, result auditResult) error {
	run := newSARIF()
	for _, rule := range result.rules {
		properties := sarif.NewPropertyBag()
		properties.Add("security-severity", sarifScores[rule.Severity])
		described := run.AddRule(rule.ID).WithDescription(rule.Title).WithProperties(properties)
		if rule.Source != "" {
			described.WithHelpURI(rule.Source)
		}
	}
	for _, f := range result.Findings {
		var text strings.Builder
		fmt.Fprintf(&text, "%s: %s.", f.Subject, f.Message)
		for _, e := range f.Evidence {
			fmt.Fprintf(&text, " %s.", e)
		}
		fmt.Fprintf(&text, " To do: %s", f.Remedy)
		found := run.CreateResultForRule(f.Rule).WithLevel(sarifLevels[f.Severity]).WithMessage(sarif.NewTextMessage(text.String())).
			AddLocation(sarif.NewLocationWithPhysicalLocation(sarif.NewPhysicalLocation().WithArtifactLocation(sarif.NewSimpleArtifactLocation(result.file)))).
			WithPartialFingerprints(map[string]string{"plinth/v1": f.ID})
		if f.Exception != "" {
			found.AddSuppression(sarif.NewSuppression().WithKind("external").WithJustification(f.Exception))
		}
		if f.State != "" {
			found.WithBaselineState(f.State)
		}
	}
	return writeSARIF(w, run)
}

// The parts of JUnit's format that CI systems read: https://github.com/testmoapp/junitxml
type junitSuite struct {
	XMLName   xml.Name    `xml:"testsuite"`
	Name      string      `xml:"name,attr"`
	Tests     int         `xml:"tests,attr"`
	Failures  int         `xml:"failures,attr"`
	Skipped   int         `xml:"skipped,attr"`
	Timestamp string      `xml:"timestamp,attr"`
	Cases     []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Failure *junitMessage `xml:"failure"`
	Skipped *junitMessage `xml:"skipped"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// auditJUnit has a test case for each finding, and one for each rule that found nothing. What doesn't count is skipped.
func auditJUnit(w io.Writer, result auditResult) error {
	suite := junitSuite{Name: "plinth audit " + result.name, Timestamp: result.Now.Format(time.RFC3339)}
	byRule := make(map[string][]auditedFinding)
	for _, f := range result.Findings {
		byRule[f.Rule] = append(byRule[f.Rule], f)
	}
	for _, rule := range result.rules {
		if len(byRule[rule.ID]) == 0 {
			suite.Cases = append(suite.Cases, junitCase{Class: rule.ID, Name: rule.Title})
		}
		for _, f := range byRule[rule.ID] {
			c := junitCase{Class: rule.ID, Name: f.ID}
			switch {
			case f.Exception != "":
				c.Skipped = &junitMessage{Message: f.Exception}
				suite.Skipped++
			case !result.counts(f):
				c.Skipped = &junitMessage{Message: "severity " + f.Severity.String() + " doesn't count: " + f.Message}
				suite.Skipped++
			default:
				var text strings.Builder
				for _, e := range f.Evidence {
					fmt.Fprintln(&text, e)
				}
				fmt.Fprintf(&text, "to do: %s\n", f.Remedy)
				c.Failure = &junitMessage{Message: f.Subject + ": " + f.Message, Type: f.Severity.String(), Text: text.String()}
				suite.Failures++
			}
			suite.Cases = append(suite.Cases, c)
		}
	}
	suite.Tests = len(suite.Cases)
	content, err := xml.MarshalIndent(suite, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, content)
	return err
}

// auditMarkdown is for an issue or a comment.
func auditMarkdown(w io.Writer, result auditResult) error {
	var b strings.Builder
	verdict := "Nothing counts."
	if !result.Clean {
		verdict = "Not clean."
	}
	fmt.Fprintf(&b, "## plinth audit %s\n\n%s %s in %s, as of %s, CIS AWS Foundations Benchmark %s.\n",
		result.name, verdict, plural(len(result.Findings), "finding"), result.scope, result.Now.Format(time.RFC3339), result.Benchmark)
	if len(result.Findings) > 0 {
		b.WriteString("\n| Severity | Subject | CIS | Finding | Evidence | To do |\n|---|---|---|---|---|---|\n")
	}
	for _, f := range result.Findings {
		severity, remedy, message := f.Severity.String(), f.Remedy, f.Message
		if f.Exception != "" {
			severity, remedy = "excepted", f.Exception
		}
		if f.State == "new" {
			message = "new: " + message
		}
		var evidence []string
		for _, e := range f.Evidence {
			evidence = append(evidence, e.String())
		}
		var cells []string
		for _, cell := range []string{severity, f.Subject, strings.Join(f.CIS, ", "), message, strings.Join(evidence, "; "), remedy} {
			cells = append(cells, markdownText(cell))
		}
		fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
	}
	if result.Compared {
		b.WriteString("\n### Since the old report\n\n")
		for _, f := range result.Resolved {
			fmt.Fprintf(&b, "- resolved: %s: %s\n", markdownText(f.Subject), markdownText(f.Message))
		}
		for _, c := range result.Changes {
			fmt.Fprintf(&b, "- %s: %s\n", markdownText(c.User), markdownText(changeText(c)))
		}
		if len(result.Resolved)+len(result.Changes) == 0 {
			b.WriteString("Nothing changed.\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// markdownText writes a text so that Markdown takes none of it for its own, on one line.
func markdownText(text string) string {
	var b strings.Builder
	for _, r := range strings.Join(strings.Fields(text), " ") {
		if strings.ContainsRune("\\`*_{}[]<>#|~@", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
