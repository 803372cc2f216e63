package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"authlab/lab/journal"
	"authlab/lab/store"
	"authlab/lab/token"
)

// refreshTokens is a space of package store as the token app knows it. It notes
// what it is asked. What it has begun it finishes, also for a visitor who goes
// away in the middle of a request.
type refreshTokens struct{ rows *kept }

// kept is a space that knows whether anything was ever written to it, so that a
// database is not asked for what cannot be there.
type kept struct {
	store.Store
	kind    journal.RecordKind
	touched atomic.Bool
	cache   cache
}

// Put implements token.RefreshTokens.
func (s refreshTokens) Put(ctx context.Context, id string, t token.RefreshToken) error {
	bytes, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("encode refresh token: %w", err)
	}
	return s.rows.put(ctx, id, bytes, t.Expires)
}

// put writes a new row.
func (k *kept) put(ctx context.Context, id string, bytes []byte, expires time.Time) error {
	began := time.Now()
	k.touched.Store(true)
	written, err := k.Commit(context.WithoutCancel(ctx), id, bytes, expires)
	switch {
	case err != nil:
		return broke(ctx, began, journal.StorePart, "write a record", err)
	case !written:
		recordSince(ctx, began, journal.RecordRefused, field("id", id), field("kind", string(k.kind)))
		return nil
	}
	k.written(ctx, began, id, bytes, expires)
	return nil
}

func (k *kept) written(ctx context.Context, began time.Time, id string, bytes []byte, expires time.Time) {
	recordSince(ctx, began, journal.RecordWritten, field("id", id), timeField("expires", expires),
		field("bytes", strconv.Itoa(len(bytes))), field("kind", string(k.kind)))
}

func (k *kept) missing(ctx context.Context, began time.Time, id string, why store.Missing) {
	recordSince(ctx, began, journal.RecordMissing, field("id", id), field("reason", string(why)), field("kind", string(k.kind)))
}

// Find implements token.RefreshTokens.
func (s refreshTokens) Find(ctx context.Context, id string) (t token.RefreshToken, err error) {
	began := time.Now()
	row, missing, err := s.rows.Find(context.WithoutCancel(ctx), id)
	if err != nil {
		return t, broke(ctx, began, journal.StorePart, "find a record", err)
	}
	if missing != "" {
		s.rows.missing(ctx, began, id, missing)
		return t, token.ErrNoRefreshToken
	}
	if t, err = decodeRefresh(row); err != nil {
		return t, broke(ctx, began, journal.StorePart, "read a record", err)
	}
	s.found(ctx, began, id, t)
	return t, nil
}

// Use implements token.RefreshTokens.
func (s refreshTokens) Use(ctx context.Context, id string, now time.Time) (was token.RefreshToken, err error) {
	began := time.Now()
	var broken error
	var used []byte // what was written, where something was
	_, missing, err := s.rows.Update(context.WithoutCancel(ctx), id, func(row store.Row) ([]byte, time.Time, bool) {
		was, broken = decodeRefresh(row)
		if used = nil; broken != nil || !was.Used.IsZero() {
			return nil, time.Time{}, false
		}
		next := was
		next.Used = now
		used, broken = json.Marshal(next)
		return used, row.Expires, broken == nil
	})
	switch {
	case err != nil || broken != nil:
		return was, broke(ctx, began, journal.StorePart, "mark a record as used", errors.Join(err, broken))
	case missing != "":
		s.rows.missing(ctx, began, id, missing)
		return was, token.ErrNoRefreshToken
	}
	s.found(ctx, began, id, was)
	if used != nil {
		s.rows.written(ctx, began, id, used, was.Expires)
	}
	return was, nil
}

// found notes a record as it was before this request changed it.
func (s refreshTokens) found(ctx context.Context, began time.Time, id string, t token.RefreshToken) {
	used := field("used", "")
	if !t.Used.IsZero() {
		used = timeField("used", t.Used)
	}
	recordSince(ctx, began, journal.RecordFound, field("id", id), timeField("expires", t.Expires),
		field("kind", string(s.rows.kind)), field("user", t.User), field("family", t.Family), used)
}

// End implements token.RefreshTokens.
func (s refreshTokens) End(ctx context.Context, family string) error {
	if err := s.rows.drop(ctx, family); err != nil {
		return err
	}
	began := time.Now()
	rows, err := s.rows.All(context.WithoutCancel(ctx))
	if err != nil {
		return broke(ctx, began, journal.StorePart, "list its records", err)
	}
	for _, row := range rows {
		if row.Gone != "" {
			continue
		}
		if t, err := decodeRefresh(row); err != nil || t.Family != family || row.Key == family {
			continue
		}
		if err := s.rows.drop(ctx, row.Key); err != nil {
			return err
		}
	}
	return nil
}

// drop deletes a row.
func (k *kept) drop(ctx context.Context, id string) error {
	began := time.Now()
	existed, err := k.Delete(context.WithoutCancel(ctx), id)
	if err != nil {
		return broke(ctx, began, journal.StorePart, "delete a record", err)
	}
	recordSince(ctx, began, journal.RecordDeleted, field("id", id), field("existed", strconv.FormatBool(existed)),
		field("kind", string(k.kind)))
	return nil
}

func decodeRefresh(row store.Row) (t token.RefreshToken, err error) {
	if err := json.Unmarshal(row.Bytes, &t); err != nil {
		return t, fmt.Errorf("decode refresh token: %w", err)
	}
	return t, nil
}

// refreshRecord is a row as a journal shows it.
func refreshRecord(row store.Row) (journal.Record, error) {
	t, err := decodeRefresh(row)
	return journal.Record{
		Kind: journal.RefreshRecord, ID: row.Key, User: t.User, Created: t.Issued,
		Expires: row.Expires, Deadline: row.Expires, Bytes: row.Bytes, Native: row.Native,
	}, err
}
