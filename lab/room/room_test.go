package room_test

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"time"

	"pgregory.net/rapid"

	"authlab/lab/room"
)

const steps = 11

// clock is moved by hand.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// opened is a room with a clock of its own.
type opened struct {
	*room.Room
	rooms *room.Rooms
	clock *clock
}

type tb interface {
	rapid.TB
	Cleanup(func())
}

func open(t tb, keep room.Keep) opened {
	t.Helper()
	rooms, c := room.NewRooms(keep, nil), &clock{t: noon}
	r, err := rooms.Open(room.Options{Bench: "BENCHBENCHBENCHBENCHBENCH0", Steps: steps, View: "both", Key: deviceKey, Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(rooms.Stop)
	return opened{r, rooms, c}
}

// deviceKey signs the names of devices in all rooms of these tests.
var deviceKey = bytes.Repeat([]byte("k"), 32)

// device is the name of the nth device, as a room issues it.
func device(n int) string { return room.SignDevice(deviceKey, fmt.Sprintf("device%010d", n)) }

// mayDrive reports whether a secret gives a right.
func mayDrive(r interface{ MayDrive(string) (int, bool) }, secret string) bool {
	_, ok := r.MayDrive(secret)
	return ok
}

func window(n int) room.Window {
	return room.Window{ID: fmt.Sprintf("window%010d", n), Kind: room.Instructor, Stage: true}
}

// watch opens the stream of a window.
func (o opened) watch(t rapid.TB, w room.Window) *room.Follower {
	t.Helper()
	f, _, err := o.Watch(w)
	if err != nil {
		t.Fatalf("watch as %s: %v", w.ID, err)
	}
	return f
}

func (o opened) follow(t rapid.TB, id string) *room.Follower {
	t.Helper()
	f, _, err := o.Follow(id, false)
	if err != nil {
		t.Fatalf("follow as %s: %v", id, err)
	}
	return f
}

// must makes a move of window 1's, which is not refused.
func (o opened) must(t rapid.TB, move func(*room.State) error) room.State {
	t.Helper()
	s, err := o.Drive(window(1), move)
	if err != nil {
		t.Fatalf("a move was refused: %v", err)
	}
	return s
}

func ask(slug string, options int) func(*room.State) error {
	return func(s *room.State) error { return s.Ask(slug, options) }
}

func moveTo(step int) func(*room.State) error {
	return func(s *room.State) error { return s.MoveTo(step, noon) }
}

func send(s *room.State) error        { return s.Send(noon) }
func closePoll(s *room.State) error   { return s.Close() }
func nothing(*room.State) error       { return nil }
func reveal(s *room.State) error      { return s.Reveal("q") }
func toggleBlank(s *room.State) error { return s.Toggle(room.Blank) }
func is(err, want error) bool {
	return err == nil && want == nil || want != nil && errors.Is(err, want)
}
func pollOf(s room.State, slug string) *room.Poll { return s.Poll(slug) }
