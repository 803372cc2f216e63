package room_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"authlab/lab/room"
)

// pressing is window 1 with a press of that name.
func pressing(press string) room.Window {
	w := window(1)
	w.Press = press
	return w
}

func larger(s *room.State) error {
	s.Resize(1)
	return nil
}

// TestAPressIsDoneOnce, however often and however many at a time it is sent, also to a
// room that was brought back, and with it every other press once.
func TestAPressIsDoneOnce(t *testing.T) {
	k := &notes{}
	o := open(t, k)
	var all sync.WaitGroup
	for n := range 16 {
		all.Go(func() {
			if _, err := o.Drive(pressing(fmt.Sprint("press", n%2)), larger); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if s := o.State(); s.Size != 2 {
		t.Errorf("two presses, each sent eight times, make the type %d larger", s.Size)
	}
	before := o.State().Seq
	again := restored(t, kept(t, k.last), k.votes)
	for _, r := range []opened{o, again} {
		s, err := r.Drive(pressing("press1"), larger)
		if err != nil || s.Size != 2 || s.Seq != before {
			t.Errorf("a press that was done is answered with %v and size %d in change %d, want %d", err, s.Size, s.Seq, before)
		}
	}
	if s, err := o.Drive(pressing("another"), larger); err != nil || s.Size != 3 {
		t.Errorf("another press: %v, size %d", err, s.Size)
	}
	for range 2 {
		if _, err := o.Drive(window(1), func(s *room.State) error { s.Resize(-1); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if s := o.State(); s.Size != 1 {
		t.Errorf("moves that name no press are done once only, and the size is %d", s.Size)
	}
}

// TestAPressThatWasRefused may be made again.
func TestAPressThatWasRefused(t *testing.T) {
	o := open(t, nil)
	w := pressing("press")
	if _, err := o.Drive(w, send); !is(err, room.ErrNoStage) {
		t.Fatal(err)
	}
	o.watch(t, window(1))
	if s, err := o.Drive(w, send); err != nil || s.Sending != 0 {
		t.Errorf("once it can be done: %v, %+v", err, s)
	}
}

// TestTheEndIsPressedTwice, and answered as done both times; so is handing back.
func TestTheEndIsPressedTwice(t *testing.T) {
	o := open(t, nil)
	o.watch(t, window(2))
	o.watch(t, window(1))
	w := pressing("over to me")
	if _, err := o.TakeOver(w); err != nil {
		t.Fatal(err)
	}
	w.Press = "back to you"
	for range 2 {
		if s, err := o.HandBack(w); err != nil || s.Driver.Window != window(2).ID {
			t.Errorf("handing back: %v, %+v drives", err, s.Driver)
		}
	}
	w = window(2)
	w.Press = "the end"
	for range 2 {
		if err := o.End(w); err != nil {
			t.Errorf("the end: %v", err)
		}
	}
	if err := o.End(window(2)); !is(err, room.ErrEnded) {
		t.Errorf("another press: %v", err)
	}
}

// TestALateReport of a step that was sent does not end the sending of the next.
func TestALateReport(t *testing.T) {
	o := open(t, nil)
	o.watch(t, window(1))
	o.must(t, send)
	o.Sent(pressing("sent 0"), "")
	o.must(t, send)
	o.Sent(pressing("sent 0"), "")
	if o.State().Sending != 0 {
		t.Error("the second sending was ended by the report of the first")
	}
}

// TestDoneButNotSaved is said of each change and each vote, and not of what was not
// done.
func TestDoneButNotSaved(t *testing.T) {
	full := errors.New("the disk is full")
	k := &notes{fail: full}
	o := open(t, k)
	check := func(what string, err error, done bool) {
		t.Helper()
		var unsaved room.UnsavedError
		if errors.As(err, &unsaved) != done || done && !errors.Is(err, full) || err == nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err := o.Drive(pressing("ask"), ask("q", 2))
	check("a move", err, true)
	_, err = o.Drive(pressing("ask"), ask("q", 2))
	check("the same press", err, true)
	check("a vote", o.Vote(device(1), "q", 1, 1), true)
	check("a vote for nothing", o.Vote(device(1), "q", 1, 7), false)
	secret, err := o.Grant(room.ByOpening, room.Instructor, "")
	check("a right", err, true)
	_, err = o.Drive(window(1), moveTo(99))
	check("a move to nowhere", err, false)
	if s := o.State(); o.Answers() != 1 || !mayDrive(o, secret) || s.OpenPoll() == nil {
		t.Errorf("what was done is not: %d answers, %+v", o.Answers(), s)
	}
	k.fail = nil
	if _, err := o.Drive(pressing("ask"), ask("q", 2)); err != nil {
		t.Errorf("the same press, once it can be saved: %v", err)
	}
	check("the end", func() error { k.fail = full; return o.End(window(1)) }(), true)
}
