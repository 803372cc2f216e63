package share

import (
	"context"
	"errors"
	"fmt"
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

// Lane is where heavy work of one kind waits for a place. Its places go to the
// clients that wait in turn, and to each client's in their order. It is safe for
// concurrent use.
type Lane struct {
	mu      sync.Mutex
	free    int
	waiting map[Client][]chan struct{}
	turn    []Client // those that wait, in the order in which they get a place
}

// NewLane returns a lane with so many places, one at least.
func NewLane(places int) *Lane {
	return &Lane{free: max(places, 1), waiting: map[Client][]chan struct{}{}}
}

// Enter waits for a place for a client's work, which leave gives back. It returns
// ErrCrowd, ErrWait, or ctx's error.
func (l *Lane) Enter(ctx context.Context, c Client) (leave func(), err error) {
	mine, err := l.stand(c)
	if err != nil {
		return nil, err
	}
	if mine == nil {
		return sync.OnceFunc(l.leave), nil
	}
	timeout := time.NewTimer(maxWait)
	defer timeout.Stop()
	select {
	case <-mine:
		return sync.OnceFunc(l.leave), nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-timeout.C:
		err = ErrWait
	}
	if !l.giveUp(c, mine) {
		l.leave() // it came in this very moment
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
	if l.free > 0 {
		l.free--
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

// leave hands a place on to the next client.
func (l *Lane) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.turn) == 0 {
		l.free++
		return
	}
	c := l.turn[0]
	l.turn = l.turn[1:]
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
	for i, other := range l.turn {
		if other == c {
			l.turn = append(l.turn[:i:i], l.turn[i+1:]...)
			return
		}
	}
}
