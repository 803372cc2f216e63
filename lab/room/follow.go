package room

import (
	"errors"
	"time"

	"authlab/lab/plot"
)

// Notice tells a follower that something has happened.
type Notice struct {
	Kind NoticeKind
	Seq  int // of the change, for State and Send
	Step int // that is shown, for State; that is to be sent, for Send
}

// NoticeKind is what a notice tells.
type NoticeKind int

// The notices. Counts go to instructors only, Send to the stage alone.
const (
	Shown  NoticeKind = iota // the state has changed
	Counts                   // how many are there has changed
	Send                     // send this step
)

// backlog is how many notices may wait for one follower. One that is further
// behind does not read, and is let go.
const backlog = 64

// Follower is one open page: a device of the class or a window of the
// instructor's.
type Follower struct {
	// Notices is closed when the room ends or the follower is let go.
	Notices <-chan Notice
	notices chan Notice
	device  string // "" for an instructor's window
	own     bool   // of a device: a page of its own bench
	window  string // "" for a device
	right   int    // the number of the window's right, 0 for none
	from    int    // Seq of the state that it began with, which it is not told again
	number  int    // in the order in which they came
	left    bool   // Leave was called
}

// The errors of those who come in.
var (
	ErrDevice = errors.New("this name was not issued by the room, or is not there")
	ErrOption = errors.New("there is no such answer")
	ErrFull   = errors.New("the room is full")
)

// ValidDevice reports whether a text has the form of a name of a device or a window.
func ValidDevice(id string) bool {
	if len(id) < 16 || len(id) > 64 {
		return false
	}
	for _, c := range []byte(id) {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

// Follow opens the stream of a device: of the room's own page, or with own of a
// page of the device's own bench. It returns the state from which its notices go
// on, and ErrDevice, ErrFull or ErrEnded.
func (r *Room) Follow(id string, own bool) (*Follower, State, error) {
	if !r.Issued(id) {
		return nil, State{}, ErrDevice
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	d := r.devices[id]
	switch {
	case r.state.Ended:
		return nil, r.state, ErrEnded
	case d == nil && len(r.devices) >= MaxDevices, d != nil && d.streams+d.own >= MaxStreams:
		return nil, State{}, ErrFull
	case d == nil:
		d = &device{step: plot.NoStep}
		r.devices[id] = d
	}
	d.enter(own, r.now())
	f := r.follow(&Follower{device: id, own: own})
	return f, r.state, nil
}

// MaxStreams is how many pages of one device or window may follow at one time.
const MaxStreams = 16

// Watch opens the stream of a window that may drive. Where nobody drives who is
// still there, or was a moment ago, it begins to, unless it is a clicker. It returns
// what Follow does, and ErrNoRight where its right was taken back.
func (r *Room) Watch(w Window) (*Follower, State, error) {
	if !ValidDevice(w.ID) {
		return nil, State{}, ErrDevice
	}
	// Nothing changes before it listens: it may be the one that is asked to send.
	r.acts.Lock()
	defer r.acts.Unlock()
	if err := r.enter(w); err != nil {
		return nil, r.State(), err
	}
	if w.Kind != Clicker && r.undriven() {
		_, _ = r.changeInTurn("", func(s *State) error { return r.claim(w, s) }) // what cannot be saved Keep tells of
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.follow(&Follower{window: w.ID, right: w.Right}), r.state, nil
}

// driverBackIn is how long a window that drives is waited for: a reload, a lost
// connection or a restart of the lab must not hand driving to whichever window is
// back first. A press of another window takes it at once.
const driverBackIn = 10 * time.Second

// undriven reports whether nobody drives who is still there, or was a moment ago.
func (r *Room) undriven() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.absent(r.state.Driver.Window)
}

// absent reports whether a window that drives has been gone for too long, or is
// none. r.mu must be held.
func (r *Room) absent(driver string) bool {
	_, there := r.windows[driver]
	return !there && (driver == "" || r.now().Sub(r.away) >= driverBackIn)
}

func (r *Room) enter(w Window) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.state.Ended {
		return ErrEnded
	}
	if err := r.holds(w); err != nil {
		return err
	}
	old := r.windows[w.ID]
	if old == nil && len(r.windows) >= MaxWindows {
		return ErrFull
	}
	if old == nil {
		old = &window{opened: r.now()}
		r.windows[w.ID] = old
	}
	if old.streams >= MaxStreams {
		return ErrFull
	}
	old.Window = w
	old.Press = "" // of one moment
	old.streams++
	r.used = r.now()
	return nil
}

// follow adds a follower. r.mu must be held.
func (r *Room) follow(f *Follower) *Follower {
	f.notices = make(chan Notice, backlog)
	f.Notices = f.notices
	r.joined++
	f.from, f.number = r.state.Seq, r.joined
	r.followers[f] = struct{}{}
	r.used = r.now()
	r.stir()
	return f
}

// Leave ends a follower's stream. It may come back. Leaving twice does nothing.
func (r *Room) Leave(f *Follower) {
	stageGone := r.leave(f)
	if stageGone {
		_, _ = r.change(func(s *State) error {
			if s.Sending == plot.NoStep {
				return ErrNoStage
			}
			s.sent("The window that was sending has gone. Send again.")
			return nil
		})
	}
}

// leave reports whether the window that was sending has gone.
func (r *Room) leave(f *Follower) (stageGone bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if f.left {
		return false
	}
	f.left = true
	r.letGo(f)
	r.used = r.now()
	if d := r.devices[f.device]; d != nil {
		d.leave(f.own, r.now())
	}
	if w := r.windows[f.window]; w != nil {
		if w.streams--; w.streams == 0 {
			delete(r.windows, f.window)
			if f.window == r.state.Driver.Window {
				r.away = r.now()
			}
		}
		stageGone = r.state.Sending != plot.NoStep && f.window == r.stage && (r.sender == nil || r.sender == f)
	}
	r.stir()
	return stageGone
}

// letGo closes a follower's notices. r.mu must be held.
func (r *Room) letGo(f *Follower) {
	if _, there := r.followers[f]; there {
		delete(r.followers, f)
		close(f.notices)
	}
}

// tellAll tells every follower of a change, and the stage what to send.
func (r *Room) tellAll(s State, send bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for f := range r.followers {
		if s.Seq > f.from {
			r.tell(f, Notice{Kind: Shown, Seq: s.Seq, Step: s.Step})
		}
		if s.Ended {
			r.letGo(f)
		}
	}
	if send {
		r.tellStage(s)
	}
	if s.Ended {
		r.end()
	}
}

// tellStage asks the window that sends to do so. Where it has two streams, as
// after a reload whose first was not missed yet, only the page of the later one is
// there. r.mu must be held.
func (r *Room) tellStage(s State) {
	for f := range r.followers {
		if f.window == r.stage && (r.sender == nil || f.number > r.sender.number) {
			r.sender = f
		}
	}
	if r.sender != nil {
		r.tell(r.sender, Notice{Kind: Send, Seq: s.Seq, Step: s.Sending})
	}
}

// tell never waits: who is too far behind is let go. r.mu must be held.
func (r *Room) tell(f *Follower, n Notice) {
	if _, there := r.followers[f]; !there {
		return
	}
	select {
	case f.notices <- n:
	default:
		r.letGo(f)
	}
}

// stir notes that the counts may have changed. r.mu must be held.
func (r *Room) stir() {
	select {
	case r.crowd <- struct{}{}:
	default:
	}
}

// countEvery is how often instructors are told of changed counts, at most.
const countEvery = time.Second

// run tells instructors of changed counts, takes driving from a window that has gone,
// and ends rights whose time is over, until the room ends.
func (r *Room) run() {
	tick := time.NewTicker(countEvery)
	defer tick.Stop()
	var last Class
	seq := 0 // of the state in which they were told of last
	for {
		select {
		case <-r.over.Done():
			return
		case <-tick.C:
		}
		r.endOutlived()
		r.freeWheel()
		r.giveUp()
		select {
		case <-r.crowd:
		default:
			if last.Reconnecting == 0 && last.Own == 0 {
				continue // time alone changes nothing
			}
		}
		now := r.State().Seq
		if c := r.Class(); !c.Equal(last) || now != seq { // in another state the same counts may mean another vote
			last, seq = c, now
			r.tellInstructors()
		}
	}
}

// freeWheel notes that nobody drives any more, where the window that did has been
// gone for too long. What is left of it is who drove before.
func (r *Room) freeWheel() {
	if r.State().Driver.Window == "" || !r.undriven() {
		return
	}
	_, _ = r.change(func(s *State) error { // what cannot be saved Keep tells of
		if !r.absent(s.Driver.Window) {
			return ErrNobody
		}
		s.Before, s.Driver = s.Driver.Window, Driver{}
		return nil
	})
}

// maxSending is how long the stage may take for a step.
const maxSending = time.Minute

// giveUp ends a sending that the stage does not end: its window may hang.
func (r *Room) giveUp() {
	if s := r.State(); s.Sending == plot.NoStep {
		return
	}
	_, _ = r.change(func(s *State) error { // what cannot be saved Keep tells of
		if s.Sending == plot.NoStep || r.now().Sub(r.asked) < maxSending {
			return ErrNoStage
		}
		s.sent("The window that was asked to send has not done so within a minute. Look at its two apps, load it again, and send again.")
		return nil
	})
}

func (r *Room) tellInstructors() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for f := range r.followers {
		if f.window != "" {
			r.tell(f, Notice{Kind: Counts})
		}
	}
}
