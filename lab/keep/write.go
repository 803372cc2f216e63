package keep

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// retryEvery is how long a disk that fails is left alone at most.
const retryEvery = time.Second

// restFactor is how much longer than an attempt took a disk that fails is left alone,
// so that trying again and again does not keep it, and this machine, busy.
const restFactor = 10

// write is the one goroutine that writes. It ends when the file is closed and the
// queue is empty; what is owed then is tried once more.
func (f *File) write() {
	defer close(f.done)
	for open := true; open; {
		var batch []*change
		batch, open = f.take()
		if !open && len(f.bySlot) == 0 {
			return
		}
		began := time.Now()
		err := f.settle(batch)
		if err != nil && open {
			f.rest(min(retryEvery, restFactor*time.Since(began)))
		}
	}
}

// settle writes what is owed and then a batch, tells who waits for the batch, and
// notes what the disk has come to owe.
func (f *File) settle(batch []*change) error {
	err := f.payBack()
	if err == nil && len(batch) > 0 {
		err = f.commit(batch)
	}
	if passes(err) {
		for _, c := range batch {
			f.owe(c)
		}
		err = OwedError{err}
	}
	if err != nil {
		err = said(f.name, err)
	}
	f.note(err)
	for _, c := range batch {
		c.saved.err = err
		close(c.saved.done)
	}
	return err
}

// payBack writes all that is owed, in one transaction.
func (f *File) payBack() error {
	owed, _ := f.outstanding()
	if len(owed) == 0 {
		return nil
	}
	err := f.commit(owed)
	if err == nil || !passes(err) {
		f.debts = debts{}
	}
	return err
}

func said(name string, err error) error {
	return fmt.Errorf("write to %s: %w", name, reason(err))
}

// note keeps what became of the last transaction, and tells where trouble begins or
// ends.
func (f *File) note(err error) {
	_, owed := f.outstanding()
	f.mu.Lock()
	was := f.failed
	switch {
	case err == nil:
		f.failed = Trouble{}
	case was.Err == nil:
		f.failed = Trouble{time.Now(), err}
	default:
		f.failed.Err = err
	}
	f.owed = owed
	now, tell := f.failed, f.tell
	f.mu.Unlock()
	if tell != nil && (now.Err == nil) != (was.Err == nil) {
		tell(now)
	}
}

// rest waits a while, or until the file is closed.
func (f *File) rest(d time.Duration) {
	wait := time.NewTimer(d)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-f.closes:
	}
}

// take waits for changes, or while something is owed for its next turn, and takes out
// as many changes as one transaction may have, in order. It returns false when there
// will be none any more.
func (f *File) take() ([]*change, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.bySlot) > 0 {
		turn := time.AfterFunc(retryEvery, func() {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.due = true
			f.more.Signal()
		})
		defer turn.Stop()
	}
	for f.due = false; len(f.queue) == 0 && !f.due; {
		if f.closed {
			return nil, false
		}
		f.more.Wait()
	}
	return f.batch(), true
}

// batch takes changes out of the queue. f.mu must be held.
func (f *File) batch() []*change {
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
