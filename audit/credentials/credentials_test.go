package credentials

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const header = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active," +
	"access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service," +
	"access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service," +
	"cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated"

// ago is the time some days before now.
func ago(days int) string { return now.AddDate(0, 0, -days).Format("2006-01-02T15:04:05+00:00") }

// row writes a row: what is set differs from a user without anything.
func row(user string, set map[string]string) string {
	values := map[string]string{"user": user, "arn": "arn:aws:iam::123456789012:user/" + user, "user_creation_time": ago(1000), "password_enabled": "false", "mfa_active": "false"}
	if user == "<root_account>" {
		values["arn"] = "arn:aws:iam::123456789012:root"
		values["password_enabled"], values["password_last_changed"], values["password_next_rotation"] = "not_supported", "not_supported", "not_supported"
	}
	for _, column := range strings.Split(header, ",") {
		if _, ok := values[column]; !ok {
			values[column] = "N/A"
			if strings.HasSuffix(column, "_active") {
				values[column] = "false"
			}
		}
	}
	for column, value := range set {
		if _, ok := values[column]; !ok {
			panic(column)
		}
		values[column] = value
	}
	var fields []string
	for _, column := range strings.Split(header, ",") {
		fields = append(fields, values[column])
	}
	return strings.Join(fields, ",")
}

func parse(t *testing.T, lines ...string) *Report {
	t.Helper()
	r, err := Parse([]byte(header + "\n" + strings.Join(lines, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// ids are the findings of rows, without the prefix that all have.
func ids(t *testing.T, lines ...string) []string {
	t.Helper()
	var all []string
	for _, f := range Judge(parse(t, lines...), DefaultLimits, now) {
		if f.Message == "" || f.Remedy == "" || len(f.Evidence) == 0 || f.Severity == 0 || f.ARN == "" {
			t.Errorf("%s lacks something: %+v", f.ID, f)
		}
		all = append(all, strings.TrimPrefix(f.ID, "credentials-"))
	}
	slices.Sort(all)
	return all
}

// TestJudge has rows with what is found in them, and each one's near miss.
func TestJudge(t *testing.T) {
	key := func(n int, active string, rotated, used string) map[string]string {
		return map[string]string{fmt.Sprintf("access_key_%d_active", n): active, fmt.Sprintf("access_key_%d_last_rotated", n): rotated, fmt.Sprintf("access_key_%d_last_used_date", n): used}
	}
	with := func(maps ...map[string]string) map[string]string {
		all := make(map[string]string)
		for _, m := range maps {
			for k, v := range m {
				all[k] = v
			}
		}
		return all
	}
	password := func(used, changed, mfa string) map[string]string {
		return map[string]string{"password_enabled": "true", "password_last_used": used, "password_last_changed": changed, "mfa_active": mfa}
	}
	rootMFA := map[string]string{"mfa_active": "true"}
	for name, test := range map[string]struct {
		user string
		set  map[string]string
		want []string
	}{
		"nothing":                          {"u", nil, nil},
		"a password with MFA":              {"u", password(ago(1), ago(10), "true"), nil},
		"a password without MFA":           {"u", password(ago(1), ago(10), "false"), []string{"user-mfa:u"}},
		"capitals":                         {"u", with(password(ago(1), ago(10), "FALSE"), map[string]string{"password_enabled": "TRUE"}), []string{"user-mfa:u"}},
		"no password, no MFA":              {"u", nil, nil},
		"a password of 45 days ago":        {"u", password(ago(45), ago(100), "true"), nil},
		"a password of 46 days ago":        {"u", password(ago(46), ago(100), "true"), []string{"password-unused:u"}},
		"a password never used":            {"u", password("no_information", ago(46), "true"), []string{"password-unused:u"}},
		"a password never used, N/A":       {"u", password("N/A", ago(46), "true"), []string{"password-unused:u"}},
		"a new password never used":        {"u", password("no_information", ago(45), "true"), nil},
		"a key":                            {"u", key(1, "true", ago(90), ago(45)), nil},
		"an old key":                       {"u", key(1, "true", ago(91), ago(1)), []string{"key-rotation:u:key-1"}},
		"an unused key":                    {"u", key(1, "true", ago(60), ago(46)), []string{"key-unused:u:key-1"}},
		"a key of 60 days never used":      {"u", key(1, "true", ago(60), "N/A"), []string{"key-unused:u:key-1"}},
		"a new key never used":             {"u", key(1, "true", ago(45), "N/A"), nil},
		"an inactive old key":              {"u", key(1, "false", ago(500), ago(400)), nil},
		"key 2 while key 1 is inactive":    {"u", with(key(1, "false", ago(500), "N/A"), key(2, "true", ago(91), ago(1))), []string{"key-rotation:u:key-2"}},
		"two keys":                         {"u", with(key(1, "true", ago(10), ago(1)), key(2, "true", ago(1), "N/A")), []string{"two-keys:u"}},
		"two keys, both old and unused":    {"u", with(key(1, "true", ago(100), ago(99)), key(2, "true", ago(200), "N/A")), []string{"key-rotation:u:key-1", "key-rotation:u:key-2", "key-unused:u:key-1", "key-unused:u:key-2", "two-keys:u"}},
		"a certificate":                    {"u", map[string]string{"cert_2_active": "true", "cert_2_last_rotated": ago(3)}, []string{"certificate:u:certificate-2"}},
		"Z":                                {"u", key(1, "true", now.AddDate(0, 0, -91).Format(time.RFC3339), ago(1)), []string{"key-rotation:u:key-1"}},
		"root with MFA":                    {"<root_account>", rootMFA, nil},
		"root without MFA":                 {"<root_account>", nil, []string{"root-mfa:<root_account>"}},
		"root with a password, no MFA":     {"<root_account>", map[string]string{"password_enabled": "true"}, []string{"root-mfa:<root_account>"}},
		"root without credentials":         {"<root_account>", map[string]string{"password_enabled": "false"}, nil},
		"root with a key alone":            {"<root_account>", with(map[string]string{"password_enabled": "false"}, key(1, "true", ago(400), ago(400))), []string{"root-key:<root_account>:key-1", "root-mfa:<root_account>"}},
		"root's second key":                {"<root_account>", with(rootMFA, key(2, "true", ago(400), "N/A")), []string{"root-key:<root_account>:key-2"}},
		"root's certificate":               {"<root_account>", with(rootMFA, map[string]string{"cert_1_active": "true"}), []string{"root-certificate:<root_account>:certificate-1"}},
		"root used":                        {"<root_account>", with(rootMFA, map[string]string{"password_last_used": ago(90)}), []string{"root-used:<root_account>"}},
		"root used long ago":               {"<root_account>", with(rootMFA, map[string]string{"password_last_used": ago(91)}), nil},
		"root's key used, password is old": {"<root_account>", with(rootMFA, key(2, "true", ago(400), ago(0)), map[string]string{"password_last_used": ago(700)}), []string{"root-key:<root_account>:key-2", "root-used:<root_account>"}},
		"root's inactive key was used":     {"<root_account>", with(rootMFA, key(1, "false", ago(400), ago(5))), []string{"root-used:<root_account>"}},
	} {
		if got := ids(t, row(test.user, test.set)); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// TestUsualRows are the three that guides show.
func TestUsualRows(t *testing.T) {
	got := ids(t,
		row("<root_account>", map[string]string{"mfa_active": "true"}),
		row("devops", map[string]string{"password_enabled": "true", "password_last_used": ago(2), "password_last_changed": ago(20), "access_key_1_active": "true", "access_key_1_last_rotated": ago(20), "access_key_1_last_used_date": ago(1)}),
		row("auditor", map[string]string{"password_enabled": "true", "password_last_used": ago(2), "password_last_changed": ago(20), "mfa_active": "true"}),
		row("testuser", map[string]string{"password_enabled": "true", "password_last_used": "no_information", "password_last_changed": ago(50), "access_key_1_active": "true", "access_key_1_last_rotated": ago(50)}),
	)
	if want := []string{"key-unused:testuser:key-1", "password-unused:testuser", "user-mfa:devops", "user-mfa:testuser"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestParse has the forms in which a report comes.
func TestParse(t *testing.T) {
	whole := header + ",additional_credentials_info,new_column\n" + row("<root_account>", nil) + ",,x\n" + row("u", nil) + ",N/A,y\n"
	wrapped := fmt.Sprintf(`{"Content": %q, "ReportFormat": "text/csv", "GeneratedTime": "2026-03-01T00:00:00+00:00"}`, base64.StdEncoding.EncodeToString([]byte(whole)))
	stored := fmt.Sprintf(`{"account": "123456789012", "generated_time": "2026-03-01T00:00:00Z", "content": %q}`, whole)
	for name, text := range map[string]string{
		"as it is": whole, "CRLF": strings.ReplaceAll(whole, "\n", "\r\n"), "BOM": "\xef\xbb\xbf" + whole, "no last line end": strings.TrimSuffix(whole, "\n"), "what the CLI prints": wrapped, "what the module stores": stored,
	} {
		r, err := Parse([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(r.Users) != 2 || !r.Users[0].Root() || r.Users[1].Name != "u" || !slices.Equal(r.Extra, []string{"new_column"}) || r.Generated.IsZero() == strings.HasPrefix(text, "{") {
			t.Errorf("%s: %+v", name, r)
		}
	}
	columns := strings.Split(header, ",")
	slices.Reverse(columns)
	fields := strings.Split(row("u", map[string]string{"mfa_active": "true"}), ",")
	slices.Reverse(fields)
	if r, err := Parse([]byte(strings.Join(columns, ",") + "\n" + strings.Join(fields, ","))); err != nil || r.Users[0].Name != "u" || !r.Users[0].MFA.True {
		t.Errorf("in another order: %v, %v", r, err)
	}
	for text, want := range map[string]string{
		"":              "the report is empty",
		"\n \n":         "the report is empty",
		header:          "the report has no rows",
		"user,arn\nu,a": "the report lacks the column user_creation_time, password_enabled",
		strings.Replace(header, ",mfa_active", "", 1) + "\n": "the report lacks the column mfa_active",
		header + ",user\n":                   "the column user twice",
		header + "\n" + row("u", nil) + ",x": "wrong number of fields",
		header + "\n" + row("u", map[string]string{"mfa_active": "maybe"}):                    `line 2: mfa_active is "maybe"`,
		header + "\n" + row("u", map[string]string{"access_key_1_last_rotated": "yesterday"}): `line 2: access_key_1_last_rotated is "yesterday"`,
		header + "\n" + row("", nil): "the row has no user",
		"{}":                         "the JSON object has no Content",
		"{":                          "no JSON object that can be read",
		`{"Content": "%%"}`:          "neither a report nor its base64 form",
		strings.Replace(stored, "2026-03-01T00:00:00Z", "x", 1): `the report's time "x" is none`,
	} {
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %v, want %s", text, err, want)
		}
	}
}

func TestRules(t *testing.T) {
	rules := Rules()
	for i, rule := range rules {
		if i > 0 && rules[i-1].ID >= rule.ID {
			t.Errorf("%s is out of order", rule.ID)
		}
		if rule.Title == "" || rule.Remedy == "" || !strings.HasPrefix(rule.Source, "https://docs.aws.amazon.com/") || rule.Severity.String() == "" {
			t.Errorf("%+v", rule)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(header + "\n" + row("u", nil))
	f.Add(`{"Content": "dXNlcg=="}`)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := Parse([]byte(text))
		if err != nil {
			return
		}
		if len(r.Users) == 0 {
			t.Error("a report without rows is taken")
		}
		Judge(r, DefaultLimits, now)
	})
}

// TestStatistics counts what the pictures show.
func TestStatistics(t *testing.T) {
	key := func(rotated string) map[string]string {
		return map[string]string{"access_key_1_active": "true", "access_key_1_last_rotated": rotated}
	}
	r := parse(t,
		row("<root_account>", map[string]string{"password_enabled": "not_supported", "mfa_active": "true"}),
		row("with", map[string]string{"password_enabled": "true", "mfa_active": "true"}),
		row("without", map[string]string{"password_enabled": "true"}),
		row("neither", nil),
		row("young", key(ago(30))), row("older", key(ago(31))), row("old", key(ago(400))), row("unknown", key("N/A")),
	)
	s := r.Statistics(now)
	if s.WithMFA != 2 || s.WithoutMFA != 1 {
		t.Errorf("%d with MFA, %d without", s.WithMFA, s.WithoutMFA)
	}
	want := []KeyAge{{"up to 30 days", 1}, {"31 to 90 days", 1}, {"91 to 180 days", 0}, {"181 to 365 days", 0}, {"over a year", 1}, {"unknown", 1}}
	if !slices.Equal(s.KeyAges, want) {
		t.Errorf("%v, want %v", s.KeyAges, want)
	}
}
