// Package sealed is Corner Library, a small web application that keeps its
// visitors logged in with a session that is sealed into a cookie.
//
// # How it works
//
// Logging in writes down what a session would remember, encrypts it with a key
// that the server alone has, and hands the result to the browser in a cookie. The
// browser can neither read nor change it. It sends it back with every request, and
// the server opens it, and believes what it finds because nobody else could have
// sealed it:
//
//	browser                                        server
//	POST /login  email, password           ->      seals  {user, role, until}
//	             Set-Cookie: sealed=…      <-
//	GET /profile Cookie: sealed=…          ->      opens it, reads {user, role, until}
//	             the page                  <-
//	POST /logout Cookie: sealed=…          ->      nothing
//	             Set-Cookie: sealed=; gone <-
//
// It is stateless, as a token is, and in a cookie, as a session is: it has the price
// of both. The server cannot change its mind before the seal's time is over, and a
// request that changes something must prove that no other site started it. In
// return there is nothing to store, nothing that a script could read, and nothing
// for the browser's user to look into. All that is remembered must fit into 4,096
// bytes.
//
// Package session is the same library with server-side sessions, package token with
// signed tokens. The files and the names are the same: read them side by side
// (diff -r).
//
// # Where to read
//
// These files are the difference to the other two:
//
//   - issue.go seals a session,
//   - carry.go is its cookie: where it goes, how long it may be, and what that takes,
//   - check.go opens it, and tells whose session a request belongs to,
//   - renew.go seals a session that is in use anew,
//   - end.go clears the cookie, and says what that does not end,
//   - variant.go says how this library can differ from its usual form.
//
// # What it follows
//
// The cookie's value is a JSON Web Encryption (RFC 7516) in compact serialization,
// with alg "dir" and enc "A256GCM" (RFC 7518, sections 4.5 and 5.3), of claims as
// RFC 7519 has them. The cookie is RFC 6265bis.
package sealed

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"time"
)

// Config is what the application needs. Every field is required unless its
// comment says otherwise.
type Config struct {
	// Base is the absolute path at which the application is served, ending in
	// "/". The application sees paths without it (http.StripPrefix), but its
	// links, redirects and cookie need it.
	Base     string
	Accounts Accounts
	// Now tells the time at which sessions are sealed and judged.
	Now func(context.Context) time.Time

	// Logins are printed on the login page. HashCost is the bcrypt cost of
	// their stored passwords, which the page names.
	Logins   []Login
	HashCost int
	// Style is the style sheet of the pages. It is optional.
	Style []byte

	Keys Keys
	// Secure keeps the cookie off plain http. Leave it out only where there is
	// no TLS, as on localhost.
	Secure bool
	// IdleTimeout ends a session that long after its last request, Lifetime
	// that long after the login, whatever happened in between. Nothing can end
	// it sooner, so keep them short. An IdleTimeout of 0 ends none, and then no
	// session is sealed anew.
	IdleTimeout, Lifetime time.Duration
	// Audit is told of each check of a request. It is optional.
	Audit Audit
	// Variant is how the library differs from its usual form. It is optional.
	Variant Variant
	// Log is told what fails on our side. Without one it is told to nobody.
	Log *slog.Logger
}

// App is the application. It is an http.Handler, safe for concurrent use.
type App struct {
	base                  string
	accounts              Accounts
	now                   func(context.Context) time.Time
	logins                []Login
	hashCost              int
	style                 []byte
	keys                  Keys
	idleTimeout, lifetime time.Duration
	cookie                http.Cookie // without its value
	audit                 Audit
	variant               Variant
	log                   *slog.Logger
	routes                *http.ServeMux
}

// New makes the application. It starts no goroutine and is cheap enough to be
// called for each of many libraries.
func New(c Config) *App {
	a := &App{
		base:        c.Base,
		accounts:    c.Accounts,
		now:         c.Now,
		logins:      c.Logins,
		hashCost:    c.HashCost,
		style:       c.Style,
		keys:        c.Keys,
		idleTimeout: c.IdleTimeout,
		lifetime:    c.Lifetime,
		cookie:      newCookie(c),
		audit:       c.Audit,
		variant:     c.Variant,
		log:         cmp.Or(c.Log, slog.New(slog.DiscardHandler)),
	}
	a.routes = a.table()
	return a
}

// table is the whole site.
func (a *App) table() *http.ServeMux {
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", a.personal(a.home))
	mux.Handle("GET /login", a.personal(a.loginForm))
	mux.Handle("POST /login", a.personal(a.login))
	mux.Handle("GET /profile", a.personal(a.profile))
	mux.Handle("GET /desk", a.personal(a.desk))
	mux.Handle("POST /logout", a.personal(a.logout))
	mux.Handle("GET /style.css", asset(a.style, "text/css; charset=utf-8"))
	mux.Handle("/", a.public(a.elsewhere))
	return mux
}
