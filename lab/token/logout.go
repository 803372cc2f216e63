package token

import "net/http"

// logout is POST /logout. It does nothing, on purpose: the server holds no
// token that it could delete, and the page's script forgets its own.
//
// Logging out happens in the browser. Whoever copied the token stays logged in
// until it expires.
func (a *App) logout(w http.ResponseWriter, _ *http.Request) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}
