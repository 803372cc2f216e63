package explain

import (
	"net/http"
	"strings"

	"authlab/lab/journal"
)

// HeldAfter works out what the visitor's browser holds for a flow after
// exchange number, from what it was given up to then; number 0 is before any.
// xs ascend by Number. Exchanges that the lab's own client sent do not count.
//
// It takes all of a visitor's exchanges for one browser's, because the wire
// cannot tell a second browser, or curl, from the first.
func HeldAfter(xs []*journal.Exchange, flow journal.Flow, number int) Held {
	var held Held
	for _, x := range xs {
		if x.Number > number {
			break
		}
		if x.By != journal.Visitor || x.Flow != flow {
			continue
		}
		if flow == journal.Session {
			held.learnCookie(x)
		} else {
			held.learnToken(x)
		}
	}
	return held
}

// learnCookie does what a browser does with the response's cookies, after it
// has dropped what is over by its own clock, which is the machine's.
func (h *Held) learnCookie(x *journal.Exchange) {
	if h.Cookie != nil && !h.Cookie.Expires.IsZero() && !h.Cookie.Expires.After(x.Started) {
		h.Cookie = nil
	}
	cookie, ok := lastCookie(x, SessionCookie(x.Settings))
	if !ok {
		return
	}
	if why := refused(x, cookie); why != "" {
		h.From, h.Refused = x.Number, why
		return
	}
	h.From, h.Cookie, h.Refused = x.Number, &cookie, ""
	if cookie.Deletes {
		h.Cookie = nil
	}
}

// learnToken follows the app's script: it stores the tokens that a login or a
// refresh gave it, and forgets them at logout. Tokens in cookies are the browser's
// to store and to drop. A token that has been stored keeps its times measured from
// the latest exchange.
func (h *Held) learnToken(x *journal.Exchange) {
	if g := grantOf(x); g.Access != "" {
		h.granted(x, g)
		return
	}
	if why := ignored(x); why != "" {
		h.From, h.Refused = x.Number, why
		return
	}
	if h.Token == nil {
		return
	}
	if h.lost(x) {
		*h = Held{From: x.Number}
		return
	}
	view := ParseToken(h.Token.Raw, x.Clock)
	h.Token = &view
}

func (h *Held) granted(x *journal.Exchange, g grant) {
	view := ParseToken(g.Access, x.Clock)
	h.From, h.Token, h.Cookie, h.Kept, h.Refused = x.Number, &view, nil, tokenSettings(x).Keep, ""
	if h.Kept == "cookie" {
		cookie, _ := lastCookie(x, AccessCookie)
		h.Cookie = &cookie
	}
	if g.Refresh != "" || isLogin(x) {
		h.Refresh = g.Refresh // a refresh token that may be used again is not sent again
	}
}

// ignored says why browsers ignore the cookie that the response set an access token
// in, or "".
func ignored(x *journal.Exchange) string {
	if !TokenInCookie(x.Settings) {
		return ""
	}
	resp, err := answer(x)
	if err != nil {
		return ""
	}
	for _, field := range resp.Header["Set-Cookie"] {
		if v := ParseSetCookie(field, x.Started); v.Name == AccessCookie && v.Ignored != "" {
			return "Browsers ignore it: " + v.Ignored + "."
		}
	}
	return ""
}

// lost reports whether an exchange took the token from the browser: a logout, or,
// where the token is in a variable of the page, that the page was loaded anew.
func (h *Held) lost(x *journal.Exchange) bool {
	switch h.Kept {
	case "cookie":
		c, ok := lastCookie(x, AccessCookie)
		return ok && c.Deletes
	case "memory":
		return loggedOut(x) || loaded(x)
	default:
		return loggedOut(x)
	}
}

// loggedOut reports whether the exchange was the app's logout.
func loggedOut(x *journal.Exchange) bool {
	r, err := received(x)
	return err == nil && r.Method == http.MethodPost && answeredStatus(x) == http.StatusNoContent &&
		(strings.HasSuffix(r.URL.Path, "/token/logout") || strings.HasSuffix(r.URL.Path, "/token/refresh/logout"))
}

// loaded reports whether the exchange brought the token app's page.
func loaded(x *journal.Exchange) bool {
	r, err := received(x)
	return err == nil && r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/token/") && answeredStatus(x) == http.StatusOK
}

func isLogin(x *journal.Exchange) bool {
	r, err := received(x)
	return err == nil && strings.HasSuffix(r.URL.Path, "/login")
}
