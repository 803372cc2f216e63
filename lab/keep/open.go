package keep

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"modernc.org/sqlite" // in Go, so that the lab builds without a C compiler
	sqlite3 "modernc.org/sqlite/lib"
)

// What Open says is wrong with a file.
var (
	// ErrNotOurs is returned for a file that is not one of ours: another program's
	// database, or no database at all. It was not changed.
	ErrNotOurs = errors.New("it is not a file of AuthLab's; name another one, or one that does not exist yet")
	// ErrDamaged is returned for a file of ours that SQLite cannot read.
	ErrDamaged = errors.New("the file is damaged; restore a copy of it, or name another one")
	// ErrNewer is returned for a file that a newer AuthLab has written. It was not
	// changed.
	ErrNewer = errors.New("a newer AuthLab has written it; run that one, or name another file")
	// ErrInUse is returned for a file that is open elsewhere.
	ErrInUse = errors.New("it is in use by another process, or open already in this one; stop that first, or name another file")
)

// A file of ours carries in its header who made it ("AuLb"), and the version of what
// is in it; see Format.
const applicationID = 0x41754c62

const (
	schema = `CREATE TABLE kept (
		bucket TEXT NOT NULL,
		key    TEXT NOT NULL,
		body   BLOB NOT NULL,
		UNIQUE (bucket, key)
	) STRICT`
	sqlPut = `INSERT INTO kept (bucket, key, body) VALUES (?, ?, ?)
		ON CONFLICT (bucket, key) DO UPDATE SET body = excluded.body`
	sqlDrop      = `DELETE FROM kept WHERE bucket = ? AND key = ?`
	sqlDropRange = `DELETE FROM kept WHERE bucket = ? AND key >= ? AND key < ?`
	sqlList      = `SELECT key, body FROM kept WHERE bucket = ? AND key >= ? AND key < ? ORDER BY key LIMIT ?`
)

// patience is how long Open waits for a process that is about to let go of the
// file, as at a restart.
const patience = time.Second

// openTimeout bounds Open as a whole: a log that a killed process has left is
// written back first, and a file of an earlier version is rewritten.
const openTimeout = 5 * time.Minute

// smallest is the size of the smallest database that SQLite makes, in bytes: one
// page.
const smallest = 512

// fullSync is the durability that is promised; see the package's documentation.
const fullSync = "FULL"

// Open opens the file of the given name, and makes it where there is none; its
// folder must be there. While it is open no other process can use it, not even to
// read: copy the file with its -wal beside it, or after Close. A file of an earlier
// version than the format's is brought to that; one of a later version is left
// untouched. Its error names the file, says what to do, and wraps ErrNotOurs,
// ErrDamaged, ErrNewer, ErrInUse, fs.ErrNotExist for a folder that is not there,
// fs.ErrPermission or what Format.Upgrade has returned, where it is one of these.
func Open(name string, format Format) (*File, error) { return open(name, format, fullSync) }

func open(name string, format Format, synchronous string) (*File, error) {
	f := &File{name: name, format: format, done: make(chan struct{}), closes: make(chan struct{})}
	f.more, f.room = sync.NewCond(&f.mu), sync.NewCond(&f.mu)
	if err := f.open(synchronous); err != nil {
		if f.db != nil {
			_ = f.db.Close() // there is nothing in it to lose
		}
		return nil, fmt.Errorf("open %s to keep rooms in: %w", name, reason(err))
	}
	go f.write()
	return f, nil
}

func (f *File) open(synchronous string) (err error) {
	if err := touch(f.name); err != nil {
		return err
	}
	if f.db, err = sql.Open("sqlite", address(f.name, synchronous)); err != nil {
		return err
	}
	f.db.SetMaxOpenConns(1) // it holds the lock, so there can be no other
	ctx, cancel := context.WithTimeout(context.Background(), openTimeout)
	defer cancel()
	if err := f.claim(ctx); err != nil {
		return err
	}
	for _, p := range []struct {
		text string
		stmt **sql.Stmt
	}{{sqlPut, &f.put}, {sqlDrop, &f.drop}, {sqlDropRange, &f.dropRange}, {sqlList, &f.list}} {
		if *p.stmt, err = f.db.PrepareContext(ctx, p.text); err != nil {
			return err
		}
	}
	return nil
}

// address is the file's name as SQLite is given it, with the settings of its
// connection.
func address(name, synchronous string) string {
	settings := url.Values{
		"_pragma": {
			fmt.Sprintf("busy_timeout(%d)", patience.Milliseconds()),
			"locking_mode(EXCLUSIVE)", "secure_delete(ON)", "synchronous(" + synchronous + ")",
		},
		"_txlock": {"immediate"},
	}
	return "file:" + (&url.URL{Path: name}).EscapedPath() + "?" + settings.Encode()
}

// touch makes the file where there is none, for its owner alone. One that is there
// it does not open: to close it again would end the locks that this process has on
// it (POSIX, fcntl).
func touch(name string) error {
	info, err := os.Stat(name)
	switch {
	case err == nil && !info.Mode().IsRegular():
		return errors.New("it is a folder or a device; name a file")
	case err == nil && info.Size() > 0 && info.Size() < smallest:
		return ErrNotOurs // SQLite would take it for an empty one and write over it
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if info, err := os.Stat(filepath.Dir(name)); err != nil || !info.IsDir() {
		return fmt.Errorf("there is no folder %s: %w", filepath.Dir(name), fs.ErrNotExist)
	}
	made, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil // another process was faster
	}
	if err != nil {
		return err
	}
	return made.Close()
}

// claim takes the lock and makes sure that the file is ours, and of no later version,
// before it changes anything in it.
func (f *File) claim(ctx context.Context) error {
	written, err := f.look(ctx)
	if err != nil {
		return err
	}
	if _, err := f.db.ExecContext(ctx, "PRAGMA journal_mode = WAL"); err != nil {
		return err
	}
	tx, err := f.db.BeginTx(ctx, nil) // which takes the lock, where nothing did before
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // there is nothing to undo where it was committed
	switch {
	case written == noVersion:
		err = run(ctx, tx, schema, fmt.Sprintf("PRAGMA application_id = %d", applicationID))
	case written < f.format.Version:
		err = f.upgrade(ctx, tx)
	default:
		return tx.Commit()
	}
	if err != nil {
		return err
	}
	if err := run(ctx, tx, fmt.Sprintf("PRAGMA user_version = %d", f.format.Version)); err != nil {
		return err
	}
	return tx.Commit()
}

func run(ctx context.Context, tx *sql.Tx, statements ...string) error {
	for _, text := range statements {
		if _, err := tx.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// noVersion is that of a file that is empty yet.
const noVersion = 0

// look returns the version of a file, noVersion for one that is empty, and an error
// where it is not ours.
func (f *File) look(ctx context.Context) (written int, err error) {
	var application, tables int
	for _, q := range []struct {
		text string
		into *int
	}{
		{"PRAGMA application_id", &application}, {"PRAGMA user_version", &written},
		{"SELECT count(*) FROM sqlite_schema", &tables},
	} {
		if err := f.db.QueryRowContext(ctx, q.text).Scan(q.into); err != nil {
			return 0, err
		}
	}
	switch {
	case application == 0 && written == 0 && tables == 0:
		return noVersion, nil
	case application != applicationID:
		return 0, ErrNotOurs
	case written > f.format.Version:
		return 0, fmt.Errorf("it has version %d, and this program knows version %d: %w", written, f.format.Version, ErrNewer)
	case written < 1:
		return 0, fmt.Errorf("it has version %d, which there never was: %w", written, ErrDamaged)
	}
	return written, nil
}

// reasons are what SQLite's result codes mean to whoever runs a lab.
var reasons = map[int]error{
	sqlite3.SQLITE_NOTADB:   ErrNotOurs,
	sqlite3.SQLITE_CORRUPT:  ErrDamaged,
	sqlite3.SQLITE_BUSY:     ErrInUse,
	sqlite3.SQLITE_LOCKED:   ErrInUse,
	sqlite3.SQLITE_READONLY: fs.ErrPermission,
	sqlite3.SQLITE_PERM:     fs.ErrPermission,
	sqlite3.SQLITE_CANTOPEN: fs.ErrPermission, // that it is there was seen before
	sqlite3.SQLITE_FULL:     ErrFull,
	sqlite3.SQLITE_IOERR:    ErrDisk,
}

// reason says what an error means, where that is known.
func reason(err error) error {
	failure, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return err
	}
	if failure.Code() == sqlite3.SQLITE_IOERR_LOCK {
		return fmt.Errorf("the file cannot be locked: it is read-only, or its file system has no locks: %w (%w)", fs.ErrPermission, err)
	}
	if why, known := reasons[failure.Code()&0xff]; known {
		return fmt.Errorf("%w (%w)", why, err)
	}
	return err
}
