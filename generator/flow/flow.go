// Package flow says how an event travels through what an account gets, from the call that AWS records to the mailbox, and where the way ends too early.
package flow

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"plinth/generator/constraint"
	"plinth/generator/module"
)

// Graph is the ways of events through an account.
type Graph struct {
	Account string `json:"account"`
	Nodes   []Node `json:"nodes"`
	Links   []Link `json:"links"`
}

// Node is a thing on a way: a resource of the account, or something outside it.
type Node struct {
	ID   string `json:"id"`   // a resource's address without an instance key; of something else a text with a space in it
	Kind string `json:"kind"` // a resource type; "outside" for AWS itself, people, and what another account has
	Name string `json:"name"`
	// Region is where a resource is, if not in the account's home.
	Region string `json:"region,omitempty"`
	// Broken says why no event gets beyond this node, or none gets to it; empty where all is well.
	Broken string `json:"broken,omitempty"`
}

// Link is a step of a way.
type Link struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Label string `json:"label"`
	// Key says that the link is no step of an event but tells which key encrypts a node.
	Key bool `json:"key,omitempty"`
}

// step says which argument of a resource makes a link to what it refers to.
type step struct {
	typ, argument string
	label         string
	backwards     bool // the event comes from what is referred to
	key           bool
}

var steps = []step{
	{typ: "aws_cloudtrail", argument: "cloud_watch_logs_group_arn", label: "delivers to"},
	{typ: "aws_cloudtrail", argument: "s3_bucket_name", label: "stores in"},
	{typ: "aws_cloudwatch_log_metric_filter", argument: "log_group_name", label: "is searched by", backwards: true},
	{typ: "aws_cloudwatch_metric_alarm", argument: "metric_name", label: "is counted for", backwards: true},
	{typ: "aws_cloudwatch_metric_alarm", argument: "dimensions", label: "is watched by", backwards: true},
	{typ: "aws_cloudwatch_metric_alarm", argument: "alarm_actions", label: "notifies"},
	{typ: "aws_cloudwatch_event_rule", argument: "event_bus_name", label: "matches", backwards: true},
	{typ: "aws_scheduler_schedule", argument: "target.arn", label: "starts"},
	{typ: "aws_sns_topic_subscription", argument: "topic_arn", label: "sends to", backwards: true},
	{typ: "aws_chatbot_slack_channel_configuration", argument: "sns_topic_arns", label: "is read by", backwards: true},
	{typ: "aws_cloudtrail", argument: "kms_key_id", label: "encrypts", backwards: true, key: true},
	{typ: "aws_cloudwatch_log_group", argument: "kms_key_id", label: "encrypts", backwards: true, key: true},
	{typ: "aws_sns_topic", argument: "kms_master_key_id", label: "encrypts", backwards: true, key: true},
}

// names are the arguments that name a resource, for people and for those that refer to it by its name.
var names = map[string]string{
	"aws_cloudtrail": "name", "aws_cloudwatch_log_group": "name", "aws_cloudwatch_log_metric_filter": "name", "aws_cloudwatch_metric_alarm": "alarm_name",
	"aws_cloudwatch_event_rule": "name", "aws_cloudwatch_event_bus": "name", "aws_sns_topic": "name", "aws_s3_bucket": "bucket",
	"aws_sfn_state_machine": "name", "aws_scheduler_schedule": "name", "aws_kms_key": "description", "aws_chatbot_slack_channel_configuration": "configuration_name",
}

// builder collects a graph.
type builder struct {
	graph   *Graph
	nodes   map[string]*Node
	bodies  map[string]*constraint.Body // one instance of each resource
	regions map[string]string           // by address, where it isn't home
	named   map[string][]string         // addresses by type and name
	metrics map[string][]string         // addresses of metric filters by metric
	mailbox map[string][]string         // endpoints by the address of the subscription
}

// Input is an account as its Terraform says it is.
type Input struct {
	Account   string
	Resources []*constraint.Resource
	Regions   map[string]string // by provider configuration, such as "aws.us-east-1"; "aws" is home
	Tree      *module.Tree
}

// Of draws an account.
func Of(c Input) *Graph {
	b := &builder{
		graph: &Graph{Account: c.Account, Nodes: []Node{}, Links: []Link{}}, nodes: make(map[string]*Node),
		bodies: make(map[string]*constraint.Body), regions: make(map[string]string), named: make(map[string][]string), metrics: make(map[string][]string),
		mailbox: make(map[string][]string),
	}
	for _, r := range c.Resources {
		if r.Mode != "managed" {
			continue
		}
		address := withoutKey(r)
		b.bodies[address] = r.Body
		if region := c.Regions[r.Provider]; region != c.Regions["aws"] {
			b.regions[address] = region
		}
		if name := r.Body.Text(names[r.Type]); name != "" {
			b.named[r.Type+" "+name] = append(b.named[r.Type+" "+name], address)
		}
		for _, metric := range r.Body.Blocks["metric_transformation"] {
			key := b.metricKey(address, metric, "name")
			b.metrics[key] = append(b.metrics[key], address)
		}
		if r.Type == "aws_sns_topic_subscription" {
			b.mailbox[address] = append(b.mailbox[address], cmp.Or(r.Body.Text("endpoint"), r.Address))
		}
	}
	b.walk(&instance{module: c.Tree.Root, tree: c.Tree})
	b.breaks()
	for _, n := range b.nodes {
		b.graph.Nodes = append(b.graph.Nodes, *n)
	}
	slices.SortFunc(b.graph.Nodes, func(x, y Node) int { return strings.Compare(x.ID, y.ID) })
	slices.SortFunc(b.graph.Links, func(x, y Link) int {
		return strings.Compare(x.From+"\n"+x.To+"\n"+x.Label, y.From+"\n"+y.To+"\n"+y.Label)
	})
	b.graph.Links = slices.Compact(b.graph.Links)
	return b.graph
}

// withoutKey is the address of a resource's block: no instance key.
func withoutKey(r *constraint.Resource) string {
	name := r.Type + "." + r.Name
	return r.Address[:strings.Index(r.Address, name)+len(name)]
}

// walk draws the links of a module's resources, and of the modules that it calls.
func (b *builder) walk(in *instance) {
	for key, r := range in.module.Resources {
		if r.Mode != "resource" || b.bodies[in.address(key)] == nil {
			continue
		}
		b.resource(in, key, r)
	}
	for name := range in.module.Calls {
		if child := in.child(name); child != nil {
			b.walk(child)
		}
	}
}

func (b *builder) resource(in *instance, key string, r *module.Resource) {
	address := in.address(key)
	ends := []string{address}
	if r.Type == "aws_sns_topic_subscription" {
		ends = nil
		for _, endpoint := range b.mailbox[address] {
			ends = append(ends, b.outside(endpoint+" (mailbox)", endpoint))
		}
	}
	if r.Type == "aws_cloudwatch_event_target" {
		for _, rule := range b.referred(in, r.Block.Body, address, "rule") {
			for _, target := range b.referred(in, r.Block.Body, address, "arn") {
				b.link(Link{From: rule, To: target, Label: "sends to"})
			}
		}
	}
	for _, s := range steps {
		if s.typ != r.Type {
			continue
		}
		for _, other := range b.referred(in, r.Block.Body, address, s.argument) {
			for _, end := range ends {
				link := Link{From: end, To: other, Label: s.label, Key: s.key}
				if s.backwards {
					link.From, link.To = other, end
				}
				b.link(link)
			}
		}
	}
	switch r.Type {
	case "aws_cloudtrail":
		b.link(Link{From: b.outside("calls to AWS", "calls to AWS"), To: address, Label: "are recorded by"})
	case "aws_cloudwatch_event_rule":
		b.node(address)
		if bus := b.bodies[address].Text("event_bus_name"); (bus == "" && r.Block.Body.Attributes["event_bus_name"] == nil || bus == "default") && b.bodies[address].Text("event_pattern") != "" {
			from := "events of the default event bus"
			if region := b.regions[address]; region != "" {
				from += " in " + region
			}
			b.link(Link{From: b.outside(from, from), To: address, Label: "match"})
		}
	case "aws_cloudwatch_metric_alarm", "aws_cloudwatch_log_metric_filter", "aws_sns_topic":
		b.node(address)
	}
}

func (b *builder) link(l Link) {
	b.node(l.From)
	b.node(l.To)
	b.graph.Links = append(b.graph.Links, l)
}

// node adds a resource; one that is drawn already, or is outside, stays as it is.
func (b *builder) node(id string) {
	if b.nodes[id] != nil {
		return
	}
	parts := strings.Split(id, ".")
	n := &Node{ID: id, Kind: parts[len(parts)-2], Name: parts[len(parts)-1], Region: b.regions[id]}
	n.Name = cmp.Or(b.bodies[id].Text(names[n.Kind]), n.Name)
	b.nodes[id] = n
}

func (b *builder) outside(id, name string) string {
	if b.nodes[id] == nil {
		b.nodes[id] = &Node{ID: id, Kind: "outside", Name: name}
	}
	return id
}

// referred are the resources that an argument refers to, by reference or by a name or an ARN that is written out, and the ARNs of what the account doesn't have.
func (b *builder) referred(in *instance, body *hclsyntax.Body, address, argument string) []string {
	block, rest, nested := strings.Cut(argument, ".")
	written := b.bodies[address]
	if nested {
		var all []string
		for i, inner := range body.Blocks {
			if inner.Type == block {
				all = append(all, b.byReference(in, body.Blocks[i].Body, rest)...)
			}
		}
		for _, inner := range written.Blocks[block] {
			all = append(all, b.byText(inner, rest)...)
		}
		return distinct(all)
	}
	all := append(b.byReference(in, body, argument), b.byText(written, argument)...)
	if argument == "metric_name" {
		all = append(all, b.metrics[b.metricKey(address, written, "metric_name")]...)
	}
	return distinct(all)
}

func (b *builder) byReference(in *instance, body *hclsyntax.Body, argument string) []string {
	attr := body.Attributes[argument]
	if attr == nil {
		return nil
	}
	found := make(map[string]bool)
	references(found, in, attr.Expr, 0)
	var all []string
	for address := range found {
		if b.bodies[address] != nil {
			all = append(all, address)
		}
	}
	return all
}

// byText finds resources by a name, where the argument takes one, or by an ARN.
func (b *builder) byText(body *constraint.Body, argument string) []string {
	var all []string
	for _, written := range texts(body, argument) {
		typ, name := referredByName[argument], written
		if strings.HasPrefix(written, "arn:") {
			typ, name = arnType(written)
		}
		found := b.named[typ+" "+name]
		all = append(all, found...)
		if len(found) == 0 && strings.HasPrefix(written, "arn:") {
			all = append(all, b.outside("elsewhere: "+written, written))
		}
	}
	return all
}

// referredByName are the arguments in which a resource of this type may stand by its name.
var referredByName = map[string]string{
	"s3_bucket_name": "aws_s3_bucket", "log_group_name": "aws_cloudwatch_log_group", "rule": "aws_cloudwatch_event_rule", "event_bus_name": "aws_cloudwatch_event_bus",
}

// arnType is the type and name of what an ARN is of, as far as events get to such a thing:
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
func arnType(arn string) (typ, name string) {
	parts := strings.SplitN(arn, ":", 6) // arn, partition, service, region, account, resource
	if len(parts) < 6 {
		return "", ""
	}
	resource := parts[5]
	switch parts[2] {
	case "sns":
		return "aws_sns_topic", resource
	case "logs":
		return "aws_cloudwatch_log_group", strings.TrimSuffix(strings.TrimPrefix(resource, "log-group:"), ":*")
	case "states":
		return "aws_sfn_state_machine", strings.TrimPrefix(resource, "stateMachine:")
	case "events":
		return "aws_cloudwatch_event_bus", strings.TrimPrefix(resource, "event-bus/")
	}
	return "", ""
}

// metricKey is what a metric is known by: an alarm sees those of its own region alone.
func (b *builder) metricKey(address string, body *constraint.Body, name string) string {
	return b.regions[address] + "\n" + body.Text("namespace") + "\n" + body.Text(name)
}

func distinct(all []string) []string {
	slices.Sort(all)
	return slices.Compact(all)
}

// breaks marks the nodes at which a way ends that shouldn't, or begins from nothing.
func (b *builder) breaks() {
	in, out := make(map[string]int), make(map[string]int)
	for _, l := range b.graph.Links {
		if !l.Key {
			in[l.To]++
			out[l.From]++
		}
	}
	for id, n := range b.nodes {
		switch n.Kind {
		case "aws_cloudwatch_log_group":
			if in[id] == 0 && out[id] > 0 {
				n.Broken = "no trail of this account delivers to it: one elsewhere must"
			}
		case "aws_cloudwatch_log_metric_filter":
			switch {
			case in[id] == 0:
				n.Broken = "its log group is not the account's"
			case out[id] == 0:
				n.Broken = "no alarm counts its matches"
			}
		case "aws_cloudwatch_metric_alarm":
			if out[id] == 0 {
				n.Broken = "it notifies nobody"
			} else if b.bodies[id].Text("actions_enabled") == "false" {
				n.Broken = "its actions are not enabled"
			}
		case "aws_cloudwatch_event_rule":
			if out[id] == 0 {
				n.Broken = "it has no target"
			}
		case "aws_sns_topic":
			switch {
			case out[id] == 0:
				n.Broken = "nobody subscribes to it"
			case in[id] == 0:
				n.Broken = "nothing of this account publishes to it"
			}
		}
	}
}

// instance is a module where it is called.
type instance struct {
	module *module.Module
	tree   *module.Tree
	name   string // of the call
	parent *instance
}

func (in *instance) address(key string) string {
	if in.parent == nil {
		return key
	}
	return in.parent.address("module." + in.name + "." + key)
}

func (in *instance) child(name string) *instance {
	call := in.module.Calls[name]
	if call == nil {
		return nil
	}
	dir, local := call.LocalDir(in.module.Dir)
	if !local || in.tree.Modules[dir] == nil {
		return nil
	}
	return &instance{module: in.tree.Modules[dir], tree: in.tree, name: name, parent: in}
}

// references follows an expression through variables, locals and outputs to the resources that it comes from. Terraform refuses references in a circle; deepest
// ends one that it hasn't seen yet.
func references(found map[string]bool, in *instance, expr hcl.Expression, depth int) {
	const deepest = 100
	if depth > deepest {
		return
	}
	for _, traversal := range expr.Variables() {
		var path []string
		for _, t := range traversal {
			switch t := t.(type) {
			case hcl.TraverseRoot:
				path = append(path, t.Name)
			case hcl.TraverseAttr:
				path = append(path, t.Name)
			}
		}
		if len(path) < 2 {
			continue
		}
		switch path[0] {
		case "var":
			if in.parent != nil {
				if attr := in.parent.module.Calls[in.name].Inputs()[path[1]]; attr != nil {
					references(found, in.parent, attr.Expr, depth+1)
				}
			}
		case "local":
			if attr := in.module.Locals[path[1]]; attr != nil {
				references(found, in, attr.Expr, depth+1)
			}
		case "module":
			if child := in.child(path[1]); child != nil && len(path) > 2 && child.module.Outputs[path[2]] != nil {
				references(found, child, child.module.Outputs[path[2]].Value, depth+1)
			}
		default:
			if key := path[0] + "." + path[1]; in.module.Resources[key] != nil {
				found[in.address(key)] = true
			}
		}
	}
}

// texts are the texts of an argument: it itself, or the elements of a list or map.
func texts(body *constraint.Body, name string) []string {
	if text := body.Text(name); text != "" {
		return []string{text}
	}
	return body.Texts(name)
}
