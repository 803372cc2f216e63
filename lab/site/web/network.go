package web

import (
	"net/http"

	"authlab/lab/listen"
)

// PlainHTTP returns the Host of a request that came over plain http to another
// address than this machine's own, where browsers hold back part of what the
// lesson shows, else "".
//
// It is decided from the request, because one lab is reached in several ways. A
// browser that sends Sec-Fetch-Site trusts the address: something in front of the
// lab speaks TLS, or the browser was told to (W3C Fetch Metadata, section 3).
func (s *Site) PlainHTTP(r *http.Request) string {
	if r.TLS != nil || s.config.Secure || listen.Loopback(r.Host) || r.Header.Get("Sec-Fetch-Site") != "" {
		return ""
	}
	return r.Host
}

// Reach is the base URL to print for others: "http://192.168.7.20:8080". It is the one
// that the lab was told, if any. Who came by loopback gets the first address on the local network, if the lab
// listens there, because loopback leads everybody else to their own machine.
func (s *Site) Reach(r *http.Request) string {
	if s.config.URL != "" {
		return s.config.URL
	}
	if len(s.config.Addresses) > 0 && listen.Loopback(r.Host) {
		return s.config.Addresses[0]
	}
	if s.config.Secure {
		return "https://" + r.Host
	}
	return Origin(r)
}

// Origin is the scheme and the host by which a request came.
func Origin(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
