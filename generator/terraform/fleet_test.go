package terraform

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	tfjson "github.com/hashicorp/terraform-json"

	"plinth"
	"plinth/generator"
)

// plain is a configuration that asks for no provider that has to be installed, so that it validates in no time.
var plain = map[string]string{
	"main.tf": `module "store" {
  source = "./modules/store"
  name   = "logs"
}

resource "terraform_data" "here" {
  input = module.store.name
}
`,
	"outputs.tf": `output "name" {
  value = module.store.name
}
`,
	"versions.tf": `terraform {
  required_version = ">= 1.0"
}
`,
	"modules/store/main.tf": `variable "name" {
  type = string
}

resource "terraform_data" "store" {
  input = var.name
}

output "name" {
  value = terraform_data.store.output
}
`,
}

// onAWS is a configuration with two configurations of the AWS provider and a backend.
var onAWS = map[string]string{
	"main.tf": `resource "aws_sns_topic" "alerts" {
  name = "alerts"
}

module "logs" {
  source    = "./modules/logs"
  providers = { aws = aws.billing }
}
`,
	"providers.tf": `provider "aws" {
  region              = "eu-central-1"
  allowed_account_ids = ["111111111111"]

  default_tags {
    tags = {
      owner = "platform"
    }
  }
}

provider "aws" {
  alias               = "billing"
  region              = "us-east-1"
  allowed_account_ids = ["111111111111"]

  assume_role {
    role_arn = "arn:aws:iam::111111111111:role/terraform"
  }
}
`,
	"versions.tf": `terraform {
  required_version = ">= 1.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.80"
    }
  }
}
`,
	"backend.tf": `terraform {
  backend "s3" {
    bucket = "acme-tfstate"
    key    = "a/baseline.tfstate"
    region = "eu-central-1"
  }
}
`,
	"modules/logs/main.tf": `terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.80"
    }
  }
}

resource "aws_s3_bucket" "logs" {
  bucket = "acme-logs-111111111111"
}
`,
}

// change is a configuration in which texts of files are others. An empty text stands for a file that isn't there.
func change(base map[string]string, edits ...string) map[string]string {
	files := maps.Clone(base)
	for i := 0; i < len(edits); i += 3 {
		name, old, text := edits[i], edits[i+1], edits[i+2]
		if strings.Count(files[name], old) != 1 && old != "" {
			panic(fmt.Sprintf("%s: %q is not there once", name, old))
		}
		if old == "" {
			files[name] += text
		} else {
			files[name] = strings.Replace(files[name], old, text, 1)
		}
	}
	return files
}

// ofAccount is a configuration of another account.
func ofAccount(files map[string]string, account string) map[string]string {
	files = maps.Clone(files)
	for name, text := range files {
		files[name] = strings.ReplaceAll(text, "111111111111", account)
	}
	return files
}

func toBytes(files map[string]string) map[string][]byte {
	all := make(map[string][]byte, len(files))
	for name, text := range files {
		all[name] = []byte(text)
	}
	return all
}

func write(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		target := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(target, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func tool(t *testing.T) *Tool {
	t.Helper()
	found, err := Find(context.Background())
	if errors.Is(err, ErrNotFound) && os.Getenv("CI") == "" {
		t.Skipf("SKIPPED, nothing was validated: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// lines writes diagnostics one a line, in order.
func lines(diags []tfjson.Diagnostic) []string {
	var all []string
	for _, d := range diags {
		where := "nowhere"
		if d.Range != nil {
			where = fmt.Sprintf("%s:%d:%d-%d:%d", d.Range.Filename, d.Range.Start.Line, d.Range.Start.Column, d.Range.End.Line, d.Range.End.Column)
		}
		if cycle, ok := strings.CutPrefix(d.Summary, "Cycle: "); ok { // begins anywhere
			parts := strings.Split(cycle, ", ")
			slices.Sort(parts)
			d.Summary = "Cycle: " + strings.Join(parts, ", ")
		}
		all = append(all, fmt.Sprintf("%s: %s: %s: %s [%s]", where, d.Severity, d.Summary, d.Detail, d.Address))
	}
	slices.Sort(all)
	return all
}

// broken are configurations that are wrong, each in its own way, some that are not, and some that get a warning.
var broken = map[string]map[string]string{
	"right":                         plain,
	"right, too":                    change(plain, "main.tf", `"logs"`, `"others"`),
	"syntax":                        change(plain, "main.tf", `"logs"`, `"logs`),
	"syntax in a module":            change(plain, "modules/store/main.tf", "type = string", "type = = string"),
	"version of Terraform":          change(plain, "versions.tf", ">= 1.0", ">= 99.0"),
	"version in a module":           change(plain, "modules/store/main.tf", "", "terraform {\n  required_version = \"< 1.0\"\n}\n"),
	"no such resource":              change(plain, "main.tf", "input = module.store.name", "input = terraform_data.nowhere.id"),
	"no such resource in module":    change(plain, "modules/store/main.tf", "terraform_data.store.output", "terraform_data.stor.output"),
	"no such module":                change(plain, "main.tf", "input = module.store.name", "input = module.stor.name"),
	"no such output":                change(plain, "main.tf", "input = module.store.name", "input = module.store.nam"),
	"no such variable":              change(plain, "main.tf", "input = module.store.name", "input = var.nowhere"),
	"no such local":                 change(plain, "modules/store/main.tf", "= var.name", "= local.name"),
	"no such function":              change(plain, "main.tf", "input = module.store.name", "input = nowhere(1)"),
	"no such argument":              change(plain, "main.tf", "input = module.store.name", "inputt = module.store.name"),
	"argument of a module":          change(plain, "main.tf", `name   = "logs"`, "name   = \"logs\"\n  nam    = 1"),
	"missing argument":              change(plain, "main.tf", `  name   = "logs"`, ""),
	"no such folder":                change(plain, "main.tf", `"./modules/store"`, `"./modules/stor"`),
	"duplicate":                     change(plain, "main.tf", "", "resource \"terraform_data\" \"here\" {}\n"),
	"duplicate output":              change(plain, "outputs.tf", "", "output \"name\" {\n  value = 1\n}\n"),
	"no such block":                 change(plain, "main.tf", "", "nonsense {}\n"),
	"no such type":                  change(plain, "main.tf", "", "resource \"terraform_dat\" \"here\" {}\n"),
	"wrong type":                    change(plain, "main.tf", `name   = "logs"`, `name   = ["logs"]`),
	"cycle":                         change(plain, "main.tf", "module.store.name", "terraform_data.there.id", "main.tf", "", "resource \"terraform_data\" \"there\" {\n  input = terraform_data.here.id\n}\n"),
	"cycle through a module":        change(plain, "main.tf", `"logs"`, "terraform_data.here.id"),
	"secret output":                 change(plain, "outputs.tf", "module.store.name", "sensitive(\"x\")"),
	"secret output of a module":     change(plain, "modules/store/main.tf", "terraform_data.store.output", `sensitive("x")`),
	"secret output that says so":    change(plain, "outputs.tf", "module.store.name", "sensitive(\"x\")\n  sensitive = true"),
	"output of a secret one":        change(plain, "modules/store/main.tf", "value = terraform_data.store.output", "value = 1\n  sensitive = true"),
	"output of a secret variable":   change(plain, "outputs.tf", "module.store.name", "var.secret", "variables.tf", "", "variable \"secret\" {\n  sensitive = true\n}\n"),
	"output of a whole module":      change(plain, "outputs.tf", "module.store.name", "module.store", "modules/store/main.tf", "value = terraform_data.store.output", "value = 1\n  sensitive = true"),
	"provider that isn't there":     change(plain, "main.tf", "", "provider \"nowhere\" {\n  x = 1\n}\n"),
	"ephemeral output":              change(plain, "outputs.tf", "value = module.store.name", "value = 1\n  ephemeral = true"),
	"variable":                      change(plain, "main.tf", `"logs"`, "var.name", "variables.tf", "", "variable \"name\" {\n  type = string\n}\n"),
	"variable of a wrong type":      change(plain, "main.tf", `"logs"`, "var.name", "variables.tf", "", "variable \"name\" {\n  type = list(string)\n  default = []\n}\n"),
	"variable that is refused":      change(plain, "variables.tf", "", "variable \"name\" {\n  default = 1\n  validation {\n    condition = var.name == 2\n    error_message = \"No.\"\n  }\n}\n"),
	"variable with a wrong default": change(plain, "variables.tf", "", "variable \"name\" {\n  type = number\n  default = \"x\"\n}\n"),
	"variable called source":        change(plain, "variables.tf", "", "variable \"source\" {}\n"),
	"variable with a wrong name":    change(plain, "variables.tf", "", "variable \"a b\" {}\n"),
	"input that is refused":         change(plain, "modules/store/main.tf", "type = string", "type = string\n  validation {\n    condition = var.name == \"x\"\n    error_message = \"No logs.\"\n  }"),
	"file that isn't there":         change(plain, "main.tf", `"logs"`, `file("${path.root}/nowhere")`),
	"file in a module":              change(plain, "modules/store/main.tf", "= var.name", `= file("${path.module}/nowhere")`),
	"deprecated":                    change(plain, "main.tf", "input = module.store.name", "input = module.store.name\n  lifecycle {\n    ignore_changes = [\"input\"]\n  }"),
	"redundant":                     change(plain, "modules/store/main.tf", "input = var.name", "input = var.name\n  lifecycle {\n    ignore_changes = [output]\n  }"),
	"two mistakes":                  change(plain, "main.tf", "input = module.store.name", "input = var.nowhere", "modules/store/main.tf", "= var.name", "= local.name"),
	"import block":                  change(plain, "main.tf", "", "import {\n  to = terraform_data.here\n  id = \"x\"\n}\n"),
	"moved block":                   change(plain, "main.tf", "", "moved {\n  from = terraform_data.there\n  to   = terraform_data.here\n}\nmoved {\n  from = terraform_data.here\n  to   = terraform_data.there\n}\n"),
	"check block":                   change(plain, "main.tf", "", "check \"x\" {\n  assert {\n    condition = var.nowhere\n    error_message = \"No.\"\n  }\n}\n"),
	"in JSON":                       change(plain, "main.tf.json", "", `{"resource": {"terraform_data": {"here": {}}}}`),
	"test":                          change(plain, "x.tftest.hcl", "", "run \"x\" {\n  nonsense = 1\n}\n"),
	"Windows":                       windows(change(plain, "main.tf", "input = module.store.name", "input = var.nowhere")),
}

// brokenOnAWS are configurations that take longer: each run of Terraform starts the AWS provider.
var brokenOnAWS = map[string]map[string]string{
	"arguments": change(onAWS, "main.tf", `name = "alerts"`, "fifo_topic = \"x\"", "main.tf", "", "output \"x\" {\n  value = aws_sns_topic.alerts.nowhere\n}\n",
		"modules/logs/main.tf", `"acme-logs-111111111111"`, "\"acme-logs-that-have-a-name-which-is-too-long-for-s3-111111111111-xx\"\n  acl    = \"private\""),
	"warning": change(onAWS, "modules/logs/main.tf", `"acme-logs-111111111111"`, "\"acme\"\n  acl    = \"private\"",
		"providers.tf", "", "provider \"aws\" {\n  alias    = \"unused\"\n  nonsense = 1\n}\n"),
	"provider":             change(onAWS, "providers.tf", "  default_tags", "  nonsense = 1\n\n  default_tags"),
	"role of the provider": change(onAWS, "providers.tf", "iam::", "iam:", "main.tf", `name = "alerts"`, "name = var.nowhere"),
	"no such provider":     change(onAWS, "main.tf", "aws.billing", "aws.bill"),
	"no such version":      change(onAWS, "versions.tf", ">= 5.80", ">= 99"),
	"no such Terraform":    change(onAWS, "versions.tf", ">= 1.0", ">= 99"),
	"another provider":     change(onAWS, "main.tf", "", "resource \"null_resource\" \"x\" {}\n"),
}

func windows(files map[string]string) map[string]string {
	files = maps.Clone(files)
	for name, text := range files {
		files[name] = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return files
}

// TestValidateAllSaysWhatValidateSays holds that many configurations at once get the diagnostics that each gets by itself.
func TestValidateAllSaysWhatValidateSays(t *testing.T) { sameAsAlone(t, broken) }

func TestValidateAllSaysWhatValidateSaysOnAWS(t *testing.T) { sameAsAlone(t, brokenOnAWS) }

func sameAsAlone(t *testing.T, configurations map[string]map[string]string) {
	tf := tool(t)
	ctx := context.Background()
	var all []Configuration
	names := slices.Sorted(maps.Keys(configurations))
	for i, name := range names {
		account := fmt.Sprintf("1111111111%02d", i+11)
		all = append(all, Configuration{Name: name, Files: toBytes(ofAccount(configurations[name], account)), Account: account})
	}
	got, err := tf.ValidateAll(ctx, all)
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range names {
		t.Run(name, func(t *testing.T) {
			want, err := tf.Validate(ctx, write(t, all[i].Files))
			if err != nil {
				t.Fatal(err)
			}
			if got, want := strings.Join(lines(got[i]), "\n"), strings.Join(lines(want), "\n"); got != want {
				t.Errorf("all at once:\n%s\nby itself:\n%s", got, want)
			}
		})
	}
}

// counting returns the tool, and what tells the commands that it has run since it was last asked.
func counting(t *testing.T) (*Tool, func() string) {
	t.Helper()
	found := tool(t)
	if runtime.GOOS == "windows" {
		t.Skip("SKIPPED: the commands are counted by a shell script")
	}
	dir := t.TempDir()
	log, script := filepath.Join(dir, "log"), filepath.Join(dir, "terraform")
	if err := os.WriteFile(script, fmt.Appendf(nil, "#!/bin/sh\necho \"$1\" >> '%s'\nexec '%s' \"$@\"\n", log, found.path), 0o700); err != nil {
		t.Fatal(err)
	}
	counted := *found
	counted.path = script
	return &counted, func() string {
		content, err := os.ReadFile(log)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(log); err != nil {
			t.Fatal(err)
		}
		return strings.Join(strings.Fields(strings.ReplaceAll(string(content), "version\n", "")), " ")
	}
}

// TestFleet validates accounts of which some are wrong, each in its own way: all are told what concerns them, and no more.
func TestFleet(t *testing.T) {
	tf, commands := counting(t)
	right := onAWS
	wrongBucket := change(onAWS, "modules/logs/main.tf", `"acme-logs-111111111111"`, `"acme-logs-that-have-a-name-which-is-too-long-for-s3-111111111111-xx"`)
	wrongProvider := change(onAWS, "providers.tf", "  default_tags", "  nonsense = 1\n\n  default_tags")
	elsewhere := change(wrongProvider, "providers.tf", `provider "aws" {
  region              = "eu-central-1"`, `# The one

provider "aws" {
  region              = "eu-west-1"`, "providers.tf", `"platform"`, `"another team"`, "main.tf", `name = "alerts"`, `name = "alarms"`)
	wrongBackend := change(onAWS, "backend.tf", "a/baseline", "a//baseline", "modules/logs/main.tf", "acme-logs", "acme-logs-of-more")
	syntax := change(onAWS, "main.tf", `name = "alerts"`, `name = "alerts`, "main.tf", "\n\nmodule \"logs\" {\n  source    = \"./modules/logs\"\n  providers = { aws = aws.billing }\n}\n", "")
	deprecated := change(onAWS, "modules/logs/main.tf", `"acme-logs-111111111111"`, "\"acme\"\n  acl    = \"private\"")
	const (
		bucket    = `modules/logs/main.tf:11:12: error: expected length of bucket to be in the range (0 - 63)`
		nonsense  = `error: Unsupported argument`
		multiLine = `error: Invalid multi-line string`
	)
	cases := []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"right", right, nil},
		{"wrong in the middle", wrongBucket, []string{bucket}},
		{"right, and another one", change(right, "main.tf", `name = "alerts"`, `name = "others"`), nil},
		{"wrong provider", wrongProvider, []string{"providers.tf:5:3: " + nonsense}},
		{"wrong provider that stands elsewhere", elsewhere, []string{"providers.tf:7:3: " + nonsense}},
		{"wrong backend", wrongBackend, []string{`backend.tf:4:14: error: Invalid Value`}},
		{"wrong backend, in Windows", windows(change(wrongBackend, "backend.tf", "", "# no more\n")), []string{`backend.tf:4:14: error: Invalid Value`}},
		{"wrong backend, with another key", change(wrongBackend, "backend.tf", "a//b", "other//b"), []string{`backend.tf:4:14: error: Invalid Value`}},
		{"syntax", syntax, []string{"main.tf:2:17: " + multiLine, "main.tf:2:17: error: Unterminated template string"}},
		{"warning", deprecated, []string{"modules/logs/main.tf:12:12: warning: Argument is deprecated"}},
		{"wrong in the middle, too", wrongBucket, []string{bucket}},
	}
	var all []Configuration
	for i, c := range cases {
		account := fmt.Sprintf("2222222222%02d", i+10)
		all = append(all, Configuration{Name: c.name, Account: account, Files: toBytes(ofAccount(c.files, account))})
	}
	got, err := tf.ValidateAll(context.Background(), all)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range cases {
		var found []string
		for _, d := range got[i] {
			found = append(found, fmt.Sprintf("%s:%d:%d: %s: %s", d.Range.Filename, d.Range.Start.Line, d.Range.Start.Column, d.Severity, d.Summary))
			if text := d.Summary + d.Detail; strings.Contains(text, "2222") && !strings.Contains(text, all[i].Account) || strings.Contains(text, label) {
				t.Errorf("%s is told of others: %s", c.name, text)
			}
			if line := lineAt(all[i].Files[d.Range.Filename], d.Range.Start.Byte); line != d.Range.Start.Line {
				t.Errorf("%s: byte %d is on line %d, not %d", c.name, d.Range.Start.Byte, line, d.Range.Start.Line)
			}
		}
		for j := range max(len(found), len(c.want)) {
			if j >= len(found) || j >= len(c.want) || !strings.HasPrefix(found[j], c.want[j]) {
				t.Errorf("%s: found %q, want %q", c.name, found, c.want)
				break
			}
		}
	}
	// The root of all; the root of who is not wrong in it; the syntax error by itself; and two shapes of backend blocks, of which the broken one is once with CRLF.
	if got, want := commands(), "init validate init validate init validate init init init"; got != want {
		t.Errorf("terraform %s, want %s", got, want)
	}
}

func lineAt(content []byte, at int) int { return strings.Count(string(content[:at]), "\n") + 1 }

// TestAlikeIsValidatedOnce holds that accounts which Terraform can't tell apart cost as much as one.
func TestAlikeIsValidatedOnce(t *testing.T) {
	tf, commands := counting(t)
	wrong := change(plain, "main.tf", "", "# of account 111111111111\nresource \"terraform_data\" \"x\" {\n  input = [\"111111111111\", var.nowhere]\n}\n", "README.md", "", "of all")
	var all []Configuration
	for i := range 20 {
		account := fmt.Sprintf("3333333333%02d", i)
		files := ofAccount(wrong, account)
		files["README.md"] = "of " + account
		all = append(all, Configuration{Name: account, Account: account, Files: toBytes(files)})
	}
	all = append(all, Configuration{Name: "no account", Files: all[0].Files}, Configuration{Name: "the same", Account: all[0].Account, Files: all[0].Files})
	got, err := tf.ValidateAll(context.Background(), all)
	if err != nil {
		t.Fatal(err)
	}
	for i := range all {
		if len(got[i]) != 1 || got[i][0].Summary != "Reference to undeclared input variable" || got[i][0].Range.Start.Line != 11 {
			t.Errorf("%s: %s", all[i].Name, lines(got[i]))
		}
	}
	if got, want := commands(), "init validate"; got != want {
		t.Errorf("terraform %s, want %s", got, want)
	}
	if trees := distinct(all); len(trees) != 2 { // who has no account may be anybody's
		t.Errorf("%d trees, want 2", len(trees))
	}
}

func TestDistinct(t *testing.T) {
	account := func(id string, edits ...string) Configuration {
		return Configuration{Name: id, Account: id, Files: toBytes(ofAccount(change(onAWS, edits...), id))}
	}
	one := account("111111111112")
	for _, c := range []struct {
		name  string
		other Configuration
		same  bool
	}{
		{"account", account("111111111113"), true},
		{"account that begins with 0", account("011111111113"), false},
		{"no account id", Configuration{Account: "111111111113x", Files: toBytes(ofAccount(onAWS, "111111111113x"))}, false},
		{"README", account("111111111113", "README.md", "", "x"), true},
		{"folder's README", account("111111111113", "modules/logs/README.md", "", "x"), true},
		{"other Markdown", account("111111111113", "NOTES.md", "", "x"), false},
		{"region", account("111111111113", "providers.tf", "eu-central-1", "eu-west-1"), true},
		{"tag", account("111111111113", "providers.tf", "platform", "another one"), true},
		{"name of a tag", account("111111111113", "providers.tf", "owner", "owned_by"), false},
		{"computed tag", account("111111111113", "providers.tf", `"platform"`, `lower("platform")`), false},
		{"key", account("111111111113", "backend.tf", "a/baseline", "bcd/other"), true},
		{"folders of the key", account("111111111113", "backend.tf", "a/baseline", "a/b/baseline"), false},
		{"key that ends with a slash", account("111111111113", "backend.tf", "baseline.tfstate", ""), false},
		{"bucket of the state", account("111111111113", "backend.tf", "acme-tfstate", "acme-tf"), false},
		{"role", account("111111111113", "providers.tf", "role/terraform", "role/other"), false},
		{"role in another account", account("111111111113", "providers.tf", "iam::111111111111", "iam::999999999999"), false},
		{"name", account("111111111113", "main.tf", "alerts\"\n", "alarms\"\n"), false},
		{"comment", account("111111111113", "main.tf", "", "# x\n"), false},
		{"region of a resource", account("111111111113", "main.tf", "", "variable \"region\" {\n  default = \"eu-west-1\"\n}\n"), false},
	} {
		if got := len(distinct([]Configuration{one, c.other})) == 1; got != c.same {
			t.Errorf("%s: the same is %t, want %t", c.name, got, c.same)
		}
	}
}

// TestDistinctByAccount holds that accounts whose configurations decide by the account's id stand for themselves.
func TestDistinctByAccount(t *testing.T) {
	for text, want := range map[string]int{`name = "x-111111111111"`: 1, `name = "111111111111" == "x" ? "a" : "b"`: 2} {
		var all []Configuration
		for _, id := range []string{"111111111112", "111111111113"} {
			all = append(all, Configuration{Account: id, Files: toBytes(ofAccount(change(onAWS, "main.tf", `name = "alerts"`, text), id))})
		}
		if got := len(distinct(all)); got != want {
			t.Errorf("%s: %d trees, want %d", text, got, want)
		}
	}
}

func TestOnlyPasses(t *testing.T) {
	const id = "123456789012"
	for _, c := range []struct {
		expression string
		want       bool
	}{
		{`"123456789012"`, true},
		{`"x-123456789012-${var.region}"`, true},
		{`["123456789012", { a = "b:123456789012" }]`, true},
		{`{ "123456789012" = 1 }`, true},
		{`toset(["123456789012"])`, true},
		{`jsonencode({ a = ["123456789012"] })`, true},
		{"<<EOT\n123456789012\nEOT", true},
		{`1 # 123456789012`, true},
		{`upper(var.x) == "y" ? "a" : "b"`, true},
		{`123456789012`, false},
		{`upper("123456789012")`, false},
		{`toset([upper("123456789012")])`, false},
		{`"123456789012" == var.x`, false},
		{`var.x ? "123456789012" : ""`, false},
		{`[for x in ["123456789012"] : x]`, false},
		{`["123456789012"][0]`, false},
		{`"${"123456789012" == var.x}"`, false},
		{`"%{ if var.x == "123456789012" }a%{ endif }"`, false},
		{`provider::aws::arn_parse("123456789012")`, false},
		{`"unclosed 123456789012`, false},
	} {
		if got := onlyPasses([]byte("a = "+c.expression+"\n"), "main.tf", id); got != c.want {
			t.Errorf("%s: %t, want %t", c.expression, got, c.want)
		}
	}
}

func TestDissect(t *testing.T) {
	for _, c := range []struct {
		name string
		tree map[string]string
		want bool
	}{
		{"plain", plain, true},
		{"on AWS", onAWS, true},
		{"in Windows", windows(onAWS), true},
		{"no file of the root", map[string]string{"modules/logs/main.tf": onAWS["modules/logs/main.tf"]}, true},
		{"syntax error in a module", change(plain, "modules/store/main.tf", "type = string", "type = = string"), true},
		{"syntax error", change(plain, "main.tf", `"logs"`, `"logs`), false},
		{"import", change(plain, "main.tf", "", "import {\n}\n"), false},
		{"OpenTofu's", change(plain, "main.tofu", "", "# x"), false},
		{"JSON", change(plain, "modules/store/more.tf.json", "", "{}"), false},
		{"variables' values", change(plain, "terraform.tfvars", "", "x = 1"), false},
		{"lock file", change(plain, ".terraform.lock.hcl", "", "# x"), false},
		{"folder of the root", change(plain, "main.tf", `"logs"`, "path.root"), false},
		{"working directory", change(plain, "modules/store/main.tf", "= var.name", "= path.cwd"), false},
		{"file", change(plain, "main.tf", `"logs"`, `file("x")`), false},
		{"list of files", change(plain, "main.tf", `"logs"`, `tolist(fileset("x", "*"))[0]`), false},
		{"template", change(plain, "main.tf", `"logs"`, `templatefile("x", {})`), false},
		{"folder of the module", change(plain, "main.tf", `"logs"`, "path.module"), true},
		{"provider without source", change(onAWS, "versions.tf", `source  = "hashicorp/aws"`, "# none"), false},
		{"provider of a variable", change(onAWS, "providers.tf", `"eu-central-1"`, "var.region"), false},
		{"provider with a call", change(onAWS, "providers.tf", `"eu-central-1"`, `lower("EU-CENTRAL-1")`), true},
		{"provider's version", change(onAWS, "providers.tf", `region              = "us-east-1"`, `version = "5.0"`), false},
		{"provider for each", change(onAWS, "providers.tf", `region              = "us-east-1"`, `for_each = {}`), false},
		{"provider twice", change(onAWS, "providers.tf", "", "provider \"aws\" {\n  region = \"x\"\n}\n"), false},
		{"provider on one line", change(onAWS, "providers.tf", "", "provider \"aws\" { alias = \"x\" }\n"), false},
		{"empty provider", change(onAWS, "providers.tf", "", "provider \"aws\" {\n  alias = \"x\"\n}\n"), true},
		{"alias with a comment", change(onAWS, "providers.tf", "", "provider \"aws\" {\n  alias = \"x\" /* a\n  b */\n}\n"), false},
		{"alias that is none", change(onAWS, "providers.tf", `"billing"`, `"a b"`), false},
		{"alias of a number", change(onAWS, "providers.tf", `"billing"`, "1"), false},
		{"requirement on one line", change(onAWS, "versions.tf", "{\n      source  = \"hashicorp/aws\"\n      version = \">= 5.80\"\n    }", `{ source = "hashicorp/aws" }`), true},
		{"requirement with commas", change(onAWS, "versions.tf", `"hashicorp/aws"`, `"hashicorp/aws",`, "versions.tf", `">= 5.80"`, `">= 5.80",`), true},
		{"requirement of a version only", change(onAWS, "versions.tf", "{\n      source  = \"hashicorp/aws\"\n      version = \">= 5.80\"\n    }", `">= 5.80"`), false},
		{"requirement with a heredoc", change(onAWS, "versions.tf", `">= 5.80"`, "<<EOT\n>= 5.80\nEOT"), false},
		{"variable", change(plain, "main.tf", "", "variable \"x\" {}\n"), true},
		{"variable of a reserved name", change(plain, "main.tf", "", "variable \"count\" {}\n"), false},
		{"output of a resource", change(plain, "outputs.tf", "module.store.name", "terraform_data.here.id"), false},
		{"output of a text", change(plain, "outputs.tf", "module.store.name", `"x"`), true},
		{"sensitive output", change(plain, "outputs.tf", "module.store.name", "var.x\n  sensitive = true"), true},
		{"output of a sensitive output", change(plain, "modules/store/main.tf", "terraform_data.store.output", "1\n  sensitive = true"), false},
	} {
		tree := &tree{files: toBytes(c.tree)}
		if got := tree.dissect(); got != c.want {
			t.Errorf("%s: %t, want %t", c.name, got, c.want)
			continue
		}
		if !c.want {
			continue
		}
		if len(tree.module) != len(tree.files) {
			t.Errorf("%s: files %v", c.name, slices.Sorted(maps.Keys(tree.module)))
		}
		for name, content := range tree.module {
			if lineStart(content, 1000) != len(content) || strings.Count(string(content), "\n") != strings.Count(c.tree[name], "\n") {
				t.Errorf("%s: the lines of %s are others:\n%s", c.name, name, content)
			}
			if strings.Count(string(content), "\r") != strings.Count(c.tree[name], "\r") {
				t.Errorf("%s: the line ends of %s are others", c.name, name)
			}
		}
	}
}

// TestDissectedModule shows what is left of a root: blanks in place of provider and backend blocks, and the aliases passed in.
func TestDissectedModule(t *testing.T) {
	trees := []*tree{{files: toBytes(change(onAWS, "versions.tf", "  required_version = \">= 1.0\"\n", "  backend \"local\" {\n    path = \"x\"\n  }\n"))}}
	tree := trees[0]
	if !tree.dissect() {
		t.Fatal("it can't be called")
	}
	want := `terraform {
  ` + `                 ` + `
` + `              ` + `
` + `   ` + `

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.80", configuration_aliases = [aws.billing]
    }
  }
}
`
	if got := string(tree.module["versions.tf"]); got != want {
		t.Errorf("got\n%q, want\n%q", got, want)
	}
	if text := strings.TrimSpace(string(tree.module["providers.tf"])); text != "" {
		t.Errorf("of providers.tf is left: %s", text)
	}
	if got := string(newFleetRoot(trees).files["main.tf"]); !strings.Contains(got, "    aws.billing = aws.shape_1\n") {
		t.Errorf("main.tf:\n%s", got)
	}
}

func block(t *testing.T, text string) *hclsyntax.Block {
	t.Helper()
	f, diags := hclsyntax.ParseConfig([]byte(text), "x.tf", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return f.Body.(*hclsyntax.Body).Blocks[0]
}

func TestShapes(t *testing.T) {
	const base = `provider "aws" {
  region = "eu-central-1"

  default_tags {
    tags = { owner = "platform" }
  }

  assume_role {
    role_arn = "arn:aws:iam::111111111111:role/terraform"
  }
}
`
	change := func(old, text string) string {
		if !strings.Contains(base, old) {
			t.Fatalf("no %s", old)
		}
		return strings.Replace(base, old, text, 1)
	}
	const first = "provider \"aws\" {\n"
	for _, c := range []struct {
		name, text, account string
		same                bool
	}{
		{"itself", base, "111111111111", true},
		{"account", strings.ReplaceAll(base, "111111111111", "222222222222"), "222222222222", true},
		{"role elsewhere", change("111111111111", "222222222222"), "111111111111", false},
		{"alias", change(first, first+"  alias  = \"x\"\n"), "111111111111", true},
		{"alias at the end", change("  }\n}", "  }\n  alias = \"x\"\n}"), "111111111111", true},
		{"region", change("eu-central-1", "us-east-1"), "111111111111", true},
		{"region of a number", change(`"eu-central-1"`, "1"), "111111111111", false},
		{"no region", change("  region = \"eu-central-1\"\n", ""), "111111111111", false},
		{"tag", change("platform", "x"), "111111111111", true},
		{"tag's name", change("owner", "owns"), "111111111111", false},
		{"tag that is a list", change(`"platform"`, "[]"), "111111111111", false},
		{"argument", change(first, first+"  nonsense = 1\n"), "111111111111", false},
		{"lines", change("\n\n  default_tags", "\n\n\n  default_tags"), "111111111111", false},
	} {
		shapes := newShapes()
		add := func(text, account string) *shape {
			b := rootBlock{file: "x.tf", block: block(t, text)}
			if attr := b.block.Body.Attributes["alias"]; attr != nil {
				b.alias, b.aliasLine = "x", attr.SrcRange.Start.Line
			}
			return shapes.add(&tree{account: account, files: toBytes(map[string]string{"x.tf": text})}, b)
		}
		if got := add(base, "111111111111") == add(c.text, c.account); got != c.same {
			t.Errorf("%s: the same is %t, want %t", c.name, got, c.same)
		}
		for _, s := range shapes.list {
			if b := block(t, string(s.text)); alias(b) != s.name {
				t.Errorf("%s: the shape is\n%s", c.name, s.text)
			}
		}
	}
}

func alias(b *hclsyntax.Block) string {
	value, diags := b.Body.Attributes["alias"].Expr.Value(nil)
	if diags.HasErrors() {
		return ""
	}
	return value.AsString()
}

// TestPlacesOfShapes leads a mistake in a shape back to each of the blocks that it stands for.
func TestPlacesOfShapes(t *testing.T) {
	trees := []*tree{
		{account: "111111111111", files: toBytes(map[string]string{"a.tf": "provider \"aws\" {\n  region   = \"eu\"\n  nonsense = \"111111111111\"\n}\n"})},
		{account: "222222222222", files: toBytes(map[string]string{"b.tf": "# ü\n\nprovider \"aws\" {\n  region   = \"us-east\"\n  alias = \"x\"\n  nonsense = \"222222222222\"\n}\n"})},
		{account: "333333333333", files: toBytes(map[string]string{"c.tf": "provider \"aws\" {\r\n  region   = \"eu\"\r\n  nonsense = \"333333333333\"\r\n}\r\n"})},
	}
	shapes := newShapes()
	for _, tree := range trees {
		for name := range tree.files {
			b := rootBlock{file: name, block: block(t, string(tree.files[name]))}
			if b.block.Body.Attributes["alias"] != nil {
				b.alias, b.aliasLine = "x", 5
			}
			shapes.add(tree, b)
		}
	}
	if len(shapes.list) != 2 {
		t.Fatalf("%d shapes, want one of two blocks and one with other line ends", len(shapes.list))
	}
	s := shapes.list[0]
	at := strings.Index(string(s.text), `"1111`)
	d := tfjson.Diagnostic{
		Summary: "No 111111111111", Address: `provider["registry.terraform.io/hashicorp/aws"].` + s.name,
		Range: &tfjson.Range{Filename: s.name + ".tf", Start: tfjson.Pos{Line: 3, Column: 14, Byte: at}, End: tfjson.Pos{Line: 3, Column: 28, Byte: at + 14}},
	}
	var got []string
	for _, p := range s.places(d) {
		text := p.tree.files[p.diagnostic.Range.Filename][p.diagnostic.Range.Start.Byte:p.diagnostic.Range.End.Byte]
		got = append(got, lines([]tfjson.Diagnostic{p.diagnostic})[0]+" "+string(text))
	}
	want := []string{
		`a.tf:3:14-3:28: : No 111111111111:  [provider["registry.terraform.io/hashicorp/aws"]] "111111111111"`,
		`b.tf:6:14-6:28: : No 222222222222:  [provider["registry.terraform.io/hashicorp/aws"].x] "222222222222"`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestPosition(t *testing.T) {
	copied, original := []byte("x\n  a = 1, more = 2\n\tb"), []byte("x\n  a = 1\n\tb")
	pos := func(line, column, at int) tfjson.Pos { return tfjson.Pos{Line: line, Column: column, Byte: at} }
	for _, c := range []struct{ at, want tfjson.Pos }{
		{pos(1, 1, 0), pos(1, 1, 0)},
		{pos(2, 3, 4), pos(2, 3, 4)},
		{pos(2, 8, 9), pos(2, 8, 9)},
		{pos(2, 11, 12), pos(2, 3, 4)}, // it isn't there
		{pos(3, 2, 21), pos(3, 2, 11)},
		{pos(3, 3, 22), pos(3, 3, 12)},
	} {
		if got := position(c.at, copied, original, c.at.Line, unchanged); got != c.want {
			t.Errorf("%v: %v, want %v", c.at, got, c.want)
		}
	}
}

func TestOwnNames(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"has not been declared in module.plinth_fleet_0.", "has not been declared in the root module."},
		{"in module.plinth_fleet_12, or", "in the root module, or"},
		{"has not been declared in module.plinth_fleet_0.module.store.", "has not been declared in module.store."},
		{"module.plinth_fleet_3.aws_s3_bucket.logs[0]", "aws_s3_bucket.logs[0]"},
		{"at plinth_fleet_1/main.tf:3,1", "at main.tf:3,1"},
		{"module.my_plinth_fleet_1.x", "module.my_plinth_fleet_1.x"},
		{"Module module.plinth_fleet_4 (from ./plinth_fleet_4) does not support Terraform version 1", "This configuration does not support Terraform version 1"},
	} {
		if got := own(tfjson.Diagnostic{Detail: c.in}).Detail; got != c.want {
			t.Errorf("%s: %s, want %s", c.in, got, c.want)
		}
	}
}

// TestOf shows what is said of a tree as it is said of one of its accounts: in the order of files, and about this account.
func TestOf(t *testing.T) {
	at := func(file string, line, column int) *tfjson.Range {
		return &tfjson.Range{Filename: file, Start: tfjson.Pos{Line: line, Column: column, Byte: column - 1}, End: tfjson.Pos{Line: line, Column: column, Byte: column - 1}}
	}
	tree := &tree{account: "111111111111", files: toBytes(map[string]string{"a.tf": "x = \"first\" # 111111111111", "b.tf": "y"}), found: []tfjson.Diagnostic{
		{Summary: "nowhere"}, {Summary: "2", Range: at("b.tf", 1, 1)}, {Summary: "1 of 111111111111", Range: at("a.tf", 1, 15)}, {Summary: "0", Range: at("a.tf", 1, 5)},
		{Summary: "elsewhere", Range: at("c.tf", 1, 1)},
	}}
	other := Configuration{Account: "222222222222", Files: toBytes(map[string]string{"a.tf": "x = \"other one\" # 222222222222", "b.tf": "y"})}
	var got []string
	for _, d := range tree.of(other) {
		got = append(got, lines([]tfjson.Diagnostic{d})[0])
	}
	want := []string{
		"a.tf:1:1-1:1: : 1 of 222222222222:  []", // what stands before it is another text
		"a.tf:1:5-1:5: : 0:  []",
		"b.tf:1:1-1:1: : 2:  []",
		"c.tf:1:1-1:1: : elsewhere:  []",
		"nowhere: : nowhere:  []",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestGroups(t *testing.T) {
	of := func(requirements string, bytes, n int) []*tree {
		var trees []*tree
		for range n {
			trees = append(trees, &tree{parts: parts{requirements: requirements, module: map[string][]byte{"main.tf": make([]byte, bytes)}}})
		}
		return trees
	}
	for _, c := range []struct {
		trees []*tree
		want  []int
	}{
		{nil, nil},
		{of("a", 10, 1), []int{1}},
		{slices.Concat(of("a", 10, 2), of("b", 10, 3), of("a", 10, 2)), []int{4, 3}},
		{of("a", maxRoot/10, 5), []int{5}},
		{of("a", maxRoot/10, 25), []int{8, 8, 9}},
		{of("a", 3*maxRoot, 2), []int{1, 1}},
	} {
		var sizes []int
		for _, group := range groups(c.trees) {
			sizes = append(sizes, len(group))
		}
		if !slices.Equal(sizes, c.want) {
			t.Errorf("%v, want %v", sizes, c.want)
		}
	}
}

// TestIndifferent holds that the provider takes as it is what accounts may differ in without being told apart. It fails when a version of the provider checks it.
func TestIndifferent(t *testing.T) {
	odd := strings.Repeat("odd \u00fc", 200)
	files := change(onAWS, "providers.tf", "eu-central-1", "nowhere", "providers.tf", "platform", odd)
	diags, err := tool(t).Validate(context.Background(), write(t, toBytes(files)))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines(diags) {
		t.Error(line)
	}
}

// TestBackendsAskNobody holds that a right backend block costs no attempts to connect, which take seconds.
func TestBackendsAskNobody(t *testing.T) {
	tf := tool(t)
	begin := time.Now()
	diags, err := tf.initBackend(context.Background(), []byte(onAWS["backend.tf"]))
	if err != nil {
		t.Fatal(err)
	}
	if len(diags) != 1 || diags[0].Range != nil {
		t.Errorf("want the one error that there are no credentials, found %s", lines(diags))
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
}

// TestExamplesAreCalled holds that what plinth generates is validated together, and each with one process of the provider for accounts of any regions.
func TestExamplesAreCalled(t *testing.T) {
	specs, err := filepath.Glob("../../examples/*/account.yaml")
	if err != nil || len(specs) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	more, err := filepath.Glob("../testdata/plan/*.yaml")
	if err != nil || len(more) == 0 {
		t.Fatalf("no plan cases: %v", err)
	}
	g, _, diags := generator.New(plinth.Files)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	for _, file := range append(specs, more...) {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		account, diags := g.Account(file, content, generator.Specialized)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		trees := distinct([]Configuration{{Name: file, Account: account.ID, Files: account.Files()}})
		if !trees[0].dissect() {
			t.Errorf("%s can't be called as a module", file)
			continue
		}
		if shapes := newFleetRoot(trees).shapes.list; len(shapes) != 1 {
			t.Errorf("%s has %d shapes of provider blocks", file, len(shapes))
		}
		for name, content := range account.Files() {
			if strings.HasSuffix(name, ".tf") && !onlyPasses(content, name, account.ID) {
				t.Errorf("%s: %s decides by the account's id", file, name)
			}
		}
	}
}

// TestInterrupted ends a run in the middle: it says so, and leaves nothing behind.
func TestInterrupted(t *testing.T) {
	tf := tool(t)
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("SKIPPED: a shell script stands for Terraform")
	}
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	script := filepath.Join(t.TempDir(), "terraform")
	slow := fmt.Sprintf("#!/bin/sh\ncase $1 in validate) exec sleep 60;; *) exec '%s' \"$@\";; esac\n", tf.path)
	if err := os.WriteFile(script, []byte(slow), 0o700); err != nil {
		t.Fatal(err)
	}
	slowly := *tf
	slowly.path = script
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	begin := time.Now()
	if _, err := slowly.ValidateAll(ctx, []Configuration{{Name: "x", Files: toBytes(plain)}}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("it took %s", took)
	}
	left, err := os.ReadDir(temp)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}
