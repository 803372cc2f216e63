package bench

import (
	"context"
	"net/http"

	"authlab/lab/journal"
	"authlab/lab/session"
	"authlab/lab/settings"
)

// sessionFlow is the stateful one: its server remembers sessions and has no keys.
var sessionFlow = flow{
	app:     func(b *Bench, s *setup) http.Handler { return b.newSessionApp(s.settings.Session, s.sessions) },
	recall:  func(s *setup) (remembered, error) { return s.sessions.all() },
	keys:    func(*Bench) []journal.Key { return nil },
	variant: func(s settings.Settings) any { return sessionVariant(s.Session) },
}

func (b *Bench) newSessionApp(s settings.Session, rows *sessionStore) http.Handler {
	return session.New(session.Config{
		Base:        b.Base(journal.Session),
		Secure:      s.Secure == settings.On,
		Store:       rows,
		Codec:       codec{&b.clock, &rows.contents},
		Accounts:    sessionAccounts{b.accounts},
		Now:         b.readClock,
		Logins:      sessionLogins,
		Audit:       audit,
		HashCost:    HashCost,
		Style:       style,
		IdleTimeout: s.IdleFor(),
		Lifetime:    s.LivesFor(),
		Variant:     sessionVariant(s),
		Log:         b.log.With("app", journal.Session),
	})
}

// sameSite are the values of the knob in net/http's terms; Lax is the app's own.
var sameSite = map[string]http.SameSite{
	"Strict": http.SameSiteStrictMode, "None": http.SameSiteNoneMode, "absent": http.SameSiteDefaultMode,
}

func sessionVariant(s settings.Session) session.Variant {
	return session.Variant{
		HostPrefix: s.Cookie != "sid",
		Readable:   s.HTTPOnly == settings.Off,
		SameSite:   sameSite[s.SameSite],
		WholeHost:  s.Path == "host",
		Persist:    s.Persist == settings.On,
		KeepID:     s.Renew == settings.Off,
		KeepRecord: s.Logout == "cookie",
		HashID:     s.HashID == settings.On,
	}
}

var sessionLogins = loginsAs(func(email, password, role string) session.Login {
	return session.Login{Email: email, Password: password, Role: role}
})

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

func sessionAccount(a journal.Account) session.Account {
	return session.Account{ID: a.ID, Email: a.Email, Name: a.Name, Role: a.Role}
}
