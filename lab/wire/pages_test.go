package wire_test

import (
	"io"
	"net/http"
	"strconv"
	"strings"

	"authlab/lab/wire"
)

// pages are the handlers of the stories.
func pages() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusTeapot)
		}
		io.WriteString(w, r.Method+" "+strconv.Itoa(len(body)))
	})
	mux.HandleFunc("/now", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "at once") })
	mux.HandleFunc("/status/{code}", func(w http.ResponseWriter, r *http.Request) {
		code, _ := strconv.Atoi(r.PathValue("code"))
		w.WriteHeader(code)
	})
	mux.HandleFunc("/stream", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Trailer", "X-Sum")
		for _, s := range []string{"one", "two", "three"} {
			io.WriteString(w, s)
			http.NewResponseController(w).Flush()
		}
		w.Header().Set("X-Sum", "3")
	})
	mux.HandleFunc("/identity", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Transfer-Encoding", "identity")
		w.WriteHeader(http.StatusOK)
		io.WriteString(w, strings.Repeat("until the end ", 400))
	})
	mux.HandleFunc("/hints", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", "</a.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		io.WriteString(w, "hinted")
	})
	mux.HandleFunc("/big", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, strings.Repeat("0123456789", 1000))
	})
	mux.HandleFunc("/short", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "10")
		io.WriteString(w, "abc")
	})
	mux.HandleFunc("/abort/{how}", func(w http.ResponseWriter, r *http.Request) {
		if r.PathValue("how") == "identity" {
			w.Header().Set("Transfer-Encoding", "identity")
		}
		if r.PathValue("how") != "silent" {
			io.WriteString(w, "so far")
			http.NewResponseController(w).Flush()
		}
		panic(http.ErrAbortHandler)
	})
	mux.HandleFunc("/hijack", func(w http.ResponseWriter, r *http.Request) {
		nc, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		defer nc.Close()
		io.WriteString(nc, "HTTP/1.1 101 Switching Protocols\r\n\r\nours now")
		if wire.Claim(r.Context(), func(wire.Capture) {}) {
			io.WriteString(nc, ", and claimed")
		}
	})
	return mux
}
