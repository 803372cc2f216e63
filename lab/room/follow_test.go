package room_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"authlab/lab/plot"
	"authlab/lab/room"
)

// seqs reads what a follower was told of changes until its stream ends.
func seqs(f *room.Follower) (list []int) {
	for n := range f.Notices {
		if n.Kind == room.Shown {
			list = append(list, n.Seq)
		}
	}
	return list
}

// run is from, from+1 … to.
func run(from, to int) (list []int) {
	for n := from; n <= to; n++ {
		list = append(list, n)
	}
	return list
}

// TestEveryNoticeOnceAndInOrder lets 50 come in while four change the class: each is
// told of all that follows the state it began with.
func TestEveryNoticeOnceAndInOrder(t *testing.T) {
	o := open(t, slow{})
	o.watch(t, window(1))
	var all, changers sync.WaitGroup
	for n := range 50 {
		all.Go(func() {
			var f *room.Follower
			var s room.State
			var err error
			if n%5 == 0 {
				f, s, err = o.Watch(window(n%20 + 2))
			} else {
				f, s, err = o.Follow(device(n), n%2 == 0)
			}
			if errors.Is(err, room.ErrEnded) {
				return
			}
			if err != nil {
				t.Error(err)
				return
			}
			got := seqs(f)
			if want := run(s.Seq+1, o.State().Seq); !slices.Equal(got, want) {
				t.Errorf("who came in at %d was told of %v, want %v", s.Seq, got, want)
			}
			o.Leave(f)
		})
	}
	for range 4 {
		changers.Go(func() {
			for range 10 {
				o.Changed()
			}
		})
	}
	changers.Wait()
	if err := o.End(window(1)); err != nil {
		t.Fatal(err)
	}
	all.Wait()
}

// slow keeps nothing, and takes a while to.
type slow struct{}

func (slow) Room(room.Record) room.Saved          { return slow{} }
func (slow) Vote(room.Code, room.Vote) room.Saved { return slow{} }
func (slow) Wait() error {
	time.Sleep(100 * time.Microsecond) // what a disk takes; nothing waits for it
	return nil
}

// TestAFollowerThatDoesNotReadIsLetGo, and the others are told of everything.
func TestAFollowerThatDoesNotReadIsLetGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := open(t, nil)
		o.watch(t, window(1))
		lazy, other := o.follow(t, device(1)), o.follow(t, device(2))
		var told []int
		read := make(chan struct{})
		go func() { told = seqs(other); close(read) }()
		begin := o.State().Seq
		for range 200 {
			o.Changed()
			synctest.Wait()
		}
		got := seqs(lazy) // ends, so it is closed
		if !slices.Equal(got, run(begin+1, begin+64)) {
			t.Errorf("who does not read is told of %v", got)
		}
		o.Leave(lazy)
		o.Leave(lazy)
		if c := o.Class(); c.Following != 1 || c.Reconnecting != 1 {
			t.Errorf("who was let go and left is counted as %+v", c)
		}
		if err := o.End(window(1)); err != nil {
			t.Fatal(err)
		}
		<-read
		if !slices.Equal(told, run(begin+1, begin+201)) {
			t.Errorf("who reads is told of %v", told)
		}
	})
}

// TestEndTellsAllAndCloses leaves no goroutine behind: the bubble would not end.
func TestEndTellsAllAndCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := open(t, nil)
		list := []*room.Follower{o.watch(t, window(1)), o.watch(t, window(2)), o.follow(t, device(1)), o.follow(t, device(1))}
		if o.Over().Err() != nil {
			t.Error("a new room is over")
		}
		if err := o.End(window(1)); err != nil {
			t.Fatal(err)
		}
		<-o.Over().Done()
		last := o.State().Seq
		for i, f := range list {
			if got := seqs(f); len(got) == 0 || got[len(got)-1] != last {
				t.Errorf("follower %d was told of %v; the class ended at %d", i, got, last)
			}
			o.Leave(f)
		}
		if _, s, err := o.Follow(device(3), false); !is(err, room.ErrEnded) || !s.Ended {
			t.Errorf("coming in after the end: %v, %+v", err, s)
		}
		if _, s, err := o.Watch(window(3)); !is(err, room.ErrEnded) || !s.Ended {
			t.Errorf("a window after the end: %v, %+v", err, s)
		}
		for name, err := range map[string]error{
			"end": o.End(window(1)), "press": o.press(1), "take over": second(o.TakeOver(window(2))), "hand back": second(o.HandBack(window(1))), "vote": o.Vote(device(1), "q", 1, 0),
		} {
			if !is(err, room.ErrEnded) {
				t.Errorf("%s after the end: %v", name, err)
			}
		}
		o.Sent(window(1), "")
		o.Changed()
		if o.State().Seq != last {
			t.Error("something changes after the end")
		}
	})
}

func second(_ room.State, err error) error { return err }

// TestAClassGoesOnWhereNothingCanBeSaved, tells all, and says that it is not safe.
func TestAClassGoesOnWhereNothingCanBeSaved(t *testing.T) {
	full := errors.New("the disk is full")
	o := open(t, &notes{fail: full})
	f := o.watch(t, window(1))
	if _, err := o.Drive(window(1), send); !is(err, full) || o.State().Sending != 0 {
		t.Errorf("sending: %v, %+v", err, o.State())
	}
	if n := sendOf(t, f); n.Step != 0 {
		t.Errorf("the stage is told %+v", n)
	}
	if err := o.End(window(1)); !is(err, full) || o.Over().Err() == nil {
		t.Errorf("ending: %v", err)
	}
	seqs(f) // ends
}

// sendOf returns the first request to send among what a follower was told.
func sendOf(t *testing.T, f *room.Follower) room.Notice {
	t.Helper()
	for {
		select {
		case n := <-f.Notices:
			if n.Kind == room.Send {
				return n
			}
		default:
			t.Fatal("the window was not asked to send")
		}
	}
}

func silent(t *testing.T, f *room.Follower) {
	t.Helper()
	for len(f.Notices) > 0 {
		if n := <-f.Notices; n.Kind == room.Send {
			t.Error("a window is asked to send that should not be")
		}
	}
}

// TestWhichWindowSends: the one that sent last, else the driver, else the one that
// was opened last.
func TestWhichWindowSends(t *testing.T) {
	view := func(n int, stage bool) room.Window { w := window(n); w.Stage = stage; return w }
	o := open(t, nil)
	driver := o.watch(t, view(1, false))
	if _, err := o.Drive(view(1, false), send); !is(err, room.ErrNoStage) || o.State().Sending != plot.NoStep {
		t.Errorf("with no stage: %v", err)
	}
	old := o.watch(t, view(2, true))
	o.clock.move(time.Second)
	young := o.watch(t, view(3, true))
	o.must(t, moveTo(2))
	o.must(t, send)
	if n := sendOf(t, young); n.Step != 2 || n.Seq != o.State().Seq {
		t.Errorf("it is asked %+v", n)
	}
	o.Sent(window(3), "")
	o.clock.move(time.Second)
	younger := o.watch(t, view(4, true))
	o.must(t, send)
	sendOf(t, young) // as it sent last
	silent(t, old)
	silent(t, younger)
	silent(t, driver)
	o.Sent(window(3), "")
	o.Leave(young)
	staged := o.watch(t, view(1, true)) // the driver's window is given the apps
	o.must(t, send)
	sendOf(t, staged)
	silent(t, younger)
}

// TestTheWindowThatWasSendingHasGone closes it while it sends.
func TestTheWindowThatWasSendingHasGone(t *testing.T) {
	gone := func(s room.State) bool { return s.Sending == plot.NoStep && strings.Contains(s.Problem, "has gone") }
	o := open(t, nil)
	o.watch(t, window(1))
	o.Leave(o.watch(t, window(2)))
	if o.State().Problem != "" {
		t.Error("a window that did not send is missed")
	}
	o.must(t, ask("q", 2))
	o.must(t, send)
	f := o.watch(t, window(3))
	o.Leave(f)
	if gone(o.State()) {
		t.Error("another window has gone, and the sending is given up")
	}
	o = open(t, nil)
	f = o.watch(t, window(1))
	o.must(t, ask("q", 2))
	o.must(t, send)
	later := o.watch(t, window(1)) // its page is loaded anew
	o.Leave(f)
	if s := o.State(); !gone(s) || pollOf(s, "q").Phase != room.Closed {
		t.Errorf("after the page that was sending has gone: %+v", s)
	}
	o.must(t, send)
	sendOf(t, later)
	for range 100 {
		o.Changed() // it stops reading, and is let go
	}
	o.Leave(later)
	if !gone(o.State()) {
		t.Errorf("after one that was let go has left: %+v", o.State())
	}
}

// TestTheLaterPageOfAWindowSends, once, where the server has not missed the first.
func TestTheLaterPageOfAWindowSends(t *testing.T) {
	o := open(t, nil)
	dead, alive := o.watch(t, window(1)), o.watch(t, window(1))
	o.must(t, send)
	sendOf(t, alive)
	silent(t, dead)
	o.Leave(dead)
	if o.State().Sending != 0 {
		t.Error("the page that sends is there, and is given up")
	}
}

func TestARoomIsFull(t *testing.T) {
	o := open(t, nil)
	for range room.MaxStreams {
		o.follow(t, device(1))
		o.watch(t, window(1))
	}
	_, _, ofDevice := o.Follow(device(1), true)
	_, _, ofWindow := o.Watch(window(1))
	for n := 2; n <= room.MaxWindows; n++ {
		o.watch(t, window(n))
	}
	_, _, windows := o.Watch(window(99))
	for n := 2; n <= room.MaxDevices; n++ {
		o.follow(t, device(n))
	}
	_, _, devices := o.Follow(device(room.MaxDevices+1), false)
	for name, err := range map[string]error{"pages of a device": ofDevice, "pages of a window": ofWindow, "windows": windows, "devices": devices} {
		if !is(err, room.ErrFull) {
			t.Errorf("too many %s: %v", name, err)
		}
	}
	o.follow(t, device(2))
	for _, id := range []string{"", "x", strings.Repeat("a", 15), strings.Repeat("a", 65), strings.Repeat("é", 16), "../../../../etc/passwd", "<b><b><b><b><b><b>"} {
		_, _, follow := o.Follow(id, false)
		_, _, watch := o.Watch(room.Window{ID: id})
		if !is(follow, room.ErrDevice) || !is(watch, room.ErrDevice) || room.ValidDevice(id) {
			t.Errorf("%q follows: %v; watches: %v", id, follow, watch)
		}
	}
	if !room.ValidDevice(o.IssueDevice()) || len(map[string]bool{o.IssueDevice(): true, o.IssueDevice(): true}) < 2 {
		t.Error("a new device has no name of its own")
	}
}

// TestAWindowThatComesInHearsThatItIsToSend lets the only stage come in while the
// driver presses: whoever was found to send was listening.
func TestAWindowThatComesInHearsThatItIsToSend(t *testing.T) {
	o := open(t, nil)
	driver := window(1)
	driver.Stage = false
	o.watch(t, driver)
	for range 2000 {
		begin, pressed := make(chan struct{}), make(chan error, 1)
		go func() {
			<-begin
			for {
				_, err := o.Drive(driver, send)
				if !errors.Is(err, room.ErrNoStage) {
					pressed <- err
					return
				}
			}
		}()
		close(begin)
		f := o.watch(t, window(2))
		if err := <-pressed; err != nil {
			t.Fatal(err)
		}
		sendOf(t, f)
		o.Sent(window(2), "")
		o.Leave(f)
	}
}

// passes lets time pass, for the room's clock and for what runs by the machine's.
func (o opened) passes(d time.Duration) {
	o.clock.move(d)
	time.Sleep(2 * time.Second)
	synctest.Wait()
}

// TestAStageThatHangsIsGivenUp after a minute, and can be asked again.
func TestAStageThatHangsIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := open(t, nil)
		f := o.watch(t, window(1))
		o.must(t, send)
		o.passes(59 * time.Second)
		if s := o.State(); s.Sending == plot.NoStep {
			t.Errorf("after 59 s the sending is given up: %q", s.Problem)
		}
		o.passes(3 * time.Second)
		if s := o.State(); s.Sending != plot.NoStep || !strings.Contains(s.Problem, "within a minute") {
			t.Errorf("after 62 s: sending %d, %q", s.Sending, s.Problem)
		}
		o.must(t, send)
		if s := o.State(); s.Problem != "" {
			t.Errorf("sending again says %q", s.Problem)
		}
		o.Leave(f)
		if err := o.End(window(1)); err != nil {
			t.Fatal(err)
		}
	})
}

// TestAWindowThatHasGoneDrivesNoLonger, once it has not come back for a while.
func TestAWindowThatHasGoneDrivesNoLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := open(t, nil)
		f := o.watch(t, window(1))
		other := o.watch(t, window(2))
		o.Leave(f)
		o.passes(9 * time.Second)
		if d := o.State().Driver; d.Window != window(1).ID {
			t.Errorf("after 9 s %+v drives", d)
		}
		o.passes(3 * time.Second)
		if s := o.State(); s.Driver != (room.Driver{}) || s.Before != window(1).ID {
			t.Errorf("after 12 s %+v drives, and before %q", s.Driver, s.Before)
		}
		if _, err := o.Drive(window(2), send); err != nil {
			t.Fatal(err)
		}
		if d := o.State().Driver; d.Window != window(2).ID {
			t.Errorf("who presses first does not drive, but %+v", d)
		}
		o.Leave(other)
		if err := o.End(window(2)); err != nil {
			t.Fatal(err)
		}
	})
}
