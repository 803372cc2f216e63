package web

import (
	"fmt"
	"io"
	"net/http"
	"time"
)

// The manners of an event stream.
const (
	heartbeat   = 15 * time.Second // a comment that keeps the connection from being taken for dead
	writeBudget = 10 * time.Second // how long one write may take before the reader is let go
)

// Stream writes server-sent events (WHATWG HTML, section 9.2), each with a deadline of
// its own.
type Stream struct {
	w       io.Writer
	control *http.ResponseController
}

// HeadOfStream answers HEAD, which opens no stream: it would only hold the connection,
// and count somebody who is not there. It returns false for other methods.
func HeadOfStream(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodHead {
		return false
	}
	w.Header().Set("Content-Type", "text/event-stream")
	return true
}

// OpenStream begins a stream with what is sent first. It returns false where nobody
// reads it.
func OpenStream(w http.ResponseWriter, first string) (Stream, bool) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // a proxy in front must not hold events back
	s := Stream{w, http.NewResponseController(w)}
	return s, s.Send(first) == nil
}

// Send sends an event, as it is written on the wire, and fails where nobody reads it in
// time.
func (s Stream) Send(event string) error {
	if err := s.control.SetWriteDeadline(time.Now().Add(writeBudget)); err != nil {
		return fmt.Errorf("set the deadline of an event: %w", err)
	}
	if _, err := io.WriteString(s.w, event); err != nil {
		return err
	}
	return s.control.Flush()
}

// Retry is what tells a browser how long to wait before it comes back, and stands
// before an event.
func Retry(wait time.Duration) string { return fmt.Sprintf("retry: %d\n\n", wait.Milliseconds()) }

// Feed is what a stream tells of: what comes from a channel, each as an event, and an
// event once that is closed. The zero value tells of nothing.
type Feed[T any] struct {
	From  <-chan T
	Event func(T) string
	Over  string
}

// Follow sends what two feeds tell of until the reader has gone, the first of them is
// over, or the lab stops, of which the event stopped tells if there is one. The second
// may end before.
func Follow[A, B any](s Stream, site *Site, r *http.Request, first Feed[A], beside Feed[B], stopped string) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		var event string
		select {
		case n, ok := <-first.From:
			if !ok {
				_ = s.Send(first.Over) // the stream ends here either way
				return
			}
			event = first.Event(n)
		case n, ok := <-beside.From:
			if event = beside.Over; !ok {
				beside.From = nil
				break
			}
			event = beside.Event(n)
		case <-beat.C:
			event = ": still here\n\n"
		case <-r.Context().Done():
			return
		case <-site.stopping.Done():
			if stopped != "" {
				_ = s.Send(stopped) // as above
			}
			return
		}
		if s.Send(event) != nil {
			return
		}
	}
}
