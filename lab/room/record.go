package room

import (
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// Keep saves what must survive a restart. Calls are made in the order in which
// things happened and must return at once; what they return waits until it is
// safe, or says why it is not.
type Keep interface {
	Room(Record) Saved
	Vote(Code, Vote) Saved
}

// Saved is something that is being saved.
type Saved interface {
	// Wait returns once it is safe, or why it could not be saved.
	Wait() error
}

// Vote is one device's vote in one round of a question.
type Vote struct {
	Slug   string
	Round  int
	Device string
	Option int // from 0
}

// recordVersion is that of Record; another is not read.
const recordVersion = 1

// Record is everything about a room but its votes. It is plain data, for Keep.
type Record struct {
	Version int
	Code    Code
	Bench   string
	Steps   int
	Used    time.Time
	State   State
	// Rights are the hashes of the driving secrets, in hexadecimal.
	Rights []string
}

// save saves the room as it is. r.mu must be held.
func (r *Room) save() Saved {
	rec := Record{Version: recordVersion, Code: r.code, Bench: r.bench, Steps: r.state.steps, Used: r.used, State: r.state}
	for right := range r.rights {
		rec.Rights = append(rec.Rights, hex.EncodeToString(right[:]))
	}
	return r.keep.Room(rec)
}

// restore makes a room of what was kept.
func restore(rec Record, votes []Vote, keep Keep) (*Room, error) {
	if rec.Version != recordVersion {
		return nil, fmt.Errorf("read room %s: its version is %d, and this program knows %d", rec.Code, rec.Version, recordVersion)
	}
	if code, ok := ParseCode(string(rec.Code)); !ok || code != rec.Code || rec.State.Step < 0 || rec.State.Step >= rec.Steps {
		return nil, fmt.Errorf("read room %q: %w", rec.Code, errRecord)
	}
	r := newRoom(rec.Code, Options{Bench: rec.Bench, Steps: rec.Steps, Keep: keep})
	r.state, r.used = rec.State, rec.Used
	r.state.steps = rec.Steps
	if r.state.Sending != NoStep {
		r.state.sent("The lab was restarted while this was being sent. Send again.")
	}
	for _, text := range rec.Rights {
		var right hashed
		if n, err := hex.Decode(right[:], []byte(text)); err != nil || n != len(right) {
			return nil, fmt.Errorf("read room %s: %w", rec.Code, errRecord)
		}
		r.rights[right] = struct{}{}
	}
	for _, v := range votes {
		of := ballot{v.Slug, v.Round}
		if p := r.state.Poll(v.Slug); p == nil || v.Option < 0 || v.Option >= p.Options {
			return nil, fmt.Errorf("read a vote in room %s: %w", rec.Code, errRecord)
		}
		if r.ballots[of] == nil {
			r.ballots[of] = map[string]int{}
		}
		r.ballots[of][v.Device] = v.Option
	}
	r.tally(&r.state)
	return r, nil
}

var errRecord = errors.New("what was kept is damaged")

// forgetful keeps nothing.
type forgetful struct{}

func (forgetful) Room(Record) Saved     { return nothing{} }
func (forgetful) Vote(Code, Vote) Saved { return nothing{} }

type nothing struct{}

func (nothing) Wait() error { return nil }
