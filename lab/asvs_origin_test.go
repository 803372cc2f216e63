package lab_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"authlab/lab/journal"
)

// otherSitesReadNothing asks as another site's scripts do, and for leave to.
func otherSitesReadNothing(t *testing.T, labs asvsLabs) {
	from := http.Header{"Origin": {"https://evil.test"}, "Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"cors"}}
	list := labs.both(t, from)
	v := labs.plain.visit(t)
	from.Set("Access-Control-Request-Method", "POST")
	from.Set("Access-Control-Request-Headers", "content-type, authorization")
	var paths []string
	for _, r := range v.routes(t) {
		paths = append(paths, r.path)
	}
	for _, p := range appPages {
		paths = append(paths, v.path(p.path))
	}
	for _, path := range paths {
		list = append(list, inquiry{"OPTIONS " + path, v.send(t, "OPTIONS", path, from, ""), false})
	}
	for _, a := range list {
		for name := range a.header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s answers with %s: %q", a.name, name, a.header[name])
			}
		}
	}
}

// otherSitesChangeNothing posts as forms of other sites do, with the cookies of who is
// logged in.
func otherSitesChangeNothing(t *testing.T, labs asvsLabs) {
	v := labs.plain.visit(t)
	v.turn(t, "token.keep", "cookie", "token.refresh", "rotate")
	id := cookieValue(t, v.post(t, v.path("/session/login"), "email", librarian.Email, "password", librarian.Password), "sid")
	v.send(t, "POST", v.path("/token/login"), http.Header{"Content-Type": {"application/json"}}, loginJSON(librarian))
	apps := []string{"/session/login", "/session/logout", "/token/login", "/token/logout", "/token/refresh", "/token/refresh/logout"}
	before := v.bench(t).Settings()
	for _, from := range []http.Header{
		{"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.test"}}, {"Sec-Fetch-Site": {"same-site"}, "Origin": {"http://127.0.0.1:1"}},
		{"Sec-Fetch-Site": {"cross-site"}}, {"Sec-Fetch-Site": {"same-site"}}, {"Origin": {"https://evil.test"}}, {"Origin": {"null"}},
	} {
		from.Set("Content-Type", "application/x-www-form-urlencoded")
		paths := v.changes(t)
		for _, page := range apps {
			paths = append(paths, v.path(page))
		}
		for _, path := range paths {
			if got := v.send(t, "POST", path, from, "session.http_only=off&by=1h"); got.status != http.StatusForbidden || got.header["Set-Cookie"] != nil {
				t.Errorf("POST %s from %v is answered with %d and %q", path, from, got.status, got.header["Set-Cookie"])
			}
		}
	}
	v.mustKnow(t, "who was logged in before", id)
	if v.bench(t).Settings() != before {
		t.Error("the bench's settings are others")
	}
	if got := v.send(t, "POST", v.path("/token/refresh"), nil, ""); got.status != http.StatusOK {
		t.Errorf("the refresh token, from the app's own page, is answered with %d", got.status)
	}
}

// formsAreNoJSON sends JSON as the types that need no preflight: to the app that
// takes JSON, where no cookie goes along, and to the lab's own, from another site.
func formsAreNoJSON(t *testing.T, labs asvsLabs) {
	v := labs.plain.visit(t)
	v.turn(t, "token.refresh", "rotate")
	for _, kind := range []string{"text/plain", "text/plain; application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""} {
		header := http.Header{"Content-Type": {kind}}
		for _, page := range []string{"/token/login", "/token/refresh"} {
			if got := v.send(t, "POST", v.path(page), header, loginJSON(librarian)); got.status != http.StatusUnsupportedMediaType || strings.Contains(got.body, "access_token") {
				t.Errorf("POST %s of %q is answered with %d", page, kind, got.status)
			}
		}
		header.Set("Origin", "https://evil.test")
		for _, path := range []string{"/api/inspect/cookie", "/api/inspect/token"} {
			if got := v.send(t, "POST", path, header, "{}"); got.status != http.StatusForbidden {
				t.Errorf("POST %s of %q from another site is answered with %d", path, kind, got.status)
			}
		}
	}
	v.logIn(t, librarian)
	for _, page := range []string{"/token/profile", "/token/desk"} {
		if got := v.get(t, v.path(page)); got.status != http.StatusUnauthorized {
			t.Errorf("%s, with all cookies and no Authorization, is answered with %d", page, got.status)
		}
	}
}

// whatHolds is all of a bench and its lab that a request could have changed.
func (v *visitor) whatHolds(t *testing.T) string {
	t.Helper()
	b := v.bench(t)
	session, token := b.State(journal.Session), b.State(journal.Token)
	text, err := json.Marshal([]any{
		b.Settings(), b.Cursor(), b.Ahead(), b.Journal().Actions, session.Accounts, session.Records, token.Accounts, token.Records, token.Keys, v.w.lab.Benches().Len(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// safeMethodsAreSafe asks by GET, HEAD and OPTIONS for all that there is, with what
// changes something.
func safeMethodsAreSafe(t *testing.T, labs asvsLabs) {
	v := labs.plain.visit(t)
	v.sessionLogin(t, "")
	v.await(t, 1)
	shown := map[string]bool{}
	for _, r := range v.routes(t) {
		shown[r.path] = shown[r.path] || r.method == http.MethodGet
	}
	paths := []string{v.path("/session/logout"), v.path("/token/login"), v.path("/token/logout"), v.path("/session/login")}
	for _, r := range v.routes(t) {
		if !strings.HasSuffix(r.path, "/events") { // which stays open
			paths = append(paths, r.path)
		}
	}
	shown[v.path("/session/login")] = true
	before := v.whatHolds(t)
	for _, path := range paths {
		for _, method := range []string{"GET", "HEAD", "OPTIONS"} {
			got := v.send(t, method, path+"?session.http_only=off&by=1h&account=librarian&role=member&exchange=1&step=5&email="+librarian.Email+"&password="+librarian.Password, nil, "")
			if (!shown[path] || method == "OPTIONS") && got.status != http.StatusMethodNotAllowed && got.status != http.StatusNotFound || got.header["Set-Cookie"] != nil {
				t.Errorf("%s %s is answered with %d and %q", method, path, got.status, got.header["Set-Cookie"])
			}
		}
	}
	if after := v.whatHolds(t); after != before {
		t.Errorf("looking has changed the bench from %s\nto %s", before, after)
	}
}

// nobodyListensToMessages: there is no message to check where nobody listens.
func nobodyListensToMessages(t *testing.T, _ asvsLabs) {
	listens := regexp.MustCompile(`postMessage|onmessage|MessageChannel|addEventListener\(\s*['"\x60]message`)
	for name, text := range scripts(t) {
		if found := listens.FindString(text); found != "" {
			t.Errorf("%s has %s", name, found)
		}
	}
}

// astray are requests that name another host in all that a redirect could be made of.
func astray(t *testing.T, v *visitor) (list []inquiry) {
	t.Helper()
	for _, to := range []string{"//evil.test", "https://evil.test/", "/\\evil.test", "%2f%2fevil.test"} {
		form := []string{"next", to, "goto", to, "to", to, "return", to, "url", to, "redirect", to, "step", "0", "view", to, "code", to, "window", to, "email", librarian.Email, "password", librarian.Password}
		for _, path := range append(v.changes(t), v.path("/session/login"), v.path("/session/logout")) {
			list = append(list, inquiry{fmt.Sprintf("POST %s, %s", path, to), v.post(t, path, form...), false})
		}
		query := "?" + url.Values{"next": {to}, "to": {to}, "url": {to}, "from": {to}, "return": {to}, "redirect": {to}, "goto": {to}}.Encode()
		for _, r := range v.routes(t) {
			if r.method == http.MethodGet && !strings.HasSuffix(r.path, "/events") {
				list = append(list, inquiry{"GET " + r.path + query, v.get(t, r.path+query), false})
			}
		}
		for _, path := range []string{to, "/" + to, "/session/login?next=" + to, "/room/" + url.PathEscape(to), "/j?code=" + url.QueryEscape(to), "/J/" + url.PathEscape(to), "/room/aaaa-aaaa/" + url.PathEscape(to), v.path("/session//" + to), v.path("/token/../" + to), v.path(to), to + "/.."} {
			if path[0] == '/' {
				list = append(list, inquiry{"GET " + path, v.get(t, path), false})
			}
		}
	}
	return list
}

// redirectsStayHere follows no redirect to anywhere else, whatever a request says of
// where to go. One alone names a host: from http to https, and it is the lab's own.
func redirectsStayHere(t *testing.T, labs asvsLabs) {
	list := labs.both(t, http.Header{"Referer": {"https://evil.test/"}, "X-Forwarded-Host": {"evil.test"}})
	list = append(list, astray(t, labs.plain.visit(t))...)
	for _, host := range strangeHosts {
		for _, w := range []*world{labs.plain, labs.tls} {
			got := w.ask(t, lines("GET /learn HTTP/1.1", "Host: "+host))
			list = append(list, inquiry{"GET /learn for the host " + host, answer{got.status, got.header, got.body}, false})
		}
	}
	redirects, toTLS := 0, 0
	for _, a := range list {
		to := a.header.Get("Location")
		if to == "" {
			continue
		}
		redirects++
		if strings.HasPrefix(a.name, "by hand, over http to TLS") && (to == "https://lab.test/learn" || to == "https://a/bench/none") {
			toTLS++
			continue
		}
		u, err := url.Parse(to)
		if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.Contains(to, `\`) {
			t.Errorf("%s (%d) leads to %q", a.name, a.status, to)
		}
	}
	if redirects < 10 || toTLS != 2 {
		t.Errorf("there were only %d redirects, %d of them to https", redirects, toTLS)
	}
}
