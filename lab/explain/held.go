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
	cookie, ok := lastCookie(x)
	if !ok {
		return
	}
	h.From, h.Cookie = x.Number, &cookie
	if cookie.Deletes {
		h.Cookie = nil
	}
}

// learnToken follows the app's script: it stores the token that a login gave
// it, and forgets it at logout. A token that has been stored keeps its times
// measured from the latest exchange.
func (h *Held) learnToken(x *journal.Exchange) {
	if token := issuedToken(x); token != "" {
		view := ParseToken(token, x.Clock)
		h.From, h.Token = x.Number, &view
		return
	}
	if h.Token == nil {
		return
	}
	if loggedOut(x) {
		h.From, h.Token = x.Number, nil
		return
	}
	view := ParseToken(h.Token.Raw, x.Clock)
	h.Token = &view
}

// loggedOut reports whether the exchange was the app's logout.
func loggedOut(x *journal.Exchange) bool {
	r, err := received(x)
	return err == nil && r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/token/logout") &&
		answeredStatus(x) == http.StatusNoContent
}
