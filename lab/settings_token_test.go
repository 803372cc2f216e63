package lab_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/settings"
)

// career is what one token went through.
type career struct {
	login, profile, demoted, logout, replay *journal.Exchange
	refresh, again, family, soon            *journal.Exchange // nil where there is no refresh token
	access, first                           string
	header, claims                          map[string]any
}

// live goes through a career: a login, the profile, a change of role and the
// profile again, a refresh, the same one again, its successor, a logout, and the
// profile with a copy.
func (c *client) live(t *testing.T) (l career) {
	t.Helper()
	l.login = c.logIn(t)
	l.access, l.first = c.access, c.refresh
	l.header, l.claims = partOf(t, l.access, 0), partOf(t, l.access, 1)
	l.profile = c.ask(t, "GET", "profile", "")
	c.administer(t, "role", "account", "librarian", "role", "member")
	l.demoted = c.ask(t, "GET", "profile", "")
	if l.first != "" {
		l.refresh = c.renew(t)
		next := c.refresh
		c.administer(t, "clock", "by", "5s")
		c.refresh = l.first
		l.soon = c.renew(t)
		c.administer(t, "clock", "by", "30s")
		c.refresh = l.first
		l.again = c.renew(t)
		c.refresh = next
		l.family = c.renew(t)
	}
	c.access = l.access
	l.logout = c.logOut(t)
	l.replay = c.ask(t, "GET", "profile", "")
	return l
}

// partOf decodes a part of a token; one that is not there has no members.
func partOf(t *testing.T, token string, part int) (members map[string]any) {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[part])
	if err == nil {
		err = json.Unmarshal(text, &members)
	}
	if err != nil {
		t.Fatal(err)
	}
	return members
}

func answered(x *journal.Exchange, status int) bool {
	return x != nil && explain.Read(x).Verdict().Answered == status
}

func recordsOf(x *journal.Exchange, kind journal.RecordKind) (list []journal.Record) {
	for _, r := range x.After.Records {
		if r.Kind == kind {
			list = append(list, r)
		}
	}
	return list
}

func happened(x *journal.Exchange, kind journal.EventKind) bool {
	return slices.ContainsFunc(x.Events, func(e journal.Event) bool { return e.Kind == kind })
}

// detail is what a check of an exchange says.
func detail(x *journal.Exchange, name string) string {
	for _, c := range explain.Read(x).Verdict().Checks {
		if c.Name == name {
			return c.Detail
		}
	}
	return ""
}

func signatureBytes(l career) int {
	_, signature, _ := strings.Cut(l.access[strings.Index(l.access, ".")+1:], ".")
	return base64.RawURLEncoding.DecodedLen(len(signature))
}

// signedWith reports whether the token says an algorithm, has a signature of that
// length, and the one key of the server for it is of the right kind and fits it.
func signedWith(alg string, signature, secret int) func(career, *client) bool {
	return func(l career, _ *client) bool {
		keys := l.login.After.Keys
		key := keys[len(keys)-1]
		proof, ok := explain.Prove(explain.ParseToken(l.access, l.login.Clock), key)
		return ok && proof.Fits && (proof.MAC == "") == (secret == 0) && l.header["alg"] == alg && key.Alg == alg && l.header["kid"] == key.ID && signatureBytes(l) == signature &&
			len(key.Secret) == secret && (secret == 0) == (key.Public != nil) && answered(l.profile, 200)
	}
}

func lifetime(l career) time.Duration {
	exp, _ := l.claims["exp"].(float64)
	iat, _ := l.claims["iat"].(float64)
	return time.Duration(exp-iat) * time.Second
}

func lasts(d time.Duration) func(career, *client) bool {
	return func(l career, _ *client) bool {
		return lifetime(l) == d && strings.Contains(string(l.login.Response.Bytes), fmt.Sprintf(`"expires_in":%d`, d/time.Second))
	}
}

// keptIn reports where HeldAfter sees the token, that app.js is told so, and whether
// the answer shows it to scripts.
func keptIn(where string) func(career, *client) bool {
	return func(l career, c *client) bool {
		held := explain.HeldAfter(c.exchanges(), journal.Token, l.login.Number)
		shell := string(c.page.Response.Bytes)
		return held.Kept == where && strings.Contains(shell, `data-keep="`+where+`"`) &&
			strings.Contains(string(l.login.Response.Bytes), `"access_token":`) == (where != "cookie") &&
			strings.Contains(string(l.profile.Request.Bytes), "\r\nAuthorization: Bearer ") == (where != "cookie") &&
			(len(setCookies(l.login)) == 1) == (where == "cookie")
	}
}

// refreshes holds the refresh token's answers: used for the first time, again
// after 5 seconds, again after 35, and what became of its successor.
func refreshes(mode string, first, soon, again, successor int) func(career, *client) bool {
	return func(l career, _ *client) bool {
		if mode == "off" {
			return l.first == "" && len(recordsOf(l.login, journal.RefreshRecord)) == 0 && answered(l.logout, 204) && l.refresh == nil
		}
		return answered(l.refresh, first) && answered(l.soon, soon) && answered(l.again, again) && answered(l.family, successor) &&
			(refreshGiven(l.refresh) == "") == (mode == "on") && len(recordsOf(l.login, journal.RefreshRecord)) == 1
	}
}

func refreshEnds(d time.Duration) func(career, *client) bool {
	return func(l career, _ *client) bool {
		r := recordsOf(l.login, journal.RefreshRecord)
		sum := sha256.Sum256([]byte(l.first))
		return len(r) == 1 && r[0].Expires.Sub(r[0].Created) == d && r[0].ID == base64.RawURLEncoding.EncodeToString(sum[:]) &&
			!strings.Contains(string(r[0].Bytes), l.first)
	}
}

// tokenEffects are, for each knob of the token flow and each of its values, what
// shows on the wire, in the browser or at the server.
var tokenEffects = map[string]map[string]func(career, *client) bool{
	"token.alg": {
		"HS256": signedWith("HS256", 32, 32), "HS384": signedWith("HS384", 48, 48), "HS512": signedWith("HS512", 64, 64),
		"RS256": signedWith("RS256", 256, 0), "PS256": signedWith("PS256", 256, 0),
		"ES256": signedWith("ES256", 64, 0), "EdDSA": signedWith("EdDSA", 64, 0),
	},
	"token.lifetime": {"1m": lasts(time.Minute), "15m": lasts(15 * time.Minute), "24h": lasts(24 * time.Hour), "7d": lasts(7 * 24 * time.Hour)},
	"token.keep": {
		"memory": keptIn("memory"), "sessionStorage": keptIn("sessionStorage"), "localStorage": keptIn("localStorage"), "cookie": keptIn("cookie"),
	},
	"token.leeway": {
		"0s": func(l career, _ *client) bool { return !strings.Contains(detail(l.profile, "not expired"), "leeway") },
		"30s": func(l career, _ *client) bool {
			return strings.Contains(detail(l.profile, "not expired"), "30s of leeway")
		},
		"10m": func(l career, _ *client) bool {
			return strings.Contains(detail(l.profile, "not expired"), "10m0s of leeway")
		},
	},
	"token.require": {
		"all":  func(_ career, c *client) bool { return c.believes == [3]bool{true, false, false} },
		"exp":  func(_ career, c *client) bool { return c.believes == [3]bool{true, true, false} },
		"none": func(_ career, c *client) bool { return c.believes == [3]bool{true, true, true} },
	},
	"token.role": {
		"on": func(l career, _ *client) bool {
			return l.claims["role"] == "staff" && !happened(l.profile, journal.AccountRead) && strings.Contains(string(l.demoted.Response.Bytes), `"role":"staff"`)
		},
		"off": func(l career, _ *client) bool {
			return l.claims["role"] == nil && happened(l.profile, journal.AccountRead) && strings.Contains(string(l.demoted.Response.Bytes), `"role":"member"`)
		},
	},
	"token.name": {
		"on": func(l career, _ *client) bool {
			return l.claims["name"] == librarian.Name && strings.Contains(string(l.profile.Response.Bytes), librarian.Name)
		},
		"off": func(l career, _ *client) bool {
			return l.claims["name"] == nil && strings.Contains(string(l.profile.Response.Bytes), `"name":"librarian"`)
		},
	},
	"token.list": {
		"off": func(l career, _ *client) bool { return l.claims["shelves"] == nil && len(l.access) < 500 },
		"on": func(l career, _ *client) bool {
			list, _ := l.claims["shelves"].([]any)
			return len(list) == 120 && len(l.access) > 4096 && l.profile.Request.Length > 4096
		},
	},
	"token.refresh": {
		"off": refreshes("off", 0, 0, 0, 0), "on": refreshes("on", 200, 200, 200, 200),
		"rotate": refreshes("rotate", 200, 400, 400, 200), "detect": refreshes("detect", 200, 400, 400, 400),
	},
	"token.refresh_lifetime": {"1h": refreshEnds(time.Hour), "24h": refreshEnds(24 * time.Hour), "720h": refreshEnds(720 * time.Hour)},
	"token.grace": {
		"0s": refreshes("detect", 200, 400, 400, 400), "10s": refreshes("detect", 200, 200, 400, 400), "1m": refreshes("detect", 200, 200, 200, 200),
	},
	"token.revocation": {
		"off": func(l career, _ *client) bool {
			return answered(l.replay, 200) && len(l.logout.After.Records) == 0 && l.claims["ver"] == nil
		},
		"jti": func(l career, _ *client) bool {
			r := recordsOf(l.logout, journal.DeniedRecord)
			return answered(l.replay, 401) && len(r) == 1 && r[0].ID == l.claims["jti"] && happened(l.profile, journal.RecordMissing)
		},
		"version": func(l career, _ *client) bool {
			account, _ := l.logout.After.Account("librarian")
			return answered(l.replay, 401) && len(l.logout.After.Records) == 0 && l.claims["ver"] == 0.0 && account.Version == 1
		},
	},
}

// exchanges are all that were recorded on the client's bench.
func (c *client) exchanges() []*journal.Exchange { return c.journaled.Exchanges }

// TestEveryTokenKnobHasAnEffect turns each knob to each of its values.
func TestEveryTokenKnobHasAnEffect(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	for _, k := range tokenKnobs {
		for _, choice := range k.Choices {
			effect := tokenEffects[k.Name][choice.Value]
			if effect == nil {
				t.Errorf("nothing is asserted of %s=%s", k.Name, choice.Value)
				continue
			}
			c := &client{visitor: w.visit(t)}
			if strings.HasPrefix(k.Name, "token.refresh_") || k.Name == "token.grace" {
				c.turn(t, "token.refresh", "detect")
			}
			c.turn(t, k.Name, choice.Value)
			l := c.full(t)
			if !answered(l.profile, 200) || l.login.Settings.Get(k.Name) != choice.Value {
				t.Errorf("%s=%s: the profile is answered %d; the exchange keeps %q", k.Name, choice.Value, status(l.profile), l.login.Settings.Get(k.Name))
			}
			if !effect(l, c) {
				t.Errorf("%s=%s has no effect: %s", k.Name, choice.Value, l.login.Response.Bytes)
			}
			for other, is := range tokenEffects[k.Name] {
				if other != choice.Value && is(l, c) {
					t.Errorf("%s=%s cannot be told from %s", k.Name, choice.Value, other)
				}
			}
		}
	}
}

// full is live, and beside it what does not belong to a career: the page, and which
// tokens are believed that lack a claim.
func (c *client) full(t *testing.T) career {
	t.Helper()
	c.page = c.ask(t, "GET", "", "")
	l := c.live(t)
	key := c.bench(t).State(journal.Token).Keys[0]
	for i, lacks := range [][]string{{}, {"iss", "aud", "sub", "jti", "iat"}, {"exp"}} {
		if key.Alg != c.bench(t).Settings().Token.Alg || c.bench(t).Settings().Token.Storage == "cookie" {
			break // it takes the right key to make one
		}
		claims := slices.DeleteFunc(goodClaims(c.bench(t).Now()), func(m member) bool { return slices.Contains(lacks, m.name) })
		c.access = hs256(object(goodHeader(key.ID)), object(claims), key.Secret)
		c.believes[i] = answered(c.ask(t, "GET", "profile", ""), 200)
	}
	c.journaled = c.bench(t).Journal()
	return l
}

// TestTokenEndsToTheSecond moves the clock to just before and to the end of each
// lifetime with each leeway: before it the token is believed, from it on it is not.
func TestTokenEndsToTheSecond(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	c := &client{visitor: w.visit(t)}
	for _, life := range []string{"1m", "15m", "24h", "7d"} {
		for _, leeway := range []string{"0s", "30s", "10m"} {
			c.turn(t, "token.lifetime", life, "token.leeway", leeway)
			c.logIn(t)
			exp, _ := partOf(t, c.access, 1)["exp"].(float64)
			end := time.Unix(int64(exp), 0).Add(settings.Duration(leeway))
			for _, moment := range []struct {
				at   time.Time
				want int
			}{{end.Add(-2 * time.Second), 200}, {end, 401}} {
				c.administer(t, "clock", "to", moment.at.Format(time.RFC3339Nano))
				if x := c.ask(t, "GET", "profile", ""); status(x) != moment.want {
					t.Errorf("lifetime %s, leeway %s, %s from the end: %d, want %d", life, leeway, moment.at.Sub(end), status(x), moment.want)
				}
			}
		}
	}
}

// TestRefreshEndsToTheSecond does so with refresh tokens and with the grace of a
// used one, in each store.
func TestRefreshEndsToTheSecond(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted, withRedis(t))
	for _, store := range stores {
		for _, knobs := range [][2]string{{"token.refresh_lifetime", "1h"}, {"token.refresh_lifetime", "24h"}, {"token.refresh_lifetime", "720h"}, {"token.grace", "10s"}, {"token.grace", "1m"}} {
			for _, before := range []bool{true, false} {
				c := &client{visitor: w.visit(t)}
				c.turn(t, "store", store, "token.refresh", "rotate", "token.grace", "0s", knobs[0], knobs[1])
				r := recordsOf(c.logIn(t), journal.RefreshRecord)[0]
				end, first := r.Expires, c.refresh
				if knobs[0] == "token.grace" {
					end = c.renew(t).Clock.Add(settings.Duration(knobs[1]))
					c.refresh = first
				}
				want := http.StatusBadRequest
				if before {
					end, want = end.Add(-3*time.Second), http.StatusOK
				} else {
					end = end.Add(time.Second)
				}
				c.administer(t, "clock", "to", end.Format(time.RFC3339Nano))
				if x := c.renew(t); status(x) != want {
					t.Errorf("in %s, %s=%s, before its end %t: %d, want %d", store, knobs[0], knobs[1], before, status(x), want)
				}
			}
		}
	}
}

// TestDeniedUntilItsEnd keeps a token's id on the list for as long as the token
// would have been believed, in each store, and no longer.
func TestDeniedUntilItsEnd(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted, withRedis(t))
	for _, store := range stores {
		c := &client{visitor: w.visit(t)}
		c.turn(t, "store", store, "token.revocation", "jti", "token.leeway", "30s")
		c.logIn(t)
		exp, _ := partOf(t, c.access, 1)["exp"].(float64)
		end := time.Unix(int64(exp), 0).Add(30 * time.Second)
		denied := recordsOf(c.logOut(t), journal.DeniedRecord)
		if len(denied) != 1 || !denied[0].Expires.Equal(end) || (store == settings.Memory) != (len(denied[0].Native) == 0) {
			t.Fatalf("in %s: denied %+v, want one until %s", store, denied, end)
		}
		c.administer(t, "clock", "to", end.Add(-3*time.Second).Format(time.RFC3339Nano))
		if x := c.ask(t, "GET", "profile", ""); status(x) != 401 || detail(x, "not expired") == "" || len(recordsOf(x, journal.DeniedRecord)) != 1 {
			t.Errorf("in %s, just before its end: %d, %s", store, status(x), detail(x, "not denied"))
		}
		c.administer(t, "clock", "to", end.Format(time.RFC3339Nano))
		if x := c.ask(t, "GET", "profile", ""); status(x) != 401 || !strings.Contains(string(x.Response.Bytes), "has expired") {
			t.Errorf("in %s, at its end: %d", store, status(x))
		}
		c.logIn(t)
		if x := c.ask(t, "GET", "profile", ""); status(x) != 200 || len(recordsOf(x, journal.DeniedRecord)) != 0 {
			t.Errorf("in %s, after its end: %d, and the list has %d", store, status(x), len(recordsOf(x, journal.DeniedRecord)))
		}
	}
}
