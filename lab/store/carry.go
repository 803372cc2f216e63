package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Entry is what a space remembers of a key: its row, or that there was one. It is
// what another process needs to answer about the key as this one does.
type Entry struct {
	Key     string
	Bytes   []byte    // as Row.Bytes; nil for a row that is gone
	Expires time.Time // as Row.Expires
	Gone    Missing   // Deleted or Expired for a row that is gone, else empty
}

// ErrStays is returned for a store whose entries are not carried from process to
// process: those of a Redis or Valkey server are there for the next one by
// themselves, in the space of the same name.
var ErrStays = errors.New("its entries stay where they are")

// ErrNotEmpty is returned for a space that has entries already.
var ErrNotEmpty = errors.New("the space is not empty")

// carrier is a table whose entries can be carried to another process.
type carrier interface {
	// load writes entries in that order into a space that has none, as one step, or
	// returns ErrNotEmpty.
	load(ctx context.Context, entries []entry) error
}

// Entries returns all that a store in memory or in SQLite remembers at one
// instant, in the order in which the keys were first written. For any other it
// returns ErrStays. The bytes must not be modified.
func Entries(ctx context.Context, s Store) ([]Entry, error) {
	sp, _, err := carried(ctx, s)
	if err != nil {
		return nil, err
	}
	all, err := sp.All(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Entry, len(all))
	for i, e := range all {
		out[i] = Entry{Key: e.Key, Bytes: e.Bytes, Expires: e.Expires, Gone: e.Gone}
	}
	return out, nil
}

// Load puts what Entries returned into an empty space in memory or in SQLite, so
// that it answers as the other one did. It returns ErrNotEmpty for a space that
// has entries, ErrStays as Entries does, and an error for entries that no store
// could have had: two of one key, or one that is gone for no reason. Then nothing
// was written.
func Load(ctx context.Context, s Store, entries []Entry) error {
	sp, c, err := carried(ctx, s)
	if err != nil {
		return err
	}
	all := make([]entry, len(entries))
	seen := make(map[string]bool, len(entries))
	for i, e := range entries {
		switch {
		case seen[e.Key]:
			return fmt.Errorf("load entry %d: there is one of its key already", i+1)
		case e.Gone != "" && e.Gone != Deleted && e.Gone != Expired:
			return fmt.Errorf("load entry %d: it cannot be gone because of %q", i+1, e.Gone)
		}
		seen[e.Key] = true
		all[i] = entry{Row: made(e.Key, e.Bytes, e.Expires)}
		if e.Gone != "" {
			all[i] = all[i].ended(e.Gone)
		}
	}
	return sp.run(ctx, "load the entries", func(ctx context.Context) error { return c.load(ctx, all) })
}

// carried returns a store's space and table, where its entries can be carried.
func carried(ctx context.Context, s Store) (*space, carrier, error) {
	sp, ours := s.(*space)
	if !ours { // one that stands for a database which could not be opened
		_, err := s.All(ctx)
		return nil, nil, errors.Join(ErrStays, err)
	}
	c, ok := sp.table.(carrier)
	if !ok {
		return nil, nil, fmt.Errorf("carry the entries of %s: %w", sp.table, ErrStays)
	}
	return sp, c, nil
}

func (m *memory) load(_ context.Context, all []entry) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.entries) > 0 {
		return ErrNotEmpty
	}
	for _, e := range all {
		m.put(e.Key, e)
	}
	return nil
}

func (t sqlTable) load(ctx context.Context, all []entry) error {
	tx, err := t.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // there is nothing to undo where it was committed
	found, err := tx.QueryContext(ctx, sqlList, t.space)
	if err != nil {
		return err
	}
	held, err := t.collect(found)
	if err != nil {
		return err
	}
	if len(held) > 0 {
		return ErrNotEmpty
	}
	for _, e := range all {
		if err := t.putBy(ctx, tx, e); err != nil {
			return err
		}
	}
	return tx.Commit()
}
