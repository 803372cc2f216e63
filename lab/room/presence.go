package room

import (
	"slices"
	"time"

	"authlab/lab/plot"
)

// window is an open window of an instructor's.
type window struct {
	Window
	streams int
	opened  time.Time
}

// device is one of the class. It is known by a random text that the room has signed,
// which only the device itself is told.
type device struct {
	streams int       // of the room's own page
	own     int       // of pages of its own bench
	step    int       // where it looks around, plot.NoStep while it follows
	since   time.Time // when it came there
	seen    time.Time // when its last stream ended
	bye     bool      // it said that it closed the page
}

// enter notes that one more page of the device follows.
func (d *device) enter(own bool, now time.Time) {
	d.bye = false
	if !own {
		d.streams++
		return
	}
	if d.own == 0 {
		d.since = now
	}
	d.own++
}

// leave notes that one page less follows.
func (d *device) leave(own bool, now time.Time) {
	d.seen = now
	if own {
		d.own--
	} else {
		d.streams--
	}
	if d.streams+d.own > 0 {
		d.bye = false // it was the page that has left that said so
	}
	if own && d.own == 0 && d.streams > 0 {
		d.step = plot.NoStep // the bench is closed, and the room's page is seen again
	}
}

// How long a device is waited for, and when it counts as stuck.
const (
	comesBackIn = 30 * time.Second
	StuckAfter  = 90 * time.Second
)

// Class is how many are there. They are numbers only.
type Class struct {
	Following    int   // see what the instructor shows
	Looking      int   // look around: at an earlier step, or on their own bench
	Reconnecting int   // have lost the connection less than half a minute ago
	Own          int   // of those who look around, are on their own bench
	Stuck        int   // of those, have been at one step for more than StuckAfter
	At           []int // how many are at each step
	Answers      int   // how many have voted in the round that is open
}

// Equal reports whether two counts are the same.
func (c Class) Equal(d Class) bool {
	return slices.Equal(c.At, d.At) && c.Following == d.Following && c.Looking == d.Looking && c.Reconnecting == d.Reconnecting &&
		c.Own == d.Own && c.Stuck == d.Stuck && c.Answers == d.Answers
}

// Class counts the devices that are there, and forgets those that are not.
func (r *Room) Class() Class {
	answers := r.Answers()
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	c := Class{At: make([]int, r.state.steps), Answers: answers}
	for id, d := range r.devices {
		if !d.count(&c, r.state.Step, now) {
			delete(r.devices, id)
		}
	}
	return c
}

// count adds a device to c. It returns false for one that has gone.
func (d *device) count(c *Class, step int, now time.Time) bool {
	if d.streams+d.own == 0 {
		if d.bye || now.Sub(d.seen) > comesBackIn {
			return false
		}
		c.Reconnecting++
		return true
	}
	at, onOwn := d.step, d.own > 0 && (d.step != plot.NoStep || d.streams == 0)
	if at == plot.NoStep {
		at = step // where it was when it went to its own bench, until it says more
	}
	c.At[at]++
	if d.step == plot.NoStep && !onOwn {
		c.Following++
		return true
	}
	c.Looking++
	if onOwn {
		c.Own++
		if now.Sub(d.since) > StuckAfter {
			c.Stuck++
		}
	}
	return true
}

// LookAt notes where a device that is there looks: at a step of its own choice, or
// with plot.NoStep at what the instructor shows. It returns ErrDevice for one that is
// not there and ErrStep for a step that the lesson does not have.
func (r *Room) LookAt(id string, step int) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	d := r.devices[id]
	switch {
	case d == nil:
		return ErrDevice
	case step < plot.NoStep || step >= r.state.steps:
		return ErrStep
	}
	d.bye = false
	if d.step != step {
		d.step, d.since = step, r.now()
		r.stir()
	}
	return nil
}

// Bye notes that a device has closed its page, so that it is not waited for.
func (r *Room) Bye(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if d := r.devices[id]; d != nil {
		d.bye = true
		r.stir()
	}
}

// What a room is counted with, in bytes: itself, and each device and each vote that it
// remembers.
const (
	roomBytes   = 16 << 10
	deviceBytes = 256
	voteBytes   = 160
)

// Bytes returns how much memory the room takes, in bytes, by what it remembers.
func (r *Room) Bytes() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := roomBytes + deviceBytes*len(r.devices)
	for _, cast := range r.ballots {
		n += voteBytes * len(cast)
	}
	return int64(n)
}

// MoreBytes is the most that Bytes grows by when a device votes or is seen.
const MoreBytes = deviceBytes + voteBytes
