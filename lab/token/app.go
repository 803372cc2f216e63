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
// files and the names are the same: read the two side by side.
//
// # Where to read
//
//   - login.go checks the password and answers with a token,
//   - credential.go is the token: how it is issued, and whether to believe it,
//   - checks.go are the checks that it has to pass, in their order,
//   - profile.go answers two requests that need to know who you are,
//   - logout.go does nothing, and says why,
//   - audit.go tells of each check whether it was passed,
//   - variant.go says how this library can differ: algorithm.go, cookie.go,
//     refresh.go and revoke.go are only about what is not done by default,
//   - answer.go writes JSON and errors,
//   - app.js is the other half, which runs in the browser.
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
	"errors"
	"log/slog"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Account is somebody who may use the library.
type Account struct {
	ID, Email, Name string
	Role            string // "member" or "staff"
	Version         int    // the least version of a token that is believed, where tokens have one
}

// Accounts knows who may use the library.
type Accounts interface {
	// Check returns the account with that email and password. When they do not
	// match one it returns ErrCredentials, without saying which of the two is
	// wrong.
	Check(ctx context.Context, email, password string) (Account, error)
	// Find returns the account as it is now, or ErrNoAccount. This application
	// never asks, unless it is a variant: a token says it all.
	Find(ctx context.Context, id string) (Account, error)
	// Raise adds one to the account's Version. Only Variant.Versions asks for it.
	Raise(ctx context.Context, id string) error
}

// What Accounts answers when it is not the account that was asked for.
var (
	ErrCredentials = errors.New("email and password do not match")
	ErrNoAccount   = errors.New("no such account")
)

// Keys holds the keys that tokens are signed with, all of the algorithm that the
// application is set up with. For HS256 that is at least 32 random bytes (RFC
// 7518, section 3.2), both to sign and to verify. An algorithm with two keys
// signs with the private one (*rsa.PrivateKey, *ecdsa.PrivateKey or
// ed25519.PrivateKey) and verifies with its public one.
type Keys interface {
	// Signing returns the key for new tokens and its id.
	Signing(ctx context.Context) (kid string, key any, err error)
	// Verifying returns the key with that id, or ErrNoKey.
	Verifying(ctx context.Context, kid string) (key any, err error)
}

// ErrNoKey is what Keys answers when it has no key with that id.
var ErrNoKey = errors.New("no such key")

// Login is a demo login that the login page shows.
type Login struct{ Email, Password, Role string }

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
	mux.Handle("GET /style.css", style)
	mux.Handle("GET /app.js", script)
	if a.variant.Refresh != NoRefresh {
		mux.Handle("POST /refresh", a.changing(a.refresh))
		mux.Handle("POST /refresh/logout", a.leaving()) // where the browser attaches the refresh token's cookie
	}
	mux.Handle("/", a.public(a.elsewhere))
	return mux
}

// maxBody is the most that a request may carry, in bytes.
const maxBody = 1 << 20

// ServeHTTP implements http.Handler.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store") // answers are personal; what is not says so itself
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

// home is GET /: the one page. Who you are is known to its script alone, which
// holds the token, so everybody gets the same page.
func (a *App) home(w http.ResponseWriter, r *http.Request) error {
	v := shellView{Storage: cmp.Or(a.variant.Storage, "localStorage"), Refresh: a.variant.Refresh != NoRefresh, Logout: "logout"}
	if v.Refresh && v.Storage == InCookie {
		v.Logout = "refresh/logout"
	}
	return a.page(w, r, http.StatusOK, shell(a.base, v, loginView{Logins: a.logins, HashCost: a.hashCost}))
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
	return &refusal{
		status: http.StatusMethodNotAllowed, code: "method_not_allowed",
		description: "This resource answers " + strings.Join(allowed, ", ") + " only.",
	}
}
