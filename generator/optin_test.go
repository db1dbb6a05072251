package generator

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// optInTemplate is the template with a section more, which is off where a spec leaves it out.
func optInTemplate(t *testing.T) fs.FS {
	t.Helper()
	const name = "templates/account/main.tf"
	files := overlay(t, name, "module \"cur\" {", `# Says hello.
# plinth:opt-in
module "greeting" {
  source = "../../modules/greeting"

  topic = module.sns_email.topic_arn
}

module "cur" {`).(fstest.MapFS)
	files["modules/greeting/main.tf"] = &fstest.MapFile{Data: []byte(`variable "topic" {
  type        = string
  description = "The topic."
}

variable "text" {
  type        = string
  description = "What is said."
}

resource "aws_ssm_parameter" "greeting" {
  name  = "greeting"
  type  = "String"
  value = "${var.text} ${var.topic}"
}
`)}
	return files
}

func TestOptIn(t *testing.T) {
	g := generatorOf(t, optInTemplate(t))
	minimal := goodSpecs(t)["../examples/minimal/account.yaml"]
	file := "modules/greeting/main.tf"
	for _, test := range []struct {
		name, more string
		there      bool
		readme     string
	}{
		{"left out", "", false, "| `greeting` | Off: the spec leaves it out. | |"},
		{"false", "greeting: false\n", false, "| `greeting` | Switched off. | |"},
		{"written", "greeting: {text: hello}\n", true, "| `greeting` |"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, style := range []Style{Specialized, Generic} {
				account, diags := g.Account("account.yaml", []byte(minimal+test.more), style)
				if len(diags) > 0 {
					t.Fatal(diags)
				}
				files := account.Files()
				root := string(files["main.tf"])
				if (files[file] != nil) != test.there || strings.Contains(root, `module "greeting"`) != test.there || strings.Contains(root, "Says hello") != test.there {
					t.Errorf("%s: the module is there: %t, want %t\n%s", style, files[file] != nil, test.there, root)
				}
				if strings.Contains(root, "plinth:opt-in") {
					t.Errorf("%s: the directive gets into the output:\n%s", style, root)
				}
				if !strings.Contains(string(files["README.md"]), test.readme) {
					t.Errorf("%s: README.md lacks %q:\n%s", style, test.readme, files["README.md"])
				}
			}
		})
	}
}

func TestOptInProblems(t *testing.T) {
	minimal := goodSpecs(t)["../examples/minimal/account.yaml"]
	_, diags := generatorOf(t, optInTemplate(t)).Account("account.yaml", []byte(minimal+"greeting: true\n"), Specialized)
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "greeting needs text; write greeting: {text: <text>}") {
		t.Errorf("without its variable: %v", diags)
	}
	// A section that needs one that is off by itself.
	files := optInTemplate(t).(fstest.MapFS)
	root := string(files["templates/account/main.tf"].Data)
	root = strings.Replace(root, "# Says hello.\n# plinth:opt-in\n", "", 1)
	root = strings.Replace(root, "module \"sns_email\" {", "# plinth:opt-in\nmodule \"sns_email\" {", 1)
	files["templates/account/main.tf"] = &fstest.MapFile{Data: []byte(root)}
	before, _, _ := strings.Cut(minimal, "sns_email:")
	_, diags = generatorOf(t, files).Account("account.yaml", []byte(before+"greeting: {text: hello}\n"), Specialized)
	found := false
	for _, d := range diags {
		if strings.Contains(d.Detail, "needs sns_email, which is off where the spec leaves it out") &&
			strings.Contains(d.Detail, "Write the section sns_email, too, or root_activity_alarm: false, greeting: false") {
			found = true
		}
	}
	if !found {
		t.Errorf("without what it needs: %v", diags)
	}
}
