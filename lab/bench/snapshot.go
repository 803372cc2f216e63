package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"authlab/lab/journal"
	"authlab/lab/settings"
	"authlab/lab/store"
)

// snapshotVersion is the version of Snapshot. It is raised with every change to
// what a snapshot says, and [Upgrade] is taught what the one before lacks.
const snapshotVersion = 2

// Snapshot is all that a bench needs to go on in another process as if nothing had
// happened, but for its exchanges: those never change, so each is written down
// once, by [journal.Encode]. It can be written as JSON and read back without loss.
//
// It is as secret as the bench: it has the id that opens it, the keys that its
// tokens are signed and its sessions sealed with, and the sessions that are open. They are those of demo
// logins and of no use anywhere else.
//
// What ends with the process is what belongs to connections: event streams,
// requests under way and the budget of requests per second, which begins anew. So
// do holds; see Bench.Hold.
type Snapshot struct {
	Version int           `json:"version"`
	ID      string        `json:"id"`
	Made    time.Time     `json:"made"`     // by the machine's clock, which its life is counted by
	Ahead   time.Duration `json:"ahead_ns"` // how far its clock was moved
	Cursor  int           `json:"cursor"`   // the step that is being sent, or plot.NoStep

	Accounts []journal.Account `json:"accounts"`
	Keys     []KeySnapshot     `json:"keys"` // oldest first
	// Sealing are the keys of the sealed app, none before it has sealed anything.
	Sealing  []KeySnapshot     `json:"sealing"`
	Settings settings.Settings `json:"settings"`
	Answers  map[string]Answer `json:"answers"` // the predictions
	Journal  journal.Mark      `json:"journal"`

	// Opened is how often the bench has opened spaces in a database; their names
	// hold that number.
	Opened int `json:"opened"`
	// Sessions, Refresh and Denied are what the server remembers: of sessions, of
	// refresh tokens and of tokens that are denied.
	Sessions SpaceSnapshot `json:"sessions"`
	Refresh  SpaceSnapshot `json:"refresh"`
	Denied   SpaceSnapshot `json:"denied"`
}

// KeySnapshot is one key that signs or seals.
type KeySnapshot struct {
	ID   string    `json:"id"`
	Alg  string    `json:"alg"`
	Made time.Time `json:"made"`
	// Secret is the octets of a key that both sides share, or a private key in PKCS #8
	// (RFC 5958) as DER.
	Secret []byte `json:"secret"`
}

// SpaceSnapshot is what one space of package store remembers.
type SpaceSnapshot struct {
	// Elsewhere says that the space is one of a Redis or Valkey server, which
	// outlives this process: it is the server that remembers, under the name that
	// the bench's id and Opened give, and Entries are not given. Should it have
	// forgotten meanwhile, then so has the bench. The file of SQLite ends with the
	// process, so what it holds is carried, and so is what is in memory.
	Elsewhere bool `json:"elsewhere,omitempty"`
	// Written says that something may have been written there, ever.
	Written bool            `json:"written,omitempty"`
	Entries []EntrySnapshot `json:"entries,omitempty"` // in the order of first writing
}

// EntrySnapshot is one row, or what is left of it; see store.Entry.
type EntrySnapshot struct {
	Key     []byte        `json:"key"` // of any bytes, so not text
	Bytes   []byte        `json:"bytes"`
	Expires time.Time     `json:"expires,omitzero"`
	Gone    store.Missing `json:"gone,omitempty"`
}

// Snapshot returns the bench as it is now. What an administrator does (roles, the
// clock, settings, predictions, a reset) is in it as a whole or not at all.
//
// Exchanges that are under way may be in it by half: a session that a login has
// written, say, while the login's answer is still being sent and is no exchange
// yet. Each number that any of it came with is counted in Journal.Last, so no later
// exchange is given the number of one that has left traces. Of an exchange that
// the journal holds when Snapshot is called, all of it is in the snapshot: so
// whoever writes down an exchange and then a snapshot that was made after it, has
// lost nothing.
//
// It fails where the records cannot be read from their database.
func (b *Bench) Snapshot() (Snapshot, error) {
	b.admin.Lock()
	defer b.admin.Unlock()
	setup := b.setup.Load()
	s := Snapshot{
		Version: snapshotVersion, ID: b.id, Made: b.made.Round(0).UTC(), Ahead: b.clock.ahead(), Cursor: b.Cursor(),
		Accounts: b.accounts.all(), Keys: b.keys.snapshot(), Sealing: b.sealing.snapshot(), Settings: setup.settings, Answers: b.answers, Opened: b.opened,
	}
	var errs [3]error
	s.Sessions, errs[0] = snapshotSpace(setup.spaces.sessions, true)
	s.Refresh, errs[1] = snapshotSpace(setup.spaces.refresh, setup.tokens.refresh.touched.Load())
	s.Denied, errs[2] = snapshotSpace(setup.spaces.denied, setup.tokens.denied.touched.Load())
	if err := errors.Join(errs[:]...); err != nil {
		return Snapshot{}, fmt.Errorf("take a snapshot of a bench: %w", err)
	}
	s.Journal = b.journal.Load().Mark() // last, so that it knows the numbers of all that is above
	return s, nil
}

// Upgrade makes of a snapshot of an earlier version, written as JSON, one of this one.
// What that did not have is left out. It returns [journal.ErrVersion] for a version that
// there never was, or that is yet to come.
func Upgrade(snapshot []byte) ([]byte, error) {
	var s map[string]json.RawMessage
	if err := json.Unmarshal(snapshot, &s); err != nil {
		return nil, fmt.Errorf("upgrade a snapshot: %w", err)
	}
	switch version := string(s["version"]); version {
	case "1": // which lacks sealing: no app had such a key
		s["version"] = json.RawMessage(strconv.Itoa(snapshotVersion))
		return json.Marshal(s)
	case strconv.Itoa(snapshotVersion):
		return snapshot, nil
	default:
		return nil, fmt.Errorf("upgrade a snapshot of version %q: %w", version, journal.ErrVersion)
	}
}

func snapshotSpace(space store.Store, written bool) (s SpaceSnapshot, err error) {
	s.Written = written
	entries, err := store.Entries(context.Background(), space)
	if errors.Is(err, store.ErrStays) {
		_, err = space.All(context.Background()) // it may be broken
		s.Elsewhere = true
	}
	for _, e := range entries {
		s.Entries = append(s.Entries, EntrySnapshot{Key: []byte(e.Key), Bytes: e.Bytes, Expires: e.Expires, Gone: e.Gone})
	}
	return s, err
}

// load puts what is carried into an empty space.
func (s SpaceSnapshot) load(space store.Store) error {
	entries := make([]store.Entry, len(s.Entries))
	for i, e := range s.Entries {
		entries[i] = store.Entry{Key: string(e.Key), Bytes: e.Bytes, Expires: e.Expires, Gone: e.Gone}
	}
	return store.Load(context.Background(), space, entries)
}
