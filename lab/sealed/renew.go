package sealed

import (
	"context"
	"net/http"
)

// renewed is a handler whose answers bring a session that was seen to be good once
// more, sealed anew with a new end.
//
// That takes an IdleTimeout. The login's time goes with the session, and so its
// Lifetime counts from there. The role goes with it as well: renewing asks nobody,
// so it makes nothing true again. The session before stays good until its own end.
//
// WARNING: an answer that was under way during a logout brings the cookie back when
// it arrives after the logout's. A store can refuse that; a browser cannot.
func (a *App) renewed(h http.Handler) http.Handler {
	if a.idleTimeout == 0 {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{}
		ctx := context.WithValue(r.Context(), visitKey{}, v)
		h.ServeHTTP(&renewing{ResponseWriter: w, renew: func() { a.renew(ctx, w, v) }}, r.WithContext(ctx))
	})
}

// visit is what is known of the session of one request: nil until it was seen to be
// good.
type visit struct{ claims *claims }

type visitKey struct{}

// seen notes that the session of this request is good.
func seen(ctx context.Context, c *claims) {
	if v, renews := ctx.Value(visitKey{}).(*visit); renews {
		v.claims = c
	}
}

// renew sets the cookie anew. Where that cannot be done the browser keeps the one
// that it has, which is good for a while yet.
func (a *App) renew(ctx context.Context, w http.ResponseWriter, v *visit) {
	if v.claims == nil {
		return
	}
	c := *v.claims
	c.IssuedAt = a.now(ctx).Unix()
	c.Expires = a.expires(c.LoggedIn, c.IssuedAt)
	session, err := a.seal(ctx, c)
	if err != nil {
		a.log.ErrorContext(ctx, "session was not renewed", "cause", err)
		return
	}
	http.SetCookie(w, session)
}

// renewing renews the session when an answer begins: by then it is known whether
// the request had one.
type renewing struct {
	http.ResponseWriter
	renew func()
	begun bool
}

// WriteHeader implements http.ResponseWriter.
func (w *renewing) WriteHeader(status int) {
	if !w.begun {
		w.begun = true
		w.renew()
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *renewing) Write(b []byte) (int, error) {
	if !w.begun {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(b)
}
