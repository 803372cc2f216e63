package web

import (
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzhttp"

	"authlab/lab/bench"
	"authlab/lab/coding"
)

// Compressed compresses what is ours. What belongs to a bench's app passes as
// the app wrote it; event streams are not held back.
func Compressed(next http.Handler) http.Handler {
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
		packed.ServeHTTP(w, decided(r))
	})
}

// decided is a request that says in one word what it accepts, so that whoever
// answers it below, gzhttp too, comes to the same decision.
func decided(r *http.Request) *http.Request {
	word := "identity"
	if coding.Gzip(r.Header) {
		word = "gzip"
	}
	said := *r
	said.Header = r.Header.Clone()
	said.Header.Set("Accept-Encoding", word)
	return &said
}
