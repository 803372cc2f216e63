package share

import (
	"errors"
	"net"
	"net/http"
	"sync"
)

// spareFiles are the files that a process needs beside its connections: its
// databases, its listeners and what the runtime has open.
const spareFiles = 64

// Conns are the connections of a server. Their number is bounded, so that there is
// always a file for the next: when all are in use, the client that holds most of
// them lets go of one that waits for a request, the one that has waited longest. It
// is safe for concurrent use.
type Conns struct {
	limit int

	mu   sync.Mutex
	of   map[Client]map[*conn]struct{}
	at   map[string]*conn // by the address of the other end
	all  int
	when int           // counts what happens, so that the one that has waited longest is known
	let  int           // how many were let go
	none chan struct{} // closed while there are none
}

// NewConns returns a bound for a process that may have so many files open; 0 or
// less bounds nothing.
func NewConns(files int) *Conns {
	limit := 0
	if files > 0 {
		limit = max(files-spareFiles, files/2, 1)
	}
	cs := &Conns{limit: limit, of: map[Client]map[*conn]struct{}{}, at: map[string]*conn{}, none: make(chan struct{})}
	close(cs.none)
	return cs
}

// None is closed once there are no connections.
func (cs *Conns) None() <-chan struct{} {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	return cs.none
}

// Len returns how many connections there are.
func (cs *Conns) Len() int {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	return cs.all
}

// LetGo returns how many connections were closed so that others found a place.
func (cs *Conns) LetGo() int {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	return cs.let
}

// Limit returns how many connections there may be, 0 for any number.
func (cs *Conns) Limit() int { return cs.limit }

// Listener returns ln with its connections bounded.
func (cs *Conns) Listener(ln net.Listener) net.Listener { return listener{ln, cs} }

type listener struct {
	net.Listener
	conns *Conns
}

func (l listener) Accept() (net.Conn, error) {
	for {
		nc, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if c := l.conns.admit(nc); c != nil {
			return c, nil
		}
		_ = nc.Close() // a place was not to be had; nothing was promised
	}
}

// conn is a bounded connection. It embeds the interface on purpose: what a TCP
// connection can do besides is asked for by name.
type conn struct {
	net.Conn
	conns  *Conns
	client Client
	since  int  // when it began to wait
	busy   bool // a request is being read or answered
	once   sync.Once
}

// CloseWrite shuts the writing side, where the connection can.
func (c *conn) CloseWrite() error {
	if nc, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return nc.CloseWrite()
	}
	return errors.ErrUnsupported
}

// Close gives the place back.
func (c *conn) Close() error {
	c.once.Do(func() { c.conns.gone(c) })
	return c.Conn.Close()
}

// admit takes a connection in. It returns nil where no place could be found: the
// client that holds most is this one, and all of its connections are in use.
func (cs *Conns) admit(nc net.Conn) *conn {
	c := &conn{Conn: nc, conns: cs, client: ClientOf(nc.RemoteAddr().String())}
	cs.mu.Lock()
	var victim *conn
	if cs.limit > 0 && cs.all >= cs.limit {
		victim = cs.victim(c.client)
		if victim == nil {
			cs.let++
			cs.mu.Unlock()
			return nil
		}
		cs.remove(victim)
		cs.let++
	}
	if cs.of[c.client] == nil {
		cs.of[c.client] = map[*conn]struct{}{}
	}
	cs.of[c.client][c] = struct{}{}
	cs.at[c.RemoteAddr().String()] = c
	if cs.all++; cs.all == 1 {
		cs.none = make(chan struct{})
	}
	cs.when++
	c.since = cs.when
	cs.mu.Unlock()
	if victim != nil {
		_ = victim.Conn.Close() // its server's goroutine ends by that
	}
	return c
}

// victim chooses who lets go: of the client that holds most, the connection that
// has waited longest for a request; where none of its waits, one in use, unless the
// new one is the same client's. cs.mu must be held.
func (cs *Conns) victim(newcomer Client) *conn {
	var most Client
	for client, list := range cs.of {
		if len(list) > len(cs.of[most]) {
			most = client
		}
	}
	var idle, used *conn
	for c := range cs.of[most] {
		switch {
		case !c.busy && (idle == nil || c.since < idle.since):
			idle = c
		case c.busy && (used == nil || c.since < used.since):
			used = c
		}
	}
	if idle != nil || most == newcomer {
		return idle
	}
	return used
}

func (cs *Conns) gone(c *conn) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	cs.remove(c)
}

// remove forgets a connection, once. cs.mu must be held.
func (cs *Conns) remove(c *conn) {
	if _, there := cs.of[c.client][c]; !there {
		return
	}
	delete(cs.of[c.client], c)
	if at := c.RemoteAddr().String(); cs.at[at] == c {
		delete(cs.at, at)
	}
	if len(cs.of[c.client]) == 0 {
		delete(cs.of, c.client)
	}
	if cs.all--; cs.all == 0 {
		close(cs.none)
	}
}

// State notes what a server does with a connection, however wrapped; see
// [http.Server.ConnState].
func (cs *Conns) State(nc net.Conn, state http.ConnState) {
	at := nc.RemoteAddr().String()
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if c := cs.at[at]; c != nil {
		cs.when++
		c.since, c.busy = cs.when, state == http.StateActive
	}
}
