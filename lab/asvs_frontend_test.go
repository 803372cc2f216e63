package lab_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// bareAnswers are those that the lab has no hand in.
const bareAnswers = "The answers that net/http gives by itself, to what it cannot read as a request (400, 417, 431, 501, 505), have no field of ours: no handler is reached, and to write over the bytes of a server is what this lab does not do. Each is one line of text/plain or nothing, has no word of the request in it, and ends the connection; browsers never make a page of that (WHATWG MIME Sniffing, section 7)."

// barePolicies says where a policy is not sent.
const barePolicies = "The two apps send a policy with their pages, and none with their redirects, JSON, style sheets and the script: the lesson shows these answers byte by byte, and a policy does nothing there, as browsers apply one to what they show as a page and to workers (CSP Level 3, section 4.2). Each of them is held to its type by nosniff, so that no browser makes a page of one. " + bareAnswers

var asvsFrontend = []requirement{
	{id: "3.2.1", level: 1, asks: "a browser cannot take an answer for something else than it is", holds: answersAreWhatTheySay},
	{id: "3.2.2", level: 1, asks: "text is put on a page as text", holds: textIsText},
	{id: "3.3.1", level: 1, asks: "cookies are Secure, and their names begin with __Host- or __Secure-", holds: cookiesAreSecure,
		departs: "The names have no prefix, but sid where its knob is turned. A prefix makes browsers refuse a cookie over plain http, on one's own machine and in most classes, so the lesson would have another cookie there; and drive has the path of its class, which __Host- forbids. What a prefix guards against is a cookie that somebody else has set: a planted id is never taken over by a login, and a planted drive neither drives nor locks out. Over plain http no cookie is Secure: there browsers would drop it."},
	{id: "3.3.2", level: 2, asks: "each cookie has the SameSite of its purpose", holds: cookiesAreOfOneSite},
	{id: "3.3.3", level: 2, asks: "names of cookies begin with __Host- unless other hosts share them", holds: cookiesCanBeOfThisHost,
		departs: "__Host- forbids the paths that keep the lab, the two apps and the benches of one host apart. No cookie has a Domain, so no other host gets one; sid has the prefix where its knobs are turned, which is there to be tried."},
	{id: "3.3.4", level: 2, asks: "what scripts need not read is HttpOnly, and is in Set-Cookie only", holds: secretsAreInCookiesOnly,
		departs: "The lab's own pages show what its apps have set in cookies: it is the lesson, and such an id opens one bench's demo only, to whoever has the bench already. The apps' pages show none, and no page at all shows the right to drive a class."},
	{id: "3.4.1", level: 1, asks: "Strict-Transport-Security is on every answer, for a year and all subdomains", holds: hostsAreNotBound,
		departs: "It is never sent (lab/listen/tls.go): it would bind localhost, or a host name that others share, to the certificate of one lesson for a year. README.md says that whoever serves the lab under a name of its own sets it in front of it. Who speaks plain http to the port that speaks TLS is told nothing but where to go."},
	{id: "3.4.2", level: 1, asks: "other sites may read only what they are meant to", holds: otherSitesReadNothing},
	{id: "3.4.3", level: 2, asks: "every answer has a Content-Security-Policy without objects and base", holds: pagesHaveAPolicy, departs: barePolicies},
	{id: "3.4.4", level: 2, asks: "every answer says X-Content-Type-Options: nosniff", holds: nothingIsSniffed, departs: bareAnswers},
	{id: "3.4.5", level: 2, asks: "a Referrer-Policy keeps what is secret in addresses from others", holds: addressesStayHere, departs: bareAnswers},
	{id: "3.4.6", level: 2, asks: "every answer says who may show it in a frame", holds: framesAreOurs, departs: barePolicies},
	{id: "3.5.1", level: 1, asks: "what changes something is refused to other sites", holds: otherSitesChangeNothing},
	{id: "3.5.2", level: 1, asks: "what relies on a preflight cannot be asked for without one", holds: formsAreNoJSON},
	{id: "3.5.3", level: 1, asks: "nothing changes by a safe method", holds: safeMethodsAreSafe},
	{id: "3.5.4", level: 2, asks: "separate applications have host names of their own", holds: benchesShareNoCookie,
		departs: "The lab, both apps and all benches share one host and are told apart by path, so that the lab runs without names being set up, in a class too. What a host name of its own would keep apart is kept so otherwise: no cookie of an app reaches another, nothing that one bench signs counts on another, and on no page does a script run that is not the lab's own."},
	{id: "3.5.5", level: 2, asks: "messages between windows are checked for their origin", holds: nobodyListensToMessages},
	{id: "3.7.1", level: 2, asks: "only techniques that browsers still support are used", holds: noPlugins},
	{id: "3.7.2", level: 2, asks: "redirects lead to other hosts only where they are on a list", holds: redirectsStayHere},
}

// answersAreWhatTheySay records what would be a page with a script, in a request's
// content, address and fields, and asks for it in every form that the lab has.
func answersAreWhatTheySay(t *testing.T, labs asvsLabs) {
	const page = "<!DOCTYPE html><script>alert(1)</script>"
	v := labs.plain.visit(t)
	v.send(t, "POST", v.path("/token/login")+"?"+page[15:], http.Header{"Content-Type": {"text/html"}, "X-Odd": {page}, "Cookie": {"odd=" + page}}, page)
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
	for _, path := range []string{"/exchanges/1/request", "/exchanges/1/response", "/exchanges/1/har", "/exchanges/1/http", "/export.har", "/export.http", "/export.zip"} {
		if got := v.get(t, v.path(path)); got.status != http.StatusOK || !strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment") {
			t.Errorf("%s (%d) is no download: %q", path, got.status, got.header.Get("Content-Disposition"))
		}
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
	v.send(t, "GET", v.path("/token/profile"), http.Header{"Authorization": {"Bearer " + markup}, "Cookie": {"a=" + markup}, "X-Odd": {markup}}, "")
	v.await(t, 2)
	for path, shown := range map[string]bool{
		v.path(""): true, v.path("/exchanges/1"): true, v.path("/exchanges/2"): true, v.path("/handout"): true, "/search?q=" + url.QueryEscape(markup): true, "/j/" + url.PathEscape(markup): false,
	} {
		page := tree(t, v.get(t, path).body)
		if n := len(all(page, "img[onerror], script:not([src])")); n != 0 {
			t.Errorf("%s has %d elements that a visitor wrote", path, n)
		}
		if shown && !strings.Contains(textAndValues(page), "onerror=alert(1)") {
			t.Errorf("%s does not show what was sent, so this shows nothing", path)
		}
	}
	makers := regexp.MustCompile(`\.(innerHTML|outerHTML|srcdoc)\b|insertAdjacentHTML|document\.write|\beval\(|new Function|createContextualFragment|setHTMLUnsafe|parseFromString`)
	for name, text := range scripts(t) {
		if found := makers.FindString(text); found != "" && (name != "patch.js" || found != "parseFromString") {
			t.Errorf("%s uses %s", name, found)
		}
	}
	for _, a := range labs.both(t, nil) {
		if strings.HasPrefix(a.header.Get("Content-Type"), "text/html") && a.isPage() && a.directive("require-trusted-types-for") != "'script'" {
			t.Errorf("%s (%d) lets scripts make markup of text: %q", a.name, a.status, a.header.Get("Content-Security-Policy"))
		}
	}
}

// textAndValues is all text of a page, in its fields too.
func textAndValues(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
		b.WriteString(attribute(d, "value"))
	}
	return b.String()
}

// hostsAreNotBound looks for the field in every answer, to show that nobody is bound by
// accident either.
func hostsAreNotBound(t *testing.T, labs asvsLabs) {
	for _, a := range labs.both(t, nil) {
		if got := a.header["Strict-Transport-Security"]; got != nil {
			t.Errorf("%s (%d) binds the host: %q", a.name, a.status, got)
		}
	}
	if !strings.Contains(readme(t), "The lab sends no `Strict-Transport-Security`") {
		t.Error("README.md does not say so")
	}
}

// hasPolicy reports whether an answer is to have a policy. One of an app that is no
// page is not; it must then be nothing that a browser makes a page of.
func (a inquiry) hasPolicy(t *testing.T) bool {
	t.Helper()
	if !a.app || a.isPage() {
		return true
	}
	kind, _, _ := strings.Cut(a.header.Get("Content-Type"), ";")
	inert := slices.Contains([]string{"application/json", "text/css", "text/javascript"}, kind) || a.header.Get("Location") != "" || a.body == "" && kind == ""
	if !inert || a.header.Get("X-Content-Type-Options") != "nosniff" || a.header.Get("Content-Security-Policy") != "" {
		t.Errorf("%s (%d) is %q with %d bytes, sniffed: %q, with the policy %q", a.name, a.status, kind, len(a.body), a.header.Get("X-Content-Type-Options"), a.header.Get("Content-Security-Policy"))
	}
	return false
}

// pagesHaveAPolicy reads the policy of everything of ours, and of all pages of the
// apps. Where there is no object-src, default-src stands for it.
func pagesHaveAPolicy(t *testing.T, labs asvsLabs) {
	for _, a := range labs.both(t, nil) {
		if !a.hasPolicy(t) {
			continue
		}
		policy := a.header["Content-Security-Policy"]
		if len(policy) != 1 || a.directive("default-src") != "'none'" || a.directive("object-src") != "'none'" || a.directive("base-uri") != "'none'" || strings.Contains(policy[0], "unsafe") {
			t.Errorf("%s (%d) has the policy %q", a.name, a.status, policy)
		}
	}
	bareAnswersSayNothing(t, labs.plain)
}

func nothingIsSniffed(t *testing.T, labs asvsLabs) {
	for _, a := range labs.both(t, nil) {
		if got := a.header["X-Content-Type-Options"]; !slices.Equal(got, []string{"nosniff"}) {
			t.Errorf("%s (%d) says %q", a.name, a.status, got)
		}
	}
	bareAnswersSayNothing(t, labs.plain)
}

func addressesStayHere(t *testing.T, labs asvsLabs) {
	for _, a := range labs.both(t, nil) {
		if got := a.header["Referrer-Policy"]; !slices.Equal(got, []string{"same-origin"}) {
			t.Errorf("%s (%d) says %q", a.name, a.status, got)
		}
	}
	bareAnswersSayNothing(t, labs.plain)
}

// framesAreOurs: a bench shows the apps in frames, so pages allow their own origin.
func framesAreOurs(t *testing.T, labs asvsLabs) {
	for _, a := range labs.both(t, nil) {
		if by := a.directive("frame-ancestors"); a.hasPolicy(t) && by != "'self'" && by != "'none'" {
			t.Errorf("%s (%d) has the policy %q", a.name, a.status, a.header.Get("Content-Security-Policy"))
		}
	}
	bareAnswersSayNothing(t, labs.plain)
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
