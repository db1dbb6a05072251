package spec

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"go.yaml.in/yaml/v3"
)

// maxBadBytes is after how many bytes that can't be in a spec the rest of them goes unreported: the file is no text.
const maxBadBytes = 10

// checkBytes reports what YAML takes for no text, and line breaks that editors and hcl count otherwise than YAML does.
func (d *decoder) checkBytes() {
	src := d.pos.src
	if bytes.HasPrefix(src, []byte{0xff, 0xfe}) || bytes.HasPrefix(src, []byte{0xfe, 0xff}) {
		d.report(d.pos.span(0, 0), "Not UTF-8", "This looks like UTF-16. Save the file as UTF-8.")
		return
	}
	found := 0
	for i := 0; i < len(src) && found < maxBadBytes; {
		r, size := rune(src[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(src[i:])
		}
		at := i
		i += size
		switch {
		case r == utf8.RuneError && size == 1:
			d.report(d.pos.span(at, i), "Not UTF-8", fmt.Sprintf("The byte 0x%02x is no UTF-8 text. Save the file as UTF-8.", src[at]))
		case r == '\r' && !bytes.HasPrefix(src[i:], []byte("\n")):
			d.report(d.pos.span(at, i), "Unusual line break", "A carriage return stands alone here. End lines with LF or CRLF, or write \\r in double quotes.")
		case r == 0x85 || r == 0x2028 || r == 0x2029:
			d.report(d.pos.span(at, i), "Unusual line break", fmt.Sprintf("YAML takes the character U+%04X for the end of a line. Remove it, or write \\u%04X in double quotes.", r, r))
		case r < 0x20 && r != '\t' && r != '\n' && r != '\r', r >= 0x7f && r < 0xa0, r == 0xfffe, r == 0xffff:
			d.report(d.pos.span(at, i), "Control character", fmt.Sprintf("The character U+%04X can't be in YAML. Remove it, or write \\u%04X in double quotes.", r, r))
		default:
			continue
		}
		found++
	}
}

// parse returns the top node of the only document, or nil when there is none that could be read.
func (d *decoder) parse() *yaml.Node {
	reader := &lineReader{rest: d.pos.src}
	dec := yaml.NewDecoder(reader)
	var doc yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		d.report(d.pos.span(0, 0), "Empty spec", emptyDetail)
		return nil
	case err != nil:
		d.syntaxError(err, reader.lines)
		return nil
	}
	var second yaml.Node
	switch err := dec.Decode(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		d.syntaxError(err, reader.lines)
	default:
		d.report(d.pos.rest(d.pos.offset(&second)), "Several documents", "A spec is one document. Put each account into a file of its own, and remove this ---.")
	}
	top := doc.Content[0]
	if top.Kind == yaml.ScalarNode && top.Tag == "!!null" {
		d.report(d.node(top), "Empty spec", emptyDetail)
		return nil
	}
	return top
}

const emptyDetail = "Write version: 1, and below it account: with the account's id and name."

// lineReader hands out one line at a time, so that the lines which the parser has asked for tell where it gave up.
type lineReader struct {
	rest  []byte
	lines int
}

func (r *lineReader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		return 0, io.EOF
	}
	n := bytes.IndexByte(r.rest, '\n') + 1
	if n == 0 {
		n = len(r.rest)
	}
	if n > len(p) {
		n = len(p)
	} else {
		r.lines++
	}
	copy(p, r.rest[:n])
	r.rest = r.rest[n:]
	return n, nil
}

var (
	yamlMessage   = regexp.MustCompile(`^(?:yaml: )?(?:line ([0-9]+): )?(.*)$`)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

// syntaxError reports what the YAML library says, which is its first problem only. lines is how many lines it has read.
func (d *decoder) syntaxError(err error, lines int) {
	match := yamlMessage.FindStringSubmatch(err.Error())
	if match == nil { // a message of several lines; the library has none today
		d.report(d.pos.span(0, 0), "YAML syntax error", err.Error())
		return
	}
	message := match[2]
	if anchor := unknownAnchor.FindStringSubmatch(message); anchor != nil {
		d.report(d.aliasRange(anchor[1]), "Unknown anchor", "No value above this is marked &"+anchor[1]+". Mark one, or write the value here in full.")
		return
	}
	// The library counts lines from 0, but for its scanner's messages, and leaves a 0 out.
	line, _ := strconv.Atoi(match[1])
	switch {
	case match[1] == "":
	case !isParserMessage(message):
		line--
	}
	if message == "did not find expected key" || message == "did not find expected '-' indicator" {
		// The library's line is where the mapping or list starts. What broke it is the first line that makes a text of the lines so far fail.
		line = d.breakingLine(message, lines)
	}
	line = min(max(line, 0), len(d.pos.starts)-1)
	rng := d.pos.rest(d.pos.starts[line])
	detail := adviceFor(message)
	content := d.pos.src[d.pos.starts[line]:d.pos.lineEnd(line)]
	if message == "did not find expected key" && bytes.HasPrefix(bytes.TrimLeft(content, " "), []byte("- ")) {
		detail = adviceFor("did not find expected '-' indicator")
	}
	if tab, ok := d.tab(line, message); ok {
		rng, detail = d.pos.span(tab, tab+1), "Indent with spaces: YAML takes no tabs."
	}
	d.report(rng, "YAML syntax error", "The YAML parser says: "+message+". "+detail)
}

// tab finds a tab that indents a line: this one, or a later one if the message speaks of a tab, as the library then names the line before.
func (d *decoder) tab(line int, message string) (int, bool) {
	last := line
	if strings.Contains(message, "tab character") {
		last = len(d.pos.starts) - 1
	}
	for ; line <= last; line++ {
		content := d.pos.src[d.pos.starts[line]:d.pos.lineEnd(line)]
		text := bytes.TrimLeft(content, " \t")
		if tab := bytes.IndexByte(content[:len(content)-len(text)], '\t'); tab >= 0 && len(text) > 0 {
			return d.pos.starts[line] + tab, true
		}
	}
	return 0, false
}

// isParserMessage tells the messages of the library's parser from those of its scanner.
func isParserMessage(message string) bool {
	switch message {
	case "did not find expected key", "did not find expected '-' indicator", "did not find expected node content",
		"did not find expected ',' or ']'", "did not find expected ',' or '}'", "did not find expected <document start>",
		"found undefined tag handle", "found duplicate %YAML directive", "found duplicate %TAG directive", "found incompatible YAML document":
		return true
	}
	return false
}

// breakingLine is the index of the line that brought the parser to this message. The parser looks ahead by two lines at most.
func (d *decoder) breakingLine(message string, lines int) int {
	last := min(max(lines-1, 0), len(d.pos.starts)-1)
	for line := max(last-2, 0); line < last; line++ {
		dec := yaml.NewDecoder(bytes.NewReader(d.pos.src[:d.pos.lineEnd(line)]))
		var err error
		for err == nil {
			err = dec.Decode(new(yaml.Node))
		}
		if strings.HasSuffix(err.Error(), message) {
			return line
		}
	}
	return last
}

func adviceFor(message string) string {
	switch message {
	case "mapping values are not allowed in this context":
		return "Put text that holds a colon and a space in quotes, and indent the keys of one mapping alike."
	case "did not find expected key":
		return "Indent the keys of one mapping alike, and write an apostrophe within single quotes twice."
	case "did not find expected '-' indicator":
		return "Start each element of the list with a dash in the same column."
	case "could not find expected ':'":
		return "Write key: value, with a colon and a space."
	case "found character that cannot start any token":
		return "Put text that starts with @, % or a backquote in quotes."
	case "did not find expected ',' or ']'":
		return "Close the [ with a ], and separate the elements by commas."
	case "did not find expected ',' or '}'":
		return "Close the { with a }, and separate the keys by commas."
	case "found unexpected end of stream":
		return "Close the quotes that this text starts with."
	case "did not find expected node content":
		return "A key or a value is missing here, text that starts with a character such as , or ] lacks its quotes, or a bracket above is not closed."
	case "found incompatible YAML document":
		return "Remove the %YAML line; a spec needs none."
	case "found unknown escape character":
		return "Write a backslash in double quotes twice, or use single quotes."
	case "block sequence entries are not allowed in this context":
		return "Start the list on a line of its own, or write it as [x, y]."
	}
	return "Correct this line, or the one above it."
}

// aliasRange finds the first *name of a name that isn't part of other text or behind a #.
func (d *decoder) aliasRange(name string) hcl.Range {
	src := d.pos.src
	text := []byte("*" + name)
	for from := 0; ; {
		i := bytes.Index(src[from:], text)
		if i < 0 {
			return d.pos.span(0, 0)
		}
		start := from + i
		end := start + len(text)
		begins := start == 0 || bytes.IndexByte([]byte(" \t\n,[{:"), src[start-1]) >= 0
		ends := end == len(src) || bytes.IndexByte([]byte(" \t\r\n,]}:"), src[end]) >= 0
		line := src[d.pos.starts[d.pos.line(start)]:start]
		if begins && ends && !bytes.HasPrefix(line, []byte("#")) && !bytes.Contains(line, []byte(" #")) {
			return d.pos.span(start, end)
		}
		from = end
	}
}

// lint reports what is wrong in any YAML spec, whatever its schema: keys that are no text or come twice, tags, merge keys, NUL, and depth.
// It does not follow aliases; what they stand for is looked at where it is written.
func (d *decoder) lint(n *yaml.Node, at *place, depth int) {
	if d.tooMany {
		return
	}
	if n.Style&yaml.TaggedStyle != 0 && !isFile(n) {
		d.report(d.node(n), "Tag", "Tags such as "+short(n.Tag)+" can't be in a spec, but for !file before the name of a file. Write the value alone; text in quotes stays text.")
	}
	switch n.Kind {
	case yaml.ScalarNode:
		if strings.ContainsRune(n.Value, 0) {
			d.report(d.node(n), "NUL in text", "Terraform takes no text with a NUL character. Remove \\0 from "+at.String()+".")
		}
	case yaml.SequenceNode, yaml.MappingNode:
		if depth > maxDepth {
			d.tooDeep(d.node(n))
			return
		}
		if n.Kind == yaml.SequenceNode {
			for i, element := range n.Content {
				d.lint(element, at.element(i), depth+1)
			}
			return
		}
		first := make(map[string]*yaml.Node, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			name, ok := keyName(key)
			if !ok {
				d.badKey(key)
			} else if before := first[name]; before != nil {
				d.report(d.node(key), "Duplicate key", fmt.Sprintf("%s is set on line %d already. Keep one of the two.", at.key(name), before.Line))
			} else {
				first[name] = key
			}
			if ok && key.Style&yaml.TaggedStyle != 0 || strings.ContainsRune(key.Value, 0) {
				d.lint(key, at.key(name), depth+1)
			}
			d.lint(value, at.key(name), depth+1)
		}
	}
}

func (d *decoder) badKey(key *yaml.Node) {
	rng := d.node(key)
	switch {
	case key.Kind == yaml.AliasNode:
		d.report(rng, "Key is an alias", "Write the key out in full: an alias can stand for a value only.")
	case key.Kind != yaml.ScalarNode:
		d.report(rng, "Key is not text", "A key is one word of text. Write a list or mapping behind a key, not as one; text that starts with [ or { goes in quotes.")
	case key.Tag == "!!merge":
		d.report(rng, "Merge key", "The merge key << can't be in a spec. Write the keys out, or use an alias for the whole value.")
	case key.Style&yaml.TaggedStyle != 0:
		d.report(rng, "Tag", "Tags such as "+short(key.Tag)+" can't be in a spec. Write the key alone.")
	case key.Value == "":
		d.report(rng, "Key is not text", "There is no key before the colon. Write one.")
	default:
		d.report(rng, "Key is not text", fmt.Sprintf("YAML reads the key %s as something else than text. Write it in quotes: \"%s\".", key.Value, key.Value))
	}
}

func (d *decoder) tooDeep(rng hcl.Range) {
	d.report(rng, "Nested too deeply", fmt.Sprintf("A spec nests lists and mappings at most %d deep. Remove brackets or dashes from here on.", maxDepth))
}
