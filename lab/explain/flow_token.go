package explain

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"authlab/lab/explain/gloss"
	"authlab/lab/explain/head"
	"authlab/lab/journal"
	"authlab/lab/moment"
	"authlab/lab/settings"
)

// tokenFlow is the stateless one: a JWT says all, and its signature that it is ours.
var tokenFlow = Flow{
	ID: journal.Token, State: "Stateless", Credential: "JWT", Short: "JWT", Says: "token", Ink: TokenHeader,
	Nobody: "Nothing about who is logged in.", NoneHeld: "No token.", Client: true, Stays: true, Knobs: settings.TokenFlow,
	Asks: "its key", Key: "signing key",

	cookie: func(s settings.Settings) string {
		if TokenInCookie(s) {
			return AccessCookie
		}
		return ""
	},
	credential: func(r *http.Request, s settings.Settings) string {
		if b := tokenOf(r, s); b.Problem == "" {
			return b.Token
		}
		return ""
	},
	placed:   tokenPlaced,
	marks:    tokenMarks,
	role:     tokenRole,
	answered: (*Reading).setTokens,
	issued:   func(r *Reading) string { return r.grant.Access },
	alg:      func(s settings.Settings) string { return s.Token.Alg },
	judge:    (*judge).token,
	learn:    (*holder).learnToken,
	standing: tokenStanding,
	ends:     tokenEnds,
	decodes:  decodable,
	roleKept: tokenRoleKept,
}

// tokenPlaced reports whether a request has a token, or what is in the place of one.
func tokenPlaced(r *http.Request, s settings.Settings) bool {
	if TokenInCookie(s) {
		c, err := r.Cookie(AccessCookie)
		return err == nil && c.Value != ""
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.EqualFold(scheme, "Bearer") && strings.TrimLeft(token, " ") != ""
}

// tokenMarks marks what the app's cookies hold.
func tokenMarks(name string, at int, value string) ([]Span, bool) {
	switch {
	case name == AccessCookie && value != "":
		return tokenSpans(at, value), true
	case name == RefreshCookie && value != "":
		means, _ := gloss.Member(name)
		return []Span{word(at, value, "member."+name, means)}, true
	}
	return nil, false
}

// tokenRole is copied out of the token, unless the app looks it up.
func tokenRole(s settings.Settings) Span {
	if s.Token.Role == settings.Off {
		return ownRole
	}
	return Span{Ink: TokenPayload, Ref: "pay.role", Gloss: gloss.TokenRole}
}

// setTokens notes the tokens of an answer, and why browsers ignore the cookie that one
// was set in.
func (r *Reading) setTokens(request *http.Request, response *http.Response) {
	r.grant, r.refused = grantOf(r.x, request, response), ignored(r.x, response)
}

// tokenEnds are the end of the token that the browser holds, and those of what the
// server remembers of tokens.
func tokenEnds(h Held, state journal.State, s settings.Settings) (ends []End) {
	var c claims
	if h.Token != nil && json.Unmarshal(h.Token.Payload.Decoded, &c) == nil && c.ExpiresAt != nil {
		ends = append(ends, End{"the token expires at", c.ExpiresAt.UTC().Add(settings.Duration(s.Token.Leeway))})
	}
	for _, r := range state.Records {
		ends = append(ends, End{map[journal.RecordKind]string{
			journal.RefreshRecord: "a refresh token ends at", journal.DeniedRecord: "an entry of the denylist goes at",
		}[r.Kind], r.Expires})
	}
	return ends
}

// The names of the token app's cookies, where its tokens are kept in cookies.
const (
	AccessCookie  = "access_token"
	RefreshCookie = "refresh_token"
)

// TokenInCookie reports whether the token app keeps its tokens in cookies, as the
// settings have it.
func TokenInCookie(s settings.Settings) bool { return s.Token.Storage == "cookie" }

// tokenSettings are those that an exchange met; one that was not made on a bench
// met those of the lesson's configuration.
func tokenSettings(x *journal.Exchange) settings.Token {
	if x.Settings == (settings.Settings{}) {
		return settings.Default(false).Token
	}
	return x.Settings.Token
}

// tokenOf reads a request's access token as the token app does.
func tokenOf(r *http.Request, s settings.Settings) head.Bearer {
	if !TokenInCookie(s) {
		return head.BearerOf(r.Header["Authorization"])
	}
	c, err := r.Cookie(AccessCookie)
	if err != nil || c.Value == "" {
		return head.Bearer{}
	}
	b := head.Bearer{Fields: 1, Scheme: "Bearer"}
	b.Read(c.Value, "The value of the cookie "+AccessCookie)
	return b
}

// grant is the answer to a login or a refresh (RFC 6749, section 5.1), as far as
// the client can use it.
type grant struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
}

// grantOf is what a response gave the client. A token in a cookie that browsers
// do not store was not given.
func grantOf(x *journal.Exchange, r *http.Request, resp *http.Response) (g grant) {
	if r == nil || r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/token/login") && !strings.HasSuffix(r.URL.Path, "/token/refresh") {
		return g
	}
	if resp.StatusCode != http.StatusOK {
		return g
	}
	if !TokenInCookie(x.Settings) {
		if json.NewDecoder(resp.Body).Decode(&g) != nil {
			return grant{}
		}
		return g
	}
	for name, value := range map[string]*string{AccessCookie: &g.Access, RefreshCookie: &g.Refresh} {
		if c := lastCookie(x, resp, name); c != nil && !c.Deletes {
			*value = c.Value
		}
	}
	return g
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

func tokenStanding(h Held, s settings.Settings, state journal.State, now time.Time) Standing {
	if h.Token == nil {
		return Standing{Why: "You are not logged in to the token app."}
	}
	st := Standing{Held: true}
	var c claims
	var header struct{ Kid string }
	if json.Unmarshal(h.Token.Payload.Decoded, &c) != nil || json.Unmarshal(h.Token.Header.Decoded, &header) != nil {
		st.Why = "The token that you hold cannot be read."
		return st
	}
	st.Role = c.Role
	if c.ExpiresAt != nil {
		st.Ends = c.ExpiresAt.Add(settings.Duration(s.Token.Leeway))
	}
	st.Why = tokenProblem(h, c, header.Kid, s.Token, state)
	if st.Why == "" && !st.Ends.IsZero() && !now.Before(st.Ends) {
		st.Why = "The token ended at " + moment.Full(st.Ends, now) + "."
	}
	st.Good = st.Why == ""
	return st
}

// tokenProblem says what is wrong with a token beside its time, or "".
func tokenProblem(h Held, c claims, kid string, s settings.Token, state journal.State) string {
	account, known := state.Account(c.Subject)
	switch {
	case h.Kept != s.Storage:
		return "The token app keeps its token in another place now."
	case !slices.ContainsFunc(state.Keys, func(k journal.Key) bool { return k.ID == kid && k.Alg == s.Alg }):
		return fmt.Sprintf("The token is signed with a key that is not the server’s for %s now.", s.Alg)
	case s.Role != settings.Off && c.Role == "":
		return "The token says no role, and the token app goes by that again."
	case s.Require != "none" && c.ExpiresAt == nil:
		return "The token has no exp, which the token app requires."
	case s.Revocation == "jti" && isDenied(state, c.ID):
		return "The token was ended by a logout."
	case s.Revocation == "version" && (c.Version == nil && s.Require == "all" || versionOf(c) < account.Version):
		return "The token was made before the account’s present version."
	case (s.Revocation == "version" || s.Role == settings.Off) && !known:
		return "The token speaks of nobody whom the server knows."
	}
	return ""
}

func isDenied(state journal.State, jti string) bool {
	r, ok := state.Record(jti)
	return ok && r.Kind == journal.DeniedRecord
}

func versionOf(c claims) int {
	if c.Version == nil {
		return 0
	}
	return *c.Version
}

// tokenSeen is the token that an exchange gave out, else the one that it brought.
func tokenSeen(x *journal.Exchange) (TokenView, bool) {
	c, ok := Read(x).Issued()
	if !ok {
		c, ok = Read(x).Presented()
	}
	return ParseToken(c.Value, x.Clock), ok
}

// decodable says how much of the exchange's token can be read without a key: it is
// read here, without one.
func decodable(x *journal.Exchange) string {
	t, ok := tokenSeen(x)
	switch {
	case !ok:
		return ""
	case isObject(t.Header) && isObject(t.Payload):
		return "all"
	case isObject(t.Header):
		return "header"
	default:
		return "nothing"
	}
}

func isObject(p Part) bool {
	var members map[string]any
	return p.Decoded != nil && json.Unmarshal(p.Decoded, &members) == nil
}

// tokenRoleKept looks for the role in the token; where it is not there, the app has to
// ask the accounts.
func tokenRoleKept(x *journal.Exchange) string {
	t, ok := tokenSeen(x)
	switch {
	case !ok:
		return ""
	case slices.ContainsFunc(t.Claims, func(c Claim) bool { return c.Name == "role" }):
		return "token"
	default:
		return "accounts"
	}
}
