package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"plinth"
)

// versionResult is what `version --format json` prints.
type versionResult struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`   // of the source, where the build knows it
	Modified bool   `json:"modified,omitempty"` // the source differed from the commit
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// builtFrom is what this program was built from.
func builtFrom() versionResult {
	v := versionResult{Version: plinth.Version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			v.Commit = setting.Value
		case "vcs.modified":
			v.Modified = setting.Value == "true"
		}
	}
	return v
}

func (v versionResult) String() string {
	commit := ""
	if v.Commit != "" {
		commit = " commit " + v.Commit[:min(12, len(v.Commit))]
		if v.Modified {
			commit += " with changes"
		}
	}
	return fmt.Sprintf("%s%s (%s, %s)", v.Version, commit, v.Go, v.Platform)
}

func newVersionCmd(o *output) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := o.checkFormat(); err != nil {
				return err
			}
			o.quiet = false
			o.info("plinth %s", builtFrom())
			return o.json(builtFrom())
		},
	}
	o.addFormat(cmd)
	return cmd
}
