// Package token is Corner Library, a small web application that keeps its
// visitors logged in with a signed token.
//
// # How it works
//
// Logging in makes a JSON Web Token, which says who you are, what you may do
// and until when, and signs it. The server keeps nothing but its key. The page's
// script holds the token and sends it with every request, and the server
// believes what it says because nobody else could have signed it:
//
//	script                                     server
//	POST /login  email, password       ->      signs   {sub, role, exp, …}
//	             {"access_token": …}   <-
//	GET /profile Authorization: Bearer ->      verifies the signature, reads the claims
//	             {"name": …}           <-
//	POST /logout                       ->      nothing
//
// So the server needs no memory and no look-up, and any server with the key can
// answer. What that costs is that it cannot change its mind before the token
// expires.
//
// Its twin, package session, is the same library with server-side sessions. The
// files and the names are the same: read the two side by side (diff -r).
//
// # Where to read
//
// These files are the difference between the two:
//
//   - issue.go makes a token,
//   - carry.go is how it comes with a request, and what that takes,
//   - check.go tells whether to believe it; checks.go are the checks that it has to
//     pass, in their order, and algorithm.go what it can be signed with,
//   - renew.go replaces a token by another one without a password, which is not done
//     by default,
//   - end.go does nothing, and says why; and then how it could,
//   - variant.go says how this library can differ from its usual form.
//
// Of the others, json.go writes and reads JSON, where the twin has pages and forms;
// shell.go, shell.templ and app.js are the page with the script that is the client.
// The rest is the same in both: accounts.go, site.go, login.go, profile.go, audit.go
// and parts.templ.
//
// # What it follows
//
// Tokens are RFC 7519 (JWT) signed as RFC 7515 (JWS) says, with the precautions
// of RFC 8725. They are sent, and refused, as RFC 6750 (Bearer) says; the answer
// to a login is that of RFC 6749, section 5.
package token

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Config is what the application needs. Every field is required unless its
// comment says otherwise.
type Config struct {
	// Base is the absolute path at which the application is served, ending in
	// "/". The application sees paths without it (http.StripPrefix).
	Base     string
	Accounts Accounts
	// Now tells the time at which tokens are issued and judged.
	Now func(context.Context) time.Time

	// Logins are printed on the login page. HashCost is the bcrypt cost of
	// their stored passwords, which the page names.
	Logins   []Login
	HashCost int
	// Style is the style sheet of the page. It is optional.
	Style []byte

	Keys Keys
	// Lifetime is how long a token is believed. Nothing can end it sooner, so
	// keep it short.
	Lifetime time.Duration
	// Issuer and Audience say who makes the tokens and for whom. Tokens that
	// say otherwise are refused, even with a good signature.
	Issuer, Audience string

	// Secure keeps cookies off plain http, where tokens are kept in cookies.
	Secure bool
	// Audit is told of each check of a request. It is optional.
	Audit Audit
	// Variant is how the library differs from its usual form. It is optional.
	Variant Variant
	// Log is told what fails on our side. Without one it is told to nobody.
	Log *slog.Logger
}

// App is the application. It is an http.Handler, safe for concurrent use.
type App struct {
	base             string
	accounts         Accounts
	now              func(context.Context) time.Time
	logins           []Login
	hashCost         int
	style            []byte
	keys             Keys
	lifetime         time.Duration
	issuer, audience string
	secure           bool
	audit            Audit
	variant          Variant
	log              *slog.Logger
	method           jwt.SigningMethod
	checks           []check
	routes           *http.ServeMux
}

// New makes the application. It starts no goroutine and is cheap enough to be
// called for each of many libraries. It panics at an algorithm that there is not.
func New(c Config) *App {
	a := &App{
		base:     c.Base,
		accounts: c.Accounts,
		now:      c.Now,
		logins:   c.Logins,
		hashCost: c.HashCost,
		style:    c.Style,
		keys:     c.Keys,
		lifetime: c.Lifetime,
		issuer:   c.Issuer,
		audience: c.Audience,
		secure:   c.Secure,
		audit:    c.Audit,
		variant:  c.Variant,
		log:      cmp.Or(c.Log, slog.New(slog.DiscardHandler)),
		method:   methods[c.Variant.Alg],
		checks:   checksOf(c.Variant),
	}
	if a.method == nil {
		panic("token: no such algorithm: " + c.Variant.Alg)
	}
	a.routes = a.table()
	return a
}

// table is the whole site.
func (a *App) table() *http.ServeMux {
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", a.public(a.home))
	mux.Handle("POST /login", a.changing(a.login))
	mux.Handle("GET /profile", a.public(a.profile))
	mux.Handle("GET /desk", a.public(a.desk))
	mux.Handle("POST /logout", a.leaving())
	mux.Handle("GET /style.css", asset(a.style, "text/css; charset=utf-8"))
	mux.Handle("GET /app.js", script)
	if a.variant.Refresh != NoRefresh {
		mux.Handle("POST /refresh", a.changing(a.refresh))
		mux.Handle("POST /refresh/logout", a.leaving()) // where the browser attaches the refresh token's cookie
	}
	mux.Handle("/", a.public(a.elsewhere))
	return mux
}
