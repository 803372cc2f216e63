package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/settings"
	"authlab/lab/store"
	"authlab/lab/store/storetest"
)

// TestEveryFieldIsThoughtOf fails when a field is added to a bench, or to what its
// state is made of, until somebody has said here what becomes of it at a restart.
func TestEveryFieldIsThoughtOf(t *testing.T) {
	const saved, made, ends = "in the snapshot", "made anew from the rest", "ends with the process"
	for _, c := range []struct {
		of     any
		fields map[string]string
	}{
		{Bench{}, map[string]string{
			"id": saved, "made": saved, "limits": made, "secure": made, "databases": made, "log": made, "clock": saved, "accounts": saved,
			"keys": saved, "sealing": saved, "setup": saved, "limiter": ends, "journal": saved, "cursor": saved, "streams": ends, "used": ends,
			"holds": ends, "admin": made, "opened": saved, "answers": saved,
			"sending": ends, "claims": ends, "owner": ends, "bytes": made, "reserved": ends, "beside": made,
		}},
		{setup{}, map[string]string{"settings": saved, "spaces": saved, "sessions": made, "tokens": made, "apps": made}},
		{spaces{}, map[string]string{"sessions": saved, "refresh": saved, "denied": saved, "outside": made}},
		{sessionStore{}, map[string]string{"clock": made, "rows": made, "cache": made, "contents": made}},
		{kept{}, map[string]string{"Store": made, "kind": made, "touched": saved, "cache": made}},
		{cache{}, map[string]string{"mu": made, "seen": made, "remembered": made}},
		{accounts{}, map[string]string{"mu": made, "list": saved}},
		{keys{}, map[string]string{"mu": made, "list": saved, "secret": saved}},
		{clock{}, map[string]string{"offset": saved}},
		{book{}, map[string]string{"Journal": saved, "latest": made, "newest": made, "bytes": made}},
		{journal.Key{}, map[string]string{"ID": saved, "Alg": saved, "Secret": saved, "Public": made, "Made": saved}},
		{store.Entry{}, map[string]string{"Key": saved, "Bytes": saved, "Expires": saved, "Gone": saved}},
	} {
		of := reflect.TypeOf(c.of)
		for i := range of.NumField() {
			if c.fields[of.Field(i).Name] == "" {
				t.Errorf("nobody has said what becomes of %s.%s at a restart", of, of.Field(i).Name)
			}
		}
		if of.NumField() != len(c.fields) {
			t.Errorf("%s has %d fields, and there is a word about %d", of, of.NumField(), len(c.fields))
		}
	}
}

// worn is a bench on which everything has happened that a snapshot tells of.
func worn(t testing.TB, bs *Benches, kind string) *Bench {
	t.Helper()
	b := bs.Make()
	to := b.Lesson()
	to.Store, to.Token.Alg, to.Token.Refresh, to.Token.Revocation = kind, "ES256", "rotate", "jti"
	end := time.Now().Add(time.Hour)
	steps := []error{
		b.Change(to), b.ChangeRole("reader", RoleStaff), b.accounts.raise(t.Context(), "reader"),
		b.MoveClock(time.Minute), b.Predict("who", 1), b.Found("who"), b.Predict("why", 0),
	}
	s := b.setup.Load()
	for i := range 3 {
		id := fmt.Sprint("s", i)
		steps = append(steps,
			s.sessions.Commit(id, []byte(`{"deadline":"2030-01-02T03:04:05Z","values":{"user":"reader"}}`), end),
			s.tokens.refresh.put(t.Context(), id, []byte(`{"user":"reader"}`), end),
			s.tokens.denied.put(t.Context(), id, []byte(`{}`), end))
	}
	steps = append(steps, s.sessions.Delete("s1"), s.tokens.refresh.drop(t.Context(), "s0"))
	_, _, err := sealingKeys{b}.Sealing(t.Context())
	steps = append(steps, err)
	for range 5 {
		n, err := b.journal.Load().Reserve()
		steps = append(steps, err)
		b.journal.Load().Append(&journal.Exchange{Number: n, Flow: journal.Token}, func(*journal.Exchange, journal.View) int { return n })
	}
	b.journal.Load().TurnAway()
	b.SetCursor(plot.Role)
	if err := errors.Join(steps...); err != nil {
		t.Fatal(err)
	}
	return b
}

// throughJSON is a snapshot that was written down and read.
func throughJSON(t testing.TB, b *Bench) (s Snapshot, body []byte) {
	t.Helper()
	taken, err := b.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	body, err = json.Marshal(taken)
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&s); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(s, taken) {
		t.Errorf("what is read is not what was taken: %s", body)
	}
	return s, body
}

// TestSnapshotsAreTheSameAgain where a bench was restored, with all that it holds.
func TestSnapshotsAreTheSameAgain(t *testing.T) {
	for _, kind := range []string{settings.Memory, settings.SQLite} {
		from := NewBenches(Limits{}, true, map[string]Database{settings.SQLite: storetest.SQLite(t)}, nil)
		b := worn(t, from, kind)
		s, body := throughJSON(t, b)
		to := NewBenches(Limits{}, true, map[string]Database{settings.SQLite: storetest.SQLite(t)}, nil)
		next, err := to.Restore(s, b.Journal().Exchanges)
		if err != nil {
			t.Fatal(err)
		}
		if _, again := throughJSON(t, next); string(again) != string(body) {
			t.Errorf("in %s: taken again the snapshot is\n%s\nand was\n%s", kind, again, body)
		}
		if got, want := next.Journal(), b.Journal(); !reflect.DeepEqual(got.Exchanges, want.Exchanges) || got.TurnedAway != 1 || len(got.Actions) != 3 {
			t.Errorf("in %s: the journal is %+v, was %+v", kind, got, want)
		}
		for _, flow := range journal.Flows {
			if got, want := next.State(flow), b.State(flow); !reflect.DeepEqual(got, want) {
				t.Errorf("in %s: the state of %s is\n%+v\nand was\n%+v", kind, flow, got, want)
			}
		}
		if found, ok := to.Find(b.ID()); !ok || found != next || next.Ahead() != time.Minute || !next.Made().Equal(b.Made()) {
			t.Errorf("in %s: found %t, %s ahead", kind, ok, next.Ahead())
		}
		late := next.setup.Load().sessions
		if got := did(func(ctx context.Context) {
			_ = late.CommitCtx(ctx, "s1", stored(t, "reader"), time.Now().Add(time.Hour))
		}); got[0] != "record.refused " {
			t.Errorf("in %s: a late write to a deleted session: %v", kind, got)
		}
		if n, err := next.journal.Load().Reserve(); n != 6 || err != nil {
			t.Errorf("in %s: the next exchange is %d, %v", kind, n, err)
		}
		if next.opened != b.opened {
			t.Errorf("in %s: spaces were opened %d times, and %d times before", kind, next.opened, b.opened)
		}
	}
}

// TestRestoreRefuses what no bench could have been, and then makes none and leaves
// nothing in the database.
func TestRestoreRefuses(t *testing.T) {
	lite := storetest.SQLite(t)
	from := NewBenches(Limits{}, false, map[string]Database{settings.SQLite: storetest.SQLite(t)}, nil)
	source := worn(t, from, settings.SQLite)
	_, rsaKey := throughJSON(t, withAlg(t, from, "RS256"))
	var other Snapshot
	if err := json.Unmarshal(rsaKey, &other); err != nil {
		t.Fatal(err)
	}
	for says, change := range map[string]func(*Snapshot){
		"version 0: it was written by":              func(s *Snapshot) { s.Version = 0 },
		"version 3: it was written by":              func(s *Snapshot) { s.Version = 3 },
		"its id is not one":                         func(s *Snapshot) { s.ID = "../../etc" },
		"its id is not one ":                        func(s *Snapshot) { s.ID = strings.ToLower(s.ID) },
		"when it was made":                          func(s *Snapshot) { s.Made = time.Time{} },
		"its clock is -1s ahead":                    func(s *Snapshot) { s.Ahead = -time.Second },
		"its clock is 8760h0m1s ahead":              func(s *Snapshot) { s.Ahead = MaxForward + time.Second },
		"it is at step " + strconv.Itoa(plot.Count): func(s *Snapshot) { s.Cursor = plot.Count },
		"it is at step -2":                          func(s *Snapshot) { s.Cursor = -2 },
		"opened spaces 0 times":                     func(s *Snapshot) { s.Opened = 0 },
		`cannot be "red"`:                           func(s *Snapshot) { s.Settings.Session.SameSite = "red" },
		`cannot be "postgres"`:                      func(s *Snapshot) { s.Settings.Store = "postgres" },
		"no such store: redis":                      func(s *Snapshot) { s.Settings.Store = settings.Redis },
		"it has 1 accounts":                         func(s *Snapshot) { s.Accounts = s.Accounts[:1] },
		"it has 2 accounts":                         func(s *Snapshot) { s.Accounts[1].ID = "mallory" },
		`has the role "root"`:                       func(s *Snapshot) { s.Accounts[1].Role = "root" },
		"and the version -1":                        func(s *Snapshot) { s.Accounts[1].Version = -1 },
		"it has no key for EdDSA":                   func(s *Snapshot) { s.Settings.Token.Alg = "EdDSA" },
		"it has no key for ES256":                   func(s *Snapshot) { s.Keys = nil },
		"read key 2, for ES256":                     func(s *Snapshot) { s.Keys[1].Secret = s.Keys[1].Secret[:20] },
		"read key 1, for HS256: the":                func(s *Snapshot) { s.Keys[0].Secret = nil },
		"read key 2, for EdDSA: the":                func(s *Snapshot) { s.Keys[1].Alg = "EdDSA" },
		"read key 2, for none:":                     func(s *Snapshot) { s.Keys[1].Alg = "none" },
		"read key 2, for ES256: the ":               func(s *Snapshot) { s.Keys[1].Secret = other.Keys[1].Secret },
		"read key 2, for ES256: its id":             func(s *Snapshot) { s.Keys[1].ID = s.Keys[0].ID },
		"for HS256: its id or its":                  func(s *Snapshot) { s.Keys = append(s.Keys, s.Keys[0]); s.Keys[2].ID = "k3" },
		"read key 1: it is for \"HS256\"":           func(s *Snapshot) { s.Sealing[0].Alg = "HS256" },
		"read key 2: it is for \"A256GCM\"":         func(s *Snapshot) { s.Keys[1].Alg = sealingAlg },
		"read key 1, for A256GCM: the":              func(s *Snapshot) { s.Sealing[0].Secret = s.Sealing[0].Secret[:31] },
		"not where the setting says":                func(s *Snapshot) { s.Denied.Elsewhere = true },
		"one of its key already":                    func(s *Snapshot) { s.Denied.Entries = append(s.Denied.Entries, s.Denied.Entries[0]) },
		`gone because of "tired"`:                   func(s *Snapshot) { s.Refresh.Entries[0].Gone = "tired" },
		"it counts -1 exchanges":                    func(s *Snapshot) { s.Journal.Last = -1 },
		"-1 turned away":                            func(s *Snapshot) { s.Journal.TurnedAway = -1 },
	} {
		s, _ := throughJSON(t, source)
		change(&s)
		to := NewBenches(Limits{}, false, map[string]Database{settings.SQLite: lite}, nil)
		b, err := to.Restore(s, nil)
		if err == nil || b != nil || to.Len() != 0 || !strings.Contains(err.Error(), says) || !strings.HasPrefix(err.Error(), "restore a bench: ") {
			t.Errorf("want %q: %v, %v, %d benches", says, b, err, to.Len())
		}
	}
	stillRestores(t, source, lite)
}

// stillRestores holds that a bench can be restored into lite, in which others were
// refused: with exchanges that can be, once, and where there is such a store.
func stillRestores(t *testing.T, source *Bench, lite Database) {
	t.Helper()
	s, _ := throughJSON(t, source)
	to := NewBenches(Limits{}, false, map[string]Database{settings.SQLite: lite}, nil)
	for says, xs := range map[string][]*journal.Exchange{
		"two exchanges have the number 2": {{Number: 2}, {Number: 1}, {Number: 2}}, "has the number 0": {{Number: 1}, {}},
		`its exchange 1 is of the flow "leaf"`: {{Number: 1, Flow: "leaf"}},
	} {
		if _, err := to.Restore(s, xs); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("want %q: %v", says, err)
		}
	}
	if _, err := to.Restore(s, nil); err != nil { // into spaces that must be empty
		t.Errorf("after all that: %v", err)
	}
	if _, err := to.Restore(s, nil); !errors.Is(err, ErrTaken) || to.Len() != 1 {
		t.Errorf("a second time: %v, %d benches", err, to.Len())
	}
	if _, err := NewBenches(Limits{}, false, nil, nil).Restore(s, nil); !errors.Is(err, ErrNoStore) {
		t.Errorf("without its store: %v", err)
	}
}

// TestUpgrade makes of a snapshot of an earlier version one of this one, and refuses what
// it would have to guess at.
func TestUpgrade(t *testing.T) {
	b := worn(t, NewBenches(Limits{}, false, nil, nil), settings.Memory)
	_, now := throughJSON(t, b)
	var fields map[string]any
	if err := json.Unmarshal(now, &fields); err != nil {
		t.Fatal(err)
	}
	delete(fields, "sealing")
	fields["version"] = 1
	first, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	upgraded, err := Upgrade(first)
	if err != nil {
		t.Fatal(err)
	}
	var s Snapshot
	if err := json.Unmarshal(upgraded, &s); err != nil {
		t.Fatal(err)
	}
	next, err := NewBenches(Limits{}, false, nil, nil).Restore(s, nil)
	if err != nil || len(next.State(journal.Sealed).Keys) != 0 || len(next.State(journal.Token).Keys) != len(b.State(journal.Token).Keys) {
		t.Errorf("it is restored with %+v, %v", next, err)
	}
	if again, err := Upgrade(now); err != nil || string(again) != string(now) {
		t.Errorf("one of this version becomes %s, %v", again, err)
	}
	for text, is := range map[string]error{`null`: journal.ErrVersion, `{"version":0}`: journal.ErrVersion, `{"version":3}`: journal.ErrVersion, `{`: nil} {
		if now, err := Upgrade([]byte(text)); err == nil || is != nil && !errors.Is(err, is) {
			t.Errorf("%s becomes %s, %v", text, now, err)
		}
	}
}

func withAlg(t testing.TB, bs *Benches, alg string) *Bench {
	t.Helper()
	b := bs.Make()
	to := b.Lesson()
	to.Token.Alg = alg
	if err := b.Change(to); err != nil {
		t.Fatal(err)
	}
	return b
}

// TestExchangesAfterTheSnapshot count, and their numbers are not given again.
func TestExchangesAfterTheSnapshot(t *testing.T) {
	bs := NewBenches(Limits{}, false, nil, nil)
	b := worn(t, bs, settings.Memory)
	s, _ := throughJSON(t, b)
	s.ID = strings.Repeat("A", 26)
	got, err := bs.Restore(s, []*journal.Exchange{{Number: 9, Flow: journal.Token}, {Number: 7, Flow: journal.Sealed}})
	if err != nil {
		t.Fatal(err)
	}
	n, err := got.journal.Load().Reserve()
	if xs := got.Journal().Exchanges; n != 10 || err != nil || len(xs) != 2 || xs[0].Number != 7 {
		t.Errorf("the next exchange is %d, %v; there are %d", n, err, len(xs))
	}
}

// TestABrokenDatabaseIsNoSnapshot rather than one without records.
func TestABrokenDatabaseIsNoSnapshot(t *testing.T) {
	lite := storetest.SQLite(t)
	b := worn(t, NewBenches(Limits{}, false, map[string]Database{settings.SQLite: lite}, nil), settings.SQLite)
	if err := lite.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err := b.Snapshot(); err == nil || s.ID != "" {
		t.Errorf("%+v, %v", s, err)
	}
}

// TestSnapshotsWhileMuchHappens are each of one moment, as far as an administrator
// goes, and each can be restored.
func TestSnapshotsWhileMuchHappens(t *testing.T) {
	const times = 300
	bs := NewBenches(Limits{Exchanges: times}, false, nil, nil)
	b := bs.Make()
	var work sync.WaitGroup
	work.Go(func() {
		for i := range times {
			_ = b.ChangeRole("reader", []string{RoleStaff, RoleMember}[i%2])
		}
	})
	work.Go(func() {
		for range times {
			n, _ := b.journal.Load().Reserve()
			_ = b.setup.Load().sessions.Commit(fmt.Sprint(n), stored(t, "reader"), time.Now().Add(time.Hour))
			b.journal.Load().Append(&journal.Exchange{Number: n}, func(*journal.Exchange, journal.View) int { return 0 })
		}
	})
	ended := make(chan struct{})
	go func() { work.Wait(); close(ended) }()
	for last := false; !last; {
		select {
		case <-ended:
			last = true
		default:
		}
		done := len(b.Journal().Exchanges)
		s, err := b.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		roles := slices.DeleteFunc(slices.Clone(s.Journal.Actions), func(a journal.Action) bool { return a.Kind != journal.RoleChanged })
		if n := len(roles); n > 0 && roles[n-1].Fields[2].Value != s.Accounts[1].Role {
			t.Errorf("the role is %s, and what was done says %s", s.Accounts[1].Role, roles[n-1].Fields[2].Value)
		}
		if n := len(s.Sessions.Entries); n > s.Journal.Last || n < done {
			t.Errorf("%d sessions, %d numbers given, %d exchanges complete", n, s.Journal.Last, done)
		}
		if _, err := NewBenches(Limits{}, false, nil, nil).Restore(s, nil); err != nil {
			t.Error(err)
		}
	}
}
