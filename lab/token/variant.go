package token

import "time"

// Variant is how this library differs from its usual form. The zero value is that
// form; what is there to be seen to go wrong carries a warning.
type Variant struct {
	// Alg is the one algorithm that tokens are signed with: HS256 where it is "",
	// else HS384, HS512, RS256, PS256, ES256 or EdDSA. New panics at any other.
	Alg string
	// Storage is where the client keeps its tokens.
	Storage Storage
	// Leeway is how much longer than its exp says a token is believed, and how
	// much earlier than its iat and nbf, for clocks that differ.
	Leeway time.Duration
	// Require says which claims must be there.
	Require Require

	LookUpRole bool     // the role is not a claim: the account is asked for at each request
	NoName     bool     // the name is not a claim
	List       []string // a claim that makes each request longer

	// Refresh says whether a login gives a refresh token, too, and what becomes of
	// it when it is used. It is good for RefreshLifetime after the login, and for
	// Grace after its first use where it should work only once. RefreshTokens is
	// required unless Refresh is NoRefresh.
	Refresh                Refresh
	RefreshLifetime, Grace time.Duration
	RefreshTokens          RefreshTokens

	// Denylist is where a logout writes the token's id; it is searched for every
	// request. Without one, nothing is.
	Denylist Denylist
	// Versions lets a logout end all tokens of the account, by its number.
	Versions bool
}

// Storage is where the client keeps its tokens.
type Storage string

// Where tokens can be kept.
const (
	LocalStorage   Storage = ""               // until somebody deletes them, for every script of the origin
	SessionStorage Storage = "sessionStorage" // until the tab is closed, for every script of the origin
	InMemory       Storage = "memory"         // until the page is left, in a variable of app.js
	InCookie       Storage = "cookie"         // in an HttpOnly cookie, which no script can read
)

// Require says which claims a token must have, beside being signed by us.
type Require string

// What can be required.
const (
	RequireAll Require = "" // all that we set
	// WARNING: with RequireExp a token from anybody for anybody is believed, with
	// RequireNothing also one without an end.
	RequireExp     Require = "exp"
	RequireNothing Require = "none"
)

// vary makes the claims of a token for account what the variant says.
func (c *claims) vary(v Variant, account Account) {
	if v.NoName {
		c.Name = ""
	}
	if v.LookUpRole {
		c.Role = ""
	}
	if v.Versions {
		c.Version = &account.Version
	}
	c.List = v.List
}
