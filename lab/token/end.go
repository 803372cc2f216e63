package token

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// leaving is what POST /logout does. Where the library remembers something of a
// token, logging out ends that.
func (a *App) leaving() http.Handler {
	v := a.variant
	if v.Storage == InCookie || v.Refresh != NoRefresh || v.Denylist != nil || v.Versions {
		return a.changing(a.revoke)
	}
	return a.public(a.logout)
}

// logout is POST /logout. It does nothing, on purpose: the server holds no
// token that it could delete, and the page's script forgets its own.
//
// Logging out happens in the browser. Whoever copied the token stays logged in
// until it expires.
func (a *App) logout(w http.ResponseWriter, _ *http.Request) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// revoke is POST /logout where the library remembers something. What it
// remembers of this login is ended; a request without a good token has nothing
// to end, which is no error.
func (a *App) revoke(w http.ResponseWriter, r *http.Request) error {
	for _, end := range []func(*http.Request) error{a.endAccess, a.endRefresh} {
		err := end(r)
		if _, nothing := errors.AsType[*refusal](err); err != nil && !nothing {
			return err
		}
	}
	if a.variant.Storage == InCookie {
		a.clearCookies(w)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// endAccess makes this request's token one that is not believed any more.
func (a *App) endAccess(r *http.Request) error {
	ctx := r.Context()
	if a.variant.Denylist == nil && !a.variant.Versions {
		return nil
	}
	c, err := a.claims(r)
	if err != nil {
		return err
	}
	if _, err := a.holder(ctx, c); err != nil {
		return err // it is not believed as it is
	}
	if a.variant.Versions {
		if err := a.accounts.Raise(ctx, c.Subject); err != nil {
			return fmt.Errorf("raise version of account: %w", err)
		}
		return nil
	}
	if c.ID == "" {
		return nil // there is no name to write down: it cannot be ended
	}
	var until time.Time
	if c.ExpiresAt != nil {
		until = c.ExpiresAt.Add(a.variant.Leeway)
	}
	if err := a.variant.Denylist.Deny(ctx, c.ID, until); err != nil {
		return fmt.Errorf("deny token: %w", err)
	}
	return nil
}

// endRefresh ends the family of this request's refresh token.
func (a *App) endRefresh(r *http.Request) error {
	if a.variant.Refresh == NoRefresh {
		return nil
	}
	token, err := a.refreshToken(r)
	if err != nil {
		return err
	}
	t, err := a.variant.RefreshTokens.Find(r.Context(), refreshID(token))
	switch {
	case errors.Is(err, ErrNoRefreshToken):
		return nil
	case err != nil:
		return fmt.Errorf("find refresh token: %w", err)
	}
	if err := a.variant.RefreshTokens.End(r.Context(), t.Family); err != nil {
		return fmt.Errorf("end family of refresh tokens: %w", err)
	}
	return nil
}

// Denylist remembers tokens that are no longer believed, by their jti.
type Denylist interface {
	// Deny writes a token down until it would have ended by itself; the zero time
	// is never.
	Deny(ctx context.Context, jti string, until time.Time) error
	// Denied reports whether a token is written down.
	Denied(ctx context.Context, jti string) (bool, error)
}
