// Package schema is what the AWS provider says about the resource and data types that plinth's modules use: a part of
// "terraform providers schema -json", trimmed by internal/schemagen and kept in aws.json.
//
// Its use is to give unknown values their exact types. A type that is not in aws.json is unknown to this package, which is
// no error: whoever asks must then be conservative.
package schema

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/zclconf/go-cty/cty"
)

// The two kinds of blocks that have a type in a provider's schema, in Terraform's own words.
const (
	Resource = "resource"
	Data     = "data"
)

//go:embed aws.json
var awsJSON []byte

var aws = sync.OnceValues(func() (*Provider, error) { return Parse(awsJSON) })

// AWS returns the schema of the AWS provider, as far as the modules use it. It is parsed at the first call and shared after
// that; it must not be changed. It fails only if the embedded aws.json is damaged.
func AWS() (*Provider, error) { return aws() }

// Provider is the trimmed schema of one provider. It doesn't change once it is parsed, and may be used by several goroutines.
type Provider struct {
	source  string
	version string
	kinds   map[string]map[string]entry // kind, then type
}

type entry struct {
	block *tfjson.SchemaBlock
	ty    cty.Type
}

// Source is the provider's source address, such as "registry.terraform.io/hashicorp/aws".
func (p *Provider) Source() string { return p.source }

// Version is the version of the provider that the schema was read from, such as "5.100.0".
func (p *Provider) Version() string { return p.version }

// Type returns the type of a reference to one instance of a resource or data block, as Terraform sees it: an object of the
// attributes and the nested blocks. A block nested as "single" or "group" is an object, "list" a list of objects, "set" a set
// of objects, "map" a map of objects. The kind is Resource or Data. It returns false for a kind or type that isn't known.
func (p *Provider) Type(kind, typ string) (cty.Type, bool) {
	e, ok := p.kinds[kind][typ]
	if !ok {
		return cty.DynamicPseudoType, false
	}
	return e.ty, true
}

// Block returns the schema of a resource or data block: which attributes are required, optional, computed, deprecated, and how
// often a nested block may come. The result must not be changed. It returns false for a kind or type that isn't known.
func (p *Provider) Block(kind, typ string) (*tfjson.SchemaBlock, bool) {
	e, ok := p.kinds[kind][typ]
	return e.block, ok
}

// Types returns the known types of a kind (Resource or Data), sorted.
func (p *Provider) Types(kind string) []string {
	return slices.Sorted(maps.Keys(p.kinds[kind]))
}

// file is the form of aws.json.
type file struct {
	Source   string                         `json:"source"`
	Version  string                         `json:"version"`
	Resource map[string]*tfjson.SchemaBlock `json:"resource"`
	Data     map[string]*tfjson.SchemaBlock `json:"data"`
}

// Parse reads what Encode wrote. It fails for anything else, for a nesting mode that Terraform doesn't have, and for an attribute without a type.
func Parse(b []byte) (*Provider, error) {
	var f file
	if err := json.Unmarshal(b, &f); err != nil {
		return nil, fmt.Errorf("provider schema: %w", err)
	}
	if f.Source == "" || f.Version == "" {
		return nil, fmt.Errorf("provider schema: source or version is missing")
	}
	p := &Provider{source: f.Source, version: f.Version, kinds: map[string]map[string]entry{}}
	for kind, blocks := range map[string]map[string]*tfjson.SchemaBlock{Resource: f.Resource, Data: f.Data} {
		p.kinds[kind] = make(map[string]entry, len(blocks))
		for _, typ := range slices.Sorted(maps.Keys(blocks)) {
			ty, err := blockType(blocks[typ])
			if err != nil {
				return nil, fmt.Errorf("provider schema: %s.%s: %w", kind, typ, err)
			}
			p.kinds[kind][typ] = entry{blocks[typ], ty}
		}
	}
	return p, nil
}
