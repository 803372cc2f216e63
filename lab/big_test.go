package lab_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestTheJournalIsWrittenAsOneDocument compares what is written exchange by
// exchange with JSON of the whole, byte by byte.
func TestTheJournalIsWrittenAsOneDocument(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	for _, sent := range []int{0, 2, 4} {
		switch sent {
		case 2:
			v.logIn(t, librarian)
		case 4:
			v.post(t, v.path("/role"), "account", "librarian", "role", "member")
			v.both(t, "profile")
		}
		v.await(t, sent)
		got := v.get(t, v.path("/journal.json")).body
		var whole struct {
			Bench     json.RawMessage   `json:"bench"`
			Exchanges []json.RawMessage `json:"exchanges"`
			Actions   []json.RawMessage `json:"actions"`
		}
		in := json.NewDecoder(strings.NewReader(got))
		in.DisallowUnknownFields()
		if err := in.Decode(&whole); err != nil || len(whole.Exchanges) != sent {
			t.Fatalf("%d exchanges, want %d: %v", len(whole.Exchanges), sent, err)
		}
		var want bytes.Buffer
		out := json.NewEncoder(&want)
		out.SetEscapeHTML(false)
		if err := out.Encode(whole); err != nil {
			t.Fatal(err)
		}
		if got != want.String() {
			t.Errorf("of %d exchanges, %d bytes were written that differ from the %d of the whole", sent, len(got), want.Len())
		}
	}
}

// dialFrom connects to the lab from an address of this machine's own.
func (w *world) dialFrom(t testing.TB, address string) net.Conn {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}, Timeout: guard}
	conn, err := d.Dial("tcp", w.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// TestReadersWhoDoNotRead holds few bytes of the lab's, however many there are: each
// asks for everything and takes nothing, from an address of its own.
func TestReadersWhoDoNotRead(t *testing.T) {
	v := fullBench(t)
	v.drainAll(t, "/journal.json")
	before := heap()
	var began sync.WaitGroup
	for n := range 30 {
		conn := v.w.dialFrom(t, fmt.Sprintf("127.0.0.%d", 10+n))
		fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n", v.path([]string{"/journal.json", "/export.har", "/handout"}[n%3]))
		if n >= 16 {
			continue // as many are let in as this; the others wait
		}
		began.Go(func() {
			one := make([]byte, 1)
			_ = conn.SetReadDeadline(time.Now().Add(5 * time.Minute))
			if _, err := conn.Read(one); err != nil {
				t.Error(err)
			}
		})
	}
	began.Wait()
	const most = 256 << 20 // a quarter of the memory that a lab is to do with, if it is not told
	held := int64(math.MaxInt64)
	for range 5 {
		// What is made while the collector is at work counts as held: the least is the
		// nearest to what is.
		held = min(held, int64(heap())-int64(before))
	}
	if held > most {
		t.Errorf("30 readers hold %d MiB, more than %d", held>>20, most>>20)
	} else {
		t.Logf("30 readers hold %d KiB", held>>10)
	}
}

func (v *visitor) drainAll(t testing.TB, path string) {
	t.Helper()
	if got := v.get(t, v.path(path)); got.status != 200 {
		t.Fatalf("%s answers %d", path, got.status)
	}
}

// TestAReaderWhoLeavesIsNoError breaks connections in the middle of big answers:
// nothing is logged, and no error page stands behind half an answer. The lab's own
// log is looked at when the test ends.
func TestAReaderWhoLeavesIsNoError(t *testing.T) {
	t.Parallel()
	v := fullBench(t)
	for _, path := range []string{"/journal.json", "/export.har", "/export.http", "/export.zip", "/curl", "/handout"} {
		conn := v.w.dialFrom(t, "127.0.0.9")
		fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", v.path(path))
		if _, err := io.ReadFull(conn, make([]byte, 9)); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		_ = conn.(*net.TCPConn).SetLinger(0) // the answer's next piece meets a reset
		_ = conn.Close()
	}
	v.drainAll(t, "/export.zip")
	v.w.stop() // waits for what is under way, and looks at the log
	if log := v.w.log.text.String(); strings.Contains(log, "level=ERROR") || strings.Contains(log, "panic") {
		t.Errorf("the lab logged: %s", log)
	}
}
