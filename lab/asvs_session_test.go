package lab_test

import (
	"encoding/base64"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"authlab/lab/journal"
	"authlab/lab/settings"
	"authlab/static"
)

// scriptNames are the lab's own scripts.
func scriptNames(t *testing.T) (names []string) {
	t.Helper()
	entries, err := os.ReadDir("../static/js")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := static.New(); err != nil || len(entries) < 10 {
		t.Fatalf("%d scripts, %v", len(entries), err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// readme is README.md, in one line.
func readme(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(b)), " ")
}

// minutesIn is a duration as README.md has it.
func minutesIn(d time.Duration) string {
	if d == time.Hour {
		return "1 hour"
	}
	return itoa(int(d.Minutes())) + " minutes"
}

func timeoutsWrittenDown(t *testing.T, _ *asvs) {
	s := settings.Default(true)
	for _, want := range []string{
		"ends after " + minutesIn(s.Session.IdleFor()) + " unused and after " + minutesIn(s.Session.LivesFor()) + " in all",
		"a token after " + minutesIn(s.Token.LivesFor()), "NIST SP 800-63B",
	} {
		if !strings.Contains(readme(t), want) {
			t.Errorf("README.md does not say %q", want)
		}
	}
}

func parallelSessions(t *testing.T, a *asvs) {
	if want := "logged in any number of times at once; no login ends another"; !strings.Contains(readme(t), want) {
		t.Errorf("README.md does not say %q", want)
	}
	v := a.w.visit(t)
	var ids, tokens []string
	for range 12 {
		v.client = a.w.client(t)
		v.logIn(t, reader)
		ids, tokens = append(ids, v.sid()), append(tokens, v.token)
	}
	for i := range ids {
		if session, token := v.with(t, ids[i]), v.profileOf(t, tokens[i]); session != 200 || token != 200 {
			t.Errorf("login %d of %d is answered with %d and %d", i+1, len(ids), session, token)
		}
	}
}

// with is what the session app's profile answers to an id.
func (v *visitor) with(t *testing.T, id string) int {
	t.Helper()
	return v.w.stranger(t).send(t, "GET", v.path("/session/profile"), http.Header{"Cookie": {"sid=" + id}}, "").status
}

// profileOf is what the token app's profile answers to a token.
func (v *visitor) profileOf(t *testing.T, token string) int {
	t.Helper()
	proof := http.Header{"Authorization": {"Bearer " + token}}
	if token == "" {
		proof = nil
	}
	return v.w.stranger(t).send(t, "GET", v.path("/token/profile"), proof, "").status
}

// refuses expects that neither credential is taken.
func (v *visitor) refuses(t *testing.T, when, id, token string) {
	t.Helper()
	if got := v.with(t, id); got != http.StatusSeeOther {
		t.Errorf("%s the session app answers %d, want 303 to the login", when, got)
	}
	if got := v.profileOf(t, token); got != http.StatusUnauthorized {
		t.Errorf("%s the token app answers %d, want 401", when, got)
	}
}

// takes expects that both are.
func (v *visitor) takes(t *testing.T, when, id, token string) {
	t.Helper()
	if session, got := v.with(t, id), v.profileOf(t, token); session != 200 || got != 200 {
		t.Errorf("%s the apps answer %d and %d, want 200", when, session, got)
	}
}

func serverVerifies(t *testing.T, a *asvs) {
	v := a.loggedIn(t)
	v.takes(t, "at first", v.sid(), v.token)
	v.refuses(t, "without anything", "", "")
	v.refuses(t, "for what somebody made up", base64.RawURLEncoding.EncodeToString(make([]byte, 32)), "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJyZWFkZXIifQ.AAAA")
	v.refuses(t, "for another bench's", a.loggedIn(t).sid(), a.loggedIn(t).token)
}

func newEachTime(t *testing.T, a *asvs) {
	v := a.loggedIn(t)
	id, token := v.sid(), v.token
	v.client = a.w.client(t)
	v.logIn(t, reader)
	if v.sid() == id || v.token == token || v.sid() == "" {
		t.Errorf("two logins gave %s and %s", id, v.sid())
	}
}

// idsAreRandom: no bit of the ids is always the same. By chance one in 2^63 is.
func idsAreRandom(t *testing.T, a *asvs) {
	v := a.w.visit(t)
	seen := map[string]bool{}
	var always, never []byte
	for range 64 {
		v.client = a.w.client(t)
		v.post(t, v.path("/session/login"), "email", reader.Email, "password", reader.Password)
		id, err := base64.RawURLEncoding.DecodeString(v.sid())
		if err != nil || len(id)*8 < 128 || seen[v.sid()] {
			t.Fatalf("the id %q: %v, again %t", v.sid(), err, seen[v.sid()])
		}
		seen[v.sid()] = true
		if always == nil {
			always, never = make([]byte, len(id)), make([]byte, len(id))
			for i := range always {
				always[i] = 0xff
			}
		}
		for i := range id {
			always[i] &= id[i]
			never[i] |= id[i]
		}
	}
	for i := range always {
		if always[i] != 0 || never[i] != 0xff {
			t.Errorf("octet %d has bits that never change: %08b, %08b", i, always[i], never[i])
		}
	}
}

func loginRenews(t *testing.T, a *asvs) {
	v := a.loggedIn(t)
	first := v.sid()
	v.logIn(t, librarian)
	if second := v.sid(); second == first || v.with(t, first) != http.StatusSeeOther || v.with(t, second) != 200 {
		t.Errorf("after another login the first id is answered with %d, the second with %d", v.with(t, first), v.with(t, second))
	}
}

func unusedEnds(t *testing.T, a *asvs) {
	v := a.loggedIn(t)
	id, token := v.sid(), v.token
	v.takes(t, "at first", id, token)
	v.desk(t, "clock", "by", settings.Default(true).Session.IdleFor().String())
	v.refuses(t, "after the idle timeout", id, token)
}

func busyEnds(t *testing.T, a *asvs) {
	v := a.loggedIn(t)
	id, token := v.sid(), v.token
	for range 5 {
		v.desk(t, "clock", "by", "10m")
		if got := v.with(t, id); got != 200 {
			t.Fatalf("a session that is used ends early: %d", got)
		}
	}
	v.desk(t, "clock", "by", "10m")
	v.refuses(t, "an hour after the login", id, token)
}

// logoutEnds: a token ends early only where the server keeps a list or a number, so
// these are turned on; that none does is what the lesson shows first.
func logoutEnds(t *testing.T, a *asvs) {
	for _, by := range []string{"jti", "version"} {
		v := a.w.visit(t)
		v.turn(t, "token.revocation", by)
		v.logIn(t, reader)
		id, token := v.sid(), v.token
		v.takes(t, "before the logout", id, token)
		v.post(t, v.path("/session/logout"))
		v.send(t, "POST", v.path("/token/logout"), v.bearer(), "")
		v.refuses(t, "after a logout with "+by, id, token)
		if n := len(v.bench(t).State(journal.Session).Records); n != 0 {
			t.Errorf("%d records of sessions are left", n)
		}
	}
}

func logoutIsThere(t *testing.T, a *asvs) {
	v := a.loggedIn(t)
	v.logIn(t, librarian)
	for _, path := range []string{"/session/", "/session/profile", "/session/desk", "/session/login"} {
		if got := v.get(t, v.path(path)); got.status != 200 || len(all(tree(t, got.body), `form[action="`+v.path("/session/logout")+`"][method="post"] button`)) != 1 {
			t.Errorf("%s (%d) has no logout", path, got.status)
		}
	}
	if got := v.get(t, v.path("/token/")); len(all(tree(t, got.body), `form[action="`+v.path("/token/logout")+`"] button`)) != 1 {
		t.Errorf("the token app's page (%d) has no logout", got.status)
	}
}

func resetEnds(t *testing.T, a *asvs) {
	v := a.loggedIn(t)
	id, token := v.sid(), v.token
	v.takes(t, "before the reset", id, token)
	v.desk(t, "reset")
	v.refuses(t, "after a reset", id, token)
}

func sessionsAreAskedFor(t *testing.T, a *asvs) {
	v := a.w.visit(t)
	for _, path := range appPages {
		if got := v.get(t, v.path(path)); got.header["Set-Cookie"] != nil || strings.Contains(got.body, "eyJ") {
			t.Errorf("%s gives %q unasked", path, got.header["Set-Cookie"])
		}
	}
	if got := v.post(t, v.path("/session/login"), "email", reader.Email, "password", "wrong"); got.header["Set-Cookie"] != nil {
		t.Errorf("a login that failed gives %q", got.header["Set-Cookie"])
	}
	for _, flow := range journal.Flows {
		if n := len(v.bench(t).State(flow).Records); n != 0 {
			t.Errorf("the server keeps %d records of the %s flow that nobody asked for", n, flow)
		}
	}
}
