package wire_test

import (
	"net/http"
	"strings"
	"testing"

	"authlab/lab/wire"
)

// want is what must be recorded of one exchange.
type want struct {
	request   string // the bytes themselves or, when cut short, what the client sent
	cut       bool   // the server read only the beginning of request
	own       bool   // net/http answered by itself
	status    string // of the response, after its version unless 1.1; "" for none
	unframed  bool   // the request is not complete
	truncated bool   // the response is not complete
}

type story struct {
	name  string
	limit int
	play  func(*client)
	want  []want
	// unread tells that the client left before it had read the answer, or that
	// what it read last came after a hijack.
	unread bool
	// maxHeader is the server's limit for a request's head.
	maxHeader int
}

// say is a client that sends everything at once and then reads to the end.
func say(s ...string) func(*client) {
	return func(c *client) {
		c.send(strings.Join(s, ""))
		c.rest()
	}
}

// spell is say, one byte at a time.
func spell(s ...string) func(*client) {
	return func(c *client) {
		for _, b := range []byte(strings.Join(s, "")) {
			c.send(string(b))
		}
		c.rest()
	}
}

const (
	get      = "GET /now HTTP/1.1\r\nHost: a\r\n\r\n"
	oddCase  = "GET /now HTTP/1.1\r\nuser-AGENT: me\r\nhOsT: a\r\nX-B: 2\r\nx-a: 1\r\nX-B:   1  \r\nCookie: b=2\r\ncookie: a=1\r\n\r\n"
	bareLF   = "GET /now HTTP/1.1\nHost: a\nX: y\n\n"
	folded   = "GET /now HTTP/1.1\r\nHost: a\r\nX-Fold: one\r\n \t\r\n two\r\n\r\n"
	post     = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
	chunked  = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\nTrailer: X-Sum\r\n\r\n" + chunkBody
	expect   = "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
	last     = "GET /now HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
	old      = "GET /big HTTP/1.0\r\n\r\n"
	oldKeep  = "GET /now HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
	halfHead = "GET /now HTTP/1.1\r\nHost: a\r\nX-Unfin"
	halfBody = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nonly this"
	garbage  = "this is not HTTP\r\n\r\nGET / HTTP/1.1\r\n\r\n"
	noHost   = "POST /echo HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"
	star     = "OPTIONS * HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"

	nonsense   = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nfive\r\nhello\r\n0\r\n\r\n"
	badTrailer = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nno colon\r\n\r\n"

	chunkBody = "5;name=\"va;lue\"\r\nhello\r\n001 \t\r\n \r\nA\r\n0123\r\n5678\r\n0;last\r\nX-Sum: 16\r\nx-more: yes\r\n\r\n"
)

func head(method, path string, more ...string) string {
	return method + " " + path + " HTTP/1.1\r\nHost: a\r\n" + strings.Join(more, "") + "\r\n"
}

func stories() []story {
	big := head("POST", "/now", "Content-Length: 1000000\r\n") + strings.Repeat("x", 1000000)
	middle := head("POST", "/now", "Content-Length: 200000\r\n") + strings.Repeat("y", 200000)
	endless := head("GET", "/now", "X: "+strings.Repeat("z", 40000)+"\r\n")
	return []story{
		{name: "odd case, repeats, order", play: say(oddCase), want: []want{{request: oddCase, status: "200"}}},
		{name: "bare LF", play: say(bareLF, get), want: []want{{request: bareLF, status: "200"}, {request: get, status: "200"}}},
		{name: "folded field", play: say(folded, get), want: []want{{request: folded, status: "200"}, {request: get, status: "200"}}},
		{name: "body", play: say(post), want: []want{{request: post, status: "200"}}},
		{name: "line end after a POST", play: say(post, "\r\n", get), want: []want{{request: post, status: "200"}, {request: "\r\n" + get, status: "200"}}},
		{name: "chunks with extensions and trailers", play: say(chunked, get), want: []want{{request: chunked, status: "200"}, {request: get, status: "200"}}},
		{name: "chunks byte by byte", play: spell(chunked, get), want: []want{{request: chunked, status: "200"}, {request: get, status: "200"}}},
		{name: "malformed chunk", play: say(nonsense, get), want: []want{{request: nonsense + get, status: "418", unframed: true}}},
		{name: "malformed trailer", play: say(badTrailer, get), want: []want{{request: badTrailer, status: "418"}}},
		{name: "100-continue", want: []want{{request: expect + "hello", status: "100"}}, play: func(c *client) {
			c.send(expect)
			c.until("100 Continue\r\n\r\n")
			c.send("hello")
			c.rest()
		}},
		{name: "100-continue, not waited for", play: say(expect, "hello", get), want: []want{{request: expect + "hello", status: "100"}, {request: get, status: "200"}}},
		{name: "103 early hints", play: say(head("GET", "/hints")), want: []want{{request: head("GET", "/hints"), status: "103"}}},
		{name: "HTTP/1.0", play: say(old), want: []want{{request: old, status: "HTTP/1.0 200"}}},
		{name: "HTTP/1.0 keep-alive", play: say(oldKeep, old), want: []want{{request: oldKeep, status: "HTTP/1.0 200"}, {request: old, status: "HTTP/1.0 200"}}},
		{name: "Connection: close", play: say(last), want: []want{{request: last, status: "200"}}},
		{name: "what follows Connection: close was read and never heard", play: say(last, get), want: []want{{request: last, status: "200"}}},
		{name: "keep-alive", want: []want{{request: get, status: "200"}, {request: post, status: "200"}, {request: last, status: "200"}}, play: func(c *client) {
			for _, s := range []string{get, post, last} {
				c.send(s)
				c.response("GET")
			}
			c.rest()
		}},
		{name: "pipelined", play: say(get, post, chunked, oddCase, last), want: []want{{request: get, status: "200"}, {request: post, status: "200"}, {request: chunked, status: "200"}, {request: oddCase, status: "200"}, {request: last, status: "200"}}},
		{name: "pipelined byte by byte", play: spell(get, post, chunked, oddCase, last), want: []want{{request: get, status: "200"}, {request: post, status: "200"}, {request: chunked, status: "200"}, {request: oddCase, status: "200"}, {request: last, status: "200"}}},
		{name: "half a head", play: say(get, halfHead), want: []want{{request: get, status: "200"}, {request: halfHead, own: true, status: "400", unframed: true}}},
		{name: "half a body", play: say(halfBody), want: []want{{request: halfBody, status: "418", unframed: true}}},
		{name: "half a body, gone", unread: true, play: func(c *client) { c.send(halfBody); c.conn.Close() }, want: []want{{request: halfBody, status: "418", unframed: true}}},
		{name: "aborted chunked response", play: say(head("GET", "/abort/chunked")), want: []want{{request: head("GET", "/abort/chunked"), status: "200", truncated: true}}},
		{name: "aborted response without a length", play: say(head("GET", "/abort/identity")), want: []want{{request: head("GET", "/abort/identity"), status: "200", truncated: true}}},
		{name: "aborted before a word", play: say(head("GET", "/abort/silent")), want: []want{{request: head("GET", "/abort/silent"), truncated: true}}},
		{name: "fewer bytes than announced", play: say(head("GET", "/short")), want: []want{{request: head("GET", "/short"), status: "200", truncated: true}}},
		{name: "not HTTP", play: say(get, garbage), want: []want{{request: get, status: "200"}, {request: garbage, own: true, status: "400", unframed: true}}},
		{name: "no Host", play: say(noHost), want: []want{{request: noHost, own: true, status: "400", unframed: true}}},
		{name: "unknown expectation", play: say(head("POST", "/echo", "Expect: wonders\r\nContent-Length: 3\r\n"), "abc"), want: []want{{request: head("POST", "/echo", "Expect: wonders\r\nContent-Length: 3\r\n") + "abc", own: true, status: "417", unframed: true}}},
		{name: "unknown coding", play: say(head("POST", "/echo", "Transfer-Encoding: gzip\r\n")), want: []want{{request: head("POST", "/echo", "Transfer-Encoding: gzip\r\n"), own: true, status: "501", unframed: true}}},
		{name: "unknown version", play: say("GET / HTTP/3.0\r\n\r\n"), want: []want{{request: "GET / HTTP/3.0\r\n\r\n", own: true, status: "505", unframed: true}}},
		{name: "head too large", play: say(endless), maxHeader: 8 << 10, want: []want{{request: endless, cut: true, own: true, status: "431", unframed: true}}},
		{name: "OPTIONS *", play: say(star, get), want: []want{{request: star, own: true, status: "200"}, {request: get, status: "200"}}},
		{name: "unread body, drained", play: say(middle, get), limit: 1 << 20, want: []want{{request: middle, status: "200"}, {request: get, status: "200"}}},
		{name: "unread body, refused", limit: 2 << 20, want: []want{{request: big, cut: true, status: "200", unframed: true}}, play: func(c *client) {
			c.send(big[:100000])
			c.rest()
		}},
		{name: "over the limit", limit: 100, play: say(middle, head("GET", "/big"), get), want: []want{{request: middle, status: "200"}, {request: head("GET", "/big"), status: "200"}, {request: get, status: "200"}}},
		{name: "heads over the limit", limit: 7, play: say(chunked, head("GET", "/stream")), want: []want{{request: chunked, status: "200"}, {request: head("GET", "/stream"), status: "200"}}},
		{name: "HEAD", play: say(head("HEAD", "/big"), head("HEAD", "/stream"), get), want: []want{{request: head("HEAD", "/big"), status: "200"}, {request: head("HEAD", "/stream"), status: "200"}, {request: get, status: "200"}}},
		{name: "204 and 304", play: say(head("GET", "/status/204"), head("GET", "/status/304"), get), want: []want{{request: head("GET", "/status/204"), status: "204"}, {request: head("GET", "/status/304"), status: "304"}, {request: get, status: "200"}}},
		{name: "streamed", play: say(head("GET", "/stream"), get), want: []want{{request: head("GET", "/stream"), status: "200"}, {request: get, status: "200"}}},
		{name: "HTTP/1.1 without a length", play: say(head("GET", "/identity")), want: []want{{request: head("GET", "/identity"), status: "200"}}},
		{name: "hijack", unread: true, want: []want{{request: head("GET", "/hijack"), truncated: true}}, play: func(c *client) {
			c.send(head("GET", "/hijack"))
			c.until("ours now")
			c.rest()
			if s := c.got.String(); strings.Contains(s, "claimed") {
				c.t.Error("an exchange was claimed after its end")
			}
		}},
	}
}

func TestStories(t *testing.T) {
	for _, s := range stories() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			b := newBed(t, s.limit, func(b *bed) http.Handler { return b.claimed(pages()) }, func(srv *http.Server) { srv.MaxHeaderBytes = s.maxHeader })
			c := b.dial(t)
			s.play(c)
			b.wait(t, 1)
			b.check(t, s, c)
		})
	}
}

// check compares everything recorded with everything sent and received.
func (b *bed) check(t *testing.T, s story, c *client) {
	t.Helper()
	if s.limit == 0 {
		s.limit = wire.DefaultLimit
	}
	claimed, unclaimed, received := b.captures, b.unclaimed, c.got.String()
	if b.refused != len(claimed) {
		t.Errorf("%d second claims refused, want %d", b.refused, len(claimed))
	}
	if len(claimed)+len(unclaimed) != len(s.want) {
		t.Fatalf("%d exchanges claimed and %d not, want %d in all", len(claimed), len(unclaimed), len(s.want))
	}
	for i, w := range s.want {
		from := &claimed
		if w.own {
			from = &unclaimed
		}
		if len(*from) == 0 {
			t.Fatalf("exchange %d: in the wrong list", i)
		}
		got := (*from)[0]
		*from = (*from)[1:]
		checkPlace(t, got, c, w)
		checkRequest(t, got.Request, w, s.limit)
		checkResponse(t, got.Response, w, s.limit)
		if !s.unread {
			received = checkReceived(t, got.Response, received)
		}
	}
	if !s.unread && received != "" {
		t.Errorf("received and not recorded: %q", received)
	}
}

func checkPlace(t *testing.T, got wire.Capture, c *client, w want) {
	t.Helper()
	if got.Connection != 1 || got.Remote.String() != c.conn.LocalAddr().String() || got.Local.String() != c.conn.RemoteAddr().String() {
		t.Errorf("connection %d from %v to %v", got.Connection, got.Remote, got.Local)
	}
	if got.Handled == w.own {
		t.Errorf("Handled %v, want %v", got.Handled, !w.own)
	}
	if got.Started.IsZero() || got.Finished.Before(got.Started) {
		t.Errorf("from %v to %v", got.Started, got.Finished)
	}
}

func checkRequest(t *testing.T, got wire.Bytes, w want, limit int) {
	t.Helper()
	sent := w.request
	if w.cut && got.Length > 0 && got.Length < int64(len(sent)) {
		sent = sent[:got.Length]
	}
	if got.Length != int64(len(sent)) || string(got.Data) != sent[:min(limit, len(sent))] {
		t.Errorf("request of %d bytes\n got %.400q\nwant %d, %.400q", got.Length, got.Data, len(sent), sent)
	}
	if got.Complete == w.unframed || got.Truncated != (len(sent) > limit) {
		t.Errorf("request Complete %v, Truncated %v", got.Complete, got.Truncated)
	}
}

func checkResponse(t *testing.T, got wire.Bytes, w want, limit int) {
	t.Helper()
	status := w.status
	if len(status) == len("200") {
		status = "HTTP/1.1 " + status
	}
	if status = status[:min(len(status), limit)]; !strings.HasPrefix(string(got.Data), status) || (status == "") != (got.Length == 0) {
		t.Errorf("response %.100q, want %q", got.Data, status)
	}
	if got.Complete == w.truncated || got.Truncated != (got.Length > int64(limit)) {
		t.Errorf("response Complete %v, Truncated %v: %.400q", got.Complete, got.Truncated, got.Data)
	}
}

// checkReceived takes the response from the front of what the client received.
func checkReceived(t *testing.T, got wire.Bytes, received string) string {
	t.Helper()
	if got.Length > int64(len(received)) || !strings.HasPrefix(received, string(got.Data)) {
		t.Fatalf("recorded response of %d bytes %.400q, received %.400q", got.Length, got.Data, received)
	}
	return received[got.Length:]
}
