package fileset

import (
	"fmt"
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// Compare is Check, and with diff the Diff as well, from one look at the directory.
func Compare(dir string, want Set, diff bool) (Report, string, error) {
	s, err := look(dir, want, false)
	if err != nil || !diff {
		return s.report, "", err
	}
	text, err := s.diff(want)
	return s.report, text, err
}

// Diff returns what Write with Force would change, as unified diffs in the order of the names: missing, outdated, changed and stale
// files and foreign ones at wanted names. It leaves out the manifest, and whatever isn't a regular file. It is empty if there is nothing to
// change, and fails as Check does.
func Diff(dir string, want Set) (string, error) {
	_, text, err := Compare(dir, want, true)
	return text, err
}

func (s state) diff(want Set) (string, error) {
	var out strings.Builder
	for _, e := range s.report.Entries {
		f := s.found[e.Name]
		content, wanted := want[e.Name]
		if e.Status == UpToDate || f.exists && f.hash == "" || !wanted && !f.exists {
			continue
		}
		from, to := "a/"+e.Name, "b/"+e.Name
		if !f.exists {
			from = "/dev/null"
		}
		if !wanted {
			to = "/dev/null"
		}
		old := string(f.bytes)
		text, err := udiff.ToUnified(from, to, old, udiff.Lines(old, string(content)), udiff.DefaultContextLines)
		if err != nil {
			return "", fmt.Errorf("%s: %w", e.Name, err)
		}
		out.WriteString(text)
	}
	return out.String(), nil
}
