package specialize

import (
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"plinth/generator/edit"
)

// template rebuilds a quoted template from its parts: what is known becomes text, the rest stays an interpolation.
//
//	"arn:${var.partition}:s3:::${aws_s3_bucket.logs.id}/*"   ->   "arn:aws:s3:::${aws_s3_bucket.logs.id}/*"
//
// A literal run that ends in $ or % before an interpolation would read as an escape; its end is then written as an interpolation itself.
// Heredocs and templates with %{ directives are only edited inside of their interpolations.
func (r *rewriter) template(e *hclsyntax.TemplateExpr, w want, f *frame) []edit.Edit {
	if r.unchanged(e, f) {
		return nil
	}
	heredoc := strings.HasPrefix(r.source(e.Range()), "<<")
	if v, ok := r.known(e, f); ok && !heredoc {
		if text, ok := literal(v, w); ok {
			return replaceExpr(e, text)
		}
	}
	if heredoc || r.hasDirective(e) {
		var edits []edit.Edit
		for _, part := range e.Parts {
			edits = append(edits, r.insideTemplate(part, f)...)
		}
		return edits
	}
	var parts []templatePart
	for _, part := range e.Parts {
		parts = append(parts, r.templatePart(part, f))
	}
	text, ok := joinTemplate(parts, w)
	if !ok || r.guards > 0 && !strings.HasPrefix(text, `"`) {
		// A template fails on null, which what is in it alone would not.
		var edits []edit.Edit
		for _, part := range e.Parts {
			if _, isLiteral := part.(*hclsyntax.LiteralValueExpr); !isLiteral {
				edits = append(edits, r.expr(part, wantString, f)...)
			}
		}
		return edits
	}
	return replaceExpr(e, text)
}

type templatePart struct {
	literal string
	expr    string // the text between ${ and }
	typ     cty.Type
	null    bool // for certain, so that the template fails
}

func (r *rewriter) templatePart(part hclsyntax.Expression, f *frame) templatePart {
	if v, ok := r.known(part, f); ok && !v.IsNull() {
		if s, err := convert.Convert(v, cty.String); err == nil {
			return templatePart{literal: s.AsString()}
		}
	}
	typ := cty.DynamicPseudoType
	null := false
	if v, diags := part.Value(f.ctx); !diags.HasErrors() {
		typ = v.Type()
		null = v.IsKnown() && v.IsNull()
	}
	return templatePart{expr: r.text(part, wantString, f), typ: typ, null: null}
}

// joinTemplate writes the parts as a quoted template; false for one that fails for certain.
func joinTemplate(parts []templatePart, w want) (string, bool) {
	var merged []templatePart
	for _, p := range parts {
		if p.null {
			return "", false
		}
		if n := len(merged); p.expr == "" && n > 0 && merged[n-1].expr == "" {
			merged[n-1].literal += p.literal
			continue
		}
		if p.expr == "" && p.literal == "" {
			continue
		}
		merged = append(merged, p)
	}
	// "${x}" alone would pass x through as it is, number and all; a template is always a string, and fails on null.
	if len(merged) == 1 && merged[0].expr != "" {
		switch {
		case merged[0].typ == cty.String || (w.kind == sink && w.typ == cty.String):
			return merged[0].expr, true
		}
		return "tostring(" + merged[0].expr + ")", true
	}
	var b strings.Builder
	b.WriteByte('"')
	for i, p := range merged {
		if p.expr != "" {
			b.WriteString("${" + p.expr + "}")
			continue
		}
		text := p.literal
		tail := ""
		if i+1 < len(merged) {
			text = strings.TrimRight(p.literal, "$%")
			tail = p.literal[len(text):]
		}
		b.WriteString(quotedBody(text))
		if tail != "" {
			b.WriteString("${" + string(hclwrite.TokensForValue(cty.StringVal(tail)).Bytes()) + "}")
		}
	}
	b.WriteByte('"')
	return b.String(), true
}

// quotedBody is the escaped text of a string literal, without its quotes.
func quotedBody(s string) string {
	quoted := string(hclwrite.TokensForValue(cty.StringVal(s)).Bytes())
	return quoted[1 : len(quoted)-1]
}

// templateWrap is "${x}", which is x whatever its type.
func (r *rewriter) templateWrap(e *hclsyntax.TemplateWrapExpr, w want, f *frame) []edit.Edit {
	if text, ok := r.fold(e, w, f); ok {
		return replaceExpr(e, text)
	}
	return replaceExpr(e, r.text(e.Wrapped, w, f))
}

// unchanged tells whether nothing in a template has an edit, so that its text, escapes and all, stays as it was written.
func (r *rewriter) unchanged(e *hclsyntax.TemplateExpr, f *frame) bool {
	defer r.mark()()
	for _, part := range e.Parts {
		if _, isLiteral := part.(*hclsyntax.LiteralValueExpr); isLiteral {
			continue
		}
		if _, known := r.known(part, f); known || len(r.expr(part, wantString, f)) > 0 {
			return false
		}
	}
	return true
}

// hasDirective tells a %{ if } or %{ for } from an interpolation: both parse to conditionals and loops.
func (r *rewriter) hasDirective(e *hclsyntax.TemplateExpr) bool {
	for _, part := range e.Parts {
		switch p := part.(type) {
		case *hclsyntax.TemplateJoinExpr:
			return true
		case *hclsyntax.ConditionalExpr:
			if strings.HasPrefix(r.source(p.Range()), "%{") {
				return true
			}
		}
	}
	return false
}

// insideTemplate edits the expressions within interpolations and directives, whose literal text stays byte for byte.
func (r *rewriter) insideTemplate(part hclsyntax.Expression, f *frame) []edit.Edit {
	switch p := part.(type) {
	case *hclsyntax.LiteralValueExpr:
		return nil
	case *hclsyntax.TemplateExpr:
		var edits []edit.Edit
		for _, inner := range p.Parts {
			edits = append(edits, r.insideTemplate(inner, f)...)
		}
		return edits
	case *hclsyntax.TemplateJoinExpr:
		loop, ok := p.Tuple.(*hclsyntax.ForExpr)
		if !ok {
			return nil
		}
		inner := r.forFrame(loop, f, cty.DynamicVal, cty.DynamicVal, &binding{}, &binding{})
		return append(r.expr(loop.CollExpr, wantExact, f), r.insideTemplate(loop.ValExpr, inner)...)
	case *hclsyntax.ConditionalExpr:
		if strings.HasPrefix(r.source(p.Range()), "%{") {
			edits := r.expr(p.Condition, wantBool, f)
			edits = append(edits, r.insideTemplate(p.TrueResult, f)...)
			return append(edits, r.insideTemplate(p.FalseResult, f)...)
		}
	}
	return r.interpolation(part, f)
}

// interpolation writes a known value in place of a heredoc's ${...} where it is plain text there; else it edits what is between the braces.
func (r *rewriter) interpolation(part hclsyntax.Expression, f *frame) []edit.Edit {
	if v, ok := r.known(part, f); ok && !v.IsNull() {
		if s, err := convert.Convert(v, cty.String); err == nil && isPlain(s.AsString()) {
			start := strings.LastIndex(string(r.src[:part.Range().Start.Byte]), "${")
			end := part.Range().End.Byte + strings.IndexByte(string(r.src[part.Range().End.Byte:]), '}') + 1
			open, close := string(r.src[start:part.Range().Start.Byte]), string(r.src[part.Range().End.Byte:end])
			if strings.TrimSpace(open) == "${" && strings.TrimSpace(close) == "}" && (start == 0 || !strings.ContainsRune("$%", rune(r.src[start-1]))) {
				return []edit.Edit{{Start: start, End: end, Text: s.AsString()}}
			}
		}
	}
	return r.expr(part, wantString, f)
}

// isPlain tells whether a string means itself inside a heredoc, wherever it stands.
func isPlain(s string) bool {
	return s != "" && s == strings.TrimSpace(s) && !strings.ContainsAny(s, "\r\n$%{}\"\\")
}
