//go:build linux

package lab_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"authlab/lab"
)

// TestReaderThatNeverReadsIsLetGo opens a stream with the smallest buffer there
// is and never reads it. It is let go although hardly anything waits for it, and a
// follower beside it is told of every state.
func TestReaderThatNeverReadsIsLetGo(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted, func(c *lab.Config) { c.Patience = 200 * time.Millisecond })
	_, code := w.classRoom(t)
	room := w.lab.Room(code)
	good := w.device(t, code)
	if _, err := good.shown(); err != nil {
		t.Fatal(err)
	}
	d := net.Dialer{Control: func(_, _ string, c syscall.RawConn) error {
		return c.Control(func(fd uintptr) { _ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 1) })
	}}
	stalled, err := d.DialContext(t.Context(), "tcp", w.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer stalled.Close()
	if _, err := fmt.Fprintf(stalled, "GET /room/%s/events?device=%s HTTP/1.1\r\nHost: %s\r\n\r\n", code, room.IssueDevice(), w.addr); err != nil {
		t.Fatal(err)
	}
	for room.Class().Following < 2 {
		select {
		case <-time.After(time.Millisecond):
		case <-t.Context().Done():
			t.Fatal("the stream was not opened")
		}
	}
	sent := 0
	tick := time.NewTicker(5 * time.Millisecond) // slower than the buffers of a write fill
	defer tick.Stop()
	for giveUp := time.Now().Add(guard); room.Class().Following == 2; sent++ {
		if time.Now().After(giveUp) {
			t.Fatalf("after %d events it is still there", sent)
		}
		<-tick.C
		room.Changed()
		if seq, err := good.shown(); err != nil || seq != room.State().Seq {
			t.Fatalf("the one who reads was told of %d, want %d (%v)", seq, room.State().Seq, err)
		}
	}
	stalled.SetReadDeadline(time.Now().Add(guard))
	if _, err := io.Copy(io.Discard, stalled); err != nil {
		if late, ok := errors.AsType[net.Error](err); ok && late.Timeout() {
			t.Error("the other end of its connection is still open")
		}
	}
	t.Logf("let go after %d events", sent)
}
