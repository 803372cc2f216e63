package lab_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"authlab/lab/bench"
	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/settings"
)

// written is a bench as it lies in a file.
type written struct {
	bench     []byte
	exchanges [][]byte
}

// writeDown takes a snapshot of a bench and its exchanges.
func writeDown(t testing.TB, b *bench.Bench) (w written) {
	t.Helper()
	s, err := b.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	if w.bench, err = json.Marshal(s); err != nil {
		t.Fatal(err)
	}
	for _, x := range b.Journal().Exchanges {
		body, err := journal.Encode(x)
		if err != nil {
			t.Fatal(err)
		}
		w.exchanges = append(w.exchanges, body)
	}
	return w
}

// goOn restores what was written down in another lab.
func (w *world) goOn(t testing.TB, from written) *client {
	t.Helper()
	var s bench.Snapshot
	if err := json.Unmarshal(from.bench, &s); err != nil {
		t.Fatal(err)
	}
	var exchanges []*journal.Exchange
	for _, body := range slices.Backward(from.exchanges) { // in any order
		x, err := journal.Decode(body)
		if err != nil {
			t.Fatal(err)
		}
		exchanges = append(exchanges, x)
	}
	b, err := w.lab.Benches().Restore(s, exchanges)
	if err != nil {
		t.Fatal(err)
	}
	return &client{visitor: &visitor{w: w, id: b.ID(), client: w.client(t)}}
}

// credentials are what a browser and a thief hold when the lab stops.
type credentials struct {
	session, ended        string // session ids: one that is good, one that was logged out
	access, revoked       string // tokens likewise
	other                 string // a token that was revoked, or is of an algorithm that is no longer the bench's
	used, refresh, family string // refresh tokens: used, its successor, one of a login that ended
}

// partway goes through the lesson as far as the role change, and through the rest
// of what a server remembers.
func (c *client) partway(t *testing.T, store, alg, revocation string) (held credentials) {
	t.Helper()
	c.turn(t, "store", store, "token.refresh", "rotate", "token.revocation", revocation)
	c.logIn(t) // by HS256, before the algorithm is another
	held.other = c.access
	c.logOut(t)
	c.access, c.refresh = "", ""
	c.turn(t, "token.alg", alg)
	b := c.bench(t)
	b.SetCursor(plot.Login)
	held.session, held.ended = c.session(t), c.session(t)
	c.sessionRequest(t, "POST", "logout", "sid", held.ended, "x=1")
	c.logIn(t)
	held.revoked, held.family = c.access, c.refresh
	c.logOut(t)
	c.access, c.refresh = "", ""
	c.logIn(t)
	held.used = c.refresh
	c.renew(t)
	held.access, held.refresh = c.access, c.refresh
	c.ask(t, "GET", "profile", "")
	b.SetCursor(plot.Role)
	c.administer(t, "role", "account", librarian.ID, "role", bench.RoleMember)
	c.administer(t, "clock", "by", "5s")
	if err := b.Predict("who", 2); err != nil {
		t.Fatal(err)
	}
	c.ask(t, "GET", "profile", "")
	return held
}

// session logs in and returns the session's id.
func (c *client) session(t *testing.T) string {
	t.Helper()
	form := url.Values{"email": {librarian.Email}, "password": {librarian.Password}}.Encode()
	issued, ok := explain.Read(c.sessionRequest(t, "POST", "login", "sid", "", form)).Issued()
	if !ok {
		t.Fatal("a login gave no session")
	}
	return issued.Value
}

// probe uses everything that was held, and says what each was answered and what the
// server did for it.
func (c *client) probe(t *testing.T, held credentials) (out []string) {
	t.Helper()
	say := func(name string, x *journal.Exchange) {
		line := fmt.Sprintf("%s: %d", name, status(x))
		for _, e := range x.Events {
			line += fmt.Sprintf(" %s %s%s%s%s%s", e.Kind, e.Field("reason"), e.Field("found"), e.Field("role"), e.Field("kid"), e.Field("existed"))
		}
		out = append(out, line)
	}
	profile := func(access string) *journal.Exchange {
		c.access = access
		return c.ask(t, "GET", "profile", "")
	}
	renew := func(refresh string) *journal.Exchange {
		c.refresh = refresh
		return c.renew(t)
	}
	say("session", c.sessionRequest(t, "GET", "profile", "sid", held.session, ""))
	say("ended session", c.sessionRequest(t, "GET", "profile", "sid", held.ended, ""))
	say("token", profile(held.access))
	say("revoked token", profile(held.revoked))
	say("other token", profile(held.other))
	say("ended family", renew(held.family))
	say("used refresh token", renew(held.used))
	say("refresh token", renew(held.refresh))
	say("refreshed token", profile(c.access))
	c.administer(t, "clock", "by", "16m")
	say("expired session", c.sessionRequest(t, "GET", "profile", "sid", held.session, ""))
	say("expired token", profile(held.access))
	say("login", c.logIn(t))
	say("new token", profile(c.access))
	return out
}

// statuses are the numbers of what probe says.
func statuses(lines []string) (out string) {
	for _, line := range lines {
		_, rest, _ := strings.Cut(line, ": ")
		code, _, _ := strings.Cut(rest, " ")
		out += code + " "
	}
	return out
}

// inJSON writes what a bench shows, for a comparison: its journal with every field,
// what both servers remember, and the rest.
func inJSON(t testing.TB, b *bench.Bench) string {
	t.Helper()
	view := b.Journal()
	all := []any{view.Actions, view.TurnedAway, view.Limit, b.Settings(), b.Answers(), b.Cursor(), b.Ahead(), b.Made().UTC()}
	for _, flow := range journal.Flows {
		state := b.State(flow)
		if b.Settings().Store == settings.Redis { // whose console says how long a row has left
			state.Records = slices.Clone(state.Records)
			for i := range state.Records {
				state.Records[i].Native = nil
			}
			state.Tombstones = slices.Clone(state.Tombstones)
			for i := range state.Tombstones {
				state.Tombstones[i].Native = nil
			}
		}
		all = append(all, state)
	}
	for _, x := range view.Exchanges {
		body, err := journal.Encode(x)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, json.RawMessage(body))
	}
	text, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestABenchGoesOn in another lab as if nothing had happened, wherever its records
// are and whatever its tokens are signed with.
func TestABenchGoesOn(t *testing.T) {
	t.Parallel()
	before, after := startLab(t, lifted, withRedis(t)), startLab(t, lifted, withRedis(t))
	for _, store := range stores {
		for _, alg := range []string{"HS256", "HS384", "HS512", "RS256", "PS256", "ES256", "EdDSA"} {
			for _, revocation := range []string{"jti", "version"} {
				t.Run(store+"/"+alg+"/"+revocation, func(t *testing.T) {
					goesOn(t, before, after, store, alg, revocation)
				})
			}
		}
	}
}

func goesOn(t *testing.T, before, after *world, store, alg, revocation string) {
	first := &client{visitor: before.visit(t)}
	held := first.partway(t, store, alg, revocation)
	down := writeDown(t, first.bench(t))
	second := after.goOn(t, down)
	shown := inJSON(t, first.bench(t))
	if got := inJSON(t, second.bench(t)); got != shown {
		t.Errorf("the bench shows %s", firstDifference(got, shown))
	}
	again := writeDown(t, second.bench(t))
	if string(again.bench) != string(down.bench) {
		t.Errorf("the snapshot of the snapshot has %s", firstDifference(string(again.bench), string(down.bench)))
	}
	n := len(first.bench(t).Journal().Exchanges)
	got := second.probe(t, held)
	const want = "200 303 200 401 401 400 400 200 200 303 401 200 200 "
	if statuses(got) != want {
		t.Errorf("the answers are %q, want %q:\n%s", statuses(got), want, strings.Join(got, "\n"))
	}
	if x, ok := second.bench(t).Journal().Exchange(n + 1); !ok || x.Number != n+1 {
		t.Errorf("after %d exchanges the next is %+v", n, x)
	}
	if store == settings.Redis {
		return // the two share its records
	}
	if want := first.probe(t, held); !slices.Equal(got, want) {
		t.Errorf("in the new lab:\n%s\nin the old one:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// firstDifference is where two texts part.
func firstDifference(got, want string) string {
	at := 0
	for at < min(len(got), len(want)) && got[at] == want[at] {
		at++
	}
	part := func(s string) string { return s[max(0, at-120):min(len(s), at+120)] }
	return fmt.Sprintf("…%s…\nand not …%s…", part(got), part(want))
}

// TestALessonGoesOn from any of its steps: the whole of it, with a restart after
// each step, shows the same steps as without.
func TestALessonGoesOn(t *testing.T) {
	t.Parallel()
	v := &client{visitor: startLab(t, lifted).visit(t)}
	restart := func() {
		down := writeDown(t, v.bench(t))
		shown := inJSON(t, v.bench(t))
		next := startLab(t, lifted).goOn(t, down)
		if got := inJSON(t, next.bench(t)); got != shown {
			t.Fatalf("the bench shows %s", firstDifference(got, shown))
		}
		v.w, v.client.Jar = next.w, movedJar{v.client.Jar, v.w.addr}
	}
	replay := func(number string) func() {
		return func() { v.post(t, v.path("/replay"), "exchange", number) }
	}
	for i, step := range []struct {
		number int
		do     func()
		count  int // of the exchanges then
	}{
		{plot.Stranger, func() { v.both(t, "profile") }, 2},
		{plot.Login, func() { v.visitor.logIn(t, librarian) }, 4},
		{plot.Login, func() { v.both(t, "profile") }, 6},
		{plot.AskAgain, func() { v.both(t, "profile") }, 8},
		{plot.Role, func() {
			v.administer(t, "role", "account", librarian.ID, "role", bench.RoleMember)
			v.both(t, "profile")
		}, 10},
		{plot.Logout, func() {
			v.post(t, v.path("/session/logout"))
			v.send(t, "POST", v.path("/token/logout"), v.bearer(), "")
		}, 12},
		{plot.Replay, replay("3"), 13},
		{plot.Replay, replay("4"), 14},
		{plot.Expire, func() { v.visitor.logIn(t, librarian) }, 16},
		{plot.Expire, func() {
			v.administer(t, "clock", "by", "16m")
			v.both(t, "profile")
		}, 18},
	} {
		if v.bench(t).Cursor() != step.number { // else the restart has kept it
			v.bench(t).SetCursor(step.number)
		}
		step.do()
		v.await(t, step.count)
		all := v.bench(t).Journal().Exchanges
		if last := all[len(all)-1]; last.Step != step.number || len(all) != step.count {
			t.Errorf("part %d: exchange %d of %d shows step %d, want step %d of %d", i+1, last.Number, len(all), last.Step, step.number, step.count)
		}
		restart()
	}
}

// movedJar is the jar of a browser to which the lab is where it always was.
type movedJar struct {
	http.CookieJar
	addr string
}

func (j movedJar) at(u *url.URL) *url.URL {
	moved := *u
	moved.Host = j.addr
	return &moved
}

func (j movedJar) Cookies(u *url.URL) []*http.Cookie { return j.CookieJar.Cookies(j.at(u)) }

func (j movedJar) SetCookies(u *url.URL, cookies []*http.Cookie) {
	j.CookieJar.SetCookies(j.at(u), cookies)
}

// BenchmarkWriteDown measures a snapshot of a bench after the whole lesson, in
// JSON, and its exchanges beside it.
func BenchmarkWriteDown(b *testing.B) {
	v := startLab(b, lifted).visit(b)
	v.lesson(b)
	it := v.bench(b)
	b.Run("snapshot", func(b *testing.B) {
		b.ReportAllocs()
		size := 0
		for b.Loop() {
			s, err := it.Snapshot()
			if err != nil {
				b.Fatal(err)
			}
			body, err := json.Marshal(s)
			if err != nil {
				b.Fatal(err)
			}
			size = len(body)
		}
		b.ReportMetric(float64(size), "bytes")
	})
	b.Run("exchange", func(b *testing.B) {
		b.ReportAllocs()
		all, size := it.Journal().Exchanges, 0
		for i := 0; b.Loop(); i++ {
			body, err := journal.Encode(all[i%len(all)])
			if err != nil {
				b.Fatal(err)
			}
			size += len(body)
		}
		b.ReportMetric(float64(size)/float64(b.N), "bytes")
	})
	b.Run("restore", func(b *testing.B) {
		down, other := writeDown(b, it), startLab(b, lifted)
		for b.Loop() {
			other.lab.Benches().Drop(other.goOn(b, down).id)
		}
	})
}
