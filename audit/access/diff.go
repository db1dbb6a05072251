package access

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"plinth/generator/edit"
)

// Change is a file with what nobody uses taken out.
type Change struct {
	File    string   `json:"file"`
	Removed []string `json:"removed"` // actions, in the file's order
	Old     string   `json:"-"`
	New     string   `json:"-"`
	Notes   []string `json:"notes"` // why nothing more was taken out, where it looks as if it could be
}

// Unused are the services that nobody among some entities uses, although all have reports, are old enough, and none is to be kept. Why is what keeps it from being told.
func (e *Evidence) Unused(arns []string, l Limits, now time.Time) (unused map[string]bool, why string) {
	for i, arn := range arns {
		report := e.Reports[arn]
		if report == nil {
			return nil, "there is no report of " + arn
		}
		if e.young(arn, l, now) {
			return nil, arn + " is younger than it takes to judge"
		}
		mine := make(map[string]bool)
		for _, s := range report.Services {
			if s.Last.IsZero() && !slices.Contains(l.Keep, s.Namespace) {
				mine[s.Namespace] = true
			}
		}
		if i == 0 {
			unused = mine
		} else {
			maps.DeleteFunc(unused, func(service string, _ bool) bool { return !mine[service] })
		}
	}
	return unused, ""
}

// Changes are the policies of the authorization details from which something can be taken out: inline ones of entities with a report, and managed ones all of whose entities have one. Policies that AWS
// manages, and that bound permissions, are left alone.
func (e *Evidence) Changes(l Limits, now time.Time) ([]Change, error) {
	var changes []Change
	for _, arn := range slices.Sorted(maps.Keys(e.Entities)) {
		entity := e.Entities[arn]
		if e.Reports[arn] == nil {
			continue
		}
		unused, why := e.Unused([]string{arn}, l, now)
		for _, d := range entity.Inline {
			c, err := Edit(fmt.Sprintf("%s/%s/%s.json", entity.Kind, entity.Name, d.Name), []byte(d.Text), unused)
			if err != nil {
				return nil, err
			}
			if why != "" {
				c.Notes = append(c.Notes, why)
			}
			changes = append(changes, c)
		}
	}
	for _, arn := range slices.Sorted(maps.Keys(e.Policies)) {
		p := e.Policies[arn]
		if Managed(arn) || p.Document == "" || len(p.AttachedTo) == 0 || !slices.ContainsFunc(p.AttachedTo, func(arn string) bool { return e.Reports[arn] != nil }) {
			continue
		}
		unused, why := e.Unused(p.AttachedTo, l, now)
		if p.Boundary {
			unused, why = nil, "it bounds permissions, which last accessed information says nothing of"
		}
		c, err := Edit("policy/"+p.Name+".json", []byte(p.Document), unused)
		if err != nil {
			return nil, err
		}
		if why != "" {
			c.Notes = append(c.Notes, why)
		}
		changes = append(changes, c)
	}
	return changes, nil
}

// Edit takes the actions of unused services out of a policy document in JSON, or out of the policies in a file of Terraform: jsonencode calls, and data sources aws_iam_policy_document. Everything else,
// order and comments among it, stays. It leaves alone what would break or can't be told: statements that deny, NotAction, wildcards over services, iam:PassRole and what holds it, since nobody tracks
// that, and services that aren't among the unused.
func Edit(file string, content []byte, unused map[string]bool) (Change, error) {
	c := Change{File: file, Removed: []string{}, Old: string(content), New: string(content), Notes: []string{}}
	ed := &editor{src: content, unused: unused, change: &c}
	if strings.HasSuffix(file, ".tf") {
		f, diags := hclsyntax.ParseConfig(content, file, hcl.InitialPos)
		if diags.HasErrors() {
			return c, fmt.Errorf("%s: %w", file, diags)
		}
		ed.body(f.Body.(*hclsyntax.Body))
	} else {
		// JSON is an expression of HCL, too, whose parts then have places.
		e, diags := hclsyntax.ParseExpression(content, file, hcl.InitialPos)
		if diags.HasErrors() {
			return c, fmt.Errorf("%s: it is no policy document in JSON: %w", file, diags)
		}
		ed.document(e)
	}
	c.New = edit.Apply(content, 0, len(content), ed.edits)
	return c, nil
}

type editor struct {
	src    []byte
	unused map[string]bool
	edits  []edit.Edit
	change *Change
}

// body looks for policies in Terraform.
func (ed *editor) body(body *hclsyntax.Body) {
	for _, block := range body.Blocks {
		if block.Type == "data" && len(block.Labels) == 2 && block.Labels[0] == "aws_iam_policy_document" {
			ed.dataSource(block)
			continue
		}
		ed.body(block.Body)
	}
	for _, name := range slices.Sorted(maps.Keys(body.Attributes)) {
		_ = hclsyntax.VisitAll(body.Attributes[name].Expr, func(node hclsyntax.Node) hcl.Diagnostics {
			if call, ok := node.(*hclsyntax.FunctionCallExpr); ok && call.Name == "jsonencode" && len(call.Args) == 1 {
				ed.document(call.Args[0])
			}
			return nil
		})
	}
}

func (ed *editor) dataSource(data *hclsyntax.Block) {
	statements, gone := 0, []*hclsyntax.Block{}
	var others []edit.Edit
	for _, block := range data.Body.Blocks {
		if block.Type != "statement" {
			continue
		}
		statements++
		attrs := block.Body.Attributes
		if effect := attrs["effect"]; effect != nil && literal(effect.Expr) != "Allow" || attrs["not_actions"] != nil || attrs["actions"] == nil {
			continue
		}
		whole, edits := ed.actions(attrs["actions"].Expr)
		if whole {
			gone = append(gone, block)
		} else {
			others = append(others, edits...)
		}
	}
	if len(gone) == statements && statements > 0 {
		ed.change.Notes = append(ed.change.Notes, fmt.Sprintf("nothing of data.aws_iam_policy_document.%s is used: detach the policy", data.Labels[1]))
		return
	}
	for _, block := range gone {
		ed.edits = append(ed.edits, edit.Remove(ed.src, block.Range()))
	}
	ed.edits = append(ed.edits, others...)
}

// document looks at the statements of a document.
func (ed *editor) document(e hclsyntax.Expression) {
	object, ok := e.(*hclsyntax.ObjectConsExpr)
	if !ok {
		return
	}
	list := item(object, "Statement")
	statements, ok := list.(*hclsyntax.TupleConsExpr)
	if !ok {
		if _, single := list.(*hclsyntax.ObjectConsExpr); single {
			statements = &hclsyntax.TupleConsExpr{Exprs: []hclsyntax.Expression{list}}
		} else {
			return
		}
	}
	var gone []int
	var others []edit.Edit
	for i, s := range statements.Exprs {
		statement, ok := s.(*hclsyntax.ObjectConsExpr)
		if !ok || literal(item(statement, "Effect")) != "Allow" || item(statement, "NotAction") != nil || item(statement, "Action") == nil {
			continue
		}
		whole, edits := ed.actions(item(statement, "Action"))
		if whole {
			gone = append(gone, i)
		} else {
			others = append(others, edits...)
		}
	}
	if len(gone) == len(statements.Exprs) {
		if len(gone) > 0 {
			ed.change.Notes = append(ed.change.Notes, "nothing of it is used: detach the policy")
		}
		return
	}
	ed.edits = append(ed.edits, ed.without(statements, gone)...)
	ed.edits = append(ed.edits, others...)
}

// item is the value of an object's key; nil for none.
func item(object *hclsyntax.ObjectConsExpr, name string) hclsyntax.Expression {
	for _, i := range object.Items {
		if v, diags := i.KeyExpr.Value(nil); !diags.HasErrors() && v.Type() == cty.String && v.IsKnown() && !v.IsNull() && v.AsString() == name {
			return i.ValueExpr
		}
	}
	return nil
}

// literal is a text that is written out; "" for anything else.
func literal(e hclsyntax.Expression) string {
	if e == nil {
		return ""
	}
	v, diags := e.Value(nil)
	if diags.HasErrors() || v.Type() != cty.String || !v.IsKnown() || v.IsNull() {
		return ""
	}
	return v.AsString()
}

// actions are the edits that take unused actions out of a list; whole if none would be left.
func (ed *editor) actions(e hclsyntax.Expression) (whole bool, edits []edit.Edit) {
	tuple, ok := e.(*hclsyntax.TupleConsExpr)
	if !ok {
		if ed.removable(literal(e)) {
			ed.change.Removed = append(ed.change.Removed, literal(e))
			return true, nil
		}
		return false, nil
	}
	var gone []int
	for i, element := range tuple.Exprs {
		if ed.removable(literal(element)) {
			gone = append(gone, i)
			ed.change.Removed = append(ed.change.Removed, literal(element))
		}
	}
	if len(gone) == len(tuple.Exprs) {
		return len(gone) > 0, nil
	}
	return false, ed.without(tuple, gone)
}

// removable tells whether an action is one that nobody uses.
func (ed *editor) removable(action string) bool {
	service, name, ok := strings.Cut(strings.ToLower(action), ":")
	if !ok || strings.ContainsAny(service, "*?") || !ed.unused[service] {
		return false
	}
	if service == "iam" && covers(name, "passrole") {
		ed.change.Notes = append(ed.change.Notes, action+" stays: it holds iam:PassRole, whose use AWS doesn't track")
		return false
	}
	return true
}

// covers tells whether a pattern with * and ? matches a text.
func covers(pattern, text string) bool {
	if pattern == "" {
		return text == ""
	}
	switch pattern[0] {
	case '*':
		for i := range len(text) + 1 {
			if covers(pattern[1:], text[i:]) {
				return true
			}
		}
		return false
	case '?':
		return text != "" && covers(pattern[1:], text[1:])
	}
	return text != "" && pattern[0] == text[0] && covers(pattern[1:], text[1:])
}

// without are the edits that take elements out of a list: each with the comma behind it and the comment on its line, or, where nothing follows that stays, with the comma before it.
func (ed *editor) without(list *hclsyntax.TupleConsExpr, gone []int) []edit.Edit {
	var edits []edit.Edit
	last := len(list.Exprs) - 1 // the last element that stays
	for slices.Contains(gone, last) {
		last--
	}
	if last >= 0 && last < len(list.Exprs)-1 {
		from, to := list.Exprs[last].Range().End.Byte, list.Exprs[len(list.Exprs)-1].Range().End.Byte
		trailing := ed.comma(to)
		if !strings.Contains(string(ed.src[from:list.Exprs[last+1].Range().Start.Byte]), "\n") {
			// What stays and what goes are on one line: all that follows goes at once.
			_, to = ed.line(to, max(to, trailing))
			edits = append(edits, edit.Edit{Start: from, End: to})
			gone = slices.DeleteFunc(slices.Clone(gone), func(i int) bool { return i > last })
		} else if comma := ed.comma(from); trailing == 0 && comma > 0 {
			// Without a comma at the list's end, the last that stays has none either.
			edits = append(edits, edit.Edit{Start: comma - 1, End: comma})
		}
	}
	before := 0
	for _, i := range gone {
		rng := list.Exprs[i].Range()
		start, end := ed.line(rng.Start.Byte, max(rng.End.Byte, ed.comma(rng.End.Byte)))
		start = max(start, before)
		edits = append(edits, edit.Edit{Start: start, End: end})
		before = end
	}
	return edits
}

// comma is the place behind the comma that follows, blanks and comments between; 0 if none does.
func (ed *editor) comma(from int) int {
	tokens, _ := hclsyntax.LexExpression(ed.src[from:], "", hcl.InitialPos)
	for _, token := range tokens {
		switch token.Type {
		case hclsyntax.TokenNewline, hclsyntax.TokenComment:
		case hclsyntax.TokenComma:
			return from + token.Range.End.Byte
		default:
			return 0
		}
	}
	return 0
}

// line widens a range to whole lines where nothing else stands on them but a comment, or to the blanks behind it.
func (ed *editor) line(start, end int) (int, int) {
	first := start
	for first > 0 && (ed.src[first-1] == ' ' || ed.src[first-1] == '\t') {
		first--
	}
	stop := end
	for stop < len(ed.src) && (ed.src[stop] == ' ' || ed.src[stop] == '\t') {
		stop++
	}
	alone := first == 0 || ed.src[first-1] == '\n'
	if alone && stop < len(ed.src) && (ed.src[stop] == '#' || strings.HasPrefix(string(ed.src[stop:]), "//")) {
		for stop < len(ed.src) && ed.src[stop] != '\n' {
			stop++
		}
	}
	switch {
	case alone && stop < len(ed.src) && (ed.src[stop] == '\n' || ed.src[stop] == '\r'):
		return first, stop + strings.IndexByte(string(ed.src[stop:]), '\n') + 1
	}
	return start, stop
}
