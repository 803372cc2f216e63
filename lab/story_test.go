package lab_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"authlab/lab/bench"
	"authlab/lab/plot"
)

// administer sends a form of the administrator's and expects to be sent back.
func (v *visitor) administer(t *testing.T, form string, fields ...string) {
	t.Helper()
	if got := v.post(t, v.path("/"+form), fields...); got.status != http.StatusSeeOther {
		t.Fatalf("POST %s %v: %d", form, fields, got.status)
	}
}

// TestRoleChangeReachesTheSessionAtOnce is step 7: the session app answers with
// the new role on the very next request, the token app with the old one until
// there is a new token.
func TestRoleChangeReachesTheSessionAtOnce(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	v.logIn(t, librarian)
	for _, moment := range []struct {
		name           string
		do             func()
		session, token int    // the answers of the staff's desks
		role           string // that the token's profile names
	}{
		{"logged in as staff", func() {}, 200, 200, "staff"},
		{"made a member", func() { v.administer(t, "role", "account", "librarian", "role", "member") }, 403, 200, "staff"},
		{"with a new token", func() { v.logInToken(t, librarian) }, 403, 403, "member"},
		{"made staff again", func() { v.administer(t, "role", "account", "librarian", "role", "staff") }, 200, 403, "member"},
	} {
		moment.do()
		session, token := v.both(t, "desk")
		if session.status != moment.session || token.status != moment.token {
			t.Errorf("%s: the desks answer %d and %d, want %d and %d", moment.name, session.status, token.status, moment.session, moment.token)
		}
		if _, token := v.both(t, "profile"); !strings.Contains(token.body, `"role":"`+moment.role+`"`) {
			t.Errorf("%s: the token's profile is %s, want the role %s", moment.name, token.body, moment.role)
		}
	}
}

// TestReplayAfterLogout is step 9, and what the clock does to it.
func TestReplayAfterLogout(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	v.logIn(t, reader)
	j := v.journal(t, 2)
	if got := v.post(t, v.path("/session/logout")); got.status != http.StatusSeeOther {
		t.Fatalf("session logout: %d", got.status)
	}
	if got := v.send(t, "POST", v.path("/token/logout"), v.bearer(), ""); got.status != http.StatusNoContent {
		t.Fatalf("token logout: %d", got.status)
	}
	n := 4
	for _, moment := range []struct {
		ahead          string
		session, token int
	}{{"", 303, 200}, {"14m", 303, 200}, {"2m", 303, 401}} {
		if moment.ahead != "" {
			v.administer(t, "clock", "by", moment.ahead)
		}
		for i, login := range j.Exchanges {
			v.administer(t, "replay", "exchange", itoa(login.Number))
			n++
			x := v.journal(t, n).numbered(t, n)
			want := []int{moment.session, moment.token}[i]
			if x.Flow != login.Flow || x.By != "replay" || x.Verdict.Answered != want || x.Verdict.Status != want {
				t.Errorf("after %q, replay of %s: flow %s by %s answered %d, explained %d; want %d",
					moment.ahead, login.Flow, x.Flow, x.By, x.Verdict.Answered, x.Verdict.Status, want)
			}
			if x.Step == nil || *x.Step != plot.Replay {
				t.Errorf("a replay shows step %v, want %d", x.Step, plot.Replay)
			}
			if strings.Contains(string(x.Request.Bytes), "Go-http-client") {
				t.Error("the replay does not say who it is")
			}
		}
	}
}

// limit is a moment of a session or token, by the bench's clock since the last
// request, and the answers to asking for the profile then.
type limit struct {
	name           string
	by             time.Duration
	session, token int
}

// TestLimitsByTheBenchClock asks just before and just after each limit. Half a
// minute is left for slow machines.
func TestLimitsByTheBenchClock(t *testing.T) {
	t.Parallel()
	const before, after = 30 * time.Second, time.Second
	w := startLab(t, lifted)
	for name, moments := range map[string][]limit{
		"idle": {{"just before", usual.Session.IdleFor() - before, 200, 200}, {"used since, so still there", usual.Session.IdleFor() - before, 200, 401},
			{"just after", usual.Session.IdleFor() + after, 303, 401}, {"for good", after, 303, 401}},
		"idle at once": {{"just after", usual.Session.IdleFor() + after, 303, 401}},
		"absolute": {{"busy", 14 * time.Minute, 200, 200}, {"busy", 14 * time.Minute, 200, 401}, {"busy", 14 * time.Minute, 200, 401},
			{"busy", 14 * time.Minute, 200, 401}, {"just before", 4*time.Minute - before, 200, 401}, {"just after", before + after, 303, 401}},
		"far": {{"a year", bench.MaxForward, 303, 401}},
	} {
		t.Run(name, func(t *testing.T) {
			v := w.visit(t)
			v.logIn(t, reader)
			for _, m := range moments {
				v.administer(t, "clock", "by", m.by.String())
				session, token := v.both(t, "profile")
				if session.status != m.session || token.status != m.token {
					t.Errorf("%s: %d and %d, want %d and %d", m.name, session.status, token.status, m.session, m.token)
				}
				if to := session.header.Get("Location"); (session.status == 303) != (to == v.path("/session/login")) {
					t.Errorf("%s: sent on to %q", m.name, to)
				}
				if token.status == 401 && !strings.Contains(token.header.Get("WWW-Authenticate"), `error="invalid_token"`) {
					t.Errorf("%s: the challenge is %q", m.name, token.header.Get("WWW-Authenticate"))
				}
			}
		})
	}
}

// TestTamperedCredentials changes one character of each part.
func TestTamperedCredentials(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	v.logIn(t, librarian)
	parts := strings.Split(v.token, ".")
	for i, name := range []string{"header", "payload", "signature"} {
		forged := append([]string(nil), parts...)
		forged[i] = "A" + forged[i][1:]
		if forged[i] == parts[i] {
			forged[i] = "B" + parts[i][1:]
		}
		got := v.send(t, "GET", v.path("/token/profile"), http.Header{"Authorization": {"Bearer " + strings.Join(forged, ".")}}, "")
		if got.status != http.StatusUnauthorized {
			t.Errorf("a changed %s is answered with %d, want 401", name, got.status)
		}
	}
	request := lines("GET "+v.path("/session/profile")+" HTTP/1.1", "Host: a", "Cookie: sid=x"+v.sid()[1:])
	if got := v.w.ask(t, request); got.status != http.StatusSeeOther {
		t.Errorf("a changed session id is answered with %d, want 303", got.status)
	}
}
