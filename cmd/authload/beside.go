package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"authlab/cmd/authload/proc"
	"authlab/cmd/authload/report"
)

// beside lets some follow while others have opened a stream and never read. In
// the end the lab must have let those go; only then they read.
func (o *options) beside(ctx context.Context, c *class, r *report.Report) error {
	before, _ := c.server.files()
	all, err := c.gather(ctx, o.followers, joinIn, false)
	if err != nil {
		return err
	}
	joined, _ := c.server.files()
	idle, err := c.stall(ctx, o.stalled)
	if err != nil {
		return err
	}
	began := time.Now()
	if err := errors.Join(c.drive(ctx, o.length, o.every), c.finish(ctx, all)); err != nil {
		return err
	}
	c.judge(r, all, limitClass)
	if o.quick {
		return nil // nobody is let go so soon
	}
	if now, ok := c.server.files(); ok {
		r.Figure("files open in the lab", "%d with those who follow, %d in the end", joined-before, now-before)
	}
	after := time.Since(began).Round(time.Second)
	gone := countGone(idle)
	r.Must(report.Line{
		Part: "stalled", What: fmt.Sprintf("who never reads is let go within %s", after),
		Got: fmt.Sprintf("%d of %d", gone, len(idle)), Holds: gone == len(idle),
	})
	return nil
}

// stall opens streams that nobody reads, with the smallest buffers there are: so
// what an event meets is full after some seconds and not after hours.
func (c *class) stall(ctx context.Context, n int) ([]net.Conn, error) {
	d := net.Dialer{Control: proc.SmallBuffer}
	asks, err := openAsker(ctx, c.from(0), c.addr)
	if err != nil {
		return nil, err
	}
	defer asks.conn.Close() //nolint:errcheck // nothing more is asked
	var all []net.Conn
	for range n {
		device, err := asks.join(c.path)
		if err != nil {
			return nil, err
		}
		s, err := openStream(ctx, &d, c.addr, c.path+"/events?device="+device, "")
		if err != nil {
			return nil, fmt.Errorf("open a stream that nobody reads: %w", err)
		}
		all = append(all, s.conn)
	}
	return all, nil
}

func countGone(all []net.Conn) (n int) {
	gone := make(chan bool)
	for _, conn := range all {
		go func() { gone <- letGo(conn) }()
	}
	for range all {
		if <-gone {
			n++
		}
	}
	return n
}

// letGo reads what is left in a connection's buffer, and reports whether its
// other end has gone. One that is still there sends what it had to hold back, and
// then nothing.
func letGo(conn net.Conn) bool {
	_ = conn.SetReadDeadline(time.Now().Add(time.Second)) // a closed one says so when it is read
	_, err := io.Copy(io.Discard, conn)
	late, ok := errors.AsType[net.Error](err)
	return err == nil || !ok || !late.Timeout()
}
