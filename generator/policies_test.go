package generator_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"
	"go.yaml.in/yaml/v3"

	"plinth/generator"
	"plinth/generator/constraint"
	"plinth/generator/policydoc"
)

// requestTable is a file of testdata/requests: for each document of a spec what it must say of requests.
type requestTable struct {
	Spec      string
	Documents map[string][]requestRow // by the address of the data source, or of the resource and the argument that hold the document
}

// requestRow stands for every combination of its actions and resources.
type requestRow struct {
	Want policydoc.Decision
	By   map[string]string // principal by type
	Do   oneOrMore
	On   oneOrMore
	With map[string]oneOrMore // condition keys
	Note string               // what the row is about
}

type oneOrMore []string

func (l *oneOrMore) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		*l = oneOrMore{node.Value}
		return nil
	}
	return node.Decode((*[]string)(l))
}

func (r requestRow) requests() []policydoc.Request {
	on := r.On
	if len(on) == 0 {
		on = oneOrMore{""}
	}
	var all []policydoc.Request
	for _, action := range r.Do {
		for _, resource := range on {
			request := policydoc.Request{Action: action, Resource: resource, Context: make(map[string][]string)}
			for kind, id := range r.By {
				request.Type, request.ID = kind, id
			}
			for key, values := range r.With {
				request.Context[key] = values
			}
			all = append(all, request)
		}
	}
	return all
}

// wrong says which requests a document answers otherwise than a row wants.
func (r requestRow) wrong(p *policydoc.Policy) []string {
	var all []string
	for _, request := range r.requests() {
		if got := p.Evaluate(request); got != r.Want {
			all = append(all, fmt.Sprintf("%s %s by %s %s with %v: %s, want %s", request.Action, request.Resource, request.Type, request.ID, request.Context, got, r.Want))
		}
	}
	return all
}

func requestTables(t *testing.T) map[string]requestTable {
	t.Helper()
	files, err := filepath.Glob("testdata/requests/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	all := make(map[string]requestTable)
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var table requestTable
		decoder := yaml.NewDecoder(bytes.NewReader(content))
		decoder.KnownFields(true)
		if err := decoder.Decode(&table); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all[file] = table
	}
	return all
}

// documents are the policy documents of an account in JSON.
func documents(t *testing.T, file string) map[string]string {
	t.Helper()
	g, text := newGenerator(t)
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	account, diags := g.Account(filepath.Base(file), content, generator.Specialized)
	if diags.HasErrors() {
		t.Fatal(text(diags))
	}
	c, err := account.Configuration()
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string]string)
	for _, r := range c.Resources {
		if r.Type == "aws_iam_policy_document" {
			all[r.Address] = document(t, r)
			continue
		}
		for _, name := range []string{"policy", "assume_role_policy", "content"} {
			attr, ok := r.Body.Attrs[name]
			if ok && attr.Value.IsKnown() && !attr.Value.IsNull() && strings.HasPrefix(attr.Value.AsString(), "{") {
				all[r.Address+"."+name] = attr.Value.AsString()
			}
		}
	}
	return all
}

// document writes a data source as the provider does.
func document(t *testing.T, r *constraint.Resource) string {
	t.Helper()
	for name := range r.Body.Attrs {
		if name != "version" {
			t.Fatalf("%s: what %s does to a document is not known here", r.Address, name)
		}
	}
	statements := []any{}
	for _, block := range r.Body.Blocks["statement"] {
		s := map[string]any{"Effect": "Allow"}
		for name, element := range map[string]string{"sid": "Sid", "effect": "Effect"} {
			if list := textsOf(t, r, block, name); len(list) > 0 {
				s[element] = list[0]
			}
		}
		for name, element := range map[string]string{"actions": "Action", "not_actions": "NotAction", "resources": "Resource", "not_resources": "NotResource"} {
			if list := textsOf(t, r, block, name); len(list) > 0 {
				s[element] = list
			}
		}
		for name, element := range map[string]string{"principals": "Principal", "not_principals": "NotPrincipal"} {
			principals := make(map[string][]string)
			for _, inner := range block.Blocks[name] {
				kind := textsOf(t, r, inner, "type")[0]
				principals[kind] = append(principals[kind], textsOf(t, r, inner, "identifiers")...)
			}
			if slices.Equal(principals["*"], []string{"*"}) {
				s[element] = "*"
			} else if len(principals) > 0 {
				s[element] = principals
			}
		}
		conditions := make(map[string]map[string][]string)
		for _, inner := range block.Blocks["condition"] {
			operator := textsOf(t, r, inner, "test")[0]
			if conditions[operator] == nil {
				conditions[operator] = make(map[string][]string)
			}
			conditions[operator][textsOf(t, r, inner, "variable")[0]] = textsOf(t, r, inner, "values")
		}
		if len(conditions) > 0 {
			s["Condition"] = conditions
		}
		if len(block.Blocks["dynamic"]) > 0 {
			t.Fatalf("%s: it has a dynamic block that isn't decided", r.Address)
		}
		statements = append(statements, s)
	}
	text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// textsOf are the texts of an argument, which must be known; "&{" is how the data source writes the "${" of a policy variable.
func textsOf(t *testing.T, r *constraint.Resource, body *constraint.Body, name string) []string {
	t.Helper()
	attr, ok := body.Attrs[name]
	if !ok || attr.Value.IsNull() {
		return nil
	}
	if !attr.Value.IsWhollyKnown() {
		return []string{"unknown:" + name} // matches no request
	}
	values := []cty.Value{attr.Value}
	if attr.Value.CanIterateElements() {
		values = attr.Value.AsValueSlice()
	}
	var all []string
	for _, v := range values {
		all = append(all, strings.ReplaceAll(v.AsString(), "&{", "${"))
	}
	return all
}

// TestRequests holds that every policy document of an account with everything allows what it is there for and refuses what is like it.
func TestRequests(t *testing.T) {
	spoken := make(map[string]bool)
	for file, table := range requestTables(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			found := documents(t, table.Spec)
			for address, rows := range table.Documents {
				spoken[address] = true
				text, ok := found[address]
				if !ok {
					t.Errorf("%s has no document %s; it has %s", table.Spec, address, strings.Join(slices.Sorted(maps.Keys(found)), ", "))
					continue
				}
				policy, err := policydoc.Parse(text)
				if err != nil {
					t.Errorf("%s: %v", address, err)
					continue
				}
				for i, row := range rows {
					for _, wrong := range row.wrong(policy) {
						t.Errorf("%s, row %d (%s): %s", address, i+1, row.Note, wrong)
					}
				}
				for what, mutated := range mutations(policy) {
					if !slices.ContainsFunc(rows, func(row requestRow) bool { return len(row.wrong(mutated)) > 0 }) {
						t.Errorf("%s: %s, and no row sees it", address, what)
					}
				}
			}
		})
	}
	specs, err := filepath.Glob("../examples/*/account.yaml")
	if err != nil || len(specs) < 3 {
		t.Fatal(specs, err)
	}
	for _, spec := range append(specs, "testdata/plan/everything.yaml") {
		for address := range documents(t, spec) {
			if !spoken[address] {
				t.Errorf("%s: no table speaks of %s", spec, address)
			}
		}
	}
}

// mutations are the documents that come of taking one thing away that restricts, or of widening one thing to everything, by what was done.
func mutations(p *policydoc.Policy) map[string]*policydoc.Policy {
	all := make(map[string]*policydoc.Policy)
	for i, s := range p.Statements {
		name := fmt.Sprintf("statement %d (%s)", i+1, s.Sid)
		change := func(what string, to func(s *policydoc.Statement)) {
			mutated := &policydoc.Policy{Statements: slices.Clone(p.Statements)}
			to(&mutated.Statements[i])
			all[name+": "+what] = mutated
		}
		all[name+" is dropped"] = &policydoc.Policy{Statements: slices.Delete(slices.Clone(p.Statements), i, i+1)}
		for j, c := range s.Conditions {
			change(c.Operator+" "+c.Key+" is dropped", func(s *policydoc.Statement) { s.Conditions = slices.Delete(slices.Clone(s.Conditions), j, j+1) })
			for k, value := range c.Values {
				if len(c.Values) > 1 {
					change(c.Operator+" "+c.Key+" loses "+value, func(s *policydoc.Statement) {
						s.Conditions = slices.Clone(s.Conditions)
						s.Conditions[j].Values = slices.Delete(slices.Clone(c.Values), k, k+1)
					})
				}
			}
		}
		lists := map[string]func(s *policydoc.Statement) *[]string{
			"Action":      func(s *policydoc.Statement) *[]string { return &s.Actions },
			"NotAction":   func(s *policydoc.Statement) *[]string { return &s.NotActions },
			"Resource":    func(s *policydoc.Statement) *[]string { return &s.Resources },
			"NotResource": func(s *policydoc.Statement) *[]string { return &s.NotResources },
		}
		for element, of := range lists {
			list := *of(&s)
			for j, value := range list {
				if len(list) > 1 && !covered(value, list) {
					change(element+" loses "+value, func(s *policydoc.Statement) { *of(s) = slices.Delete(slices.Clone(list), j, j+1) })
				}
			}
			if len(list) > 0 && !s.Deny && !slices.Equal(list, []string{"*"}) {
				change(element+" is everything", func(s *policydoc.Statement) { *of(s) = []string{"*"} })
			}
		}
		for kind, ids := range s.Principals {
			if kind == "*" || s.Deny {
				continue
			}
			change("everybody is its Principal", func(s *policydoc.Statement) { s.Principals = policydoc.Principals{"*": {"*"}} })
			for j, id := range ids {
				change("Principal loses "+id, func(s *policydoc.Statement) {
					s.Principals = maps.Clone(s.Principals)
					s.Principals[kind] = slices.Delete(slices.Clone(ids), j, j+1)
				})
			}
		}
	}
	return all
}

// covered says that another value of a list stands for this one as well.
func covered(value string, list []string) bool {
	return slices.ContainsFunc(list, func(other string) bool {
		before, all := strings.CutSuffix(other, "*")
		return all && other != value && strings.HasPrefix(value, before)
	})
}
