package main

import (
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/spf13/cobra"

	"plinth/generator"
)

type fleetOptions struct {
	*output
	details bool
}

func newFleetCmd(o *output) *cobra.Command {
	opts := &fleetOptions{output: o}
	cmd := &cobra.Command{
		Use:   "fleet SPEC...",
		Short: "Show accounts and sections in a matrix, with how far each is from the defaults",
		Long: "A cell is empty where the account has what every account has; on or off where that differs; and has the number of values that are not the default.\n" +
			"Values are not judged: plinth check does that.",
		Example: "  plinth fleet accounts --format html > fleet.html",
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return runFleet(opts, args) },
	}
	cmd.Flags().StringVar(&o.format, "format", "text", "text, json, markdown or html")
	cmd.Flags().BoolVar(&opts.details, "details", false, "list each value that is not the default, and where it stands")
	return cmd
}

// fleetResult is what `fleet --format json` prints.
type fleetResult struct {
	Accounts    []*generator.Survey `json:"accounts"`
	Diagnostics []tfjson.Diagnostic `json:"diagnostics"`
}

func runFleet(o *fleetOptions, args []string) error {
	if err := o.checkFormat("markdown", "html"); err != nil {
		return err
	}
	surveys, diags, err := survey(o.output, args)
	if err != nil {
		return err
	}
	result := fleetResult{Accounts: surveys, Diagnostics: jsonDiagnostics(diags)}
	if diags.HasErrors() {
		if err := o.json(result); err != nil {
			return err
		}
		return &exit{code: exitWrong}
	}
	switch o.format {
	case "json":
		err = o.json(result)
	case "markdown":
		err = fleetMarkdown(o.stdout, result, o.details)
	case "html":
		err = fleetPage.Execute(o.stdout, result)
	default:
		err = fleetText(o.stdout, result, o.details)
	}
	if err != nil {
		return failed(fmt.Errorf("output: %w", err))
	}
	return nil
}

// cell is what a section of an account shows.
func cell(s generator.SurveySection) string {
	state := ""
	if !s.Usual {
		state = map[bool]string{true: "on", false: "off"}[s.On]
	}
	if n := len(s.Deviations); n > 0 {
		state = strings.TrimSpace(fmt.Sprintf("%s %d", state, n))
	}
	return state
}

// columns are the sections in which some account differs, by their place among all.
func (r fleetResult) columns() []int {
	if len(r.Accounts) == 0 {
		return nil
	}
	var columns []int
	for i := range r.Accounts[0].Sections { // each account has the same sections
		if slices.ContainsFunc(r.Accounts, func(a *generator.Survey) bool { return cell(a.Sections[i]) != "" }) {
			columns = append(columns, i)
		}
	}
	return columns
}

// matrix is a row of names and, for each account, one of cells.
func (r fleetResult) matrix() (header []string, rows [][]string) {
	header = []string{"account", "id"}
	columns := r.columns()
	for _, i := range columns {
		header = append(header, r.Accounts[0].Sections[i].Name)
	}
	for _, a := range r.Accounts {
		row := []string{a.Name, a.ID}
		for _, i := range columns {
			row = append(row, cell(a.Sections[i]))
		}
		rows = append(rows, row)
	}
	return header, rows
}

func fleetText(w io.Writer, r fleetResult, details bool) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	header, rows := r.matrix()
	fmt.Fprintln(table, strings.Join(header, "\t"))
	for i, row := range rows {
		for j := range row {
			if row[j] == "" {
				row[j] = "-"
			}
		}
		fmt.Fprintln(table, strings.Join(row, "\t"))
		if details {
			for _, s := range r.Accounts[i].Sections {
				for _, d := range s.Deviations {
					fmt.Fprintf(table, "  %s = %s (%s)\n", d.Path, printableText(d.Value), d.Place)
				}
			}
		}
	}
	return table.Flush()
}

func fleetMarkdown(w io.Writer, r fleetResult, details bool) error {
	var b strings.Builder
	header, rows := r.matrix()
	b.WriteString("| " + strings.Join(header, " | ") + " |\n|" + strings.Repeat("---|", len(header)) + "\n")
	for _, row := range rows {
		for j := range row {
			row[j] = markdownText(row[j])
		}
		b.WriteString("| " + strings.Join(row, " | ") + " |\n")
	}
	if details {
		for _, a := range r.Accounts {
			fmt.Fprintf(&b, "\n## %s\n\n", markdownText(a.Name))
			for _, s := range a.Sections {
				for _, d := range s.Deviations {
					fmt.Fprintf(&b, "- `%s` = `%s` (%s)\n", d.Path, strings.ReplaceAll(d.Value, "`", "'"), d.Place)
				}
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// fleetPage is one file without anything from elsewhere.
var fleetPage = template.Must(template.New("fleet").Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Accounts</title>
<style>
body { font-family: sans-serif; margin: 2em; }
table { border-collapse: collapse; }
th, td { border: 1px solid #999; padding: 0.3em 0.6em; text-align: left; vertical-align: top; }
th { background: #eee; }
td.off { background: #fdd; }
td.on { background: #dfd; }
ul { margin: 0; padding-left: 1.2em; }
code { white-space: pre-wrap; }
</style>
</head>
<body>
<h1>Accounts</h1>
<p>Where each account differs from the defaults. An empty cell has what every account has.</p>
<table>
{{- range $i, $a := .Accounts}}{{if eq $i 0}}
<tr><th>account</th><th>id</th>{{range $a.Sections}}<th>{{.Name}}</th>{{end}}</tr>{{end}}
<tr><td>{{$a.Name}}</td><td>{{$a.ID}}</td>
{{- range $a.Sections}}<td{{if not .Usual}} class="{{if .On}}on{{else}}off{{end}}"{{end}}>{{if not .Usual}}{{if .On}}on{{else}}off{{end}}{{end}}
{{- if .Deviations}}<ul>{{range .Deviations}}<li title="{{.Place}}"><code>{{.Path}} = {{.Value}}</code></li>{{end}}</ul>{{end}}</td>{{end}}</tr>
{{- end}}
</table>
</body>
</html>
`))
