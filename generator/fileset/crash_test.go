package fileset

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

var errCrash = errors.New("crash")

// crashAt plays a process that dies before its n-th change on disk, counted from 0: from then on nothing changes, not even
// what cleans up.
func crashAt(n int) *disk {
	return steps(func(string) error {
		if n <= 0 {
			return errCrash
		}
		n--
		return nil
	})
}

// steps calls f before each change, and doesn't wait for the disk.
func steps(f func(what string) error) *disk {
	return &disk{step: f, flush: func(*os.File) error { return nil }}
}

// wantWhole checks that each file is one of its allowed versions, that no run reads as somebody's change, and that
// nothing else lies about.
func wantWhole(t *testing.T, dir string, next Set, versions ...Set) {
	t.Helper()
	for name, content := range tree(t, dir) {
		if name == ManifestName || strings.HasSuffix(name, "/") || strings.HasPrefix(name, stagingName) {
			continue
		}
		whole := false
		for _, v := range versions {
			c, ok := v[name]
			whole = whole || ok && string(c) == content
		}
		if !whole {
			t.Errorf("%s is torn: %q", name, content)
		}
	}
	r, err := Check(dir, next)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range r.Entries {
		if e.Status == Changed || e.Status == Foreign {
			t.Errorf("after a crash %s counts as %s", e.Name, e.Status)
		}
	}
}

func mustWriteFast(t *testing.T, dir string, want Set) {
	t.Helper()
	if _, err := write(dir, want, Options{}, steps(func(string) error { return nil })); err != nil {
		t.Fatal(err)
	}
}

func three() Set {
	return Set{
		"main.tf":             []byte(Header("main.tf") + "three\n"),
		"modules/old/main.tf": []byte("older\n"),
		"modules/new/main.tf": []byte("newer\n"),
		"extra/deep/x.tf":     []byte("x\n"),
	}
}

// finish writes the wanted files, and checks that nothing of the crash is left.
func finish(t *testing.T, dir string, want Set) {
	t.Helper()
	mustWriteFast(t, dir, want)
	wantCheck(t, dir, want, "")
	for name := range tree(t, dir) {
		if strings.HasPrefix(name, stagingName) {
			t.Errorf("%s is left over", name)
		}
		if folder, ok := strings.CutSuffix(name, "/"); ok {
			used := false
			for n := range want {
				used = used || strings.HasPrefix(n, folder+"/")
			}
			if !used {
				t.Errorf("the empty folder %s is left over", folder)
			}
		}
	}
}

func TestCrashAtEveryStep(t *testing.T) {
	for _, start := range []Set{nil, one()} { // a new directory, and one that has files
		for _, next := range []Set{one(), two(), three(), {}} { // the run after the crash may want something else
			n := 0
			for ; ; n++ {
				dir := t.TempDir()
				if start != nil {
					mustWriteFast(t, dir, start)
				}
				_, err := write(dir, two(), Options{Version: "2"}, crashAt(n))
				if err == nil {
					break
				}
				if !errors.Is(err, errCrash) {
					t.Fatalf("step %d: %v", n, err)
				}
				wantWhole(t, dir, next, start, two())
				// The same again must not be called clean before it is complete.
				if r, err := Check(dir, two()); err != nil || r.Clean() && stagingGone(t, dir) {
					if m, _, _ := readManifestOf(dir); len(m.Files) != len(two()) || len(m.Writing) > 0 {
						t.Errorf("step %d: clean (%v), but the manifest is %+v", n, err, m)
					}
				}
				finish(t, dir, next)
				if t.Failed() {
					t.Fatalf("crash before step %d", n)
				}
			}
			if n < 15 {
				t.Errorf("only %d steps: the crashes are not where they should be", n)
			}
		}
	}
}

// A second crash, in the run that completes the first one or that wants something else again.
func TestCrashTwice(t *testing.T) {
	for _, then := range []Set{two(), three()} {
		runs := 0
		for first := 0; first >= 0; first++ {
			for second := 0; ; second++ {
				dir := t.TempDir()
				mustWriteFast(t, dir, one())
				if _, err := write(dir, two(), Options{}, crashAt(first)); err == nil {
					first = -2 // there is no such step: all are done
					break
				}
				_, err := write(dir, then, Options{}, crashAt(second))
				if err == nil {
					break
				}
				if !errors.Is(err, errCrash) {
					t.Fatalf("crashes before %d and %d: %v", first, second, err)
				}
				runs++
				wantWhole(t, dir, two(), one(), two(), then)
				finish(t, dir, two())
				if t.Failed() {
					t.Fatalf("crashes before %d and %d", first, second)
				}
			}
		}
		if runs < 150 {
			t.Errorf("only %d pairs of crashes", runs)
		}
	}
}

func stagingGone(t *testing.T, dir string) bool {
	_, there := tree(t, dir)[stagingName+"/"]
	return !there
}

func readManifestOf(dir string) (manifest, bool, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return manifest{}, false, err
	}
	defer root.Close()
	return readManifest(root)
}

// A failure that is not a crash cleans up behind itself.
func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, one())
	before := tree(t, dir)
	full := errors.New("no space left")
	_, err := write(dir, two(), Options{}, steps(func(what string) error {
		if what == "write .plinth.tmp/1" {
			return full
		}
		return nil
	}))
	if !errors.Is(err, full) {
		t.Fatalf("got %v", err)
	}
	if after := tree(t, dir); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("a full disk changed something:\n%v\n%v", before, after)
	}
}

// holdEnv makes the test binary a process that locks the directory it names and waits to be killed.
const holdEnv = "PLINTH_TEST_HOLD_LOCK"

func TestMain(m *testing.M) {
	if dir := os.Getenv(holdEnv); dir != "" {
		_, locked, err := lock(dir)
		fmt.Println("locked", locked, err)
		select {}
	}
	os.Exit(m.Run())
}

func TestLockIsReleasedByADeadProcess(t *testing.T) {
	dir := t.TempDir()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	other := exec.Command(exe)
	other.Env = append(os.Environ(), holdEnv+"="+dir)
	out, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	defer other.Process.Kill()
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "locked true <nil>\n" {
		t.Fatalf("%q %v", line, err)
	}
	if _, err := Write(dir, one(), Options{}); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), dir) {
		t.Errorf("got %v, want ErrLocked", err)
	}
	wantCheck(t, dir, Set{}, ".plinth.json=missing") // reading needs no lock
	other.Process.Kill()
	other.Wait()
	mustWrite(t, dir, one())
	wantCheck(t, dir, one(), "")
}
