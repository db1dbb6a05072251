package generator

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"plinth"
)

func compiledSchema(t *testing.T, g *Generator) *jsonschema.Schema {
	t.Helper()
	text, err := g.JSONSchema()
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("plinth.schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("plinth.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// asJSON is what an editor makes of a spec; false if that is nothing JSON could hold.
func asJSON(t *testing.T, text string) (any, bool) {
	t.Helper()
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		return nil, false
	}
	plain, ok := plainJSON(value)
	return plain, ok
}

func plainJSON(v any) (any, bool) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			plain, ok := plainJSON(value)
			if !ok {
				return nil, false
			}
			v[key] = plain
		}
		return v, true
	case map[any]any:
		return nil, false
	case []any:
		for i, value := range v {
			plain, ok := plainJSON(value)
			if !ok {
				return nil, false
			}
			v[i] = plain
		}
		return v, true
	case nil, string, bool, int, float64:
		return v, true
	}
	return nil, false // a date, and the like
}

// TestJSONSchema holds that the schema takes every spec that plinth takes, and counts which of the wrong ones it refuses.
func TestJSONSchema(t *testing.T) {
	t.Parallel()
	g := generatorOf(t, plinth.Files)
	schema := compiledSchema(t, g)
	for file, text := range goodSpecs(t) {
		v, ok := asJSON(t, text)
		if !ok {
			t.Errorf("%s is no JSON", file)
			continue
		}
		if err := schema.Validate(v); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	w := newSpecWriter(t, g)
	for i := range 30 {
		w.Rand = rand.New(rand.NewPCG(11, uint64(i)))
		text, _ := w.write(g)
		if v, ok := asJSON(t, text); ok && text != "" {
			if err := schema.Validate(v); err != nil {
				t.Errorf("spec %d: %v\n%s", i, err, text)
			}
		}
	}

	files, err := filepath.Glob("testdata/bad/*.txtar")
	if err != nil || len(files) < 100 {
		t.Fatal(files, err)
	}
	refused, taken := 0, []string{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text, _, _ := strings.Cut(strings.TrimPrefix(string(content), "-- account.yaml --\n"), "-- want --\n")
		v, ok := asJSON(t, text)
		if !ok {
			continue
		}
		if schema.Validate(v) != nil {
			refused++
			continue
		}
		taken = append(taken, strings.TrimSuffix(filepath.Base(file), ".txtar"))
	}
	t.Logf("of the wrong specs the schema refuses %d; only plinth refuses %d: %s", refused, len(taken), strings.Join(taken, ", "))
	if refused < len(taken)/2 {
		t.Errorf("the schema refuses %d of the wrong specs, and takes %d", refused, len(taken))
	}
}

// TestJSONSchemaExpresses has wrong values of each kind that a schema can express.
func TestJSONSchemaExpresses(t *testing.T) {
	schema := compiledSchema(t, generatorOf(t, plinth.Files))
	const head = "version: 1\naccount: {id: \"123456789012\", name: acme-dev}\nregions: {home: eu-central-1}\nnaming: {prefix: acme}\nsns_email: {addresses: [security@example.com]}\n"
	for name, test := range map[string]struct {
		text string
		want bool
	}{
		"nothing more":                  {head, true},
		"a section off":                 {head + "cur: false\n", true},
		"a section on":                  {head + "cur: true\n", true},
		"a section that needs more":     {head + "account_alias: true\n", false},
		"an unknown key":                {head + "cure: {}\n", false},
		"an unknown field":              {head + "cur: {formatt: Parquet}\n", false},
		"an enumeration":                {head + "cur: {format: Parquet}\n", true},
		"not of the enumeration":        {head + "cur: {format: parquet}\n", false},
		"a closed list of numbers":      {head + "log_group: {retention_days: 731}\n", true},
		"not of the numbers":            {head + "log_group: {retention_days: 100}\n", false},
		"a pattern":                     {strings.Replace(head, "123456789012", "12345", 1), false},
		"a bound":                       {head + "iam_password_policy: {minimum_length: 129}\n", false},
		"within the bound":              {head + "iam_password_policy: {minimum_length: 128}\n", true},
		"null for the default":          {head + "cur: {format: null}\n", true},
		"null where null is off":        {head + "iam_password_policy: {reuse_prevention: null}\n", true},
		"a wrong type":                  {head + "cloudtrail: {insights: ApiCallRateInsight}\n", false},
		"a field in an object":          {head + "cloudtrail: {bucket: {retention_days: x}}\n", false},
		"an element of a list":          {head + "cloudtrail: {insights: [Other]}\n", false},
		"a required field left out":     {strings.Replace(head, ", name: acme-dev", "", 1), false},
		"a required key left out":       {strings.Replace(head, "naming: {prefix: acme}\n", "", 1), false},
		"a required variable left out":  {strings.Replace(head, "{addresses: [security@example.com]}", "{}", 1), false},
		"extended":                      {"version: 1\nextends: ../defaults.yaml\n", true},
		"extended wrongly":              {"version: 1\nextends: 5\n", false},
		"another version of the format": {strings.Replace(head, "version: 1", "version: 2", 1), false},
	} {
		v, ok := asJSON(t, test.text)
		if !ok {
			t.Fatal(name)
		}
		if err := schema.Validate(v); (err == nil) != test.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
