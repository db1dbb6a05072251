package access

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

var now = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

var limits = Limits{Age: 90 * 24 * time.Hour}

// TestEdit takes the unused services s3 and sqs out of policies in every form, and leaves what must stay.
func TestEdit(t *testing.T) {
	for name, test := range map[string]struct {
		file, old, want string
		removed         []string
		notes           int
	}{
		"the first of a line": {"p.json", `{"Statement": [{"Effect": "Allow", "Action": ["s3:*", "ec2:*"], "Resource": "*"}]}`, `{"Statement": [{"Effect": "Allow", "Action": ["ec2:*"], "Resource": "*"}]}`, []string{"s3:*"}, 0},
		"the last of a line":  {"p.json", `{"Statement": [{"Effect": "Allow", "Action": ["ec2:*", "s3:*"], "Resource": "*"}]}`, `{"Statement": [{"Effect": "Allow", "Action": ["ec2:*"], "Resource": "*"}]}`, []string{"s3:*"}, 0},
		"the last two":        {"p.json", `{"Statement": [{"Effect": "Allow", "Action": ["ec2:*", "s3:*", "sqs:*"], "Resource": "*"}]}`, `{"Statement": [{"Effect": "Allow", "Action": ["ec2:*"], "Resource": "*"}]}`, []string{"s3:*", "sqs:*"}, 0},
		"on lines of their own": {"p.json", "{\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \"Action\": [\n        \"ec2:*\",\n        \"s3:Get*\",\n        \"s3:PutObject\"\n      ]\n    }\n  ]\n}\n",
			"{\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \"Action\": [\n        \"ec2:*\"\n      ]\n    }\n  ]\n}\n", []string{"s3:Get*", "s3:PutObject"}, 0},
		"with CRLF":         {"p.json", "{\r\n\"Statement\": [{\"Effect\": \"Allow\", \"Action\": [\r\n\"s3:*\",\r\n\"ec2:*\"\r\n]}]}\r\n", "{\r\n\"Statement\": [{\"Effect\": \"Allow\", \"Action\": [\r\n\"ec2:*\"\r\n]}]}\r\n", []string{"s3:*"}, 0},
		"a whole statement": {"p.json", `{"Statement": [{"Effect": "Allow", "Action": "ec2:*"}, {"Effect": "Allow", "Action": "s3:*"}]}`, `{"Statement": [{"Effect": "Allow", "Action": "ec2:*"}]}`, []string{"s3:*"}, 0},
		"a statement in the middle": {"p.json", "{\"Statement\": [\n  {\"Effect\": \"Allow\", \"Action\": \"ec2:*\"},\n  {\"Effect\": \"Allow\", \"Action\": [\"s3:*\", \"SQS:*\"]},\n  {\"Effect\": \"Allow\", \"Action\": \"eks:*\"}\n]}",
			"{\"Statement\": [\n  {\"Effect\": \"Allow\", \"Action\": \"ec2:*\"},\n  {\"Effect\": \"Allow\", \"Action\": \"eks:*\"}\n]}", []string{"s3:*", "SQS:*"}, 0},
		"all of it":                   {"p.json", `{"Statement": {"Effect": "Allow", "Action": "s3:*"}}`, `{"Statement": {"Effect": "Allow", "Action": "s3:*"}}`, []string{"s3:*"}, 1},
		"a statement that denies":     {"p.json", `{"Statement": [{"Effect": "Deny", "Action": "s3:*"}, {"Effect": "Allow", "Action": "ec2:*"}]}`, "", nil, 0},
		"NotAction":                   {"p.json", `{"Statement": [{"Effect": "Allow", "NotAction": "s3:*"}]}`, "", nil, 0},
		"wildcards over services":     {"p.json", `{"Statement": [{"Effect": "Allow", "Action": ["*", "s*:*", "s3"]}]}`, "", nil, 0},
		"services that aren't listed": {"p.json", `{"Statement": [{"Effect": "Allow", "Action": ["kms:*", "ec2:*"]}]}`, "", nil, 0},
		"PassRole":                    {"p.json", `{"Statement": [{"Effect": "Allow", "Action": ["iam:*", "iam:Pass*", "iam:PassRole", "iam:ListUsers", "iam:?assRole", "ec2:*"]}]}`, `{"Statement": [{"Effect": "Allow", "Action": ["iam:*", "iam:Pass*", "iam:PassRole", "iam:?assRole", "ec2:*"]}]}`, []string{"iam:ListUsers"}, 4},
		"jsonencode, with comments": {"p.tf", "resource \"aws_iam_policy\" \"x\" {\n  policy = jsonencode({\n    Statement = [\n      # kept\n      { Effect = \"Allow\", Action = [\n        \"ec2:*\", # machines\n        \"s3:*\",  # files\n        # why eks\n        \"eks:*\",\n      ] },\n    ]\n  })\n}\n",
			"resource \"aws_iam_policy\" \"x\" {\n  policy = jsonencode({\n    Statement = [\n      # kept\n      { Effect = \"Allow\", Action = [\n        \"ec2:*\", # machines\n        # why eks\n        \"eks:*\",\n      ] },\n    ]\n  })\n}\n", []string{"s3:*"}, 0},
		"a data source": {"p.tf", "data \"aws_iam_policy_document\" \"x\" {\n  # read\n  statement {\n    actions   = [\"s3:GetObject\", \"s3:ListBucket\"]\n    resources = [\"*\"]\n  }\n\n  statement {\n    effect  = \"Allow\"\n    actions = [\"ec2:*\", \"s3:*\"]\n  }\n\n  statement {\n    effect  = \"Deny\"\n    actions = [\"s3:*\"]\n  }\n\n  statement {\n    not_actions = [\"s3:*\"]\n  }\n}\n",
			"data \"aws_iam_policy_document\" \"x\" {\n\n  statement {\n    effect  = \"Allow\"\n    actions = [\"ec2:*\"]\n  }\n\n  statement {\n    effect  = \"Deny\"\n    actions = [\"s3:*\"]\n  }\n\n  statement {\n    not_actions = [\"s3:*\"]\n  }\n}\n", []string{"s3:GetObject", "s3:ListBucket", "s3:*"}, 0},
		"actions that aren't literal":      {"p.tf", "x = jsonencode({ Statement = [{ Effect = \"Allow\", Action = [var.a, \"${var.b}:*\", \"s3:*\"] }] })\n", "x = jsonencode({ Statement = [{ Effect = \"Allow\", Action = [var.a, \"${var.b}:*\"] }] })\n", []string{"s3:*"}, 0},
		"an effect that isn't literal":     {"p.tf", "x = jsonencode({ Statement = [{ Effect = var.e, Action = [\"s3:*\", \"ec2:*\"] }] })\n", "", nil, 0},
		"a data source that is all unused": {"p.tf", "data \"aws_iam_policy_document\" \"x\" {\n  statement {\n    actions = [\"s3:*\"]\n  }\n}\n", "", []string{"s3:*"}, 1},
	} {
		want := test.want
		if want == "" {
			want = test.old
		}
		c, err := Edit(test.file, []byte(test.old), map[string]bool{"s3": true, "sqs": true, "iam": true})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if c.New != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, c.New, want)
		}
		if !slices.Equal(c.Removed, test.removed) && len(c.Removed)+len(test.removed) > 0 {
			t.Errorf("%s: removed %q, want %q", name, c.Removed, test.removed)
		}
		if len(c.Notes) != test.notes {
			t.Errorf("%s: notes %q", name, c.Notes)
		}
	}
	if _, err := Edit("p.tf", []byte("x = {"), nil); err == nil {
		t.Error("broken Terraform is taken")
	}
	if _, err := Edit("p.json", []byte("{"), nil); err == nil {
		t.Error("broken JSON is taken")
	}
}

// FuzzEdit holds that what comes out of an edit can be read wherever what went in could.
func FuzzEdit(f *testing.F) {
	f.Add(`{"Statement": [{"Effect": "Allow", "Action": ["ec2:*", "s3:*"]}, {"Effect": "Allow", "Action": "s3:*"}]}`)
	f.Add("{\"Statement\": [{\"Effect\": \"Allow\",\r\n\"Action\": [ \"s3:*\" // c\n, \"ec2:*\"\n]}]}")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Edit("p.json", []byte(text), map[string]bool{"s3": true})
		if err != nil {
			return
		}
		if _, diags := hclsyntax.ParseExpression([]byte(c.New), "", hcl.InitialPos); diags.HasErrors() {
			t.Fatalf("%v\n%s\nwas\n%s", diags, c.New, text)
		}
		if json.Valid([]byte(text)) && !json.Valid([]byte(c.New)) {
			t.Fatalf("no JSON any more:\n%s\nwas\n%s", c.New, text)
		}
	})
}

func read(t *testing.T, texts ...string) *Evidence {
	t.Helper()
	e := &Evidence{}
	for _, text := range texts {
		if err := e.Read(strings.NewReader(text), ""); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
	}
	return e
}

func report(arn, services string) string {
	return `{"arn": "` + arn + `", "report": {"JobStatus": "COMPLETED", "ServicesLastAccessed": [` + services + `]}}`
}

const (
	usedEC2  = `{"ServiceName": "EC2", "ServiceNamespace": "ec2", "LastAuthenticated": "2026-10-01T00:00:00Z"}`
	unusedS3 = `{"ServiceName": "S3", "ServiceNamespace": "s3"}`
	ann      = "arn:aws:iam::123456789012:user/ann"
	ben      = "arn:aws:iam::123456789012:role/team/ben"
	shared   = "arn:aws:iam::123456789012:policy/shared"
)

const document = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:*", "ec2:*"], "Resource": "*"}]}`

// authorization has ann and ben, who share a policy; the document is as the API encodes it.
func authorization(created string) string {
	encoded := strings.NewReplacer(`"`, "%22", "{", "%7B", "}", "%7D", "[", "%5B", "]", "%5D", " ", "%20").Replace(document)
	return `{"UserDetailList": [{"UserName": "ann", "Arn": "` + ann + `", "CreateDate": "` + created + `", "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": "` + encoded + `"}], "AttachedManagedPolicies": [{"PolicyArn": "` + shared + `"}]}],
		"GroupDetailList": [], "RoleDetailList": [{"RoleName": "ben", "Arn": "` + ben + `", "CreateDate": "2020-01-01T00:00:00Z", "AttachedManagedPolicies": [{"PolicyArn": "` + shared + `"}, {"PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]}],
		"Policies": [{"PolicyName": "shared", "Arn": "` + shared + `", "CreateDate": "2020-01-01T00:00:00Z", "PolicyVersionList": [{"Document": {}, "IsDefaultVersion": false}, {"Document": ` + document + `, "IsDefaultVersion": true}]},
			{"PolicyName": "ReadOnlyAccess", "Arn": "arn:aws:iam::aws:policy/ReadOnlyAccess", "PolicyVersionList": [{"Document": ` + document + `, "IsDefaultVersion": true}]}]}`
}

// TestChanges holds that a shared policy loses only what nobody uses who has it, and all of whom have reports.
func TestChanges(t *testing.T) {
	changed := func(e *Evidence) (files []string, notes []string) {
		t.Helper()
		changes, err := e.Changes(limits, now)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range changes {
			if c.New != c.Old {
				files = append(files, c.File)
			}
			notes = append(notes, c.Notes...)
		}
		return files, notes
	}
	old := authorization("2020-01-01T00:00:00Z")
	if files, _ := changed(read(t, old, report(ann, usedEC2+","+unusedS3), report(ben, usedEC2+","+unusedS3))); !slices.Equal(files, []string{"user/ann/own.json", "policy/shared.json"}) {
		t.Errorf("%q", files)
	}
	usesS3 := `{"ServiceName": "S3", "ServiceNamespace": "s3", "LastAuthenticated": "2026-10-01T00:00:00Z"}`
	if files, _ := changed(read(t, old, report(ann, usedEC2+","+unusedS3), report(ben, usedEC2+","+usesS3))); !slices.Equal(files, []string{"user/ann/own.json"}) {
		t.Errorf("ben uses s3: %q", files)
	}
	files, notes := changed(read(t, old, report(ann, usedEC2+","+unusedS3)))
	if !slices.Equal(files, []string{"user/ann/own.json"}) || !slices.Contains(notes, "there is no report of "+ben) {
		t.Errorf("nothing is known of ben: %q %q", files, notes)
	}
	files, notes = changed(read(t, authorization("2026-10-01T00:00:00Z"), report(ann, usedEC2+","+unusedS3), report(ben, usedEC2+","+unusedS3)))
	if len(files) > 0 || !slices.Contains(notes, ann+" is younger than it takes to judge") {
		t.Errorf("ann is young: %q %q", files, notes)
	}
	bounded := strings.Replace(old, `"RoleName": "ben",`, `"RoleName": "ben", "PermissionsBoundary": {"PermissionsBoundaryArn": "`+shared+`"},`, 1)
	if files, _ := changed(read(t, bounded, report(ann, usedEC2+","+unusedS3), report(ben, usedEC2+","+unusedS3))); slices.Contains(files, "policy/shared.json") {
		t.Errorf("a boundary changes: %q", files)
	}
}

func TestJudge(t *testing.T) {
	actions := `{"ServiceName": "EC2", "ServiceNamespace": "ec2", "LastAuthenticated": "2026-10-01T00:00:00Z", "TrackedActionsLastAccessed": [{"ActionName": "RunInstances"}, {"ActionName": "StopInstances", "LastAccessedTime": "2026-10-01T00:00:00Z"}]}`
	for name, test := range map[string]struct {
		texts []string
		want  string // id: message
	}{
		"one of two":      {[]string{report(ann, usedEC2+","+unusedS3)}, "access-unused-service:" + ann + ": 1 of 2 services is not used: not within the tracking period"},
		"none":            {[]string{report(ann, unusedS3)}, "access-unused-entity:" + ann + ": none of 1 service is used"},
		"never since":     {[]string{report(ann, usedEC2+","+unusedS3), authorization("2026-01-02T00:00:00Z")}, "access-unused-service:" + ann + ": 1 of 2 services is not used: never since it was made on 2026-01-02"},
		"young":           {[]string{report(ann, unusedS3), authorization("2026-10-02T00:00:00Z")}, ""},
		"all used":        {[]string{report(ann, usedEC2)}, ""},
		"actions":         {[]string{report(ann, actions)}, "access-unused-action:" + ann + ": 1 tracked actions of used services are not used"},
		"an organization": {[]string{`{"JobStatus": "COMPLETED", "AccessDetails": [{"ServiceName": "S3", "ServiceNamespace": "s3", "EntityPath": "o-1/r-1/ou-1/123456789012"}]}`}, "access-unused-entity:o-1/r-1/ou-1/123456789012: none of 1 service is used"},
	} {
		got := ""
		for _, f := range read(t, test.texts...).Judge(limits, now) {
			got += f.ID + ": " + f.Message
		}
		if !strings.HasPrefix(got, test.want) || test.want == "" && got != "" {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
	if found := read(t, report(ann, unusedS3)).Judge(Limits{Keep: []string{"s3"}}, now); len(found) > 0 {
		t.Errorf("what is to be kept: %+v", found)
	}
}

func TestUnreadable(t *testing.T) {
	for text, want := range map[string]string{
		"": "no JSON object", "{}": "nothing that this audit reads", `{"JobStatus": "IN_PROGRESS"}`: "still running", `{"JobStatus": "FAILED", "Error": {"Code": "X", "Message": "y"}}`: "failed: X: y",
		`{"JobStatus": "COMPLETED", "IsTruncated": true}`: "one page of several", `{"JobStatus": "COMPLETED", "ServicesLastAccessed": []}`: "doesn't say whom it is of",
		`{"RoleDetailList": [], "IsTruncated": true}`: "one page of several", `{"RoleDetailList": [{"Arn": "x", "CreateDate": "2020-01-01T00:00:00Z", "RolePolicyList": [{"PolicyName": "p", "PolicyDocument": "%zz"}]}]}`: "can't be decoded",
		`{"arn": "x", "report": 5}`: "can't be read", `{"RoleDetailList": 5}`: "can't be read",
	} {
		if err := (&Evidence{}).Read(strings.NewReader(text), ""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(report(ann, usedEC2+","+unusedS3))
	f.Add(authorization("2020-01-01T00:00:00Z"))
	f.Add(`{"JobStatus": "COMPLETED", "AccessDetails": [{"ServiceNamespace": "s3", "EntityPath": "o-1"}]}`)
	f.Fuzz(func(_ *testing.T, text string) {
		e := &Evidence{}
		if e.Read(strings.NewReader(text), ann) == nil {
			e.Judge(limits, now)
			_, _ = e.Changes(limits, now) // a document may be none
		}
	})
}
