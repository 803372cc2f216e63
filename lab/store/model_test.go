package store_test

import (
	"fmt"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"authlab/lab/store"
	"authlab/lab/store/storetest"
)

// model is what a store must do, written as plainly as it can be.
type model struct {
	rows  map[string]store.Row
	order []string
	gone  map[string]store.Missing
}

func (m *model) find(key string, now time.Time) (store.Row, store.Missing) {
	if why, ok := m.gone[key]; ok {
		return store.Row{}, why
	}
	row, ok := m.rows[key]
	if !ok {
		return store.Row{}, store.Unknown
	}
	if !row.Expires.IsZero() && !row.Expires.After(now) {
		m.end(key, store.Expired)
		return store.Row{}, store.Expired
	}
	return row, ""
}

func (m *model) end(key string, why store.Missing) {
	m.rows[key] = store.Row{Key: key, Expires: m.rows[key].Expires, Gone: why}
	m.gone[key] = why
}

func (m *model) put(row store.Row) {
	if _, ok := m.rows[row.Key]; !ok {
		m.order = append(m.order, row.Key)
	}
	m.rows[row.Key] = row
}

func (m *model) rowsInOrder() (list []string) {
	for _, key := range m.order {
		list = append(list, text(m.rows[key]))
	}
	return list
}

func (m *model) empty() {
	*m = model{rows: map[string]store.Row{}, gone: map[string]store.Missing{}}
}

// text is a row or a tombstone for a comparison.
func text(r store.Row) string { return fmt.Sprintf("%q %q %s %s", r.Key, r.Bytes, r.Expires, r.Gone) }

// against is a store next to its model and the clock of both.
type against struct {
	model
	s store.Store
	c *clock
}

// TestAgainstTheModel does the same to a store and to its model.
func TestAgainstTheModel(t *testing.T) {
	var spaces atomic.Int64
	for _, kind := range storetest.Kinds(t) {
		t.Run(kind.Name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				c := new(clock)
				a := &against{s: kind.Open(strconv.FormatInt(spaces.Add(1), 10), c.now), c: c}
				a.empty()
				rt.Repeat(map[string]func(*rapid.T){
					"find": a.find, "commit": a.commit, "delete": a.remove, "update": a.update,
					"forward": func(rt *rapid.T) { c.forward(someTime(rt)) },
					"reset": func(rt *rapid.T) {
						if rapid.IntRange(0, 9).Draw(rt, "of ten") == 0 {
							a.empty()
							a.must(rt, a.s.Reset(rt.Context()))
						}
					},
					"": a.compare,
				})
			})
		})
	}
}

var someKey = rapid.OneOf(rapid.SampledFrom([]string{"a", "b", "c", ""}),
	rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 3), func(b []byte) string { return string(b) }))

// someTime is a time in whole minutes, so that ends and the clock meet often.
func someTime(rt *rapid.T) time.Duration {
	return time.Duration(rapid.IntRange(0, 4).Draw(rt, "minutes")) * time.Minute
}

func (a *against) someEnd(rt *rapid.T) time.Time {
	if rapid.IntRange(0, 9).Draw(rt, "endless") == 0 {
		return time.Time{}
	}
	return a.c.now().Add(someTime(rt))
}

func (a *against) must(rt *rapid.T, err error) {
	if err != nil {
		rt.Fatal(err)
	}
}

func (a *against) find(rt *rapid.T) {
	key := someKey.Draw(rt, "key")
	row, why, err := a.s.Find(rt.Context(), key)
	a.must(rt, err)
	if want, wantWhy := a.model.find(key, a.c.now()); text(row) != text(want) || why != wantWhy {
		rt.Fatalf("find %q: %s %q, want %s %q", key, text(row), why, text(want), wantWhy)
	}
}

func (a *against) commit(rt *rapid.T) {
	row := store.Row{Key: someKey.Draw(rt, "key"), Bytes: rapid.SliceOf(rapid.Byte()).Draw(rt, "bytes"), Expires: a.someEnd(rt)}
	written, err := a.s.Commit(rt.Context(), row.Key, row.Bytes, row.Expires)
	a.must(rt, err)
	_, why := a.model.find(row.Key, a.c.now())
	want := why == "" || why == store.Unknown
	if want {
		a.put(row)
	}
	if written != want {
		rt.Fatalf("commit %q, which is %q: written %t", row.Key, why, written)
	}
}

func (a *against) remove(rt *rapid.T) {
	key := someKey.Draw(rt, "key")
	existed, err := a.s.Delete(rt.Context(), key)
	a.must(rt, err)
	_, why := a.model.find(key, a.c.now())
	if why == "" {
		a.end(key, store.Deleted)
	}
	if existed != (why == "") {
		rt.Fatalf("delete %q, which is %q: existed %t", key, why, existed)
	}
}

func (a *against) update(rt *rapid.T) {
	key, more, ends := someKey.Draw(rt, "key"), rapid.Byte().Draw(rt, "more"), a.someEnd(rt)
	ok := rapid.Bool().Draw(rt, "ok")
	change := func(r store.Row) ([]byte, time.Time, bool) { return append(slices.Clone(r.Bytes), more), ends, ok }
	row, why, err := a.s.Update(rt.Context(), key, change)
	a.must(rt, err)
	want, wantWhy := a.model.find(key, a.c.now())
	if wantWhy == "" && ok {
		want.Bytes, want.Expires, _ = change(want)
		a.put(want)
	}
	if text(row) != text(want) || why != wantWhy {
		rt.Fatalf("update %q: %s %q, want %s %q", key, text(row), why, text(want), wantWhy)
	}
}

// compare looks at everything that the store holds, after each step.
func (a *against) compare(rt *rapid.T) {
	rows, err := a.s.All(rt.Context())
	a.must(rt, err)
	var got []string
	for _, r := range rows {
		got = append(got, text(r))
	}
	if want := a.rowsInOrder(); !slices.Equal(got, want) {
		rt.Fatalf("all are\n%q, want\n%q", got, want)
	}
}
