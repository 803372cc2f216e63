package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync/atomic"
	"time"

	"authlab/cmd/authload/proc"
	"authlab/cmd/authload/report"
	"authlab/lab/plot"
)

// class is a class under load.
type class struct {
	*driver
	server    *server
	addr      string
	devices   *net.Dialer // by which its devices reach the lab; nil for a few addresses of this machine
	fragments *fragments
	come      int     // how many devices have
	began     arrival // the state from which the steps are counted
	presses   []press
	vote      atomic.Pointer[ballot] // the latest that was opened; nil before
	met       *notes                 // of the honest ones beside it; nil where nobody attacks
	own       time.Duration          // processor time of this process at the start
	lag       <-chan report.Spread
	endLag    context.CancelFunc
}

// openClass starts a lab, opens a class in it and sends the lesson.
func (o *options) openClass(ctx context.Context) (*class, error) {
	s, err := o.open(ctx)
	if err != nil {
		return nil, err
	}
	c, err := openIn(ctx, s, &net.Dialer{}, nil)
	if err != nil {
		s.close()
	}
	return c, err
}

// opening returns what starts a lab with a budget of memory and of files, as
// openWithin, and opens a class in it.
func (o *options) opening(memory string, files int, driver, devices string) func(context.Context) (*class, error) {
	return func(ctx context.Context) (*class, error) {
		s, err := o.openWithin(ctx, memory, files)
		if err != nil {
			return nil, err
		}
		c, err := openIn(ctx, s, from(driver), from(devices))
		if err != nil {
			s.close()
		}
		return c, err
	}
}

// openIn opens a class in a lab and sends the lesson. driver and devices say from
// where its instructor and its devices come.
func openIn(ctx context.Context, s *server, driver, devices *net.Dialer) (*class, error) {
	c := &class{server: s, addr: s.addr, devices: devices, fragments: newFragments()}
	var err error
	if c.driver, err = newDriver(ctx, driver, s.addr); err == nil {
		if err = c.lesson(ctx); err == nil {
			c.began, err = c.settle(ctx)
		}
	}
	if err != nil {
		return nil, err
	}
	c.own, _ = proc.ProcessTime(os.Getpid())
	watching, end := context.WithCancel(ctx)
	c.lag, c.endLag = proc.WatchLag(watching), end
	return c, nil
}

// from is how the nth device of a class dials.
func (c *class) from(n int) *net.Dialer {
	if c.devices != nil {
		return c.devices
	}
	return behind(c.addr, n/behindOne)
}

// gather lets n devices join, spread over a time, and waits until all show the
// class.
func (c *class) gather(ctx context.Context, n int, over time.Duration, assets bool) ([]*follower, error) {
	all := make([]*follower, n)
	began := time.Now()
	for i := range all {
		due := began.Add(over * time.Duration(i) / time.Duration(n))
		if err := sleep(ctx, time.Until(due)); err != nil {
			return nil, err
		}
		all[i] = c.follow(ctx, assets)
	}
	return all, c.await(ctx, all, c.began.seq)
}

// looksEvery is how often await looks again.
const looksEvery = 5 * time.Millisecond

// await waits until all followers show a state or a later one, or for as long as
// anybody may take: who does not by then has lost something.
func (c *class) await(ctx context.Context, all []*follower, seq int) error {
	giveUp := time.Now().Add(patience)
	for _, f := range all {
		for {
			yes, err := f.shows(seq)
			if yes || err != nil || time.Now().After(giveUp) {
				break
			}
			if err := sleep(ctx, looksEvery); err != nil {
				return err
			}
		}
	}
	return nil
}

// drive shows one step after the other.
func (c *class) drive(ctx context.Context, length, every time.Duration) error {
	began := time.Now()
	for i := 1; time.Duration(i)*every <= length; i++ {
		if err := sleep(ctx, time.Until(began.Add(time.Duration(i)*every))); err != nil {
			return err
		}
		p, err := c.show(ctx, i%plot.Count)
		if err != nil {
			return err
		}
		c.pressed(p)
	}
	return nil
}

// at is the step that is shown.
func (c *class) at() int {
	if n := len(c.presses); n > 0 {
		return c.presses[n-1].step
	}
	return c.began.step
}

// pressed keeps a press, to compare with what followers get.
func (c *class) pressed(p press) {
	p.phase = c.met.during()
	c.presses = append(c.presses, p)
}

// sleep waits, and returns why it did not.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("the load was stopped: %w", context.Cause(ctx))
	}
}

// close ends the class's lab and reports what it cost.
func (c *class) close(r *report.Report) {
	c.endLag()
	lag := <-c.lag
	r.Figure("lag of the load generator itself", "p99 %s  max %s", report.Millis(lag.P99), report.Millis(lag.Most))
	c.server.costs(r, c.own)
	c.server.close()
}

var errLate = errors.New("it took longer than any load should")
