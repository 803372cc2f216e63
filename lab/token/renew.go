package token

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Refresh says what becomes of a refresh token when it is used. Unlike an access
// token it says nothing by itself: it is a random number, and what it stands for
// is written down.
type Refresh string

// What can become of a refresh token.
const (
	NoRefresh Refresh = "" // there is none
	// WARNING: with Reusable a copy works as long as the original does.
	Reusable Refresh = "reusable"
	Rotated  Refresh = "rotated"  // it works once, and brings its successor
	Detected Refresh = "detected" // and where it comes again, the whole login ends
)

// RefreshToken is what the library remembers of a refresh token.
type RefreshToken struct {
	User string `json:"user"` // the account's id
	// Family is the id of the first refresh token of the login. The family ends
	// when that one's record is deleted.
	Family  string    `json:"family"`
	Issued  time.Time `json:"issued"`
	Used    time.Time `json:"used,omitzero"` // for the first time; zero for never
	Expires time.Time `json:"expires"`       // RefreshLifetime after the login, for the whole family
}

// RefreshTokens remembers refresh tokens, by ids that are their SHA-256 in
// base64url: whoever reads the records finds no token that works. A record is
// there until its Expires.
type RefreshTokens interface {
	// Put remembers a new token.
	Put(ctx context.Context, id string, t RefreshToken) error
	// Find returns what is remembered of a token, or ErrNoRefreshToken.
	Find(ctx context.Context, id string) (RefreshToken, error)
	// Use marks a token as used, unless it is already, and returns what was
	// remembered before, or ErrNoRefreshToken. It is one step: of any number of
	// uses at once, one finds the token unused.
	Use(ctx context.Context, id string, now time.Time) (RefreshToken, error)
	// End deletes the records of a family, its first one before the others.
	End(ctx context.Context, family string) error
}

// ErrNoRefreshToken is what RefreshTokens answers when it remembers no such token.
var ErrNoRefreshToken = errors.New("no such refresh token")

// errGrant refuses a refresh token without telling which of many reasons there
// is (RFC 6749, section 5.2).
var errGrant = &refusal{
	status: http.StatusBadRequest, code: "invalid_grant",
	description: "The refresh token is not good, or no longer. Log in again.",
}

// refresh is POST /refresh: a new access token for a refresh token (RFC 6749,
// section 6). No password is asked for. The account is looked up, so that a role
// that was changed meanwhile goes into the new token.
func (a *App) refresh(w http.ResponseWriter, r *http.Request) error {
	token, err := a.refreshToken(r)
	if err != nil {
		return err
	}
	t, err := a.use(r.Context(), refreshID(token))
	if err != nil {
		return err
	}
	account, err := a.accounts.Find(r.Context(), t.User)
	switch gone := errors.Is(err, ErrNoAccount); {
	case err != nil && !gone:
		return fmt.Errorf("find account of refresh token: %w", err)
	case !a.passes(r.Context(), "account known", !gone):
		return errGrant
	}
	return a.grant(w, r, account, &t)
}

// use returns what is remembered of a refresh token that is good, and marks it
// as used where it is good only once.
func (a *App) use(ctx context.Context, id string) (RefreshToken, error) {
	now := a.now(ctx)
	var t RefreshToken
	var err error
	if a.variant.Refresh == Reusable {
		t, err = a.variant.RefreshTokens.Find(ctx, id)
	} else {
		t, err = a.variant.RefreshTokens.Use(ctx, id, now)
	}
	switch unknown := errors.Is(err, ErrNoRefreshToken); {
	case err != nil && !unknown:
		return t, fmt.Errorf("use refresh token: %w", err)
	case !a.passes(ctx, "record found", !unknown):
		return t, errGrant
	case a.variant.Refresh != Reusable && !a.passes(ctx, "not used before", !a.spent(t, now)):
		return t, a.reused(ctx, t.Family)
	}
	return t, a.alive(ctx, id, t.Family)
}

// spent reports whether t was used before, and not within its grace. Of two uses
// at once the one that is later in the records may have read the clock earlier:
// to it the other's use lies ahead, which is not long ago.
func (a *App) spent(t RefreshToken, now time.Time) bool {
	return !t.Used.IsZero() && max(now.Sub(t.Used), 0) >= a.variant.Grace
}

// reused refuses a refresh token that was used before. Either a thief has it, or
// the thief came first and this is the owner: nobody can tell. So with detection
// neither keeps anything (RFC 9700, section 4.14.2).
func (a *App) reused(ctx context.Context, family string) error {
	if a.variant.Refresh == Detected {
		if err := a.variant.RefreshTokens.End(ctx, family); err != nil {
			return fmt.Errorf("end family of refresh tokens: %w", err)
		}
	}
	return errGrant
}

// alive makes sure that the family has not ended. A successor that was being
// written while the family ended may have been left behind.
func (a *App) alive(ctx context.Context, id, family string) error {
	var err error
	if id != family {
		_, err = a.variant.RefreshTokens.Find(ctx, family)
	}
	switch ended := errors.Is(err, ErrNoRefreshToken); {
	case err != nil && !ended:
		return fmt.Errorf("find family of refresh token: %w", err)
	case !a.passes(ctx, "login not ended", !ended):
		return errGrant
	}
	return nil
}

// issueRefresh returns a new refresh token: the first of account's login where
// before is nil, else the successor of that one.
func (a *App) issueRefresh(ctx context.Context, account Account, before *RefreshToken) (string, error) {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails: crypto/rand ends the program instead
	token := base64.RawURLEncoding.EncodeToString(secret)
	id, now := refreshID(token), a.now(ctx)
	t := RefreshToken{User: account.ID, Family: id, Issued: now, Expires: now.Add(a.variant.RefreshLifetime)}
	if before != nil {
		t.Family, t.Expires = before.Family, before.Expires
	}
	if err := a.variant.RefreshTokens.Put(ctx, id, t); err != nil {
		return "", fmt.Errorf("remember refresh token: %w", err)
	}
	return token, nil
}

// refreshID is what a refresh token is remembered by.
func refreshID(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// refreshToken returns the refresh token of a request: from its cookie, or from
// its JSON.
func (a *App) refreshToken(r *http.Request) (string, error) {
	if a.variant.Storage != InCookie {
		values, err := a.texts(r, "refresh_token")
		return values["refresh_token"], err
	}
	c, err := r.Cookie(refreshCookie)
	if !a.passes(r.Context(), "refresh token present", err == nil && c.Value != "") {
		return "", &refusal{
			status: http.StatusBadRequest, code: "invalid_request",
			description: "There is no cookie refresh_token. Log in again.",
		}
	}
	return c.Value, nil
}
