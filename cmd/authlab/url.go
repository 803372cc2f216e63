package main

import (
	"net"

	"authlab/lab/listen"
)

// readURL reads -url.
func (o *options) readURL(text string) (err error) {
	o.url, err = listen.BaseURL(text)
	return err
}

// hosts are the names that the lab answers for because -addr says so: who listens at a
// name is reached by it.
func (o *options) hosts() []string {
	host, _, err := net.SplitHostPort(o.addr)
	if err != nil || !isName(host) {
		return nil
	}
	return []string{host}
}
