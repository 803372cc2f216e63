package bench

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"slices"
	"time"
	"unsafe"

	"authlab/lab/journal"
	"authlab/lab/share"
)

// ErrMemory is returned where a client's benches hold as many bytes as its share
// of the budget, and none of them can be ended to make room.
var ErrMemory = errors.New("the client's share of the memory is used up")

// What a bench is counted with besides what its exchanges hold: its keys, accounts,
// limits and the answers to its questions (measured: 9 KB, when new).
const baseBytes = 24 << 10

// The share that a client may have of what the others leave of the budget.
const shareOf, sharePer = 4, 5

// A client whose benches hold less than 1/smallShare of the budget finds room even where
// others have taken all of it: with whoever holds more than that, by closing an open page
// only where it is more than 1/largeShare; or in a bench that its visitor seems to have
// left, because no page of it is open and it was unused for so long. Whatever a client is
// to hold, it finds room with whoever holds muchMore times as much.
const (
	smallShare = 256
	largeShare = 16
	muchMore   = 4
	leftAfter  = 10 * time.Minute
)

// holder is what one client's benches hold.
type holder struct {
	bytes   int64
	benches map[*Bench]struct{}
}

// Holding is what one client's benches hold.
type Holding struct {
	Client  share.Client
	Bytes   int64
	Benches int
}

// Memory is what all benches hold, and may hold, in bytes.
type Memory struct {
	Bytes, Budget int64
	Evicted       int // benches that were ended to make room
	Holdings      []Holding
}

// Memory returns what the benches hold, by client, the largest first.
func (bs *Benches) Memory() Memory {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	m := Memory{Bytes: bs.bytes, Budget: bs.limits.Bytes, Evicted: bs.evicted.count}
	for c, h := range bs.holders {
		m.Holdings = append(m.Holdings, Holding{c, h.bytes, len(h.benches)})
	}
	slices.SortFunc(m.Holdings, func(a, b Holding) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Client, b.Client))
	})
	return m
}

// Size is a bench's size in memory.
type Size struct {
	Client    share.Client
	Bytes     int64
	Exchanges int
	Open      bool // a page of it is open
	Held      bool // a class follows it
}

// Largest returns the n largest benches, the largest first. Their ids are
// capabilities and are not told.
func (bs *Benches) Largest(n int) []Size {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	var out []Size
	for _, b := range bs.byID {
		out = append(out, Size{b.owner, b.bytes, len(b.Journal().Exchanges), b.open(), b.Held()})
	}
	slices.SortFunc(out, func(a, b Size) int { return cmp.Compare(b.Bytes, a.Bytes) })
	return out[:min(n, len(out))]
}

// hold counts n more bytes of a bench, which may be fewer. bs.mu must be held.
func (bs *Benches) hold(b *Bench, n int64) {
	h := bs.holders[b.owner]
	if h == nil {
		h = &holder{benches: map[*Bench]struct{}{}}
		bs.holders[b.owner] = h
	}
	h.benches[b] = struct{}{}
	b.bytes += n
	h.bytes += n
	bs.bytes += n
}

// letGo counts a bench no more. bs.mu must be held.
func (bs *Benches) letGo(b *Bench) {
	h := bs.holders[b.owner]
	if h == nil {
		return
	}
	if _, counted := h.benches[b]; !counted {
		return
	}
	h.bytes -= b.bytes
	bs.bytes -= b.bytes
	b.bytes = 0
	if delete(h.benches, b); len(h.benches) == 0 {
		delete(bs.holders, b.owner)
	}
}

// makeRoom sees to it that a bench may hold n more bytes: its client's share is
// four fifths of what the others leave of the budget. Who is over that loses the
// own benches that were unused for longest, one that is open in a page last, and
// one that a class follows never. It returns ErrMemory where that does not help.
//
// Another client's benches go only where the client would have to close a page, or finds
// no room at all; see surplus. The lab's own are in nobody's share. bs.mu must be held.
func (bs *Benches) makeRoom(b *Bench, n int64) error {
	if bs.limits.Bytes < 0 || b.owner == "" {
		return nil
	}
	for !bs.fits(b.owner, n) {
		victim := bs.victim(b.owner, b)
		if victim == nil || victim.open() {
			victim = cmp.Or(bs.surplus(b.owner, bs.own(b.owner)+n), victim)
		}
		if victim == nil {
			return ErrMemory
		}
		bs.log.Debug("a bench is ended to make room", "client", victim.owner, "bytes", victim.bytes)
		bs.evicted.note(victim.id)
		bs.drop(victim)
	}
	return nil
}

// own is what a client's benches hold.
func (bs *Benches) own(c share.Client) int64 {
	if h := bs.holders[c]; h != nil {
		return h.bytes
	}
	return 0
}

func (bs *Benches) fits(c share.Client, n int64) bool {
	own := bs.own(c)
	others := bs.bytes - own
	return own+n <= (bs.limits.Bytes-others)*shareOf/sharePer
}

// small is how many bytes are next to nothing.
func (bs *Benches) small() int64 { return max(bs.limits.Bytes/smallShare, baseBytes) }

// surplus is the bench of another client that makes room for one who wants to hold so many
// bytes in all, nil where there is none: of those who hold much more, or, where it wants
// next to nothing, more than that, whoever holds most and has one that is not open in a
// page; else, for next to nothing, one that was left; else an open one.
func (bs *Benches) surplus(c share.Client, wants int64) *Bench {
	most, little := wants*muchMore-1, wants <= bs.small()
	if little {
		most = min(most, bs.small())
	}
	var open *Bench
	for _, holder := range bs.largest() {
		if holder == c || holder == "" || bs.own(holder) <= most {
			continue
		}
		first := bs.victim(holder, nil)
		if first != nil && !first.open() {
			return first
		}
		if open == nil && bs.own(holder) > bs.limits.Bytes/largeShare {
			open = first
		}
	}
	if little {
		return cmp.Or(bs.left(c), open)
	}
	return open
}

// left is the bench that was unused for longest of those that their visitors seem to have
// left, but for a client's own.
func (bs *Benches) left(c share.Client) (found *Bench) {
	before := time.Now().Add(-leftAfter).Unix()
	for _, b := range bs.byID {
		if b.owner == "" || b.owner == c || b.Held() || b.open() || b.used.Load() > before {
			continue
		}
		if found == nil || b.used.Load() < found.used.Load() {
			found = b
		}
	}
	return found
}

// largest are the clients, the one whose benches hold most first.
func (bs *Benches) largest() []share.Client {
	return slices.SortedFunc(maps.Keys(bs.holders), func(a, b share.Client) int {
		return cmp.Or(cmp.Compare(bs.own(b), bs.own(a)), cmp.Compare(a, b))
	})
}

// victim is the bench of a client that goes first, nil where none but keep is left
// that may.
func (bs *Benches) victim(c share.Client, keep *Bench) (victim *Bench) {
	h := bs.holders[c]
	if h == nil {
		return nil
	}
	for b := range h.benches {
		if b == keep || b.Held() {
			continue
		}
		if victim == nil || before(b, victim) {
			victim = b
		}
	}
	return victim
}

// open reports whether a page of the bench is open.
func (b *Bench) open() bool { return b.streams.Load() > 0 }

// before reports whether a goes before b: the one that is open in no page, and then
// the one that was unused for longer.
func before(a, b *Bench) bool {
	if b.open() != a.open() {
		return b.open()
	}
	return a.used.Load() < b.used.Load()
}

// reserve counts what a request to a bench may come to hold, before it is handled.
func (bs *Benches) reserve(b *Bench, r *http.Request) (n int64, err error) {
	n = inFlight + bodyBytes(r)
	bs.mu.Lock()
	defer bs.mu.Unlock()
	bs.recount(b)
	if err := bs.makeRoom(b, n); err != nil {
		return 0, err
	}
	b.reserved += n
	bs.recount(b)
	return n, nil
}

// settle counts what an exchange holds in its journal, where so much was reserved
// for it; nil for one that came to nothing.
func (bs *Benches) settle(b *Bench, reserved int64, in *book, holds int64) {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	b.reserved -= reserved
	if in != nil {
		in.bytes += holds
	}
	bs.recount(b)
}

// Beside counts n bytes that something else holds for a bench's sake: the class that
// follows it. They are in the share of the bench's client. It counts nothing and returns
// ErrMemory where they do not fit.
func (bs *Benches) Beside(b *Bench, n int64) error {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	if n > b.beside {
		if err := bs.makeRoom(b, n-b.beside); err != nil {
			return err
		}
	}
	b.beside = n
	bs.recount(b)
	return nil
}

// BesideSpare is Beside for what can be done without: it ends no bench to make room, and
// returns false where there is none.
func (bs *Benches) BesideSpare(b *Bench, n int64) bool {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	if n > b.beside && bs.limits.Bytes >= 0 && b.owner != "" && !bs.fits(b.owner, n-b.beside) {
		return false
	}
	b.beside = n
	bs.recount(b)
	return true
}

// Owner returns the client in whose share a bench is, "" for the lab itself.
func (b *Bench) Owner() share.Client { return b.owner }

// Reset is Bench.Reset for a bench of these: what it held is free again.
func (bs *Benches) Reset(b *Bench) {
	b.Reset()
	bs.mu.Lock()
	defer bs.mu.Unlock()
	bs.recount(b)
}

// recount counts a bench anew, if it is still there. bs.mu must be held.
func (bs *Benches) recount(b *Bench) {
	if bs.byID[b.id] == b {
		bs.hold(b, baseBytes+b.reserved+b.beside+b.journal.Load().bytes-b.bytes)
	}
}

// What a request is counted with until it is known what it holds.
const (
	inFlight = 16 << 10 // its head, its answer and its events
	maxBody  = 64 << 10 // the part of its content that is kept
)

func bodyBytes(r *http.Request) int64 {
	if r.ContentLength < 0 || r.ContentLength > maxBody {
		return maxBody
	}
	return r.ContentLength
}

// sizeOf is how many bytes an exchange holds that the one before it does not hold
// as well; before is nil for the first of its flow.
func sizeOf(x, before *journal.Exchange) int64 {
	n := int(unsafe.Sizeof(*x)) + cap(x.Request.Bytes) + cap(x.Response.Bytes) + int(Derived(x))
	for _, e := range x.Events {
		n += int(unsafe.Sizeof(e)) + fieldsSize(e.Fields)
	}
	var last journal.State
	if before != nil {
		last = before.After
	}
	return int64(n + stateSize(x.Before, last) + stateSize(x.After, x.Before))
}

// Derived is how many bytes are counted for what is worked out of an exchange and kept
// with it: little, and its credential where that is short.
func Derived(x *journal.Exchange) int64 {
	const little, short = 512, 4 << 10
	return little + min(int64(len(x.Request.Bytes)), short)
}

func fieldsSize(fields []journal.Field) (n int) {
	for _, f := range fields {
		n += int(unsafe.Sizeof(f)) + len(f.Value) // names are constants
	}
	return n
}

// stateSize is what a state holds beside another that it may share its parts with.
func stateSize(s, other journal.State) (n int) {
	if !same(s.Records, other.Records) {
		for i, r := range s.Records {
			n += int(unsafe.Sizeof(r))
			if i < len(other.Records) && same(r.Bytes, other.Records[i].Bytes) {
				continue
			}
			n += len(r.ID) + len(r.User) + len(r.Bytes) + linesSize(r.Native)
		}
	}
	if !same(s.Tombstones, other.Tombstones) {
		for _, t := range s.Tombstones {
			n += int(unsafe.Sizeof(t)) + len(t.ID) + linesSize(t.Native)
		}
	}
	if !same(s.Accounts, other.Accounts) {
		n += len(s.Accounts) * int(unsafe.Sizeof(journal.Account{}))
	}
	for _, k := range s.Keys {
		n += int(unsafe.Sizeof(k)) + len(k.Public)
	}
	return n
}

func linesSize(lines []string) (n int) {
	for _, l := range lines {
		n += int(unsafe.Sizeof(l)) + len(l)
	}
	return n
}

// same reports whether two slices are one and the same, not merely alike.
func same[E any](a, b []E) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// evictions remembers which benches were ended to make room, the last of them.
type evictions struct {
	count int
	ids   map[string]struct{}
	order []string // the oldest first
}

// maxEvictions is how many are remembered, so that their visitors are told.
const maxEvictions = 10_000

func (e *evictions) note(id string) {
	e.count++
	if e.ids == nil {
		e.ids = map[string]struct{}{}
	}
	if len(e.order) >= maxEvictions {
		delete(e.ids, e.order[0])
		e.order = e.order[1:]
	}
	e.ids[id] = struct{}{}
	e.order = append(e.order, id)
}

// Evicted reports whether there was a bench with the given id that was ended to
// make room for others of its client's.
func (bs *Benches) Evicted(id string) bool {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	_, ok := bs.evicted.ids[id]
	return ok
}
