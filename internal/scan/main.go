// Command scan runs tflint and tfsec over the examples and tflint over the modules. What tfsec finds must stand in docs/scanners.md with a reason, and what
// stands there must be found; tflint must find nothing. `make scan` installs both.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "scan:", err)
		os.Exit(1)
	}
}

// listed finds the rules that docs/scanners.md gives reasons for.
var listed = regexp.MustCompile("(?m)^\\| `([a-z0-9-]+)` \\|")

func run() error {
	reasons, err := os.ReadFile("docs/scanners.md")
	if err != nil {
		return err
	}
	known := make(map[string]bool) // whether it was found
	for _, match := range listed.FindAllStringSubmatch(string(reasons), -1) {
		known[match[1]] = false
	}
	examples, err := filepath.Glob("examples/*/generated/*")
	if err != nil || len(examples) == 0 {
		return fmt.Errorf("no examples: %w", err)
	}
	modules, err := filepath.Glob("modules/*")
	if err != nil || len(modules) == 0 {
		return fmt.Errorf("no modules: %w", err)
	}
	var problems []error
	for _, dir := range examples {
		rules, err := tfsec(dir)
		if err != nil {
			return fmt.Errorf("tfsec %s: %w", dir, err)
		}
		for _, rule := range rules {
			if _, ok := known[rule]; !ok {
				problems = append(problems, fmt.Errorf("%s: tfsec finds %s, which docs/scanners.md gives no reason for", dir, rule))
				continue
			}
			known[rule] = true
		}
	}
	for _, rule := range slices.Sorted(maps.Keys(known)) {
		if !known[rule] {
			problems = append(problems, fmt.Errorf("docs/scanners.md gives a reason for %s, which tfsec doesn't find", rule))
		}
	}
	for _, top := range append(examples, modules...) {
		dirs, err := terraformDirs(top)
		if err != nil {
			return err
		}
		for _, dir := range dirs {
			out, err := exec.Command("tflint", "--chdir", dir, "--format", "compact").CombinedOutput()
			if err != nil {
				problems = append(problems, fmt.Errorf("%s: tflint: %w\n%s", dir, err, out))
			}
		}
	}
	if len(problems) > 0 {
		return errors.Join(problems...)
	}
	fmt.Printf("tflint finds nothing in %d examples and %d modules; tfsec finds what docs/scanners.md lists: %d rules\n", len(examples), len(modules), len(known))
	return nil
}

// tfsec returns the rules that a directory breaks.
func tfsec(dir string) ([]string, error) {
	// It exits with 1 when it finds something.
	out, err := exec.Command("tfsec", dir, "--format", "json", "--no-color", "--soft-fail").Output()
	if err != nil {
		return nil, err
	}
	var found struct {
		Results []struct {
			Rule string `json:"long_id"`
		}
	}
	if err := json.Unmarshal(out, &found); err != nil {
		return nil, err
	}
	var rules []string
	for _, r := range found.Results {
		rules = append(rules, r.Rule)
	}
	slices.Sort(rules)
	return slices.Compact(rules), nil
}

// terraformDirs are the folders below one that hold Terraform files, tests left out.
func terraformDirs(top string) ([]string, error) {
	var dirs []string
	err := filepath.WalkDir(top, func(name string, _ fs.DirEntry, err error) error {
		if dir := filepath.Dir(name); err == nil && strings.HasSuffix(name, ".tf") && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
		return err
	})
	return dirs, err
}
