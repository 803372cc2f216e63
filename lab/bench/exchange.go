package bench

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"authlab/lab/explain/head"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/wire"
)

// ErrBusy is returned when a bench's apps get more requests than Limits.Rate.
var ErrBusy = errors.New("too many requests to this bench")

// errNoTap is returned for a request that did not come through the tap: the
// program was put together wrongly, and what cannot be seen must not happen.
var errNoTap = errors.New("the request's connection has no tap")

// SplitPath splits the path of a bench's app, "/bench/{id}/{flow}/…". ok is false
// for any other path; whether there is such a bench is not asked.
func SplitPath(path string) (id string, flow journal.Flow, ok bool) {
	rest, ok := strings.CutPrefix(path, "/bench/")
	if !ok {
		return "", "", false
	}
	id, rest, _ = strings.Cut(rest, "/")
	segment, _, _ := strings.Cut(rest, "/")
	flow = journal.Flow(segment)
	return id, flow, slices.Contains(journal.Flows, flow)
}

// Record wraps the site's handler. What arrives at a bench's apps is recorded
// from here on, whatever next does with it; everything else passes through.
// refuse answers a request that is over a budget (ErrBusy, journal.ErrFull); it
// is answered unrecorded and never reaches an app.
func (bs *Benches) Record(next http.Handler, refuse func(http.ResponseWriter, *http.Request, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, flow, ok := SplitPath(r.URL.Path)
		if !ok {
			next.ServeHTTP(w, r)
			return
		}
		b, ok := bs.Find(id)
		if !ok {
			next.ServeHTTP(w, r) // answers that there is no such bench
			return
		}
		ctx, end, err := bs.begin(b, flow, r)
		if err != nil {
			bs.replays.take(r.RemoteAddr).tell(outcome{err: err})
			refuse(w, r, err)
			return
		}
		defer end()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// underWay is an exchange whose response is not complete yet.
type underWay struct {
	bench    *Bench
	setup    *setup
	journal  *book // the one it was numbered in: a reset leaves it behind
	exchange *journal.Exchange
	arrival  arrival
	recording
	reserved int64 // bytes, until it is known what it holds
}

// begin numbers an exchange and claims its bytes. end must be called when the
// handler is done.
func (bs *Benches) begin(b *Bench, flow journal.Flow, r *http.Request) (ctx context.Context, end func(), err error) {
	u := &underWay{bench: b, setup: b.setup.Load(), journal: b.journal.Load()}
	u.of = u
	u.arrival = arrivalOf(r, flow, u.setup.settings, b.Cursor())
	if !b.limiter.Allow() {
		u.journal.TurnAway()
		return nil, nil, ErrBusy
	}
	if u.reserved, err = bs.reserve(b, r); err != nil {
		u.journal.TurnAway()
		return nil, nil, err
	}
	number, err := u.journal.Reserve()
	if err != nil {
		bs.settle(b, u.reserved, nil, 0)
		return nil, nil, err
	}
	u.exchange = &journal.Exchange{
		Number: number, Flow: flow, By: journal.Visitor, Peer: peerOf(r.RemoteAddr),
		Clock: b.clock.Now(), Before: b.State(flow), Settings: u.setup.settings,
	}
	u.exchange.Page, u.exchange.Restores = b.sentBy(r, u.exchange.Peer)
	u.arrival.restores = u.exchange.Restores
	if !wire.Claim(r.Context(), func(c wire.Capture) { bs.complete(u, c) }) {
		bs.settle(b, u.reserved, nil, 0)
		return nil, nil, errNoTap
	}
	return withRecording(r.Context(), &u.recording), func() { u.exchange.After = b.State(flow) }, nil
}

// underWayOf is the exchange that a request is recorded as, nil for none.
func underWayOf(r *http.Request) *underWay {
	if rec := recordingOf(r.Context()); rec != nil {
		return rec.of
	}
	return nil
}

// Recorded reports whether a request is one to a bench's app that came through Record,
// and is recorded.
func Recorded(r *http.Request) bool { return underWayOf(r) != nil }

// ServeApp hands a recorded request to the app of its bench. r's path must be
// that of a bench that exists, and r must have come through Record.
func (bs *Benches) ServeApp(w http.ResponseWriter, r *http.Request) error {
	u := underWayOf(r)
	if u == nil {
		return errNoTap
	}
	u.exchange.Reached = true
	prefix := strings.TrimSuffix(u.bench.Base(u.exchange.Flow), "/")
	http.StripPrefix(prefix, u.setup.apps[u.exchange.Flow]).ServeHTTP(w, r)
	return nil
}

// complete appends an exchange whose last byte has been written.
func (bs *Benches) complete(u *underWay, c wire.Capture) {
	x := u.exchange
	replayed := bs.replays.take(c.Remote.String())
	if replayed != nil {
		x.By, x.Page, x.Restores = journal.Replay, "", false
	}
	fill(x, c)
	x.Events = u.since(c.Started)
	u.bench.goesOn()
	bs.settle(u.bench, u.reserved, u.journal, u.journal.enter(x, u.arrival))
	replayed.tell(outcome{number: x.Number})
}

func fill(x *journal.Exchange, c wire.Capture) {
	x.Scheme = "http"
	if c.TLS {
		x.Scheme = "https"
	}
	x.Connection = c.Connection
	x.Started = c.Started
	x.Duration = c.Finished.Sub(c.Started)
	x.Request = message(c.Request)
	x.Response = message(c.Response)
}

func message(b wire.Bytes) journal.Message {
	return journal.Message{Bytes: b.Data, Length: b.Length, Truncated: b.Truncated, Complete: b.Complete}
}

// Unclaimed records what net/http answered by itself, before any handler of ours
// saw it, when its request line names a bench's app: a malformed header, say.
// It is the tap's callback of that name.
func (bs *Benches) Unclaimed(c wire.Capture) {
	id, flow, ok := SplitPath(head.LineOf(c.Request.Data).Path())
	if !ok {
		return
	}
	b, ok := bs.Find(id)
	if !ok {
		return
	}
	j := b.journal.Load()
	if !b.limiter.Allow() {
		j.TurnAway()
		return
	}
	number, err := j.Reserve()
	if err != nil {
		return // counted by the journal
	}
	state := b.State(flow)
	replayed := bs.replays.take(c.Remote.String())
	x := &journal.Exchange{
		Number: number, Flow: flow, By: journal.Visitor, Peer: peerOf(c.Remote.String()),
		Clock: b.clock.Now().Add(-time.Since(c.Started)), Before: state, After: state,
		Settings: b.Settings(),
	}
	step := plot.NoStep
	if replayed != nil {
		x.By, step = journal.Replay, plot.Replay
	}
	fill(x, c)
	bs.settle(b, 0, j, j.add(x, func(*journal.Exchange, journal.View) int { return step }))
	replayed.tell(outcome{number: number})
	bs.log.Debug("recorded a request that net/http refused", "flow", flow, "number", number)
}
