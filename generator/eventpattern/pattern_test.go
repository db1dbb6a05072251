package eventpattern

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"plinth/generator/jsontext"
)

func parse(t testing.TB, text string) *Pattern {
	t.Helper()
	p, err := Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return p
}

func decode(t testing.TB, text string) any {
	t.Helper()
	v, err := jsontext.Decode(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// TestMatch has for each pattern events that match and events that are only like them.
func TestMatch(t *testing.T) {
	for _, test := range []struct {
		pattern string
		yes, no []string
	}{
		{`{}`, []string{`{}`, `{"a": 1}`}, nil},
		{`{"a": ["x"]}`, []string{`{"a": "x"}`, `{"a": ["y", "x"]}`, `{"a": "x", "b": 1}`}, []string{`{}`, `{"a": "X"}`, `{"a": "xy"}`, `{"a": ["y"]}`, `{"a": {"x": "x"}}`, `{"b": "x"}`, `{"a": null}`}},
		{`{"a": ["x", "y"]}`, []string{`{"a": "x"}`, `{"a": "y"}`}, []string{`{"a": "z"}`}},
		{`{"a": ["x"], "b": ["y"]}`, []string{`{"a": "x", "b": "y"}`}, []string{`{"a": "x"}`, `{"b": "y"}`, `{"a": "y", "b": "x"}`}},
		{`{"a": [1]}`, []string{`{"a": 1}`}, []string{`{"a": 1.0}`, `{"a": "1"}`, `{"a": 1e0}`, `{"a": true}`}},
		{`{"a": [true]}`, []string{`{"a": true}`}, []string{`{"a": false}`, `{"a": "true"}`, `{"a": 1}`}},
		{`{"a": [null]}`, []string{`{"a": null}`}, []string{`{}`, `{"a": ""}`, `{"a": "null"}`, `{"a": []}`, `{"a": {}}`}},
		{`{"a": [""]}`, []string{`{"a": ""}`}, []string{`{}`, `{"a": null}`}},
		{`{"a": {"b": ["x"]}}`, []string{`{"a": {"b": "x"}}`, `{"a": [{"b": "y"}, {"b": "x"}]}`}, []string{`{"a": "x"}`, `{"a": {"c": "x"}}`, `{"b": "x"}`, `{"a": []}`}},
		{`{"a": {"b": ["x"], "c": ["y"]}}`, []string{`{"a": [{"b": "x", "c": "y"}]}`}, []string{`{"a": [{"b": "x"}, {"c": "y"}]}`}},
		{`{"a": [{"prefix": "ec2:"}]}`, []string{`{"a": "ec2:Run"}`}, []string{`{"a": "EC2:Run"}`, `{"a": "x ec2:"}`, `{"a": 1}`}},
		{`{"a": [{"prefix": {"equals-ignore-case": "ec2:"}}]}`, []string{`{"a": "EC2:Run"}`, `{"a": "ec2:"}`}, []string{`{"a": "ec3:"}`}},
		{`{"a": [{"suffix": ".png"}]}`, []string{`{"a": "x.png"}`}, []string{`{"a": "x.PNG"}`, `{"a": ".png.x"}`}},
		{`{"a": [{"suffix": {"equals-ignore-case": ".png"}}]}`, []string{`{"a": "x.PNG"}`}, []string{`{"a": ".png.x"}`}},
		{`{"a": [{"equals-ignore-case": "Root"}]}`, []string{`{"a": "root"}`, `{"a": "ROOT"}`}, []string{`{"a": "roots"}`}},
		{`{"a": [{"wildcard": "arn:*:role/*-admin"}]}`, []string{`{"a": "arn:aws:iam::1:role/x-admin"}`, `{"a": "arn::role/-admin"}`}, []string{`{"a": "arn:aws:role/x-admins"}`, `{"a": "arn:role/x-admin"}`, `{"a": "arn:x:user/x-admin"}`}},
		{`{"a": [{"wildcard": "a*a"}]}`, []string{`{"a": "aa"}`, `{"a": "aba"}`}, []string{`{"a": "a"}`}},
		{`{"a": [{"wildcard": "a\\*b\\\\"}]}`, []string{`{"a": "a*b\\"}`}, []string{`{"a": "axb\\"}`}},
		{`{"a": [{"anything-but": "x"}]}`, []string{`{"a": "y"}`, `{"a": null}`, `{"a": 1}`, `{"a": ["x", "y"]}`}, []string{`{"a": "x"}`, `{}`, `{"a": {"b": 1}}`, `{"a": ["x"]}`, `{"a": []}`}},
		{`{"a": [{"anything-but": ["x", "y"]}]}`, []string{`{"a": "z"}`}, []string{`{"a": "x"}`, `{"a": "y"}`, `{"a": ["x", "y"]}`}},
		{`{"a": [{"anything-but": [1, 2]}]}`, []string{`{"a": 3}`, `{"a": "1"}`}, []string{`{"a": 1}`, `{"a": 2}`}},
		{`{"a": [{"anything-but": {"prefix": "x"}}]}`, []string{`{"a": "y"}`, `{"a": 1}`}, []string{`{"a": "xy"}`, `{}`}},
		{`{"a": [{"anything-but": {"prefix": ["x", "y"]}}]}`, []string{`{"a": "z"}`}, []string{`{"a": "xy"}`, `{"a": "yx"}`}},
		{`{"a": [{"anything-but": {"suffix": "x"}}]}`, []string{`{"a": "xy"}`}, []string{`{"a": "yx"}`}},
		{`{"a": [{"anything-but": {"equals-ignore-case": ["x", "y"]}}]}`, []string{`{"a": "z"}`}, []string{`{"a": "X"}`, `{"a": "Y"}`}},
		{`{"a": [{"anything-but": {"wildcard": "*/x/*"}}]}`, []string{`{"a": "/y/"}`}, []string{`{"a": "/x/"}`}},
		{`{"a": [{"numeric": ["=", 3.0e2]}]}`, []string{`{"a": 300}`, `{"a": 300.0}`}, []string{`{"a": "300"}`, `{"a": 301}`, `{}`}},
		{`{"a": [{"numeric": ["<", 5]}]}`, []string{`{"a": 4.9}`, `{"a": -7}`}, []string{`{"a": 5}`}},
		{`{"a": [{"numeric": ["<=", 5]}]}`, []string{`{"a": 5}`}, []string{`{"a": 5.1}`}},
		{`{"a": [{"numeric": [">", 0, "<=", 5]}]}`, []string{`{"a": 1}`, `{"a": 5}`, `{"a": [9, 3]}`}, []string{`{"a": 0}`, `{"a": 6}`}},
		{`{"a": [{"numeric": [">=", 0, "<", 5]}]}`, []string{`{"a": 0}`}, []string{`{"a": 5}`, `{"a": -1}`}},
		{`{"a": [{"cidr": "203.0.113.0/24"}]}`, []string{`{"a": "203.0.113.7"}`}, []string{`{"a": "203.0.114.7"}`, `{"a": "ec2.amazonaws.com"}`, `{"a": "2001:db8::1"}`}},
		{`{"a": [{"cidr": "2001:db8::/32"}]}`, []string{`{"a": "2001:db8::1"}`}, []string{`{"a": "2001:db9::1"}`, `{"a": "203.0.113.7"}`}},
		{`{"a": [{"exists": true}]}`, []string{`{"a": "x"}`, `{"a": null}`, `{"a": false}`, `{"a": ["x"]}`}, []string{`{}`, `{"a": {"b": 1}}`, `{"a": []}`}},
		{`{"a": [{"exists": false}]}`, []string{`{}`, `{"b": 1}`, `{"a": {"b": 1}}`}, []string{`{"a": "x"}`, `{"a": null}`}},
		{`{"a": {"b": [{"exists": false}]}}`, []string{`{}`, `{"a": {}}`, `{"a": {"c": 1}}`}, []string{`{"a": {"b": 1}}`}},
		{`{"a": [{"exists": false}, "x"]}`, []string{`{}`, `{"a": "x"}`}, []string{`{"a": "y"}`}},
		{`{"$or": [{"a": ["x"]}, {"b": ["y"]}]}`, []string{`{"a": "x"}`, `{"b": "y"}`, `{"a": "z", "b": "y"}`}, []string{`{"a": "y"}`, `{}`}},
		{`{"c": ["z"], "$or": [{"a": ["x"]}, {"b": ["y"]}]}`, []string{`{"a": "x", "c": "z"}`}, []string{`{"a": "x"}`, `{"c": "z"}`}},
		{`{"d": {"$or": [{"a": ["x"]}, {"b": ["y"]}]}}`, []string{`{"d": {"b": "y"}}`}, []string{`{"b": "y"}`, `{"d": {"b": "x"}}`}},
	} {
		p := parse(t, test.pattern)
		for _, event := range test.yes {
			if got := p.Mismatches(decode(t, event)); len(got) > 0 {
				t.Errorf("%s doesn't match %s: %v", test.pattern, event, got)
			}
		}
		for _, event := range test.no {
			if p.Match(decode(t, event)) {
				t.Errorf("%s matches %s", test.pattern, event)
			}
		}
	}
}

// TestParseRefuses has patterns that EventBridge refuses, or that can never match, with where and why.
func TestParseRefuses(t *testing.T) {
	for pattern, want := range map[string]string{
		``:                    "the pattern is no JSON object",
		`[]`:                  "the pattern is no JSON object",
		`{"a": ["x"]} x`:      "the pattern is no JSON object",
		`{"a": ["x"]`:         "the pattern is no JSON object",
		`{"a": "x"}`:          `a: this is no list; write each value that is matched in a list, also a single one: ["x"]`,
		`{"a": {"b": 1}}`:     "a.b: this is no list",
		`{"a": []}`:           "a: the list is empty",
		`{"a": [["x"]]}`:      "a[0]: a list in a list",
		`{"a": ["x", {}]}`:    "a[1]: an object holds one operator",
		`{"a": [{"pre": 1}]}`: `a[0].pre: there is no operator "pre"`,
		`{"a": [{"prefix": "x", "suffix": "y"}]}`:          "a[0]: an object holds one operator",
		`{"a": [{"prefix": 1}]}`:                           "a[0].prefix: it takes a text",
		`{"a": [{"prefix": {"suffix": "x"}}]}`:             "a[0].prefix: it takes a text",
		`{"a": [{"suffix": {"equals-ignore-case": 1}}]}`:   "a[0].suffix.equals-ignore-case: it takes a text",
		`{"a": [{"equals-ignore-case": ["x"]}]}`:           "a[0].equals-ignore-case: it takes a text",
		`{"a": [{"wildcard": "x**y"}]}`:                    "a[0].wildcard: two * follow each other",
		`{"a": [{"wildcard": "x\\y"}]}`:                    "a[0].wildcard: a backslash stands only before",
		`{"a": [{"wildcard": "x\\"}]}`:                     "a[0].wildcard: a backslash stands only before",
		`{"a": [{"exists": "true"}]}`:                      "a[0].exists: it takes a boolean",
		`{"a": [{"anything-but": []}]}`:                    "a[0].anything-but: what must not be is neither",
		`{"a": [{"anything-but": ["x", 1]}]}`:              "a[0].anything-but: what must not be is neither",
		`{"a": [{"anything-but": true}]}`:                  "a[0].anything-but: what must not be is neither",
		`{"a": [{"anything-but": {"numeric": ["=", 1]}}]}`: "a[0].anything-but: an object holds",
		`{"a": [{"anything-but": {"prefix": []}}]}`:        "a[0].anything-but.prefix: the list is empty",
		`{"a": [{"anything-but": {"prefix": [1]}}]}`:       "a[0].anything-but.prefix: it takes a text",
		`{"a": [{"numeric": 5}]}`:                          "a[0].numeric: no comparison can be read",
		`{"a": [{"numeric": ["=", "5"]}]}`:                 "a[0].numeric: no comparison can be read",
		`{"a": [{"numeric": ["==", 5]}]}`:                  "a[0].numeric: no comparison can be read",
		`{"a": [{"numeric": [">", 5, "<"]}]}`:              "a[0].numeric: no comparison can be read",
		`{"a": [{"numeric": ["=", 5000000001]}]}`:          "a[0].numeric: 5000000001 is too far from 0",
		`{"a": [{"cidr": "203.0.113.7"}]}`:                 "a[0].cidr: it takes a network",
		`{"a": [{"cidr": 1}]}`:                             "a[0].cidr: it takes a network",
		`{"$or": {"a": ["x"]}}`:                            "$or: $or has no two alternatives",
		`{"$or": [{"a": ["x"]}]}`:                          "$or: $or has no two alternatives",
		`{"$or": [{"a": ["x"]}, "x"]}`:                     "$or[1]: each alternative is a pattern",
		`{"d": {"$or": [{"a": ["x"]}, {"b": "x"}]}}`:       "d.$or[1].b: this is no list",
	} {
		_, err := Parse(pattern)
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(e.Message, "; write ") || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", pattern, err, want)
		}
	}
	parse(t, `{"a": [{"numeric": ["=", 5000000000]}]}`)
	parse(t, `{"$or": [{"a": ["x"]}, {"b": ["x"]}]}`)
}

func TestMismatches(t *testing.T) {
	p := parse(t, `{"detail-type": ["A", {"prefix": "B"}], "detail": {"user": {"by": [{"exists": false}], "type": ["Root"]}, "$or": [{"x": [1]}, {"y": [2]}]}}`)
	if got := p.Fields(); !slices.Equal(got, []string{"detail", "detail-type"}) {
		t.Error(got)
	}
	for event, want := range map[string][]string{
		`{"detail-type": "A", "detail": {"user": {"type": "Root"}, "y": 2}}`: nil,
		`{"detail-type": "C", "detail": {"user": {"type": "Root", "by": ["x"]}, "x": 1}}`: {
			`detail.user.by is ["x"], wanted {"exists":false}`, `detail-type is "C", wanted "A" or {"prefix":"B"}`,
		},
		`{"detail-type": "Bx", "detail": {"x": 3}}`: {
			`detail.user.type is absent, wanted "Root"`, `detail.x is 3, wanted 1`, `detail.y is absent, wanted 2`,
		},
		`"text"`: {
			`detail.user.type is absent, wanted "Root"`, `detail.x is absent, wanted 1`, `detail.y is absent, wanted 2`, `detail-type is absent, wanted "A" or {"prefix":"B"}`,
		},
	} {
		var got []string
		for _, m := range p.Mismatches(decode(t, event)) {
			got = append(got, m.String())
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", event, got, want)
		}
	}
	if _, err := jsontext.Decode(strings.NewReader(`{} {}`)); err == nil {
		t.Error("two values are read as one")
	}
}

// FuzzParse holds that whatever is parsed can be matched, and that nothing matches by chance of how often it is asked.
func FuzzParse(f *testing.F) {
	f.Add(`{"a": [{"anything-but": {"prefix": ["x"]}}], "$or": [{"b": [1]}, {"c": [{"exists": false}]}]}`, `{"a": ["y", {"b": 1}], "b": 1}`)
	f.Add(`{"a": [{"wildcard": "a*b\\*"}, {"numeric": [">", 1, "<", 2]}, {"cidr": "10.0.0.0/8"}]}`, `{"a": "axb*"}`)
	f.Fuzz(func(t *testing.T, pattern, event string) {
		p, err := Parse(pattern)
		if err != nil {
			if e := (*Error)(nil); !errors.As(err, &e) || e.Message == "" {
				t.Fatal(err)
			}
			return
		}
		v, err := jsontext.Decode(strings.NewReader(event))
		if err != nil {
			return
		}
		if !json.Valid([]byte(pattern)) {
			t.Error("the pattern is no JSON")
		}
		first := p.Mismatches(v)
		if again := p.Mismatches(v); len(first) != len(again) || p.Match(v) != (len(first) == 0) {
			t.Errorf("%v, then %v", first, again)
		}
	})
}
