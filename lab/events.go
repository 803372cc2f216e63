package lab

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"authlab/lab/bench"
	"authlab/lab/journal"
	"authlab/lab/room"
)

// The manners of an event stream.
const (
	heartbeat   = 15 * time.Second // a comment that keeps the connection from being taken for dead
	writeBudget = 10 * time.Second // how long one write may take before the reader is let go
	reconnectIn = time.Second      // what browsers are told to wait before they come back
)

// events is GET /bench/{id}/events: server-sent events (WHATWG HTML, section
// 9.2). "exchange" carries {number, flow, step}, "bench" means that something
// else about the bench has changed, "gone" that the bench has ended or was
// reset. With room and device it also has "shown" {seq, step} of the class that the
// visitor follows, and "over" when that has ended: one stream for one page.
func (l *Lab) events(w http.ResponseWriter, r *http.Request) error {
	b, err := l.find(r)
	if err != nil {
		return err
	}
	done, err := b.OpenStream()
	if errors.Is(err, bench.ErrStreams) {
		return l.refusal(w, r, err)
	}
	defer done()
	notices, end := b.Listen()
	defer end()
	class, leave := l.followFrom(r)
	defer leave()
	w.Header().Set("Content-Type", "text/event-stream")
	if r.Method == http.MethodHead {
		return nil // a stream without content would only hold the connection
	}
	w.Header().Set("X-Accel-Buffering", "no") // a proxy in front must not hold events back
	s := stream{w, http.NewResponseController(w)}
	if s.send("retry: "+strconv.Itoa(int(reconnectIn.Milliseconds()))+"\n\n") != nil {
		return nil
	}
	l.follow(s, r, notices, class)
	return nil
}

// follow sends notices until the reader has gone, the bench has ended or the lab
// stops. class are those of a class that the reader follows as well; nil for none.
func (l *Lab) follow(s stream, r *http.Request, notices <-chan journal.Notice, class <-chan room.Notice) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		var err error
		select {
		case n, ok := <-notices:
			if !ok {
				_ = s.send("event: gone\ndata: {}\n\n") // the stream ends here either way
				return
			}
			err = s.notice(n)
		case n, ok := <-class:
			if !ok {
				class = nil // the class has ended, the bench has not
				err = s.send("event: over\ndata: {}\n\n")
				break
			}
			err = s.send(classEvent(n))
		case <-beat.C:
			err = s.send(": still here\n\n")
		case <-r.Context().Done():
			return
		case <-l.stopping.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

// stream writes server-sent events, each with a deadline of its own.
type stream struct {
	w       io.Writer
	control *http.ResponseController
}

func (s stream) send(event string) error {
	if err := s.control.SetWriteDeadline(time.Now().Add(writeBudget)); err != nil {
		return fmt.Errorf("set the deadline of an event: %w", err)
	}
	if _, err := io.WriteString(s.w, event); err != nil {
		return err
	}
	return s.control.Flush()
}

func (s stream) notice(n journal.Notice) error {
	if n.Exchange == 0 {
		return s.send("event: bench\ndata: {}\n\n")
	}
	data, err := json.Marshal(struct {
		Number int          `json:"number"`
		Flow   journal.Flow `json:"flow"`
		Step   int          `json:"step"`
	}{n.Exchange, n.Flow, n.Step})
	if err != nil {
		return err
	}
	return s.send(fmt.Sprintf("id: %d\nevent: exchange\ndata: %s\n\n", n.Exchange, data))
}
