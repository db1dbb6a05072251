package spec

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
)

// TestPositions: a range holds exactly the value as it is written, on its first line, and its column counts what a person sees.
func TestPositions(t *testing.T) {
	const family = "\U0001f468\u200d\U0001f469\u200d\U0001f467" // one glyph of five code points
	for _, tt := range []struct {
		in     string // the value of the section's name is looked at
		line   int
		column int
		text   string
	}{
		{"logs: {name: abc}\n", 3, 14, "abc"},
		{"logs: {name: 'a''b' , on: true}\n", 3, 14, "'a''b'"},
		{"logs: {name: \"a\\\"b\"}\n", 3, 14, `"a\"b"`},
		{"logs:\n  name: abc # why\n", 4, 9, "abc"},
		{"logs:\n  name:   two words  \n", 4, 11, "two words"},
		{"logs:\n  name: &x abc\n", 4, 9, "&x abc"},
		{"logs:\n  name: |\n    block\n", 4, 9, "|"},
		{"logs:\n  name: >- # folded\n    block\n", 4, 9, ">-"},
		{"logs:\n  name:\n    abc\n", 5, 5, "abc"},
		{"logs:\n  name:\n", 4, 3, "name"},
		{"logs:\n  name: \"two\n    lines\"\n", 4, 9, `"two`},
		{"logs: {name: äöü}\n", 3, 14, "äöü"},
		{"tags: {k: äöü, l: 日本}\nlogs: {name: x}\n", 4, 14, "x"},
		{"logs: {names: [日本, ключ], name: x}\n", 3, 33, "x"},
		{"logs: {names: [e\u0301e\u0301], name: x}\n", 3, 27, "x"},
		{"logs: {name: \u0301x}\n", 3, 13, "\u0301x"}, // the mark is drawn over the space before it
		{"logs: {names: [" + family + "], name: x}\n", 3, 26, "x"},
		{"logs: {names: [\"" + strings.Repeat(family, 40) + "\"], name: x}\n", 3, 67, "x"},
		{"logs: {names: [\"" + strings.Repeat("é", 5000) + "\"], name: x}\n", 3, 5027, "x"},
	} {
		for _, variant := range []struct {
			name, text string
			offset     int
		}{
			{"LF", head + tt.in, 0},
			{"CRLF", strings.ReplaceAll(head+tt.in, "\n", "\r\n"), 0},
			{"BOM", "\ufeff" + head + tt.in, 0},
			{"no end", strings.TrimRight(head+tt.in, "\n"), 0},
		} {
			rng := decode(t, variant.text).Sections["logs"].Values["name"].Range
			if rng.Filename != "account.yaml" || rng.Start.Line != tt.line || rng.Start.Column != tt.column || rng.End.Line != tt.line {
				t.Errorf("%s: %.80q: got %s, want %d:%d", variant.name, tt.in, rng, tt.line, tt.column)
			}
			if got := variant.text[rng.Start.Byte:rng.End.Byte]; got != tt.text {
				t.Errorf("%s: %.80q: got %q, want %q", variant.name, tt.in, got, tt.text)
			}
			checkRange(t, variant.text, rng)
		}
	}
}

// checkRange holds the range of a node against the text: it is within one line of it, and line and columns follow from the bytes.
func checkRange(t *testing.T, text string, rng hcl.Range) {
	t.Helper()
	if rng.Start.Byte < 0 || rng.Start.Byte > rng.End.Byte || rng.End.Byte > len(text) {
		t.Fatalf("%.200q: %#v is outside of the file's %d bytes", text, rng, len(text))
	}
	for _, pos := range []hcl.Pos{rng.Start, rng.End} {
		before := strings.TrimPrefix(text[:pos.Byte], "\ufeff")
		start := strings.LastIndexByte(before, '\n') + 1
		if line := strings.Count(before, "\n") + 1; pos.Line != line {
			t.Fatalf("%.200q: %#v is on line %d", text, pos, line)
		}
		// Amid a cluster the column is that of the cluster.
		if column := clusters([]byte(before[start:])) + 1; pos.Column != column && pos.Column != column-1 {
			t.Fatalf("%.200q: %#v is in column %d", text, pos, column)
		}
	}
	if strings.Contains(text[rng.Start.Byte:rng.End.Byte], "\n") {
		t.Fatalf("%.200q: %#v goes over the end of a line", text, rng)
	}
}

func TestKeyRanges(t *testing.T) {
	text := head + "logs:\n  'name': x\n  ? days\n  : 2\n"
	values := decode(t, text).Sections["logs"].Values
	for name, want := range map[string]string{"name": "'name'", "days": "days"} {
		rng := values[name].KeyRange
		if got := text[rng.Start.Byte:rng.End.Byte]; got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if rng := decode(t, head+"logs: {names: [a]}\n").Sections["logs"].Values["names"].Elems[0].KeyRange; rng != (hcl.Range{}) {
		t.Errorf("an element has a key at %s", rng)
	}
}

func TestVersionRange(t *testing.T) {
	for in, want := range map[string]string{
		head:                         "version: 1",
		"account: {id: x, name: y}":  "account",
		"version: 2\n":               "version: 2",
		"{account: {}, version:  1}": "version:  1",
		"":                           "",
	} {
		s, _ := Decode("account.yaml", []byte(in), testSchema(t), nil)
		if got := in[s.VersionRange.Start.Byte:s.VersionRange.End.Byte]; got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// TestLongLines: the work for one line grows with its length, not with its square.
func TestLongLines(t *testing.T) {
	start := time.Now()
	for _, text := range []string{
		head + "logs: {names: [" + strings.Repeat("é, ", 50_000) + "x]}\n",
		head + "logs: {anything: " + strings.Repeat("[é, ", 80) + strings.Repeat("{a: é}, ", 20_000) + strings.Repeat("]", 80) + "}\n",
		head + "logs: {name: \"" + strings.Repeat("e\u0301", 200_000) + "\"}\n",
	} {
		decode(t, text)
	}
	if spent := time.Since(start); spent > 20*time.Second {
		t.Errorf("it took %s", spent)
	}
}
