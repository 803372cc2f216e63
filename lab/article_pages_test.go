package lab_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"authlab/content"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/site/page"
)

var embeddedTexts = sync.OnceValues(func() (*content.Content, error) { return content.Load(content.Embedded()) })

// texts are the embedded ones. Nobody changes them.
func texts(t testing.TB) *content.Content {
	t.Helper()
	c, err := embeddedTexts()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// chapterPages are the addresses of the article's chapters.
func chapterPages(t testing.TB) (pages []string) {
	t.Helper()
	for _, c := range texts(t).Chapters {
		pages = append(pages, "/learn/"+c.Slug)
	}
	return pages
}

// keptPages are the article's pages: rendered at start, the same for everybody.
func keptPages(t testing.TB) []string {
	t.Helper()
	return append(chapterPages(t), "/learn", "/learn/all", "/compare", "/compare/code", "/glossary")
}

// article is a visitor of the article only: one without a bench.
func (w *world) article(t testing.TB) *visitor {
	t.Helper()
	return &visitor{w: w, client: w.client(t)}
}

// A reader leaves nothing behind, neither at the lab nor in the browser.
func TestReadingMakesNoState(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	v := w.article(t)
	for _, path := range append(keptPages(t), "/search", "/search?q=cookie", "/search?q=%3Cscript%3E", "/learn/nowhere") {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			if got := v.send(t, method, path, nil, ""); got.header["Set-Cookie"] != nil {
				t.Errorf("%s %s sets the cookie %q", method, path, got.header["Set-Cookie"])
			}
		}
	}
	if n := w.lab.Benches().Len(); n != 0 {
		t.Errorf("reading made %d benches", n)
	}
}

// A page that a reader has is not sent again: RFC 9110, sections 8.8.3 and 13.
func TestPagesAreKeptByTheirValidators(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).article(t)
	seen := map[string]string{}
	for _, path := range keptPages(t) {
		for _, view := range page.ViewsOf(journal.Lesson) {
			at := path + "?view=" + view
			got := v.get(t, at)
			tag := got.header.Get("ETag")
			if got.status != http.StatusOK || tag == "" || got.header.Get("Cache-Control") != "public, no-cache" || got.header.Get("X-Robots-Tag") != "" {
				t.Fatalf("GET %s: %d, ETag %q, Cache-Control %q", at, got.status, tag, got.header.Get("Cache-Control"))
			}
			if was, taken := seen[tag]; taken && was != got.body {
				t.Errorf("GET %s: the ETag %s is another text’s", at, tag)
			}
			seen[tag] = got.body
			if head := v.send(t, http.MethodHead, at, nil, ""); head.status != http.StatusOK || head.body != "" || head.header.Get("ETag") != tag || head.header.Get("Content-Length") != got.header.Get("Content-Length") {
				t.Errorf("HEAD %s: %d, %d bytes, ETag %q, length %s", at, head.status, len(head.body), head.header.Get("ETag"), head.header.Get("Content-Length"))
			}
			for given, want := range map[string]int{tag: 304, `"other", ` + tag: 304, "*": 304, `"other"`: 200} {
				again := v.send(t, http.MethodGet, at, http.Header{"If-None-Match": {given}}, "")
				if again.status != want || again.header.Get("ETag") != tag || (want == 304) != (again.body == "") {
					t.Errorf("GET %s with If-None-Match %s: %d, %d bytes, want %d", at, given, again.status, len(again.body), want)
				}
			}
		}
	}
}

// A strong validator would promise the same bytes, compressed or not (RFC 9110,
// section 8.8.3.3); what is compressed is asked for by the same validator.
func TestCompressedPagesAreKept(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).article(t)
	for _, path := range keptPages(t) {
		packed := v.send(t, http.MethodGet, path, http.Header{"Accept-Encoding": {"gzip"}}, "")
		plain := v.get(t, path)
		if packed.header.Get("Content-Encoding") != "gzip" || !slices.Contains(packed.header.Values("Vary"), "Accept-Encoding") || unpacked(t, packed.body) != plain.body {
			t.Errorf("%s is compressed as %q, varies by %q", path, packed.header.Get("Content-Encoding"), packed.header.Values("Vary"))
		}
		if tag := packed.header.Get("ETag"); tag == plain.header.Get("ETag") && !strings.HasPrefix(tag, "W/") {
			t.Errorf("%s: the strong ETag %s for two encodings", path, tag)
		}
		again := v.send(t, http.MethodGet, path, http.Header{"Accept-Encoding": {"gzip"}, "If-None-Match": {packed.header.Get("ETag")}}, "")
		if again.status != http.StatusNotModified || again.body != "" {
			t.Errorf("%s: asked again, compressed: %d with %d bytes", path, again.status, len(again.body))
		}
	}
}

// tree parses a page.
func tree(t testing.TB, body string) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// all are the elements that a CSS selector means.
func all(root *html.Node, selector string) []*html.Node {
	return cascadia.QueryAll(root, cascadia.MustCompile(selector))
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// words is an element's text with its white space collapsed.
func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// The view is in the address, works without scripts, and is what the toggle
// says. What there is not is both.
func TestViewOfTheArticle(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).article(t)
	for _, path := range append(chapterPages(t), "/learn/all", "/compare", "/compare/code") {
		for asked, want := range map[string]string{"": "both", "?view=both": "both", "?view=stateful": "stateful", "?view=stateless": "stateless", "?view=neither": "both"} {
			root := tree(t, v.get(t, path+asked).body)
			if main := all(root, "main"); len(main) != 1 || attribute(main[0], "data-view") != want {
				t.Errorf("%s%s: its main element shows another view than %s", path, asked, want)
			}
			var current []string
			for _, a := range all(root, "a[data-view]") {
				if has(a, "aria-current") {
					current = append(current, attribute(a, "data-view"))
				}
				if attribute(a, "href") != path+"?view="+attribute(a, "data-view") {
					t.Errorf("%s%s: the toggle’s %s leads to %s", path, asked, attribute(a, "data-view"), attribute(a, "href"))
				}
			}
			if !slices.Equal(current, []string{want}) {
				t.Errorf("%s%s: the toggle says %q, want %s", path, asked, current, want)
			}
		}
	}
}

// The view is kept from one chapter to the next.
func TestViewIsKeptBetweenChapters(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).article(t)
	root := tree(t, v.get(t, chapterPages(t)[1]+"?view=stateless").body)
	for _, rel := range []string{"prev", "next"} {
		if links := all(root, "a[rel="+rel+"]"); len(links) != 1 || !strings.HasSuffix(attribute(links[0], "href"), "?view=stateless") {
			t.Errorf("the link to the %s chapter loses the view", rel)
		}
	}
}

func TestUnknownChapters(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).article(t)
	for _, path := range []string{"/learn/nowhere", "/learn/", "/learn/01-cookies", "/learn/cookies/", "/learn/COOKIES", "/learn/cookies/more", "/compare/x", "/glossary/x", "/learn/%00", "/learn/..%2fcompare"} {
		got := v.get(t, path)
		if got.status != http.StatusNotFound || len(all(tree(t, got.body), "h1")) != 1 || got.header.Get("X-Robots-Tag") != "noindex" {
			t.Errorf("%s: %d, want a page with 404", path, got.status)
		}
	}
}

// linkedPages are all pages of the site that a reader may come to by links.
func linkedPages(t testing.TB, v *visitor) []string {
	t.Helper()
	return append(keptPages(t), "/", "/search?q=cookie", v.path(""), v.path("?step=1&view=stateful"), v.path("?step=9"), v.path("/exchanges/1"), v.path("/handout"), v.path("/handout?step=1"))
}

// Every link of every page leads to a page, and every fragment to an element of
// it; ids are unique, and what refers to one finds it.
func TestEveryLinkLeadsSomewhere(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	v.logIn(t, librarian)
	v.both(t, "profile")
	v.await(t, 4)
	found := map[string]map[string]bool{} // by address, the ids there
	ids := func(at string) map[string]bool {
		if _, known := found[at]; !known {
			got := v.get(t, at)
			found[at] = map[string]bool{}
			if got.status != http.StatusOK {
				found[at] = nil
			} else if strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
				found[at] = idsOf(t, at, tree(t, got.body))
			}
		}
		return found[at]
	}
	links := 0
	for _, at := range linkedPages(t, v) {
		for _, a := range all(tree(t, v.get(t, at).body), "a[href]") {
			to := target(t, at, attribute(a, "href"))
			if to == nil {
				continue
			}
			links++
			fragment, err := url.PathUnescape(to.EscapedFragment())
			to.Fragment, to.RawFragment = "", ""
			there := ids(to.String())
			switch {
			case there == nil:
				t.Errorf("%s: the link “%s” to %s is dead", at, words(a), attribute(a, "href"))
			case err != nil || fragment != "" && !there[fragment]:
				t.Errorf("%s: the link “%s” to %s finds no such place", at, words(a), attribute(a, "href"))
			}
		}
	}
	if links < 500 {
		t.Errorf("only %d links were found", links)
	}
}

// target is where a link leads, or nil if that is another site.
func target(t testing.TB, at, href string) *url.URL {
	t.Helper()
	base, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	to, err := base.Parse(href)
	if err != nil {
		t.Errorf("%s: the address %q cannot be read: %v", at, href, err)
		return nil
	}
	if to.Host != "" {
		return nil
	}
	return to
}

// idsOf are a page's ids. Each is there once, and those that elements refer to
// are there.
func idsOf(t testing.TB, at string, root *html.Node) map[string]bool {
	t.Helper()
	ids := map[string]bool{}
	for _, n := range all(root, "[id]") {
		if id := attribute(n, "id"); ids[id] || id == "" {
			t.Errorf("%s: the id %q is there twice", at, id)
		} else {
			ids[id] = true
		}
	}
	for _, name := range []string{"aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "for", "popovertarget", "headers", "list", "form"} {
		for _, n := range all(root, "["+name+"]") {
			for id := range strings.FieldsSeq(attribute(n, name)) {
				if !ids[id] {
					t.Errorf("%s: %s of <%s> refers to %q, which is not there", at, name, n.Data, id)
				}
			}
		}
	}
	return ids
}

// Each of the thirty beliefs is met, each step asks first, and all of it is read
// within 25 minutes.
func TestArticleMeetsEveryBeliefInTime(t *testing.T) {
	t.Parallel()
	c := texts(t)
	met, asked := map[int]bool{}, map[int]bool{}
	for _, p := range c.Predictions {
		asked[p.Step] = true
		for _, n := range p.Misconceptions {
			met[n] = true
		}
	}
	minutes := 0
	for _, chapter := range c.Chapters {
		minutes += chapter.Minutes()
		for _, n := range chapter.Misconceptions {
			met[n] = true
		}
	}
	for n := 1; n <= content.LastMisconception; n++ {
		if !met[n] {
			t.Errorf("nothing meets belief %d", n)
		}
	}
	for step := range plot.Count {
		if !asked[step] {
			t.Errorf("nothing asks before step %d", step)
		}
	}
	got := startLab(t, lifted).article(t).get(t, "/learn").body
	if minutes > 25 || !strings.Contains(words(tree(t, got)), itoa(minutes)+" min") {
		t.Errorf("the chapters take %d minutes, and the contents must say so", minutes)
	}
}

// Each section of the article that the lab teaches is found in a chapter: what
// it speaks of stands there.
func TestArticleCoversItsSource(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).article(t)
	text := map[string]string{}
	for _, path := range append(chapterPages(t), "/compare") {
		text[path] = strings.ToLower(words(all(tree(t, v.get(t, path).body), "main")[0]))
	}
	for _, section := range []struct{ name, at, speaksOf string }{
		{"Why authentication is needed", "/learn/why-a-login-must-be-carried", "who|logged in|may|every request|by itself|proof"},
		{"What are cookies?", "/learn/cookies", "set-cookie|cookie|browser|not authentication|session id|token|language|advertiser"},
		{"What are sessions?", "/learn/sessions", "log|record|store|session id|set-cookie|every request|looks"},
		{"Session authentication flow", "/learn/sessions", "sequence diagram|the browser sends|the server answers|writes"},
		{"Example of session-based authentication", "/learn/sessions", "the code that runs"},
		{"What are JWT tokens?", "/learn/json-web-tokens", "json web token|header|payload|signature|signed|encrypted|claims"},
		{"JWT authentication flow", "/learn/json-web-tokens", "sequence diagram|signs with|verifies with"},
		{"Example JWT authentication", "/learn/json-web-tokens", "the code that runs|access_token|bearer"},
		{"Stateful vs stateless authentication", "/learn/stateful-and-stateless", "stateful|stateless|remember|store|server|scale"},
		{"Sessions vs JWT authentication", "/learn/the-comparison", "storage|scal|size|memory|logout|revo|browser|mobile"},
		{"the table", "/compare", "storage|type|scal|size|memory|logout|revocation|browser|mobile|best"},
		{"How cookies work with sessions", "/learn/where-to-keep-it", "session id|cookie|httponly|record"},
		{"How cookies work with JWT", "/learn/where-to-keep-it", "jwt|cookie|localstorage|sessionstorage|memory"},
		{"Session-based authentication", "/learn/when-to-use-what", "pages|admin|control|log out|banking|dashboards|content management|browser"},
		{"JWT authentication", "/learn/when-to-use-what", "api|mobile|microservice|distributed|frontend|react|third"},
		{"Conclusion", "/learn/when-to-use-what", "conclusion|cookie|session|token|stateful|stateless|neither"},
	} {
		for word := range strings.SplitSeq(section.speaksOf, "|") {
			if !strings.Contains(text[section.at], word) {
				t.Errorf("“%s” is in %s, which does not speak of %q", section.name, section.at, word)
			}
		}
	}
}

// maxPage is what a page of the article may weigh, compressed, with everything
// that a browser fetches for it, all fonts included.
const maxPage = 200 << 10

// maxWhole is what the whole article on one page may weigh.
const maxWhole = 220 << 10

var fontURL = regexp.MustCompile(`url\(['"]?([^'")]*\.woff2)['"]?\)`)

func TestWeightOfTheArticle(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).article(t)
	for _, at := range append(keptPages(t), "/search?q=cookie") {
		weight, fetched := v.load(t, at, map[string]bool{})
		fonts := map[string]bool{}
		for _, n := range all(tree(t, v.get(t, at).body), "link[rel=stylesheet]") {
			sheet := attribute(n, "href")
			for _, found := range fontURL.FindAllStringSubmatch(v.get(t, sheet).body, -1) {
				fonts[resolved(t, sheet, found[1])] = true
			}
		}
		for font := range fonts {
			weight, fetched = weight+len(v.get(t, font).body), fetched+1 // packed in itself
		}
		if len(fonts) < 4 {
			t.Errorf("%s: %d fonts are named, want the four that there are", at, len(fonts))
		}
		t.Logf("%s weighs %d bytes in %d files, fonts included", at, weight, fetched)
		most := maxPage
		if at == "/learn/all" {
			most = maxWhole
		}
		if weight > most {
			t.Errorf("%s weighs %d bytes, more than %d", at, weight, most)
		}
	}
}

// What a reader looks for is text, whatever it is.
func TestSearchShowsQueriesAsText(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).article(t)
	plain := all(tree(t, v.get(t, "/search?q=zzzz").body), "[id]")
	for _, query := range []string{`"><script>alert(1)</script>`, `<img src=x onerror=y>`, "\x00\xff", strings.Repeat("a", 3000), `' or 1=1`, "]]>", "{{.}}"} {
		got := v.get(t, "/search?q="+url.QueryEscape(query))
		root := tree(t, got.body)
		if got.status != http.StatusOK || len(all(root, "img")) > 0 || len(all(root, "[id]")) != len(plain) {
			t.Errorf("/search for %.40q: %d", query, got.status)
		}
		if field := all(root, "input[name=q]"); len(field) != 1 || strings.Contains(got.body, "<script>alert") {
			t.Errorf("/search for %.40q breaks the page", query)
		}
	}
	hits := all(tree(t, v.get(t, "/search?q=httponly").body), "mark")
	if len(hits) == 0 || !strings.EqualFold(words(hits[0]), "httponly") {
		t.Errorf("/search for httponly marks %d words", len(hits))
	}
}
