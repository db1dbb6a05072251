package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	tfjson "github.com/hashicorp/terraform-json"
)

// Encode writes the schema of the given resource and data types, without descriptions, one type a line and sorted, so that an
// upgrade of the provider shows in a diff as the types that changed. The version is the provider's. It fails if the provider
// has no such type, or has a schema that Parse can't read.
func Encode(source, version string, from *tfjson.ProviderSchema, resources, data []string) ([]byte, error) {
	var out bytes.Buffer
	fmt.Fprintf(&out, "{\n\"source\": %q,\n\"version\": %q,\n", source, version)
	if err := encodeKind(&out, Resource, from.ResourceSchemas, resources); err != nil {
		return nil, err
	}
	out.WriteString(",\n")
	if err := encodeKind(&out, Data, from.DataSourceSchemas, data); err != nil {
		return nil, err
	}
	out.WriteString("\n}\n")
	if _, err := Parse(out.Bytes()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func encodeKind(out *bytes.Buffer, kind string, from map[string]*tfjson.Schema, types []string) error {
	fmt.Fprintf(out, "%q: {", kind)
	for i, typ := range slices.Compact(slices.Sorted(slices.Values(types))) {
		s, ok := from[typ]
		if !ok || s == nil || s.Block == nil {
			return fmt.Errorf("the provider has no %s type %q", kind, typ)
		}
		line, err := json.Marshal(trimBlock(s.Block))
		if err != nil {
			return fmt.Errorf("%s type %q: %w", kind, typ, err)
		}
		if i > 0 {
			out.WriteByte(',')
		}
		fmt.Fprintf(out, "\n%q: %s", typ, line)
	}
	out.WriteString("\n}")
	return nil
}

// trimBlock copies a block without its descriptions.
func trimBlock(b *tfjson.SchemaBlock) *tfjson.SchemaBlock {
	if b == nil {
		return nil // Parse refuses it by name
	}
	out := &tfjson.SchemaBlock{Attributes: trimAttributes(b.Attributes), Deprecated: b.Deprecated}
	if len(b.NestedBlocks) > 0 {
		out.NestedBlocks = map[string]*tfjson.SchemaBlockType{}
	}
	for name, nested := range b.NestedBlocks {
		if nested == nil {
			continue
		}
		t := *nested
		t.Block = trimBlock(nested.Block)
		out.NestedBlocks[name] = &t
	}
	return out
}

func trimAttributes(attrs map[string]*tfjson.SchemaAttribute) map[string]*tfjson.SchemaAttribute {
	out := make(map[string]*tfjson.SchemaAttribute, len(attrs))
	for name, attr := range attrs {
		if attr == nil {
			continue
		}
		a := *attr
		a.Description, a.DescriptionKind = "", ""
		if a.AttributeNestedType != nil {
			n := *a.AttributeNestedType
			n.Attributes = trimAttributes(n.Attributes)
			a.AttributeNestedType = &n
		}
		out[name] = &a
	}
	return out
}
