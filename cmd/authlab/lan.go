package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
)

// lanFlag is -lan: off, on, or the one address or name to use. It is one flag
// with an optional value, because most machines have one network and nothing to
// choose, and who has several sees all of them printed by the first try.
type lanFlag struct {
	on   bool
	host string // an address of this machine, or a name that leads to it; "" to find one
}

// IsBoolFlag lets -lan stand without a value (package flag).
func (l *lanFlag) IsBoolFlag() bool { return true }

// String is the flag's value as it would be typed.
func (l *lanFlag) String() string {
	if l.host != "" {
		return l.host
	}
	return fmt.Sprint(l.on)
}

// Set reads true, false, an address or a host name.
func (l *lanFlag) Set(value string) error {
	switch addr, err := netip.ParseAddr(strings.Trim(value, "[]")); {
	case value == "true" || value == "false":
		*l = lanFlag{on: value == "true"}
	case err == nil && (addr.IsLoopback() || addr.IsUnspecified()):
		return errors.New("nobody else reaches that address; name one of this machine's on the local network, or none")
	case err == nil:
		*l = lanFlag{on: true, host: addr.String()}
	case !isName(value):
		return errors.New("name an address or a host name without a port, as in -lan=192.168.7.20, or nothing")
	default:
		*l = lanFlag{on: true, host: strings.ToLower(value)}
	}
	return nil
}

// isName reports whether s may be a host name: letters, digits and hyphens
// between dots.
func isName(s string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789-."
	return s != "" && strings.Trim(strings.ToLower(s), letters) == "" && !strings.HasPrefix(s, "-") && !strings.HasPrefix(s, ".")
}

// isAddress reports whether the flag names an address, which then is the only
// one to listen on besides loopback.
func (l *lanFlag) isAddress() bool {
	_, err := netip.ParseAddr(l.host)
	return err == nil
}

// listenOn returns what to listen on: asked is the value of -addr, given whether
// somebody gave it. With -lan its port counts and its host must be left out,
// because two flags that name where to listen would leave one of them ignored.
func (l *lanFlag) listenOn(asked string, given bool) ([]string, error) {
	if !l.on {
		return []string{asked}, nil
	}
	host, port, err := net.SplitHostPort(asked)
	if err != nil {
		return nil, err
	}
	if given && host != "" {
		return nil, fmt.Errorf("-addr %s and -lan both say where to listen: with -lan give only the port, as in -lan -addr :%s, or the address as -lan=ADDRESS", asked, port)
	}
	if !l.isAddress() {
		return []string{":" + port}, nil
	}
	return []string{net.JoinHostPort(l.host, port), net.JoinHostPort("localhost", port)}, nil
}

// hosts are the names by which others reach this machine, the one to use first.
func (l *lanFlag) hosts() ([]string, error) {
	if !l.on {
		return nil, nil
	}
	if l.host != "" {
		return []string{l.host}, nil
	}
	links, err := links()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, a := range reachable(links) {
		names = append(names, a.String())
	}
	if len(names) == 0 {
		return nil, errors.New("-lan: this machine has no address on a network. Connect it to one, or start without -lan to use the lab on this machine alone")
	}
	return names, nil
}

// link is a network interface with its addresses.
type link struct {
	name  string
	flags net.Flags
	addrs []netip.Addr
}

func links() ([]link, error) {
	faces, err := net.Interfaces()
	if err != nil {
		return nil, fmt.Errorf("look for the local network: %w", err)
	}
	var out []link
	for _, f := range faces {
		addrs, err := f.Addrs()
		if err != nil {
			return nil, fmt.Errorf("look for the addresses of %s: %w", f.Name, err)
		}
		l := link{name: f.Name, flags: f.Flags}
		for _, a := range addrs {
			if p, err := netip.ParsePrefix(a.String()); err == nil {
				l.addrs = append(l.addrs, p.Addr().Unmap())
			}
		}
		out = append(out, l)
	}
	return out, nil
}

// inside are the beginnings of names that interfaces to containers and virtual
// machines on this same machine have. Phones are not in there.
var inside = []string{"docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "vethernet", "cni", "flannel", "lxc", "lxd", "podman", "kube", "cali"}

// reachable returns the addresses by which others in the room may reach this
// machine, the likeliest first. Those of containers and tunnels count only where
// there are no others.
func reachable(links []link) []netip.Addr {
	var all, doubtful []netip.Addr
	for _, l := range links {
		if l.flags&net.FlagUp == 0 || l.flags&net.FlagLoopback != 0 {
			continue
		}
		virtual := slices.ContainsFunc(inside, func(prefix string) bool { return strings.HasPrefix(strings.ToLower(l.name), prefix) })
		for _, a := range l.addrs {
			switch {
			case rank(a) == unusable:
			case virtual, l.flags&net.FlagPointToPoint != 0:
				doubtful = append(doubtful, a)
			default:
				all = append(all, a)
			}
		}
	}
	if len(all) == 0 {
		all = doubtful
	}
	slices.SortStableFunc(all, func(a, b netip.Addr) int { return rank(a) - rank(b) })
	return all
}

const unusable = 9

// rank orders addresses by how likely others in the room reach them. A link-local
// address of IPv6 needs a zone, which browsers do not take in a URL.
func rank(a netip.Addr) int {
	switch {
	case a.IsLoopback(), a.IsUnspecified(), a.IsMulticast(), a.Is6() && a.IsLinkLocalUnicast():
		return unusable
	case a.Is4() && a.IsPrivate():
		return 0
	case a.Is4() && !a.IsLinkLocalUnicast():
		return 1
	case a.Is4():
		return 2 // two machines on one cable
	case a.IsPrivate():
		return 3
	default:
		return 4
	}
}
