// Package session is Corner Library, a small web application that keeps its
// visitors logged in with a server-side session.
//
// # How it works
//
// Logging in writes a record on the server and hands the browser the record's
// id, 256 random bits, in a cookie. The id means nothing by itself. The browser
// sends it back with every request, and the server looks up what it stands for:
//
//	browser                                    server
//	POST /login  email, password       ->      writes  id -> {user, created}
//	             Set-Cookie: sid=id    <-
//	GET /profile Cookie: sid=id        ->      finds   id -> {user, created}
//	             the page              <-
//	POST /logout Cookie: sid=id        ->      deletes id
//
// So the server can change its mind at any time. What that costs is memory, and
// one look-up for each request.
//
// Its twin, package token, is the same library with signed tokens. The files
// and the names are the same: read the two side by side (diff -r).
//
// # Where to read
//
// These files are the difference between the two:
//
//   - issue.go starts a session,
//   - carry.go is its cookie: where it goes, and what that takes,
//   - check.go tells whose session a request belongs to,
//   - renew.go keeps a session that is in use from ending,
//   - end.go ends it,
//   - variant.go says how this library can differ from its usual form.
//
// Of the others, html.go and html.templ write pages and read forms, where the twin
// has a script for a client. The rest is the same in both: accounts.go, site.go,
// login.go, profile.go, audit.go and parts.templ.
//
// # What it follows
//
// Cookies are RFC 6265bis. Names, attributes and timeouts of the session cookie
// follow the OWASP Session Management Cheat Sheet.
package session

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
)

// Config is what the application needs. Every field is required unless its
// comment says otherwise.
type Config struct {
	// Base is the absolute path at which the application is served, ending in
	// "/". The application sees paths without it (http.StripPrefix), but its
	// links, redirects and cookie need it.
	Base     string
	Accounts Accounts
	// Now tells the time that is written into new sessions.
	Now func(context.Context) time.Time

	// Logins are printed on the login page. HashCost is the bcrypt cost of
	// their stored passwords, which the page names.
	Logins   []Login
	HashCost int
	// Style is the style sheet of the pages. It is optional.
	Style []byte

	// Store keeps the sessions. A request that was under way during a logout
	// writes its session back when it ends; the store must refuse to bring back
	// what was deleted (OWASP ASVS 7.4.1).
	Store scs.CtxStore
	// Codec turns a session into the bytes that the store keeps. Without one
	// they are encoding/gob.
	Codec scs.Codec
	// Secure keeps the cookie off plain http. Leave it out only where there is
	// no TLS, as on localhost.
	Secure bool
	// IdleTimeout ends a session that long after its last request, Lifetime
	// that long after the login, whatever happened in between.
	// An IdleTimeout of 0 ends none.
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
	base     string
	accounts Accounts
	now      func(context.Context) time.Time
	logins   []Login
	hashCost int
	style    []byte
	sessions *scs.SessionManager
	audit    Audit
	variant  Variant
	log      *slog.Logger
	routes   *http.ServeMux
}

// New makes the application. It starts no goroutine and is cheap enough to be
// called for each of many libraries.
func New(c Config) *App {
	a := &App{
		base:     c.Base,
		accounts: c.Accounts,
		now:      c.Now,
		logins:   c.Logins,
		hashCost: c.HashCost,
		style:    c.Style,
		audit:    c.Audit,
		variant:  c.Variant,
		log:      cmp.Or(c.Log, slog.New(slog.DiscardHandler)),
	}
	a.sessions = a.newSessions(c)
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
	mux.Handle("POST /logout", a.leaving())
	mux.Handle("GET /style.css", asset(a.style, "text/css; charset=utf-8"))
	mux.Handle("/", a.public(a.elsewhere))
	return mux
}
