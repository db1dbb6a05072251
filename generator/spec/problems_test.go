package spec_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"plinth/generator/module"
	"plinth/generator/spec"
)

// The schema of this test has a variable of every kind.
const (
	coreVariables = `
variable "account" {
  type     = object({ id = string, name = optional(string) })
  nullable = false
}
variable "tags" {
  type    = map(string)
  default = {}
}
variable "anything" {
  type    = any
  default = null
}
`
	trailVariables = `
variable "days" {
  type    = number
  default = 1
}
variable "on" {
  type    = bool
  default = true
}
variable "names" {
  type    = list(string)
  default = []
}
variable "kinds" {
  type    = set(string)
  default = []
}
variable "pair" {
  type    = tuple([string, number])
  default = null
}
variable "bucket" {
  type    = object({ name = string, days = optional(number), rules = optional(list(object({ days = number })), []) })
  default = null
}
variable "region" {
  type = string
}
`
	topicVariables = `
variable "addresses" {
  type        = list(string)
  nullable    = false
  description = "Who is told."
}
`
)

func schema(t *testing.T) *spec.Schema {
	t.Helper()
	variables := func(text string) map[string]*module.Variable {
		m, diags := module.Parse("m", map[string][]byte{"variables.tf": []byte(text)}, nil)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		return m.Variables
	}
	core, trail := variables(coreVariables), variables(trailVariables)
	delete(trail, "region")
	return &spec.Schema{
		Core: []*module.Variable{core["account"], core["tags"], core["anything"]},
		Sections: []spec.Section{
			{Name: "trail", Variables: trail, Wired: map[string]bool{"region": true}},
			{Name: "topic", Variables: variables(topicVariables)},
		},
	}
}

// head is the least that a spec of the schema says. What a test adds starts on line 4.
const head = "version: 1\naccount: {id: a}\ntopic: false\n"

// lines writes each diagnostic as line:column, the text that it points at, summary: detail.
func lines(content string, diags hcl.Diagnostics) []string {
	var all []string
	for _, d := range diags {
		at := d.Subject
		all = append(all, fmt.Sprintf("%d:%d <%s> %s: %s", at.Start.Line, at.Start.Column, content[at.Start.Byte:at.End.Byte], d.Summary, d.Detail))
	}
	return all
}

// TestProblems holds each word of what is reported, and the text that it points at. Specs that start with a plus follow head, at line 4.
func TestProblems(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		// Keys.
		{"duplicate", "+trail: {days: 1, 'days': 2}\ntrail: false\naccount: {id: b}\n", []string{
			`4:18 <'days'> Duplicate key: trail.days is set on line 4 already. Keep one of the two.`,
			`5:1 <trail> Duplicate key: trail is set on line 4 already. Keep one of the two.`,
			`6:1 <account> Duplicate key: account is set on line 2 already. Keep one of the two.`,
		}},
		{"duplicate in a value that is wrong anyhow", "+trail: {days: {a: 1, a: 2}}\n", []string{
			`4:15 <{a: 1, a: 2}> Wrong type: trail.days is a number, not a mapping. Write one number.`,
			`4:22 <a> Duplicate key: trail.days.a is set on line 4 already. Keep one of the two.`,
		}},
		{"duplicate in another normal form", "+tags: {\u00e9: a, e\u0301: b}\n", []string{
			`4:14 <é> Duplicate key: tags[é] is set on line 4 already. Keep one of the two.`,
		}},
		{"the second of two is read as well", "+trail: {days: 1, days: x}\n", []string{
			`4:18 <days> Duplicate key: trail.days is set on line 4 already. Keep one of the two.`,
			`4:24 <x> Wrong type: trail.days is a number, not "x". Write a decimal number, such as 30.`,
		}},
		{"unknown", "+trial: {}\n", []string{
			`4:1 <trial> Unknown key: A spec has no key trial. Did you mean trail? Allowed: version, extends, account, tags, anything, trail, topic.`,
		}},
		{"unknown with a home", "+days: 1\n", []string{
			`4:1 <days> Unknown key: days belongs below trail. A spec has no key days. Allowed: version, extends, account, tags, anything, trail, topic.`,
		}},
		{"unknown in a section", "+trail: {Da-ys: 1}\n", []string{
			`4:9 <Da-ys> Unknown key: trail has no key Da-ys. Did you mean days? Allowed: bucket, days, kinds, names, on, pair.`,
		}},
		{"unknown in a list", "+trail: {bucket: {name: a, rules: [{days: 1, dayz: 2}]}}\n", []string{
			`4:45 <dayz> Unknown key: trail.bucket.rules[0] has no key dayz. Did you mean days? Allowed: days.`,
		}},
		{"an unknown key is not missed as well", "version: 1\nacount: {id: a}\ntopics: {adresses: [x]}\n", []string{
			`2:1 <acount> Unknown key: A spec has no key acount. Did you mean account? Allowed: version, extends, account, tags, anything, trail, topic.`,
			`3:1 <topics> Unknown key: A spec has no key topics. Did you mean topic? Allowed: version, extends, account, tags, anything, trail, topic.`,
		}},
		{"an unknown key is not missed as well, below", "version: 1\naccount: {Id: a}\ntopic: {adresses: [x]}\n", []string{
			`2:11 <Id> Unknown key: account has no key Id. Did you mean id? Allowed: id, name.`,
			`3:9 <adresses> Unknown key: topic has no key adresses. Did you mean addresses? Allowed: addresses.`,
		}},
		{"no name", "+trail: {'': 1}\n", []string{
			`4:9 <''> Unknown key: trail has no key "". Allowed: bucket, days, kinds, names, on, pair.`,
		}},
		{"unlike any", "+trail: {zzzzzzzzzz: 1}\n", []string{
			`4:9 <zzzzzzzzzz> Unknown key: trail has no key zzzzzzzzzz. Allowed: bucket, days, kinds, names, on, pair.`,
		}},
		{"wired", "+trail: {region: x}\n", []string{
			`4:9 <region> Set by plinth: trail.region is set by plinth from the rest of the spec; remove it.`,
		}},
		{"not text", "+tags: {1: a, true: b, ~: c, 1.5: d, [x]: e, {x: y}: f, 2026-11-26: g, '': h, ? : i}\n", []string{
			`4:8 <1> Key is not text: YAML reads the key 1 as something else than text. Write it in quotes: "1".`,
			`4:14 <true> Key is not text: YAML reads the key true as something else than text. Write it in quotes: "true".`,
			`4:23 <~> Key is not text: YAML reads the key ~ as something else than text. Write it in quotes: "~".`,
			`4:29 <1.5> Key is not text: YAML reads the key 1.5 as something else than text. Write it in quotes: "1.5".`,
			`4:37 <[x]> Key is not text: A key is one word of text. Write a list or mapping behind a key, not as one; text that starts with [ or { goes in quotes.`,
			`4:45 <{x: y}> Key is not text: A key is one word of text. Write a list or mapping behind a key, not as one; text that starts with [ or { goes in quotes.`,
			`4:56 <2026-11-26> Key is not text: YAML reads the key 2026-11-26 as something else than text. Write it in quotes: "2026-11-26".`,
			`4:80 <> Key is not text: There is no key before the colon. Write one.`,
		}},

		// Types.
		{"text", "+trail: {names: [[a], {a: b}, ~]}\ntags: []\n", []string{
			`4:17 <[a]> Wrong type: trail.names[0] is text, not a list. Write one value; text that starts with [ goes in quotes.`,
			`4:22 <{a: b}> Wrong type: trail.names[1] is text, not a mapping. Write one value; text that starts with { or holds a colon and a space goes in quotes.`,
			`4:30 <~> Missing value: trail.names[2] has no value. Write text ("" for an empty one), or remove the element.`,
			`5:7 <[]> Wrong type: tags is a mapping, not a list. Write {<key>: <text>}, or one key: value a line.`,
		}},
		{"number", "+anything: [" + strings.Repeat("9", 101) + "]\ntrail: {days: '1', bucket: {name: a, days: 010}}\n", []string{
			`4:12 <99999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999> Wrong type: The number of anything[0] is too long. Write at most 100 digits, or text in quotes.`,
			`5:15 <'1'> Wrong type: trail.days is a number. Write 1 without quotes.`,
			`5:44 <010> Wrong type: trail.bucket.days is a number, and YAML would read 010 as an octal one. Write it in decimal, without leading zeros.`,
		}},
		{"bool", "+trail: {on: On}\n", []string{
			`4:13 <On> Wrong type: trail.on is true or false. Write true, without quotes and in lower case.`,
		}},
		{"list", "+trail: {names: a b, kinds: {a: b}, pair: [x]}\n", []string{
			`4:16 <a b> Wrong type: trail.names is a list. Write [a b].`,
			`4:28 <{a: b}> Wrong type: trail.kinds is a list, not a mapping. Write a dash and a space before each element, one element a line.`,
			`4:42 <[x]> Wrong type: trail.pair needs 2 elements, not 1.`,
		}},
		{"set", "+trail: {kinds: [a, b, a], names: [a, a]}\n", []string{
			`4:23 <a> Duplicate element: trail.kinds has this element on line 4 already. Remove one of the two.`,
		}},
		{"object", "+trail: {bucket: 1}\nanything: .nan\n", []string{
			`4:17 <1> Wrong type: trail.bucket is a mapping, not "1". Write its keys: days, name, rules.`,
			`5:11 <.nan> Wrong type: anything can't be .nan. Write a decimal number, or text in quotes.`,
		}},
		{"missing in an object", "+trail: {bucket: {rules: [{}]}}\n", []string{
			`4:9 <bucket> Missing key: trail.bucket needs name; write name: <text> in it.`,
			`4:26 <{}> Missing key: trail.bucket.rules[0] needs days; write days: 1 in it.`,
		}},
		{"null", "version: 1\naccount:\ntopic: {addresses: ~}\ntags: {a: }\n", []string{
			`2:1 <account> Missing value: account has no value. Write account: {id: <text>}.`,
			`3:20 <~> Missing value: topic.addresses has no value. Write addresses: [<text>].`,
			`4:8 <a> Missing value: tags.a has no value. Write text ("" for an empty one), or remove the key.`,
		}},
		{"section", "+trail: [a]\n", []string{
			`4:8 <[a]> Wrong type: trail is a mapping, not a list. Write its keys: bucket, days, kinds, names, on, pair; or trail: true for the defaults, or trail: false to do without.`,
		}},
		{"section off by another word", "+trail: No\n", []string{
			`4:8 <No> Wrong type: Write trail: false, without quotes and in lower case.`,
		}},
		{"missing", "version: 1\n", []string{
			`1:1 <version: 1> Missing key: The spec needs account; write account: {id: <text>}.`,
			`1:1 <version: 1> Missing key: topic needs addresses; write topic: {addresses: [<text>]}, or topic: false to do without. Who is told.`,
		}},
		{"missing in a section", "version: 1\naccount: {id: a}\ntopic:\n", []string{
			`3:1 <topic> Missing key: topic needs addresses; write topic: {addresses: [<text>]}. Who is told.`,
		}},
		{"version", "account: {id: a}\ntopic: false\nversion: 1.0\n", []string{
			`3:10 <1.0> Unsupported version: Write version: 1, without quotes; it is the only version there is.`,
		}},
		{"version by an alias", "+anything: &v 1\nversion: *v\n", []string{
			`5:1 <version> Duplicate key: version is set on line 1 already. Keep one of the two.`,
			`5:10 <*v> Unsupported version: Write version: 1, without quotes; it is the only version there is.`,
		}},
		{"no version", "account: {id: a}\ntopic: false\n", []string{
			`1:1 <account> Missing version: Write version: 1 as the first line of the spec.`,
		}},

		// Anchors, aliases, tags.
		{"unknown anchor", "+tags: {a: x*y, b: *y}\n", []string{
			`4:19 <*y> Unknown anchor: No value above this is marked &y. Mark one, or write the value here in full.`,
		}},
		{"unknown anchor, written elsewhere as text", "+# *y\ntags: {a: 'x *y', b: x # *y\n  , c: *y}\n", []string{
			`6:8 <*y> Unknown anchor: No value above this is marked &y. Mark one, or write the value here in full.`,
		}},
		{"wrong by an alias", "+tags: {a: &a x}\ntrail: {days: *a, bucket: {name: n, days: *a}}\n", []string{
			`5:15 <*a> Wrong type: trail.days is a number, not "x". Write a decimal number, such as 30.`,
			`5:43 <*a> Wrong type: trail.bucket.days is a number, not "x". Write a decimal number, such as 30.`,
		}},
		{"wrong within an alias", "+anything: &a {nam: n, days: x}\ntrail: {bucket: *a}\n", []string{
			`4:15 <nam> Unknown key: trail.bucket has no key nam. Did you mean name? Allowed: days, name, rules.`,
			`4:29 <x> Wrong type: trail.bucket.days is a number, not "x". Write a decimal number, such as 30.`,
		}},
		{"merge key", "+anything: &a {days: 1}\ntrail:\n  <<: *a\n", []string{
			`6:3 <<<> Merge key: The merge key << can't be in a spec. Write the keys out, or use an alias for the whole value.`,
		}},
		{"alias as a key", "+anything: &a x\ntags:\n  *a : y\n", []string{
			`6:3 <*a> Key is an alias: Write the key out in full: an alias can stand for a value only.`,
		}},
		{"alias within itself", "+anything: &a [1, *a]\ntags: &b {c: *b}\n", []string{
			`4:18 <*a> Alias contains itself: This alias stands for a value that it is a part of. Write the value out.`,
			`5:14 <*b> Alias contains itself: This alias stands for a value that it is a part of. Write the value out.`,
		}},
		{"tags", "+tags: !!map {!!str a: !x y}\ntrail: {days: !!int 1, on: !!bool x}\n", []string{
			`4:7 <!!map {!!str a: !x y}> Tag: Tags such as !!map can't be in a spec, but for !file before the name of a file. Write the value alone; text in quotes stays text.`,
			`4:14 <!!str a> Tag: Tags such as !!str can't be in a spec, but for !file before the name of a file. Write the value alone; text in quotes stays text.`,
			`4:23 <!x y> Tag: Tags such as !x can't be in a spec, but for !file before the name of a file. Write the value alone; text in quotes stays text.`,
			`5:15 <!!int 1> Tag: Tags such as !!int can't be in a spec, but for !file before the name of a file. Write the value alone; text in quotes stays text.`,
			`5:28 <!!bool x> Tag: Tags such as !!bool can't be in a spec, but for !file before the name of a file. Write the value alone; text in quotes stays text.`,
		}},
		{"NUL", "+tags: {a: \"x\\0\"}\n", []string{
			`4:11 <"x\0"> NUL in text: Terraform takes no text with a NUL character. Remove \0 from tags.a.`,
		}},

		// The file.
		{"empty", "", []string{
			`1:1 <> Empty spec: Write version: 1, and below it account: with the account's id and name.`,
		}},
		{"spaces", " \n\n", []string{
			`1:1 <> Empty spec: Write version: 1, and below it account: with the account's id and name.`,
		}},
		{"a comment", "# version: 1\n", []string{
			`1:1 <> Empty spec: Write version: 1, and below it account: with the account's id and name.`,
		}},
		{"a document mark", "---\n", []string{
			`2:1 <> Empty spec: Write version: 1, and below it account: with the account's id and name.`,
		}},
		{"null alone", "~\n", []string{
			`1:1 <~> Empty spec: Write version: 1, and below it account: with the account's id and name.`,
		}},
		{"a byte order mark alone", "\ufeff", []string{
			`1:1 <> Empty spec: Write version: 1, and below it account: with the account's id and name.`,
		}},
		{"a list", "- a\n- b\n", []string{
			`1:1 <- a> Spec is not a mapping: A spec is a mapping of keys to values. Write version: 1, and below it account: with the account's id and name.`,
		}},
		{"two documents", "+--- # next\nversion: 1\n", []string{
			`4:1 <---> Several documents: A spec is one document. Put each account into a file of its own, and remove this ---.`,
		}},
		{"UTF-16", "\xff\xfev\x00", []string{
			`1:1 <> Not UTF-8: This looks like UTF-16. Save the file as UTF-8.`,
		}},
		{"Latin-1", "+tags: {a: caf\xe9}\n", []string{
			"4:14 <\xe9> Not UTF-8: The byte 0xe9 is no UTF-8 text. Save the file as UTF-8.",
		}},
		{"control characters", "+tags: {a: \a, b: \u0085, c: \u2028, d: \r, e: \x7f}\n", []string{
			"4:11 <\a> Control character: The character U+0007 can't be in YAML. Remove it, or write \\u0007 in double quotes.",
			"4:17 <\u0085> Unusual line break: YAML takes the character U+0085 for the end of a line. Remove it, or write \\u0085 in double quotes.",
			"4:23 <\u2028> Unusual line break: YAML takes the character U+2028 for the end of a line. Remove it, or write \\u2028 in double quotes.",
			"4:29 <\r> Unusual line break: A carriage return stands alone here. End lines with LF or CRLF, or write \\r in double quotes.",
			"4:35 <\x7f> Control character: The character U+007F can't be in YAML. Remove it, or write \\u007F in double quotes.",
		}},

		// Syntax.
		{"tab", "+trail:\n\tdays: 1\n", []string{
			"5:1 <\t> YAML syntax error: The YAML parser says: found character that cannot start any token. Indent with spaces: YAML takes no tabs.",
		}},
		{"tab behind spaces", "+trail:\n  on: true\n  \tdays: 1\n", []string{
			"6:3 <\t> YAML syntax error: The YAML parser says: found a tab character that violates indentation. Indent with spaces: YAML takes no tabs.",
		}},
		{"colon in text", "+tags:\n  a: b: c\n", []string{
			`5:3 <a: b: c> YAML syntax error: The YAML parser says: mapping values are not allowed in this context. Put text that holds a colon and a space in quotes, and indent the keys of one mapping alike.`,
		}},
		{"bad indentation", "+trail:\n  on: true\n   days: 1\nanything: a\n", []string{
			`6:4 <days: 1> YAML syntax error: The YAML parser says: mapping values are not allowed in this context. Put text that holds a colon and a space in quotes, and indent the keys of one mapping alike.`,
		}},
		{"out of the mapping", "+trail:\n    on: true\n  days: 1\n", []string{
			`6:3 <days: 1> YAML syntax error: The YAML parser says: did not find expected key. Indent the keys of one mapping alike, and write an apostrophe within single quotes twice.`,
		}},
		{"open list", "+trail: {names: [a, b}\n", []string{
			`4:1 <trail: {names: [a, b}> YAML syntax error: The YAML parser says: did not find expected ',' or ']'. Close the [ with a ], and separate the elements by commas.`,
		}},
		{"open quotes", "+tags: {a: \"b}\n", []string{
			`4:1 <tags: {a: "b}> YAML syntax error: The YAML parser says: found unexpected end of stream. Close the quotes that this text starts with.`,
		}},
		{"reserved character", "+tags:\n  a: @b\n", []string{
			`5:3 <a: @b> YAML syntax error: The YAML parser says: found character that cannot start any token. Put text that starts with @, % or a backquote in quotes.`,
		}},
		{"no key", "+tags: {a: b, : c}\n", []string{
			`4:1 <tags: {a: b, : c}> YAML syntax error: The YAML parser says: did not find expected node content. A key or a value is missing here, text that starts with a character such as , or ] lacks its quotes, or a bracket above is not closed.`,
		}},
		{"no value", "+trail: {names: [a, , b]}\n", []string{
			`4:1 <trail: {names: [a, , b]}> YAML syntax error: The YAML parser says: did not find expected node content. A key or a value is missing here, text that starts with a character such as , or ] lacks its quotes, or a bracket above is not closed.`,
		}},
		{"no colon", "+trail\nanything: a\n", []string{
			`4:1 <trail> YAML syntax error: The YAML parser says: could not find expected ':'. Write key: value, with a colon and a space.`,
		}},
		{"a list behind a key", "+trail: - a\n", []string{
			`4:1 <trail: - a> YAML syntax error: The YAML parser says: block sequence entries are not allowed in this context. Start the list on a line of its own, or write it as [x, y].`,
		}},
		{"YAML 1.2", "%YAML 1.2\n---\nversion: 1\n", []string{
			`1:1 <%YAML 1.2> YAML syntax error: The YAML parser says: found incompatible YAML document. Remove the %YAML line; a spec needs none.`,
		}},
		{"open brace", "+trail: {days: 1\nanything: a\n", []string{
			`4:1 <trail: {days: 1> YAML syntax error: The YAML parser says: did not find expected ',' or '}'. Close the { with a }, and separate the keys by commas.`,
		}},
		{"dashes askew", "+trail:\n  names:\n    - a\n   - b\n", []string{
			`7:4 <- b> YAML syntax error: The YAML parser says: did not find expected key. Start each element of the list with a dash in the same column.`,
		}},
		{"stray bracket", "+anything: a]\ntags: ]\n", []string{
			`5:1 <tags: ]> YAML syntax error: The YAML parser says: did not find expected node content. A key or a value is missing here, text that starts with a character such as , or ] lacks its quotes, or a bracket above is not closed.`,
		}},
		{"open quotes over lines", "+tags: {a: 'b}\nanything: c\ntrail: true\n", []string{
			`4:1 <tags: {a: 'b}> YAML syntax error: The YAML parser says: found unexpected end of stream. Close the quotes that this text starts with.`,
		}},
		{"second document is broken", "+---\na: [\n", []string{
			`6:1 <> YAML syntax error: The YAML parser says: did not find expected node content. A key or a value is missing here, text that starts with a character such as , or ] lacks its quotes, or a bracket above is not closed.`,
		}},
		{"block scalar with a tab", "+anything: |\n\tx\n", []string{
			"5:1 <\t> YAML syntax error: The YAML parser says: found a tab character where an indentation space is expected. Indent with spaces: YAML takes no tabs.",
		}},
		{"escape", "+tags: {a: \"\\d\"}\n", []string{
			`4:1 <tags: {a: "\d"}> YAML syntax error: The YAML parser says: found unknown escape character. Write a backslash in double quotes twice, or use single quotes.`,
		}},

		// Positions.
		{"behind other scripts", "+tags: {größe: ~, 日本: [x], e\u0301: [y], 👩‍👩‍👧: ~}\n", []string{
			`4:15 <~> Missing value: tags[größe] has no value. Write text ("" for an empty one), or remove the key.`,
			`4:22 <[x]> Wrong type: tags[日本] is text, not a list. Write one value; text that starts with [ goes in quotes.`,
			`4:30 <[y]> Wrong type: tags[é] is text, not a list. Write one value; text that starts with [ goes in quotes.`,
			`4:38 <~> Missing value: tags["👩\u200d👩\u200d👧"] has no value. Write text ("" for an empty one), or remove the key.`,
		}},
		{"behind a byte order mark", "\ufeffversoin: 1\r\naccount: {id: [a]}\r\ntopic: false\r\n", []string{
			`1:1 <versoin> Unknown key: A spec has no key versoin. Did you mean version? Allowed: version, extends, account, tags, anything, trail, topic.`,
			`2:15 <[a]> Wrong type: account.id is text, not a list. Write one value; text that starts with [ goes in quotes.`,
		}},
		{"quotes, comments, blocks", "+trail:\n  days: \"a # b\" # c\n  on: 'it''s' # d\n  names: |  # e\n    x\n  bucket: # f\n    - g # h\n  kinds: {a: \"}\", b: '}'} # i\n", []string{
			`5:9 <"a # b"> Wrong type: trail.days is a number, not "a # b". Write a decimal number, such as 30.`,
			`6:7 <'it''s'> Wrong type: trail.on is true or false, not "it's". Write true or false.`,
			`7:10 <|> Wrong type: trail.names is a list. Write a dash and a space before each element, one element a line.`,
			`10:5 <- g> Wrong type: trail.bucket is a mapping, not a list. Write its keys: days, name, rules.`,
			`11:10 <{a: "}", b: '}'}> Wrong type: trail.kinds is a list, not a mapping. Write a dash and a space before each element, one element a line.`,
		}},
		{"several, in order", "+tags: {a: [b]}\ntrail: {on: 1, days: x, names: y}\nzzzzzzzzzz: 1\n", []string{
			`4:11 <[b]> Wrong type: tags.a is text, not a list. Write one value; text that starts with [ goes in quotes.`,
			`5:13 <1> Wrong type: trail.on is true or false. Write true, without quotes and in lower case.`,
			`5:22 <x> Wrong type: trail.days is a number, not "x". Write a decimal number, such as 30.`,
			`5:32 <y> Wrong type: trail.names is a list. Write [y].`,
			`6:1 <zzzzzzzzzz> Unknown key: A spec has no key zzzzzzzzzz. Allowed: version, extends, account, tags, anything, trail, topic.`,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := c.in
			if rest, ok := strings.CutPrefix(text, "+"); ok {
				text = head + rest
			}
			_, diags := spec.Decode("account.yaml", []byte(text), schema(t), nil)
			if diff := cmp.Diff(c.want, lines(text, diags)); diff != "" {
				t.Errorf("%s\n(-want +got)\n%s", text, diff)
			}
		})
	}
}
