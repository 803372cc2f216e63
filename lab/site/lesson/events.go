package lesson

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"authlab/lab/bench"
	"authlab/lab/journal"
	"authlab/lab/room"
	"authlab/lab/site/web"
)

// reconnectIn is what browsers are told to wait before they come back to a bench.
const reconnectIn = time.Second

// Events is GET /bench/{id}/events: server-sent events (WHATWG HTML, section
// 9.2). "exchange" carries {number, flow, step}, "bench" means that something
// else about the bench has changed, "gone" that the bench has ended or was
// reset. With room and device it also has "shown" {seq, step} of the class that the
// visitor follows, and "over" when that has ended: one stream for one page.
func (le *Pages) Events(w http.ResponseWriter, r *http.Request) error {
	b, err := le.Find(r)
	if err != nil {
		return err
	}
	done, err := b.OpenStream()
	if errors.Is(err, bench.ErrStreams) {
		return le.Refusal(w, r, err)
	}
	defer done()
	if web.HeadOfStream(w, r) {
		return nil
	}
	notices, end := b.Listen()
	defer end()
	follows, leave := le.uses.Follow(r)
	defer leave()
	s, open := web.OpenStream(w, web.Retry(reconnectIn))
	if !open {
		return nil
	}
	bench := web.Feed[journal.Notice]{From: notices, Event: exchangeEvent, Over: "event: gone\ndata: {}\n\n"}
	beside := web.Feed[room.Notice]{From: follows, Event: web.RoomEvent, Over: "event: over\ndata: {}\n\n"} // the class has ended, the bench has not
	web.Follow(s, le.Site, r, bench, beside, "")
	return nil
}

func exchangeEvent(n journal.Notice) string {
	if n.Exchange == 0 {
		return "event: bench\ndata: {}\n\n"
	}
	return fmt.Sprintf("id: %d\nevent: exchange\ndata: {\"number\":%d,\"flow\":%q,\"step\":%d}\n\n", n.Exchange, n.Exchange, n.Flow, n.Step)
}
