package lab_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// maxFirstLoad is what a page may weigh at first, compressed, without fonts. A bench
// in the midst of the lesson is the heaviest: its scripts read all storage of the
// origin, and tell whose each entry is.
const maxFirstLoad = 65 << 10

// imports are those of a module that are fetched with it; import() is called once its
// module is needed.
var imports = regexp.MustCompile(`(?:from|import)\s*['"]([^'"]+)['"]`)

// TestFirstLoad follows everything that a browser fetches for a page: nothing is
// of another host, and the sum is small.
func TestFirstLoad(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	v.logIn(t, librarian)
	v.both(t, "profile")
	v.await(t, 4)
	for _, page := range []string{"/", v.path(""), v.path("?step=1"), v.path("/exchanges/1"), v.path("/code"), v.path("/handout")} {
		weight, fetched := v.load(t, page, map[string]bool{})
		t.Logf("%s weighs %d bytes in %d files, compressed", path.Base(page), weight, fetched)
		if weight > maxFirstLoad {
			t.Errorf("%s weighs %d bytes, more than %d", page, weight, maxFirstLoad)
		}
		if fetched < 4 {
			t.Errorf("%s fetches %d files; a page, its style, its scripts and its icon are more", page, fetched)
		}
	}
}

// load fetches a file and what it refers to, and returns their compressed
// size. Fonts and the apps' own pages in the frames do not count.
func (v *visitor) load(t *testing.T, at string, seen map[string]bool) (weight, fetched int) {
	t.Helper()
	if seen[at] {
		return 0, 0
	}
	seen[at] = true
	got := v.send(t, "GET", at, http.Header{"Accept-Encoding": {"gzip"}}, "")
	if got.status != http.StatusOK {
		t.Errorf("%s: %d", at, got.status)
	}
	text := got.body
	if got.header.Get("Content-Encoding") == "gzip" {
		text = unpacked(t, got.body)
	} else if len(text) > 2000 {
		t.Errorf("%s of %d bytes is not compressed", at, len(text))
	}
	weight, fetched = len(got.body), 1
	for _, next := range references(t, at, text, got.header.Get("Content-Type")) {
		w, n := v.load(t, next, seen)
		weight, fetched = weight+w, fetched+n
	}
	return weight, fetched
}

func unpacked(t *testing.T, packed string) string {
	t.Helper()
	r, err := gzip.NewReader(strings.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := io.Copy(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// references lists what a browser fetches for a file at once.
func references(t *testing.T, at, text, kind string) (list []string) {
	t.Helper()
	switch {
	case strings.HasPrefix(kind, "text/html"):
		return pageReferences(t, at, text)
	case strings.HasPrefix(kind, "text/javascript"):
		for _, m := range imports.FindAllStringSubmatch(text, -1) {
			list = append(list, resolved(t, at, m[1]))
		}
		if strings.Contains(text, "://") || strings.Contains(text, "eval(") {
			t.Errorf("%s names another host, or evaluates text", at)
		}
	case strings.HasPrefix(kind, "text/css"):
		for _, m := range regexp.MustCompile(`url\(([^)]*)\)`).FindAllStringSubmatch(text, -1) {
			resolved(t, at, strings.Trim(m[1], `'"`)) // fonts, which do not count
		}
	}
	return list
}

func pageReferences(t *testing.T, at, text string) (list []string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			switch {
			case a.Key == "action", a.Key == "formaction", n.Data == "iframe" && a.Key == "src", n.Data == "link" && a.Key == "href" && strings.Contains(a.Val, "/fonts/"):
				resolved(t, at, a.Val)
			case a.Key == "src", n.Data == "link" && a.Key == "href":
				list = append(list, resolved(t, at, a.Val))
			case a.Key == "srcset", a.Key == "ping", a.Key == "background", a.Key == "poster":
				t.Errorf("%s: <%s> has %s=%q, which this test does not follow", at, n.Data, a.Key, a.Val)
			}
		}
	}
	return list
}

// resolved is a reference's path on our own host; it fails for another host.
func resolved(t *testing.T, at, reference string) string {
	t.Helper()
	u, err := url.Parse(reference)
	if err != nil || u.Host != "" || u.Scheme != "" {
		t.Errorf("%s refers to %q, which is not ours (%v)", at, reference, err)
		return at
	}
	return (&url.URL{Path: strings.SplitN(at, "?", 2)[0]}).ResolveReference(u).String()
}

// TestStaticFilesAreKept asks for the files as browsers do.
func TestStaticFilesAreKept(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	root := regexp.MustCompile(`/static/[0-9a-f]{16}`).FindString(v.get(t, "/").body)
	for file, kind := range map[string]string{
		"/site.css": "text/css; charset=utf-8", "/js/bench.js": "text/javascript; charset=utf-8", "/icon.svg": "image/svg+xml", "/fonts/sans.woff2": "font/woff2",
	} {
		got := v.get(t, root+file)
		for name, want := range map[string]string{
			"Content-Type": kind, "Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got.status != http.StatusOK || got.header.Get(name) != want {
				t.Errorf("%s (%d): %s is %q, want %q", file, got.status, name, got.header.Get(name), want)
			}
		}
		if got.header["Set-Cookie"] != nil {
			t.Errorf("%s sets a cookie", file)
		}
	}
}
