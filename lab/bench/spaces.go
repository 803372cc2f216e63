package bench

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"authlab/lab/settings"
	"authlab/lab/store"
)

// Database opens spaces for records outside of this process's memory.
type Database interface {
	// Space returns the space with that name, whose rows end by now's time.
	Space(name string, now func() time.Time) store.Store
}

// ErrNoStore is returned for a store that this lab was not given.
var ErrNoStore = errors.New("this lab has no such store")

// Stores lists where this bench can keep its records, by the names of package
// settings: memory always, the others where the lab was given them.
func (b *Bench) Stores() []string {
	out := []string{settings.Memory}
	for _, name := range []string{settings.SQLite, settings.Redis} {
		if b.databases[name] != nil {
			out = append(out, name)
		}
	}
	return out
}

// spaces are where one bench keeps its records: each kind has a space of its own.
type spaces struct {
	sessions, refresh, denied store.Store
	outside                   bool // of this process's memory
}

// openSpaces opens empty spaces. Their names are new ones each time, so that a
// write that comes late cannot find its way into them.
func (b *Bench) openSpaces(kind string) spaces {
	db := b.databases[kind]
	if db == nil {
		memory := func() store.Store { return store.NewMemory(b.clock.Now) }
		return spaces{sessions: memory(), refresh: memory(), denied: memory()}
	}
	b.opened++
	open := func(records string) store.Store {
		return db.Space(b.id+"/"+strconv.Itoa(b.opened)+"/"+records, b.clock.Now)
	}
	return spaces{sessions: open("sessions"), refresh: open("refresh"), denied: open("denied"), outside: true}
}

// forget deletes what the spaces hold, so that a database does not fill up with
// what nobody will ask for again, and tells log where it cannot. Memory needs no
// such care.
func (s spaces) forget(log *slog.Logger) {
	if !s.outside {
		return
	}
	for _, space := range []store.Store{s.sessions, s.refresh, s.denied} {
		if err := space.Reset(context.Background()); err != nil {
			log.Warn("records of a bench were left behind", "error", err)
		}
	}
}

// forget ends the bench's records.
func (b *Bench) forget() { b.setup.Load().spaces.forget(b.log) }
