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

// While others are about, a client rests after work for restFactor times as long as
// that took, and for maxRest at most.
const (
	restFactor = 2
	maxRest    = time.Second
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
	waiting map[Client][]chan struct{}
	turn    []Client // those that wait, in the order in which they get a place
}

// NewLane returns a lane with so many places, one at least.
func NewLane(places int) *Lane {
	places = max(places, 1)
	return &Lane{each: (places + 1) / 2, free: places, holds: map[Client]int{}, waiting: map[Client][]chan struct{}{}}
}

// Enter waits for a place for a client's work, which leave gives back. Who else is about
// ctx says (see [With]). It returns ErrCrowd, ErrWait, or ctx's error.
func (l *Lane) Enter(ctx context.Context, c Client) (leave func(), err error) {
	mine, err := l.stand(c)
	if err != nil {
		return nil, err
	}
	if mine == nil {
		return l.work(ctx, c), nil
	}
	timeout := time.NewTimer(maxWait)
	defer timeout.Stop()
	select {
	case <-mine:
		return l.work(ctx, c), nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-timeout.C:
		err = ErrWait
	}
	if !l.giveUp(c, mine) {
		l.leave(c, 0, false) // it came in this very moment
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
func (l *Lane) work(ctx context.Context, c Client) (leave func()) {
	began := time.Now()
	return sync.OnceFunc(func() { l.leave(c, time.Since(began), companyOf(ctx).others(c)) })
}

// leave gives a client's place back after work that took so long. Others may have it
// at once, and this client too if it is alone.
func (l *Lane) leave(c Client, took time.Duration, others bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.free++
	rest := min(restFactor*took, maxRest)
	if rest == 0 || !others {
		l.rested(c)
		return
	}
	time.AfterFunc(rest, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.rested(c)
	})
	l.next()
}

// rested lets a client have one place more again. l.mu must be held.
func (l *Lane) rested(c Client) {
	if l.holds[c]--; l.holds[c] == 0 {
		delete(l.holds, c)
	}
	l.next()
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
