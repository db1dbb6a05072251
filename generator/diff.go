package generator

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"plinth/generator/constraint"
	"plinth/generator/eval"
	"plinth/generator/fileset"
	"plinth/generator/planned"
)

// Diff says what an account's files do differently from what they did: what of resources, data sources, provider configurations and outputs is new, gone or other. Whether AWS
// changes a resource in place or replaces it isn't known without its provider. Old is nil for an account that is new.
func Diff(old, now *Account) (*planned.Plan, error) {
	before, err := old.values()
	if err != nil {
		return nil, err
	}
	after, err := now.values()
	if err != nil {
		return nil, err
	}
	p := &planned.Plan{Changes: []planned.Change{}, Drift: []planned.Change{}, Outputs: []planned.Change{}}
	all := maps.Clone(before)
	maps.Copy(all, after)
	for _, address := range sortedKeys(all) {
		change := planned.Change{Address: address, Attributes: []planned.Attribute{}}
		was, had := before[address]
		is, has := after[address]
		switch {
		case !had:
			change.Action = planned.Create
		case !has:
			change.Action = planned.Destroy
		default:
			change.Action, change.Attributes = planned.Update, planned.Differences(was, is)
			if len(change.Attributes) == 0 {
				continue
			}
		}
		if strings.HasPrefix(address, "output.") {
			p.Outputs = append(p.Outputs, change)
			p.Counts.Outputs++
			continue
		}
		p.Changes = append(p.Changes, change)
		if !strings.HasPrefix(address, "provider.") && !strings.Contains("."+address, ".data.") {
			p.Counts.Count(change)
		}
	}
	return p, nil
}

// values are the arguments of the account's blocks, as they are decoded from JSON, by address. What is known after apply only is the text of its expression.
func (a *Account) values() (map[string]any, error) {
	all := make(map[string]any)
	if a == nil {
		return all, nil
	}
	c, err := a.Configuration()
	if err != nil {
		return nil, err
	}
	files := a.Files()
	for _, r := range c.Resources {
		if all[r.Address], err = plainBody(r.Body, files); err != nil {
			return nil, err
		}
	}
	for _, file := range c.Tree.Root.Files {
		for _, block := range file.Body.Blocks {
			switch block.Type {
			case "provider", "output":
				all[blockAddress(block)] = textBody(block.Body, file.Bytes)
			}
		}
	}
	return all, nil
}

func plainBody(body *constraint.Body, files fileset.Set) (map[string]any, error) {
	plain := make(map[string]any)
	for name, attr := range body.Attrs {
		value, err := plainValue(attr.Value, expressionText(files, attr.Range))
		if err != nil {
			return nil, err
		}
		plain[name] = value
	}
	for name, blocks := range body.Blocks {
		list := make([]any, len(blocks))
		for i, block := range blocks {
			inner, err := plainBody(block, files)
			if err != nil {
				return nil, err
			}
			list[i] = inner
		}
		plain[name] = list
	}
	return plain, nil
}

// plainValue is a value as it is decoded from JSON; text stands for what isn't known, or is sensitive.
func plainValue(v cty.Value, text string) (any, error) {
	if v == cty.NilVal || v.ContainsMarked() || !v.IsWhollyKnown() {
		return text, nil
	}
	encoded, err := ctyjson.Marshal(v, v.Type())
	if err != nil {
		return nil, err
	}
	var plain any
	return plain, json.Unmarshal(encoded, &plain)
}

func expressionText(files fileset.Set, rng hcl.Range) string {
	content := files[rng.Filename]
	if rng.End.Byte > len(content) {
		return ""
	}
	return strings.Join(strings.Fields(string(content[rng.Start.Byte:rng.End.Byte])), " ")
}

// noNames is what expressions without references are evaluated in, such as tostring(null).
var noNames = &hcl.EvalContext{Functions: eval.Functions()}

// textBody is a body whose arguments aren't evaluated: their texts, or what noNames mean.
func textBody(body *hclsyntax.Body, content []byte) map[string]any {
	plain := make(map[string]any)
	for name, attr := range body.Attributes {
		rng := attr.Expr.Range()
		text := strings.Join(strings.Fields(string(content[rng.Start.Byte:rng.End.Byte])), " ")
		plain[name] = text
		if v, diags := attr.Expr.Value(noNames); !diags.HasErrors() {
			if value, err := plainValue(v, text); err == nil {
				plain[name] = value
			}
		}
	}
	for _, block := range body.Blocks {
		list, _ := plain[block.Type].([]any)
		plain[block.Type] = append(slices.Clone(list), any(textBody(block.Body, content)))
	}
	return plain
}
