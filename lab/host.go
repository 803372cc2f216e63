package lab

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// errURL is what a base URL must be.
var errURL = errors.New("write it as browsers reach the lab, with its scheme and host and nothing after them, as in https://lab.example or http://lab.example:8080")

// BaseURL reads the URL by which people reach a lab: http or https, a host, a port
// where it is not the scheme's own, and nothing more. It returns it in one spelling,
// without a slash at the end.
func BaseURL(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil {
		return "", errURL
	}
	scheme, host := u.Scheme == "http" || u.Scheme == "https", strings.ToLower(u.Host)
	if _, ok := hostOf(host); !scheme || !ok || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.Opaque != "" {
		return "", errURL
	}
	return u.Scheme + "://" + host, nil
}

// hostOf is the name in a Host in one spelling: small letters, no dot at the end, no
// brackets. It returns false for what is no Host (RFC 9110, section 7.2).
func hostOf(host string) (name string, ok bool) {
	name = host
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		if _, err := strconv.ParseUint(host[i+1:], 10, 16); err != nil && host[i+1:] != "" {
			return "", false
		}
		name = host[:i]
	}
	if inner, ok := strings.CutPrefix(name, "["); ok {
		inner, closed := strings.CutSuffix(inner, "]")
		addr, err := netip.ParseAddr(inner)
		return addr.String(), closed && err == nil && addr.Is6()
	}
	name = strings.TrimSuffix(strings.ToLower(name), ".")
	if strings.ContainsAny(name, ":/@[]?# ") {
		return "", false
	}
	return name, name != ""
}

// hosts are the names that a lab answers for besides loopback's and the address at
// which a connection came in.
type hosts []string

// knownHosts are those that a configuration names.
func knownHosts(c *Config) (names hosts) {
	for _, host := range append(slices.Clone(c.Hosts), hostsOf(append(slices.Clone(c.Addresses), c.URL))...) {
		if strings.Contains(host, ":") {
			host = "[" + strings.Trim(host, "[]") + "]"
		}
		if name, ok := hostOf(host); ok {
			names = append(names, name)
		}
	}
	return names
}

// include reports whether a Host is the lab's, for a connection that came in at local.
func (h hosts) include(host string, local net.Addr) bool {
	name, ok := hostOf(host)
	return ok && (isLoopback(host) || slices.Contains(h, name) || isAt(name, local))
}

// isAt reports whether a name is the address of this machine at which a connection
// came in. No name can be given to it from elsewhere: it is none.
func isAt(name string, local net.Addr) bool {
	addr, err := netip.ParseAddr(name)
	if err != nil || local == nil {
		return false
	}
	at, err := netip.ParseAddrPort(local.String())
	return err == nil && at.Addr().Unmap().WithZone("") == addr.Unmap().WithZone("")
}

// otherHost is what is said to who asks for a host that is not the lab's. It is no
// page: what one is made of would come from the same host.
const otherHost = "AuthLab does not answer for this host name: a page from elsewhere could give its own name this machine's address.\n\n" +
	"On the machine that it runs on, open it at localhost. If people reach it by this name, start it with the address that they use: authlab -url https://lab.example"

// knownHost answers 421 for a Host that is not the lab's (RFC 9110, section 15.5.20).
// A page elsewhere can give its own name this machine's address (DNS rebinding); then
// for browsers it is of one origin with the lab, and only Host tells. So it holds for
// everything, the benches' apps and the pages for operators too: who watches the lab's
// health reaches it by loopback, or by the address that it listens on.
func (l *Lab) knownHost(next http.Handler) http.Handler {
	known := knownHosts(&l.config)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
		if !known.include(r.Host, local) {
			secureHeaders(w)
			http.Error(w, otherHost, http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}
