//go:build e2e

package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/terraform-exec/tfexec"
	tfjson "github.com/hashicorp/terraform-json"
	"go.yaml.in/yaml/v3"

	"plinth"
	"plinth/e2e/fakeaws"
	"plinth/generator"
	"plinth/generator/fileset"
	"plinth/generator/terraform"
)

// example is a spec of ../examples, given to a company of another name and another account, so that several can live in one emulator.
type example struct {
	name    string   // the folder
	id      string   // of the account
	home    string   // region
	buckets []string // that the spec expects to be there
}

var examples = []example{
	{name: "minimal", id: "123456789012", home: "eu-central-1"},
	{name: "hardened", id: "210987654321", home: "eu-central-1", buckets: []string{"acme-tfstate", "acme-access-logs-210987654321"}},
	{name: "organization", id: "345678901234", home: "us-east-1"},
}

// account is an example that is applied to the emulator.
type account struct {
	example
	aws    *emulator
	spec   string
	rename *strings.Replacer // what is the example's in a text, to what is the account's
	dir    string            // of the configuration
	tf     *tfexec.Terraform
}

// newAccount prepares an example for a company, whose accounts have numbers that begin with digit.
func newAccount(t *testing.T, aws *emulator, tool *terraform.Tool, e example, company, digit string) *account {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "examples", e.name, "account.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	a := &account{example: e, aws: aws, rename: strings.NewReplacer("acme", company, e.id, digit+e.id[1:])}
	a.id = a.rename.Replace(e.id)
	a.spec = a.rename.Replace(string(content))
	temp := t.TempDir()
	a.dir = filepath.Join(temp, "account")
	for _, dir := range []string{a.dir, filepath.Join(temp, "terraform")} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if a.tf, err = tfexec.NewTerraform(a.dir, tool.Path()); err != nil {
		t.Fatal(err)
	}
	env, err := tool.Environment(filepath.Join(temp, "terraform"))
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(env, map[string]string{
		"GOGC":              "400", // a third less CPU time
		"AWS_ENDPOINT_URL":  fakeaws.Endpoint,
		"AWS_ACCESS_KEY_ID": a.id, // so the proxy knows whose request it is
		"HTTP_PROXY":        aws.proxy,
		"http_proxy":        aws.proxy,
	})
	delete(env, "NO_PROXY")
	delete(env, "no_proxy")
	if err := a.tf.SetEnv(env); err != nil {
		t.Fatal(err)
	}
	for _, bucket := range e.buckets {
		aws.makeBucket(t, a.id, e.home, a.rename.Replace(bucket))
	}
	return a
}

// generate does what plinth generate does, and terraform init.
func (a *account) generate(t *testing.T, style generator.Style) {
	t.Helper()
	g, sources, diags := generator.New(plinth.Files)
	var rendered *generator.Account
	if !diags.HasErrors() {
		rendered, diags = g.Account("account.yaml", []byte(a.spec), style)
	}
	if diags.HasErrors() {
		var text bytes.Buffer
		if err := hcl.NewDiagnosticTextWriter(&text, sources.Files(), 0, false).WriteDiagnostics(diags); err != nil {
			t.Fatal(err)
		}
		t.Fatal(text.String())
	}
	if _, err := fileset.Write(a.dir, rendered.Files(), fileset.Options{}); err != nil {
		t.Fatal(err)
	}
	if err := a.tf.Init(context.Background()); err != nil {
		t.Fatalf("%s: %v", style, err)
	}
}

// plan is what terraform plan says would happen.
type plan struct {
	changed bool     // -detailed-exitcode is 2, which it is for moves, too
	moves   []string // "from -> to"
	actions []string // anything else, of resources and outputs
}

func (a *account) plan(t *testing.T) plan {
	t.Helper()
	var output bytes.Buffer
	changed, err := a.tf.PlanJSON(context.Background(), &output)
	if err != nil {
		t.Fatalf("plan: %v\n%s", err, problems(output.String()))
	}
	p := plan{changed: changed}
	for lines := bufio.NewScanner(&output); lines.Scan(); {
		var message struct {
			Type   string `json:"type"`
			Change struct {
				Resource         struct{ Addr string }
				PreviousResource *struct{ Addr string } `json:"previous_resource"`
				Action           string
			}
			Outputs map[string]struct{ Action string }
		}
		if err := json.Unmarshal(lines.Bytes(), &message); err != nil {
			t.Fatalf("plan: %v: %s", err, lines.Text())
		}
		change := message.Change
		switch {
		case message.Type == "planned_change" && change.PreviousResource != nil:
			p.moves = append(p.moves, change.PreviousResource.Addr+" -> "+change.Resource.Addr)
			if change.Action != "move" {
				p.actions = append(p.actions, change.Action+" "+change.Resource.Addr)
			}
		case message.Type == "planned_change":
			p.actions = append(p.actions, change.Action+" "+change.Resource.Addr)
		case message.Type == "outputs":
			for name, output := range message.Outputs {
				if output.Action != "" && output.Action != "noop" {
					p.actions = append(p.actions, output.Action+" output."+name)
				}
			}
		}
	}
	return p
}

// problems are the lines of Terraform's JSON output that say what is wrong or what would happen.
func problems(output string) string {
	var b strings.Builder
	for line := range strings.Lines(output) {
		if strings.Contains(line, `"type":"diagnostic"`) || strings.Contains(line, `"type":"planned_change"`) {
			b.WriteString(line)
		}
	}
	return b.String()
}

func (a *account) apply(t *testing.T) {
	t.Helper()
	if err := a.tf.Apply(context.Background()); err != nil {
		t.Fatalf("apply: %v", err)
	}
}

// unprotected returns the account's spec with every prevent_destroy lifted.
func (a *account) unprotected(t *testing.T) string {
	t.Helper()
	var fields map[string]any
	if err := yaml.Unmarshal([]byte(a.spec), &fields); err != nil {
		t.Fatal(err)
	}
	within := func(of map[string]any, key string) map[string]any {
		inner, ok := of[key].(map[string]any)
		if !ok {
			inner = make(map[string]any)
			of[key] = inner
		}
		return inner
	}
	within(fields, "log_group")["prevent_destroy"] = false
	for _, section := range []string{"cloudtrail", "cur", "credential_report"} {
		if _, written := fields[section]; !written && section == "credential_report" {
			continue // it is off
		}
		within(within(fields, section), "bucket")["prevent_destroy"] = false
	}
	content, err := yaml.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// resources lists what is in the state.
func (a *account) resources(t *testing.T) []string {
	t.Helper()
	state, err := a.tf.Show(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if state.Values == nil {
		return nil
	}
	var all []string
	var visit func(m *tfjson.StateModule)
	visit = func(m *tfjson.StateModule) {
		for _, r := range m.Resources {
			if r.Mode == tfjson.ManagedResourceMode {
				all = append(all, r.Address)
			}
		}
		for _, child := range m.ChildModules {
			visit(child)
		}
	}
	visit(state.Values.RootModule)
	return all
}

// trailBucket is the name of the bucket that stands for whether the account is there.
func (a *account) trailBucket() string {
	return fmt.Sprintf("%s-cloudtrail-%s-%s", a.prefix(), a.id, a.home)
}

func (a *account) prefix() string {
	_, rest, _ := strings.Cut(a.spec, "\n  prefix: ")
	prefix, _, _ := strings.Cut(rest, "\n")
	return prefix
}
