package main

import (
	"os"

	"github.com/mattn/go-isatty"
	"github.com/schollz/progressbar/v3"
)

// progress shows how far long work is, on a terminal and to people only; nil shows nothing.
type progress struct {
	bar *progressbar.ProgressBar
}

func (o *output) progress(total int, what string) *progress {
	file, isFile := o.stderr.(*os.File)
	if o.quiet || !isFile || !isatty.IsTerminal(file.Fd()) || os.Getenv("CI") != "" {
		return nil
	}
	return &progress{progressbar.NewOptions(total,
		progressbar.OptionSetWriter(file), progressbar.OptionSetDescription(what), progressbar.OptionShowCount(),
		progressbar.OptionClearOnFinish(), progressbar.OptionSetElapsedTime(true), progressbar.OptionSetPredictTime(false),
		progressbar.OptionEnableColorCodes(false), progressbar.OptionSetRenderBlankState(true),
	)}
}

// done says that one more is done. A bar that can't be drawn is no reason to stop.
func (p *progress) done(name string) {
	if p != nil {
		p.bar.Describe(name)
		_ = p.bar.Add(1)
	}
}

func (p *progress) end() {
	if p != nil {
		_ = p.bar.Finish()
	}
}
