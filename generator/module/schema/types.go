package schema

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/zclconf/go-cty/cty"
)

// blockType is the object type that a block's value has: its attributes and its nested blocks side by side.
func blockType(b *tfjson.SchemaBlock) (cty.Type, error) {
	if b == nil {
		return cty.NilType, errors.New("the block is missing")
	}
	atys, err := attributeTypes(b.Attributes)
	if err != nil {
		return cty.NilType, err
	}
	for _, name := range slices.Sorted(maps.Keys(b.NestedBlocks)) {
		nested := b.NestedBlocks[name]
		if nested == nil {
			return cty.NilType, fmt.Errorf("block %q: its type is missing", name)
		}
		if _, both := atys[name]; both {
			return cty.NilType, fmt.Errorf("%q is both an attribute and a block", name)
		}
		ety, err := blockType(nested.Block)
		if err == nil {
			atys[name], err = nestedType(ety, nested.NestingMode)
		}
		if err != nil {
			return cty.NilType, fmt.Errorf("block %q: %w", name, err)
		}
	}
	return cty.Object(atys), nil
}

func attributeTypes(attrs map[string]*tfjson.SchemaAttribute) (map[string]cty.Type, error) {
	atys := make(map[string]cty.Type, len(attrs))
	for _, name := range slices.Sorted(maps.Keys(attrs)) {
		ty, err := attributeType(attrs[name])
		if err != nil {
			return nil, fmt.Errorf("attribute %q: %w", name, err)
		}
		atys[name] = ty
	}
	return atys, nil
}

func attributeType(a *tfjson.SchemaAttribute) (cty.Type, error) {
	if a == nil || (a.AttributeType == cty.NilType) == (a.AttributeNestedType == nil) {
		return cty.NilType, errors.New("exactly one of type and nested_type is needed")
	}
	if a.AttributeNestedType == nil {
		return a.AttributeType, nil
	}
	atys, err := attributeTypes(a.AttributeNestedType.Attributes)
	if err != nil {
		return cty.NilType, err
	}
	return nestedType(cty.Object(atys), a.AttributeNestedType.NestingMode)
}

// nestedType is the type of all the objects that one nesting mode brings. Elements whose type varies (an attribute of any type
// inside) make a tuple or an object in Terraform, whose type can't be told before the value is there.
func nestedType(ety cty.Type, mode tfjson.SchemaNestingMode) (cty.Type, error) {
	switch mode {
	case tfjson.SchemaNestingModeSingle, tfjson.SchemaNestingModeGroup:
		return ety, nil
	case tfjson.SchemaNestingModeList:
		if ety.HasDynamicTypes() {
			return cty.DynamicPseudoType, nil
		}
		return cty.List(ety), nil
	case tfjson.SchemaNestingModeMap:
		if ety.HasDynamicTypes() {
			return cty.DynamicPseudoType, nil
		}
		return cty.Map(ety), nil
	case tfjson.SchemaNestingModeSet:
		if ety.HasDynamicTypes() {
			return cty.DynamicPseudoType, nil
		}
		return cty.Set(ety), nil
	}
	return cty.NilType, fmt.Errorf("unknown nesting mode %q", mode)
}
