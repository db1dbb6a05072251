package specialize

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"plinth/generator/edit"
	"plinth/generator/module"
)

// bodyKind says how the attributes of a body are consumed.
type bodyKind struct {
	block    *tfjson.SchemaBlock // nil where the schema is not known
	fallback want                // of attributes that the schema does not have
	dropNull bool                // an attribute that is null means the same as one that is absent
	top      bool                // the body of a resource or module block, whose meta-arguments Terraform itself reads
}

func (k bodyKind) attribute(name string) want {
	if k.block != nil {
		if attr := k.block.Attributes[name]; attr != nil && attr.AttributeType != cty.NilType {
			return sinkFor(attr.AttributeType)
		}
	}
	return k.fallback
}

func (k bodyKind) nested(name string) bodyKind {
	inner := bodyKind{fallback: k.fallback, dropNull: k.dropNull}
	if k.block != nil {
		if nested := k.block.NestedBlocks[name]; nested != nil {
			inner.block = nested.Block
		}
	}
	return inner
}

// resource specializes a resource or data block.
func (r *rewriter) resource(res *module.Resource) []edit.Edit {
	st := r.states[res.Key()]
	src := r.src
	r.at = res.Key()
	if st.kind == dropped {
		r.note(res.Block.DefRange(), Dropped, "")
		return []edit.Edit{edit.Remove(src, res.Block.Range())}
	}
	block, _ := r.schema.Block(res.Mode, res.Type)
	kind := bodyKind{block: block, fallback: wantExact, dropNull: true, top: true}
	if st.kind == unrolled {
		return []edit.Edit{edit.Replace(res.Block.Range(), r.unrolledResource(res, kind, st))}
	}
	f := r.frame(r.scope.Bindings(res.Count, res.ForEach, nil))
	return r.body(res.Block.Body, kind, f, st)
}

// frame is the frame of a block under which each and count stand for themselves.
func (r *rewriter) frame(bindings map[string]cty.Value) *frame {
	f := &frame{ctx: r.scope.Context()}
	if len(bindings) == 0 {
		return f
	}
	return f.child(bindings, nil)
}

// unrolledResource writes one block for each key of a for_each.
func (r *rewriter) unrolledResource(res *module.Resource, kind bodyKind, st state) string {
	var blocks []string
	defer func() { r.atKey = "" }()
	for _, key := range sortedKeys(st.unroll) {
		r.atKey = key
		f := r.frame(r.scope.Bindings(nil, res.ForEach, &key))
		inner := r.bodyText(res.Block.Body, kind, f, st)
		blocks = append(blocks, res.Block.Type+" "+quoteLabel(res.Type)+" "+quoteLabel(st.unroll[key])+" {"+inner+"}")
	}
	return strings.Join(blocks, "\n\n")
}

func quoteLabel(s string) string { return `"` + s + `"` }

// bodyText is the specialized text between a body's braces.
func (r *rewriter) bodyText(body *hclsyntax.Body, kind bodyKind, f *frame, st state) string {
	start, end := body.SrcRange.Start.Byte, body.SrcRange.End.Byte
	if start < len(r.src) && r.src[start] == '{' {
		start++
	}
	if end > start && r.src[end-1] == '}' {
		end--
	}
	return edit.Apply(r.src, start, end, r.body(body, kind, f, st))
}

// body returns the edits of the attributes and blocks in a body.
func (r *rewriter) body(body *hclsyntax.Body, kind bodyKind, f *frame, st state) []edit.Edit {
	var edits []edit.Edit
	for _, name := range sortedKeys(body.Attributes) {
		attr := body.Attributes[name]
		if !kind.top || !module.IsMetaArgument(name) && name != "provider" {
			edits = append(edits, r.attribute(attr, kind, f)...)
			continue
		}
		switch name {
		case "count":
			if st.kind == single {
				r.note(attr.SrcRange, Single, "")
				edits = append(edits, edit.Remove(r.src, attr.SrcRange))
			} else {
				r.left(attr.SrcRange, attr.Expr, r.frame(nil), "several instances have one block")
				edits = append(edits, r.expr(attr.Expr, wantNumber, r.frame(nil))...)
			}
		case "for_each":
			if st.kind == unrolled {
				r.note(attr.SrcRange, PerKey, "")
				edits = append(edits, edit.Remove(r.src, attr.SrcRange))
			} else {
				r.left(attr.SrcRange, attr.Expr, r.frame(nil), "its instances are alike, and keep their addresses")
				edits = append(edits, r.forEach(attr)...)
			}
		case "depends_on":
			edits = append(edits, r.references(attr)...)
		}
	}
	for _, block := range body.Blocks {
		edits = append(edits, r.block(block, kind, f)...)
	}
	return edits
}

func (r *rewriter) attribute(attr *hclsyntax.Attribute, kind bodyKind, f *frame) []edit.Edit {
	defer r.within(attr.Name)()
	if kind.dropNull {
		if v, ok := r.known(attr.Expr, f); ok && v.IsNull() {
			r.note(attr.SrcRange, Dropped, "")
			return []edit.Edit{edit.Remove(r.src, attr.SrcRange)}
		}
	}
	return r.expr(attr.Expr, kind.attribute(attr.Name), f)
}

// forEach writes a known for_each as the literal that Terraform takes: a set of strings, or a mapping.
func (r *rewriter) forEach(attr *hclsyntax.Attribute) []edit.Edit {
	f := r.frame(nil)
	w := wantExact
	if v, diags := attr.Expr.Value(f.ctx); !diags.HasErrors() && (v.Type().IsObjectType() || v.Type().IsMapType()) {
		w = wantShape
	}
	return r.expr(attr.Expr, w, f)
}

// references rewrites a list of addresses, such as depends_on: entries whose target is gone go, indexes of single targets go.
func (r *rewriter) references(attr *hclsyntax.Attribute) []edit.Edit {
	tuple, ok := attr.Expr.(*hclsyntax.TupleConsExpr)
	if !ok {
		return nil
	}
	var keep []string
	changed := false
	for _, item := range tuple.Exprs {
		traversal, diags := hcl.AbsTraversalForExpr(item)
		if diags.HasErrors() {
			keep = append(keep, r.source(item.Range()))
			continue
		}
		st, n, found := r.target(traversal)
		text := r.source(item.Range())
		if found {
			switch st.kind {
			case dropped:
				changed = true
				continue
			case single:
				if index, ok := indexAt(traversal, n); ok {
					changed = true
					text = strings.TrimSuffix(text, r.source(index.SrcRange))
				}
			case unrolled:
				changed = true
				prefix := strings.TrimSuffix(r.source(hcl.RangeBetween(traversal[0].SourceRange(), traversal[n-2].SourceRange())), ".")
				for _, key := range sortedKeys(st.unroll) {
					keep = append(keep, prefix+"."+st.unroll[key])
				}
				continue
			}
		}
		keep = append(keep, text)
	}
	switch {
	case !changed:
		return nil
	case len(keep) == 0:
		return []edit.Edit{edit.Remove(r.src, attr.SrcRange)}
	}
	return replaceExpr(tuple, tupleText(keep))
}

func indexAt(traversal hcl.Traversal, n int) (hcl.TraverseIndex, bool) {
	if n >= len(traversal) {
		return hcl.TraverseIndex{}, false
	}
	index, ok := traversal[n].(hcl.TraverseIndex)
	return index, ok
}

func (r *rewriter) block(block *hclsyntax.Block, kind bodyKind, f *frame) []edit.Edit {
	switch block.Type {
	case "dynamic":
		return r.dynamic(block, kind, f)
	case "lifecycle":
		return r.lifecycle(block, f)
	}
	defer r.within(block.Type)()
	return r.body(block.Body, kind.nested(block.Type), f, state{})
}

// lifecycle drops conditions that hold for certain, and the block when nothing is left in it. ignore_changes and its like stay as they are.
func (r *rewriter) lifecycle(block *hclsyntax.Block, f *frame) []edit.Edit {
	var edits []edit.Edit
	left := 0
	for _, name := range sortedKeys(block.Body.Attributes) {
		attr := block.Body.Attributes[name]
		if name == "replace_triggered_by" {
			more := r.references(attr)
			edits = append(edits, more...)
			if len(more) == 1 && more[0].Text == "" {
				continue
			}
		}
		left++
	}
	for _, inner := range block.Body.Blocks {
		condition := inner.Body.Attributes["condition"]
		if condition == nil {
			left++
			continue
		}
		v, ok := r.known(condition.Expr, f)
		switch {
		case ok && v.RawEquals(cty.True):
			r.note(inner.DefRange(), Dropped, "")
			edits = append(edits, edit.Remove(r.src, inner.Range()))
		default:
			left++
			edits = append(edits, r.body(inner.Body, bodyKind{fallback: wantExact}, f, state{})...)
		}
	}
	if left == 0 {
		return []edit.Edit{edit.Remove(r.src, block.Range())}
	}
	return edits
}

// dynamic writes the blocks that a dynamic block with known elements stands for.
//
//	dynamic "rule" { for_each = var.days == null ? [] : [var.days] ... }   ->   rule { days = 365 }
//
// The elements need not be known wholly: what they are is written in place of the iterator. Blocks with labels, unknown elements, or
// elements that can't be moved stay dynamic, with their parts rewritten.
func (r *rewriter) dynamic(block *hclsyntax.Block, kind bodyKind, f *frame) []edit.Edit {
	if len(block.Labels) != 1 {
		return nil
	}
	name := block.Labels[0]
	forEach := block.Body.Attributes["for_each"]
	var content *hclsyntax.Block
	for _, b := range block.Body.Blocks {
		if b.Type == "content" {
			content = b
		}
	}
	if forEach == nil || content == nil {
		return nil
	}
	iterator := name
	if attr := block.Body.Attributes["iterator"]; attr != nil {
		if keyword := hcl.ExprAsKeyword(attr.Expr); keyword != "" {
			iterator = keyword
		}
	}
	inner := kind.nested(name)
	if found, ok := r.elements(forEach.Expr, f); ok && block.Body.Attributes["labels"] == nil {
		outer, undo := r.refused, r.mark()
		r.refused = false
		var blocks []string
		for i, el := range found {
			leave := r.within(fmt.Sprintf("%s[%d]", name, i))
			key := el.key
			if isSequenceOfValues(forEach.Expr, f) {
				key = el.value
			}
			iterFrame := f.child(
				map[string]cty.Value{iterator: cty.ObjectVal(map[string]cty.Value{"key": key, "value": el.value})},
				map[string]*binding{iterator: {known: true, attrs: map[string]string{"value": el.valueText}}})
			blocks = append(blocks, name+" {"+r.bodyText(content.Body, inner, iterFrame, state{})+"}")
			leave()
		}
		refused := r.refused
		r.refused = outer
		if refused {
			undo()
		} else {
			what := Unlooped
			if len(blocks) == 0 {
				what = Dropped
			}
			defer r.within(name)()
			r.note(forEach.SrcRange, what, "")
			if len(blocks) == 0 {
				return []edit.Edit{edit.Remove(r.src, block.Range())}
			}
			return []edit.Edit{edit.Replace(block.Range(), strings.Join(blocks, "\n\n"))}
		}
	}
	defer r.within(name)()
	r.left(forEach.SrcRange, forEach.Expr, f, "its elements can't be told apart, or what is in it can't stand elsewhere")
	edits := r.expr(forEach.Expr, wantExact, f)
	unknown := f.child(map[string]cty.Value{iterator: cty.DynamicVal}, map[string]*binding{iterator: {}})
	return append(edits, r.body(content.Body, inner, unknown, state{})...)
}

// isSequenceOfValues tells whether the iterator's key is the value, as it is for a set.
func isSequenceOfValues(forEach hclsyntax.Expression, f *frame) bool {
	v, diags := forEach.Value(f.ctx)
	return !diags.HasErrors() && v.Type().IsSetType()
}

var notInName = regexp.MustCompile(`[^A-Za-z0-9_-]+`)

// unrollNames names the blocks that replace a for_each: the block's name and the key. Nothing when two would get the same name.
func unrollNames(res *module.Resource, keys map[string]cty.Value, taken map[string]*module.Resource) (map[string]string, bool) {
	names, seen := make(map[string]string), make(map[string]bool)
	for key := range keys {
		name := res.Name + "_" + notInName.ReplaceAllString(key, "_")
		other := *res
		other.Name = name
		if seen[name] || taken[other.Key()] != nil {
			return nil, false
		}
		seen[name] = true
		names[key] = name
	}
	return names, true
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
