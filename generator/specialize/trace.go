package specialize

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"plinth/generator/edit"
)

// Trace is a record of what specializing does, kept while it does it: by module, in the order of the work, which is inside out.
type Trace struct {
	Modules map[string]*ModuleTrace // by the call: "" is the root, "a.b" the module block b in the module that the block a calls
}

// ModuleTrace is what happened in one module. Calls with the same inputs share it.
type ModuleTrace struct {
	Dir   string            // of the output, as the module's own
	Steps []Step            //
	Keys  map[string]Origin // of the blocks that replace a for_each, by the address that they have in the output
}

// Origin is the block that a block of the output was.
type Origin struct {
	Address string // in the module
	Key     string // of for_each
}

// Step is one thing that specializing did to a module's text.
type Step struct {
	Block string    // the block in the module: aws_s3_bucket.this, data.x.y, module.a, output.a, local.a, provider.aws
	Key   string    // where the block's for_each is taken out: for which key
	Path  string    // the argument below the block, such as rule.status; dynamic blocks have a number, rule[0].status
	Range hcl.Range // in the module
	What  string    // what was done: folded, branch, ...
	From  string    // the text in the module
	To    string    // what stands there now; "" for nothing
}

// The things that are done.
const (
	Folded   = "folded"          // an expression's value is known
	Branch   = "branch chosen"   // of a conditional or of try
	Joined   = "operands joined" // of concat, merge, && and ||
	Unlooped = "loop unrolled"   // of a for expression, or a dynamic block
	Renamed  = "address changed" // of what is referred to
	Moved    = "value put in"    // of a loop variable
	Dropped  = "left out"        // no instances, null, or certain to hold
	Single   = "count taken out" // it is 1
	PerKey   = "one block per key"
	Left     = "left" // as it is written; To says why
)

// recorder is the part of a rewriter that keeps steps.
type recorder struct {
	trace *ModuleTrace // nil where nobody wants to know
	at    string       // the block
	atKey string
	path  []string
}

func (r *rewriter) note(rng hcl.Range, what, to string) {
	if r.trace == nil {
		return
	}
	r.trace.Steps = append(r.trace.Steps, Step{Block: r.at, Key: r.atKey, Path: strings.Join(r.path, "."), Range: rng, What: what, From: r.source(rng), To: strings.TrimSpace(to)})
}

// left notes what stays as it is written although it decides something, and why.
func (r *rewriter) left(rng hcl.Range, decides hclsyntax.Expression, f *frame, known string) {
	if r.trace == nil {
		return
	}
	later, each := r.unknowns(decides, f)
	switch {
	case len(later) > 0:
		known = "known after apply only: " + strings.Join(later, ", ")
	case len(each) > 0:
		known = "not the same for all that the block or the loop stands for: " + strings.Join(each, ", ")
	}
	r.note(rng, Left, known)
}

// unknowns are the references of an expression whose values aren't known: later are those to what Terraform computes, each those to the instance of a block or the element of a
// loop.
func (r *rewriter) unknowns(e hclsyntax.Expression, f *frame) (later, each []string) {
	for _, traversal := range e.Variables() {
		v, diags := traversal.TraverseAbs(f.ctx)
		if !diags.HasErrors() && v.IsWhollyKnown() {
			continue
		}
		names := &later
		if root := traversal.RootName(); root == "each" || root == "count" || f.binding(root) != nil {
			names = &each
		}
		if text := r.source(traversal.SourceRange()); !slices.Contains(*names, text) {
			*names = append(*names, text)
		}
	}
	return later, each
}

// mark returns what takes back the steps of an attempt that came to nothing.
func (r *rewriter) mark() (undo func()) {
	if r.trace == nil {
		return func() {}
	}
	n := len(r.trace.Steps)
	return func() { r.trace.Steps = r.trace.Steps[:n] }
}

// within notes steps as those of something below the current path, until leave is called.
func (r *rewriter) within(name string) (leave func()) {
	if r.trace == nil {
		return func() {}
	}
	before := r.path
	r.path = append(before[:len(before):len(before)], name)
	return func() { r.path = before }
}

// noteExpr notes an expression that was replaced as a whole.
func (r *rewriter) noteExpr(e hclsyntax.Expression, edits []edit.Edit, folded bool) {
	rng := e.Range()
	if r.trace == nil || len(edits) != 1 || edits[0].Start != rng.Start.Byte || edits[0].End != rng.End.Byte || edits[0].Text == r.source(rng) {
		return
	}
	what := Folded
	if !folded {
		switch e := e.(type) {
		case *hclsyntax.ConditionalExpr:
			what = Branch
		case *hclsyntax.BinaryOpExpr:
			what = Joined
		case *hclsyntax.FunctionCallExpr:
			what = Joined
			if e.Name == "try" || e.Name == "one" {
				what = Branch
			}
		case *hclsyntax.ForExpr, *hclsyntax.SplatExpr:
			what = Unlooped
		case *hclsyntax.ScopeTraversalExpr:
			what = Moved
		case *hclsyntax.ParenthesesExpr, *hclsyntax.TemplateWrapExpr:
			return // what is in them was noted
		}
	}
	r.note(rng, what, edits[0].Text)
}

// traceOf makes the trace of a unit, if one is wanted.
func (s *specializer) traceOf(u *unit) *ModuleTrace {
	if s.trace == nil {
		return nil
	}
	u.trace = &ModuleTrace{Keys: make(map[string]Origin)}
	for key, st := range u.states {
		for k, name := range st.unroll {
			res := u.scope.Module.Resources[key]
			u.trace.Keys[res.Type+"."+name] = Origin{Address: key, Key: k}
		}
	}
	return u.trace
}

// finish gives each call the trace of its unit.
func (s *specializer) finish(u *unit, call string) {
	if s.trace == nil {
		return
	}
	u.trace.Dir = u.dir
	s.trace.Modules[call] = u.trace
	for name, child := range u.calls {
		s.finish(child, strings.TrimPrefix(call+"."+name, "."))
	}
}
