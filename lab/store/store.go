// Package store keeps the records of one kind of a bench: its sessions, its
// refresh tokens, the ids of the tokens that it has denied. A record is a row of
// bytes under a key, with the time at which it ends.
//
// There are three back ends, and they keep the same promises: memory
// ([NewMemory]), a SQLite database in a file ([OpenSQLite]) and a Redis or Valkey
// server ([OpenRedis]). All of the rules are written once, in this package's
// space.go; a back end only has to read an entry, to change it as one step, to
// list and to forget.
//
// It is our own, where there are libraries for each, for three reasons that a
// store in ordinary use does not have:
//
//   - It judges expiry by the clock that it is given. A bench's clock can be moved
//     forward by its visitor; the machine's and the database's cannot.
//   - What has ended stays ended. A row that was deleted, or that was found to have
//     expired, leaves a tombstone, and a write that comes late is dropped. That is
//     what makes logout final: a slow request in flight during logout writes its
//     session back at its end, and without the tombstone the record would return
//     (OWASP ASVS 7.4.1 forbids that). A tombstone stays until its space is reset:
//     it is something that the server remembers, and [Store.All] shows it.
//   - It can be looked into without disturbing it, and shows its rows as the
//     database's own console does.
//
// # Spaces
//
// Each Store is a space of its own, named by whoever opens it: a bench's id and
// the kind of its records, for example. Equal keys in two spaces have nothing to
// do with one another. A space that holds nothing costs nothing but the few words
// of its handle. Two handles on one space of a database see the same rows.
package store

import (
	"context"
	"time"
)

// Row is one record as a store keeps it.
type Row struct {
	// Key is the name of the row within its space. Any bytes will do.
	Key string
	// Bytes are what was written. They must not be modified.
	Bytes []byte
	// Expires is the first instant at which the row is no longer valid, by the
	// clock that the store was given, in UTC and to the nanosecond. The zero time
	// says that the row has no end.
	Expires time.Time
	// Native is the row as its database's own console would show it, line by line:
	// the question, then what the database answered to it. It is made of what the
	// database has really returned and may hold any character that the key or the
	// bytes do. A store in memory has no console and gives none.
	Native []string
	// Gone is empty for a row that is there. In what [Store.All] returns it is
	// Deleted or Expired for a tombstone, which has no bytes; Expires is then when
	// its row would have ended.
	Gone Missing
}

// Missing says why a row is not there. It is empty for one that is.
type Missing string

// Why a row is not there.
const (
	// Unknown is a key under which nothing was ever written.
	Unknown Missing = "unknown"
	// Deleted is a row that somebody has deleted.
	Deleted Missing = "deleted"
	// Expired is a row that had come to its end when it was asked for.
	Expired Missing = "expired"
)

// Store keeps the rows of one space. All of its methods may be used by any
// number of goroutines at once.
//
// A method that fails returns an error that names the database, wraps the cause
// (the context's error where that has ended) and leaves the row as it was, or, if
// the database went away in the middle, in one of the two states. Databases are
// given [Patience]; none makes a caller hang.
//
// A row is valid before the instant Expires and has expired from that instant on.
// One that has expired is turned into a tombstone by the first method that is
// asked for its key.
type Store interface {
	// Find returns the row of a key, or why it is not there.
	Find(ctx context.Context, key string) (Row, Missing, error)

	// Commit writes a row, new or in place of the one before. It reports false and
	// writes nothing where the key's row was deleted or has expired: that write is
	// late. A row may be written that has expired already.
	Commit(ctx context.Context, key string, bytes []byte, expires time.Time) (written bool, err error)

	// Delete ends a row and reports whether there was one: of any number at once,
	// one only is told so. It leaves a tombstone. To delete what is not there is no
	// error and leaves nothing.
	Delete(ctx context.Context, key string) (existed bool, err error)

	// Update reads a row, lets change say what is to be written in its place, and
	// writes that, as one step: of any number at once each sees what the one before
	// has written. Where change does not say ok the row stays as it is. Update
	// returns the row as it is then. It does not call change, and says why, where
	// there is no row.
	//
	// change may be called more than once, the last call being the one that counts;
	// it must do nothing but decide, must not modify the bytes and must not call the
	// store.
	Update(ctx context.Context, key string, change func(Row) (bytes []byte, expires time.Time, ok bool)) (Row, Missing, error)

	// All returns what the store holds at one instant, rows and tombstones, in the
	// order in which the keys were first written, and changes nothing: rows that have
	// expired but that nobody has asked for are among them as rows. The slice must
	// not be modified.
	All(ctx context.Context) ([]Row, error)

	// Reset forgets the rows and the tombstones of this space, and no other's. A
	// write that comes late after it is not known to be late.
	Reset(ctx context.Context) error
}

// Patience is how long a method waits for its database.
const Patience = 2 * time.Second
