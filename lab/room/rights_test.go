package room_test

import (
	"encoding/json"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"authlab/lab/room"
)

// notes keeps the last record of a room, and its votes.
type notes struct {
	mu    sync.Mutex
	last  room.Record
	votes []room.Vote
	all   strings.Builder // everything that was ever kept, as JSON
	fail  error
}

func (k *notes) Room(r room.Record) room.Saved {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.last = r
	return k.note(r)
}

func (k *notes) Vote(_ room.Code, v room.Vote) room.Saved {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.votes = append(k.votes, v)
	return k.note(v)
}

func (k *notes) note(v any) room.Saved {
	b, err := json.Marshal(v)
	if err != nil {
		return done{err}
	}
	k.all.Write(b)
	return done{k.fail}
}

type done struct{ err error }

func (d done) Wait() error { return d.err }

func TestWhoMayDrive(t *testing.T) {
	k := &notes{}
	o := open(t, k)
	secret, err := o.Grant(room.ByOpening, room.Instructor, "")
	if err != nil || len(secret) < 26 {
		t.Fatalf("a secret is %d letters of base32, %v; want 26, which are 130 bits", len(secret), err)
	}
	other := open(t, nil)
	another, err := other.Grant(room.ByOpening, room.Instructor, "")
	if err != nil {
		t.Fatal(err)
	}
	token, _ := o.Invite(room.ByInvite)
	for s, want := range map[string]bool{
		secret: true, "": false, another: false, token: false, string(o.Code()): false, o.Bench(): false, secret + " ": false, " " + secret: false,
		strings.ToLower(secret): false, secret[:25]: false, secret + "\x00": false, k.last.Driving[0].Hash: false, strings.Repeat("A", 1<<20): false,
	} {
		if got := mayDrive(o, s); got != want {
			t.Errorf("%.40q may drive: %v", s, got)
		}
	}
	second, err := o.Accept(token, room.Clicker, "")
	if err != nil || second == secret || !mayDrive(o, secret) || !mayDrive(o, second) || mayDrive(other, second) {
		t.Errorf("a second right: %v", err)
	}
	o.watch(t, window(1))
	o.must(t, moveTo(3))
	kept := k.all.String()
	if !strings.Contains(kept, k.last.Driving[1].Hash) || len(k.last.Driving) != 2 {
		t.Fatalf("what is kept cannot be read: %s", kept)
	}
	for _, s := range []string{secret, second, token} {
		if strings.Contains(strings.ToUpper(kept), s) {
			t.Errorf("%s is kept", s)
		}
	}
}

func TestInvitesWorkOnceForTenMinutes(t *testing.T) {
	o := open(t, nil)
	token, expires := o.Invite(room.ByInvite)
	if !expires.Equal(noon.Add(10*time.Minute)) || len(token) < 26 {
		t.Errorf("an invite of %d letters ends at %v", len(token), expires)
	}
	late, _ := o.Invite(room.ByInvite)
	for _, wrong := range []string{"", token[1:], token + "A", strings.ToLower(token), string(o.Code())} {
		if secret, err := o.Accept(wrong, room.Clicker, ""); !is(err, room.ErrInvite) || secret != "" {
			t.Errorf("%q is accepted: %v", wrong, err)
		}
	}
	o.clock.move(10*time.Minute - time.Nanosecond)
	if secret, err := o.Accept(token, room.Clicker, ""); err != nil || !mayDrive(o, secret) {
		t.Errorf("just before the end: %v", err)
	}
	if secret, err := o.Accept(token, room.Clicker, ""); !is(err, room.ErrInvite) || secret != "" {
		t.Errorf("a second time: %v", err)
	}
	o.clock.move(time.Nanosecond)
	if secret, err := o.Accept(late, room.Clicker, ""); !is(err, room.ErrInvite) || secret != "" {
		t.Errorf("at the end: %v", err)
	}
	o.clock.move(-time.Minute)
	if _, err := o.Accept(late, room.Clicker, ""); !is(err, room.ErrInvite) {
		t.Errorf("a link that was refused for its age works when a clock is set back: %v", err)
	}
}

func TestTheOldestInviteGivesWay(t *testing.T) {
	o := open(t, nil)
	tokens := make([]string, 40)
	for i := range tokens {
		tokens[i], _ = o.Invite(room.ByInvite)
	}
	for i, token := range tokens {
		if _, err := o.Accept(token, room.Clicker, ""); (err == nil) != (i >= 24) {
			t.Errorf("invite %d of 40: %v", i+1, err)
		}
	}
}

func TestAnInviteUsedSixteenTimesAtOnceWorksOnce(t *testing.T) {
	o := open(t, nil)
	for range 200 {
		token, _ := o.Invite(room.ByInvite)
		var users sync.WaitGroup
		var worked atomic.Int64
		for range 16 {
			users.Go(func() {
				if secret, err := o.Accept(token, room.Clicker, ""); err == nil && mayDrive(o, secret) {
					worked.Add(1)
				}
			})
		}
		users.Wait()
		if worked.Load() != 1 {
			t.Fatalf("it worked %d times", worked.Load())
		}
	}
}
