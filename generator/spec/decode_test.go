package spec

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"plinth/generator/module"
	"plinth/generator/source"
)

const coreVariables = `
variable "account" {
  type = object({
    id   = string
    name = string
  })
  nullable = false
}

variable "tags" {
  type    = map(string)
  default = {}
}
`

const logsVariables = `
variable "region" {
  type = string
}

variable "name" {
  type    = string
  default = null
}

variable "days" {
  type     = number
  default  = 30
  nullable = false
}

variable "on" {
  type    = bool
  default = false
}

variable "names" {
  type    = list(string)
  default = []
}

variable "zones" {
  type    = set(string)
  default = []
}

variable "pair" {
  type    = tuple([string, number])
  default = null
}

variable "anything" {
  default = null
}

variable "rules" {
  type = list(object({
    name = string
    days = optional(number, 1)
  }))
  default = []
}
`

// testSchema has the core keys account and tags and the section logs.
func testSchema(t testing.TB) *Schema {
	t.Helper()
	variables := func(text string) map[string]*module.Variable {
		m, diags := module.Parse("m", map[string][]byte{"variables.tf": []byte(text)}, nil)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		return m.Variables
	}
	core, logs := variables(coreVariables), variables(logsVariables)
	delete(logs, "region")
	return &Schema{
		Core:     []*module.Variable{core["account"], core["tags"]},
		Sections: []Section{{Name: "logs", Variables: logs, Wired: map[string]bool{"region": true}}},
	}
}

const head = "version: 1\naccount: {id: 012345670123, name: acme}\n"

// decode reads a spec that is right.
func decode(t *testing.T, text string) *Spec {
	t.Helper()
	s, diags := Decode("account.yaml", []byte(text), testSchema(t), nil)
	if len(diags) > 0 {
		t.Fatalf("%q: %s", text, describe(diags))
	}
	return s
}

// decodeLogs reads a spec whose section logs has one variable.
func decodeLogs(t *testing.T, variable, text string) *Value {
	t.Helper()
	value := decode(t, head+"logs:\n  "+variable+": "+text+"\n").Sections["logs"].Values[variable]
	if value == nil {
		t.Fatalf("%s: %s has no value", text, variable)
	}
	return value
}

// describe writes each diagnostic as LINE:COLUMN-COLUMN SUMMARY: DETAIL.
func describe(diags hcl.Diagnostics) string {
	lines := make([]string, len(diags))
	for i, d := range diags {
		lines[i] = fmt.Sprintf("%d:%d-%d %s: %s", d.Subject.Start.Line, d.Subject.Start.Column, d.Subject.End.Column, d.Summary, d.Detail)
	}
	return strings.Join(lines, "\n")
}

// wantProblems decodes a spec and compares what is reported; each want is the beginning of a line of describe.
func wantProblems(t *testing.T, text string, want ...string) {
	t.Helper()
	s, diags := Decode("account.yaml", []byte(text), testSchema(t), nil)
	if s == nil {
		t.Fatalf("%.200q: there is no Spec", text)
	}
	for _, d := range diags {
		if d.Severity != hcl.DiagError || d.Subject.Filename != "account.yaml" {
			t.Errorf("%.200q: not an error of the file: %s", text, d)
		}
	}
	got := strings.Split(describe(diags), "\n")
	if len(diags) != len(want) {
		t.Fatalf("%.200q: got\n%s\nwant\n%s", text, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("%.200q: got\n%s\nwant\n%s", text, got[i], want[i])
		}
	}
}

func TestTextIsKeptAsWritten(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{`012345670123`, "012345670123"},
		{`000000000000`, "000000000000"},
		{`123456789012`, "123456789012"},
		{`"012345670123"`, "012345670123"},
		{`0123456789012345678901234567890123456789`, "0123456789012345678901234567890123456789"},
		{`0o17`, "0o17"},
		{`0x1F`, "0x1F"},
		{`1e3`, "1e3"},
		{`1_000`, "1_000"},
		{`1.0`, "1.0"},
		{`+1`, "+1"},
		{`.inf`, ".inf"},
		{`true`, "true"},
		{`no`, "no"},
		{`2024-01-01`, "2024-01-01"},
		{`12:30:45`, "12:30:45"},
		{`"null"`, "null"},
		{`""`, ""},
		{`"~"`, "~"},
		{`a#b # a comment`, "a#b"},
		{`'it''s'`, "it's"},
		{`"a\tb\u00e4\"\\"`, "a\tbä\"\\"},
		{`"${x} %{y}"`, "${x} %{y}"},
		{"plain text\n    over two lines", "plain text over two lines"},
		{"\"one \\\n    two\"", "one two"},
		{"|\n    a\n      b\n", "a\n  b\n"},
		{"|-\n    a\n    b\n", "a\nb"},
		{"|+\n    a\n\n", "a\n\n\n"},
		{">\n    a\n    b\n\n    c\n", "a b\nc\n"},
		{">-\n    a\n    # b\n", "a # b"},
		{"|2\n      a\n", "  a\n"},
	} {
		got := decodeLogs(t, "name", tt.in).Value
		if !got.RawEquals(cty.StringVal(tt.want)) {
			t.Errorf("%q: got %#v, want %q", tt.in, got, tt.want)
		}
	}
	if got := decode(t, head).Core["account"].Attrs["id"].Value; !got.RawEquals(cty.StringVal("012345670123")) {
		t.Errorf("account.id: got %#v", got)
	}
}

func TestNumbersAndBools(t *testing.T) {
	for _, tt := range []struct {
		variable, in string
		want         cty.Value
	}{
		{"days", "0", cty.Zero},
		{"days", "-5", cty.NumberIntVal(-5)},
		{"days", "1.50", cty.NumberFloatVal(1.5)},
		{"days", "0.1", cty.MustParseNumberVal("0.1")},
		{"days", "12345678901234567890123456789", cty.MustParseNumberVal("12345678901234567890123456789")},
		{"on", "true", cty.True},
		{"on", "false", cty.False},
		{"on", "~", cty.NullVal(cty.Bool)},
		{"name", "", cty.NullVal(cty.String)},
		{"name", "null", cty.NullVal(cty.String)},
	} {
		if got := decodeLogs(t, tt.variable, tt.in).Value; !got.RawEquals(tt.want) {
			t.Errorf("%s: %s: got %#v, want %#v", tt.variable, tt.in, got, tt.want)
		}
	}
}

func TestWrongScalars(t *testing.T) {
	for _, tt := range []struct{ variable, in, want string }{
		{"days", `"30"`, "4:9-13 Wrong type: logs.days is a number. Write 30 without quotes."},
		{"days", `030`, "4:9-12 Wrong type: logs.days is a number, and YAML would read 030 as an octal one."},
		{"days", `1e3`, "4:9-12 Wrong type: logs.days is a number. Write it in decimal digits"},
		{"days", `.nan`, "4:9-13 Wrong type: logs.days is a number. Write it in decimal digits"},
		{"days", `true`, `4:9-13 Wrong type: logs.days is a number, not "true".`},
		{"days", `2024-01-01`, "4:9-19 Wrong type: logs.days is a number."},
		{"days", strings.Repeat("1", 101), "4:9-110 Wrong type: The number of logs.days is too long. Write at most 100 digits."},
		{"on", `yes`, "4:7-10 Wrong type: logs.on is true or false. Write true, without quotes"},
		{"on", `"false"`, "4:7-14 Wrong type: logs.on is true or false. Write false, without quotes"},
		{"on", `TRUE`, "4:7-11 Wrong type: logs.on is true or false. Write true, without quotes"},
		{"on", `maybe`, `4:7-12 Wrong type: logs.on is true or false, not "maybe".`},
		{"names", `a, b`, "4:10-14 Wrong type: logs.names is a list. Write [a, b]."},
		{"names", `[a, ~]`, "4:14-15 Missing value: logs.names[1] has no value."},
		{"zones", `[a, b, "a"]`, "4:17-20 Duplicate element: logs.zones has this element on line 4 already. Remove one of the two."},
		{"pair", `[a]`, "4:9-12 Wrong type: logs.pair needs 2 elements, not 1."},
		{"rules", `[{days: 2}]`, "4:11-20 Missing key: logs.rules[0] needs name; write name:"},
		{"rules", `[{name: a, dayz: 2}]`, "4:21-25 Unknown key: logs.rules[0] has no key dayz. Did you mean days? Allowed: days, name."},
		{"region", `x`, "4:3-9 Set by plinth: logs.region is set by plinth"},
	} {
		wantProblems(t, head+"logs:\n  "+tt.variable+": "+tt.in+"\n", tt.want)
	}
}

func TestAnyTakesWhatYAMLMakesOfIt(t *testing.T) {
	got := decodeLogs(t, "anything", `{a: 1, b: [true, ~, "2", 3.5, 0x10, 2024-01-01], c: {}}`).Value
	want := cty.ObjectVal(map[string]cty.Value{
		"a": cty.NumberIntVal(1),
		"b": cty.TupleVal([]cty.Value{
			cty.True, cty.NullVal(cty.DynamicPseudoType), cty.StringVal("2"), cty.NumberFloatVal(3.5), cty.NumberIntVal(16), cty.StringVal("2024-01-01"),
		}),
		"c": cty.EmptyObjectVal,
	})
	if !got.RawEquals(want) {
		t.Errorf("got %#v, want %#v", got, want)
	}
	wantProblems(t, head+"logs: {anything: .inf}", "3:18-22 Wrong type: logs.anything can't be .inf.")
}

func TestFlowAndBlockStyleAreTheSame(t *testing.T) {
	flow := decode(t, head+"logs: {rules: [{name: a, days: 2}, {name: b}], names: [x, 'y', \"z\"], on: true}\n")
	block := decode(t, head+"logs:\n  rules:\n  - name: a\n    days: 2\n  -\n    name: b\n  names:\n    - x\n    - 'y'\n    - \"z\"\n  on: true\n")
	lines := decode(t, head+"logs: {\n  rules: [ # two\n    {name: a,\n     days: 2}, {name: b},\n  ],\n  names: [x,\n    'y', \"z\"], on: true,\n}\n")
	json := decode(t, `{"version": 1, "account": {"id": "1", "name": "a"}, "logs": {"rules": [{"name": "a", "days": 2}, {"name": "b"}], "names": ["x", "y", "z"], "on":true}}`)
	for i, other := range []*Spec{block, lines, json} {
		for name, value := range flow.Sections["logs"].Values {
			if got := other.Sections["logs"].Values[name]; got == nil || !got.Value.RawEquals(value.Value) {
				t.Errorf("%d: %s: got %#v, want %#v", i, name, got, value.Value)
			}
		}
	}
}

func TestSections(t *testing.T) {
	for _, tt := range []struct {
		in  string
		off bool
	}{
		{"false", true}, {"true", false}, {"", false}, {"~", false}, {"null", false}, {"{}", false},
	} {
		section := decode(t, head+"logs: "+tt.in+"\n").Sections["logs"]
		if section == nil || section.Off != tt.off || len(section.Values) > 0 {
			t.Errorf("%q: got %+v", tt.in, section)
		}
	}
	if section := decode(t, head).Sections["logs"]; section != nil {
		t.Errorf("not written: got %+v", section)
	}
	wantProblems(t, head+"logs: off\n", "3:7-10 Wrong type: Write logs: false, without quotes and in lower case.")
	wantProblems(t, head+"logs: [a]\n", "3:7-10 Wrong type: logs is a mapping, not a list. Write its keys: ")
}

func TestAliases(t *testing.T) {
	s := decode(t, head+"tags: &tags {owner: &o platform, team: *o}\nlogs:\n  name: *o\n  names: &n [*o, b]\n  zones: *n\n  anything: *tags\n")
	logs := s.Sections["logs"].Values
	for name, want := range map[string]cty.Value{
		"name":     cty.StringVal("platform"),
		"zones":    cty.TupleVal([]cty.Value{cty.StringVal("platform"), cty.StringVal("b")}),
		"anything": cty.ObjectVal(map[string]cty.Value{"owner": cty.StringVal("platform"), "team": cty.StringVal("platform")}),
	} {
		if !logs[name].Value.RawEquals(want) {
			t.Errorf("%s: got %#v, want %#v", name, logs[name].Value, want)
		}
	}
	if rng := logs["zones"].Range; rng.Start.Line != 7 || rng.Start.Column != 10 || rng.End.Column != 12 {
		t.Errorf("an alias is at %s, want it where it is written, 7:10-12", rng)
	}
	if s := decode(t, head+"tags: &t {a: b}\nlogs: &l {name: x}\n"); s.Sections["logs"].Values["name"] == nil {
		t.Error("an anchored section is lost")
	}
	wantProblems(t, head+"logs: {names: &n [a, *n]}\n", "3:22-24 Alias contains itself: ")
	wantProblems(t, head+"logs: &l\n  anything: {x: *l}\n", "4:17-19 Alias contains itself: ")
	wantProblems(t, head+"logs: {name: *nothing}\n", "3:14-22 Unknown anchor: No value above this is marked &nothing.")
	wantProblems(t, head+"logs: {name: &a x}\n? *a\n: 1\n", "4:3-5 Key is an alias: ")
	// What the alias stands for is wrong where it is used, each time.
	wantProblems(t, head+"tags: {a: &a text}\nlogs:\n  days: *a\n  on: *a\n",
		`5:9-11 Wrong type: logs.days is a number, not "text".`, `6:7-9 Wrong type: logs.on is true or false, not "text".`)
}

func TestMergeKeys(t *testing.T) {
	wantProblems(t, head+"tags: &t {owner: a}\nlogs:\n  <<: *t\n", "5:3-5 Merge key: The merge key << can't be in a spec.")
	wantProblems(t, head+"tags: &t {owner: a}\nlogs:\n  <<: [*t, *t]\n  name: x\n", "5:3-5 Merge key: ")
	if got := decode(t, head+"tags: {\"<<\": x}\n").Core["tags"].Attrs["<<"]; got == nil || !got.Value.RawEquals(cty.StringVal("x")) {
		t.Errorf("a quoted << is a key like any other; got %+v", got)
	}
}

// TestAliasBombs: a few lines whose aliases stand for billions of values are refused, and at once.
func TestAliasBombs(t *testing.T) {
	laughs := func(levels, width int) string {
		var b strings.Builder
		b.WriteString(head + "logs:\n  anything:\n    - &a0 [" + strings.TrimSuffix(strings.Repeat("x, ", width), ", ") + "]\n")
		for i := 1; i < levels; i++ {
			alias := fmt.Sprintf("*a%d, ", i-1)
			fmt.Fprintf(&b, "    - &a%d [%s]\n", i, strings.TrimSuffix(strings.Repeat(alias, width), ", "))
		}
		return b.String()
	}
	start := time.Now()
	for _, text := range []string{laughs(10, 10), laughs(40, 2), laughs(3, 2000), strings.Replace(laughs(9, 9), "anything", "names", 1)} {
		_, diags := Decode("account.yaml", []byte(text), testSchema(t), nil)
		bombs := 0
		for _, d := range diags {
			if d.Summary == "Too many aliases" {
				bombs++
			}
		}
		if bombs > 1 || !diags.HasErrors() {
			t.Errorf("%.80q...: reported %d times: %s", text, bombs, describe(diags))
		}
		if strings.Contains(text, "anything") && bombs != 1 {
			t.Errorf("%.80q...: not refused as a bomb: %s", text, describe(diags))
		}
	}
	if spent := time.Since(start); spent > 10*time.Second {
		t.Errorf("it took %s", spent)
	}
	decode(t, laughs(3, 10)) // a thousand values are no bomb
}

func TestDuplicateKeys(t *testing.T) {
	wantProblems(t, head+"tags:\n  a: 1\n  'a': 2\n  \"\\x61\": 3\n",
		"5:3-6 Duplicate key: tags.a is set on line 4 already.", "6:3-9 Duplicate key: tags.a is set on line 4 already.")
	wantProblems(t, head+"account: {id: x, name: y}\n", "3:1-8 Duplicate key: account is set on line 2 already.")
	wantProblems(t, "version: 1\nversion: 1\naccount: {id: x, name: y}\n", "2:1-8 Duplicate key: version is set on line 1 already.")
	// Two spellings of one letter are one key to Terraform.
	wantProblems(t, head+"tags:\n  \u00e9: 1\n  e\u0301: 2\n", "5:3-4 Duplicate key: ")
	// Of two, the first counts.
	s, _ := Decode("", []byte(head+"logs:\n  name: a\n  name: b\n"), testSchema(t), nil)
	if got := s.Sections["logs"].Values["name"].Value; !got.RawEquals(cty.StringVal("a")) {
		t.Errorf("got %#v", got)
	}
}

func TestFilesThatAreNoSpec(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"empty", "", "1:1-1 Empty spec: Write version: 1"},
		{"blank", "\n\n  \n", "1:1-1 Empty spec: "},
		{"comment", "# nothing\n", "1:1-1 Empty spec: "},
		{"null", "~\n", "1:1-2 Empty spec: "},
		{"mark only", "\ufeff", "1:1-1 Empty spec: "},
		{"separator", "---\n", "2:1-1 Empty spec: "},
		{"list", "- a\n", "1:1-4 Spec is not a mapping: "},
		{"text", "hello\n", "1:1-6 Spec is not a mapping: "},
		{"two documents", head + "---\n" + head, "3:1-4 Several documents: "},
		{"two documents, one empty", head + "--- # the next\n", "3:1-4 Several documents: "},
		{"tab", head + "logs:\n\tname: x\n", "4:1-2 YAML syntax error: The YAML parser says: found character that cannot start any token. Indent with spaces"},
		{"tab after spaces", head + "logs:\n  \tname: x\n", "4:3-4 YAML syntax error: "},
		{"UTF-16", "\xff\xfev\x00", "1:1-1 Not UTF-8: This looks like UTF-16."},
		{"Latin-1", head + "tags: {owner: M\xfcller}\n", "3:16-17 Not UTF-8: The byte 0xfc is no UTF-8 text."},
		{"lone carriage return", head + "tags: {}\rlogs: {}\n", "3:9-10 Unusual line break: "},
		{"line separator", head + "tags: {a: b\u2028c}\n", "3:12-13 Unusual line break: YAML takes the character U+2028"},
		{"NUL", head + "tags: {a: b\x00c}\n", "3:12-13 Control character: The character U+0000"},
		{"escape", head + "tags: {a: \x1b[31m}\n", "3:11-12 Control character: The character U+001B"},
		{"unclosed quote", head + "tags: {a: \"b}\n", "3:1-14 YAML syntax error: "},
		{"unclosed bracket", head + "logs: {names: [a, b}\n", "3:1-21 YAML syntax error: "},
		{"indent", head + "logs:\n  name: a\n days: 1\n", "5:2-9 YAML syntax error: "},
		{"undefined tag", head + "logs: {name: !x!y z}\n", "3:1-21 YAML syntax error: "},
	} {
		t.Run(tt.name, func(t *testing.T) { wantProblems(t, tt.in, tt.want) })
	}
	many := strings.Repeat("\x00", 10_000)
	if _, diags := Decode("", []byte(many), testSchema(t), nil); len(diags) != maxBadBytes {
		t.Errorf("a binary file has %d diagnostics, want %d", len(diags), maxBadBytes)
	}
}

func TestTags(t *testing.T) {
	wantProblems(t, head+"logs: {name: !!str 1}\n", "3:14-21 Tag: Tags such as !!str can't be in a spec, but for !file")
	wantProblems(t, head+"logs: !x {name: a}\n", "3:7-19 Tag: ")
	wantProblems(t, head+"tags: {!!str a: b}\n", "3:8-15 Tag: ")
	wantProblems(t, head+"logs: {name: !!binary aGk=}\n", "3:14-27 Tag: ")
}

func TestKeysThatAreNoText(t *testing.T) {
	wantProblems(t, head+"tags:\n  1: a\n  true: b\n  ~: c\n  2024-01-01: d\n  [x]: e\n",
		"4:3-4 Key is not text: YAML reads the key 1 as something else than text. Write it in quotes: \"1\".",
		"5:3-7 Key is not text: ", "6:3-4 Key is not text: ", "7:3-13 Key is not text: ", "8:3-6 Key is not text: ")
}

func TestDepth(t *testing.T) {
	nest := func(n int) string {
		return head + "logs: {anything: " + strings.Repeat("[", n) + strings.Repeat("]", n) + "}\n"
	}
	decode(t, nest(maxDepth-2))
	wantProblems(t, nest(maxDepth-1), "3:116-118 Nested too deeply: ")
	wantProblems(t, nest(5000), "3:116-")
	wantProblems(t, nest(200_000), "3:1-4097 YAML syntax error: The YAML parser says: exceeded max depth of 10000.")
	// Brackets in place of a text are wrong once, however deep.
	wantProblems(t, head+"logs: {name: "+strings.Repeat("[", 50)+strings.Repeat("]", 50)+"}\n", "3:14-114 Wrong type: logs.name is text, not a list.")
	// Through aliases, too.
	var deep strings.Builder
	deep.WriteString(head + "logs:\n  anything:\n    - &a0 [x]\n")
	for i := 1; i < 12; i++ {
		fmt.Fprintf(&deep, "    - &a%d %s*a%d%s\n", i, strings.Repeat("[", 10), i-1, strings.Repeat("]", 10))
	}
	_, diags := Decode("account.yaml", []byte(deep.String()), testSchema(t), nil)
	if !slices.ContainsFunc(diags, func(d *hcl.Diagnostic) bool { return d.Summary == "Nested too deeply" }) {
		t.Errorf("aliases nest 110 deep: %s", describe(diags))
	}
}

func TestProblemsAreBounded(t *testing.T) {
	_, diags := Decode("account.yaml", []byte(head+"logs:\n  names:\n"+strings.Repeat("    - {}\n", 5000)), testSchema(t), nil)
	if len(diags) != maxProblems+1 || diags[maxProblems].Summary != "Too many problems" {
		t.Errorf("got %d problems, the last of them %s", len(diags), diags[len(diags)-1])
	}
}

// TestAllProblemsInOrder: nothing hides what stands behind it.
func TestAllProblemsInOrder(t *testing.T) {
	wantProblems(t, "version: 2\naccount: {id: [], nam: x}\ntags: a\nlog: {}\nlogs:\n  days: x\n  days: 1\n  rules:\n  - name: {}\n    days: ~\n  - nothing\n",
		"1:10-11 Unsupported version: ",
		"2:15-17 Wrong type: account.id is text, not a list.",
		"2:19-22 Unknown key: account has no key nam. Did you mean name?",
		"3:7-8 Wrong type: tags is a mapping",
		"4:1-4 Unknown key: A spec has no key log. Did you mean logs?",
		"6:9-10 Wrong type: logs.days",
		"7:3-7 Duplicate key: logs.days",
		"9:11-13 Wrong type: logs.rules[0].name is text, not a mapping.",
		`11:5-12 Wrong type: logs.rules[1] is a mapping, not "nothing".`)
}

// TestWrongPartsAreUnknown: what was reported is unknown, so that later checks don't report it once more; the rest is known.
func TestWrongPartsAreUnknown(t *testing.T) {
	s, diags := Decode("", []byte(head+"logs:\n  days: x\n  rules: [{name: [], days: 2}, {name: b}]\n"), testSchema(t), nil)
	if len(diags) != 2 {
		t.Fatal(describe(diags))
	}
	values := s.Sections["logs"].Values
	if got := values["days"].Value; !got.RawEquals(cty.UnknownVal(cty.Number)) {
		t.Errorf("days: got %#v", got)
	}
	want := cty.TupleVal([]cty.Value{
		cty.ObjectVal(map[string]cty.Value{"name": cty.UnknownVal(cty.String), "days": cty.NumberIntVal(2)}),
		cty.ObjectVal(map[string]cty.Value{"name": cty.StringVal("b")}),
	})
	if got := values["rules"].Value; !got.RawEquals(want) {
		t.Errorf("rules: got %#v", got)
	}
}

func TestAt(t *testing.T) {
	logs := decode(t, head+"logs:\n  rules: [{name: a}, {name: b, days: 2}]\n  zones: [x, y]\n").Sections["logs"].Values
	index := func(i int64) cty.PathStep { return cty.IndexStep{Key: cty.NumberIntVal(i)} }
	name := cty.GetAttrStep{Name: "name"}
	for _, tt := range []struct {
		variable string
		path     cty.Path
		column   int // of what is found
	}{
		{"rules", nil, 10},
		{"rules", cty.Path{index(1)}, 22},
		{"rules", cty.Path{index(1), name}, 29},
		{"rules", cty.Path{index(0), cty.GetAttrStep{Name: "days"}}, 11}, // not written: its object
		{"rules", cty.Path{index(7), name}, 10},
		{"rules", cty.Path{name}, 10},
		{"rules", cty.Path{cty.IndexStep{Key: cty.NumberFloatVal(0.5)}}, 10},
		{"rules", cty.Path{cty.IndexStep{Key: cty.UnknownVal(cty.Number)}}, 10},
		{"rules", cty.Path{cty.IndexStep{Key: cty.NullVal(cty.Number)}}, 10},
		{"zones", cty.Path{cty.IndexStep{Key: cty.StringVal("y")}}, 14},
	} {
		if got := logs[tt.variable].At(tt.path).Range.Start.Column; got != tt.column {
			t.Errorf("%s%#v: column %d, want %d", tt.variable, tt.path, got, tt.column)
		}
	}
	if (*Value)(nil).At(cty.Path{name}) != nil {
		t.Error("nothing has a part")
	}
}

func TestDecodeRecordsTheSource(t *testing.T) {
	var sources source.Set
	Decode("a.yaml", []byte(head), testSchema(t), &sources)
	if f := sources.Files()["a.yaml"]; f == nil || string(f.Bytes) != head {
		t.Errorf("got %v", f)
	}
}
