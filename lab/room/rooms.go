package room

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// MaxRooms is how many rooms a process holds.
const MaxRooms = 1000

// The errors of finding a room.
var (
	ErrNone  = errors.New("there is no such room")
	ErrRooms = errors.New("this lab has as many rooms as it may")
)

// Rooms are all rooms of a process. It is safe for concurrent use.
type Rooms struct {
	keep  Keep
	ended func(*Room)

	mu     sync.Mutex
	byCode map[Code]*Room
}

// NewRooms returns no rooms yet. keep saves them, nil for not at all. ended is
// called, if not nil, with each room that has ended or expired, once it is gone.
func NewRooms(keep Keep, ended func(*Room)) *Rooms {
	if ended == nil {
		ended = func(*Room) {}
	}
	return &Rooms{keep: keep, ended: ended, byCode: map[Code]*Room{}}
}

// Open makes a room with a code of its own. Where there are MaxRooms, the one that
// nobody has used for longest gives way, if nobody is there and it was idle for ten
// minutes; else it returns ErrRooms.
func (rs *Rooms) Open(o Options) (*Room, error) {
	o.Keep = rs.keep
	r, gone, err := rs.open(o)
	if gone != nil {
		rs.ended(gone)
	}
	return r, err
}

// open returns the room that gave way, too, or nil.
func (rs *Rooms) open(o Options) (r, gone *Room, err error) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if len(rs.byCode) >= MaxRooms {
		if gone = rs.giveWay(); gone == nil {
			return nil, nil, ErrRooms
		}
	}
	code := newCode()
	for rs.byCode[code] != nil {
		code = newCode()
	}
	r = newRoom(code, o)
	rs.byCode[code] = r
	go r.run()
	return r, gone, nil
}

// leastIdle is how long a room is left alone, whoever wants its place.
const leastIdle = 10 * time.Minute

// giveWay drops the room that nobody has used for longest, and returns it. It
// returns nil where all are in use. rs.mu must be held.
func (rs *Rooms) giveWay() *Room {
	var oldest *Room
	var longest time.Duration
	for _, r := range rs.byCode {
		if idle, empty := r.idle(r.now()); empty && idle > longest {
			oldest, longest = r, idle
		}
	}
	if oldest == nil || !oldest.expire(oldest.now(), leastIdle) {
		return nil
	}
	delete(rs.byCode, oldest.code)
	return oldest
}

// Restore brings back a room that was kept. votes are those of its questions. It
// returns an error for what no room can have been, and for a room that is there.
func (rs *Rooms) Restore(rec Record, votes []Vote) (*Room, error) {
	return rs.restoreAt(rec, votes, nil)
}

// restoreAt is Restore with a clock, nil for the machine's.
func (rs *Rooms) restoreAt(rec Record, votes []Vote, now func() time.Time) (*Room, error) {
	r, err := restore(rec, votes, rs.keep, now)
	if err != nil {
		return nil, err
	}
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if rs.byCode[r.code] != nil {
		return nil, fmt.Errorf("bring back room %s: there is one", r.code)
	}
	rs.byCode[r.code] = r
	go r.run()
	return r, nil
}

// Find returns the room with a code, or ErrNone for a code that no room has. Who
// asks counts the wrong ones: a code is short.
func (rs *Rooms) Find(code Code) (*Room, error) {
	rs.mu.Lock()
	r := rs.byCode[code]
	rs.mu.Unlock()
	if r != nil && !r.expired(r.now()) {
		return r, nil
	}
	return nil, ErrNone
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
		if rs.drop(r, now) {
			rs.ended(r)
		}
	}
}

// drop drops a room that has expired. It returns false for others.
func (rs *Rooms) drop(r *Room, now time.Time) bool {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if rs.byCode[r.code] != r || !r.expire(now, Idle) {
		return false
	}
	delete(rs.byCode, r.code)
	return true
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
