package content

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func embeddedNames(t testing.TB) []string {
	t.Helper()
	names, err := fs.Glob(Embedded(), "steps/*.md")
	if err != nil || len(names) != LastStep+1 {
		t.Fatalf("embedded steps: %d files, error %v; want %d", len(names), err, LastStep+1)
	}
	return names
}

func embedded(t *testing.T) *Content {
	t.Helper()
	c, err := Load(Embedded())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// words returns the words that a reader sees.
func words(parts ...HTML) []string {
	var all []string
	for _, part := range parts {
		text := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(string(part), "")
		all = append(all, strings.Fields(text)...)
	}
	return all
}

// The plot is the table of steps that the whole site follows.
func TestEmbeddedStepsFollowThePlot(t *testing.T) {
	plot := []struct {
		title string
		sends bool
	}{
		{"Stranger", true},
		{"Log in", true},
		{"What the server kept", false},
		{"What came back", false},
		{"What the browser keeps", false},
		{"Ask again", true},
		{"How the server decided", false},
		{"Change the role", true},
		{"Log out", true},
		{"Replay the old credential", true},
		{"Let it expire", true},
	}
	steps := embedded(t).Steps
	if len(steps) != len(plot) {
		t.Fatalf("%d steps, want %d", len(steps), len(plot))
	}
	for n, want := range plot {
		if s := steps[n]; s.Title != want.title || s.Sends != want.sends {
			t.Errorf("step %d is %q, sends %v; want %q, %v", n, s.Title, s.Sends, want.title, want.sends)
		}
	}
}

func TestEmbeddedStepsAreShortAndWhole(t *testing.T) {
	c := embedded(t)
	for _, s := range c.Steps {
		if n := len(words(s.Both, s.Stateful, s.Stateless, s.Difference)); n < 60 || n > 200 {
			t.Errorf("%s: %d words, want 60 to 200", s.Source, n)
		}
		for name, part := range map[string]HTML{"both": s.Both, "stateful": s.Stateful, "stateless": s.Stateless} {
			if part == "" {
				t.Errorf("%s: no text for %s", s.Source, name)
			}
		}
		if n := len(words(HTML(s.Action))); s.Sends && n > 6 {
			t.Errorf("%s: the action has %d words, too many for a button", s.Source, n)
		}
		if n := len(words(HTML(s.Look))); n > 35 {
			t.Errorf("%s: look has %d words, want at most 35", s.Source, n)
		}
		if n := strings.Count(string(s.Both+s.Stateful+s.Stateless), "<a "); n > 2 {
			t.Errorf("%s: %d links, want at most 2", s.Source, n)
		}
	}
	if n := len(words(c.Front)); n < 60 || n > 200 {
		t.Errorf("front.md: %d words, want 60 to 200", n)
	}
}

// Values come from exchanges. The prose holds none, and no other times than
// those that the lesson itself sets.
func TestEmbeddedTextsInventNothing(t *testing.T) {
	value := regexp.MustCompile(`eyJ|Set-Cookie:|Cookie:|Authorization:|Bearer [A-Za-z0-9]|Max-Age=|Expires=|\b[A-Za-z0-9_-]{25,}\b|\d{1,2}:\d{2}`)
	quantity := regexp.MustCompile(`(?i)\b\d+(\.\d+)?\s*(bytes?|[kmg]i?b|b|bits?|characters?|[nµm]?s|seconds?|minutes?|min|hours?|h|days?)\b`)
	lesson := []string{"15 minutes", "16 minutes", "14 minutes", "1 hour"}
	c := embedded(t)
	for _, s := range append(c.Steps, Step{Source: "front.md", Both: c.Front}) {
		text := strings.Join(append(words(s.Both, s.Stateful, s.Stateless, s.Difference), s.Title, s.Look, s.Action), " ")
		if found := value.FindString(text); found != "" {
			t.Errorf("%s: %q looks like a value of an exchange", s.Source, found)
		}
		for _, found := range quantity.FindAllString(text, -1) {
			if !slices.Contains(lesson, found) {
				t.Errorf("%s: %q is not a quantity of the lesson", s.Source, found)
			}
		}
		if strings.ContainsAny(text, `'"`) {
			t.Errorf("%s: a typewriter quote in %q", s.Source, text)
		}
	}
}

// Sources are the standards, at a section.
func TestEmbeddedLinksAreSections(t *testing.T) {
	section := regexp.MustCompile(`^https://www\.rfc-editor\.org/rfc/rfc\d+\.html#section-[\d.]*\d$`)
	for _, s := range embedded(t).Steps {
		for _, link := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(string(s.Both+s.Stateful+s.Stateless+s.Difference), -1) {
			if !section.MatchString(link[1]) {
				t.Errorf("%s: %s is not a section of an RFC", s.Source, link[1])
			}
		}
	}
}
