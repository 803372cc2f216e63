package lab_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// requirement is one of OWASP ASVS 5.0.0, in our words, and how it is kept: a
// test of a running lab, or why there is none. A reason that begins with "Not met"
// says what is not kept, and why.
type requirement struct {
	level  int
	text   string
	test   func(*testing.T, *asvs)
	reason string
}

// chapters are how many requirements of levels 1 and 2 each section has in the
// released 5.0.0, by their numbers. Those of level 3 are out of scope.
var chapters = map[string][]string{
	"V3": {"3.2.1", "3.2.2", "3.3.1", "3.3.2", "3.3.3", "3.3.4", "3.4.1", "3.4.2", "3.4.3", "3.4.4", "3.4.5", "3.4.6", "3.5.1", "3.5.2", "3.5.3", "3.5.4", "3.5.5", "3.7.1", "3.7.2"},
	"V7": {"7.1.1", "7.1.2", "7.1.3", "7.2.1", "7.2.2", "7.2.3", "7.2.4", "7.3.1", "7.3.2", "7.4.1", "7.4.2", "7.4.3", "7.4.4", "7.4.5", "7.5.1", "7.5.2", "7.6.1", "7.6.2"},
	"V9": {"9.1.1", "9.1.2", "9.1.3", "9.2.1", "9.2.2", "9.2.3", "9.2.4"},
}

// requirements are those of the chapters on web frontends, sessions and
// self-contained tokens.
var requirements = map[string]requirement{
	"3.2.1": {1, "what is no page is not shown as one", noOtherContext, ""},
	"3.2.2": {1, "text is shown as text", textIsText, ""},
	"3.3.1": {1, "cookies are Secure and named __Host- or __Secure-", nil,
		"Not met by name: over TLS every session cookie is Secure (3.3.2 holds that), but it is called sid and drive, so that the lesson is the same with and without TLS; the knob session.cookie makes it __Host-sid. Over plain http, as in a class, browsers take no Secure cookie at all."},
	"3.3.2": {2, "each cookie has the SameSite that it needs", cookieAttributes, ""},
	"3.3.3": {2, "cookies are named __Host-", nil,
		"Not met on purpose: __Host- needs Path=/, and the narrow paths keep one bench's cookie from another's app on the same host. The knob session.cookie shows the other choice."},
	"3.3.4": {2, "what no script needs is HttpOnly, and goes in Set-Cookie only", cookiesInHeadersOnly, ""},
	"3.4.1": {1, "Strict-Transport-Security on every answer", nil,
		"Not met on purpose: see the head of tls.go. It would bind a host name, localhost with all other servers on it among them, to the certificate of one lesson. Who serves the lab under a name of its own sets it in front."},
	"3.4.2": {1, "no other origin is let read", noCORS, ""},
	"3.4.3": {2, "a Content-Security-Policy without plugins and base", contentPolicy, ""},
	"3.4.4": {2, "nosniff on all answers", noSniffing, ""},
	"3.4.5": {2, "no address goes to others in Referer", referrers, ""},
	"3.4.6": {2, "nobody else frames a page", frames, ""},
	"3.5.1": {1, "no other site's page changes anything", foreignChanges, ""},
	"3.5.2": {1, "what relies on a preflight cannot do without", preflights, ""},
	"3.5.3": {1, "safe methods change nothing", safeMethods, ""},
	"3.5.4": {2, "each application has a host of its own", nil,
		"Not met on purpose: a lab is one address that works on a classroom's network without DNS. The two apps are demos with no real account; their cookies have each bench's path, and no key is that of another bench."},
	"3.5.5": {2, "messages of unknown origin are dropped", noMessages, ""},
	"3.7.1": {2, "no plugins", noPlugins, ""},
	"3.7.2": {2, "redirects stay here", redirectsStay, ""},

	"7.1.1": {2, "timeouts are written down", timeoutsWrittenDown, ""},
	"7.1.2": {2, "how many sessions an account may have is written down", parallelSessions, ""},
	"7.1.3": {2, "what federates is written down", nil, "Nothing federates: each bench has its accounts, and both apps check passwords themselves."},
	"7.2.1": {1, "the server verifies", serverVerifies, ""},
	"7.2.2": {1, "each login makes a new token", newEachTime, ""},
	"7.2.3": {1, "ids are random, 128 bits at least", idsAreRandom, ""},
	"7.2.4": {1, "a login ends the id before it", loginRenews, ""},
	"7.3.1": {2, "what is unused ends", unusedEnds, ""},
	"7.3.2": {2, "what is used ends, too", busyEnds, ""},
	"7.4.1": {1, "after a logout nothing goes on", logoutEnds, ""},
	"7.4.2": {1, "an account's end ends its sessions", nil, "No account is ever disabled or deleted: they are the fixed ones of the demo, gone with the bench and all its sessions."},
	"7.4.3": {2, "a new password can end other sessions", nil, "No password or other factor can be changed or removed: the demo accounts have one fixed password, printed on the login page."},
	"7.4.4": {2, "every page of somebody logged in has a logout", logoutIsThere, ""},
	"7.4.5": {2, "who runs it can end sessions", resetEnds, ""},
	"7.5.1": {2, "what login rests on changes only after another login", nil, "No email, password or other factor can be changed. A role is changed at the lab's own desk, by whoever has the bench."},
	"7.5.2": {2, "users see and end their sessions", nil,
		"Not met: the apps are kept as small as can be read, and list no sessions to their users. Whoever has the bench sees each record in the pane of the server, and ends all with a reset (7.4.5)."},
	"7.6.1": {2, "identity provider and application agree on ends", nil, "There is no identity provider: both apps check passwords themselves."},
	"7.6.2": {2, "no session without being asked for", sessionsAreAskedFor, ""},

	"9.1.1": {1, "the signature counts before the contents", changedTokens, ""},
	"9.1.2": {1, "one algorithm, and not none", otherAlgorithms, ""},
	"9.1.3": {1, "keys are the server's own", foreignKeys, ""},
	"9.2.1": {1, "a token counts in its time only", outOfTime, ""},
	"9.2.2": {2, "a token counts for its purpose only", otherPurpose, ""},
	"9.2.3": {2, "a token for another service is refused", otherAudience, ""},
	"9.2.4": {2, "issued tokens say for whom they are", audienceIsSaid, ""},
}

// TestASVS goes through the requirements, on a lab with a certificate, as it is
// when nobody has turned a knob, unless a test says which.
func TestASVS(t *testing.T) {
	var ids []string
	for chapter, list := range chapters {
		ids = append(ids, list...)
		if len(list) == 0 || !slices.IsSorted(list) {
			t.Errorf("%s: %q", chapter, list)
		}
	}
	slices.Sort(ids)
	if known := slices.Sorted(maps.Keys(requirements)); !slices.Equal(known, ids) || len(ids) != 44 {
		t.Fatalf("the table has %q, and the chapters %q", known, ids)
	}
	a := &asvs{w: startLab(t, lifted, overTLS(t))}
	for _, id := range ids {
		r := requirements[id]
		if r.text == "" || r.level < 1 || r.level > 2 || (r.test == nil) == (strings.TrimSpace(r.reason) == "") {
			t.Errorf("%s has to have a level, words, and either a test or a reason: %+v", id, r)
		}
		if r.test != nil {
			t.Run("v5.0.0-"+id, func(t *testing.T) { r.test(t, a) })
		}
	}
}

// asvs is the lab that requirements are held against.
type asvs struct{ w *world }

// loggedIn is a visitor of both apps.
func (a *asvs) loggedIn(t *testing.T) *visitor {
	t.Helper()
	v := a.w.visit(t)
	v.logIn(t, reader)
	return v
}

// replies are answers of every kind: the lab's own routes, for GET and from another
// site for POST, and the apps'.
func (a *asvs) replies(t *testing.T) map[string]answer {
	t.Helper()
	c := a.w.present(t)
	c.logIn(t, reader)
	c.await(t, 2)
	got := map[string]answer{}
	for _, path := range c.readable(t) {
		got["GET "+path] = c.get(t, path)
	}
	for _, path := range c.changes(t) {
		got["POST "+path] = c.send(t, "POST", path, foreign, "")
	}
	for _, path := range appPages {
		got["GET "+path] = c.send(t, "GET", c.path(path), c.bearer(), "")
	}
	for _, path := range appChanges {
		got["POST "+path] = c.post(t, c.path(path), "email", "a", "password", "b")
	}
	if len(got) < 60 {
		t.Fatalf("only %d answers", len(got))
	}
	return got
}

// The apps' own paths.
var (
	appPages = []string{
		"/session/", "/session/login", "/session/profile", "/session/desk", "/session/style.css", "/session/none",
		"/token/", "/token/profile", "/token/desk", "/token/style.css", "/token/app.js", "/token/none",
	}
	appChanges = []string{"/session/login", "/session/logout", "/token/login", "/token/logout"}
)

// foreign is what a browser says of a request that another site's page made.
var foreign = map[string][]string{"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.test"}}

// shows reports whether an answer can be shown as a page.
func (a answer) shows() bool {
	kind := a.header.Get("Content-Type")
	return strings.HasPrefix(kind, "text/html") || strings.HasPrefix(kind, "image/svg")
}
