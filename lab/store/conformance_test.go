package store_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"authlab/lab/store"
	"authlab/lab/store/storetest"
)

// begin is when the clocks of these tests start. Its nanoseconds must survive.
var begin = time.Date(2026, time.January, 2, 3, 4, 5, 123456789, time.UTC)

// clock is a clock that stands still until it is moved.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return begin.Add(c.ahead)
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

// each runs a test on an empty space of each kind of store.
func each(t *testing.T, test func(t *testing.T, s store.Store, c *clock)) {
	t.Helper()
	for _, kind := range storetest.Kinds(t) {
		t.Run(kind.Name, func(t *testing.T) {
			c := new(clock)
			test(t, kind.Open(t.Name(), c.now), c)
		})
	}
}

// found is what Find says, for a comparison.
func found(t *testing.T, s store.Store, key string) string {
	t.Helper()
	row, why, err := s.Find(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	if why != "" {
		if row.Key != "" || row.Bytes != nil || row.Native != nil || !row.Expires.IsZero() {
			t.Errorf("a row that is %s comes with %+v", why, row)
		}
		return string(why)
	}
	if row.Key != key {
		t.Errorf("asked for %q, got %q", key, row.Key)
	}
	return "=" + string(row.Bytes)
}

// commit writes a row that ends in so long and reports whether it was written.
func commit(t *testing.T, s store.Store, c *clock, key, value string, lives time.Duration) bool {
	t.Helper()
	written, err := s.Commit(t.Context(), key, []byte(value), c.now().Add(lives))
	if err != nil {
		t.Fatal(err)
	}
	return written
}

func remove(t *testing.T, s store.Store, key string) bool {
	t.Helper()
	existed, err := s.Delete(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return existed
}

// held is what the store holds, in order: rows as "key=value", tombstones as
// "key deleted".
func held(t *testing.T, s store.Store) (list []string) {
	t.Helper()
	rows, err := s.All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.Gone != "" {
			list = append(list, r.Key+" "+string(r.Gone)+string(r.Bytes))
			continue
		}
		list = append(list, r.Key+"="+string(r.Bytes))
	}
	return list
}

// TestBytes keeps values and keys of every kind.
func TestBytes(t *testing.T) {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	values := map[string][]byte{
		"nothing": {}, "nil": nil, "every byte": every, "a million": bytes.Repeat([]byte("0123456789"), 100_000),
		"": []byte("under no key"), string(every): []byte("under every byte"), "a?b": []byte("?"), "a'b\x00c": []byte("'"),
		"}:x{%7D": []byte("braces"), "\xff\xfe": []byte("no UTF-8"), "#n": []byte("a name that we use"), "a\x00": []byte("1"), "a": []byte("2"),
	}
	each(t, func(t *testing.T, s store.Store, c *clock) {
		for key, value := range values {
			given := slices.Clone(value)
			if written, err := s.Commit(t.Context(), key, given, c.now().Add(time.Hour)); !written || err != nil {
				t.Fatalf("%.20q: written %t, %v", key, written, err)
			}
			for i := range given {
				given[i] = 0 // it is the caller's to use again
			}
		}
		for key, value := range values {
			row, why, err := s.Find(t.Context(), key)
			if err != nil || why != "" || row.Key != key || !bytes.Equal(row.Bytes, value) {
				t.Errorf("%.20q: %q %v, key %.20q, %d bytes, want %d", key, why, err, row.Key, len(row.Bytes), len(value))
			}
		}
		rows, err := s.All(t.Context())
		if err != nil || len(rows) != len(values) {
			t.Errorf("%d rows, %v; want %d", len(rows), err, len(values))
		}
		for _, row := range rows {
			if value, ok := values[row.Key]; !ok || !bytes.Equal(row.Bytes, value) {
				t.Errorf("among all, %.20q has %d bytes", row.Key, len(row.Bytes))
			}
		}
	})
}

// TestOrder is that of first writing, whatever happens later, tombstones
// included.
func TestOrder(t *testing.T) {
	each(t, func(t *testing.T, s store.Store, c *clock) {
		for _, key := range []string{"c", "z", "a", "b", "y", "a", "z"} {
			commit(t, s, c, key, "1", time.Hour)
		}
		remove(t, s, "b")
		commit(t, s, c, "b", "late", time.Hour)
		commit(t, s, c, "c", "2", 2*time.Hour)
		commit(t, s, c, "0", "1", time.Minute)
		if got, want := held(t, s), []string{"c=2", "z=1", "a=1", "b deleted", "y=1", "0=1"}; !slices.Equal(got, want) {
			t.Errorf("the rows are %q, want %q", got, want)
		}
	})
}

// TestUpdate reads, changes and writes, or leaves as it is.
func TestUpdate(t *testing.T) {
	each(t, func(t *testing.T, s store.Store, c *clock) {
		commit(t, s, c, "a", "1", time.Hour)
		commit(t, s, c, "gone", "1", time.Hour)
		remove(t, s, "gone")
		later := begin.Add(5 * time.Hour)
		for _, u := range []struct {
			key     string
			ok      bool
			why     store.Missing
			value   string
			expires time.Time
			asked   bool
		}{
			{"a", true, "", "1+", later, true}, {"a", true, "", "1++", later, true}, {"a", false, "", "1++", later, true},
			{"gone", true, store.Deleted, "", time.Time{}, false}, {"never", true, store.Unknown, "", time.Time{}, false},
		} {
			asked := false
			row, why, err := s.Update(t.Context(), u.key, func(r store.Row) ([]byte, time.Time, bool) {
				asked = true
				return append(slices.Clone(r.Bytes), '+'), later, u.ok
			})
			if err != nil || why != u.why || string(row.Bytes) != u.value || row.Expires != u.expires || asked != u.asked {
				t.Errorf("%+v: %q %v %+v, asked %t", u, why, err, row, asked)
			}
		}
		if got := held(t, s); !slices.Equal(got, []string{"a=1++", "gone deleted"}) {
			t.Errorf("then %q are held", got)
		}
	})
}

// TestSpacesAreApart uses equal keys in spaces whose names are meant to collide.
func TestSpacesAreApart(t *testing.T) {
	names := []string{"a", "a:b", "a}", "a}:b", "A", "a ", "", "a%7D", "a'--", "a*", "b"}
	for _, kind := range storetest.Kinds(t) {
		t.Run(kind.Name, func(t *testing.T) {
			c := new(clock)
			var spaces []store.Store
			for _, name := range names {
				s := kind.Open(name, c.now)
				spaces = append(spaces, s)
				for _, key := range []string{"k", "b}:k", "b:k"} {
					if !commit(t, s, c, key, name, time.Hour) {
						t.Errorf("%q: %q is not written", name, key)
					}
				}
			}
			remove(t, spaces[0], "k")
			if err := spaces[1].Reset(t.Context()); err != nil {
				t.Fatal(err)
			}
			for i, s := range spaces {
				n := names[i]
				want := []string{"k=" + n, "b}:k=" + n, "b:k=" + n}
				switch i {
				case 0:
					want[0] = "k deleted"
				case 1:
					want = nil
				}
				if got := held(t, s); !slices.Equal(got, want) {
					t.Errorf("space %q holds %q, want %q", n, got, want)
				}
			}
		})
	}
}

// TestTwoHandles on one space of a database see the same.
func TestTwoHandles(t *testing.T) {
	for _, kind := range storetest.Kinds(t)[1:] {
		t.Run(kind.Name, func(t *testing.T) {
			c := new(clock)
			one, two := kind.Open("s", c.now), kind.Open("s", c.now)
			commit(t, one, c, "a", "1", time.Hour)
			if got := found(t, two, "a"); got != "=1" {
				t.Errorf("the other finds %s", got)
			}
			remove(t, two, "a")
			if commit(t, one, c, "a", "2", time.Hour) {
				t.Error("what the other has deleted is written again")
			}
		})
	}
}

// TestEndedContext stops every method, and nothing is done.
func TestEndedContext(t *testing.T) {
	each(t, func(t *testing.T, s store.Store, c *clock) {
		commit(t, s, c, "a", "1", time.Hour)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, _, find := s.Find(ctx, "a")
		written, write := s.Commit(ctx, "a", []byte("2"), c.now().Add(time.Hour))
		existed, gone := s.Delete(ctx, "a")
		_, _, update := s.Update(ctx, "a", func(r store.Row) ([]byte, time.Time, bool) { return nil, r.Expires, true })
		_, list := s.All(ctx)
		for name, err := range map[string]error{"find": find, "commit": write, "delete": gone, "update": update, "all": list, "reset": s.Reset(ctx)} {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := found(t, s, "a"); got != "=1" || written || existed {
			t.Errorf("the row is %s, written %t, deleted %t", got, written, existed)
		}
	})
}
