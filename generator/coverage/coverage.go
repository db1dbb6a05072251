// Package coverage says what of the controls that guides ask for an account's Terraform gives.
//
// The controls are data: templates/coverage/controls.yaml says what each one needs, and no Go has to change for another one.
package coverage

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"plinth/generator/constraint"
)

// Benchmarks are the versions of the CIS Amazon Web Services Foundations Benchmark that the controls have ids in.
var Benchmarks = []string{"3.0", "5.0", "6.0", "7.0"}

// DefaultBenchmark is the version for whoever names none, as in templates/account/variables.tf.
const DefaultBenchmark = "7.0"

// Catalogue is all controls, in their order, and the steps that people do.
type Catalogue struct {
	Controls []*Control
	Steps    []*Step
}

// Control is what a guide asks for.
type Control struct {
	ID    string
	Title string
	// CIS is the control's id by version of the benchmark.
	CIS map[string]string
	// Guide is the step of AWS's guides that it belongs to.
	Guide string
	// Section is the section that an account must have for the control to be its own; empty for every account.
	Section string
	// Resources are what the account's Terraform must have, each of them.
	Resources []Requirement
	// Write is what to write into the spec if it lacks one.
	Write string
	// Remains is what is left to people where the resources are there, Manual what they do where no resource could. Proof shows that it is done.
	Remains, Manual, Proof string
	// Audit are the rules of plinth audit that prove it.
	Audit []string
	// Outside is why the baseline has nothing for it.
	Outside string
}

// Requirement is a resource of which there must be one.
type Requirement struct {
	Type        string
	Where       map[string]Want // by argument, below blocks with dots
	EveryRegion bool            `yaml:"every_region"`
	Alarm       bool            // it is a metric filter on whose metric an alarm tells somebody
}

// Load reads templates/coverage of fsys.
func Load(fsys fs.FS) (*Catalogue, error) {
	c := &Catalogue{}
	for name, into := range map[string]any{"controls.yaml": &struct{ Controls *[]*Control }{&c.Controls}, "runbook.yaml": &struct{ Steps *[]*Step }{&c.Steps}} {
		content, err := fs.ReadFile(fsys, "templates/coverage/"+name)
		if err != nil {
			return nil, err
		}
		decoder := yaml.NewDecoder(bytes.NewReader(content))
		decoder.KnownFields(true)
		if err := decoder.Decode(into); err != nil {
			return nil, fmt.Errorf("templates/coverage/%s: %w", name, err)
		}
	}
	return c, nil
}

// ProvedBy are the controls that a rule of plinth audit proves.
func (c *Catalogue) ProvedBy(rule string) []*Control {
	var all []*Control
	for _, control := range c.Controls {
		if slices.Contains(control.Audit, rule) {
			all = append(all, control)
		}
	}
	return all
}

// Status is how a control stands.
type Status string

// The statuses.
const (
	Covered   Status = "covered"   // by resources, whole
	Partly    Status = "partly"    // by resources, and something is left to people
	Missing   Status = "missing"   // the baseline could give it, and the spec doesn't ask for it
	Excepted  Status = "excepted"  // missing, and the spec says why, for a time
	Manual    Status = "manual"    // people do it
	Elsewhere Status = "elsewhere" // it is another account's, or the baseline has nothing for it
)

// Row is a control as an account has it.
type Row struct {
	Control   string   `json:"control"`
	Title     string   `json:"title"`
	CIS       string   `json:"cis,omitempty"` // the id in the chosen version
	Guide     string   `json:"guide,omitempty"`
	Status    Status   `json:"status"`
	Sections  []string `json:"sections"`  // that have the resources
	Addresses []string `json:"addresses"` // of the resources
	Why       string   `json:"why,omitempty"`
	Todo      string   `json:"todo,omitempty"`  // what to write, or what people do
	Proof     string   `json:"proof,omitempty"` // how that is shown
	Audit     []string `json:"audit"`           // the rules of plinth audit that prove it
}

// Exception is a control that a spec leaves out, for a time.
type Exception struct {
	Reason, Owner string
	Expires       time.Time // the last day
}

// Holds tells whether the exception counts at a time: until the end of its last day, in UTC.
func (e Exception) Holds(at time.Time) bool { return !at.Truncate(24 * time.Hour).After(e.Expires) }

func (e Exception) String() string {
	return fmt.Sprintf("%s (%s, until %s)", e.Reason, e.Owner, e.Expires.Format(time.DateOnly))
}

// Account is what is looked at.
type Account struct {
	Resources  []*constraint.Resource
	Providers  map[string]string // regions by provider configuration
	Regions    []string          // in use
	Exceptions map[string]Exception
}

// Rows says how the controls of a version of the benchmark stand, and those of the guides, in the catalogue's order. An exception counts until its last day.
func (c *Catalogue) Rows(a *Account, benchmark string, today time.Time) []Row {
	rows := []Row{}
	for _, control := range c.Controls {
		if control.CIS[benchmark] == "" && control.Guide == "" {
			continue
		}
		rows = append(rows, control.row(a, benchmark, today))
	}
	return rows
}

func (c *Control) row(a *Account, benchmark string, today time.Time) Row {
	row := Row{Control: c.ID, Title: c.Title, CIS: c.CIS[benchmark], Guide: c.Guide, Sections: []string{}, Addresses: []string{}, Audit: append([]string{}, c.Audit...)}
	switch {
	case c.Outside != "":
		row.Status, row.Why = Elsewhere, c.Outside
		return row
	case c.Section != "" && !slices.ContainsFunc(a.Resources, func(r *constraint.Resource) bool { return sectionOf(r.Address) == c.Section }):
		row.Status, row.Why = Elsewhere, "it is for the account that has the section "+c.Section
		return row
	case len(c.Resources) == 0:
		row.Status, row.Todo, row.Proof = Manual, c.Manual, c.Proof
	default:
		var lacks []string
		for _, need := range c.Resources {
			found, lack := need.find(a)
			for _, r := range found {
				row.Addresses = append(row.Addresses, r.Address)
				row.Sections = append(row.Sections, sectionOf(r.Address))
			}
			if lack != "" {
				lacks = append(lacks, lack)
			}
		}
		slices.Sort(row.Addresses)
		slices.Sort(row.Sections)
		row.Addresses, row.Sections = slices.Compact(row.Addresses), slices.Compact(row.Sections)
		switch {
		case len(lacks) > 0:
			row.Status, row.Why, row.Todo = Missing, strings.Join(lacks, "; "), c.Write
		case c.Remains != "":
			row.Status, row.Todo, row.Proof = Partly, c.Remains, c.Proof
		default:
			row.Status, row.Proof = Covered, c.Proof
		}
	}
	if e, ok := a.Exceptions[c.ID]; ok && (row.Status == Missing || row.Status == Manual) && e.Holds(today) {
		row.Status, row.Why = Excepted, e.String()
	}
	return row
}

// sectionOf is the section that a resource is of: what its address begins with, without the region.
func sectionOf(address string) string {
	name, ok := strings.CutPrefix(address, "module.")
	if !ok {
		return ""
	}
	name, _, _ = strings.Cut(name, ".")
	name, _, _ = strings.Cut(name, "[")
	if strings.HasPrefix(name, "access_analyzer_") {
		return "access_analyzer"
	}
	return name
}

// find returns the resources that are as required, and what is lacking.
func (q Requirement) find(a *Account) (found []*constraint.Resource, lack string) {
	regions := make(map[string]bool)
	for _, r := range a.Resources {
		if r.Mode != "managed" || r.Type != q.Type || !q.matches(r.Body) {
			continue
		}
		if q.Alarm {
			alarm := alarmOn(a, r)
			if alarm == nil {
				lack = r.Address + " has no alarm that tells somebody"
				continue
			}
			found = append(found, alarm)
		}
		found = append(found, r)
		regions[a.Providers[r.Provider]] = true
	}
	if len(found) > 0 {
		lack = ""
	} else if lack == "" {
		lack = "there is no " + q.String()
	}
	if q.EveryRegion && len(found) > 0 {
		var without []string
		for _, region := range a.Regions {
			if !regions[region] {
				without = append(without, region)
			}
		}
		if len(without) > 0 {
			lack = fmt.Sprintf("there is no %s in %s", q, strings.Join(without, ", "))
		}
	}
	return found, lack
}

func (q Requirement) matches(body *constraint.Body) bool {
	for where, want := range q.Where {
		if !slices.ContainsFunc(valuesAt(body, strings.Split(where, ".")), want.holds) {
			return false
		}
	}
	return true
}

// String is such as "aws_cloudtrail with is_multi_region_trail = true".
func (q Requirement) String() string {
	var conditions []string
	for where, want := range q.Where {
		conditions = append(conditions, where+" "+want.String())
	}
	slices.Sort(conditions)
	if len(conditions) == 0 {
		return q.Type
	}
	return q.Type + " with " + strings.Join(conditions, " and ")
}

// alarmOn finds an alarm on the metric of a filter that has an action.
func alarmOn(a *Account, filter *constraint.Resource) *constraint.Resource {
	for _, metric := range filter.Body.Blocks["metric_transformation"] {
		for _, r := range a.Resources {
			if r.Type != "aws_cloudwatch_metric_alarm" || r.Provider != filter.Provider {
				continue
			}
			same := r.Body.Text("metric_name") == metric.Text("name") && r.Body.Text("namespace") == metric.Text("namespace")
			if same && r.Body.Text("actions_enabled") != "false" && r.Body.HasElements("alarm_actions") {
				return r
			}
		}
	}
	return nil
}
