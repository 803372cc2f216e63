package listen

import (
	"net"
	"net/http"
	"sync"
)

// Connections counts those of a server that are open.
type Connections struct {
	mu   sync.Mutex
	open int
	none chan struct{} // closed while there are none
}

// NewConnections counts from none on.
func NewConnections() *Connections {
	c := &Connections{none: make(chan struct{})}
	close(c.none)
	return c
}

// Saw is what http.Server.ConnState calls.
func (c *Connections) Saw(_ net.Conn, s http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch s {
	case http.StateNew:
		if c.open++; c.open == 1 {
			c.none = make(chan struct{})
		}
	case http.StateClosed, http.StateHijacked:
		if c.open--; c.open == 0 {
			close(c.none)
		}
	}
}

// gone is closed once no connection is open.
func (c *Connections) gone() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.none
}
