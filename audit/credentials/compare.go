package credentials

import (
	"strings"
	"time"
)

// Change is what differs between two reports of an account.
type Change struct {
	User string `json:"user"`
	// Column is empty where the user is in one report only: then Old or New is its ARN and the other one empty.
	Column string `json:"column,omitempty"`
	Old    string `json:"old"`
	New    string `json:"new"`
}

// Compare lists what changed from an old report to a new one: users that left, in the old report's order, then those that came and those that changed, in the new
// one's. A column that one of the reports lacks is not compared, and neither are two spellings of one time or flag.
func Compare(old, latest *Report) []Change {
	changes := []Change{}
	before, after := make(map[string]User), make(map[string]User)
	for _, u := range old.Users {
		before[u.Name] = u
	}
	for _, u := range latest.Users {
		after[u.Name] = u
	}
	for _, u := range old.Users {
		if _, stays := after[u.Name]; !stays {
			changes = append(changes, Change{User: u.Name, Old: u.ARN})
		}
	}
	for _, u := range latest.Users {
		was, found := before[u.Name]
		if !found {
			changes = append(changes, Change{User: u.Name, New: u.ARN})
			continue
		}
		for _, column := range latest.columns {
			value, had := was.values[column]
			if had && !sameValue(value, u.values[column]) {
				changes = append(changes, Change{u.Name, column, value, u.values[column]})
			}
		}
	}
	return changes
}

func sameValue(a, b string) bool {
	if strings.EqualFold(a, b) {
		return true
	}
	before, err := time.Parse(time.RFC3339, a)
	if err != nil {
		return false
	}
	after, err := time.Parse(time.RFC3339, b)
	return err == nil && before.Equal(after)
}

// Account is the account's number, by the ARN of a row; empty if no row has one.
func (r *Report) Account() string {
	for _, u := range r.Users {
		if parts := strings.Split(u.ARN, ":"); len(parts) > 4 && parts[4] != "" {
			return parts[4]
		}
	}
	return ""
}
