package lab_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"authlab/lab/bench"
)

// benchRoutes are the routes of one bench, below its path.
var benchRoutes = []struct{ method, path string }{
	{"GET", ""}, {"GET", "?step=5&view=stateful"}, {"GET", "?fragment=live"}, {"GET", "/exchanges/1"}, {"GET", "/exchanges/1?fragment=1"},
	{"GET", "/journal.json"}, {"GET", "/events"},
	{"GET", "/export.har"}, {"GET", "/export.http"}, {"GET", "/export.zip"}, {"GET", "/curl"}, {"GET", "/code"}, {"GET", "/handout"}, {"GET", "/export.har?step=1"}, {"GET", "/handout?step=1"},
	{"GET", "/exchanges/1/har"}, {"GET", "/exchanges/1/http"}, {"GET", "/exchanges/1/curl"}, {"GET", "/exchanges/1/request"}, {"GET", "/exchanges/2/response"},
	{"POST", "/step"}, {"POST", "/role"}, {"POST", "/clock"}, {"POST", "/replay"}, {"POST", "/reset"}, {"POST", "/present"},
	{"GET", "/session/"}, {"GET", "/session/profile"}, {"GET", "/session/desk"}, {"POST", "/session/login"}, {"POST", "/session/logout"}, {"GET", "/session/style.css"},
	{"GET", "/sealed/"}, {"GET", "/sealed/profile"}, {"GET", "/sealed/desk"}, {"POST", "/sealed/login"}, {"POST", "/sealed/logout"}, {"GET", "/sealed/style.css"},
	{"GET", "/token/"}, {"GET", "/token/profile"}, {"GET", "/token/desk"}, {"POST", "/token/login"}, {"POST", "/token/logout"}, {"GET", "/token/app.js"},
}

// TestCredentialsOfAnotherBenchAreRefused presents one bench's cookies and token
// on another.
func TestCredentialsOfAnotherBenchAreRefused(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	a, b := w.visit(t), w.visit(t)
	a.logIn(t, librarian)
	a.logInSealed(t, librarian)
	for _, c := range []struct {
		path, field string
		own, others int
	}{
		{"/session/profile", "Cookie: sid=" + a.sid(), 200, 303}, {"/session/desk", "Cookie: sid=" + a.sid(), 200, 303},
		{"/sealed/profile", "Cookie: sealed=" + a.seal(), 200, 303}, {"/sealed/desk", "Cookie: sealed=" + a.seal(), 200, 303},
		{"/token/profile", "Authorization: Bearer " + a.token, 200, 401}, {"/token/desk", "Authorization: Bearer " + a.token, 200, 401},
	} {
		for bench, want := range map[*visitor]int{a: c.own, b: c.others} {
			if got := w.ask(t, lines("GET "+bench.path(c.path)+" HTTP/1.1", "Host: a", c.field)); got.status != want {
				t.Errorf("%s with %.20s…: %d, want %d", c.path, c.field, got.status, want)
			}
		}
	}
	if a.path("") == b.path("") || len(a.id) < 26 {
		t.Errorf("the benches are %s and %s; want two ids of at least 128 bits", a.id, b.id)
	}
}

// TestTwoBenchesInOneBrowser logs in to two benches with one cookie jar.
func TestTwoBenchesInOneBrowser(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	a := w.visit(t)
	b := &visitor{w: w, client: a.client, id: w.lab.Benches().Make().ID()}
	a.logIn(t, librarian)
	b.logIn(t, reader)
	got := a.post(t, a.path("/session/login"), "email", librarian.Email, "password", librarian.Password)
	if path := got.header.Get("Set-Cookie"); !strings.Contains(path, "Path="+a.path("/session/")+";") {
		t.Errorf("the cookie is %q; want it limited to %s", path, a.path("/session/"))
	}
	if a.sid() == "" || a.sid() == b.sid() {
		t.Errorf("the browser holds %q and %q", a.sid(), b.sid())
	}
	for v, name := range map[*visitor]string{a: librarian.Name, b: reader.Name} {
		session, token := v.both(t, "profile")
		if !strings.Contains(session.body, name) || !strings.Contains(token.body, name) {
			t.Errorf("a profile does not name %s", name)
		}
	}
	a.post(t, a.path("/session/logout"))
	if session, _ := b.both(t, "profile"); session.status != http.StatusOK {
		t.Errorf("logging out of one bench ended the other's session: %d", session.status)
	}
}

// TestNoSuchBench asks every route of benches that never were, were dropped and
// have expired.
func TestNoSuchBench(t *testing.T) {
	t.Parallel()
	limits := lifted
	limits.Idle = time.Hour
	w := startLab(t, limits)
	dropped, expired := w.visit(t), w.visit(t)
	dropped.logIn(t, reader)
	w.lab.Benches().Drop(dropped.id)
	w.lab.Benches().Sweep(time.Now().Add(2 * time.Hour))
	never := &visitor{w: w, client: w.client(t), id: strings.Repeat("A", 26)}
	odd := &visitor{w: w, client: w.client(t), id: "%3Cscript%3E"}
	for name, v := range map[string]*visitor{"dropped": dropped, "expired": expired, "never made": never, "odd": odd} {
		for _, r := range benchRoutes {
			got := v.send(t, r.method, v.path(r.path), nil, "")
			if got.status != http.StatusNotFound {
				t.Errorf("%s: %s %s: %d, want 404", name, r.method, r.path, got.status)
			}
			if strings.Contains(r.path, "fragment") {
				continue // a script is told in a sentence
			}
			if !strings.Contains(got.body, `action="/bench"`) || !strings.Contains(got.header.Get("Content-Type"), "text/html") {
				t.Errorf("%s: %s %s: the page offers no new bench", name, r.method, r.path)
			}
			if strings.Contains(got.body, "<script>") || got.header.Get("Content-Security-Policy") == "" {
				t.Errorf("%s: %s %s: not a page of the lab's own", name, r.method, r.path)
			}
		}
	}
}

// TestCanariesStayOnTheirBench fills a bench with strings that occur nowhere
// else and reads every route of another, with generated requests in between.
func TestCanariesStayOnTheirBench(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	a, b := w.visit(t), w.visit(t)
	a.logIn(t, librarian)
	b.logIn(t, reader)
	canary := "canary" + rapid.StringMatching(`[a-z]{20}`).Example(1)
	w.ask(t, lines("GET "+a.path("/session/profile?q="+canary)+" HTTP/1.1", "Host: a", "X: "+canary, "Cookie: sid="+canary))
	w.ask(t, lines("GET "+a.path("/token/profile")+" HTTP/1.1", "Host: a", "Authorization: Bearer "+canary))
	a.post(t, a.path("/session/login"), "email", canary, "password", canary)
	secrets := []string{canary, a.id, a.sid(), a.token, strings.Split(a.token, ".")[1]}
	if own := a.get(t, a.path("/journal.json")).body + a.get(t, a.path("")).body; !strings.Contains(own, a.id) || !strings.Contains(own, canary) || !strings.Contains(textOf(t, "application/zip", a.get(t, a.path("/export.zip")).body), canary) {
		t.Fatal("the canaries cannot be seen on their own bench, so this test shows nothing")
	}
	for range 20 {
		for _, r := range benchRoutes {
			if r.path == "/events" {
				continue // carries numbers only; TestEventsTellOfTheirBenchOnly reads it
			}
			got := b.send(t, r.method, b.path(r.path), b.bearer(), "")
			if got.header.Get("Content-Type") == "application/zip" {
				got.body = textOf(t, "application/zip", got.body)
			}
			for _, secret := range secrets {
				if strings.Contains(got.body, secret) || strings.Contains(strings.Join(headerText(got.header), "\n"), secret) {
					t.Fatalf("%s %s shows %q of another bench", r.method, r.path, secret)
				}
			}
		}
	}
	if n := len(a.journal(t, 5).Exchanges); n != 5 {
		t.Errorf("bench a has %d exchanges; what was sent to b must not be there", n)
	}
}

func headerText(h http.Header) (list []string) {
	for name, values := range h {
		list = append(list, name+": "+strings.Join(values, ", "))
	}
	return list
}

// TestEventsTellOfTheirBenchOnly follows one bench while another is used.
func TestEventsTellOfTheirBenchOnly(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	a, b := w.visit(t), w.visit(t)
	stream := w.dial(t)
	stream.send(lines("GET "+a.path("/events")+" HTTP/1.1", "Host: a"))
	stream.until(t, "retry:")
	b.logIn(t, reader)
	b.post(t, b.path("/role"), "account", "reader", "role", bench.RoleStaff)
	a.both(t, "profile")
	stream.until(t, `"number":2`)
	got := stream.received.String()
	if strings.Count(got, "event: exchange") != 2 || strings.Contains(got, "event: bench") || !strings.Contains(got, `"flow":"token"`) {
		t.Errorf("the stream of a bench with two exchanges says %q", got)
	}
	a.post(t, a.path("/reset"))
	stream.until(t, "event: gone")
}

// until reads on until the text has been received.
func (c *raw) until(t rapid.TB, text string) {
	t.Helper()
	for !strings.Contains(c.received.String(), text) {
		if _, err := c.reader.ReadByte(); err != nil {
			t.Fatalf("waiting for %q: %v after %q", text, err, c.received.String())
		}
	}
}
