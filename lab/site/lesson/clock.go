package lesson

import (
	"slices"
	"strconv"
	"time"

	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/moment"
	"authlab/lab/settings"
	"authlab/lab/site/page"
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
	type end struct {
		label string
		at    time.Time
	}
	var list []end
	add := func(label string, at time.Time) {
		if at.After(in.Clock) {
			list = append(list, end{label, at})
		}
	}
	for _, r := range in.Now[journal.Session].Records {
		add("session "+page.Brief(r.ID, 6)+" has been idle too long at", r.Expires)
		if r.Expires.Add(time.Second).Before(r.Deadline) {
			add("session "+page.Brief(r.ID, 6)+" reaches its absolute limit at", r.Deadline)
		}
	}
	if at, ok := tokenEnds(in); ok {
		add("the token expires at", at)
	}
	for _, r := range in.Now[journal.Token].Records {
		add(map[journal.RecordKind]string{
			journal.RefreshRecord: "a refresh token ends at", journal.DeniedRecord: "an entry of the denylist goes at",
		}[r.Kind], r.Expires)
	}
	slices.SortStableFunc(list, func(a, b end) int { return a.at.Compare(b.at) })
	var out []ClockEnd
	for _, e := range list[:min(len(list), maxEnds)] {
		c := ClockEnd{Label: e.label, At: moment.Seen(e.at, in.Clock) + ", " + moment.Away(e.at, in.Clock), After: e.at.Format(time.RFC3339Nano)}
		if before := e.at.Add(-shortly); before.After(in.Clock) {
			c.Before = before.Format(time.RFC3339Nano)
		}
		out = append(out, c)
	}
	return out
}

// tokenEnds is when the token that the client holds is no longer believed.
func tokenEnds(in *panes.BenchInput) (time.Time, bool) {
	xs := in.Journal.Exchanges
	if len(xs) == 0 {
		return time.Time{}, false
	}
	held := explain.HeldAfter(xs, journal.Token, xs[len(xs)-1].Number)
	if held.Token == nil {
		return time.Time{}, false
	}
	for _, c := range held.Token.Claims {
		if seconds, err := strconv.ParseInt(c.Value, 10, 64); c.Name == "exp" && err == nil {
			return time.Unix(seconds, 0).UTC().Add(settings.Duration(in.Settings.Token.Leeway)), true
		}
	}
	return time.Time{}, false
}

// otherClocks says what does not go by the bench's clock.
func otherClocks(in *panes.BenchInput) string {
	text := "Your browser’s own clock does not move: Expires and Max-Age of a cookie go by that one."
	if in.Settings.Store == settings.Redis {
		text += " Neither does the store’s: the TTL that it shows is its own, and longer."
	}
	return text
}
