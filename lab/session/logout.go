package session

import "net/http"

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
