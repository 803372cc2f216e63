package room_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"authlab/lab/plot"
	"authlab/lab/room"
)

// situations lead window 1 to a state in which a move is made.
var situations = map[string]func(t *testing.T, o opened){
	"fresh":      func(*testing.T, opened) {},
	"last step":  func(t *testing.T, o opened) { o.must(t, moveTo(steps-1)) },
	"blank":      func(t *testing.T, o opened) { o.must(t, moveTo(3)); o.must(t, toggleBlank) },
	"sending":    func(t *testing.T, o opened) { o.must(t, moveTo(3)); o.must(t, send) },
	"open":       func(t *testing.T, o opened) { o.must(t, moveTo(3)); o.must(t, ask("q", 3)) },
	"open again": func(t *testing.T, o opened) { situations2(t, o, true) },
	"closed":     func(t *testing.T, o opened) { o.must(t, moveTo(3)); o.must(t, ask("q", 3)); o.must(t, closePoll) },
	"twice":      func(t *testing.T, o opened) { situations2(t, o, false) },
	"revealed": func(t *testing.T, o opened) {
		o.must(t, moveTo(3))
		o.must(t, ask("q", 3))
		o.must(t, closePoll)
		o.must(t, reveal)
	},
	"ended": func(t *testing.T, o opened) {
		if err := o.End(window(1)); err != nil {
			t.Fatal(err)
		}
	},
}

func situations2(t *testing.T, o opened, stillOpen bool) {
	t.Helper()
	for range 2 {
		o.must(t, ask("q", 3))
		if !stillOpen || pollOf(o.State(), "q").Round() == 1 {
			o.must(t, closePoll)
		}
	}
}

// moves are what is asked for, and what each situation answers: nil where it is
// not named.
var moves = []struct {
	name    string
	move    func(*room.State) error
	refused map[string]error
}{
	{"on", func(s *room.State) error { return s.MoveTo(s.Step+1, noon) }, map[string]error{"last step": room.ErrStep, "sending": room.ErrSending}},
	{"back", func(s *room.State) error { return s.MoveTo(s.Step-1, noon) }, map[string]error{
		"fresh": room.ErrStep, "open again": room.ErrStep, "twice": room.ErrStep, "sending": room.ErrSending,
	}},
	{"to where it is", func(s *room.State) error { return s.MoveTo(s.Step, noon) }, map[string]error{"sending": room.ErrSending}},
	{"to no step", moveTo(steps), every(room.ErrStep)},
	{"to a step below none", moveTo(-1), every(room.ErrStep)},
	{"send", send, map[string]error{"sending": room.ErrSending}},
	{"ask", ask("q", 3), map[string]error{"sending": room.ErrSending, "twice": room.ErrRounds, "revealed": room.ErrRounds}},
	{"ask another", ask("other", 2), map[string]error{"sending": room.ErrSending}},
	{"close", closePoll, map[string]error{
		"fresh": room.ErrNoPoll, "last step": room.ErrNoPoll, "blank": room.ErrNoPoll, "sending": room.ErrNoPoll,
		"closed": room.ErrNoPoll, "twice": room.ErrNoPoll, "revealed": room.ErrNoPoll,
	}},
	{"reveal", reveal, map[string]error{
		"fresh": room.ErrNoPoll, "last step": room.ErrNoPoll, "blank": room.ErrNoPoll, "sending": room.ErrNoPoll,
		"open": room.ErrOpen, "open again": room.ErrOpen,
	}},
	{"view", func(s *room.State) error { return s.ShowView("stateless") }, nil},
	{"no view", func(s *room.State) error { return s.ShowView("<b>") }, every(room.ErrView)},
	{"no view at all", func(s *room.State) error { return s.ShowView("") }, every(room.ErrView)},
	{"overlay", func(s *room.State) error { return s.Toggle(room.Overview) }, nil},
	{"no overlay", func(s *room.State) error { return s.Toggle("curtain") }, every(room.ErrOverlay)},
	{"size", func(s *room.State) error { s.Resize(1); return nil }, nil},
}

func every(err error) map[string]error {
	refused := map[string]error{}
	for name := range situations {
		refused[name] = err
	}
	return refused
}

// TestEveryMoveInEverySituation makes each move in each, and finds that one that
// is refused changes nothing, and one that is not has one number more.
func TestEveryMoveInEverySituation(t *testing.T) {
	for situation, lead := range situations {
		for _, m := range moves {
			t.Run(situation+"/"+m.name, func(t *testing.T) {
				o := open(t, nil)
				o.watch(t, window(1))
				lead(t, o)
				want := m.refused[situation]
				if situation == "ended" {
					want = room.ErrEnded
				}
				before := o.State()
				kept := deep(before)
				after, err := o.Drive(window(1), m.move)
				switch {
				case !is(err, want):
					t.Fatalf("%v, want %v", err, want)
				case !reflect.DeepEqual(deep(before), kept):
					t.Errorf("a state that was handed out has changed: %+v", before)
				case err != nil && (!reflect.DeepEqual(after, before) || !reflect.DeepEqual(o.State(), before)):
					t.Errorf("it is refused and changes %+v to %+v", before, o.State())
				case err == nil && (after.Seq != before.Seq+1 || !reflect.DeepEqual(o.State(), after)):
					t.Errorf("it leads from %d to %d, and is answered with %+v", before.Seq, o.State().Seq, after)
				}
			})
		}
	}
}

// deep is a state as text, with all that it points to.
func deep(s room.State) string { return fmt.Sprintf("%#v", s) }

// TestAFailedMoveChangesNothing makes a move that changes much before it fails.
func TestAFailedMoveChangesNothing(t *testing.T) {
	o := open(t, nil)
	o.watch(t, window(1))
	o.must(t, ask("q", 3))
	before, broken := o.State(), errors.New("broken")
	kept := deep(before)
	after, err := o.Drive(window(1), func(s *room.State) error {
		s.Polls[0].Phase, s.Polls[0].Rounds[0].Answers = room.Revealed, 9
		s.Step, s.Ended, s.Sending, s.Driver = 4, true, 4, room.Driver{}
		return broken
	})
	if !errors.Is(err, broken) || deep(after) != kept || deep(o.State()) != kept || deep(before) != kept {
		t.Errorf("%v, and %s has become %s", err, kept, deep(o.State()))
	}
}

// TestMovingOn looks at all that a step changes.
func TestMovingOn(t *testing.T) {
	o := open(t, nil)
	o.watch(t, window(1))
	if s := o.State(); !s.Began.IsZero() || !s.Arrived.Equal(noon) || !s.Made.Equal(noon) || s.Sending != plot.NoStep || s.View != "both" {
		t.Errorf("a room begins as %+v", s)
	}
	o.must(t, func(s *room.State) error { s.Rest, s.Problem = true, "x"; return s.Toggle(room.JoinCard) })
	o.must(t, ask("q", 2))
	later := noon.Add(time.Minute)
	s := o.must(t, func(s *room.State) error { return s.MoveTo(4, later) })
	if s.Step != 4 || !s.Arrived.Equal(later) || !s.Began.Equal(later) || s.Rest || s.Problem != "" || s.Overlay != room.Clear || s.OpenPoll() != nil || s.Poll("q").Phase != room.Closed {
		t.Errorf("after moving on: %+v", s)
	}
	s = o.must(t, func(s *room.State) error { return s.MoveTo(5, later.Add(time.Minute)) })
	if !s.Began.Equal(later) {
		t.Errorf("the class begins twice: %v", s.Began)
	}
	o.must(t, toggleBlank)
	if s := o.must(t, moveTo(6)); s.Overlay != room.Blank {
		t.Error("moving on lights up a projector that was blanked")
	}
	for range 9 {
		s = o.must(t, func(s *room.State) error { s.Resize(1); return nil })
	}
	if s.Size != room.MaxSize {
		t.Errorf("the type grows to %d", s.Size)
	}
	if s = o.must(t, func(s *room.State) error { s.Resize(-1 << 40); return nil }); s.Size != room.MinSize {
		t.Errorf("the type shrinks to %d", s.Size)
	}
}

// TestSending follows one step that is sent, and one that cannot be.
func TestSending(t *testing.T) {
	o := open(t, nil)
	o.watch(t, window(1))
	o.must(t, moveTo(3))
	o.must(t, ask("q", 3))
	o.must(t, moveTo(4))
	o.must(t, ask("r", 3))
	s := o.must(t, send)
	if s.Sending != 4 || s.Poll("r").Phase != room.Closed || s.Poll("r").Rounds[0].Votes == nil {
		t.Errorf("while it is sent: %+v", s)
	}
	o.Sent(room.Window{ID: device(1)}, "")
	o.Sent(window(2), "")
	if o.State().Sending != 4 {
		t.Error("a window that was not asked says that it has sent, and is heard")
	}
	o.Sent(window(1), "the app did not answer")
	if s := o.State(); s.Sending != plot.NoStep || s.Problem != "the app did not answer" || s.Poll("r").Phase != room.Closed {
		t.Errorf("after a failure: %+v", s)
	}
	before := o.State().Seq
	o.Sent(window(1), "")
	if s := o.State(); s.Seq != before || s.Poll("r").Phase != room.Closed {
		t.Errorf("what nobody asked for is noted: %+v", s)
	}
	if s := o.must(t, send); s.Problem != "" {
		t.Errorf("a new try shows the old problem: %q", s.Problem)
	}
	o.Sent(window(1), "")
	if s := o.State(); s.Sending != plot.NoStep || s.Problem != "" || s.Poll("r").Phase != room.Revealed || s.Poll("q").Phase != room.Closed {
		t.Errorf("after it was sent: %+v", s)
	}
}
