package specialize

import (
	"path"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"plinth/generator/edit"
	"plinth/generator/module"
)

// name is a variable ("var.x"), local value, data source ("data.t.n") or output ("output.x") of a unit.
type name struct {
	unit *unit
	key  string
}

// sweeper finds what is still read after folding. Managed resources, provider configurations, checks, module blocks and the root's outputs
// are what a configuration is for; everything else lives only while something alive reads it.
type sweeper struct {
	live    map[name]bool
	queue   []name
	callers map[*unit][]caller
}

type caller struct {
	unit *unit
	call string
}

// sweep takes out what nobody reads.
//
//	variable "retention_days" { ... }   ->   (gone, with the argument in the module block)
//
// The plan is the same because none of it has an effect: a data source goes only when something read it before and nothing does now.
func (s *specializer) sweep(top *unit) {
	w := &sweeper{live: make(map[name]bool), callers: make(map[*unit][]caller)}
	for _, u := range s.all {
		for _, call := range sortedKeys(u.calls) {
			w.callers[u.calls[call]] = append(w.callers[u.calls[call]], caller{u, call})
		}
	}
	for _, u := range s.all {
		w.roots(u, u == top)
	}
	for len(w.queue) > 0 {
		n := w.queue[0]
		w.queue = w.queue[1:]
		w.visit(n)
	}
	for _, u := range s.all {
		w.cut(u, u == top)
	}
}

func (w *sweeper) mark(u *unit, key string) {
	n := name{u, key}
	if u != nil && !w.live[n] {
		w.live[n] = true
		w.queue = append(w.queue, n)
	}
}

// roots marks what the blocks that always stay read.
func (w *sweeper) roots(u *unit, top bool) {
	read := dataReaders(u.scope.Module)
	for _, f := range u.parsed.Files {
		for _, block := range f.Body.Blocks {
			switch block.Type {
			case "variable", "locals":
			case "output":
				if top {
					w.mark(u, "output."+block.Labels[0])
				}
			case "data":
				if key := "data." + block.Labels[0] + "." + block.Labels[1]; !read[key] {
					w.mark(u, key)
				}
			case "module":
				for _, arg := range sortedKeys(block.Body.Attributes) {
					if module.IsMetaArgument(arg) {
						w.readAttribute(u, block.Body.Attributes[arg])
					} else if u.calls[block.Labels[0]] == nil {
						w.readAttribute(u, block.Body.Attributes[arg])
					}
				}
			default:
				w.readBody(u, block.Body)
			}
		}
	}
	for v, undecided := range u.undecided {
		if undecided {
			w.mark(u, "var."+v)
		}
	}
}

// visit marks what a living name reads.
func (w *sweeper) visit(n name) {
	u := n.unit
	kind, rest := splitKey(n.key)
	switch kind {
	case "var":
		if v := u.parsed.Variables[rest]; v != nil {
			w.readBody(u, v.Block.Body)
		}
		for _, c := range w.callers[u] {
			if call := c.unit.parsed.Calls[c.call]; call != nil {
				w.readAttribute(c.unit, call.Block.Body.Attributes[rest])
			}
		}
	case "local":
		w.readAttribute(u, u.parsed.Locals[rest])
	case "output":
		if o := u.parsed.Outputs[rest]; o != nil {
			w.readBody(u, o.Block.Body)
		}
	case "data":
		if r := u.parsed.Resources[n.key]; r != nil {
			w.readBody(u, r.Block.Body)
		}
	}
}

func splitKey(key string) (kind, rest string) {
	for i := range key {
		if key[i] == '.' {
			return key[:i], key[i+1:]
		}
	}
	return key, ""
}

func (w *sweeper) readBody(u *unit, body *hclsyntax.Body) {
	for _, attr := range sortedKeys(body.Attributes) {
		w.readAttribute(u, body.Attributes[attr])
	}
	for _, block := range body.Blocks {
		w.readBody(u, block.Body)
	}
}

func (w *sweeper) readAttribute(u *unit, attr *hclsyntax.Attribute) {
	if attr == nil {
		return
	}
	for _, traversal := range attr.Expr.Variables() {
		if len(traversal) < 2 {
			continue
		}
		second := attrName(traversal[1])
		switch traversal.RootName() {
		case "var", "local":
			w.mark(u, traversal.RootName()+"."+second)
		case "data":
			if len(traversal) > 2 {
				w.mark(u, "data."+second+"."+attrName(traversal[2]))
			}
		case "module":
			child := u.calls[second]
			if child == nil || attr.Name == "depends_on" {
				continue // the order alone needs no output
			}
			if output := firstAttr(traversal[2:]); output != "" {
				w.mark(child, "output."+output)
				continue
			}
			for _, output := range sortedKeys(child.parsed.Outputs) {
				w.mark(child, "output."+output)
			}
		}
	}
}

// firstAttr is the output that the steps behind module.x name, past an instance key; "" when they name none.
func firstAttr(steps []hcl.Traverser) string {
	for _, step := range steps {
		if attr := attrName(step); attr != "" {
			return attr
		}
		if _, ok := step.(hcl.TraverseIndex); !ok {
			return ""
		}
	}
	return ""
}

// dataReaders lists the data sources that something in the module reads, before specializing.
func dataReaders(m *module.Module) map[string]bool {
	read := make(map[string]bool)
	for _, f := range m.Files {
		_ = hclsyntax.VisitAll(f.Body, func(node hclsyntax.Node) hcl.Diagnostics {
			if e, ok := node.(*hclsyntax.ScopeTraversalExpr); ok && e.Traversal.RootName() == "data" && len(e.Traversal) > 2 {
				read["data."+attrName(e.Traversal[1])+"."+attrName(e.Traversal[2])] = true
			}
			return nil
		})
	}
	return read
}

// cut removes what is not alive from the files of a unit.
func (w *sweeper) cut(u *unit, top bool) {
	for _, f := range u.parsed.Files {
		var edits []edit.Edit
		for _, block := range f.Body.Blocks {
			edits = append(edits, w.cutBlock(u, f.Bytes, block, top)...)
		}
		u.files[f.Name] = edit.Apply(f.Bytes, 0, len(f.Bytes), edits)
	}
}

func (w *sweeper) cutBlock(u *unit, src []byte, block *hclsyntax.Block, top bool) []edit.Edit {
	whole := []edit.Edit{edit.Remove(src, block.Range())}
	switch block.Type {
	case "variable":
		if !w.live[name{u, "var." + block.Labels[0]}] {
			return whole
		}
	case "output":
		if !w.live[name{u, "output." + block.Labels[0]}] {
			return whole
		}
	case "data":
		if !w.live[name{u, "data." + block.Labels[0] + "." + block.Labels[1]}] {
			return whole
		}
	case "locals":
		var edits []edit.Edit
		for _, local := range sortedKeys(block.Body.Attributes) {
			if !w.live[name{u, "local." + local}] {
				edits = append(edits, edit.Remove(src, block.Body.Attributes[local].SrcRange))
			}
		}
		if len(edits) == len(block.Body.Attributes) {
			return whole
		}
		return edits
	case "module":
		child := u.calls[block.Labels[0]]
		if child == nil {
			return nil
		}
		var edits []edit.Edit
		for _, arg := range sortedKeys(block.Body.Attributes) {
			if !module.IsMetaArgument(arg) && !w.live[name{child, "var." + arg}] {
				edits = append(edits, edit.Remove(src, block.Body.Attributes[arg].SrcRange))
			}
		}
		return edits
	}
	return nil
}

// dangling reports names that the output reads and does not have.
func dangling(u *unit, final *module.Module) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, f := range final.Files {
		for _, block := range f.Body.Blocks {
			if slices.Contains([]string{"moved", "removed", "import", "terraform"}, block.Type) {
				continue
			}
			_ = hclsyntax.VisitAll(block.Body, func(node hclsyntax.Node) hcl.Diagnostics {
				e, ok := node.(*hclsyntax.ScopeTraversalExpr)
				if !ok || len(e.Traversal) < 2 || exists(u, final, e.Traversal) {
					return nil
				}
				rng := e.Range()
				rng.Filename = path.Join(u.dir, f.Name)
				diags = append(diags, &hcl.Diagnostic{
					Severity: hcl.DiagError,
					Summary:  "Specializing failed: reference to nothing",
					Detail: "The specialized configuration of " + u.scope.Module.Dir + " refers to " + traversalText(e.Traversal) +
						", which has no instances here. The module has to guard this reference by a condition that the spec decides.",
					Subject: &rng,
				})
				return nil
			})
		}
	}
	return diags
}

func exists(u *unit, final *module.Module, traversal hcl.Traversal) bool {
	second := attrName(traversal[1])
	switch root := traversal.RootName(); root {
	case "var":
		return final.Variables[second] != nil
	case "local":
		return final.Locals[second] != nil
	case "module":
		return final.Calls[second] != nil
	case "data":
		return len(traversal) < 3 || final.Resources["data."+second+"."+attrName(traversal[2])] != nil
	default:
		key := root + "." + second
		// Loop variables and iterators look like resources; only what was a resource before can be missing.
		return u.scope.Module.Resources[key] == nil || final.Resources[key] != nil
	}
}

func traversalText(traversal hcl.Traversal) string {
	text := traversal.RootName()
	for _, step := range traversal[1:] {
		if attr := attrName(step); attr != "" {
			text += "." + attr
			continue
		}
		text += "[...]"
	}
	return text
}
