package lesson

import (
	"slices"
	"time"

	"authlab/lab/explain"
	"authlab/lab/moment"
	"authlab/lab/settings"
	"authlab/lab/site/panes"
)

// ClockEnd is a moment at which something will end by the bench's clock, and
// where to move the clock to see it. Before and After are RFC 3339; Before is
// empty where the end is too near.
type ClockEnd struct{ Label, At, Before, After string }

// shortly is how long before an end the clock is moved to: long enough to send a
// request, short enough to see that nothing else has changed.
const shortly = 10 * time.Second

// maxEnds is how many ends the page offers.
const maxEnds = 6

// endsOf are the next ends of what was given out, the nearest first.
func endsOf(in *panes.BenchInput) []ClockEnd {
	var list []explain.End
	last := 0
	if xs := in.Journal.Exchanges; len(xs) > 0 {
		last = xs[len(xs)-1].Number
	}
	for _, flow := range in.Lanes {
		held := explain.HeldAfter(in.Journal.Exchanges, flow, last)
		for _, e := range explain.Ends(held, flow, in.Settings, in.Now[flow]) {
			if e.At.After(in.Clock) {
				list = append(list, e)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b explain.End) int { return a.At.Compare(b.At) })
	var out []ClockEnd
	for _, e := range list[:min(len(list), maxEnds)] {
		c := ClockEnd{Label: e.Label, At: moment.Seen(e.At, in.Clock) + ", " + moment.Away(e.At, in.Clock), After: e.At.Format(time.RFC3339Nano)}
		if before := e.At.Add(-shortly); before.After(in.Clock) {
			c.Before = before.Format(time.RFC3339Nano)
		}
		out = append(out, c)
	}
	return out
}

// otherClocks says what does not go by the bench's clock.
func otherClocks(in *panes.BenchInput) string {
	text := "Your browser’s own clock does not move: Expires and Max-Age of a cookie go by that one."
	if in.Settings.Store == settings.Redis {
		text += " Neither does the store’s: the TTL that it shows is its own, and longer."
	}
	return text
}
