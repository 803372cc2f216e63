package room

import (
	"errors"
	"slices"
	"time"

	"authlab/lab/plot"
)

// Overlay is what covers the projector.
type Overlay string

// The overlays. At most one is up.
const (
	Clear    Overlay = ""         // the step is seen
	Blank    Overlay = "blank"    // nothing is seen: look at the speaker
	JoinCard Overlay = "join"     // how to join
	Overview Overlay = "overview" // where the class is
)

// The sizes of the projector's type, in steps from the usual one.
const (
	MinSize = -3
	MaxSize = 3
)

// State is what a class is shown, at one moment. It is plain data; its methods
// are the moves of an instructor, and each either makes its change whole or
// returns an error and changes nothing.
type State struct {
	Seq     int     // grows by one with every change
	Step    int     // of the lesson, from 0
	View    string  // "both", "stateful" or "stateless"
	Overlay Overlay // what covers the projector
	Rest    bool    // the projector shows the rest of the exchange, too
	Size    int     // of the projector's type, MinSize to MaxSize
	Sending int     // the step that the stage is sending, or plot.NoStep
	Problem string  // why the last sending failed, for the instructor; "" if it did not
	Polls   []Poll  // in the order in which they were opened first
	Passed  []int   // steps that were shown without asking their question
	Made    time.Time
	Began   time.Time // when the class first moved on or sent; zero before
	Arrived time.Time // when it came to this step
	Driver  Driver    // the window that drives; zero if none does
	Before  string    // the window that drove before
	Ended   bool

	steps int // how many the lesson has
}

// The errors of moves.
var (
	ErrEnded   = errors.New("this class has ended")
	ErrStep    = errors.New("there is no such step")
	ErrView    = errors.New("there is no such view")
	ErrOverlay = errors.New("there is no such overlay")
	ErrSending = errors.New("the last step is still being sent")
	ErrNoPoll  = errors.New("no question is asked at this step")
	ErrRounds  = errors.New("the class has voted in both rounds")
	ErrOpen    = errors.New("the vote is still open")
)

// MoveTo shows another step. An open vote of the step that is left is closed.
// It returns ErrStep for a step that the lesson does not have, and ErrSending
// while one is being sent.
func (s *State) MoveTo(step int, now time.Time) error {
	switch {
	case step < plot.First || step >= s.steps:
		return ErrStep
	case s.Sending != plot.NoStep:
		return ErrSending
	case step == s.Step:
		return nil
	}
	s.closeAll()
	s.begin(now)
	s.Step, s.Arrived, s.Rest, s.Problem = step, now, false, ""
	if s.Overlay != Blank {
		s.Overlay = Clear
	}
	return nil
}

func (s *State) begin(now time.Time) {
	if s.Began.IsZero() {
		s.Began = now
	}
}

var (
	views    = []string{"both", "stateful", "stateless"}
	overlays = []Overlay{Clear, Blank, JoinCard, Overview}
)

// ShowView shows one flow or both. It returns ErrView for any other view.
func (s *State) ShowView(view string) error {
	if !slices.Contains(views, view) {
		return ErrView
	}
	s.View = view
	return nil
}

// Toggle puts an overlay up, or takes it down where it is up. It returns
// ErrOverlay for one that there is not.
func (s *State) Toggle(o Overlay) error {
	if !slices.Contains(overlays, o) {
		return ErrOverlay
	}
	if s.Overlay == o {
		o = Clear
	}
	s.Overlay = o
	return nil
}

// Resize makes the projector's type larger or smaller, within its bounds.
func (s *State) Resize(by int) { s.Size = min(max(s.Size+by, MinSize), MaxSize) }

// Send asks the stage to send the step that is shown. An open vote is closed. It
// returns ErrSending while it is still sending.
func (s *State) Send(now time.Time) error {
	if s.Sending != plot.NoStep {
		return ErrSending
	}
	s.closeAll()
	s.begin(now)
	s.Sending, s.Problem, s.Overlay = s.Step, "", Clear
	return nil
}

// sent notes that the stage has sent, or why it could not. What was asked before
// the step is revealed by it.
func (s *State) sent(problem string) {
	step := s.Sending
	s.Sending, s.Problem = plot.NoStep, problem
	for i := range s.Polls {
		if p := &s.Polls[i]; p.Step == step && problem == "" {
			p.Phase = Revealed
		}
	}
}

// Phase is how far a poll has come.
type Phase string

// The phases of a poll, in order; a second round opens it once more.
const (
	Open     Phase = "open"     // votes are taken, and nobody sees how they fall
	Closed   Phase = "closed"   // how they fell is shown; the answer is not
	Revealed Phase = "revealed" // the answer is shown
)

// MaxRounds is how often a class votes on one question: before and after
// discussion.
const MaxRounds = 2

// Poll is a question to the class.
type Poll struct {
	Slug    string // names the prediction in the content
	Step    int    // at which it is asked
	Options int    // how many there are to choose from
	Phase   Phase
	Rounds  []Round // one for each time that it was opened
}

// Round is one vote of the class.
type Round struct {
	// Votes counts them by option, nil while the round is open.
	Votes []int
	// Answers is how many devices have voted.
	Answers int
}

// Round returns the number of the round that is open or was the last, from 1.
func (p *Poll) Round() int { return len(p.Rounds) }

// Poll returns the poll on the question of the given name, or nil.
func (s *State) Poll(slug string) *Poll {
	for i := range s.Polls {
		if s.Polls[i].Slug == slug {
			return &s.Polls[i]
		}
	}
	return nil
}

// OpenPoll returns the poll that takes votes, or nil. There is at most one.
func (s *State) OpenPoll() *Poll {
	for i := range s.Polls {
		if s.Polls[i].Phase == Open {
			return &s.Polls[i]
		}
	}
	return nil
}

// Ask opens the question for votes: its first round, or after that was closed its
// second. It returns ErrRounds for a third and after the answer was shown, and
// ErrSending while a step is being sent, which shows it.
func (s *State) Ask(slug string, options int) error {
	p := s.Poll(slug)
	if p != nil && p.Phase == Open {
		return nil
	}
	if s.Sending != plot.NoStep {
		return ErrSending
	}
	if p != nil && (p.Phase == Revealed || p.Round() == MaxRounds) {
		return ErrRounds
	}
	s.closeAll()
	if p == nil {
		s.Polls = append(s.Polls, Poll{Slug: slug, Step: s.Step, Options: options})
		p = &s.Polls[len(s.Polls)-1]
	}
	p.Phase, p.Rounds = Open, append(p.Rounds, Round{})
	if s.Overlay == Overview || s.Overlay == JoinCard {
		s.Overlay = Clear
	}
	return nil
}

// Close closes the open vote. It returns ErrNoPoll if there is none.
func (s *State) Close() error {
	if s.OpenPoll() == nil {
		return ErrNoPoll
	}
	s.closeAll()
	return nil
}

func (s *State) closeAll() {
	for i := range s.Polls {
		if s.Polls[i].Phase == Open {
			s.Polls[i].Phase = Closed
		}
	}
}

// Pass shows what there is to see at the step that is shown, without asking its
// question first.
func (s *State) Pass() {
	if !slices.Contains(s.Passed, s.Step) {
		s.Passed = append(slices.Clone(s.Passed), s.Step)
	}
}

// Reveal shows the answer to a question without sending anything, for steps that
// only look again. It returns ErrNoPoll for a question that was not asked and
// ErrOpen while votes are taken.
func (s *State) Reveal(slug string) error {
	p := s.Poll(slug)
	switch {
	case p == nil:
		return ErrNoPoll
	case p.Phase == Open:
		return ErrOpen
	}
	p.Phase = Revealed
	return nil
}

// clone returns a copy that shares nothing that moves change.
func (s *State) clone() State {
	c := *s
	c.Polls = slices.Clone(s.Polls)
	for i := range c.Polls {
		c.Polls[i].Rounds = slices.Clone(c.Polls[i].Rounds)
	}
	return c
}
