package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Databases are the stores beside memory: SQLite in a file of this process's own, and
// Redis or Valkey where there is one.
type Databases struct {
	// SQLite is made when it is first asked for.
	SQLite Lazy
	// Redis is nil where there is none.
	Redis *Redis
}

// OpenDatabases connects to the server at an address, as [OpenRedis] reads it; "" is
// for none. It fails where that cannot be reached, so that it is known at start.
func OpenDatabases(redis string) (*Databases, error) {
	d := &Databases{}
	if redis == "" {
		return d, nil
	}
	var err error
	if d.Redis, err = OpenRedis(context.Background(), redis); err != nil {
		return nil, err
	}
	return d, nil
}

// Close ends the connections and removes the file.
func (d *Databases) Close() error {
	err := d.SQLite.close()
	if d.Redis != nil {
		err = errors.Join(err, d.Redis.Close())
	}
	return err
}

// Lazy is an SQLite database that is made when a bench first asks for it: most never
// do. Its folder is temporary and goes with the process.
type Lazy struct {
	mu     sync.Mutex
	folder string
	db     *SQLite
	err    error
}

// Space is that of the database, as [SQLite.Space]. Where the file cannot be made, each
// use of the space fails with the reason.
func (s *Lazy) Space(name string, now func() time.Time) Store {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil && s.err == nil {
		s.err = s.open()
	}
	if s.err != nil {
		return broken{s.err}
	}
	return s.db.Space(name, now)
}

func (s *Lazy) open() (err error) {
	if s.folder, err = os.MkdirTemp("", "authlab-"); err != nil {
		return fmt.Errorf("make a folder for SQLite's file: %w", err)
	}
	s.db, err = OpenSQLite(filepath.Join(s.folder, "records.db"))
	return err
}

func (s *Lazy) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	if s.db != nil {
		err = s.db.Close()
	}
	if s.folder != "" {
		err = errors.Join(err, os.RemoveAll(s.folder))
	}
	s.err = errors.New("the lab has stopped")
	return err
}

// broken is a store of a database that could not be opened.
type broken struct{ err error }

func (b broken) Find(context.Context, string) (Row, Missing, error) {
	return Row{}, "", b.err
}

func (b broken) Commit(context.Context, string, []byte, time.Time) (bool, error) {
	return false, b.err
}

func (b broken) Delete(context.Context, string) (bool, error) { return false, b.err }

func (b broken) Update(context.Context, string, func(Row) ([]byte, time.Time, bool)) (Row, Missing, error) {
	return Row{}, "", b.err
}

func (b broken) All(context.Context) ([]Row, error) { return nil, b.err }

func (b broken) Reset(context.Context) error { return b.err }
