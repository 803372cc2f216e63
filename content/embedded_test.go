package content

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"authlab/lab/plot"
)

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

// Each step of the plot has its text, with a title of its own, and words for the
// button where it sends.
func TestEmbeddedStepsFollowThePlot(t *testing.T) {
	steps := embedded(t).Steps
	if len(steps) != plot.Count {
		t.Fatalf("%d steps, want %d", len(steps), plot.Count)
	}
	titles := map[string]bool{}
	for n, s := range steps {
		if sends := plot.At(n).Sends(); s.Number != n || s.Sends != sends || (s.Action != "") != sends {
			t.Errorf("step %d has the number %d, sends %v by %q; want %v", n, s.Number, s.Sends, s.Action, sends)
		}
		if s.Title == "" || titles[s.Title] {
			t.Errorf("step %d has no title of its own: %q", n, s.Title)
		}
		titles[s.Title] = true
	}
}

func TestEmbeddedStepsAreShortAndWhole(t *testing.T) {
	c := embedded(t)
	for _, s := range c.Steps {
		if n := len(words(s.Both, s.Of["session"], s.Of["token"], s.Difference)); n < 60 || n > 200 {
			t.Errorf("%s: %d words, want 60 to 200", s.Source, n)
		}
		for name, part := range map[string]HTML{"both": s.Both, "stateful": s.Of["session"], "stateless": s.Of["token"], "sealed": s.Of["sealed"]} {
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
		if n := strings.Count(string(s.Both+s.Of["session"]+s.Of["token"]), "<a "); n > 2 {
			t.Errorf("%s: %d links, want at most 2", s.Source, n)
		}
	}
	if n := len(words(c.Front)); n < 60 || n > 200 {
		t.Errorf("front.md: %d words, want 60 to 200", n)
	}
}

// Values come from exchanges. The prose holds none, and no other quantities than
// those that the lesson itself sets and those of the standards that it cites.
func TestEmbeddedTextsInventNothing(t *testing.T) {
	value := regexp.MustCompile(`eyJ|Set-Cookie:|Cookie:|Authorization:|Bearer [A-Za-z0-9._~+/-]{12}|Max-Age=|Expires=|\b[A-Za-z0-9_-]{25,}\b|\d{1,2}:\d{2}`)
	quantity := regexp.MustCompile(`(?i)\b\d+(\.\d+)?\s*(bytes?|[kmg]i?b|b|bits?|characters?|[nµm]?s|seconds?|minutes?|min|hours?|h|days?)\b`)
	lesson := []string{"15 minutes", "16 minutes", "14 minutes", "1 hour", "7 days"} // the last is what the lifetime can be set to
	// An HS256 key (RFC 7518, section 3.2), an id's entropy (OWASP), a cookie's
	// size (RFC 6265, section 6.1), the alphabet of base64url (RFC 4648, section 5).
	standards := []string{"256 bits", "128 bits", "4096 bytes", "64 characters"}
	c := embedded(t)
	type text struct{ source, words string }
	var texts []text
	add := func(source string, words []string, more ...string) {
		texts = append(texts, text{source, strings.Join(append(words, more...), " ")})
	}
	add("front.md", words(c.Front))
	for _, s := range c.Steps {
		add(s.Source, words(s.Both, s.Of["session"], s.Of["token"], s.Difference), s.Title, s.Look, s.Action)
	}
	for _, chapter := range c.Chapters {
		add(chapter.Source, words(htmlOf(chapter.Body)), chapter.Title, chapter.Summary)
	}
	for _, p := range c.Predictions {
		add(p.Source, append(words(htmlOf(p.Explanation)), p.Options...), p.Question)
	}
	for _, n := range c.Notes {
		add(n.Source, words(htmlOf(n.Body)))
	}
	for _, term := range c.Glossary {
		add(term.Source, words(htmlOf(term.Body)), term.Name)
	}
	for _, f := range c.Compare {
		add(f.Source, words(htmlOf(f.Stateful, f.Stateless, f.Always, f.Depends)), f.Name)
	}
	for _, s := range texts {
		if found := value.FindString(s.words); found != "" {
			t.Errorf("%s: %q looks like a value of an exchange", s.source, found)
		}
		for _, found := range quantity.FindAllString(s.words, -1) {
			if !slices.Contains(lesson, found) && !slices.Contains(standards, found) {
				t.Errorf("%s: %q is a quantity neither of the lesson nor of a standard", s.source, found)
			}
		}
		if strings.ContainsAny(s.words, `'"`) {
			t.Errorf("%s: a typewriter quote in %q", s.source, s.words)
		}
	}
}

// Sources are the standards, at a section.
func TestEmbeddedLinksAreSections(t *testing.T) {
	section := regexp.MustCompile(`^https://www\.rfc-editor\.org/rfc/rfc\d+\.html#section-[\d.]*\d$`)
	for _, s := range embedded(t).Steps {
		for _, link := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(string(s.Both+s.Of["session"]+s.Of["token"]+s.Of["sealed"]+s.Difference), -1) {
			if !section.MatchString(link[1]) && !strings.HasPrefix(link[1], "/glossary#") {
				t.Errorf("%s: %s is neither a section of an RFC nor a term", s.Source, link[1])
			}
		}
	}
}

// An instructor serves a copy of the folder, changed.
func TestLoadOfACopyOnDisk(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, Embedded()); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "chapters", "02-cookies.md"), []byte("---\nchapter: 2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Load(os.DirFS(dir))
	if err == nil || !strings.HasPrefix(err.Error(), "chapters/02-cookies.md:1: the front matter does not end") || strings.Contains(err.Error(), "\n") {
		t.Errorf("Load = %v, want one error that names the file", err)
	}
}

// htmlOf returns the HTML of passages, with a word for each live value.
func htmlOf(passages ...Passage) HTML {
	var out strings.Builder
	for _, passage := range passages {
		for _, part := range passage {
			switch {
			case part.Live != "":
				out.WriteString("live")
			case part.Link != nil:
				out.WriteString(string(part.Link.Text))
			case part.Report != nil:
				out.WriteString(string(htmlOf(part.Report)))
			case part.Whose != nil:
				out.WriteString(part.Whose.Yours)
			default:
				out.WriteString(string(part.HTML))
			}
		}
	}
	return HTML(out.String())
}

// sentences counts those of a text: its words that end one.
func sentences(passage Passage) (n int) {
	for _, word := range words(htmlOf(passage)) {
		if endsSentence(strings.TrimRight(word, "”’)")) {
			n++
		}
	}
	return n
}

// A reader gets through the article in 25 minutes.
func TestEmbeddedChaptersAreReadInTime(t *testing.T) {
	minutes := 0
	covered := map[int]bool{}
	for _, c := range embedded(t).Chapters {
		minutes += c.Minutes()
		for _, step := range c.Steps {
			covered[step] = true
		}
		if n := strings.Count(c.Summary, "."); n != 1 || !strings.HasSuffix(c.Summary, ".") {
			t.Errorf("%s: the summary is not one sentence: %s", c.Source, c.Summary)
		}
	}
	if minutes > 25 {
		t.Errorf("the chapters take %d minutes to read, want at most 25", minutes)
	}
	for step := range plot.Count {
		if !covered[step] {
			t.Errorf("no chapter belongs to step %d", step)
		}
	}
}

func TestEmbeddedPassagesAreShort(t *testing.T) {
	c := embedded(t)
	within := func(source, what string, n, least, most int) {
		if n < least || n > most {
			t.Errorf("%s: %d %s, want %d to %d", source, n, what, least, most)
		}
	}
	for _, p := range c.Predictions {
		within(p.Source, "words", len(words(htmlOf(p.Explanation))), 40, 110)
	}
	for _, n := range c.Notes {
		within(n.Source, "words", len(words(htmlOf(n.Body))), 60, 140)
	}
	for _, term := range c.Glossary {
		within(term.Source, "sentences", sentences(term.Body), 1, 3)
	}
	for _, f := range c.Compare {
		for _, part := range []Passage{f.Stateful, f.Stateless, f.Always, f.Depends} {
			within(f.Source, "sentences", sentences(part), 1, 3)
		}
		for _, proof := range f.Proofs {
			within(f.Source, "sentences of a proof", sentences(proof.Body), 1, 2)
		}
	}
	if len(c.Notes) != plot.Count {
		t.Errorf("%d notes, want one for each of the %d steps", len(c.Notes), plot.Count)
	}
}

func TestEmbeddedPassagesAreWellFormed(t *testing.T) {
	c := embedded(t)
	all := []Passage{c.Reading}
	for _, chapter := range c.Chapters {
		all = append(all, chapter.Body, chapter.OnePage)
	}
	for _, p := range c.Predictions {
		all = append(all, p.Explanation)
	}
	for _, n := range c.Notes {
		all = append(all, n.Body)
	}
	for _, term := range c.Glossary {
		all = append(all, term.Body)
	}
	for _, f := range c.Compare {
		all = append(all, f.Stateful, f.Stateless, f.Always, f.Depends)
		for _, proof := range f.Proofs {
			all = append(all, proof.Body)
		}
	}
	for _, p := range all {
		checkPassage(t, p)
	}
}

func TestEmbeddedQuestionsAreQuestions(t *testing.T) {
	for _, p := range embedded(t).Predictions {
		if !strings.HasSuffix(p.Question, "?") {
			t.Errorf("%s: no question: %s", p.Source, p.Question)
		}
	}
}
