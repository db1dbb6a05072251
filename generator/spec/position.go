package spec

import (
	"bytes"
	"slices"
	"sort"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"go.yaml.in/yaml/v3"
)

// maxQuote bounds a range in bytes, so that finding the ends of nested values on one very long line stays cheap.
const maxQuote = 4096

// positions turns the line and rune column of a YAML node into the byte offset and the grapheme column of an hcl.Pos.
type positions struct {
	file   string
	src    []byte
	ascii  bool
	starts []int // byte offset of each line
	marks  map[int][]mark
}

// mark is a place within a line that has been counted already; a line may be megabytes long. Its three numbers count from the line's start.
type mark struct{ bytes, runes, columns int }

var byteOrderMark = []byte("\ufeff")

func newPositions(file string, src []byte) *positions {
	p := &positions{file: file, src: src, ascii: true, marks: make(map[int][]mark)}
	start := 0
	if bytes.HasPrefix(src, byteOrderMark) {
		// The mark is no character of the first line: editors show what follows it in column 1, and so does YAML.
		start = len(byteOrderMark)
	}
	p.starts = append(p.starts, start)
	for i := start; i < len(src); i++ {
		switch {
		case src[i] == '\n':
			p.starts = append(p.starts, i+1)
		case src[i] >= utf8.RuneSelf:
			p.ascii = false
		}
	}
	return p
}

// lineEnd is the offset behind the last character of a line, its line break left out.
func (p *positions) lineEnd(line int) int {
	end := len(p.src)
	if line+1 < len(p.starts) {
		end = p.starts[line+1] - 1
	}
	if end > p.starts[line] && p.src[end-1] == '\r' {
		end--
	}
	return end
}

// line is the index of the line that holds an offset.
func (p *positions) line(offset int) int {
	return max(sort.Search(len(p.starts), func(i int) bool { return p.starts[i] > offset })-1, 0)
}

// offset is where a node starts.
func (p *positions) offset(n *yaml.Node) int {
	// Where YAML puts an empty value at the end of the file, the line may be one that isn't there.
	line := min(max(n.Line-1, 0), len(p.starts)-1)
	start, end := p.starts[line], p.lineEnd(line)
	runes := max(n.Column-1, 0)
	if p.ascii {
		return min(start+runes, end)
	}
	from := p.nearest(line, func(m mark) bool { return m.runes > runes })
	at := start + from.bytes
	for left := runes - from.runes; left > 0 && at < end; left-- {
		_, size := utf8.DecodeRune(p.src[at:end])
		at += size
	}
	return at
}

// pos is the position of an offset.
func (p *positions) pos(offset int) hcl.Pos {
	line := p.line(offset)
	start := p.starts[line]
	if offset < start { // within the byte order mark
		return hcl.Pos{Line: 1, Column: 1, Byte: offset}
	}
	if p.ascii {
		return hcl.Pos{Line: line + 1, Column: offset - start + 1, Byte: offset}
	}
	from := p.nearest(line, func(m mark) bool { return m.bytes > offset-start })
	passed := p.src[start+from.bytes : offset]
	columns := from.columns + clusters(passed)
	if !p.boundary(line, start+from.bytes, offset) {
		columns-- // amid a cluster: its column is the one that has been counted last
	} else if len(passed) > 64 {
		p.remember(line, mark{bytes: offset - start, runes: from.runes + utf8.RuneCount(passed), columns: columns})
	}
	return hcl.Pos{Line: line + 1, Column: columns + 1, Byte: offset}
}

// nearest is the last mark of a line that isn't beyond what is looked for.
func (p *positions) nearest(line int, beyond func(mark) bool) mark {
	marks := p.marks[line]
	if i := sort.Search(len(marks), func(i int) bool { return beyond(marks[i]) }); i > 0 {
		return marks[i-1]
	}
	return mark{}
}

func (p *positions) remember(line int, m mark) {
	marks := p.marks[line]
	i := sort.Search(len(marks), func(i int) bool { return marks[i].bytes > m.bytes })
	p.marks[line] = slices.Insert(marks, i, m)
}

// boundary tells whether a grapheme cluster starts at offset, given that one starts at from.
func (p *positions) boundary(line, from, offset int) bool {
	end := p.lineEnd(line)
	if offset == from || offset >= end {
		return true
	}
	if isPrintableASCII(p.src[offset-1]) && isPrintableASCII(p.src[offset]) {
		return true
	}
	_, size := utf8.DecodeRune(p.src[offset:end])
	return clusters(p.src[from:offset+size]) > clusters(p.src[from:offset])
}

func isPrintableASCII(c byte) bool { return c >= 0x20 && c <= 0x7e }

// clusters counts grapheme clusters as hcl does, but for a carriage return that stands alone: hcl starts a line there, and editors don't.
func clusters(text []byte) int {
	before := 0
	for {
		i := bytes.IndexByte(text, '\r')
		if i < 0 {
			break
		}
		before += clusters(text[:i]) + 1
		text = text[i+1:]
	}
	return before + clustersOfLine(text)
}

func clustersOfLine(text []byte) int {
	plain := true
	for _, c := range text {
		if c >= utf8.RuneSelf {
			plain = false
			break
		}
	}
	if plain {
		return len(text)
	}
	whole := func(data []byte, _ bool) (int, []byte, error) { return len(data), data, nil }
	sc := hcl.NewRangeScanner(text, "", whole)
	sc.Scan()
	return sc.Range().End.Column - 1
}

// span is the range between two offsets.
func (p *positions) span(start, end int) hcl.Range {
	return hcl.Range{Filename: p.file, Start: p.pos(start), End: p.pos(max(start, end))}
}

// node is the range of a node, as far as it is on the line that it starts on: a diagnostic is to quote that line, not a list of a thousand.
func (p *positions) node(n *yaml.Node) hcl.Range {
	start := p.offset(n)
	return p.span(start, p.nodeEnd(n, start))
}

// rest is the range from an offset to the end of its line, spaces and a comment at either side left out.
func (p *positions) rest(offset int) hcl.Range {
	end := p.lineEnd(p.line(offset))
	for offset < end && isBlank(p.src[offset]) {
		offset++
	}
	return p.span(offset, p.clip(offset, p.textEnd(offset, p.limit(offset))))
}

// limit is the end of the line that holds offset, or maxQuote bytes on.
func (p *positions) limit(offset int) int {
	return max(offset, p.clip(offset, p.lineEnd(p.line(offset))))
}

// clip cuts an end that is too far off, at the start of a character.
func (p *positions) clip(start, end int) int {
	if end-start <= maxQuote {
		return end
	}
	end = start + maxQuote
	for end > start && !utf8.RuneStart(p.src[end]) {
		end--
	}
	return end
}

func (p *positions) nodeEnd(n *yaml.Node, start int) int {
	limit := p.limit(start)
	at := start
	for at < limit && (p.src[at] == '&' || p.src[at] == '!') { // anchor and tag come first
		for at < limit && !isBlank(p.src[at]) {
			at++
		}
		for at < limit && isBlank(p.src[at]) {
			at++
		}
	}
	switch {
	case n.Kind == yaml.AliasNode:
		return min(start+1+len(n.Value), limit)
	case n.Kind == yaml.ScalarNode && n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		return p.quotedEnd(at, limit)
	case n.Kind == yaml.ScalarNode && n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 && bytes.HasPrefix(p.src[at:limit], []byte(n.Value)):
		return at + len(n.Value)
	case n.Kind != yaml.ScalarNode && n.Style&yaml.FlowStyle != 0:
		return p.flowEnd(at, limit)
	}
	return p.textEnd(at, limit)
}

// quotedEnd is the offset behind the closing quote of the text that starts at offset at.
func (p *positions) quotedEnd(at, limit int) int {
	if at >= limit {
		return limit
	}
	quote := p.src[at]
	for at++; at < limit; at++ {
		switch {
		case p.src[at] == '\\' && quote == '"':
			at++
		case p.src[at] == quote && quote == '\'' && at+1 < limit && p.src[at+1] == '\'':
			at++
		case p.src[at] == quote:
			return at + 1
		}
	}
	return limit
}

// flowEnd is the offset behind the bracket that closes the one at offset at, or the end of the line.
func (p *positions) flowEnd(at, limit int) int {
	depth := 0
	start := at
	for at < limit {
		switch c := p.src[at]; {
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			depth--
			if depth <= 0 {
				return at + 1
			}
		case (c == '"' || c == '\'') && p.startsToken(at, start):
			at = p.quotedEnd(at, limit)
			continue
		case c == '#' && isBlank(p.src[at-1]):
			return p.trimmed(start, at)
		}
		at++
	}
	return p.trimmed(start, limit)
}

// textEnd is the end of what stands between at and limit, without a comment.
func (p *positions) textEnd(at, limit int) int {
	start := at
	for at < limit {
		switch c := p.src[at]; {
		case (c == '"' || c == '\'') && p.startsToken(at, start):
			at = p.quotedEnd(at, limit)
			continue
		case c == '#' && at > start && isBlank(p.src[at-1]):
			return p.trimmed(start, at)
		}
		at++
	}
	return p.trimmed(start, limit)
}

func (p *positions) startsToken(at, start int) bool {
	return at == start || bytes.IndexByte([]byte(" \t[{,:"), p.src[at-1]) >= 0
}

func (p *positions) trimmed(start, end int) int {
	for end > start && isBlank(p.src[end-1]) {
		end--
	}
	return end
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }
