package token

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Keys holds the keys that tokens are signed with, all of the algorithm that the
// application is set up with. For HS256 that is at least 32 random bytes (RFC
// 7518, section 3.2), both to sign and to verify. An algorithm with two keys
// signs with the private one (*rsa.PrivateKey, *ecdsa.PrivateKey or
// ed25519.PrivateKey) and verifies with its public one.
type Keys interface {
	// Signing returns the key for new tokens and its id.
	Signing(ctx context.Context) (kid string, key any, err error)
	// Verifying returns the key with that id, or ErrNoKey.
	Verifying(ctx context.Context, kid string) (key any, err error)
}

// ErrNoKey is what Keys answers when it has no key with that id.
var ErrNoKey = errors.New("no such key")

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

// grant answers with a token for account. Where there are refresh tokens, before
// is the one that was used for this, or nil at a login.
func (a *App) grant(w http.ResponseWriter, r *http.Request, account Account, before *RefreshToken) error {
	token, err := a.issue(r.Context(), account)
	if err != nil {
		return err
	}
	answer := issued{AccessToken: token, TokenType: "Bearer", ExpiresIn: int64(a.lifetime / time.Second)}
	if again := before != nil && a.variant.Refresh == Reusable; a.variant.Refresh != NoRefresh && !again {
		if answer.RefreshToken, err = a.issueRefresh(r.Context(), account, before); err != nil {
			return err
		}
	}
	if a.variant.Storage == InCookie {
		a.setCookies(w, &answer)
	}
	return a.json(w, http.StatusOK, answer)
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
