package bench

import (
	_ "embed" // the style sheet
	"fmt"
	"net/http"
	"slices"

	"authlab/lab/journal"
	"authlab/lab/session"
	"authlab/lab/settings"
)

// style is the look of Corner Library, which all of its forms are given.
//
//go:embed style.css
var style []byte

// setup is a bench's apps as they are configured at one moment. It is replaced
// as a whole: a request is handled by the setup that it met.
type setup struct {
	settings settings.Settings
	spaces   spaces
	sessions *sessionStore
	tokens   *tokenStores
	apps     map[journal.Flow]http.Handler
}

// newSetup sets the apps up. What was is the setup before, whose records are kept
// where the store is the same, or nil.
func (b *Bench) newSetup(s settings.Settings, was *setup) *setup {
	next := &setup{settings: s}
	if was != nil && was.settings.Store == s.Store {
		next.spaces, next.sessions, next.tokens = was.spaces, was.sessions, was.tokens
	} else {
		fresh := b.newStores(s)
		next.spaces, next.sessions, next.tokens = fresh.spaces, fresh.sessions, fresh.tokens
	}
	next.apps = map[journal.Flow]http.Handler{
		journal.Session: b.newSessionApp(s.Session, next.sessions),
		journal.Token:   b.newTokenApp(s.Token, next.tokens),
	}
	return next
}

// newStores is a setup with empty stores and no apps yet.
func (b *Bench) newStores(s settings.Settings) *setup {
	opened := b.openSpaces(s.Store)
	return &setup{
		settings: s, spaces: opened, tokens: newTokenStores(opened),
		sessions: &sessionStore{clock: &b.clock, rows: opened.sessions},
	}
}

// recall puts into a state what the flow's server remembers, or why that cannot be
// read.
func (s *setup) recall(flow journal.Flow, into *journal.State) {
	all := s.sessions.all
	if flow == journal.Token {
		all = s.tokens.all
	}
	r, err := all()
	if err != nil {
		into.Unread = err.Error()
		return
	}
	into.Records, into.Tombstones = r.records, r.tombstones
}

// Settings returns the bench's settings.
func (b *Bench) Settings() settings.Settings { return b.setup.Load().settings }

// Lesson returns the settings of a new bench, the lesson's configuration.
func (b *Bench) Lesson() settings.Settings { return settings.Default(b.secure) }

// Change sets up both apps anew and notes in the journal which knobs were
// turned. Credentials that were given before stay what they are; whether they
// are still good is for the apps to say. Settings that are as they were change
// and note nothing. It returns journal.ErrFull when the journal has no room for
// the note, and ErrNoStore for a store that this lab does not have. Where the
// store is another one the records stay behind, and are forgotten.
func (b *Bench) Change(to settings.Settings) error {
	b.admin.Lock()
	defer b.admin.Unlock()
	changes := settings.Changes(b.Settings(), to)
	if len(changes) == 0 {
		return nil
	}
	if !slices.Contains(b.Stores(), to.Store) {
		return fmt.Errorf("%w: %s", ErrNoStore, to.Store)
	}
	if !b.mayAct() {
		return journal.ErrFull
	}
	was := b.setup.Load()
	b.setup.Store(b.newSetup(to, was))
	if was.settings.Store != to.Store {
		was.spaces.forget(b.log)
	}
	var fields []journal.Field
	detail := "Settings were changed."
	for _, c := range changes {
		fields = append(fields, field(c.Name, c.From+" -> "+c.To))
		detail += " " + c.Label + ": " + c.To + ", was " + c.From + "."
	}
	b.act(journal.SettingsChanged, detail, fields...)
	return nil
}

// NeedsRSA reports whether a change to other settings has an RSA key made, which
// takes longer than all else that a bench does.
func (b *Bench) NeedsRSA(to settings.Settings) bool {
	alg := to.Token.Alg
	return (alg == "RS256" || alg == "PS256") && !slices.ContainsFunc(b.keys.all(), func(k journal.Key) bool { return k.Alg == alg })
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

// VariantOf returns the variant of the app that an exchange met: a session.Variant
// or a token.Variant.
func VariantOf(x *journal.Exchange) any {
	if x.Flow == journal.Session {
		return sessionVariant(x.Settings.Session)
	}
	return tokenVariant(x.Settings.Token, &tokenStores{}, nil)
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
