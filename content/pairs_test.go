package content

import (
	"strings"
	"testing"
)

// pairText is one thing that both apps do.
const pairText = "## Issue\n\nBoth.\n\n:::stateful\nA.\n\n::code session issue\n:::\n:::stateless\nB.\n\n::code token issue\n:::\n"

// What both apps do is set in three passages, each with its code where it stands.
func TestPairs(t *testing.T) {
	c, err := Load(lesson(map[string]string{"pairs.md": pairText + "\n## End of it\n\n:::stateless\nD.\n:::\n:::stateful\nC.\n:::\n\nAfter.\n"}))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Pairs) != 2 {
		t.Fatalf("there are %d", len(c.Pairs))
	}
	first, second := c.Pairs[0], c.Pairs[1]
	if first.Name != "Issue" || first.Anchor != "issue" || first.Source != "pairs.md:1" || second.Name != "End of it" || second.Anchor != "end-of-it" {
		t.Errorf("%+v, %+v", first, second)
	}
	for name, got := range map[string]string{
		"Both.": passageText(first.Both), "A. [session issue]": passageText(first.Stateful), "B. [token issue]": passageText(first.Stateless),
		"After.": passageText(second.Both), "C.": passageText(second.Stateful), "D.": passageText(second.Stateless),
	} {
		if got != name {
			t.Errorf("%q, want %q", got, name)
		}
	}
	for _, want := range []string{"session issue", "token issue"} {
		found := false
		for _, u := range c.Uses {
			found = found || u.Kind == "code" && u.Name == want && u.File == "pairs.md"
		}
		if !found {
			t.Errorf("the code of %s is not among what the texts use", want)
		}
	}
}

// passageText is a passage without its markup, with the functions that it shows.
func passageText(p Passage) string {
	var words []string
	for _, part := range p {
		if part.Code != nil {
			words = append(words, "["+part.Code.Flow+" "+part.Code.Name+"]")
		}
		text := strings.NewReplacer("<p>", "", "</p>", "").Replace(string(part.HTML))
		words = append(words, strings.Fields(text)...)
	}
	return strings.Join(words, " ")
}

// What is wrong is told with its line.
func TestPairsErrors(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"missing", "", "pairs.md: cannot be opened, and is needed"},
		{"empty", "\n", "pairs.md:1: there is nothing that both apps do"},
		{"text before", "A.\n\n" + pairText, "pairs.md:1: this stands before the first thing that both apps do"},
		{"no block of one flow", "## Issue\n\n:::stateful\nA.\n:::\n", `pairs.md:1: the feature "Issue" has no :::stateless`},
		{"two blocks of one flow", pairText + ":::stateful\nC.\n:::\n", `pairs.md:15: a second :::stateful for "Issue"`},
		{"a prediction", strings.Replace(pairText, "A.\n", "::predict guess\n", 1), `pairs.md:6: unknown directive "::predict"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Load(lesson(map[string]string{"pairs.md": test.text}))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
}
