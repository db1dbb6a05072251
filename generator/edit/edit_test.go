package edit_test

import (
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"plinth/generator/edit"
)

func TestApplyKeepsWhatIsNotEdited(t *testing.T) {
	src := []byte("0123456789")
	for _, c := range []struct {
		name  string
		edits []edit.Edit
		want  string
	}{
		{"none", nil, "123456789"},
		{"one", []edit.Edit{{2, 4, "x"}}, "1x456789"},
		{"unsorted", []edit.Edit{{6, 7, "b"}, {2, 3, "a"}}, "1a345b789"},
		{"insertion", []edit.Edit{{5, 5, "-"}}, "1234-56789"},
		{"outer wins over inner", []edit.Edit{{3, 4, "inner"}, {2, 6, "outer"}}, "1outer6789"},
		{"outside is ignored", []edit.Edit{{0, 1, "no"}, {9, 12, "no"}}, "123456789"},
	} {
		if got := edit.Apply(src, 1, len(src), c.edits); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestRemoveTakesComments(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"its own line", "a = 1\nx = 2\nb = 3\n", "a = 1\nb = 3\n"},
		{"comments above", "a = 1\n# why\n// and how\nx = 2\nb = 3\n", "a = 1\nb = 3\n"},
		{"comment behind", "a = 1\nx = 2 # why\nb = 3\n", "a = 1\nb = 3\n"},
		{"a comment behind a blank line stays", "# of all\n\nx = 2\nb = 3\n", "# of all\n\nb = 3\n"},
		{"the comment of the next item stays", "x = 2\n# of b\nb = 3\n", "# of b\nb = 3\n"},
		{"last line without newline", "a = 1\nx = 2", "a = 1\n"},
		{"heredoc", "x = <<EOT\nhello\nEOT\nb = 3\n", "b = 3\n"},
	} {
		f, diags := hclsyntax.ParseConfig([]byte(c.in), "in.tf", hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		attr := f.Body.(*hclsyntax.Body).Attributes["x"]
		got := edit.Apply([]byte(c.in), 0, len(c.in), []edit.Edit{edit.Remove([]byte(c.in), attr.SrcRange)})
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
