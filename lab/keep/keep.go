// Package keep writes down what must survive a restart: bodies of bytes under
// names, in buckets, in one SQLite file. It knows nothing of what they mean.
//
// # What is promised
//
// A change is acknowledged when [Saved.Wait] returns nil. From then on it is in
// the file:
//
//   - a process that dies at any moment, also by kill -9, loses nothing that was
//     acknowledged;
//   - neither does a machine that loses its power, as far as its disk keeps what
//     it says it has written (fsync). SQLite runs with synchronous=FULL, which
//     waits for the disk at every commit;
//   - what was not acknowledged is there as a whole or not at all, and never
//     without what was asked for before it.
//
// Where the disk is full or fails, those who wait are told, and the file holds on to
// what they have asked for: it tries again by itself, once a second and with every
// further change, until all of it is written, in its order and in one transaction.
// [File.Trouble] says since when nothing is written, [File.Owed] how much waits.
//
// One goroutine writes, and takes all that waits into one transaction, so that many
// writers share one wait for the disk. On a disk whose fsync takes 0.1 ms
// (BenchmarkPut, bodies of 2,000 bytes) one writer waits 0.14 ms for each change,
// each of 16 waits 0.4 ms, and each of 300 waits 3 ms. With synchronous=NORMAL it
// is 0.01, 0.1 and 2 ms: a class would not feel the difference, and a loss of power
// could take back the last of what was acknowledged.
//
// # Versions
//
// What is written today is read by the AuthLab of next year, and what that writes is
// refused by today's, in a sentence that says so, and not touched; see [Format].
//
// # Secrets
//
// The file is as secret as what is put into it: for a lab, the benches of its
// rooms with their signing keys and sessions. It is made so that its owner alone
// may read it (mode 0600); an existing file keeps the mode that it has. What is
// deleted is overwritten with zeros (secure_delete) in the file, and in its log
// when that is next begun anew, at the latest by [File.Close].
package keep

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
)

// The limits of a file's queue.
const (
	// MaxQueued is how many changes wait at most, and MaxQueuedBytes how many bytes
	// their bodies have together, but for the last of them. Whoever asks for more is
	// held until some are written.
	MaxQueued      = 4096
	MaxQueuedBytes = 32 << 20
	// MaxBody is the most bytes of one body.
	MaxBody = 32 << 20
	// maxBatch and maxBatchBytes bound one transaction likewise, so that nobody
	// waits for a very long one.
	maxBatch      = 512
	maxBatchBytes = 4 << 20
)

var (
	// ErrClosed is returned for what is asked of a file after Close.
	ErrClosed = errors.New("the file is closed")
	// ErrTooLarge is returned for a body of more than MaxBody bytes.
	ErrTooLarge = fmt.Errorf("the body is larger than %d bytes", MaxBody)
)

// File is an open file. It is safe for concurrent use.
type File struct {
	name   string
	format Format
	db     *sql.DB // of one connection, which holds the file's lock

	put, drop, dropRange, list *sql.Stmt

	mu     sync.Mutex
	more   *sync.Cond // something waits, or the file is closed
	room   *sync.Cond // something was taken out of the queue, or the file is closed
	queue  []*change
	bytes  int // of the bodies in the queue
	closed bool
	due    bool    // what is owed is to be tried again
	failed Trouble // of the last transaction
	owed   int     // bytes of the bodies that wait for the disk to take them
	tell   func(Trouble)

	debts // of the writer alone

	closes   chan struct{} // closed when Close is called
	done     chan struct{} // closed when the writer has ended
	closing  sync.Once
	closeErr error
}

// change is one thing to be written.
type change struct {
	slot  slot
	do    func(context.Context, *sql.Tx) error
	bytes int
	saved outcome
}

// outcome is what became of a change.
type outcome struct {
	done chan struct{}
	err  error // to be read once done is closed
}

// Saved is a change that was asked for. The zero value is one that there was
// nothing to do for.
type Saved struct{ *outcome }

// Wait returns nil as soon as the change is in the file, or why it is not. After an
// [OwedError] the file goes on trying to write it; after any other it will not be
// written, and whoever still wants it asks again. Any number may wait, once or again.
func (s Saved) Wait() error {
	if s.outcome == nil {
		return nil
	}
	<-s.done
	return s.err
}

// Put asks for a body under a key, in place of the one before. body is copied.
// Keys and buckets may be any bytes.
//
// Changes are written in the order in which they were asked for. Put does not wait
// for the disk, only for room in the queue where that is full; see MaxQueued.
func (f *File) Put(bucket, key string, body []byte) Saved {
	if len(body) > MaxBody {
		return refused(fmt.Errorf("keep %q in %s: %w", key, f.name, ErrTooLarge))
	}
	body = append(make([]byte, 0, len(body)), body...) // never nil, which SQLite would take for NULL
	return f.ask(slot{bucket, key, false}, len(body), func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.StmtContext(ctx, f.put).ExecContext(ctx, bucket, key, body)
		return err
	})
}

// Delete asks for a key to be removed. That there is none is no error. It waits as
// Put does.
func (f *File) Delete(bucket, key string) Saved {
	return f.ask(slot{bucket, key, false}, 0, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.StmtContext(ctx, f.drop).ExecContext(ctx, bucket, key)
		return err
	})
}

// DeletePrefix asks for all keys that begin with prefix to be removed, those of
// the whole bucket where it is empty. It waits as Put does.
func (f *File) DeletePrefix(bucket, prefix string) Saved {
	return f.ask(slot{bucket, prefix, true}, 0, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.StmtContext(ctx, f.dropRange).ExecContext(ctx, bucket, prefix, after(prefix))
		return err
	})
}

// after is the end of the keys that begin with prefix: the first that is greater
// than all of them. Where there is none it is a blob, which SQLite orders after
// every text.
func after(prefix string) any {
	end := []byte(prefix)
	for len(end) > 0 && end[len(end)-1] == 0xff {
		end = end[:len(end)-1]
	}
	if len(end) == 0 {
		return []byte{}
	}
	end[len(end)-1]++
	return string(end)
}

// ask puts a change into the queue.
func (f *File) ask(at slot, size int, do func(context.Context, *sql.Tx) error) Saved {
	c := &change{slot: at, do: do, bytes: size, saved: outcome{done: make(chan struct{})}}
	f.mu.Lock()
	defer f.mu.Unlock()
	for !f.closed && (len(f.queue) >= MaxQueued || f.bytes >= MaxQueuedBytes) {
		f.room.Wait()
	}
	if f.closed {
		return refused(fmt.Errorf("keep in %s: %w", f.name, ErrClosed))
	}
	f.queue = append(f.queue, c)
	f.bytes += size
	f.more.Signal()
	return Saved{&c.saved}
}

func refused(err error) Saved {
	s := Saved{&outcome{done: make(chan struct{}), err: err}}
	close(s.done)
	return s
}

// Err returns why the last write failed, and nil once one has worked again. It is
// for whoever does not wait for each change but wants to know that the disk is
// full, say.
func (f *File) Err() error { return f.Trouble().Err }

// Close writes what is queued and owed, as far as the disk takes it, and lets go of the file. It returns the error of the
// last write where that failed, or why the file could not be closed. What is asked
// for afterwards gets ErrClosed, and so does what still waits for room in the
// queue. Further calls return what the first did.
func (f *File) Close() error {
	f.closing.Do(func() {
		f.mu.Lock()
		f.closed = true
		close(f.closes)
		f.more.Broadcast()
		f.room.Broadcast()
		f.mu.Unlock()
		<-f.done
		err := errors.Join(f.Err(), f.db.Close())
		if err != nil {
			f.closeErr = fmt.Errorf("close %s: %w", f.name, err)
		}
	})
	return f.closeErr
}
