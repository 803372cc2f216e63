package lab_test

import (
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"authlab/lab"
)

// sitePages are pages of the lab's own in every state that can be asked for.
func sitePages(v *visitor) []struct{ method, path string } {
	pages := []struct{ method, path string }{
		{"GET", "/"}, {"HEAD", "/"}, {"GET", "/nowhere"}, {"PUT", "/"}, {"GET", "//"}, {"GET", "//learn"}, {"HEAD", "//learn"}, {"GET", "/learn/../compare"}, {"GET", "//nowhere"}, {"POST", "//bench"}, {"GET", "//evil.test/.."},
		{"GET", v.path("/")}, {"GET", v.path("/session")}, {"GET", v.path("//session/profile")}, {"GET", "/healthz"}, {"GET", "/readyz"}, {"GET", "/favicon.ico"}, {"GET", "/static/x/y"}, {"GET", "/bench/none"},
		{"GET", "/bench/none/session/"}, {"GET", "/check"}, {"GET", "/check/none"}, {"POST", "/bench"},
		{"GET", "/j"}, {"GET", "/j/none"}, {"GET", "/j/AAAA-AAAA"}, {"GET", "/room/none"}, {"GET", "/room/AAAA-AAAA"}, {"GET", "/room/AAAAAAAA/drive"}, {"GET", "/room/AAAA-AAAA/events"},
		{"POST", "/room/AAAA-AAAA/vote"}, {"POST", "/room/AAAA-AAAA/drive"}, {"POST", "/room/AAAA-AAAA/invite/x"}, {"GET", v.path("?step=99")}, {"GET", v.path("/exchanges/99")}, {"POST", v.path("/replay")},
	}
	for _, r := range benchRoutes {
		if !strings.Contains(r.path, "/session/") && !strings.Contains(r.path, "/token/") && !strings.Contains(r.path, "/sealed/") && r.path != "/events" && r.path != "/present" { // which sets the right to drive
			pages = append(pages, struct{ method, path string }{r.method, v.path(r.path)})
		}
	}
	return pages
}

// TestTheLabsOwnHeaders asks for every page and finds the security headers, and
// no cookie.
func TestTheLabsOwnHeaders(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	v.logIn(t, reader)
	v.await(t, 2)
	for _, p := range sitePages(v) {
		for _, from := range []http.Header{nil, {"Sec-Fetch-Site": {"cross-site"}}} {
			got := v.send(t, p.method, p.path, from, "")
			if got.header["Set-Cookie"] != nil {
				t.Errorf("%s %s sets a cookie: %q", p.method, p.path, got.header["Set-Cookie"])
			}
			for name, want := range map[string]string{
				"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
				"Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store",
				"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; frame-src 'self'; " +
					"form-action 'self'; base-uri 'none'; frame-ancestors 'self'; require-trusted-types-for 'script'; trusted-types authlab-fragment",
			} {
				if p.path == "/favicon.ico" && name == "Cache-Control" {
					want = "public, max-age=86400"
				}
				if values := got.header[name]; len(values) != 1 || values[0] != want {
					t.Errorf("%s %s (%d): %s is %q, want %q", p.method, p.path, got.status, name, values, want)
				}
			}
			if robots := got.header.Get("X-Robots-Tag"); (robots == "noindex") != (p.path != "/") && !strings.HasPrefix(p.path, "/bench/none/") {
				t.Errorf("%s %s: X-Robots-Tag is %q", p.method, p.path, robots)
			}
			if values := got.header["Permissions-Policy"]; len(values) != 1 || values[0] != lab.Permissions || !strings.Contains(values[0], "camera=(), ") {
				t.Errorf("%s %s: Permissions-Policy is %q", p.method, p.path, values)
			}
		}
	}
}

// TestAppsAnswerAsIfTheyWereAlone sends the same requests to a bench's apps and
// to the same apps on plain net/http: no header more, none less.
func TestAppsAnswerAsIfTheyWereAlone(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	bare := startBare(t, v.id)
	for _, with := range []http.Header{nil, {"Accept-Encoding": {"gzip"}}} {
		v.logIn(t, reader)
		bare.logIn(t, reader)
		for _, r := range []struct{ method, path string }{
			{"GET", "/session/"}, {"GET", "/session/login"}, {"GET", "/session/profile"}, {"GET", "/session/desk"}, {"GET", "/session/style.css"}, {"HEAD", "/session/profile"},
			{"GET", "/session/nope"}, {"PUT", "/session/profile"}, {"POST", "/session/login"}, {"POST", "/session/logout"}, {"GET", "/session/profile"},
			{"GET", "/token/"}, {"GET", "/token/profile"}, {"GET", "/token/app.js"}, {"GET", "/token/nope"}, {"PUT", "/token/profile"}, {"POST", "/token/login"}, {"POST", "/token/logout"},
		} {
			got := v.send(t, r.method, v.path(r.path), with, "")
			want := bare.send(t, r.method, bare.path(r.path), with, "")
			if got.status != want.status || got.body != want.body {
				t.Errorf("%s %s: %d with %d bytes; alone %d with %d", r.method, r.path, got.status, len(got.body), want.status, len(want.body))
			}
			if !reflect.DeepEqual(steady(got.header), steady(want.header)) {
				t.Errorf("%s %s: %v\nalone %v", r.method, r.path, steady(got.header), steady(want.header))
			}
		}
	}
}

// random are the parts of headers that differ from one answer to the next.
var random = regexp.MustCompile(`sid=[A-Za-z0-9_-]+`)

func steady(h http.Header) http.Header {
	h = h.Clone()
	h.Del("Date")
	for i, c := range h["Set-Cookie"] {
		h["Set-Cookie"][i] = random.ReplaceAllString(c, "sid=…")
	}
	return h
}

// TestUntidyAddresses are sent to their tidy form, whether there is a page or none.
func TestUntidyAddresses(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	for path, want := range map[string]string{
		"//learn?x=1": "/learn?x=1", "//nowhere": "/nowhere", "/learn/../compare": "/compare", "//evil.test/..": "/", "/bench//x": "/bench/x",
		v.path("/session"): v.path("/session/"), v.path("/sealed"): v.path("/sealed/"), v.path("//session/profile"): v.path("/session/profile"), v.path("/session/../token/"): v.path("/token/"),
	} {
		if got := v.get(t, path); got.status != http.StatusTemporaryRedirect || got.header.Get("Location") != want {
			t.Errorf("%s is answered with %d to %q, want %q", path, got.status, got.header.Get("Location"), want)
		}
	}
}

// TestTheServerAsAWhole is asked for by OPTIONS only, and at the lab's own hosts only.
func TestTheServerAsAWhole(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	for request, want := range map[string]int{
		lines("OPTIONS * HTTP/1.1", "Host: a"):                            http.StatusNoContent,
		lines("OPTIONS * HTTP/1.1", "Host: a", "Content-Length: 1") + "x": http.StatusNoContent,
		lines("OPTIONS * HTTP/1.1", "Host: evil.test"):                    http.StatusMisdirectedRequest,
		lines("GET * HTTP/1.1", "Host: a"):                                http.StatusNotFound,
		lines("POST * HTTP/1.1", "Host: a", "Content-Length: 0"):          http.StatusNotFound,
	} {
		if got := w.ask(t, request); got.status != want || got.header.Get("X-Content-Type-Options") != "nosniff" || got.header["Location"] != nil {
			t.Errorf("%q is answered with %d and %v, want %d", request, got.status, got.header, want)
		}
	}
}
