package token

import (
	"net/http"
	"strings"
)

// presented returns this request's token.
func (a *App) presented(r *http.Request) (string, error) {
	if a.variant.Storage == InCookie {
		return a.fromCookie(r)
	}
	return a.bearer(r)
}

// bearer returns the token of the Authorization field (RFC 6750, section 2.1).
func (a *App) bearer(r *http.Request) (string, error) {
	several := len(r.Header.Values("Authorization")) > 1
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !a.passes(r.Context(), "token present", several || strings.EqualFold(scheme, "Bearer")) {
		return "", errStranger // there is none, or of a scheme that is not ours
	}
	token = strings.TrimLeft(token, " ")
	err := wellFormed(token, "After Bearer there must be one token and nothing else. Send it exactly as you got it.")
	if several {
		err = malformed("There is more than one Authorization field. Send one.")
	}
	a.passes(r.Context(), "header well formed", err == nil)
	return token, err
}

const maxToken = 8 << 10 // bytes; ours have about 400

// wellFormed makes sure that token could be one, and says otherwise what is
// wanted.
func wellFormed(token, wanted string) error {
	switch {
	case len(token) > maxToken:
		return malformed("The token is longer than 8 KiB. Send it exactly as you got it.")
	case token == "" || strings.Trim(token, tokenCharacters) != "":
		return malformed(wanted)
	}
	return nil
}

// tokenCharacters are those of a bearer token, b64token in RFC 6750. The parser
// would skip a line break inside of one.
const tokenCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/="

// The cookies of a library whose tokens are kept in cookies. The browser attaches
// the first to every request to the library, the second where it is used only.
const (
	accessCookie  = "access_token"
	refreshCookie = "refresh_token"
)

// fromCookie returns the access token, which the browser attached by itself.
func (a *App) fromCookie(r *http.Request) (string, error) {
	ctx := r.Context()
	c, err := r.Cookie(accessCookie)
	if !a.passes(ctx, "token present", err == nil && c.Value != "") {
		return "", errStranger
	}
	err = wellFormed(c.Value, "The cookie access_token must hold one token and nothing else. Log in again.")
	a.passes(ctx, "cookie well formed", err == nil)
	return c.Value, err
}

// setCookies hands an answer's tokens to the browser instead of the script: the
// answer loses them.
//
// A browser ignores a cookie whose name and value have more than 4,096 bytes
// (RFC 6265bis, section 5.6), and nobody is told.
func (a *App) setCookies(w http.ResponseWriter, answer *issued) {
	http.SetCookie(w, a.cookie(accessCookie, answer.AccessToken))
	if answer.RefreshToken != "" {
		http.SetCookie(w, a.cookie(refreshCookie, answer.RefreshToken))
	}
	answer.AccessToken, answer.RefreshToken, answer.TokenType = "", "", ""
}

// clearCookies takes the tokens back.
func (a *App) clearCookies(w http.ResponseWriter) {
	names := []string{accessCookie}
	if a.variant.Refresh != NoRefresh {
		names = append(names, refreshCookie)
	}
	for _, name := range names {
		gone := a.cookie(name, "")
		gone.MaxAge = -1
		http.SetCookie(w, gone)
	}
}

func (a *App) cookie(name, value string) *http.Cookie {
	c := &http.Cookie{
		Name: name, Value: value,
		Path:     a.base,               // no other application on this host gets it
		HttpOnly: true,                 // no script can read it
		SameSite: http.SameSiteLaxMode, // other sites can link to us, not post as you
		Secure:   a.secure,             // never over plain http
	}
	if name == refreshCookie {
		c.Path = a.base + "refresh"
	}
	return c
}

// crossOrigin tells requests that another site's page made the browser send.
var crossOrigin = http.NewCrossOriginProtection()

// changing is a handler of requests that change something.
//
// With a bearer token it is like any other, and there is no protection against
// cross-site request forgery: no browser attaches such a token by itself, so
// another site's page can make it send a request but not one that counts as
// yours. A cookie the browser does attach by itself. That forgery is the price of
// a credential that travels by itself, whatever it is made of.
func (a *App) changing(h handler) http.Handler {
	if a.variant.Storage != InCookie {
		return a.public(h)
	}
	return a.public(func(w http.ResponseWriter, r *http.Request) error {
		if !a.passes(r.Context(), "same origin", crossOrigin.Check(r) == nil) {
			return errForeign
		}
		return h(w, r)
	})
}
