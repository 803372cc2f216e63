package token

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const maxToken = 8 << 10 // bytes; ours have about 400

// claims is what a token says. The server remembers none of it: everything that
// answering a request takes is in here, and anybody who holds the token can read
// it.
type claims struct {
	jwt.RegisteredClaims        // iss, sub, aud, exp, iat, jti
	Name                 string `json:"name,omitempty"`
	Role                 string `json:"role,omitempty"`

	// What only variants have.
	Version *int     `json:"ver,omitempty"`
	List    []string `json:"shelves,omitempty"`

	variant *Variant // by which they are judged
}

// Validate adds to what the parser checks: RFC 7519 leaves these claims to the
// application. It implements jwt.ClaimsValidator.
func (c *claims) Validate() error {
	incomplete := c.IssuedAt == nil || c.ID == "" || c.Subject == "" || c.variant.Versions && c.Version == nil
	if incomplete && c.variant.Require == RequireAll {
		return fmt.Errorf("iat, jti, sub or ver: %w", jwt.ErrTokenRequiredClaimMissing)
	}
	if _, known := may[c.Role]; !known && !c.variant.LookUpRole {
		return errors.New("role is not one of ours")
	}
	return nil
}

// account is what the claims say. It lacks the email, which is not among them.
func (c *claims) account() Account {
	return Account{ID: c.Subject, Name: cmp.Or(c.Name, c.Subject), Role: c.Role}
}

// version is the account's when the token was made.
func (c *claims) version() int {
	if c.Version == nil {
		return 0
	}
	return *c.Version
}

// issue makes a token for account. Nothing is written down.
//
// The role goes into the token, so that no request needs to look it up. It
// stays what it is now until the token expires, whatever happens to the account.
func (a *App) issue(ctx context.Context, account Account) (string, error) {
	kid, key, err := a.keys.Signing(ctx)
	if err != nil {
		return "", fmt.Errorf("find signing key: %w", err)
	}
	if err := a.fit(key); err != nil {
		return "", err
	}
	now := a.now(ctx)
	c := claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    a.issuer,
			Subject:   account.ID,
			Audience:  jwt.ClaimStrings{a.audience},
			ExpiresAt: jwt.NewNumericDate(now.Add(a.lifetime)),
			IssuedAt:  jwt.NewNumericDate(now),
			ID:        rand.Text(), // no two tokens are the same
		},
		Name: account.Name,
		Role: account.Role,
	}
	c.vary(a.variant, account)
	token := jwt.NewWithClaims(a.method, &c)
	token.Header["kid"] = kid
	return token.SignedString(key)
}

// account returns whom this request's token speaks of, or a *refusal.
func (a *App) account(r *http.Request) (Account, error) {
	c, err := a.claims(r)
	if err != nil {
		return Account{}, err
	}
	return a.holder(r.Context(), c)
}

// holder returns whom c speaks of. There is no look-up: the answer is what the
// claims say.
func (a *App) holder(ctx context.Context, c *claims) (Account, error) {
	if v := a.variant; v.LookUpRole || v.Versions || v.Denylist != nil {
		return a.lookUp(ctx, c)
	}
	return c.account(), nil
}

// claims returns what this request's token says, if we can believe it.
func (a *App) claims(r *http.Request) (*claims, error) {
	token, err := a.presented(r)
	if err != nil {
		return nil, err
	}
	return a.verify(r.Context(), token)
}

// presented returns this request's token.
func (a *App) presented(r *http.Request) (string, error) {
	if a.variant.Keep == InCookie {
		return fromCookie(r)
	}
	return bearer(r.Header)
}

// bearer returns the token of the Authorization field (RFC 6750, section 2.1).
func bearer(h http.Header) (string, error) {
	if len(h.Values("Authorization")) > 1 {
		return "", malformed("There is more than one Authorization field. Send one.")
	}
	scheme, token, _ := strings.Cut(h.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") { // none, or of a scheme that is not ours
		return "", errStranger
	}
	token = strings.TrimLeft(token, " ")
	return token, wellFormed(token, "After Bearer there must be one token and nothing else. Send it exactly as you got it.")
}

// errStranger refuses a request without a token.
var errStranger = &refusal{
	status: http.StatusUnauthorized, challenge: true,
	description: "You are not signed in. Log in to get a token.",
}

// wellFormed makes sure that token could be one, and says otherwise what is
// wanted.
func wellFormed(token, wanted string) error {
	switch {
	case len(token) > maxToken:
		return malformed("The token is longer than 8 KiB. Send it exactly as you got it.")
	case token == "" || strings.Trim(token, tokenCharacters) != "":
		return malformed(wanted)
	}
	return nil
}

// tokenCharacters are those of a bearer token, b64token in RFC 6750. The parser
// would skip a line break inside of one.
const tokenCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/="

// malformed refuses a request that does not make sense, whatever its token is
// worth (RFC 6750, section 3.1).
func malformed(description string) error {
	return &refusal{
		status: http.StatusBadRequest, code: "invalid_request", challenge: true, description: description,
	}
}

// verify returns what token says, if we can believe it.
//
// What to check is up to us and never to the token: the algorithm is fixed, so
// a token cannot ask for "none" or for another one (RFC 8725, section 3.1). A
// leeway is for servers whose clocks differ; here the clock that sets exp is the
// one that judges it.
func (a *App) verify(ctx context.Context, token string) (*claims, error) {
	options := []jwt.ParserOption{
		jwt.WithValidMethods([]string{a.method.Alg()}),
		jwt.WithLeeway(a.variant.Leeway),
		jwt.WithIssuedAt(),
		jwt.WithStrictDecoding(), // one way to write a token, so that no byte of it can change
		jwt.WithTimeFunc(func() time.Time { return a.now(ctx) }),
	}
	if a.variant.Require == RequireAll {
		options = append(options, jwt.WithIssuer(a.issuer), jwt.WithAudience(a.audience))
	}
	if a.variant.Require != RequireNothing {
		options = append(options, jwt.WithExpirationRequired())
	}
	c := claims{variant: &a.variant}
	_, err := jwt.NewParser(options...).ParseWithClaims(token, &c, func(t *jwt.Token) (any, error) { return a.key(ctx, t) })
	if err != nil {
		return nil, a.disbelief(err)
	}
	return &c, nil
}

// key finds the key that t says it is signed with.
func (a *App) key(ctx context.Context, t *jwt.Token) (any, error) {
	if _, critical := t.Header["crit"]; critical {
		return nil, errCritical // the parser would not look
	}
	kid, named := t.Header["kid"].(string)
	if !named {
		return nil, ErrNoKey
	}
	key, err := a.keys.Verifying(ctx, kid)
	switch {
	case errors.Is(err, ErrNoKey):
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("%w: %w", errNoAnswer, err)
	}
	t.Method = a.method // the parser took the one that is called so; ours may be stricter
	return key, a.fit(key)
}

// Why a token is not believed, where the parser has no word for it.
var errCritical = errors.New("crit names an extension that we do not know") // RFC 7515, section 4.1.11

// What is not the token's fault, beside errWeakKey.
var errNoAnswer = errors.New("find verifying key")

// reasons say what is wrong with a token and what to do. The first that fits is
// given.
var reasons = []struct {
	err         error
	description string
}{
	{jwt.ErrTokenMalformed, "The token is not three base64url parts of a JWT. Send it exactly as you got it."},
	{errCritical, "The token asks for an extension that this server does not know. Log in again."},
	{ErrNoKey, "The token names no key of this server. Log in again."},
	{jwt.ErrSignatureInvalid, noMatch},
	{rsa.ErrVerification, noMatch},
	{jwt.ErrECDSAVerification, noMatch},
	{jwt.ErrEd25519Verification, noMatch},
	{jwt.ErrTokenSignatureInvalid, otherAlgorithm},
	{jwt.ErrTokenUnverifiable, otherAlgorithm},
	{jwt.ErrTokenInvalidIssuer, "The token was made by somebody else. Log in here."},
	{jwt.ErrTokenInvalidAudience, "The token was made for another application. Log in here."},
	{jwt.ErrTokenExpired, "The token has expired. Log in again."},
	{jwt.ErrTokenUsedBeforeIssued, "The token is from the future. Log in again."},
	{jwt.ErrTokenNotValidYet, "The token is not valid yet. Log in again."},
	{jwt.ErrTokenRequiredClaimMissing, "The token lacks a claim that this server requires. Log in again."},
	{jwt.ErrTokenInvalidClaims, "The token says something that this server does not understand. Log in again."},
}

const (
	noMatch        = "The signature does not match: the token was changed or signed with another key. Log in again."
	otherAlgorithm = "The token is not signed with {alg}, which is all that this server accepts. Log in again."
)

// disbelief turns the parser's error into the answer (RFC 6750, section 3.1).
func (a *App) disbelief(err error) error {
	if errors.Is(err, errNoAnswer) || errors.Is(err, errWeakKey) {
		return err
	}
	for _, reason := range reasons {
		if errors.Is(err, reason.err) {
			return &refusal{
				status: http.StatusUnauthorized, code: "invalid_token", challenge: true,
				description: strings.Replace(reason.description, "{alg}", a.method.Alg(), 1),
			}
		}
	}
	return err
}
