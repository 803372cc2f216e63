package lab_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"authlab/lab"
	"authlab/lab/labtest"
)

// busy is a client that sends one request after the other on one connection, until an
// answer says that it is the last.
type busy struct {
	addr  string
	paths []string
	pause time.Duration // at most, between an answer and the next request
	began *sync.WaitGroup
	asked *atomic.Int64
}

// run returns an error for a request that was not answered whole.
func (b busy) run() error {
	conn, err := net.Dial("tcp", b.addr)
	if err != nil {
		b.began.Done()
		return err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(2 * guard)) // TCP has deadlines
	in := bufio.NewReader(conn)
	for n := 0; ; n++ {
		path := b.paths[n%len(b.paths)]
		_, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", path, b.addr)
		var answer *http.Response
		if err == nil {
			answer, err = http.ReadResponse(in, nil)
		}
		if err == nil {
			_, err = io.Copy(io.Discard, answer.Body)
		}
		if n == 0 {
			b.began.Done()
		}
		if err != nil {
			return fmt.Errorf("request %d of a connection, %s, was lost: %w", n+1, path, err)
		}
		b.asked.Add(1)
		if answer.Close {
			return nil
		}
		if b.pause > 0 {
			time.Sleep(rand.N(b.pause)) // as between two clicks, only shorter
		}
	}
}

// streamed reads an event stream to its end, which must be one of its own making.
func streamed(addr, path string, began *sync.WaitGroup) error {
	answer, err := http.Get("http://" + addr + path)
	if err != nil {
		began.Done()
		return err
	}
	defer answer.Body.Close()
	in := bufio.NewReader(answer.Body)
	first, err := in.ReadString('\n')
	began.Done()
	if err != nil || !strings.HasPrefix(first, "retry: ") {
		return fmt.Errorf("a stream begins with %q: %w", first, err)
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		return fmt.Errorf("a stream is cut: %w", err)
	}
	return nil
}

// TestAStopLosesNoRequest stops a lab, over and over at any moment, while twelve
// connections are busy and streams are open. Each request must be answered whole, and
// each client told that its connection ends.
func TestAStopLosesNoRequest(t *testing.T) {
	t.Parallel()
	rounds := labtest.Rounds(t, 20, 100)
	l, err := lab.New(lab.Config{Limits: lifted})
	if err != nil {
		t.Fatal(err)
	}
	id := l.Benches().Make().ID()
	paths := []string{"/healthz", "/bench/" + id + "/token/", "/bench/" + id + "/session/", "/j", "/nowhere"}
	var asked atomic.Int64
	for round := range rounds {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		stopped := make(chan error, 1)
		go func() { stopped <- l.AnswerOnce(ctx, 9*time.Second, ln) }()
		var began, all sync.WaitGroup
		for n := range 12 {
			b := busy{addr: ln.Addr().String(), paths: paths[n%len(paths):], asked: &asked, began: &began, pause: time.Duration(n%3) * 2 * time.Millisecond}
			began.Add(1)
			all.Go(func() { report(t, round, b.run()) })
		}
		for range 2 {
			began.Add(1)
			all.Go(func() { report(t, round, streamed(ln.Addr().String(), "/bench/"+id+"/events", &began)) })
		}
		began.Wait()
		time.Sleep(rand.N(8 * time.Millisecond)) // the moment is what is tried
		stop()
		all.Wait()
		http.DefaultClient.CloseIdleConnections()
		report(t, round, <-stopped)
		if t.Failed() {
			break
		}
	}
	t.Logf("%d requests were answered whole, in %d rounds at most", asked.Load(), rounds)
}

func report(t *testing.T, round int, err error) {
	if err != nil {
		t.Errorf("round %d: %v", round, err)
	}
}

// TestAStopAsItIsSeen from outside: not ready at once, while whoever asks is answered,
// and over as soon as nobody is connected.
func TestAStopAsItIsSeen(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted, func(c *lab.Config) { c.Grace = 2 * guard })
	first, second := w.dial(t), w.dial(t)
	ask := func(c *raw, path string) (status int, last bool) {
		t.Helper()
		c.send(lines("GET "+path+" HTTP/1.1", "Host: "+w.addr))
		got := c.answer(t, "GET")
		return got.status, strings.Contains(string(got.bytes), "\r\nConnection: close\r\n")
	}
	for _, c := range []*raw{first, second} {
		if status, last := ask(c, "/readyz"); status != http.StatusOK || last {
			t.Fatalf("before the stop: %d, the last answer: %t", status, last)
		}
	}
	over := make(chan struct{})
	go func() { w.stop(); close(over) }()
	for ready := true; ready; {
		status, last := ask(w.dial(t), "/readyz")
		if ready = status == http.StatusOK; !ready && (status != http.StatusServiceUnavailable || !last) {
			t.Errorf("a lab that is about to stop says so by %d, the last answer: %t", status, last)
		}
	}
	if status, last := ask(second, "/healthz"); status != http.StatusOK || !last {
		t.Errorf("a request on a connection that was open before: %d, the last answer: %t", status, last)
	}
	select {
	case <-over:
		t.Error("it does not wait for who is connected")
	default:
	}
	if err := errors.Join(first.Close(), second.Close()); err != nil {
		t.Error(err)
	}
	select {
	case <-over:
	case <-time.After(guard):
		t.Error("nobody is connected, and the lab goes on")
	}
}
