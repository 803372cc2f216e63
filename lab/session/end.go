package session

import (
	"context"
	"fmt"
	"net/http"
)

// leaving is what POST /logout does.
func (a *App) leaving() http.Handler {
	if a.variant.KeepRecord {
		return a.guarded(a.public(a.forget)) // the session must not be loaded: scs would set the cookie again
	}
	return a.personal(a.logout)
}

// logout is POST /logout. It is not a GET: a link, or an image on any page,
// could log you out.
//
// Logging out happens on the server. Whoever copied the cookie is logged out
// as well.
func (a *App) logout(w http.ResponseWriter, r *http.Request) error {
	if err := a.withdraw(r.Context()); err != nil {
		return err
	}
	a.see(w, r, "")
	return nil
}

// withdraw ends the session: its record is deleted, and the cookie cleared when
// the answer begins. A copy of the id is worth nothing from now on.
func (a *App) withdraw(ctx context.Context) error {
	if err := a.sessions.Destroy(ctx); err != nil {
		return fmt.Errorf("delete session: %w", err)
	}
	return nil
}

// forget is POST /logout where only the cookie is cleared.
//
// WARNING: the record stays. Whoever copied the cookie is still logged in.
func (a *App) forget(w http.ResponseWriter, r *http.Request) error {
	gone := http.Cookie{
		Name: a.sessions.Cookie.Name, Path: a.sessions.Cookie.Path, MaxAge: -1,
		HttpOnly: a.sessions.Cookie.HttpOnly, Secure: a.sessions.Cookie.Secure, SameSite: a.sessions.Cookie.SameSite,
	}
	http.SetCookie(w, &gone)
	a.see(w, r, "")
	return nil
}
