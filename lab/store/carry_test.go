package store_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"authlab/lab/store"
	"authlab/lab/store/storetest"
)

// carriers runs a test on two empty spaces of each kind of store that can be
// carried, the second in another database.
func carriers(t *testing.T, test func(t *testing.T, from, to store.Store, c *clock)) {
	t.Helper()
	first, second := storetest.Kinds(t), storetest.Kinds(t)
	for i, kind := range first {
		if kind.Name == "redis" {
			continue
		}
		t.Run(kind.Name, func(t *testing.T) {
			c := new(clock)
			test(t, kind.Open("a", c.now), second[i].Open("a", c.now), c)
		})
	}
}

// TestASpaceIsCarried with its order, its ends and what has ended, and goes on as
// the other would have.
func TestASpaceIsCarried(t *testing.T) {
	carriers(t, func(t *testing.T, from, to store.Store, c *clock) {
		ctx := t.Context()
		for i, key := range []string{"z", "deleted", "a", "\xff\x00'", "expired", "valid"} {
			if _, err := from.Commit(ctx, key, fmt.Append(nil, "body", i), begin.Add(time.Duration(i+1)*time.Minute)); err != nil {
				t.Fatal(err)
			}
		}
		_, err1 := from.Commit(ctx, "no end", nil, time.Time{})
		_, err2 := from.Delete(ctx, "deleted")
		c.forward(5*time.Minute + 30*time.Second)
		_, why, err3 := from.Find(ctx, "expired")
		if err := errors.Join(err1, err2, err3); err != nil || why != store.Expired {
			t.Fatal(why, err)
		}
		entries, err := store.Entries(ctx, from)
		if err != nil {
			t.Fatal(err)
		}
		if err := store.Load(ctx, to, entries); err != nil {
			t.Fatal(err)
		}
		again, err := store.Entries(ctx, to)
		if err != nil || fmt.Sprintf("%+v", again) != fmt.Sprintf("%+v", entries) || len(again) != 7 {
			t.Errorf("carried again (%v):\n%+v, want\n%+v", err, again, entries)
		}
		rows, err1 := from.All(ctx)
		got, err2 := to.All(ctx)
		if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", rows) || len(got) != 7 || errors.Join(err1, err2) != nil {
			t.Errorf("the rows are %q, want %q", got, rows)
		}
		for _, key := range []string{"z", "deleted", "a", "\xff\x00'", "expired", "valid", "no end", "unknown"} {
			if is, want := found(t, to, key), found(t, from, key); is != want {
				t.Errorf("%q is %s, want %s", key, is, want)
			}
			if written, err := to.Commit(ctx, key, []byte("late"), time.Time{}); written != slices.Contains([]string{"no end", "unknown", "valid"}, key) || err != nil {
				t.Errorf("a write to %q: %t, %v", key, written, err)
			}
		}
		rows, err = to.All(ctx)
		if err != nil || rows[len(rows)-1].Key != "unknown" {
			t.Errorf("the newest row is %+v, %v", rows, err)
		}
	})
}

// TestLoadRefuses what it should not have, and then writes nothing.
func TestLoadRefuses(t *testing.T) {
	carriers(t, func(t *testing.T, from, to store.Store, _ *clock) {
		ctx := t.Context()
		for name, entries := range map[string][]store.Entry{
			"two of one key": {{Key: "a"}, {Key: "b"}, {Key: "a", Gone: store.Deleted}},
			"no such reason": {{Key: "a"}, {Key: "b", Gone: store.Unknown}},
		} {
			if err := store.Load(ctx, to, entries); err == nil {
				t.Errorf("%s: loaded", name)
			}
		}
		if held, err := store.Entries(ctx, to); err != nil || len(held) != 0 {
			t.Errorf("held is %+v, %v", held, err)
		}
		if _, err := from.Commit(ctx, "a", nil, time.Time{}); err != nil {
			t.Fatal(err)
		}
		if _, err := from.Delete(ctx, "a"); err != nil {
			t.Fatal(err)
		}
		if err := store.Load(ctx, from, []store.Entry{{Key: "b"}}); !errors.Is(err, store.ErrNotEmpty) {
			t.Errorf("a space with a tombstone: %v", err)
		}
	})
}

// TestRedisStays where it is.
func TestRedisStays(t *testing.T) {
	each(t, func(t *testing.T, s store.Store, _ *clock) {
		_, err1 := store.Entries(t.Context(), s)
		err2 := store.Load(t.Context(), s, nil)
		want := t.Name() == "TestRedisStays/redis"
		if errors.Is(err1, store.ErrStays) != want || errors.Is(err2, store.ErrStays) != want {
			t.Errorf("%v, %v", err1, err2)
		}
	})
}
