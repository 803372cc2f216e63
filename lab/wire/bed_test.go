package wire_test

import (
	"bufio"
	"bytes"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"authlab/lab/wire"
)

// guard only turns a hang into a failure. Nothing waits for it to pass.
const guard = 2 * time.Minute

// bed is a real server on a real socket with a tap on it.
type bed struct {
	addr  string
	srv   *http.Server
	ended chan net.Addr // the client's address of each connection that is over

	mu        sync.Mutex
	captures  []wire.Capture // claimed, in the order of the calls
	unclaimed []wire.Capture
	refused   int // calls of Claim that answered false
}

// newBed serves h, which b.claimed may be a part of. configure may be nil.
func newBed(t testing.TB, limit int, h func(*bed) http.Handler, configure func(*http.Server)) *bed {
	t.Helper()
	b := &bed{ended: make(chan net.Addr, 64)}
	tap := wire.New(wire.Options{Limit: limit, Unclaimed: func(c wire.Capture) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.unclaimed = append(b.unclaimed, c)
	}})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b.addr = ln.Addr().String()
	b.srv = &http.Server{
		Handler:  h(b),
		ErrorLog: log.New(io.Discard, "", 0),
		// The tap calls this after it is done with the connection, so what
		// arrives here was counted in full.
		ConnState: func(c net.Conn, s http.ConnState) {
			if s == http.StateClosed || s == http.StateHijacked {
				b.ended <- c.RemoteAddr()
			}
		},
	}
	if configure != nil {
		configure(b.srv)
	}
	tap.Attach(b.srv)
	go b.srv.Serve(tap.Listener(ln))
	t.Cleanup(func() { b.srv.Close() })
	return b
}

func (b *bed) add(c wire.Capture) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.captures = append(b.captures, c)
}

// claimed makes h claim every exchange, twice: the second must be refused.
func (b *bed) claimed(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wire.Claim(r.Context(), b.add)
		if !wire.Claim(r.Context(), b.add) {
			b.mu.Lock()
			b.refused++
			b.mu.Unlock()
		}
		h.ServeHTTP(w, r)
	})
}

// wait returns once the server is done with n connections.
func (b *bed) wait(t testing.TB, n int) {
	t.Helper()
	for range n {
		select {
		case <-b.ended:
		case <-time.After(guard):
			t.Fatal("the server never let go of the connection")
		}
	}
}

// client speaks to the server by hand and remembers all that it got.
type client struct {
	t    testing.TB
	conn *net.TCPConn
	in   *bufio.Reader
	got  bytes.Buffer
}

func (b *bed) dial(t testing.TB) *client {
	t.Helper()
	nc, err := net.Dial("tcp", b.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	if err := nc.SetDeadline(time.Now().Add(guard)); err != nil {
		t.Fatal(err)
	}
	c := &client{t: t, conn: nc.(*net.TCPConn)}
	c.in = bufio.NewReader(io.TeeReader(nc, &c.got))
	return c
}

func (c *client) send(s string) {
	c.t.Helper()
	if _, err := io.WriteString(c.conn, s); err != nil {
		c.t.Fatal(err)
	}
}

// until reads until what was got last ends with s.
func (c *client) until(s string) {
	c.t.Helper()
	var seen []byte
	for !bytes.HasSuffix(seen, []byte(s)) {
		b, err := c.in.ReadByte()
		if err != nil {
			c.t.Fatalf("waiting for %q after %q: %v", s, seen, err)
		}
		seen = append(seen, b)
	}
}

// response reads one whole response to a request with that method.
func (c *client) response(method string) {
	c.t.Helper()
	res, err := http.ReadResponse(c.in, &http.Request{Method: method})
	if err != nil {
		c.t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		c.t.Fatal(err)
	}
}

// rest ends the client's side and reads all that is left.
func (c *client) rest() {
	c.t.Helper()
	if err := c.conn.CloseWrite(); err != nil {
		c.t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, c.in); err != nil {
		c.t.Fatal(err)
	}
}
