package token

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const (
	maxToken = 8 << 10 // bytes; ours have about 400
	minKey   = 32      // bytes: RFC 7518, section 3.2, for HS256
)

// claims is what a token says. The server remembers none of it: everything that
// answering a request takes is in here, and anybody who holds the token can read
// it.
type claims struct {
	jwt.RegisteredClaims        // iss, sub, aud, exp, iat, jti
	Name                 string `json:"name"`
	Role                 string `json:"role"`
}

// Validate adds to what the parser checks: RFC 7519 leaves these claims to the
// application. It implements jwt.ClaimsValidator.
func (c claims) Validate() error {
	if c.IssuedAt == nil || c.ID == "" || c.Subject == "" {
		return fmt.Errorf("iat, jti or sub: %w", jwt.ErrTokenRequiredClaimMissing)
	}
	if _, known := may[c.Role]; !known {
		return errors.New("role is not one of ours")
	}
	return nil
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
	if len(key) < minKey {
		return "", errWeakKey
	}
	now := a.now(ctx)
	token := jwt.NewWithClaims(jwt.SigningMethodHS256, claims{
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
	})
	token.Header["kid"] = kid
	return token.SignedString(key)
}

// account returns whom this request's token speaks of, or a *refusal.
//
// There is no look-up: the answer is what the claims say. It lacks the email,
// which is not among them.
func (a *App) account(r *http.Request) (Account, error) {
	token, err := bearer(r.Header)
	if err != nil {
		return Account{}, err
	}
	c, err := a.verify(r.Context(), token)
	if err != nil {
		return Account{}, err
	}
	return Account{ID: c.Subject, Name: c.Name, Role: c.Role}, nil
}

// bearer returns the token of the Authorization field (RFC 6750, section 2.1).
func bearer(h http.Header) (string, error) {
	if len(h.Values("Authorization")) > 1 {
		return "", malformed("There is more than one Authorization field. Send one.")
	}
	scheme, token, _ := strings.Cut(h.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") { // none, or of a scheme that is not ours
		return "", &refusal{
			status: http.StatusUnauthorized, challenge: true,
			description: "You are not signed in. Log in to get a token.",
		}
	}
	token = strings.TrimLeft(token, " ")
	switch {
	case len(token) > maxToken:
		return "", malformed("The token is longer than 8 KiB. Send it exactly as you got it.")
	case token == "" || strings.Trim(token, tokenCharacters) != "":
		return "", malformed("After Bearer there must be one token and nothing else. Send it exactly as you got it.")
	}
	return token, nil
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
// a token cannot ask for "none" or for another one (RFC 8725, section 3.1). No
// leeway is given to exp, because the clock that sets it is the one that
// judges it.
func (a *App) verify(ctx context.Context, token string) (*claims, error) {
	parser := jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
		jwt.WithIssuer(a.issuer),
		jwt.WithAudience(a.audience),
		jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(),
		jwt.WithStrictDecoding(), // one way to write a token, so that no byte of it can change
		jwt.WithTimeFunc(func() time.Time { return a.now(ctx) }),
	)
	var c claims
	_, err := parser.ParseWithClaims(token, &c, func(t *jwt.Token) (any, error) { return a.key(ctx, t) })
	if err != nil {
		return nil, disbelief(err)
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
	case len(key) < minKey:
		return nil, errWeakKey // anybody could sign with it; the parser takes even an empty one
	}
	return key, nil
}

// Why a token is not believed, where the parser has no word for it.
var errCritical = errors.New("crit names an extension that we do not know") // RFC 7515, section 4.1.11

// What is not the token's fault.
var (
	errNoAnswer = errors.New("find verifying key")
	errWeakKey  = errors.New("key is shorter than 32 bytes")
)

// reasons say what is wrong with a token and what to do. The first that fits is
// given.
var reasons = []struct {
	err         error
	description string
}{
	{jwt.ErrTokenMalformed, "The token is not three base64url parts of a JWT. Send it exactly as you got it."},
	{errCritical, "The token asks for an extension that this server does not know. Log in again."},
	{ErrNoKey, "The token names no key of this server. Log in again."},
	{jwt.ErrSignatureInvalid, "The signature does not match: the token was changed or signed with another key. Log in again."},
	{jwt.ErrTokenSignatureInvalid, notHS256},
	{jwt.ErrTokenUnverifiable, notHS256},
	{jwt.ErrTokenInvalidIssuer, "The token was made by somebody else. Log in here."},
	{jwt.ErrTokenInvalidAudience, "The token was made for another application. Log in here."},
	{jwt.ErrTokenExpired, "The token has expired. Log in again."},
	{jwt.ErrTokenUsedBeforeIssued, "The token is from the future. Log in again."},
	{jwt.ErrTokenNotValidYet, "The token is not valid yet. Log in again."},
	{jwt.ErrTokenRequiredClaimMissing, "The token lacks a claim that this server requires. Log in again."},
	{jwt.ErrTokenInvalidClaims, "The token says something that this server does not understand. Log in again."},
}

const notHS256 = "The token is not signed with HS256, which is all that this server accepts. Log in again."

// disbelief turns the parser's error into the answer (RFC 6750, section 3.1).
func disbelief(err error) error {
	if errors.Is(err, errNoAnswer) || errors.Is(err, errWeakKey) {
		return err
	}
	for _, reason := range reasons {
		if errors.Is(err, reason.err) {
			return &refusal{
				status: http.StatusUnauthorized, code: "invalid_token", challenge: true, description: reason.description,
			}
		}
	}
	return err
}
