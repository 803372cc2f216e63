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
// and the names are the same: read the two side by side.
//
// # Where to read
//
//   - login.go checks the password and starts a session,
//   - credential.go is the session: how it is issued, and whose it is,
//   - profile.go shows two pages that need to know who you are,
//   - logout.go ends the session,
//   - audit.go tells of each check whether it was passed,
//   - answer.go writes pages and errors.
//
// # What it follows
//
// Cookies are RFC 6265bis. Names, attributes and timeouts of the session cookie
// follow the OWASP Session Management Cheat Sheet.
package session

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
)

// Account is somebody who may use the library.
type Account struct {
	ID, Email, Name string
	Role            string // "member" or "staff"
}

// Accounts knows who may use the library.
type Accounts interface {
	// Check returns the account with that email and password. When they do not
	// match one it returns ErrCredentials, without saying which of the two is
	// wrong.
	Check(ctx context.Context, email, password string) (Account, error)
	// Find returns the account as it is now, or ErrNoAccount.
	Find(ctx context.Context, id string) (Account, error)
}

// What Accounts answers when it is not the account that was asked for.
var (
	ErrCredentials = errors.New("email and password do not match")
	ErrNoAccount   = errors.New("no such account")
)

// Login is a demo login that the login page shows.
type Login struct{ Email, Password, Role string }

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
	mux.Handle("GET /style.css", style)
	mux.Handle("/", a.public(a.elsewhere))
	return mux
}

// maxBody is the most that a request may carry, in bytes.
const maxBody = 1 << 20

// ServeHTTP implements http.Handler.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store") // pages are personal; what is not says so itself
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Referrer-Policy", "same-origin")
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if r.URL.Path != path.Clean(r.URL.Path) {
		// ServeMux would redirect to the tidy path, without Base.
		a.passes(r.Context(), "path exists", false)
		a.refuse(w, r, errNoPage)
		return
	}
	a.routes.ServeHTTP(w, r)
}

// home is GET /: it says who you are.
func (a *App) home(w http.ResponseWriter, r *http.Request) error {
	account, err := a.account(r)
	if err != nil && !errors.Is(err, errStranger) {
		return err
	}
	return a.page(w, r, http.StatusOK, homePage(a.frame("Home", account), account))
}

// elsewhere is every other request. It tells a path that does not exist (404)
// from a method that this path does not have (405, RFC 9110, section 15.5.6).
func (a *App) elsewhere(w http.ResponseWriter, r *http.Request) error {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
		same := &http.Request{Method: method, Host: r.Host, URL: r.URL}
		if _, pattern := a.routes.Handler(same); pattern != "/" {
			allowed = append(allowed, method)
		}
	}
	if !a.passes(r.Context(), "path exists", len(allowed) > 0) {
		return errNoPage
	}
	a.passes(r.Context(), "method allowed", false)
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	return &refusal{http.StatusMethodNotAllowed, "This page answers " + strings.Join(allowed, ", ") + " only."}
}
