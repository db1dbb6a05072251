package generator

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"

	"plinth"
	"plinth/generator/fileset"
	"plinth/generator/spec"
)

// goodSpecs are the specs that the repository has, by file.
func goodSpecs(t *testing.T) map[string]string {
	t.Helper()
	all := make(map[string]string)
	for _, pattern := range []string{"../examples/*/account.yaml", "testdata/plan/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) < 3 {
			t.Fatalf("%s: %v, %v", pattern, files, err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all[filepath.ToSlash(file)] = string(content)
		}
	}
	return all
}

func generatorOf(t *testing.T, fsys fs.FS) *Generator {
	t.Helper()
	g, _, diags := New(fsys)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return g
}

var (
	idText   = regexp.MustCompile(`\bid: ["']?([0-9]{12})\b`)
	nameText = regexp.MustCompile(`(account:\s*\{?\s*id: \S+\s+name: )[A-Za-z0-9-]+`)
	tagText  = regexp.MustCompile(`(?m)(\bowner: )[a-z]+([,}]|$)`) // an exception's owner is an address
)

// sibling is a spec for another account of the same shape.
func sibling(t *testing.T, content string, r *rand.Rand) string {
	t.Helper()
	id := idText.FindStringSubmatch(content)
	if id == nil || !nameText.MatchString(content) {
		t.Fatal("the spec has no account that can be told")
	}
	content = strings.ReplaceAll(content, id[1], fmt.Sprintf("%012d", r.Int64N(1_000_000_000_000)))
	content = nameText.ReplaceAllString(content, fmt.Sprintf("${1}%c%d", 'a'+rune(r.IntN(26)), r.Uint64()))
	return tagText.ReplaceAllString(content, fmt.Sprintf("${1}%d.%c${2}", r.Uint32(), 'A'+rune(r.IntN(26))))
}

// full renders a spec without its shape.
func full(t *testing.T, g *Generator, file, content string, style Style) (*Account, hcl.Diagnostics) {
	t.Helper()
	decoded, diags := spec.Decode(file, []byte(content), g.template.schema, nil)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	account, _, diags := g.render(decoded, style)
	return account, inOrder(diags)
}

func sameFiles(t *testing.T, got, want fileset.Set) {
	t.Helper()
	if !slices.Equal(got.Names(), want.Names()) {
		t.Errorf("files %v, want %v", got.Names(), want.Names())
	}
	for name := range want {
		if !bytes.Equal(got[name], want[name]) {
			t.Errorf("%s differs:\n%s\nwant\n%s", name, got[name], want[name])
		}
	}
}

// TestShapesMakeTheSameFiles holds that an account comes out the same whether its shape is used or not.
func TestShapesMakeTheSameFiles(t *testing.T) {
	const accounts = worthwhile + 2
	for file, content := range goodSpecs(t) {
		for _, style := range []Style{Specialized, Generic} {
			t.Run(file+"/"+string(style), func(t *testing.T) {
				t.Parallel()
				r := rand.New(rand.NewPCG(1, 2))
				g, other := generatorOf(t, plinth.Files), generatorOf(t, plinth.Files)
				for i := range accounts {
					mine := sibling(t, content, r)
					got, diags := g.Account(file, []byte(mine), style)
					if len(diags) > 0 {
						t.Fatal(diags)
					}
					if byShape := got.shape != nil; byShape != (i >= worthwhile) {
						t.Errorf("account %d by its shape: %t", i, byShape)
					}
					want, _ := full(t, other, file, mine, style)
					if got.ID != want.ID || got.Name != want.Name || got.Spec != want.Spec || got.Range != want.Range {
						t.Errorf("got %s %s %s %s, want %s %s %s %s", got.ID, got.Name, got.Spec, got.Range, want.ID, want.Name, want.Spec, want.Range)
					}
					sameFiles(t, got.Files(), want.Files())
					if !slices.Equal(got.Buckets, want.Buckets) || len(got.Buckets) == 0 {
						t.Errorf("buckets %v, want %v", got.Buckets, want.Buckets)
					}
				}
			})
		}
	}
}

// TestWhatIsRefusedIsRefusedByShapesToo renders accounts that validations or constraints refuse after those of the same shape that are right.
func TestWhatIsRefusedIsRefusedByShapesToo(t *testing.T) {
	content := goodSpecs(t)["../examples/hardened/account.yaml"]
	r := rand.New(rand.NewPCG(3, 4))
	g := generatorOf(t, plinth.Files)
	for range worthwhile + 1 {
		if account, diags := g.Account("account.yaml", []byte(sibling(t, content, r)), Specialized); len(diags) > 0 {
			t.Fatal(account, diags)
		}
	}
	for name, broken := range map[string]string{
		"a name in capitals": nameText.ReplaceAllString(content, "${1}Acme"),
		"a long name":        nameText.ReplaceAllString(content, "${1}"+strings.Repeat("a", 64)),
		"a long tag":         tagText.ReplaceAllString(content, "${1}"+strings.Repeat("a", 257)+"${2}"),
		"a number too short": strings.Replace(content, idText.FindStringSubmatch(content)[1], "12345", 1),
	} {
		t.Run(name, func(t *testing.T) {
			_, got := g.Account("account.yaml", []byte(broken), Specialized)
			_, want := generatorOf(t, plinth.Files).Account("account.yaml", []byte(broken), Specialized)
			if !want.HasErrors() || len(got) != len(want) {
				t.Fatalf("got %v, want %v", got, want)
			}
			for i := range got {
				if got[i].Summary != want[i].Summary || got[i].Detail != want[i].Detail || *got[i].Subject != *want[i].Subject {
					t.Errorf("got %v, want %v", got[i], want[i])
				}
			}
		})
	}
}

// overlay is the files of the generator with one of them changed.
func overlay(t *testing.T, name, old, text string) fs.FS {
	t.Helper()
	files := make(fstest.MapFS)
	err := fs.WalkDir(plinth.Files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(plinth.Files, name)
		files[name] = &fstest.MapFile{Data: content}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	before := string(files[name].Data)
	after := strings.Replace(before, old, text, 1)
	if before == after {
		t.Fatalf("%s has no %q", name, old)
	}
	files[name] = &fstest.MapFile{Data: []byte(after)}
	return files
}

// TestWhatDecidesByAnAccountHasNoShape changes a module or the template so that something is decided by a value of the account.
func TestWhatDecidesByAnAccountHasNoShape(t *testing.T) {
	const (
		group   = "modules/log_group/main.tf"
		class   = "log_group_class = \"STANDARD\"\n"
		root    = "templates/account/main.tf"
		prefix  = "name_prefix = var.naming.prefix\n}\n\nmodule \"cloudtrail\""
		rest    = "}\n\nmodule \"cloudtrail\""
		content = "../examples/minimal/account.yaml"
	)
	in := func(expression string) string { return class + "tags = { probe = \"${" + expression + "}\" }\n" }
	for _, test := range []struct{ name, file, old, text string }{
		{"nothing", group, "", ""},
		{"only passed on", group, class, in(`join("-", [local.name, var.account_id])`)},
		{"passed on as JSON", group, class, in(`jsonencode({a = [var.account_id]})`)},
		{"passed on in pieces", group, class, in(`reverse(split(":", "x:${var.account_id}:y"))[1]`)},
		{"one piece compared, the id passed on", group, class, in(`split(":", "x:${var.account_id}")[0] == "x" ? "a" : "b"`)},
		{"split in itself", group, class, in(`join("", split("1", var.account_id))`)},
		{"its piece compared", group, class, in(`split(":", "x:${var.account_id}")[1] == "5" ? "a" : "b"`)},
		{"compared", group, class, in(`var.account_id == "000000000000" ? "a" : "b"`)},
		{"compared with itself", group, class, in(`var.account_id != local.name ? "a" : "b"`)},
		{"matched", group, class, in(`can(regex("^1", var.account_id)) ? "a" : "b"`)},
		{"measured", group, class, in(`length(var.account_id)`)},
		{"cut", group, class, in(`substr(var.account_id, 0, 3)`)},
		{"replaced in", group, class, in(`replace(var.account_id, "0", "1")`)},
		{"calculated with", group, class, in(`var.account_id + 1`)},
		{"converted", group, class, in(`tonumber(var.account_id)`)},
		{"hashed", group, class, in(`sha256(var.account_id)`)},
		{"formatted", group, class, in(`format("%.3s", var.account_id)`)},
		{"sorted", group, class, in(`join("", sort([var.account_id, "5"]))`)},
		{"in a set", group, class, in(`join("", toset([var.account_id, "5"]))`)},
		{"a key", group, class, in(`join("", keys({(var.account_id) = 1, "5" = 2}))`)},
		{"an index", group, class, in(`lookup({"5" = 2}, var.account_id, 3)`)},
		{"a condition of a loop", group, class, in(`join("", [for x in ["5", var.account_id] : x if x != "5"])`)},
		{"an operand in a loop", group, class, in(`join("", [for x in ["5", var.account_id] : x == "5" ? "a" : "b"])`)},
		{"through a list", group, class, in(`[var.account_id][0] == "5" ? "a" : "b"`)},
		{"through an object", group, class, in(`{a = var.account_id}.a == "5" ? "a" : "b"`)},
		{"through a splat", group, class, in(`contains([{a = var.account_id}][*].a, "5") ? "a" : "b"`)},
		{"the name in a module", root, prefix, "name_prefix = var.account.name\n" + rest},
		{"the name in a condition", root, prefix, "name_prefix = var.account.name == \"acme\" ? \"a\" : \"b\"\n" + rest},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			fsys := fs.FS(plinth.Files)
			if test.old != "" {
				fsys = overlay(t, test.file, test.old, test.text)
			}
			g, other := generatorOf(t, fsys), generatorOf(t, fsys)
			r := rand.New(rand.NewPCG(5, 6))
			used := false
			for range worthwhile + 2 {
				mine := sibling(t, goodSpecs(t)[content], r)
				got, diags := g.Account("account.yaml", []byte(mine), Specialized)
				if diags.HasErrors() {
					t.Fatal(diags)
				}
				used = got.shape != nil
				want, _ := full(t, other, "account.yaml", mine, Specialized)
				sameFiles(t, got.Files(), want.Files())
			}
			if want := test.name == "nothing" || strings.Contains(test.name, "passed on"); used != want {
				t.Errorf("the shape is used: %t, want %t", used, want)
			}
		})
	}
}

// TestValuesThatNeedTheFullWay are specs that no shape may stand for.
func TestValuesThatNeedTheFullWay(t *testing.T) {
	minimal := goodSpecs(t)["../examples/minimal/account.yaml"]
	for name, more := range map[string]string{
		"a text with spaces":    "tags: {owner: 'a + b = c'}\n",
		"not ASCII":             "tags: {owner: Österreich}\n",
		"the id as a key":       "tags: {\"123456789012\": x}\n",
		"a tag with the id":     "tags: {owner: x-123456789012}\n",
		"a tag that is an id":   "tags: {owner: \"123456789012\"}\n",
		"an empty tag":          "tags: {owner: \"\"}\n",
		"a sentinel of a shape": "tags: {team: " + low.of(1) + "}\n",
		"the id in an address":  "terraform: {backend: {s3: {bucket: state-123456789012, key: 123456789012/x, region: eu-central-1}}}\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(7, 8))
			g, other := generatorOf(t, plinth.Files), generatorOf(t, plinth.Files)
			for range worthwhile + 2 {
				mine := sibling(t, minimal+more, r)
				got, diags := g.Account("account.yaml", []byte(mine), Specialized)
				if diags.HasErrors() {
					t.Fatal(diags)
				}
				want, _ := full(t, other, "account.yaml", mine, Specialized)
				sameFiles(t, got.Files(), want.Files())
			}
		})
	}
}

// TestTextsOfModulesAreNotHoles gives an account the id that a module happens to hold.
func TestTextsOfModulesAreNotHoles(t *testing.T) {
	const id = "112233445566"
	fsys := overlay(t, "modules/log_group/main.tf", "log_group_class =", "tags = { probe = \""+id+"-${var.account_id}\" }\nlog_group_class =")
	g := generatorOf(t, fsys)
	minimal := goodSpecs(t)["../examples/minimal/account.yaml"]
	for range worthwhile + 2 {
		mine := strings.ReplaceAll(minimal, "123456789012", id)
		got, diags := g.Account("account.yaml", []byte(mine), Specialized)
		if diags.HasErrors() || got.shape != nil {
			t.Fatalf("shape %v, %v", got.shape, diags)
		}
	}
	got, _ := g.Account("account.yaml", []byte(minimal), Specialized)
	if text := string(got.Files()["modules/log_group/main.tf"]); !strings.Contains(text, id+"-123456789012") {
		t.Errorf("the text of the module was taken for the account's id:\n%s", text)
	}
}

// TestConstraintsDoNotLookAtTheDigits holds what shapes rely on: whether AWS takes a spec never depends on which digits its account has. The rules see
// nothing else of what is in the holes.
func TestConstraintsDoNotLookAtTheDigits(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/bad/*.txtar")
	if err != nil || len(files) < 100 {
		t.Fatal(len(files), err)
	}
	g := generatorOf(t, plinth.Files)
	compared := 0
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text, _, _ := strings.Cut(strings.TrimPrefix(string(content), "-- account.yaml --\n"), "-- want --\n")
		found := idText.FindStringSubmatch(text)
		if found == nil {
			continue
		}
		describe := func(id string) string {
			_, diags := g.Account("account.yaml", []byte(strings.ReplaceAll(text, found[1], id)), Specialized)
			var b strings.Builder
			for _, d := range diags {
				fmt.Fprintf(&b, "%s: %s: %s\n", d.Subject, d.Summary, d.Detail)
			}
			return strings.ReplaceAll(b.String(), id, "ID")
		}
		want := describe("201000000001") // not the one that messages have for an example
		for _, id := range []string{"000000000000", "999999999999"} {
			compared++
			if got := describe(id); got != want {
				t.Errorf("%s with %s:\n%s\nwant\n%s", filepath.Base(file), id, got, want)
			}
		}
	}
	if compared < 200 {
		t.Errorf("only %d specs were compared", compared)
	}
}
