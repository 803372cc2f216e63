package lab_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// inquiry is one request and what came of it.
type inquiry struct {
	name string
	answer
	app bool // one of the apps has answered
}

// appPages are pages of the apps, to those who are logged in and to others.
var appPages = []struct{ method, path string }{
	{"GET", "/session/"}, {"GET", "/session/login"}, {"GET", "/session/profile"}, {"GET", "/session/desk"}, {"GET", "/session/style.css"}, {"HEAD", "/session/profile"},
	{"GET", "/session/nope"}, {"PUT", "/session/profile"}, {"POST", "/session/login"},
	{"GET", "/token/"}, {"GET", "/token/profile"}, {"GET", "/token/desk"}, {"GET", "/token/app.js"}, {"GET", "/token/style.css"}, {"GET", "/token/nope"}, {"PUT", "/token/profile"}, {"POST", "/token/login"},
	{"GET", "/sealed/"}, {"GET", "/sealed/login"}, {"GET", "/sealed/profile"}, {"GET", "/sealed/desk"}, {"GET", "/sealed/style.css"}, {"GET", "/sealed/nope"}, {"PUT", "/sealed/profile"}, {"POST", "/sealed/login"},
	{"POST", "/session/logout"}, {"GET", "/session/profile"}, {"POST", "/token/logout"}, {"POST", "/sealed/logout"}, {"GET", "/sealed/profile"},
}

// everything asks a lab for all that it has: every page of its own, the files that its
// pages are made of, what it says to other sites and to untidy addresses, a class, and
// the apps.
func everything(t *testing.T, w *world, with http.Header) (list []inquiry) {
	t.Helper()
	c := w.present(t)
	c.logIn(t, librarian)
	c.logInSealed(t, librarian)
	c.await(t, 3)
	ask := func(method, path string, app bool) {
		list = append(list, inquiry{method + " " + path, c.send(t, method, path, with, ""), app})
	}
	for _, p := range appPages {
		ask(p.method, c.path(p.path), true)
	}
	for _, path := range []string{"", "/drive", "/projector", "/clicker", "/handout", "/export.har"} {
		ask("GET", c.room+path, false)
	}
	for _, path := range []string{"//learn", "//nowhere", "/learn/../compare", c.path("/session"), c.path("/session//profile"), c.path("/token/../session/")} {
		ask("GET", path, false)
	}
	for _, path := range assetsOf(t, c.visitor) {
		ask("GET", path, false)
		ask("GET", path+"x", false)
	}
	for _, p := range sitePages(c.visitor) {
		ask(p.method, p.path, false)
	}
	for _, r := range c.routes(t) {
		if r.method == http.MethodGet && !strings.HasSuffix(r.path, "/events") {
			ask("GET", r.path, false)
		}
	}
	for _, path := range c.changes(t) {
		list = append(list, inquiry{"POST " + path + " from another site", c.send(t, "POST", path, http.Header{"Origin": {"https://evil.test"}}, ""), false})
	}
	return append(list, atTheDoor(t, w)...)
}

// assetsOf are the static files that the front page is made of, and the icon.
func assetsOf(t *testing.T, v *visitor) (paths []string) {
	t.Helper()
	for _, a := range regexp.MustCompile(`"(/static/[^"]+)"`).FindAllStringSubmatch(v.get(t, "/").body, -1) {
		paths = append(paths, a[1])
	}
	if len(paths) < 3 {
		t.Fatalf("the front page is made of %q", paths)
	}
	return append(paths, v.w.lab.AssetsPath()+"/icon.svg")
}

// atTheDoor asks by hand for what no page of the lab answers: for another host, for the
// server as a whole, and over http at a port that speaks TLS.
func atTheDoor(t *testing.T, w *world) (list []inquiry) {
	t.Helper()
	for _, request := range []string{
		lines("GET /learn HTTP/1.1", "Host: evil.test"), lines("GET /bench/none HTTP/1.0", "Host: a"), lines("OPTIONS * HTTP/1.1", "Host: lab.test"),
		lines("GET * HTTP/1.1", "Host: lab.test"), lines("GET /learn HTTP/1.1", "Host: lab.test"), lines("POST /bench HTTP/1.1", "Host: evil.test", "Content-Length: 0"),
	} {
		got := []response{w.ask(t, request)}
		if w.scheme == "https" {
			c := w.dialTLS(t, trustAny)
			c.send(request)
			method, _, _ := strings.Cut(request, " ")
			got = append(got, c.answer(t, method))
			c.Close()
		}
		for i, r := range got {
			name := "by hand, "
			if i == 0 && w.scheme == "https" {
				name += "over http to TLS, "
			}
			list = append(list, inquiry{name + strings.ReplaceAll(request, "\r\n", "; "), answer{r.status, r.header, r.body}, false})
		}
	}
	return list
}

// both asks everything of both labs.
func (l asvsLabs) both(t *testing.T, with http.Header) []inquiry {
	t.Helper()
	return append(everything(t, l.plain, with), everything(t, l.tls, with)...)
}

// isPage reports whether an answer is shown as a page.
func (a inquiry) isPage() bool {
	kind := a.header.Get("Content-Type")
	return (strings.HasPrefix(kind, "text/html") || strings.HasPrefix(kind, "image/svg")) && a.header.Get("Location") == ""
}

// directive is one part of an answer's Content-Security-Policy. Where one for a kind
// of resource is not there, default-src stands for it.
func (a inquiry) directive(name string) string {
	found := map[string]string{}
	for part := range strings.SplitSeq(a.header.Get("Content-Security-Policy"), ";") {
		key, value, _ := strings.Cut(strings.TrimSpace(part), " ")
		found[key] = value
	}
	if value, ok := found[name]; ok || !strings.HasSuffix(name, "-src") {
		return value
	}
	return found["default-src"]
}

// unreadable are requests that net/http answers by itself. Each has the word canary in
// what a client chooses.
var unreadable = map[string]int{
	lines("GET /canary HTTP/1.1", "Host: a", "canary"):                              http.StatusBadRequest,
	lines("GET /canary%zz HTTP/1.1", "Host: a"):                                     http.StatusBadRequest,
	lines("GET /canary HTTP/1.1", "X-Canary: canary"):                               http.StatusBadRequest,
	lines("GET /canary HTTP/1.1", "Host: canary", "Host: b"):                        http.StatusBadRequest,
	lines("GET /canary HTTP/1.1", "Host: a", "X: canary\x00"):                       http.StatusBadRequest,
	lines("<script>canary</script>"):                                                http.StatusBadRequest,
	lines("GET / HTTP/1.1", "Host: a", "X: "+strings.Repeat("<b>canary</b>", 4000)): http.StatusRequestHeaderFieldsTooLarge,
	lines("GET /canary HTTP/1.1", "Host: a", "Expect: canary"):                      http.StatusExpectationFailed,
	lines("GET /canary HTTP/1.1", "Host: a", "Transfer-Encoding: canary"):           http.StatusNotImplemented,
	lines("GET /canary HTTP/3.0", "Host: a"):                                        http.StatusHTTPVersionNotSupported,
}

// bareAnswersSayNothing shows what a browser could make of an answer that net/http
// gives by itself: plain text, or nothing, that ends the connection, without a word of
// the request, a cookie, or a way on.
func bareAnswersSayNothing(t *testing.T, w *world) {
	t.Helper()
	for request, status := range unreadable {
		got := w.ask(t, request)
		kind := got.header.Get("Content-Type")
		if got.status != status || kind != "text/plain; charset=utf-8" && len(got.body) > 0 || !strings.Contains(string(got.bytes), "Connection: close\r\n") {
			t.Errorf("%.60q is answered with %.300q", request, got.bytes)
		}
		if strings.Contains(strings.ToLower(string(got.bytes)), "canary") || got.header["Set-Cookie"] != nil || got.header["Location"] != nil {
			t.Errorf("%.60q is answered with what it said: %.300q", request, got.bytes)
		}
	}
}
