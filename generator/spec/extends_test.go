package spec_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"plinth/generator/source"
	"plinth/generator/spec"
)

// extended decodes a spec among files.
func extended(t *testing.T, file string, files map[string]string) (*spec.Spec, []string) {
	t.Helper()
	read := func(name string) ([]byte, error) {
		content, ok := files[name]
		if !ok {
			return nil, errors.New("no such file")
		}
		return []byte(content), nil
	}
	s, diags := spec.DecodeWith(file, []byte(files[file]), schema(t), &source.Set{}, spec.Files{Base: read})
	var all []string
	for _, d := range diags {
		all = append(all, fmt.Sprintf("%s:%d:%d %s: %s", d.Subject.Filename, d.Subject.Start.Line, d.Subject.Start.Column, d.Summary, d.Detail))
	}
	return s, all
}

// TestExtends holds how files are merged, and that each value knows the file that it is from.
func TestExtends(t *testing.T) {
	s, problems := extended(t, "accounts/prod.yaml", map[string]string{
		"accounts/prod.yaml": "version: 1\nextends: [../defaults.yaml, team.yaml]\naccount: {id: a}\ntags: {a: own, d: own}\ntrail: {names: [x], days: null}\n",
		"defaults.yaml":      "extends: deeper/base.yaml\ntags: {a: defaults, b: defaults}\ntopic: false\ntrail: {days: 3, names: [p, q], on: true}\n",
		"deeper/base.yaml":   "tags: {a: base, c: base}\n",
		"accounts/team.yaml": "tags: {b: team}\n",
	})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for key, want := range map[string][2]string{"a": {"own", "accounts/prod.yaml"}, "b": {"team", "accounts/team.yaml"}, "c": {"base", "deeper/base.yaml"}, "d": {"own", "accounts/prod.yaml"}} {
		v := s.Core["tags"].Attrs[key]
		if v == nil || v.Value.AsString() != want[0] || v.Range.Filename != want[1] {
			t.Errorf("tags.%s is %+v, want %q", key, v, want)
		}
	}
	trail := s.Sections["trail"].Values
	if names := trail["names"]; len(names.Elems) != 1 || names.Elems[0].Value.AsString() != "x" {
		t.Errorf("lists are replaced: %+v", names)
	}
	if !trail["days"].Value.IsNull() {
		t.Errorf("null resets: %+v", trail["days"])
	}
	if on := trail["on"]; !on.Value.True() || on.Range.Filename != "defaults.yaml" {
		t.Errorf("what isn't written comes from below: %+v", on)
	}
	if !s.Sections["topic"].Off {
		t.Error("a section is switched off below")
	}

	// A file that is extended in many ways is read once.
	diamond := map[string]string{"n40.yaml": "tags: {a: top}\n"}
	for i := range 40 {
		diamond[fmt.Sprintf("n%d.yaml", i)] = fmt.Sprintf("extends: [n%d.yaml, n%d.yaml]\n", i+1, i+1)
	}
	diamond["n0.yaml"] += "version: 1\naccount: {id: a}\ntopic: false\n"
	if s, problems = extended(t, "n0.yaml", diamond); len(problems) > 0 || s.Core["tags"].Attrs["a"].Value.AsString() != "top" {
		t.Errorf("%v, %+v", problems, s)
	}

	// What stands above decides, whether it is a mapping or not.
	files := map[string]string{
		"a.yaml": "version: 1\nextends: b.yaml\naccount: {id: a}\ntopic: false\ntrail: {on: true}\n",
		"b.yaml": "trail: false\ntags: &t {a: x}\n",
	}
	if s, problems = extended(t, "a.yaml", files); len(problems) > 0 || s.Sections["trail"].Off || s.Core["tags"].Attrs["a"].Value.AsString() != "x" {
		t.Errorf("%v, %+v", problems, s)
	}
	files["a.yaml"] = "version: 1\nextends: b.yaml\naccount: {id: a}\ntopic: false\ntrail: false\n"
	files["b.yaml"] = "trail: {on: true}\n"
	if s, problems = extended(t, "a.yaml", files); len(problems) > 0 || !s.Sections["trail"].Off {
		t.Errorf("%v, %+v", problems, s)
	}
}

// TestExtendsProblems has what is wrong with files that are extended, and what is wrong in them.
func TestExtendsProblems(t *testing.T) {
	const rest = "account: {id: a}\ntopic: false\n"
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"itself":               {map[string]string{"a.yaml": "version: 1\nextends: a.yaml\n" + rest}, "a.yaml:2:10 Extends: The files extend each other in a circle: a.yaml -> a.yaml. Leave one of them out."},
		"a circle":             {map[string]string{"a.yaml": "version: 1\nextends: x/b.yaml\n" + rest, "x/b.yaml": "extends: ../a.yaml\n"}, "x/b.yaml:1:10 Extends: The files extend each other in a circle: a.yaml -> x/b.yaml -> a.yaml."},
		"no file":              {map[string]string{"a.yaml": "version: 1\nextends: b.yaml\n" + rest}, "a.yaml:2:10 Extends: b.yaml can't be read: no such file."},
		"no text":              {map[string]string{"a.yaml": "version: 1\nextends: 5\n" + rest}, "a.yaml:2:10 Extends: extends takes the path of a file"},
		"nothing":              {map[string]string{"a.yaml": "version: 1\nextends:\n" + rest}, "Extends: extends takes the path of a file"},
		"a mapping":            {map[string]string{"a.yaml": "version: 1\nextends: {a: b}\n" + rest}, "a.yaml:2:10 Extends: extends takes the path"},
		"an absolute path":     {map[string]string{"a.yaml": "version: 1\nextends: /b.yaml\n" + rest}, "a.yaml:2:10 Extends: extends takes the path"},
		"a list below":         {map[string]string{"a.yaml": "version: 1\nextends: b.yaml\n" + rest, "b.yaml": "[a]\n"}, "a.yaml:2:10 Extends: b.yaml is no mapping"},
		"an empty file":        {map[string]string{"a.yaml": "version: 1\nextends: b.yaml\n" + rest, "b.yaml": ""}, "b.yaml:1:1 Empty spec"},
		"broken YAML below":    {map[string]string{"a.yaml": "version: 1\nextends: b.yaml\n" + rest, "b.yaml": "tags: {a: b\n"}, "YAML syntax error"},
		"a tag below":          {map[string]string{"a.yaml": "version: 1\nextends: b.yaml\n" + rest, "b.yaml": "tags: {a: !!str b}\n"}, "b.yaml:1:11 Tag"},
		"a wrong type below":   {map[string]string{"a.yaml": "version: 1\nextends: b.yaml\n" + rest, "b.yaml": "\ntrail: {days: x}\n"}, "b.yaml:2:15 Wrong type: trail.days is a number"},
		"an unknown key below": {map[string]string{"a.yaml": "version: 1\nextends: b.yaml\n" + rest, "b.yaml": "trial: {}\n"}, "b.yaml:1:1 Unknown key: A spec has no key trial."},
		"twice":                {map[string]string{"a.yaml": "version: 1\nextends: b.yaml\nextends: b.yaml\n" + rest, "b.yaml": "tags: {a: b}\n"}, "a.yaml:3:1 Duplicate key"},
	} {
		_, problems := extended(t, "a.yaml", test.files)
		if len(problems) == 0 || !strings.Contains(strings.Join(problems, "\n"), test.want) {
			t.Errorf("%s: %q, want %s", name, problems, test.want)
		}
	}
	if _, diags := spec.Decode("a.yaml", []byte("version: 1\nextends: b.yaml\n"+rest), schema(t), nil); !diags.HasErrors() || !strings.Contains(diags[0].Detail, "No files are read here") {
		t.Errorf("without a reader: %v", diags)
	}
}
