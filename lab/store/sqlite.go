package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"time"

	_ "modernc.org/sqlite" // in Go, so that the lab builds without a C compiler
)

// SQLite is a database in a file, for all of the spaces of a process.
type SQLite struct {
	path    string
	version string
	// write has one connection, because SQLite has one writer at a time: waiting
	// for it in Go is fair, waiting for its lock in SQLite is not.
	write, look             *sql.DB
	find, list, put, forget *sql.Stmt
	findToWrite             *sql.Stmt
}

// A row's place in the order of first writing is its ordinal. gone is NULL for a
// row and says why there is none for a tombstone.
const schema = `CREATE TABLE IF NOT EXISTS records (
	ordinal INTEGER PRIMARY KEY,
	space   TEXT NOT NULL,
	key     TEXT NOT NULL,
	bytes   BLOB,
	expires TEXT NOT NULL,
	gone    TEXT,
	UNIQUE (space, key)
) STRICT`

// The statements that a table runs.
const (
	sqlFind   = `SELECT key, bytes, expires, gone FROM records WHERE space = ? AND key = ?`
	sqlList   = `SELECT key, bytes, expires, gone FROM records WHERE space = ? ORDER BY ordinal`
	sqlForget = `DELETE FROM records WHERE space = ?`
	sqlPut    = `INSERT INTO records (space, key, bytes, expires, gone) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (space, key) DO UPDATE SET bytes = excluded.bytes, expires = excluded.expires, gone = excluded.gone`
)

// pragmas are the settings of every connection. In WAL mode those who read do not
// wait for the one who writes. Without synchronous writes a machine that loses
// its power may lose the last rows, which a lab can bear; a process that dies
// loses none. SQLite gives up waiting for a lock before our patience ends, so
// that the error says what it waited for.
var pragmas = []string{"busy_timeout(1500)", "journal_mode(WAL)", "synchronous(OFF)"}

// readers is how many connections read at once.
const readers = 4

// OpenSQLite opens the database in a file, and makes the file where there is none.
// What another process has left in it is kept. Its error names the file.
func OpenSQLite(path string) (*SQLite, error) {
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	s := &SQLite{path: path}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", s, err), s.Close())
	}
	return s, nil
}

func (s *SQLite) open(ctx context.Context) (err error) {
	settings := url.Values{"_pragma": pragmas, "_txlock": {"immediate"}}
	name := "file:" + (&url.URL{Path: s.path}).EscapedPath() + "?" + settings.Encode()
	if s.write, err = sql.Open("sqlite", name); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	if _, err = s.write.ExecContext(ctx, schema); err != nil {
		return err
	}
	if s.look, err = sql.Open("sqlite", name); err != nil {
		return err
	}
	s.look.SetMaxOpenConns(readers)
	s.look.SetMaxIdleConns(readers)
	if err = s.look.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&s.version); err != nil {
		return err
	}
	return s.prepare(ctx)
}

func (s *SQLite) prepare(ctx context.Context) (err error) {
	for _, p := range []struct {
		db   *sql.DB
		text string
		stmt **sql.Stmt
	}{
		{s.look, sqlFind, &s.find}, {s.look, sqlList, &s.list},
		{s.write, sqlFind, &s.findToWrite}, {s.write, sqlPut, &s.put}, {s.write, sqlForget, &s.forget},
	} {
		if *p.stmt, err = p.db.PrepareContext(ctx, p.text); err != nil {
			return err
		}
	}
	return nil
}

// Space returns the store of the space of that name, which judges expiry by now.
func (s *SQLite) Space(name string, now func() time.Time) Store {
	return &space{table: sqlTable{s, name}, now: now}
}

// Version is the database's name and version, for example "SQLite 3.50.4".
func (s *SQLite) Version() string { return "SQLite " + s.version }

// String names the database for errors.
func (s *SQLite) String() string { return "SQLite file " + s.path }

// Close ends the database's connections. Its stores fail from then on.
func (s *SQLite) Close() (err error) {
	for _, db := range []*sql.DB{s.look, s.write} {
		if db != nil {
			err = errors.Join(err, db.Close())
		}
	}
	return err
}
