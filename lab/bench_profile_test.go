//go:build unix

package lab_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"authlab/lab/bench"
)

// BenchmarkProfile asks for the profile over a kept connection: the app bare on
// net/http, and the same app through the whole lab. The two take turns, a batch
// each, so that whatever else the machine does meets both alike, and the one that is
// first takes turns as well. Each batch fills a bench of its own, as far as a bench in
// production may be filled.
//
// It reports the processor time of a request, of the whole process (getrusage), and
// how much of the lab's the bare app takes: 0.95 says that the lab adds a twentieth.
// The client costs the same on both sides, and as little as there is: it writes what it
// has, and counts the bytes that come back.
func BenchmarkProfile(b *testing.B) {
	const batch = 190
	for _, flow := range []string{"session", "token"} {
		b.Run(flow, func(b *testing.B) {
			w, bare := startLab(b, bench.Limits{Rate: lifted.Rate, Burst: lifted.Burst}), startBare(b, strings.Repeat("A", 26))
			// With more than one processor, those that have nothing to do look for work
			// in between, and are counted as well.
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			quiet(b)
			var took [2]time.Duration
			rounds := 0
			for b.Loop() {
				rounds++
				whole := &visitor{w: w, client: bare.client, id: w.lab.Benches().Make().ID()}
				for i := range 2 {
					side := (i + rounds) % 2
					c := []*visitor{whole, bare}[side].keep(b, flow)
					began := processorTime(b)
					c.ask(b, batch)
					took[side] += processorTime(b) - began
					_ = c.conn.Close()
				}
				w.lab.Benches().Drop(whole.id)
			}
			n := float64(rounds * batch)
			b.ReportMetric(float64(took[0].Microseconds())/n, "lab-cpu-us")
			b.ReportMetric(float64(took[1].Microseconds())/n, "bare-cpu-us")
			b.ReportMetric(took[1].Seconds()/took[0].Seconds(), "bare/lab")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// processorTime is what this process has taken of the processors.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// quiet waits until what a lab does in the background at its start is done: it makes
// RSA keys.
func quiet(b *testing.B) {
	b.Helper()
	for last := time.Duration(-1); ; {
		time.Sleep(100 * time.Millisecond)
		now := processorTime(b)
		if last >= 0 && now-last < 5*time.Millisecond {
			return
		}
		last = now
	}
}

// keptClient asks for one page again and again over one connection.
type keptClient struct {
	conn    net.Conn
	request []byte
	answer  []byte // room for one
}

// keep logs in and returns a client of the profile, which has asked for it once.
func (v *visitor) keep(b *testing.B, flow string) *keptClient {
	b.Helper()
	v.logIn(b, reader)
	conn, err := net.Dial("tcp", v.w.addr)
	if err != nil {
		b.Fatal(err)
	}
	field := "Authorization: Bearer " + v.token
	if flow == "session" {
		field = "Cookie: sid=" + v.sid()
	}
	c := &keptClient{conn: conn, request: []byte(lines("GET "+v.path("/"+flow+"/profile")+" HTTP/1.1", "Host: a", field))}
	if _, err := conn.Write(c.request); err != nil {
		b.Fatal(err)
	}
	var all bytes.Buffer
	got, err := http.ReadResponse(bufio.NewReaderSize(io.TeeReader(conn, &all), 16), nil)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, got.Body); err != nil {
		b.Fatal(err)
	}
	c.answer = make([]byte, all.Len())
	return c
}

// ask asks n times; each answer is as long as the first.
func (c *keptClient) ask(b *testing.B, n int) {
	b.Helper()
	for range n {
		if _, err := c.conn.Write(c.request); err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadFull(c.conn, c.answer); err != nil {
			b.Fatal(err)
		}
		if !bytes.HasPrefix(c.answer, []byte("HTTP/1.1 200 OK\r\n")) {
			b.Fatalf("answered with %.40q", c.answer)
		}
	}
}
