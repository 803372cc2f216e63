package main

import (
	"cmp"
	"context"
	crand "crypto/rand"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"authlab/lab/plot"
)

// attacks are all that a lab is to withstand.
var attacks = []attack{
	{name: "benches", does: "makes benches", at: 8, rate: 1000, taken: http.StatusSeeOther, deed: func(ctx context.Context, a *attacker) {
		a.form(ctx, "/bench", nil)
	}},
	{name: "fill", does: "fills benches with requests of 95 KB", at: 6, rate: 1000, taken: http.StatusBadRequest, deed: fillMore},
	{name: "rooms", does: "opens classes", at: 4, rate: 1000, taken: http.StatusSeeOther, deed: func(ctx context.Context, a *attacker) {
		a.form(ctx, "/room", nil)
	}},
	{name: "votes", does: "votes for devices that it makes up, or has the lab name", at: 8, rate: 2000, taken: http.StatusSeeOther, deed: stuff},
	{name: "presence", does: "says again and again that a device is here", at: 8, rate: 2000, taken: http.StatusNoContent, prepare: enterClass, deed: func(ctx context.Context, a *attacker) {
		a.form(ctx, a.class.path+"/here", url.Values{"device": {a.shared.device}, "step": {strconv.Itoa(rand.N(plot.Last))}, "quiet": {"1"}})
	}},
	{name: "codes", does: "tries one join code after another", at: 4, rate: 1000, taken: http.StatusNotFound, deed: func(ctx context.Context, a *attacker) {
		a.try(ctx, http.MethodGet, "/room/"+wrongCode(), "", "")
	}},
	{name: "readers", does: "asks for the journal and the export of a full bench, and never reads", at: 40, rate: 40, prepare: fillOne, deed: neverRead},
	{name: "pages", does: "loads the page of a full bench", at: 4, rate: 50, taken: http.StatusOK, prepare: fillOne, deed: func(ctx context.Context, a *attacker) {
		a.try(ctx, http.MethodGet, a.shared.full, "", "")
	}},
	{name: "logins", does: "logs in, with a wrong password", at: 8, rate: 500, taken: http.StatusUnprocessableEntity, deed: func(ctx context.Context, a *attacker) {
		if bench := a.ownBench(ctx); bench != "" {
			a.form(ctx, bench+"/session/login", url.Values{"email": {"reader@library.test"}, "password": {"guess"}})
		}
	}},
	{name: "keys", does: "has one RSA key made after another", at: 4, rate: 200, taken: http.StatusNoContent, deed: func(ctx context.Context, a *attacker) {
		if bench := a.ownBench(ctx); bench != "" {
			a.form(ctx, bench+"/settings", url.Values{"token.alg": {"RS256"}, "quiet": {"1"}})
			a.form(ctx, bench+"/reset", url.Values{"quiet": {"1"}})
		}
	}},
	{name: "tokens", does: "has tokens of 4 MB inspected", at: 4, rate: 50, taken: http.StatusOK, deed: func(ctx context.Context, a *attacker) {
		a.try(ctx, http.MethodPost, "/api/inspect/token", "application/json", longToken)
	}},
	{name: "cookies", does: "has 3 MB of cookies inspected", at: 4, rate: 50, taken: http.StatusOK, deed: func(ctx context.Context, a *attacker) {
		a.try(ctx, http.MethodPost, "/api/inspect/cookie", "application/json", longCookies)
	}},
	{name: "idle", does: "holds 400 idle connections, where the lab may open 300 files", at: 400, rate: 400, files: 300, class: 20, deed: func(ctx context.Context, a *attacker) {
		if conn := a.dial(ctx, false); conn != nil {
			a.linger(ctx, conn)
		}
	}},
	{name: "headers", does: "sends the heads of 200 requests, a byte a second", at: 200, rate: 200, deed: dribble},
}

// fillMore fills a bench a little more.
func fillMore(ctx context.Context, a *attacker) {
	if bench := a.ownBench(ctx); bench != "" {
		a.form(ctx, bench+"/session/login", longLogin)
	}
}

// stuff votes once for a device that does not exist, and once for one that the lab is
// to name.
func stuff(ctx context.Context, a *attacker) {
	b := cmp.Or(a.class.vote.Load(), &ballot{"none", "1"}) // none is open at first
	form := url.Values{"slug": {b.slug}, "round": {b.round}, "option": {"2"}}
	a.form(ctx, a.class.path+"/vote", form)
	form.Set("device", crand.Text())
	a.form(ctx, a.class.path+"/vote", form)
}

// enterClass has the class count a device.
func enterClass(ctx context.Context, a *attacker) error {
	asks, err := openAsker(ctx, a.from, a.addr)
	if err != nil {
		return err
	}
	defer asks.conn.Close() //nolint:errcheck // nothing more is asked
	if a.shared.device, err = asks.join(a.class.path); err != nil {
		return err
	}
	s, err := openStream(ctx, a.from, a.addr, a.class.path+"/events?device="+a.shared.device, "")
	if err != nil {
		return err
	}
	if err := s.begin(); err != nil {
		return err
	}
	go func() { _, _ = io.Copy(io.Discard, s.lines) }() // until ctx ends
	return nil
}

// wrongCode returns a join code that no class has, but for one chance in 10^11.
func wrongCode() string {
	code := strings.NewReplacer("I", "8", "L", "9", "O", "8").Replace(crand.Text()[:8])
	return code[:4] + "-" + code[4:]
}

// neverRead asks for much, with the smallest buffer there is, and reads nothing of it.
func neverRead(ctx context.Context, a *attacker) {
	conn := a.dial(ctx, true)
	if conn == nil {
		return
	}
	what := "/journal.json"
	if rand.N(2) == 0 {
		what = "/export.zip"
	}
	_, err := io.WriteString(conn, "GET "+a.shared.full+what+" HTTP/1.1\r\nHost: "+a.addr+"\r\n\r\n")
	if err == nil {
		<-ctx.Done()
	}
	a.closed(ctx, conn)
}

// dribble sends the head of a request as slowly as may be.
func dribble(ctx context.Context, a *attacker) {
	conn := a.dial(ctx, false)
	if conn == nil {
		return
	}
	for _, c := range "GET / HTTP/1.1\r\nHost: " + a.addr + "\r\nX-Slow: " + strings.Repeat("a", 1000) {
		if _, err := conn.Write([]byte(string(c))); err != nil || sleep(ctx, time.Second) != nil {
			break
		}
	}
	a.closed(ctx, conn)
}

// longToken asks about a token of nearly 4 MiB, which is the most that an inspector
// reads; the content of a claim makes it so long.
var longToken = `{"token":"eyJhbGciOiJIUzI1NiJ9.eyJhIjoi` + strings.Repeat("YWFh", 1_000_000) + `In0.c2ln","key":"key","key_form":"text","time":"now"}`

// longCookies asks about a hundred Set-Cookie lines, as many as the inspector takes,
// of 30 KB each; all of it is attributes, each of which is looked at.
var longCookies = `{"url":"https://shop.example/","set_cookies":["` + strings.Repeat(`a=b`+strings.Repeat("; Path=/", 3_750)+`","`, 99) + `last=1"]}`
