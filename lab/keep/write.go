package keep

import (
	"context"
	"database/sql"
	"fmt"
)

// write is the one goroutine that writes. It ends when the file is closed and the
// queue is empty.
func (f *File) write() {
	defer close(f.done)
	for batch := f.take(); batch != nil; batch = f.take() {
		err := f.commit(batch)
		if err != nil {
			err = fmt.Errorf("write to %s: %w", f.name, reason(err))
		}
		f.mu.Lock()
		f.failed = err
		f.mu.Unlock()
		for _, c := range batch {
			c.saved.err = err
			close(c.saved.done)
		}
	}
}

// take waits for changes and takes out as many as one transaction may have, in
// order, or nil when there will be none.
func (f *File) take() []*change {
	f.mu.Lock()
	defer f.mu.Unlock()
	for len(f.queue) == 0 {
		if f.closed {
			return nil
		}
		f.more.Wait()
	}
	n, size := 0, 0
	for n < min(len(f.queue), maxBatch) && size < maxBatchBytes {
		size += f.queue[n].bytes
		n++
	}
	batch := f.queue[:n:n]
	if f.queue = f.queue[n:]; len(f.queue) == 0 {
		f.queue = nil // so that what was written is not held on to
	}
	f.bytes -= size
	f.room.Broadcast()
	return batch
}

// commit writes changes in one transaction: all of them, or none. Nothing may stop
// it in the middle: others than those who asked wait for it.
func (f *File) commit(batch []*change) error {
	ctx := context.Background()
	tx, err := f.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := apply(ctx, tx, batch); err != nil {
		_ = tx.Rollback() // the first error is the one that says why
		return err
	}
	return tx.Commit() // which leaves no transaction behind where it fails
}

func apply(ctx context.Context, tx *sql.Tx, batch []*change) error {
	for _, c := range batch {
		if err := c.do(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}
