package explain

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	jwe "github.com/go-jose/go-jose/v4"

	"authlab/lab/explain/gloss"
	"authlab/lab/jose"
	"authlab/lab/journal"
	"authlab/lab/moment"
	"authlab/lab/settings"
)

// sealedFlow is stateless and in a cookie: the whole session travels, encrypted, and
// the server alone can read it.
var sealedFlow = Flow{
	ID: journal.Sealed, State: "Sealed", Credential: "sealed session", Short: "seal", Says: "sealed session", Ink: TokenHeader,
	Nobody: "Nothing about who is logged in.", NoneHeld: "No sealed session.", Stays: true, Knobs: settings.SealedFlow,
	Asks: "its key", Key: "sealing key",

	cookie:     SealedCookie,
	credential: sealedSession,
	placed:     func(r *http.Request, s settings.Settings) bool { return sealedSession(r, s) != "" },
	marks: func(name string, at int, value string) ([]Span, bool) {
		return sealedSpans(at, value), name == "sealed" || name == "__Host-sealed"
	},
	role:     sealedRole,
	answered: (*Reading).setCookie,
	issued:   (*Reading).cookieValue,
	alg:      func(settings.Settings) string { return "A256GCM" },
	reads:    sealedReads,
	judge:    (*judge).sealed,
	learn:    (*holder).learnCookie,
	standing: sealedStanding,
	ends:     sealedEnds,
	decodes:  sealedDecodable,
	roleKept: sealedRoleKept,
}

// SealedCookie is the name of the sealed app's cookie, as the settings have it.
func SealedCookie(s settings.Settings) string {
	if SessionCookie(s) != "sid" {
		return "__Host-sealed"
	}
	return "sealed"
}

// sealedSession finds the sealed session as the server does: the first cookie of that
// name that net/http can read.
func sealedSession(r *http.Request, s settings.Settings) string {
	c, err := r.Cookie(SealedCookie(s))
	if err != nil {
		return ""
	}
	return c.Value
}

// looksUp reports whether the sealed app asks the accounts for the role instead of
// going by the one that is sealed inside.
func looksUp(s settings.Settings) bool { return s.Token.Role == settings.Off }

// sealedRole is copied out of the sealed session, unless the app looks it up.
func sealedRole(s settings.Settings) Span {
	if looksUp(s) {
		return ownRole
	}
	return Span{Ink: TokenPayload, Ref: "jwe.role", Gloss: gloss.SealedRole}
}

// sealParts are the parts of a compact JWE by their refs, in their order, with the ink
// of each (RFC 7516, section 7.1).
var sealParts = []struct {
	ref string
	ink Ink
}{{"jwe.hdr", TokenHeader}, {"jwe.key", Plain}, {"jwe.iv", Plain}, {"jwe.text", TokenPayload}, {"jwe.tag", TokenSig}}

// sealedSpans marks the parts of a compact JWE, however broken it is.
func sealedSpans(at int, text string) (spans []Span) {
	session := trimWhite(text)
	at += strings.Index(text, session)
	for i, part := range strings.SplitN(session, ".", len(sealParts)) {
		if part != "" {
			spans = append(spans, Span{Start: at, End: at + len(part), Ink: sealParts[i].ink, Ref: sealParts[i].ref, Gloss: gloss.Part(sealParts[i].ref)})
		}
		at += len(part) + 1
	}
	return spans
}

// SealPart is one of the five parts of a compact JWE (RFC 7516, section 7.1).
type SealPart struct {
	Part
	Ink Ink
	Ref string // as in the spans of a message: "jwe.hdr"
	// Gloss says what it is; its title is the part's name.
	Gloss gloss.Gloss
}

// SealedView is a sealed session taken apart: what everybody can read of it, and what
// the server can that has the key.
type SealedView struct {
	// Parts are its five parts; one that is missing is empty and has a Problem.
	Parts []SealPart
	// Params are the members of its header, in their order.
	Params []Claim
	// Key is the key of the server's that opened it, the zero Key where none does.
	Key journal.Key
	// Plain is what was sealed, JSON, and Claims are its members; both are nil where
	// nothing opened it.
	Plain  []byte
	Claims []Claim

	claims sealedClaims
}

// sealedClaims is what the sealed app reads from a session, with the same decoder.
type sealedClaims struct {
	Subject  string `json:"sub"`
	Role     string `json:"role"`
	LoggedIn int64  `json:"auth_time"` // seconds since 1970
	IssuedAt int64  `json:"iat"`
	Expires  int64  `json:"exp"`
}

// ParseSealed takes a compact JWE apart, and opens it with the key that its header
// names, if that is one of keys: by the one algorithm that the sealed app uses, with
// the library that it uses. now is what times are measured from.
func ParseSealed(raw string, keys []journal.Key, now time.Time) SealedView {
	var v SealedView
	texts := strings.SplitN(raw, ".", len(sealParts))
	for i, p := range sealParts {
		part := SealPart{Ink: p.ink, Ref: p.ref, Gloss: gloss.Part(p.ref)}
		if i >= len(texts) {
			part.Problem = "it is missing"
		} else if part.Encoded = texts[i]; part.Encoded != "" {
			var err error
			if part.Decoded, err = jose.Decode(part.Encoded); err != nil {
				part.Decoded, part.Problem = nil, err.Error()
			}
		}
		v.Parts = append(v.Parts, part)
	}
	v.Params = members(&v.Parts[0].Part, jose.ReadObject(v.Parts[0].Decoded), now, gloss.SealParam)
	var header struct{ Kid string }
	_ = json.Unmarshal(v.Parts[0].Decoded, &header) // what cannot be read names no key
	at := slices.IndexFunc(keys, func(k journal.Key) bool { return k.ID == header.Kid })
	if at < 0 {
		return v
	}
	sealed, err := jwe.ParseEncryptedCompact(raw, []jwe.KeyAlgorithm{jwe.DIRECT}, []jwe.ContentEncryption{jwe.A256GCM})
	if err != nil {
		return v
	}
	plain, err := sealed.Decrypt(keys[at].Secret)
	if err != nil {
		return v
	}
	v.Key, v.Plain = keys[at], plain
	opened := Part{Decoded: plain}
	v.Claims = members(&opened, jose.ReadObject(plain), now, gloss.SealClaim)
	_ = json.Unmarshal(plain, &v.claims) // the server sealed it: where it is no such JSON there is nothing to say
	return v
}

// opened reports whether a key of the server's opened it.
func (v SealedView) opened() bool { return v.Plain != nil }

// SealedSeen is the sealed session that an exchange gave out, else the one that it
// brought, opened by the keys that the server had when it was over; false where there
// is none.
func SealedSeen(x *journal.Exchange) (SealedView, bool) {
	c, ok := Read(x).Issued()
	if !ok {
		c, ok = Read(x).Presented()
	}
	return ParseSealed(c.Value, x.After.Keys, x.Clock), ok
}

func sealedStanding(h Held, s settings.Settings, state journal.State, now time.Time) Standing {
	if h.Cookie == nil {
		return Standing{Why: "You are not logged in to the sealed app."}
	}
	st := Standing{Held: true}
	if h.Cookie.Name != SealedCookie(s) {
		st.Why = "The sealed app’s cookie has another name now."
		return st
	}
	v := ParseSealed(h.Cookie.Value, state.Keys, now)
	if !v.opened() {
		st.Why = "The sealed app has no key any more that opens your session."
		return st
	}
	st.Ends = time.Unix(v.claims.Expires, 0).UTC()
	if !looksUp(s) {
		st.Role = v.claims.Role
	}
	_, known := state.Account(v.claims.Subject)
	switch {
	case !now.Before(st.Ends):
		st.Why = "The sealed session ended at " + moment.Full(st.Ends, now) + "."
	case looksUp(s) && !known:
		st.Why = "The sealed session speaks of nobody whom the server knows."
	default:
		st.Good = true
	}
	return st
}

// sealedEnds are the end of the session that the browser holds and, where it can be
// sealed anew, that of the login.
func sealedEnds(h Held, state journal.State, s settings.Settings) (ends []End) {
	if h.Cookie == nil {
		return nil
	}
	v := ParseSealed(h.Cookie.Value, state.Keys, time.Time{})
	if !v.opened() {
		return nil
	}
	expires := time.Unix(v.claims.Expires, 0).UTC()
	ends = append(ends, End{"the sealed session expires at", expires})
	if limit := time.Unix(v.claims.LoggedIn, 0).Add(s.Session.LivesFor()).UTC(); expires.Before(limit) {
		ends = append(ends, End{"the sealed session reaches its absolute limit at", limit})
	}
	return ends
}

// sealedReads are the header's members, and the length of what is sealed.
func sealedReads(value string, now time.Time) (open []Claim, locked int) {
	v := ParseSealed(value, nil, now)
	return v.Params, len(v.Parts[3].Decoded)
}

// sealedDecodable says how much of the exchange's session can be read without a key:
// it is read here, without one.
func sealedDecodable(x *journal.Exchange) string {
	v, ok := SealedSeen(x)
	switch {
	case !ok:
		return ""
	case isObject(v.Parts[0].Part) && isObject(v.Parts[3].Part):
		return "all"
	case isObject(v.Parts[0].Part):
		return "header"
	default:
		return "nothing"
	}
}

// sealedRoleKept looks for the role in the session, where the app goes by that one.
func sealedRoleKept(x *journal.Exchange) string {
	v, ok := SealedSeen(x)
	switch {
	case !ok || !v.opened():
		return ""
	case looksUp(x.Settings) || v.claims.Role == "":
		return "accounts"
	default:
		return "cookie"
	}
}
