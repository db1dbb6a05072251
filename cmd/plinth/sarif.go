package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"plinth"
)

// newSARIF begins a run of plinth.
func newSARIF() *sarif.Run {
	return sarif.NewRun().WithTool(sarif.NewTool().WithDriver(sarif.NewToolComponent().WithName("plinth").WithVersion(plinth.Version)))
}

// writeSARIF writes a run as SARIF 2.1.0, which code scanning reads. https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
func writeSARIF(w io.Writer, run *sarif.Run) error {
	report := sarif.NewReport()
	report.AddRun(run)
	if err := report.Validate(); err != nil {
		return fmt.Errorf("SARIF: %w", err)
	}
	content, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return fmt.Errorf("SARIF: %w", err)
	}
	_, err = fmt.Fprintln(w, string(content))
	return err
}
