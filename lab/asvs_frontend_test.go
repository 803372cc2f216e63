package lab_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"authlab/lab/journal"
)

// noOtherContext: what is recorded, and may hold anything, is a download.
func noOtherContext(t *testing.T, a *asvs) {
	v := a.loggedIn(t)
	v.send(t, "GET", v.path("/session/login?<script>alert(1)</script>"), http.Header{"X-Odd": {"<script>alert(1)</script>"}}, "")
	v.await(t, 3)
	for _, path := range []string{"/exchanges/3/request", "/exchanges/3/response", "/export.har", "/export.http", "/export.zip"} {
		got := v.get(t, v.path(path))
		if got.status != 200 || !strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment") || got.shows() || got.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d, %v", path, got.status, got.header)
		}
	}
	if got := v.get(t, v.path("/journal.json")); got.header.Get("Content-Type") != "application/json" {
		t.Errorf("the journal is %s", got.header.Get("Content-Type"))
	}
}

// textIsText: what a visitor sends stands on pages as text, and no script of ours
// makes elements of text but by way of the one policy for trusted types.
func textIsText(t *testing.T, a *asvs) {
	v := a.loggedIn(t)
	const nasty = `"><img src=x onerror=alert(1)>`
	got := v.post(t, v.path("/session/login"), "email", nasty, "password", nasty)
	v.send(t, "GET", v.path("/token/profile"), http.Header{"Authorization": {"Bearer " + nasty}, "Cookie": {"a=" + nasty}}, "")
	v.await(t, 4)
	for name, body := range map[string]string{"the app": got.body, "exchange 3": v.get(t, v.path("/exchanges/3")).body, "exchange 4": v.get(t, v.path("/exchanges/4")).body} {
		root := tree(t, body)
		if !strings.Contains(textOfNode(root), "onerror=alert(1)") {
			t.Errorf("%s does not show what was sent, so this shows nothing", name)
		}
		for n := range root.Descendants() {
			if n.Type == html.ElementNode && has(n, "onerror") {
				t.Errorf("%s made an element of it", name)
			}
		}
	}
	for path, script := range a.scripts(t, v) {
		if sink := regexp.MustCompile(`\.(innerHTML|outerHTML)\s*\+?=[^=]|document\.write|insertAdjacentHTML|\beval\(|new Function\(`).FindString(script); sink != "" {
			t.Errorf("%s has %q", path, sink)
		}
	}
}

// textOfNode is all text of a page, in its values too.
func textOfNode(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
		b.WriteString(attribute(d, "value"))
	}
	return b.String()
}

// scripts are all that pages of the lab and the apps load, by path, imports too.
func (a *asvs) scripts(t *testing.T, v *visitor) map[string]string {
	t.Helper()
	base := a.w.lab.AssetsPath() + "/js/"
	got := map[string]string{v.path("/token/app.js"): v.get(t, v.path("/token/app.js")).body}
	for _, name := range scriptNames(t) {
		got[base+name] = v.get(t, base+name).body
	}
	for path, script := range got {
		if len(script) < 100 {
			t.Errorf("%s is %q", path, script)
		}
	}
	return got
}

// given are the Set-Cookie lines of a login to the session app and of opening a
// class, and the secrets in them.
func (a *asvs) given(t *testing.T) (lines map[string]string, secrets []string, c *classroom) {
	t.Helper()
	v := a.w.visit(t)
	login := v.post(t, v.path("/session/login"), "email", reader.Email, "password", reader.Password)
	opened := v.post(t, v.path("/present"), "step", "0", "view", "both")
	lines = map[string]string{}
	for name, got := range map[string]answer{"sid": login, "drive": opened} {
		set := got.header["Set-Cookie"]
		if len(set) != 1 || !strings.HasPrefix(set[0], name+"=") {
			t.Fatalf("the cookie %s is %q", name, set)
		}
		lines[name] = set[0]
		value, _, _ := strings.Cut(strings.TrimPrefix(set[0], name+"="), ";")
		secrets = append(secrets, value)
	}
	room := strings.TrimSuffix(opened.header.Get("Location"), "/drive")
	return lines, secrets, &classroom{visitor: v, room: room}
}

// cookieAttributes: Lax for what a link may carry, Strict for what nobody links
// to, and Secure for both.
func cookieAttributes(t *testing.T, a *asvs) {
	lines, _, _ := a.given(t)
	for name, want := range map[string]string{"sid": "SameSite=Lax", "drive": "SameSite=Strict"} {
		if !strings.Contains(lines[name], "; "+want) || !strings.Contains(lines[name], "; Secure") {
			t.Errorf("the cookie is %q", lines[name])
		}
	}
}

// cookiesInHeadersOnly: the apps' pages and the class's show neither secret. The
// bench does show the session id: that is what it is for.
func cookiesInHeadersOnly(t *testing.T, a *asvs) {
	lines, secrets, c := a.given(t)
	for name, line := range lines {
		if !strings.Contains(line, "; HttpOnly") {
			t.Errorf("the cookie %s is %q", name, line)
		}
	}
	for _, path := range []string{c.path("/session/"), c.path("/session/profile"), c.path("/session/desk"), c.room, c.room + "/drive", c.room + "/projector", c.room + "/clicker"} {
		got := c.get(t, path)
		for _, secret := range secrets {
			if strings.Contains(got.body, secret) || len(secret) < 20 {
				t.Errorf("%s (%d) shows a cookie", path, got.status)
			}
		}
	}
}

func noCORS(t *testing.T, a *asvs) {
	v := a.loggedIn(t)
	asked := http.Header{"Origin": {"https://evil.test"}, "Access-Control-Request-Method": {"POST"}, "Access-Control-Request-Headers": {"authorization"}}
	check := func(method, path string) {
		for name := range v.send(t, method, path, asked, "").header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s %s answers with %s", method, path, name)
			}
		}
	}
	for _, r := range v.routes(t) {
		if !strings.HasSuffix(r.path, "/events") {
			check(r.method, r.path)
		}
		check("OPTIONS", r.path)
	}
	for _, path := range append(appPages, appChanges...) {
		check("OPTIONS", v.path(path))
		check("GET", v.path(path))
	}
}

// directives reads a Content-Security-Policy.
func directives(policy string) map[string]string {
	list := map[string]string{}
	for d := range strings.SplitSeq(policy, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(d), " ")
		list[name] = value
	}
	return list
}

// own reports whether an answer is one of the lab's, by the name that replies gave it.
func own(name string) bool {
	_, path, _ := strings.Cut(name, " ")
	return !strings.HasPrefix(path, "/session/") && !strings.HasPrefix(path, "/token/")
}

// contentPolicy: on each answer of the lab, and on each page of the apps: their
// JSON and files are shown by no browser as a page. object-src falls back to
// default-src.
func contentPolicy(t *testing.T, a *asvs) {
	for name, got := range a.replies(t) {
		if !own(name) && !got.shows() {
			continue
		}
		d := directives(got.header.Get("Content-Security-Policy"))
		if d["default-src"] != "'none'" || d["object-src"] != "" || d["base-uri"] != "'none'" || strings.Contains(fmt.Sprint(d), "unsafe") {
			t.Errorf("%s (%d): %v", name, got.status, d)
		}
	}
}

func noSniffing(t *testing.T, a *asvs) {
	for name, got := range a.replies(t) {
		if got.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s (%d) may be sniffed", name, got.status)
		}
	}
}

func referrers(t *testing.T, a *asvs) {
	for name, got := range a.replies(t) {
		if got.shows() && !strings.Contains(name, "/static/") && got.header.Get("Referrer-Policy") != "same-origin" {
			t.Errorf("%s (%d): Referrer-Policy is %q", name, got.status, got.header.Get("Referrer-Policy"))
		}
	}
}

// frames: a bench shows the apps in frames, so pages allow their own origin.
func frames(t *testing.T, a *asvs) {
	for name, got := range a.replies(t) {
		if !own(name) && !got.shows() {
			continue
		}
		if who := directives(got.header.Get("Content-Security-Policy"))["frame-ancestors"]; who != "'self'" && who != "'none'" {
			t.Errorf("%s (%d): frame-ancestors is %q", name, got.status, who)
		}
	}
}

// foreignChanges: the token app's login is not a change that a browser's own
// credential makes; it is in preflights.
func foreignChanges(t *testing.T, a *asvs) {
	v := a.loggedIn(t)
	for _, path := range append(v.changes(t), v.path("/session/login"), v.path("/session/logout")) {
		for _, from := range []http.Header{{"Sec-Fetch-Site": {"cross-site"}}, {"Sec-Fetch-Site": {"same-site"}}, {"Origin": {"https://evil.test"}}, {"Origin": {"null"}}} {
			if got := v.send(t, "POST", path, from, ""); got.status != http.StatusForbidden {
				t.Errorf("POST %s with %v: %d", path, from, got.status)
			}
		}
	}
	if got := v.get(t, v.path("/session/profile")); got.status != 200 {
		t.Errorf("afterwards the session is answered with %d", got.status)
	}
}

// preflights: what the token app does needs a header field or a media type that no
// form can send.
func preflights(t *testing.T, a *asvs) {
	v := a.loggedIn(t)
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a", ""} {
		h := http.Header{}
		if kind != "" {
			h.Set("Content-Type", kind)
		}
		if got := v.send(t, "POST", v.path("/token/login"), h, loginJSON(reader)); got.status != http.StatusUnsupportedMediaType {
			t.Errorf("a login as %q: %d", kind, got.status)
		}
	}
	for _, path := range []string{"/token/profile", "/token/desk"} {
		if got := v.get(t, v.path(path)); got.status != http.StatusUnauthorized {
			t.Errorf("%s with all cookies and no Authorization: %d", path, got.status)
		}
	}
}

// safeMethods asks each route of the table with GET, HEAD and OPTIONS, and each
// change of the apps: the bench is what it was.
func safeMethods(t *testing.T, a *asvs) {
	v := a.loggedIn(t)
	v.await(t, 2)
	b := v.bench(t)
	state := func() string {
		text, err := json.Marshal([]any{b.Settings(), b.Cursor(), b.Ahead(), b.State(journal.Session).Accounts, len(b.State(journal.Session).Records), a.w.lab.Benches().Len()})
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	before := state()
	for _, method := range []string{"GET", "HEAD", "OPTIONS"} {
		for _, r := range v.routes(t) {
			if !strings.HasSuffix(r.path, "/events") {
				v.send(t, method, r.path+"?step=5&by=1h&account=reader&role=staff&exchange=1", nil, "")
			}
		}
		for _, path := range appChanges {
			v.send(t, method, v.path(path)+"?email=a&password=b", nil, "")
		}
	}
	if after := state(); after != before {
		t.Errorf("a safe method changed something: %s\nbefore %s", after, before)
	}
	if got := v.get(t, v.path("/session/profile")); got.status != 200 {
		t.Errorf("a safe method ended the session: %d", got.status)
	}
}

// noMessages: no script listens to messages of other windows.
func noMessages(t *testing.T, a *asvs) {
	for path, script := range a.scripts(t, a.w.visit(t)) {
		if used := regexp.MustCompile(`postMessage|onmessage\b|(window|self|globalThis|^|[\s;{(])addEventListener\(\s*['"]message`).FindString(script); used != "" {
			t.Errorf("%s has %q", path, used)
		}
	}
}

func noPlugins(t *testing.T, a *asvs) {
	pages := 0
	for name, got := range a.replies(t) {
		if !got.shows() {
			continue
		}
		pages++
		for n := range tree(t, got.body).Descendants() {
			if n.Type == html.ElementNode && (n.Data == "object" || n.Data == "embed" || n.Data == "applet") {
				t.Errorf("%s has <%s>", name, n.Data)
			}
		}
	}
	if pages < 30 {
		t.Errorf("only %d pages", pages)
	}
}

// redirectsStay: every Location is a path of this host, whatever is asked.
func redirectsStay(t *testing.T, a *asvs) {
	c := a.w.present(t)
	c.logIn(t, reader)
	seen := 0
	check := func(what string, got answer) {
		to, ok := got.header["Location"]
		if !ok {
			return
		}
		seen++
		if len(to) != 1 || !regexp.MustCompile(`^/([^/\\]|$)`).MatchString(to[0]) {
			t.Errorf("%s leads to %q", what, to)
		}
	}
	odd := "?to=https://evil.test&next=//evil.test&url=https://evil.test&from=//evil.test"
	for _, path := range c.readable(t) {
		check(path, c.send(t, "GET", path+odd, http.Header{"Referer": {"https://evil.test/"}, "X-Forwarded-Host": {"evil.test"}}, ""))
	}
	for _, path := range append(c.changes(t), c.path("/session/login"), c.path("/session/logout")) {
		check(path, c.post(t, path+odd, "to", "https://evil.test", "next", "//evil.test"))
	}
	check("//evil.test/..", c.get(t, "//evil.test/.."))
	check("/bench//evil.test", c.get(t, "/bench//evil.test"))
	if seen < 5 {
		t.Errorf("only %d redirects were seen", seen)
	}
}
