package room_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"authlab/lab/room"
)

func TestRoomsExpire(t *testing.T) {
	var gone []*room.Room
	c := &clock{t: noon}
	rooms := room.NewRooms(nil, func(r *room.Room) { gone = append(gone, r) })
	t.Cleanup(rooms.Stop)
	list := make([]opened, 4)
	for i := range list {
		r, err := rooms.Open(room.Options{Steps: steps, Key: deviceKey, Now: c.now})
		if err != nil {
			t.Fatal(err)
		}
		list[i] = opened{r, rooms, c}
	}
	idle, followed, ended, used := list[0], list[1], list[2], list[3]
	f := followed.follow(t, device(1))
	if err := ended.End(window(1)); err != nil {
		t.Fatal(err)
	}
	c.move(room.Idle - time.Second)
	used.Changed()
	rooms.Sweep(c.now())
	if rooms.Len() != 4 || len(gone) != 0 {
		t.Errorf("a second early, %d rooms are left", rooms.Len())
	}
	if got, err := rooms.Find(ended.Code()); err != nil || got != ended.Room {
		t.Errorf("a class that has ended is not there for its handout: %v", err)
	}
	c.move(time.Second)
	for _, o := range []opened{idle, ended} {
		if _, err := rooms.Find(o.Code()); !is(err, room.ErrNone) {
			t.Errorf("an expired room is found before it is swept: %v", err)
		}
	}
	rooms.Sweep(c.now())
	rooms.Sweep(c.now())
	if rooms.Len() != 2 || len(gone) != 2 {
		t.Errorf("%d rooms are left, and %d were told of", rooms.Len(), len(gone))
	}
	if _, _, err := idle.Follow(device(1), false); !is(err, room.ErrEnded) || idle.Over().Err() == nil {
		t.Errorf("somebody comes into a room that none can find: %v", err)
	}
	c.move(1000 * time.Hour)
	rooms.Sweep(c.now())
	if _, err := rooms.Find(followed.Code()); err != nil || rooms.Len() != 1 {
		t.Errorf("a room that is followed: %v", err)
	}
	followed.Leave(f)
	rooms.Sweep(c.now())
	if rooms.Len() != 1 {
		t.Error("a room whose last follower has just left expires")
	}
}

// TestTheRoomThatIsIdleForLongestGivesWay when the lab is full.
func TestTheRoomThatIsIdleForLongestGivesWay(t *testing.T) {
	var gone []*room.Room
	c := &clock{t: noon}
	rooms := room.NewRooms(nil, func(r *room.Room) { gone = append(gone, r) })
	t.Cleanup(rooms.Stop)
	list := make([]opened, room.MaxRooms)
	for i := range list {
		r, err := rooms.Open(room.Options{Steps: steps, Key: deviceKey, Now: c.now})
		if err != nil {
			t.Fatal(err)
		}
		list[i] = opened{r, rooms, c}
		c.move(time.Millisecond)
	}
	another := func() error {
		_, err := rooms.Open(room.Options{Steps: steps, Key: deviceKey, Now: c.now})
		return err
	}
	list[0].follow(t, device(1))
	list[1].watch(t, window(1))
	c.move(10*time.Minute - time.Second)
	if err := another(); !is(err, room.ErrRooms) || len(gone) != 0 {
		t.Errorf("while all are in use: %v", err)
	}
	c.move(2 * time.Second)
	list[2].Changed()
	if err := another(); err != nil || len(gone) != 1 || gone[0] != list[3].Room || rooms.Len() != room.MaxRooms {
		t.Errorf("with idle ones: %v, and %d gave way", err, len(gone))
	}
	if _, err := rooms.Find(list[3].Code()); !is(err, room.ErrNone) || list[3].Over().Err() == nil {
		t.Errorf("the one that gave way is there: %v", err)
	}
	if _, _, err := list[3].Follow(device(1), false); !is(err, room.ErrEnded) {
		t.Errorf("somebody comes into it: %v", err)
	}
}

// TestRoomsUnderLoad opens, finds, follows, ends and sweeps at the same time, for
// the race detector.
func TestRoomsUnderLoad(t *testing.T) {
	rooms := room.NewRooms(nil, nil)
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			for i := range 20 {
				r, err := rooms.Open(room.Options{Steps: steps, Key: deviceKey})
				if err != nil {
					t.Error(err)
					return
				}
				o := opened{r, rooms, nil}
				f, _, err := r.Follow(device(n), false)
				if err != nil {
					t.Error(err)
				}
				o.watch(t, window(1))
				if again, err := rooms.Find(r.Code()); err != nil || again != r || len(rooms.All()) == 0 {
					t.Errorf("a room that was opened: %v", err)
				}
				rooms.Sweep(time.Now().Add(time.Duration(i) * time.Minute))
				if err := r.End(window(1)); err != nil {
					t.Error(err)
				}
				r.Leave(f)
			}
		})
	}
	all.Wait()
	if rooms.Len() != 160 {
		t.Errorf("%d rooms are left of 160", rooms.Len())
	}
}

// TestRunSweeps, and ends with its context; so do the rooms' own goroutines.
func TestRunSweeps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rooms := room.NewRooms(nil, nil)
		for range 3 {
			if _, err := rooms.Open(room.Options{Steps: steps, Key: deviceKey}); err != nil {
				t.Fatal(err)
			}
		}
		go rooms.Run(t.Context())
		time.Sleep(room.Idle - time.Second)
		if rooms.Len() != 3 {
			t.Errorf("%d rooms before their time", rooms.Len())
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if rooms.Len() != 0 {
			t.Errorf("%d rooms after it", rooms.Len())
		}
	})
}
