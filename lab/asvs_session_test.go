package lab_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"authlab/lab/bench"
	"authlab/lab/journal"
	"authlab/lab/room"
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

// idleSessionsEnd leaves the apps alone for as long as they allow. A token counts for
// as long as that altogether, so that it ends by disuse as well.
func idleSessionsEnd(t *testing.T, labs asvsLabs) {
	v := labs.plain.visit(t)
	id := v.sessionLogin(t, "")
	v.logInToken(t, librarian)
	v.administer(t, "clock", "by", "14m")
	v.mustKnow(t, "a session unused for 14 minutes", id)
	v.mustBelieve(t, "a token unused for 14 minutes", v.token)
	v.administer(t, "clock", "by", "15m")
	v.mustNotKnow(t, "a session unused for 15 minutes", id)
	v.mustRefuse(t, "a token unused for 15 minutes", v.token)
}

// busySessionsEnd uses sessions, and refresh tokens, all the time.
func busySessionsEnd(t *testing.T, labs asvsLabs) {
	v := labs.plain.visit(t)
	v.turn(t, "token.refresh", "rotate", "token.refresh_lifetime", "1h")
	id := v.sessionLogin(t, "")
	held := v.tokenLogin(t)
	for range 5 {
		v.administer(t, "clock", "by", "11m")
		v.mustKnow(t, "a session within its hour", id)
		got, next := v.refreshes(t, held.Refresh)
		if got.status != http.StatusOK {
			t.Errorf("a refresh token within its hour is answered with %d", got.status)
		}
		held = next
	}
	v.administer(t, "clock", "by", "6m")
	v.mustNotKnow(t, "a busy session after an hour", id)
	if got, _ := v.refreshes(t, held.Refresh); got.status != http.StatusBadRequest {
		t.Errorf("a refresh token that was rotated for an hour is answered with %d", got.status)
	}
	drivingEnds(t)
}

// drivingEnds uses the right to drive a class for a day, in a room with a clock of the
// test's.
func drivingEnds(t *testing.T) {
	t.Helper()
	var ahead atomic.Int64
	rooms := room.NewRooms(nil, nil)
	t.Cleanup(rooms.Stop)
	r, err := rooms.Open(room.Options{Steps: 11, View: "both", Now: func() time.Time { return time.Unix(ahead.Load(), 0) }})
	if err != nil {
		t.Fatal(err)
	}
	secret, err := r.Grant(room.ByOpening, room.Instructor, "")
	if err != nil {
		t.Fatal(err)
	}
	for at := time.Duration(0); at <= 24*time.Hour; at += time.Hour {
		ahead.Store(int64(at.Seconds()))
		number, may := r.MayDrive(secret)
		r.Used(number, room.Instructor)
		if may != (at < 24*time.Hour) {
			t.Errorf("after %v of use the right to drive is good: %t", at, may)
		}
	}
}

// endedSessionsAreOver logs out and uses copies. What a browser has shown it may not
// keep, so that its way back asks again.
func endedSessionsAreOver(t *testing.T, labs asvsLabs) {
	v := labs.plain.visit(t)
	id := v.sessionLogin(t, "")
	if got := v.answersTo(t, id, "profile"); got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("the profile may be kept: %q", got.header.Get("Cache-Control"))
	}
	got := v.send(t, "POST", v.path("/session/logout"), cookieHeader("sid="+id), "")
	if cookie := strings.Join(got.header["Set-Cookie"], "\n"); !strings.HasPrefix(cookie, "sid=;") || !strings.Contains(cookie, "Max-Age=0") {
		t.Errorf("the logout answers %d and clears the cookie by %q", got.status, cookie)
	}
	v.mustNotKnow(t, "a session after its logout", id)
	if n := len(v.bench(t).State(journal.Session).Records); n != 0 {
		t.Errorf("after the logout %d records are left", n)
	}
	for _, by := range []string{"jti", "version"} {
		v := labs.plain.visit(t)
		v.turn(t, "token.revocation", by, "token.refresh", "rotate")
		held := v.tokenLogin(t)
		if got := v.presents(t, held.Access); got.status != http.StatusOK || got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("a token is answered with %d, to be kept: %q", got.status, got.header.Get("Cache-Control"))
		}
		header := http.Header{"Authorization": {"Bearer " + held.Access}, "Content-Type": {"application/json"}}
		if got := v.send(t, "POST", v.path("/token/logout"), header, fmt.Sprintf(`{"refresh_token":%q}`, held.Refresh)); got.status != http.StatusNoContent {
			t.Errorf("the logout is answered with %d", got.status)
		}
		v.mustRefuse(t, "a token after its logout, ended by "+by, held.Access)
		if got, _ := v.refreshes(t, held.Refresh); got.status != http.StatusBadRequest {
			t.Errorf("a refresh token after its logout is answered with %d", got.status)
		}
	}
	v.logInToken(t, librarian)
	v.send(t, "POST", v.path("/token/logout"), v.bearer(), "")
	v.mustBelieve(t, "a token after its logout, as the lesson is set up", v.token)
	v.administer(t, "clock", "by", "15m")
	v.mustRefuse(t, "that token, 15 minutes later", v.token)
}

// pagesOfferLogout looks for the button. In the token app one page shows all, and its
// script shows the button to whoever holds a token.
func pagesOfferLogout(t *testing.T, labs asvsLabs) {
	v := labs.plain.visit(t)
	id := v.sessionLogin(t, "")
	for _, role := range []string{bench.RoleStaff, bench.RoleMember} {
		v.administer(t, "role", "account", librarian.ID, "role", role)
		for _, page := range []string{"", "profile", "desk", "login"} {
			got := v.answersTo(t, id, page)
			forms := all(tree(t, got.body), `nav form[action="`+v.path("/session/logout")+`"][method=post]`)
			if len(forms) != 1 || words(forms[0]) != "Log out" || has(forms[0], "hidden") {
				t.Errorf("/session/%s (%d), as %s, has %d ways to log out", page, got.status, role, len(forms))
			}
		}
	}
	shell := tree(t, v.get(t, v.path("/token/")).body)
	if forms := all(shell, `nav form[action="`+v.path("/token/logout")+`"][method=post]`); len(forms) != 1 || words(forms[0]) != "Log out" {
		t.Errorf("the token app's page has %d ways to log out", len(forms))
	}
	c := labs.plain.present(t)
	if page := c.get(t, c.room+"/drive"); !strings.Contains(page.body, "End the class") {
		t.Errorf("the instructor's page (%d) does not offer to end the class", page.status)
	}
}

// administratorsEndSessions resets a bench, which ends the sessions of all its
// accounts.
func administratorsEndSessions(t *testing.T, labs asvsLabs) {
	v := labs.plain.visit(t)
	one, two := v.sessionLogin(t, ""), v.sessionLogin(t, "")
	v.logInToken(t, librarian)
	for _, id := range []string{one, two} {
		v.mustKnow(t, "a session before the reset", id)
	}
	v.mustBelieve(t, "a token before the reset", v.token)
	v.administer(t, "reset")
	for _, id := range []string{one, two} {
		v.mustNotKnow(t, "a session after the reset", id)
	}
	v.mustRefuse(t, "a token after the reset", v.token)
}

// sessionsAreSeen looks for two sessions on the bench's page, and takes the right to
// drive back from one browser of two.
func sessionsAreSeen(t *testing.T, labs asvsLabs) {
	v := labs.plain.visit(t)
	v.sessionLogin(t, "")
	v.sessionLogin(t, "")
	v.await(t, 2)
	listed := 0
	for _, record := range all(tree(t, v.get(t, v.path("")).body), ".rec") {
		if strings.Contains(words(record), "userlibrarian") {
			listed++
		}
	}
	if listed != 2 {
		t.Errorf("the bench's page shows %d sessions of 2", listed)
	}
	c, heir := labs.plain.present(t), labs.plain.stranger(t)
	if got := heir.post(t, c.invite(t)); got.status != http.StatusSeeOther {
		t.Fatalf("the invite is answered with %d", got.status)
	}
	if got := heir.get(t, c.room+"/drive"); got.status != http.StatusOK {
		t.Fatalf("the second browser is answered with %d", got.status)
	}
	if shown := all(tree(t, c.get(t, c.room+"/drive").body), `#rights [data-act="takeback"] button`); len(shown) == 0 {
		t.Error("the instructor's page does not show the other browser")
	}
	c.must(t, "takeback", "right", "2")
	if got := heir.get(t, c.room+"/drive"); got.status != http.StatusForbidden {
		t.Errorf("after its right was taken back the second browser is answered with %d", got.status)
	}
	if got := c.get(t, c.room+"/drive"); got.status != http.StatusOK {
		t.Errorf("and the first one with %d", got.status)
	}
}

// looksBeginNoSession asks for all that GET has, and opens an invite, as previews of
// messages do.
func looksBeginNoSession(t *testing.T, labs asvsLabs) {
	v := labs.plain.visit(t)
	c := labs.plain.present(t)
	paths := []string{c.invite(t), c.room, "/j/" + c.code, v.path("/session/"), v.path("/session/login"), v.path("/session/profile"), v.path("/session/desk"), v.path("/session/logout"), v.path("/token/"), v.path("/token/login"), v.path("/token/profile"), v.path("/sealed/"), v.path("/sealed/login"), v.path("/sealed/profile"), v.path("/sealed/logout")}
	for _, r := range v.routes(t) {
		if r.method == http.MethodGet && !strings.HasSuffix(r.path, "/events") { // which stays open, and is asked for by pages only
			paths = append(paths, r.path)
		}
	}
	visitor := labs.plain.stranger(t)
	for _, path := range paths {
		if got := visitor.get(t, path); got.header["Set-Cookie"] != nil {
			t.Errorf("GET %s sets %q", path, got.header["Set-Cookie"])
		}
	}
	if got := v.post(t, v.path("/session/login"), "email", reader.Email, "password", "wrong"); got.header["Set-Cookie"] != nil {
		t.Errorf("a login that failed sets %q", got.header["Set-Cookie"])
	}
	if got := v.send(t, "POST", v.path("/token/login"), http.Header{"Content-Type": {"application/json"}}, `{"email":"`+reader.Email+`","password":"wrong"}`); strings.Contains(got.body, "eyJ") || got.header["Set-Cookie"] != nil {
		t.Errorf("a login that failed (%d) gives %s", got.status, got.body)
	}
	if got := v.post(t, v.path("/sealed/login"), "email", reader.Email, "password", "wrong"); got.header["Set-Cookie"] != nil {
		t.Errorf("a login that failed sets %q", got.header["Set-Cookie"])
	}
	for _, flow := range journal.Flows {
		if n := len(v.bench(t).State(flow).Records); n != 0 {
			t.Errorf("looking, and logins that failed, have left %d records in the %s flow", n, flow)
		}
	}
	if got := visitor.get(t, c.room+"/drive"); got.status != http.StatusForbidden {
		t.Errorf("who has only looked drives the class: %d", got.status)
	}
}
