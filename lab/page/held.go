package page

import (
	"fmt"

	"authlab/lab/explain"
	"authlab/lab/journal"
)

// HeldView is what the browser holds for one flow, worked out from the recorded
// messages.
type HeldView struct {
	Source string // where this was learned: "by exchange 5"
	Cookie *CookieHeld
	Token  *TokenHeld
	Absent string
}

// CookieHeld is the session cookie in the browser's jar.
type CookieHeld struct {
	Name, Value, Until string
	Attributes         []explain.Attribute
}

// TokenHeld is the token that the app's script keeps.
type TokenHeld struct {
	Header, Payload, Signature string // each cut
	Length                     string
	Params, Claims             []ClaimView
	Inspect                    string // where it is taken apart; the address names the exchange, never the token
}

// ClaimView is one member of the token's header or payload.
type ClaimView struct{ Name, Value, Human, Meaning, Source string }

func newHeld(h explain.Held, flow journal.Flow, bench string) HeldView {
	v := HeldView{}
	if h.From > 0 {
		v.Source = fmt.Sprintf("learned from exchange %d", h.From)
	}
	switch {
	case h.Cookie != nil:
		v.Cookie = newCookieHeld(*h.Cookie)
	case h.Token != nil:
		v.Token = newTokenHeld(*h.Token)
		v.Token.Inspect = fmt.Sprintf("/inspect/token?bench=%s&exchange=%d", bench, h.From)
	case flow == journal.Session:
		v.Absent = "No cookie of this app."
	default:
		v.Absent = "No token."
	}
	return v
}

func newCookieHeld(c explain.CookieView) *CookieHeld {
	held := &CookieHeld{Name: c.Name, Value: shown(brief(c.Value, 6)), Until: "the browser closes"}
	for _, a := range c.Attributes {
		if a.Name == "Expires" || a.Name == "Max-Age" {
			held.Until = a.Name + " " + a.Value
		}
		held.Attributes = append(held.Attributes, explain.Attribute{Name: a.Name, Value: shown(brief(a.Value, 12)), Gloss: a.Gloss})
	}
	return held
}

func newTokenHeld(t explain.TokenView) *TokenHeld {
	held := &TokenHeld{
		Header: shown(brief(t.Header.Encoded, 4)), Payload: shown(brief(t.Payload.Encoded, 4)),
		Signature: shown(brief(t.Signature.Encoded, 4)), Length: size(int64(len(t.Raw))),
	}
	for _, c := range t.Params {
		held.Params = append(held.Params, newClaim(c))
	}
	for _, c := range t.Claims {
		held.Claims = append(held.Claims, newClaim(c))
	}
	return held
}

func newClaim(c explain.Claim) ClaimView {
	return ClaimView{Name: shown(c.Name), Value: shown(c.Value), Human: c.Human, Meaning: c.Gloss.Text, Source: c.Gloss.Source}
}

// attribute writes a cookie attribute as it is spelled on the wire.
func attribute(a explain.Attribute) string {
	if a.Value == "" {
		return a.Name
	}
	return a.Name + "=" + a.Value
}
