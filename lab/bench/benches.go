package bench

import (
	"cmp"
	"context"
	"crypto/tls"
	"log/slog"
	"maps"
	"net"
	"sync"
	"time"

	"authlab/lab/share"
)

// Limits are the budgets of benches. A zero field means its default.
type Limits struct {
	Bytes     int64         // that all benches may hold; -1 for any number (1 GiB)
	Exchanges int           // exchanges per bench (200)
	Rate      float64       // requests per second to one bench's apps (30)
	Burst     int           // requests at once to one bench's apps (60)
	Streams   int           // event streams per bench at one time (8)
	Idle      time.Duration // how long an unused bench is kept (2 h)
	Life      time.Duration // how long any bench is kept (24 h)
}

// Defaults returns l with its zero fields set to their defaults.
func (l Limits) Defaults() Limits {
	return Limits{
		Bytes:     or(l.Bytes, 1<<30),
		Exchanges: or(l.Exchanges, 200),
		Rate:      or(l.Rate, 30),
		Burst:     or(l.Burst, 60),
		Streams:   or(l.Streams, 8),
		Idle:      or(l.Idle, 2*time.Hour),
		Life:      or(l.Life, 24*time.Hour),
	}
}

func or[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

// Benches are all benches of a process. It is safe for concurrent use.
type Benches struct {
	limits    Limits
	secure    bool
	databases map[string]Database
	log       *slog.Logger
	tls       *tls.Config // of the client that replays; nil for plain http

	mu      sync.Mutex
	byID    map[string]*Bench
	bytes   int64 // that all of them hold
	holders map[share.Client]*holder
	evicted evictions

	restoring sync.Mutex // held while a bench is restored

	replays replays
}

// NewBenches returns no benches yet, with the given limits. secure says that
// they are served over TLS, so that the session cookie is marked Secure.
// databases are the stores beside memory, by their names in package settings;
// nil for none. log is told what fails in the apps and in the benches; nil is told
// nothing.
func NewBenches(limits Limits, secure bool, databases map[string]Database, log *slog.Logger) *Benches {
	rsaKeys.fill()
	return &Benches{
		limits: limits.Defaults(), secure: secure, databases: databases, byID: make(map[string]*Bench), holders: make(map[share.Client]*holder),
		log: cmp.Or(log, slog.New(slog.DiscardHandler)),
	}
}

// SpeakTLS says how Replay speaks TLS to where the benches are served, nil for
// plain http. It must be called before the first replay.
func (bs *Benches) SpeakTLS(config *tls.Config) { bs.tls = config }

// Limits returns the limits in force.
func (bs *Benches) Limits() Limits { return bs.limits }

// Make makes a bench for the lab itself, which is in no client's share.
func (bs *Benches) Make() *Bench {
	b, _ := bs.MakeFor("") // which is never refused
	return b
}

// MakeFor makes a bench for a client. Where the client's benches hold as many bytes
// as its share, those that it has not used for longest are ended for the new one;
// it returns ErrMemory where none of them can be.
func (bs *Benches) MakeFor(c share.Client) (*Bench, error) {
	b := newBench(bs.limits, bs.secure, bs.databases, bs.log)
	b.owner = c
	bs.mu.Lock()
	defer bs.mu.Unlock()
	if err := bs.makeRoom(b, baseBytes); err != nil {
		return nil, err
	}
	bs.add(b)
	return b, nil
}

// add takes a bench in. bs.mu must be held.
func (bs *Benches) add(b *Bench) {
	bs.byID[b.id] = b
	bs.recount(b)
}

// Find returns the bench with the given id and counts it as used. It returns
// false for an id that no bench has, or none any more.
func (bs *Benches) Find(id string) (*Bench, bool) {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	return bs.find(id)
}

// find is Find with bs.mu held.
func (bs *Benches) find(id string) (*Bench, bool) {
	b, ok := bs.byID[id]
	if !ok {
		return nil, false
	}
	if b.expired(time.Now()) {
		bs.drop(b)
		return nil, false
	}
	b.touch()
	return b, true
}

// Drop ends the bench with the given id, if there is one, even if it is held.
func (bs *Benches) Drop(id string) {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	if b, ok := bs.byID[id]; ok {
		bs.drop(b)
	}
}

// Len returns how many benches there are.
func (bs *Benches) Len() int {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	return len(bs.byID)
}

// Sweep drops the benches that have expired at now.
func (bs *Benches) Sweep(now time.Time) {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	for _, b := range bs.byID {
		if b.expired(now) {
			bs.drop(b)
		}
	}
}

// sweepEvery is how often Run looks for benches that have expired.
const sweepEvery = time.Minute

// Run sweeps until ctx ends.
func (bs *Benches) Run(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			bs.Sweep(now)
		}
	}
}

func (bs *Benches) drop(b *Bench) {
	delete(bs.byID, b.id)
	bs.letGo(b)
	b.journal.Load().Close()
	if b.setup.Load().spaces.outside {
		go b.forget() // a database may be slow, and nobody waits for this
	}
}

// replays remembers which connections the lab's own HTTP client has open, by
// their local address, and whom to tell what became of the request on each.
type replays struct {
	mu sync.Mutex
	by map[string]waiting
}

// waiting is told once what became of a replay; nil waits for nothing. It has
// room for the answer, so telling never blocks.
type waiting chan outcome

// outcome is the number under which a replay was recorded, or why it was not.
type outcome struct {
	number int
	err    error
}

func (w waiting) tell(o outcome) {
	if w != nil {
		w <- o
	}
}

func (r *replays) expect(local net.Addr, w waiting) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.by == nil {
		r.by = make(map[string]waiting)
	}
	r.by[local.String()] = w
}

// Replays reports whether a request from an address is one that the lab's own HTTP
// client sends for a visitor.
func (bs *Benches) Replays(remote string) bool {
	bs.replays.mu.Lock()
	defer bs.replays.mu.Unlock()
	_, ours := bs.replays.by[remote]
	return ours
}

// take returns who waits for what comes from remote, nil where it is not one of
// our own connections.
func (r *replays) take(remote string) waiting {
	r.mu.Lock()
	defer r.mu.Unlock()
	w := r.by[remote]
	delete(r.by, remote)
	return w
}

// forget drops what w still waits for, so that a stranger who is given the same
// port later is not taken for us.
func (r *replays) forget(w waiting) {
	r.mu.Lock()
	defer r.mu.Unlock()
	maps.DeleteFunc(r.by, func(_ string, other waiting) bool { return other == w })
}

// Hold keeps the bench until release is called: however long it is not used or has
// been there, it does not expire, and it is not dropped to make room for others. A
// class may leave its bench alone for half a day. Any number may hold it; the last
// to release it ends that. Its time of not being used begins then, but the time
// that any bench may be there has run on: one that is older than Limits.Life goes
// at once. To release twice does no more than once.
//
// Whoever has found a bench by its id should hold it by [Benches.Hold], so that it
// does not go in between. Benches.Drop ends a bench that is held, too.
func (b *Bench) Hold() (release func()) {
	b.holds.Add(1)
	var once sync.Once
	return func() {
		once.Do(func() {
			b.touch()
			b.holds.Add(-1)
		})
	}
}

// Held reports whether anybody holds the bench.
func (b *Bench) Held() bool { return b.holds.Load() > 0 }

// Hold finds the bench with the given id, counts it as used and holds it, as one
// step. It returns false where Find does.
func (bs *Benches) Hold(id string) (b *Bench, release func(), ok bool) {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	if b, ok = bs.find(id); !ok {
		return nil, nil, false
	}
	return b, b.Hold(), true
}
