package lab_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"authlab/lab/journal"
)

const noFederation = "There is one application at a time and no federation: nobody else logs anybody in, and the lab logs nobody in elsewhere."

var asvsSessions = []requirement{
	{id: "7.1.1", level: 2, asks: "the documents say when a session ends by disuse and when in any case, and why", holds: timeoutsAreDocumented},
	{id: "7.1.2", level: 2, asks: "the documents say how many sessions one account may have at once", holds: numbersAreDocumented},
	{id: "7.1.3", level: 2, asks: "all systems of a federation and how their sessions end are documented", moot: noFederation},
	{id: "7.2.1", level: 1, asks: "the server alone decides whether a session is good", holds: theServerDecides},
	{id: "7.2.2", level: 1, asks: "credentials of sessions are made at the login, none is fixed", holds: credentialsAreFresh},
	{id: "7.2.3", level: 1, asks: "session ids are unique and come from a good random generator, 128 bits at least", holds: idsAreRandom},
	{id: "7.2.4", level: 1, asks: "a login makes a new credential and ends the one before", holds: loginsRenew,
		departs: "A second login to the token app leaves the first token good until it expires, 15 minutes after its own login: the app remembers nothing by which it could end, which is what steps 8 to 10 of the lesson show. The session app does both."},
	{id: "7.3.1", level: 2, asks: "a session that is not used ends", holds: idleSessionsEnd,
		departs: "The right to drive a class does not end by disuse, as README.md says, with the reason: a class has breaks. It ends after a day, and with its class; who has it is listed, and it can be taken back."},
	{id: "7.3.2", level: 2, asks: "every session ends some time, however busy", holds: busySessionsEnd},
	{id: "7.4.1", level: 1, asks: "after a logout or its end a session cannot be used again", holds: endedSessionsAreOver,
		departs: "As the lesson is set up a token works after the logout until it expires, 15 minutes after its login at most: step 9 shows that, beside the session, which is over. A knob ends tokens at the logout too, in either of two ways, and is off at first."},
	{id: "7.4.2", level: 1, asks: "disabling or deleting an account ends its sessions",
		moot: "The demo accounts are fixed: none can be disabled or deleted."},
	{id: "7.4.3", level: 2, asks: "whoever changes a password or another factor may end all other sessions",
		moot: "The demo accounts are fixed: neither a password nor anything else that one logs in with can be changed."},
	{id: "7.4.4", level: 2, asks: "every page behind a login offers to log out", holds: pagesOfferLogout},
	{id: "7.4.5", level: 2, asks: "an administrator can end the sessions of one or of all", holds: administratorsEndSessions},
	{id: "7.5.1", level: 2, asks: "changing what an account is recovered or logged in by takes a login anew",
		moot: "Accounts have nothing that their users could change: no address, no phone, no second factor. A role is changed by whoever has the bench, which is more than an account."},
	{id: "7.5.2", level: 2, asks: "users see their sessions and, having logged in anew, can end them", holds: sessionsAreSeen,
		departs: "The apps list no sessions to their users: they are kept as small as can be read, and their accounts are nobody's. Whoever has the bench sees every session on its page and ends all by a reset; whoever drives a class sees which browsers may, and takes the right back from any. Neither has anything to log in with anew: the bench's address and the browser's right are all that there is."},
	{id: "7.6.1", level: 2, asks: "sessions at a provider of logins and at who relies on it end as documented", moot: noFederation},
	{id: "7.6.2", level: 2, asks: "no session begins without an act of its user", holds: looksBeginNoSession},
}

// answersTo asks a page of the session app with one id.
func (v *visitor) answersTo(t *testing.T, id, page string) response {
	t.Helper()
	return v.w.ask(t, lines("GET "+v.path("/session/"+page)+" HTTP/1.1", "Host: a", "Cookie: sid="+id))
}

// mustKnow wants the profile for a session id.
func (v *visitor) mustKnow(t *testing.T, name, id string) {
	t.Helper()
	if got := v.answersTo(t, id, "profile"); got.status != http.StatusOK || !strings.Contains(got.body, "Your role is") {
		t.Errorf("%s is answered with %d", name, got.status)
	}
}

// mustNotKnow wants to be sent to the login, with nothing of the profile.
func (v *visitor) mustNotKnow(t *testing.T, name, id string) {
	t.Helper()
	got := v.answersTo(t, id, "profile")
	if got.status != http.StatusSeeOther || got.header.Get("Location") != v.path("/session/login") || strings.Contains(got.body, "Your role is") {
		t.Errorf("%s is answered with %d, and sent to %q", name, got.status, got.header.Get("Location"))
	}
}

// sessionLogin logs in to the session app and returns the id, and no cookie is kept.
func (v *visitor) sessionLogin(t *testing.T, held string) (id string) {
	t.Helper()
	v.client.Jar = nil
	header := formHeader.Clone()
	if held != "" {
		header.Set("Cookie", "sid="+held)
	}
	got := v.send(t, "POST", v.path("/session/login"), header, loginForm(librarian))
	for _, c := range (&http.Response{Header: got.header}).Cookies() {
		if c.Name == "sid" {
			id = c.Value
		}
	}
	if got.status != http.StatusSeeOther || id == "" {
		t.Fatalf("the login is answered with %d and %q", got.status, got.header["Set-Cookie"])
	}
	return id
}

// theServerDecides shows the apps and a class what no server has given, and what a
// client says of itself.
func theServerDecides(t *testing.T, labs asvsLabs) {
	v, other := labs.plain.visit(t), labs.plain.visit(t)
	id, foreign := v.sessionLogin(t, ""), other.sessionLogin(t, "")
	v.mustKnow(t, "an id of the login", id)
	letter := "A"
	if id[0] == 'A' {
		letter = "B"
	}
	for name, made := range map[string]string{
		"no id": "", "another letter": letter + id[1:], "one letter less": id[1:], "one letter more": id + "A", "of another bench": foreign,
		"in small letters": strings.ToLower(id) + "x", "the account's name": "librarian", "made up": strings.Repeat("A", len(id)),
	} {
		v.mustNotKnow(t, "an id: "+name, made)
	}
	for _, claim := range []string{"Cookie: role=staff; user=librarian; signed_in=1", "X-User: librarian", "X-Forwarded-User: librarian", "Authorization: Basic bGlicmFyaWFuOg=="} {
		for _, page := range []string{"/session/profile", "/token/profile"} {
			got := v.w.ask(t, lines("GET "+v.path(page)+" HTTP/1.1", "Host: a", claim))
			if got.status != http.StatusSeeOther && got.status != http.StatusUnauthorized {
				t.Errorf("%s with %s is answered with %d", page, claim, got.status)
			}
		}
	}
	c := labs.plain.present(t)
	for _, secret := range []string{"", c.code, c.secret[1:], "A" + c.secret, strings.ToLower(c.secret)} {
		if got := labs.plain.stranger(t).send(t, "GET", c.room+"/drive", cookieHeader("drive="+secret), ""); got.status != http.StatusForbidden {
			t.Errorf("a class is driven by %q: %d", secret, got.status)
		}
	}
}

// credentialsAreFresh logs in again and again, and opens classes.
func credentialsAreFresh(t *testing.T, labs asvsLabs) {
	seen := map[string]string{}
	note := func(kind, value string) {
		if was, again := seen[value]; again || value == "" {
			t.Errorf("the %s %q was a %s before", kind, value, was)
		}
		seen[value] = kind
	}
	for range 2 {
		c := labs.plain.present(t)
		note("bench", c.id)
		note("right to drive", c.secret)
		note("device's name", c.device)
		c.turn(t, "token.refresh", "rotate")
		for range 3 {
			note("session id", c.sessionLogin(t, ""))
			got := c.tokenLogin(t)
			note("token", got.Access)
			note("token's id", fmt.Sprint(partOf(t, got.Access, 1)["jti"]))
			note("refresh token", got.Refresh)
		}
	}
}

// idsAreRandom looks at ids of every kind: as long as they must be, no two alike, and
// each of their bits is on in some and off in others, which for one bit of 32 good ids
// is not so once in two thousand million times. What makes them imports no other
// generator than the system's.
func idsAreRandom(t *testing.T, labs asvsLabs) {
	const many = 32
	kinds := map[string][]string{}
	c := labs.plain.present(t)
	c.turn(t, "token.refresh", "rotate")
	for range many {
		kinds["session id"] = append(kinds["session id"], c.sessionLogin(t, ""))
		kinds["refresh token"] = append(kinds["refresh token"], c.tokenLogin(t).Refresh)
		kinds["bench"] = append(kinds["bench"], labs.plain.visit(t).id)
		opened := labs.plain.stranger(t).post(t, "/room")
		kinds["right to drive"] = append(kinds["right to drive"], (&http.Response{Header: opened.header}).Cookies()[0].Value)
	}
	for kind, ids := range kinds {
		slices.Sort(ids)
		if distinct := len(slices.Compact(slices.Clone(ids))); distinct != many {
			t.Errorf("of %d %ss %d are distinct", many, kind, distinct)
		}
		on, off := bitsOf(t, ids[0]), bitsOf(t, ids[0])
		for _, id := range ids {
			for i, bit := range bitsOf(t, id) {
				on[i], off[i] = on[i] && bit, off[i] || bit
			}
		}
		if len(on) < 128 {
			t.Errorf("a %s has %d bits", kind, len(on))
		}
		for i := range on {
			if on[i] || !off[i] {
				t.Errorf("bit %d of a %s is always %t", i, kind, on[i])
			}
		}
	}
	for _, dir := range []string{"session", "token", "bench", "room"} {
		mustUseTheSystemsRandomness(t, dir)
	}
}

// bitsOf reads an id in base64url, where it has 43 characters, or in base32.
func bitsOf(t *testing.T, id string) (bits []bool) {
	t.Helper()
	alphabet, each, unused := "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 5, 0
	if len(id) == 43 {
		alphabet, each, unused = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 6, 2
	}
	for _, char := range id {
		at := strings.IndexRune(alphabet, char)
		if at < 0 {
			t.Fatalf("the id %q is neither base32 nor base64url", id)
		}
		for bit := each - 1; bit >= 0; bit-- {
			bits = append(bits, at>>bit&1 == 1)
		}
	}
	return bits[:len(bits)-unused]
}

func mustUseTheSystemsRandomness(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v, %v", dir, files, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range file.Imports {
			if strings.HasPrefix(i.Path.Value, `"math/rand`) {
				t.Errorf("%s imports %s", name, i.Path.Value)
			}
		}
	}
}

// loginsRenew logs in with an id that was planted, and again with one's own.
func loginsRenew(t *testing.T, labs asvsLabs) {
	v := labs.plain.visit(t)
	planted := strings.Repeat("p", 43)
	first := v.sessionLogin(t, planted)
	v.mustNotKnow(t, "an id that was planted before the login", planted)
	v.mustKnow(t, "the id of the login", first)
	second := v.sessionLogin(t, first)
	v.mustNotKnow(t, "the id from before the second login", first)
	v.mustKnow(t, "the id of the second login", second)
	if first == planted || first == second || len(v.bench(t).State(journal.Session).Records) != 1 {
		t.Errorf("the ids were %s, %s, %s; %d records are left", planted, first, second, len(v.bench(t).State(journal.Session).Records))
	}
	v.logInToken(t, librarian)
	before := v.token
	v.logInToken(t, librarian)
	if before == v.token {
		t.Error("a second login gives the first one's token")
	}
	v.mustBelieve(t, "the first token, which nothing ends", before)
	v.administer(t, "clock", "by", "15m")
	v.mustRefuse(t, "the first token, 15 minutes later", before)
}
