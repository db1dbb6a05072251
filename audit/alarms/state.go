// Package alarms follows an event from the trail to a mailbox through what Terraform's state says there is, and names where the way is broken.
package alarms

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// State is what there is, as Terraform last saw it.
type State struct {
	Resources int // managed ones
	byType    map[string][]resource
}

type resource struct {
	address string
	values  map[string]any
}

// text is an attribute that is a text, a number or a yes or no; "" for anything else.
func (r resource) text(name string) string {
	switch v := r.values[name].(type) {
	case string:
		return v
	case bool, json.Number, float64:
		return fmt.Sprint(v)
	}
	return ""
}

func (r resource) texts(name string) []string {
	var all []string
	list, _ := r.values[name].([]any)
	for _, v := range list {
		if text, ok := v.(string); ok {
			all = append(all, text)
		}
	}
	return all
}

// blocks are the nested blocks of a type.
func (r resource) blocks(name string) []resource {
	var all []resource
	list, _ := r.values[name].([]any)
	for _, v := range list {
		if values, ok := v.(map[string]any); ok {
			all = append(all, resource{r.address, values})
		}
	}
	return all
}

// Read reads what `terraform show -json` prints of a state. A plan is refused: it says what there will be, not what there is.
func Read(r io.Reader) (*State, error) {
	content, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(content, &keys); err != nil {
		return nil, fmt.Errorf("it is no JSON object: %w", err)
	}
	if keys["planned_values"] != nil {
		return nil, errors.New("it is a plan, which says what there will be: pass what terraform show -json prints of the state, without a plan file")
	}
	if keys["lineage"] != nil {
		return nil, errors.New("it is Terraform's own state file, whose form may change: pass what terraform show -json prints")
	}
	var parsed tfjson.State
	if err := parsed.UnmarshalJSON(content); err != nil {
		return nil, fmt.Errorf("it isn't what terraform show -json prints: %w", err)
	}
	s := &State{byType: make(map[string][]resource)}
	if parsed.Values != nil {
		s.add(parsed.Values.RootModule)
	}
	if s.Resources == 0 {
		return nil, errors.New("there is no resource in it, so that there is nothing to judge: apply the configuration first, and ask its backend (terraform init)")
	}
	for _, all := range s.byType {
		slices.SortFunc(all, func(a, b resource) int { return strings.Compare(a.address, b.address) })
	}
	return s, nil
}

func (s *State) add(m *tfjson.StateModule) {
	if m == nil {
		return
	}
	for _, r := range m.Resources {
		if r.Mode == tfjson.ManagedResourceMode {
			s.Resources++
			s.byType[r.Type] = append(s.byType[r.Type], resource{r.Address, r.AttributeValues})
		}
	}
	for _, child := range m.ChildModules {
		s.add(child)
	}
}
