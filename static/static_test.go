package static_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"authlab/static"
)

func get(t *testing.T, a *static.Assets, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, http.NoBody)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	return w
}

// TestPathNamesTheTree has one hash for all files, the same each time.
func TestPathNamesTheTree(t *testing.T) {
	a, err := static.New()
	if err != nil {
		t.Fatal(err)
	}
	b, err := static.New()
	if err != nil {
		t.Fatal(err)
	}
	if a.Path() != b.Path() || !regexp.MustCompile(`^/static/[0-9a-f]{16}$`).MatchString(a.Path()) {
		t.Errorf("the path is %q, then %q", a.Path(), b.Path())
	}
}

// TestFilesAreServedAsTheyAre compares each file plain and compressed.
func TestFilesAreServedAsTheyAre(t *testing.T) {
	a, err := static.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		file, kind string
		packed     bool
	}{
		{"site.css", "text/css; charset=utf-8", true}, {"js/bench.js", "text/javascript; charset=utf-8", true}, {"js/theme.js", "text/javascript; charset=utf-8", true},
		{"icon.svg", "image/svg+xml", true}, {"fonts/sans.woff2", "font/woff2", false}, {"fonts/LICENSE-SourceSerif4.txt", "text/plain; charset=utf-8", true},
	} {
		plain, packed := get(t, a, a.Path()+"/"+c.file), get(t, a, a.Path()+"/"+c.file, "Accept-Encoding", "br, gzip")
		if plain.Code != 200 || plain.Header().Get("Content-Encoding") != "" || plain.Body.Len() == 0 {
			t.Errorf("%s: %d, %q, %d bytes", c.file, plain.Code, plain.Header().Get("Content-Encoding"), plain.Body.Len())
		}
		for _, got := range []*httptest.ResponseRecorder{plain, packed} {
			if kind := got.Header().Get("Content-Type"); kind != c.kind {
				t.Errorf("%s is %q, want %q", c.file, kind, c.kind)
			}
			if vary := got.Header().Get("Vary"); (vary == "Accept-Encoding") != c.packed {
				t.Errorf("%s: Vary is %q", c.file, vary)
			}
		}
		if is := packed.Header().Get("Content-Encoding") == "gzip"; is != c.packed {
			t.Errorf("%s: compressed %t, want %t", c.file, is, c.packed)
			continue
		}
		body := packed.Body.Bytes()
		if c.packed {
			body = unpack(t, body)
		}
		if !bytes.Equal(body, plain.Body.Bytes()) {
			t.Errorf("%s is another file when compressed", c.file)
		}
	}
}

func unpack(t *testing.T, b []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestWhatIsNoFile is answered with 404, whatever it looks like.
func TestWhatIsNoFile(t *testing.T) {
	a, err := static.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"", "/", "/nope", "/css/base.css", "/js", "/../static.go", "/js/../icon.svg", "/icon.svg/"} {
		if got := get(t, a, a.Path()+path); got.Code != 404 || got.Header().Get("Cache-Control") != "" {
			t.Errorf("%q: %d, Cache-Control %q", path, got.Code, got.Header().Get("Cache-Control"))
		}
	}
	site := get(t, a, a.Path()+"/site.css").Body.String()
	if first := strings.Index(site, "@layer"); first < 0 || strings.Contains(site, "@import") || strings.Contains(site, "http:") || strings.Contains(site, "https:") {
		t.Errorf("site.css names no layers, or something elsewhere (first layer at %d)", first)
	}
}

// ownKey is where a script names what it keeps in the browser; ownEvent is an event of
// the page, which looks alike.
var (
	ownKey   = regexp.MustCompile("['`](authlab[.:][a-z]+)")
	ownEvent = regexp.MustCompile(`Event(Listener)?\(\s*'authlab:[a-z]+'|dispatchEvent\(new CustomEvent\('authlab:[a-z]+'`)
	known    = regexp.MustCompile(`\[/\^(authlab[^/$(]+)`)
)

// TestWhatPagesKeepIsKnown to the list of the bench page, which tells visitors whose the
// entries of their browser's storage are.
func TestWhatPagesKeepIsKnown(t *testing.T) {
	scripts, err := filepath.Glob("js/*.js")
	if err != nil {
		t.Fatal(err)
	}
	kept, listed := map[string]bool{}, map[string]bool{}
	for _, name := range scripts {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range ownKey.FindAllSubmatch(ownEvent.ReplaceAll(text, nil), -1) {
			kept[string(m[1])] = true
		}
		if filepath.Base(name) == "whose.js" {
			for _, m := range known.FindAllSubmatch(text, -1) {
				listed[strings.TrimRight(strings.ReplaceAll(string(m[1]), `\`, ""), ":")] = true
			}
		}
	}
	if len(kept) < 6 || !maps.Equal(kept, listed) {
		t.Errorf("pages keep %v, and the list has %v", kept, listed)
	}
}
