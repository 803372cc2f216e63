// Package share gives each client a share of the lab of its own, so that nobody
// takes anything from anybody else.
//
// A client is an address: what one program, one home or one school sends. A class
// of 300 behind one address is one client of 300 people, and every share is sized
// for that. What a client does is spent from its own shares, before any work is
// done for it, and never from another's:
//
//   - [Allowances] bound how often it does a kind of thing;
//   - a [Lane] bounds how much of a kind of heavy work is done at once, and gives
//     its places to the clients in turn, so that one with a thousand requests
//     delays another by one of them, and has each rest after its work while others
//     are about ([Company]);
//   - [Conns] bounds the connections: where the process has no more to give, the
//     client that holds most lets go of one that it does not use.
//
// The package knows nothing of HTTP routes, benches or classes.
package share

import (
	"cmp"
	"context"
	"net"
	"net/netip"
)

// Client names who is served: an IPv4 address, or the first 64 bits of an IPv6
// address, which one household or one machine has for itself: "192.0.2.7",
// "2001:db8:1:2::/64". The lab itself is the empty one.
type Client string

// ClientOf returns the client at an address, as in [net/http.Request.RemoteAddr]:
// with or without a port. What is no IP address (a Unix socket) is one client.
func ClientOf(address string) Client {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return Client(cmp.Or(host, "local"))
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return Client(ip.String())
	}
	return Client(netip.PrefixFrom(ip, 64).Masked().String())
}

type clientKey struct{}

// work is for whom something is done, and who else is about.
type work struct {
	client  Client
	company *Company
}

// With returns a context that says for whom work is done, and who else may be about;
// nil for nobody.
func With(ctx context.Context, c Client, among *Company) context.Context {
	return context.WithValue(ctx, clientKey{}, work{c, among})
}

// From returns for whom work is done, the lab itself where ctx does not say.
func From(ctx context.Context) Client {
	w, _ := ctx.Value(clientKey{}).(work)
	return w.client
}

func companyOf(ctx context.Context) *Company {
	w, _ := ctx.Value(clientKey{}).(work)
	return w.company
}
