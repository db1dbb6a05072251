package specialize

import (
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"plinth/generator/eval"
	"plinth/generator/module"
)

// specializeRoot specializes a root module of one file, with no value for its variables.
func specializeRoot(t *testing.T, text string) map[string]string {
	t.Helper()
	m, diags := module.Parse(".", map[string][]byte{"main.tf": []byte(text)}, nil)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	inputs := make(map[string]cty.Value)
	for name, v := range m.Variables {
		inputs[name] = cty.UnknownVal(v.Type)
	}
	scope, diags := eval.NewRoot(&module.Tree{Root: m, Modules: map[string]*module.Module{".": m}}, noSchema{}, inputs)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	result, diags := New(noSchema{}).Tree(scope)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	texts := make(map[string]string)
	for name, content := range result.Files {
		texts[name] = string(content)
	}
	return texts
}

func TestForEachOverObjects(t *testing.T) {
	const table = `
variable "input" {
  type    = string
  default = null
}

locals {
  table = {
    a = { name = "first", size = 1 }
    b = { name = "second", size = 2 }
  }
}

resource "aws_cloudwatch_log_group" "this" {
  for_each = local.table

  name              = each.value.name
  retention_in_days = each.value.size
}
`
	const byKey = `
resource "aws_cloudwatch_log_stream" "this" {
  for_each = { for name, group in local.table : "${name}-stream" => { group = try(name, "") } }

  name           = each.key
  log_group_name = aws_cloudwatch_log_group.this[each.value.group].name
}
`
	for _, test := range []struct {
		name, more string
		blocks     int
	}{
		{"nothing refers to it", "", 2},
		{"one of them is referred to", "output \"o\" { value = aws_cloudwatch_log_group.this[\"a\"].arn }\n", 2},
		{"all are referred to", "output \"o\" { value = [for g in aws_cloudwatch_log_group.this : g.arn] }\n", 1},
		{"something waits for all of them", "resource \"aws_sns_topic\" \"t\" { depends_on = [aws_cloudwatch_log_group.this] }\n", 2},
		{"what reads all of them is gone", "resource \"aws_sns_topic\" \"t\" {\n  for_each = {}\n  name = join(\",\", [for g in aws_cloudwatch_log_group.this : g.arn])\n}\n", 2},
		{"one is looked up by a key that each block knows", byKey, 2},
		{"one is looked up by a key that nobody knows", strings.ReplaceAll(byKey, "each.value.group]", "var.input]"), 1},
		{"one is looked up by a key that is none", strings.ReplaceAll(byKey, "try(", "try(\"c\", "), 1},
		{"one is looked up", "output \"o\" { value = aws_cloudwatch_log_group.this[var.input].arn }\n", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := specializeRoot(t, table+test.more)
			if got := strings.Count(files["main.tf"], "resource \"aws_cloudwatch_log_group\""); got != test.blocks {
				t.Errorf("%d blocks, want %d:\n%s", got, test.blocks, files["main.tf"])
			}
			if moved := strings.Contains(files["moved.tf"], `aws_cloudwatch_log_group.this["b"]`); moved != (test.blocks == 2) {
				t.Errorf("moved.tf: %s", files["moved.tf"])
			}
			if test.name == "something waits for all of them" && !strings.Contains(files["main.tf"], "depends_on = [aws_cloudwatch_log_group.this_a, aws_cloudwatch_log_group.this_b]") {
				t.Errorf("it waits for something else:\n%s", files["main.tf"])
			}
			if test.blocks == 2 && !strings.Contains(files["main.tf"], `"second"`) {
				t.Errorf("the values are not in the blocks:\n%s", files["main.tf"])
			}
		})
	}
}

func TestForEachOverNothing(t *testing.T) {
	files := specializeRoot(t, `
locals {
  table = {}
}

resource "aws_cloudwatch_log_group" "this" {
  for_each = toset(try(local.table.names, []))

  name = each.key
}

output "o" { value = "there is something else" }
`)
	if strings.Contains(files["main.tf"], "aws_cloudwatch_log_group") {
		t.Errorf("a block without instances is kept:\n%s", files["main.tf"])
	}
}
