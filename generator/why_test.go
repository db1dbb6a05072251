package generator

import (
	"errors"
	"fmt"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"plinth"
	"plinth/generator/spec"
)

func explainer(t *testing.T, file, content string, bases map[string]string) *Explainer {
	t.Helper()
	input := Input{File: file, Content: []byte(content), Files: spec.Files{Base: func(name string) ([]byte, error) {
		if text, ok := bases[name]; ok {
			return []byte(text), nil
		}
		return nil, os.ErrNotExist
	}}}
	x, diags := generatorOf(t, plinth.Files).Explainer(input)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return x
}

// TestWhy asks for arguments that come about in each way.
func TestWhy(t *testing.T) {
	x := explainer(t, "accounts/prod.yaml", `version: 1
extends: base.yaml
account: {id: "123456789012", name: acme-prod}
cloudtrail:
  bucket: {retention_days: 500}
iam_access:
  users: {anna: {groups: [read_only]}}
`, map[string]string{"accounts/base.yaml": `regions: {home: eu-central-1}
naming: {prefix: acme}
sns_email: {addresses: [security@example.com]}
log_group: {retention_days: 731}
`})
	for _, test := range []struct {
		address string
		there   bool
		value   string
		source  string   // in the module
		steps   []string // what: from -> to
		decided []string // name = value, by, field, place without line numbers of modules
	}{
		{
			"module.cloudtrail.aws_s3_bucket_lifecycle_configuration.this.rule[0].expiration[0].days", true, "500", "days = var.bucket.retention_days",
			[]string{"folded: var.bucket.retention_days -> 500", "loop unrolled: for_each = var.bucket.retention_days > 0 ? [1] : [] -> "},
			[]string{"var.bucket.retention_days = 500 spec cloudtrail.bucket.retention_days accounts/prod.yaml:5:28"},
		},
		{ // from the file that the spec extends
			"module.log_group.aws_cloudwatch_log_group.this.retention_in_days", true, "731", "retention_in_days = var.retention_days", []string{"folded: var.retention_days -> 731"},
			[]string{"var.retention_days = 731 spec log_group.retention_days accounts/base.yaml:4:29"},
		},
		{
			"module.root_activity_alarm.aws_cloudwatch_metric_alarm.this.threshold", true, "1", "threshold           = var.threshold", []string{"folded: var.threshold -> 1"},
			[]string{"var.threshold = 1 default root_activity_alarm.threshold modules/root_activity_alarm/variables.tf"},
		},
		{ // another module's output, which the template passes on
			"module.root_activity_alarm.aws_cloudwatch_metric_alarm.this.namespace", true, "var.metric_namespace", "namespace           = var.metric_namespace", nil,
			[]string{"var.metric_namespace =  template  templates/account/main.tf"},
		},
		{ // not there
			"module.log_group.aws_kms_key.this", false, "", `resource "aws_kms_key" "this"`, []string{`left out: resource "aws_kms_key" "this" -> `},
			[]string{"var.kms.create = false default log_group.kms.create modules/log_group/variables.tf", "section log_group = on spec log_group accounts/base.yaml:4:1"},
		},
		{ // null, and hence not written
			"module.log_group.aws_cloudwatch_log_group.this.kms_key_id", false, "", "", []string{"left out: "}, nil,
		},
		{ // one block of a for_each
			"module.iam_access.aws_iam_group.this_read_only.name", true, `"acme-read-only"`, "", []string{"one block per key: "}, nil,
		},
		{
			"provider.aws.global_events.region", true, `"us-east-1"`, "region              = local.global_events_region", []string{`folded: local.global_events_region -> "us-east-1"`},
			[]string{`var.regions.home = "eu-central-1" spec regions.home accounts/base.yaml:1:17`},
		},
		{
			"output.trail_arn.value", true, "module.cloudtrail.arn", "value       = one(module.cloudtrail[*].arn)", []string{"branch chosen: one(module.cloudtrail[*].arn) -> module.cloudtrail.arn"}, nil,
		},
	} {
		w, err := x.Why(test.address)
		if err != nil {
			t.Errorf("%s: %v", test.address, err)
			continue
		}
		if w.There != test.there || w.Value != test.value || test.source != "" && w.Source != test.source {
			t.Errorf("%s: there %t, value %q, source %q", test.address, w.There, w.Value, w.Source)
		}
		var did, decided []string
		for _, s := range w.Steps {
			did = append(did, fmt.Sprintf("%s: %s -> %s", s.What, s.From, s.To))
		}
		for _, d := range w.Decided {
			decided = append(decided, fmt.Sprintf("%s = %s %s %s %s", d.Name, d.Value, d.By, d.Field, d.Place))
		}
		for _, wanted := range []struct{ got, want []string }{{did, test.steps}, {decided, test.decided}} {
			for _, want := range wanted.want {
				if !slices.ContainsFunc(wanted.got, func(got string) bool { return strings.HasPrefix(got, want) }) {
					t.Errorf("%s: %q is not in %q", test.address, want, wanted.got)
				}
			}
		}
	}
}

func TestWhyOfNothing(t *testing.T) {
	x := explainer(t, "account.yaml", goodSpecs(t)["../examples/minimal/account.yaml"], nil)
	for address, like := range map[string]string{
		"module.log_group.aws_cloudwatch_log_group.that":      "module.log_group.aws_cloudwatch_log_group.this",
		"module.log_group.aws_cloudwatch_log_group.this.nope": "module.log_group.aws_cloudwatch_log_group.this",
		"aws_cloudwatch_log_group.this":                       "module.log_group.aws_cloudwatch_log_group.this",
		"nonsense":                                            "", "": "", "module.": "", "module.x.y.z.": "",
	} {
		_, err := x.Why(address)
		var nowhere *NoAddressError
		if !errors.As(err, &nowhere) || like != "" && !slices.Contains(nowhere.Like, like) {
			t.Errorf("%q: %v", address, err)
		}
	}
}

var placeText = regexp.MustCompile(`^(.+?):([0-9]+)(:[0-9]+)?$`)

// TestWhyOfEverything asks for each argument of the hardened example: each has a source, which stands where it is said to, and what the source became is what is written.
func TestWhyOfEverything(t *testing.T) {
	const file = "../examples/hardened/account.yaml"
	x := explainer(t, file, goodSpecs(t)[file], nil)
	asked, folded, decided := 0, 0, 0
	line := func(place string) string {
		t.Helper()
		found := placeText.FindStringSubmatch(place)
		if found == nil {
			t.Errorf("%q is no place", place)
			return ""
		}
		content, err := plinth.Files.ReadFile(found[1])
		if err != nil {
			if content, err = os.ReadFile(found[1]); err != nil {
				t.Error(err)
				return ""
			}
		}
		var n int
		if _, err := fmt.Sscan(found[2], &n); err != nil || n > strings.Count(string(content), "\n") {
			t.Errorf("%s: there is no such line", place)
			return ""
		}
		return strings.Split(string(content), "\n")[n-1]
	}
	plain := func(text string) string { return strings.Join(strings.Fields(text), "") }
	for _, call := range sortedKeys(x.trace.Modules) {
		dir, prefix := ".", ""
		if call != "" {
			dir, prefix = x.trace.Modules[call].Dir, "module."+call+"."
		}
		var visit func(address string, body *hclsyntax.Body)
		visit = func(address string, body *hclsyntax.Body) {
			for name := range body.Attributes {
				asked++
				w, err := x.Why(address + "." + name)
				if err != nil {
					t.Error(err)
					continue
				}
				if !w.There || !strings.Contains(line(w.Module), name) {
					t.Errorf("%s.%s: there %t, %s: %s", address, name, w.There, w.Module, line(w.Module))
				}
				_, source, _ := strings.Cut(w.Source, "=")
				for _, s := range w.Steps {
					if plain(s.From) == plain(source) && s.What == "folded" {
						folded++
						if plain(s.To) != plain(w.Value) && !strings.Contains(s.To, "{") && !strings.Contains(s.To, "[") { // lists and maps are laid out anew
							t.Errorf("%s.%s: folded to %s, written %s", address, name, s.To, w.Value)
						}
					}
				}
				for _, d := range w.Decided {
					decided++
					key := d.Field[strings.LastIndex(d.Field, ".")+1:]
					if found := line(d.Place); d.By == "spec" && found == "" || d.By == "default" && !strings.Contains(found, "default") && !strings.Contains(found, "variable") {
						t.Errorf("%s.%s: %+v (%s): %s", address, name, d, key, found)
					}
				}
			}
			count := make(map[string]int)
			for _, block := range body.Blocks {
				visit(fmt.Sprintf("%s.%s[%d]", address, block.Type, count[block.Type]), block.Body)
				count[block.Type]++
			}
		}
		for _, name := range sortedKeys(x.files) {
			if path.Dir(name) != dir {
				continue
			}
			for _, block := range x.files[name].Blocks {
				if block.Type == "resource" || block.Type == "data" {
					visit(prefix+blockAddress(block), block.Body)
				}
			}
		}
	}
	t.Logf("%d arguments, %d folded as a whole, %d decisions", asked, folded, decided)
	if asked < 500 || folded < 100 || decided < 300 {
		t.Error("too little was asked")
	}
}
