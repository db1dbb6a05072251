package flow

import (
	"cmp"
	"fmt"
	"strings"
)

// Mermaid writes the graph as a flowchart, with what is broken in red.
func (g *Graph) Mermaid() string {
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	ids := g.names()
	for _, n := range g.Nodes {
		label := n.Name
		if n.Kind != "outside" {
			label = n.kind() + "<br/>" + mermaidText(n.Name)
		} else {
			label = mermaidText(label)
		}
		open, end := `["`, `"]`
		if n.Kind == "outside" {
			open, end = `(["`, `"])`
		}
		if n.Broken != "" {
			label += "<br/>" + mermaidText(n.Broken)
			end += ":::broken"
		}
		fmt.Fprintf(&b, "  %s%s%s%s\n", ids[n.ID], open, label, end)
	}
	for _, l := range g.Links {
		arrow := "-->"
		if l.Key {
			arrow = "-.->"
		}
		fmt.Fprintf(&b, "  %s %s|%s| %s\n", ids[l.From], arrow, l.Label, ids[l.To])
	}
	b.WriteString("  classDef broken stroke:#c00,stroke-width:3px,stroke-dasharray:4\n")
	return b.String()
}

// names are what nodes are called in a drawing. They come from the addresses of resources, so that one more doesn't change the lines of the others; what is outside
// is numbered, as its texts may be the account's own, which must stand in a file as they are or not at all.
func (g *Graph) names() map[string]string {
	names, taken, outside := make(map[string]string), make(map[string]bool), 0
	for _, n := range g.Nodes {
		if n.Kind == "outside" {
			outside++
			names[n.ID] = fmt.Sprintf("outside_%d", outside)
			continue
		}
		base := "n_" + strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
				return r
			}
			return '_'
		}, strings.TrimPrefix(n.ID, "module."))
		name := base
		for i := 2; taken[name]; i++ {
			name = fmt.Sprintf("%s_%d", base, i)
		}
		names[n.ID], taken[name] = name, true
	}
	return names
}

// mermaidText writes a text so that Mermaid takes none of it for its own: https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters
func mermaidText(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case strings.ContainsRune(`"#&<>;[]{}()|`+"`\\", r), r < ' ':
			fmt.Fprintf(&b, "#%d;", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// DOT writes the graph for Graphviz.
func (g *Graph) DOT() string {
	var b strings.Builder
	fmt.Fprintf(&b, "digraph %s {\n  rankdir=LR\n  node [shape=box]\n", dotText(g.Account))
	for _, n := range g.Nodes {
		label, style := n.Name, ""
		if n.Kind == "outside" {
			style = ", shape=oval"
		} else {
			label = n.kind() + "\n" + n.Name
		}
		if n.Broken != "" {
			label += "\n" + n.Broken
			style += ", color=red, style=dashed"
		}
		fmt.Fprintf(&b, "  %s [label=%s%s]\n", dotText(n.ID), dotText(label), style)
	}
	for _, l := range g.Links {
		style := ""
		if l.Key {
			style = ", style=dotted"
		}
		fmt.Fprintf(&b, "  %s -> %s [label=%s%s]\n", dotText(l.From), dotText(l.To), dotText(l.Label), style)
	}
	b.WriteString("}\n")
	return b.String()
}

func dotText(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(text) + `"`
}

// kind is what the node is, in AWS's words, and its region where it isn't home.
func (n *Node) kind() string {
	kind := cmp.Or(kindNames[n.Kind], n.Kind)
	if n.Region != "" {
		kind += " in " + n.Region
	}
	return kind
}

var kindNames = map[string]string{
	"aws_cloudtrail": "trail", "aws_cloudwatch_log_group": "log group", "aws_cloudwatch_log_metric_filter": "metric filter", "aws_cloudwatch_metric_alarm": "alarm",
	"aws_cloudwatch_event_rule": "EventBridge rule", "aws_cloudwatch_event_bus": "event bus", "aws_sns_topic": "SNS topic",
	"aws_s3_bucket": "bucket", "aws_kms_key": "KMS key", "aws_sfn_state_machine": "state machine", "aws_scheduler_schedule": "schedule",
	"aws_chatbot_slack_channel_configuration": "Slack channel",
}
