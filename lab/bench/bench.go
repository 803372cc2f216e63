// Package bench holds the visitors' workspaces. A bench owns everything that
// one visitor's logins are made of: the accounts, the session store, the
// keys, the clock, the apps, and the journal of every exchange with
// them.
//
// The apps are ordinary programs that know nothing of this. What happens in
// them is seen from the outside, by what they are given: the store, the account
// check, the keys and the clock each note what they were asked, and what they could
// not do; the audit notes each check that an app tells it of; and package wire has
// the bytes. When an exchange is complete its record is appended to
// the journal and never changed again.
//
// Nothing is shared between benches but code and the hashes of the demo
// passwords. A bench's id is an unguessable capability: who knows it may see and
// do everything on that bench, and nobody else anything.
package bench

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"authlab/lab/journal"
	"authlab/lab/moment"
	"authlab/lab/plot"
	"authlab/lab/settings"
	"authlab/lab/share"
)

// The names that the token app signs for and accepts.
const (
	Issuer   = "https://library.test"
	Audience = "https://api.library.test"
)

// Bench is one visitor's own workspace. It is safe for concurrent use.
type Bench struct {
	id        string
	made      time.Time
	limits    Limits
	secure    bool
	databases map[string]Database
	log       *slog.Logger
	owner     share.Client // whose share of the memory it is in; "" for the lab itself
	// Guarded by the mutex of Benches: the bytes that it is counted with, those of
	// them that requests under way may come to hold, and those that are held for its
	// sake elsewhere.
	bytes, reserved, beside int64

	clock    clock
	accounts *accounts
	keys     *keys // that the token app signs with
	sealing  *keys // that the sealed app seals with
	setup    atomic.Pointer[setup]
	limiter  *rate.Limiter
	journal  atomic.Pointer[book]

	cursor  atomic.Int32 // the step that is being sent, or plot.NoStep
	sending atomic.Pointer[Sending]
	streams atomic.Int32
	used    atomic.Int64 // when it was last used, in Unix seconds
	holds   atomic.Int32 // how many have asked that it be kept

	// admin keeps what an administrator does in one piece: a role change and
	// its note in the journal, say.
	admin   sync.Mutex
	opened  int               // how often spaces were opened in a database
	answers map[string]Answer // the visitor's predictions, replaced and never written to
	claims  map[int]string    // by exchange: the page that has sent it by hand
}

// newBench makes a bench. secure says that it is served over TLS.
func newBench(limits Limits, secure bool, databases map[string]Database, log *slog.Logger) *Bench {
	b := &Bench{
		id:        rand.Text(), // 130 bits
		made:      time.Now(),
		limits:    limits,
		secure:    secure,
		databases: databases,
		log:       log,
		accounts:  newAccounts(),
		limiter:   rate.NewLimiter(rate.Limit(limits.Rate), limits.Burst),
	}
	b.keys, b.sealing = newKeys(b.clock.Now()), &keys{}
	b.journal.Store(newBook(limits.Exchanges))
	b.setup.Store(b.newSetup(settings.Default(secure), nil))
	b.cursor.Store(plot.NoStep)
	b.touch()
	return b
}

// ID returns the bench's id: 26 letters and digits, 130 random bits.
func (b *Bench) ID() string { return b.id }

// Made returns when the bench was made, by the machine's clock.
func (b *Bench) Made() time.Time { return b.made }

// Expires returns when the bench will be dropped if it is not used until then. One
// that is held is not; see Hold.
func (b *Bench) Expires() time.Time {
	idle := time.Unix(b.used.Load(), 0).Add(b.limits.Idle)
	if life := b.made.Add(b.limits.Life); life.Before(idle) {
		return life
	}
	return idle
}

// Now returns the bench's time, which is the machine's until it has been moved.
func (b *Bench) Now() time.Time { return b.clock.Now() }

// Ahead returns how far the bench's clock has been moved forward.
func (b *Bench) Ahead() time.Duration { return b.clock.ahead() }

// Journal returns what has been recorded so far.
func (b *Bench) Journal() journal.View { return b.journal.Load().View() }

// Listen returns a channel of notices of new exchanges and actions, and a
// function that ends it. The channel is closed when the bench is reset or
// dropped.
func (b *Bench) Listen() (<-chan journal.Notice, func()) { return b.journal.Load().Listen() }

// State returns what the flow's server remembers now.
func (b *Bench) State(flow journal.Flow) journal.State {
	s := journal.State{Accounts: b.accounts.all()}
	b.setup.Load().recall(flow, &s)
	s.Keys = flows[flow].keys(b)
	return s
}

// Base returns the path at which a flow's app is served, with a closing slash.
func (b *Bench) Base(flow journal.Flow) string { return "/bench/" + b.id + "/" + string(flow) + "/" }

// Cursor returns the step of the lesson that is being sent, or plot.NoStep.
func (b *Bench) Cursor() int { return int(b.cursor.Load()) }

// SetCursor says which step is being sent, or plot.NoStep. What the lesson
// itself asks for at a step counts as that step's.
func (b *Bench) SetCursor(step int) { b.cursor.Store(int32(step)) }

// ErrStreams is returned when a bench has as many event streams as it may.
var ErrStreams = errors.New("too many event streams")

// OpenStream counts an event stream; done must be called when it ends. It
// returns ErrStreams when the bench has as many as Limits.Streams.
func (b *Bench) OpenStream() (done func(), err error) {
	if int(b.streams.Add(1)) > b.limits.Streams {
		b.streams.Add(-1)
		return nil, ErrStreams
	}
	return func() { b.streams.Add(-1) }, nil
}

// ErrRole is returned for a role that an account cannot have.
var ErrRole = errors.New("a role is either member or staff")

// ChangeRole sets the role of an account, as an administrator would, and notes
// it in the journal. It returns ErrRole, ErrNoAccount, or journal.ErrFull when the
// journal has no room for the note.
func (b *Bench) ChangeRole(account, role string) error {
	if role != RoleMember && role != RoleStaff {
		return ErrRole
	}
	b.admin.Lock()
	defer b.admin.Unlock()
	if !b.mayAct() {
		return journal.ErrFull
	}
	was, err := b.accounts.setRole(account, role)
	if err != nil {
		return err
	}
	b.act(journal.RoleChanged,
		fmt.Sprintf("An administrator changed %s from %s to %s.", was.Email, was.Role, role),
		field("account", account), field("from", was.Role), field("to", role))
	return nil
}

// MaxForward is how far the clock can be moved in all: a year.
const MaxForward = 365 * 24 * time.Hour

// ErrClock is returned for a distance that the clock cannot be moved by.
var ErrClock = errors.New("the clock moves forward only, by at most a year in all")

// MoveClock moves the bench's clock forward and notes it in the journal. It
// returns ErrClock for a distance that is not positive or goes beyond
// MaxForward, and journal.ErrFull when the journal has no room for the note.
func (b *Bench) MoveClock(by time.Duration) error {
	b.admin.Lock()
	defer b.admin.Unlock()
	return b.move(by)
}

// MoveClockTo moves the bench's clock forward to a moment. It returns what
// MoveClock does.
func (b *Bench) MoveClockTo(at time.Time) error {
	b.admin.Lock()
	defer b.admin.Unlock()
	return b.move(at.Sub(b.clock.Now()))
}

// move is MoveClock with b.admin held.
func (b *Bench) move(by time.Duration) error {
	if by <= 0 || by > MaxForward-b.clock.ahead() {
		return ErrClock
	}
	if !b.mayAct() {
		return journal.ErrFull
	}
	b.clock.forward(by)
	b.act(journal.ClockMoved, "The bench's clock was moved forward by "+moment.Words(by)+".",
		field("by", by.String()))
	return nil
}

// Reset makes the bench as it was when new, under the same id: accounts, clock
// and store as at first, fresh keys, an empty journal. What browsers hold, they
// keep; it will be refused.
func (b *Bench) Reset() {
	b.admin.Lock()
	defer b.admin.Unlock()
	b.accounts.reset()
	b.forget()
	b.clock.reset()
	b.keys.renew(b.clock.Now())
	b.sealing.drop()
	b.cursor.Store(plot.NoStep)
	b.sending.Store(nil)
	b.answers, b.claims = nil, nil
	b.setup.Store(b.newSetup(settings.Default(b.secure), nil))
	b.journal.Swap(newBook(b.limits.Exchanges)).Close()
}

// mayAct reports whether the journal has room for another action: it holds as
// many as exchanges. b.admin must be held.
func (b *Bench) mayAct() bool {
	v := b.Journal()
	return len(v.Actions) < v.Limit
}

func (b *Bench) act(kind journal.ActionKind, detail string, fields ...journal.Field) {
	b.journal.Load().Act(journal.Action{
		Kind: kind, At: time.Now().Round(0).UTC(), Clock: b.clock.Now(), Detail: detail, Fields: fields,
	})
}

func (b *Bench) touch() { b.used.Store(time.Now().Unix()) }

func (b *Bench) expired(now time.Time) bool { return !b.Held() && !now.Before(b.Expires()) }
