// Package constraint checks literal resources for what AWS refuses although Terraform's AWS provider lets it through.
//
// A rule lives in the file of its service, in the list that the file's one function returns; Rules joins those lists, and
// that is the only other place to touch for a new service. A rule that isn't sure is silent: values that are unknown, null
// where null means nothing, or sensitive are never judged.
package constraint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Attr is the value of an argument.
type Attr struct {
	// Value may be unknown, or hold unknown parts: the rules are silent on those. Marked values are never judged either,
	// so that no message quotes a secret.
	Value cty.Value
	// Range is where the user can edit the value: the line of YAML when that is known, else the HCL expression.
	Range hcl.Range
	// Field is the field of the spec that decides the value, such as "cloudtrail.bucket.retention_days"; messages begin with it, and with the
	// resource's address where it is empty.
	Field string
}

// Body holds the arguments and nested blocks of a resource or of one of its blocks.
type Body struct {
	// Attrs holds the arguments that are written; one that isn't there and one that is null mean the same.
	Attrs map[string]Attr
	// Blocks holds the nested blocks by type, in order. A block that is still `dynamic` stands under "dynamic", whatever it
	// holds: rules that would miss a block then stay silent.
	Blocks map[string][]*Body
	// Range is where the block starts; rules about something missing point here.
	Range hcl.Range
}

// Resource is one instance of a resource or data source.
type Resource struct {
	// Address is how Terraform names the instance, for messages.
	Address string
	// Mode is "managed" or "data".
	Mode string
	// Type is such as "aws_s3_bucket", Name the name in the configuration.
	Type, Name string
	// Key is the instance key of count or for_each, cty.NilVal for a resource without. An unknown Key says that the instances
	// aren't decided: rules over the whole account don't count such a resource.
	Key cty.Value
	// Body is what the configuration says.
	Body *Body
	// Provider is the provider configuration, such as "aws" or "aws.billing": quotas of a region are counted by it. The empty
	// string means "aws".
	Provider string
}

// Violation is the Extra of each diagnostic of Check.
type Violation struct {
	// RuleID is the ID of the rule.
	RuleID string
	// Address is the resource's address.
	Address string
	// Attribute is the path inside the resource, such as "rule[0].transition[1].days"; of a missing argument too.
	Attribute string
}

// Rule is one constraint of AWS.
type Rule struct {
	// ID names the rule, starting with the service: "cloudtrail-name".
	ID string
	// Summary is the Summary of the rule's diagnostics.
	Summary string
	// Source is the page that states the constraint.
	Source string
	// Severity is an error for what AWS refuses and for what then never works; a warning for what works badly.
	Severity hcl.DiagnosticSeverity
	// Types are the resource types that the rule reads, data sources with "data." in front.
	Types []string

	// Exactly one of these is set: each judges one resource, all judges every resource of Types together, in the order of
	// their addresses.
	each func(r view, report report)
	all  func(rs []view, report report)
}

// report notes that a value, or a place where one is missing, breaks the rule: what is wrong, and what to write instead, each a
// sentence without its full stop.
type report func(at value, what, write string)

// Rules returns every rule, sorted by ID.
func Rules() []Rule {
	rules := slices.Concat(
		accessAnalyzerRules(),
		accountRules(),
		cloudTrailRules(),
		cloudWatchRules(),
		curRules(),
		eventRules(),
		iamRules(),
		iamDocumentRules(),
		kmsRules(),
		logsRules(),
		organizationsRules(),
		s3Rules(),
		schedulerRules(),
		snsRules(),
	)
	for i := range rules {
		if rules[i].Severity == hcl.DiagInvalid {
			rules[i].Severity = hcl.DiagError
		}
	}
	slices.SortFunc(rules, func(a, b Rule) int { return strings.Compare(a.ID, b.ID) })
	return rules
}

// Check runs every rule over the resources of one account. The diagnostics are sorted by position, then rule, then address;
// each has the argument's range as its Subject and a *Violation as its Extra.
func Check(resources []*Resource) hcl.Diagnostics {
	byType := map[string][]view{}
	for _, r := range resources {
		if r == nil || r.Body == nil {
			continue
		}
		t := r.Type
		if r.Mode == "data" {
			t = "data." + t
		}
		byType[t] = append(byType[t], view{res: r, body: r.Body})
	}
	for _, views := range byType {
		slices.SortStableFunc(views, func(a, b view) int { return strings.Compare(a.res.Address, b.res.Address) })
	}

	var diags hcl.Diagnostics
	for _, rule := range Rules() {
		var views []view
		for _, t := range rule.Types {
			views = append(views, byType[t]...)
		}
		note := func(at value, what, write string) { diags = append(diags, rule.diagnostic(at, what, write)) }
		if rule.all != nil {
			rule.all(views, note)
			continue
		}
		for _, v := range views {
			rule.each(v, note)
		}
	}
	slices.SortStableFunc(diags, compareDiagnostics)
	return diags
}

func (r Rule) diagnostic(at value, what, write string) *hcl.Diagnostic {
	detail := fmt.Sprintf("%s: %s. %s.\nRule %s, %s", at.res.Address, what, write, r.ID, r.Source)
	if at.name != "" {
		detail = fmt.Sprintf("%s: %s. %s.\nRule %s on %s, %s", at.name, what, write, r.ID, at.res.Address, r.Source)
	}
	return &hcl.Diagnostic{
		Severity: r.Severity,
		Summary:  r.Summary,
		Detail:   detail,
		Subject:  at.rng.Ptr(),
		Extra:    &Violation{RuleID: r.ID, Address: at.res.Address, Attribute: at.path},
	}
}

func compareDiagnostics(a, b *hcl.Diagnostic) int {
	va, vb := a.Extra.(*Violation), b.Extra.(*Violation)
	for _, c := range []int{
		strings.Compare(a.Subject.Filename, b.Subject.Filename),
		a.Subject.Start.Line - b.Subject.Start.Line,
		a.Subject.Start.Column - b.Subject.Start.Column,
		strings.Compare(va.RuleID, vb.RuleID),
		strings.Compare(va.Address, vb.Address),
		strings.Compare(va.Attribute, vb.Attribute),
		strings.Compare(a.Detail, b.Detail),
	} {
		if c != 0 {
			return c
		}
	}
	return 0
}
