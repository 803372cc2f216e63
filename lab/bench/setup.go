package bench

import (
	"context"
	_ "embed" // the style sheet
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"time"

	"authlab/lab/journal"
	"authlab/lab/settings"
	"authlab/lab/store"
)

// style is the look of Corner Library, which all of its forms are given.
//
//go:embed style.css
var style []byte

// flow is what a bench does for one way to stay logged in, as a value. Each stands in a
// file of its own.
type flow struct {
	// app sets the flow's app up, with the stores of a setup.
	app func(*Bench, *setup) http.Handler
	// recall reads what its server remembers.
	recall func(*setup) (remembered, error)
	// keys are those that its server holds.
	keys func(*Bench) []journal.Key
	// variant is that of the app, in its own type, which settings ask for.
	variant func(settings.Settings) any
}

var flows = map[journal.Flow]flow{journal.Session: sessionFlow, journal.Token: tokenFlow, journal.Sealed: sealedFlow}

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
	next.apps = make(map[journal.Flow]http.Handler, len(flows))
	for id, f := range flows {
		next.apps[id] = f.app(b, next)
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
	r, err := flows[flow].recall(s)
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

// Change sets up the apps anew and notes in the journal which knobs were
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

// VariantOf returns the variant of the app that an exchange met, in that app's own type.
func VariantOf(x *journal.Exchange) any { return flows[x.Flow].variant(x.Settings) }

// Database opens spaces for records outside of this process's memory.
type Database interface {
	// Space returns the space with that name, whose rows end by now's time.
	Space(name string, now func() time.Time) store.Store
}

// ErrNoStore is returned for a store that this lab was not given.
var ErrNoStore = errors.New("this lab has no such store")

// Stores lists where this bench can keep its records, by the names of package
// settings: memory always, the others where the lab was given them.
func (b *Bench) Stores() []string {
	out := []string{settings.Memory}
	for _, name := range []string{settings.SQLite, settings.Redis} {
		if b.databases[name] != nil {
			out = append(out, name)
		}
	}
	return out
}

// spaces are where one bench keeps its records: each kind has a space of its own.
type spaces struct {
	sessions, refresh, denied store.Store
	outside                   bool // of this process's memory
}

// openSpaces opens empty spaces. Their names are new ones each time, so that a
// write that comes late cannot find its way into them.
func (b *Bench) openSpaces(kind string) spaces {
	db := b.databases[kind]
	if db == nil {
		memory := func() store.Store { return store.NewMemory(b.clock.Now) }
		return spaces{sessions: memory(), refresh: memory(), denied: memory()}
	}
	b.opened++
	open := func(records string) store.Store {
		return db.Space(b.id+"/"+strconv.Itoa(b.opened)+"/"+records, b.clock.Now)
	}
	return spaces{sessions: open("sessions"), refresh: open("refresh"), denied: open("denied"), outside: true}
}

// forget deletes what the spaces hold, so that a database does not fill up with
// what nobody will ask for again, and tells log where it cannot. Memory needs no
// such care.
func (s spaces) forget(log *slog.Logger) {
	if !s.outside {
		return
	}
	for _, space := range []store.Store{s.sessions, s.refresh, s.denied} {
		if err := space.Reset(context.Background()); err != nil {
			log.Warn("records of a bench were left behind", "error", err)
		}
	}
}

// forget ends the bench's records.
func (b *Bench) forget() { b.setup.Load().spaces.forget(b.log) }
