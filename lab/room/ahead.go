package room

import (
	"slices"

	"authlab/lab/plot"
)

// Deed is what going on does in a class.
type Deed string

// The deeds of the control that goes on.
const (
	DeedSend   Deed = "send"   // the step that is shown
	DeedReveal Deed = "reveal" // the answer to the question that was asked, or what there is to see
	DeedMove   Deed = "move"   // to the next step
	DeedNone   Deed = ""       // nothing is left
)

// GoOn decides what going on does: it sends the step that is shown if that sends and
// was not sent, else reveals what was asked, else shows the next. sent says whether the
// step was sent, asks whether it has a question. It changes nothing.
func (s *State) GoOn(sent, asks bool) Deed {
	p := s.AskedAt(s.Step)
	switch {
	case plot.At(s.Step).Sends() && !sent:
		return DeedSend
	case p != nil && p.Phase != Revealed, s.Withholds(s.Step, asks):
		return DeedReveal
	case s.Step < plot.Last:
		return DeedMove
	default:
		return DeedNone
	}
}

// AskedAt is the vote on the question of a step, nil where none was asked.
func (s *State) AskedAt(step int) *Poll {
	for i := range s.Polls {
		if s.Polls[i].Step == step {
			return &s.Polls[i]
		}
	}
	return nil
}

// Withholds reports whether a step that only looks again has a question, as asks says,
// which the class has neither been asked nor passed over. What there is to see would
// answer it, and no sending holds that back.
func (s *State) Withholds(step int, asks bool) bool {
	return asks && !plot.At(step).Sends() && s.AskedAt(step) == nil && !slices.Contains(s.Passed, step)
}
