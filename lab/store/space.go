package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// entry is what a table holds under a key: a row, or the tombstone of one, which
// keeps the key and the end of its row and nothing else, or nothing, whose Gone is
// Unknown.
type entry struct{ Row }

// at is the entry as it is at an instant: a row that has expired is a tombstone.
func (e entry) at(now time.Time) entry {
	if e.Gone == "" && !e.Expires.IsZero() && !now.Before(e.Expires) {
		return e.ended(Expired)
	}
	return e
}

func (e entry) ended(why Missing) entry {
	return entry{Row{Key: e.Key, Expires: e.Expires, Gone: why}}
}

// answer is what the entry tells those who ask: nothing about a row that is gone.
func (e entry) answer() (Row, Missing) {
	if e.Gone != "" {
		return Row{}, e.Gone
	}
	return e.Row, ""
}

// table is what a back end has to be able to do for one space. What it returns
// must not be modified. Its String names the database for errors.
type table interface {
	fmt.Stringer
	read(ctx context.Context, key string) (entry, error)
	// change gives the entry of a key to decide and writes what that returns,
	// unless it says that nothing is to be written, and nothing else may write the
	// entry in between. It may ask more than once. It returns the entry as it is
	// then.
	change(ctx context.Context, key string, decide func(entry) (next entry, write bool)) (entry, error)
	// all returns rows and tombstones in the order of first writing.
	all(ctx context.Context) ([]Row, error)
	reset(ctx context.Context) error
}

// space holds the rules that every back end goes by.
type space struct {
	table
	now func() time.Time
	// atOnce says that the table never waits for anything, so that its patience needs
	// no clock.
	atOnce bool
}

// run does one thing within the patience that there is.
func (s *space) run(ctx context.Context, verb string, do func(context.Context) error) error {
	if !s.atOnce {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, Patience)
		defer cancel()
	}
	err := ctx.Err()
	if err == nil {
		err = do(ctx)
	}
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s in %s: %w", verb, s.table, causeOf(ctx, err))
}

// causeOf adds the context's error to that of a client which gives up because of
// it and says so in words of its own, or a moment before the context does.
func causeOf(ctx context.Context, err error) error {
	ended := ctx.Err()
	if errors.Is(err, os.ErrDeadlineExceeded) {
		ended = context.DeadlineExceeded
	}
	if ended == nil || errors.Is(err, ended) {
		return err
	}
	return fmt.Errorf("%w: %w", ended, err)
}

// alter changes an entry by what decide makes of it at this instant. That it has
// expired is written even where decide has nothing to write.
func (s *space) alter(ctx context.Context, key string, decide func(entry) (entry, bool)) (entry, error) {
	return s.change(ctx, key, func(held entry) (entry, bool) {
		e := held.at(s.now())
		next, write := decide(e)
		return next, write || e.Gone != held.Gone
	})
}

func (s *space) Find(ctx context.Context, key string) (row Row, why Missing, err error) {
	err = s.run(ctx, "find a row", func(ctx context.Context) error {
		e, err := s.read(ctx, key)
		if err == nil && e.at(s.now()).Gone != e.Gone {
			e, err = s.alter(ctx, key, func(e entry) (entry, bool) { return e, false })
		}
		row, why = e.answer()
		return err
	})
	if err != nil {
		return Row{}, "", err
	}
	return row, why, nil
}

func (s *space) Commit(ctx context.Context, key string, bytes []byte, expires time.Time) (written bool, err error) {
	row := made(key, bytes, expires)
	err = s.run(ctx, "write a row", func(ctx context.Context) error {
		_, err := s.alter(ctx, key, func(e entry) (entry, bool) {
			if written = e.Gone == "" || e.Gone == Unknown; !written {
				return e, false
			}
			return entry{Row: row}, true
		})
		return err
	})
	return written && err == nil, err
}

func (s *space) Delete(ctx context.Context, key string) (existed bool, err error) {
	err = s.run(ctx, "delete a row", func(ctx context.Context) error {
		_, err := s.alter(ctx, key, func(e entry) (entry, bool) {
			if existed = e.Gone == ""; !existed {
				return e, false
			}
			return e.ended(Deleted), true
		})
		return err
	})
	return existed && err == nil, err
}

func (s *space) Update(ctx context.Context, key string, change func(Row) ([]byte, time.Time, bool)) (row Row, why Missing, err error) {
	err = s.run(ctx, "update a row", func(ctx context.Context) error {
		e, err := s.alter(ctx, key, func(e entry) (entry, bool) {
			if e.Gone != "" {
				return e, false
			}
			bytes, expires, ok := change(e.Row)
			if !ok {
				return e, false
			}
			return entry{Row: made(key, bytes, expires)}, true
		})
		row, why = e.answer()
		return err
	})
	if err != nil {
		return Row{}, "", err
	}
	return row, why, nil
}

func (s *space) All(ctx context.Context) (rows []Row, err error) {
	err = s.run(ctx, "list the entries", func(ctx context.Context) (err error) {
		rows, err = s.all(ctx)
		return err
	})
	return rows, err
}

func (s *space) Reset(ctx context.Context) error {
	return s.run(ctx, "forget the rows", s.reset)
}

// made is a row for a table to keep. Its time has no monotonic reading, so that
// what is kept and what is compared are the same instant, and is one that every
// table can keep: a token may claim to expire after the year 9999.
func made(key string, bytes []byte, expires time.Time) Row {
	switch {
	case expires.IsZero():
		expires = time.Time{}
	case expires.Before(first):
		expires = first
	case expires.After(last):
		expires = last
	default:
		expires = expires.Round(0).UTC()
	}
	return Row{Key: key, Bytes: append(make([]byte, 0, len(bytes)), bytes...), Expires: expires}
}

// The first and the last instant that a row can end at.
var (
	first = time.Time{}.Add(1)
	last  = time.Date(9999, time.December, 31, 23, 59, 59, 999_999_999, time.UTC)
)

// instant is how a database is given the end of a row: text that people can read,
// to the nanosecond, and empty for no end.
const instant = "2006-01-02T15:04:05.000000000Z"

func fromInstant(expires time.Time) string {
	if expires.IsZero() {
		return ""
	}
	return expires.Format(instant)
}

func toInstant(expires string) (time.Time, error) {
	if expires == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(instant, expires)
	if err != nil {
		return time.Time{}, fmt.Errorf("read when the row expires: %w", err)
	}
	return at, nil
}
