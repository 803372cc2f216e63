package wire

import (
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"time"
)

// conn is a connection that keeps what passes through it.
//
// It embeds the interface on purpose, so that only the methods of net.Conn are
// promoted. ReadFrom above all must not be: net/http would hand a file to the
// kernel (sendfile) and its bytes would never be seen here.
type conn struct {
	net.Conn
	tap    *Tap
	number int64
	tls    tlsConn              // nil for a connection without TLS
	state  *tls.ConnectionState // of tls, once it was asked for; used by handlers only

	// mu is needed because net/http reads ahead in a goroutine of its own while
	// the handler writes.
	mu     sync.Mutex
	tapped bool // Attach was called, and the place in the stream is known
	exchange

	// pending was read beyond the end of the request under way. It is bounded by
	// what net/http reads ahead: its 4 KiB buffer and one byte.
	pending   []byte
	pendingAt time.Time
}

// tlsConn is what a TLS connection knows of itself, as *tls.Conn does.
type tlsConn interface{ ConnectionState() tls.ConnectionState }

func newConn(nc net.Conn, t *Tap) *conn {
	c := &conn{Conn: nc, tap: t, number: t.connections.Add(1)}
	c.tls, _ = nc.(tlsConn)
	c.request.limit = t.limit
	c.response.limit = t.limit
	c.response.selfFramed = true
	return c
}

func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.mu.Lock()
		if c.tapped {
			c.take(p[:n], time.Now())
		}
		c.mu.Unlock()
	}
	return n, err
}

func (c *conn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.mu.Lock()
	if c.tapped {
		c.give(p[:n], err)
	}
	c.mu.Unlock()
	return n, err
}

// CloseWrite is how net/http ends an answer to a client that is still sending:
// it shuts the writing side, waits, and closes only then, so that the client's
// bytes do not turn into a reset that destroys the answer. Without this method
// it would skip the first part. Nothing is written afterwards, so the exchange
// is over now and need not wait for the close.
func (c *conn) CloseWrite() error {
	err := errors.ErrUnsupported
	if nc, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		err = nc.CloseWrite()
	}
	c.finish(true)
	return err
}

// start begins recording, when the server that serves c is attached.
func (c *conn) start() {
	c.mu.Lock()
	c.tapped = true
	c.mu.Unlock()
}

// take gives p to the request under way, and keeps what lies beyond its end.
// p may be c.pending itself.
func (c *conn) take(p []byte, at time.Time) {
	first := c.request.length == 0
	n := c.request.add(p)
	if first && n > 0 {
		c.started = at
	}
	if n == len(p) {
		return
	}
	if len(c.pending) == 0 {
		c.pendingAt = at
	}
	c.pending = append(c.pending, p[n:]...)
}

// retake takes what is pending again, now that more is known about it.
func (c *conn) retake() {
	p := c.pending
	c.pending = p[:0]
	c.take(p, c.pendingAt)
}

// give gives p, which was written, to the response under way.
func (c *conn) give(p []byte, err error) {
	if !c.request.framed() {
		// No handler saw the request and none will: net/http answers and
		// closes. Whatever the client sent belongs to what was answered.
		c.request.untilClose()
		c.retake()
	}
	c.written += int64(len(p))
	c.failed = c.failed || err != nil
	if c.recorded() {
		c.response.add(p)
		c.finished = time.Now()
	}
}
