package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"authlab/lab/labtest"
	"authlab/lab/store"
)

const writers = 16

// together starts so many at once and waits for them.
func together(n int, do func(i int)) {
	var work sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		work.Go(func() {
			<-start
			do(i)
		})
	}
	close(start)
	work.Wait()
}

// TestSixteenWritersLoseNothing counts in one row.
func TestSixteenWritersLoseNothing(t *testing.T) {
	const each16 = 25
	each(t, func(t *testing.T, s store.Store, c *clock) {
		commit(t, s, c, "n", "0", time.Hour)
		var seen sync.Map
		together(writers, func(int) {
			for range each16 {
				row, why, err := s.Update(t.Context(), "n", func(r store.Row) ([]byte, time.Time, bool) {
					n, _ := strconv.Atoi(string(r.Bytes))
					return []byte(strconv.Itoa(n + 1)), r.Expires, true
				})
				if _, again := seen.LoadOrStore(string(row.Bytes), true); again || why != "" || err != nil {
					t.Errorf("%q again %t, %q, %v", row.Bytes, again, why, err)
				}
			}
		})
		if got, want := found(t, s, "n"), fmt.Sprint("=", writers*each16); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	})
}

// TestARowIsUsedOnce lets sixteen use one row, as sixteen may try to use one
// refresh token, by marking it and by deleting it.
func TestARowIsUsedOnce(t *testing.T) {
	each(t, func(t *testing.T, s store.Store, c *clock) {
		for round := range 40 {
			key := fmt.Sprint(round)
			commit(t, s, c, key, "fresh", time.Hour)
			var marked, deleted atomic.Int32
			together(writers, func(int) {
				var used bool
				_, _, err := s.Update(t.Context(), key, func(r store.Row) ([]byte, time.Time, bool) {
					used = string(r.Bytes) == "fresh"
					return []byte("used"), r.Expires, used
				})
				if err != nil {
					t.Error(err)
				}
				if used {
					marked.Add(1)
				}
			})
			together(writers, func(int) {
				if remove(t, s, key) {
					deleted.Add(1)
				}
			})
			if marked.Load() != 1 || deleted.Load() != 1 {
				t.Fatalf("round %d: %d have marked it, %d have deleted it", round, marked.Load(), deleted.Load())
			}
		}
	})
}

// TestLogoutIsFinal races a delete against late writes: in every second round the
// row has surely been deleted before, in the others if it happens so. No row may
// come back.
func TestLogoutIsFinal(t *testing.T) {
	each(t, func(t *testing.T, s store.Store, c *clock) {
		rounds := labtest.Rounds(t, 1_000, 10_000)
		var late, next atomic.Int64
		together(4, func(int) {
			for round := next.Add(1); round <= int64(rounds); round = next.Add(1) {
				late.Add(raceOnce(t, s, c, int(round)))
			}
		})
		if late.Load() < int64(rounds)/2 {
			t.Errorf("the write was late in %d of %d rounds only", late.Load(), rounds)
		}
		left := held(t, s)
		if back := slices.DeleteFunc(slices.Clone(left), func(e string) bool { return strings.HasSuffix(e, " deleted") }); len(back) > 0 || len(left) != rounds {
			t.Errorf("%d tombstones are left of %d rounds, and rows are back: %q", len(left)-len(back), rounds, back)
		}
		t.Logf("the write was late in %d of %d rounds", late.Load(), rounds)
	})
}

// raceOnce returns 1 where the write was late.
func raceOnce(t *testing.T, s store.Store, c *clock, round int) (late int64) {
	key := strconv.Itoa(round)
	if !commit(t, s, c, key, "in", time.Hour) {
		t.Errorf("round %d: a new row is not written", round)
	}
	var work sync.WaitGroup
	out := func() {
		if !remove(t, s, key) {
			t.Errorf("round %d: there was nothing to delete", round)
		}
	}
	if round%2 == 0 {
		out()
	} else {
		work.Go(out)
	}
	if round%4 < 2 {
		if !commit(t, s, c, key, "late", 2*time.Hour) {
			late = 1
		}
	} else if _, why, err := s.Update(t.Context(), key, func(r store.Row) ([]byte, time.Time, bool) {
		return []byte("late"), r.Expires.Add(time.Hour), true
	}); why != "" || err != nil {
		late = 1
	}
	work.Wait()
	if got := found(t, s, key); got != "deleted" {
		t.Errorf("round %d: the row is %s", round, got)
	}
	return late
}

// TestAllWhileOthersWrite looks while sixteen write, delete and read. What was
// seen does not change, has no key twice and shows what was deleted before as a
// tombstone only.
func TestAllWhileOthersWrite(t *testing.T) {
	each(t, func(t *testing.T, s store.Store, c *clock) {
		commit(t, s, c, "deleted", "x", time.Hour)
		remove(t, s, "deleted")
		together(writers, func(w int) {
			for i := range 25 {
				if w < 2 {
					look(t, s)
					continue
				}
				key := fmt.Sprint(w, "/", i%5)
				commit(t, s, c, key, key, time.Hour)
				commit(t, s, c, "deleted", "late", time.Hour)
				if i%5 == 4 {
					remove(t, s, key)
				}
				found(t, s, "0/0")
			}
		})
		rows, tombstones := 0, 0
		for _, r := range held(t, s) {
			if strings.HasSuffix(r, " deleted") {
				tombstones++
			} else {
				rows++
			}
		}
		if rows != (writers-2)*4 || tombstones != writers-2+1 {
			t.Errorf("%d rows and %d tombstones are left, want %d and %d", rows, tombstones, (writers-2)*4, writers-2+1)
		}
	})
}

func look(t *testing.T, s store.Store) {
	rows, err := s.All(t.Context())
	if err != nil {
		t.Error(err)
	}
	seen := slices.Clone(rows)
	keys := map[string]bool{}
	for _, r := range rows {
		content := r.Key
		if r.Gone != "" {
			content = ""
		}
		if keys[r.Key] || r.Key == "deleted" && r.Gone != store.Deleted || string(r.Bytes) != content {
			t.Errorf("%q is there, again %t, with %q, %s", r.Key, keys[r.Key], r.Bytes, r.Gone)
		}
		keys[r.Key] = true
	}
	_, _, _ = s.Find(context.Background(), "0/1")
	for i := range rows {
		if rows[i].Key != seen[i].Key || string(rows[i].Bytes) != string(seen[i].Bytes) {
			t.Error("what was handed out has changed")
		}
	}
}

// TestAllIsOfOneInstant writes a row and then says in another which was written
// last: that one must be among all.
func TestAllIsOfOneInstant(t *testing.T) {
	each(t, func(t *testing.T, s store.Store, c *clock) {
		commit(t, s, c, "last", "0", time.Hour)
		commit(t, s, c, "0", "", time.Hour)
		together(2, func(who int) {
			for i := range 200 {
				if who == 0 {
					key := strconv.Itoa(i)
					commit(t, s, c, key, "", time.Hour)
					commit(t, s, c, "last", key, time.Hour)
					continue
				}
				rows, err := s.All(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				if last := string(rows[0].Bytes); !slices.ContainsFunc(rows, func(r store.Row) bool { return r.Key == last }) {
					t.Errorf("%q was written last and is not among all", last)
				}
			}
		})
	})
}

// TestTwoProcesses with one file count in one row together.
func TestTwoProcesses(t *testing.T) {
	const each2 = 50
	path := filepath.Join(t.TempDir(), "lab.db")
	c := new(clock)
	var spaces [2]store.Store
	for i := range spaces {
		lite, err := store.OpenSQLite(path)
		if err != nil {
			t.Fatal(err)
		}
		defer lite.Close()
		spaces[i] = lite.Space("s", c.now)
	}
	commit(t, spaces[0], c, "n", "", time.Hour)
	together(len(spaces), func(i int) {
		for range each2 {
			if _, why, err := spaces[i].Update(t.Context(), "n", func(r store.Row) ([]byte, time.Time, bool) {
				return append(slices.Clone(r.Bytes), 'x'), r.Expires, true
			}); why != "" || err != nil {
				t.Error(why, err)
			}
		}
	})
	if got := found(t, spaces[0], "n"); len(got) != 1+2*each2 {
		t.Errorf("%d were counted, want %d", len(got)-1, 2*each2)
	}
	if _, _, err := spaces[0].Update(t.Context(), "n", func(r store.Row) ([]byte, time.Time, bool) {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if written, err := spaces[1].Commit(ctx, "other", nil, r.Expires); err == nil || written {
			t.Error("the other writes while this one decides")
		}
		return r.Bytes, r.Expires, true
	}); err != nil {
		t.Error(err)
	}
}

// TestResetWhileOthersWrite leaves each row either whole or not at all, and every
// row that can be found among all.
func TestResetWhileOthersWrite(t *testing.T) {
	each(t, func(t *testing.T, s store.Store, c *clock) {
		together(writers, func(w int) {
			for i := range 20 {
				if w == 0 {
					if err := s.Reset(t.Context()); err != nil && !errors.Is(err, context.DeadlineExceeded) {
						t.Error(err)
					}
					continue
				}
				commit(t, s, c, fmt.Sprint(w, "/", i), "x", time.Hour)
			}
		})
		listed := held(t, s)
		for w := range writers {
			for i := range 20 {
				key := fmt.Sprint(w, "/", i)
				if there := found(t, s, key) == "=x"; there != slices.Contains(listed, key+"=x") {
					t.Errorf("%s is there: %t, but among all: %t", key, there, !there)
				}
			}
		}
	})
}
