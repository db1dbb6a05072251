package specialize

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// frame is the scope of one expression: the module's names, and over them the loop variables and iterators around it.
type frame struct {
	parent *frame
	ctx    *hcl.EvalContext
	bound  map[string]*binding
}

// binding says what a loop variable or iterator stands for. Without texts the name stays in the output.
type binding struct {
	text  string            // what to write for the name itself, "" if it stays or is known
	attrs map[string]string // what to write for name.key and name.value of an iterator
	known bool              // the name is gone from the output: whatever of it is not known must have a text
}

func (f *frame) child(values map[string]cty.Value, bound map[string]*binding) *frame {
	ctx := f.ctx.NewChild()
	ctx.Variables = values
	return &frame{parent: f, ctx: ctx, bound: bound}
}

// binding finds what a name is bound to; nil for a name of the module.
func (f *frame) binding(name string) *binding {
	for at := f; at != nil; at = at.parent {
		if b := at.bound[name]; b != nil {
			return b
		}
	}
	return nil
}

// stays tells whether some loop variable or iterator around the expression stays in the output. A text of such a place can't be moved.
func (f *frame) stays() bool {
	for at := f; at != nil; at = at.parent {
		for _, b := range at.bound {
			if !b.known {
				return true
			}
		}
	}
	return false
}
