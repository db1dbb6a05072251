package credentials

import "time"

// Statistics count what a report shows, for pictures.
type Statistics struct {
	WithMFA, WithoutMFA int      // of users with a password, and root
	KeyAges             []KeyAge // of active keys, the youngest first
}

// KeyAge counts the active keys of an age.
type KeyAge struct {
	Label string
	Keys  int
}

// Statistics counts as of a time. A key's age counts from its last rotation; one whose rotation IAM doesn't tell is among those of unknown age.
func (r *Report) Statistics(now time.Time) Statistics {
	ages := []struct {
		label string
		days  int
	}{{"up to 30 days", 30}, {"31 to 90 days", 90}, {"91 to 180 days", 180}, {"181 to 365 days", 365}}
	s := Statistics{}
	for _, age := range ages {
		s.KeyAges = append(s.KeyAges, KeyAge{Label: age.label})
	}
	s.KeyAges = append(s.KeyAges, KeyAge{Label: "over a year"}, KeyAge{Label: "unknown"})
	for _, u := range r.Users {
		if u.Root() || u.PasswordEnabled.True {
			if u.MFA.True {
				s.WithMFA++
			} else {
				s.WithoutMFA++
			}
		}
		for _, key := range u.Keys {
			if !key.Active.True {
				continue
			}
			at := len(s.KeyAges) - 1
			if key.Rotated.Known() {
				at = len(ages)
				for i, age := range ages {
					if now.Sub(key.Rotated.Time) <= time.Duration(age.days)*24*time.Hour {
						at = i
						break
					}
				}
			}
			s.KeyAges[at].Keys++
		}
	}
	return s
}
