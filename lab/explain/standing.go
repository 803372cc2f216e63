package explain

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"authlab/lab/journal"
	"authlab/lab/settings"
)

// Standing is what the credential that the browser holds for one flow is worth, as
// far as can be told before it is sent.
type Standing struct {
	// Good says that the app would let its bearer in; Why says in a sentence why it
	// would not, and is empty where it would.
	Good bool
	Why  string
	// Held says that the browser holds one, good or not.
	Held bool
	// Ends is when it ends by itself, by the bench's clock; the zero time is never.
	Ends time.Time
	// Role is the role that the credential itself says, "" where it says none.
	Role string
}

// StandingOf works out what a flow's held credential is worth at a moment of the
// bench's clock, to a server that remembers state. It foretells and decides
// nothing: what the app makes of the credential is known once it was asked.
func StandingOf(h Held, flow journal.Flow, s settings.Settings, state journal.State, now time.Time) Standing {
	if flow == journal.Session {
		return sessionStanding(h, s, state, now)
	}
	return tokenStanding(h, s, state, now)
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
		st.Why = "The session ended at " + clockAndDistance(r.Expires, now) + "."
	default:
		st.Good = true
	}
	return st
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
		st.Why = "The token ended at " + clockAndDistance(st.Ends, now) + "."
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
