package settings

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// Each knob turns its own value and no other, and says of each value what it
// means.
func TestEveryKnob(t *testing.T) {
	names := map[string]bool{}
	for _, k := range Knobs {
		if names[k.Name] || k.Label == "" || len(k.Choices) < 2 {
			t.Errorf("knob %q, %q has %d choices, or a name that another has", k.Name, k.Label, len(k.Choices))
		}
		names[k.Name] = true
		if _, ok := k.Choice(Default(true).Get(k.Name)); !ok {
			t.Errorf("%s is %q by default, which is none of its choices", k.Name, Default(true).Get(k.Name))
		}
		for _, c := range k.Choices {
			turned, err := Default(false).With(k.Name, c.Value)
			if err != nil || turned.Get(k.Name) != c.Value {
				t.Errorf("%s cannot be turned to %q: %v", k.Name, c.Value, err)
			}
			changed := Changes(Default(false), turned)
			same := Default(false).Get(k.Name) == c.Value
			if same != (len(changed) == 0) || !same && (len(changed) != 1 || changed[0].Name != k.Name || changed[0].To != c.Label) {
				t.Errorf("turning %s to %q changes %+v", k.Name, c.Value, changed)
			}
			sourced := c.Advice.Source != "" && strings.HasPrefix(c.Advice.URL, "https://")
			if c.Label == "" || !strings.HasSuffix(c.Meaning, ".") || sourced != (c.Advice.Verdict != Open) {
				t.Errorf("%s=%s: label %q, meaning %q, advice %+v", k.Name, c.Value, c.Label, c.Meaning, c.Advice)
			}
		}
	}
}

// A flow goes by its own knobs and by those that are named for it beside them, and the
// sealed flow by no store.
func TestKnobsGovernTheirFlows(t *testing.T) {
	for flow, names := range beside {
		for _, name := range names {
			if k, ok := Find(name); !ok || !k.Governs(flow) {
				t.Errorf("the %s flow goes by %s, which does not govern it", flow, name)
			}
		}
	}
	for name, want := range map[string]string{
		"store": "session token", "session.idle": "session sealed", "session.renew": "session", "token.role": "token sealed", "token.alg": "token",
	} {
		k, _ := Find(name)
		var got []string
		for _, flow := range []Group{SessionFlow, TokenFlow, SealedFlow} {
			if k.Governs(flow) {
				got = append(got, string(flow))
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s governs %v, want %s", name, got, want)
		}
	}
}

func TestUnknownKnobsAndValues(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"session.colour", "red", `"session.colour"`},
		{"session.same_site", "lax", "Strict, Lax, None, absent"},
		{"token.alg", "none", "HS256"},
	} {
		got, err := Default(false).With(c.name, c.value)
		if err == nil || !strings.Contains(err.Error(), c.want) || got != Default(false) {
			t.Errorf("%s=%s: %v", c.name, c.value, err)
		}
	}
}

// TestTheLessonStandsAsItSays: what the lesson's configuration has against an
// advice is this and no more, and each has its reason.
func TestTheLessonStandsAsItSays(t *testing.T) {
	for secure, want := range map[bool][]string{true: {"token.keep"}, false: {"session.secure", "token.keep"}} {
		by := ByAdvice(Default(secure))
		var against []string
		for _, v := range by[Breaks] {
			against = append(against, v.Knob.Name)
			if v.Why == "" {
				t.Errorf("nobody says why the lesson has %s at %s, against %s", v.Knob.Name, v.Choice.Value, v.Choice.Advice.Source)
			}
		}
		if !slices.Equal(against, want) || len(by[Follows])+len(by[Breaks])+len(by[Open]) != len(Knobs) || len(by[Follows]) < 10 {
			t.Errorf("secure %t: %q are against advice, want %q; %d follow one", secure, against, want, len(by[Follows]))
		}
		if n := Notes(Default(secure), secure); len(n) != 0 {
			t.Errorf("of the lesson's configuration there is something to say: %+v", n)
		}
	}
	turned, _ := Default(true).With("session.same_site", "None")
	if by := ByAdvice(turned)[Breaks]; len(by) != 2 || by[0].Choice.Value != "None" || by[0].Why != "" {
		t.Errorf("with SameSite=None: %+v", by)
	}
}

// TestEveryDurationIsRead: a value that were not read would be none, in silence.
func TestEveryDurationIsRead(t *testing.T) {
	for value, want := range map[string]time.Duration{"off": 0, "0s": 0, "10s": 10 * time.Second, "15m": 15 * time.Minute, "720h": 720 * time.Hour, "7d": 168 * time.Hour, "d": 0} {
		if got := Duration(value); got != want {
			t.Errorf("%s is %s, want %s", value, got, want)
		}
	}
	for _, name := range []string{"session.idle", "session.absolute", "token.lifetime", "token.leeway", "token.refresh_lifetime", "token.grace"} {
		k, _ := Find(name)
		for _, c := range k.Choices {
			if none := c.Value == Off || c.Value == "0s"; none != (Duration(c.Value) == 0) {
				t.Errorf("%s=%s is %s", name, c.Value, Duration(c.Value))
			}
		}
	}
	s := Default(true)
	if s.Session.IdleFor() != 15*time.Minute || s.Session.LivesFor() != time.Hour || s.Token.LivesFor() != 15*time.Minute {
		t.Errorf("the lesson's lifetimes are %s, %s and %s", s.Session.IdleFor(), s.Session.LivesFor(), s.Token.LivesFor())
	}
}

func TestNotes(t *testing.T) {
	for _, c := range []struct {
		set    string // "name=value name=value"
		secure bool
		want   []string
	}{
		{"session.same_site=None", false, []string{"SameSite=None without Secure"}},
		{"session.same_site=None session.secure=on", true, nil},
		{"session.same_site=None session.secure=on", false, []string{"Secure over plain http"}},
		{"session.cookie=__Host-sid", false, []string{"A name with __Host-"}},
		{"session.cookie=__Host-sid session.secure=on", true, []string{"A name with __Host-"}},
		{"session.cookie=__Host-sid session.secure=on session.path=host", true, []string{"Path=/ is one place"}},
		{"token.keep=cookie token.list=on", false, []string{"With the long list"}},
		{"token.grace=1m", false, []string{"Without rotation"}},
		{"token.grace=1m token.refresh=on", false, []string{"Without rotation", "keeps records now"}},
		{"token.refresh=rotate token.grace=1m", false, []string{"keeps records now"}},
		{"token.revocation=jti", false, []string{"keeps records now"}},
		{"token.revocation=version", false, []string{"asks the accounts"}},
		{"token.role=off", false, []string{"asks the accounts"}},
		{"token.lifetime=24h", false, []string{"works for a day"}},
		{"token.lifetime=24h token.revocation=jti", false, []string{"keeps records now"}},
		{"token.lifetime=7d", false, []string{"works for a week, that nothing can end"}},
		{"token.lifetime=7d token.revocation=version", false, []string{"asks the accounts"}},
		{"token.lifetime=7d token.revocation=jti", false, []string{"keeps records now", "has to stay for as much as a week"}},
		{"token.lifetime=24h token.refresh=rotate token.revocation=version", false, []string{"keeps records now", "asks the accounts", "nothing to refresh"}},
		{"token.lifetime=24h token.refresh=rotate token.revocation=version token.refresh_lifetime=720h", false, []string{"keeps records now", "asks the accounts"}},
		{"session.idle=off session.absolute=720h", false, []string{"No idle limit"}},
	} {
		s := Default(c.secure)
		for set := range strings.FieldsSeq(c.set) {
			name, value, _ := strings.Cut(set, "=")
			var err error
			if s, err = s.With(name, value); err != nil {
				t.Fatal(err)
			}
		}
		got := Notes(s, c.secure)
		ok := len(got) == len(c.want)
		for i := range min(len(got), len(c.want)) {
			ok = ok && strings.Contains(got[i].Text, c.want[i])
		}
		if !ok {
			t.Errorf("%s: %+v, want %q", c.set, got, c.want)
		}
	}
}
