package spec

import (
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Exception is what a spec asks for against the rule, for a time: whatever has a reason, an owner and a date until which it holds.
type Exception struct {
	Field   string // such as access_analyzer.archive_rules.partner
	Reason  string
	Owner   string
	Expires time.Time // the last day, at midnight UTC
	Range   hcl.Range // of the date
}

// Exceptions returns the exceptions of the spec, in the order of the file. A date that is none is left out: the section's own rules refuse it.
func (s *Spec) Exceptions() []Exception {
	var found []Exception
	for name, value := range s.Core {
		found = value.exceptions((*place)(nil).key(name), found)
	}
	for name, section := range s.Sections {
		if section.Off {
			continue
		}
		for variable, value := range section.Values {
			found = value.exceptions((*place)(nil).key(name).key(variable), found)
		}
	}
	slices.SortFunc(found, func(a, b Exception) int { return a.Range.Start.Byte - b.Range.Start.Byte })
	return found
}

func (v *Value) exceptions(at *place, found []Exception) []Exception {
	if expires, err := time.Parse(time.DateOnly, v.text("expires")); err == nil && v.text("reason") != "" && v.text("owner") != "" {
		found = append(found, Exception{
			Field: at.String(), Reason: strings.TrimSpace(v.text("reason")), Owner: strings.TrimSpace(v.text("owner")),
			Expires: expires, Range: v.Attrs["expires"].Range,
		})
	}
	for name, attr := range v.Attrs {
		found = attr.exceptions(at.key(name), found)
	}
	for i, elem := range v.Elems {
		found = elem.exceptions(at.element(i), found)
	}
	return found
}

// text is the text of an attribute, empty if there is none.
func (v *Value) text(name string) string {
	attr := v.Attrs[name]
	if attr == nil || attr.Value.IsNull() || !attr.Value.IsKnown() || attr.Value.Type() != cty.String {
		return ""
	}
	return attr.Value.AsString()
}
