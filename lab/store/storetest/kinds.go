// Package storetest gives tests the stores of every kind, for real: memory, a
// SQLite database in a file and a Redis or Valkey server that it starts.
package storetest

import (
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"authlab/lab/store"
)

// Kind is a kind of store.
type Kind struct {
	// Name is memory, sqlite or redis.
	Name string
	// Open opens the space of a name. In memory that is an empty one each time; in
	// the databases the same name gives the same space within one call of [Kinds].
	Open func(space string, now func() time.Time) store.Store
}

var calls atomic.Int64

// Kinds returns the stores of every kind, with nothing in them. They end with the
// test.
func Kinds(t testing.TB) []Kind {
	t.Helper()
	lite := SQLite(t)
	redis, err := store.OpenRedis(t.Context(), Redis(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closed(t, redis.Close()) })
	// Tests that run at once share the server.
	ours := strconv.FormatInt(calls.Add(1), 10) + "/"
	return []Kind{
		{"memory", func(_ string, now func() time.Time) store.Store { return store.NewMemory(now) }},
		{"sqlite", lite.Space},
		{"redis", func(space string, now func() time.Time) store.Store { return redis.Space(ours+space, now) }},
	}
}

// SQLite opens a new database in a file of the test's own folder. It ends with the
// test.
func SQLite(t testing.TB) *store.SQLite {
	t.Helper()
	lite, err := store.OpenSQLite(filepath.Join(t.TempDir(), "lab.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closed(t, lite.Close()) })
	return lite
}

func closed(t testing.TB, err error) {
	if err != nil {
		t.Errorf("close the store: %v", err)
	}
}
