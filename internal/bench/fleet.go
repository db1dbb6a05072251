package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
)

// fleetRow is what a fleet of one size costs.
type fleetRow struct {
	accounts, files int
	megabytes       float64 // of output
	by              map[string]cost
}

// contenders are what is measured, in the order of the table.
var contenders = []string{"generate", "generate again", "check", "hclwrite.Format", "terraform fmt -check", "text/template", "cp -r", "diff -r"}

// sameShape is the example minimal for another account.
func sameShape(i int) string { return specOf("acme", i) }

// ownShape has names of its own, too, that stand all over the output.
func ownShape(i int) string { return specOf(fmt.Sprintf("acme%d", i), i) }

func specOf(prefix string, i int) string {
	return fmt.Sprintf(`version: 1
account: {id: "%012d", name: account-%d}
regions: {home: eu-central-1}
naming: {prefix: %s}
sns_email: {addresses: [security@example.com]}
`, 200_000_000_000+i*7919, i, prefix)
}

// writeSpecs makes a folder with the specs of n accounts.
func writeSpecs(dir string, n int, spec func(i int) string) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	for i := range n {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("account-%05d.yaml", i)), []byte(spec(i)), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// fleet measures everything on a fleet of n accounts. Each command finds fresh folders.
func (o *options) fleet(ctx context.Context, n int, spec func(i int) string) (row fleetRow, err error) {
	dir, err := os.MkdirTemp(o.dir, "fleet-")
	if err != nil {
		return row, err
	}
	defer os.RemoveAll(dir)
	specs, out := filepath.Join(dir, "specs"), filepath.Join(dir, "out")
	if err := writeSpecs(specs, n, spec); err != nil {
		return row, err
	}
	row = fleetRow{accounts: n, by: make(map[string]cost)}
	copied := filepath.Join(dir, "copy")
	for _, name := range contenders {
		var c cost
		switch name {
		case "generate", "generate again":
			c, err = o.process(ctx, o.plinth, "generate", specs, "--out", out, "--quiet")
		case "check":
			c, err = o.process(ctx, o.plinth, "check", specs, "--out", out, "--quiet")
		case "hclwrite.Format":
			c, err = o.self(ctx, "format", out)
		case "terraform fmt -check":
			c, err = o.process(ctx, "terraform", "fmt", "-check", "-recursive", out)
		case "text/template":
			c, err = o.self(ctx, "template", out)
		case "cp -r":
			c, err = o.process(ctx, "cp", "-r", out, copied)
		case "diff -r":
			c, err = o.process(ctx, "diff", "-r", out, copied)
		}
		if err != nil {
			return row, err
		}
		row.by[name] = c
	}
	return row, row.count(out)
}

// count measures the output.
func (r *fleetRow) count(dir string) error {
	return filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		r.files++
		r.megabytes += float64(info.Size()) / 1e6
		return nil
	})
}

func printFleets(out io.Writer, title string, rows []fleetRow) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(out, "\n## %s\n\n", title)
	t := newTable(out)
	header := []string{"CPU s / wall s"}
	for _, r := range rows {
		header = append(header, fmt.Sprintf("%d (%d files, %.1f MB)", r.accounts, r.files, r.megabytes))
	}
	t.row(header...)
	t.rule(len(header))
	for _, name := range contenders {
		cells := []string{name}
		for _, r := range rows {
			cells = append(cells, fmt.Sprintf("%.2f / %.2f", r.by[name].cpu, r.by[name].wall))
		}
		t.row(cells...)
	}
	ratios := func(label string, of func(r fleetRow) float64, format string) {
		cells := []string{label}
		for _, r := range rows {
			cells = append(cells, fmt.Sprintf(format, of(r)))
		}
		t.row(cells...)
	}
	cpu := func(a, b string) func(fleetRow) float64 {
		return func(r fleetRow) float64 { return r.by[a].cpu / r.by[b].cpu }
	}
	ratios("CPU: generate / hclwrite.Format", cpu("generate", "hclwrite.Format"), "%.2f")
	ratios("CPU: generate / terraform fmt", cpu("generate", "terraform fmt -check"), "%.2f")
	ratios("CPU: check / generate", cpu("check", "generate"), "%.2f")
	ratios("wall: generate / cp -r", func(r fleetRow) float64 { return r.by["generate"].wall / r.by["cp -r"].wall }, "%.1f")
	ratios("generate, CPU s per MB", func(r fleetRow) float64 { return r.by["generate"].cpu / r.megabytes }, "%.3f")
	ratios("generate, MiB at most", func(r fleetRow) float64 { return r.by["generate"].memory }, "%.0f")
	ratios("check, MiB at most", func(r fleetRow) float64 { return r.by["check"].memory }, "%.0f")
	ratios("terraform fmt, MiB at most", func(r fleetRow) float64 { return r.by["terraform fmt -check"].memory }, "%.0f")
	t.flush()
	for i := 1; i < len(rows); i++ {
		fmt.Fprintf(out, "\nFrom %d to %d accounts CPU time grows with the power %.2f.\n", rows[i-1].accounts, rows[i].accounts, exponent(rows[i-1], rows[i]))
	}
}

// table writes Markdown that is readable as text, too.
type table struct{ w *tabwriter.Writer }

func newTable(out io.Writer) *table { return &table{tabwriter.NewWriter(out, 0, 0, 1, ' ', 0)} }

func (t *table) row(cells ...string) { fmt.Fprintf(t.w, "| %s\t|\n", strings.Join(cells, "\t| ")) }

func (t *table) rule(n int) { fmt.Fprintf(t.w, "|---%s|\n", strings.Repeat("|---", n-1)) }

func (t *table) flush() { t.w.Flush() }
