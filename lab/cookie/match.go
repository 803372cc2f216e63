package cookie

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// MaxURL is how long a URL may be, in bytes.
const MaxURL = 8 << 10

// place is a URL as the rules for cookies see it.
type place struct {
	scheme string // http or https; ws and wss count as those
	host   string // canonical (section 5.1.2): lower case, an IPv6 address in brackets
	port   string
	path   string // as it stands in the request
	opaque bool   // an origin that is like no other: "null"
}

// parsePlace reads an absolute URL of a scheme that has cookies. The error is a
// sentence for whoever wrote it.
func parsePlace(s string) (place, error) {
	if len(s) > MaxURL {
		return place{}, fmt.Errorf("it is %d bytes long, more than %d: shorten it", len(s), MaxURL)
	}
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil {
		return place{}, fmt.Errorf("it cannot be read as a URL: write one such as https://shop.example/cart")
	}
	scheme, ok := map[string]string{"http": "http", "https": "https", "ws": "http", "wss": "https"}[u.Scheme]
	if !ok || u.Hostname() == "" {
		return place{}, fmt.Errorf("it needs a scheme and a host: write it as https://shop.example/cart")
	}
	p := place{scheme: scheme, host: strings.ToLower(u.Hostname()), port: u.Port(), path: u.EscapedPath()}
	for i := range len(p.host) {
		if p.host[i] >= 0x80 {
			return place{}, fmt.Errorf("its host has letters outside ASCII: write it as the wire does, with xn--")
		}
	}
	if strings.Contains(p.host, ":") {
		p.host = "[" + p.host + "]"
	}
	if p.port == "" {
		p.port = map[string]string{"http": "80", "https": "443"}[scheme]
	}
	if p.path == "" {
		p.path = "/"
	}
	return p, nil
}

// origin is scheme, host and port.
func (p place) origin() string {
	switch {
	case p.opaque:
		return "null"
	case p.scheme == "http" && p.port == "80" || p.scheme == "https" && p.port == "443":
		return p.scheme + "://" + p.host
	default:
		return p.scheme + "://" + p.host + ":" + p.port
	}
}

func (p place) sameOrigin(q place) bool { return !p.opaque && !q.opaque && p.origin() == q.origin() }

// site is the registrable domain, or the host where it has none: an address, or
// a name such as localhost that is a public suffix itself.
func (p place) site() string {
	if isAddress(p.host) {
		return p.host
	}
	site, err := publicsuffix.EffectiveTLDPlusOne(p.host)
	if err != nil {
		return p.host
	}
	return site
}

// sameSite compares two origins as HTML does. schemeful says whether http and
// https of one domain are two sites, which the draft wants.
func (p place) sameSite(q place, schemeful bool) bool {
	if p.opaque || q.opaque {
		return false
	}
	return p.site() == q.site() && (!schemeful || p.scheme == q.scheme)
}

// local reports whether the host can only be this machine.
func (p place) local() bool {
	if p.host == "localhost" || strings.HasSuffix(p.host, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(p.host, "[]"))
	return err == nil && addr.IsLoopback()
}

func isAddress(host string) bool {
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil
}

// isPublicSuffix reports whether anybody may register names below a domain. A
// name of one label always is one.
func isPublicSuffix(domain string) bool {
	if domain == "" || isAddress(domain) {
		return false
	}
	suffix, _ := publicsuffix.PublicSuffix(domain)
	return suffix == domain
}

// domainMatch is section 5.1.3.
func domainMatch(host, domain string) bool {
	if host == domain {
		return true
	}
	return strings.HasSuffix(host, "."+domain) && !isAddress(host)
}

// defaultPath is the default-path of section 5.1.4: the directory of the URL's
// path, without its last slash.
func defaultPath(path string) string {
	if i := strings.LastIndexByte(path, '/'); i > 0 && path[0] == '/' {
		return path[:i]
	}
	return "/"
}

// pathMatch is section 5.1.4.
func pathMatch(path, cookiePath string) bool {
	if path == cookiePath {
		return true
	}
	rest, ok := strings.CutPrefix(path, cookiePath)
	return ok && (strings.HasSuffix(cookiePath, "/") || strings.HasPrefix(rest, "/"))
}
