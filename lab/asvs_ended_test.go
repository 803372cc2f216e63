package lab_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"authlab/lab/bench"
	"authlab/lab/journal"
)

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
