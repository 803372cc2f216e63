package lab_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// raw is a TCP client that keeps what it sent and received, to the byte.
type raw struct {
	net.Conn
	received bytes.Buffer // as it came off the socket
	reader   *bufio.Reader
	taken    int // of received, by answers
}

// dial connects to the lab. The connection ends with the test at the latest.
func (w *world) dial(t rapid.TB) *raw {
	t.Helper()
	conn, err := net.Dial("tcp", w.addr)
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.SetDeadline(time.Now().Add(guard)); err != nil {
		t.Fatal(err)
	}
	c := &raw{Conn: conn}
	c.reader = bufio.NewReader(io.TeeReader(conn, &c.received))
	if tb, ok := t.(testing.TB); ok {
		tb.Cleanup(func() { _ = conn.Close() })
	}
	return c
}

// send writes a request, whatever becomes of it: the lab may stop reading.
func (c *raw) send(request string) { _, _ = io.WriteString(c.Conn, request) }

// response is one answer, with the interim ones before it among its bytes.
type response struct {
	bytes  []byte
	status int
	header http.Header
	body   string
}

// answer reads one answer with the interim ones before it.
func (c *raw) answer(t rapid.TB, method string) response {
	t.Helper()
	for {
		got, err := http.ReadResponse(c.reader, &http.Request{Method: method})
		if err != nil {
			t.Fatalf("read the answer: %v after %q", err, c.received.Bytes()[c.taken:])
		}
		body, err := io.ReadAll(got.Body)
		if err != nil && !isReset(err) { // a server that closes with our bytes unread resets
			t.Fatalf("read the answer's body: %v", err)
		}
		if got.StatusCode >= 200 {
			end := c.received.Len() - c.reader.Buffered()
			b := bytes.Clone(c.received.Bytes()[c.taken:end])
			c.taken = end
			return response{b, got.StatusCode, got.Header, string(body)}
		}
	}
}

func isReset(err error) bool { return err != nil && strings.Contains(err.Error(), "reset") }

// ask sends one request over a connection of its own and returns the answer.
func (w *world) ask(t rapid.TB, request string) response {
	t.Helper()
	c := w.dial(t)
	defer c.Close()
	c.send(request)
	method, _, _ := strings.Cut(request, " ")
	return c.answer(t, method)
}

// lines joins the lines of a head as HTTP wants them, with the empty one.
func lines(l ...string) string { return strings.Join(l, "\r\n") + "\r\n\r\n" }
