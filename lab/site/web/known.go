package web

import (
	"net"
	"net/http"

	"authlab/lab/listen"
)

// KnownHost answers 421 for a Host that is not the lab's (RFC 9110, section 15.5.20).
// A page elsewhere can give its own name this machine's address (DNS rebinding); then
// for browsers it is of one origin with the lab, and only Host tells. So it holds for
// everything, the benches' apps and the pages for operators too: who watches the lab's
// health reaches it by loopback, or by the address that it listens on.
func (s *Site) KnownHost(next http.Handler) http.Handler {
	known := s.config.Hosts
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
		if !known.Include(r.Host, local) {
			SecureHeaders(w)
			http.Error(w, listen.OtherHost, http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// LastAnswer says on each connection that the answer is its last one, once the lab is
// about to stop (RFC 9112, section 9.6). A client that is told so sends its next
// request elsewhere. One whose idle connection is closed unasked may just have sent
// it, and cannot know whether it was done.
func (s *Site) LastAnswer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.stopping.Err() != nil {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}
