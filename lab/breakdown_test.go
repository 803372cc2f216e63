package lab_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"authlab/lab"
	"authlab/lab/explain"
	"authlab/lab/settings"
	"authlab/lab/store/storetest"
)

// TestTheStoreIsAway takes the store away and asks for everything that needs it: each
// is answered with 500, and the verdict, the journal and the page say what failed,
// and never that somebody is logged in.
func TestTheStoreIsAway(t *testing.T) {
	t.Parallel()
	url, away := storetest.OwnRedis(t)
	w := startLab(t, lifted, func(c *lab.Config) {
		c.Redis = url
		c.Log = slog.New(slog.DiscardHandler) // that the store is away is logged, and should be
	})
	v := w.visit(t)
	v.turn(t, "store", settings.Redis, "token.revocation", "jti", "token.refresh", "detect")
	v.logIn(t, librarian)
	const n = 2 // exchanges so far
	v.await(t, n)
	sid, token := "Cookie: sid="+v.sid(), "Authorization: Bearer "+v.token
	away()
	const form, jsonType = "Content-Type: application/x-www-form-urlencoded", "Content-Type: application/json"
	ask := func(method, page, field, media, body string) string {
		return lines(method+" "+v.path(page)+" HTTP/1.1", "Host: a", field, media, fmt.Sprint("Content-Length: ", len(body))) + body
	}
	login := `{"email":"` + librarian.Email + `","password":"` + librarian.Password + `"}`
	asks := []struct{ request, deciding, doing string }{
		{ask("GET", "/session/profile", sid, form, ""), "store answers", "find a record"},
		{ask("GET", "/session/", sid, form, ""), "store answers", "find a record"},
		{ask("POST", "/session/login", "X: y", form, loginForm(librarian)), "store answers", "write a record"},
		{ask("POST", "/session/login", "X: y", form, "email=a&password=b"), "password matches", ""}, // nothing is looked up, and nothing written
		{ask("POST", "/session/logout", sid, form, ""), "store answers", "find a record"},
		{ask("GET", "/token/profile", token, jsonType, ""), "store answers", "find a record"},
		{ask("POST", "/token/login", "X: y", jsonType, login), "store answers", "write a record"},
		{ask("POST", "/token/refresh", "X: y", jsonType, `{"refresh_token":"x"}`), "store answers", "mark a record as used"},
		{ask("POST", "/token/logout", token, jsonType, ""), "store answers", "find a record"},
	}
	for i, a := range asks {
		got := w.ask(t, a.request)
		v.await(t, n+i+1)
		x := v.bench(t).Journal().Exchanges[n+i]
		verdict := explain.Read(x).Verdict()
		failed, detail := "", ""
		for _, c := range verdict.Checks {
			if c.Result == explain.Failed {
				failed, detail = c.Name, c.Detail
			}
		}
		broken := a.doing != ""
		if failed != a.deciding || verdict.Note != "" || verdict.Status != got.status || (got.status == http.StatusInternalServerError) != broken || (verdict.Outcome == "broke down") != broken {
			t.Errorf("%.60q: answered %d, explained as %d %s by %q, %s", a.request, got.status, verdict.Status, verdict.Outcome, failed, verdict.Note)
		}
		if broken && (!strings.Contains(detail, "Asked to "+a.doing+", the store ") || !strings.HasSuffix(detail, " For that the server answered 500.")) {
			t.Errorf("%.60q: %s", a.request, detail)
		}
		if socket := strings.TrimPrefix(url, "unix://"); strings.Contains(fmt.Sprint(x.Events, verdict), socket) {
			t.Errorf("the visitor is told %s", socket)
		}
	}
	shown := v.get(t, v.path(fmt.Sprintf("?step=1&session=%d", n+3))).body
	if !strings.Contains(shown, "<span>broke down</span>") || !strings.Contains(shown, "Asked to write a record, the store said that it could not.") {
		t.Error("the page of the login does not say what failed")
	}
}
