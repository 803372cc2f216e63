package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// patience is how long anything but an event may take before it is an error.
var patience = 20 * time.Second

// notice is a "shown" event.
type notice struct{ seq, step int }

// stream reads the events of one page.
type stream struct {
	conn  net.Conn
	lines *bufio.Reader
	kind  []byte
}

// lineSize is more than any line of an event has.
const lineSize = 256

// openStream asks for events over a connection of its own, as a browser does that
// speaks HTTP/1.1. It ends with ctx.
func openStream(ctx context.Context, d *net.Dialer, addr, target, fields string) (*stream, error) {
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() { _ = conn.Close() }) // nobody reads it any more
	request := "GET " + target + " HTTP/1.1\r\nHost: " + addr + "\r\nAccept: text/event-stream\r\nCache-Control: no-cache\r\n" + fields + "\r\n"
	if _, err := io.WriteString(conn, request); err != nil {
		return nil, fmt.Errorf("ask for events: %w", err)
	}
	return &stream{conn: conn}, nil
}

// begin reads the head of the answer.
func (s *stream) begin() error {
	if err := s.conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	answer, err := http.ReadResponse(bufio.NewReaderSize(s.conn, lineSize), nil) //nolint:bodyclose // closing the connection ends the stream
	if err != nil {
		return fmt.Errorf("read the answer to a stream: %w", err)
	}
	if answer.StatusCode != http.StatusOK { // its content is not needed: the connection is not used again
		return fmt.Errorf("a stream was answered with %s", answer.Status)
	}
	s.lines = bufio.NewReaderSize(answer.Body, lineSize)
	return s.conn.SetReadDeadline(time.Time{})
}

// next waits for the next "shown" event (WHATWG HTML, section 9.2.6, as far as
// the lab uses it).
func (s *stream) next() (notice, error) {
	for {
		line, err := s.lines.ReadSlice('\n')
		if err != nil {
			return notice{}, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if kind, ok := bytes.CutPrefix(line, []byte("event: ")); ok {
			s.kind = append(s.kind[:0], kind...)
		}
		if data, ok := bytes.CutPrefix(line, []byte("data: ")); ok && string(s.kind) == "shown" {
			return readNotice(data)
		}
	}
}

// readNotice reads {"seq":N,"step":N} without the cost of a parser for JSON: this
// runs thousands of times a second, beside the lab.
func readNotice(data []byte) (notice, error) {
	rest, ok := bytes.CutPrefix(data, []byte(`{"seq":`))
	seq, rest, ok2 := bytes.Cut(rest, []byte(`,"step":`))
	step, ok3 := bytes.CutSuffix(rest, []byte("}"))
	n, err := strconv.Atoi(string(seq))
	m, err2 := strconv.Atoi(string(step))
	if !ok || !ok2 || !ok3 || err != nil || err2 != nil {
		return notice{}, fmt.Errorf("an event has the data %q", data)
	}
	return notice{n, m}, nil
}
