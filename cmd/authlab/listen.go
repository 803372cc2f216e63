package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"authlab/lab"
)

// listen opens what the flags say, fills in by which addresses that is reached,
// and returns the one for this machine itself. Connections wait until the lab
// serves.
func (o *options) listen(ctx context.Context, config *lab.Config) (lns []net.Listener, here string, err error) {
	names, err := o.lan.hosts()
	if err != nil {
		return nil, "", err
	}
	addrs, err := o.lan.listenOn(o.addr, o.addrGiven)
	if err != nil {
		return nil, "", err
	}
	if lns, err = listenAll(ctx, addrs); err != nil {
		return nil, "", fmt.Errorf("%w (choose another with -addr host:port)", err)
	}
	scheme := "http://"
	if config.Certificate != nil {
		scheme = "https://"
	}
	here = scheme + shownAddr(o.addr, lns[0].Addr())
	for _, name := range names {
		config.Addresses = append(config.Addresses, scheme+shownAddr(net.JoinHostPort(name, "0"), lns[0].Addr()))
	}
	if o.lan.on {
		here = scheme + shownAddr("localhost:0", lns[0].Addr())
	}
	if config.Certificate != nil {
		warn(config.Log, config.Certificate.Leaf, append([]string{here}, config.Addresses...), time.Now())
	}
	return lns, here, nil
}

// listenAll listens on each address, all with the port that the first one got.
func listenAll(ctx context.Context, addrs []string) (lns []net.Listener, err error) {
	var listen net.ListenConfig
	for _, addr := range addrs {
		if len(lns) > 0 {
			addr = shownAddr(addr, lns[0].Addr())
		}
		ln, err := listen.Listen(ctx, "tcp", addr)
		if err != nil {
			return nil, errors.Join(err, closeAll(lns))
		}
		lns = append(lns, ln)
	}
	return lns, nil
}

func closeAll(lns []net.Listener) (err error) {
	for _, ln := range lns {
		err = errors.Join(err, ln.Close())
	}
	return err
}

// shownAddr is the address to print: the host as it was asked for, because
// localhost and 127.0.0.1 are two sites to a browser, with the port that it got.
func shownAddr(asked string, got net.Addr) string {
	host, _, err := net.SplitHostPort(asked)
	_, port, errGot := net.SplitHostPort(got.String())
	if err != nil || errGot != nil || host == "" {
		return got.String()
	}
	return net.JoinHostPort(host, port)
}
