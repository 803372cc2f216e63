package content_test

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"authlab/content"
)

// Each line of highlighted Go is one line, and all of them are the source.
func TestGoLineByLine(t *testing.T) {
	const source = "// one\n// two\nfunc f() error {\n\n\treturn nil // `a` < b\n}"
	var got []string
	for i, line := range content.Go(source) {
		if strings.Contains(string(line), "\n") {
			t.Errorf("line %d has an end in it: %q", i+1, line)
		}
		got = append(got, html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(string(line), "")))
	}
	if strings.Join(got, "\n") != source {
		t.Errorf("got %q, want %q", got, source)
	}
}
