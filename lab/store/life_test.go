package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"authlab/lab/store"
)

// TestLife goes through the life of a row.
func TestLife(t *testing.T) {
	tombstone := []string{"a deleted"}
	each(t, func(t *testing.T, s store.Store, c *clock) {
		for i, step := range []struct {
			do, want string
			all      []string
		}{
			{"find", "unknown", nil},
			{"delete", "false", nil},
			{"commit 1", "true", []string{"a=1"}},
			{"find", "=1", []string{"a=1"}},
			{"commit 2", "true", []string{"a=2"}},
			{"find", "=2", []string{"a=2"}},
			{"delete", "true", tombstone},
			{"find", "deleted", tombstone},
			{"delete", "false", tombstone},
			{"commit 3", "false", tombstone},
			{"find", "deleted", tombstone},
			{"forward", "", tombstone}, // it outlives the row
			{"commit 4", "false", tombstone},
			{"find", "deleted", tombstone},
			{"reset", "", nil},
			{"find", "unknown", nil},
			{"commit 5", "true", []string{"a=5"}},
		} {
			if got := act(t, s, c, step.do); got != step.want || !slices.Equal(held(t, s), step.all) {
				t.Errorf("step %d, %s: %q with %q, want %q with %q", i, step.do, got, held(t, s), step.want, step.all)
			}
		}
	})
}

// act does one thing with the key a.
func act(t *testing.T, s store.Store, c *clock, do string) string {
	t.Helper()
	switch do {
	case "find":
		return found(t, s, "a")
	case "delete":
		return fmt.Sprint(remove(t, s, "a"))
	case "forward":
		c.forward(2 * time.Hour)
		return ""
	case "reset":
		if err := s.Reset(t.Context()); err != nil {
			t.Fatal(err)
		}
		return ""
	default:
		return fmt.Sprint(commit(t, s, c, "a", do[len("commit "):], time.Hour))
	}
}

// TestExpiry moves the given clock to the last instant of a row and to the first
// after it, and asks in every way there is.
func TestExpiry(t *testing.T) {
	ways := map[string]func(*testing.T, store.Store, *clock) string{
		"find":   func(t *testing.T, s store.Store, _ *clock) string { return found(t, s, "a") },
		"delete": func(t *testing.T, s store.Store, _ *clock) string { return fmt.Sprint(remove(t, s, "a")) },
		"commit": func(t *testing.T, s store.Store, c *clock) string {
			return fmt.Sprint(commit(t, s, c, "a", "2", time.Hour))
		},
		"update": func(t *testing.T, s store.Store, _ *clock) string {
			_, why, err := s.Update(t.Context(), "a", func(r store.Row) ([]byte, time.Time, bool) { return r.Bytes, r.Expires, true })
			return fmt.Sprintf("%s %v", why, err)
		},
	}
	want := map[string][2]string{
		"find": {"=1", "expired"}, "delete": {"true", "false"}, "commit": {"true", "false"}, "update": {" <nil>", "expired <nil>"},
	}
	each(t, func(t *testing.T, s store.Store, c *clock) {
		for name, way := range ways {
			if err := s.Reset(t.Context()); err != nil {
				t.Fatal(err)
			}
			commit(t, s, c, "a", "1", time.Hour)
			c.forward(time.Hour - 1)
			if got := way(t, s, c); got != want[name][0] {
				t.Errorf("%s, a nanosecond before: %s, want %s", name, got, want[name][0])
			}
			if err := s.Reset(t.Context()); err != nil {
				t.Fatal(err)
			}
			commit(t, s, c, "a", "1", time.Hour)
			c.forward(time.Hour)
			if got := held(t, s); !slices.Equal(got, []string{"a=1"}) {
				t.Errorf("%s: %q are held before anybody asks", name, got)
			}
			if got := way(t, s, c); got != want[name][1] {
				t.Errorf("%s, at the instant: %s, want %s", name, got, want[name][1])
			}
			if got := found(t, s, "a"); got != "expired" || !slices.Equal(held(t, s), []string{"a expired"}) {
				t.Errorf("%s: what has expired is then %s, with %q", name, got, held(t, s))
			}
		}
	})
}

// TestWhenARowEnds goes over ends that are hard to keep.
func TestWhenARowEnds(t *testing.T) {
	last := time.Date(9999, time.December, 31, 23, 59, 59, 999999999, time.UTC)
	each(t, func(t *testing.T, s store.Store, c *clock) {
		for name, ends := range map[string]struct {
			given, kept time.Time
			why         store.Missing
		}{
			"none":                {time.Time{}, time.Time{}, ""},
			"already":             {begin.Add(-time.Hour), begin.Add(-time.Hour), store.Expired},
			"now":                 {begin, begin, store.Expired},
			"another place":       {begin.Add(1).In(time.FixedZone("", 3600)), begin.Add(1), ""},
			"the last":            {last, last, ""},
			"after the last":      {last.AddDate(20_000, 0, 0), last, ""},
			"as a token may":      {time.Unix(1<<60, 0), last, ""},
			"before the first":    {time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC), time.Time{}.Add(1), store.Expired},
			"with a monotonic to": {time.Now().Add(100 * 365 * 24 * time.Hour), time.Time{}, ""},
		} {
			if ends.given.Year() > 2100 && ends.given.Year() < 3000 {
				ends.kept = ends.given.Round(0).UTC()
			}
			if _, err := s.Commit(t.Context(), name, []byte("x"), ends.given); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			rows, err := s.All(t.Context())
			if err != nil || rows[len(rows)-1].Expires != ends.kept {
				t.Errorf("%s: it ends at %v (%v), want %v", name, rows[len(rows)-1].Expires, err, ends.kept)
			}
			row, why, err := s.Find(t.Context(), name)
			if err != nil || why != ends.why || why == "" && row.Expires != ends.kept {
				t.Errorf("%s: %q, %v, it ends at %v", name, why, err, row.Expires)
			}
			if why == store.Expired {
				commit(t, s, c, name+" again", "x", time.Hour)
			}
		}
	})
}
