package sealed

import "net/http"

// logout is POST /logout. It is not a GET: a link, or an image on any page,
// could log you out.
//
// Logging out happens in the browser, which is asked to forget its cookie. The
// server holds no session that it could delete.
//
// WARNING: whoever copied the cookie is still logged in, until the end that is
// sealed inside, and may have it renewed until the Lifetime is over.
func (a *App) logout(w http.ResponseWriter, r *http.Request) error {
	a.clearCookie(w)
	a.see(w, r, "")
	return nil
}
