package bench

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"golang.org/x/time/rate"

	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/settings"
	"authlab/lab/store"
)

// ErrTaken is returned for a snapshot of a bench that is here already.
var ErrTaken = errors.New("there is a bench with this id already")

// Restore makes a bench of a snapshot and of the exchanges that were written down,
// in any order: under the same id, with the credentials that it gave as good or as
// bad as they were, by a clock that has gone on meanwhile. What was written down
// after the snapshot was made may be among the exchanges; the server does not
// remember what those did. The bench counts as used now, in no client's
// share. One that is older than Limits.Life goes at the next sweep unless
// it is held before.
//
// The limits, and whether benches are served over TLS, are those of this process.
// Restore changes nothing where it returns an error: [journal.ErrVersion] for a
// snapshot of a version that it does not know, ErrTaken, ErrNoStore for one whose
// records are in a store that this lab does not have, or another that says what is
// wrong with it.
func (bs *Benches) Restore(s Snapshot, exchanges []*journal.Exchange) (*Bench, error) {
	bs.restoring.Lock() // so that two of one id do not both write their records
	defer bs.restoring.Unlock()
	b, err := bs.restored(s, exchanges)
	if err != nil {
		return nil, fmt.Errorf("restore a bench: %w", err)
	}
	bs.mu.Lock()
	defer bs.mu.Unlock()
	bs.add(b)
	return b, nil
}

func (bs *Benches) restored(s Snapshot, exchanges []*journal.Exchange) (*Bench, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	if bs.has(s.ID) {
		return nil, ErrTaken
	}
	b := &Bench{
		id: s.ID, made: s.Made, limits: bs.limits, secure: bs.secure, databases: bs.databases, log: bs.log,
		accounts: &accounts{list: slices.Clone(s.Accounts)}, answers: maps.Clone(s.Answers),
		limiter: rate.NewLimiter(rate.Limit(bs.limits.Rate), bs.limits.Burst),
	}
	b.clock.forward(s.Ahead)
	b.cursor.Store(int32(s.Cursor)) //nolint:gosec // check has seen to its range
	b.touch()
	var err error
	if b.keys, err = restoreSigning(s.Keys, s.Settings.Token.Alg); err != nil {
		return nil, err
	}
	if b.sealing, err = restoreSealing(s.Sealing); err != nil {
		return nil, err
	}
	book, err := restoreBook(bs.limits.Exchanges, s.Journal, exchanges)
	if err != nil {
		return nil, err
	}
	b.journal.Store(book)
	setup, err := b.restoreSetup(s)
	if err != nil {
		return nil, err
	}
	b.setup.Store(setup)
	return b, nil
}

func (bs *Benches) has(id string) bool {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	_, taken := bs.byID[id]
	return taken
}

// restoreSetup opens the spaces under the names that they had, and puts into them
// what was carried.
func (b *Bench) restoreSetup(s Snapshot) (*setup, error) {
	if !slices.Contains(b.Stores(), s.Settings.Store) {
		return nil, fmt.Errorf("%w: %s", ErrNoStore, s.Settings.Store)
	}
	if elsewhere := s.Settings.Store == settings.Redis; s.Sessions.Elsewhere != elsewhere ||
		s.Refresh.Elsewhere != elsewhere || s.Denied.Elsewhere != elsewhere {
		return nil, fmt.Errorf("the records are not where the setting says, in %s", s.Settings.Store)
	}
	b.opened = s.Opened
	if s.Settings.Store != settings.Memory {
		b.opened-- // openSpaces counts it again
	}
	was := b.newStores(s.Settings)
	if err := was.spaces.load(s); err != nil {
		return nil, fmt.Errorf("load its records: %w", err)
	}
	was.tokens.refresh.touched.Store(s.Refresh.Written)
	was.tokens.denied.touched.Store(s.Denied.Written)
	return b.newSetup(s.Settings, was), nil
}

// load puts what is carried into the spaces. Where one cannot take it, those before
// it are emptied again.
func (s spaces) load(from Snapshot) error {
	var loaded []store.Store
	for _, to := range []struct {
		space store.Store
		from  SpaceSnapshot
	}{{s.sessions, from.Sessions}, {s.refresh, from.Refresh}, {s.denied, from.Denied}} {
		if to.from.Elsewhere {
			continue
		}
		if err := to.from.load(to.space); err != nil {
			for _, space := range loaded {
				err = errors.Join(err, space.Reset(context.Background()))
			}
			return err
		}
		loaded = append(loaded, to.space)
	}
	return nil
}

// ids are what rand.Text gives.
var ids = regexp.MustCompile(`^[A-Z2-7]{26,64}$`)

// check says what no snapshot of ours says.
func (s Snapshot) check() error {
	switch {
	case s.Version != snapshotVersion:
		return fmt.Errorf("a snapshot of version %d: %w", s.Version, journal.ErrVersion)
	case !ids.MatchString(s.ID):
		return errors.New("its id is not one that a bench can have")
	case s.Made.IsZero():
		return errors.New("it does not say when it was made")
	case s.Ahead < 0 || s.Ahead > MaxForward:
		return fmt.Errorf("its clock is %s ahead: %w", s.Ahead, ErrClock)
	case s.Cursor != plot.NoStep && !plot.Valid(s.Cursor):
		return fmt.Errorf("it is at step %d, which there is not", s.Cursor)
	case s.Opened < 0 || s.Opened == 0 && s.Settings.Store != settings.Memory:
		return fmt.Errorf("it has opened spaces %d times, and its records are in %s", s.Opened, s.Settings.Store)
	}
	for _, k := range settings.Knobs {
		if _, err := s.Settings.With(k.Name, s.Settings.Get(k.Name)); err != nil {
			return err
		}
	}
	return checkAccounts(s.Accounts)
}

func checkAccounts(list []journal.Account) error {
	for _, login := range Logins {
		has := func(a journal.Account) bool { return a.ID == login.ID }
		at := slices.IndexFunc(list, has)
		if at < 0 || len(list) != len(Logins) {
			return fmt.Errorf("it has %d accounts, which are not the demo logins'", len(list))
		}
		if a := list[at]; (a.Role != RoleMember && a.Role != RoleStaff) || a.Version < 0 {
			return fmt.Errorf("its account %s has the role %q and the version %d", a.ID, a.Role, a.Version)
		}
	}
	return nil
}
