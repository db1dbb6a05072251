package plinth_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestReadmeExcerpts holds what README.md shows to what is generated.
func TestReadmeExcerpts(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	excerpts := regexp.MustCompile("(?s)<!-- excerpt: (\\S+) -->\n```[a-z]*\n(.*?)```\n").FindAllStringSubmatch(string(readme), -1)
	if len(excerpts) == 0 {
		t.Fatal("README.md has no excerpt")
	}
	for _, excerpt := range excerpts {
		content, err := os.ReadFile(excerpt[1])
		if err != nil {
			t.Error(err)
			continue
		}
		if !strings.Contains(string(content), excerpt[2]) {
			t.Errorf("README.md quotes %s otherwise than it is", excerpt[1])
		}
	}
}
