package wire

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
)

// Attach tells the Tap where in the server's work each exchange begins and ends.
// It must be called once, after srv.Handler, srv.ConnContext and srv.ConnState
// were set and before the server starts; all three are kept and still called,
// ConnState after the Tap is done with the exchange.
//
// It takes over the answer to OPTIONS * from net/http, unchanged, because that
// is the only one that net/http gives without the handler and then keeps the
// connection open.
func (t *Tap) Attach(srv *http.Server) {
	next := srv.Handler
	if next == nil {
		next = http.DefaultServeMux
	}
	srv.Handler = handler{next: next, answerOptions: !srv.DisableGeneralOptionsHandler}
	srv.DisableGeneralOptionsHandler = true
	srv.ConnContext = withConn(srv.ConnContext)
	srv.ConnState = withState(srv.ConnState)
}

type connKey struct{}

func connOf(ctx context.Context) *conn {
	c, _ := ctx.Value(connKey{}).(*conn)
	return c
}

func withConn(next func(context.Context, net.Conn) context.Context) func(context.Context, net.Conn) context.Context {
	return func(ctx context.Context, nc net.Conn) context.Context {
		if next != nil {
			ctx = next(ctx, nc)
		}
		if c, ok := nc.(*conn); ok {
			c.start()
			ctx = context.WithValue(ctx, connKey{}, c)
		}
		return ctx
	}
}

func withState(next func(net.Conn, http.ConnState)) func(net.Conn, http.ConnState) {
	return func(nc net.Conn, state http.ConnState) {
		if c, ok := nc.(*conn); ok {
			switch state {
			case http.StateIdle:
				c.finish(false)
			case http.StateClosed, http.StateHijacked:
				c.finish(true)
			}
		}
		if next != nil {
			next(nc, state)
		}
	}
}

// handler stands before the server's own and tells the connection what net/http
// found out about the request.
type handler struct {
	next          http.Handler
	answerOptions bool
}

func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	own := h.answerOptions && r.Method == http.MethodOptions && r.RequestURI == "*"
	next := h.next
	if own {
		next = http.HandlerFunc(options)
	}
	c := connOf(r.Context())
	if c == nil {
		next.ServeHTTP(w, r)
		return
	}
	c.begin(r, !own)
	r.TLS = c.tlsState()
	next.ServeHTTP(w, r)
	c.returned()
}

// tlsState is what [http.Request.TLS] is for requests on c. Without a Tap net/http
// looks for a *tls.Conn itself. The bytes of a request have been read, so the
// handshake is over.
func (c *conn) tlsState() *tls.ConnectionState {
	if c.state == nil && c.tls != nil {
		state := c.tls.ConnectionState()
		c.state = &state
	}
	return c.state
}

// options answers OPTIONS * as net/http does (globalOptionsHandler).
func options(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Length", "0")
	if r.ContentLength != 0 {
		// More than 4 KiB closes the connection. An error has no other reader.
		_, _ = io.Copy(io.Discard, http.MaxBytesReader(w, r.Body, 4<<10))
	}
}
