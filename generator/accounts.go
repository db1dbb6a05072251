package generator

import (
	"fmt"
	"runtime"

	"github.com/hashicorp/hcl/v2"
	"golang.org/x/sync/errgroup"

	"plinth/generator/spec"
)

// Input is one spec to render.
type Input struct {
	File    string // what diagnostics call it
	Content []byte
	Read    spec.ReadFile // of files that the spec names; nil if it may name none
}

// Accounts renders many specs, as many at a time as there are cores. Accounts and diagnostics come in the order of the inputs, however many cores
// there are. Two accounts of one name are an error: they would have one directory. With errors there are no accounts.
func (g *Generator) Accounts(inputs []Input, style Style) ([]*Account, hcl.Diagnostics) {
	accounts := make([]*Account, len(inputs))
	problems := make([]hcl.Diagnostics, len(inputs))
	var workers errgroup.Group
	workers.SetLimit(runtime.GOMAXPROCS(0))
	for i, input := range inputs {
		workers.Go(func() error {
			accounts[i], problems[i] = g.account(input, style)
			return nil
		})
	}
	_ = workers.Wait() // the workers return no errors
	var diags hcl.Diagnostics
	first := make(map[string]*Account)
	for i, account := range accounts {
		diags = append(diags, problems[i]...)
		if account == nil {
			continue
		}
		other := first[account.Name]
		if other == nil {
			first[account.Name] = account
			continue
		}
		diags = append(diags, &hcl.Diagnostic{
			Severity: hcl.DiagError,
			Summary:  "Two accounts of one name",
			Detail: fmt.Sprintf("%s names its account %s as well, at line %d: both would be written to one directory. Give each account a name of its own.",
				other.Spec, account.Name, other.Range.Start.Line),
			Subject: &account.Range,
		})
	}
	if diags.HasErrors() {
		return nil, diags
	}
	return accounts, diags
}
