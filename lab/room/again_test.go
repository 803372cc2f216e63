package room_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"authlab/lab/room"
)

// asked is a press as a page names it.
const asked = "PRESSEDONCEANDNAMEDBYAPAGE"

// TestAPressIsGivenItsRightAgain for ten minutes, however often and however many at a
// time it is told of, also by the next process, and nobody else is.
func TestAPressIsGivenItsRightAgain(t *testing.T) {
	k := &notes{}
	o := open(t, k)
	token, _ := o.Invite(room.ByInvite)
	secrets := make([]string, 16)
	var all sync.WaitGroup
	for i := range secrets {
		all.Go(func() {
			var err error
			if secrets[i], err = o.Accept(token, room.Clicker, asked); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	again := restored(t, kept(t, k.last), nil)
	for _, secret := range secrets {
		if secret != secrets[0] || !mayDrive(o, secret) || !mayDrive(again, secret) {
			t.Fatalf("one press has the secrets %q", secrets)
		}
	}
	if strings.Contains(k.all.String(), asked) || strings.Contains(k.all.String(), secrets[0]) {
		t.Error("what makes the secret is kept")
	}
	for _, press := range []string{"", strings.ToLower(asked), asked[1:], asked + "A"} {
		if secret, err := o.Accept(token, room.Clicker, press); !is(err, room.ErrInvite) || secret != "" || o.Gave(press) {
			t.Errorf("the link is used again by %q: %v", press, err)
		}
	}
	o.clock.move(10*time.Minute - time.Nanosecond)
	if secret, err := o.Accept(token, room.Clicker, asked); err != nil || secret != secrets[0] {
		t.Errorf("just before the end: %v", err)
	}
	o.clock.move(time.Nanosecond)
	if secret, err := o.Accept(token, room.Clicker, asked); !is(err, room.ErrInvite) || secret != "" || o.Gave(asked) {
		t.Errorf("at the end: %v", err)
	}
	if list, _ := o.Rights(); len(list) != 1 || !mayDrive(o, secrets[0]) {
		t.Errorf("there are %d rights", len(list))
	}
}

// TestARightThatWasTakenBackIsNotGivenAgain by the press that had it; a new link gives
// that browser another, and not the secret that was taken back.
func TestARightThatWasTakenBackIsNotGivenAgain(t *testing.T) {
	o := open(t, nil)
	_, me := o.grant(t, 1)
	token, _ := o.Invite(room.ByInvite)
	first, err := o.Accept(token, room.Clicker, asked)
	if err != nil {
		t.Fatal(err)
	}
	number, _ := o.MayDrive(first)
	if err := o.TakeBack(me, number); err != nil {
		t.Fatal(err)
	}
	if secret, err := o.Accept(token, room.Clicker, asked); !is(err, room.ErrInvite) || secret != "" {
		t.Errorf("the press is told of again: %v", err)
	}
	token, _ = o.Invite(room.ByInvite)
	second, err := o.Accept(token, room.Clicker, asked)
	if err != nil || second == first || !mayDrive(o, second) || mayDrive(o, first) {
		t.Errorf("a new link: %v; the old secret may drive: %v", err, mayDrive(o, first))
	}
}

// TestARightThatIsNotSaved is given again, and said to be saved once it is.
func TestARightThatIsNotSaved(t *testing.T) {
	k := &notes{fail: errors.New("the disk is full")}
	o := open(t, k)
	first, err := o.Grant(room.ByOpening, room.Instructor, asked)
	if !errors.As(err, new(room.UnsavedError)) {
		t.Errorf("it is not saved: %v", err)
	}
	k.fail = nil
	if again, err := o.Grant(room.ByOpening, room.Instructor, asked); err != nil || again != first {
		t.Errorf("it is saved: %v", err)
	}
}

// TestADamagedPress of a right is no record of a room.
func TestADamagedPress(t *testing.T) {
	k := &notes{}
	o := open(t, k)
	if _, err := o.Grant(room.ByOpening, room.Instructor, asked); err != nil {
		t.Fatal(err)
	}
	rec := kept(t, k.last)
	rec.Driving[0].Press = rec.Driving[0].Press[1:]
	rooms := room.NewRooms(nil, nil)
	if _, err := rooms.Restore(rec, nil); err == nil {
		t.Errorf("a right with the press %q is read", rec.Driving[0].Press)
	}
}
