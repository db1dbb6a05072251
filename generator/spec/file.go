package spec

import (
	"bytes"
	"fmt"
	"io/fs"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	"go.yaml.in/yaml/v3"
)

// maxFile is how many bytes a file that a spec names may have: no text that AWS takes is longer.
const maxFile = 1 << 20

// isFile tells whether a node is the name of a file whose text stands for it: !file policies/quarantine.json.
func isFile(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Style&yaml.TaggedStyle != 0 && n.Tag == "!file"
}

// file decodes a text from the file that a node names.
func (d *decoder) file(n *yaml.Node, want cty.Type, at *place, v *Value) {
	refuse := func(format string, args ...any) {
		d.report(v.Range, "File", fmt.Sprintf("%s: ", at)+fmt.Sprintf(format, args...))
	}
	switch {
	case want != cty.String && want != cty.DynamicPseudoType:
		d.wrongType(v, fmt.Sprintf("%s is not text, and a file stands for text alone. Write %s.", at, kindOf(want)))
		return
	case !fs.ValidPath(n.Value) || n.Value == ".":
		refuse("%s leads out of the spec's folder. Write the path of a file below it, with slashes, such as policies/quarantine.json.", quoted(n.Value))
		return
	case d.files.Text == nil:
		refuse("no files are read here. Write the text itself.")
		return
	}
	content, err := d.files.Text(n.Value)
	switch {
	case err != nil:
		refuse("the file can't be read: %s. Write the path of one that can, below the spec's folder.", err)
	case len(content) > maxFile:
		refuse("the file has %d bytes. Write one of at most %d.", len(content), maxFile)
	case !utf8.Valid(content) || bytes.IndexByte(content, 0) >= 0:
		refuse("the file is no text in UTF-8. Write it in UTF-8, without NUL characters.")
	default:
		v.Value = cty.StringVal(string(content))
	}
}
