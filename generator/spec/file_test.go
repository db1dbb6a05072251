package spec_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"plinth/generator/spec"
)

// TestFiles holds that !file stands for the text of a file, wherever a text may stand, and nowhere else.
func TestFiles(t *testing.T) {
	files := map[string]string{"a.txt": "line\nÄ ${x}\n", "below/b.json": `{"a": "b"}`, "empty": "", "bytes": "\xff", "nul": "a\x00b", "large": strings.Repeat("x", 1<<20+1), "limit": strings.Repeat("x", 1<<20)}
	read := func(name string) ([]byte, error) {
		content, ok := files[name]
		if !ok {
			return nil, errors.New("no such file")
		}
		return []byte(content), nil
	}
	const head = "version: 1\naccount: {id: a}\ntopic: false\n"
	for text, want := range map[string]string{
		"tags: {a: !file a.txt}":          files["a.txt"],
		"tags: {a: !file 'below/b.json'}": files["below/b.json"],
		"tags: {a: !file empty}":          "",
		"tags: {a: !file limit}":          files["limit"],
	} {
		s, diags := spec.DecodeWith("account.yaml", []byte(head+text+"\n"), schema(t), nil, spec.Files{Text: read})
		if diags.HasErrors() {
			t.Errorf("%s: %v", text, diags)
			continue
		}
		if got := s.Core["tags"].Attrs["a"].Value.AsString(); got != want {
			t.Errorf("%s is %.40q, want %.40q", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"tags: {a: !file nowhere}":        "4:11 <!file nowhere> File: tags.a: the file can't be read: no such file. Write the path of one that can, below the spec's folder.",
		"tags: {a: !file ../a.txt}":       `4:11 <!file ../a.txt> File: tags.a: "../a.txt" leads out of the spec's folder. Write the path of a file below it, with slashes, such as policies/quarantine.json.`,
		"tags: {a: !file /etc/passwd}":    `4:11 <!file /etc/passwd> File: tags.a: "/etc/passwd" leads out of the spec's folder.`,
		"tags: {a: !file below/../a.txt}": "leads out of the spec's folder",
		"tags: {a: !file .}":              "leads out of the spec's folder",
		"tags: {a: !file ''}":             "leads out of the spec's folder",
		"tags: {a: !file bytes}":          "the file is no text in UTF-8",
		"tags: {a: !file nul}":            "the file is no text in UTF-8",
		"tags: {a: !file large}":          "the file has 1048577 bytes. Write one of at most 1048576.",
		"trail: {days: !file a.txt}":      "Wrong type: trail.days is not text, and a file stands for text alone.",
		"trail: {names: !file a.txt}":     "Wrong type: trail.names is not text, and a file stands for text alone.",
		"trail: !file a.txt":              "4:8 <!file a.txt>",
		"tags: !file a.txt":               "Wrong type: tags is not text",
		"tags: {!file a.txt: b}":          "Tags such as !file can't be in a spec. Write the key alone.",
		"version: !file a.txt":            "",
	} {
		if text == "version: !file a.txt" {
			_, diags := spec.DecodeWith("account.yaml", []byte(text+"\naccount: {id: a}\ntopic: false\n"), schema(t), nil, spec.Files{Text: read})
			if !diags.HasErrors() {
				t.Errorf("%s is taken", text)
			}
			continue
		}
		_, diags := spec.DecodeWith("account.yaml", []byte(head+text+"\n"), schema(t), nil, spec.Files{Text: read})
		got := lines(head+text+"\n", diags)
		if !slices.ContainsFunc(got, func(line string) bool { return strings.Contains(line, want) }) {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	_, diags := spec.Decode("account.yaml", []byte(head+"tags: {a: !file a.txt}\n"), schema(t), nil)
	if got := lines(head+"tags: {a: !file a.txt}\n", diags); len(got) != 1 || !strings.Contains(got[0], "no files are read here") {
		t.Errorf("without a reader: %q", got)
	}
}
