package wire

import (
	"bufio"
	"io"
	"net/http"
	"strings"
	"testing"
)

// messages seed the fuzzer.
var messages = []string{
	"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
	"\r\n\nGET / HTTP/1.1\nHost: a\nX: \n \t\n\nGET / HTTP/1.1\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello, and more",
	"POST / HTTP/1.1\r\nHost: a\r\ncontent-LENGTH:\r\n 5\r\n\r\nhell",
	"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n5;a=\"b;c\"\r\nhello\r\n0A \t\r\n0123456789\r\n0;z\r\nX: y\r\n\r\nmore",
	"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5 ;a\r\nhello\r\n0\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0000000000000001\r\nx\r\n00000000000000000\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: y\n\nZ: z\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;\rx\r\nhello\r\n0\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nhello",
	"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;" + strings.Repeat("x", 4090) + "\r\ny\r\n0\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;" + strings.Repeat("x", 4095) + "\r\ny\r\n0\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + strings.Repeat("1;"+strings.Repeat("x", 4000)+"\r\ny\r\n", 6) + "0\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: a\r\nX-Unfin",
	"this is not HTTP\r\n\r\n",
	"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokmore",
	"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nmore",
	"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\nmore",
	"HTTP/1.1 101 Switching Protocols\r\n\r\nmore",
	"HTTP/1.0 200 OK\r\n\r\nuntil the end",
	"HTTP/1.1 abc\r\n\r\n",
	"\n", "\r", "",
}

// follow runs f over p and returns how many bytes belong to the message. A
// request whose head is over is framed as net/http frames it.
func follow(f *frame, p []byte, length int64) int {
	n := f.scan(p)
	if f.phase == atBody {
		f.body(length)
		n += f.scan(p[n:])
	}
	return n
}

// inPieces is follow for p cut in pieces of the sizes in cuts, over and over.
func inPieces(f *frame, p []byte, length int64, cuts []byte) int {
	n := 0
	for i := 0; n < len(p); i++ {
		end := min(len(p), n+1+int(cuts[i%len(cuts)]))
		m := follow(f, p[n:end], length)
		n += m
		if n < end {
			return n
		}
	}
	return n
}

// stdlib reads a request as net/http does: the length of the body, whether all
// of it is there and well formed, and where it ends.
func stdlib(p []byte) (length int64, whole bool, end int) {
	leading := len(p) - len(strings.TrimLeft(string(p), "\r\n"))
	src := strings.NewReader(string(p[leading:]))
	in := bufio.NewReader(src)
	r, err := http.ReadRequest(in)
	if err != nil || r.ProtoMajor != 1 {
		return 0, false, 0
	}
	_, err = io.Copy(io.Discard, r.Body)
	return r.ContentLength, err == nil, len(p) - src.Len() - in.Buffered()
}

func FuzzFrame(f *testing.F) {
	for _, m := range messages {
		f.Add([]byte(m), []byte{0})
		f.Add([]byte(m), []byte{6, 0, 255})
	}
	f.Fuzz(func(t *testing.T, p, cuts []byte) {
		length, whole, end := stdlib(p)
		var once frame
		n := follow(&once, p, length)
		if whole && (n != end || !once.complete()) {
			t.Errorf("net/http: the request ends at %d, the frame: %d, phase %d", end, n, once.phase)
		}
		if len(cuts) == 0 {
			return
		}
		var cut frame
		if m := inPieces(&cut, p, length, cuts); m != n || cut != once {
			t.Errorf("in pieces: %d, %+v\nat once: %d, %+v", m, cut, n, once)
		}
		once, cut = frame{selfFramed: true}, frame{selfFramed: true}
		n = once.scan(p)
		if m := inPieces(&cut, p, 0, cuts); m != n || cut.phase != once.phase {
			t.Errorf("response in pieces: %d, phase %d\nat once: %d, phase %d", m, cut.phase, n, once.phase)
		}
	})
}

func TestResponseFrame(t *testing.T) {
	const tail = "more"
	for _, test := range []struct {
		name, message string
		bodiless      bool
		phase         phase
	}{
		{"length", "HTTP/1.1 200 OK\r\ncontent-length:  2 \r\n\r\nok", false, atEnd},
		{"no body", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false, atEnd},
		{"chunked wins over length", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX: y\r\n\r\n", false, atEnd},
		{"interim", "HTTP/1.1 103 Early Hints\r\nContent-Length: 9\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", false, atEnd},
		{"switched", "HTTP/1.1 101 Switching Protocols\r\n\r\n", false, atEnd},
		{"not modified", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", false, atEnd},
		{"to HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", true, atEnd},
		{"long line first", "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 1000) + "\r\nContent-Length: 2\r\n\r\nok", false, atEnd},
		{"until close", "HTTP/1.1 200 OK\r\nX: Content-Length: 2\r\n\r\nok" + tail, false, toClose},
		{"nonsense length", "HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok" + tail, false, toClose},
		{"nonsense status", "HTTP/1.1 OK\r\n\r\n" + tail, false, toClose},
		{"nonsense chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nok" + tail, false, broken},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := frame{selfFramed: true, bodiless: test.bodiless}
			n := f.scan([]byte(strings.TrimSuffix(test.message, tail) + tail))
			if n != len(test.message) || f.phase != test.phase {
				t.Errorf("ends at %d in phase %d, want %d in %d", n, f.phase, len(test.message), test.phase)
			}
		})
	}
}

// What is not a chunked body to net/http is none to us.
func TestChunks(t *testing.T) {
	x := func(n int) string { return strings.Repeat("x", n) }
	for _, test := range []struct {
		name, body string
		state      chunkState
	}{
		{"size of 16 digits", "0000000000000001\r\nx\r\n0\r\n\r\n", chunksEnd},
		{"size of 17 digits", "00000000000000001\r\nx\r\n0\r\n\r\n", chunksBroken},
		{"longest line", "1;" + x(4092) + "\r\ny\r\n0\r\n\r\n", chunksEnd},
		{"line too long", "1;" + x(4093) + "\r\ny\r\n0\r\n\r\n", chunksBroken},
		{"much overhead", strings.Repeat("1;"+x(4000)+"\r\ny\r\n", 4) + "0\r\n\r\n", chunksEnd},
		{"too much overhead", strings.Repeat("1;"+x(4000)+"\r\ny\r\n", 5) + "0\r\n\r\n", chunksBroken},
		{"blank before an extension", "1 ;a\r\nx\r\n0\r\n\r\n", chunksBroken},
		{"no size", ";a\r\nx\r\n0\r\n\r\n", chunksBroken},
		{"empty line", "\r\n0\r\n\r\n", chunksBroken},
		{"bare LF", "1\nx\r\n0\r\n\r\n", chunksBroken},
		{"CR in a line", "1;\ra\r\nx\r\n0\r\n\r\n", chunksBroken},
		{"sign", "+1\r\nx\r\n0\r\n\r\n", chunksBroken},
		{"more data than announced", "1\r\nxy\r\n0\r\n\r\n", chunksBroken},
		{"CR alone after data", "1\r\nx\r0\r\n\r\n", chunksBroken},
		{"trailer of one letter", "0\r\na\nX: y\r\n\r\n", chunksEnd},
		{"cut short", "1\r\nx\r\n0\r\n", chunkTrailer},
	} {
		t.Run(test.name, func(t *testing.T) {
			var c chunks
			n := c.scan([]byte(test.body))
			if n != len(test.body) || c.state != test.state {
				t.Errorf("took %d bytes of %d, state %d, want %d", n, len(test.body), c.state, test.state)
			}
			message := "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + test.body
			if _, whole, _ := stdlib([]byte(message)); whole && test.state != chunksEnd {
				t.Error("net/http accepts it")
			}
		})
	}
}
