package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// fleetDir is a fleet of small accounts with a module and a template of its own, and plinth under its name; program runs it there.
func fleetDir(t *testing.T, accounts int) (dir string, program func(args ...string) *exec.Cmd) {
	t.Helper()
	dir = t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	plinth := filepath.Join(dir, "bin", "plinth")
	files := map[string]string{
		"template/main.tf": "variable \"account\" {\n  type = object({ id = string, name = string })\n}\n\nmodule \"queue\" {\n  source = \"../../modules/queue\"\n}\n",
		"modules/queue/main.tf": "variable \"names\" {\n  type = list(string)\n}\n\nresource \"aws_sqs_queue\" \"this\" {\n  for_each = { for n in var.names : n => { n = n } }\n  name     = each.value.n\n}\n\n" +
			"output \"text\" {\n  value = join(\"\\n\", var.names)\n}\n",
	}
	for i := range accounts {
		files[fmt.Sprintf("accounts/%03d.yaml", i)] = smallSpec(i, "one")
	}
	for name, content := range files {
		write(t, filepath.Join(dir, name), content)
	}
	if err := os.MkdirAll(filepath.Dir(plinth), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, plinth); err != nil {
		t.Fatal(err)
	}
	return dir, func(args ...string) *exec.Cmd {
		cmd := exec.Command(plinth, append(args, "--modules", "modules", "--template", "template")...)
		cmd.Dir = dir
		return cmd
	}
}

// smallSpec is one of an account whose files have some size, and differ by the kind.
func smallSpec(i int, kind string) string {
	return fmt.Sprintf("version: 1\naccount: {id: \"%012d\", name: a%03d}\nqueue: {names: [%s%s]}\n", i+1, i, kind, strings.Repeat(", "+kind+"x", 100))
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// contents are the files below a folder by name.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := make(map[string]string)
	err := filepath.WalkDir(dir, func(name string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name) // it is below
		all[rel] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestKilledAtAnyMoment kills plinth at random points while it changes a fleet's files, 200 times: no file is half-written at any time, and the next run completes.
// PLINTH_SEED sets where to begin.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("SKIPPED: there is no SIGKILL")
	}
	seed := uint64(1)
	if text := os.Getenv("PLINTH_SEED"); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		seed = n
	}
	r := rand.New(rand.NewPCG(seed, 3))
	const accounts, kills = 25, 200
	dir, program := fleetDir(t, accounts)
	live := filepath.Join(dir, "live")
	var versions []map[string]string // both states, whole
	var usual time.Duration
	change := func(kind string) {
		for i := range accounts {
			write(t, filepath.Join(dir, fmt.Sprintf("accounts/%03d.yaml", i)), smallSpec(i, kind))
		}
	}
	for _, kind := range []string{"one", "two"} {
		change(kind)
		before := time.Now()
		if out, err := program("generate", "accounts", "--out", "live", "--quiet").CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		usual = time.Since(before)
		versions = append(versions, contents(t, live))
	}
	killed, amid := 0, 0
	for i := range kills {
		kind := i % 2
		change([]string{"one", "two"}[kind])
		cmd := program("generate", "accounts", "--out", "live", "--quiet")
		started := time.Now()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- cmd.Wait() }()
		var err error
		select {
		case err = <-done:
			usual = time.Since(started) // how long a run takes depends on what else the machine does
		case <-time.After(time.Duration(r.Int64N(int64(usual) * 11 / 10))):
			_ = cmd.Process.Kill() // it may have ended
			err = <-done
		}
		var ended *exec.ExitError
		switch {
		case errors.As(err, &ended) && !ended.Exited():
			killed++
		case err != nil:
			t.Fatalf("kill %d: %v", i, err)
		}
		old, now := 0, 0
		for name, content := range contents(t, live) {
			switch {
			case strings.Contains(name, string(filepath.Separator)+".plinth"): // the manifest, its lock and what is staged
			case content == versions[kind][name]:
				now++
			case content == versions[1-kind][name]:
				old++
			default:
				t.Fatalf("kill %d (seed %d): %s is neither as it was nor as it will be, %d bytes", i, seed, name, len(content))
			}
		}
		if old > 0 && now > 0 {
			amid++
		}
		if i%10 != 9 {
			continue // the next run finds what several have left
		}
		if out, err := program("generate", "accounts", "--out", "live", "--quiet").CombinedOutput(); err != nil {
			t.Fatalf("the run after kill %d (seed %d): %v\n%s", i, seed, err, out)
		}
		if got := contents(t, live); !equal(got, versions[kind]) {
			t.Fatalf("the run after kill %d (seed %d) leaves something else", i, seed)
		}
	}
	t.Logf("seed %d: %d of %d runs killed, %d of them between the first file and the last", seed, killed, kills, amid)
	if killed < kills/4 || amid < 5 {
		t.Error("too few were killed while they wrote")
	}
}

func equal(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for name, content := range a {
		if other, ok := b[name]; !ok || other != content {
			return false
		}
	}
	return true
}

// TestTwoRunsAtOnce starts several runs on one folder: each waits for the others, and all end well.
func TestTwoRunsAtOnce(t *testing.T) {
	t.Parallel()
	dir, program := fleetDir(t, 20)
	for range 5 {
		var runs []*exec.Cmd
		var outputs []*bytes.Buffer
		for range 4 {
			cmd, out := program("generate", "accounts", "--out", "live"), &bytes.Buffer{}
			cmd.Stdout, cmd.Stderr = out, out
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			runs, outputs = append(runs, cmd), append(outputs, out)
		}
		for i, cmd := range runs {
			if err := cmd.Wait(); err != nil {
				t.Errorf("%v: %s", err, outputs[i])
			}
		}
		if out, err := program("check", "accounts", "--out", "live").CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		if err := os.RemoveAll(filepath.Join(dir, "live")); err != nil {
			t.Fatal(err)
		}
	}
}

// TestManyAccounts renders 5,000 accounts, all of whose problems are reported in one run.
func TestManyAccounts(t *testing.T) {
	t.Parallel()
	const accounts = 5000
	dir, program := fleetDir(t, accounts)
	if out, err := program("generate", "accounts", "--out", "live", "--quiet").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%.2000s", err, out)
	}
	if out, err := program("check", "accounts", "--out", "live", "--quiet").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%.2000s", err, out)
	}
	found, err := filepath.Glob(filepath.Join(dir, "live", "*", ".plinth.json"))
	if err != nil || len(found) != accounts {
		t.Errorf("%d accounts, %v", len(found), err)
	}
	for i := 0; i < accounts; i += 10 {
		write(t, filepath.Join(dir, fmt.Sprintf("accounts/%03d.yaml", i)), strings.Replace(smallSpec(i, "one"), "queue:", "quue:", 1))
	}
	out, err := program("check", "accounts", "--out", "live").CombinedOutput()
	var ended *exec.ExitError
	if !errors.As(err, &ended) || ended.ExitCode() != exitWrong || strings.Count(string(out), "Did you mean queue?") != accounts/10 {
		t.Errorf("%v, %d problems", err, strings.Count(string(out), "Did you mean queue?"))
	}
}

// TestLargeSpec has a spec of 10 MB, most of it one list: it comes out right, or its problems are told.
func TestLargeSpec(t *testing.T) {
	t.Parallel()
	dir, program := fleetDir(t, 1)
	write(t, filepath.Join(dir, "modules/queue/main.tf"), "variable \"names\" {\n  type = list(string)\n}\n\noutput \"text\" {\n  value = join(\"\\n\", var.names)\n}\n")
	large := strings.Replace(smallSpec(0, "one"), "names: [", "names: ["+strings.Repeat("abcdefghijklmnopqrst, ", 10<<20/22), 1)
	write(t, filepath.Join(dir, "large.yaml"), large)
	before := time.Now()
	out, err := program("generate", "large.yaml", "--out", "live").CombinedOutput()
	t.Logf("%d bytes in %s: %v %.300s", len(large), time.Since(before), err, out)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "wrong.yaml"), strings.Replace(large, "queue:", "quue:", 1))
	out, err = program("generate", "wrong.yaml", "--out", "live").CombinedOutput()
	if err == nil || !bytes.Contains(out, []byte("Did you mean queue?")) || len(out) > 10_000 {
		t.Errorf("%v, %d bytes: %.500s", err, len(out), out)
	}
}
