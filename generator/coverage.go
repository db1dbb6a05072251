package generator

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"plinth/generator/coverage"
	"plinth/generator/spec"
)

// Measure is what a spec says of coverage: the version of the benchmark, and the controls that it leaves out for a time.
type Measure struct {
	Benchmark  string
	Exceptions map[string]coverage.Exception
	Keep       []string // services that nobody has to use
}

// Coverage says how the controls of the account's benchmark, or of another version if one is given, stand on a day.
func (g *Generator) Coverage(a *Account, benchmark string, today time.Time) ([]coverage.Row, error) {
	looked, err := g.look(a)
	if err != nil {
		return nil, err
	}
	if benchmark == "" {
		benchmark = a.Measure.Benchmark
	}
	return g.catalogue.Rows(looked, benchmark, today), nil
}

// Runbook lists what people do for the account.
func (g *Generator) Runbook(a *Account) ([]coverage.Task, error) {
	looked, err := g.look(a)
	if err != nil {
		return nil, err
	}
	return g.catalogue.Tasks(looked), nil
}

func (g *Generator) look(a *Account) (*coverage.Account, error) {
	c, err := a.Configuration()
	if err != nil {
		return nil, err
	}
	return &coverage.Account{Resources: c.Resources, Providers: c.Regions, Regions: a.Regions, Exceptions: a.Measure.Exceptions}, nil
}

// regionsOf are the regions that a spec has in use: those that are enabled, or else the home region alone.
func regionsOf(s *spec.Spec) []string {
	regions := s.Core["regions"]
	if regions == nil {
		return nil
	}
	if enabled := regions.Attrs["enabled"]; enabled != nil && len(enabled.Elems) > 0 {
		var all []string
		for _, element := range enabled.Elems {
			if region, ok := knownText(element.Value); ok {
				all = append(all, region)
			}
		}
		return all
	}
	if home := regions.Attrs["home"]; home != nil {
		if region, ok := knownText(home.Value); ok {
			return []string{region}
		}
	}
	return nil
}

func measureOf(s *spec.Spec) Measure {
	m := Measure{Benchmark: coverage.DefaultBenchmark, Exceptions: make(map[string]coverage.Exception)}
	said := s.Core["coverage"]
	if said == nil {
		return m
	}
	if v := said.Attrs["benchmark"]; v != nil && !v.Value.IsNull() && v.Value.Type() == cty.String {
		m.Benchmark = v.Value.AsString()
	}
	if keep := said.Attrs["keep_services"]; keep != nil {
		for _, element := range keep.Elems {
			if service, ok := knownText(element.Value); ok {
				m.Keep = append(m.Keep, service)
			}
		}
	}
	for _, e := range s.Exceptions() {
		if id, ok := strings.CutPrefix(e.Field, "coverage.exceptions."); ok && exceptionsOf(s)[id] != nil {
			m.Exceptions[id] = coverage.Exception{Reason: e.Reason, Owner: e.Owner, Expires: e.Expires}
		}
	}
	return m
}

func exceptionsOf(s *spec.Spec) map[string]*spec.Value {
	said := s.Core["coverage"]
	if said == nil || said.Attrs["exceptions"] == nil {
		return nil
	}
	return said.Attrs["exceptions"].Attrs
}

// unknownControls finds exceptions from controls that there are none of.
func (g *Generator) unknownControls(s *spec.Spec) hcl.Diagnostics {
	if s == nil {
		return nil
	}
	var ids []string
	for _, control := range g.catalogue.Controls {
		ids = append(ids, control.ID)
	}
	var diags hcl.Diagnostics
	for _, id := range sortedKeys(exceptionsOf(s)) {
		if slices.Contains(ids, id) {
			continue
		}
		detail := fmt.Sprintf("coverage.exceptions: there is no control %s.", id)
		if guess := spec.Suggestion(id, ids); guess != "" {
			detail += " Did you mean " + guess + "?"
		}
		diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Unknown control", Detail: detail + " plinth coverage lists them.", Subject: exceptionsOf(s)[id].Range.Ptr()})
	}
	return diags
}
