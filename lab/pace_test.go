package lab_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/settings"
)

// runner sends the steps of the lesson as the page's script does: it asks the lab
// what a step takes, does that by the apps' own requests, and asks again.
type runner struct{ *visitor }

// sendingJSON is what the lab answers to a page that is about to send a step.
type sendingJSON struct {
	plot.Premise
	Then []plot.Deed `json:"then"`
}

func (r *runner) begin(t testing.TB, step int, anyway bool) (s sendingJSON) {
	t.Helper()
	fields := []string{"step", itoa(step), "quiet", "1", "page", "aaaabbbbccccdddd"}
	if anyway {
		fields = append(fields, "anyway", "1")
	}
	got := r.post(t, r.path("/step"), fields...)
	if got.status != http.StatusOK {
		t.Fatalf("step %d is answered with %d: %s", step, got.status, got.body)
	}
	if err := json.Unmarshal([]byte(got.body), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// step sends a step, and returns what the lab had it do first.
func (r *runner) step(t testing.TB, step int) plot.Premise {
	t.Helper()
	s := r.begin(t, step, false)
	first := s.Premise
	if !first.Holds() {
		r.do(t, first.First)
		if s = r.begin(t, step, false); !s.Holds() {
			s = r.begin(t, step, true)
		}
	}
	r.do(t, s.Then)
	if got := r.post(t, r.path("/step"), "step", "none", "quiet", "1"); got.status != http.StatusNoContent {
		t.Fatalf("the end of step %d is answered with %d", step, got.status)
	}
	return first
}

func (r *runner) do(t testing.TB, deeds []plot.Deed) {
	t.Helper()
	for _, d := range deeds {
		n := len(r.bench(t).Journal().Exchanges)
		switch d.Do {
		case plot.DoRole:
			r.post(t, r.path("/role"), "account", d.Account, "role", d.Role, "quiet", "1")
		case plot.DoClock:
			r.post(t, r.path("/clock"), "by", d.By, "quiet", "1")
		case plot.DoReplay:
			r.post(t, r.path("/replay"), "exchange", itoa(d.Exchange), "quiet", "1")
			r.await(t, n+1)
		default:
			r.await(t, n+r.ask(t, d))
		}
	}
}

// ask does what a deed asks an app for, and returns how many requests that took.
func (r *runner) ask(t testing.TB, d plot.Deed) int {
	t.Helper()
	session := d.Flow == string(journal.Session)
	switch {
	case d.Do == plot.DoLogin && session:
		r.post(t, r.path("/session/login"), "email", librarian.Email, "password", librarian.Password)
		r.get(t, r.path("/session/profile"))
		return 2
	case d.Do == plot.DoLogin:
		got := r.send(t, "POST", r.path("/token/login"), http.Header{"Content-Type": {"application/json"}}, fmt.Sprintf(`{"email":%q,"password":%q}`, librarian.Email, librarian.Password))
		var issued struct {
			Token string `json:"access_token"`
		}
		if err := json.Unmarshal([]byte(got.body), &issued); err != nil {
			t.Fatal(err)
		}
		r.token = issued.Token
		r.profile(t)
		return 2
	case d.Do == plot.DoLogout && session:
		r.post(t, r.path("/session/logout"))
	case d.Do == plot.DoLogout:
		r.send(t, "POST", r.path("/token/logout"), r.held(), "")
		r.token = ""
	case session:
		r.get(t, r.path("/session/profile"))
	default:
		r.profile(t)
	}
	return 1
}

func (r *runner) profile(t testing.TB) { r.send(t, "GET", r.path("/token/profile"), r.held(), "") }

// held is the field that the app's script adds where it holds a token.
func (r *runner) held() http.Header {
	if r.token == "" {
		return nil
	}
	return r.bearer()
}

// distances are how far the clock moves before a step, while a class talks or a
// visitor is away.
var distances = []time.Duration{0, 16 * time.Minute, 61 * time.Minute, 3 * time.Hour, 25 * time.Hour}

// pace is one run of the lesson: the clock is moved once, before a step.
type pace struct {
	by     time.Duration
	before int
	knob   string // turned before the run, "" for none
	value  string
}

func (p pace) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s before step %d %s", p.by, p.before, strings.Trim(p.knob+"="+p.value, "=")))
}

// paces are all runs; with the race detector, which makes each take ten times as long
// and looks for something else, one of them for each step.
func paces() (list []pace) {
	for step := range plot.Count {
		for i, by := range distances {
			if !raced || i == 1+step%(len(distances)-1) {
				list = append(list, pace{by: by, before: step})
			}
		}
	}
	return list
}

// moved moves the clock where the run says so.
func (r *runner) moved(t testing.TB, p pace, step int) {
	t.Helper()
	if step == p.before && p.by > 0 {
		if err := r.bench(t).MoveClock(p.by); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTrueAtAnyPace goes through the whole lesson with the clock moved before each
// step in turn. At every step the page shows what the lesson teaches, and nothing
// but what was recorded.
func TestTrueAtAnyPace(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	for _, p := range paces() {
		r := &runner{visitor: w.visit(t)}
		for step := range plot.Count {
			r.moved(t, p, step)
			if plot.At(step).Sends() {
				r.step(t, step)
			}
			o := r.shownAt(t, p.String(), step)
			if len(o.otherwise) > 0 {
				t.Errorf("%s: step %d is said to have gone otherwise: %q", p, step, o.otherwise)
			}
			if n := r.latestStep(t, step); n == nil {
				t.Errorf("%s: step %d never counts as sent", p, step)
			}
		}
	}
}

// TestTrueWithEveryKnob goes through the lesson with each value of each knob, the
// clock moved before one of the steps. What the lesson teaches may not be what
// happens then; what is said is what was recorded all the same.
func TestTrueWithEveryKnob(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	turn := 0
	for _, k := range settings.Knobs {
		for _, c := range k.Choices {
			if c.Value == settings.Redis || c.Value == settings.Default(false).Get(k.Name) {
				continue
			}
			turn++
			if raced && turn%6 != 0 {
				continue
			}
			p := pace{by: distances[turn%len(distances)], before: (turn * 3) % plot.Count, knob: k.Name, value: c.Value}
			r := &runner{visitor: w.visit(t)}
			r.post(t, r.path("/settings"), k.Name, c.Value)
			for step := range plot.Count {
				r.moved(t, p, step)
				if plot.At(step).Sends() {
					r.step(t, step)
				}
				r.shownAt(t, p.String(), step)
			}
		}
	}
	if turn < 30 {
		t.Errorf("only %d values were tried", turn)
	}
}

// latestStep is the latest exchange of a step in the session flow, or nil.
func (r *runner) latestStep(t testing.TB, step int) *journal.Exchange {
	t.Helper()
	return r.bench(t).Journal().Latest(journal.Session, func(x *journal.Exchange) bool { return x.Step == plot.LooksAt(step) })
}

// A premise is named before it is restored, on the control and in one line, and
// restored by requests that are recorded and show no step.
func TestPremiseIsNamedAndRestored(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	for _, c := range []struct {
		name   string
		before int // the clock is moved, and the step is sent
		by     time.Duration
		more   func(t *testing.T, r *runner) // what else was done by hand
		does   string
		why    string
		first  []plot.Act
	}{
		{"in time", plot.AskAgain, 0, nil, "", "", nil},
		{"the token has expired", plot.AskAgain, 16 * time.Minute, nil, "Log in again", "The session ended ", []plot.Act{plot.DoLogin, plot.DoLogin}},
		{"before the role", plot.Role, 16 * time.Minute, nil, "Log in again", "The token ended ", []plot.Act{plot.DoLogin, plot.DoLogin}},
		{"the role was changed", plot.Role, 0, func(t *testing.T, r *runner) { r.administer(t, "role", "account", "librarian", "role", "member") },
			"Make the librarian staff again", "The librarian is a member already.", []plot.Act{plot.DoRole}},
		{"before the logout", plot.Logout, 25 * time.Hour, nil, "Log in again", " ago", []plot.Act{plot.DoLogin, plot.DoLogin}},
		{"before the replay", plot.Replay, 16 * time.Minute, nil, "Log in again and out", " ago", []plot.Act{plot.DoLogin, plot.DoLogin, plot.DoLogout, plot.DoLogout}},
		{"logged out by hand", plot.AskAgain, 0, func(t *testing.T, r *runner) { r.post(t, r.path("/session/logout")) },
			"Log in again", "You are not logged in to the session app.", []plot.Act{plot.DoLogin}},
		{"logged in by hand", plot.Stranger, 0, func(t *testing.T, r *runner) {
			r.do(t, []plot.Deed{{Do: plot.DoLogin, Flow: "session"}, {Do: plot.DoLogin, Flow: "token"}})
		}, "Log out", "You are still logged in to both apps.", []plot.Act{plot.DoLogout, plot.DoLogout}},
		{"logged in again by hand", plot.Replay, 0, func(t *testing.T, r *runner) {
			r.do(t, []plot.Deed{{Do: plot.DoLogin, Flow: "token"}})
		}, "Log out", "You have not logged out of the token app since.", []plot.Act{plot.DoLogout}},
	} {
		r := &runner{visitor: w.visit(t)}
		for step := range c.before {
			if plot.At(step).Sends() {
				r.step(t, step)
			}
		}
		r.moved(t, pace{by: c.by, before: c.before}, c.before)
		if c.more != nil {
			c.more(t, r)
			r.await(t, len(r.bench(t).Journal().Exchanges))
		}
		root := tree(t, r.get(t, r.path("?step="+itoa(c.before))).body)
		label, why := words(one(t, root, "#next")), strings.Join(textsOf(root, "#why"), "")
		if named := c.does != "" && strings.Contains(label, ": "+c.does+", then "); named != (c.does != "") {
			t.Errorf("%s: the control says %q, want it to say %q first", c.name, label, c.does)
		}
		if !strings.Contains(why, c.why) || (why == "") != (c.does == "") {
			t.Errorf("%s: it is said that %q, want %q", c.name, why, c.why)
		}
		before := len(r.bench(t).Journal().Exchanges)
		first := r.step(t, c.before)
		var acts []plot.Act
		for _, d := range first.First {
			acts = append(acts, d.Do)
		}
		if !slices.Equal(acts, c.first) {
			t.Errorf("%s: first comes %q, want %q", c.name, acts, c.first)
		}
		for _, x := range r.bench(t).Journal().Exchanges[before:] {
			if x.Restores && x.Step != plot.NoStep || !x.Restores && x.Step != c.before {
				t.Errorf("%s: exchange %d restores %v and shows step %d", c.name, x.Number, x.Restores, x.Step)
			}
		}
		if again := r.begin(t, c.before, false); c.before != plot.Stranger && c.before != plot.Logout && c.before != plot.Role && !again.Holds() {
			t.Errorf("%s: after it was sent, the premise does not hold: %s", c.name, again.Why)
		}
	}
}
