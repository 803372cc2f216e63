// Package wire records HTTP/1 exchanges exactly as they travelled: every byte
// of the request in the order, letter case and spelling that the client chose,
// and every byte of the response including the fields that net/http adds after
// a handler is done (Date, Content-Length, a sniffed Content-Type).
//
// # Use
//
//	tap := wire.New(wire.Options{})
//	srv := &http.Server{Handler: site}
//	tap.Attach(srv)
//	srv.Serve(tap.Listener(ln))
//
// A handler that wants the exchange it is handling says so before it writes or
// reads the body:
//
//	wire.Claim(r.Context(), func(c wire.Capture) { journal.Append(c) })
//
// # How the bytes are told apart
//
// The connection is the only place where the truth is whole, but net/http does
// not take turns on it: several pipelined requests arrive in one read, one byte
// is read ahead while a handler runs, and a body that the handler left unread is
// drained after the response was written. So a request is everything up to the
// end of its message as framed by RFC 9112, section 6: its head, and then the
// body whose length net/http itself worked out. What was read beyond that is the
// beginning of the next request. The response is everything that was written
// until net/http reports the connection idle, closed or hijacked, or shuts its
// writing side; interim responses (100 Continue) are part of it.
//
// # What is not recorded
//
//   - Exchanges that reached a handler and were not claimed. They cost one copy
//     of the request into a buffer that is used again; their response is only
//     counted, so a stream of events may stay open for hours at no cost.
//   - Bytes that the server never read, such as the rest of a body that it
//     refused, and a request that was given up without an answer.
//   - Anything after a hijack, which includes a 101 response, because net/http
//     reports the hijack before the handler writes it.
//   - TLS itself. The listener given to [Tap.Listener] must yield plain text, as
//     that of tls.NewListener does; under [http.Server.ServeTLS] nothing is
//     recorded and [Claim] reports false. net/http cannot see the TLS connection
//     below the Tap, so the Tap sets [http.Request.TLS] in its place.
//   - HTTP/2.
//   - Whatever follows, on the same connection, a request that ended before its
//     framed end. net/http closes the connection then, except after a malformed
//     chunk in full-duplex mode, when it takes up the next request in the middle
//     of what was meant as a body; where exactly, only net/http knows. A record
//     that might be wrong is worse than none.
//
// At most [Options.Limit] bytes of each message are kept. Its true length, and
// whether it was complete, are always known.
package wire

import (
	"context"
	"net"
	"sync/atomic"
	"time"
)

// DefaultLimit is the number of bytes kept of one message when Options.Limit
// is 0.
const DefaultLimit = 64 << 10

// Options configures a Tap.
type Options struct {
	// Limit is the number of bytes kept of each request and of each response.
	// 0 and less mean DefaultLimit. The true length is always known.
	Limit int

	// Unclaimed is called for each exchange that net/http answered by itself,
	// without the server's handler: 400, 417, 431, 501, 505, OPTIONS *. It may
	// be nil. It runs as the function given to Claim does.
	Unclaimed func(Capture)
}

// Capture is one exchange as it went over the wire.
type Capture struct {
	// Connection is the number of the TCP connection in the order in which the
	// Tap accepted them, from 1.
	Connection int64

	// Remote and Local are the two ends of the connection.
	Remote, Local net.Addr

	// Started is when the first byte of the request was read. Finished is when
	// the last byte of the response was written or, when there was none, when
	// the exchange ended. A client that sends on without waiting has the next
	// exchange start before this one finishes.
	Started, Finished time.Time

	// Request and Response are the two messages.
	Request, Response Bytes

	// Handled tells that the request reached the server's handler.
	Handled bool

	// TLS tells that the messages travelled inside of TLS.
	TLS bool
}

// Bytes is one message as it went over the wire.
type Bytes struct {
	// Data is the message or, when Truncated, its beginning. It is a copy that
	// belongs to whoever got the Capture.
	Data []byte

	// Length is the number of bytes that were read or written.
	Length int64

	// Truncated tells that Data is shorter than Length, because of Options.Limit.
	Truncated bool

	// Complete tells that the message reached the end that its own framing
	// announced (RFC 9112, section 6). A request that net/http did not
	// understand has no such end and is never complete.
	Complete bool
}

// A Tap records the exchanges of the connections that its listeners accept.
type Tap struct {
	limit       int
	unclaimed   func(Capture)
	connections atomic.Int64
}

// New returns a Tap. It records once both Listener and Attach were called.
func New(o Options) *Tap {
	if o.Limit <= 0 {
		o.Limit = DefaultLimit
	}
	if o.Unclaimed == nil {
		o.Unclaimed = func(Capture) {}
	}
	return &Tap{limit: o.Limit, unclaimed: o.Unclaimed}
}

// Listener returns ln with every accepted connection tapped.
func (t *Tap) Listener(ln net.Listener) net.Listener {
	return listener{ln, t}
}

type listener struct {
	net.Listener
	tap *Tap
}

func (l listener) Accept() (net.Conn, error) {
	nc, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return newConn(nc, l.tap), nil
}

// Claim asks for the exchange whose request context is ctx. It must be called
// by the handler before it returns, and before anything is written; reading the
// body of a request with Expect: 100-continue writes. It reports whether done
// will be called: false means that the exchange is not tapped, was claimed
// before, or has bytes on the wire already.
//
// done must not be nil. It is called exactly once, when the exchange is over,
// whatever became of it. It runs on the connection's own goroutine with no lock
// of the Tap held: the next request on the connection waits for it, so it must
// not wait for one. When the handler hijacks the connection it runs inside the
// call to Hijack.
func Claim(ctx context.Context, done func(Capture)) bool {
	c := connOf(ctx)
	return c != nil && c.claim(done)
}
