package bench

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"authlab/lab/journal"
	"authlab/lab/store"
	"authlab/lab/token"
)

// quiet is a logger that nobody reads.
var quiet = slog.New(slog.DiscardHandler)

func newStore() *sessionStore {
	c := &clock{}
	return &sessionStore{clock: c, rows: store.NewMemory(c.Now)}
}

// held are the records that a store holds.
func held(t *testing.T, s *sessionStore) []journal.Record {
	t.Helper()
	return all(t, s.all).records
}

// all is what something remembers.
func all(t *testing.T, of func() (remembered, error)) remembered {
	t.Helper()
	r, err := of()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// refused are the ids that are remembered only to refuse them, and why.
func refused(r remembered) (list []string) {
	for _, t := range r.tombstones {
		list = append(list, fmt.Sprint(t.Kind, " ", t.ID, " ", t.Why))
	}
	return list
}

// stored is a record's bytes as the codec writes them.
func stored(t *testing.T, user string) []byte {
	t.Helper()
	b, err := codec{&clock{}, new(contents)}.Encode(time.Now().Add(time.Hour), map[string]any{"user": user, "created": "2026-01-02T03:04:05Z"})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// did runs one operation on the store and returns the events that it left.
func did(do func(context.Context)) (kinds []string) {
	var rec recording
	do(withRecording(context.Background(), &rec))
	for _, e := range rec.events {
		kinds = append(kinds, fmt.Sprint(e.event.Kind, " ", e.event.Field("reason"), e.event.Field("existed")))
	}
	return kinds
}

// TestStoreSaysWhatHappened goes through the life of a record.
func TestStoreSaysWhatHappened(t *testing.T) {
	s := newStore()
	in := func(d time.Duration) time.Time { return time.Now().Add(d) }
	find := func(ctx context.Context) { _, _, _ = s.FindCtx(ctx, "a") }
	commit := func(ctx context.Context) { _ = s.CommitCtx(ctx, "a", stored(t, "reader"), in(time.Hour)) }
	remove := func(ctx context.Context) { _ = s.DeleteCtx(ctx, "a") }
	tombstone := []string{"session a deleted"}
	for i, c := range []struct {
		do      func(context.Context)
		want    string
		records int
		refused []string
	}{
		{find, "record.missing unknown", 0, nil}, {remove, "record.deleted false", 0, nil},
		{commit, "record.written ", 1, nil}, {find, "record.found ", 1, nil}, {commit, "record.written ", 1, nil},
		{remove, "record.deleted true", 0, tombstone}, {find, "record.missing deleted", 0, tombstone}, {commit, "record.refused ", 0, tombstone},
		{find, "record.missing deleted", 0, tombstone}, {remove, "record.deleted false", 0, tombstone},
	} {
		if got := did(c.do); len(got) != 1 || got[0] != c.want || len(held(t, s)) != c.records || !slices.Equal(refused(all(t, s.all)), c.refused) {
			t.Errorf("step %d: %q with %d records, %q, want %q with %d, %q", i, got, len(held(t, s)), refused(all(t, s.all)), c.want, c.records, c.refused)
		}
	}
	if left := all(t, s.all).tombstones[0].Expires; left.Before(in(59*time.Minute)) || left.After(in(time.Hour)) {
		t.Errorf("of a record that would have ended in an hour the tombstone says %s", left)
	}
}

// TestTokensLeaveTombstones, too: a login whose refresh tokens are ended, and an
// entry of the denylist whose token has ended by itself.
func TestTokensLeaveTombstones(t *testing.T) {
	c := &clock{}
	memory := func() store.Store { return store.NewMemory(c.Now) }
	stores := newTokenStores(spaces{refresh: memory(), denied: memory()})
	refresh, denied := refreshTokens{stores.refresh}, denylist{stores.denied, c}
	end := c.Now().Add(time.Hour)
	ctx := t.Context()
	for _, id := range []string{"first", "second"} {
		if err := refresh.Put(ctx, id, token.RefreshToken{User: "reader", Family: "first", Expires: end}); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(denied.Deny(ctx, "soon", c.Now().Add(time.Minute)), denied.Deny(ctx, "later", end)); err != nil {
		t.Fatal(err)
	}
	if r := all(t, stores.all); len(r.records) != 4 || r.tombstones != nil {
		t.Errorf("%d records and %q, want 4 and none", len(r.records), refused(r))
	}
	c.forward(2 * time.Minute)
	for i, want := range []int{2, 1} { // the one that has ended is dropped once
		if got := did(func(ctx context.Context) { _, _ = denied.Denied(ctx, "another") }); len(got) != want {
			t.Errorf("look-up %d of the denylist: %q, want %d", i+1, got, want)
		}
	}
	for range 2 { // what is gone already is passed over
		if err := refresh.End(ctx, "first"); err != nil {
			t.Fatal(err)
		}
	}
	r := all(t, stores.all)
	if want := []string{"refresh first deleted", "refresh second deleted", "denied soon expired"}; !slices.Equal(refused(r), want) || len(r.records) != 1 || r.records[0].ID != "later" {
		t.Errorf("%d records and %q, want one and %q", len(r.records), refused(r), want)
	}
}

// TestStoreGoesByTheBenchClock moves the clock instead of waiting.
func TestStoreGoesByTheBenchClock(t *testing.T) {
	s := newStore()
	if err := s.Commit("a", stored(t, "reader"), time.Now().Add(15*time.Minute)); err != nil {
		t.Fatal(err)
	}
	before := held(t, s)
	for _, c := range []struct {
		by     time.Duration
		found  bool
		events string
	}{{0, true, "record.found "}, {14 * time.Minute, true, "record.found "}, {time.Minute, false, "record.missing expired"}, {0, false, "record.missing expired"}} {
		s.clock.forward(c.by)
		var found bool
		got := did(func(ctx context.Context) { _, found, _ = s.FindCtx(ctx, "a") })
		if found != c.found || got[0] != c.events {
			t.Errorf("after %s more: found %t, %q; want %t, %q", c.by, found, got, c.found, c.events)
		}
	}
	if len(before) != 1 || before[0].ID != "a" || before[0].User != "reader" || before[0].Created.Year() != 2026 || len(held(t, s)) != 0 {
		t.Errorf("what was looked at before is now %+v", before)
	}
	if err := s.Commit("b", stored(t, "reader"), time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if ends := time.Until(held(t, s)[0].Expires); ends < 15*time.Minute || ends > 16*time.Minute {
		t.Errorf("a record written with the clock 15 minutes ahead ends in %s by the machine's", ends)
	}
}

// TestStoreRefusesWhatItCannotRead keeps the store's promise that each record's
// user is known.
func TestStoreRefusesWhatItCannotRead(t *testing.T) {
	s := newStore()
	for _, b := range []string{"", "x", "[]", `{"deadline":1}`} {
		if err := s.Commit("a", []byte(b), time.Now().Add(time.Hour)); err == nil || len(held(t, s)) != 0 {
			t.Errorf("%q is stored (%v)", b, err)
		}
	}
	content := []byte(`{"deadline":"2026-01-02T03:04:05Z","values":{"user":7}}`)
	if err := s.Commit("a", content, time.Now().Add(time.Hour)); err != nil || held(t, s)[0].User != "" || !held(t, s)[0].Created.IsZero() {
		t.Errorf("a record without a user: %v, %+v", err, held(t, s))
	}
	content[0] = 'x'
	if held(t, s)[0].Bytes[0] != '{' {
		t.Error("the store shares its bytes with whoever wrote them")
	}
}

// TestSixteenWriters write, read and delete at once. What was deleted stays
// away, and what was looked at does not change.
func TestSixteenWriters(t *testing.T) {
	const writers, each = 16, 200
	s := newStore()
	b := stored(t, "reader")
	var work sync.WaitGroup
	for w := range writers {
		work.Go(func() {
			for i := range each {
				id := fmt.Sprint(i % 20)
				states := held(t, s)
				first := append([]journal.Record(nil), states...)
				_ = s.Commit(id, b, time.Now().Add(time.Hour))
				if w == 0 && i%40 == 0 {
					_ = s.Delete(id)
				}
				_, _, _ = s.Find(id)
				for n := range first {
					if first[n].ID != states[n].ID || !first[n].Expires.Equal(states[n].Expires) {
						t.Error("a state that was handed out has changed")
						return
					}
				}
			}
		})
	}
	work.Wait()
	deleted := slices.ContainsFunc(held(t, s), func(r journal.Record) bool { return r.ID == "0" })
	if len(held(t, s)) != 19 || deleted {
		t.Errorf("%d records are left, deleted one there: %t; want 19 without it", len(held(t, s)), deleted)
	}
}
