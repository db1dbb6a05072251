package terraform

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// Compare tells in what two plans differ: actions, values, what is unknown and what is sensitive of every resource, the data sources that
// were read, and the outputs. An instance key [0] counts as none; renamed maps addresses of plan b to those of a, for blocks that moved.
// The result is sorted by address, and empty for equal plans.
func Compare(a, b *tfjson.Plan, renamed map[string]string) []string {
	var differences []string
	left, right := facts(a, nil), facts(b, renamed)
	names := slices.Sorted(maps.Keys(left))
	for name := range right {
		if _, ok := left[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		l, inLeft := left[name]
		r, inRight := right[name]
		switch {
		case !inRight:
			differences = append(differences, name+": only in the first plan")
		case !inLeft:
			differences = append(differences, name+": only in the second plan")
		default:
			for _, aspect := range slices.Sorted(maps.Keys(l)) {
				if !reflect.DeepEqual(l[aspect], r[aspect]) {
					differences = append(differences, fmt.Sprintf("%s: %s: %s and %s", name, aspect, toJSON(l[aspect]), toJSON(r[aspect])))
				}
			}
		}
	}
	return differences
}

// Resources counts the managed resources that a plan changes.
func Resources(plan *tfjson.Plan) int {
	n := 0
	for _, change := range plan.ResourceChanges {
		if change.Mode == tfjson.ManagedResourceMode {
			n++
		}
	}
	return n
}

// facts lists what a plan says, by address and then by aspect.
func facts(plan *tfjson.Plan, renamed map[string]string) map[string]map[string]any {
	all := make(map[string]map[string]any)
	plain := func(address string) string { return strings.ReplaceAll(address, "[0]", "") }
	old := make(map[string]string)
	for to, from := range renamed {
		old[plain(to)] = plain(from)
	}
	name := func(address string) string {
		address = plain(address)
		if from, ok := old[address]; ok {
			return from
		}
		return address
	}
	for _, change := range plan.ResourceChanges {
		all[name(change.Address)] = map[string]any{
			"provider": change.ProviderName, "actions": change.Change.Actions, "before": change.Change.Before, "after": change.Change.After,
			"unknown": change.Change.AfterUnknown, "sensitive": change.Change.AfterSensitive,
		}
	}
	for output, change := range plan.OutputChanges {
		// A null output is one that Terraform leaves out of the state.
		if change.After == nil && (change.AfterUnknown == nil || change.AfterUnknown == false) {
			continue
		}
		all["output."+output] = map[string]any{
			"actions": change.Actions, "after": change.After, "unknown": change.AfterUnknown, "sensitive": change.AfterSensitive,
		}
	}
	if plan.PriorState != nil && plan.PriorState.Values != nil {
		readData(all, plan.PriorState.Values.RootModule, name)
	}
	return all
}

func readData(all map[string]map[string]any, m *tfjson.StateModule, name func(string) string) {
	if m == nil {
		return
	}
	for _, r := range m.Resources {
		all["read "+name(r.Address)] = map[string]any{"values": r.AttributeValues}
	}
	for _, child := range m.ChildModules {
		readData(all, child, name)
	}
}

func toJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}
