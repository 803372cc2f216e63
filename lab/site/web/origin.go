package web

import (
	"net/http"
)

// sameOrigin refuses requests that change something and come from another site.
func (s *Site) sameOrigin(next http.Handler) http.Handler {
	refuse := s.Adapt(func(http.ResponseWriter, *http.Request) error {
		return &VisitorError{
			Status: http.StatusForbidden, Heading: "That came from another site",
			Text: "The lab changes nothing at another site's request. Use the controls on its own pages.",
		}
	})
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(refuse)
	protected := protection.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.otherOrigin(r) {
			refuse.ServeHTTP(w, r)
			return
		}
		protected.ServeHTTP(w, r)
	})
}

// otherOrigin reports whether a request names another origin than ours and its
// browser does not judge that itself, in Sec-Fetch-Site. net/http then compares
// hosts only; but who can change what is sent over http is not who can over https
// (RFC 6454, section 4), so here the scheme counts.
func (s *Site) otherOrigin(r *http.Request) bool {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return false
	}
	origin := r.Header.Get("Origin")
	return origin != "" && r.Header.Get("Sec-Fetch-Site") == "" && origin != s.scheme()+"://"+r.Host
}

// scheme is how browsers reach the lab, as far as it was told: whether something
// in front of it speaks TLS shows in no request.
func (s *Site) scheme() string {
	if s.config.Secure {
		return "https"
	}
	return "http"
}
