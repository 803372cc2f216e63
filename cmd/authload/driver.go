package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// driver is the instructor: a browser with the right to drive, whose window has
// the bench's apps in it.
type driver struct {
	*browser
	from   *net.Dialer
	path   string // "/room/K7QX-3MHP"
	window string
	bench  string // the path of the class's bench
	told   chan arrival
	last   int // the latest state that it has waited for
}

// press is one key press: when its request left and what came of it.
type press struct {
	notice
	at    time.Time
	phase phase
}

// newDriver opens a class and drives it.
func newDriver(ctx context.Context, from *net.Dialer, addr string) (*driver, error) {
	b, err := newBrowser(from, addr)
	if err != nil {
		return nil, err
	}
	d := &driver{browser: b, from: from, window: rand.Text(), told: make(chan arrival, 1<<12)}
	status, to, _, err := d.post(ctx, "/room", nil)
	if err != nil {
		return nil, fmt.Errorf("open a class: %w", err)
	}
	path, found := strings.CutSuffix(to, "/drive")
	if status != http.StatusSeeOther || !found {
		return nil, fmt.Errorf("open a class: answered with %d to %q", status, to)
	}
	d.path = path
	return d, d.listen(ctx, addr)
}

// listen opens the window's own stream.
func (d *driver) listen(ctx context.Context, addr string) error {
	site, err := url.Parse(d.site + d.path)
	if err != nil {
		return err
	}
	var cookies []string
	for _, c := range d.client.Jar.Cookies(site) {
		cookies = append(cookies, c.Name+"="+c.Value)
	}
	target := d.path + "/drive/events?stage=1&kind=instructor+view&window=" + d.window
	events, err := openStream(ctx, d.from, addr, target, "Cookie: "+strings.Join(cookies, "; ")+"\r\n")
	if err != nil {
		return err
	}
	if err := events.begin(); err != nil {
		return fmt.Errorf("the instructor's window: %w", err)
	}
	go func() {
		defer close(d.told)
		for {
			n, err := events.next()
			if err != nil {
				return // whoever waits is told by the closed channel
			}
			d.told <- arrival{n, time.Now()}
		}
	}()
	return nil
}

// next waits for the next state of the class.
func (d *driver) next(ctx context.Context) (arrival, error) {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case a, ok := <-d.told:
		if !ok {
			return a, fmt.Errorf("the instructor's stream has ended")
		}
		return a, nil
	case <-timer.C:
		return arrival{}, fmt.Errorf("the instructor's window was told nothing for %s", patience)
	case <-ctx.Done():
		return arrival{}, ctx.Err()
	}
}

// settle waits until nothing has changed for a while, and returns the state.
func (d *driver) settle(ctx context.Context) (arrival, error) {
	last, err := d.next(ctx)
	for err == nil {
		select {
		case a, ok := <-d.told:
			if !ok {
				return last, fmt.Errorf("the instructor's stream has ended")
			}
			last = a
		case <-time.After(settled):
			d.last = last.seq
			return last, nil
		case <-ctx.Done():
			return last, ctx.Err()
		}
	}
	return last, err
}

// settled is longer than the lab gathers what happens on a bench.
var settled = 500 * time.Millisecond

// show presses a key: it shows a step, and returns when that was and the state
// that came of it.
func (d *driver) show(ctx context.Context, step int) (press, error) {
	p, err := d.press(ctx, url.Values{"act": {"step"}, "step": {strconv.Itoa(step)}}, func(a arrival) bool { return a.step == step })
	if err != nil {
		return p, fmt.Errorf("show step %d: %w", step, err)
	}
	return p, nil
}

// change makes another move, one after which the class's state has changed: it shows
// the rest of the exchange, say, or opens a vote.
func (d *driver) change(ctx context.Context, act string) (press, error) {
	p, err := d.press(ctx, url.Values{"act": {act}}, func(arrival) bool { return true })
	if err != nil {
		return p, fmt.Errorf("make the move %q: %w", act, err)
	}
	return p, nil
}

// press makes a move, and waits for the first new state that is what comes of it.
func (d *driver) press(ctx context.Context, form url.Values, fits func(arrival) bool) (press, error) {
	form.Set("window", d.window)
	form.Set("kind", "instructor view")
	form.Set("stage", "1")
	form.Set("quiet", "1")
	p := press{at: time.Now()}
	status, _, text, err := d.post(ctx, d.path+"/drive", form)
	if err != nil {
		return p, err
	}
	if status != http.StatusNoContent {
		return p, fmt.Errorf("answered with %d, %q", status, text)
	}
	for {
		a, err := d.next(ctx)
		if err != nil {
			return p, err
		}
		if a.seq > d.last && fits(a) { // else it is of what was done before, and came late
			p.notice, d.last = a.notice, a.seq
			return p, nil
		}
	}
}
