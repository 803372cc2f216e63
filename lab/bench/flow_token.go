package bench

import (
	"context"
	"fmt"
	"net/http"

	"authlab/lab/journal"
	"authlab/lab/settings"
	"authlab/lab/store"
	"authlab/lab/token"
)

// tokenFlow is the stateless one: its server has keys, and remembers what its settings
// ask for.
var tokenFlow = flow{
	app:     func(b *Bench, s *setup) http.Handler { return b.newTokenApp(s.settings.Token, s.tokens) },
	recall:  func(s *setup) (remembered, error) { return s.tokens.all() },
	keys:    func(b *Bench) []journal.Key { return b.keys.all() },
	variant: func(s settings.Settings) any { return tokenVariant(s.Token, &tokenStores{}, nil) },
}

// tokenStores are where the token flow stores what its settings ask for. They hold
// nothing while those ask for nothing.
type tokenStores struct{ refresh, denied *kept }

func newTokenStores(s spaces) *tokenStores {
	return &tokenStores{
		refresh: &kept{Store: s.refresh, kind: journal.RefreshRecord},
		denied:  &kept{Store: s.denied, kind: journal.DeniedRecord},
	}
}

// newTokenApp sets the token app up.
func (b *Bench) newTokenApp(s settings.Token, stores *tokenStores) http.Handler {
	return token.New(token.Config{
		Base:     b.Base(journal.Token),
		Keys:     b.keys.using(s.Alg, b.clock.Now()),
		Accounts: tokenAccounts{b.accounts},
		Now:      b.readClock,
		Logins:   tokenLogins,
		Audit:    audit,
		HashCost: HashCost,
		Style:    style,
		Lifetime: s.LivesFor(),
		Issuer:   Issuer,
		Audience: Audience,
		Secure:   b.secure,
		Variant:  tokenVariant(s, stores, &b.clock),
		Log:      b.log.With("app", journal.Token),
	})
}

// The knobs' values in the app's terms; those that are not here are its own.
var (
	storages  = map[string]token.Storage{"memory": token.InMemory, "sessionStorage": token.SessionStorage, "cookie": token.InCookie}
	requires  = map[string]token.Require{"exp": token.RequireExp, "none": token.RequireNothing}
	refreshes = map[string]token.Refresh{settings.On: token.Reusable, "rotate": token.Rotated, "detect": token.Detected}
)

func tokenVariant(s settings.Token, stores *tokenStores, clock *clock) token.Variant {
	v := token.Variant{
		Alg:             s.Alg,
		Storage:         storages[s.Storage],
		Leeway:          settings.Duration(s.Leeway),
		Require:         requires[s.Require],
		LookUpRole:      s.Role == settings.Off,
		NoName:          s.Name == settings.Off,
		Refresh:         refreshes[s.Refresh],
		RefreshLifetime: settings.Duration(s.RefreshLifetime),
		Grace:           settings.Duration(s.Grace),
		RefreshTokens:   refreshTokens{stores.refresh},
		Versions:        s.Revocation == "version",
	}
	if s.List == settings.On {
		v.List = shelves
	}
	if s.Revocation == "jti" {
		v.Denylist = denylist{stores.denied, clock}
	}
	return v
}

// shelves is a list as tokens of real systems have one: what each of many things
// may be used for. In base64url it takes 4,000 bytes, so that a cookie with it is
// over the 4,096 that browsers keep.
var shelves = func() (list []string) {
	for n := range 120 {
		list = append(list, fmt.Sprintf("shelf-%03d:read,reserve", n+1))
	}
	return list
}()

// all returns the rows, none where nothing was ever written.
func (k *kept) all() ([]store.Row, error) {
	if !k.touched.Load() {
		return nil, nil
	}
	return k.All(context.Background())
}

// list returns what is remembered of the kind, of which record makes a record of
// a row.
func (k *kept) list(record func(store.Row) (journal.Record, error)) (remembered, error) {
	rows, err := k.all()
	if err != nil {
		return remembered{}, err
	}
	return k.cache.of(rows, k.kind, record)
}

// all returns what is remembered of refresh tokens, then of tokens that are denied.
func (s *tokenStores) all() (remembered, error) {
	refresh, err := s.refresh.list(refreshRecord)
	if err != nil {
		return remembered{}, err
	}
	denied, err := s.denied.list(deniedRecord)
	return refresh.and(denied), err
}

var tokenLogins = loginsAs(func(email, password, role string) token.Login {
	return token.Login{Email: email, Password: password, Role: role}
})

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

func tokenAccount(a journal.Account) token.Account {
	return token.Account{ID: a.ID, Email: a.Email, Name: a.Name, Role: a.Role, Version: a.Version}
}
