package jose

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzToken reads whatever is pasted. Nothing may panic, every range must lie
// within the text, and what is decoded must encode to what was there.
func FuzzToken(f *testing.F) {
	token := mustSign(f, `{"typ":"JWT"}`, claims, "HS256", keys().text)
	for _, seed := range []string{
		"", token, "Bearer " + token, `{"access_token":"` + token + `"}`, "Cookie: a=" + token + "; b", token[:20] + "\n" + token[20:],
		`{"payload":"e30","signatures":[{"protected":"e30","signature":"AAAA"}]}`, "https://a/#access_token=" + token, "....", "e30.\xff.\u2028",
		b64(`{"alg":"HS256","b64":false,"crit":["b64"]}`) + ".a.b c.AAAA", b64(`{"alg":"ES256"}`) + ".e30.MAYCAQECAQE",
	} {
		f.Add(seed, keys().text)
	}
	f.Fuzz(func(t *testing.T, given, key string) {
		in := Inspect(given, key, Auto, Options{Time: noon})
		got := in.Token
		inside := func(r Range) bool { return 0 <= r.Start && r.Start <= r.End && r.End <= len(given) }
		for _, p := range []Part{got.Header, got.Payload, got.Signature} {
			if !inside(p.Range) || p.Decoded != nil && Encode(p.Decoded) != p.Encoded && string(p.Decoded) != p.Encoded {
				t.Fatalf("%q: part %+v", given, p)
			}
			for _, problem := range p.Problems {
				if problem.At < 0 || problem.At > len(p.Encoded) || problem.Text == "" {
					t.Fatalf("%q: problem %+v", given, problem)
				}
			}
		}
		for _, n := range got.Notes {
			if !inside(n.Range) || n.Text == "" {
				t.Fatalf("%q: note %+v", given, n)
			}
		}
		for _, o := range []Object{got.Params, got.Claims} {
			for _, m := range o.Members {
				if !json.Valid([]byte(m.Value)) {
					t.Fatalf("%q: member %+v", given, m)
				}
			}
		}
		if in.Verdict == "" || in.Sentence == "" || len(in.Checks) != len(steps) {
			t.Fatalf("%q: %+v", given, in)
		}
	})
}

// FuzzParse splits a token as it stands: its parts must add up to it.
func FuzzParse(f *testing.F) {
	f.Add("a.b.c")
	f.Add(b64(`{"b64":false}`) + ".a.b.c")
	f.Fuzz(func(t *testing.T, raw string) {
		got := Parse(raw)
		whole := got.Header.Encoded
		for _, p := range []Part{got.Payload, got.Signature} {
			if !p.Missing {
				whole += "." + p.Encoded
			}
		}
		if whole != raw {
			t.Fatalf("%q became %q", raw, whole)
		}
	})
}

// FuzzKey reads whatever is given as a key. What is read must be described in
// full, and must be able to verify and sign, or say why not.
func FuzzKey(f *testing.F) {
	for _, alg := range Algorithms {
		f.Add(keys().pem(f, alg, true), "auto", "")
		f.Add(keys().pem(f, alg, false), "pem", "k1")
	}
	f.Add(`{"keys":[{"kty":"oct","kid":"a","k":"AAAA"},{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}`, "jwk", "a")
	f.Add(`{"kty":"RSA","n":"AQAB","e":"AQAB","d":"AQ","p":"AQ","q":"AQ"}`, "auto", "")
	f.Add(`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`, "auto", "")
	f.Add("00ff", "hex", "")
	f.Fuzz(func(t *testing.T, typed, form, kid string) {
		k, err := ReadKey(typed, ValidKeyForm(form), kid)
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" {
				t.Fatal("an error without a word")
			}
			return
		}
		if k.Kind == "" || k.Container == "" || k.Bits < 0 || k.Refused == "" && k.SHA256 == "" {
			t.Fatalf("%q: %+v", typed, k)
		}
		for _, alg := range k.fitting() {
			token, err := Sign([]byte(`{}`), []byte(`{}`), alg, k)
			if (err == nil) != (k.Private && k.Refused == "") && k.Bits >= 1024 {
				t.Fatalf("%q: sign with %s: %v", typed, alg, err)
			}
			if err != nil {
				continue
			}
			if in := Verify(Parse(token), k, nil, Options{}); check(t, in, signatureCheck).Result != Passed || !utf8.ValidString(in.Sentence) {
				t.Fatalf("%q: %s: %s", typed, alg, in.Sentence)
			}
		}
	})
}
