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
	first, numbers := make(map[string]*Account), make(map[string]*Account)
	said := make(map[problem]bool)
	for i, account := range accounts {
		for _, d := range problems[i] {
			// What is wrong in a file that several specs extend is said once.
			if p := problemOf(d); p.file == "" || p.file == inputs[i].File || !said[p] {
				said[p] = true
				diags = append(diags, d)
			}
		}
		if account == nil {
			continue
		}
		if other := numbers[account.ID]; other != nil && other.Name != account.Name {
			diags = append(diags, &hcl.Diagnostic{
				Severity: hcl.DiagError,
				Summary:  "Two specs of one account",
				Detail:   fmt.Sprintf("%s is of account %s as well: both would make the same things there. Give each account one spec.", other.Spec, account.ID),
				Subject:  &account.Range,
			})
		}
		if numbers[account.ID] == nil {
			numbers[account.ID] = account
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
