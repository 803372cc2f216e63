package lab_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// relay stands between a browser and the lab: plain TCP, every byte passed on
// and kept. It knows nothing of package wire.
type relay struct {
	addr string

	mu    sync.Mutex
	ln    net.Listener
	conns []*passage
}

// passage is one connection: what went up to the lab, and what came down.
type passage struct {
	up, down *kept
	end      func()
}

type kept struct {
	mu    sync.Mutex
	bytes bytes.Buffer
}

func (k *kept) Write(p []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.bytes.Write(p)
}

func (k *kept) snapshot() []byte {
	k.mu.Lock()
	defer k.mu.Unlock()
	return bytes.Clone(k.bytes.Bytes())
}

// startRelay relays to the lab until the test ends.
func startRelay(t testing.TB, w *world) *relay {
	t.Helper()
	r := &relay{addr: "127.0.0.1:0"}
	r.open(t, w)
	t.Cleanup(r.close)
	return r
}

// open lets connections through to a lab, at the address of before.
func (r *relay) open(t testing.TB, w *world) {
	t.Helper()
	ln, err := net.Listen("tcp", r.addr)
	if err != nil {
		t.Fatal(err)
	}
	r.addr = ln.Addr().String()
	r.mu.Lock()
	r.ln = ln
	r.mu.Unlock()
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go r.pass(conn, w.addr)
		}
	}()
}

// close ends every connection and refuses new ones, as a host that is down.
func (r *relay) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	_ = r.ln.Close()
	for _, p := range r.conns {
		p.end()
	}
}

// pass relays one connection until either side ends it.
func (r *relay) pass(from net.Conn, addr string) {
	to, err := net.Dial("tcp", addr)
	if err != nil {
		_ = from.Close()
		return
	}
	p := &passage{&kept{}, &kept{}, sync.OnceFunc(func() { _, _ = from.Close(), to.Close() })}
	r.mu.Lock()
	r.conns = append(r.conns, p)
	r.mu.Unlock()
	copyAll := func(to, from net.Conn, keep *kept) {
		defer p.end()
		_, _ = io.Copy(to, io.TeeReader(from, keep))
	}
	go copyAll(to, from, p.up)
	copyAll(from, to, p.down)
}

// pair is a request and its answer, each as bytes.
type pair struct{ request, response string }

// exchanges returns what went through for the apps of a bench: one list for each
// connection that had any, in order.
func (r *relay) exchanges(id string) (lists [][]pair) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.conns {
		if list := p.exchanges(id); len(list) > 0 {
			lists = append(lists, list)
		}
	}
	return lists
}

func (p *passage) exchanges(id string) (list []pair) {
	up, down := newCutter(p.up.snapshot()), newCutter(p.down.snapshot())
	for {
		req, err := http.ReadRequest(up.reader)
		if err != nil || drained(req.Body) != nil {
			return list
		}
		request := up.cut()
		res, err := http.ReadResponse(down.reader, req)
		if err != nil || drained(res.Body) != nil {
			return list // an event stream, which never ends
		}
		response := down.cut()
		path := req.URL.Path
		if strings.HasPrefix(path, "/bench/"+id+"/session/") || strings.HasPrefix(path, "/bench/"+id+"/token/") {
			list = append(list, pair{request, response})
		}
	}
}

func drained(body io.ReadCloser) error {
	_, err := io.Copy(io.Discard, body)
	return err
}

// cutter cuts a stream of messages at their ends.
type cutter struct {
	all    []byte
	source *bytes.Reader
	reader *bufio.Reader
	at     int
}

func newCutter(all []byte) *cutter {
	source := bytes.NewReader(all)
	return &cutter{all: all, source: source, reader: bufio.NewReader(source)}
}

// cut returns the bytes read since the last cut.
func (c *cutter) cut() string {
	end := len(c.all) - c.source.Len() - c.reader.Buffered()
	defer func() { c.at = end }()
	return string(c.all[c.at:end])
}
