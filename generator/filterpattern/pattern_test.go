package filterpattern_test

import (
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"sort"
	"strings"
	"testing"
	"unicode/utf8"

	"plinth/generator/filterpattern"
)

// cisPatterns reads the metric filters of the CIS benchmark.
func cisPatterns(t testing.TB) map[string]string {
	t.Helper()
	b, err := os.ReadFile("testdata/cis.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Source   string
		Patterns map[string]string
	}
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Patterns) != 15 || file.Source == "" {
		t.Fatalf("want fifteen patterns and their source, got %d and %q", len(file.Patterns), file.Source)
	}
	return file.Patterns
}

func decode(t *testing.T, event string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(event), &v); err != nil {
		t.Fatalf("%s: %v", event, err)
	}
	return v
}

func TestCISPatternsParse(t *testing.T) {
	for id, text := range cisPatterns(t) {
		p, err := filterpattern.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		if p.String() != text {
			t.Errorf("%s: String is %q, want the text as written", id, p)
		}
	}
}

// TestCISPatternsMatch runs each CIS pattern on events that it is meant for and on their neighbours.
func TestCISPatternsMatch(t *testing.T) {
	patterns := cisPatterns(t)
	tried := map[string]int{}
	for _, tc := range []struct {
		id    string
		event string
		want  bool
	}{
		{"4.1", `{"errorCode":"Client.UnauthorizedOperation","sourceIPAddress":"1.2.3.4","eventName":"RunInstances"}`, true},
		{"4.1", `{"errorCode":"AccessDeniedException","sourceIPAddress":"1.2.3.4","eventName":"GetObject"}`, true},
		{"4.1", `{"errorCode":"AccessDenied","sourceIPAddress":"delivery.logs.amazonaws.com","eventName":"PutObject"}`, false},
		{"4.1", `{"errorCode":"AccessDenied","sourceIPAddress":"1.2.3.4","eventName":"HeadBucket"}`, false},
		{"4.1", `{"sourceIPAddress":"1.2.3.4","eventName":"DescribeInstances"}`, false},
		{"4.2", `{"eventName":"ConsoleLogin","additionalEventData":{"MFAUsed":"No"}}`, true},
		{"4.2", `{"eventName":"ConsoleLogin","additionalEventData":{"MFAUsed":"Yes"}}`, false},
		{"4.3", `{"userIdentity":{"type":"Root"},"eventType":"AwsApiCall"}`, true},
		{"4.3", `{"userIdentity":{"type":"Root"},"eventType":"AwsConsoleSignIn"}`, true},
		{"4.3", `{"userIdentity":{"type":"Root","invokedBy":"support.amazonaws.com"},"eventType":"AwsApiCall"}`, false},
		{"4.3", `{"userIdentity":{"type":"Root"},"eventType":"AwsServiceEvent"}`, false},
		{"4.3", `{"userIdentity":{"type":"IAMUser"},"eventType":"AwsApiCall"}`, false},
		{"4.4", `{"eventName":"PutUserPolicy"}`, true},
		{"4.4", `{"eventName":"GetUserPolicy"}`, false},
		{"4.5", `{"eventName":"StopLogging"}`, true},
		{"4.5", `{"eventName":"LookupEvents"}`, false},
		{"4.6", `{"eventName":"ConsoleLogin","errorMessage":"Failed authentication"}`, true},
		{"4.6", `{"eventName":"ConsoleLogin"}`, false},
		{"4.7", `{"eventSource":"kms.amazonaws.com","eventName":"DisableKey"}`, true},
		{"4.7", `{"eventSource":"s3.amazonaws.com","eventName":"DisableKey"}`, false},
		{"4.8", `{"eventSource":"s3.amazonaws.com","eventName":"DeleteBucketPolicy"}`, true},
		{"4.8", `{"eventSource":"s3.amazonaws.com","eventName":"GetBucketPolicy"}`, false},
		{"4.9", `{"eventSource":"config.amazonaws.com","eventName":"DeleteDeliveryChannel"}`, true},
		{"4.9", `{"eventSource":"config.amazonaws.com","eventName":"DescribeDeliveryChannels"}`, false},
		{"4.10", `{"eventName":"ModifySecurityGroupRules"}`, true},
		{"4.10", `{"eventName":"DescribeSecurityGroups"}`, false},
		{"4.11", `{"eventName":"ReplaceNetworkAclEntry"}`, true},
		{"4.11", `{"eventName":"DescribeNetworkAcls"}`, false},
		{"4.12", `{"eventName":"AttachInternetGateway"}`, true},
		{"4.12", `{"eventName":"AttachVolume"}`, false},
		{"4.13", `{"eventSource":"ec2.amazonaws.com","eventName":"DeleteRoute"}`, true},
		{"4.13", `{"eventSource":"appmesh.amazonaws.com","eventName":"DeleteRoute"}`, false},
		{"4.14", `{"eventName":"DeleteVpc"}`, true},
		{"4.14", `{"eventName":"DescribeVpcs"}`, false},
		{"4.15", `{"eventSource":"organizations.amazonaws.com","eventName":"LeaveOrganization"}`, true},
		{"4.15", `{"eventSource":"iam.amazonaws.com","eventName":"CreatePolicy"}`, false},
	} {
		p, err := filterpattern.Parse(patterns[tc.id])
		if err != nil {
			t.Fatalf("%s: %v", tc.id, err)
		}
		if got := p.Match(decode(t, tc.event)); got != tc.want {
			t.Errorf("%s on %s: got %v, want %v", tc.id, tc.event, got, tc.want)
		}
		tried[tc.id] = tried[tc.id] | map[bool]int{true: 1, false: 2}[tc.want]
	}
	for id := range patterns {
		if tried[id] != 3 {
			t.Errorf("%s: needs an event that matches and one that doesn't", id)
		}
	}
}

func TestMatch(t *testing.T) {
	const docs = `{"eventType":"UpdateTrail","sourceIPAddress":"111.111.111.111","arrayKey":["value","another value"],
		"objectList":[{"name":"a","id":1},{"name":"b","id":2}],"SomeObject":null,"cluster.name":"c","flag":true,"off":false,
		"latency":50,"small":0.001,"big":1000,"text":"401","status":401,"star":"Ev*ent","quote":"say \"hi\"","empty":"",
		"user":{"id":1,"email":"John.Stiles@example.com"},"users":[{"id":2,"email":"John.Doe@example.com"},{"id":3}],
		"actions":["GET","PUT","DELETE"],"coordinates":[[0,1,2],[4,5,6]],"a-b_c":"x"}`
	event := decode(t, docs)
	for _, tc := range []struct {
		pattern string
		want    bool
	}{
		// strings
		{`{ $.eventType = "UpdateTrail" }`, true},
		{`{ $.eventType = UpdateTrail }`, true},
		{`{$.eventType=UpdateTrail}`, true},
		{"  {\n\t$.eventType = UpdateTrail\r\n}  ", true},
		{`{ $.eventType = "updatetrail" }`, false},
		{`{ $.eventType != "updatetrail" }`, true},
		{`{ $.eventType != "UpdateTrail" }`, false},
		{`{ $.quote = "say \"hi\"" }`, true},
		{`{ $.empty = "" }`, true},
		{`{ $.eventType = "" }`, false},
		// wildcards in values
		{`{ $.eventType = "Update*" }`, true},
		{`{ $.eventType = "*Trail" }`, true},
		{`{ $.eventType = *date* }`, true},
		{`{ $.eventType = "*date" }`, false},
		{`{ $.eventType = "date*" }`, false},
		{`{ $.eventType = * }`, true},
		{`{ $.empty = * }`, true},
		{`{ $.absent = * }`, false},
		{`{ $.sourceIPAddress != 123.123.* }`, true},
		{`{ $.sourceIPAddress != 111.111.* }`, false},
		{`{ $.star = "Ev*ent" }`, true},
		{`{ $.eventType = "Up*ail" }`, false},
		{`{ $.status = 4* }`, true},
		// selectors
		{`{ $.user.email = "John.Stiles@example.com" }`, true},
		{`{ $.user.absent = "x" }`, false},
		{`{ $.arrayKey[0] = "value" }`, true},
		{`{ $.arrayKey[1] = "value" }`, false},
		{`{ $.arrayKey[2] = * }`, false},
		{`{ $.arrayKey[123456789] = * }`, false},
		{`{ $.eventType[0] = * }`, false},
		{`{ $.user[0] = * }`, false},
		{`{ $.objectList[1].id = 2 }`, true},
		{`{ $.coordinates[0][1] = 1 }`, true},
		{`{ $.['cluster.name'] = "c" }`, true},
		{`{ $.cluster.name = "c" }`, false},
		{`{ $.a-b_c = "x" }`, true},
		{`{ $.arrayKey[*] = "another value" }`, true},
		{`{ $.arrayKey[*] = "none" }`, false},
		{`{ $.user.* = 1 }`, true},
		{`{ $.objectList[*].name = b }`, true},
		// objects, arrays, null, booleans and absent fields match no operator
		{`{ $.users = 1 }`, false},
		{`{ $.users != 1 }`, false},
		{`{ $.user != 1 }`, false},
		{`{ $.SomeObject != 1 }`, false},
		{`{ $.flag = true }`, false},
		{`{ $.flag != true }`, false},
		{`{ $.absent != "x" }`, false},
		// numbers
		{`{ $.latency > 49 }`, true},
		{`{ $.latency > 50 }`, false},
		{`{ $.latency >= 50 }`, true},
		{`{ $.latency < 50 }`, false},
		{`{ $.latency < 50.5 }`, true},
		{`{ $.latency <= 50 }`, true},
		{`{ $.latency <= 49 }`, false},
		{`{ $.latency > -1 }`, true},
		{`{ $.latency > +1000 }`, false},
		{`{ $.big = 1e+3 }`, true},
		{`{ $.small = 1e-3 }`, true},
		{`{ $.small != 1e-3 }`, false},
		{`{ $.status = 401 }`, true},
		{`{ $.status = 401.0 }`, true},
		{`{ $.status = "401" }`, true},
		{`{ $.text = 401 }`, true},
		{`{ $.text > 400 }`, false},
		{`{ $.eventType > 1 }`, false},
		// IS and NOT EXISTS
		{`{ $.SomeObject IS NULL }`, true},
		{`{ $.eventType IS NULL }`, false},
		{`{ $.absent IS NULL }`, false},
		{`{ $.flag IS TRUE }`, true},
		{`{ $.flag IS FALSE }`, false},
		{`{ $.off IS FALSE }`, true},
		{`{ $.users IS TRUE }`, false},
		{`{ $.absent NOT EXISTS }`, true},
		{`{ $.eventType NOT EXISTS }`, false},
		{`{ $.SomeObject NOT EXISTS }`, false},
		{`{ $.user.absent NOT EXISTS }`, true},
		// regular expressions
		{`{ $.eventType = %Trail% }`, true},
		{`{ $.eventType = %^Trail% }`, false},
		{`{ $.eventType != %Trail% }`, false},
		{`{ $.arrayKey[*] = %val.{2}% }`, true},
		{`{ $.* = %111\.111\.111\.1[0-9]{1,2}% }`, true},
		{`{ $.eventType = %^Up{,1}date% }`, true},
		{`{ $.eventType = %^\x55% }`, true},
		// precedence
		{`{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }`, true},
		{`{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch" && $.actions[2] = "nonmatch" }`, true},
		{`{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch") && $.actions[2] = "nonmatch" }`, false},
		{`{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }`, false},
		{`{ $.user.id = 2 && $.latency = 1 || $.flag IS TRUE }`, true},
		{`{ $.user.id = 2 && ($.latency = 1 || $.flag IS TRUE) }`, false},
		{`{ (($.user.id = 1)) }`, true},
	} {
		p, err := filterpattern.Parse(tc.pattern)
		if err != nil {
			t.Errorf("%s: %v", tc.pattern, err)
			continue
		}
		if got := p.Match(event); got != tc.want {
			t.Errorf("%s: got %v, want %v", tc.pattern, got, tc.want)
		}
		// The same event with numbers as text.
		d := json.NewDecoder(strings.NewReader(docs))
		d.UseNumber()
		var exact any
		if err := d.Decode(&exact); err != nil {
			t.Fatal(err)
		}
		if got := p.Match(exact); got != tc.want {
			t.Errorf("%s with UseNumber: got %v, want %v", tc.pattern, got, tc.want)
		}
	}
}

func TestMatchWhatIsNoObject(t *testing.T) {
	p, err := filterpattern.Parse(`{ $.a = 1 }`)
	if err != nil {
		t.Fatal(err)
	}
	for _, event := range []any{nil, "text", 1.0, true, []any{1.0}, 7} {
		if p.Match(event) {
			t.Errorf("%v: matches, want no match", event)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, tc := range []struct {
		pattern string
		offset  int
		message string
	}{
		{`{ ($.a = `, 9, `found the end of the pattern where a value should stand; write = "value"`},
		{`{ ($.a = 1 }`, 11, `the "(" at offset 2 is never closed; write ")"`},
		{`{ $.a = 1`, 9, `found the end of the pattern; write "&&", "||" or "}"`},
		{`{ $.a = 1) }`, 9, `found ")"; write "&&", "||" or "}"`},
		{`{ $.a == 1 }`, 6, `write "="`},
		{`{ $.a EXISTS }`, 6, `EXISTS alone isn't supported; write $.a = *`},
		{`{ $.a exists }`, 6, `EXISTS alone isn't supported; write $.a = *`},
		{`{ $.a IS NOT NULL }`, 9, `IS NOT isn't supported; write $.a IS FALSE`},
		{`{ $.a IS 1 }`, 9, `write NULL, TRUE or FALSE`},
		{`{ $.a IS null }`, 9, `write NULL, TRUE or FALSE in capitals`},
		{`{ $.a is NULL }`, 6, `keywords are written in capitals; write IS`},
		{`{ $.a not EXISTS }`, 6, `keywords are written in capitals; write NOT`},
		{`{ $.a NOT NULL }`, 10, `write $.a NOT EXISTS`},
		{`{ $.a NOT }`, 10, `write $.a NOT EXISTS`},
		{`{ a = 1 }`, 2, `write $.a`},
		{`{ .a = 1 }`, 2, `write $.a`},
		{`{ "a" = 1 }`, 2, `write $.field = "value"`},
		{`{ }`, 2, `found "}" where a condition should start`},
		{`{`, 1, `found the end of the pattern where a condition should start`},
		{`{ () }`, 3, `found ")" where a condition should start`},
		{`{ $.a = 1 && }`, 13, `found "}" where a condition should start`},
		{`{ $.a = 1 || }`, 13, `found "}" where a condition should start`},
		{`{ && $.a = 1 }`, 2, `found "&&" where a condition should start`},
		{`{ $.a = 1 & $.b = 1 }`, 10, `write "&&"`},
		{`{ $.a = 1 | $.b = 1 }`, 10, `write "||"`},
		{`{ $.a = 1 AND $.b = 1 }`, 10, `"AND" isn't an operator; write "&&"`},
		{`{ $.a = 1 or $.b = 1 }`, 10, `"or" isn't an operator; write "||"`},
		{`{ $.a = 1 $.b = 1 }`, 10, `found "$.b"; write "&&", "||" or "}"`},
		{`{ $.a = Failed authentication }`, 15, `write a value of several words in double quotes`},
		{`{ ($.a = Failed authentication) }`, 16, `write a value of several words in double quotes`},
		{`{ $.a = user@example }`, 12, `'@' can't stand outside quotes`},
		{`{ $.a = ünder }`, 8, `'ü' can't stand outside quotes`},
		{`{ $.a = 'x' }`, 8, `write "value"`},
		{`{ $.a = "x }`, 8, `the quote is never closed`},
		{`{ $.a = $.b }`, 8, `found "$.b" where a value should stand`},
		{`{ $.a }`, 6, `found "}" after $.a; write an operator`},
		{`{ $.a foo 1 }`, 6, `found "foo" after $.a; write an operator`},
		{`{ $.a = "x\`, 8, `the quote is never closed`},
		{`{ $.a = %x\`, 8, `the regular expression is never closed`},
		{`{ $.a "x" }`, 6, `write an operator`},
		{`{ !($.a = 1) }`, 2, `"!" can't stand alone`},
		{`{ $.a > "5" }`, 8, `">" compares numbers, found "\"5\""; write a number`},
		{`{ $.a >= x }`, 9, `">=" compares numbers`},
		{`{ $.a < 5* }`, 8, `"<" compares numbers`},
		{`{ $.a <= %5% }`, 9, `"<=" compares numbers`},
		{`{ $ = 1 }`, 2, `write the field to look at`},
		{`{ $. = 1 }`, 4, `a field name is missing after "."`},
		{`{ $.a..b = 1 }`, 6, `a field name is missing after "."`},
		{`{ $.a@b = 1 }`, 5, `'@' can't be in a field name`},
		{`{ $[0] = 1 }`, 3, `an index follows a field`},
		{`{ $.a[x] = 1 }`, 5, `an index is a number or "*"`},
		{`{ $.a[] = 1 }`, 5, `an index is a number or "*"`},
		{`{ $.a[0 = 1 }`, 5, `an index is a number or "*"`},
		{`{ $.a[1234567890] = 1 }`, 5, `an index is a number or "*"`},
		{`{ $.[''] = 1 }`, 3, `write $.['name']`},
		{`{ $.['a = 1 }`, 3, `write $.['name']`},
		{`{ $.*.b[*] = 1 }`, 2, `write at most one in a selector`},
		{`{ $.* = 1 || $.a[*] = 1 || $.b[*] = 1 || $.c[*] = 1 }`, 41, `more than 3 wildcard selectors`},
		{`{ $.a = %x }`, 8, `the regular expression is never closed`},
		{`{ $.a = %(x)% }`, 9, `can't have parentheses`},
		{`{ $.a = %x!% }`, 10, `can't have '!'`},
		{`{ $.a = %é% }`, 9, `can't have 'é'`},
		{`{ $.a = %[a% }`, 8, `the regular expression is malformed: missing closing ]`},
		{`{ $.a = %a% || $.a = %b% || $.a = %c% }`, 34, `more than 2 regular expressions`},
		{`{ $.a = 1 } x`, 12, `"x" follows the closing "}"`},
		{`{ $.a = 1 }}`, 11, `"}" follows the closing "}"`},
		{`{ { $.a = 1 } }`, 2, `found "{" where a condition should start`},
	} {
		wantError(t, filterpattern.Validate(tc.pattern), tc.pattern, filterpattern.JSON, tc.offset, tc.message)
		_, err := filterpattern.Parse(tc.pattern)
		wantError(t, err, tc.pattern, filterpattern.JSON, tc.offset, tc.message)
	}
}

func wantError(t *testing.T, err error, pattern string, kind filterpattern.Kind, offset int, message string) {
	t.Helper()
	var e *filterpattern.Error
	if !errors.As(err, &e) {
		t.Errorf("%s: got %v, want an error at %d: %s", pattern, err, offset, message)
		return
	}
	if e.Offset != offset || e.Kind != kind || !strings.Contains(e.Message, message) {
		t.Errorf("%s:\n got %d, %s: %s\nwant %d, %s: %s", pattern, e.Offset, e.Kind, e.Message, offset, kind, message)
	}
}

func TestOtherLanguages(t *testing.T) {
	for _, tc := range []struct {
		pattern  string
		kind     filterpattern.Kind
		validate string // what Validate says; empty means that it lets the pattern through
		offset   int
	}{
		{``, filterpattern.Everything, ``, 0},
		{`  `, filterpattern.Everything, ``, 0},
		{`" "`, filterpattern.Everything, ``, 0},
		{`""`, filterpattern.Everything, ``, 0},
		{`ERROR`, filterpattern.Terms, ``, 0},
		{`ERROR -ARGUMENTS`, filterpattern.Terms, ``, 0},
		{`?ERROR ?WARN`, filterpattern.Terms, ``, 0},
		{`"INTERNAL SERVER ERROR"`, filterpattern.Terms, ``, 0},
		{`"costs $.5 && more"`, filterpattern.Terms, ``, 0},
		{`"costs \"$.5"`, filterpattern.Terms, ``, 0},
		{`%AUTHORIZED%`, filterpattern.Regex, ``, 0},
		{`%x`, filterpattern.Terms, ``, 0},
		{`x%`, filterpattern.Terms, ``, 0},
		{`%`, filterpattern.Terms, ``, 0},
		{`[ip, user, ..., status_code = 4* && bytes > 1000]`, filterpattern.SpaceDelimited, ``, 0},
		{` [w1=ERROR, w2] `, filterpattern.SpaceDelimited, ``, 0},
		{`[w1=ERROR, w2`, filterpattern.SpaceDelimited, `ends with "]"`, 13},
		{`$.eventName = "ConsoleLogin"`, filterpattern.Terms, `stand in braces; write { $.field = "value" }`, 0},
		{`$.eventName = ConsoleLogin }`, filterpattern.Terms, `stand in braces`, 0},
		{`(a = 1) && (b = 2)`, filterpattern.Terms, `"&&" at offset 8 belongs to a JSON pattern`, 0},
		{`a || b`, filterpattern.Terms, `"||" at offset 2 belongs to a JSON pattern`, 0},
		{`"INTERNAL SERVER`, filterpattern.Terms, `the quote is never closed`, 0},
		{`ERROR "x`, filterpattern.Terms, `the quote is never closed`, 6},
	} {
		if got := filterpattern.KindOf(tc.pattern); got != tc.kind {
			t.Errorf("%q: KindOf is %s, want %s", tc.pattern, got, tc.kind)
		}
		_, err := filterpattern.Parse(tc.pattern)
		message := tc.validate
		if message == "" {
			message = `write { $.field = "value" }`
		}
		wantError(t, err, tc.pattern, tc.kind, tc.offset, message)
		err = filterpattern.Validate(tc.pattern)
		if tc.validate == "" {
			if err != nil {
				t.Errorf("%q: Validate says %v, want nothing", tc.pattern, err)
			}
			continue
		}
		wantError(t, err, tc.pattern, tc.kind, tc.offset, tc.validate)
	}
}

// TestLength counts characters, not bytes.
func TestLength(t *testing.T) {
	of := func(n int) string { return `{ $.a = "` + strings.Repeat("é", n-12) + `" }` }
	longest, longer := of(filterpattern.MaxLength), of(filterpattern.MaxLength+1)
	if n := utf8.RuneCountInString(longest); n != filterpattern.MaxLength {
		t.Fatalf("the test's pattern has %d characters", n)
	}
	if err := filterpattern.Validate(longest); err != nil {
		t.Errorf("%d characters: %v", filterpattern.MaxLength, err)
	}
	wantError(t, filterpattern.Validate(longer), "1025 characters", filterpattern.JSON, len(longer)-1, "the pattern has 1025 characters; write at most 1024")
	terms := strings.Repeat("x", filterpattern.MaxLength+1)
	wantError(t, filterpattern.Validate(terms), "1025 letters", filterpattern.Terms, filterpattern.MaxLength, "write at most 1024")
}

func TestRegexps(t *testing.T) {
	p, err := filterpattern.Parse(`{ $.a = %x% || $.b != %y% }`)
	if err != nil {
		t.Fatal(err)
	}
	if p.Regexps() != 2 {
		t.Errorf("got %d regular expressions, want 2", p.Regexps())
	}
}

func FuzzParse(f *testing.F) {
	var seeds []string
	for _, p := range cisPatterns(f) {
		seeds = append(seeds, p)
	}
	sort.Strings(seeds)
	seeds = append(seeds, `{ $.['a.b'][0].* <= -1e-3 || ($.x IS NULL && $.y NOT EXISTS) }`, `{ $.a[*] != %^x{,2}\x28% }`, `[a, b]`, `?A "b`)
	for _, s := range seeds {
		f.Add(s, `{"a":[1,"x",null,{"b":true}],"eventName":"ConsoleLogin"}`)
	}
	f.Fuzz(func(t *testing.T, pattern, event string) {
		p, err := filterpattern.Parse(pattern)
		if err != nil {
			var e *filterpattern.Error
			if !errors.As(err, &e) || e.Message == "" || e.Offset < 0 || e.Offset > len(pattern) {
				t.Fatalf("%q: not a placed *Error: %#v", pattern, err)
			}
			if v := filterpattern.Validate(pattern); v != nil && e.Kind == filterpattern.JSON && v.Error() != e.Error() {
				t.Fatalf("%q: Parse says %v, Validate %v", pattern, e, v)
			}
			return
		}
		if v := filterpattern.Validate(pattern); v != nil {
			t.Fatalf("%q: Parse takes it, Validate says %v", pattern, v)
		}
		var v any
		if json.Unmarshal([]byte(event), &v) != nil {
			return
		}
		// Blanks around the pattern mean nothing, and the answer is always the same.
		again, err := filterpattern.Parse(" " + strings.TrimSpace(pattern))
		if err != nil && len(pattern) < filterpattern.MaxLength {
			t.Fatalf("%q: refused with a blank in front: %v", pattern, err)
		}
		if err == nil && again.Match(v) != p.Match(v) {
			t.Fatalf("%q: matches differently with a blank in front", pattern)
		}
	})
}

// TestMismatches holds that what keeps an event from matching is named as it is written, and nothing else.
func TestMismatches(t *testing.T) {
	p, err := filterpattern.Parse(`{ ($.eventSource = kms.amazonaws.com) && ($.errorCode NOT EXISTS) && (($.eventName=DisableKey) || ($.eventName = "Schedule*" && $.days < 9)) && ($.a[*] != "<x>") }`)
	if err != nil {
		t.Fatal(err)
	}
	for event, want := range map[string][]filterpattern.Mismatch{
		`{"eventSource": "kms.amazonaws.com", "eventName": "DisableKey", "a": ["y"]}`: nil,
		`{"eventSource": "ec2.amazonaws.com", "eventName": "DisableKey", "a": ["y"]}`: {{"$.eventSource", []string{"= kms.amazonaws.com"}, `"ec2.amazonaws.com"`}},
		`{"eventSource": "kms.amazonaws.com", "eventName": "ScheduleX", "days": 9, "errorCode": null, "a": ["<x>"]}`: {
			{"$.errorCode", []string{"NOT EXISTS"}, "null"}, {"$.eventName", []string{"=DisableKey"}, `"ScheduleX"`}, {"$.days", []string{"< 9"}, "9"}, {"$.a[*]", []string{`!= "<x>"`}, `"<x>"`},
		},
		`{"eventSource": "kms.amazonaws.com", "a": ["<x>", "<x>"]}`: {
			{"$.eventName", []string{"=DisableKey", `= "Schedule*"`}, ""}, {"$.days", []string{"< 9"}, ""}, {"$.a[*]", []string{`!= "<x>"`}, `["<x>","<x>"]`},
		},
	} {
		var v any
		if err := json.Unmarshal([]byte(event), &v); err != nil {
			t.Fatal(err)
		}
		got := p.Mismatches(v)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %q, want %q", event, got, want)
		}
		if p.Match(v) != (len(want) == 0) {
			t.Errorf("%s: matches %t", event, p.Match(v))
		}
	}
}
