package lab_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"authlab/lab"
	"authlab/lab/bench"
	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/settings"
	"authlab/lab/store/storetest"
)

// withRedis gives a lab a Redis of the test's own.
func withRedis(t testing.TB) func(*lab.Config) {
	url := storetest.Redis(t)
	return func(c *lab.Config) { c.Redis = url }
}

// stores are the knob's values.
var stores = []string{settings.Memory, settings.SQLite, settings.Redis}

// turn turns knobs by the page's form: name, value, name, value …
func (v *visitor) turn(t testing.TB, knobs ...string) {
	t.Helper()
	if got := v.post(t, v.path("/settings"), append(knobs, "quiet", "1")...); got.status != http.StatusNoContent {
		t.Fatalf("turning %q: %d %s", knobs, got.status, got.body)
	}
}

// sessionRequest sends one request to the session app with the given id, or none,
// and returns what was recorded of it.
func (v *visitor) sessionRequest(t testing.TB, method, page, cookie, id, form string) *journal.Exchange {
	t.Helper()
	n := len(v.bench(t).Journal().Exchanges) + 1
	header := http.Header{}
	if form != "" {
		header["Content-Type"] = formHeader["Content-Type"]
	}
	if id != "" {
		header.Set("Cookie", cookie+"="+id)
	}
	v.client.Jar = nil // what goes out is what the test says
	v.send(t, method, v.path("/session/"+page), header, form)
	v.await(t, n)
	x, ok := v.bench(t).Journal().Exchange(n)
	if !ok {
		t.Fatalf("exchange %d was not recorded", n)
	}
	if verdict := explain.Read(x).Verdict(); verdict.Status != verdict.Answered {
		t.Errorf("%s %s is explained as %d and was answered %d", method, page, verdict.Status, verdict.Answered)
	}
	return x
}

func loginForm(who bench.Login) string {
	return "email=" + strings.ReplaceAll(who.Email, "@", "%40") + "&password=" + who.Password
}

// setCookie is the first line that a response sets a cookie with, or "".
func setCookie(x *journal.Exchange) string {
	return strings.Join(setCookies(x)[:min(1, len(setCookies(x)))], "")
}

// life is what one session went through: a login, a second one with the id of
// the first, a look at the profile, a logout, and the profile again with a copy.
type life struct {
	login, again, profile, logout, replay *journal.Exchange
	id, second                            string
}

func (v *visitor) live(t testing.TB, cookie string) life {
	t.Helper()
	var l life
	l.login = v.sessionRequest(t, "POST", "login", cookie, "", loginForm(librarian))
	issued, ok := explain.Read(l.login).Issued()
	if !ok {
		t.Fatalf("the login gave no credential: %s", l.login.Response.Bytes)
	}
	l.id = issued.Value
	l.again = v.sessionRequest(t, "POST", "login", cookie, l.id, loginForm(librarian))
	issued, _ = explain.Read(l.again).Issued()
	l.second = issued.Value
	l.profile = v.sessionRequest(t, "GET", "profile", cookie, l.second, "")
	l.logout = v.sessionRequest(t, "POST", "logout", cookie, l.second, "")
	l.replay = v.sessionRequest(t, "GET", "profile", cookie, l.second, "")
	return l
}

func status(x *journal.Exchange) int { return explain.Read(x).Verdict().Answered }

func says(x *journal.Exchange, want string) bool { return strings.Contains(setCookie(x), want) }

func ended(x *journal.Exchange, field func(journal.Record) time.Time) time.Duration {
	r := x.After.Records[len(x.After.Records)-1]
	return field(r).Sub(x.Clock).Round(time.Minute) // a login may take its time
}

func expires(r journal.Record) time.Time  { return r.Expires }
func deadline(r journal.Record) time.Time { return r.Deadline }

// native is how its database shows the record of the login.
func native(l life) string { return strings.Join(l.login.After.Records[0].Native, "\n") }

// sessionEffects are, for each knob of the session flow and each of its values,
// what shows on the wire or at the server.
var sessionEffects = map[string]map[string]func(life, *visitor) bool{
	"session.cookie": {
		"sid":        func(l life, _ *visitor) bool { return says(l.login, "sid="+l.id+";") && !says(l.login, "__Host-") },
		"__Host-sid": func(l life, _ *visitor) bool { return says(l.login, "__Host-sid="+l.id+";") },
	},
	"session.http_only": {
		"on":  func(l life, _ *visitor) bool { return says(l.login, "; HttpOnly") },
		"off": func(l life, _ *visitor) bool { return !says(l.login, "HttpOnly") },
	},
	"session.secure": {
		"on":  func(l life, _ *visitor) bool { return says(l.login, "; Secure") },
		"off": func(l life, _ *visitor) bool { return !says(l.login, "Secure") },
	},
	"session.same_site": {
		"Strict": func(l life, _ *visitor) bool { return says(l.login, "; SameSite=Strict") },
		"Lax":    func(l life, _ *visitor) bool { return says(l.login, "; SameSite=Lax") },
		"None":   func(l life, _ *visitor) bool { return says(l.login, "; SameSite=None") },
		"absent": func(l life, _ *visitor) bool { return !says(l.login, "SameSite") },
	},
	"session.path": {
		"app":  func(l life, v *visitor) bool { return says(l.login, "; Path="+v.path("/session/")+";") },
		"host": func(l life, _ *visitor) bool { return says(l.login, "; Path=/;") },
	},
	"session.persist": {
		"off": func(l life, _ *visitor) bool { return !says(l.login, "Max-Age") && !says(l.login, "Expires") },
		"on":  func(l life, _ *visitor) bool { return says(l.login, "; Max-Age=") && says(l.login, "; Expires=") },
	},
	"session.idle": {
		"1m":  func(l life, _ *visitor) bool { return ended(l.login, expires) == time.Minute },
		"15m": func(l life, _ *visitor) bool { return ended(l.login, expires) == 15*time.Minute },
		"8h":  func(l life, _ *visitor) bool { return ended(l.login, expires) == 8*time.Hour },
		"off": func(l life, _ *visitor) bool { return ended(l.login, expires) == 720*time.Hour },
	},
	"session.absolute": {
		"5m":   func(l life, _ *visitor) bool { return ended(l.login, deadline) == 5*time.Minute },
		"1h":   func(l life, _ *visitor) bool { return ended(l.login, deadline) == time.Hour },
		"720h": func(l life, _ *visitor) bool { return ended(l.login, deadline) == 720*time.Hour },
	},
	"session.renew": {
		"on":  func(l life, _ *visitor) bool { return l.id != l.second && len(l.again.After.Records) == 1 },
		"off": func(l life, _ *visitor) bool { return l.id == l.second },
	},
	"session.logout": {
		"record": func(l life, _ *visitor) bool {
			return len(l.logout.After.Records) == 0 && status(l.replay) == http.StatusSeeOther && says(l.logout, "Max-Age=0")
		},
		"cookie": func(l life, _ *visitor) bool {
			return len(l.logout.After.Records) == 1 && status(l.replay) == http.StatusOK && says(l.logout, "Max-Age=0")
		},
	},
	"session.hash_id": {
		"off": func(l life, _ *visitor) bool { return l.login.After.Records[0].ID == l.id },
		"on": func(l life, _ *visitor) bool {
			sum := sha256.Sum256([]byte(l.id))
			return l.login.After.Records[0].ID == base64.RawURLEncoding.EncodeToString(sum[:])
		},
	},
	"store": {
		"memory": func(l life, _ *visitor) bool { return native(l) == "" },
		"sqlite": func(l life, _ *visitor) bool { return strings.HasPrefix(native(l), "SELECT ") },
		"redis": func(l life, _ *visitor) bool {
			return strings.Contains(native(l), "TTL ") && strings.Contains(native(l), l.id)
		},
	},
}

// TestEverySessionKnobHasAnEffect turns each knob to each of its values.
func TestEverySessionKnobHasAnEffect(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted, withRedis(t))
	for _, k := range settings.Knobs {
		if k.Group == settings.TokenFlow {
			continue
		}
		for _, c := range k.Choices {
			effect := sessionEffects[k.Name][c.Value]
			if effect == nil {
				t.Errorf("nothing is asserted of %s=%s", k.Name, c.Value)
				continue
			}
			v := w.visit(t)
			if k.Name == "session.idle" {
				v.turn(t, "session.absolute", "720h") // so that it is not the nearer limit
			}
			v.turn(t, k.Name, c.Value)
			l := v.live(t, v.bench(t).Settings().Session.Cookie)
			if status(l.profile) != http.StatusOK || l.login.Settings.Get(k.Name) != c.Value {
				t.Errorf("%s=%s: the profile is answered %d; the exchange keeps %q", k.Name, c.Value, status(l.profile), l.login.Settings.Get(k.Name))
			}
			if !effect(l, v) {
				t.Errorf("%s=%s has no effect: %s\n%+v", k.Name, c.Value, setCookie(l.login), l.login.After.Records)
			}
			for other, values := range sessionEffects[k.Name] {
				if other != c.Value && values(l, v) {
					t.Errorf("%s=%s cannot be told from %s", k.Name, c.Value, other)
				}
			}
		}
	}
}

// TestSessionEndsToTheSecond moves the clock to just before and to the end of each
// limit that a knob has, in each store: before it the session is there, from it on
// it is not.
func TestSessionEndsToTheSecond(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted, withRedis(t))
	for _, kept := range stores {
		for _, c := range []struct {
			idle, absolute string
			limit          func(journal.Record) time.Time
		}{{"1m", "1h", expires}, {"15m", "1h", expires}, {"8h", "720h", expires}, {"off", "5m", deadline}, {"off", "1h", deadline}, {"off", "720h", deadline}} {
			for _, after := range []bool{false, true} {
				v := w.visit(t)
				v.turn(t, "store", kept, "session.idle", c.idle, "session.absolute", c.absolute)
				login := v.sessionRequest(t, "POST", "login", "sid", "", loginForm(reader))
				issued, _ := explain.Read(login).Issued()
				at, want := c.limit(login.After.Records[0]), http.StatusSeeOther
				if !after {
					at, want = at.Add(-5*time.Second), http.StatusOK
				}
				v.administer(t, "clock", "to", at.Format(time.RFC3339Nano))
				x := v.sessionRequest(t, "GET", "profile", "sid", issued.Value, "")
				if status(x) != want {
					t.Errorf("in %s, idle %s, absolute %s, after the end %t: %d, want %d", kept, c.idle, c.absolute, after, status(x), want)
				}
			}
		}
	}
}

// TestSettingsForm posts what the page's form does not.
func TestSettingsForm(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	before := v.bench(t).Settings()
	for _, c := range []struct {
		name   string
		fields []string
		status int
		says   string
	}{
		{"no such knob", []string{"session.colour", "red"}, 400, "session.colour"},
		{"no such value", []string{"session.same_site", "lax"}, 400, "Strict, Lax, None, absent"},
		{"one good, one bad", []string{"session.http_only", "off", "token.alg", "none"}, 400, "HS256"},
		{"a store that there is not", []string{"store", "redis"}, 400, "-redis"},
		{"nothing", nil, 303, ""},
		{"as it is", []string{"session.http_only", "on"}, 303, ""},
	} {
		got := v.post(t, v.path("/settings"), c.fields...)
		if got.status != c.status || !strings.Contains(got.body, c.says) || v.bench(t).Settings() != before {
			t.Errorf("%s: %d, settings changed: %t\n%s", c.name, got.status, v.bench(t).Settings() != before, got.body)
		}
	}
	if n := len(v.bench(t).Journal().Actions); n != 0 {
		t.Errorf("what changed nothing left %d actions", n)
	}
	v.turn(t, "session.http_only", "off", "session.same_site", "None")
	v.turn(t, "lesson", "1")
	actions := v.bench(t).Journal().Actions
	if len(actions) != 2 || actions[0].Kind != journal.SettingsChanged || len(actions[0].Fields) != 2 || v.bench(t).Settings() != before {
		t.Errorf("turned and turned back: %+v", actions)
	}
}

// TestSettingsOfTheTime shows with an exchange the knobs that it met, also after
// they have been turned back.
func TestSettingsOfTheTime(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	v.turn(t, "session.logout", "cookie")
	v.both(t, "profile")
	v.await(t, 2)
	v.turn(t, "lesson", "1")
	shown := func() string {
		return words(all(tree(t, v.get(t, v.path("?step=0")).body), "#heads")[0])
	}
	if got := shown(); !strings.Contains(got, "Knobs turned Logout deletes: only the cookie") || strings.Count(got, "Knobs turned") != 1 {
		t.Errorf("the heads read %q", got)
	}
	v.both(t, "profile")
	v.await(t, 4)
	if got := shown(); strings.Contains(got, "Knobs turned") {
		t.Errorf("of an exchange with the lesson's settings the heads read %q", got)
	}
}

// TestAnotherStoreIsEmpty leaves the records behind, in all directions.
func TestAnotherStoreIsEmpty(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted, withRedis(t)).visit(t)
	for i, kept := range append(stores, stores...) {
		if i > 0 {
			v.turn(t, "store", kept)
		}
		x := v.sessionRequest(t, "POST", "login", "sid", "", loginForm(reader))
		if len(x.Before.Records) != 0 || len(x.After.Records) != 1 {
			t.Errorf("turn %d, to %s: %d records before, %d after", i, kept, len(x.Before.Records), len(x.After.Records))
		}
	}
	v.administer(t, "reset")
	if got := v.bench(t).State(journal.Session); len(got.Records) != 0 || v.bench(t).Settings().Store != settings.Memory {
		t.Errorf("after a reset in %s: %s records", v.bench(t).Settings().Store, strconv.Itoa(len(got.Records)))
	}
}
