package bench

import (
	"net/http"
	"slices"
	"testing"

	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/settings"
)

func asked(line string) *journal.Exchange {
	return &journal.Exchange{
		Number: 9, Flow: journal.Session, By: journal.Visitor, Reached: true,
		Request: journal.Message{Bytes: []byte(line + " HTTP/1.1\r\nHost: a\r\n\r\n")},
	}
}

func TestDeedOf(t *testing.T) {
	for line, want := range map[string]Deed{
		"GET /bench/B/session/profile": ProfileDeed, "GET /bench/B/token/desk?a=/b/login": ProfileDeed, "POST /bench/B/session/login": LoginDeed,
		"POST /bench/B/token/logout?x": LogoutDeed, "GET /bench/B/session/login": OtherDeed, "POST /bench/B/session/profile": OtherDeed, "HEAD /bench/B/session/profile": OtherDeed,
		"GET /bench/B/session/": OtherDeed, "GET /bench/B/session/myprofile": OtherDeed, "GET": OtherDeed, "": OtherDeed, "GET profile": OtherDeed, "get /profile": OtherDeed,
	} {
		if got := DeedOf(asked(line)); got != want {
			t.Errorf("%q is the deed %q, want %q", line, got, want)
		}
	}
	if got := DeedOf(&journal.Exchange{}); got != OtherDeed {
		t.Errorf("nothing is the deed %q", got)
	}
}

// A browser keeps the cookie of a session that has ended. At step 0 it is a
// stranger all the same.
func TestStaleCredentialIsStranger(t *testing.T) {
	x := asked("GET /s/profile")
	x.Response = journal.Message{Bytes: []byte("HTTP/1.1 303 See Other\r\n")}
	if got := stepOf(x, DeedOf(x), arrival{cursor: plot.Stranger, presented: true}, past{}); got != plot.Stranger {
		t.Errorf("a refused credential at step 0 shows step %d, want %d", got, plot.Stranger)
	}
	x.Response = journal.Message{Bytes: []byte("HTTP/1.1 200 OK\r\n")}
	if got := stepOf(x, DeedOf(x), arrival{cursor: plot.Stranger, presented: true}, past{}); got != plot.AskAgain {
		t.Errorf("an accepted credential at step 0 shows step %d, want %d", got, plot.AskAgain)
	}
}

// TestStepOf classifies every kind of request at every place of the lesson.
func TestStepOf(t *testing.T) {
	const profile, login, logout, home = "GET /s/profile", "POST /s/login", "POST /s/logout", "GET /s/"
	before := &journal.Exchange{Number: 3, Step: plot.Login}
	expired := &journal.Exchange{Number: 3, Step: plot.Expire}
	between := &journal.Exchange{Number: 4}
	role := []journal.Action{{Kind: journal.RoleChanged, After: 4}}
	clock := []journal.Action{{Kind: journal.ClockMoved, After: 4}}
	old := []journal.Action{{Kind: journal.RoleChanged, After: 2}, {Kind: journal.ClockMoved, After: 2}}
	for _, c := range []struct {
		name, line string
		arrival    arrival
		past       past
		want       int
	}{
		{"a stranger", profile, arrival{cursor: plot.NoStep, presented: false}, past{}, plot.Stranger},
		{"a stranger, led", profile, arrival{cursor: plot.Stranger, presented: false}, past{}, plot.Stranger},
		{"somebody refused at step 0", profile, arrival{cursor: plot.Stranger, presented: true}, past{}, plot.Stranger},
		{"a login", login, arrival{cursor: plot.NoStep, presented: false}, past{}, plot.Login},
		{"a login at step 1", login, arrival{cursor: plot.Login, presented: false}, past{}, plot.Login},
		{"a login at step 10", login, arrival{cursor: plot.Expire, presented: true}, past{}, plot.Expire},
		{"a login at step 5", login, arrival{cursor: plot.AskAgain, presented: true}, past{}, plot.Login},
		{"the page after a login", profile, arrival{cursor: plot.NoStep, presented: true}, past{login: before, deed: before}, plot.Login},
		{"the page after the login of step 10", profile, arrival{cursor: plot.NoStep, presented: true}, past{login: expired, deed: expired}, plot.Expire},
		{"asked again", profile, arrival{cursor: plot.NoStep, presented: true}, past{login: before, deed: between}, plot.AskAgain},
		{"asked again at step 5", profile, arrival{cursor: plot.AskAgain, presented: true}, past{login: before, deed: between}, plot.AskAgain},
		{"asked at step 5 as a stranger", profile, arrival{cursor: plot.AskAgain, presented: false}, past{login: before, deed: between}, plot.Stranger},
		{"after a role change", profile, arrival{cursor: plot.NoStep, presented: true}, past{before, between, role}, plot.Role},
		{"after a role change at step 7", profile, arrival{cursor: plot.Role, presented: true}, past{before, between, role}, plot.Role},
		{"at step 7 without a role change", profile, arrival{cursor: plot.Role, presented: true}, past{before, between, old}, plot.AskAgain},
		{"at step 5 after a role change", profile, arrival{cursor: plot.AskAgain, presented: true}, past{before, between, role}, plot.AskAgain},
		{"at step 5 after the clock was moved", profile, arrival{cursor: plot.AskAgain, presented: true}, past{before, between, clock}, plot.AskAgain},
		{"at step 7 after the clock was moved, too", profile, arrival{cursor: plot.Role, presented: true}, past{before, between, slices.Concat(clock, role)}, plot.Role},
		{"at step 7 after the clock was moved alone", profile, arrival{cursor: plot.Role, presented: true}, past{before, between, clock}, plot.Expire},
		{"a login before step 5", login, arrival{cursor: plot.AskAgain, presented: true, restores: true}, past{}, plot.NoStep},
		{"a logout before step 0", logout, arrival{cursor: plot.Stranger, presented: true, restores: true}, past{login: before}, plot.NoStep},
		{"at step 7 as a stranger", profile, arrival{cursor: plot.Role, presented: false}, past{before, between, role}, plot.Stranger},
		{"after the clock was moved", profile, arrival{cursor: plot.NoStep, presented: true}, past{before, between, clock}, plot.Expire},
		{"at step 10", profile, arrival{cursor: plot.Expire, presented: true}, past{before, between, nil}, plot.Expire},
		{"a logout", logout, arrival{cursor: plot.NoStep, presented: true}, past{login: before}, plot.Logout},
		{"a logout at step 8", logout, arrival{cursor: plot.Logout, presented: true}, past{login: before}, plot.Logout},
		{"a logout at step 1", logout, arrival{cursor: plot.Login, presented: true}, past{}, plot.Logout},
		{"the home page", home, arrival{cursor: plot.Stranger, presented: false}, past{}, plot.NoStep},
	} {
		if got := stepOf(asked(c.line), DeedOf(asked(c.line)), c.arrival, c.past); got != c.want {
			t.Errorf("%s shows step %d, want %d", c.name, got, c.want)
		}
		copied := asked(c.line)
		copied.By = journal.Replay
		if got := stepOf(copied, DeedOf(copied), c.arrival, c.past); got != plot.Replay {
			t.Errorf("%s, replayed, shows step %d, want %d", c.name, got, plot.Replay)
		}
	}
}

// TestLooksAt maps each step to the one whose exchange it shows.
func TestLooksAt(t *testing.T) {
	for step, want := range []int{0, 1, 1, 1, 1, 5, 5, 7, 8, 9, 10} {
		if got := plot.LooksAt(step); got != want {
			t.Errorf("step %d looks at %d, want %d", step, got, want)
		}
	}
}

func TestArrivalOf(t *testing.T) {
	for _, c := range []struct {
		flow   journal.Flow
		header http.Header
		want   bool
	}{
		{journal.Session, http.Header{}, false}, {journal.Session, http.Header{"Cookie": {"sid=a"}}, true}, {journal.Session, http.Header{"Cookie": {"sid="}}, false},
		{journal.Session, http.Header{"Cookie": {"a=b", "sid=c"}}, true}, {journal.Session, http.Header{"Authorization": {"Bearer a"}}, false},
		{journal.Token, http.Header{"Authorization": {"Bearer a"}}, true}, {journal.Token, http.Header{"Authorization": {"bearer  a"}}, true},
		{journal.Token, http.Header{"Authorization": {"Bearer "}}, false}, {journal.Token, http.Header{"Authorization": {"Basic a"}}, false}, {journal.Token, http.Header{"Cookie": {"sid=a"}}, false},
	} {
		if got := arrivalOf(&http.Request{Header: c.header}, c.flow, settings.Settings{}, 7); got != (arrival{cursor: 7, presented: c.want}) {
			t.Errorf("%s %v: %+v, want presented %t at 7", c.flow, c.header, got, c.want)
		}
	}
}

// TestBookKeepsTheLatest remembers by number, not by arrival.
func TestBookKeepsTheLatest(t *testing.T) {
	b := newBook(9)
	for _, n := range []int{2, 5, 3} {
		x := asked("POST /bench/B/session/login")
		x.Number = n
		x.Response.Bytes = []byte("HTTP/1.1 303 See Other\r\nSet-Cookie: sid=abc; Path=/\r\nContent-Length: 0\r\n\r\n")
		b.enter(x, arrival{cursor: plot.NoStep})
	}
	failed := asked("POST /bench/B/session/login")
	failed.Number = 7
	failed.Response.Bytes = []byte("HTTP/1.1 422 No\r\nContent-Length: 0\r\n\r\n")
	b.enter(failed, arrival{cursor: plot.NoStep})
	p := b.latest[journal.Session]
	if p.login == nil || p.login.Number != 5 || p.deed != failed || b.latest[journal.Token].deed != nil {
		t.Errorf("remembered are login %v and deed %v", p.login, p.deed)
	}
}
