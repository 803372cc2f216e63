package explain

import (
	"fmt"
	"strings"
	"testing"
	"time"

	jwe "github.com/go-jose/go-jose/v4"

	"authlab/lab/journal"
	"authlab/lab/settings"
)

// sealingKey is the key of the tests' sealed app.
var sealingKey = journal.Key{ID: "k1", Alg: "A256GCM", Secret: []byte("0123456789abcdef0123456789abcdef"), Made: now}

// sealed makes a compact JWE of a text, as the sealed app does.
func sealed(t testing.TB, kid, text string) string {
	t.Helper()
	with := (&jwe.EncrypterOptions{}).WithHeader("kid", kid)
	encrypter, err := jwe.NewEncrypter(jwe.A256GCM, jwe.Recipient{Algorithm: jwe.DIRECT, Key: sealingKey.Secret}, with)
	if err != nil {
		t.Fatal(err)
	}
	made, err := encrypter.Encrypt([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	compact, err := made.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return compact
}

func sealedText(exp time.Duration) string {
	return fmt.Sprintf(`{"sub":"reader","name":"Ravi","role":"member","auth_time":%d,"iat":%d,"exp":%d}`, now.Unix(), now.Unix(), now.Add(exp).Unix())
}

// What a held session is worth is told before it is sent: by its name, by the key that
// opens it, by its end, and where the accounts are asked by them.
func TestSealedStanding(t *testing.T) {
	t.Parallel()
	good := sealed(t, "k1", sealedText(15*time.Minute))
	state := journal.State{Keys: []journal.Key{sealingKey}, Accounts: []journal.Account{{ID: "reader", Role: "staff"}}}
	lesson, looked := settings.Default(false), settingsOf(t, "token.role", settings.Off)
	for name, c := range map[string]struct {
		held     *CookieView
		settings settings.Settings
		state    journal.State
		after    time.Duration
		why      string
		role     string
	}{
		"good":               {&CookieView{Name: "sealed", Value: good}, lesson, state, 0, "", "member"},
		"good at its last":   {&CookieView{Name: "sealed", Value: good}, lesson, state, 15*time.Minute - time.Second, "", "member"},
		"ended":              {&CookieView{Name: "sealed", Value: good}, lesson, state, 15 * time.Minute, "The sealed session ended at 09:29:32 UTC, now.", "member"},
		"none":               {nil, lesson, state, 0, "You are not logged in to the sealed app.", ""},
		"another name":       {&CookieView{Name: "sealed", Value: good}, settingsOf(t, "session.cookie", "__Host-sid"), state, 0, "The sealed app’s cookie has another name now.", ""},
		"another key":        {&CookieView{Name: "sealed", Value: sealed(t, "k9", "{}")}, lesson, state, 0, "The sealed app has no key any more that opens your session.", ""},
		"after a reset":      {&CookieView{Name: "sealed", Value: good}, lesson, journal.State{}, 0, "The sealed app has no key any more that opens your session.", ""},
		"looked up":          {&CookieView{Name: "sealed", Value: good}, looked, state, 0, "", ""},
		"looked up, unknown": {&CookieView{Name: "sealed", Value: good}, looked, journal.State{Keys: state.Keys}, 0, "The sealed session speaks of nobody whom the server knows.", ""},
	} {
		st := StandingOf(Held{Cookie: c.held}, journal.Sealed, c.settings, c.state, now.Add(c.after))
		if st.Why != c.why || st.Good != (c.why == "") || st.Role != c.role || st.Held != (c.held != nil) {
			t.Errorf("%s: %+v, want %q and the role %q", name, st, c.why, c.role)
		}
	}
}

// A session that is in use is sealed anew, so its login has an end of its own beyond its
// end; at the last there is one end only.
func TestSealedEnds(t *testing.T) {
	t.Parallel()
	state := journal.State{Keys: []journal.Key{sealingKey}}
	for exp, want := range map[time.Duration][]time.Duration{15 * time.Minute: {15 * time.Minute, time.Hour}, time.Hour: {time.Hour}} {
		ends := Ends(Held{Cookie: &CookieView{Name: "sealed", Value: sealed(t, "k1", sealedText(exp))}}, journal.Sealed, settings.Default(false), state)
		var got []time.Duration
		for _, e := range ends {
			got = append(got, e.At.Sub(now))
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("with an end after %s the ends are %v, want %v", exp, got, want)
		}
	}
	if ends := Ends(Held{}, journal.Sealed, settings.Default(false), state); ends != nil {
		t.Errorf("without a session there are ends: %v", ends)
	}
}

// What everybody can read of it is its header, and what is in it only where the key is.
func TestSealedIsReadWithTheKeyOnly(t *testing.T) {
	t.Parallel()
	value := sealed(t, "k1", sealedText(time.Minute))
	open, locked := FlowOf(journal.Sealed).Reads(value, now)
	var names []string
	for _, c := range open {
		names = append(names, c.Name+" "+c.Value)
	}
	if got := strings.Join(names, ", "); got != `alg "dir", enc "A256GCM", kid "k1"` && got != `alg "dir", kid "k1", enc "A256GCM"` {
		t.Errorf("everybody reads %s", got)
	}
	if locked != len(sealedText(time.Minute)) {
		t.Errorf("%d bytes are sealed", locked)
	}
	for _, keys := range [][]journal.Key{nil, {{ID: "k2", Secret: sealingKey.Secret}}, {{ID: "k1", Secret: make([]byte, 32)}}} {
		if v := ParseSealed(value, keys, now); v.Plain != nil || v.Claims != nil {
			t.Errorf("with %d keys that do not fit it says %s", len(keys), v.Plain)
		}
	}
	v := ParseSealed(value, []journal.Key{sealingKey}, now)
	if string(v.Plain) != sealedText(time.Minute) || len(v.Claims) != 6 || v.Claims[5].Human != "09:15:32 UTC, in 1 min" {
		t.Errorf("it says %s, %+v", v.Plain, v.Claims)
	}
}

func FuzzParseSealed(f *testing.F) {
	f.Add(sealed(f, "k1", sealedText(time.Minute)))
	f.Add("....")
	f.Add("e30..AA.AA.AA.AA")
	f.Fuzz(func(t *testing.T, raw string) {
		v := ParseSealed(raw, []journal.Key{sealingKey}, now)
		var texts []string
		for i, p := range v.Parts {
			if i > strings.Count(raw, ".") {
				if p.Problem == "" {
					t.Fatalf("%q: part %d is not missed", raw, i)
				}
				continue
			}
			texts = append(texts, p.Encoded)
		}
		if len(v.Parts) != 5 || strings.Join(texts, ".") != raw {
			t.Fatalf("%q became %q", raw, texts)
		}
		at := 0
		for _, s := range sealedSpans(0, raw) {
			if s.Start < at || s.End <= s.Start || s.End > len(raw) {
				t.Fatalf("%q has the span [%d, %d) after %d", raw, s.Start, s.End, at)
			}
			at = s.End
		}
	})
}
