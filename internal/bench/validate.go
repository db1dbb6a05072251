package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// validation measures plinth validate --terraform on fleets, against one run for each account.
func (o *options) validation(ctx context.Context, out io.Writer) error {
	if len(o.validate) == 0 {
		return nil
	}
	fmt.Fprintf(out, "\n## plinth validate --terraform\n\n")
	t := newTable(out)
	t.row("Accounts", "CPU s", "wall s", "one by one, CPU s", "times cheaper")
	t.rule(5)
	for _, n := range o.validate {
		together, apart, measured, err := o.validateFleet(ctx, n)
		if err != nil {
			return fmt.Errorf("validate %d accounts: %w", n, err)
		}
		note := ""
		if measured < n {
			note = fmt.Sprintf(" (from %d)", measured)
		}
		t.row(fmt.Sprint(n), fmt.Sprintf("%.1f", together.cpu), fmt.Sprintf("%.1f", together.wall), fmt.Sprintf("%.1f%s", apart, note), fmt.Sprintf("%.1f", apart/together.cpu))
	}
	t.flush()
	return nil
}

// validateFleet returns what validating n accounts costs in one run, and in CPU seconds in a run for each, of which so many were measured.
func (o *options) validateFleet(ctx context.Context, n int) (together cost, apart float64, measured int, err error) {
	dir, err := os.MkdirTemp(o.dir, "validate-")
	if err != nil {
		return together, 0, 0, err
	}
	defer os.RemoveAll(dir)
	specs := filepath.Join(dir, "specs")
	if err := writeSpecs(specs, n, sameShape); err != nil {
		return together, 0, 0, err
	}
	if together, err = o.process(ctx, o.plinth, "validate", "--terraform", "--quiet", specs); err != nil {
		return together, 0, 0, err
	}
	files, err := filepath.Glob(filepath.Join(specs, "*.yaml"))
	if err != nil {
		return together, 0, 0, err
	}
	measured = min(n, o.single)
	for _, file := range files[:measured] {
		c, err := o.process(ctx, o.plinth, "validate", "--terraform", "--quiet", file)
		if err != nil {
			return together, 0, 0, err
		}
		apart += c.cpu
	}
	return together, apart * float64(n) / float64(measured), measured, nil
}
