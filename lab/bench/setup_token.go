package bench

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"

	"authlab/lab/journal"
	"authlab/lab/settings"
	"authlab/lab/store"
	"authlab/lab/token"
)

// tokenStores are where the token flow keeps what its settings ask for. They hold
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
		Lifetime: settings.Duration(s.Lifetime),
		Issuer:   Issuer,
		Audience: Audience,
		Secure:   b.secure,
		Variant:  tokenVariant(s, stores, &b.clock),
	})
}

// The knobs' values in the app's terms; those that are not here are its own.
var (
	keeps     = map[string]token.Keep{"memory": token.InMemory, "sessionStorage": token.SessionStorage, "cookie": token.InCookie}
	requires  = map[string]token.Require{"exp": token.RequireExp, "none": token.RequireNothing}
	refreshes = map[string]token.Refresh{settings.On: token.Reusable, "rotate": token.Rotated, "detect": token.Detected}
)

func tokenVariant(s settings.Token, stores *tokenStores, clock *clock) token.Variant {
	v := token.Variant{
		Alg:             s.Alg,
		Keep:            keeps[s.Keep],
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

// cache holds the records that were made of rows last: what has not changed need
// not be decoded again.
type cache struct {
	touched atomic.Bool // whether anything was ever written

	mu      sync.Mutex
	seen    []store.Row
	records []journal.Record
}

// all returns the rows, none where nothing was ever written.
func (k *kept) all() ([]store.Row, error) {
	if !k.records.touched.Load() {
		return nil, nil
	}
	return k.All(context.Background())
}

// list returns the rows as records, oldest first. The slice must not be modified.
func (k *kept) list(record func(store.Row) (journal.Record, error)) ([]journal.Record, error) {
	rows, err := k.all()
	if err != nil {
		return nil, err
	}
	c := &k.records
	c.mu.Lock()
	defer c.mu.Unlock()
	if same(rows, c.seen) {
		return c.records, nil
	}
	c.seen, c.records = rows, make([]journal.Record, 0, len(rows))
	for _, row := range rows {
		r, err := record(row)
		if err != nil {
			return nil, err
		}
		c.records = append(c.records, r)
	}
	return c.records, nil
}

// tokenRecords are the token flow's records, refresh tokens first, or why they
// cannot be read.
func (s *setup) tokenRecords() (records []journal.Record, unread string) {
	records, err := s.tokens.refresh.list(refreshRecord)
	if err != nil {
		return nil, err.Error()
	}
	denied, err := s.tokens.denied.list(deniedRecord)
	if err != nil {
		return nil, err.Error()
	}
	if len(denied) == 0 {
		return records, ""
	}
	return append(records[:len(records):len(records)], denied...), ""
}
