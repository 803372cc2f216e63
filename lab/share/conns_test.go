package share

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// dialFrom opens a connection from one of this machine's own addresses.
func dialFrom(t *testing.T, from, to string) net.Conn {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	c, err := d.DialContext(t.Context(), "tcp", to)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// served is a server whose connections are bounded to 4.
func served(t *testing.T, h http.HandlerFunc) (*Conns, string) {
	t.Helper()
	cs := NewConns(8)
	if cs.Limit() != 4 {
		t.Fatalf("8 files make %d connections", cs.Limit())
	}
	s := httptest.NewUnstartedServer(h)
	s.Config.ConnState = cs.State
	s.Listener = cs.Listener(s.Listener)
	s.Start()
	t.Cleanup(s.Close)
	return cs, s.Listener.Addr().String()
}

// asks sends a request on a connection and reports whether it is answered.
func asks(t *testing.T, c net.Conn) bool {
	t.Helper()
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	if _, err := c.Write([]byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n")); err != nil {
		return false
	}
	var b [12]byte
	n, err := c.Read(b[:])
	return err == nil && n > 0
}

// waitFor waits until something holds.
func waitFor(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("waited a minute for " + what)
		}
	}
}

// TestIdleConnectionsMakeRoom: those of the client that holds most, the one that
// has waited longest first.
func TestIdleConnectionsMakeRoom(t *testing.T) {
	cs, at := served(t, func(http.ResponseWriter, *http.Request) {})
	var idle []net.Conn
	for i := range 20 {
		idle = append(idle, dialFrom(t, "127.0.0.2", at))
		waitFor(t, "it to be taken in", func() bool { return cs.Len()+cs.LetGo() == i+1 })
	}
	honest := dialFrom(t, "127.0.0.3", at)
	if !asks(t, honest) {
		t.Fatal("an honest client is not answered")
	}
	for range 20 {
		idle = append(idle, dialFrom(t, "127.0.0.2", at))
	}
	if !asks(t, honest) || !asks(t, dialFrom(t, "127.0.0.3", at)) {
		t.Error("a flood of connections takes the honest client's")
	}
	if asks(t, idle[0]) {
		t.Error("the connection that has waited longest is still there")
	}
	if cs.Len() > 4 {
		t.Errorf("there are %d connections", cs.Len())
	}
}

// TestBusyConnectionsStay while others of the client's wait; one client can take
// all of them, and still lets another in.
func TestBusyConnectionsStay(t *testing.T) {
	release, entered := make(chan struct{}), make(chan struct{}, 100)
	cs, at := served(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/wait" {
			entered <- struct{}{}
			<-release
		}
	})
	defer close(release)
	busy := make([]net.Conn, 4)
	for i := range busy {
		busy[i] = dialFrom(t, "127.0.0.2", at)
		if _, err := busy[i].Write([]byte("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")); err != nil {
			t.Fatal(err)
		}
		<-entered
	}
	if asks(t, dialFrom(t, "127.0.0.2", at)) {
		t.Error("a client with all places in use gets another")
	}
	if !asks(t, dialFrom(t, "127.0.0.3", at)) {
		t.Error("another client finds no place")
	}
	if n := cs.Len(); n > 4 {
		t.Errorf("there are %d connections", n)
	}
}

// TestConnsWithoutABound count only.
func TestConnsWithoutABound(t *testing.T) {
	cs := NewConns(0)
	var listen net.ListenConfig
	ln, err := listen.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	bounded := cs.Listener(ln)
	defer bounded.Close() //nolint:errcheck // it has served
	for range 3 {
		dialFrom(t, "127.0.0.1", ln.Addr().String())
		c, err := bounded.Accept()
		if err != nil {
			t.Fatal(err)
		}
		if cs.State(c, http.StateActive); cs.Len() != 1 {
			t.Errorf("there are %d connections", cs.Len())
		}
		_ = c.Close()
		_ = c.Close()
		if cs.Len() != 0 {
			t.Errorf("after its end there are %d", cs.Len())
		}
	}
}

// TestNone: it is said when nobody is connected, each time anew.
func TestNone(t *testing.T) {
	cs, addr := served(t, func(http.ResponseWriter, *http.Request) {})
	closed := func(c <-chan struct{}) bool {
		select {
		case <-c:
			return true
		default:
			return false
		}
	}
	if !closed(cs.None()) {
		t.Error("before anybody comes somebody is connected")
	}
	for range 2 {
		one, other := dialFrom(t, "127.0.0.1", addr), dialFrom(t, "127.0.0.1", addr)
		if !asks(t, one) || !asks(t, other) {
			t.Fatal("a request is not answered")
		}
		none := cs.None()
		_ = one.Close()
		waitFor(t, "one of two to go", func() bool { return cs.Len() == 1 })
		if closed(none) {
			t.Error("with one connection nobody is connected")
		}
		_ = other.Close()
		waitFor(t, "the other to go", func() bool { return closed(none) })
	}
}
