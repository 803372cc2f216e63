package room_test

import (
	"cmp"
	"errors"
	"runtime"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"authlab/lab/room"
)

// drives is the name of the window that drives.
func (o opened) drives() string { return o.State().Driver.Window }

func (o opened) press(n int) error {
	_, err := o.Drive(window(n), nothing)
	return err
}

// refused fails unless window n may not drive, and is told who does.
func (o opened) refused(t *testing.T, n, driver int) {
	t.Helper()
	var other room.NotDrivingError
	if err := o.press(n); !errors.As(err, &other) || other.Driver.Window != window(driver).ID || other.Driver != o.State().Driver {
		t.Errorf("window %d is answered with %v; want that window %d drives", n, err, driver)
	}
}

func TestOneWindowDrives(t *testing.T) {
	o := open(t, nil)
	first := o.watch(t, window(1))
	o.watch(t, window(2))
	if o.drives() != window(1).ID || o.State().Driver.Kind != room.Instructor || !o.State().Driver.Since.Equal(noon) {
		t.Errorf("the first window does not drive: %+v", o.State().Driver)
	}
	o.refused(t, 2, 1)
	o.refused(t, 3, 1) // a page without scripts
	if err := o.End(window(2)); err == nil || o.State().Ended {
		t.Error("a window that does not drive ends the class")
	}
	if _, err := o.HandBack(window(2)); !errors.As(err, new(room.NotDrivingError)) {
		t.Errorf("who does not drive hands back: %v", err)
	}
	o.clock.move(time.Minute)
	if _, err := o.TakeOver(window(2)); err != nil || o.drives() != window(2).ID || !o.State().Driver.Since.Equal(noon.Add(time.Minute)) {
		t.Errorf("taking over: %v, %+v", err, o.State().Driver)
	}
	o.refused(t, 1, 2)
	if _, err := o.TakeOver(window(2)); err != nil || o.State().Before != window(1).ID {
		t.Errorf("taking over twice forgets who drove: %v, %q", err, o.State().Before)
	}
	if _, err := o.HandBack(window(2)); err != nil || o.drives() != window(1).ID {
		t.Errorf("handing back: %v, %+v", err, o.State().Driver)
	}
	if _, err := o.HandBack(window(1)); err != nil || o.drives() != window(2).ID {
		t.Errorf("and again: %v, %+v", err, o.State().Driver)
	}
	o.Leave(first)
	if _, err := o.HandBack(window(2)); !is(err, room.ErrNobody) || o.drives() != window(2).ID {
		t.Errorf("handing back to a window that has gone: %v", err)
	}
}

func TestHandingBackWhereNobodyDrives(t *testing.T) {
	o := open(t, nil)
	if _, err := o.HandBack(window(1)); !is(err, room.ErrNobody) {
		t.Errorf("%v", err)
	}
}

// TestWhoTakesDrivingFromAWindowThatHasGone: a press does at once, and a window that
// comes in only after a while, because a reload must not hand driving on.
func TestWhoTakesDrivingFromAWindowThatHasGone(t *testing.T) {
	clicker := room.Window{ID: device(9), Kind: room.Clicker}
	for _, c := range []struct {
		name  string
		after time.Duration
		who   room.Window
		press bool
		want  bool
	}{
		{"a window at once", 0, window(2), false, false}, {"a window soon", 9 * time.Second, window(2), false, false}, {"a window later", 10 * time.Second, window(2), false, true},
		{"a press at once", 0, window(2), true, true}, {"a clicker later", time.Hour, clicker, false, false}, {"a clicker's press", 0, clicker, true, true},
	} {
		o := open(t, nil)
		f := o.watch(t, window(1))
		o.must(t, nothing)
		o.clock.move(time.Minute)
		o.Leave(f)
		o.clock.move(c.after)
		o.watch(t, c.who)
		if c.press {
			if _, err := o.Drive(c.who, nothing); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		if got := o.drives() == c.who.ID; got != c.want {
			t.Errorf("%s: drives is %v", c.name, got)
		}
	}
}

func TestAClickerDrivesWhenItIsPressed(t *testing.T) {
	o := open(t, nil)
	clicker := room.Window{ID: device(9), Kind: room.Clicker}
	o.watch(t, clicker)
	if o.drives() != "" {
		t.Error("a clicker drives because it is there")
	}
	if _, err := o.Drive(clicker, nothing); err != nil || o.drives() != clicker.ID || o.State().Driver.Kind != room.Clicker {
		t.Errorf("its press: %v, %+v", err, o.State().Driver)
	}
}

// TestAnyInterleavingHasOneDriver opens, closes, presses, takes over and hands
// back at random.
func TestAnyInterleavingHasOneDriver(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := open(t, nil)
		there := map[int][]*room.Follower{}
		driver, before := 0, 0
		draw := func(t *rapid.T) int { return rapid.IntRange(1, 4).Draw(t, "window") }
		t.Repeat(map[string]func(*rapid.T){
			"open": func(t *rapid.T) {
				n := draw(t)
				there[n] = append(there[n], o.watch(t, window(n)))
				driver = cmp.Or(driver, n)
			},
			"close": func(t *rapid.T) {
				n := draw(t)
				if len(there[n]) == 0 {
					t.Skip() // this move, for another: rapid draws until one can be made
				}
				o.Leave(there[n][0])
				o.Leave(there[n][0])
				there[n] = there[n][1:]
			},
			"press": func(t *rapid.T) {
				n := draw(t)
				may := driver == n || len(there[driver]) == 0
				if err := o.press(n); (err == nil) != may {
					t.Fatalf("window %d is answered with %v while %d drives and %d streams of it are open", n, err, driver, len(there[driver]))
				}
				if may && driver != n {
					driver, before = n, driver
				}
			},
			"take over": func(t *rapid.T) {
				n := draw(t)
				if _, err := o.TakeOver(window(n)); err != nil {
					t.Fatal(err)
				}
				if driver != n {
					driver, before = n, driver
				}
			},
			"hand back": func(t *rapid.T) {
				n := draw(t)
				may := driver == n && before != 0 && len(there[before]) > 0
				if _, err := o.HandBack(window(n)); (err == nil) != may {
					t.Fatalf("window %d hands back: %v", n, err)
				}
				if may {
					driver, before = before, driver
				}
			},
			"": func(t *rapid.T) {
				want := ""
				if driver > 0 {
					want = window(driver).ID
				}
				if o.drives() != want {
					t.Fatalf("%q drives, want %q", o.drives(), want)
				}
			},
		})
	})
}

// TestNoTwoWindowsDriveAtOnce lets eight windows do all of it at the same time. Each
// move notes the driver that it saw: it is always the one that made it.
func TestNoTwoWindowsDriveAtOnce(t *testing.T) {
	o := open(t, nil)
	var windows sync.WaitGroup
	var mu sync.Mutex
	by := map[int]string{} // who made each change
	for n := range 8 {
		windows.Go(func() {
			for i := range 200 {
				f, _, err := o.Watch(window(n))
				if err != nil {
					t.Error(err)
					return
				}
				s, err := o.Drive(window(n), func(s *room.State) error {
					if s.Driver.Window != window(n).ID {
						t.Errorf("window %d moves while %s drives", n, s.Driver.Window)
					}
					return nil
				})
				if err == nil {
					mu.Lock()
					if other, taken := by[s.Seq]; taken {
						t.Errorf("%s and %s both moved at %d", other, window(n).ID, s.Seq)
					}
					by[s.Seq] = window(n).ID
					mu.Unlock()
				}
				switch i % 5 {
				case 1:
					_, _ = o.TakeOver(window(n))
				case 3:
					_, _ = o.HandBack(window(n)) // as often as not to nobody
				}
				runtime.Gosched()
				o.Leave(f)
			}
		})
	}
	windows.Wait()
	if len(by) < 100 {
		t.Errorf("only %d moves were made, so this shows little", len(by))
	}
}
