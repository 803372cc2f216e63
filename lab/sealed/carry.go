package sealed

import "net/http"

// maxCookie is how long a cookie's name and value may be together, in bytes. A
// browser ignores a longer one (RFC 6265bis, section 5.6), and nobody is told.
const maxCookie = 4096

// newCookie is the cookie, without its value.
func newCookie(c Config) http.Cookie {
	cookie := http.Cookie{
		Name:     "sealed",
		Path:     c.Base,               // no other application on this host gets it
		HttpOnly: true,                 // no script can read it
		SameSite: http.SameSiteLaxMode, // other sites can link to us, not post as you
		Secure:   c.Secure,             // never over plain http
	}
	c.Variant.vary(&cookie)
	return cookie
}

// sizeOf is what counts of a cookie for maxCookie. A store would take any length:
// here all that is remembered travels.
func sizeOf(c *http.Cookie) int { return len(c.Name) + len(c.Value) }

// cookieOf is the cookie with a session in it that has so many seconds left. Unless
// it is to persist, it has no end of its own: that is sealed inside, where the
// browser cannot move it.
func (a *App) cookieOf(session string, seconds int64) *http.Cookie {
	cookie := a.cookie
	cookie.Value = session
	if a.variant.Persist {
		cookie.MaxAge = int(seconds)
	}
	return &cookie
}

// clearCookie takes the browser's session away.
func (a *App) clearCookie(w http.ResponseWriter) {
	cookie := a.cookie
	cookie.MaxAge = -1
	http.SetCookie(w, &cookie)
}

// crossOrigin tells requests that another site's page made the browser send.
var crossOrigin = http.NewCrossOriginProtection()

// personal is a handler that knows the session, if there is one.
//
// The browser attaches the cookie by itself, also to a form post that another
// site started. So each request that changes something must prove that it came
// from our own page: cross-site request forgery is the price of a credential
// that travels by itself, sealed or not.
func (a *App) personal(h handler) http.Handler {
	return a.guarded(a.renewed(a.public(h)))
}

// guarded lets through what did not come from another site's page.
func (a *App) guarded(known http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !a.passes(r.Context(), "same origin", crossOrigin.Check(r) == nil) {
			a.refuse(w, r, errForeign)
			return
		}
		known.ServeHTTP(w, r)
	})
}
