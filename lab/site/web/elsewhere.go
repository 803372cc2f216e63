package web

import (
	"net/http"
	"path"
	"strings"

	"authlab/lab/bench"
)

// Elsewhere answers what the table has no route for, as the lab answers everything:
// with a page of ours for 404, or 405 with the methods that would do, and with our
// fields where the mux sends an untidy path to its tidy form.
func (s *Site) Elsewhere(table *http.ServeMux) http.Handler {
	apps := s.Adapt(s.benches.ServeApp)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.RequestURI == "*" {
			secure(s.Adapt(wholeServer)).ServeHTTP(w, r)
			return
		}
		if plainlyAnApps(r) {
			apps.ServeHTTP(w, r)
			return
		}
		h, _ := table.Handler(r)
		if _, ok := h.(route); ok {
			table.ServeHTTP(w, r)
			return
		}
		var verdict Dropped
		h.ServeHTTP(&verdict, r)
		if verdict.Header().Get("Location") != "" {
			secure(h).ServeHTTP(w, r)
			return
		}
		if allow := verdict.Header().Get("Allow"); allow != "" {
			w.Header().Set("Allow", allow)
		}
		secure(s.Adapt(func(http.ResponseWriter, *http.Request) error { return NoRoute(verdict.status) })).ServeHTTP(w, r)
	})
}

// plainlyAnApps reports whether a request is one to a bench's app by a path that the
// table would not tidy. The table would lead it to the app as well, and it has been
// found by its path already, to be recorded.
func plainlyAnApps(r *http.Request) bool {
	p := r.URL.Path
	return bench.Recorded(r) && r.URL.RawPath == "" && strings.Count(p, "/") > 3 && path.Clean(p) == p
}

// wholeServer is OPTIONS *, which asks of no page (RFC 9110, section 9.3.7), and has
// nothing to be told. No other method asks for it.
func wholeServer(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodOptions {
		return NoRoute(http.StatusNotFound)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// NoRoute is the error of a path that there is not, or, for 405, of a method that it does
// not have.
func NoRoute(status int) error {
	if status == http.StatusMethodNotAllowed {
		return &VisitorError{
			Status: status, Heading: "That cannot be done here",
			Text: "There is such a page, but not for this method. The Allow field says which it knows.",
		}
	}
	return &VisitorError{
		Status: http.StatusNotFound, Heading: "There is no such page",
		Text: "The address may be mistyped. The front page leads everywhere.",
	}
}

// Dropped is an http.ResponseWriter that keeps the status and the fields of an
// answer and drops its content.
type Dropped struct {
	header http.Header
	status int
}

// Header are the fields of the answer.
func (v *Dropped) Header() http.Header {
	if v.header == nil {
		v.header = http.Header{}
	}
	return v.header
}

// WriteHeader keeps the status.
func (v *Dropped) WriteHeader(status int) { v.status = status }

// Write drops the content.
func (v *Dropped) Write(b []byte) (int, error) { return len(b), nil }
