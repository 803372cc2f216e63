package session

import (
	"net/http"

	"github.com/alexedwards/scs/v2"
)

// defaults is copied for each App. scs.New is called once, because it starts a
// goroutine that tidies up its own store.
var defaults = scs.New()

// newSessions sets up the cookie and the two timeouts.
func (a *App) newSessions(c Config) *scs.SessionManager {
	s := *defaults
	s.Store = c.Store
	if c.Codec != nil {
		s.Codec = c.Codec
	}
	s.ErrorFunc = a.refuseUnsaved
	s.IdleTimeout = c.IdleTimeout
	s.Lifetime = c.Lifetime
	s.Cookie = scs.SessionCookie{
		Name:     "sid",
		Path:     c.Base,               // no other application on this host gets it
		HttpOnly: true,                 // no script can read it
		SameSite: http.SameSiteLaxMode, // other sites can link to us, not post as you
		Secure:   c.Secure,             // never over plain http
		Persist:  false,                // no Expires: it ends with the browser, as OWASP advises
	}
	c.Variant.vary(&s)
	return &s
}

// crossOrigin tells requests that another site's page made the browser send.
var crossOrigin = http.NewCrossOriginProtection()

// personal is a handler that knows the session: it is loaded before and saved
// after.
//
// The browser attaches the cookie by itself, also to a form post that another
// site started. So each request that changes something must prove that it came
// from our own page: cross-site request forgery is the price of a credential
// that travels by itself.
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
