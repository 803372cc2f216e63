package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"authlab/lab/bench"
	"authlab/lab/settings"
	"authlab/lab/store"
)

// databases are the stores beside memory: SQLite in a file of this process's
// own, and Redis or Valkey where the lab was given one.
type databases struct {
	sqlite sqlite
	redis  *store.Redis // nil for none
}

// openDatabases connects to what config names. It fails where that cannot be
// reached, so that it is known at start.
func openDatabases(config Config) (*databases, error) {
	d := &databases{}
	if config.Redis == "" {
		return d, nil
	}
	var err error
	if d.redis, err = store.OpenRedis(context.Background(), config.Redis); err != nil {
		return nil, err
	}
	return d, nil
}

func (d *databases) byName() map[string]bench.Database {
	out := map[string]bench.Database{settings.SQLite: &d.sqlite}
	if d.redis != nil {
		out[settings.Redis] = d.redis
	}
	return out
}

// close ends the connections and removes the file.
func (d *databases) close() error {
	err := d.sqlite.close()
	if d.redis != nil {
		err = errors.Join(err, d.redis.Close())
	}
	return err
}

// sqlite is a database that is made when a bench first asks for it: most never
// do. Its folder is temporary and goes with the process.
type sqlite struct {
	mu     sync.Mutex
	folder string
	db     *store.SQLite
	err    error
}

// Space implements bench.Database.
func (s *sqlite) Space(name string, now func() time.Time) store.Store {
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

func (s *sqlite) open() (err error) {
	if s.folder, err = os.MkdirTemp("", "authlab-"); err != nil {
		return fmt.Errorf("make a folder for SQLite's file: %w", err)
	}
	s.db, err = store.OpenSQLite(filepath.Join(s.folder, "records.db"))
	return err
}

func (s *sqlite) close() error {
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

func (b broken) Find(context.Context, string) (store.Row, store.Missing, error) {
	return store.Row{}, "", b.err
}

func (b broken) Commit(context.Context, string, []byte, time.Time) (bool, error) {
	return false, b.err
}

func (b broken) Delete(context.Context, string) (bool, error) { return false, b.err }

func (b broken) Update(context.Context, string, func(store.Row) ([]byte, time.Time, bool)) (store.Row, store.Missing, error) {
	return store.Row{}, "", b.err
}

func (b broken) All(context.Context) ([]store.Row, error) { return nil, b.err }

func (b broken) Reset(context.Context) error { return b.err }
