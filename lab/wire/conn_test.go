package wire

import (
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
)

const request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

// script is a connection that yields one request over and over.
type script struct {
	net.Conn
	request string
	half    bool // CloseWrite was called
	gone    bool // the other end is
}

func (s *script) Read(p []byte) (int, error) { return copy(p, s.request), nil }
func (s *script) Write(p []byte) (int, error) {
	if s.gone {
		return 0, io.ErrClosedPipe
	}
	return len(p), nil
}
func (s *script) RemoteAddr() net.Addr { return nil }
func (s *script) LocalAddr() net.Addr  { return nil }

// claimed returns a connection on which a handler claimed the request and is
// done, and where the captures will be.
func claimed(t *testing.T, request string) (*conn, *[]Capture) {
	t.Helper()
	c, captures := newConn(&script{request: request}, New(Options{})), new([]Capture)
	c.start()
	c.Read(make([]byte, 4096))
	c.begin(&http.Request{Method: http.MethodGet, ProtoMajor: 1}, true)
	if !c.claim(func(got Capture) { *captures = append(*captures, got) }) {
		t.Fatal("not claimed")
	}
	return c, captures
}

type halfCloser struct{ script }

func (h *halfCloser) CloseWrite() error { h.half = true; return nil }

// A method too many and net/http would send files past the tap.
func TestConnHidesReadFrom(t *testing.T) {
	var c net.Conn = newConn(&net.TCPConn{}, New(Options{}))
	if _, ok := c.(io.ReaderFrom); ok {
		t.Error("io.ReaderFrom is promoted")
	}
}

func TestCloseWrite(t *testing.T) {
	inner := &halfCloser{}
	if err := newConn(inner, New(Options{})).CloseWrite(); err != nil || !inner.half {
		t.Errorf("not forwarded: %v", err)
	}
	if err := newConn(&script{}, New(Options{})).CloseWrite(); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("a connection that cannot: %v", err)
	}
}

// The answer is out when the writing side is shut; net/http closes the
// connection half a second later only.
func TestCloseWriteEndsExchange(t *testing.T) {
	c, captures := claimed(t, request)
	c.CloseWrite()
	if len(*captures) != 1 {
		t.Errorf("%d captures after CloseWrite", len(*captures))
	}
	c.finish(true)
	if len(*captures) != 1 {
		t.Errorf("%d captures after the close", len(*captures))
	}
}

// A response that only the close ends is whole unless a write went wrong.
func TestFailedWrite(t *testing.T) {
	for _, gone := range []bool{false, true} {
		c, captures := claimed(t, request)
		c.Write([]byte("HTTP/1.0 200 OK\r\n\r\nhal"))
		c.Conn.(*script).gone = gone
		c.Write([]byte("ves"))
		c.returned()
		c.finish(true)
		if got := (*captures)[0].Response; got.Complete == gone || (got.Length == 25) == gone {
			t.Errorf("gone %v: %d bytes, Complete %v", gone, got.Length, got.Complete)
		}
	}
}

// A pipelined request starts when it was read, not when its turn comes.
func TestPipelinedStart(t *testing.T) {
	c, captures := claimed(t, request+request)
	c.Write([]byte("HTTP/1.1 204 No Content\r\n\r\n"))
	c.returned()
	c.finish(false)
	if first := (*captures)[0]; c.started.IsZero() || c.started.After(first.Finished) || !c.started.Equal(first.Started) {
		t.Errorf("read together: the first %v to %v, the second from %v", first.Started, first.Finished, c.started)
	}
}

// The frames of HTTP/2 are not ours to take apart, so nothing of them is kept,
// whichever way net/http makes it known.
func TestHTTP2IsNotKept(t *testing.T) {
	for name, tell := range map[string]func(*conn){
		"by a request": func(c *conn) { c.begin(&http.Request{Method: "PRI", ProtoMajor: 2, ContentLength: -1}, true) },
		"by the state": func(c *conn) { c.Write([]byte("settings")); c.finish(false) },
	} {
		t.Run(name, func(t *testing.T) {
			c := newConn(&script{request: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"}, New(Options{Unclaimed: func(got Capture) {
				t.Errorf("reported %+v", got)
			}}))
			c.start()
			c.Read(make([]byte, 4096))
			tell(c)
			c.Read(make([]byte, 4096))
			if c.tapped || c.request.data != nil || c.pending != nil {
				t.Errorf("kept %q and %q", c.request.data, c.pending)
			}
		})
	}
}

// An exchange that nobody claims must not leave anything behind.
func TestUnclaimedCostsNothing(t *testing.T) {
	c := newConn(&script{request: request}, New(Options{}))
	c.start()
	r := &http.Request{Method: http.MethodGet, ProtoMajor: 1}
	in, out := make([]byte, 4096), make([]byte, 4096)
	allocs := testing.AllocsPerRun(100, func() {
		c.Read(in)
		c.begin(r, true)
		for range 10 {
			c.Write(out)
		}
		c.returned()
		c.finish(false)
	})
	if allocs != 0 {
		t.Errorf("%v allocations per exchange", allocs)
	}
	if cap(c.response.data) != 0 {
		t.Errorf("%d bytes of a response kept", cap(c.response.data))
	}
}

// A connection keeps no large buffer between exchanges, and a small one it does.
func TestBuffersBetweenExchanges(t *testing.T) {
	for _, test := range []struct{ length, kept int }{{100, 1}, {50_000, 0}} {
		c := newConn(&script{request: "PUT / HTTP/1.1\r\n\r\n"}, New(Options{}))
		c.start()
		c.Read(make([]byte, 4096))
		c.begin(&http.Request{Method: http.MethodPut, ProtoMajor: 1, ContentLength: int64(test.length)}, true)
		c.Conn.(*script).request = string(make([]byte, test.length))
		c.Read(make([]byte, test.length))
		c.finish(false)
		if got := min(1, cap(c.request.data)); got != test.kept || cap(c.request.data) > keepBuffer {
			t.Errorf("after %d bytes a buffer of %d stays", test.length, cap(c.request.data))
		}
	}
}
