package panes

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/site/page"
)

// HeldView is what the browser holds for one flow, worked out from the recorded
// messages.
type HeldView struct {
	Source string // where this was learned: "by exchange 5"
	Cookie *CookieHeld
	Token  *TokenHeld
	Absent string
	// Elsewhere says that another client was given what this browser was not, "" where
	// that is not so.
	Elsewhere string
	// Refused says why the browser refuses what was set last, "" where it keeps it.
	Refused string
	// InspectCookie leads to what becomes of the cookie that was set last, "" for
	// none.
	InspectCookie string
}

// CookieHeld is a flow's cookie in the browser's jar.
type CookieHeld struct {
	Name, Until string
	Value       []page.Piece // its parts, each cut
	Attributes  []explain.Attribute
	// Says is what everybody can read of it, and Locked what nobody can who has no key;
	// nil and "" where it says nothing at all.
	Says   []ClaimView
	Locked string
}

// TokenHeld is the token that the app's script keeps.
type TokenHeld struct {
	Header, Payload, Signature string // each cut
	Length                     string
	Kept                       string              // where, in words
	Refresh                    string              // the refresh token that is kept with it, cut
	Attributes                 []explain.Attribute // of the cookie that it is in
	Params, Claims             []ClaimView
	Inspect                    string // where it is taken apart; the address names the exchange, never the token
}

// ClaimView is one member of the token's header or payload.
type ClaimView struct{ Name, Value, Human, Meaning, Source string }

// HeldNow is what the viewer's browser holds for a flow at the newest exchange, whichever
// one is shown: what scripts can read is told as it is now.
type HeldNow struct {
	Cookie   string // the name of the cookie that the credential is in, "" for none
	Begins   string // how its value begins
	HTTPOnly bool
	Until    time.Time // when the browser drops it by its own clock; zero where it names no end
	Kept     string    // where the token flow's token is kept, as the settings name it, "" for none
}

func newHeldNow(xs []*journal.Exchange, flow journal.Flow) (now HeldNow) {
	if len(xs) == 0 {
		return now
	}
	h := explain.HeldAfter(xs, flow, xs[len(xs)-1].Number)
	if h.Token != nil {
		now.Kept = h.Kept
	}
	if h.Cookie == nil {
		return now
	}
	now.Cookie, now.Begins, now.Until = h.Cookie.Name, h.Cookie.Value[:min(len(h.Cookie.Value), 6)], h.Cookie.Expires
	now.HTTPOnly = slices.ContainsFunc(h.Cookie.Attributes, func(a explain.Attribute) bool { return a.Name == "HttpOnly" })
	return now
}

// data are the attributes that tell it to the script that reads.
func (n HeldNow) data() templ.Attributes {
	out := templ.Attributes{}
	if n.Kept != "" {
		out["data-kept"] = n.Kept
	}
	if n.Cookie == "" {
		return out
	}
	out["data-cookie"], out["data-begins"] = n.Cookie, n.Begins
	if n.HTTPOnly {
		out["data-httponly"] = true
	}
	if !n.Until.IsZero() {
		out["data-until"] = strconv.FormatInt(n.Until.UnixMilli(), 10)
	}
	return out
}

func newHeld(h explain.Held, flow journal.Flow, bench string, now time.Time) HeldView {
	v := HeldView{Refused: page.Shown(h.Refused)}
	if h.From > 0 {
		v.Source = fmt.Sprintf("learned from exchange %d", h.From)
	}
	if h.Cookie != nil || h.Refused != "" {
		v.InspectCookie = fmt.Sprintf("/inspect/cookie?bench=%s&exchange=%d", bench, h.From)
	}
	switch {
	case h.Token != nil:
		v.Token = newTokenHeld(h)
		v.Token.Inspect = fmt.Sprintf("/inspect/token?bench=%s&exchange=%d", bench, h.From)
	case h.Cookie != nil:
		v.Cookie = newCookieHeld(*h.Cookie)
		v.Cookie.readBy(explain.FlowOf(flow), h.Cookie.Value, now)
	default:
		v.Absent = explain.FlowOf(flow).NoneHeld
	}
	return v
}

func newCookieHeld(c explain.CookieView) *CookieHeld {
	held := &CookieHeld{Name: c.Name, Until: "the browser closes"}
	for _, a := range c.Attributes {
		if a.Name == "Expires" || a.Name == "Max-Age" {
			held.Until = a.Name + " " + a.Value + ", by your browser’s own clock"
		}
		held.Attributes = append(held.Attributes, explain.Attribute{Name: a.Name, Value: page.Shown(page.Brief(a.Value, 12)), Gloss: a.Gloss})
	}
	return held
}

// readBy shows a cookie's value as a flow reads it: its parts in their inks, what they
// say, and how much of it is sealed.
func (held *CookieHeld) readBy(flow *explain.Flow, value string, now time.Time) {
	spans, at, most := flow.Marks(held.Name, value), 0, 6
	if len(spans) > 1 {
		most = 4
	}
	for _, s := range spans {
		if s.Start > at {
			held.Value = append(held.Value, page.Piece{Text: page.Shown(value[at:s.Start])})
		}
		part := page.Piece{Text: page.Shown(page.Brief(value[s.Start:s.End], most))}
		if s.Ink != explain.Plain {
			part.Ink, part.Ref = string(s.Ink), s.Ref
		}
		held.Value = append(held.Value, part)
		at = s.End
	}
	open, locked := flow.Reads(value, now)
	for _, c := range open {
		held.Says = append(held.Says, NewClaim(c))
	}
	if locked > 0 {
		held.Locked = page.Size(int64(locked)) + ", which nobody can read without the key. See “What is sealed inside” on the server."
	}
}

// Kept says in words where a token is kept.
var Kept = map[string]string{
	"memory":         "a variable of the app’s script, which ends with its page",
	"sessionStorage": "the app’s script, in sessionStorage",
	"localStorage":   "the app’s script, in localStorage",
	"cookie":         "the browser, in the cookie " + explain.AccessCookie,
}

func newTokenHeld(h explain.Held) *TokenHeld {
	t := *h.Token
	held := &TokenHeld{
		Kept: Kept[h.Kept], Refresh: page.Shown(page.Brief(h.Refresh, 6)),
		Header: page.Shown(page.Brief(t.Header.Encoded, 4)), Payload: page.Shown(page.Brief(t.Payload.Encoded, 4)),
		Signature: page.Shown(page.Brief(t.Signature.Encoded, 4)), Length: page.Size(int64(len(t.Raw))),
	}
	if h.Cookie != nil {
		held.Attributes = newCookieHeld(*h.Cookie).Attributes
	}
	for _, c := range t.Params {
		held.Params = append(held.Params, NewClaim(c))
	}
	for _, c := range t.Claims {
		held.Claims = append(held.Claims, NewClaim(c))
	}
	return held
}

// NewClaim is a claim of a token, to be held against a clock.
func NewClaim(c explain.Claim) ClaimView {
	return ClaimView{Name: page.Shown(c.Name), Value: page.Shown(c.Value), Human: c.Human, Meaning: c.Gloss.Text, Source: c.Gloss.Source}
}

// attribute writes a cookie attribute as it is spelled on the wire.
func attribute(a explain.Attribute) string {
	if a.Value == "" {
		return a.Name
	}
	return a.Name + "=" + a.Value
}
