package room_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"authlab/lab/plot"
	"authlab/lab/room"
)

// counts writes a class as "following looking reconnecting own stuck".
func counts(c room.Class) [5]int {
	return [5]int{c.Following, c.Looking, c.Reconnecting, c.Own, c.Stuck}
}

// present is a room in which somebody drives, with what tests of presence say.
type present struct {
	opened
	t *testing.T
}

func newPresent(t *testing.T) present {
	t.Helper()
	p := present{open(t, nil), t}
	p.watch(t, window(1))
	return p
}

// own follows from a device's own bench.
func (p present) own(id string) *room.Follower {
	p.t.Helper()
	f, _, err := p.Follow(id, true)
	if err != nil {
		p.t.Fatal(err)
	}
	return f
}

func (p present) look(id string, step int) {
	p.t.Helper()
	if err := p.LookAt(id, step); err != nil {
		p.t.Fatal(err)
	}
}

// is holds the counts of who is there, and at which steps they are.
func (p present) is(what string, want [5]int, at ...int) {
	p.t.Helper()
	c := p.Class()
	all := [steps]int{}
	for _, step := range at {
		all[step]++
	}
	if counts(c) != want || [steps]int(c.At) != all {
		p.t.Errorf("%s: %v at %v, want %v at %v", what, counts(c), c.At, want, all)
	}
}

func TestWhoIsThere(t *testing.T) {
	p := newPresent(t)
	p.is("nobody", [5]int{})
	a := p.follow(t, device(1))
	b := p.follow(t, device(2))
	p.is("two follow", [5]int{2}, 0, 0)
	p.must(t, moveTo(4))
	p.is("and go on", [5]int{2}, 4, 4)
	p.look(device(1), 2)
	p.is("one looks back", [5]int{1, 1}, 2, 4)
	p.clock.move(time.Hour)
	p.is("for an hour, which is not stuck", [5]int{1, 1}, 2, 4)
	p.look(device(1), plot.NoStep)
	p.is("and returns", [5]int{2}, 4, 4)
	p.Leave(a)
	p.is("a connection is lost", [5]int{1, 0, 1}, 4)
	p.clock.move(30 * time.Second)
	p.is("for half a minute", [5]int{1, 0, 1}, 4)
	a = p.follow(t, device(1))
	p.is("and is back", [5]int{2}, 4, 4)
	p.Leave(a)
	p.clock.move(30*time.Second + time.Nanosecond)
	p.is("or is not", [5]int{1}, 4)
	if err := p.LookAt(device(1), 3); !errors.Is(err, room.ErrDevice) {
		t.Errorf("one that has gone looks around: %v", err)
	}
	p.Bye(device(2))
	p.is("one says goodbye and is still there", [5]int{1}, 4)
	p.Leave(b)
	p.is("and goes", [5]int{})
	b = p.follow(t, device(2))
	p.Leave(b)
	p.Bye(device(2))
	p.is("the other way round", [5]int{})
}

func TestWhoIsOnTheirOwnBench(t *testing.T) {
	p := newPresent(t)
	p.must(t, moveTo(4))
	page := p.follow(t, device(2))
	mine := p.own(device(2))
	p.is("a bench of one's own beside the room's page", [5]int{1}, 4)
	p.look(device(2), 6)
	p.is("and a step on it", [5]int{0, 1, 0, 1}, 6)
	p.clock.move(90 * time.Second)
	p.is("for a minute and a half", [5]int{0, 1, 0, 1}, 6)
	p.clock.move(time.Nanosecond)
	p.is("is stuck", [5]int{0, 1, 0, 1, 1}, 6)
	p.look(device(2), 6)
	p.is("saying so again changes nothing", [5]int{0, 1, 0, 1, 1}, 6)
	p.look(device(2), 7)
	p.is("and goes on", [5]int{0, 1, 0, 1}, 7)
	p.Leave(mine)
	p.is("closes it, and follows", [5]int{1}, 4)
	mine = p.own(device(2))
	p.Bye(device(2)) // the room's page is put away
	p.Leave(page)
	p.is("only its own bench is open", [5]int{0, 1, 0, 1}, 4)
	p.clock.move(90*time.Second + 1)
	p.is("and it does nothing", [5]int{0, 1, 0, 1, 1}, 4)
	p.Leave(mine)
	p.is("its connection is lost", [5]int{0, 0, 1})
	p.Bye("nobody at all")
	for step, want := range map[int]error{-2: room.ErrStep, steps: room.ErrStep, 1 << 40: room.ErrStep} {
		if err := p.LookAt(device(2), step); !errors.Is(err, want) {
			t.Errorf("looking at step %d: %v", step, err)
		}
	}
}

// TestALateGoodbye of the room's page, after the device's own bench is open.
func TestALateGoodbye(t *testing.T) {
	o := open(t, nil)
	f := o.follow(t, device(1))
	o.Leave(f)
	own, _, err := o.Follow(device(1), true)
	if err != nil {
		t.Fatal(err)
	}
	o.Bye(device(1))
	if err := o.LookAt(device(1), 3); err != nil {
		t.Fatal(err)
	}
	o.Leave(own)
	if c := o.Class(); c.Reconnecting != 1 {
		t.Errorf("a device that spoke after the goodbye is not waited for: %+v", c)
	}
}

// TestCountsAddUp lets six devices with several pages each do anything.
func TestCountsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := open(t, nil)
		o.watch(t, window(1))
		pages, seen := map[string][]*room.Follower{}, map[string]bool{}
		t.Repeat(map[string]func(*rapid.T){
			"come": func(t *rapid.T) {
				id := device(rapid.IntRange(1, 6).Draw(t, "device"))
				f, _, err := o.Follow(id, rapid.Bool().Draw(t, "own"))
				if err != nil && len(pages[id]) < room.MaxStreams {
					t.Fatal(err)
				}
				if err == nil {
					pages[id], seen[id] = append(pages[id], f), true
				}
			},
			"go": func(t *rapid.T) {
				id := device(rapid.IntRange(1, 6).Draw(t, "device"))
				if list := pages[id]; len(list) > 0 {
					n := rapid.IntRange(0, len(list)-1).Draw(t, "page")
					o.Leave(list[n])
					o.Leave(list[n])
					pages[id] = append(list[:n:n], list[n+1:]...)
				}
			},
			"look": func(t *rapid.T) {
				_ = o.LookAt(device(rapid.IntRange(1, 6).Draw(t, "device")), rapid.IntRange(-1, steps-1).Draw(t, "step")) // not all are there
			},
			"bye":  func(t *rapid.T) { o.Bye(device(rapid.IntRange(1, 6).Draw(t, "device"))) },
			"wait": func(t *rapid.T) { o.clock.move(time.Duration(rapid.IntRange(0, 100).Draw(t, "seconds")) * time.Second) },
			"step": func(t *rapid.T) { o.must(t, moveTo(rapid.IntRange(0, steps-1).Draw(t, "step"))) },
			"": func(t *rapid.T) {
				there, at, c := 0, 0, o.Class()
				for _, list := range pages {
					if len(list) > 0 {
						there++
					}
				}
				for _, n := range c.At {
					at += n
				}
				switch {
				case c.Following+c.Looking != there, at != there, c.Own > c.Looking, c.Stuck > c.Own:
					t.Fatalf("%+v, and %d devices have pages", c, there)
				case c.Reconnecting < 0, c.Reconnecting > len(seen)-there, len(c.At) != steps:
					t.Fatalf("%+v, and %d of %d devices have pages", c, there, len(seen))
				}
			},
		})
	})
}

// TestInstructorsAreToldOfCounts once a second at most, and of what time alone
// changes; the class is told nothing.
func TestInstructorsAreToldOfCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rooms := room.NewRooms(nil, nil)
		r, err := rooms.Open(room.Options{Steps: steps, Key: deviceKey})
		if err != nil {
			t.Fatal(err)
		}
		o := opened{r, rooms, nil}
		f := o.watch(t, window(1))
		told := func(what string, after time.Duration, want int) {
			t.Helper()
			time.Sleep(after)
			synctest.Wait()
			n := 0
			for len(f.Notices) > 0 {
				if (<-f.Notices).Kind == room.Counts {
					n++
				}
			}
			if n != want {
				t.Errorf("%s: told %d times, want %d", what, n, want)
			}
		}
		told("nothing yet", 10*time.Second, 1) // that nobody is there
		var class []*room.Follower
		for n := range 100 {
			class = append(class, o.follow(t, device(n)))
		}
		told("a hundred come", time.Second, 1)
		told("nothing more", time.Minute, 0)
		o.Leave(class[0])
		told("one is lost", time.Second, 1)
		told("and has gone", time.Minute, 1)
		own, _, err := o.Follow(device(1), true)
		if err != nil {
			t.Fatal(err)
		}
		if err := o.LookAt(device(1), 3); err != nil {
			t.Fatal(err)
		}
		told("one tries it", time.Second, 1)
		told("and is stuck", 2*time.Minute, 1)
		o.Leave(own)
		told("and follows", time.Second, 1)
		o.must(t, ask("q", 2))
		if err := o.Vote(device(2), "q", 1, 0); err != nil {
			t.Fatal(err)
		}
		told("a vote", time.Second, 1)
		for _, f := range class[1:] {
			for len(f.Notices) > 0 {
				if n := <-f.Notices; n.Kind != room.Shown {
					t.Fatalf("a student is told %+v", n)
				}
			}
		}
		if err := o.End(window(1)); err != nil {
			t.Fatal(err)
		}
	})
}

func TestNamesStayWhereTheyAre(t *testing.T) {
	k := &notes{}
	o := open(t, k)
	o.follow(t, device(777))
	o.watch(t, window(1))
	o.must(t, moveTo(2))
	if strings.Contains(k.all.String(), device(777)) {
		t.Error("a device that only follows is kept")
	}
}
