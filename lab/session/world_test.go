package session

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2/memstore"
)

const (
	base        = "/corner/"
	idleTimeout = 30 * time.Minute
	lifetime    = 12 * time.Hour
)

// look is the style sheet of both libraries.
const look = "main { color: black }"

// world is what a story happens in: two libraries that share their readers but
// not their sessions, and a client with a cookie jar.
type world struct {
	accounts accounts
	stores   map[string]*store
	apps     map[string]*App
	base     string // of the library that the client visits
	jar      *cookiejar.Jar
	copies   map[string]string
	broken   bool // the store fails, so answers of 5xx are right
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{
		accounts: newAccounts(), base: base, copies: map[string]string{},
		stores: map[string]*store{}, apps: map[string]*App{},
	}
	for _, b := range []string{base, "/other/"} {
		w.stores[b] = &store{MemStore: memstore.NewWithCleanupInterval(0)}
		c := config(w)
		c.Base, c.Store = b, w.stores[b]
		w.apps[b] = New(c)
	}
	w.newClient()
	return w
}

// config is that of the library at base.
func config(w *world) Config {
	return Config{
		Base:        base,
		Accounts:    w.accounts,
		Now:         func(context.Context) time.Time { return time.Now() },
		Logins:      []Login{{Email: "reader@library.test", Password: "open-book", Role: "member"}},
		HashCost:    8,
		Style:       []byte(look),
		Store:       w.stores[base],
		IdleTimeout: idleTimeout,
		Lifetime:    lifetime,
	}
}

func (w *world) newClient() {
	w.jar, _ = cookiejar.New(nil) // without options it cannot fail
}

func (w *world) copied(name string) string { return w.copies[name] }

// send sends a request as the client does, with its cookies.
func (w *world) send(method, path string, header http.Header, body string) *httptest.ResponseRecorder {
	r := request(w.base, method, path, header, body)
	for _, cookie := range w.jar.Cookies(r.URL) {
		r.AddCookie(cookie)
	}
	url := *r.URL
	answer := serve(w.apps[w.base], w.base, r)
	w.jar.SetCookies(&url, answer.Result().Cookies())
	return answer
}

// logIn logs in to an account.
func (w *world) logIn(id string) *httptest.ResponseRecorder {
	header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	return w.send("POST", "/login", header, "email="+id+"@library.test&password=open-book")
}

// refused reports whether an answer is that of a stranger: the way to the login
// page.
func (w *world) refused(answer *httptest.ResponseRecorder) bool {
	return answer.Code == http.StatusSeeOther && answer.Header().Get("Location") == w.base+"login"
}

// sid is the session id that the client holds.
func (w *world) sid() string {
	for _, cookie := range w.jar.Cookies(request(w.base, "GET", "/", nil, "").URL) {
		if cookie.Name == "sid" {
			return cookie.Value
		}
	}
	return ""
}

// act does what a story asks for beside requests:
//
//	copy NAME          keeps a copy of the session id
//	client             goes on as another client, with an empty jar
//	visit BASE         goes on at another library
//	clock DURATION     lets time pass
//	role ID ROLE       changes an account's role
//	remove ID          deletes an account
//	records N          the library's store holds N sessions
//	store fails|works  makes it fail to commit, or work again
func (w *world) act(verb, rest string) error {
	switch verb {
	case "copy":
		w.copies[rest] = w.sid()
	case "client":
		w.newClient()
	case "visit":
		w.base = rest
	case "clock":
		d, err := time.ParseDuration(rest)
		if err != nil {
			return err
		}
		time.Sleep(d)
	case "records":
		all, err := w.stores[w.base].All()
		if err != nil || strconv.Itoa(len(all)) != rest {
			return fmt.Errorf("there are %d: %w", len(all), err)
		}
	case "store":
		w.broken = rest == "fails"
		w.stores[w.base].broken = w.broken
	default:
		return w.accounts.act(verb, rest)
	}
	return nil
}

// store is memstore with contexts, and with a switch to break it.
type store struct {
	*memstore.MemStore
	broken bool
}

var errStore = errors.New("the store is broken")

func (s *store) FindCtx(_ context.Context, id string) ([]byte, bool, error) { return s.Find(id) }

func (s *store) DeleteCtx(_ context.Context, id string) error { return s.Delete(id) }

func (s *store) CommitCtx(_ context.Context, id string, b []byte, expires time.Time) error {
	if s.broken {
		return errStore
	}
	return s.Commit(id, b, expires)
}
