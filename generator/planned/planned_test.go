package planned

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	tfjson "github.com/hashicorp/terraform-json"
)

// plan is what Terraform 1.11 says in such cases, cut down.
const plan = `{
  "format_version": "1.2",
  "resource_changes": [
    {"address": "a.same", "mode": "managed", "change": {"actions": ["no-op"], "before": {}, "after": {}}},
    {"address": "data.a.read", "mode": "data", "change": {"actions": ["read"], "before": null, "after": {}}},
    {"address": "a.moved", "previous_address": "a.old", "mode": "managed", "change": {"actions": ["no-op"], "before": {}, "after": {}}},
    {"address": "a.imported", "mode": "managed", "change": {"actions": ["no-op"], "before": {}, "after": {}, "importing": {"id": "x"}}},
    {"address": "a.forgotten", "mode": "managed", "change": {"actions": ["forget"], "before": {}, "after": null}},
    {"address": "a.deposed", "deposed": "abcd1234", "mode": "managed", "change": {"actions": ["delete"], "before": {}, "after": null}},
    {"address": "a.newer", "mode": "managed", "change": {"actions": ["forget", "create"], "before": {}, "after": {}}},
    {"address": "a.updated", "previous_address": "a.was", "mode": "managed", "change": {
      "actions": ["update"], "importing": {"id": "x"},
      "before": {"kept": 1, "gone": "x", "tags": {"a b": "1"}, "list": ["1", "2"], "blocks": [{"n": 1}], "policy": "{\"Statement\":[{\"Action\":\"s3:*\"}]}", "password": "correct horse", "copy": "a correct horse b"},
      "after": {"kept": 1, "tags": {"a b": "2", "c": "3"}, "list": ["0", "1", "2"], "blocks": [{"n": 1}, {"n": 2}], "policy": "{\"Statement\":[{\"Action\":\"s3:Get*\"}]}", "password": "battery", "copy": "a battery"},
      "after_unknown": {"arn": true, "blocks": [{}, {}]}, "before_sensitive": {"password": true}, "after_sensitive": {"password": true}
    }},
    {"address": "a.replaced", "mode": "managed", "change": {
      "actions": ["delete", "create"], "before": {"name": "a", "size": 1}, "after": {"name": "b", "size": 2}, "replace_paths": [["name"]]
    }}
  ],
  "resource_drift": [
    {"address": "a.same", "mode": "managed", "change": {"actions": ["update"], "before": {"x": 1}, "after": {"x": 2}}}
  ],
  "output_changes": {"b": {"actions": ["create"], "after": 1}, "a": {"actions": ["no-op"], "before": 1, "after": 1}}
}`

func parsed(t *testing.T) *tfjson.Plan {
	t.Helper()
	var p tfjson.Plan
	if err := json.Unmarshal([]byte(plan), &p); err != nil {
		t.Fatal(err)
	}
	return &p
}

func TestOf(t *testing.T) {
	got := Of(parsed(t))
	none := []Attribute{}
	want := &Plan{
		Counts: Counts{Add: 2, Change: 1, Destroy: 3, Replace: 2, Import: 2, Move: 2, Forget: 1, Outputs: 1, Drift: 1},
		Changes: []Change{
			{Address: "a.moved", From: "a.old", Action: Move, Attributes: none},
			{Address: "a.imported", Action: Import, Attributes: none},
			{Address: "a.forgotten", Action: Forget, Attributes: none},
			{Address: "a.deposed (deposed object abcd1234)", Action: Destroy, Attributes: none},
			{Address: "a.newer", Action: Replace, Attributes: none},
			{Address: "a.updated", From: "a.was", Action: Update, Attributes: []Attribute{
				{Path: "arn", Before: absent, After: unknown},
				{Path: "blocks[1]", Before: absent, After: `{"n":2}`},
				{Path: "copy", Before: sensitive, After: sensitive},
				{Path: "gone", Before: `"x"`, After: absent},
				{Path: "list", Before: `["1","2"]`, After: `["0","1","2"]`},
				{Path: "password", Before: sensitive, After: sensitive},
				{Path: "policy.Statement[0].Action", Before: `"s3:*"`, After: `"s3:Get*"`},
				{Path: `tags["a b"]`, Before: `"1"`, After: `"2"`},
				{Path: "tags.c", Before: absent, After: `"3"`},
			}},
			{Address: "a.replaced", Action: Replace, Attributes: []Attribute{
				{Path: "name", Before: `"a"`, After: `"b"`, Replaces: true}, {Path: "size", Before: "1", After: "2"},
			}},
		},
		Drift:   []Change{{Address: "a.same", Action: Update, Attributes: []Attribute{{Path: "x", Before: "1", After: "2"}}}},
		Outputs: []Change{{Address: "output.b", Action: Create, Attributes: none}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestSecretsAreNotTold looks for them anywhere in what would be printed.
func TestSecretsAreNotTold(t *testing.T) {
	text, err := json.Marshal(Of(parsed(t)))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"correct horse", "battery"} {
		if strings.Contains(string(text), secret) {
			t.Errorf("%q is told:\n%s", secret, text)
		}
	}
}

func TestDifferences(t *testing.T) {
	for name, test := range map[string]struct {
		before, after any
		want          []Attribute
	}{
		"the same":           {map[string]any{"a": "1"}, map[string]any{"a": "1"}, []Attribute{}},
		"another type":       {map[string]any{"a": "1"}, map[string]any{"a": []any{"1"}}, []Attribute{{Path: "a", Before: `"1"`, After: `["1"]`}}},
		"JSON spelled anew":  {map[string]any{"a": `{"b":1}`}, map[string]any{"a": `{ "b": 1 }`}, []Attribute{{Path: "a", Before: `"{\"b\":1}"`, After: `"{ \"b\": 1 }"`}}},
		"JSON and no JSON":   {map[string]any{"a": `{"b":1}`}, map[string]any{"a": `{b`}, []Attribute{{Path: "a", Before: `"{\"b\":1}"`, After: `"{b"`}}},
		"a value by itself":  {"1", "2", []Attribute{{Path: "value", Before: `"1"`, After: `"2"`}}},
		"nothing, something": {nil, map[string]any{"a": "1"}, []Attribute{{Path: "value", Before: absent, After: `{"a":"1"}`}}},
	} {
		if diff := cmp.Diff(test.want, Differences(test.before, test.after)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
