package class

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"authlab/lab/room"
	"authlab/lab/site/panes"
	"authlab/lab/site/web"
)

// Events is GET /room/{code}/events?device=…: server-sent events for one of
// the class. "shown" carries {seq, step} of what the class is shown now; "gone" says
// that the class has ended, "restart" that the lab is about to stop.
func (cl *Pages) Events(w http.ResponseWriter, r *http.Request) error {
	c, err := cl.class(r)
	if err != nil {
		return err
	}
	if web.HeadOfStream(w, r) {
		return nil
	}
	if err := cl.remembers(w, r, c); err != nil {
		return err
	}
	f, s, err := c.Follow(r.FormValue("device"), false)
	if err != nil {
		return notLetIn(c, err)
	}
	defer c.Leave(f)
	return cl.streamClass(w, r, f, shownEvent(s))
}

// DriverEvents is GET /room/{code}/drive/events?window=…&kind=…&stage=1: the same
// for a window that may drive, with "clock" {now} first, by which it shows times,
// "counts" where the class's numbers have changed and "send" {seq, step} where this
// window is to send.
func (cl *Pages) DriverEvents(w http.ResponseWriter, r *http.Request) error {
	c, p, err := cl.driven(r)
	if err != nil {
		return err
	}
	if web.HeadOfStream(w, r) {
		return nil
	}
	f, s, err := c.Watch(window(r, p))
	if err != nil {
		return notLetIn(c, err)
	}
	defer c.Leave(f)
	clock := fmt.Sprintf("event: clock\ndata: {\"now\":%q}\n\n", time.Now().UTC().Format(time.RFC3339Nano))
	return cl.streamClass(w, r, f, clock+shownEvent(s))
}

// streamClass sends the events that a stream begins with, and then the follower's.
func (cl *Pages) streamClass(w http.ResponseWriter, r *http.Request, f *room.Follower, first string) error {
	if out, open := web.OpenStream(w, web.Retry(soon())+first); open {
		of := web.Feed[room.Notice]{From: f.Notices, Event: web.RoomEvent, Over: "event: gone\ndata: {}\n\n"}
		web.Follow(out, cl.Site, r, of, web.Feed[struct{}]{}, web.Retry(soon())+"event: restart\ndata: {}\n\n")
	}
	return nil
}

// A class does not come back all at once: each page waits for a time of its own.
const (
	soonest = 300 * time.Millisecond
	latest  = 2 * time.Second
)

func soon() time.Duration { return soonest + rand.N(latest-soonest) }

func shownEvent(s room.State) string {
	return web.RoomEvent(room.Notice{Kind: room.Shown, Seq: s.Seq, Step: s.Step})
}

// Link leads from a bench back to the class that its address names, nil where
// there is none.
func (cl *Pages) Link(r *http.Request) *panes.RoomLink {
	c, ok := cl.named(r)
	if !ok {
		return nil
	}
	return &panes.RoomLink{Code: string(c.Code()), Path: "/room/" + string(c.Code()), Step: c.State().Step}
}

// named is the class that the query of a bench's page names.
func (cl *Pages) named(r *http.Request) (*Class, bool) {
	code, ok := room.ParseCode(r.FormValue("room"))
	if !ok {
		return nil, false
	}
	c, err := cl.classes.knock(r, code)
	return c, err == nil
}

// Follow follows the class that the query of a bench's events names, from that
// bench. It returns nil where there is none.
func (cl *Pages) Follow(r *http.Request) (notices <-chan room.Notice, leave func()) {
	c, ok := cl.named(r)
	if !ok {
		return nil, func() {}
	}
	f, _, err := c.Follow(r.FormValue("device"), true)
	if err != nil {
		return nil, func() {} // the bench works all the same
	}
	return f.Notices, func() { c.Leave(f) }
}
