package generator_test

import (
	"fmt"
	"os"
	"path"
	"strings"
	"testing"

	"plinth/generator"
)

// TestOrigins leads lines of generated files back to the spec.
func TestOrigins(t *testing.T) {
	g, text := newGenerator(t)
	const file = "../examples/hardened/account.yaml"
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	account, diags := g.Account(file, content, generator.Specialized)
	if diags.HasErrors() {
		t.Fatal(text(diags))
	}
	origins, diags := g.Origins(account, generator.Input{File: file, Content: content})
	if diags.HasErrors() {
		t.Fatal(text(diags))
	}
	spec := strings.Split(string(content), "\n")
	files := account.Files()
	for _, c := range []struct {
		file, line string // the line of the file that begins so
		field      string // "" for none
		at         string // the line of the spec
	}{
		{"main.tf", `module "cloudtrail"`, "cloudtrail", "cloudtrail:"},
		{"main.tf", "log_group_name = module.log_group.name", "cloudtrail", "cloudtrail:"},
		{"main.tf", `module "access_analyzer_eu_west_1"`, "access_analyzer", "access_analyzer:"},
		{"backend.tf", "bucket ", "terraform.backend.s3.bucket", "bucket: acme-tfstate"},
		{"backend.tf", "key ", "terraform.backend.s3.key", "key: prod/baseline.tfstate"},
		{"backend.tf", "encrypt ", "", ""}, // a default
		{"versions.tf", "required_version", "terraform.required_version", "required_version:"},
		{"versions.tf", "version ", "", ""}, // of the provider, a default
		{"versions.tf", "source ", "", ""},
		{"providers.tf", "region ", "regions.home", "home: eu-central-1"},
		{"providers.tf", "allowed_account_ids", "account.id", `id: "210987654321"`},
		{"providers.tf", "role_arn", "terraform.assume_role", "assume_role:"},
		{"providers.tf", "tags = {", "tags", "tags:"},
		{"providers.tf", "environment", "tags", "tags:"}, // on a line of the argument
		{"outputs.tf", `output "trail_arn"`, "", ""},
		{"modules/cloudtrail/main.tf", "transition {", "cloudtrail", "cloudtrail:"},
		{"modules/cloudtrail/main.tf", "target_bucket", "cloudtrail.bucket.access_log.bucket", "access_log: {bucket: acme-access-logs-210987654321}"},
		{"modules/cloudtrail/main.tf", "mode ", "cloudtrail.bucket.object_lock.mode", "object_lock: {mode: COMPLIANCE, days: 365}"},
		{"modules/cloudtrail/main.tf", "enable_log_file_validation", "cloudtrail", "cloudtrail:"},
		{"modules/cloudtrail/versions.tf", "required_version", "", ""},
		{"modules/log_group/main.tf", "retention_in_days", "log_group.retention_days", "retention_days: 731"},
		{"modules/metric_filter/main.tf", "pattern", "", ""}, // the spec leaves the section out
		{"modules/nowhere/main.tf", "", "", ""},
	} {
		line := 0
		for i, text := range strings.Split(string(files[c.file]), "\n") {
			if line == 0 && strings.HasPrefix(strings.TrimSpace(text), c.line) {
				line = i + 1
			}
		}
		if line == 0 {
			t.Errorf("%s has no line %s:\n%s", c.file, c.line, files[c.file])
			continue
		}
		field, rng, ok := origins.At(c.file, line)
		if field != c.field || ok != (c.field != "") {
			t.Errorf("%s, %s: field %q, want %q", c.file, c.line, field, c.field)
		} else if ok && !strings.Contains(spec[rng.Start.Line-1], c.at) {
			t.Errorf("%s, %s: line %q of the spec, want %q", c.file, c.line, spec[rng.Start.Line-1], c.at)
		}
	}
}

// TestOriginsOfAllLines asks for every line of every account: the field that comes out is one of the spec, and the place is in it.
func TestOriginsOfAllLines(t *testing.T) {
	g, text := newGenerator(t)
	sections := make(map[string]bool)
	for _, section := range g.Schema().Sections {
		sections[section.Name] = true
	}
	for _, file := range specs(t) {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		account, diags := g.Account(file, content, generator.Specialized)
		if diags.HasErrors() {
			t.Fatal(text(diags))
		}
		origins, diags := g.Origins(account, generator.Input{File: file, Content: content})
		if diags.HasErrors() {
			t.Fatal(text(diags))
		}
		found := 0
		for name, generated := range account.Files() {
			if path.Ext(name) != ".tf" {
				continue
			}
			for line := range strings.Count(string(generated), "\n") + 1 {
				field, rng, ok := origins.At(name, line+1)
				if !ok {
					continue
				}
				found++
				if at := fmt.Sprintf("%s:%d", rng.Filename, rng.Start.Line); rng.Filename != file || rng.Start.Byte < 0 || rng.End.Byte > len(content) || rng.Start.Byte >= rng.End.Byte {
					t.Errorf("%s:%d: %s at %s", name, line+1, field, at)
				}
				dir := strings.Split(path.Dir(name), "/")
				if section, _, _ := strings.Cut(field, "."); len(dir) == 2 && sections[dir[1]] && sections[section] && section != dir[1] {
					t.Errorf("%s:%d: %s of another section", name, line+1, field)
				}
			}
		}
		if found == 0 {
			t.Errorf("%s: no origins", file)
		}
	}
}

// TestOriginsOfFiles leads to the file that a spec extends.
func TestOriginsOfFiles(t *testing.T) {
	g, text := newGenerator(t)
	input := generator.Input{File: "accounts/dev.yaml", Content: []byte("version: 1\nextends: defaults.yaml\naccount: {id: \"123456789012\", name: acme-dev}\n")}
	input.Files.Base = func(string) ([]byte, error) {
		return []byte("naming: {prefix: acme}\nsns_email: {addresses: [security@example.com]}\nregions:\n  home: eu-central-1\n"), nil
	}
	accounts, diags := g.Accounts([]generator.Input{input}, generator.Specialized)
	if diags.HasErrors() {
		t.Fatal(text(diags))
	}
	origins, diags := g.Origins(accounts[0], input)
	if diags.HasErrors() {
		t.Fatal(text(diags))
	}
	for line, content := range strings.Split(string(accounts[0].Files()["providers.tf"]), "\n") {
		if !strings.HasPrefix(strings.TrimSpace(content), "region ") {
			continue
		}
		field, rng, ok := origins.At("providers.tf", line+1)
		if !ok || field != "regions.home" || rng.Filename != "accounts/defaults.yaml" || rng.Start.Line != 4 {
			t.Errorf("%s comes from %s at %s", content, field, rng)
		}
		return
	}
	t.Error("providers.tf has no region")
}
