package wire_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"authlab/lab/wire"
)

// sent is one generated request.
type sent struct {
	method string
	bytes  string
}

// Whatever a client sends, in whatever pieces, is recorded as it was sent, and
// so is what it received.
func TestEveryExchangeIsRecorded(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		requests := rapid.SliceOfN(request(), 1, 8).Draw(rt, "requests")
		for i := range requests[1:] {
			if requests[i].method == "POST" && rapid.Bool().Draw(rt, "line end after POST") {
				requests[i+1].bytes = "\r\n" + requests[i+1].bytes
			}
		}
		b := newBed(t, 0, func(b *bed) http.Handler { return b.claimed(http.HandlerFunc(anything)) }, nil)
		c := b.dial(t)
		converse(rt, c, requests)
		b.wait(t, 1)
		b.srv.Close()
		compare(rt, b.captures, requests, c.got.Bytes())
	})
}

// converse sends the requests in groups, each group in pieces, and reads the
// answers to one group before it sends the next.
func converse(rt *rapid.T, c *client, requests []sent) {
	for len(requests) > 0 {
		n := rapid.IntRange(1, len(requests)).Draw(rt, "pipelined")
		var group strings.Builder
		for _, r := range requests[:n] {
			group.WriteString(r.bytes)
		}
		for rest := group.String(); rest != ""; {
			size := rapid.SampledFrom([]int{1, 7, 100, 4096, 100_000}).Draw(rt, "piece")
			size = min(size, len(rest))
			c.send(rest[:size])
			rest = rest[size:]
		}
		for _, r := range requests[:n] {
			c.response(r.method)
		}
		requests = requests[n:]
	}
	c.rest()
}

func compare(rt *rapid.T, captures []wire.Capture, requests []sent, received []byte) {
	if len(captures) != len(requests) {
		rt.Fatalf("%d exchanges recorded, want %d", len(captures), len(requests))
	}
	for i, got := range captures {
		want := requests[i]
		if string(got.Request.Data) != want.bytes || !got.Request.Complete || got.Connection != 1 {
			rt.Fatalf("exchange %d: got %q, Complete %v, want %q", i, got.Request.Data, got.Request.Complete, want.bytes)
		}
		rest, ok := bytes.CutPrefix(received, got.Response.Data)
		if !ok || !got.Response.Complete || !oneResponse(got.Response.Data, want.method) {
			rt.Fatalf("exchange %d: recorded %q, Complete %v, received %q", i, got.Response.Data, got.Response.Complete, received)
		}
		received = rest
	}
	if len(received) > 0 {
		rt.Fatalf("received and not recorded: %q", received)
	}
}

// oneResponse reports whether p is one whole response and nothing more.
func oneResponse(p []byte, method string) bool {
	in := bufio.NewReader(bytes.NewReader(p))
	res, err := http.ReadResponse(in, &http.Request{Method: method})
	if err != nil {
		return false
	}
	_, bodyErr := io.Copy(io.Discard, res.Body)
	_, err = in.ReadByte()
	return bodyErr == nil && errors.Is(err, io.EOF)
}

// anything answers in one of several manners, which the request chooses by its
// own length.
func anything(w http.ResponseWriter, r *http.Request) {
	switch len(r.RequestURI) % 5 {
	case 0:
		io.Copy(w, r.Body)
	case 1:
		w.WriteHeader(http.StatusNoContent)
	case 2:
		io.WriteString(w, strings.Repeat(r.RequestURI, 300))
	case 3:
		for _, b := range []byte(r.RequestURI) {
			w.Write([]byte{b})
			http.NewResponseController(w).Flush()
		}
	}
}

func request() *rapid.Generator[sent] {
	return rapid.Custom(func(t *rapid.T) sent {
		method := rapid.SampledFrom([]string{"GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "M-SEARCH", "patch"}).Draw(t, "method")
		target := rapid.StringMatching(`/[a-z0-9/.?&=~-]{0,40}`).Draw(t, "target")
		end := rapid.SampledFrom([]string{"\r\n", "\r\n", "\n"}).Draw(t, "line end")
		framing, body := body(t)
		fields := rapid.SliceOfN(field(), 0, 12).Draw(t, "fields")
		fields = append(fields, framing...)
		fields = append(fields, inCase(t, "Host")+": wire.test")
		fields = rapid.Permutation(fields).Draw(t, "order")
		lines := append([]string{method + " " + target + " HTTP/1.1"}, fields...)
		return sent{method, strings.Join(lines, end) + end + end + body}
	})
}

// field is a header field; a small alphabet makes repeats likely.
func field() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		name := rapid.StringMatching(`[xX]-[aAbB]{1,2}`).Draw(t, "name")
		value := rapid.StringMatching(`[ \t]{0,2}[!-~]{0,8}([ \t][!-~\x{a0}-\x{ff}]{1,90})?[ \t]?`).Draw(t, "value")
		return name + ":" + value
	})
}

// inCase returns name in random letter case.
func inCase(t *rapid.T, name string) string {
	b := []byte(name)
	for i := range b {
		if rapid.Bool().Draw(t, "flip") {
			b[i] = strings.ToUpper(name)[i]
		} else {
			b[i] = strings.ToLower(name)[i]
		}
	}
	return string(b)
}

// body returns the fields that frame a body, and the body.
func body(t *rapid.T) (fields []string, body string) {
	data := rapid.StringN(0, 200, -1).Draw(t, "body")
	data = strings.Repeat(data, rapid.SampledFrom([]int{1, 1, 1, 30}).Draw(t, "times"))
	switch rapid.SampledFrom([]string{"none", "length", "chunked"}).Draw(t, "framing") {
	case "length":
		return []string{inCase(t, "Content-Length") + ": " + fmt.Sprint(len(data))}, data
	case "chunked":
		return []string{inCase(t, "Transfer-Encoding") + ": " + inCase(t, "chunked")}, inChunks(t, data)
	}
	return nil, ""
}

func inChunks(t *rapid.T, data string) string {
	var b strings.Builder
	for data != "" {
		n := rapid.IntRange(1, len(data)).Draw(t, "chunk")
		size := rapid.SampledFrom([]string{"%x", "%X", "%06x", "%x \t", "%x;a", "%X;b=\"c;d\""}).Draw(t, "size")
		fmt.Fprintf(&b, size+"\r\n%s\r\n", n, data[:n])
		data = data[n:]
	}
	b.WriteString(rapid.SampledFrom([]string{"0\r\n", "000\r\n", "0;last\r\n"}).Draw(t, "last chunk"))
	for _, f := range rapid.SliceOfN(field(), 0, 2).Draw(t, "trailers") {
		b.WriteString(f + "\r\n")
	}
	return b.String() + "\r\n"
}
