package main

import (
	_ "embed"
	"encoding/json"
	"html/template"
	"io"
	"strings"
	"time"

	"plinth/audit"
)

//go:embed audit.html.tmpl
var auditPage string

// auditChart is a bar chart of a report.
type auditChart struct {
	Title string
	Bars  []auditBar
}

type auditBar struct {
	Label   string
	N       int
	Percent int // of the longest bar
}

// chart draws bars of lengths that compare.
func chart(title string, bars ...auditBar) auditChart {
	longest := 1
	for _, b := range bars {
		longest = max(longest, b.N)
	}
	for i := range bars {
		bars[i].Percent = bars[i].N * 100 / longest
	}
	return auditChart{title, bars}
}

// auditHTML is one page that needs nothing else, and reads well printed.
func auditHTML(w io.Writer, result auditResult) error {
	page, err := template.New("audit").Parse(auditPage)
	if err != nil {
		return err
	}
	type count struct {
		Severity string
		N        int
	}
	type finding struct {
		Class, Subject, CIS, Message, Remedy string
		New                                  bool
		Evidence                             []audit.Evidence
	}
	data := struct {
		Name, Account, Scope, Time, Benchmark string
		Clean, Compared                       bool
		Counts                                []count
		Charts                                []auditChart
		Findings                              []finding
		Since, Passed                         []string
	}{
		Name: result.name, Account: result.account, Scope: result.scope, Time: result.Now.Format(time.RFC3339), Benchmark: result.Benchmark, Clean: result.Clean, Compared: result.Compared, Charts: result.charts,
	}
	found, excepted := make(map[string]bool), 0
	bySeverity := make(map[audit.Severity]int)
	for _, f := range result.Findings {
		found[f.Rule] = true
		shown := finding{Class: f.Severity.String(), Subject: f.Subject, CIS: strings.Join(f.CIS, ", "), Message: f.Message, Remedy: f.Remedy, New: f.State == "new", Evidence: f.Evidence}
		if f.Exception != "" {
			shown.Class, shown.Remedy = "excepted", f.Exception
			excepted++
		} else {
			bySeverity[f.Severity]++
		}
		data.Findings = append(data.Findings, shown)
	}
	for severity := audit.Critical; severity >= audit.Low; severity-- {
		data.Counts = append(data.Counts, count{severity.String(), bySeverity[severity]})
	}
	data.Counts = append(data.Counts, count{"excepted", excepted})
	for _, f := range result.Resolved {
		data.Since = append(data.Since, "resolved: "+f.Subject+": "+f.Message)
	}
	for _, c := range result.Changes {
		data.Since = append(data.Since, c.User+": "+changeText(c))
	}
	for _, rule := range result.rules {
		if !found[rule.ID] {
			data.Passed = append(data.Passed, rule.Title)
		}
	}
	return page.Execute(w, data)
}

// auditLine is a finding as `--format jsonl` prints it: one flat object on each line, as Athena's JSON SerDe reads it.
// https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html
type auditLine struct {
	Time      string   `json:"time"`
	Audit     string   `json:"audit"`
	Account   string   `json:"account"`
	Benchmark string   `json:"benchmark"`
	ID        string   `json:"id"`
	Rule      string   `json:"rule"`
	Severity  string   `json:"severity"`
	Kind      string   `json:"kind"`
	Subject   string   `json:"subject"`
	ARN       string   `json:"arn"`
	Message   string   `json:"message"`
	Evidence  []string `json:"evidence"`
	CIS       []string `json:"cis"`
	Counts    bool     `json:"counts"`
	Exception string   `json:"exception"`
	State     string   `json:"state"`
}

func auditLines(w io.Writer, result auditResult) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for _, f := range result.Findings {
		line := auditLine{
			Time: result.Now.Format(time.RFC3339), Audit: result.name, Account: result.account, Benchmark: result.Benchmark, ID: f.ID, Rule: f.Rule, Severity: f.Severity.String(), Kind: f.Kind,
			Subject: f.Subject, ARN: f.ARN, Message: f.Message, Evidence: []string{}, CIS: f.CIS, Counts: result.counts(f), Exception: f.Exception, State: f.State,
		}
		for _, e := range f.Evidence {
			line.Evidence = append(line.Evidence, e.String())
		}
		if err := encoder.Encode(line); err != nil {
			return err
		}
	}
	return nil
}
