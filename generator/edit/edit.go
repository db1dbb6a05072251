// Package edit changes Terraform text by byte ranges: comments, order and layout of what is not edited survive byte for byte.
package edit

import (
	"bytes"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Edit replaces the bytes from Start to End by Text.
type Edit struct {
	Start, End int
	Text       string
}

// Replace returns the edit that puts text in place of a range.
func Replace(rng hcl.Range, text string) Edit {
	return Edit{Start: rng.Start.Byte, End: rng.End.Byte, Text: text}
}

// Apply returns src[start:end] with the edits applied. Edits outside of the range are ignored; of two edits that overlap, the one that starts
// first, or is longer, wins, because it was decided for the whole.
func Apply(src []byte, start, end int, edits []Edit) string {
	sorted := slices.Clone(edits)
	slices.SortStableFunc(sorted, func(a, b Edit) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return b.End - a.End
	})
	var out strings.Builder
	at := start
	for _, e := range sorted {
		if e.Start < at || e.End > end {
			continue
		}
		out.Write(src[at:e.Start])
		out.WriteString(e.Text)
		at = e.End
	}
	out.Write(src[at:end])
	return out.String()
}

// Remove returns the edit that takes out an attribute or block together with its comments: the comment lines directly above it and the
// comment behind it. What shares a line with other text is cut out alone.
func Remove(src []byte, rng hcl.Range) Edit {
	start, end, ownLines := Extent(src, rng)
	if !ownLines {
		return Edit{Start: rng.Start.Byte, End: rng.End.Byte}
	}
	return Edit{Start: start, End: end}
}

// Extent returns the byte range of the lines that an item and its comments take up, the last line's newline included; false when other text
// stands on the item's first or last line, and the range is then the item's own.
func Extent(src []byte, rng hcl.Range) (start, end int, ownLines bool) {
	start, end = rng.Start.Byte, rng.End.Byte
	lineStart := bytes.LastIndexByte(src[:start], '\n') + 1
	if len(bytes.TrimSpace(src[lineStart:start])) > 0 {
		return start, end, false
	}
	lineEnd := len(src)
	if i := bytes.IndexByte(src[end:], '\n'); i >= 0 {
		lineEnd = end + i + 1
	}
	// A heredoc's range may include its last newline.
	if end > 0 && src[end-1] == '\n' {
		lineEnd = end
	}
	rest := bytes.TrimSpace(src[min(end, lineEnd):lineEnd])
	if len(rest) > 0 && !isComment(rest) {
		return start, end, false
	}
	for lineStart > 0 {
		previous := bytes.LastIndexByte(src[:lineStart-1], '\n') + 1
		line := bytes.TrimSpace(src[previous : lineStart-1])
		if !isComment(line) {
			break
		}
		lineStart = previous
	}
	return lineStart, lineEnd, true
}

func isComment(line []byte) bool {
	return bytes.HasPrefix(line, []byte("#")) || bytes.HasPrefix(line, []byte("//")) ||
		(bytes.HasPrefix(line, []byte("/*")) && bytes.HasSuffix(line, []byte("*/")))
}
