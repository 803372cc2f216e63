package room

import (
	"testing"

	"authlab/lab/plot"
)

// TestGoOn: what going on does at a step that sends, at one that only looks again, and
// at the last.
func TestGoOn(t *testing.T) {
	looks := plot.NoStep
	for _, s := range plot.Steps() {
		if !s.Sends() && s.Number < plot.Last {
			looks = s.Number
		}
	}
	if looks == plot.NoStep || !plot.At(plot.Last).Sends() || !plot.At(plot.First).Sends() {
		t.Fatal("this test is about a lesson whose first and last steps send, and with one between them that does not")
	}
	asked := func(step int, p Phase) []Poll { return []Poll{{Slug: "q", Step: step, Phase: p}} }
	for name, c := range map[string]struct {
		state      State
		sent, asks bool
		want       Deed
	}{
		"not sent":                  {State{Step: plot.First}, false, false, DeedSend},
		"not sent, vote open":       {State{Step: plot.First, Polls: asked(plot.First, Open)}, false, true, DeedSend},
		"sent":                      {State{Step: plot.First}, true, false, DeedMove},
		"sent, never asked":         {State{Step: plot.First}, true, true, DeedMove},
		"sent, vote closed":         {State{Step: plot.First, Polls: asked(plot.First, Closed)}, true, true, DeedReveal},
		"sent, answer shown":        {State{Step: plot.First, Polls: asked(plot.First, Revealed)}, true, true, DeedMove},
		"sent, another step's vote": {State{Step: plot.First, Polls: asked(looks, Closed)}, true, true, DeedMove},
		"looks, without a question": {State{Step: looks}, false, false, DeedMove},
		"looks, never asked":        {State{Step: looks}, false, true, DeedReveal},
		"looks, passed over":        {State{Step: looks, Passed: []int{looks}}, false, true, DeedMove},
		"looks, another passed":     {State{Step: looks, Passed: []int{plot.First}}, false, true, DeedReveal},
		"looks, vote open":          {State{Step: looks, Polls: asked(looks, Open)}, false, true, DeedReveal},
		"looks, answer shown":       {State{Step: looks, Polls: asked(looks, Revealed)}, false, true, DeedMove},
		"the last, not sent":        {State{Step: plot.Last}, false, false, DeedSend},
		"the last, sent":            {State{Step: plot.Last}, true, false, DeedNone},
	} {
		if got := c.state.GoOn(c.sent, c.asks); got != c.want {
			t.Errorf("%s: going on does %q, want %q", name, got, c.want)
		}
	}
}
