package explain

import (
	"time"

	"authlab/lab/journal"
)

// HeldAfter works out what the visitor's browser holds for a flow after
// exchange number, from what it was given up to then; number 0 is before any.
// xs ascend by Number. Exchanges that the lab's own client sent do not count.
//
// It takes all of a visitor's exchanges for one browser's, because the wire
// cannot tell a second browser, or curl, from the first.
func HeldAfter(xs []*journal.Exchange, flow journal.Flow, number int) Held {
	var held holder
	learn := FlowOf(flow).learn
	for _, x := range xs {
		if x.Number > number {
			break
		}
		if x.By != journal.Visitor || x.Flow != flow {
			continue
		}
		learn(&held, x)
	}
	return held.now()
}

// holder is what a browser holds while it is worked out, exchange by exchange.
type holder struct {
	Held           // without the token
	raw  string    // the token, "" for none
	at   time.Time // what its times are measured from
}

// now is what the browser holds in the end. The token is read once, however many
// exchanges there were since it was given.
func (h *holder) now() Held {
	if h.raw != "" {
		view := ParseToken(h.raw, h.at)
		h.Token = &view
	}
	return h.Held
}
