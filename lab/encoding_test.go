package lab_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// TestEveryRouteHonoursAcceptEncoding asks each route of the table that answers
// GET, with every way to want gzip and to refuse it: who refuses it gets none, and
// whoever may get it is told that the answer depends on that.
func TestEveryRouteHonoursAcceptEncoding(t *testing.T) {
	t.Parallel()
	c := startLab(t, lifted).present(t)
	c.logIn(t, reader)
	c.await(t, 2)
	packed := map[string]bool{}
	for _, path := range c.readable(t) {
		for _, header := range []struct {
			lines []string
			takes bool
		}{
			{nil, false},
			{[]string{"gzip"}, true},
			{[]string{"br, GZIP;q=0.5"}, true},
			{[]string{"br", "gzip"}, true},
			{[]string{"*"}, true},
			{[]string{"gzip;q=0"}, false},
			{[]string{"gzip;q=0.000, deflate"}, false},
			{[]string{"br", "gzip; q=0"}, false},
			{[]string{"*;q=0"}, false},
			{[]string{"identity;q=0"}, false},
			{[]string{"gzip;q=0, *"}, false},
			{[]string{"identity, gzip;q=0.1"}, false},
		} {
			got := c.get1(t, path, header.lines)
			is := got.header.Get("Content-Encoding")
			if is != "" && (is != "gzip" || !header.takes) {
				t.Errorf("%s with %q: Content-Encoding is %q", path, header.lines, is)
			}
			if is == "gzip" {
				packed[path] = true
			}
			if plain(t, got) == "" && got.status == http.StatusOK {
				t.Errorf("%s with %q: nothing in it", path, header.lines)
			}
			if packed[path] && !strings.Contains(strings.Join(got.header["Vary"], ","), "Accept-Encoding") {
				t.Errorf("%s with %q: Vary is %q", path, header.lines, got.header["Vary"])
			}
		}
	}
	for _, path := range []string{"/", "/learn", "/glossary", "/inspect/token", c.path(""), c.path("/journal.json"), c.path("/handout"), c.room, c.room + "/drive", c.room + "/projector", c.w.lab.AssetsPath() + "/site.css"} {
		if !packed[path] {
			t.Errorf("%s is never compressed", path)
		}
	}
	if len(packed) < 15 {
		t.Errorf("only %d answers are compressed at all", len(packed))
	}
}

// get1 asks for a page with these lines of Accept-Encoding.
func (c *classroom) get1(t testing.TB, path string, lines []string) answer {
	t.Helper()
	h := http.Header{}
	if lines != nil {
		h["Accept-Encoding"] = lines
	}
	return c.send(t, "GET", path, h, "")
}

// readable are the paths of the table that answer GET and end, with the class's
// code and the bench's id in them.
func (c *classroom) readable(t testing.TB) (paths []string) {
	t.Helper()
	for _, r := range c.routes(t) {
		if r.method != http.MethodGet || strings.HasSuffix(r.path, "/events") {
			continue
		}
		switch {
		case strings.HasPrefix(r.path, "/static/"):
			paths = append(paths, r.path+"site.css", r.path+"js/bench.js", r.path+"fonts/sans.woff2", r.path+"icon.svg", r.path+"none")
		case strings.HasPrefix(r.path, "/room/1"):
			paths = append(paths, strings.Replace(r.path, "/room/1", c.room, 1))
		default:
			paths = append(paths, r.path)
		}
	}
	return slices.Compact(paths)
}
