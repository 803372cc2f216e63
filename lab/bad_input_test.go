package lab_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"authlab/lab/bench"
	"authlab/lab/plot"
)

// TestBadRequests sends what no client should. Each gets a clear status, and
// afterwards the lab serves another visitor as before. BENCH stands for the
// bench's path.
func TestBadRequests(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	v, other := w.visit(t), w.visit(t)
	other.logIn(t, reader)
	jsonLogin := "POST BENCH/token/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
	formLogin := "POST BENCH/session/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
	form := "HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
	big := strings.Repeat("a", 1<<20+1)
	recordedSoFar := 0
	for _, c := range []struct {
		name, request string
		status        int
		recorded      bool
	}{
		{"malformed JSON", jsonLogin + sized(`{"email":`), 400, true},
		{"JSON of another kind", jsonLogin + sized(`["email"]`), 400, true},
		{"deep JSON", jsonLogin + sized(strings.Repeat("[", 100_000)), 400, true},
		{"oversize JSON", jsonLogin + sized(big), 413, true},
		{"oversize form", formLogin + sized("email="+big), 413, true},
		{"form with a bad escape", formLogin + sized("email=%zz&password=x"), 400, true},
		{"wrong media type", "POST BENCH/session/login HTTP/1.1\r\nHost: a\r\n" + sized("x"), 415, true},
		{"oversize header", "GET BENCH/token/profile HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("a", 40_000) + "\r\n\r\n", 431, true},
		{"many headers", "GET BENCH/token/profile HTTP/1.1\r\nHost: a\r\n" + strings.Repeat("X: a\r\n", 10_000) + "\r\n", 431, true},
		{"NUL in a value", "GET BENCH/token/profile HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n", 400, true},
		{"NUL in a path", "GET BENCH/token/pro\x00file HTTP/1.1\r\nHost: a\r\n\r\n", 400, true},
		{"escaped NUL in a path", "GET BENCH/token/pro%00file HTTP/1.1\r\nHost: a\r\n\r\n", 404, true},
		{"bad escape in an app's path", "GET BENCH/session/%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400, true},
		{"no Host", "GET BENCH/session/ HTTP/1.1\r\n\r\n", 400, true},
		{"unknown version", "GET BENCH/session/ HTTP/3.0\r\nHost: a\r\n\r\n", 505, true},
		{"unknown transfer coding", formLogin + "Transfer-Encoding: gzip\r\n\r\n", 501, true},
		{"two lengths", formLogin + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400, true},
		{"malformed chunk", formLogin + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400, true},
		{"method of an app's page", "DELETE BENCH/session/profile HTTP/1.1\r\nHost: a\r\n\r\n", 405, true},
		{"not HTTP at all", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, false},
		{"bad escape", "GET BENCH/%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400, false},
		{"step that is none", "GET BENCH?step=99999999999999999999 HTTP/1.1\r\nHost: a\r\n\r\n", 400, false},
		{"step below zero", "GET BENCH?step=-1 HTTP/1.1\r\nHost: a\r\n\r\n", 400, false},
		{"step in words", "GET BENCH?step=two&fragment=live HTTP/1.1\r\nHost: a\r\n\r\n", 400, false},
		{"exchange that is none", "GET BENCH/exchanges/99999999999999999999 HTTP/1.1\r\nHost: a\r\n\r\n", 404, false},
		{"exchange in words", "GET BENCH/exchanges/x%00 HTTP/1.1\r\nHost: a\r\n\r\n", 404, false},
		{"huge form", "POST BENCH/role " + form + sized("account="+big), 413, false},
		{"huge form to reset", "POST BENCH/reset " + form + sized("a="+big), 413, false},
		{"huge form to nowhere", "POST /nowhere " + form + sized("a="+big), 404, false},
		{"form that cannot be read", "POST BENCH/reset " + form + sized("a=%zz"), 400, false},
		{"multipart without a boundary", "POST BENCH/reset HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data\r\n" + sized("x"), 400, false},
		{"unknown role", "POST BENCH/role " + form + sized("account=reader&role=root"), 400, false},
		{"unknown account", "POST BENCH/role " + form + sized("account=root&role=staff"), 400, false},
		{"clock backwards", "POST BENCH/clock " + form + sized("by=-1h"), 400, false},
		{"clock too far", "POST BENCH/clock " + form + sized("by=99999h"), 400, false},
		{"clock in words", "POST BENCH/clock " + form + sized("by=soon"), 400, false},
		{"replay of nothing", "POST BENCH/replay " + form + sized("exchange=77"), 400, false},
		{"replay of words", "POST BENCH/replay " + form + sized("exchange=x"), 400, false},
		{"step to set", "POST BENCH/step " + form + sized("step=11"), 400, false},
	} {
		got := w.ask(t, strings.ReplaceAll(c.request, "BENCH", v.path("")))
		if got.status != c.status {
			t.Errorf("%s: %d, want %d: %.200q", c.name, got.status, c.status, got.bytes)
		}
		if c.recorded {
			recordedSoFar++
		}
		if x := v.journal(t, recordedSoFar).Exchanges; c.recorded && x[recordedSoFar-1].Verdict.Answered != c.status {
			t.Errorf("%s: recorded as answered with %d", c.name, x[recordedSoFar-1].Verdict.Answered)
		}
		if session, token := other.both(t, "profile"); session.status != 200 || token.status != 200 {
			t.Fatalf("after %s another visitor is answered with %d and %d", c.name, session.status, token.status)
		}
	}
}

// sized ends a head with the length of a body, and adds it.
func sized(body string) string { return "Content-Length: " + itoa(len(body)) + "\r\n\r\n" + body }

// TestWrongMethods asks every route with every other method.
func TestWrongMethods(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	for path, allowed := range map[string]string{
		"/": "GET, HEAD", "/bench": "POST", v.path(""): "GET, HEAD", v.path("/events"): "GET, HEAD", v.path("/exchanges/1"): "GET, HEAD",
		v.path("/export.har"): "GET, HEAD", v.path("/export.http"): "GET, HEAD", v.path("/export.zip"): "GET, HEAD", v.path("/curl"): "GET, HEAD", v.path("/code"): "GET, HEAD", v.path("/handout"): "GET, HEAD",
		v.path("/exchanges/1/har"): "GET, HEAD", v.path("/exchanges/1/http"): "GET, HEAD", v.path("/exchanges/1/curl"): "GET, HEAD", v.path("/exchanges/1/request"): "GET, HEAD", v.path("/exchanges/1/response"): "GET, HEAD",
		v.path("/journal.json"): "GET, HEAD", v.path("/step"): "POST", v.path("/role"): "POST", v.path("/clock"): "POST", v.path("/replay"): "POST", v.path("/reset"): "POST",
		v.path("/session/profile"): "GET, HEAD", v.path("/session/login"): "GET, HEAD, POST", v.path("/session/logout"): "POST",
		v.path("/token/profile"): "GET, HEAD", v.path("/token/login"): "POST", v.path("/token/logout"): "POST",
		"/favicon.ico": "GET, HEAD", "/healthz": "GET, HEAD", "/readyz": "GET, HEAD",
	} {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"} {
			if slices.Contains(strings.Split(allowed, ", "), method) {
				continue
			}
			got := v.send(t, method, path, nil, "")
			if got.status != http.StatusMethodNotAllowed || got.header.Get("Allow") != allowed {
				t.Errorf("%s %s: %d, Allow %q; want 405, %q", method, path, got.status, got.header.Get("Allow"), allowed)
			}
		}
	}
}

// TestCrossSiteRequestsChangeNothing posts to every route that changes
// something, as another site's page would.
func TestCrossSiteRequestsChangeNothing(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	v.logIn(t, librarian)
	v.await(t, 2)
	for _, path := range []string{"/bench", v.path("/step"), v.path("/role"), v.path("/clock"), v.path("/replay"), v.path("/reset"), v.path("/session/login"), v.path("/session/logout")} {
		for _, from := range []http.Header{
			{"Sec-Fetch-Site": {"cross-site"}}, {"Sec-Fetch-Site": {"same-site"}}, {"Origin": {"https://evil.test"}}, {"Origin": {"null"}}, {"Origin": {"http://127.0.0.1:1"}},
			{"Sec-Fetch-Site": {"cross-site"}, "Content-Type": formHeader["Content-Type"]},
		} {
			got := v.send(t, "POST", path, from, "account=librarian&role=member&by=1h&exchange=1&step=5&email=a&password=b")
			if got.status != http.StatusForbidden || got.body == "" {
				t.Errorf("POST %s with %v: %d, want 403", path, from, got.status)
			}
		}
	}
	b := v.bench(t)
	if account, _ := b.State("session").Account("librarian"); account.Role != bench.RoleStaff || b.Ahead() != 0 || b.Cursor() != plot.NoStep {
		t.Errorf("another site changed something: role %s, clock %s ahead, cursor %d", account.Role, b.Ahead(), b.Cursor())
	}
	if session, _ := v.both(t, "profile"); session.status != http.StatusOK {
		t.Errorf("another site ended the session: %d", session.status)
	}
	if n := v.w.lab.Benches().Len(); n != 1 {
		t.Errorf("another site made %d benches", n-1)
	}
}
