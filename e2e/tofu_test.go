//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"

	"plinth/generator/terraform"
)

// buildEnv is the environment variable that says what to do where OpenTofu isn't installed: build, or skip the test.
const buildEnv = "PLINTH_E2E_TOFU"

// findTofu returns OpenTofu: on PATH, or as an earlier run has built it, or built if the environment says so, which takes minutes.
func findTofu(t *testing.T) *terraform.Tool {
	t.Helper()
	path, err := exec.LookPath("tofu")
	if err != nil {
		cache, err := os.UserCacheDir()
		if err != nil {
			t.Fatal(err)
		}
		path = filepath.Join(cache, "plinth", "opentofu", requiredTofu(t), "tofu")
	}
	if _, err := os.Stat(path); err != nil {
		if os.Getenv(buildEnv) != "build" {
			t.Skipf("SKIPPED, no example was planned by OpenTofu: tofu is not on PATH; %s=build builds it once, which takes minutes", buildEnv)
		}
		build := exec.Command("go", "build", "-o", path, "github.com/opentofu/opentofu/cmd/tofu")
		build.Dir = "tofu"
		if output, err := build.CombinedOutput(); err != nil {
			t.Fatalf("building OpenTofu: %v\n%s", err, output)
		}
	}
	t.Setenv(terraform.PathEnv, path)
	tool, err := terraform.Find(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if !tool.OpenTofu() {
		t.Fatalf("%s is not OpenTofu", tool.Path())
	}
	return tool
}

var tofuVersion = regexp.MustCompile(`github.com/opentofu/opentofu (v\S+)`)

// requiredTofu is the version that tofu/go.mod asks for.
func requiredTofu(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("tofu", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	match := tofuVersion.FindSubmatch(content)
	if match == nil {
		t.Fatal("tofu/go.mod names no version of OpenTofu")
	}
	return string(match[1])
}

// TestOpenTofu holds that OpenTofu takes every example without a remark, and plans what Terraform plans.
func TestOpenTofu(t *testing.T) {
	ctx := context.Background()
	tools := []*terraform.Tool{findTool(t), findTofu(t)}
	for _, e := range examples {
		t.Run(e.name, func(t *testing.T) {
			dirs, err := filepath.Glob(filepath.Join("..", "examples", e.name, "generated", "*"))
			if err != nil || len(dirs) != 1 {
				t.Fatalf("%v, %v", dirs, err)
			}
			found, err := tools[1].Validate(ctx, dirs[0])
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range found {
				t.Errorf("%s: %s: %s", d.Severity, d.Summary, d.Detail)
			}
			var planned [2][]string
			for i, tool := range tools {
				plan, err := tool.Plan(ctx, dirs[0])
				if err != nil {
					t.Fatal(err)
				}
				planned[i] = actions(plan)
			}
			if len(planned[0]) == 0 || !slices.Equal(planned[0], planned[1]) {
				t.Errorf("Terraform plans\n%s\nOpenTofu plans\n%s", strings.Join(planned[0], "\n"), strings.Join(planned[1], "\n"))
			}
		})
	}
}

// actions lists what a plan does, sorted.
func actions(plan *tfjson.Plan) []string {
	var all []string
	for _, change := range plan.ResourceChanges {
		all = append(all, fmt.Sprint(change.Change.Actions, " ", change.Address))
	}
	slices.Sort(all)
	return all
}
