package explain

import (
	"net/http"
	"time"

	"authlab/lab/journal"
)

// HeldAfter works out what the visitor's browser holds for a flow after
// exchange number, from what it was given up to then; number 0 is before any.
// xs ascend by Number. Exchanges that the lab's own client sent do not count.
//
// It takes all of a visitor's exchanges for one browser's, because the wire
// cannot tell a second browser, or curl, from the first.
func HeldAfter(xs []*journal.Exchange, flow journal.Flow, number int) Held {
	var held holder
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
	return held.now()
}

// holder is what a browser holds while it is worked out, exchange by exchange.
type holder struct {
	Held           // without the token
	raw  string    // the token, "" for none
	at   time.Time // what its times are measured from
}

// now is what the browser holds in the end. The token is read once, however many
// exchanges there were since it was given.
func (h *holder) now() Held {
	if h.raw != "" {
		view := ParseToken(h.raw, h.at)
		h.Token = &view
	}
	return h.Held
}

// learnCookie does what a browser does with the response's cookies, after it
// has dropped what is over by its own clock, which is the machine's.
func (h *holder) learnCookie(x *journal.Exchange) {
	if h.Cookie != nil && !h.Cookie.Expires.IsZero() && !h.Cookie.Expires.After(x.Started) {
		h.Cookie = nil
	}
	r := Read(x)
	if r.cookie == nil {
		return
	}
	if r.refused != "" {
		h.From, h.Refused = x.Number, r.refused
		return
	}
	h.From, h.Cookie, h.Refused = x.Number, r.cookie, ""
	if r.cookie.Deletes {
		h.Cookie = nil
	}
}

// learnToken follows the app's script: it stores the tokens that a login or a
// refresh gave it, and forgets them at logout. Tokens in cookies are the browser's
// to store and to drop. A token that has been stored keeps its times measured from
// the latest exchange.
func (h *holder) learnToken(x *journal.Exchange) {
	r := Read(x)
	if r.grant.Access != "" {
		h.granted(x, r)
		return
	}
	if r.refused != "" {
		h.From, h.Refused = x.Number, r.refused
		return
	}
	if h.raw == "" {
		return
	}
	if h.lost(r) {
		*h = holder{Held: Held{From: x.Number}}
		return
	}
	h.at = x.Clock
}

func (h *holder) granted(x *journal.Exchange, r *Reading) {
	h.raw, h.at = r.grant.Access, x.Clock
	h.From, h.Cookie, h.Kept, h.Refused = x.Number, nil, tokenSettings(x).Storage, ""
	if h.Kept == "cookie" {
		h.Cookie = r.cookie
	}
	if r.grant.Refresh != "" || r.logsIn {
		h.Refresh = r.grant.Refresh // a refresh token that may be used again is not sent again
	}
}

// ignored says why browsers ignore the cookie that the response set an access token
// in, or "".
func ignored(x *journal.Exchange, resp *http.Response) string {
	if !TokenInCookie(x.Settings) {
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
func (h *holder) lost(r *Reading) bool {
	switch h.Kept {
	case "cookie":
		return r.cookie != nil && r.cookie.Deletes
	case "memory":
		return loggedOut(r) || loaded(r)
	default:
		return loggedOut(r)
	}
}

// loggedOut reports whether the exchange was the app's logout.
func loggedOut(r *Reading) bool {
	return r.logsOut && r.status == http.StatusNoContent
}

// loaded reports whether the exchange brought the token app's page.
func loaded(r *Reading) bool {
	return r.loads && r.status == http.StatusOK
}
