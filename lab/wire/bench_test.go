package wire_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"authlab/lab/wire"
)

// BenchmarkServer is one exchange over a kept connection, with the head of an
// ordinary browser request and a page of 1 KiB.
func BenchmarkServer(b *testing.B) {
	page := strings.Repeat("x", 1024)
	plain := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, page) })
	claims := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wire.Claim(r.Context(), func(wire.Capture) {})
		io.WriteString(w, page)
	})
	b.Run("bare", func(b *testing.B) { benchmark(b, plain, nil) })
	b.Run("tapped-unclaimed", func(b *testing.B) { benchmark(b, plain, wire.New(wire.Options{})) })
	b.Run("tapped-claimed", func(b *testing.B) { benchmark(b, claims, wire.New(wire.Options{})) })
}

func benchmark(b *testing.B, h http.Handler, tap *wire.Tap) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	srv, addr := &http.Server{Handler: h}, ln.Addr().String()
	if tap != nil {
		tap.Attach(srv)
		ln = tap.Listener(ln)
	}
	go srv.Serve(ln)
	defer srv.Close()
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		b.Fatal(err)
	}
	defer nc.Close()
	size := exchangeSize(b, nc)
	in := make([]byte, size)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := io.WriteString(nc, browserRequest); err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadFull(nc, in); err != nil {
			b.Fatal(err)
		}
	}
}

// exchangeSize does one exchange and returns the size of the response, which is
// that of all that follow.
func exchangeSize(b *testing.B, nc net.Conn) int {
	if _, err := io.WriteString(nc, browserRequest); err != nil {
		b.Fatal(err)
	}
	var count counter
	res, err := http.ReadResponse(bufio.NewReader(io.TeeReader(nc, &count)), nil)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		b.Fatal(err)
	}
	return int(count)
}

type counter int

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }

const browserRequest = "GET /bench/0123456789abcdef/session/ HTTP/1.1\r\n" +
	"Host: localhost:8080\r\n" +
	"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n" +
	"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n" +
	"Accept-Language: en-US,en;q=0.5\r\n" +
	"Accept-Encoding: gzip, deflate, br, zstd\r\n" +
	"Connection: keep-alive\r\n" +
	"Cookie: session=q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k\r\n" +
	"Sec-Fetch-Dest: document\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Site: same-origin\r\n\r\n"
