package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/a-h/templ"

	"authlab/lab/share"
)

// Of the answers that may be as long as a whole bench, an export say, few are
// under way at a time: each costs processor and, for a reader who takes its time, a
// place and memory. There are as many places as a quarter of the lab's memory has room
// for, and half of them are for one client, who may be a class that asks for its
// handouts.
const (
	bigHolds = 16 << 20         // bytes that one of them may hold: the handout of a class for whose masked recordings there is no room
	bigMost  = 16               // places, however much memory there is
	bigLeast = 2                // and however little
	bigWait  = 30 * time.Second // how long one waits for a place
)

// fewFor returns the places of a lab with so many bytes of memory.
func fewFor(memory int64) *few {
	all := int(min(max(memory/4/bigHolds, bigLeast), bigMost))
	return newFew(all/2, all, bigWait)
}

// few lets few in at a time: each of one client, all of all clients together.
type few struct {
	each, all int
	wait      time.Duration

	mu     sync.Mutex
	by     map[share.Client]int // places taken, by client
	taken  int
	change chan struct{} // closed when a place is given back; nil while nobody waits
}

func newFew(each, all int, wait time.Duration) *few {
	return &few{each: each, all: all, wait: wait, by: map[share.Client]int{}}
}

// enter takes a place for a client, and waits for one where there is none. leave
// gives it back. The error is the context's, or a failure with a sentence that says
// which limit was reached.
func (f *few) enter(ctx context.Context, client share.Client) (leave func(), err error) {
	patience := time.NewTimer(f.wait)
	defer patience.Stop()
	for {
		change := f.take(client)
		if change == nil {
			return sync.OnceFunc(func() { f.leave(client) }), nil
		}
		select {
		case <-change:
		case <-patience.C:
			return nil, f.full(client)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// take takes a place and returns nil, or returns what is closed once it is worth
// trying again.
func (f *few) take(client share.Client) <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.by[client] < f.each && f.taken < f.all {
		f.by[client]++
		f.taken++
		return nil
	}
	if f.change == nil {
		f.change = make(chan struct{})
	}
	return f.change
}

func (f *few) leave(client share.Client) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.taken--
	if f.by[client]--; f.by[client] == 0 {
		delete(f.by, client)
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
	return &failure{status: http.StatusServiceUnavailable, heading: "Too many long answers at once", text: text}
}

// big wraps a handler whose answer may be as long as a whole bench.
func (l *Lab) big(h handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		leave, err := l.few.enter(r.Context(), share.From(r.Context()))
		if err != nil {
			if _, refused := errors.AsType[*failure](err); refused {
				w.Header().Set("Retry-After", strconv.Itoa(int(bigWait.Seconds())))
			}
			return err
		}
		defer leave()
		return h(w, r)
	}
}

// A big answer is written in pieces, and each has to be taken in time: whoever does
// not read keeps neither a place nor memory for long.
const (
	pieceSize = 64 << 10 // bytes
	pieceTime = 20 * time.Second
)

// streamed writes an answer piece by piece, as write makes it. That the reader has
// gone is no failure of ours. What fails for another reason cuts the connection:
// half an answer must not pass for a whole one, and no error page can follow it.
func (l *Lab) streamed(w http.ResponseWriter, r *http.Request, write func(io.Writer) error) error {
	out := &pieces{w: w, control: http.NewResponseController(w), ctx: r.Context(), drawing: l.admission.drawing}
	if err := out.enter(); err != nil {
		return tooBusy(w, "Long answers take", err)
	}
	defer out.end()
	err := write(out)
	if out.err != nil {
		panic(http.ErrAbortHandler) // nobody reads: the connection is let go
	}
	if err == nil {
		out.deadline(time.Time{}) // the next answer on this connection has its own time
		return nil
	}
	if !out.began {
		return err
	}
	l.config.Log.Error("an answer failed on the way", "method", r.Method, "pattern", r.Pattern, "err", err)
	panic(http.ErrAbortHandler)
}

// pieces is a writer that gives each piece its time. What is worked out between two
// pieces has its client's turn; while one is written, others have theirs.
type pieces struct {
	w       io.Writer
	ctx     context.Context
	drawing *share.Lane
	leave   func()
	control *http.ResponseController
	began   bool
	err     error // of the connection
}

func (p *pieces) Write(b []byte) (n int, err error) {
	p.began = true
	for len(b) > 0 && p.err == nil {
		piece := b[:min(len(b), pieceSize)]
		b = b[len(piece):]
		p.deadline(time.Now().Add(pieceTime))
		p.leave()
		var wrote int
		wrote, p.err = p.w.Write(piece)
		n += wrote
		if err := p.enter(); p.err == nil {
			p.err = err
		}
	}
	return n, p.err
}

// enter waits for a turn, and end gives it back.
func (p *pieces) enter() (err error) {
	leave, err := p.drawing.Enter(p.ctx, share.From(p.ctx))
	if err != nil {
		leave = func() {}
	}
	p.leave = leave
	return err
}

func (p *pieces) end() { p.leave() }

// deadline is when the connection has to have taken what is written. One that
// knows no deadlines is none of ours; it is served all the same.
func (p *pieces) deadline(at time.Time) { _ = p.control.SetWriteDeadline(at) }

// renderStreamed answers with a component that is too long to be held whole.
func (l *Lab) renderStreamed(w http.ResponseWriter, r *http.Request, c templ.Component) error {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	return l.streamed(w, r, func(out io.Writer) error { return c.Render(context.WithoutCancel(r.Context()), out) })
}
