package bench

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"time"

	"golang.org/x/crypto/bcrypt"

	"authlab/lab/journal"
	"authlab/lab/share"
)

// HashCost is the bcrypt cost of the demo passwords. It is lower than the 10 or
// more that OWASP's Password Storage Cheat Sheet asks for, so that a class of
// three hundred can log in at once on two cores; the login pages say so.
const HashCost = 8

// Login is one of the demo logins that the login pages show. They are the only
// passwords there are; nobody can set another.
type Login struct{ ID, Email, Name, Password, Role string }

// Logins are the demo logins, the lesson's own first.
var Logins = []Login{
	{ID: "librarian", Email: "librarian@library.test", Name: "Lin Librarian", Password: "shelf-mark", Role: RoleStaff},
	{ID: "reader", Email: "reader@library.test", Name: "Ravi Reader", Password: "open-book", Role: RoleMember},
}

// The roles that an account can have.
const (
	RoleMember = "member"
	RoleStaff  = "staff"
)

// ErrNoAccount is returned for an account id that no account has.
var ErrNoAccount = errors.New("no such account")

var errCredentials = errors.New("email and password do not match")

// hashes holds the bcrypt hash of each demo password by account id, made once a
// process, and under "" one that no password matches: checking it makes an
// unknown email take as long as a known one.
var hashes = sync.OnceValue(func() map[string][]byte {
	out := map[string][]byte{"": mustHash("no account has this password")}
	for _, l := range Logins {
		out[l.ID] = mustHash(l.Password)
	}
	return out
})

func mustHash(password string) []byte {
	h, err := bcrypt.GenerateFromPassword([]byte(password), HashCost)
	if err != nil { // a constant password at a constant cost
		panic(fmt.Sprintf("hash a demo password: %v", err))
	}
	return h
}

// accounts are the Corner Library's accounts on one bench. All apps ask here.
type accounts struct {
	mu   sync.Mutex
	list []journal.Account // replaced, never written to, so that a state can share it
}

var defaultAccounts = func() []journal.Account {
	var list []journal.Account
	for _, l := range Logins {
		list = append(list, journal.Account{ID: l.ID, Email: l.Email, Name: l.Name, Role: l.Role})
	}
	return list
}()

func newAccounts() *accounts { return &accounts{list: defaultAccounts} }

func (a *accounts) all() []journal.Account {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.list
}

func (a *accounts) reset() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.list = defaultAccounts
}

// passwords is where checks of passwords wait for each other: a hash that is slow
// on purpose leaves a core to whoever wants something else.
var passwords = share.NewLane(runtime.GOMAXPROCS(0) / 2)

// check compares a password with the account's hash. What it takes is counted from
// when its turn has come.
func (a *accounts) check(ctx context.Context, email, password string) (journal.Account, error) {
	asked := time.Now()
	leave, err := passwords.Enter(context.WithoutCancel(ctx), share.From(ctx))
	if err != nil {
		return journal.Account{}, broke(ctx, asked, journal.AccountsPart, "check a password", err)
	}
	defer leave()
	began := time.Now()
	list := a.all()
	at := slices.IndexFunc(list, func(acc journal.Account) bool { return acc.Email == email })
	var acc journal.Account
	if at >= 0 {
		acc = list[at]
	}
	ok := bcrypt.CompareHashAndPassword(hashes()[acc.ID], []byte(password)) == nil && at >= 0
	recordSince(ctx, began, journal.PasswordChecked, field("email", email), field("ok", strconv.FormatBool(ok)))
	if !ok {
		return journal.Account{}, errCredentials
	}
	return acc, nil
}

// find looks an account up by its id.
func (a *accounts) find(ctx context.Context, id string) (journal.Account, error) {
	began := time.Now()
	list := a.all()
	at := slices.IndexFunc(list, func(acc journal.Account) bool { return acc.ID == id })
	if at < 0 {
		recordSince(ctx, began, journal.AccountRead, field("user", id), field("found", "false"))
		return journal.Account{}, ErrNoAccount
	}
	recordSince(ctx, began, journal.AccountRead,
		field("user", id), field("role", list[at].Role), field("version", strconv.Itoa(list[at].Version)), field("found", "true"))
	return list[at], nil
}

// raise adds one to an account's version.
func (a *accounts) raise(ctx context.Context, id string) error {
	began := time.Now()
	a.mu.Lock()
	defer a.mu.Unlock()
	at := slices.IndexFunc(a.list, func(acc journal.Account) bool { return acc.ID == id })
	if at < 0 {
		return broke(ctx, began, journal.AccountsPart, "raise an account's version", ErrNoAccount)
	}
	list := slices.Clone(a.list)
	list[at].Version++
	a.list = list
	record(ctx, journal.AccountRaised, field("user", id), field("version", strconv.Itoa(list[at].Version)))
	return nil
}

// setRole changes an account's role and returns the account as it was.
func (a *accounts) setRole(id, role string) (was journal.Account, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	at := slices.IndexFunc(a.list, func(acc journal.Account) bool { return acc.ID == id })
	if at < 0 {
		return was, ErrNoAccount
	}
	was = a.list[at]
	list := slices.Clone(a.list)
	list[at].Role = role
	a.list = list
	return was, nil
}

// The apps import nothing of ours, so each names what it needs in its own types. What
// says the same thing in theirs stands with each flow.

// loginsAs are the demo logins in an app's own type.
func loginsAs[L any](one func(email, password, role string) L) []L {
	var list []L
	for _, l := range Logins {
		list = append(list, one(l.Email, l.Password, l.Role))
	}
	return list
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
