package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"plinth/generator"
	"plinth/generator/fires"
	"plinth/generator/source"
)

type firesOptions struct {
	*output
	firing bool
}

func newFiresCmd(o *output) *cobra.Command {
	opts := &firesOptions{output: o}
	cmd := &cobra.Command{
		Use:   "fires EVENT.json SPEC...",
		Short: "Say which alarms and rules of a spec fire on an event, and why the others don't",
		Long: "EVENT.json is a CloudTrail record, a log file of CloudTrail (gzip or not) or an EventBridge event; - reads it from standard input. Its account's id does not matter. " +
			"Patterns are evaluated as AWS documents them; no request is made.\n\n" +
			"Exits with 0 if something fires on one of the events, and with 1 if nothing does.",
		Example: "  plinth fires root-sign-in.json accounts/prod.yaml\n  aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=ConsoleLogin \\\n" +
			"    --max-items 1 --query 'Events[0].CloudTrailEvent' --output text | plinth fires - accounts/prod.yaml",
		Args: cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error { return runFires(opts, cmd.InOrStdin(), args) },
	}
	o.addFormat(cmd)
	cmd.Flags().BoolVar(&opts.firing, "firing", false, "leave out what doesn't fire")
	return cmd
}

// firesResult is what `fires --format json` prints.
type firesResult struct {
	Fires    bool           `json:"fires"`
	Accounts []firesAccount `json:"accounts"`
}

type firesAccount struct {
	Name   string       `json:"name"`
	ID     string       `json:"id"`
	Spec   string       `json:"spec"`
	Events []firesEvent `json:"events"`
}

type firesEvent struct {
	Event    *fires.Event    `json:"event"`
	Verdicts []fires.Verdict `json:"verdicts"`
}

func runFires(o *firesOptions, stdin io.Reader, args []string) error {
	if err := o.checkFormat(); err != nil {
		return err
	}
	events, err := readEvents(o.output, stdin, args[0])
	if err != nil {
		return err
	}
	r, err := render(o.output, args[1:], generator.Specialized)
	if err != nil {
		return err
	}
	if r.diags.HasErrors() {
		if err := o.json(firesResult{Accounts: []firesAccount{}}); err != nil {
			return err
		}
		return &exit{code: exitWrong}
	}
	result := firesResult{Accounts: []firesAccount{}}
	for _, account := range r.accounts {
		watchers, err := fires.Of(account)
		if err != nil {
			return failed(err)
		}
		a := firesAccount{Name: account.Name, ID: account.ID, Spec: account.Spec, Events: []firesEvent{}}
		for _, event := range events {
			e := firesEvent{Event: event, Verdicts: []fires.Verdict{}}
			for _, v := range watchers.On(event) {
				result.Fires = result.Fires || v.Fires
				if v.Fires || !o.firing {
					e.Verdicts = append(e.Verdicts, v)
				}
			}
			a.Events = append(a.Events, e)
		}
		result.Accounts = append(result.Accounts, a)
	}
	if o.format == "text" {
		err = printFires(o.stdout, result)
	} else {
		err = o.json(result)
	}
	switch {
	case err != nil:
		return failed(fmt.Errorf("output: %w", err))
	case !result.Fires:
		return &exit{code: exitFindings}
	}
	return nil
}

// readEvents reads the events of a file, or of standard input, and says where it is wrong.
func readEvents(o *output, stdin io.Reader, name string) ([]*fires.Event, error) {
	content, err := readInput(stdin, name)
	if name == "-" {
		name = "standard input"
	}
	if err != nil {
		return nil, failed(fmt.Errorf("event: %w", err))
	}
	events, err := fires.Decode(content)
	if err == nil {
		return events, nil
	}
	sources := &source.Set{}
	sources.Add(name, content)
	d := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Event can't be read", Detail: err.Error() + "."}
	at := 0
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		at = max(0, int(syntax.Offset)-1)
		d.Detail = err.Error() + ". Write JSON."
	} else if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		at = len(content)
		d.Detail = "The JSON ends too early. Pass the whole event."
	}
	if bytes.IndexByte(content, 0) < 0 { // of what is compressed there is no line
		before := content[:min(at, len(content))]
		start := hcl.Pos{Line: bytes.Count(before, []byte("\n")) + 1, Column: len(before) - bytes.LastIndexByte(before, '\n'), Byte: len(before)}
		d.Subject = &hcl.Range{Filename: name, Start: start, End: start}
	}
	if o.format == "json" {
		return nil, &exit{exitWrong, fmt.Errorf("%s: %s: %s", name, d.Summary, d.Detail)}
	}
	if err := o.diagnostics(hcl.Diagnostics{d}, sources); err != nil {
		return nil, err
	}
	return nil, &exit{code: exitWrong}
}

func printFires(w io.Writer, result firesResult) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, a := range result.Accounts {
		for _, e := range a.Events {
			by := ""
			if e.Event.User != "" {
				by = " by " + e.Event.User
			}
			fmt.Fprintf(table, "%s: %s of %s in %s%s\n", a.Name, printableText(e.Event.Name), printableText(e.Event.Source), printableText(e.Event.Region), printableText(by))
			for _, v := range e.Verdicts {
				if !v.Fires {
					for i, reason := range v.Reasons {
						if i == 0 {
							fmt.Fprintf(table, "  -\t%s\t%s\t%s\n", v.Kind, v.Name, printableText(reason.String()))
							continue
						}
						fmt.Fprintf(table, "  \t\t\t%s\n", printableText(reason.String()))
					}
					continue
				}
				fmt.Fprintf(table, "  fires\t%s\t%s\t%s\n", v.Kind, v.Name, firing(v))
			}
		}
	}
	return table.Flush()
}

// firing says when what fires does, and where.
func firing(v fires.Verdict) string {
	text := "on each such event in " + v.Region
	if v.Kind == "alarm" {
		text = fmt.Sprintf("at %s within %d s, in %s", plural(v.Events, "such event"), v.Seconds, v.Region)
	}
	if v.Silent {
		text += "; it tells nobody"
	}
	return text
}

func printableText(s string) string { return printable([]byte(s)) }
