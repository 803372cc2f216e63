// Package room is the classroom: a class follows one instructor's bench, step by
// step, and votes on what will happen.
//
// A [Room] holds what the class is shown ([State]), who drives it, and who is
// there. It knows nothing of HTTP, of pages or of benches: those who do call it
// and listen to it. There are no names in it; a device of the class is a random
// text that the room has signed, and only ever counted.
//
// Every change has a number, Seq. A follower is told of each change once, in
// order, or is let go if it does not read; it comes back to the present state.
package room

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"authlab/lab/plot"
)

// The limits of a room.
const (
	Idle       = 12 * time.Hour // a room that nobody uses for this long ends
	MaxDevices = 5000           // that follow or vote
	MaxWindows = 32             // of instructors
)

// Room is one class. It is safe for concurrent use.
type Room struct {
	code  Code
	bench string
	key   []byte // signs the names of devices
	keep  Keep
	now   func() time.Time

	// acts keeps changes in their order until they are saved and told; it is held
	// longer than mu, and taken first.
	acts sync.Mutex

	mu        sync.Mutex
	state     State
	rights    map[hashed]*right
	granted   int       // how many were
	displaced Displaced // the last that made way
	invites   []invite
	presses   []string                  // that were done, the last ones
	ballots   map[ballot]map[string]int // options, from 0, by device
	windows   map[string]*window
	devices   map[string]*device
	followers map[*Follower]struct{}
	stage     string    // the window that sends
	sender    *Follower // the page of it that was told to, nil while none was
	asked     time.Time // when it was asked to
	used      time.Time
	joined    int           // how many have followed
	away      time.Time     // when the window that drives was last there, if it is not now
	crowd     chan struct{} // has one element where the counts may have changed
	over      context.Context
	end       context.CancelFunc
}

// ballot is one round of one question.
type ballot struct {
	slug  string
	round int
}

// Options are what a room is made from.
type Options struct {
	Bench string // the id of the bench that it shows
	Steps int    // how many the lesson has
	Step  int    // at which to begin
	View  string
	Key   []byte           // 32 bytes that sign the names of devices; nil for new ones
	Keep  Keep             // nil keeps nothing
	Now   func() time.Time // nil for the machine's clock
}

func newRoom(code Code, o Options) *Room {
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Keep = cmp.Or[Keep](o.Keep, forgetful{})
	if o.Key == nil {
		o.Key = newKey()
	}
	now := o.Now()
	r := &Room{
		code: code, bench: o.Bench, key: o.Key, keep: o.Keep, now: o.Now, used: now,
		rights: map[hashed]*right{}, ballots: map[ballot]map[string]int{}, windows: map[string]*window{},
		devices: map[string]*device{}, followers: map[*Follower]struct{}{}, crowd: make(chan struct{}, 1),
	}
	r.state = State{Seq: 1, Step: o.Step, View: "both", Sending: plot.NoStep, Made: now, Arrived: now, steps: o.Steps}
	_ = r.state.ShowView(o.View) // anything else is both
	r.over, r.end = context.WithCancel(context.Background())
	return r
}

// Code returns what the class types in to join.
func (r *Room) Code() Code { return r.code }

// Bench returns the id of the bench that the class is shown. It is a capability,
// and not for the class.
func (r *Room) Bench() string { return r.bench }

// State returns what the class is shown now. Its slices must not be modified.
func (r *Room) State() State {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state
}

// Over returns a context that is done once the room has ended.
func (r *Room) Over() context.Context { return r.over }

// Changed tells followers that there is something new to see on the bench.
func (r *Room) Changed() { _, _ = r.change(func(*State) error { return nil }) } // what cannot be saved Keep tells of

// End ends the class: nothing can be changed any more, and followers are told.
func (r *Room) End(w Window) error {
	_, err := r.Drive(w, func(s *State) error {
		s.closeAll()
		s.Ended, s.Overlay, s.Sending = true, Clear, plot.NoStep
		return nil
	})
	return err
}

// Sent notes what became of the step that the stage was asked to send: problem is
// "" or why it failed. Only the window that was asked is heard.
func (r *Room) Sent(w Window, problem string) {
	_, _ = r.changeBy(w.Press, func(s *State) error { // as for Changed
		if s.Sending == plot.NoStep || w.ID != r.stage {
			return ErrNoStage
		}
		s.sent(problem)
		return nil
	})
}

// change makes one change, saves it and tells everybody, in this order. One that
// cannot be saved holds all the same, and UnsavedError says so: a class goes on where
// a disk is full.
func (r *Room) change(make func(*State) error) (State, error) { return r.changeBy("", make) }

// changeBy is change for what a press asks for. Where that was done, it is not done
// again, and what it returns is the present state and whether that is saved.
func (r *Room) changeBy(press string, make func(*State) error) (State, error) {
	r.acts.Lock()
	defer r.acts.Unlock()
	return r.changeInTurn(press, make)
}

// changeInTurn is changeBy for those who hold r.acts.
func (r *Room) changeInTurn(press string, make func(*State) error) (State, error) {
	r.mu.Lock()
	if r.pressed(press) {
		s, saved := r.state, r.save()
		r.mu.Unlock()
		return s, kept(saved)
	}
	if r.state.Ended {
		defer r.mu.Unlock()
		return r.state, ErrEnded
	}
	s := r.state.clone()
	if err := r.try(&s, make); err != nil {
		defer r.mu.Unlock()
		return r.state, err
	}
	asked := s.Sending != plot.NoStep && r.state.Sending == plot.NoStep
	s.Seq++
	r.state, r.used = s, r.now()
	r.press(press)
	saved := r.save()
	r.mu.Unlock()
	err := kept(saved)
	r.tellAll(s, asked)
	return s, err
}

// try makes a change on a copy of the state. r.mu must be held.
func (r *Room) try(s *State, make func(*State) error) error {
	was := s.Sending
	if err := make(s); err != nil {
		return err
	}
	r.tally(s)
	if s.Sending != plot.NoStep && was == plot.NoStep {
		stage, ok := r.findStage(s.Driver.Window)
		if !ok {
			return ErrNoStage
		}
		r.stage, r.sender, r.asked = stage, nil, r.now()
	}
	return nil
}

// tally counts the votes of the rounds that a change has closed.
func (r *Room) tally(s *State) {
	for i := range s.Polls {
		p := &s.Polls[i]
		for n := range p.Rounds {
			if p.Rounds[n].Votes != nil || p.Phase == Open && n == len(p.Rounds)-1 {
				continue
			}
			votes := make([]int, p.Options)
			cast := r.ballots[ballot{p.Slug, n + 1}]
			for _, option := range cast {
				votes[option]++
			}
			p.Rounds[n] = Round{Votes: votes, Answers: len(cast)}
		}
	}
}

// Vote takes a device's vote on the question that is open: option counts from 0.
// A device has one vote a round and may change it until the round is closed. It
// returns ErrNoPoll where that question takes no votes, ErrOption and ErrDevice for
// what is none, and ErrFull. With UnsavedError the vote counts.
func (r *Room) Vote(id, slug string, round, option int) error {
	if !r.Issued(id) {
		return ErrDevice
	}
	r.mu.Lock()
	p := r.state.OpenPoll()
	switch {
	case r.state.Ended:
		defer r.mu.Unlock()
		return ErrEnded
	case p == nil || p.Slug != slug || p.Round() != round:
		defer r.mu.Unlock()
		return ErrNoPoll
	case option < 0 || option >= p.Options:
		defer r.mu.Unlock()
		return ErrOption
	}
	of := ballot{slug, round}
	if r.ballots[of] == nil {
		r.ballots[of] = map[string]int{}
	}
	if _, again := r.ballots[of][id]; !again && len(r.ballots[of]) >= MaxDevices {
		defer r.mu.Unlock()
		return ErrFull
	}
	r.ballots[of][id] = option
	r.used = r.now()
	saved := r.keep.Vote(r.code, Vote{Slug: slug, Round: round, Device: id, Option: option})
	r.stir()
	r.mu.Unlock()
	return kept(saved)
}

// Answers returns how many devices have voted in the round that is open, 0 if none
// is.
func (r *Room) Answers() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.state.OpenPoll()
	if p == nil {
		return 0
	}
	return len(r.ballots[ballot{p.Slug, p.Round()}])
}

// expired reports whether nobody has used the room for too long.
func (r *Room) expired(now time.Time) bool {
	idle, empty := r.idle(now)
	return empty && idle >= Idle
}

// idle returns for how long nobody has used the room, and whether nobody is there.
func (r *Room) idle(now time.Time) (idle time.Duration, empty bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.idleNow(now)
}

// idleNow is idle for those who hold r.mu.
func (r *Room) idleNow(now time.Time) (time.Duration, bool) {
	return now.Sub(r.used), len(r.followers) == 0 && len(r.windows) == 0
}

// expire ends the room if it is empty and was idle for as long as that. From then
// on nobody gets in: who was about to would wait in a room that none can find.
func (r *Room) expire(now time.Time, least time.Duration) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if idle, empty := r.idleNow(now); !empty || idle < least {
		return false
	}
	s := r.state.clone()
	s.closeAll()
	s.Ended, s.Sending = true, plot.NoStep
	s.Seq++
	r.tally(&s)
	r.state = s
	r.end()
	return true
}

// findStage chooses the window that sends: the one that sent last, because its
// token app still holds its token; else the driver; else any. r.mu must be held.
func (r *Room) findStage(driver string) (string, bool) {
	for _, id := range []string{r.stage, driver} {
		if w := r.windows[id]; w != nil && w.Stage {
			return id, true
		}
	}
	var able []*window
	for _, w := range r.windows {
		if w.Stage {
			able = append(able, w)
		}
	}
	if len(able) == 0 {
		return "", false
	}
	return slices.MaxFunc(able, func(a, b *window) int { return a.opened.Compare(b.opened) }).ID, true
}
