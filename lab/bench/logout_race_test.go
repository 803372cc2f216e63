package bench

import (
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"authlab/lab/journal"
	"authlab/lab/labtest"
	"authlab/lab/settings"
	"authlab/lab/store"
	"authlab/lab/store/storetest"
)

// TestLogoutIsFinal races a slow request against a logout of the same session.
// The slow request has loaded the session, as scs does before the app's handler
// runs, and writes it back after the record was deleted: in every second round
// surely, in the others if it happens so. No session may come back, and nobody
// may be let in with its id.
func TestLogoutIsFinal(t *testing.T) {
	redis, err := store.OpenRedis(t.Context(), storetest.Redis(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = redis.Close() })
	databases := map[string]Database{settings.SQLite: storetest.SQLite(t), settings.Redis: redis}
	for _, kept := range []string{settings.Memory, settings.SQLite, settings.Redis} {
		t.Run(kept, func(t *testing.T) {
			b := newBench(Limits{}.Defaults(), false, databases, quiet)
			s := b.Lesson()
			s.Store = kept
			if err := b.Change(s); err != nil {
				t.Fatal(err)
			}
			raceLogouts(t, b)
		})
	}
}

func raceLogouts(t *testing.T, b *Bench) {
	template := loggedIn(t, b)
	rounds, late := labtest.Rounds(t, 500, 10_000), 0
	for round := range rounds {
		id := rand.Text()
		if err := b.setup.Load().sessions.Commit(id, template.Bytes, template.Expires); err != nil {
			t.Fatal(err)
		}
		slow := raceOnce(b, id, round%2 == 0)
		if slices.ContainsFunc(slow, func(e entry) bool { return e.event.Kind == journal.RecordRefused }) {
			late++
		}
		if _, found, _ := b.setup.Load().sessions.Find(id); found {
			t.Fatalf("round %d: the record is back", round)
		}
		if got, _ := ask(b, "GET", "/profile", id, http.NoBody); got.Code != http.StatusSeeOther {
			t.Fatalf("round %d: the profile answers %d to the id of a session that has ended", round, got.Code)
		}
	}
	if late < rounds/2 {
		t.Fatalf("the slow request was late in %d of %d rounds only", late, rounds)
	}
	t.Logf("the slow request was late in %d of %d rounds", late, rounds)
}

// loggedIn returns the record of a real login.
func loggedIn(t *testing.T, b *Bench) journal.Record {
	t.Helper()
	form := "email=" + Logins[1].Email + "&password=" + Logins[1].Password
	if got, _ := ask(b, "POST", "/login", "", newBody(form, func() {})); got.Code != http.StatusSeeOther {
		t.Fatalf("login: %d", got.Code)
	}
	return held(t, b.setup.Load().sessions)[0]
}

// raceOnce sends a slow request and a logout and returns what the server did
// for the slow one.
func raceOnce(b *Bench, id string, ordered bool) []entry {
	var logout sync.WaitGroup
	out := func() { ask(b, "POST", "/logout", id, http.NoBody) }
	// The form is read once the session is loaded and before it is saved.
	// It lacks a password, so that bcrypt is not asked.
	body := newBody("email=nobody", func() {
		if ordered {
			out()
		} else {
			logout.Go(out)
		}
	})
	_, events := ask(b, "POST", "/login", id, body)
	logout.Wait()
	return events
}

// body is a form that does something when it is read.
type body struct {
	io.Reader
	once sync.Once
	do   func()
}

func newBody(form string, do func()) *body {
	return &body{Reader: strings.NewReader(form), do: do}
}

func (b *body) Read(p []byte) (int, error) {
	b.once.Do(b.do)
	return b.Reader.Read(p)
}

// ask sends a request to the bench's session app, recorded but not over a wire.
func ask(b *Bench, method, path, id string, content io.Reader) (*httptest.ResponseRecorder, []entry) {
	var rec recording
	r := httptest.NewRequest(method, path, content)
	r = r.WithContext(withRecording(context.Background(), &rec))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if id != "" {
		r.AddCookie(&http.Cookie{Name: "sid", Value: id})
	}
	w := httptest.NewRecorder()
	b.setup.Load().apps[journal.Session].ServeHTTP(w, r)
	return w, rec.events
}
