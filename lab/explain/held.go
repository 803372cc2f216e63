package explain

import (
	"time"

	"authlab/lab/journal"
	"authlab/lab/settings"
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

// Standing is what the credential that the browser holds for one flow is worth, as
// far as can be told before it is sent.
type Standing struct {
	// Good says that the app would let its bearer in; Why says in a sentence why it
	// would not, and is empty where it would.
	Good bool
	Why  string
	// Held says that the browser holds one, good or not.
	Held bool
	// Ends is when it ends by itself, by the bench's clock; the zero time is never.
	Ends time.Time
	// Role is the role that the credential itself says, "" where it says none.
	Role string
}

// StandingOf works out what a flow's held credential is worth at a moment of the
// bench's clock, to a server that remembers state. It foretells and decides
// nothing: what the app makes of the credential is known once it was asked.
func StandingOf(h Held, flow journal.Flow, s settings.Settings, state journal.State, now time.Time) Standing {
	return FlowOf(flow).standing(h, s, state, now)
}

// End is a moment at which something ends by itself.
type End struct {
	Label string // what, in words that the moment goes on: "the token expires at"
	At    time.Time
}

// Ends are the moments, by the bench's clock, at which what a flow has given out ends:
// what the browser holds, and what a server that remembers state still knows of.
func Ends(h Held, flow journal.Flow, s settings.Settings, state journal.State) []End {
	return FlowOf(flow).ends(h, state, s)
}
