package generator_test

import (
	"bytes"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"plinth/generator"
	"plinth/generator/fileset"
)

// examples are the folders of ../examples, each with an account.yaml and what is generated from it.
func examples(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir("../examples")
	if err != nil || len(entries) < 3 {
		t.Fatalf("examples: %d, %v", len(entries), err)
	}
	var dirs []string
	for _, entry := range entries {
		dirs = append(dirs, filepath.Join("..", "examples", entry.Name()))
	}
	return dirs
}

// TestExamplesAreUpToDate holds that what is checked in is what is generated, that nothing else lies beside it, and that a second run would change nothing.
func TestExamplesAreUpToDate(t *testing.T) {
	for _, dir := range examples(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			account := account(t, filepath.Join(dir, "account.yaml"), generator.Specialized)
			report, diff, err := fileset.Compare(filepath.Join(dir, "generated", account.Name), account.Files(), true)
			if err != nil {
				t.Fatal(err)
			}
			if !report.Clean() {
				t.Errorf("run make golden and read what changes:\n%s", diff)
			}
			for _, place := range []string{dir, filepath.Join(dir, "generated")} {
				entries, err := os.ReadDir(place)
				if err != nil {
					t.Fatal(err)
				}
				for _, entry := range entries {
					if name := entry.Name(); name != "account.yaml" && name != "generated" && name != account.Name {
						t.Errorf("%s belongs to no example", filepath.Join(place, name))
					}
				}
			}
		})
	}
}

func account(t *testing.T, file string, style generator.Style) *generator.Account {
	t.Helper()
	g, text := newGenerator(t)
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	account, diags := g.Account(file, content, style)
	if len(diags) > 0 {
		t.Fatal(text(diags))
	}
	return account
}

// TestStraightLine holds what a reviewer is promised of a spec that decides everything: no count, no dynamic block, no conditional, no variable
// whose value the spec knows, and no name that leads nowhere. Every file parses and is formatted.
func TestStraightLine(t *testing.T) {
	for _, file := range specs(t) {
		t.Run(filepath.ToSlash(file), func(t *testing.T) {
			account := account(t, file, generator.Specialized)
			for _, name := range account.Files().Names() {
				content := account.Files()[name]
				if !bytes.HasPrefix(content, []byte(fileset.Header(name))) {
					t.Errorf("%s has no header", name)
				}
				if path.Ext(name) != ".tf" {
					continue
				}
				if formatted := hclwrite.Format(content); !bytes.Equal(formatted, content) {
					t.Errorf("%s is not formatted", name)
				}
				f, diags := hclsyntax.ParseConfig(content, name, hcl.InitialPos)
				if diags.HasErrors() {
					t.Fatal(diags)
				}
				_ = hclsyntax.VisitAll(f.Body.(*hclsyntax.Body), func(node hclsyntax.Node) hcl.Diagnostics {
					switch node := node.(type) {
					case *hclsyntax.ConditionalExpr:
						t.Errorf("%s: a conditional", node.Range())
					case *hclsyntax.Block:
						if node.Type == "dynamic" {
							t.Errorf("%s: a dynamic block", node.DefRange())
						}
						if node.Type == "variable" && path.Dir(name) == "." {
							t.Errorf("%s: a variable of the root, which the spec knows", node.DefRange())
						}
						if node.Type == "module" {
							for argument, attr := range node.Body.Attributes {
								if argument == "source" {
									continue
								}
								if _, diags := attr.Expr.Value(nil); !diags.HasErrors() {
									t.Errorf("%s: an argument that is known", attr.NameRange)
								}
							}
						}
					case *hclsyntax.Attribute:
						if node.Name == "count" {
							t.Errorf("%s: a count", node.NameRange)
						}
					}
					return nil
				})
			}
		})
	}
}

// TestCommentsSurvive holds that the modules' comments reach the account, all that speak of what it gets.
func TestCommentsSurvive(t *testing.T) {
	account := account(t, "../examples/hardened/account.yaml", generator.Specialized)
	for name, comment := range map[string]string{
		"main.tf":                             "# Without the trail nothing is ever written to the log group.",
		"modules/cloudtrail/main.tf":          "# AWS refuses a trail whose bucket has no policy for it (InsufficientS3BucketPolicyException)",
		"modules/root_activity_alarm/main.tf": "# A metric filter reports nothing while no event arrives",
		"providers.tf":                        "# The home region.",
	} {
		if !strings.Contains(string(account.Files()[name]), comment) {
			t.Errorf("%s has lost %q", name, comment)
		}
	}
}

// TestReadmeOfAccount holds what the account's README.md tells a reviewer.
func TestReadmeOfAccount(t *testing.T) {
	readme := string(account(t, "../examples/minimal/account.yaml", generator.Specialized).Files()["README.md"])
	for _, want := range []string{
		"AWS account 123456789012", "| `cloudtrail` |", "`aws_cloudtrail`", "register an MFA device", "access keys of the root user",
		"Follow the link that AWS mails to each address", "terraform plan",
	} {
		if !strings.Contains(readme, want) {
			t.Errorf("README.md does not say %q:\n%s", want, readme)
		}
	}
	if strings.Contains(readme, "|  |") {
		t.Error("a row of the table is empty")
	}
}
