package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"authlab/lab/journal"
	"authlab/lab/store"
)

// denylist is a space of package store as the token app knows it: the ids of
// tokens that are no longer believed. It notes what it is asked.
type denylist struct {
	rows  *kept
	clock *clock
}

// deniedContent is what the stored bytes say.
type deniedContent struct {
	Denied time.Time `json:"denied"`
}

// Deny implements token.Denylist.
func (d denylist) Deny(ctx context.Context, jti string, until time.Time) error {
	bytes, err := json.Marshal(deniedContent{d.clock.Now()})
	if err != nil {
		return fmt.Errorf("encode denied token: %w", err)
	}
	return d.rows.put(ctx, jti, bytes, until)
}

// Denied implements token.Denylist. Whoever searches the list also drops the
// entries of tokens that have ended by themselves.
func (d denylist) Denied(ctx context.Context, jti string) (bool, error) {
	if err := d.sweep(ctx); err != nil {
		return false, err
	}
	began := time.Now()
	row, missing, err := d.rows.Find(context.WithoutCancel(ctx), jti)
	if err != nil {
		return false, broke(ctx, began, journal.StorePart, "find a record", err)
	}
	if missing != "" {
		d.rows.missing(ctx, began, jti, missing)
		return false, nil
	}
	recordSince(ctx, began, journal.RecordFound, field("id", jti), timeField("expires", row.Expires),
		field("kind", string(d.rows.kind)))
	return true, nil
}

// sweep drops what has expired: of each entry a tombstone is left.
func (d denylist) sweep(ctx context.Context) error {
	began := time.Now()
	rows, err := d.rows.all()
	if err != nil {
		return broke(ctx, began, journal.StorePart, "list its records", err)
	}
	now := d.clock.Now()
	for _, row := range rows {
		if row.Gone != "" || row.Expires.IsZero() || now.Before(row.Expires) {
			continue
		}
		began = time.Now()
		_, missing, err := d.rows.Find(context.WithoutCancel(ctx), row.Key) // which drops it
		if err != nil {
			return broke(ctx, began, journal.StorePart, "drop a record that has ended", err)
		}
		d.rows.missing(ctx, began, row.Key, missing)
	}
	return nil
}

// deniedRecord is a row as a journal shows it.
func deniedRecord(row store.Row) (journal.Record, error) {
	var content deniedContent
	if err := json.Unmarshal(row.Bytes, &content); err != nil {
		return journal.Record{}, fmt.Errorf("decode denied token: %w", err)
	}
	return journal.Record{
		Kind: journal.DeniedRecord, ID: row.Key, Created: content.Denied,
		Expires: row.Expires, Deadline: row.Expires, Bytes: row.Bytes, Native: row.Native,
	}, nil
}
