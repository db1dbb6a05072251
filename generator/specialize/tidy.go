package specialize

import (
	"bytes"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// tidy takes out the blank lines that removals leave: at the start and end of a body, at both ends of the file, and where there are two in a
// row. Heredocs are left alone.
func tidy(src []byte) []byte {
	tokens, diags := hclsyntax.LexConfig(src, "", hcl.InitialPos)
	if diags.HasErrors() {
		return src // whoever parses the result reports it
	}
	var out bytes.Buffer
	at := 0         // up to where src is dealt with
	held := 0       // newlines that are not written yet
	opened := false // the last thing written opened a body
	for _, token := range tokens {
		end := token.Range.End.Byte
		if token.Type == hclsyntax.TokenNewline {
			held++
			at = end // with the spaces before it
			continue
		}
		if token.Type == hclsyntax.TokenEOF {
			if out.Len() > 0 {
				out.WriteByte('\n')
			}
			break
		}
		closes := token.Type == hclsyntax.TokenCBrace || token.Type == hclsyntax.TokenCBrack || token.Type == hclsyntax.TokenCParen
		most := 2
		switch {
		case out.Len() == 0:
			most = 0
		case opened || closes:
			most = 1
		}
		out.Write(bytes.Repeat([]byte("\n"), min(held, most)))
		out.Write(src[at:end])
		at, held = end, 0
		opened = token.Type == hclsyntax.TokenOBrace || token.Type == hclsyntax.TokenOBrack || token.Type == hclsyntax.TokenOParen
		if token.Type == hclsyntax.TokenComment && bytes.HasSuffix(token.Bytes, []byte("\n")) {
			out.Truncate(out.Len() - 1)
			held = 1 // the comment's own newline
		}
	}
	return out.Bytes()
}

// dropHeadings takes out comments that stand alone above the blocks they speak of when all of these blocks are gone: a heading that had
// something else than a comment below it in the source, and has none now.
func dropHeadings(source, text string) string {
	headed := make(map[string]bool)
	before := paragraphs(source)
	for i, p := range before {
		if isHeading(p) && i+1 < len(before) && !isHeading(before[i+1]) {
			headed[strings.TrimSpace(p)] = true
		}
	}
	after := paragraphs(text)
	var keep []string
	for i, p := range after {
		orphan := isHeading(p) && (i+1 == len(after) || isHeading(after[i+1]))
		if orphan && headed[strings.TrimSpace(p)] {
			continue
		}
		keep = append(keep, p)
	}
	return strings.Join(keep, "\n\n")
}

// paragraphs splits a file at its blank lines.
func paragraphs(text string) []string {
	var all []string
	for _, p := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if strings.TrimSpace(p) != "" {
			all = append(all, strings.Trim(p, "\n"))
		}
	}
	return all
}

// isHeading tells whether a paragraph is nothing but comments that begin in the first column, outside of any block.
func isHeading(paragraph string) bool {
	for _, line := range strings.Split(paragraph, "\n") {
		if !strings.HasPrefix(line, "#") {
			return false
		}
	}
	return true
}
