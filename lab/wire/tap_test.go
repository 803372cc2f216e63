package wire_test

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"authlab/lab/wire"
)

func TestClaimWithoutTap(t *testing.T) {
	if wire.Claim(t.Context(), func(wire.Capture) {}) {
		t.Error("claimed an exchange that no connection carries")
	}
}

// A server that is attached but listens elsewhere must work as before, and so
// must one that is not attached.
func TestHalfConnected(t *testing.T) {
	for _, name := range []string{"attached only", "listener only"} {
		t.Run(name, func(t *testing.T) {
			ln, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			tap := wire.New(wire.Options{})
			srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if wire.Claim(r.Context(), func(wire.Capture) {}) {
					io.WriteString(w, "claimed")
				}
			})}
			addr := ln.Addr().String()
			if name == "attached only" {
				tap.Attach(srv)
			} else {
				ln = tap.Listener(ln)
			}
			go srv.Serve(ln)
			defer srv.Close()
			c := (&bed{addr: addr}).dial(t)
			c.send(last)
			c.until("Content-Length: 0\r\nConnection: close\r\n\r\n")
			c.rest()
		})
	}
}

type contextKey struct{}

func TestAttachKeepsHooks(t *testing.T) {
	states := make(chan http.ConnState, 8)
	b := newBed(t, 0, func(b *bed) http.Handler {
		return b.claimed(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, r.Context().Value(contextKey{}).(string))
		}))
	}, func(srv *http.Server) {
		srv.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
			return context.WithValue(ctx, contextKey{}, "kept")
		}
		next := srv.ConnState
		srv.ConnState = func(c net.Conn, s http.ConnState) { states <- s; next(c, s) }
	})
	c := b.dial(t)
	c.send(get)
	c.until("kept")
	c.rest()
	b.wait(t, 1)
	for _, want := range []http.ConnState{http.StateNew, http.StateActive, http.StateIdle, http.StateClosed} {
		if got := <-states; got != want {
			t.Errorf("state %v, want %v", got, want)
		}
	}
	if len(b.captures) != 1 {
		t.Errorf("%d captures", len(b.captures))
	}
}

// A server without a handler serves http.DefaultServeMux, tapped or not, and
// one that wants to answer OPTIONS * does.
func TestAttachKeepsHandlers(t *testing.T) {
	b := newBed(t, 0, func(*bed) http.Handler { return nil }, nil)
	c := b.dial(t)
	c.send(get)
	c.until("404 Not Found\r\n")
	c.rest()

	b = newBed(t, 0, func(b *bed) http.Handler { return b.claimed(pages()) }, func(srv *http.Server) { srv.DisableGeneralOptionsHandler = true })
	c = b.dial(t)
	c.send(star)
	c.until("400 Bad Request\r\n") // by http.ServeMux
	c.rest()
	b.wait(t, 1)
	if len(b.captures) != 1 || len(b.unclaimed) != 0 {
		t.Errorf("%d claimed, %d not", len(b.captures), len(b.unclaimed))
	}
}

// An exchange begins with its first byte, long before the body is there, and
// ends with its last.
func TestTimes(t *testing.T) {
	b := newBed(t, 0, func(b *bed) http.Handler { return b.claimed(pages()) }, nil)
	c := b.dial(t)
	before := time.Now()
	c.send(expect)
	c.until("100 Continue\r\n\r\n")
	middle := time.Now()
	c.send("hello")
	c.rest()
	b.wait(t, 1)
	got := b.captures[0]
	for i, order := range [][2]time.Time{{before, got.Started}, {got.Started, middle}, {middle, got.Finished}, {got.Finished, time.Now()}} {
		if order[1].Before(order[0]) {
			t.Errorf("%d: %v is before %v", i, order[1], order[0])
		}
	}
}

func TestSeveralConnections(t *testing.T) {
	const clients, requests = 8, 5
	b := newBed(t, 0, func(b *bed) http.Handler { return b.claimed(pages()) }, nil)
	for i := range clients {
		go func() {
			c := b.dial(t)
			c.conn.Write([]byte(strings.Repeat(head("GET", "/echo?client="+string(rune('a'+i))), requests)))
			c.conn.CloseWrite()
			io.Copy(io.Discard, c.in)
		}()
	}
	b.wait(t, clients)
	byConnection := map[int64]map[string]int{}
	for _, c := range b.captures {
		if byConnection[c.Connection] == nil {
			byConnection[c.Connection] = map[string]int{}
		}
		byConnection[c.Connection][string(c.Request.Data)]++
	}
	for n := range int64(clients) {
		requestsOf := byConnection[n+1]
		if len(requestsOf) != 1 {
			t.Errorf("connection %d carried requests of %d clients", n+1, len(requestsOf))
		}
		for request, times := range requestsOf {
			if times != requests {
				t.Errorf("connection %d: %q %d times", n+1, request, times)
			}
		}
	}
}

// Closing the server cuts the connection under a running handler.
func TestServerClose(t *testing.T) {
	running, release := make(chan struct{}), make(chan struct{})
	b := newBed(t, 0, func(b *bed) http.Handler {
		return b.claimed(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, "half ")
			http.NewResponseController(w).Flush()
			close(running)
			<-release
			io.WriteString(w, "the answer")
		}))
	}, nil)
	c := b.dial(t)
	c.send(get)
	<-running
	if err := b.srv.Close(); err != nil {
		t.Fatal(err)
	}
	close(release)
	b.wait(t, 1)
	if len(b.captures) != 1 {
		t.Fatalf("%d captures", len(b.captures))
	}
	got := b.captures[0]
	if !got.Request.Complete || got.Response.Complete || !strings.HasSuffix(string(got.Response.Data), "half \r\n") {
		t.Errorf("got %+v, response %q", got, got.Response.Data)
	}
}

func TestShutdownIdle(t *testing.T) {
	b := newBed(t, 0, func(b *bed) http.Handler { return b.claimed(pages()) }, nil)
	c := b.dial(t)
	c.send(get)
	c.response("GET")
	ctx, cancel := context.WithTimeout(t.Context(), guard)
	defer cancel()
	if err := b.srv.Shutdown(ctx); err != nil {
		t.Fatal(err)
	}
	b.wait(t, 1)
	if len(b.captures) != 1 || !b.captures[0].Response.Complete {
		t.Errorf("captures %+v", b.captures)
	}
}

// In full-duplex mode net/http keeps the connection after a malformed chunk and
// takes what follows for the next request. Only the first exchange is certain,
// so only that one is reported, and as incomplete.
func TestMalformedChunkFullDuplex(t *testing.T) {
	b := newBed(t, 0, func(b *bed) http.Handler {
		return b.claimed(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := http.NewResponseController(w).EnableFullDuplex(); err != nil {
				t.Error(err)
			}
			pages().ServeHTTP(w, r)
		}))
	}, nil)
	c := b.dial(t)
	sent := head("POST", "/echo", "Transfer-Encoding: chunked\r\n") + "nonsense\r\n" + get
	c.send(sent)
	c.response("POST")
	c.response("GET")
	c.rest()
	b.wait(t, 1)
	if len(b.captures) != 1 || len(b.unclaimed) != 0 {
		t.Fatalf("%d claimed, %d not", len(b.captures), len(b.unclaimed))
	}
	got := b.captures[0]
	if string(got.Request.Data) != sent || got.Request.Complete || !got.Response.Complete {
		t.Errorf("got %+v", got)
	}
}

func TestHTTP2IsLeftAlone(t *testing.T) {
	b := newBed(t, 0, func(b *bed) http.Handler { return b.claimed(pages()) }, func(srv *http.Server) {
		srv.Protocols = new(http.Protocols)
		srv.Protocols.SetUnencryptedHTTP2(true)
	})
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	res, err := (&http.Client{Transport: &http.Transport{Protocols: protocols}}).Get("http://" + b.addr + "/now")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || string(body) != "at once" || res.ProtoMajor != 2 {
		t.Errorf("%s %q, %v", res.Proto, body, err)
	}
	b.srv.Close()
	b.wait(t, 1)
	if len(b.captures)+len(b.unclaimed) != 0 || b.refused != 1 {
		t.Errorf("%d claimed, not %+v, %d refused", len(b.captures), b.unclaimed, b.refused)
	}
}

func TestListenerError(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln.Close()
	if nc, err := wire.New(wire.Options{}).Listener(ln).Accept(); nc != nil || err == nil {
		t.Errorf("accepted %v, %v", nc, err)
	}
}

// Nobody has to listen to what net/http answers by itself.
func TestWithoutUnclaimed(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	tap, srv := wire.New(wire.Options{}), &http.Server{}
	tap.Attach(srv)
	go srv.Serve(tap.Listener(ln))
	defer srv.Close()
	c := (&bed{addr: ln.Addr().String()}).dial(t)
	c.send(garbage)
	c.until("400 Bad Request")
	c.rest()
}

// Above TLS the plain text is recorded, and the handler learns of the TLS that
// the Tap hides from net/http.
func TestAboveTLS(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	captures := make(chan wire.Capture, 1)
	states := make(chan *tls.ConnectionState, 1)
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		wire.Claim(r.Context(), func(c wire.Capture) { captures <- c })
		states <- r.TLS
	}))
	srv.StartTLS() // for its certificate
	config := srv.TLS.Clone()
	srv.Close()
	plain := &http.Server{Handler: srv.Config.Handler}
	tap := wire.New(wire.Options{})
	tap.Attach(plain)
	go plain.Serve(tap.Listener(tls.NewListener(ln, config)))
	defer plain.Close()
	nc, err := tls.Dial("tcp", ln.Addr().String(), &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"http/1.1"}})
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if _, err := io.WriteString(nc, last); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(nc)
	if err != nil {
		t.Fatal(err)
	}
	c := <-captures
	if string(c.Request.Data) != last || string(c.Response.Data) != string(answer) || !c.TLS || !c.Response.Complete {
		t.Errorf("recorded over TLS %t: %q and %q, sent %q and got %q", c.TLS, c.Request.Data, c.Response.Data, last, answer)
	}
	if state := <-states; state == nil || !state.HandshakeComplete || state.NegotiatedProtocol != "http/1.1" {
		t.Errorf("the handler learns %+v", state)
	}
}
