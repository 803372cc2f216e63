package keep

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

var (
	// ErrFull is the reason where a disk has no room left.
	ErrFull = errors.New("the disk is full; make room, and it goes on")
	// ErrDisk is the reason where a disk refuses to write for any other reason: it is
	// broken or gone, or the file may not grow.
	ErrDisk = errors.New("the disk does not take what is written")
)

// OwedError says that a change is not in the file, and that the file goes on trying.
type OwedError struct{ Err error }

func (e OwedError) Error() string { return e.Err.Error() }

// Unwrap returns why it could not be written.
func (e OwedError) Unwrap() error { return e.Err }

// Trouble is that a file cannot be written. The zero value says that it can.
type Trouble struct {
	Since time.Time // by the machine's clock
	Err   error     // of the last attempt
}

// Trouble returns since when nothing can be written, and why; nothing once all that
// was owed is written.
func (f *File) Trouble() Trouble {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.failed
}

// Owed returns how many bytes of bodies wait for a disk that does not take them.
// They are held in memory: whoever has much to write bounds it by this.
func (f *File) Owed() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.owed
}

// Tell has f called whenever trouble begins, and with the zero value when it ends.
// It is called by the file's writer and must not wait for it. Tell is called before
// anything is asked for, and once.
func (f *File) Tell(tell func(Trouble)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tell = tell
}

// slot is what a change is about: a key, or all that begin with it.
type slot struct {
	bucket, key string
	prefix      bool
}

func (s slot) covers(other slot) bool {
	return s.prefix && s != other && s.bucket == other.bucket && strings.HasPrefix(other.key, s.key)
}

// debts are the changes that a disk did not take: of each slot the last, for it makes
// those before it needless.
type debts struct {
	bySlot map[slot]debt
	asked  int
}

type debt struct {
	*change
	number int // in the order in which they are written
}

// owe adds a change, later than all others. One that takes the place of an earlier
// one is written at that one's turn, which nothing in between depends on: all of them
// are one transaction.
func (d *debts) owe(c *change) {
	if d.bySlot == nil {
		d.bySlot = map[slot]debt{}
	}
	if c.slot.prefix {
		maps.DeleteFunc(d.bySlot, func(s slot, _ debt) bool { return c.slot.covers(s) })
	}
	number := d.asked
	if earlier, there := d.bySlot[c.slot]; there {
		number = earlier.number
	} else {
		d.asked++
	}
	d.bySlot[c.slot] = debt{c, number}
}

// outstanding returns the changes in their order, and how many bytes their bodies have.
func (d *debts) outstanding() (all []*change, size int) {
	for _, c := range slices.SortedFunc(maps.Values(d.bySlot), func(a, b debt) int { return cmp.Compare(a.number, b.number) }) {
		all = append(all, c.change)
		size += c.bytes
	}
	return all, size
}

// passes reports whether what a transaction failed by may be over one day, without
// anybody asking for anything else: a full disk, say.
func passes(err error) bool {
	failure, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return false
	}
	return slices.Contains([]int{
		sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY,
		sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_AUTH,
	}, failure.Code()&0xff)
}
