package main

import (
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

func newVersionCmd(o *output) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := o.checkFormat(); err != nil {
				return err
			}
			v := versionResult{Version: plinth.Version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
			if info, ok := debug.ReadBuildInfo(); ok {
				for _, setting := range info.Settings {
					switch setting.Key {
					case "vcs.revision":
						v.Commit = setting.Value
					case "vcs.modified":
						v.Modified = setting.Value == "true"
					}
				}
			}
			commit := ""
			if v.Commit != "" {
				commit = " commit " + v.Commit[:min(12, len(v.Commit))]
				if v.Modified {
					commit += " with changes"
				}
			}
			o.quiet = false
			o.info("plinth %s%s (%s, %s)", v.Version, commit, v.Go, v.Platform)
			return o.json(v)
		},
	}
	o.addFormat(cmd)
	return cmd
}
