package constraint_test

import (
	"flag"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"plinth/generator/constraint"
)

var update = flag.Bool("update", false, "write docs/rules.md")

const rulesFile = "../../docs/rules.md"

// TestRulesAreDescribed holds what plinth explain and the table need of each rule.
func TestRulesAreDescribed(t *testing.T) {
	id := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`)
	seen := make(map[string]bool)
	for _, rule := range constraint.Rules() {
		if !id.MatchString(rule.ID) || seen[rule.ID] {
			t.Errorf("%s: the id is no id, or there twice", rule.ID)
		}
		seen[rule.ID] = true
		if source, err := url.Parse(rule.Source); err != nil || source.Scheme != "https" {
			t.Errorf("%s: the source %q is no page", rule.ID, rule.Source)
		}
		if rule.Summary == "" || strings.HasSuffix(rule.Summary, ".") || len(rule.Types) == 0 {
			t.Errorf("%s: the summary or the types are missing", rule.ID)
		}
	}
}

// TestRulesTable keeps docs/rules.md true.
func TestRulesTable(t *testing.T) {
	var b strings.Builder
	b.WriteString(`# Rules

<!-- Written by go test ./generator/constraint -run TestRulesTable -update -->

What AWS refuses although the provider's validate and plan let it through, and what it takes but works badly. plinth judges each account by these rules before it writes
anything, at the line of the spec that decides the value; ` + "`plinth lint DIR`" + ` judges any Terraform, and ` + "`plinth explain RULE`" + ` shows one rule.

A rule is silent on what isn't known before a plan. A comment above a block or argument, or beside an argument, switches a rule off there: ` + "`# plinth:ignore RULE reason`" + `. Without a
reason it switches nothing off; rule ` + "`plinth-ignore`" + ` says so, and finds comments that nothing needs any more.

| rule | | what it finds | reads | source |
|---|---|---|---|---|
`)
	for _, rule := range constraint.Rules() {
		severity := "error"
		if rule.Severity == hcl.DiagWarning {
			severity = "warning"
		}
		types := slices.Sorted(slices.Values(rule.Types))
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | [AWS](%s) |\n", rule.ID, severity, rule.Summary, strings.Join(types, ", "), rule.Source)
	}
	if *update {
		if err := os.WriteFile(rulesFile, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(rulesFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != b.String() {
		t.Error("docs/rules.md is out of date: run go test ./generator/constraint -run TestRulesTable -update")
	}
}
