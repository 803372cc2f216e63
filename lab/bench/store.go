package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"sync"
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
	recordSince(ctx, began, journal.RecordFound, field("id", id), timeField("expires", row.Expires))
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
	recordSince(ctx, began, journal.RecordWritten, field("id", id), timeField("expires", expires),
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

// codec turns a session into the bytes that the store keeps, and back. It
// writes JSON, where scs's default is gob, so that the stored bytes can be read
// on the page as they are.
//
// scs reckons deadlines by the machine's clock; what is stored is by the
// bench's. The codec adds how far the bench is ahead on the way in and takes it
// off on the way out, so scs and the bench agree on when a session ends
// wherever the bench's clock stands.
type codec struct {
	clock    *clock
	contents *contents
}

// recordContent is what the stored bytes say.
type recordContent struct {
	Deadline time.Time      `json:"deadline"`
	Values   map[string]any `json:"values"`
}

// Encode implements scs.Codec.
func (c codec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	return json.Marshal(recordContent{deadline.Add(c.clock.ahead()).Truncate(time.Millisecond).UTC(), values})
}

// Decode implements scs.Codec.
func (c codec) Decode(b []byte) (time.Time, map[string]any, error) {
	content, err := c.contents.of(b)
	return content.Deadline.Add(-c.clock.ahead()), maps.Clone(content.Values), err // scs changes them
}

// contents are what the records say that were decoded last, so that each is decoded
// once and not by everybody who asks for it during a request: the codec, the store,
// and the journal, which shows what is remembered before and after. They go by the
// bytes alone.
type contents struct {
	mu   sync.Mutex
	last map[string]recordContent
}

// maxContents is how many are kept of one bench: the two that a request has to do with,
// and a few for requests at once.
const maxContents = 8

// of decodes the bytes of a record. What it returns is shared and must not be modified.
func (c *contents) of(b []byte) (recordContent, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if known, ok := c.last[string(b)]; ok {
		return known, nil
	}
	content, err := decodeRecord(b)
	if err != nil {
		return content, err
	}
	if c.last == nil || len(c.last) == maxContents {
		c.last = make(map[string]recordContent, 1)
	}
	c.last[string(b)] = content
	return content, nil
}

func decodeRecord(b []byte) (recordContent, error) {
	var content recordContent
	if err := json.Unmarshal(b, &content); err != nil {
		return content, fmt.Errorf("decode session record: %w", err)
	}
	return content, nil
}

func (content recordContent) user() string {
	user, _ := content.Values["user"].(string)
	return user
}

func (content recordContent) created() time.Time {
	s, _ := content.Values["created"].(string)
	t, _ := time.Parse(time.RFC3339Nano, s)
	return t
}
