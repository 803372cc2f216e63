package lab

import (
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/klauspost/compress/gzhttp"

	"authlab/lab/bench"
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
		secureHeaders(w)
		if r.URL.Path != "/" {
			w.Header().Set("X-Robots-Tag", "noindex")
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		next.ServeHTTP(w, r)
	})
}

func secureHeaders(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin") // a bench's id is a capability
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	h.Set("Cache-Control", "no-store")
}

// sameOrigin refuses requests that change something and come from another site.
func (l *Lab) sameOrigin(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(l.adapt(func(http.ResponseWriter, *http.Request) error {
		return &failure{
			status: http.StatusForbidden, heading: "That came from another site",
			text: "The lab changes nothing at another site's request. Use the controls on its own pages.",
		}
	}))
	return protection.Handler(next)
}

// maxForm is the largest form that our own pages send, and more.
const maxForm = 64 << 10

// bodyTimeout is how long a request's content may take to arrive.
const bodyTimeout = 30 * time.Second

// bodyDeadline gives up on a client that sends its content too slowly. The
// server's own ReadTimeout would also end event streams, which read nothing.
func bodyDeadline(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength != 0 {
			// A connection that knows no deadlines is none of ours; it is served all
			// the same.
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyTimeout))
		}
		next.ServeHTTP(w, r)
	})
}

// compressed compresses what is ours. What belongs to a bench's app passes as
// the app wrote it; event streams are not held back.
func compressed(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.ContentTypes([]string{"text/html", "application/json"}))
	if err != nil { // constant options
		panic(err)
	}
	packed := wrap(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, _, app := bench.SplitPath(r.URL.Path); app || strings.HasSuffix(r.URL.Path, "/events") {
			next.ServeHTTP(w, r)
			return
		}
		packed.ServeHTTP(w, r)
	})
}

func stack() string { return string(debug.Stack()) }
