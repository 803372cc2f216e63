package bench

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	"authlab/lab/journal"
)

// store is the session store of one bench: memory, behind scs's interface.
//
// It is our own, where scs ships a memory store, for three reasons that a store
// in ordinary use does not have: it judges expiry by the bench's clock, which
// can be moved; it can be looked into without disturbing it; and it refuses to
// write a record that has been deleted. The last is what makes logout final:
// scs writes the session back at the end of every request when there is an idle
// timeout, so that without it a slow request in flight during logout would
// bring the record back (OWASP ASVS 7.4.1 forbids that).
//
// Its size is bounded by the journal's: one exchange writes at most one new
// record, and a full journal lets no request through.
type store struct {
	clock *clock

	mu sync.Mutex
	// records is replaced, never written to, so that a state can share it.
	records []journal.Record
	// gone says of each id that was deleted why it is no longer there.
	gone map[string]string
}

// Why a record is not there, as RecordMissing events give it.
const (
	reasonUnknown = "unknown"
	reasonDeleted = "deleted"
	reasonExpired = "expired"
)

// FindCtx returns the stored bytes of a session that exists and has not expired
// by the bench's clock. An expired record is dropped when it is asked for.
func (s *store) FindCtx(ctx context.Context, id string) ([]byte, bool, error) {
	began := time.Now()
	s.mu.Lock()
	r, reason := s.find(id)
	s.mu.Unlock()
	if reason != "" {
		recordSince(ctx, began, journal.RecordMissing, field("id", id), field("reason", reason))
		return nil, false, nil
	}
	recordSince(ctx, began, journal.RecordFound, field("id", id), moment("expires", r.Expires))
	return r.Bytes, true, nil
}

func (s *store) find(id string) (r journal.Record, reason string) {
	at := s.index(id)
	switch {
	case at >= 0 && s.clock.Now().Before(s.records[at].Expires):
		return s.records[at], ""
	case at >= 0:
		s.drop(at, reasonExpired)
		return r, reasonExpired
	case s.gone[id] != "":
		return r, s.gone[id]
	default:
		return r, reasonUnknown
	}
}

// CommitCtx writes a session. expires comes from scs, which reads the machine's
// clock; it is kept by the bench's. A deleted session is not written again: the
// write is dropped without an error, because for the request that asked for it
// nothing is wrong; it was merely late.
func (s *store) CommitCtx(ctx context.Context, id string, b []byte, expires time.Time) error {
	began := time.Now()
	content, err := decodeRecord(b)
	if err != nil {
		return err
	}
	r := journal.Record{
		Kind: journal.SessionRecord, ID: id, User: content.user(), Created: content.created(),
		Expires:  expires.Add(s.clock.ahead()).Round(0).UTC(),
		Deadline: content.Deadline, Bytes: slices.Clone(b),
	}
	s.mu.Lock()
	refused := s.gone[id] != ""
	if !refused {
		s.put(r)
	}
	s.mu.Unlock()
	if refused {
		recordSince(ctx, began, journal.RecordRefused, field("id", id))
		return nil
	}
	recordSince(ctx, began, journal.RecordWritten, field("id", id), moment("expires", r.Expires),
		field("bytes", strconv.Itoa(len(b))))
	return nil
}

// DeleteCtx deletes a session for good. Deleting what is not there is no error.
func (s *store) DeleteCtx(ctx context.Context, id string) error {
	began := time.Now()
	s.mu.Lock()
	at := s.index(id)
	if at >= 0 {
		s.drop(at, reasonDeleted)
	}
	s.mu.Unlock()
	recordSince(ctx, began, journal.RecordDeleted, field("id", id), field("existed", strconv.FormatBool(at >= 0)))
	return nil
}

// Find, Commit and Delete complete scs.Store; scs calls the ones with a context.

// Find is FindCtx outside of a request.
func (s *store) Find(id string) ([]byte, bool, error) { return s.FindCtx(context.Background(), id) }

// Commit is CommitCtx outside of a request.
func (s *store) Commit(id string, b []byte, expires time.Time) error {
	return s.CommitCtx(context.Background(), id, b, expires)
}

// Delete is DeleteCtx outside of a request.
func (s *store) Delete(id string) error { return s.DeleteCtx(context.Background(), id) }

// all returns the records, oldest first. The slice must not be modified.
func (s *store) all() []journal.Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.records
}

func (s *store) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records, s.gone = nil, nil
}

func (s *store) index(id string) int {
	return slices.IndexFunc(s.records, func(r journal.Record) bool { return r.ID == id })
}

func (s *store) put(r journal.Record) {
	records := slices.Clone(s.records)
	if at := s.index(r.ID); at >= 0 {
		records[at] = r
	} else {
		records = append(records, r)
	}
	s.records = records
}

func (s *store) drop(at int, reason string) {
	if s.gone == nil {
		s.gone = make(map[string]string)
	}
	s.gone[s.records[at].ID] = reason
	s.records = slices.Delete(slices.Clone(s.records), at, at+1)
}
