// Package prove shows with real Terraform that an account's specialized configuration means what its generic one means.
package prove

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	tfjson "github.com/hashicorp/terraform-json"
	"golang.org/x/sync/errgroup"

	"plinth/generator"
	"plinth/generator/fileset"
	"plinth/generator/terraform"
)

// Difference is one thing in which two plans of an account differ.
type Difference struct {
	Text  string `json:"difference"` // address, aspect and both sides
	Place string `json:"place"`      // file:line of the block in the specialized style, below the account's directory; empty if there is none
	Under string `json:"under"`      // "provider" or "mocks": the plans that show it
}

// Result is what was compared and what differs.
type Result struct {
	Resources   int          `json:"resources"` // that the generic style plans
	Data        int          `json:"data"`      // data sources whose arguments were compared
	Outputs     int          `json:"outputs"`   // that the generic style plans
	Differences []Difference `json:"differences"`
}

// Account plans both styles of an account twice and compares them: with the real provider, and with one whose computed attributes are fixed, since a policy with
// one unknown ARN is unknown as a whole. It makes no request and leaves nothing behind. It fails when Terraform can't be run or refuses a style.
func Account(ctx context.Context, tool *terraform.Tool, generic, specialized *generator.Account) (*Result, error) {
	moved, err := specialized.Moved()
	if err != nil {
		return nil, fmt.Errorf("moved blocks: %w", err)
	}
	// Both styles have the same providers, and hence the same mocks.
	mocks, err := generator.Mocks(specialized)
	if err != nil {
		return nil, fmt.Errorf("mocks: %w", err)
	}
	var both [2]plans
	workers, ctx := errgroup.WithContext(ctx)
	for i, account := range []*generator.Account{generic, specialized} {
		workers.Go(func() (err error) {
			if both[i], err = planned(ctx, tool, account, mocks); err != nil {
				err = fmt.Errorf("%s style: %w", []generator.Style{generator.Generic, generator.Specialized}[i], err)
			}
			return err
		})
	}
	if err := workers.Wait(); err != nil {
		return nil, err
	}
	return compare(both[0], both[1], specialized.Files(), moved), nil
}

// compare compares the plans of the generic style with those of the specialized one, whose files are straight.
func compare(generic, specialized plans, straight fileset.Set, moved map[string]string) *Result {
	for _, p := range []plans{generic, specialized} {
		for _, change := range p.mocked.ResourceChanges {
			change.Change.After = mask(change.Change.After, 0)
		}
	}
	result := &Result{Resources: terraform.Resources(generic.real), Outputs: len(generic.real.OutputChanges), Differences: []Difference{}}
	result.Data = terraform.Resources(generic.mocked) - result.Resources
	add := func(under string, differences []string) {
		for _, d := range differences {
			result.Differences = append(result.Differences, Difference{Text: d, Place: place(straight, d), Under: under})
		}
	}
	add("provider", terraform.Compare(generic.real, specialized.real, moved))
	add("mocks", terraform.Compare(generic.mocked, specialized.mocked, moved))
	return result
}

// plans are of one style, with the real provider and with mocks.
type plans struct{ real, mocked *tfjson.Plan }

func planned(ctx context.Context, tool *terraform.Tool, account *generator.Account, mocks []byte) (p plans, err error) {
	if p.real, err = inCopy(account.Files(), func(dir string) (*tfjson.Plan, error) { return tool.Plan(ctx, dir) }); err != nil {
		return p, err
	}
	files := account.Files()
	probes, err := generator.Probes(files)
	if err != nil {
		return p, err
	}
	maps.Copy(files, probes)
	if p.mocked, err = inCopy(files, func(dir string) (*tfjson.Plan, error) { return tool.PlanMocked(ctx, dir, mocks) }); err != nil {
		return p, fmt.Errorf("with mocks: %w", err)
	}
	return p, nil
}

// invented is how Terraform makes up the text of a computed attribute for which a mock has no default: those of nested blocks can have none.
var invented = regexp.MustCompile(`^[a-z0-9]{8}$`)

// mask takes out texts inside nested blocks that may be made up, and differ from run to run. A real value of that form is compared under the real provider alone,
// where such an argument is known.
func mask(value any, depth int) any {
	switch value := value.(type) {
	case map[string]any:
		masked := make(map[string]any, len(value))
		for name, v := range value {
			masked[name] = mask(v, depth+1)
		}
		return masked
	case []any:
		masked := make([]any, len(value))
		for i, v := range value {
			masked[i] = mask(v, depth+1)
		}
		return masked
	case string:
		if depth > 1 && invented.MatchString(value) {
			return "(computed)"
		}
	}
	return value
}

func inCopy(files fileset.Set, plan func(dir string) (*tfjson.Plan, error)) (result *tfjson.Plan, err error) {
	temp, err := os.MkdirTemp("", "plinth-prove-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	dir := filepath.Join(temp, "account")
	if _, err := fileset.Write(dir, files, fileset.Options{}); err != nil {
		return nil, err
	}
	return plan(dir)
}

// place is the file and line of the block that a difference speaks of.
func place(files fileset.Set, difference string) string {
	address, _, _ := strings.Cut(difference, ":")
	address = strings.TrimPrefix(address, "read ")
	dir := "."
	steps := strings.Split(address, ".")
	for len(steps) > 2 && steps[0] == "module" {
		next, ok := source(files, dir, steps[1])
		if !ok {
			return ""
		}
		dir, steps = next, steps[2:]
	}
	for i, step := range steps {
		steps[i], _, _ = strings.Cut(step, "[")
	}
	if steps[0] == "data" {
		steps = steps[1:]
	}
	if len(steps) != 2 {
		return ""
	}
	if name, ok := strings.CutPrefix(steps[1], "plinth_"); ok { // a probe stands for its data source
		for _, block := range blocks(files, dir) {
			if block.Type == "data" && block.Labels[0]+"_"+block.Labels[1] == name {
				return lineOf(block)
			}
		}
	}
	for _, block := range blocks(files, dir) {
		switch {
		case len(block.Labels) == 2 && block.Labels[0] == steps[0] && block.Labels[1] == steps[1],
			block.Type == "output" && steps[0] == "output" && block.Labels[0] == steps[1]:
			return lineOf(block)
		}
	}
	return ""
}

func lineOf(block *hclsyntax.Block) string {
	return fmt.Sprintf("%s:%d", block.TypeRange.Filename, block.TypeRange.Start.Line)
}

// source is the directory of a module block.
func source(files fileset.Set, dir, call string) (string, bool) {
	for _, block := range blocks(files, dir) {
		if block.Type != "module" || block.Labels[0] != call || block.Body.Attributes["source"] == nil {
			continue
		}
		if value, diags := block.Body.Attributes["source"].Expr.Value(nil); !diags.HasErrors() {
			return path.Join(dir, value.AsString()), true
		}
	}
	return "", false
}

func blocks(files fileset.Set, dir string) hclsyntax.Blocks {
	var all hclsyntax.Blocks
	for _, name := range files.Names() {
		if path.Dir(name) != dir || path.Ext(name) != ".tf" {
			continue
		}
		f, diags := hclsyntax.ParseConfig(files[name], name, hcl.InitialPos)
		if body, ok := f.Body.(*hclsyntax.Body); ok && !diags.HasErrors() {
			all = append(all, body.Blocks...)
		}
	}
	return all
}
