package lab_test

import (
	"io"
	"strings"
	"testing"
	"time"
)

// patienceOfTests is longer than the lab waits for anything that a client sends.
const patienceOfTests = 2 * time.Minute

// pour sends a head, and then the same text until the lab takes no more of it or
// most octets are sent; it says how many were.
func (c *raw) pour(head, text string, most int) (sent int) {
	c.send(head)
	for sent < most {
		n, err := io.WriteString(c.Conn, text)
		sent += n
		if err != nil {
			return sent
		}
	}
	return sent
}

// TestFloods sends without end what the lab has a limit for. Each is told so, most
// of it is never read, and somebody else is served as before.
func TestFloods(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	v, other := w.visit(t), w.visit(t)
	other.logIn(t, reader)
	const most = 256 << 20
	text := strings.Repeat("a", 16<<10)
	chunk := "4000\r\n" + text + "\r\n"
	form := " HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
	for _, c := range []struct {
		name, head, text string
		status           int
	}{
		{"a header without end, to a page", "GET / HTTP/1.1\r\nHost: a\r\nX: ", text, 431},
		{"a header without end, to an app", "GET BENCH/token/profile HTTP/1.1\r\nHost: a\r\nX: ", text, 431},
		{"fields without end", "GET / HTTP/1.1\r\nHost: a\r\n", strings.Repeat("X: a\r\n", 3000), 431},
		{"a request line without end", "GET /", text, 431},
		{"chunks without end, to a page", "POST BENCH/reset" + form + "Transfer-Encoding: chunked\r\n\r\n", chunk, 413},
		{"chunks without end, to the session app", "POST BENCH/session/login" + form + "Transfer-Encoding: chunked\r\n\r\n", chunk, 413},
		{"chunks without end, to the token app", "POST BENCH/token/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n", chunk, 413},
		{"chunks without end, to the inspector", "POST /api/inspect/cookie HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n\"\r\n", chunk, 413},
		{"chunks without end, to nowhere", "POST /nowhere" + form + "Transfer-Encoding: chunked\r\n\r\n", chunk, 404},
		{"a gigabyte that is announced", "POST BENCH/reset" + form + "Content-Length: 1073741824\r\n\r\n", text, 413},
		{"a chunk's size without end", "POST BENCH/reset" + form + "Transfer-Encoding: chunked\r\n\r\n", strings.Repeat("0", 16<<10), 400},
	} {
		conn := w.dial(t)
		conn.SetDeadline(time.Now().Add(patienceOfTests))
		sent := make(chan int, 1)
		go func() { sent <- conn.pour(strings.ReplaceAll(c.head, "BENCH", v.path("")), c.text, most) }()
		method, _, _ := strings.Cut(c.head, " ")
		if got := conn.answer(t, method); got.status != c.status {
			t.Errorf("%s: %d, want %d: %.200q", c.name, got.status, c.status, got.body)
		}
		if n := <-sent; n >= most {
			t.Errorf("%s: the lab read %d octets", c.name, n)
		}
		conn.Close()
		if session, token := other.both(t, "profile"); session.status != 200 || token.status != 200 {
			t.Fatalf("after %s somebody else is answered with %d and %d", c.name, session.status, token.status)
		}
	}
}

// TestSlowWriters sends a head, and the content of a form, an octet at a time: the
// lab gives up on either in its time, while somebody else is served.
func TestSlowWriters(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	v, other := w.visit(t), w.visit(t)
	other.logIn(t, reader)
	for name, c := range map[string]struct{ first, drop string }{
		"a head":                    {"GET / HTTP/1.1\r\nHost: a\r\nX: ", "a"},
		"a form to a page":          {"POST " + v.path("/reset") + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\n", "a"},
		"a form to the session app": {"POST " + v.path("/session/login") + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\n", "a"},
		"chunks to the token app":   {"POST " + v.path("/token/login") + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn := w.dial(t)
			conn.SetDeadline(time.Now().Add(patienceOfTests))
			conn.send(c.first)
			over := make(chan struct{})
			go func() {
				defer close(over)
				got, err := io.ReadAll(conn.reader)
				if err != nil && !isReset(err) {
					t.Errorf("the lab does not give up: %v", err)
				}
				if strings.HasPrefix(string(got), "HTTP/1.1 5") || strings.HasPrefix(string(got), "HTTP/1.1 2") {
					t.Errorf("it is answered with %.60q", got)
				}
			}()
			drip := time.NewTicker(250 * time.Millisecond)
			defer drip.Stop()
			for {
				select {
				case <-over:
					return
				case <-drip.C:
					conn.send(c.drop)
					if session, token := other.both(t, "profile"); session.status != 200 || token.status != 200 {
						t.Errorf("meanwhile somebody else is answered with %d and %d", session.status, token.status)
					}
				}
			}
		})
	}
}
