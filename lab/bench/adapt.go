package bench

import (
	"context"
	"errors"
	"time"

	"authlab/lab/journal"
	"authlab/lab/session"
	"authlab/lab/token"
)

// The apps import nothing of ours, so each names what it needs in its own
// types. This file says the same thing in theirs.

var sessionLogins, tokenLogins = func() (s []session.Login, t []token.Login) {
	for _, l := range Logins {
		s = append(s, session.Login{Email: l.Email, Password: l.Password, Role: l.Role})
		t = append(t, token.Login{Email: l.Email, Password: l.Password, Role: l.Role})
	}
	return s, t
}()

// sessionAccounts is accounts as the session app knows them.
type sessionAccounts struct{ *accounts }

func (a sessionAccounts) Check(ctx context.Context, email, password string) (session.Account, error) {
	acc, err := a.check(ctx, email, password)
	return sessionAccount(acc), as(err, session.ErrCredentials, session.ErrNoAccount)
}

func (a sessionAccounts) Find(ctx context.Context, id string) (session.Account, error) {
	acc, err := a.find(ctx, id)
	return sessionAccount(acc), as(err, session.ErrCredentials, session.ErrNoAccount)
}

// tokenAccounts is accounts as the token app knows them.
type tokenAccounts struct{ *accounts }

func (a tokenAccounts) Check(ctx context.Context, email, password string) (token.Account, error) {
	acc, err := a.check(ctx, email, password)
	return tokenAccount(acc), as(err, token.ErrCredentials, token.ErrNoAccount)
}

func (a tokenAccounts) Find(ctx context.Context, id string) (token.Account, error) {
	acc, err := a.find(ctx, id)
	return tokenAccount(acc), as(err, token.ErrCredentials, token.ErrNoAccount)
}

func (a tokenAccounts) Raise(ctx context.Context, id string) error {
	return as(a.raise(ctx, id), token.ErrCredentials, token.ErrNoAccount)
}

func sessionAccount(a journal.Account) session.Account {
	return session.Account{ID: a.ID, Email: a.Email, Name: a.Name, Role: a.Role}
}

func tokenAccount(a journal.Account) token.Account {
	return token.Account{ID: a.ID, Email: a.Email, Name: a.Name, Role: a.Role, Version: a.Version}
}

// as gives our two errors the names that an app has for them.
func as(err, credentials, noAccount error) error {
	switch {
	case errors.Is(err, errCredentials):
		return credentials
	case errors.Is(err, ErrNoAccount):
		return noAccount
	default:
		return err
	}
}

// readClock is the bench's clock as the apps read it: each reading is noted.
func (b *Bench) readClock(ctx context.Context) time.Time {
	now := b.clock.Now()
	record(ctx, journal.ClockRead, moment("now", now))
	return now
}
