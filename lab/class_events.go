package lab

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"authlab/lab/page"
	"authlab/lab/room"
)

// classEvents is GET /room/{code}/events?device=…: server-sent events for one of
// the class. "shown" carries {seq, step} of what the class is shown now; "gone" says
// that the class has ended, "restart" that the lab is about to stop.
func (l *Lab) classEvents(w http.ResponseWriter, r *http.Request) error {
	c, err := l.class(r)
	if err != nil {
		return err
	}
	if headOfStream(w, r) {
		return nil
	}
	if err := l.remembers(w, r, c); err != nil {
		return err
	}
	f, s, err := c.Follow(r.FormValue("device"), false)
	if err != nil {
		return notLetIn(c, err)
	}
	defer c.Leave(f)
	return l.streamClass(w, r, f, shownEvent(s))
}

// driverEvents is GET /room/{code}/drive/events?window=…&kind=…&stage=1: the same
// for a window that may drive, with "clock" {now} first, by which it shows times,
// "counts" where the class's numbers have changed and "send" {seq, step} where this
// window is to send.
func (l *Lab) driverEvents(w http.ResponseWriter, r *http.Request) error {
	c, p, err := l.driven(r)
	if err != nil {
		return err
	}
	if headOfStream(w, r) {
		return nil
	}
	f, s, err := c.Watch(window(r, p))
	if err != nil {
		return notLetIn(c, err)
	}
	defer c.Leave(f)
	clock := fmt.Sprintf("event: clock\ndata: {\"now\":%q}\n\n", time.Now().UTC().Format(time.RFC3339Nano))
	return l.streamClass(w, r, f, clock+shownEvent(s))
}

// headOfStream answers HEAD, which opens no stream: it would only hold the
// connection, and count somebody who is not there.
func headOfStream(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodHead {
		return false
	}
	w.Header().Set("Content-Type", "text/event-stream")
	return true
}

// streamClass sends the events that a stream begins with, and then the follower's.
func (l *Lab) streamClass(w http.ResponseWriter, r *http.Request, f *room.Follower, first string) error {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // a proxy in front must not hold events back
	out := stream{w, http.NewResponseController(w)}
	if out.send(retry()+first) != nil {
		return nil
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		var err error
		select {
		case n, ok := <-f.Notices:
			if !ok {
				_ = out.send("event: gone\ndata: {}\n\n") // the stream ends here either way
				return nil
			}
			err = out.send(classEvent(n))
		case <-beat.C:
			err = out.send(": still here\n\n")
		case <-r.Context().Done():
			return nil
		case <-l.stopping.Done():
			_ = out.send(retry() + "event: restart\ndata: {}\n\n") // as above
			return nil
		}
		if err != nil {
			return nil
		}
	}
}

// A class does not come back all at once: each page waits for a time of its own.
const (
	soonest = 300 * time.Millisecond
	latest  = 2 * time.Second
)

func retry() string {
	wait := soonest + rand.N(latest-soonest)
	return "retry: " + strconv.Itoa(int(wait.Milliseconds())) + "\n\n"
}

var classEventNames = map[room.NoticeKind]string{room.Shown: "shown", room.Counts: "counts", room.Send: "send"}

func shownEvent(s room.State) string {
	return classEvent(room.Notice{Kind: room.Shown, Seq: s.Seq, Step: s.Step})
}

func classEvent(n room.Notice) string {
	return fmt.Sprintf("event: %s\ndata: {\"seq\":%d,\"step\":%d}\n\n", classEventNames[n.Kind], n.Seq, n.Step)
}

// classLink leads from a bench back to the class that its address names, nil where
// there is none.
func (l *Lab) classLink(r *http.Request) *page.RoomLink {
	c, ok := l.named(r)
	if !ok {
		return nil
	}
	return &page.RoomLink{Code: string(c.Code()), Path: "/room/" + string(c.Code()), Step: c.State().Step}
}

// named is the class that the query of a bench's page names.
func (l *Lab) named(r *http.Request) (*class, bool) {
	code, ok := room.ParseCode(r.FormValue("room"))
	if !ok {
		return nil, false
	}
	c, err := l.classes.knock(r, code)
	return c, err == nil
}

// followFrom follows the class that the query of a bench's events names, from that
// bench. It returns nil where there is none.
func (l *Lab) followFrom(r *http.Request) (notices <-chan room.Notice, leave func()) {
	c, ok := l.named(r)
	if !ok {
		return nil, func() {}
	}
	f, _, err := c.Follow(r.FormValue("device"), true)
	if err != nil {
		return nil, func() {} // the bench works all the same
	}
	return f.Notices, func() { c.Leave(f) }
}
