package flow_test

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"plinth"
	"plinth/generator"
	"plinth/generator/flow"
)

func example(t *testing.T, name string) *generator.Account {
	t.Helper()
	spec, err := os.ReadFile("../../examples/" + name + "/account.yaml")
	if err != nil {
		t.Fatal(err)
	}
	g, _, diags := generator.New(plinth.Files)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	account, diags := g.Account("account.yaml", spec, generator.Specialized)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return account
}

func drawn(t *testing.T, account *generator.Account) *flow.Graph {
	t.Helper()
	c, err := account.Configuration()
	if err != nil {
		t.Fatal(err)
	}
	graph := c.Graph(account.Name)
	return graph
}

// reaches tells whether an event that is at one node gets to another; a key is no way.
func reaches(g *flow.Graph, from, to string) bool {
	seen := map[string]bool{from: true}
	for queue := []string{from}; len(queue) > 0; queue = queue[1:] {
		for _, l := range g.Links {
			if l.From == queue[0] && !l.Key && !seen[l.To] {
				seen[l.To] = true
				queue = append(queue, l.To)
			}
		}
	}
	return seen[to]
}

func broken(g *flow.Graph) map[string]string {
	all := make(map[string]string)
	for _, n := range g.Nodes {
		if n.Broken != "" {
			all[n.ID] = n.Broken
		}
	}
	return all
}

// TestExamples holds that an event gets from the call to the mailbox through every filter, alarm and rule of the examples.
func TestExamples(t *testing.T) {
	for _, name := range []string{"minimal", "hardened", "organization"} {
		g := drawn(t, example(t, name))
		if found := broken(g); len(found) > 0 {
			t.Errorf("%s: %v", name, found)
		}
		filters, rules := 0, 0
		for _, n := range g.Nodes {
			switch n.Kind {
			case "aws_cloudwatch_log_metric_filter":
				filters++
				if !reaches(g, "calls to AWS", n.ID) {
					t.Errorf("%s: no recorded call gets to %s", name, n.ID)
				}
			case "aws_cloudwatch_event_rule":
				rules++
			}
			if strings.HasPrefix(n.ID, "module.") && slices.Contains([]string{"aws_cloudwatch_log_metric_filter", "aws_cloudwatch_metric_alarm", "aws_cloudwatch_event_rule", "aws_sns_topic"}, n.Kind) {
				if !slices.ContainsFunc(g.Nodes, func(m flow.Node) bool { return strings.HasSuffix(m.ID, "(mailbox)") && reaches(g, n.ID, m.ID) }) {
					t.Errorf("%s: nothing gets from %s to a mailbox", name, n.ID)
				}
			}
		}
		if filters < 14 || name == "hardened" && rules < 5 {
			t.Errorf("%s: %d filters and %d rules", name, filters, rules)
		}
	}
}

// TestLinks holds single links of the account that has everything, whether they are references in its files or written out.
func TestLinks(t *testing.T) {
	g := drawn(t, example(t, "hardened"))
	for _, want := range []flow.Link{
		{From: "module.cloudtrail.aws_cloudtrail.this", To: "module.log_group.aws_cloudwatch_log_group.this", Label: "delivers to"},
		{From: "module.cloudtrail.aws_cloudtrail.this", To: "module.cloudtrail.aws_s3_bucket.this", Label: "stores in"},
		{From: "module.metric_filter.aws_cloudwatch_log_metric_filter.this", To: "module.root_activity_alarm.aws_cloudwatch_metric_alarm.this", Label: "is counted for"},
		{From: "module.root_activity_alarm.aws_cloudwatch_metric_alarm.this", To: "module.sns_email.aws_sns_topic.this", Label: "notifies"},
		{From: "module.sns_email.aws_sns_topic.this", To: "ops@example.com (mailbox)", Label: "sends to"},
		{From: "module.sns_email.aws_kms_key.this", To: "module.sns_email.aws_sns_topic.this", Label: "encrypts", Key: true},
		{From: "module.finding_notification.aws_cloudwatch_event_bus.this", To: "module.finding_notification.aws_cloudwatch_event_rule.this", Label: "matches"},
		{From: "module.finding_notification.aws_cloudwatch_event_rule.this", To: "module.finding_notification.aws_sns_topic.this", Label: "sends to"},
	} {
		if !slices.Contains(g.Links, want) {
			t.Errorf("no link %v", want)
		}
	}
}

// TestBroken takes a part of the way out of the files: the places where the way ends are marked, and nothing else.
func TestBroken(t *testing.T) {
	account := example(t, "minimal")
	const alarm = "module.root_activity_alarm.aws_cloudwatch_metric_alarm.this"
	cases := []struct {
		name, file string
		old, new   string
		want       map[string]string
	}{
		{"subscription", "modules/sns_email/main.tf", `resource "aws_sns_topic_subscription"`, `resource "aws_sns_topic_policy"`, map[string]string{"module.sns_email.aws_sns_topic.this": "nobody subscribes to it"}},
		{"actions", "modules/root_activity_alarm/main.tf", "alarm_actions   = var.topic_arns", "", map[string]string{alarm: "it notifies nobody"}},
		{"enabled", "modules/root_activity_alarm/main.tf", "actions_enabled = true", "actions_enabled = false", map[string]string{alarm: "its actions are not enabled"}},
		{"trail", "modules/cloudtrail/main.tf", "cloud_watch_logs_group_arn", "sns_topic_name", map[string]string{"module.log_group.aws_cloudwatch_log_group.this": "no trail of this account delivers to it: one elsewhere must"}},
		{"metric", "modules/root_activity_alarm/main.tf", "= var.metric_name\n", "= \"other\"\n", map[string]string{"module.metric_filter.aws_cloudwatch_log_metric_filter.this": "no alarm counts its matches"}},
		{"group", "modules/metric_filter/main.tf", "log_group_name = ", `log_group_name = "other" # `, map[string]string{"module.metric_filter.aws_cloudwatch_log_metric_filter.this": "its log group is not the account's"}},
	}
	for _, c := range cases {
		files := account.Files()
		changed := bytes.Replace(files[c.file], []byte(c.old), []byte(c.new), 1)
		if bytes.Equal(changed, files[c.file]) {
			t.Errorf("%s: %s has no %s:\n%s", c.name, c.file, c.old, files[c.file])
			continue
		}
		files[c.file] = changed
		found := broken(drawn(t, account.With(files)))
		if len(found) != len(c.want) {
			t.Errorf("%s: %v", c.name, found)
		}
		for id, want := range c.want {
			if found[id] != want {
				t.Errorf("%s: %s is %q, want %q", c.name, id, found[id], want)
			}
		}
	}
}

// TestRuleWithoutTarget holds the one thing that the minimal account has none of.
func TestRuleWithoutTarget(t *testing.T) {
	account := example(t, "hardened")
	files := account.Files()
	const file = "modules/root_activity_event/main.tf"
	files[file] = bytes.Replace(files[file], []byte(`resource "aws_cloudwatch_event_target"`), []byte(`resource "aws_cloudwatch_log_stream"`), 1)
	found := broken(drawn(t, account.With(files)))
	if found["module.root_activity_event.aws_cloudwatch_event_rule.this"] != "it has no target" || found["module.root_activity_event.aws_sns_topic.this"] != "nothing of this account publishes to it" || len(found) != 2 {
		t.Errorf("%v", found)
	}
}

// TestHostileNames holds that no name ends the text in which it stands.
func TestHostileNames(t *testing.T) {
	g := &flow.Graph{Account: `a"b`, Nodes: []flow.Node{{ID: `x"y`, Kind: "outside", Name: "a\"]; b --> c\n<script>#`\\", Broken: `|]`}, {ID: "z", Kind: "aws_sns_topic", Name: "t"}}, Links: []flow.Link{{From: `x"y`, To: "z", Label: "l"}}}
	const mermaid = `flowchart LR
  outside_1(["a#34;#93;#59; b --#62; c#10;#60;script#62;#35;#96;#92;<br/>#124;#93;"]):::broken
  n_z["SNS topic<br/>t"]
  outside_1 -->|l| n_z
  classDef broken stroke:#c00,stroke-width:3px,stroke-dasharray:4
`
	if got := g.Mermaid(); got != mermaid {
		t.Errorf("got:\n%s", got)
	}
	const dot = `digraph "a\"b" {
  rankdir=LR
  node [shape=box]
  "x\"y" [label="a\"]; b --> c\n<script>#` + "`" + `\\\n|]", shape=oval, color=red, style=dashed]
  "z" [label="SNS topic\nt"]
  "x\"y" -> "z" [label="l"]
}
`
	if got := g.DOT(); got != dot {
		t.Errorf("got:\n%s", got)
	}
}

// TestSame holds that a picture doesn't depend on the order in which maps are read.
func TestSame(t *testing.T) {
	account := example(t, "hardened")
	first := drawn(t, account)
	for range 5 {
		if again := drawn(t, account); again.Mermaid() != first.Mermaid() || again.DOT() != first.DOT() {
			t.Fatal("two pictures of one account differ")
		}
	}
}
