package lab_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"authlab/lab/bench"
	"authlab/lab/journal"
)

// TestTheVerdictIsTheAnswer sends generated credentials to every page of the
// apps, while roles change, the clock moves and sessions end, and holds every
// explained verdict against the status that really came.
func TestTheVerdictIsTheAnswer(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	other := w.visit(t)
	other.logIn(t, reader)
	other.logInSealed(t, reader)
	rapid.Check(t, func(rt *rapid.T) {
		s := scene{visitor: w.visit(t)}
		s.newSession(rt)
		n := 2 // the logins
		want := map[int]int{}
		requests := map[int]string{}
		for range rapid.IntRange(1, 8).Draw(rt, "requests") {
			s.change(rt)
			request := s.draw(rt, other)
			n++
			requests[n] = request
			want[n] = w.ask(rt, request).status
			s.await(rt, n)
		}
		for _, x := range s.journal(rt, n).Exchanges[2:] {
			agrees(rt, x, want[x.Number], requests[x.Number])
		}
	})
}

// agrees asserts what must hold of any verdict.
func agrees(t rapid.TB, x exchange, status int, request string) {
	t.Helper()
	v := x.Verdict
	if v.Status != status || v.Answered != status || v.Note != "" {
		t.Fatalf("the answer was %d, recorded as %d, but explained as %d (%s)\nrequest %.400q\nanswer %.300q\nchecks %s",
			status, v.Answered, v.Status, v.Outcome, request, x.Response.Bytes, inWords(v.Checks))
	}
	failed := slices.IndexFunc(v.Checks, func(c check) bool { return c.OK != nil && !*c.OK })
	if granted := slices.Contains(granting, v.Outcome); granted == (failed >= 0) {
		t.Fatalf("the outcome is %q, and the failed check is number %d: %s", v.Outcome, failed+1, inWords(v.Checks))
	}
	for i, c := range v.Checks {
		if before := failed < 0 || i <= failed; before && (c.OK == nil || c.Too) || !before && c.OK != nil && *c.OK == c.Too {
			t.Fatalf("check %d is made: %t, and fails too: %t: %s", i+1, c.OK != nil, c.Too, inWords(v.Checks))
		}
		if c.Name == "" || c.Rule == "" || (c.OK != nil && c.Detail == "") {
			t.Fatalf("check %d says too little: %+v", i+1, c)
		}
	}
}

// granting are the outcomes of requests that got what they asked for.
var granting = []string{"accepted", "logged in", "logged out", "nothing done", "public", "refreshed"}

func inWords(checks []check) string {
	var b strings.Builder
	for _, c := range checks {
		ok := "not reached"
		if c.OK != nil {
			ok = fmt.Sprint(*c.OK)
		}
		fmt.Fprintf(&b, "\n  %s: %s (%s)", c.Name, ok, c.Detail)
	}
	return b.String()
}

// scene is a visitor with the session ids and the sealed sessions that were given so
// far.
type scene struct {
	*visitor
	sids, seals []string
}

// newSession logs in to the session app and makes a token as the token app
// would, without the cost of another bcrypt.
func (s *scene) newSession(t *rapid.T) {
	t.Helper()
	got := s.post(t, s.path("/session/login"), "email", librarian.Email, "password", librarian.Password)
	if got.status != http.StatusSeeOther {
		t.Fatalf("session login: %d", got.status)
	}
	s.sids = append(s.sids, s.sid())
	s.newSeal(t)
	b := s.bench(t)
	key := b.State(journal.Token).Keys[0]
	s.token = hs256(object(goodHeader(key.ID)), object(goodClaims(b.Now())), key.Secret)
}

// change may do to the bench what its owner can do as administrator.
func (s *scene) change(t *rapid.T) {
	b := s.bench(t)
	switch rapid.IntRange(0, 5).Draw(t, "change") {
	case 0:
		by := rapid.SampledFrom([]time.Duration{time.Second, 5 * time.Minute, 14 * time.Minute, 15 * time.Minute, 16 * time.Minute, time.Hour}).Draw(t, "by")
		if err := b.MoveClock(by); err != nil {
			t.Fatal(err)
		}
	case 1:
		role := rapid.SampledFrom([]string{bench.RoleMember, bench.RoleStaff}).Draw(t, "role")
		if err := b.ChangeRole(librarian.ID, role); err != nil {
			t.Fatal(err)
		}
	}
}

// drawSID draws a session id: this bench's, another's, changed or made up.
func (s *scene) drawSID(t *rapid.T, other *visitor) string {
	sid := rapid.SampledFrom(s.sids).Draw(t, "sid")
	switch rapid.IntRange(0, 6).Draw(t, "kind") {
	case 0:
		return other.sid()
	case 1:
		return tamper(t, sid)
	case 2:
		return rapid.SampledFrom([]string{"", "x", strings.Repeat("a", 5000), "%00", "é", strings.ToLower(sid)}).Draw(t, "odd")
	default:
		return sid
	}
}

var verdictPages = rapid.SampledFrom([]string{
	"profile", "profile", "profile", "profile", "desk", "desk", "", "login", "login", "logout", "style.css", "app.js", "nope",
	"/profile", "profile/", "./profile", "x/../profile", "%70rofile", "profile?x=%zz", "%2e%2e/token/profile", "%2e%2e/%2e%2e", "x%2fy", "profile%00", "profile#f", "desk?role=staff", "..;/profile",
})

var verdictMethods = rapid.SampledFrom([]string{"GET", "GET", "GET", "GET", "HEAD", "POST", "POST", "PUT", "OPTIONS", "TRACE", "get"})

// extras are fields that change what the answer is, or look as if they did.
var extras = rapid.SampledFrom([]string{
	"", "", "", "", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: none", "Sec-Fetch-Site: bad", "Origin: null", "Origin: http://a", "Origin: https://evil.test", "Origin: ://",
	"Range: bytes=0-3", "Range: bytes=99999999-", "Range: x", "If-None-Match: *", "If-None-Match: \"x\"", "If-Match: \"x\"", "If-Modified-Since: Mon, 01 Jan 2024 00:00:00 GMT", "X-HTTP-Method-Override: POST",
	"Expect: 100-continue", "Expect: x", "Host: b", "Bad Field: x", "Content-Length: x", "Transfer-Encoding: gzip", " folded",
})

var verdictBodies = rapid.SampledFrom([]string{
	"", "email=librarian%40library.test&password=shelf-mark", "email=librarian%40library.test&password=wrong", "email=a&email=b&password=c", "email=a", "email=%zz&password=a", "a;b",
	"password=shelf-mark&email=nobody", `{"email":"librarian@library.test","password":"shelf-mark"}`, `{"email":"x","password":"y"}`, `{"email":"x","email":"y","password":"z"}`, `{"email":1,"password":2}`,
	`{"email":"x","password":"y"} x`, `[]`, `null`, `{"email":`, "{\"email\":\"\xff\",\"password\":\"\"}", "\x00", `{"Email":"x","PASSWORD":"y"}`, `{"email":"x","password":"y","a":{"b":[1e999]}}`,
})

// draw draws a request to one of the apps.
func (s *scene) draw(t *rapid.T, other *visitor) string {
	flow, method := drawFlow.Draw(t, "flow"), verdictMethods.Draw(t, "method")
	version := rapid.SampledFrom([]string{"1.1", "1.1", "1.1", "1.1", "1.1", "1.1", "1.0", "2.0", "9"}).Draw(t, "version")
	head := []string{method + " " + s.path("/"+flow+"/") + verdictPages.Draw(t, "page") + " HTTP/" + version, "Host: a"}
	head = append(head, map[string]func() []string{
		"session": func() []string { return drawCookies(t, "sid", s.drawSID(t, other)) },
		"token":   func() []string { return drawAuthorization(t, s.drawToken(t, other.token)) },
		"sealed":  func() []string { return drawCookies(t, "sealed", s.drawSeal(t, other)) },
	}[flow]()...)
	if extra := extras.Draw(t, "extra"); extra != "" {
		head = append(head, extra)
	}
	body := ""
	if method == "POST" || method == "PUT" {
		body = verdictBodies.Draw(t, "body")
		head = append(head, fmt.Sprintf("Content-Length: %d", len(body)))
		media := rapid.SampledFrom([]string{"application/x-www-form-urlencoded", "application/json", "application/json;charset=utf-8", "text/plain", "", "multipart/form-data"}).Draw(t, "media")
		head = append(head, "Content-Type: "+media)
	}
	return lines(head...) + body
}
