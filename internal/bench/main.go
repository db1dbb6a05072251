// Command bench measures plinth against yardsticks, on the same output and in one run, and prints Markdown tables. See docs/performance.md.
//
// Each thing that is measured runs as a process of its own; what counts is its CPU time, user and system, with that of its children, and its wall time.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// options say what is measured.
type options struct {
	fleets   []int // numbers of accounts
	varied   []int // numbers of accounts that have nothing in common but the modules
	validate []int // numbers of accounts
	single   int   // how many accounts are validated one by one at most; more are extrapolated
	dir      string
	plinth   string // the built command
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) > 1 && yardsticks[args[0]] != nil {
		return yardsticks[args[0]](args[1])
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	fleets := flags.String("accounts", "1,100,1000,10000", "sizes of the fleet, of one shape")
	varied := flags.String("varied", "100,1000", "sizes of the fleet in which no two accounts have one shape")
	validate := flags.String("validate", "1,10,100", "sizes of the fleet that Terraform validates; empty for none")
	single := flags.Int("single", 10, "how many accounts Terraform validates one by one, at most; the cost of more is extrapolated")
	dir := flags.String("dir", ramDisk(), "where the files go; a RAM disk, for the disk is not what is measured")
	if err := flags.Parse(args); err != nil {
		return err
	}
	o := options{single: *single}
	var err error
	for _, list := range []struct {
		text string
		into *[]int
	}{{*fleets, &o.fleets}, {*varied, &o.varied}, {*validate, &o.validate}} {
		if *list.into, err = numbers(list.text); err != nil {
			return err
		}
	}
	if o.dir, err = os.MkdirTemp(*dir, "plinth-bench-"); err != nil {
		return fmt.Errorf("folder for the files: %w", err)
	}
	defer os.RemoveAll(o.dir)
	o.plinth = filepath.Join(o.dir, "plinth")
	if built, err := exec.CommandContext(ctx, "go", "build", "-o", o.plinth, "./cmd/plinth").CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, built)
	}
	fmt.Fprintf(out, "%s, %d cores, %s/%s, files in %s\n", runtime.Version(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, *dir)
	return o.measure(ctx, out)
}

func (o *options) measure(ctx context.Context, out io.Writer) error {
	start, err := o.process(ctx, o.plinth, "version")
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\n`plinth version`: %.0f ms wall, %.0f ms CPU\n", 1000*start.wall, 1000*start.cpu)
	for _, kind := range []struct {
		title string
		sizes []int
		spec  func(i int) string
	}{
		{"Accounts of one shape", o.fleets, sameShape},
		{"Accounts of which no two have one shape", o.varied, ownShape},
	} {
		var rows []fleetRow
		for _, n := range kind.sizes {
			row, err := o.fleet(ctx, n, kind.spec)
			if err != nil {
				return fmt.Errorf("%d accounts: %w", n, err)
			}
			rows = append(rows, row)
		}
		printFleets(out, kind.title, rows)
	}
	return o.validation(ctx, out)
}

// numbers reads a list with commas.
func numbers(text string) ([]int, error) {
	var all []int
	for field := range strings.SplitSeq(text, ",") {
		if field == "" {
			continue
		}
		n, err := strconv.Atoi(field)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%q is no number of accounts", field)
		}
		all = append(all, n)
	}
	return all, nil
}

// ramDisk is where a Linux system keeps files in memory; elsewhere the folder for temporary files.
func ramDisk() string {
	const shm = "/dev/shm"
	if info, err := os.Stat(shm); err == nil && info.IsDir() {
		return shm
	}
	return os.TempDir()
}

// exponent says how a cost grows with a size: 1 is linear.
func exponent(small, large fleetRow) float64 {
	return math.Log(large.by["generate"].cpu/small.by["generate"].cpu) / math.Log(float64(large.accounts)/float64(small.accounts))
}
