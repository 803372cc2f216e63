package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// lastStep is the last step of the lesson.
const lastStep = 10

// driver is the instructor: a browser with the right to drive, whose window has
// the bench's apps in it.
type driver struct {
	client *http.Client
	site   string // "http://127.0.0.1:4711"
	path   string // "/room/K7QX-3MHP"
	window string
	bench  string // the path of the class's bench
	told   chan arrival
}

// press is one key press: when its request left and what came of it.
type press struct {
	notice
	at time.Time
}

// newDriver opens a class and drives it.
func newDriver(ctx context.Context, addr string) (*driver, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	d := &driver{
		site: "http://" + addr, window: rand.Text(), told: make(chan arrival, 1<<12),
		client: &http.Client{Jar: jar, Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
	status, to, _, err := d.send(ctx, "/room", nil)
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

// send posts a form, or with nil gets a page, and returns where the answer leads
// and what it says.
func (d *driver) send(ctx context.Context, path string, form url.Values) (status int, to, text string, err error) {
	method := http.MethodPost
	if path != "/room" && form == nil {
		method = http.MethodGet
	}
	return d.do(ctx, method, path, "application/x-www-form-urlencoded", form.Encode(), "")
}

func (d *driver) do(ctx context.Context, method, path, kind, body, bearer string) (status int, to, text string, err error) {
	r, err := http.NewRequestWithContext(ctx, method, d.site+path, strings.NewReader(body))
	if err != nil {
		return 0, "", "", err
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", kind)
	}
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	got, err := d.client.Do(r)
	if err != nil {
		return 0, "", "", err
	}
	defer got.Body.Close() //nolint:errcheck // it was read to its end
	b, err := io.ReadAll(got.Body)
	return got.StatusCode, got.Header.Get("Location"), string(b), err
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
	events, err := openStream(ctx, &net.Dialer{}, addr, target, "Cookie: "+strings.Join(cookies, "; ")+"\r\n")
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
	form := url.Values{"act": {"step"}, "step": {strconv.Itoa(step)}, "window": {d.window}, "kind": {"instructor view"}, "stage": {"1"}, "quiet": {"1"}}
	p := press{at: time.Now()}
	status, _, text, err := d.send(ctx, d.path+"/drive", form)
	if err != nil {
		return p, fmt.Errorf("show step %d: %w", step, err)
	}
	if status != http.StatusNoContent {
		return p, fmt.Errorf("show step %d: answered with %d, %q", step, status, text)
	}
	for {
		a, err := d.next(ctx)
		if err != nil {
			return p, fmt.Errorf("wait for step %d to be shown: %w", step, err)
		}
		if a.step == step { // else it is of what was done before, and came late
			p.notice = a.notice
			return p, nil
		}
	}
}
