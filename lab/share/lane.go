package share

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// The errors of waiting for a place.
var (
	// ErrCrowd is returned to a client that has as many waiting as it may.
	ErrCrowd = errors.New("too many are waiting")
	// ErrWait is returned where a place took too long to come. It is a
	// context.DeadlineExceeded.
	ErrWait = fmt.Errorf("it took too long to get a place: %w", context.DeadlineExceeded)
)

// The limits of waiting in a lane. A class of 300 that logs in to both apps at once
// waits for all of its own, and nobody in it is to be refused.
const (
	maxWaiting = 2000            // of one client
	maxWait    = 2 * time.Minute // for a place
)

// A client rests after its work for as long as that took, at most maxRest, while
// somebody else is about: who was there within the last while.
const (
	maxRest = time.Second
	about   = time.Second
)

// Lane is where heavy work of one kind waits for a place. Places go to the clients
// that wait in turn, and to each client's in their order. No client has more than half
// of them at a time, and where others are about, it does not have those all the time
// either: a processor is left for what the others do besides. It is safe for concurrent
// use.
type Lane struct {
	each int // places of one client

	mu      sync.Mutex
	free    int
	holds   map[Client]int // places, those that it rests from among them
	seen    [2]visit       // the last of the last client, and the last of another
	waiting map[Client][]chan struct{}
	turn    []Client // those that wait, in the order in which they get a place
}

// visit is when a client was in a lane.
type visit struct {
	client Client
	at     time.Time
}

// NewLane returns a lane with so many places, one at least.
func NewLane(places int) *Lane {
	places = max(places, 1)
	return &Lane{each: (places + 1) / 2, free: places, holds: map[Client]int{}, waiting: map[Client][]chan struct{}{}}
}

// Enter waits for a place for a client's work, which leave gives back. It returns
// ErrCrowd, ErrWait, or ctx's error.
func (l *Lane) Enter(ctx context.Context, c Client) (leave func(), err error) {
	mine, err := l.stand(c)
	if err != nil {
		return nil, err
	}
	if mine == nil {
		return l.work(c), nil
	}
	timeout := time.NewTimer(maxWait)
	defer timeout.Stop()
	select {
	case <-mine:
		return l.work(c), nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-timeout.C:
		err = ErrWait
	}
	if !l.giveUp(c, mine) {
		l.leave(c, 0) // it came in this very moment
	}
	return nil, err
}

// Waiting returns how many wait for a place.
func (l *Lane) Waiting() (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, w := range l.waiting {
		n += len(w)
	}
	return n
}

// stand takes a place where one is free, and returns nil; else it stands in the
// queue, and what it returns is closed once there is a place.
func (l *Lane) stand(c Client) (chan struct{}, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.free > 0 && l.holds[c] < l.each {
		l.free--
		l.holds[c]++
		return nil, nil
	}
	if len(l.waiting[c]) >= maxWaiting {
		return nil, ErrCrowd
	}
	if len(l.waiting[c]) == 0 {
		l.turn = append(l.turn, c)
	}
	mine := make(chan struct{})
	l.waiting[c] = append(l.waiting[c], mine)
	return mine, nil
}

// work begins a client's work in its place, and returns what ends it.
func (l *Lane) work(c Client) (leave func()) {
	began := time.Now()
	return sync.OnceFunc(func() { l.leave(c, time.Since(began)) })
}

// leave gives a client's place back after work that took so long. Others may have it
// at once, and this client too where nobody else is about.
func (l *Lane) leave(c Client, took time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.free++
	if rest := min(took, maxRest); rest > 0 && l.others(c) {
		time.AfterFunc(rest, func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.rested(c)
		})
		l.next()
		return
	}
	l.rested(c)
}

// rested lets a client have one place more again. l.mu must be held.
func (l *Lane) rested(c Client) {
	if l.holds[c]--; l.holds[c] == 0 {
		delete(l.holds, c)
	}
	l.next()
}

// others reports whether another client was in the lane within the last while, and
// notes that this one was. l.mu must be held.
func (l *Lane) others(c Client) bool {
	now := time.Now()
	if l.seen[0].client != c {
		l.seen[1] = l.seen[0]
	}
	l.seen[0] = visit{c, now}
	waits := slices.ContainsFunc(l.turn, func(other Client) bool { return other != c })
	return waits || l.seen[1].client != "" && now.Sub(l.seen[1].at) < about
}

// next hands a free place on to the next client that may have it. l.mu must be held.
func (l *Lane) next() {
	if l.free == 0 {
		return
	}
	for i, c := range l.turn {
		if l.holds[c] < l.each {
			l.turn = slices.Delete(l.turn, i, i+1)
			l.admit(c)
			return
		}
	}
}

// admit gives a place to the first that waits of a client, whose turn it is. l.mu must
// be held.
func (l *Lane) admit(c Client) {
	l.free--
	l.holds[c]++
	first := l.waiting[c][0]
	if l.waiting[c] = l.waiting[c][1:]; len(l.waiting[c]) == 0 {
		delete(l.waiting, c)
	} else {
		l.turn = append(l.turn, c)
	}
	close(first)
}

// giveUp leaves the queue. It returns false for who stands in it no more.
func (l *Lane) giveUp(c Client, mine chan struct{}) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, w := range l.waiting[c] {
		if w != mine {
			continue
		}
		l.waiting[c] = append(l.waiting[c][:i:i], l.waiting[c][i+1:]...)
		if len(l.waiting[c]) == 0 {
			delete(l.waiting, c)
			l.passOver(c)
		}
		return true
	}
	return false
}

func (l *Lane) passOver(c Client) {
	l.turn = slices.DeleteFunc(l.turn, func(other Client) bool { return other == c })
}
