package room_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"authlab/lab/room"
)

// counts writes a class as "following looking reconnecting own stuck".
func counts(c room.Class) [5]int {
	return [5]int{c.Following, c.Looking, c.Reconnecting, c.Own, c.Stuck}
}

func TestWhoIsThere(t *testing.T) {
	o := open(t, nil)
	o.watch(t, window(1))
	own := func(id string) *room.Follower {
		f, _, err := o.Follow(id, true)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	look := func(id string, step int) {
		if err := o.LookAt(id, step); err != nil {
			t.Fatal(err)
		}
	}
	is := func(what string, want [5]int, at ...int) {
		t.Helper()
		c := o.Class()
		all := [steps]int{}
		for _, step := range at {
			all[step]++
		}
		if counts(c) != want || [steps]int(c.At) != all {
			t.Errorf("%s: %v at %v, want %v at %v", what, counts(c), c.At, want, all)
		}
	}
	is("nobody", [5]int{})
	a := o.follow(t, device(1))
	b := o.follow(t, device(2))
	is("two follow", [5]int{2}, 0, 0)
	o.must(t, moveTo(4))
	is("and go on", [5]int{2}, 4, 4)
	look(device(1), 2)
	is("one looks back", [5]int{1, 1}, 2, 4)
	o.clock.move(time.Hour)
	is("for an hour, which is not stuck", [5]int{1, 1}, 2, 4)
	look(device(1), room.NoStep)
	is("and returns", [5]int{2}, 4, 4)
	o.Leave(a)
	is("a connection is lost", [5]int{1, 0, 1}, 4)
	o.clock.move(30 * time.Second)
	is("for half a minute", [5]int{1, 0, 1}, 4)
	a = o.follow(t, device(1))
	is("and is back", [5]int{2}, 4, 4)
	o.Leave(a)
	o.clock.move(30*time.Second + time.Nanosecond)
	is("or is not", [5]int{1}, 4)
	if err := o.LookAt(device(1), 3); !errors.Is(err, room.ErrDevice) {
		t.Errorf("one that has gone looks around: %v", err)
	}
	o.Bye(device(2))
	is("one says goodbye and is still there", [5]int{1}, 4)
	o.Leave(b)
	is("and goes", [5]int{})
	b = o.follow(t, device(2))
	o.Leave(b)
	o.Bye(device(2))
	is("the other way round", [5]int{})

	b = o.follow(t, device(2))
	mine := own(device(2))
	is("a bench of one's own beside the room's page", [5]int{1}, 4)
	look(device(2), 6)
	is("and a step on it", [5]int{0, 1, 0, 1}, 6)
	o.clock.move(90 * time.Second)
	is("for a minute and a half", [5]int{0, 1, 0, 1}, 6)
	o.clock.move(time.Nanosecond)
	is("is stuck", [5]int{0, 1, 0, 1, 1}, 6)
	look(device(2), 6)
	is("saying so again changes nothing", [5]int{0, 1, 0, 1, 1}, 6)
	look(device(2), 7)
	is("and goes on", [5]int{0, 1, 0, 1}, 7)
	o.Leave(mine)
	is("closes it, and follows", [5]int{1}, 4)
	mine = own(device(2))
	o.Bye(device(2)) // the room's page is put away
	o.Leave(b)
	is("only its own bench is open", [5]int{0, 1, 0, 1}, 4)
	o.clock.move(90*time.Second + 1)
	is("and it does nothing", [5]int{0, 1, 0, 1, 1}, 4)
	o.Leave(mine)
	is("its connection is lost", [5]int{0, 0, 1})
	o.Bye("nobody at all")
	for step, want := range map[int]error{-2: room.ErrStep, steps: room.ErrStep, 1 << 40: room.ErrStep} {
		if err := o.LookAt(device(2), step); !errors.Is(err, want) {
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
		r, err := rooms.Open(room.Options{Steps: steps})
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
