package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"authlab/lab/plot"
)

// visitor is somebody who goes through the lesson on a bench of their own, as a
// page does it that is open in a browser: beside what the lesson sends, it follows
// the bench's events, and fetches what has changed.
type visitor struct {
	*sending
	from  *net.Dialer
	addr  string
	query string        // of the bench's page: the class that it came from
	think time.Duration // before each step
	opens bool          // opens a class now and then, too
	close context.CancelFunc
}

// newVisitor returns one that comes to a lab from an address and has no bench yet.
// What it meets is noted in met.
func newVisitor(address, addr string, think time.Duration, met *notes) (*visitor, error) {
	d := from(address)
	b, err := newBrowser(d, addr)
	if err != nil {
		return nil, err
	}
	b.met = met
	return &visitor{sending: &sending{browser: b, bearer: map[string]string{}}, from: d, addr: addr, think: think, close: func() {}}, nil
}

// open makes a bench, by posting to a path that does so, loads its page and follows
// its events.
func (v *visitor) open(ctx context.Context, path string) error {
	status, to, text, err := v.post(ctx, path, nil)
	if err != nil {
		return err
	}
	if status != http.StatusSeeOther {
		return fmt.Errorf("no bench was made: %d, %s", status, sentence(text))
	}
	if status, text, err = v.get(ctx, to); err != nil {
		return err
	}
	if status != http.StatusOK {
		return fmt.Errorf("a new bench's page was answered with %d, %s", status, sentence(text))
	}
	if v.sending, err = newSending(v.browser, text); err != nil {
		return err
	}
	return v.listen(ctx)
}

// listen follows the bench's events, until the next call or close.
func (v *visitor) listen(ctx context.Context) error {
	v.close()
	ctx, v.close = context.WithCancel(ctx)
	s, err := openStream(ctx, v.from, v.addr, v.bench+"/events"+v.query, "")
	if err == nil {
		err = s.begin()
	}
	if err != nil {
		if ctx.Err() == nil {
			v.met.fault(countRefusedNote, "a bench's events: %v", err)
		}
		return err
	}
	go func() {
		_, _ = io.Copy(io.Discard, s.lines)
		if ctx.Err() == nil {
			v.met.fault(countGoneNote, "the events of a bench ended")
		}
	}()
	return nil
}

// walk goes through the lesson once, and looks whether all of it was recorded.
func (v *visitor) walk(ctx context.Context) error {
	for _, step := range plot.Steps() {
		if err := sleep(ctx, v.think); err != nil {
			return err
		}
		if step.Sends() {
			if err := errors.Join(v.step(ctx, step.Number), v.err); err != nil {
				return fmt.Errorf("send step %d: %w", step.Number, err)
			}
		}
		if _, _, err := v.get(ctx, fmt.Sprintf("%s?fragment=live&step=%d", v.bench, step.Number)); err != nil {
			return err
		}
	}
	return v.recorded(ctx)
}

// recorded notes exchanges that were sent and are not in the journal.
func (v *visitor) recorded(ctx context.Context) error {
	_, text, err := v.quietly().get(ctx, v.bench+"/journal.json")
	if err != nil {
		return err
	}
	var journal struct{ Exchanges []struct{ Number int } }
	if err := json.Unmarshal([]byte(text), &journal); err != nil {
		return fmt.Errorf("the journal cannot be read: %w: %s", err, sentence(text))
	}
	if have := len(journal.Exchanges); have != v.sent {
		v.met.fault(countMissingNote, "%d of %d exchanges are in the journal", have, v.sent)
	}
	return nil
}

// again makes the bench as new, to go through the lesson once more.
func (v *visitor) again(ctx context.Context) error {
	v.close() // with its bench's journal the stream ends, which is no fault
	if _, _, _, err := v.post(ctx, v.bench+"/reset", nil); err != nil {
		return err
	}
	v.sent, v.bearer, v.err = 0, map[string]string{}, nil
	return v.listen(ctx)
}

// beyond does what visitors do beside the lesson.
func (v *visitor) beyond(ctx context.Context) error {
	v.mistype(ctx)
	if !v.opens {
		return nil
	}
	_, _, _, err := v.post(ctx, "/room", nil)
	return err
}

// rest goes through the lesson once, and then leaves the bench's page open.
func (v *visitor) rest(ctx context.Context) error {
	if err := v.open(ctx, "/bench"); err != nil {
		return err
	}
	return v.walk(ctx)
}

// back looks whether what a visitor left is as it was, and does what visitors do.
func (v *visitor) back(ctx context.Context) error {
	if _, _, err := v.get(ctx, v.bench); err != nil {
		return err
	}
	return errors.Join(v.recorded(ctx), v.beyond(ctx))
}

// arrive comes to the front page again and again until ctx ends, each time as
// somebody new, over a connection of its own.
func (v *visitor) arrive(ctx context.Context) {
	for sleep(ctx, v.think) == nil {
		_, _, _ = v.get(ctx, "/") // what comes of it is noted
		v.leave()
	}
}

// mistype asks for a class by a code that is none, as everybody does now and then:
// it is told that there is none, and not that too many were tried.
func (v *visitor) mistype(ctx context.Context) {
	status, text, err := v.quietly().get(ctx, "/room/ZZZZ-ZZZZ")
	if ctx.Err() == nil && (err != nil || status != http.StatusNotFound) {
		v.met.fault(countRefusedNote, "a mistyped code was answered with %d %s (%v)", status, sentence(text), err)
	}
}

// stay walks through the lesson again and again until ctx ends. Who has lost a bench
// makes another.
func (v *visitor) stay(ctx context.Context) {
	defer v.leave()
	defer func() { v.close() }()
	have := false
	for ctx.Err() == nil {
		var err error
		if have {
			err = v.again(ctx)
		} else {
			err = v.open(ctx, "/bench")
		}
		if err == nil {
			err = v.beyond(ctx)
		}
		if err == nil {
			err = v.walk(ctx)
		}
		have = err == nil
		if !have {
			v.close()
			v.unexplained(ctx, err)
			_ = sleep(ctx, time.Second) // it ends with ctx, which the loop sees
		}
	}
}

// unexplained notes an error of a walk where none of its answers was noted: then the
// walk itself found something wrong.
func (v *visitor) unexplained(ctx context.Context, err error) {
	if ctx.Err() == nil && !v.met.known() {
		v.met.fault(countBrokenNote, "%v", err)
	}
}
