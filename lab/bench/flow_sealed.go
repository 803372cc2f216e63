package bench

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"authlab/lab/journal"
	"authlab/lab/sealed"
	"authlab/lab/settings"
)

// sealedFlow keeps the whole session in a cookie: its server has keys and remembers
// nothing.
var sealedFlow = flow{
	app:     func(b *Bench, s *setup) http.Handler { return b.newSealedApp(s.settings) },
	recall:  func(*setup) (remembered, error) { return remembered{}, nil },
	keys:    func(b *Bench) []journal.Key { return b.sealing.all() },
	variant: func(s settings.Settings) any { return sealedVariant(s) },
}

// newSealedApp sets the sealed app up, which goes by knobs of the other two; see
// settings.Knob.Governs.
func (b *Bench) newSealedApp(s settings.Settings) http.Handler {
	return sealed.New(sealed.Config{
		Base:        b.Base(journal.Sealed),
		Secure:      s.Session.Secure == settings.On,
		Keys:        sealingKeys{b},
		Accounts:    sealedAccounts{b.accounts},
		Now:         b.readClock,
		Logins:      sealedLogins,
		Audit:       audit,
		HashCost:    HashCost,
		Style:       style,
		IdleTimeout: s.Session.IdleFor(),
		Lifetime:    s.Session.LivesFor(),
		Variant:     sealedVariant(s),
		Log:         b.log.With("app", journal.Sealed),
	})
}

func sealedVariant(s settings.Settings) sealed.Variant {
	v := sealed.Variant{
		HostPrefix: s.Session.Cookie != "sid",
		Readable:   s.Session.HTTPOnly == settings.Off,
		SameSite:   sameSite[s.Session.SameSite],
		WholeHost:  s.Session.Path == "host",
		Persist:    s.Session.Persist == settings.On,
		LookUp:     s.Token.Role == settings.Off,
	}
	if s.Token.List == settings.On {
		v.List = shelves
	}
	return v
}

// sealingAlg is the algorithm that sessions are sealed with.
const sealingAlg = "A256GCM"

// sealingKeys are the sealed app's: one, which is made when it first seals.
type sealingKeys struct{ *Bench }

// Sealing implements sealed.Keys.
func (k sealingKeys) Sealing(ctx context.Context) (kid string, key []byte, err error) {
	newest, secret := k.sealing.newest(sealingAlg, k.clock.Now())
	record(ctx, journal.KeyUsed, field("kid", newest.ID), field("for", "seal"), field("found", "true"))
	return newest.ID, secret.([]byte), nil
}

// Opening implements sealed.Keys.
func (k sealingKeys) Opening(ctx context.Context, kid string) ([]byte, error) {
	began := time.Now()
	_, secret, found := k.sealing.find(func(key journal.Key) bool { return key.ID == kid })
	recordSince(ctx, began, journal.KeyUsed, field("kid", kid), field("for", "open"), field("found", strconv.FormatBool(found)))
	if !found {
		return nil, sealed.ErrNoKey
	}
	return secret.([]byte), nil
}

var sealedLogins = loginsAs(func(email, password, role string) sealed.Login {
	return sealed.Login{Email: email, Password: password, Role: role}
})

// sealedAccounts is accounts as the sealed app knows them.
type sealedAccounts struct{ *accounts }

func (a sealedAccounts) Check(ctx context.Context, email, password string) (sealed.Account, error) {
	acc, err := a.check(ctx, email, password)
	return sealedAccount(acc), as(err, sealed.ErrCredentials, sealed.ErrNoAccount)
}

func (a sealedAccounts) Find(ctx context.Context, id string) (sealed.Account, error) {
	acc, err := a.find(ctx, id)
	return sealedAccount(acc), as(err, sealed.ErrCredentials, sealed.ErrNoAccount)
}

func sealedAccount(a journal.Account) sealed.Account {
	return sealed.Account{ID: a.ID, Email: a.Email, Name: a.Name, Role: a.Role}
}
