package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"hash/maphash"
	"io"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// asker sends one request after the other over one connection, as a browser does
// for a page's fetches.
type asker struct {
	conn  net.Conn
	addr  string
	asked int // requests
	read  int // bytes of content
}

// answer is what came back. body belongs to a pool: it is valid until release.
type answer struct {
	status int
	header http.Header
	body   *bytes.Buffer
}

func openAsker(ctx context.Context, d *net.Dialer, addr string) (*asker, error) {
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() { _ = conn.Close() }) // nobody asks any more
	return &asker{conn: conn, addr: addr}, nil
}

// Only those who wait for an answer need a buffer, not all of a class.
var (
	readers = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, 16<<10) }}
	bodies  = sync.Pool{New: func() any { return new(bytes.Buffer) }}
)

func (a *answer) release() { bodies.Put(a.body) }

// get asks for a page as browsers do over plain http.
func (a *asker) get(target string) (answer, error) {
	return a.ask("GET " + target + " HTTP/1.1\r\nHost: " + a.addr + "\r\nAccept: */*\r\nAccept-Encoding: gzip, deflate\r\n\r\n")
}

// post sends a form.
func (a *asker) post(target, form string) (answer, error) {
	return a.ask("POST " + target + " HTTP/1.1\r\nHost: " + a.addr + "\r\nContent-Type: application/x-www-form-urlencoded\r\n" +
		"Content-Length: " + strconv.Itoa(len(form)) + "\r\n\r\n" + form)
}

func (a *asker) ask(request string) (answer, error) {
	if err := a.conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return answer{}, err
	}
	if _, err := io.WriteString(a.conn, request); err != nil {
		return answer{}, fmt.Errorf("ask for a page: %w", err)
	}
	from := readers.Get().(*bufio.Reader)
	defer readers.Put(from)
	from.Reset(a.conn)
	got, err := http.ReadResponse(from, nil)
	if err != nil {
		return answer{}, fmt.Errorf("read an answer: %w", err)
	}
	defer got.Body.Close() //nolint:errcheck // it was read to its end
	body := bodies.Get().(*bytes.Buffer)
	body.Reset()
	if _, err := body.ReadFrom(got.Body); err != nil {
		return answer{}, fmt.Errorf("read an answer's content: %w", err)
	}
	a.asked, a.read = a.asked+1, a.read+body.Len()
	return answer{got.StatusCode, got.Header, body}, nil
}

// fragments knows what each fragment shows. Thousands of followers get the same
// bytes, so each is unpacked once and known again by its hash.
type fragments struct {
	seed maphash.Seed

	mu         sync.Mutex
	known      map[uint64]notice
	perSeq     map[int]int     // how many different ones show a state
	renderings map[string]bool // the Server-Timing fields of all
}

func newFragments() *fragments {
	return &fragments{seed: maphash.MakeSeed(), known: map[uint64]notice{}, perSeq: map[int]int{}, renderings: map[string]bool{}}
}

// shows tells what state a fragment shows.
func (f *fragments) shows(a answer) (notice, error) {
	if a.status != http.StatusOK {
		return notice{}, fmt.Errorf("a fragment was answered with %d", a.status)
	}
	sum := maphash.Bytes(f.seed, a.body.Bytes())
	f.mu.Lock()
	defer f.mu.Unlock()
	f.renderings[a.header.Get("Server-Timing")] = true
	if n, ok := f.known[sum]; ok {
		return n, nil
	}
	n, err := readFragment(a)
	if err == nil {
		f.known[sum] = n
		f.perSeq[n.seq]++
	}
	return n, err
}

var shown = regexp.MustCompile(`id="room-now"[^>]* data-seq="(\d+)"[^>]* data-class-step="(\d+)"`)

func readFragment(a answer) (notice, error) {
	text, err := unpacked(a)
	if err != nil {
		return notice{}, fmt.Errorf("unpack a fragment: %w", err)
	}
	found := shown.FindStringSubmatch(text)
	if found == nil {
		return notice{}, fmt.Errorf("a fragment of %d bytes does not say what it shows", len(text))
	}
	seq, _ := strconv.Atoi(found[1]) // the pattern allows nothing but digits
	step, _ := strconv.Atoi(found[2])
	return notice{seq, step}, nil
}

// unpacked returns the text of an answer.
func unpacked(a answer) (string, error) {
	var from io.Reader = bytes.NewReader(a.body.Bytes())
	if a.header.Get("Content-Encoding") == "gzip" {
		plain, err := gzip.NewReader(from)
		if err != nil {
			return "", err
		}
		from = plain
	}
	var text strings.Builder
	_, err := io.Copy(&text, from)
	return text.String(), err
}
