package web

import (
	"net/http"
	"runtime/debug"
	"time"
)

// policy is the Content-Security-Policy of every page of our own. It is a
// constant: no page has an inline script or style, so none needs a nonce.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
	"connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'; " +
	"require-trusted-types-for 'script'; trusted-types authlab-fragment"

// secure sets the security headers of our own pages, and limits what they read.
// The apps do both themselves.
func secure(next http.Handler) http.Handler { return secureUpTo(maxForm, next) }

// secureUpTo is secure for a page that reads more or less than a form of the
// lab's: limit is in bytes.
func secureUpTo(limit int64, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		SecureHeaders(w)
		if r.URL.Path != "/" {
			w.Header().Set("X-Robots-Tag", "noindex")
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		next.ServeHTTP(w, r)
	})
}

// SecureHeaders sets the fields that every answer of ours has.
func SecureHeaders(w http.ResponseWriter) { SecureFields(w.Header()) }

// SecureFields sets them in a header.
func SecureFields(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin") // a bench's id is a capability
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", Permissions)
	h.Set("Cache-Control", "no-store")
}

// maxForm is the largest form that our own pages send, and more.
const maxForm = 64 << 10

// bodyTimeout is how long a request's content may take to arrive.
const bodyTimeout = 30 * time.Second

// BodyDeadline gives up on a client that sends its content too slowly. The
// server's own ReadTimeout would also end event streams, which read nothing.
func BodyDeadline(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength != 0 {
			// A connection that knows no deadlines is none of ours; it is served all
			// the same.
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyTimeout))
		}
		next.ServeHTTP(w, r)
	})
}

func stack() string { return string(debug.Stack()) }

// MaxInspect is the most that an inspector reads, in bytes: a token of a million
// and its key, and more.
const MaxInspect = 4 << 20
