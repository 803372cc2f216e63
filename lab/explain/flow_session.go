package explain

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"authlab/lab/explain/gloss"
	"authlab/lab/journal"
	"authlab/lab/moment"
	"authlab/lab/settings"
)

// sessionFlow is the stateful one: the server remembers, and a cookie names the record.
var sessionFlow = Flow{
	ID: journal.Session, State: "Stateful", Credential: "session cookie", Short: "cookie", Ink: SessionID,
	Nobody: "No record of anyone.", NoneHeld: "No cookie of this app.", Knobs: settings.SessionFlow, Asks: "store",

	cookie:     SessionCookie,
	credential: sessionID,
	placed:     func(r *http.Request, s settings.Settings) bool { return sessionID(r, s) != "" },
	marks: func(name string, at int, value string) ([]Span, bool) {
		return sessionIDSpan(at, value), isSessionCookie(name)
	},
	role:     func(settings.Settings) Span { return ownRole },
	answered: (*Reading).setCookie,
	issued:   (*Reading).cookieValue,
	judge:    (*judge).session,
	learn:    (*holder).learnCookie,
	standing: sessionStanding,
	ends:     sessionEnds,
	decodes:  func(*journal.Exchange) string { return "" },
	roleKept: sessionRoleKept,
}

// SessionCookie is the name of the session app's cookie, as the settings have
// it.
func SessionCookie(s settings.Settings) string {
	if s.Session.Cookie == "" {
		return "sid"
	}
	return s.Session.Cookie
}

// isSessionCookie reports whether a cookie is called as the session app calls its
// own, in any of its variants.
func isSessionCookie(name string) bool { return name == "sid" || name == "__Host-sid" }

// sessionID finds the session id as the server does: the first cookie of that
// name that net/http can read.
func sessionID(r *http.Request, s settings.Settings) string {
	c, err := r.Cookie(SessionCookie(s))
	if err != nil {
		return ""
	}
	return c.Value
}

// storeKey is what the store knows a session id by: itself, or its SHA-256 in
// base64url, as scs writes it.
func storeKey(id string, s settings.Settings) string {
	if s.Session.HashID != settings.On {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func sessionStanding(h Held, s settings.Settings, state journal.State, now time.Time) Standing {
	if h.Cookie == nil {
		return Standing{Why: "You are not logged in to the session app."}
	}
	st := Standing{Held: true}
	r, found := state.Record(storeKey(h.Cookie.Value, s))
	st.Ends = r.Expires
	switch {
	case h.Cookie.Name != SessionCookie(s):
		st.Why = "The session app’s cookie has another name now."
	case !found:
		st.Why = "The session app has no record of your session any more."
	case !now.Before(r.Expires):
		st.Why = "The session ended at " + moment.Full(r.Expires, now) + "."
	default:
		st.Good = true
	}
	return st
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

// sessionIDSpan marks a cookie's value, which may stand in quotes and white
// space. An empty value has no span.
func sessionIDSpan(at int, value string) []Span {
	text := trimWhite(value)
	at += strings.Index(value, text)
	if len(text) >= 2 && text[0] == '"' && text[len(text)-1] == '"' {
		text = text[1 : len(text)-1]
		at++
	}
	if text == "" {
		return nil
	}
	return []Span{{Start: at, End: at + len(text), Ink: SessionID, Ref: "sid", Gloss: gloss.SessionID}}
}

// sessionRoleKept looks for the role in the id and in the record of the session that
// an exchange began; where it is in neither, the app has to ask the accounts.
func sessionRoleKept(x *journal.Exchange) string {
	c, issued := Read(x).Issued()
	if !issued {
		return ""
	}
	for _, r := range x.After.Records {
		account, known := x.After.Account(r.User)
		switch {
		case !known || r.ID != storeKey(c.Value, x.Settings):
		case strings.Contains(c.Value, account.Role):
			return "cookie"
		case strings.Contains(string(r.Bytes), account.Role):
			return "record"
		default:
			return "accounts"
		}
	}
	return ""
}

// sessionEnds are the two limits of each session that the server remembers.
func sessionEnds(_ Held, state journal.State, _ settings.Settings) (ends []End) {
	for _, r := range state.Records {
		ends = append(ends, End{"session " + short(r.ID) + " has been idle too long at", r.Expires})
		if r.Expires.Add(time.Second).Before(r.Deadline) {
			ends = append(ends, End{"session " + short(r.ID) + " reaches its absolute limit at", r.Deadline})
		}
	}
	return ends
}
