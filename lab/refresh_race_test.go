package lab_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"authlab/lab/bench"
	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/labtest"
	"authlab/lab/settings"
)

// TestOneRefreshWins uses one refresh token 16 times at once, in each store. With
// rotation exactly one use succeeds; with detection the others end the login, and
// its successor with it.
func TestOneRefreshWins(t *testing.T) {
	t.Parallel()
	const uses = 16
	rounds := labtest.Rounds(t, 2, 10)
	w := startLab(t, lifted, withRedis(t))
	for _, store := range stores {
		for _, c := range []struct {
			refresh, grace string
			succeed        int
			after          int // the answer to a successor of those that succeeded
		}{{"on", "0s", uses, http.StatusOK}, {"rotate", "0s", 1, http.StatusOK}, {"detect", "0s", 1, http.StatusBadRequest}, {"rotate", "10s", uses, http.StatusOK}, {"detect", "10s", uses, http.StatusOK}} {
			v := &client{visitor: w.visit(t)}
			v.turn(t, "store", store, "token.refresh", c.refresh, "token.grace", c.grace)
			for range rounds {
				v.logIn(t)
				first := v.refresh
				if got := v.refreshAtOnce(t, uses); got != c.succeed {
					t.Errorf("in %s, %s with a grace of %s: %d of %d uses succeeded, want %d", store, c.refresh, c.grace, got, uses, c.succeed)
				}
				if c.refresh != "on" && v.refresh == first {
					t.Error("the answer that succeeded brought no successor")
				}
				if x := v.renew(t); status(x) != c.after {
					t.Errorf("in %s, %s with a grace of %s: the successor is answered %d, want %d", store, c.refresh, c.grace, status(x), c.after)
				}
			}
		}
	}
}

// refreshAtOnce uses the client's refresh token n times at once, keeps what one
// answer gave and returns how many were good.
func (c *client) refreshAtOnce(t *testing.T, n int) (good int) {
	t.Helper()
	before := len(c.bench(t).Journal().Exchanges)
	body := fmt.Sprintf(`{"refresh_token":%q}`, c.refresh)
	request := lines("POST "+c.path("/token/refresh")+" HTTP/1.1", "Host: a", "Content-Type: application/json", fmt.Sprintf("Content-Length: %d", len(body)), "Connection: close") + body
	var all sync.WaitGroup
	for range n {
		all.Go(func() { c.w.ask(t, request) })
	}
	all.Wait()
	c.await(t, before+n)
	for _, x := range c.bench(t).Journal().Exchanges[before:] {
		if v := explain.Read(x).Verdict(); v.Status != v.Answered {
			t.Errorf("explained as %d, answered %d", v.Status, v.Answered)
		}
		if status(x) == http.StatusOK {
			good++
			c.take(x)
		}
	}
	return good
}

// TestReuseEndsTheLogin follows a thief who uses a refresh token before its owner
// does, in each store.
func TestReuseEndsTheLogin(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted, withRedis(t))
	for _, store := range stores {
		owner := &client{visitor: w.visit(t)}
		owner.turn(t, "store", store, "token.refresh", "detect")
		owner.logIn(t)
		thief := &client{visitor: owner.visitor, refresh: owner.refresh}
		if x := thief.renew(t); status(x) != 200 || len(recordsOf(x, journal.RefreshRecord)) != 2 {
			t.Errorf("in %s the thief is answered %d", store, status(x))
		}
		if x := owner.renew(t); status(x) != 400 || len(recordsOf(x, journal.RefreshRecord)) != 0 || !strings.Contains(detail(x, "not used before"), "whole login was ended") {
			t.Errorf("in %s the owner is answered %d, and %d records are left: %s", store, status(x), len(recordsOf(x, journal.RefreshRecord)), detail(x, "not used before"))
		}
		if x := thief.renew(t); status(x) != 400 {
			t.Errorf("in %s the thief is then answered %d", store, status(x))
		}
		owner.logIn(t)
		if x := owner.renew(t); status(x) != 200 {
			t.Errorf("in %s a new login's refresh is answered %d", store, status(x))
		}
	}
}

// TestLogoutEndsRefreshing logs out of one of two logins, in each store and for
// tokens in storage and in cookies.
func TestLogoutEndsRefreshing(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted, withRedis(t))
	for _, store := range stores {
		for _, keep := range []string{"localStorage", "cookie"} {
			here := &client{visitor: w.visit(t)}
			here.turn(t, "store", store, "token.keep", keep, "token.refresh", "rotate")
			here.logIn(t)
			there := &client{visitor: here.visitor}
			there.logIn(t)
			here.renew(t)
			x := here.logOut(t)
			if status(x) != 204 || len(recordsOf(x, journal.RefreshRecord)) != 1 {
				t.Errorf("in %s, %s: logout %d leaves %d records", store, keep, status(x), len(recordsOf(x, journal.RefreshRecord)))
			}
			if got := status(here.renew(t)); got != 400 {
				t.Errorf("in %s, %s: refreshing after the logout is answered %d", store, keep, got)
			}
			if got := status(there.renew(t)); got != 200 {
				t.Errorf("in %s, %s: refreshing on the other device is answered %d", store, keep, got)
			}
		}
	}
}

// TestOtherAlgorithm turns the algorithm and back: a token is believed while its
// algorithm is the one in force, and never otherwise. No private key is told.
func TestOtherAlgorithm(t *testing.T) {
	t.Parallel()
	c := &client{visitor: startLab(t, lifted).visit(t)}
	tokens := map[string]string{}
	algs := []string{"HS256", "HS384", "HS512", "RS256", "PS256", "ES256", "EdDSA"}
	for _, alg := range algs {
		c.turn(t, "token.alg", alg)
		c.logIn(t)
		tokens[alg] = c.access
	}
	for i, now := range algs {
		c.turn(t, "token.alg", now)
		for _, alg := range algs {
			want := http.StatusUnauthorized
			if alg == now {
				want = http.StatusOK
			}
			c.access = tokens[alg]
			if x := c.ask(t, "GET", "profile", ""); status(x) != want {
				t.Errorf("with %s in force a token of %s is answered %d, want %d", now, alg, status(x), want)
			}
		}
		key := c.bench(t).State(journal.Token).Keys[i]
		if key.ID != fmt.Sprintf("k%d", i+1) || key.Alg != now {
			t.Errorf("key %d is %s for %s, want it for %s", i+1, key.ID, key.Alg, now)
		}
	}
	if got := c.get(t, c.path("/journal.json")).body; strings.Contains(got, "PrivateKey") || strings.Count(got, `"public":"`) == 0 {
		t.Error("journal.json tells a private key, or no public one")
	}
}

// TestTokenInCookie holds what a cookie changes: it travels by itself, so other
// sites' requests are refused, and browsers do not keep a long one.
func TestTokenInCookie(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	c := &client{visitor: w.visit(t)}
	c.turn(t, "token.keep", "cookie", "token.refresh", "rotate")
	login := c.logIn(t)
	path := c.path("/token/")
	if got := strings.Join(setCookies(login), "\n"); got != "access_token="+c.access+"; Path="+path+"; HttpOnly; SameSite=Lax\nrefresh_token="+c.refresh+"; Path="+path+"refresh; HttpOnly; SameSite=Lax" {
		t.Errorf("the login sets\n%s", got)
	}
	for _, request := range [][2]string{{"POST", "login"}, {"POST", "refresh"}, {"POST", "logout"}, {"POST", "refresh/logout"}} {
		if x := c.ask(t, request[0], request[1], "{}", "Sec-Fetch-Site", "cross-site"); status(x) != 403 || len(setCookies(x)) != 0 {
			t.Errorf("%s from another site is answered %d", request[1], status(x))
		}
	}
	if x := c.ask(t, "GET", "profile", "", "Sec-Fetch-Site", "cross-site"); status(x) != 200 {
		t.Errorf("a link from another site is answered %d", status(x))
	}
	c.administer(t, "replay", "exchange", itoa(login.Number))
	copied := c.journal(t, login.Number+6).numbered(t, login.Number+6)
	if copied.By != "replay" || copied.Verdict.Answered != 200 || !strings.Contains(string(copied.Request.Bytes), "\r\nCookie: access_token="+c.access+"\r\n") {
		t.Errorf("the copy is sent as %q and answered %d", copied.Request.Bytes, copied.Verdict.Answered)
	}
	if held := explain.HeldAfter(c.bench(t).Journal().Exchanges, journal.Token, login.Number); held.Kept != "cookie" || held.Cookie == nil || held.Token == nil || held.Refresh != c.refresh {
		t.Errorf("the browser holds %+v", held)
	}
	out := c.logOut(t)
	if got := setCookies(out); len(got) != 2 || !strings.Contains(got[0], "Max-Age=0") || !strings.Contains(got[1], "Max-Age=0") {
		t.Errorf("the logout sets %q", got)
	}
	if held := explain.HeldAfter(c.bench(t).Journal().Exchanges, journal.Token, out.Number); held.Token != nil || held.Refresh != "" {
		t.Errorf("after the logout the browser holds %+v", held)
	}
	c.turn(t, "token.list", "on")
	c.access = ""
	if x := c.logIn(t); status(x) != 200 || c.access != "" || bench.LogsIn(x) {
		t.Errorf("a cookie of more than 4,096 bytes counts as kept: %d, %.80q", status(x), c.access)
	}
	x := c.ask(t, "GET", "profile", "")
	if status(x) != 401 {
		t.Errorf("without it the profile is answered %d", status(x))
	}
	if held := explain.HeldAfter(c.bench(t).Journal().Exchanges, journal.Token, x.Number); held.Token != nil || !strings.Contains(held.Refused, "more than 4096") {
		t.Errorf("the browser holds %+v", held)
	}
}

// TestVersionEndsEveryDevice logs out on one device where tokens have versions.
func TestVersionEndsEveryDevice(t *testing.T) {
	t.Parallel()
	here := &client{visitor: startLab(t, lifted).visit(t)}
	here.turn(t, "token.revocation", "version")
	here.logIn(t)
	there := &client{visitor: here.visitor}
	there.logIn(t)
	here.logOut(t)
	for name, c := range map[string]*client{"here": here, "there": there} {
		if x := c.ask(t, "GET", "profile", ""); status(x) != 401 || detail(x, "version current") != "The token's version is 0, the account's is 1." {
			t.Errorf("%s: %d, %s", name, status(x), detail(x, "version current"))
		}
		if status(c.logOut(t)) != 204 {
			t.Errorf("%s: logging out again is no error", name)
		}
	}
	if a, _ := here.bench(t).State(journal.Token).Account("librarian"); a.Version != 1 {
		t.Errorf("an ended token raised the version to %d", a.Version)
	}
	here.logIn(t)
	if x := here.ask(t, "GET", "profile", ""); status(x) != 200 {
		t.Errorf("a new login: %d", status(x))
	}
}

// TestTokensInMemoryEndWithThePage loads the page again.
func TestTokensInMemoryEndWithThePage(t *testing.T) {
	t.Parallel()
	for keep, left := range map[string]bool{"memory": false, "sessionStorage": true, "localStorage": true, "cookie": true} {
		c := &client{visitor: startLab(t, lifted).visit(t)}
		c.turn(t, "token.keep", keep)
		login := c.logIn(t)
		page := c.ask(t, "GET", "", "")
		held := func(x *journal.Exchange) explain.Held {
			return explain.HeldAfter(c.bench(t).Journal().Exchanges, journal.Token, x.Number)
		}
		if held(login).Token == nil || (held(page).Token != nil) != left || settings.Default(false).Token.Storage != "localStorage" {
			t.Errorf("%s: held after the page was loaded again: %t, want %t", keep, held(page).Token != nil, left)
		}
	}
}
