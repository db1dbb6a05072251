//go:build e2e

// Package e2e applies the examples with real Terraform, on an emulator of AWS.
package e2e

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"plinth/generator"
	"plinth/generator/terraform"
)

func findTool(t *testing.T) *terraform.Tool {
	t.Helper()
	tool, err := terraform.Find(context.Background())
	if errors.Is(err, terraform.ErrNotFound) && os.Getenv("CI") == "" {
		t.Skipf("SKIPPED, nothing was applied: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return tool
}

// TestAccounts applies all accounts at once: most of the time Terraform waits for S3, to see a lifecycle configuration arrive.
func TestAccounts(t *testing.T) {
	aws, tool := startEmulator(t), findTool(t)
	for _, e := range examples {
		if e.name != "minimal" { // of which the others have everything
			t.Run("Switch/"+e.name, func(t *testing.T) {
				t.Parallel()
				testSwitch(t, newAccount(t, aws, tool, e, "acme", "1"))
			})
		}
		t.Run("Life/"+e.name, func(t *testing.T) {
			t.Parallel()
			testLife(t, newAccount(t, aws, tool, e, "globex", "2"))
		})
	}
}

// testSwitch holds that who applied the generic style can switch to the specialized one: only names move.
func testSwitch(t *testing.T, a *account) {
	a.generate(t, generator.Generic)
	a.apply(t)

	a.generate(t, generator.Specialized)
	p := a.plan(t)
	t.Logf("moves:\n%s", strings.Join(p.moves, "\n"))
	if len(p.moves) == 0 {
		t.Error("nothing moves: the plan isn't of the applied account")
	}
	if len(p.actions) > 0 {
		t.Errorf("the switch does something:\n%s", strings.Join(p.actions, "\n"))
	}
	a.apply(t)
	if p := a.plan(t); p.changed {
		t.Errorf("after the switch something is left to do: %+v", p)
	}
}

// testLife goes through what an account in the specialized style goes through, until it is closed.
func testLife(t *testing.T, a *account) {
	a.generate(t, generator.Specialized)
	a.apply(t)
	if p := a.plan(t); p.changed {
		t.Errorf("after apply something is left to do: %+v", p)
	}
	if !a.aws.hasBucket(t, a.id, a.home, a.trailBucket()) {
		t.Fatalf("there is no bucket %s", a.trailBucket())
	}
	applied := a.resources(t)

	if err := a.tf.Destroy(context.Background()); err == nil || !strings.Contains(err.Error(), "prevent_destroy") {
		t.Fatalf("prevent_destroy refuses nothing: %v", err)
	}
	if left := a.resources(t); len(left) != len(applied) {
		t.Errorf("a refused destroy destroyed some of\n%s", strings.Join(applied, "\n"))
	}
	a.spec = a.unprotected(t)
	a.generate(t, generator.Specialized)
	if err := a.tf.Destroy(context.Background()); err != nil {
		t.Fatalf("destroy: %v", err)
	}
	if left := a.resources(t); len(left) > 0 || a.aws.hasBucket(t, a.id, a.home, a.trailBucket()) {
		t.Errorf("destroy leaves %s, the bucket %s: %t", strings.Join(left, ", "), a.trailBucket(), a.aws.hasBucket(t, a.id, a.home, a.trailBucket()))
	}
	t.Logf("%d resources applied and destroyed", len(applied))
}
