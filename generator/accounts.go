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
	Files   spec.Files // that the spec may name
}

// Accounts renders many specs, as many at a time as there are cores. Accounts and diagnostics come in the order of the inputs, however many cores
// there are. Two accounts of one name, id or bucket are an error. With errors there are no accounts.
func (g *Generator) Accounts(inputs []Input, style Style) ([]*Account, hcl.Diagnostics) {
	accounts := make([]*Account, len(inputs))
	problems := make([]hcl.Diagnostics, len(inputs))
	each(inputs, func(i int, input Input) { accounts[i], problems[i] = g.account(input, style) })
	diags := together(inputs, problems, func(i int) identity {
		if accounts[i] == nil {
			return identity{}
		}
		return identity{accounts[i].Name, accounts[i].ID, accounts[i].Range}
	})
	diags = append(diags, sameBuckets(accounts)...)
	if diags.HasErrors() {
		return nil, diags
	}
	return accounts, diags
}

// each calls do for every input, as many at a time as there are cores.
func each(inputs []Input, do func(i int, input Input)) {
	var workers errgroup.Group
	workers.SetLimit(runtime.GOMAXPROCS(0))
	for i, input := range inputs {
		workers.Go(func() error {
			do(i, input)
			return nil
		})
	}
	_ = workers.Wait() // the workers return no errors
}

// identity is what no two specs may have in common.
type identity struct {
	name, id string // "" where the spec is too wrong to tell
	at       hcl.Range
}

// together are the problems of specs, and what is wrong with them together: two of one name or of one account.
func together(inputs []Input, problems []hcl.Diagnostics, of func(i int) identity) hcl.Diagnostics {
	var diags hcl.Diagnostics
	names, numbers := make(map[string]identity), make(map[string]identity)
	said := make(map[problem]bool)
	for i, input := range inputs {
		for _, d := range problems[i] {
			// What is wrong in a file that several specs extend is said once.
			if p := problemOf(d); p.file == "" || p.file == input.File || !said[p] {
				said[p] = true
				diags = append(diags, d)
			}
		}
		account := of(i)
		if account.name == "" {
			continue
		}
		if other, found := numbers[account.id]; found && other.name != account.name {
			diags = append(diags, &hcl.Diagnostic{
				Severity: hcl.DiagError,
				Summary:  "Two specs of one account",
				Detail:   fmt.Sprintf("%s is of account %s as well: both would make the same things there. Give each account one spec.", other.at.Filename, account.id),
				Subject:  &account.at,
			})
		} else if !found && account.id != "" {
			numbers[account.id] = account
		}
		other, found := names[account.name]
		if !found {
			names[account.name] = account
			continue
		}
		diags = append(diags, &hcl.Diagnostic{
			Severity: hcl.DiagError,
			Summary:  "Two accounts of one name",
			Detail: fmt.Sprintf("%s names its account %s as well, at line %d: both would be written to one directory. Give each account a name of its own.",
				other.at.Filename, account.name, other.at.Start.Line),
			Subject: &account.at,
		})
	}
	return diags
}

// problem is what makes a diagnostic the same as that of another spec.
type problem struct {
	file            string
	start, end      int
	summary, detail string
}

func problemOf(d *hcl.Diagnostic) problem {
	if d.Subject == nil {
		return problem{}
	}
	return problem{d.Subject.Filename, d.Subject.Start.Byte, d.Subject.End.Byte, d.Summary, d.Detail}
}
