package lab_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"authlab/lab/bench"
	"authlab/lab/journal"
	"authlab/lab/settings"
)

// TestTheVerdictIsTheAnswerForTokenSettings turns the knobs of the token flow at
// random, also between requests, and holds every explained verdict against the
// status that really came.
func TestTheVerdictIsTheAnswerForTokenSettings(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	outcomes := map[string]int{}
	for range 20 { // what is drawn at random need not come at once
		if heldByVerdicts(t, w, outcomes); t.Failed() || len(unseen(outcomes)) == 0 {
			break
		}
	}
	if missing := unseen(outcomes); len(missing) > 0 {
		t.Errorf("no request was %q: %v", missing, outcomes)
	}
	t.Log(outcomes)
}

// unseen are the outcomes that have to come, and have not.
func unseen(outcomes map[string]int) []string {
	return slices.DeleteFunc([]string{"accepted 200", "refreshed 200", "refused 400", "refused 401", "forbidden 403", "logged out 204", "nothing done 204"},
		func(outcome string) bool { return outcomes[outcome] > 0 })
}

// heldByVerdicts holds the verdicts on random requests, and counts their outcomes.
func heldByVerdicts(t *testing.T, w *world, outcomes map[string]int) {
	t.Helper()
	rapid.Check(t, func(rt *rapid.T) {
		p := pocket{visitor: w.visit(t)}
		p.turnSome(rt, 12)
		p.turnTo(rt, "token.refresh", rapid.SampledFrom([]string{"off", "on", "rotate", "detect", "detect"}).Draw(rt, "refresh"))
		var want []int
		var requests []string
		for range rapid.IntRange(5, 14).Draw(rt, "requests") {
			p.happen(rt)
			request := p.draw(rt)
			got := w.ask(rt, request)
			p.keep(got)
			want, requests = append(want, got.status), append(requests, request)
			p.await(rt, len(want))
		}
		for i, x := range p.journal(rt, len(want)).Exchanges {
			agrees(rt, x, want[i], requests[i])
			outcomes[fmt.Sprint(x.Verdict.Outcome, " ", x.Verdict.Status)]++
		}
	})
}

// pocket is a visitor with all the tokens that were given so far.
type pocket struct {
	*visitor
	access, refresh []string
}

func (p *pocket) turnTo(t *rapid.T, name, value string) {
	b := p.bench(t)
	to, err := b.Settings().With(name, value)
	if err == nil {
		err = b.Change(to)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// turnSome turns up to n knobs of the token flow.
func (p *pocket) turnSome(t *rapid.T, n int) {
	b := p.bench(t)
	to := b.Settings()
	for range rapid.IntRange(0, n).Draw(t, "knobs") {
		knob := rapid.SampledFrom(tokenKnobs).Draw(t, "knob")
		choice := rapid.SampledFrom(knob.Choices).Draw(t, "value")
		var err error
		if to, err = to.With(knob.Name, choice.Value); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Change(to); err != nil {
		t.Fatal(err)
	}
}

var tokenKnobs = slices.DeleteFunc(slices.Clone(settings.Knobs), func(k settings.Knob) bool { return k.Group != settings.TokenFlow })

// happen may let something happen between two requests.
func (p *pocket) happen(t *rapid.T) {
	b := p.bench(t)
	switch rapid.IntRange(0, 9).Draw(t, "happens") {
	case 0, 1:
		by := rapid.SampledFrom([]time.Duration{time.Second, 11 * time.Second, time.Minute, 14 * time.Minute, 16 * time.Minute, time.Hour, 25 * time.Hour}).Draw(t, "by")
		if err := b.MoveClock(by); err != nil {
			t.Fatal(err)
		}
	case 2:
		if err := b.ChangeRole(librarian.ID, rapid.SampledFrom([]string{bench.RoleMember, bench.RoleStaff}).Draw(t, "role")); err != nil {
			t.Fatal(err)
		}
	case 3:
		p.turnSome(t, 2)
	}
}

// keep takes the tokens out of an answer.
func (p *pocket) keep(got response) {
	var body struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	if json.Unmarshal([]byte(got.body), &body) != nil {
		return
	}
	for _, c := range (&http.Response{Header: got.header}).Cookies() {
		switch c.Name {
		case "access_token":
			body.Access = c.Value
		case "refresh_token":
			body.Refresh = c.Value
		}
	}
	if body.Access != "" {
		p.access = append(p.access, body.Access)
	}
	if body.Refresh != "" {
		p.refresh = append(p.refresh, body.Refresh)
	}
}

// drawAccess draws an access token: given, changed, or made with an HMAC key of
// this bench.
func (p *pocket) drawAccess(t *rapid.T) string {
	b := p.bench(t)
	kind := rapid.IntRange(0, 9).Draw(t, "access")
	switch {
	case kind == 0 && len(p.access) > 0:
		return tamper(t, p.access[len(p.access)-1])
	case kind == 1 || kind == 2:
		key := rapid.SampledFrom(b.State(journal.Token).Keys).Draw(t, "key")
		if key.Public != nil {
			key.Secret = key.Public // the public key as an HMAC secret: an old attack
		}
		header := goodHeader(key.ID)
		if rapid.Bool().Draw(t, "its own alg") {
			header[0].text = fmt.Sprintf("%q", key.Alg)
		}
		return sign(t, object(header), object(drawMembers(t, goodClaims(b.Now()), b.Now())), key.Secret)
	case kind == 3 || len(p.access) == 0:
		return rapid.SampledFrom([]string{"", "x", "a.b.c", strings.Repeat("a", 9000), "e30.e30.e30", "é", `"`}).Draw(t, "odd")
	case kind == 4:
		return rapid.SampledFrom(p.access).Draw(t, "old")
	default:
		return p.access[len(p.access)-1]
	}
}

func (p *pocket) drawRefresh(t *rapid.T) string {
	kind := rapid.IntRange(0, 7).Draw(t, "refresh")
	switch {
	case kind == 0 || len(p.refresh) == 0:
		return rapid.SampledFrom([]string{"", "x", "é", strings.Repeat("r", 70000)}).Draw(t, "odd")
	case kind <= 3:
		return rapid.SampledFrom(p.refresh).Draw(t, "old")
	default:
		return p.refresh[len(p.refresh)-1]
	}
}

var tokenPages = rapid.SampledFrom([]string{
	"POST login", "GET profile", "GET profile", "GET profile", "GET desk", "POST refresh", "POST refresh", "POST refresh", "POST logout", "POST refresh/logout",
	"GET ", "GET refresh", "POST refresh/", "GET logout", "POST profile",
})

// draw draws a request to the token app, with its tokens where the settings want
// them, or elsewhere.
func (p *pocket) draw(t *rapid.T) string {
	method, page, _ := strings.Cut(tokenPages.Draw(t, "page"), " ")
	if len(p.access) == 0 && rapid.IntRange(0, 3).Draw(t, "log in first") > 0 {
		method, page = "POST", "login"
	}
	head := []string{method + " " + p.path("/token/") + page + " HTTP/1.1", "Host: a"}
	access, refresh := p.drawAccess(t), ""
	if strings.HasPrefix(page, "refresh") || page == "logout" {
		refresh = p.drawRefresh(t)
	}
	inCookie := p.bench(t).Settings().Token.Storage == "cookie"
	if rapid.IntRange(0, 9).Draw(t, "elsewhere") == 0 {
		inCookie = !inCookie
	}
	body := ""
	switch {
	case inCookie:
		head = append(head, "Cookie: access_token="+access+"; refresh_token="+strings.TrimSpace(refresh[:min(len(refresh), 9000)]))
	default:
		head = append(head, drawAuthorization(t, access)...)
		body = rapid.SampledFrom([]string{`{"refresh_token":%q}`, `{"refresh_token":%q}`, `{"refresh_token":%q}`, `{"refresh_token":%q}`, `{"refresh_token":%q}`, `{"refresh_token":%q}`, `{"refresh_token":%q}`, `{"refresh_token":1,"x":%q}`, `{"refresh_token":%q,"refresh_token":"x"}`, `[%q]`, `{"Refresh_token":%q}`, `{"refresh_token":null,"x":%q}`}).Draw(t, "form")
		body = fmt.Sprintf(body, refresh)
	}
	media := rapid.SampledFrom([]string{"application/json", "application/json", "application/json", "application/json;charset=utf-8", "text/plain", ""}).Draw(t, "media")
	if page == "login" {
		body, media = `{"email":"librarian@library.test","password":"shelf-mark"}`, "application/json"
	}
	if extra := rapid.SampledFrom([]string{"", "", "", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site", "Origin: null", "Origin: http://a"}).Draw(t, "extra"); extra != "" {
		head = append(head, extra)
	}
	if method == "POST" {
		head = append(head, fmt.Sprintf("Content-Length: %d", len(body)), "Content-Type: "+media)
		return lines(head...) + body
	}
	return lines(head...)
}
