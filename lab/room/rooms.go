package room

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// MaxRooms is how many rooms a process holds.
const MaxRooms = 1000

// The errors of finding a room.
var (
	ErrNone    = errors.New("there is no such room")
	ErrGuesses = errors.New("too many wrong codes or secrets were tried")
	ErrRooms   = errors.New("this lab has as many rooms as it may")
)

// Wrong codes and wrong secrets that a process takes: a few each second, so that
// guessing takes longer than any class. What is right is never held up.
const (
	guessRate  = 20 // a second
	guessBurst = 100
)

// Rooms are all rooms of a process. It is safe for concurrent use.
type Rooms struct {
	keep    Keep
	ended   func(*Room)
	guesses *rate.Limiter

	mu     sync.Mutex
	byCode map[Code]*Room
}

// NewRooms returns no rooms yet. keep saves them, nil for not at all. ended is
// called, if not nil, with each room that has ended or expired, once it is gone.
func NewRooms(keep Keep, ended func(*Room)) *Rooms {
	if ended == nil {
		ended = func(*Room) {}
	}
	return &Rooms{keep: keep, ended: ended, guesses: rate.NewLimiter(guessRate, guessBurst), byCode: map[Code]*Room{}}
}

// Open makes a room with a code of its own. It returns ErrRooms when there are
// MaxRooms.
func (rs *Rooms) Open(o Options) (*Room, error) {
	o.Keep = rs.keep
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if len(rs.byCode) >= MaxRooms {
		return nil, ErrRooms
	}
	code := newCode()
	for rs.byCode[code] != nil {
		code = newCode()
	}
	r := newRoom(code, o)
	rs.byCode[code] = r
	go r.run()
	return r, nil
}

// Restore brings back a room that was kept. votes are those of its questions.
func (rs *Rooms) Restore(rec Record, votes []Vote) (*Room, error) {
	r, err := restore(rec, votes, rs.keep)
	if err != nil {
		return nil, err
	}
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.byCode[r.code] = r
	go r.run()
	return r, nil
}

// Find returns the room with a code. It returns ErrNone for a code that no room
// has, and ErrGuesses where too many such codes were tried lately.
func (rs *Rooms) Find(code Code) (*Room, error) {
	rs.mu.Lock()
	r := rs.byCode[code]
	rs.mu.Unlock()
	if r != nil && !r.expired(r.now()) {
		return r, nil
	}
	return nil, rs.Guess(ErrNone)
}

// Guess counts a wrong code or secret, and returns wrong, or ErrGuesses where too
// many were tried lately.
func (rs *Rooms) Guess(wrong error) error {
	if !rs.guesses.Allow() {
		return ErrGuesses
	}
	return wrong
}

// Len returns how many rooms there are.
func (rs *Rooms) Len() int {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	return len(rs.byCode)
}

// All returns the rooms, in no order.
func (rs *Rooms) All() []*Room {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	all := make([]*Room, 0, len(rs.byCode))
	for _, r := range rs.byCode {
		all = append(all, r)
	}
	return all
}

// Sweep drops the rooms that have expired at now. A room that was ended stays as
// long, for its handout.
func (rs *Rooms) Sweep(now time.Time) {
	for _, r := range rs.All() {
		if !r.expired(now) {
			continue
		}
		rs.mu.Lock()
		delete(rs.byCode, r.code)
		rs.mu.Unlock()
		r.end()
		rs.ended(r)
	}
}

// Stop ends what runs for the rooms, and their Over; the rooms stay as they are.
func (rs *Rooms) Stop() {
	for _, r := range rs.All() {
		r.end()
	}
}

// sweepEvery is how often Run looks for rooms that have expired.
const sweepEvery = time.Minute

// Run sweeps until ctx ends.
func (rs *Rooms) Run(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			rs.Sweep(now)
		}
	}
}
