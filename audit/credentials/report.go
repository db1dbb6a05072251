// Package credentials reads and judges IAM's credential report.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
package credentials

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Report is a credential report.
type Report struct {
	Users []User
	// Generated is when IAM made it; zero if the file doesn't say.
	Generated time.Time
	// Extra are columns that this version doesn't know.
	Extra []string

	columns []string // in the file's order
}

// User is one row; root is the user "<root_account>".
type User struct {
	Name, ARN            string
	Created              Time
	PasswordEnabled      Flag
	PasswordLastUsed     Time
	PasswordLastChanged  Time
	PasswordNextRotation Time
	MFA                  Flag
	Keys                 [2]Key
	Certificates         [2]Certificate

	values map[string]string // by column, as the report has them
}

// Root tells whether it is the root user's row.
func (u User) Root() bool { return u.Name == "<root_account>" }

// Key is an access key's part of a row.
type Key struct {
	Active                       Flag
	Rotated, Used                Time
	UsedRegion, UsedService      string
	activeColumn, rotated, usage string // the columns' names
}

// Certificate is a signing certificate's part of a row.
type Certificate struct {
	Active       Flag
	Rotated      Time
	activeColumn string
}

// Flag is true or false, or neither where IAM says not_supported, N/A or no_information.
type Flag struct {
	Text       string // as the report has it
	True, Both bool   // Both: it is true or false at all
}

// Time is a time, or none where IAM says N/A, no_information or not_supported.
type Time struct {
	Text string // as the report has it
	time.Time
}

// Known tells whether there is a time.
func (t Time) Known() bool { return !t.IsZero() }

// required are the columns without which a report can't be judged. additional_credentials_info, which newer reports have, is known, and nothing is read from it.
var required = []string{
	"user", "arn", "user_creation_time", "password_enabled", "password_last_used", "password_last_changed", "password_next_rotation", "mfa_active",
	"access_key_1_active", "access_key_1_last_rotated", "access_key_1_last_used_date", "access_key_1_last_used_region", "access_key_1_last_used_service",
	"access_key_2_active", "access_key_2_last_rotated", "access_key_2_last_used_date", "access_key_2_last_used_region", "access_key_2_last_used_service",
	"cert_1_active", "cert_1_last_rotated", "cert_2_active", "cert_2_last_rotated",
}

// Parse reads a report: the CSV itself, what `aws iam get-credential-report` prints, or an object that the module credential_report has stored.
func Parse(content []byte) (*Report, error) {
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	if len(bytes.TrimSpace(content)) == 0 {
		return nil, errors.New("the report is empty. Ask IAM for one: aws iam generate-credential-report, then aws iam get-credential-report")
	}
	if bytes.HasPrefix(bytes.TrimSpace(content), []byte("{")) {
		return parseWrapped(content)
	}
	return parseCSV(content)
}

// parseWrapped reads the report that a JSON object holds.
func parseWrapped(content []byte) (*Report, error) {
	var wrapped struct {
		Content       string `json:"Content"` // base64; JSON names are compared without regard to case, so this is the module's content, too
		GeneratedTime string `json:"GeneratedTime"`
		Generated     string `json:"generated_time"`
	}
	if err := json.Unmarshal(content, &wrapped); err != nil {
		return nil, fmt.Errorf("the report is no JSON object that can be read: %w", err)
	}
	text := wrapped.Content
	if text == "" {
		return nil, errors.New("the JSON object has no Content. Pass what aws iam get-credential-report prints, or the CSV itself")
	}
	if !strings.Contains(text, "user,arn,") {
		decoded, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil, fmt.Errorf("the Content of the JSON object is neither a report nor its base64 form: %w", err)
		}
		text = string(decoded)
	}
	r, err := parseCSV([]byte(text))
	if err != nil {
		return nil, err
	}
	if when := wrapped.GeneratedTime + wrapped.Generated; when != "" {
		if r.Generated, err = time.Parse(time.RFC3339, when); err != nil {
			return nil, fmt.Errorf("the report's time %q is none: %w", when, err)
		}
	}
	return r, nil
}

func parseCSV(content []byte) (*Report, error) {
	reader := csv.NewReader(bytes.NewReader(content))
	header, err := reader.Read()
	if err != nil {
		return nil, fmt.Errorf("the report's header can't be read: %w", err)
	}
	at := make(map[string]int)
	r := &Report{}
	for i, name := range header {
		name = strings.TrimSpace(name)
		if _, twice := at[name]; twice {
			return nil, fmt.Errorf("the report has the column %s twice", name)
		}
		at[name] = i
		r.columns = append(r.columns, name)
		if !slices.Contains(required, name) && name != "additional_credentials_info" {
			r.Extra = append(r.Extra, name)
		}
	}
	var missing []string
	for _, name := range required {
		if _, ok := at[name]; !ok {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("the report lacks the column %s: this is no credential report, or a part of one", strings.Join(missing, ", "))
	}
	for {
		fields, err := reader.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("the report can't be read: %w", err)
		}
		line, _ := reader.FieldPos(0)
		u, err := newUser(func(name string) string { return strings.TrimSpace(fields[at[name]]) })
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		u.values = make(map[string]string, len(at))
		for name, i := range at {
			u.values[name] = strings.TrimSpace(fields[i])
		}
		r.Users = append(r.Users, u)
	}
	if len(r.Users) == 0 {
		return nil, errors.New("the report has no rows, and IAM always writes one for root: it was cut off")
	}
	return r, nil
}

func newUser(get func(string) string) (User, error) {
	var problems []error
	flag := func(column string) Flag {
		f := Flag{Text: get(column)}
		switch strings.ToLower(f.Text) {
		case "true", "false":
			f.Both, f.True = true, strings.EqualFold(f.Text, "true")
		case "n/a", "no_information", "not_supported":
		default:
			problems = append(problems, fmt.Errorf("%s is %q, which is neither true nor false nor one of IAM's other words", column, f.Text))
		}
		return f
	}
	when := func(column string) Time {
		t := Time{Text: get(column)}
		switch strings.ToLower(t.Text) {
		case "n/a", "no_information", "not_supported":
			return t
		}
		parsed, err := time.Parse(time.RFC3339, t.Text)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s is %q, which is no time and none of IAM's other words", column, t.Text))
		}
		t.Time = parsed.UTC()
		return t
	}
	u := User{
		Name: get("user"), ARN: get("arn"), Created: when("user_creation_time"), PasswordEnabled: flag("password_enabled"), PasswordLastUsed: when("password_last_used"),
		PasswordLastChanged: when("password_last_changed"), PasswordNextRotation: when("password_next_rotation"), MFA: flag("mfa_active"),
	}
	for i := range u.Keys {
		column := fmt.Sprintf("access_key_%d_", i+1)
		u.Keys[i] = Key{
			Active: flag(column + "active"), Rotated: when(column + "last_rotated"), Used: when(column + "last_used_date"),
			UsedRegion: get(column + "last_used_region"), UsedService: get(column + "last_used_service"),
			activeColumn: column + "active", rotated: column + "last_rotated", usage: column + "last_used_date",
		}
		u.Certificates[i] = Certificate{Active: flag(fmt.Sprintf("cert_%d_active", i+1)), Rotated: when(fmt.Sprintf("cert_%d_last_rotated", i+1)), activeColumn: fmt.Sprintf("cert_%d_active", i+1)}
	}
	if u.Name == "" {
		problems = append(problems, errors.New("the row has no user"))
	}
	return u, errors.Join(problems...)
}
