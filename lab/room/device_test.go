package room_test

import (
	"strings"
	"testing"

	"authlab/lab/room"
)

// TestOnlyIssuedNamesAreCounted tries names that a room has not signed: made up, of
// another room, and one's own with each character changed.
func TestOnlyIssuedNamesAreCounted(t *testing.T) {
	rooms := room.NewRooms(nil, nil)
	t.Cleanup(rooms.Stop)
	r, err := rooms.Open(room.Options{Steps: steps})
	if err != nil {
		t.Fatal(err)
	}
	other, err := rooms.Open(room.Options{Steps: steps})
	if err != nil {
		t.Fatal(err)
	}
	name := r.IssueDevice()
	if len(name) != 32 || !r.Issued(name) {
		t.Fatalf("%q was issued, and is not known", name)
	}
	wrong := []string{"", "studentdevice0001", other.IssueDevice(), device(1), strings.ToLower(name), name[:31], name + "A", name[16:] + name[:16]}
	for i := range name {
		changed := "A"
		if name[i] == 'A' {
			changed = "B"
		}
		wrong = append(wrong, name[:i]+changed+name[i+1:])
	}
	if _, err := r.Drive(window(1), ask("q", 2)); err != nil {
		t.Fatal(err)
	}
	for _, id := range wrong {
		_, _, follow := r.Follow(id, false)
		if vote := r.Vote(id, "q", 1, 0); r.Issued(id) || !is(follow, room.ErrDevice) || !is(vote, room.ErrDevice) {
			t.Errorf("%q was not issued: follows %v, votes %v", id, follow, vote)
		}
	}
	if err := r.Vote(name, "q", 1, 0); err != nil || r.Answers() != 1 {
		t.Errorf("the one that was issued: %v, %d answers", err, r.Answers())
	}
}

// TestNamesOutliveARestart brings a room back as it was kept, and as one of the first
// version was, which signed nothing.
func TestNamesOutliveARestart(t *testing.T) {
	k := &notes{}
	rooms := room.NewRooms(k, nil)
	t.Cleanup(rooms.Stop)
	r, err := rooms.Open(room.Options{Steps: steps})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Grant(room.ByOpening, room.Instructor, ""); err != nil {
		t.Fatal(err)
	}
	name := r.IssueDevice()
	if !restored(t, kept(t, k.last), nil).Issued(name) {
		t.Error("a name is not known any more after a restart")
	}
	again := restored(t, upgraded(t, firstRecord(t, k.last)), nil)
	if again.Issued(name) || !again.Issued(again.IssueDevice()) {
		t.Error("a room without a key got none of its own")
	}
}
