// Package planned tells what a plan of Terraform does, resource by resource and attribute by attribute.
package planned

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// Action is what happens to a resource.
type Action string

const (
	Create  Action = "create"
	Update  Action = "update"
	Replace Action = "replace" // destroyed and created again, in either order
	Destroy Action = "destroy"
	Forget  Action = "forget" // taken out of the state, and left as it is
	Import  Action = "import" // and nothing else
	Move    Action = "move"   // and nothing else
)

// Sign is Terraform's mark of an action.
func (a Action) Sign() string {
	switch a {
	case Create:
		return "+"
	case Update:
		return "~"
	case Replace:
		return "-/+"
	case Destroy:
		return "-"
	case Forget:
		return "."
	}
	return " "
}

// Change is what happens to one resource, or with one output.
type Change struct {
	Address    string      `json:"address"`
	Action     Action      `json:"action"`
	From       string      `json:"from,omitempty"` // the address that it moves from
	Attributes []Attribute `json:"attributes"`     // of an update or a replacement
}

// Attribute is one attribute that changes. Values are as Terraform writes them; one that is sensitive is not told.
type Attribute struct {
	Path   string `json:"path"` // such as tags["owner"], or policy.Statement[0].Effect inside a JSON text
	Before string `json:"before"`
	After  string `json:"after"`
	// Replaces is set if this is why the resource is replaced.
	Replaces bool `json:"replaces,omitempty"`
}

// Counts counts as Terraform does: a replacement is one to add and one to destroy.
type Counts struct {
	Add     int `json:"add"`
	Change  int `json:"change"`
	Destroy int `json:"destroy"`
	Replace int `json:"replace"` // of those to add and to destroy
	Import  int `json:"import"`
	Move    int `json:"move"`
	Forget  int `json:"forget"`
	Outputs int `json:"outputs"`
	Drift   int `json:"drift"` // resources that were changed outside Terraform
}

// Plan is what a plan does.
type Plan struct {
	Counts  Counts   `json:"counts"`
	Changes []Change `json:"changes"`
	Drift   []Change `json:"drift"`
	Outputs []Change `json:"outputs"`
}

// Of tells what a plan does. Data sources are not told of.
func Of(plan *tfjson.Plan) *Plan {
	p := &Plan{Changes: []Change{}, Drift: []Change{}, Outputs: []Change{}}
	for _, rc := range plan.ResourceChanges {
		if rc.Mode == tfjson.DataResourceMode || rc.Change == nil {
			continue
		}
		change, ok := changeOf(rc)
		if !ok {
			continue
		}
		p.Changes = append(p.Changes, change)
		p.Counts.Count(change)
		if change.From != "" && change.Action != Move {
			p.Counts.Move++
		}
		if rc.Change.Importing != nil && change.Action != Import {
			p.Counts.Import++
		}
	}
	for _, rc := range plan.ResourceDrift {
		if rc.Mode == tfjson.DataResourceMode || rc.Change == nil {
			continue
		}
		if change, ok := changeOf(rc); ok && change.Action != Move {
			p.Drift = append(p.Drift, change)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(plan.OutputChanges)) {
		if action, ok := actionOf(plan.OutputChanges[name].Actions); ok {
			change := Change{Address: "output." + name, Action: action, Attributes: []Attribute{}}
			if action == Update {
				change.Attributes = attributesOf(plan.OutputChanges[name])
			}
			p.Outputs = append(p.Outputs, change)
		}
	}
	p.Counts.Outputs, p.Counts.Drift = len(p.Outputs), len(p.Drift)
	p.hide(secretsOf(plan))
	return p
}

// shortest is how long a text must be to be looked for elsewhere, in bytes: shorter ones are in everything.
const shortest = 4

// secretsOf are the texts that are sensitive somewhere in a plan. A provider may have copied them to where Terraform doesn't know it.
func secretsOf(plan *tfjson.Plan) []string {
	var secrets []string
	var find func(value, mark any)
	find = func(value, mark any) {
		switch value := value.(type) {
		case string:
			if mark == true && len(value) >= shortest {
				secrets = append(secrets, value)
			}
		case map[string]any:
			for name := range value {
				find(value[name], member(mark, name))
			}
		case []any:
			for i := range value {
				find(value[i], element(mark, i))
			}
		}
	}
	of := func(change *tfjson.Change) {
		if change != nil {
			find(change.Before, change.BeforeSensitive)
			find(change.After, change.AfterSensitive)
		}
	}
	for _, changes := range [][]*tfjson.ResourceChange{plan.ResourceChanges, plan.ResourceDrift} {
		for _, rc := range changes {
			of(rc.Change)
		}
	}
	for _, output := range plan.OutputChanges {
		of(output)
	}
	slices.Sort(secrets)
	return slices.Compact(secrets)
}

// hide takes out values that hold a secret, as it is or as it is written in a JSON text.
func (p *Plan) hide(secrets []string) {
	var forms []string
	for _, secret := range secrets {
		quoted := text(side{value: secret})
		forms = append(forms, secret, quoted[1:len(quoted)-1])
	}
	hidden := func(value string) string {
		if slices.ContainsFunc(forms, func(form string) bool { return strings.Contains(value, form) }) {
			return sensitive
		}
		return value
	}
	for _, changes := range [][]Change{p.Changes, p.Drift, p.Outputs} {
		for _, change := range changes {
			for i := range change.Attributes {
				a := &change.Attributes[i]
				a.Before, a.After = hidden(a.Before), hidden(a.After)
			}
		}
	}
}

// Count adds a change.
func (c *Counts) Count(change Change) {
	switch change.Action {
	case Create:
		c.Add++
	case Update:
		c.Change++
	case Destroy:
		c.Destroy++
	case Replace:
		c.Add++
		c.Destroy++
		c.Replace++
	case Forget:
		c.Forget++
	case Import:
		c.Import++
	case Move:
		c.Move++
	}
}

func changeOf(rc *tfjson.ResourceChange) (Change, bool) {
	change := Change{Address: rc.Address, Attributes: []Attribute{}}
	if rc.PreviousAddress != rc.Address {
		change.From = rc.PreviousAddress
	}
	if rc.DeposedKey != "" {
		change.Address += " (deposed object " + rc.DeposedKey + ")"
	}
	action, ok := actionOf(rc.Change.Actions)
	switch {
	case ok:
		change.Action = action
	case rc.Change.Importing != nil:
		change.Action = Import
	case change.From != "":
		change.Action = Move
	default:
		return change, false
	}
	if action == Update || action == Replace {
		change.Attributes = attributesOf(rc.Change)
	}
	return change, true
}

func actionOf(actions tfjson.Actions) (Action, bool) {
	switch {
	case actions.Replace():
		return Replace, true
	case actions.Create():
		return Create, true
	case actions.Update():
		return Update, true
	case actions.Delete():
		return Destroy, true
	case actions.Forget():
		return Forget, true
	case actions.NoOp(), actions.Read(), len(actions) == 0:
		return "", false
	}
	return Replace, true // a pair of actions that a newer Terraform knows: one of them ends the object
}

// What stands for a value that isn't told.
const (
	absent    = "(none)"
	unknown   = "(known after apply)"
	sensitive = "(sensitive)"
)

func attributesOf(change *tfjson.Change) []Attribute {
	found := []Attribute{}
	compare(&found, "", side{change.Before, change.BeforeSensitive, nil}, side{change.After, change.AfterSensitive, change.AfterUnknown})
	for i := range found {
		for _, replaced := range change.ReplacePaths {
			if steps, ok := replaced.([]any); ok && strings.HasPrefix(found[i].Path, pathOf(steps)) {
				found[i].Replaces = true
			}
		}
	}
	return found
}

func pathOf(steps []any) string {
	path := ""
	for _, step := range steps {
		switch step := step.(type) {
		case string:
			path = below(path, step)
		case float64:
			path = fmt.Sprintf("%s[%d]", path, int(step))
		case json.Number:
			path = fmt.Sprintf("%s[%s]", path, step)
		}
	}
	return path
}

// Differences tells two values apart, as they are decoded from JSON: maps by key, lists by index, and texts that are JSON by what they hold.
func Differences(before, after any) []Attribute {
	found := []Attribute{}
	compare(&found, "", side{value: before}, side{value: after})
	return found
}

// side is a value with what Terraform says of its parts: true, or a map or list with true somewhere below.
type side struct {
	value, sensitive, unknown any
}

func (s side) key(name string) side {
	return side{member(s.value, name), member(s.sensitive, name), member(s.unknown, name)}
}

func (s side) index(i int) side {
	return side{element(s.value, i), element(s.sensitive, i), element(s.unknown, i)}
}

// A mark of a whole value is one of each of its parts, too.
func member(v any, name string) any {
	switch v := v.(type) {
	case map[string]any:
		return v[name]
	case bool:
		return v
	}
	return nil
}

func element(v any, i int) any {
	switch v := v.(type) {
	case []any:
		if i < len(v) {
			return v[i]
		}
	case bool:
		return v
	}
	return nil
}

func compare(found *[]Attribute, path string, before, after side) {
	hidden := before.sensitive == true || after.sensitive == true
	if !hidden && after.unknown != true {
		if descend(found, path, before, after) {
			return
		}
	}
	if after.unknown != true && reflect.DeepEqual(before.value, after.value) {
		return
	}
	if path == "" {
		path = "value"
	}
	attribute := Attribute{Path: path, Before: text(before), After: text(after)}
	if hidden {
		attribute.Before, attribute.After = sensitive, sensitive
	}
	*found = append(*found, attribute)
}

// descend compares the parts of two maps, lists or JSON texts; false if there are none.
func descend(found *[]Attribute, path string, before, after side) bool {
	beforeMap, isBeforeMap := before.value.(map[string]any)
	afterMap, isAfterMap := after.value.(map[string]any)
	beforeList, isBeforeList := before.value.([]any)
	afterList, isAfterList := after.value.([]any)
	unknownMap, _ := after.unknown.(map[string]any)
	switch {
	case isBeforeMap && isAfterMap:
		keys := make(map[string]bool)
		for _, m := range []map[string]any{beforeMap, afterMap, unknownMap} {
			for name := range m {
				keys[name] = true
			}
		}
		for _, name := range slices.Sorted(maps.Keys(keys)) {
			compare(found, below(path, name), before.key(name), after.key(name))
		}
		return true
	case isBeforeList && isAfterList:
		// A list that got one more or one less at its beginning would differ everywhere.
		if len(beforeList) != len(afterList) && scalars(beforeList) && scalars(afterList) && after.unknown == nil {
			return false
		}
		for i := range max(len(beforeList), len(afterList)) {
			compare(found, fmt.Sprintf("%s[%d]", path, i), before.index(i), after.index(i))
		}
		return true
	}
	beforeText, isBeforeText := before.value.(string)
	afterText, isAfterText := after.value.(string)
	if !isBeforeText || !isAfterText || beforeText == afterText {
		return false
	}
	beforeJSON, isBeforeJSON := document(beforeText)
	afterJSON, isAfterJSON := document(afterText)
	if !isBeforeJSON || !isAfterJSON || reflect.DeepEqual(beforeJSON, afterJSON) {
		return false
	}
	compare(found, path, side{value: beforeJSON}, side{value: afterJSON})
	return true
}

func scalars(list []any) bool {
	return !slices.ContainsFunc(list, func(v any) bool {
		switch v.(type) {
		case map[string]any, []any:
			return true
		}
		return false
	})
}

// document is a text that is a JSON object or array.
func document(text string) (any, bool) {
	if !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") {
		return nil, false
	}
	var v any
	return v, json.Unmarshal([]byte(text), &v) == nil
}

func below(path, name string) string {
	switch {
	case !isName(name):
		return path + "[" + strconv.Quote(name) + "]"
	case path == "":
		return name
	}
	return path + "." + name
}

func isName(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}

func text(s side) string {
	switch {
	case s.unknown == true:
		return unknown
	case s.value == nil:
		return absent
	case s.sensitive != nil && holdsTrue(s.sensitive):
		return sensitive
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s.value); err != nil {
		return fmt.Sprint(s.value)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func holdsTrue(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case map[string]any:
		for _, part := range v {
			if holdsTrue(part) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, holdsTrue)
	}
	return false
}
