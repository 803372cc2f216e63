package web

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"authlab/lab/share"
)

// Of the answers that may be as long as a whole bench, an export say, few are
// under way at a time: each costs processor and, for a reader who takes its time, a
// place and memory. There are as many places as a quarter of the lab's memory has room
// for, and half of them are for one client, who may be a class that asks for its
// handouts. Who takes long loses the place to somebody who waits for it.
const (
	bigHolds = 16 << 20         // bytes that one of them may hold: the handout of a class for whose masked recordings there is no room
	bigMost  = 16               // places, however much memory there is
	bigLeast = 2                // and however little
	bigWait  = 30 * time.Second // how long one waits for a place
	bigLong  = 2 * time.Minute  // how long one keeps a place that others wait for
)

// fewFor returns the places of a lab with so many bytes of memory.
func fewFor(memory int64) *few {
	all := int(min(max(memory/4/bigHolds, bigLeast), bigMost))
	return newFew(all/2, all, bigWait, bigLong)
}

// few lets few in at a time: each of one client, all of all clients together.
type few struct {
	each, all  int
	wait, long time.Duration

	mu     sync.Mutex
	taken  map[*place]struct{}
	by     map[share.Client]int // places taken, by client
	change chan struct{}        // closed when a place is given back; nil while nobody waits
}

// place is one that is taken.
type place struct {
	client share.Client
	since  time.Time
	wrote  atomic.Int64    // bytes that its reader has taken
	ended  context.Context // is over once the place is to be given back
	end    func()
}

func newFew(each, all int, wait, long time.Duration) *few {
	return &few{each: each, all: all, wait: wait, long: long, taken: map[*place]struct{}{}, by: map[share.Client]int{}}
}

// enter takes a place for a client, and waits for one where there is none. leave
// gives it back. The error is the context's, or a failure with a sentence that says
// which limit was reached.
func (f *few) enter(ctx context.Context, client share.Client) (*place, error) {
	patience := time.NewTimer(f.wait)
	defer patience.Stop()
	for {
		p, change, due := f.take(client)
		if p != nil {
			return p, nil
		}
		long := time.NewTimer(due)
		select {
		case <-change:
		case <-long.C:
			f.endSlowest(client)
		case <-patience.C:
			return nil, f.full(client)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		long.Stop()
	}
}

// take takes a place, or returns what is closed once it is worth trying again, and how
// long it is until one of the places that keep the client out may be ended.
func (f *few) take(client share.Client) (p *place, change <-chan struct{}, due time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.by[client] < f.each && len(f.taken) < f.all {
		p = &place{client: client, since: time.Now()}
		p.ended, p.end = context.WithCancel(context.Background())
		f.by[client]++
		f.taken[p] = struct{}{}
		return p, nil, 0
	}
	if f.change == nil {
		f.change = make(chan struct{})
	}
	due = f.long
	for _, other := range f.before(client) {
		if other.ended.Err() != nil {
			return nil, f.change, f.wait // it is about to be given back
		}
		due = min(due, f.long-time.Since(other.since))
	}
	return nil, f.change, due
}

// before are the places that keep a client out: its own, where it has as many as it may,
// else all. f.mu must be held.
func (f *few) before(client share.Client) (list []*place) {
	own := f.by[client] >= f.each
	for p := range f.taken {
		if !own || p.client == client {
			list = append(list, p)
		}
	}
	return list
}

// endSlowest ends, of the places that keep a client out and have had their time, the one
// whose reader takes least in it. It does nothing while another is being given back.
func (f *few) endSlowest(client share.Client) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.by[client] < f.each && len(f.taken) < f.all {
		return
	}
	now := time.Now()
	var slowest *place
	for _, p := range f.before(client) {
		if p.ended.Err() != nil {
			return
		}
		if now.Sub(p.since) >= f.long && (slowest == nil || p.pace(now) < slowest.pace(now)) {
			slowest = p
		}
	}
	if slowest != nil {
		slowest.end()
	}
}

// pace is how many bytes a second the reader has taken.
func (p *place) pace(now time.Time) float64 {
	return float64(p.wrote.Load()) / max(now.Sub(p.since).Seconds(), 1e-9)
}

// leave gives a place back.
func (f *few) leave(p *place) {
	p.end()
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, there := f.taken[p]; !there {
		return
	}
	delete(f.taken, p)
	if f.by[p.client]--; f.by[p.client] == 0 {
		delete(f.by, p.client)
	}
	if f.change != nil {
		close(f.change)
		f.change = nil
	}
}

// full says which limit keeps a client out.
func (f *few) full(client share.Client) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	text := fmt.Sprintf("The lab writes %d long answers at a time, such as exports and handouts, and all of them are taken. Try again in %s.", f.all, f.wait)
	if f.by[client] >= f.each {
		text = fmt.Sprintf("The lab writes %d long answers at a time to one address, such as exports and handouts, and yours are still being read. Let one of them end, then try again.", f.each)
	}
	return &VisitorError{Status: http.StatusServiceUnavailable, Heading: "Too many long answers at once", Text: text}
}
