package listen

import (
	"errors"
	"net"
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

// Hosts are the names that a lab answers for besides loopback's and the address at
// which a connection came in.
type Hosts []string

// Known are hosts by their names, without a port, and those in base URLs.
func Known(names []string, urls ...string) (known Hosts) {
	for _, host := range append(slices.Clone(names), hostsOf(urls)...) {
		if strings.Contains(host, ":") {
			host = "[" + strings.Trim(host, "[]") + "]"
		}
		if name, ok := hostOf(host); ok {
			known = append(known, name)
		}
	}
	return known
}

// Include reports whether a Host is the lab's, for a connection that came in at local.
func (h Hosts) Include(host string, local net.Addr) bool {
	name, ok := hostOf(host)
	return ok && (Loopback(host) || slices.Contains(h, name) || isAt(name, local))
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

// OtherHost is what is said to who asks for a host that is not the lab's. It is no
// page: what one is made of would come from the same host.
const OtherHost = "AuthLab does not answer for this host name: a page from elsewhere could give its own name this machine's address.\n\n" +
	"On the machine that it runs on, open it at localhost. If people reach it by this name, start it with the address that they use: authlab -url https://lab.example"

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

// Loopback reports whether a Host is this machine as browsers see it: what they
// trust without TLS (W3C Secure Contexts, section 3.1).
func Loopback(host string) bool {
	name := strings.TrimSuffix(strings.ToLower(hostName(host)), ".")
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(name)
	return err == nil && addr.Unmap().IsLoopback()
}
