package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/a-h/templ"

	"authlab/lab/share"
)

// Big wraps a handler whose answer may be as long as a whole bench.
func (s *Site) Big(h Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := s.few.enter(r.Context(), share.From(r.Context()))
		if err != nil {
			if _, refused := errors.AsType[*VisitorError](err); refused {
				w.Header().Set("Retry-After", strconv.Itoa(int(bigWait.Seconds())))
			}
			return err
		}
		defer s.few.leave(p)
		return h(w, r.WithContext(context.WithValue(r.Context(), placeKey{}, p)))
	}
}

// placeKey is the key of a big answer's place in its request's context.
type placeKey struct{}

// A big answer is written in pieces, and each has to be taken in time: whoever does
// not read keeps neither a place nor memory for long. Whoever reads slowly keeps them
// until others want them.
const (
	pieceSize = 64 << 10 // bytes
	pieceTime = 20 * time.Second
)

// Streamed writes an answer piece by piece, as write makes it. That the reader has
// gone is no failure of ours. What fails for another reason cuts the connection:
// half an answer must not pass for a whole one, and no error page can follow it.
func (s *Site) Streamed(w http.ResponseWriter, r *http.Request, write func(io.Writer) error) error {
	out, end := newPieces(w, r, s.admission.drawing)
	defer end()
	if err := out.enter(); err != nil {
		return tooBusy(w, "Long answers take", err)
	}
	defer func() { out.leave() }()
	err := write(out)
	end()
	if out.err != nil {
		panic(http.ErrAbortHandler) // nobody reads, or others wait: the connection is let go
	}
	if err == nil {
		out.deadline(time.Time{}) // the next answer on this connection has its own time
		return nil
	}
	if !out.began {
		return err
	}
	s.config.Log.Error("an answer failed on the way", "method", r.Method, "pattern", r.Pattern, "err", err)
	panic(http.ErrAbortHandler)
}

// pieces is a writer that gives each piece its time. What is worked out between two
// pieces has its client's turn; while one is written, others have theirs.
type pieces struct {
	w       io.Writer
	ctx     context.Context // of the request, and of its place
	place   *place
	drawing *share.Lane
	leave   func()
	control *http.ResponseController
	began   bool
	err     error // of the connection
}

// newPieces writes an answer for as long as it has its place. end is called when the
// answer is over; after that nothing cuts its connection.
func newPieces(w http.ResponseWriter, r *http.Request, drawing *share.Lane) (p *pieces, end func()) {
	p = &pieces{w: w, control: http.NewResponseController(w), drawing: drawing, leave: func() {}}
	var taken bool
	if p.place, taken = r.Context().Value(placeKey{}).(*place); !taken {
		p.place = &place{ended: context.Background()} // of one exchange, which is short
	}
	ctx, cancel := context.WithCancel(r.Context())
	p.ctx = ctx
	cut := make(chan struct{})
	stop := context.AfterFunc(p.place.ended, func() {
		defer close(cut)
		cancel()
		p.deadline(time.Now()) // what is being written is not taken any more
	})
	return p, sync.OnceFunc(func() {
		if !stop() {
			<-cut
		}
		cancel()
	})
}

func (p *pieces) Write(b []byte) (n int, err error) {
	p.began = true
	for len(b) > 0 && p.err == nil {
		piece := b[:min(len(b), pieceSize)]
		b = b[len(piece):]
		p.deadline(time.Now().Add(pieceTime))
		if p.err = p.place.ended.Err(); p.err != nil {
			break
		}
		p.leave()
		var wrote int
		wrote, p.err = p.w.Write(piece)
		n += wrote
		p.place.wrote.Add(int64(wrote))
		if err := p.enter(); p.err == nil {
			p.err = err
		}
	}
	return n, p.err
}

// enter waits for a turn, and leave gives it back.
func (p *pieces) enter() (err error) {
	leave, err := p.drawing.Enter(p.ctx, share.From(p.ctx))
	if err != nil {
		leave = func() {}
	}
	p.leave = leave
	return err
}

// deadline is when the connection has to have taken what is written. One that
// knows no deadlines is none of ours; it is served all the same.
func (p *pieces) deadline(at time.Time) { _ = p.control.SetWriteDeadline(at) }

// RenderStreamed answers with a component that is too long to be held whole.
func (s *Site) RenderStreamed(w http.ResponseWriter, r *http.Request, c templ.Component) error {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	return s.Streamed(w, r, func(out io.Writer) error { return c.Render(context.WithoutCancel(r.Context()), out) })
}
