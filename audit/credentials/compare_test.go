package credentials

import (
	"reflect"
	"strings"
	"testing"
)

// TestCompare holds what counts as a change: neither another spelling of one value nor a column that one report lacks.
func TestCompare(t *testing.T) {
	old := parse(t, row("gone", nil), row("stays", map[string]string{"mfa_active": "true", "user_creation_time": "2026-01-01T00:00:00Z"}), row("same", map[string]string{"user_creation_time": "2026-01-01T00:00:00Z"}))
	latest := parse(t, row("same", map[string]string{"user_creation_time": "2026-01-01T01:00:00+01:00"}), row("stays", map[string]string{"mfa_active": "false", "user_creation_time": "2026-02-01T00:00:00Z"}), row("came", nil))
	latest.columns = append(latest.columns, "extra")
	latest.Users[0].values["extra"] = "x"
	arn := func(name string) string {
		for _, u := range append(old.Users, latest.Users...) {
			if u.Name == name {
				return u.ARN
			}
		}
		return ""
	}
	want := []Change{
		{User: "gone", Old: arn("gone")},
		{User: "stays", Column: "user_creation_time", Old: "2026-01-01T00:00:00Z", New: "2026-02-01T00:00:00Z"},
		{User: "stays", Column: "mfa_active", Old: "true", New: "false"},
		{User: "came", New: arn("came")},
	}
	if got := Compare(old, latest); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if got := Compare(old, old); len(got) > 0 {
		t.Errorf("a report differs from itself: %+v", got)
	}
	if account := old.Account(); !strings.Contains(arn("gone"), ":"+account+":") || account == "" {
		t.Errorf("account %q", account)
	}
}
