package lab_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/alexedwards/scs/v2/memstore"

	"authlab/lab/bench"
	"authlab/lab/session"
	"authlab/lab/token"
)

// bareSession and bareToken are the two apps on net/http as anybody would run
// them: no tap, no bench, and for the sessions scs's own memory store.
func bareSession(base string) http.Handler {
	return http.StripPrefix(strings.TrimSuffix(base, "/"), session.New(session.Config{
		Base: base, Accounts: bareAccounts{}, Now: now, HashCost: bench.HashCost, Logins: bareLogins,
		Store: bareStore{memstore.NewWithCleanupInterval(0)}, Codec: bareCodec{}, IdleTimeout: usual.Session.IdleFor(), Lifetime: usual.Session.LivesFor(), Style: bareStyle(),
	}))
}

func bareToken(base string) http.Handler {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	return http.StripPrefix(strings.TrimSuffix(base, "/"), token.New(token.Config{
		Base: base, Accounts: bareTokenAccounts{}, Now: now, HashCost: bench.HashCost, Keys: bareKey(key),
		Logins: []token.Login{{Email: librarian.Email, Password: librarian.Password, Role: librarian.Role}, {Email: reader.Email, Password: reader.Password, Role: reader.Role}},
		Issuer: bench.Issuer, Audience: bench.Audience, Lifetime: usual.Token.LivesFor(), Style: bareStyle(),
	}))
}

// bareStyle is the look that a bench gives its apps.
func bareStyle() []byte {
	style, err := os.ReadFile("bench/style.css")
	if err != nil {
		panic(err)
	}
	return style
}

var bareLogins = []session.Login{
	{Email: librarian.Email, Password: librarian.Password, Role: librarian.Role}, {Email: reader.Email, Password: reader.Password, Role: reader.Role},
}

func now(context.Context) time.Time { return time.Now() }

// bareCodec writes records as the lab's own codec does, so that what is compared is
// the lab and not JSON with scs's gob.
type bareCodec struct{}

type bareRecord struct {
	Deadline time.Time      `json:"deadline"`
	Values   map[string]any `json:"values"`
}

func (bareCodec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	return json.Marshal(bareRecord{deadline.Truncate(time.Millisecond).UTC(), values})
}

func (bareCodec) Decode(b []byte) (time.Time, map[string]any, error) {
	var r bareRecord
	err := json.Unmarshal(b, &r)
	return r.Deadline, r.Values, err
}

// bareStore is scs's memory store with contexts.
type bareStore struct{ scs.Store }

func (s bareStore) FindCtx(_ context.Context, id string) ([]byte, bool, error) { return s.Find(id) }
func (s bareStore) DeleteCtx(_ context.Context, id string) error               { return s.Delete(id) }
func (s bareStore) CommitCtx(_ context.Context, id string, b []byte, expires time.Time) error {
	return s.Commit(id, b, expires)
}

// bareAccounts compares passwords as they are; what is measured is not bcrypt.
type bareAccounts struct{}

func (bareAccounts) Check(_ context.Context, email, password string) (session.Account, error) {
	for _, l := range bench.Logins {
		if l.Email == email && l.Password == password {
			return session.Account{ID: l.ID, Email: l.Email, Name: l.Name, Role: l.Role}, nil
		}
	}
	return session.Account{}, session.ErrCredentials
}

func (bareAccounts) Find(_ context.Context, id string) (session.Account, error) {
	for _, l := range bench.Logins {
		if l.ID == id {
			return session.Account{ID: l.ID, Email: l.Email, Name: l.Name, Role: l.Role}, nil
		}
	}
	return session.Account{}, session.ErrNoAccount
}

type bareTokenAccounts struct{}

func (bareTokenAccounts) Check(ctx context.Context, email, password string) (token.Account, error) {
	a, err := bareAccounts{}.Check(ctx, email, password)
	if errors.Is(err, session.ErrCredentials) {
		err = token.ErrCredentials
	}
	return token.Account{ID: a.ID, Email: a.Email, Name: a.Name, Role: a.Role}, err
}

func (bareTokenAccounts) Find(context.Context, string) (token.Account, error) {
	return token.Account{}, errors.New("the token app looks nobody up")
}

func (bareTokenAccounts) Raise(context.Context, string) error {
	return errors.New("the token app ends nothing")
}

type bareKey []byte

func (k bareKey) Signing(context.Context) (string, any, error) { return "k1", []byte(k), nil }
func (k bareKey) Verifying(_ context.Context, kid string) (any, error) {
	if kid != "k1" {
		return nil, token.ErrNoKey
	}
	return []byte(k), nil
}

// startBare serves both bare apps at a bench's paths and returns a visitor.
func startBare(t testing.TB, id string) *visitor {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/bench/"+id+"/session/", bareSession("/bench/"+id+"/session/"))
	mux.Handle("/bench/"+id+"/token/", bareToken("/bench/"+id+"/token/"))
	s := httptest.NewUnstartedServer(mux)
	s.Config.ReadHeaderTimeout, s.Config.IdleTimeout = 5*time.Second, time.Minute // net/http's own patience, as whoever serves strangers sets it
	s.Start()
	t.Cleanup(s.Close)
	w := &world{addr: strings.TrimPrefix(s.URL, "http://")}
	return &visitor{w: w, id: id, client: w.client(t)}
}
