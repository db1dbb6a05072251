package policydoc

import (
	"fmt"
	"strings"
	"testing"
)

func parse(t *testing.T, text string) *Policy {
	t.Helper()
	p, err := Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return p
}

// TestConditions has for each operator contexts that fulfil it and contexts that don't. A context is a list of "key=value"; a key that is named several
// times has several values.
func TestConditions(t *testing.T) {
	for _, test := range []struct {
		condition string
		yes, no   []string
	}{
		{`"StringEquals": {"k": "a"}`, []string{"k=a", "K=a"}, []string{"", "k=A", "k=ab", "l=a"}},
		{`"StringEquals": {"k": ["a", "b*"]}`, []string{"k=a", "k=b*"}, []string{"k=bc"}},
		{`"StringEquals": {"k": "a", "l": "b"}`, []string{"k=a l=b"}, []string{"k=a", "l=b"}},
		{`"StringEquals": {"k": "a"}, "StringLike": {"l": "b*"}`, []string{"k=a l=bc"}, []string{"k=a l=c", "k=b l=bc"}},
		{`"StringEqualsIfExists": {"k": "a"}`, []string{"k=a", ""}, []string{"k=b"}},
		{`"StringNotEquals": {"k": ["a", "b"]}`, []string{"k=c", ""}, []string{"k=a", "k=b"}},
		{`"StringEqualsIgnoreCase": {"k": "Ab"}`, []string{"k=aB"}, []string{"k=c"}},
		{`"StringNotEqualsIgnoreCase": {"k": "Ab"}`, []string{"k=c"}, []string{"k=aB"}},
		{`"StringLike": {"k": "a?c*"}`, []string{"k=abc", "k=abcd"}, []string{"k=ac", "k=xabc", ""}},
		{`"StringNotLike": {"k": "a*"}`, []string{"k=b", ""}, []string{"k=ab"}},
		{`"StringEquals": {"k": "${aws:username}"}`, []string{"k=ann aws:username=ann"}, []string{"k=bob aws:username=ann", "k=ann", "k=${aws:username}"}},
		{`"StringLike": {"k": "${l}/*"}`, []string{"k=x/y l=x", "k=*/y l=*"}, []string{"k=x/y l=*"}},
		{`"StringLike": {"k": "a${*}b"}`, []string{"k=a*b"}, []string{"k=axb"}},
		{`"ArnLike": {"k": "arn:aws:iam::1:role/*"}`, []string{"k=arn:aws:iam::1:role/a/b"}, []string{"k=arn:aws:iam::2:role/a", "k=role", ""}},
		{`"ArnEquals": {"k": "arn:aws:s3:*:1:x"}`, []string{"k=arn:aws:s3::1:x"}, []string{"k=arn:aws:s3:a:b:1:x"}},
		{`"ArnNotLike": {"k": "arn:aws:iam::*:role/a"}`, []string{"k=arn:aws:iam::1:role/b", ""}, []string{"k=arn:aws:iam::1:role/a"}},
		{`"ArnNotEquals": {"k": "arn:aws:iam::1:role/a"}`, []string{"k=arn:aws:iam::1:role/b"}, []string{"k=arn:aws:iam::1:role/a"}},
		{`"Bool": {"k": "true"}`, []string{"k=true", "k=True"}, []string{"k=false", ""}},
		{`"Bool": {"k": true}`, []string{"k=true"}, []string{"k=false"}},
		{`"BoolIfExists": {"k": "false"}`, []string{"k=false", ""}, []string{"k=true"}},
		{`"Null": {"k": "true"}`, []string{"", "l=a"}, []string{"k=a"}},
		{`"Null": {"k": false}`, []string{"k=a"}, []string{""}},
		{`"NumericLessThan": {"k": "3600"}`, []string{"k=3599"}, []string{"k=3600", "", "k=x"}},
		{`"NumericLessThanEquals": {"k": 3600}`, []string{"k=3600"}, []string{"k=3601"}},
		{`"NumericGreaterThan": {"k": "1.2"}`, []string{"k=1.3"}, []string{"k=1.2"}},
		{`"NumericGreaterThanEquals": {"k": "1.2"}`, []string{"k=1.2"}, []string{"k=1.1"}},
		{`"NumericEquals": {"k": "1"}`, []string{"k=1.0"}, []string{"k=2"}},
		{`"NumericNotEquals": {"k": "1"}`, []string{"k=2", ""}, []string{"k=1.0"}},
		{`"DateEquals": {"k": "2030-01-01T00:00:00Z"}`, []string{"k=2030-01-01T01:00:00+01:00"}, []string{"k=2030-01-01T00:00:01Z", "k=x"}},
		{`"DateNotEquals": {"k": "2030-01-01T00:00:00Z"}`, []string{"k=2030-01-01T00:00:01Z"}, []string{"k=2030-01-01T00:00:00Z"}},
		{`"DateLessThan": {"k": "2030-01-01T00:00:00Z"}`, []string{"k=2029-01-01T00:00:00Z"}, []string{"k=2030-01-01T00:00:00Z"}},
		{`"DateLessThanEquals": {"k": "2030-01-01T00:00:00Z"}`, []string{"k=2030-01-01T00:00:00Z"}, []string{"k=2031-01-01T00:00:00Z"}},
		{`"DateGreaterThan": {"k": "2030-01-01T00:00:00Z"}`, []string{"k=2031-01-01T00:00:00Z"}, []string{"k=2030-01-01T00:00:00Z"}},
		{`"DateGreaterThanEquals": {"k": "2030-01-01T00:00:00Z"}`, []string{"k=2030-01-01T00:00:00Z"}, []string{"k=2029-01-01T00:00:00Z"}},
		{`"IpAddress": {"k": ["203.0.113.0/24", "198.51.100.7"]}`, []string{"k=203.0.113.9", "k=198.51.100.7"}, []string{"k=203.0.114.9", "k=x", ""}},
		{`"NotIpAddress": {"k": "203.0.113.0/24"}`, []string{"k=203.0.114.9", ""}, []string{"k=203.0.113.9"}},
		{`"ForAnyValue:StringEquals": {"k": ["a", "b"]}`, []string{"k=a k=c"}, []string{"k=c", ""}},
		{`"ForAllValues:StringEquals": {"k": ["a", "b"]}`, []string{"k=a k=b", ""}, []string{"k=a k=c"}},
		{`"ForAllValues:StringNotLike": {"k": "a*"}`, []string{"k=b k=c"}, []string{"k=b k=ac"}},
		{`"ForAnyValue:StringNotEquals": {"k": "a"}`, []string{"k=a k=b"}, []string{"k=a"}},
	} {
		p := parse(t, fmt.Sprintf(`{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {%s}}}`, test.condition))
		ask := func(context string) Decision {
			r := Request{Action: "a:b", Resource: "r", Context: make(map[string][]string)}
			for _, pair := range strings.Fields(context) {
				key, value, _ := strings.Cut(pair, "=")
				r.Context[key] = append(r.Context[key], value)
			}
			return p.Evaluate(r)
		}
		for _, context := range test.yes {
			if got := ask(context); got != Allow {
				t.Errorf("%s: %q: %s", test.condition, context, got)
			}
		}
		for _, context := range test.no {
			if got := ask(context); got != Neither {
				t.Errorf("%s: %q: %s", test.condition, context, got)
			}
		}
	}
}

func TestEvaluate(t *testing.T) {
	const ann, bob = "arn:aws:iam::111122223333:user/ann", "arn:aws:iam::444455556666:user/bob"
	for _, test := range []struct {
		statements string
		request    Request
		want       Decision
	}{
		{`{"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::b/*"}`, Request{Action: "S3:getObject", Resource: "arn:aws:s3:::b/x/y"}, Allow},
		{`{"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::b/*"}`, Request{Action: "s3:PutObject", Resource: "arn:aws:s3:::b/x"}, Neither},
		{`{"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::b/*"}`, Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::b"}, Neither},
		{`[{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": ["a:b"], "Resource": "*"}]`, Request{Action: "a:b", Resource: "r"}, Deny},
		{`[{"Effect": "Deny", "Action": ["a:b"], "Resource": "*"}, {"Effect": "Allow", "Action": "*", "Resource": "*"}]`, Request{Action: "a:c", Resource: "r"}, Allow},
		{`{"Effect": "Deny", "NotAction": ["a:b", "a:c"], "Resource": "*"}`, Request{Action: "a:d", Resource: "r"}, Deny},
		{`{"Effect": "Deny", "NotAction": ["a:b", "a:c"], "Resource": "*"}`, Request{Action: "a:c", Resource: "r"}, Neither},
		{`{"Effect": "Deny", "Action": "*", "NotResource": "x*"}`, Request{Action: "a:d", Resource: "xy"}, Neither},
		{`{"Effect": "Deny", "Action": "*", "NotResource": "x*"}`, Request{Action: "a:d", Resource: "y"}, Deny},
		{`{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:iam::1:user/${aws:username}"}`, Request{Action: "a:d", Resource: "arn:aws:iam::1:user/ann", Context: map[string][]string{"aws:UserName": {"ann"}}}, Allow},
		{`{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:iam::1:user/${aws:username}"}`, Request{Action: "a:d", Resource: "arn:aws:iam::1:user/ann"}, Neither},
		{`{"Effect": "Allow", "Action": "*", "Principal": "*"}`, Request{Type: "AWS", ID: bob, Action: "a:d"}, Allow},
		{`{"Effect": "Allow", "Action": "*", "Principal": {"AWS": "*"}}`, Request{Type: "AWS", ID: bob, Action: "a:d"}, Allow},
		{`{"Effect": "Allow", "Action": "*", "Principal": {"AWS": "*"}}`, Request{Type: "Service", ID: "x.amazonaws.com", Action: "a:d"}, Neither},
		{`{"Effect": "Allow", "Action": "*", "Principal": {"AWS": ["` + ann + `"]}}`, Request{Type: "AWS", ID: ann, Action: "a:d"}, Allow},
		{`{"Effect": "Allow", "Action": "*", "Principal": {"AWS": "` + ann + `"}}`, Request{Type: "AWS", ID: bob, Action: "a:d"}, Neither},
		{`{"Effect": "Allow", "Action": "*", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}}`, Request{Type: "AWS", ID: ann, Action: "a:d"}, Allow},
		{`{"Effect": "Allow", "Action": "*", "Principal": {"AWS": "111122223333"}}`, Request{Type: "AWS", ID: ann, Action: "a:d"}, Allow},
		{`{"Effect": "Allow", "Action": "*", "Principal": {"AWS": "111122223333"}}`, Request{Type: "AWS", ID: bob, Action: "a:d"}, Neither},
		{`{"Effect": "Allow", "Action": "*", "Principal": {"Service": "x.amazonaws.com"}}`, Request{Type: "Service", ID: "x.amazonaws.com", Action: "a:d"}, Allow},
		{`{"Effect": "Allow", "Action": "*", "Principal": {"Service": "x.amazonaws.com"}}`, Request{Type: "AWS", ID: "x.amazonaws.com", Action: "a:d"}, Neither},
		{`{"Effect": "Deny", "Action": "*", "NotPrincipal": {"AWS": "` + ann + `"}}`, Request{Type: "AWS", ID: ann, Action: "a:d"}, Neither},
		{`{"Effect": "Deny", "Action": "*", "NotPrincipal": {"AWS": "` + ann + `"}}`, Request{Type: "AWS", ID: bob, Action: "a:d"}, Deny},
		{`{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"StringLike": {"aws:PrincipalArn": "*:user/ann"}}}`, Request{Type: "AWS", ID: ann, Action: "a:d", Resource: "r"}, Deny},
		{`{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalAccount": "444455556666"}}}`, Request{Type: "AWS", ID: ann, Action: "a:d", Resource: "r"}, Neither},
	} {
		if got := parse(t, `{"Version": "2012-10-17", "Statement": `+test.statements+`}`).Evaluate(test.request); got != test.want {
			t.Errorf("%s: %+v: %s, want %s", test.statements, test.request, got, test.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		``:                   "EOF",
		`{"Statements": []}`: "unknown field",
		`{"Statement": [{"Effect": "Permit", "Action": "*"}]}`:                                              "statement 1: the Effect is",
		`{"Statement": [{"Effect": "Allow", "Actions": "*"}]}`:                                              "unknown field",
		`{"Statement": [{"Effect": "Allow", "Action": {"a": 1}}]}`:                                          "no text",
		`{"Statement": [{"Effect": "Allow", "Action": "*", "Principal": "x"}]}`:                             "cannot unmarshal",
		`{"Statement": [{"Effect": "Allow", "Action": "*", "Condition": {"StringMatches": {"k": "v"}}}]}`:   "there is no condition operator StringMatches",
		`{"Statement": [{"Effect": "Allow", "Action": "*", "Condition": {"ForNoValue:Bool": {"k": "v"}}}]}`: "there is no condition operator ForNoValue:Bool",
	} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
