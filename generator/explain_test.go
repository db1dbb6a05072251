package generator

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"plinth"
)

func TestExplain(t *testing.T) {
	g := generatorOf(t, plinth.Files)
	for where, want := range map[string]Field{
		"account.id":                            {Type: "string", Required: true},
		"regions.enabled":                       {Type: "list(string)"},
		"cloudtrail.bucket.retention_days":      {Type: "number", Default: "365"},
		"cloudtrail.bucket.object_lock.mode":    {Type: "string", Default: `"GOVERNANCE"`},
		"iam_access.roles":                      {Default: "{}"},
		"iam_access.roles.deploy.session_hours": {Type: "number", Default: "1"},
		"sns_email.https.url":                   {Type: "string", Required: true},
		"alternate_contacts.security":           {Default: "null"},
		"cur":                                   {Type: "section"},
	} {
		f, err := g.Explain(where)
		if err != nil {
			t.Errorf("%s: %v", where, err)
			continue
		}
		if want.Type != "" && f.Type != want.Type || f.Default != want.Default || f.Required != want.Required || f.Path != where {
			t.Errorf("%s: %+v, want %+v", where, f, want)
		}
	}
	f, err := g.Explain("cloudtrail.bucket.retention_days")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(f.Constraints, func(c Constraint) bool { return strings.Contains(c.Write, "retention_days") }) {
		t.Errorf("constraints: %+v", f.Constraints)
	}
	mode, err := g.Explain("cloudtrail.bucket.object_lock.mode")
	if err != nil || len(mode.Constraints) != 1 || mode.Constraints[0].Source != "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html" {
		t.Errorf("%+v, %v", mode, err)
	}
	if slices.ContainsFunc(f.Constraints, func(c Constraint) bool { return strings.Contains(c.Write, "object_lock.mode") }) {
		t.Errorf("a constraint of another field: %+v", f.Constraints)
	}
	if !slices.ContainsFunc(f.Uses, func(use string) bool { return strings.HasPrefix(use, "modules/cloudtrail/main.tf:") }) || !strings.HasPrefix(f.Declared, "modules/cloudtrail/variables.tf:") {
		t.Errorf("uses %q, declared %s", f.Uses, f.Declared)
	}
	if f, err = g.Explain("cloudtrail.bucket"); err != nil || !slices.Contains(f.Fields, "cloudtrail.bucket.retention_days") {
		t.Errorf("%+v, %v", f, err)
	}
	for where, want := range map[string]string{
		"cloudtrial":                  "did you mean cloudtrail?",
		"cloudtrail.buckets":          "did you mean cloudtrail.bucket?",
		"cloudtrail.bucket.retention": "did you mean cloudtrail.bucket.retention_days?",
		"account.zzzzzzzz":            "there are id, name",
		"account.id.x":                "a spec has no account.id.x",
	} {
		if _, err := g.Explain(where); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", where, err, want)
		}
	}
}

// TestReference holds docs/spec.md to what the modules say, and every key to its place there.
func TestReference(t *testing.T) {
	g := generatorOf(t, plinth.Files)
	got, err := g.Reference()
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("../docs/spec.md")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("docs/spec.md is out of date: run make docs")
	}
	for i := range g.template.schema.Sections {
		section := &g.template.schema.Sections[i]
		for name := range section.Variables {
			if !bytes.Contains(got, []byte("| `"+section.Name+"."+name+"` |")) {
				t.Errorf("there is no row for %s.%s", section.Name, name)
			}
		}
	}
}
