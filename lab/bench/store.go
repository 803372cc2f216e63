package bench

import (
	"context"
	"strconv"
	"time"

	"authlab/lab/journal"
	"authlab/lab/store"
)

// sessionStore is a space of package store behind scs's interface. It notes what
// it is asked, and keeps times by the bench's clock.
//
// Its size is bounded by the journal's: one exchange writes at most one new
// record, and a full journal lets no request through.
type sessionStore struct {
	clock *clock
	rows  store.Store
	cache cache
	contents
}

// FindCtx returns the stored bytes of a session that exists and has not expired
// by the bench's clock.
//
// This and the other methods finish what they have begun: a visitor who goes away
// in the middle of a request leaves no record half changed.
func (s *sessionStore) FindCtx(ctx context.Context, id string) ([]byte, bool, error) {
	began := time.Now()
	row, missing, err := s.rows.Find(context.WithoutCancel(ctx), id)
	switch {
	case err != nil:
		return nil, false, broke(ctx, began, journal.StorePart, "find a record", err)
	case missing != "":
		recordSince(ctx, began, journal.RecordMissing, field("id", id), field("reason", string(missing)))
		return nil, false, nil
	}
	recordSince(ctx, began, journal.RecordFound, field("id", id), moment("expires", row.Expires))
	return row.Bytes, true, nil
}

// CommitCtx writes a session. expires comes from scs, which reads the machine's
// clock; it is kept by the bench's. A deleted session is not written again: the
// write is dropped without an error, because for the request that asked for it
// nothing is wrong; it was merely late.
func (s *sessionStore) CommitCtx(ctx context.Context, id string, b []byte, expires time.Time) error {
	began := time.Now()
	if _, err := s.of(b); err != nil {
		return broke(ctx, began, journal.StorePart, "write a record", err)
	}
	expires = expires.Add(s.clock.ahead()).Truncate(time.Millisecond).UTC() // as the codec writes deadlines
	written, err := s.rows.Commit(context.WithoutCancel(ctx), id, b, expires)
	switch {
	case err != nil:
		return broke(ctx, began, journal.StorePart, "write a record", err)
	case !written:
		recordSince(ctx, began, journal.RecordRefused, field("id", id))
		return nil
	}
	recordSince(ctx, began, journal.RecordWritten, field("id", id), moment("expires", expires),
		field("bytes", strconv.Itoa(len(b))))
	return nil
}

// DeleteCtx deletes a session for good. Deleting what is not there is no error.
func (s *sessionStore) DeleteCtx(ctx context.Context, id string) error {
	began := time.Now()
	existed, err := s.rows.Delete(context.WithoutCancel(ctx), id)
	if err != nil {
		return broke(ctx, began, journal.StorePart, "delete a record", err)
	}
	recordSince(ctx, began, journal.RecordDeleted, field("id", id), field("existed", strconv.FormatBool(existed)))
	return nil
}

// Find, Commit and Delete complete scs.Store; scs calls the ones with a context.

// Find is FindCtx outside of a request.
func (s *sessionStore) Find(id string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), id)
}

// Commit is CommitCtx outside of a request.
func (s *sessionStore) Commit(id string, b []byte, expires time.Time) error {
	return s.CommitCtx(context.Background(), id, b, expires)
}

// Delete is DeleteCtx outside of a request.
func (s *sessionStore) Delete(id string) error { return s.DeleteCtx(context.Background(), id) }

// all returns what is remembered of sessions.
func (s *sessionStore) all() (remembered, error) {
	rows, err := s.rows.All(context.Background())
	if err != nil {
		return remembered{}, err
	}
	return s.cache.of(rows, journal.SessionRecord, s.record)
}

// record is a row as a journal shows it.
func (s *sessionStore) record(r store.Row) (journal.Record, error) {
	content, err := s.of(r.Bytes)
	return journal.Record{
		Kind: journal.SessionRecord, ID: r.Key, User: content.user(), Created: content.created(),
		Expires: r.Expires, Deadline: content.Deadline, Bytes: r.Bytes, Native: r.Native,
	}, err
}
