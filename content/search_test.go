package content

import (
	"strings"
	"testing"
	"unicode/utf8"

	"authlab/lab/plot"
)

func searched(t *testing.T) *Index {
	t.Helper()
	c, err := Load(lesson(map[string]string{
		"chapters/01-first.md": strings.Replace(chapterText(1, "A cookie is small & \x60<i>\x60.\n\n## The cookie jar\n\nIt holds Überraschungen, says `Set-Cookie`.\n\n:::stateful\n### Café\n\nA session.\n:::\n"), "title: Chapter 1", "title: Cookies", 1),
		"glossary.md":          "## Cookie\n\nA value.\n\n## Session id\n\nNames a record.\n",
		"steps/05.md":          strings.Replace(stepText(1, "The browser sends its cookie.\n"), "title: A", "title: Ask again", 1),
		"steps/01.md":          stepText(5, "Nothing.\n"),
	}))
	if err != nil {
		t.Fatal(err)
	}
	return c.Index
}

func TestSearch(t *testing.T) {
	x := searched(t)
	for _, test := range []struct {
		query string
		want  string // where hits lead
	}{
		{"cookie", "/glossary#cookie /learn/first /learn/first#the-cookie-jar /learn/first"}, // a whole title, one that begins so, a heading, a text
		{"COOK", "/learn/first /glossary#cookie /learn/first#the-cookie-jar /learn/first"},
		{"cookie jar", "/learn/first#the-cookie-jar"},
		{"jar  COOKIE, jar", "/learn/first#the-cookie-jar"},
		{"uberr", "/learn/first#the-cookie-jar"},
		{"cafe", "/learn/first#cafe"},
		{"cafe\u0301", "/learn/first#cafe"},
		{"CAFÉ", "/learn/first#cafe"},
		{"set-cookie", "/learn/first#the-cookie-jar"},
		{"ask", "/learn/first"},
		{"id session", "/glossary#session-id"},
		{"okie", ""},
		{"cookie nowhere", ""},
		{"", ""},
		{" ?! ", ""},
		{"cookie" + strings.Repeat(" ", maxQuery) + "nowhere", "/glossary#cookie /learn/first /learn/first#the-cookie-jar /learn/first"},
	} {
		var got []string
		for _, h := range x.Search(test.query, 10) {
			got = append(got, h.Href)
		}
		if g := strings.Join(got, " "); g != test.want {
			t.Errorf("Search(%q) leads to\n\t%s\nwant\n\t%s", test.query, g, test.want)
		}
	}
	for limit, want := range map[int]int{-1: 0, 0: 0, 1: 1, 3: 3, 100: 4} {
		if got := len(x.Search("cookie", limit)); got != want {
			t.Errorf("%d hits of at most %d, want %d", got, limit, want)
		}
	}
}

func TestSearchHits(t *testing.T) {
	x := searched(t)
	for query, want := range map[string]Hit{
		"small":      {"chapter", "Cookies", "", "/learn/first", plot.NoStep, "Short. A cookie is <mark>small</mark> &amp; &lt;i&gt;."},
		"says jar":   {"chapter", "The cookie jar", "Cookies", "/learn/first#the-cookie-jar", plot.NoStep, "It holds Überraschungen, <mark>says</mark> Set-Cookie."},
		"value":      {"term", "Cookie", "", "/glossary#cookie", plot.NoStep, "A <mark>value</mark>."},
		"cook value": {"term", "Cookie", "", "/glossary#cookie", plot.NoStep, "A <mark>value</mark>."},
		"sends":      {"step", "Ask again", "", "/learn/first", 1, "The browser <mark>sends</mark> its cookie. One sentence."},
	} {
		hits := x.Search(query, 10)
		if len(hits) != 1 || hits[0] != want {
			t.Errorf("Search(%q) = %+v, want %+v", query, hits, want)
		}
	}
}

// A snippet of a long text is about what was found.
func TestSnippetIsShort(t *testing.T) {
	far := strings.Repeat("All work and no play. ", 50)
	c, err := Load(lesson(map[string]string{"chapters/01-first.md": chapterText(1, far+"Here is the needle, and more. "+far)}))
	if err != nil {
		t.Fatal(err)
	}
	got := string(c.Index.Search("needle", 1)[0].Snippet)
	if !strings.HasPrefix(got, "… ") || !strings.HasSuffix(got, " …") || !strings.Contains(got, "Here is the <mark>needle</mark>, and more") || len(got) > before+after+40 {
		t.Errorf("snippet %q", got)
	}
}

// FuzzSearch holds that no query makes Search panic, and that what it finds is
// valid and brings no markup but marks.
func FuzzSearch(f *testing.F) {
	for _, query := range []string{"cookie", "<b>", "é", "e\u0301", "\xff", strings.Repeat("é", 150), "ß", "i", "amp", "\u0130"} {
		f.Add(query)
	}
	c, err := Load(Embedded())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, query string) {
		for _, h := range c.Index.Search(query, 5) {
			for tag := range tagsOf(string(h.Snippet)) {
				if tag != "<mark>" && tag != "</mark>" {
					t.Errorf("tag %s in %q", tag, h.Snippet)
				}
			}
			if !utf8.ValidString(string(h.Snippet)) {
				t.Errorf("snippet %q is not UTF-8", h.Snippet)
			}
		}
	})
}
