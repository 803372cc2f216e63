package lab_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"authlab/lab/journal"
)

// bareAnswers are those that the lab has no hand in.
const bareAnswers = "what net/http answers by itself has no such header: to a request that it cannot read (400, 431), and to a path with // or .. in it (307)"

var asvsFrontend = []requirement{
	{id: "3.2.1", level: 1, asks: "a browser cannot take an answer for something else than it is", holds: answersAreWhatTheySay},
	{id: "3.2.2", level: 1, asks: "text is put on a page as text", holds: textIsText},
	{id: "3.3.1", level: 1, asks: "cookies are Secure, and their names begin with __Host- or __Secure-", holds: cookiesAreSecure,
		missing: "the names sid, access_token, refresh_token and drive have no prefix, but sid where its knob is turned; over plain http, as on one's own machine and in most classes, no cookie is Secure"},
	{id: "3.3.2", level: 2, asks: "each cookie has the SameSite of its purpose", holds: cookiesAreOfOneSite},
	{id: "3.3.3", level: 2, asks: "names of cookies begin with __Host- unless other hosts share them", holds: cookiesCanBeOfThisHost,
		missing: "__Host- forbids the paths that keep the lab, the apps and the benches of one host apart: sid has it where its knobs are turned, the other cookies never"},
	{id: "3.3.4", level: 2, asks: "what scripts need not read is HttpOnly, and is in Set-Cookie only", holds: secretsAreInCookiesOnly,
		missing: "the lab's own pages show what its apps have set in cookies, on purpose: it is the lesson, and such an id opens one bench's demo only"},
	{id: "3.4.1", level: 1, asks: "Strict-Transport-Security is on every answer, for a year and all subdomains",
		missing: "it is never sent, on purpose: it would bind localhost, or a host name that others share, to the certificate of one lesson (lab/tls.go); who serves the lab under a name of its own sets it in front of it"},
	{id: "3.4.2", level: 1, asks: "other sites may read only what they are meant to", holds: otherSitesReadNothing},
	{id: "3.4.3", level: 2, asks: "every answer has a Content-Security-Policy without objects and base", holds: pagesHaveAPolicy,
		missing: "the apps' redirects, JSON, script and style sheets and the lab's static files have none; " + bareAnswers},
	{id: "3.4.4", level: 2, asks: "every answer says X-Content-Type-Options: nosniff", holds: nothingIsSniffed, missing: bareAnswers},
	{id: "3.4.5", level: 2, asks: "a Referrer-Policy keeps what is secret in addresses from others", holds: addressesStayHere, missing: bareAnswers},
	{id: "3.4.6", level: 2, asks: "every answer says who may show it in a frame", holds: framesAreOurs,
		missing: "as in 3.4.3: what has no policy does not say who may show it in a frame"},
	{id: "3.5.1", level: 1, asks: "what changes something is refused to other sites", holds: otherSitesChangeNothing},
	{id: "3.5.2", level: 1, asks: "what relies on a preflight cannot be asked for without one", holds: formsAreNoJSON},
	{id: "3.5.3", level: 1, asks: "nothing changes by a safe method", holds: safeMethodsAreSafe},
	{id: "3.5.4", level: 2, asks: "separate applications have host names of their own",
		missing: "the lab, both apps and all benches share one host and are told apart by path, so that the lab runs without names being set up: scripts of one could read what another keeps in the browser"},
	{id: "3.5.5", level: 2, asks: "messages between windows are checked for their origin", holds: nobodyListensToMessages},
	{id: "3.7.1", level: 2, asks: "only techniques that browsers still support are used", holds: noPlugins},
	{id: "3.7.2", level: 2, asks: "redirects lead to other hosts only where they are on a list", holds: redirectsStayHere,
		missing: "who speaks plain http to the port that speaks TLS is sent to https at the Host that the request names, whatever name that is"},
}

// inquiry is one request and what came of it.
type inquiry struct {
	name string
	answer
	app bool // one of the two apps has answered
}

// appPages are pages of both apps, to those who are logged in and to others.
var appPages = []struct{ method, path string }{
	{"GET", "/session/"}, {"GET", "/session/login"}, {"GET", "/session/profile"}, {"GET", "/session/desk"}, {"GET", "/session/style.css"}, {"HEAD", "/session/profile"},
	{"GET", "/session/nope"}, {"PUT", "/session/profile"}, {"POST", "/session/login"},
	{"GET", "/token/"}, {"GET", "/token/profile"}, {"GET", "/token/app.js"}, {"GET", "/token/style.css"}, {"GET", "/token/nope"}, {"PUT", "/token/profile"}, {"POST", "/token/login"},
	{"POST", "/session/logout"}, {"GET", "/session/profile"}, {"POST", "/token/logout"},
}

// everything asks a lab for all that it has: every page of its own, the files that
// its pages are made of, a class, and the apps.
func everything(t *testing.T, w *world, with http.Header) (list []inquiry) {
	t.Helper()
	c := w.present(t)
	c.logIn(t, librarian)
	c.await(t, 2)
	ask := func(method, path string, app bool) {
		list = append(list, inquiry{method + " " + path, c.send(t, method, path, with, ""), app})
	}
	for _, p := range appPages {
		ask(p.method, c.path(p.path), true)
	}
	for _, path := range []string{"", "/drive", "/projector", "/clicker", "/handout", "/export.har"} {
		ask("GET", c.room+path, false)
	}
	assets := regexp.MustCompile(`"(/static/[^"]+)"`).FindAllStringSubmatch(c.get(t, "/").body, -1)
	if len(assets) < 3 {
		t.Fatalf("the front page is made of %q", assets)
	}
	for _, a := range assets {
		ask("GET", a[1], false)
	}
	ask("GET", assets[0][1]+"x", false)
	for _, p := range sitePages(c.visitor) {
		ask(p.method, p.path, false)
	}
	for _, r := range c.routes(t) {
		if r.method == http.MethodGet && !strings.HasSuffix(r.path, "/events") {
			ask("GET", r.path, false)
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
	return strings.HasPrefix(a.header.Get("Content-Type"), "text/html") && a.header.Get("Location") == ""
}

// isFile reports whether an answer is one of the lab's static files, or says that
// there is no such file.
func (a inquiry) isFile() bool {
	return strings.HasPrefix(a.name, "GET /static/") && a.name != "GET /static/x/y"
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

// answersAreWhatTheySay records a message that would be a page with a script, and asks
// for it in every form that the lab has.
func answersAreWhatTheySay(t *testing.T, labs asvsLabs) {
	const page = "<!DOCTYPE html><script>alert(1)</script>"
	v := labs.plain.visit(t)
	v.send(t, "POST", v.path("/token/login"), http.Header{"Content-Type": {"text/html"}}, page)
	v.await(t, 1)
	raw := 0
	for _, r := range v.routes(t) {
		if r.method != http.MethodGet || strings.HasSuffix(r.path, "/events") {
			continue
		}
		got := v.get(t, r.path)
		kind := got.header.Get("Content-Type")
		if !strings.Contains(got.body, page) {
			continue
		}
		raw++
		attached := strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment")
		if strings.HasPrefix(kind, "text/html") || !attached && !strings.HasPrefix(kind, "text/plain") && !strings.HasPrefix(kind, "application/json") {
			t.Errorf("GET %s has what a visitor sent, as %s", r.path, kind)
		}
	}
	if raw == 0 {
		t.Error("the lab gives what was sent in no form, so this shows nothing")
	}
	for _, a := range labs.both(t, nil) {
		if a.header.Get("Content-Type") == "" && a.body != "" || a.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s (%d) is of the kind %q, and sniffed: %q", a.name, a.status, a.header.Get("Content-Type"), a.header.Get("X-Content-Type-Options"))
		}
	}
}

// scripts are the lab's own scripts and the token app's.
func scripts(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "static", "js", "*.js"))
	if err != nil || len(files) < 10 {
		t.Fatalf("%q, %v", files, err)
	}
	texts := map[string]string{}
	for _, name := range append(files, filepath.Join("token", "app.js")) {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts[filepath.Base(name)] = string(b)
	}
	return texts
}

// textIsText shows markup where text belongs. The scripts use nothing that makes
// markup of text, but to put in place what the lab has rendered, and browsers hold
// them to that.
func textIsText(t *testing.T, labs asvsLabs) {
	const markup = `"><script>alert(1)</script><img src=x onerror=alert(1)>`
	v := labs.plain.visit(t)
	login := v.post(t, v.path("/session/login"), "email", markup, "password", "x")
	typed := all(tree(t, login.body), "input[name=email]")
	if len(typed) != 1 || attribute(typed[0], "value") != markup || len(all(tree(t, login.body), "script, img")) != 0 {
		t.Errorf("the login form (%d) gives back %s", login.status, login.body)
	}
	v.await(t, 1)
	for _, path := range []string{v.path(""), v.path("/exchanges/1"), v.path("/handout"), "/search?q=" + url.QueryEscape(markup), "/j/" + url.PathEscape(markup)} {
		page := tree(t, v.get(t, path).body)
		if n := len(all(page, "img[onerror], script:not([src])")); n != 0 {
			t.Errorf("%s has %d elements that a visitor wrote", path, n)
		}
	}
	makers := regexp.MustCompile(`\.(innerHTML|outerHTML|srcdoc)\b|insertAdjacentHTML|document\.write|\beval\(|new Function|createContextualFragment|setHTMLUnsafe|parseFromString`)
	for name, text := range scripts(t) {
		if found := makers.FindString(text); found != "" && (name != "patch.js" || found != "parseFromString") {
			t.Errorf("%s uses %s", name, found)
		}
	}
	for _, a := range labs.both(t, nil) {
		if a.isPage() && a.directive("require-trusted-types-for") != "'script'" {
			t.Errorf("%s (%d) lets scripts make markup of text: %q", a.name, a.status, a.header.Get("Content-Security-Policy"))
		}
	}
}

// cookiesOf logs in and opens a class, and returns the credentials that were set.
func cookiesOf(t *testing.T, w *world, knobs ...string) (list []*http.Cookie) {
	t.Helper()
	v := w.visit(t)
	v.turn(t, append([]string{"token.keep", "cookie", "token.refresh", "rotate"}, knobs...)...)
	for _, got := range []answer{
		v.post(t, v.path("/session/login"), "email", librarian.Email, "password", librarian.Password),
		v.send(t, "POST", v.path("/token/login"), http.Header{"Content-Type": {"application/json"}}, loginJSON(librarian)),
		v.post(t, v.path("/present"), "step", "0", "view", "both"),
	} {
		list = append(list, (&http.Response{Header: got.header}).Cookies()...)
	}
	if len(list) != 4 {
		t.Fatalf("the cookies are %v", list)
	}
	return list
}

func cookiesAreSecure(t *testing.T, labs asvsLabs) {
	for _, c := range cookiesOf(t, labs.tls) {
		if !c.Secure {
			t.Errorf("over TLS a cookie is set as %s", c.Raw)
		}
	}
}

// cookiesAreOfOneSite: the right to drive is for the lab's own pages, so links need
// not carry it; an app can be linked to by those who are logged in.
func cookiesAreOfOneSite(t *testing.T, labs asvsLabs) {
	want := map[string]http.SameSite{"drive": http.SameSiteStrictMode, "sid": http.SameSiteLaxMode, "access_token": http.SameSiteLaxMode, "refresh_token": http.SameSiteLaxMode}
	for _, w := range []*world{labs.plain, labs.tls} {
		for _, c := range cookiesOf(t, w) {
			if c.SameSite != want[c.Name] {
				t.Errorf("a cookie is set as %s", c.Raw)
			}
		}
	}
}

func cookiesCanBeOfThisHost(t *testing.T, labs asvsLabs) {
	found := false
	for _, c := range cookiesOf(t, labs.tls, "session.cookie", "__Host-sid", "session.path", "host") {
		if c.Domain != "" {
			t.Errorf("other hosts get the cookie %s", c.Raw)
		}
		found = found || c.Name == "__Host-sid" && c.Path == "/" && c.Secure
	}
	if !found {
		t.Error("there is no __Host-sid that browsers would take")
	}
}

// secretsAreInCookiesOnly looks for the credentials on the pages of those who hold them.
func secretsAreInCookiesOnly(t *testing.T, labs asvsLabs) {
	for _, c := range cookiesOf(t, labs.tls) {
		if !c.HttpOnly {
			t.Errorf("scripts can read the cookie %s", c.Raw)
		}
	}
	c := labs.plain.present(t)
	for _, path := range []string{"", "/drive", "/drive?fragment=live", "/projector", "/clicker", "/handout", "/export.har"} {
		if got := c.get(t, c.room+path); got.status != http.StatusOK || strings.Contains(got.body, c.secret) {
			t.Errorf("%s%s (%d) shows the secret of the cookie: %t", c.room, path, got.status, strings.Contains(got.body, c.secret))
		}
	}
	c.turn(t, "token.keep", "cookie", "token.refresh", "rotate")
	c.post(t, c.path("/session/login"), "email", librarian.Email, "password", librarian.Password)
	login := c.send(t, "POST", c.path("/token/login"), http.Header{"Content-Type": {"application/json"}}, loginJSON(librarian))
	secrets := []string{c.sid()}
	for _, cookie := range (&http.Response{Header: login.header}).Cookies() {
		secrets = append(secrets, cookie.Value)
	}
	if len(secrets) != 3 || slices.Contains(secrets, "") {
		t.Fatalf("the credentials are %q", secrets)
	}
	answers := []answer{login}
	for _, page := range []string{"/session/", "/session/profile", "/session/desk", "/session/login", "/token/", "/token/profile", "/token/desk"} {
		answers = append(answers, c.get(t, c.path(page)))
	}
	for _, got := range answers {
		for _, secret := range secrets {
			if strings.Contains(got.body, secret) {
				t.Errorf("a body of an app (%d) has the credential %s", got.status, secret)
			}
		}
	}
}

// otherSitesReadNothing asks as another site's scripts do, and for leave to.
func otherSitesReadNothing(t *testing.T, labs asvsLabs) {
	from := http.Header{"Origin": {"https://evil.test"}, "Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"cors"}}
	list := labs.both(t, from)
	v := labs.plain.visit(t)
	from.Set("Access-Control-Request-Method", "POST")
	from.Set("Access-Control-Request-Headers", "content-type, authorization")
	for _, path := range append(v.changes(t), v.path("/token/login"), v.path("/token/profile"), v.path("/session/login")) {
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

// pagesHaveAPolicy reads the policy of everything of ours but files, and of all pages
// of the apps. Where there is no object-src, default-src stands for it.
func pagesHaveAPolicy(t *testing.T, labs asvsLabs) {
	for _, a := range labs.both(t, nil) {
		if a.isFile() || a.app && !a.isPage() {
			continue
		}
		if a.directive("object-src") != "'none'" || a.directive("base-uri") != "'none'" || strings.Contains(a.header.Get("Content-Security-Policy"), "unsafe") {
			t.Errorf("%s (%d) has the policy %q", a.name, a.status, a.header.Get("Content-Security-Policy"))
		}
	}
}

func nothingIsSniffed(t *testing.T, labs asvsLabs) {
	for _, a := range labs.both(t, nil) {
		if got := a.header["X-Content-Type-Options"]; !slices.Equal(got, []string{"nosniff"}) {
			t.Errorf("%s (%d) says %q", a.name, a.status, got)
		}
	}
	for _, request := range []string{lines("GET / HTTP/1.1", "Host: evil.test"), lines("GET /bench/none HTTP/1.0", "Host: a")} {
		if got := labs.plain.ask(t, request); got.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%q is answered with %s", request, got.bytes)
		}
	}
}

// addressesStayHere reads the policy of all but files, whose addresses are no secret.
func addressesStayHere(t *testing.T, labs asvsLabs) {
	for _, a := range labs.both(t, nil) {
		if got := a.header["Referrer-Policy"]; !a.isFile() && !slices.Equal(got, []string{"same-origin"}) {
			t.Errorf("%s (%d) says %q", a.name, a.status, got)
		}
	}
}

func framesAreOurs(t *testing.T, labs asvsLabs) {
	for _, a := range labs.both(t, nil) {
		if !a.isFile() && (!a.app || a.isPage()) && a.directive("frame-ancestors") != "'self'" {
			t.Errorf("%s (%d) has the policy %q", a.name, a.status, a.header.Get("Content-Security-Policy"))
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
		{"Origin": {"https://evil.test"}}, {"Origin": {"null"}},
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

func cookieValue(t *testing.T, got answer, name string) string {
	t.Helper()
	for _, c := range (&http.Response{Header: got.header}).Cookies() {
		if c.Name == name {
			return c.Value
		}
	}
	t.Fatalf("there is no cookie %s in %q", name, got.header["Set-Cookie"])
	return ""
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
}

// safeMethodsAreSafe asks by GET and HEAD for all that changes something.
func safeMethodsAreSafe(t *testing.T, labs asvsLabs) {
	v := labs.plain.visit(t)
	id := v.sessionLogin(t, "")
	v.await(t, 1)
	shown := map[string]bool{}
	for _, r := range v.routes(t) {
		shown[r.path] = shown[r.path] || r.method == http.MethodGet
	}
	before := v.bench(t).Settings()
	for _, path := range append(v.changes(t), v.path("/session/logout"), v.path("/token/login"), v.path("/token/logout")) {
		for _, method := range []string{"GET", "HEAD", "OPTIONS"} {
			got := v.send(t, method, path+"?session.http_only=off&by=1h&account=librarian&role=member&quiet=1", nil, "")
			if (!shown[path] || method == "OPTIONS") && got.status != http.StatusMethodNotAllowed && got.status != http.StatusNotFound || got.header["Set-Cookie"] != nil {
				t.Errorf("%s %s is answered with %d and %q", method, path, got.status, got.header["Set-Cookie"])
			}
		}
	}
	v.mustKnow(t, "who was logged in before", id)
	if b := v.bench(t); b.Settings() != before || len(b.Journal().Actions) != 0 || len(b.State(journal.Session).Records) != 1 {
		t.Errorf("looking has changed the bench: %+v", b.Journal().Actions)
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

// noPlugins looks for what runs other things than HTML, CSS and JavaScript.
func noPlugins(t *testing.T, labs asvsLabs) {
	pages := 0
	for _, a := range everything(t, labs.plain, nil) {
		if !a.isPage() || a.body == "" {
			continue
		}
		pages++
		page := tree(t, a.body)
		if n := len(all(page, "object, embed, applet, frameset, bgsound, keygen, marquee")); n != 0 {
			t.Errorf("%s has %d elements of another time", a.name, n)
		}
		for _, s := range all(page, "script") {
			if kind := attribute(s, "type"); kind != "" && kind != "module" || !strings.HasPrefix(attribute(s, "src"), "/") {
				t.Errorf("%s has a script of the type %q from %q", a.name, kind, attribute(s, "src"))
			}
		}
	}
	if pages < 20 {
		t.Errorf("only %d pages were read", pages)
	}
}

// redirectsStayHere follows no redirect to anywhere else, whatever a request says of
// where to go.
func redirectsStayHere(t *testing.T, labs asvsLabs) {
	v := labs.plain.visit(t)
	list := labs.both(t, http.Header{"Referer": {"https://evil.test/"}, "X-Forwarded-Host": {"evil.test"}})
	for _, to := range []string{"//evil.test", "https://evil.test/", "/\\evil.test", "%2f%2fevil.test"} {
		form := []string{"next", to, "goto", to, "to", to, "return", to, "url", to, "redirect", to, "step", "0", "view", to, "code", to, "window", to, "email", librarian.Email, "password", librarian.Password}
		for _, path := range append(v.changes(t), v.path("/session/login"), v.path("/session/logout")) {
			list = append(list, inquiry{fmt.Sprintf("POST %s, %s", path, to), v.post(t, path, form...), false})
		}
		for _, path := range []string{to, "/" + to, "/session/login?next=" + to, "/room/" + url.PathEscape(to), "/j?code=" + url.QueryEscape(to), "/J/" + url.PathEscape(to), "/room/aaaa-aaaa/" + url.PathEscape(to), v.path("/session//" + to), v.path("/token/../" + to)} {
			if path[0] == '/' {
				list = append(list, inquiry{"GET " + path, v.get(t, path), false})
			}
		}
	}
	redirects := 0
	for _, a := range list {
		to := a.header.Get("Location")
		if to == "" {
			continue
		}
		redirects++
		u, err := url.Parse(to)
		if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.Contains(to, `\`) {
			t.Errorf("%s (%d) leads to %q", a.name, a.status, to)
		}
	}
	if redirects < 10 {
		t.Errorf("there were only %d redirects", redirects)
	}
}
