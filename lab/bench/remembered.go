package bench

import (
	"sync"

	"authlab/lab/journal"
	"authlab/lab/store"
)

// remembered is what a space holds as a journal shows it, oldest first. The slices
// are shared with states and must not be modified.
type remembered struct {
	records    []journal.Record
	tombstones []journal.Tombstone
}

// and is what two spaces hold, this one's first.
func (r remembered) and(next remembered) remembered {
	if len(next.records) > 0 {
		r.records = append(r.records[:len(r.records):len(r.records)], next.records...)
	}
	if len(next.tombstones) > 0 {
		r.tombstones = append(r.tombstones[:len(r.tombstones):len(r.tombstones)], next.tombstones...)
	}
	return r
}

// cache holds what was made of a space's rows last: what has not changed need not
// be decoded again.
type cache struct {
	mu   sync.Mutex
	seen []store.Row
	remembered
}

// of returns what rows of a kind say, of which record makes one that is there. A row
// that stands where it stood, with the bytes and the end that it had, is not made into
// a record again.
func (c *cache) of(rows []store.Row, kind journal.RecordKind, record func(store.Row) (journal.Record, error)) (remembered, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if same(rows, c.seen) {
		return c.remembered, nil
	}
	next := remembered{records: make([]journal.Record, 0, len(rows))}
	was := 0 // of c.records, the one of the row at the same place
	for i, row := range rows {
		known := i < len(c.seen) && c.seen[i].Gone == ""
		if known {
			was++
		}
		if known && unchanged(row, c.seen[i]) {
			next.records = append(next.records, c.records[was-1])
			continue
		}
		if row.Gone != "" {
			next.tombstones = append(next.tombstones, journal.Tombstone{
				Kind: kind, ID: row.Key, Why: string(row.Gone), Expires: row.Expires, Native: row.Native,
			})
			continue
		}
		r, err := record(row)
		if err != nil {
			return remembered{}, err
		}
		next.records = append(next.records, r)
	}
	c.seen, c.remembered = rows, next
	return next, nil
}

// unchanged reports whether a row is the very one that another is.
func unchanged(a, b store.Row) bool {
	return a.Key == b.Key && a.Gone == b.Gone && len(a.Bytes) > 0 && same(a.Bytes, b.Bytes) && a.Expires.Equal(b.Expires) && same(a.Native, b.Native)
}
