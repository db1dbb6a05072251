package analyzer

import (
	"slices"
	"strings"
	"testing"

	"plinth/audit"
)

func read(t *testing.T, texts ...string) *Evidence {
	t.Helper()
	e := &Evidence{}
	for _, text := range texts {
		if err := e.Read(strings.NewReader(text)); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
	}
	return e
}

// v1 is a finding as list-findings prints it.
func v1(id, more string) string {
	return `{"id": "` + id + `", "status": "ACTIVE", "resourceOwnerAccount": "123456789012", "analyzedAt": "2026-11-01T06:00:00Z", ` + more + `}`
}

// v2 is a finding as get-finding-v2 prints it.
func v2(id, typ, details string) string {
	return `{"id": "` + id + `", "status": "ACTIVE", "findingType": "` + typ + `", "resource": "arn:aws:iam::123456789012:role/r", "resourceType": "AWS::IAM::Role", "resourceOwnerAccount": "123456789012", "analyzedAt": 1793512800, "findingDetails": [` + details + `]}`
}

// TestJudge has a finding of each kind, in both versions' forms.
func TestJudge(t *testing.T) {
	for name, test := range map[string]struct {
		text, rule string
		severity   audit.Severity
		says       []string // of the message, evidence and remedy
	}{
		"everybody may write": {v1("1", `"resource": "arn:aws:s3:::b", "resourceType": "AWS::S3::Bucket", "isPublic": true, "principal": {"AWS": "*"}, "action": ["s3:PutObject"], "sources": [{"type": "POLICY"}]`), "analyzer-public", audit.Critical,
			[]string{"everybody has access", "isPublic is true", `the Allow statement with the principal {"AWS": "*"}, which allows s3:PutObject: aws s3api get-bucket-policy --bucket b.`}},
		"everybody may read":  {v1("1", `"resource": "arn:aws:s3:::b", "resourceType": "AWS::S3::Bucket", "isPublic": true, "principal": {"AWS": "*"}, "action": ["s3:GetObject", "s3:ListBucket"]`), "analyzer-public", audit.High, nil},
		"by an ACL":           {v1("1", `"resource": "arn:aws:s3:::b", "resourceType": "AWS::S3::Bucket", "isPublic": true, "action": ["s3:GetObject"], "sources": [{"type": "BUCKET_ACL"}]`), "analyzer-public", audit.High, []string{"access control list gives it: aws s3api get-bucket-acl --bucket b"}},
		"another account":     {v1("1", `"resource": "arn:aws:sns:eu-central-1:123456789012:t", "resourceType": "AWS::SNS::Topic", "principal": {"AWS": "111122223333"}, "action": ["sns:Publish"]`), "analyzer-cross-account", audit.High, []string{"account 111122223333 has access"}},
		"another's role":      {v2("1", "ExternalAccess", `{"externalAccessDetails": {"isPublic": false, "principal": {"AWS": "arn:aws:iam::111122223333:role/x"}, "action": ["sts:AssumeRole"], "condition": {"sts:ExternalId": "x"}}}`), "analyzer-cross-account", audit.High, []string{"account 111122223333", "condition.sts:ExternalId is x", "aws iam get-role --role-name r"}},
		"another may read":    {v1("1", `"resource": "arn:aws:s3:::b", "resourceType": "AWS::S3::Bucket", "principal": {"AWS": "111122223333"}, "action": ["s3:GetObject"]`), "analyzer-cross-account", audit.Medium, nil},
		"decrypting":          {v1("1", `"resource": "arn:aws:kms:eu-central-1:123456789012:key/k", "resourceType": "AWS::KMS::Key", "principal": {"AWS": "111122223333"}, "action": ["kms:Decrypt"]`), "analyzer-cross-account", audit.High, []string{"aws kms get-key-policy --key-id arn:aws:kms:eu-central-1:123456789012:key/k"}},
		"federated":           {v2("1", "ExternalAccess", `{"externalAccessDetails": {"isPublic": false, "principal": {"Federated": "token.actions.githubusercontent.com"}, "action": ["sts:AssumeRoleWithWebIdentity"], "condition": {"token.actions.githubusercontent.com:sub": "x"}}}`), "analyzer-federated", audit.Medium, nil},
		"federated, anybody":  {v2("1", "ExternalAccess", `{"externalAccessDetails": {"isPublic": false, "principal": {"Federated": "token.actions.githubusercontent.com"}, "action": ["sts:AssumeRoleWithWebIdentity"]}}`), "analyzer-federated", audit.High, []string{"without any condition"}},
		"the organization":    {v1("1", `"resource": "arn:aws:s3:::b", "resourceType": "AWS::S3::Bucket", "principal": {"AWS": "*"}, "condition": {"aws:PrincipalOrgID": "o-1"}, "action": ["s3:PutObject"]`), "analyzer-organization", audit.Low, nil},
		"a canonical user":    {v1("1", `"resource": "arn:aws:s3:::b", "resourceType": "AWS::S3::Bucket", "principal": {"CanonicalUser": "abc"}, "action": ["s3:GetObject"]`), "analyzer-other", audit.Medium, nil},
		"a summary":           {`{"id": "1", "status": "ACTIVE", "findingType": "ExternalAccess", "resource": "arn:aws:s3:::b", "resourceType": "AWS::S3::Bucket"}`, "analyzer-other", audit.Medium, []string{"get-finding-v2 --id 1"}},
		"an unknown resource": {v1("1", `"resource": "arn:aws:new:::x", "resourceType": "AWS::New::Thing", "principal": {"AWS": "111122223333"}, "action": ["new:GetThing"]`), "analyzer-cross-account", audit.Medium, []string{"resourceType is AWS::New::Thing"}},
		"not analyzed":        {v1("1", `"resource": "arn:aws:s3:::b", "resourceType": "AWS::S3::Bucket", "error": "ACCESS_DENIED"`), "analyzer-error", audit.Medium, []string{"error is ACCESS_DENIED"}},
		"an unused role":      {v2("1", "UnusedIAMRole", `{"unusedIamRoleDetails": {"LastAccessed": null}}`), "analyzer-unused", audit.Low, []string{"the role: no use within the tracking period"}},
		"an unused key":       {v2("1", "UnusedIAMUserAccessKey", `{"unusedIamUserAccessKeyDetails": {"accessKeyId": "AKIAX", "lastAccessed": "2026-01-02T03:04:05Z"}}`), "analyzer-unused", audit.Low, []string{"the access key AKIAX: last used 2026-01-02"}},
		"unused permissions":  {v2("1", "UnusedPermission", `{"unusedPermissionDetails": {"serviceNamespace": "s3"}}, {"unusedPermissionDetails": {"serviceNamespace": "ec2"}}`), "analyzer-unused", audit.Low, []string{"permissions for ec2, s3"}},
		"internal":            {v2("1", "InternalAccess", `{"internalAccessDetails": {"principal": {"AWS": "arn:aws:iam::123456789012:role/x"}, "action": ["s3:GetObject"]}}`), "analyzer-internal", audit.Low, nil},
		"archived and public": {strings.Replace(v1("1", `"resource": "arn:aws:s3:::b", "resourceType": "AWS::S3::Bucket", "isPublic": true, "principal": {"AWS": "*"}, "action": ["s3:GetObject"]`), "ACTIVE", "ARCHIVED", 1), "analyzer-archived-public", audit.High, nil},
		"archived":            {strings.Replace(v1("1", `"resource": "arn:aws:s3:::b", "resourceType": "AWS::S3::Bucket", "principal": {"AWS": "111122223333"}, "action": ["s3:GetObject"]`), "ACTIVE", "ARCHIVED", 1), "", 0, nil},
		"resolved":            {strings.Replace(v1("1", `"resource": "arn:aws:s3:::b", "resourceType": "AWS::S3::Bucket", "isPublic": true, "action": ["s3:GetObject"]`), "ACTIVE", "RESOLVED", 1), "", 0, nil},
	} {
		found := read(t, `{"findings": [`+test.text+`]}`).Judge([]string{"eu-central-1"})
		if test.rule == "" {
			if len(found) > 0 {
				t.Errorf("%s: %+v", name, found)
			}
			continue
		}
		if len(found) != 1 || found[0].Rule != test.rule || found[0].Severity != test.severity || found[0].ID != test.rule+":1" {
			t.Errorf("%s: %+v", name, found)
			continue
		}
		var said []string
		for _, e := range found[0].Evidence {
			said = append(said, e.String())
		}
		text := found[0].Message + "\n" + strings.Join(said, "\n") + "\n" + found[0].Remedy
		for _, want := range test.says {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is not in\n%s", name, want, text)
			}
		}
	}
}

// TestForms reads findings however AWS hands them out.
func TestForms(t *testing.T) {
	const f = `{"id": "1", "status": "ACTIVE", "resource": "arn:aws:s3:::b", "resourceType": "AWS::S3::Bucket", "isPublic": true, "principal": {"AWS": "*"}, "action": ["s3:GetObject"]}`
	for name, text := range map[string]string{
		"a list": `{"findings": [` + f + `], "nextToken": "x"}`, "one": `{"finding": ` + f + `}`, "an array": `[{"findings": []}, {"finding": ` + f + `}]`, "one after the other": `{"findings": []}` + "\n" + `{"finding": ` + f + `}`,
		"an event": `{"source": "aws.access-analyzer", "detail-type": "Access Analyzer Finding", "detail": ` + f + `}`, "with a mark": "\xef\xbb\xbf" + `{"findings": [` + f + `]}`,
	} {
		if found := read(t, text).Judge(nil); len(found) != 1 || found[0].Rule != "analyzer-public" {
			t.Errorf("%s: %+v", name, found)
		}
	}
	// A summary and its details, in either order.
	summary := `{"findings": [{"id": "1", "status": "ACTIVE", "findingType": "ExternalAccess", "resource": "arn:aws:s3:::b", "resourceType": "AWS::S3::Bucket"}]}`
	details := v2("1", "ExternalAccess", `{"externalAccessDetails": {"isPublic": true, "principal": {"AWS": "*"}, "action": ["s3:PutObject"]}}`)
	for _, texts := range [][]string{{summary, details}, {details, summary}} {
		if found := read(t, texts...).Judge(nil); len(found) != 1 || found[0].Severity != audit.Critical {
			t.Errorf("%+v", found)
		}
	}
	deleted := `{"source": "aws.access-analyzer", "detail": {"id": "1", "status": "ACTIVE", "isDeleted": true, "resource": "arn:aws:s3:::b", "isPublic": true}}`
	if found := read(t, deleted).Judge(nil); len(found) > 0 {
		t.Errorf("%+v", found)
	}
}

// TestRegions holds that each region in use has an active analyzer of external access, where analyzers are known.
func TestRegions(t *testing.T) {
	const active = `{"analyzers": [{"arn": "arn:aws:access-analyzer:eu-central-1:123456789012:analyzer/a", "name": "a", "type": "ACCOUNT", "status": "ACTIVE"}]}`
	const others = `{"analyzers": [{"arn": "arn:aws:access-analyzer:us-east-1:123456789012:analyzer/u", "name": "u", "type": "ACCOUNT_UNUSED_ACCESS", "status": "ACTIVE"},
		{"arn": "arn:aws:access-analyzer:eu-west-1:123456789012:analyzer/f", "name": "f", "type": "ORGANIZATION", "status": "FAILED", "statusReason": {"code": "ORGANIZATION_DELETED"}}]}`
	regions := []string{"eu-central-1", "us-east-1", "eu-west-1"}
	var ids []string
	for _, f := range read(t, active, others).Judge(regions) {
		ids = append(ids, f.ID)
	}
	slices.Sort(ids)
	if want := []string{"analyzer-inactive:arn:aws:access-analyzer:eu-west-1:123456789012:analyzer/f", "analyzer-missing:eu-west-1", "analyzer-missing:us-east-1"}; !slices.Equal(ids, want) {
		t.Errorf("%q", ids)
	}
	if found := read(t, `{"findings": []}`).Judge(regions); len(found) > 0 {
		t.Errorf("without a list of analyzers nothing is known of them: %+v", found)
	}
	if found := read(t, `{"analyzers": []}`).Judge(regions); len(found) != 3 {
		t.Errorf("%+v", found)
	}
}

func TestUnreadable(t *testing.T) {
	for text, want := range map[string]string{
		"": "nothing of Access Analyzer", "{}": "nothing of Access Analyzer", `{"Users": []}`: "nothing of Access Analyzer", "{": "no JSON", "[1]": "no JSON object", `{"findings": [{}]}`: "without an id or a status",
		`{"findings": [{"id": "1", "status": "ACTIVE", "analyzedAt": "yesterday"}]}`: `the time "yesterday"`, `{"analyzers": [{}]}`: "without an ARN", `{"findings": 5}`: "can't be read",
	} {
		if err := (&Evidence{}).Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// TestPropose proposes the narrowest rule, and refuses what no rule should hide.
func TestPropose(t *testing.T) {
	e := read(t, `{"findings": [`+strings.Join([]string{
		v1("a", `"resource": "arn:aws:s3:::b", "resourceType": "AWS::S3::Bucket", "principal": {"AWS": "111122223333"}, "action": ["s3:GetObject"]`),
		v1("b", `"resource": "arn:aws:s3:::b", "resourceType": "AWS::S3::Bucket", "principal": {"AWS": "111122223333"}, "action": ["s3:ListBucket"]`),
		v1("c", `"resource": "arn:aws:s3:::c", "resourceType": "AWS::S3::Bucket", "principal": {"AWS": "111122223333"}, "action": ["s3:GetObject"]`),
		v1("d", `"resource": "arn:aws:s3:::d", "resourceType": "AWS::S3::Bucket", "principal": {"AWS": "111122223333"}, "condition": {"aws:SourceVpc": "vpc-1"}, "action": ["s3:GetObject"]`),
		v1("public", `"resource": "arn:aws:s3:::b", "resourceType": "AWS::S3::Bucket", "isPublic": true, "principal": {"AWS": "111122223333"}, "action": ["s3:GetObject"]`),
		`{"id": "summary", "status": "ACTIVE", "findingType": "ExternalAccess", "resource": "arn:aws:s3:::b"}`,
		strings.Replace(v1("archived", `"resource": "arn:aws:s3:::b", "principal": {"AWS": "111122223333"}`), "ACTIVE", "ARCHIVED", 1),
	}, ", ")+`]}`)
	p, err := e.Propose([]string{"a", "c"})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(p.Filters["resource"], []string{"arn:aws:s3:::b", "arn:aws:s3:::c"}) || !slices.Equal(p.Filters["principal.AWS"], []string{"111122223333"}) || !slices.Equal(p.Filters["isPublic"], []string{"false"}) {
		t.Errorf("%+v", p.Filters)
	}
	if !slices.Equal(p.Hides, []string{"a", "b", "c"}) || !slices.Equal(p.Beyond, []string{"b"}) {
		t.Errorf("hides %q, beyond %q", p.Hides, p.Beyond)
	}
	if p, err = e.Propose([]string{"d"}); err != nil || !slices.Equal(p.Filters["condition.aws:SourceVpc"], []string{"vpc-1"}) || !slices.Equal(p.Hides, []string{"d"}) {
		t.Errorf("%+v, %v", p, err)
	}
	for ids, want := range map[string]string{
		"public": "public access", "summary": "don't say who has access", "archived": "it is archived already", "nowhere": "no such finding", "a,d": "different principals or conditions", "public,nowhere": "no such finding",
	} {
		if _, err := e.Propose(strings.Split(ids, ",")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", ids, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`{"findings": [` + v1("1", `"resource": "r", "isPublic": true, "principal": {"AWS": "*"}, "action": ["x"]`) + `]}`)
	f.Add(v2("1", "UnusedPermission", `{"unusedPermissionDetails": {"serviceNamespace": "s3"}}`))
	f.Add(`{"analyzers": [{"arn": "a"}]}`)
	f.Fuzz(func(_ *testing.T, text string) {
		e := &Evidence{}
		if e.Read(strings.NewReader(text)) == nil {
			e.Judge([]string{"eu-central-1"})
			for _, found := range e.Findings {
				_, _ = e.Propose([]string{found.ID})
			}
		}
	})
}
