package spec

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/hcl/v2"
)

// FuzzDecode: whatever the bytes, Decode returns; every diagnostic and every value is at a place in the file; the problems are in order; and a
// second run says the same.
func FuzzDecode(f *testing.F) {
	for _, pattern := range []string{"../../examples/*/account.yaml", "../testdata/plan/*.yaml", "../testdata/bad/*"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatalf("no files %s: %v", pattern, err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(content)
		}
	}
	for _, text := range []string{
		"", "\ufeff", "---\n...\n---\n", "%YAML 1.2\n---\n", head + "logs: {anything: &a [*a]}", head + "logs: {name: é\u0301, names: [\"\\x00\"]}\r\n",
		head + "logs:\n  rules:\n  - name: |\n      a\n    days: 1\n", "? [a]\n: {b: c}\n", "<<: x\n", "a: !!str b\n", "a: *b\n", "\xff\xfe", "a: \u2028b\n",
	} {
		f.Add([]byte(text))
	}
	schema := testSchema(f)
	f.Fuzz(func(t *testing.T, content []byte) {
		s, diags := Decode("account.yaml", content, schema, nil)
		text := string(content)
		at := 0
		for _, d := range diags {
			if d.Summary == "" || d.Detail == "" || d.Subject == nil {
				t.Fatalf("%q: a problem without words or place: %#v", text, d)
			}
			checkRange(t, text, *d.Subject)
			if d.Subject.Start.Byte < at {
				t.Fatalf("%q: problems out of order: %s", text, describe(diags))
			}
			at = d.Subject.Start.Byte
		}
		checkRange(t, text, s.VersionRange)
		for _, value := range s.Core {
			checkValue(t, text, value)
		}
		for _, section := range s.Sections {
			checkRange(t, text, section.Range)
			checkRange(t, text, section.KeyRange)
			for _, value := range section.Values {
				checkValue(t, text, value)
			}
		}
		if _, again := Decode("account.yaml", content, schema, nil); describe(again) != describe(diags) {
			t.Fatalf("%q: a second run says\n%s\nafter\n%s", text, describe(again), describe(diags))
		}
	})
}

func checkValue(t *testing.T, text string, v *Value) {
	t.Helper()
	checkRange(t, text, v.Range)
	if v.KeyRange != (hcl.Range{}) {
		checkRange(t, text, v.KeyRange)
	}
	for _, attr := range v.Attrs {
		checkValue(t, text, attr)
	}
	for _, element := range v.Elems {
		checkValue(t, text, element)
	}
}
