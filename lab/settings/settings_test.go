package settings

import (
	"strings"
	"testing"
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

// The good configuration follows all advice but one: the page shows what
// scripts can read, so the token lies where they can.
func TestDefaultFollowsAdvice(t *testing.T) {
	for _, k := range Knobs {
		c, _ := k.Choice(Default(true).Get(k.Name))
		if c.Advice.Verdict == Breaks && k.Name != "token.keep" {
			t.Errorf("by default %s is %s, against %s", k.Name, c.Value, c.Advice.Source)
		}
	}
	if n := Notes(Default(true), true); len(n) != 0 {
		t.Errorf("of the good configuration there is something to say: %+v", n)
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
