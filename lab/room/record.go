package room

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"authlab/lab/plot"
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

// recordVersion is that of Record. It is raised with every change to what a record
// says, and [Upgrade] is taught what the one before lacks.
const recordVersion = 2

// Record is everything about a room but its votes. It is plain data, for Keep.
type Record struct {
	Version int
	Code    Code
	Bench   string
	Steps   int
	Used    time.Time
	State   State
	// Key signs the names of devices. It is 32 bytes.
	Key []byte
	// Driving are the rights to drive, and Granted how many were ever given.
	Driving   []KeptRight
	Granted   int
	Displaced Displaced
	// Presses are the last that were done, so that one which is sent again to the next
	// process is not done twice.
	Presses []string
}

// KeptRight is a right to drive as it is kept.
type KeptRight struct {
	Hash   string // of its secret, in hexadecimal
	Number int    // from 1 to Granted
	Origin Origin
	To     Kind
	Given  time.Time
	Used   time.Time
	By     Kind
	// Press is the hash of what was pressed for it, in hexadecimal, "" for nothing.
	Press string `json:",omitempty"`
}

// save saves the room as it is. r.mu must be held.
func (r *Room) save() Saved {
	rec := Record{
		Version: recordVersion, Code: r.code, Bench: r.bench, Steps: r.state.steps, Used: r.used, State: r.state,
		Key: r.key, Granted: r.granted, Displaced: r.displaced, Presses: r.presses,
	}
	for h, v := range r.rights {
		k := KeptRight{Hash: hex.EncodeToString(h[:]), Number: v.Number, Origin: v.Origin, To: v.To, Given: v.Given, Used: v.Used, By: v.By}
		if v.Press != (hashed{}) {
			k.Press = hex.EncodeToString(v.Press[:])
		}
		rec.Driving = append(rec.Driving, k)
	}
	return r.keep.Room(rec)
}

// The bounds of what a record may say, far above what any lesson has: a damaged
// one must not take the memory of the lab.
const (
	maxSteps   = 1000
	maxOptions = 100
)

// restore makes a room of what was kept. A sending that was under way has failed;
// a class that had ended has.
func restore(rec Record, votes []Vote, keep Keep, now func() time.Time) (*Room, error) {
	if rec.Version != recordVersion {
		return nil, rec.ofAnother()
	}
	if code, ok := ParseCode(string(rec.Code)); !ok || code != rec.Code || rec.Steps > maxSteps || !rec.State.sound(rec.Steps) || len(rec.Key) != keyLength {
		return nil, fmt.Errorf("read room %q: %w", rec.Code, errRecord)
	}
	r := newRoom(rec.Code, Options{Bench: rec.Bench, Steps: rec.Steps, Key: slices.Clone(rec.Key), Keep: keep, Now: now})
	r.state, r.used, r.away = rec.State.clone(), rec.Used, r.now()
	r.state.steps = rec.Steps
	r.presses = rec.Presses[max(0, len(rec.Presses)-maxPresses):]
	if err := r.restoreRights(rec); err != nil {
		return nil, err
	}
	if err := r.restoreVotes(votes); err != nil {
		return nil, err
	}
	if r.state.Sending != plot.NoStep {
		r.state.sent("The lab was restarted while this was being sent. Send again.")
		r.state.Seq++ // pages that saw it being sent learn that it is not
	}
	r.tally(&r.state)
	if r.state.Ended {
		r.end()
	}
	return r, nil
}

// Upgrade makes of a record of an earlier version, written as JSON, one of this
// version, and returns what is of this version as it is. What was not noted then
// stays unknown. Its error says what is wrong with the record, or that its version is
// one that there never was or that is yet to come.
func Upgrade(record []byte) ([]byte, error) {
	var rec struct {
		Record
		Rights []string `json:",omitempty"` // the hashes of the driving secrets, in version 1
	}
	if err := json.Unmarshal(record, &rec); err != nil {
		return nil, fmt.Errorf("upgrade a room: %w", err)
	}
	switch rec.Version {
	case recordVersion:
		return record, nil
	case 1: // which has no key: the room gets one, and its devices new names
		rec.Version, rec.Key, rec.Driving = recordVersion, newKey(), nil
		for i, h := range rec.Rights {
			rec.Driving = append(rec.Driving, KeptRight{Hash: h, Number: i + 1})
		}
		rec.Granted = len(rec.Rights)
		return json.Marshal(rec.Record)
	default:
		return nil, fmt.Errorf("upgrade a room: %w", rec.ofAnother())
	}
}

// ofAnother is what is wrong with a record of another version than this.
func (rec *Record) ofAnother() error {
	return fmt.Errorf("the version of room %q is %d, and this program knows %d", rec.Code, rec.Version, recordVersion)
}

func (r *Room) restoreRights(rec Record) error {
	r.granted, r.displaced = rec.Granted, rec.Displaced
	numbers := map[int]bool{}
	for _, v := range rec.Driving {
		h, ok := readHash(v.Hash)
		press, okPress := readHash(v.Press)
		if !ok || !okPress && v.Press != "" || v.Number < 1 || v.Number > rec.Granted || numbers[v.Number] {
			return fmt.Errorf("read the rights of room %s: %w", r.code, errRecord)
		}
		numbers[v.Number] = true
		r.rights[h] = &right{v.Number, v.Origin, v.To, v.Given, v.Used, v.By, press}
	}
	return nil
}

func readHash(digits string) (h hashed, ok bool) {
	b, err := hex.DecodeString(digits)
	if err != nil || len(b) != len(h) {
		return hashed{}, false
	}
	return hashed(b), true
}

func (r *Room) restoreVotes(votes []Vote) error {
	for _, v := range votes {
		of := ballot{v.Slug, v.Round}
		p := r.state.Poll(v.Slug)
		if p == nil || v.Round < 1 || v.Round > p.Round() || v.Option < 0 || v.Option >= p.Options || !ValidDevice(v.Device) {
			return fmt.Errorf("read a vote in room %s: %w", r.code, errRecord)
		}
		if r.ballots[of] == nil {
			r.ballots[of] = map[string]int{}
		}
		r.ballots[of][v.Device] = v.Option
	}
	return nil
}

// sound reports whether a state is one that moves can lead to, as far as pages and
// counts rely on it.
func (s *State) sound(steps int) bool {
	if s.Step < plot.First || s.Step >= steps || s.Sending < plot.NoStep || s.Sending >= steps || s.Size < MinSize || s.Size > MaxSize {
		return false
	}
	if !slices.Contains(views, s.View) || !slices.Contains(overlays, s.Overlay) || s.Seq < 1 {
		return false
	}
	open, slugs := 0, map[string]bool{}
	for i := range s.Polls {
		p := &s.Polls[i]
		if slugs[p.Slug] || !p.sound(steps) {
			return false
		}
		slugs[p.Slug] = true
		if p.Phase == Open {
			open++
		}
	}
	return open <= 1
}

// sound is State.sound for a poll. What was counted is there for all rounds but
// one that is open.
func (p *Poll) sound(steps int) bool {
	if p.Step < plot.First || p.Step >= steps || p.Options < 0 || p.Options > maxOptions || p.Round() < 1 || p.Round() > MaxRounds {
		return false
	}
	if !slices.Contains([]Phase{Open, Closed, Revealed}, p.Phase) {
		return false
	}
	for n, round := range p.Rounds {
		open := p.Phase == Open && n == len(p.Rounds)-1
		if open != (round.Votes == nil) || !open && len(round.Votes) != p.Options {
			return false
		}
		for _, votes := range round.Votes {
			if votes < 0 {
				return false
			}
		}
	}
	return true
}

var errRecord = errors.New("what was kept is damaged")

// forgetful keeps nothing.
type forgetful struct{}

func (forgetful) Room(Record) Saved     { return nothing{} }
func (forgetful) Vote(Code, Vote) Saved { return nothing{} }

type nothing struct{}

func (nothing) Wait() error { return nil }
