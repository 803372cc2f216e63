package bench

import (
	"net/http"

	"authlab/lab/journal"
	"authlab/lab/session"
	"authlab/lab/settings"
	"authlab/lab/token"
)

// setup is a bench's apps as they are configured at one moment. It is replaced
// as a whole: a request is handled by the setup that it met.
type setup struct {
	settings settings.Settings
	apps     map[journal.Flow]http.Handler
}

func (b *Bench) newSetup(s settings.Settings) *setup {
	return &setup{settings: s, apps: map[journal.Flow]http.Handler{
		journal.Session: b.newSessionApp(s.Session),
		journal.Token:   b.newTokenApp(s.Token),
	}}
}

// Settings returns the bench's settings.
func (b *Bench) Settings() settings.Settings { return b.setup.Load().settings }

// Change sets up both apps anew and notes in the journal which knobs were
// turned. Credentials that were given before stay what they are; whether they
// are still good is for the apps to say. Settings that are as they were change
// and note nothing. It returns journal.ErrFull when the journal has no room for
// the note.
func (b *Bench) Change(to settings.Settings) error {
	b.admin.Lock()
	defer b.admin.Unlock()
	changes := settings.Changes(b.Settings(), to)
	if len(changes) == 0 {
		return nil
	}
	if !b.mayAct() {
		return journal.ErrFull
	}
	b.setup.Store(b.newSetup(to))
	var fields []journal.Field
	detail := "Settings were changed."
	for _, c := range changes {
		fields = append(fields, field(c.Name, c.From+" -> "+c.To))
		detail += " " + c.Label + ": " + c.To + ", was " + c.From + "."
	}
	b.act(journal.SettingsChanged, detail, fields...)
	return nil
}

func (b *Bench) newSessionApp(s settings.Session) http.Handler {
	return session.New(session.Config{
		Base:        b.Base(journal.Session),
		Secure:      b.secure,
		Store:       b.store,
		Codec:       codec{&b.clock},
		Accounts:    sessionAccounts{b.accounts},
		Now:         b.readClock,
		Logins:      sessionLogins,
		HashCost:    HashCost,
		IdleTimeout: settings.Duration(s.Idle),
		Lifetime:    settings.Duration(s.Absolute),
	})
}

func (b *Bench) newTokenApp(s settings.Token) http.Handler {
	return token.New(token.Config{
		Base:     b.Base(journal.Token),
		Keys:     b.keys,
		Accounts: tokenAccounts{b.accounts},
		Now:      b.readClock,
		Logins:   tokenLogins,
		HashCost: HashCost,
		Lifetime: settings.Duration(s.Lifetime),
		Issuer:   Issuer,
		Audience: Audience,
	})
}
