package token

import (
	"go/parser"
	"go/token"
	"io/fs"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
)

// The application does not know who serves it, or that anybody watches: it
// imports nothing of this module.
func TestImportsNothingOfOurs(t *testing.T) {
	for _, name := range goFiles(t) {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil || path == "authlab" || strings.HasPrefix(path, "authlab/") {
				t.Errorf("%s imports %s", name, spec.Path.Value)
			}
		}
	}
}

// Source holds every file that somebody wrote, as it is, and nothing generated.
func TestSourceIsWhole(t *testing.T) {
	for _, name := range append(goFiles(t), "shell.templ", "parts.templ", "app.js") {
		embedded, err := Source.ReadFile(name)
		if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go") {
			if err == nil {
				t.Errorf("Source has %s", name)
			}
			continue
		}
		written, readErr := os.ReadFile(name)
		if err != nil || readErr != nil || string(embedded) != string(written) {
			t.Errorf("Source has another %s: %v, %v", name, err, readErr)
		}
	}
}

func goFiles(t *testing.T) []string {
	t.Helper()
	names, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil || len(names) == 0 {
		t.Fatalf("no Go files: %v", err)
	}
	return names
}

// Assets are kept by the browser and asked for again only to hear that they are
// still the same.
func TestAssets(t *testing.T) {
	for _, test := range []struct{ path, mediaType string }{
		{"/style.css", "text/css; charset=utf-8"},
		{"/app.js", "text/javascript; charset=utf-8"},
	} {
		w := newWorld(t)
		first := w.send("GET", test.path, http.Header{}, "")
		if first.Code != http.StatusOK || first.Header().Get("Content-Type") != test.mediaType {
			t.Errorf("%s: %d, %q", test.path, first.Code, first.Header().Get("Content-Type"))
		}
		if test.path == "/style.css" && first.Body.String() != look {
			t.Errorf("%s is %q, want what the configuration says", test.path, first.Body)
		}
		if got := first.Header().Get("Cache-Control"); got != "max-age=3600" {
			t.Errorf("%s: Cache-Control is %q", test.path, got)
		}
		if got := first.Header().Get("Vary"); got != "" {
			t.Errorf("%s: Vary is %q, want none", test.path, got)
		}
		tag := first.Header().Get("ETag")
		again := w.send("GET", test.path, http.Header{"If-None-Match": {tag}}, "")
		if tag == "" || again.Code != http.StatusNotModified {
			t.Errorf("%s: with ETag %q the code is %d, want 304", test.path, tag, again.Code)
		}
	}
}
