package session

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
)

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

// handler answers a request, or returns why it does not.
type handler func(http.ResponseWriter, *http.Request) error

// public is a handler for everybody. Where it has to know who asks, it looks at
// the request's credential by itself.
func (a *App) public(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			a.refuse(w, r, err)
		}
	})
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
	return errMethod(strings.Join(allowed, ", "))
}

// page writes a page. It is rendered first, so that a page that cannot be
// rendered does not go out by halves.
func (a *App) page(w http.ResponseWriter, r *http.Request, status int, content templ.Component) error {
	var b bytes.Buffer
	// A client that has said all it will say cancels the request's context, and
	// still waits for the answer.
	if err := content.Render(context.WithoutCancel(r.Context()), &b); err != nil {
		return fmt.Errorf("render page: %w", err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	w.Header().Set("Content-Security-Policy", policy)
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // who has gone away is not there to be told
	return nil
}

// asset is a file that is the same for everybody, so browsers may keep it.
func asset(content []byte, mediaType string) http.Handler {
	tag := fmt.Sprintf(`"%.16x"`, sha256.Sum256(content))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=3600")
		w.Header().Set("Content-Type", mediaType)
		w.Header().Set("ETag", tag)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	})
}
