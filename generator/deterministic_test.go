package generator

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"plinth"
)

// TestDeterministic renders the same specs 50 times, with as many workers as 1 to 5 cores would have, each time with a new generator. Some accounts of one shape
// are rendered in full, the others by the shape; which ones is up to the workers.
func TestDeterministic(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	specs := goodSpecs(t)
	r := rand.New(rand.NewPCG(9, 10))
	inputs := []Input{{File: "billing.yaml", Content: []byte(specs["testdata/plan/billing.yaml"])}}
	for i := range worthwhile + 2 {
		inputs = append(inputs, Input{File: fmt.Sprintf("trail%d.yaml", i), Content: []byte(sibling(t, specs["testdata/plan/trail_only.yaml"], r))})
	}
	var first string
	for run := range 50 {
		runtime.GOMAXPROCS(1 + run%5)
		accounts, diags := generatorOf(t, plinth.Files).Accounts(inputs, Specialized)
		if len(diags) > 0 {
			t.Fatal(diags)
		}
		hash := sha256.New()
		byShape := 0
		for _, account := range accounts {
			if account.shape != nil {
				byShape++
			}
			files := account.Files()
			for _, name := range files.Names() {
				fmt.Fprintf(hash, "%s %s %d\n%s", account.Name, name, len(files[name]), files[name])
			}
		}
		if byShape != 2 {
			t.Errorf("%d accounts by their shape, want 2", byShape)
		}
		sum := fmt.Sprintf("%x", hash.Sum(nil))
		if first == "" {
			first = sum
		}
		if sum != first {
			t.Fatalf("run %d, with %d cores, gives other files", run, runtime.GOMAXPROCS(0))
		}
	}
}
