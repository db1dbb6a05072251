package schema

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/zclconf/go-cty/cty"
)

func mustAWS(t *testing.T) *Provider {
	t.Helper()
	p, err := AWS()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAWSHasWhatModulesNeed(t *testing.T) {
	p := mustAWS(t)
	if p.Source() != "registry.terraform.io/hashicorp/aws" || !strings.Contains(p.Version(), ".") {
		t.Errorf("source %q, version %q", p.Source(), p.Version())
	}
	tests := []struct {
		kind, typ, path string
		want            cty.Type
	}{
		{Resource, "aws_cloudtrail", "arn", cty.String},
		{Resource, "aws_cloudtrail", "is_multi_region_trail", cty.Bool},
		{Resource, "aws_cloudtrail", "tags", cty.Map(cty.String)},
		{Resource, "aws_cloudtrail", "insight_selector", cty.Set(cty.Object(map[string]cty.Type{"insight_type": cty.String}))},
		{Resource, "aws_s3_bucket_versioning", "versioning_configuration", cty.List(cty.Object(map[string]cty.Type{"mfa_delete": cty.String, "status": cty.String}))},
		{Resource, "aws_cloudwatch_log_group", "retention_in_days", cty.Number},
		{Resource, "aws_cloudwatch_metric_alarm", "alarm_actions", cty.Set(cty.String)},
		{Resource, "aws_accessanalyzer_analyzer", "type", cty.String},
		{Data, "aws_iam_policy_document", "json", cty.String},
	}
	for _, tt := range tests {
		ty, ok := p.Type(tt.kind, tt.typ)
		if !ok || !ty.IsObjectType() || !ty.HasAttribute(tt.path) {
			t.Errorf("%s.%s has no %s: %#v", tt.kind, tt.typ, tt.path, ty)
			continue
		}
		if got := ty.AttributeType(tt.path); !got.Equals(tt.want) {
			t.Errorf("%s.%s.%s is %#v, want %#v", tt.kind, tt.typ, tt.path, got, tt.want)
		}
	}
}

func TestUnknownTypes(t *testing.T) {
	p := mustAWS(t)
	for _, tt := range [][2]string{{Resource, "aws_no_such"}, {Data, "aws_cloudtrail"}, {"ephemeral", "aws_cloudtrail"}, {"", ""}} {
		if ty, ok := p.Type(tt[0], tt[1]); ok || ty != cty.DynamicPseudoType {
			t.Errorf("Type(%q, %q) = %#v, %v", tt[0], tt[1], ty, ok)
		}
		if b, ok := p.Block(tt[0], tt[1]); ok || b != nil {
			t.Errorf("Block(%q, %q) = %v, %v", tt[0], tt[1], b, ok)
		}
	}
}

func TestBlock(t *testing.T) {
	b, ok := mustAWS(t).Block(Resource, "aws_sns_topic_subscription")
	if !ok || !b.Attributes["topic_arn"].Required || b.Attributes["arn"].Optional || !b.Attributes["arn"].Computed {
		t.Fatalf("%v %+v", ok, b)
	}
	if len(mustAWS(t).Types(Data)) == 0 || mustAWS(t).Types("x") != nil {
		t.Errorf("Types: %v", mustAWS(t).Types(Data))
	}
}

func TestEncodedFileIsCanonical(t *testing.T) {
	p := mustAWS(t)
	// Written again from what was read, the file is the same: sorted, compact, nothing lost, no descriptions.
	from := &tfjson.ProviderSchema{ResourceSchemas: map[string]*tfjson.Schema{}, DataSourceSchemas: map[string]*tfjson.Schema{}}
	for _, typ := range p.Types(Resource) {
		b, _ := p.Block(Resource, typ)
		from.ResourceSchemas[typ] = &tfjson.Schema{Block: b}
	}
	for _, typ := range p.Types(Data) {
		b, _ := p.Block(Data, typ)
		from.DataSourceSchemas[typ] = &tfjson.Schema{Block: b}
	}
	got, err := Encode(p.Source(), p.Version(), from, p.Types(Resource), p.Types(Data))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, awsJSON) {
		t.Error("aws.json is not what Encode writes; run go run ./internal/schemagen")
	}
	for i, line := range strings.Split(string(awsJSON), "\n") {
		if strings.Contains(line, `"description_kind"`) {
			t.Errorf("line %d holds a description", i+1)
		}
	}
}

// small is a provider schema with every way of nesting.
const small = `{"provider_schemas": {"p": {
"resource_schemas": {"aws_x": {"version": 3, "block": {
  "description": "Drop me.", "description_kind": "plain",
  "attributes": {
    "description": {"type": "string", "description": "Drop me.", "optional": true},
    "any": {"type": "dynamic", "computed": true},
    "objs": {"type": ["list", ["object", {"a": "string"}]], "computed": true},
    "one": {"nested_type": {"nesting_mode": "single", "attributes": {"a": {"type": "bool", "description": "Drop me.", "required": true}}}, "optional": true},
    "many": {"nested_type": {"nesting_mode": "set", "attributes": {"a": {"type": "number", "required": true}}}, "optional": true}
  },
  "block_types": {
    "single": {"nesting_mode": "single", "block": {"attributes": {"a": {"type": "string", "description": "Drop me.", "required": true}}}},
    "group": {"nesting_mode": "group", "block": {"attributes": {"a": {"type": "string", "required": true}}}},
    "list": {"nesting_mode": "list", "max_items": 2, "block": {"attributes": {"a": {"type": "string", "required": true}}}},
    "set": {"nesting_mode": "set", "min_items": 1, "block": {"block_types": {"deep": {"nesting_mode": "list", "block": {"description": "Drop me."}}}}},
    "map": {"nesting_mode": "map", "block": {"attributes": {"a": {"type": "string", "required": true}}}},
    "anylist": {"nesting_mode": "list", "block": {"attributes": {"a": {"type": "dynamic", "required": true}}}}
  }}}},
"data_source_schemas": {"aws_y": {"version": 0, "block": {"attributes": {"id": {"type": "string", "computed": true}}}},
  "aws_unused": {"version": 0, "block": {}}}
}}, "format_version": "1.0"}`

func smallSchema(t *testing.T) *tfjson.ProviderSchema {
	t.Helper()
	var all tfjson.ProviderSchemas
	if err := json.Unmarshal([]byte(small), &all); err != nil {
		t.Fatal(err)
	}
	return all.Schemas["p"]
}

func TestEncodeAndParse(t *testing.T) {
	out, err := Encode("example.com/a/p", "1.2.3", smallSchema(t), []string{"aws_x", "aws_x"}, []string{"aws_y"})
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(out, []byte("Drop me")) || bytes.Contains(out, []byte("aws_unused")) {
		t.Errorf("not trimmed:\n%s", out)
	}
	p, err := Parse(out)
	if err != nil {
		t.Fatal(err)
	}
	obj := cty.Object(map[string]cty.Type{"a": cty.String})
	want := cty.Object(map[string]cty.Type{
		"description": cty.String,
		"any":         cty.DynamicPseudoType,
		"objs":        cty.List(obj),
		"one":         cty.Object(map[string]cty.Type{"a": cty.Bool}),
		"many":        cty.Set(cty.Object(map[string]cty.Type{"a": cty.Number})),
		"single":      obj,
		"group":       obj,
		"list":        cty.List(obj),
		"set":         cty.Set(cty.Object(map[string]cty.Type{"deep": cty.List(cty.EmptyObject)})),
		"map":         cty.Map(obj),
		"anylist":     cty.DynamicPseudoType,
	})
	if got, ok := p.Type(Resource, "aws_x"); !ok || !got.Equals(want) {
		t.Errorf("got  %#v\nwant %#v", got, want)
	}
	b, _ := p.Block(Resource, "aws_x")
	if b.NestedBlocks["list"].MaxItems != 2 || b.NestedBlocks["set"].MinItems != 1 {
		t.Error("min_items or max_items lost")
	}
	if lines := strings.Count(string(out), "\n"); lines != 10 {
		t.Errorf("%d lines, want one a type:\n%s", lines, out)
	}
}

func TestEncodeRefusesATypeThatIsNotThere(t *testing.T) {
	_, err := Encode("s", "1", smallSchema(t), []string{"aws_nope"}, nil)
	if err == nil || !strings.Contains(err.Error(), `no resource type "aws_nope"`) {
		t.Errorf("got %v", err)
	}
}

func TestParseRefuses(t *testing.T) {
	const head = `{"source":"s","version":"1","data":{},"resource":{"aws_x":`
	for _, tt := range []struct{ in, want string }{
		{`[`, "unexpected end"},
		{`{"resource":{},"data":{}}`, "source or version is missing"},
		{head + `null}}`, "resource.aws_x: the block is missing"},
		{head + `{"attributes":{"a":null}}}}`, `attribute "a": exactly one of`},
		{head + `{"attributes":{"a":{"optional":true}}}}}`, `attribute "a": exactly one of`},
		{head + `{"attributes":{"a":{"type":"strong"}}}}}`, "provider schema"},
		{head + `{"attributes":{"a":{"type":"string"}},"block_types":{"a":{"nesting_mode":"list","block":{}}}}}}`, "both an attribute and a block"},
		{head + `{"block_types":{"b":{"nesting_mode":"heap","block":{}}}}}}`, `block "b": unknown nesting mode "heap"`},
		{head + `{"block_types":{"b":{"nesting_mode":"list"}}}}}`, `block "b": the block is missing`},
		{head + `{"block_types":{"b":null}}}}`, `block "b": its type is missing`},
	} {
		_, err := Parse([]byte(tt.in))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.in, err, tt.want)
		}
	}
}
