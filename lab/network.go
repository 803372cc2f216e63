package lab

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// hostName is a Host without its port: "lab.example", "::1".
func hostName(host string) string {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	return strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
}

// hostsOf are the names in base URLs.
func hostsOf(addresses []string) (names []string) {
	for _, a := range addresses {
		if u, err := url.Parse(a); err == nil {
			names = append(names, u.Hostname())
		}
	}
	return names
}

// isLoopback reports whether a Host is this machine as browsers see it: what they
// trust without TLS (W3C Secure Contexts, section 3.1).
func isLoopback(host string) bool {
	name := strings.TrimSuffix(strings.ToLower(hostName(host)), ".")
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(name)
	return err == nil && addr.Unmap().IsLoopback()
}

// plainHTTP returns the Host of a request that came over plain http to another
// address than this machine's own, where browsers hold back part of what the
// lesson shows, else "".
//
// It is decided from the request, because one lab is reached in several ways. A
// browser that sends Sec-Fetch-Site trusts the address: something in front of the
// lab speaks TLS, or the browser was told to (W3C Fetch Metadata, section 3).
func (l *Lab) plainHTTP(r *http.Request) string {
	if r.TLS != nil || l.config.Secure || isLoopback(r.Host) || r.Header.Get("Sec-Fetch-Site") != "" {
		return ""
	}
	return r.Host
}

// reach is the base URL to print for others: "http://192.168.7.20:8080". It is the one
// that the lab was told, if any. Who came by loopback gets the first address on the local network, if the lab
// listens there, because loopback leads everybody else to their own machine.
func (l *Lab) reach(r *http.Request) string {
	if l.config.URL != "" {
		return l.config.URL
	}
	if len(l.config.Addresses) > 0 && isLoopback(r.Host) {
		return l.config.Addresses[0]
	}
	if l.config.Secure {
		return "https://" + r.Host
	}
	return origin(r)
}
