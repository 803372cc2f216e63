package jose

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/asn1"
	"encoding/base64"
	"math/big"
	"strings"
	"testing"
	"time"
)

// TestEveryAlgorithm signs with each algorithm and verifies with the public
// half: the token as it is, changed, and with another algorithm's name.
func TestEveryAlgorithm(t *testing.T) {
	for _, alg := range Algorithms {
		token := mustSign(t, `{"typ":"JWT"}`, claims, alg, keys().pem(t, alg, true))
		public := keys().pem(t, alg, false)
		in := Inspect(token, public, Auto, Options{Time: noon})
		if in.Verdict != Verified || check(t, in, signatureCheck).Result != Passed || check(t, in, "exp: not expired").Result != Passed {
			t.Errorf("%s: %s", alg, in.Sentence)
		}
		stale := Rebuild(Parse(token), []byte(strings.Replace(claims, "lin", "eve", 1)))
		if in := Inspect(stale, public, Auto, Options{Time: noon}); in.Verdict != Invalid || check(t, in, signatureCheck).Result != Failed {
			t.Errorf("%s, a claim changed: %s", alg, in.Sentence)
		}
		for _, late := range []struct {
			now  time.Time
			want Verdict
		}{{noon.Add(59 * time.Second), Verified}, {noon.Add(60 * time.Second), Invalid}, {time.Unix(1795434999, 0), Invalid}, {time.Unix(1795435000, 0), Verified}} {
			if in := Inspect(token, public, Auto, Options{Time: late.now}); in.Verdict != late.want {
				t.Errorf("%s at %s: %s", alg, late.now, in.Sentence)
			}
		}
		if in := Inspect(token, public, Auto, Options{Time: noon.Add(69 * time.Second), Leeway: 10 * time.Second}); in.Verdict != Verified {
			t.Errorf("%s within the leeway: %s", alg, in.Sentence)
		}
	}
}

// part encodes a header or a payload.
func b64(s string) string { return Encode([]byte(s)) }

// TestChecks has a token for every check that can fail, and says which check
// must fail and what it makes of the token.
func TestChecks(t *testing.T) {
	k := keys()
	hs := func(header, payload string) string { // signed, whatever the header says
		input := b64(header) + "." + b64(payload)
		return input + "." + Encode(mac(algorithms["HS256"], []byte(k.text), input))
	}
	rsaPublic, rsaPrivate := k.pem(t, "RS256", false), k.pem(t, "RS256", true)
	ecPublic := k.pem(t, "ES256", false)
	good := hs(`{"alg":"HS256"}`, claims)
	dot := strings.LastIndexByte(good, '.')
	confused := b64(`{"alg":"HS256"}`) + "." + b64(claims)
	confused += "." + Encode(mac(algorithms["HS256"], []byte(rsaPublic), confused))

	es := mustSign(t, `{}`, claims, "ES256", k.pem(t, "ES256", true))
	esDot := strings.LastIndexByte(es, '.')
	raw, err := Decode(es[esDot+1:])
	if err != nil {
		t.Fatal(err)
	}
	der, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(raw[:32]), new(big.Int).SetBytes(raw[32:])})
	if err != nil {
		t.Fatal(err)
	}
	salted := func(length int) string {
		input := b64(`{"alg":"PS256"}`) + "." + b64(claims)
		a := algorithms["PS256"]
		sig, err := rsa.SignPSS(rand.Reader, k.rsa, a.hash, digest(a, input), &rsa.PSSOptions{SaltLength: length})
		if err != nil {
			t.Fatal(err)
		}
		return input + "." + Encode(sig)
	}
	weakPrivate, weakPublic := pemOf(t, k.weak, true), pemOf(t, k.weak, false)
	jwk := func(more string) string { return `{"kty":"oct","k":"` + b64(k.text) + `"` + more + `}` }
	huge := `{"kty":"RSA","e":"AQAB","n":"` + Encode([]byte(strings.Repeat("\xff", 8192))) + `"}`

	tests := []struct {
		name, token, key string
		form             KeyForm
		failed           string // the check that decides
		verdict          Verdict
		found            string // part of what it says
	}{
		{"good", good, k.text, Text, "", Verified, "every check"},
		{"nothing", "", k.text, Text, "compact form", Malformed, "no token"},
		{"one part", b64(`{"alg":"HS256"}`), k.text, Text, "compact form", Malformed, "one part"},
		{"two parts", good[:dot], k.text, Text, "compact form", Malformed, "two parts"},
		{"four parts", good + ".AAAA", k.text, Text, "compact form", Malformed, "4 parts"},
		{"JWE", b64(`{"alg":"dir","enc":"A128GCM"}`) + "..AAAA.AAAA.AAAA", k.text, Text, "compact form", Unverifiable, "encrypted"},
		{"detached", b64(`{"alg":"HS256"}`) + ".." + good[dot+1:], k.text, Text, "compact form", Unverifiable, "detached"},
		{"a line break", good[:30] + "\n" + good[30:], k.text, Text, "no white space or line breaks", Malformed, "byte 30"},
		{"a space", good[:30] + "  " + good[30:], k.text, Text, "no white space or line breaks", Malformed, "1 place"},
		{"padding", good + "=", k.text, Text, "strict base64url", Malformed, "padding"},
		{"stray bits", good[:len(good)-1] + next(good[len(good)-1]), k.text, Text, "strict base64url", Malformed, "bits that belong to no octet"},
		{"1 mod 4", good + "AA", k.text, Text, "strict base64url", Malformed, "one more than a multiple of four"},
		{"the other alphabet", b64(`{"alg":"HS256"}`) + "." + base64.RawStdEncoding.EncodeToString([]byte(`{"a":"???>>>"}`)) + ".AAAA", k.text, Text, "strict base64url", Malformed, "base64url has - and _"},
		{"header not UTF-8", hs("{\"alg\":\"HS256\",\"x\":\"\xff\"}", claims), k.text, Text, "header is UTF-8", Malformed, "0xff at offset 20"},
		{"header not JSON", hs(`{"alg":"HS256",}`, claims), k.text, Text, "header is a JSON object", Malformed, "at octet 15"},
		{"header a list", hs(`["HS256"]`, claims), k.text, Text, "header is a JSON object", Malformed, "not a JSON object"},
		{"header with a tail", hs(`{"alg":"HS256"} x`, claims), k.text, Text, "header is a JSON object", Malformed, "something follows"},
		{"alg twice", hs(`{"alg":"none","alg":"HS256"}`, claims), k.text, Text, "header names unique", Malformed, `"alg" twice`},
		{"alg twice, escaped", hs(`{"alg":"none","\u0061lg":"HS256"}`, claims), k.text, Text, "header names unique", Malformed, `"alg" twice`},
		{"typ a number", hs(`{"alg":"HS256","typ":1}`, claims), k.text, Text, "typ makes sense", Malformed, "no string"},
		{"cty a list", hs(`{"alg":"HS256","cty":[]}`, claims), k.text, Text, "cty makes sense", Malformed, "no string"},
		{"unknown crit", hs(`{"alg":"HS256","crit":["x"],"x":1}`, claims), k.text, Text, "crit understood", Invalid, "not understood"},
		{"crit empty", hs(`{"alg":"HS256","crit":[]}`, claims), k.text, Text, "crit understood", Invalid, "empty"},
		{"crit no list", hs(`{"alg":"HS256","crit":"x"}`, claims), k.text, Text, "crit understood", Invalid, "no list"},
		{"crit null", hs(`{"alg":"HS256","crit":null}`, claims), k.text, Text, "crit understood", Invalid, "no list"},
		{"crit registered", hs(`{"alg":"HS256","crit":["alg"]}`, claims), k.text, Text, "crit understood", Invalid, "must not name"},
		{"crit absent", hs(`{"alg":"HS256","crit":["x"]}`, claims), k.text, Text, "crit understood", Invalid, "not in the header"},
		{"crit twice", hs(`{"alg":"HS256","b64":true,"crit":["b64","b64"]}`, claims), k.text, Text, "crit understood", Invalid, "twice"},
		{"b64 false", hs(`{"alg":"HS256","b64":false,"crit":["b64"]}`, claims), k.text, Text, "payload is encoded", Invalid, "must not do"},
		{"b64 false, not critical", hs(`{"alg":"HS256","b64":false}`, claims), k.text, Text, "payload is encoded", Invalid, "crit does not name it"},
		{"b64 a word", hs(`{"alg":"HS256","b64":"false"}`, claims), k.text, Text, "payload is encoded", Invalid, "neither"},
		{"no alg", hs(`{}`, claims), k.text, Text, "algorithm named", Malformed, "no alg"},
		{"alg a number", hs(`{"alg":256}`, claims), k.text, Text, "algorithm named", Malformed, "names no algorithm"},
		{"none", mustSign(t, "{}", claims, None, ""), k.text, Text, "signed at all", Unsecured, "Whoever can type"},
		{"none, no key", mustSign(t, "{}", claims, None, ""), "", Auto, "signed at all", Unsecured, "Whoever can type"},
		{"none with a signature", hs(`{"alg":"none"}`, claims), k.text, Text, "signed at all", Invalid, "must be empty"},
		{"nOnE", b64(`{"alg":"nOnE"}`) + "." + b64(claims) + ".", k.text, Text, "signed at all", Invalid, "case-sensitive"},
		{"HS256 without signature", good[:dot+1], k.text, Text, "signed at all", Invalid, "empty"},
		{"unknown alg", hs(`{"alg":"HS1"}`, claims), k.text, Text, "algorithm known", Unverifiable, "HS1"},
		{"no key", good, " ", Auto, "key readable", Unverifiable, "No key"},
		{"broken key", good, `{"kty":"oct"}`, Auto, "key readable", Unverifiable, "k is missing"},
		{"a huge modulus", mustSign(t, "{}", claims, "RS256", rsaPrivate), huge, Auto, "key sound", Unverifiable, "65536 bits"},
		{"an even exponent", mustSign(t, "{}", claims, "RS256", rsaPrivate), `{"kty":"RSA","e":"Ag","n":"` + Encode(k.rsa.N.Bytes()) + `"}`, Auto, "key sound", Unverifiable, "exponent is 2"},
		{"exponent one", mustSign(t, "{}", claims, "RS256", rsaPrivate), `{"kty":"RSA","e":"AQ","n":"` + Encode(k.rsa.N.Bytes()) + `"}`, Auto, "key sound", Unverifiable, "exponent is 1"},
		{"a huge exponent", mustSign(t, "{}", claims, "RS256", rsaPrivate), `{"kty":"RSA","e":"` + Encode(k.rsa.N.Bytes()) + `","n":"` + Encode(k.rsa.N.Bytes()) + `"}`, Auto, "key sound", Unverifiable, "31 bits"},
		{"off the curve", es, `{"kty":"EC","crv":"P-256","x":"` + Encode(raw[:32]) + `","y":"` + Encode(raw[32:]) + `"}`, Auto, "key sound", Unverifiable, "no point"},
		{"an RSA key for HS256", good, rsaPublic, Auto, "algorithm fits the key", Invalid, "takes a secret"},
		{"the public key as secret", confused, rsaPublic, Auto, "algorithm fits the key", Invalid, "made to fool"},
		{"the public key as text", confused, rsaPublic, Text, "algorithm fits the key", Invalid, "text of a PEM key"},
		{"an EC key for RS256", mustSign(t, "{}", claims, "RS256", rsaPrivate), ecPublic, Auto, "algorithm fits the key", Invalid, "takes an RSA key"},
		{"a key to encrypt", good, jwk(`,"use":"enc"`), Auto, "key meant for this", Invalid, "must be sig"},
		{"a key to wrap", good, jwk(`,"key_ops":["wrapKey"]`), Auto, "key meant for this", Invalid, "do not have verify"},
		{"a key for HS512", good, jwk(`,"alg":"HS512"`), Auto, "key meant for this", Invalid, "HS512"},
		{"a short secret", mustSign(t, "{}", claims, "HS256", "secret"), "secret", Text, "HMAC key length", Invalid, "48 bits"},
		{"an empty secret", mustSign(t, "{}", claims, "HS256", `{"kty":"oct","k":""}`), `{"kty":"oct","k":""}`, Auto, "HMAC key length", Invalid, "0 bits"},
		{"a small modulus", mustSign(t, "{}", claims, "RS256", weakPrivate), weakPublic, Auto, "RSA key size", Invalid, "1024 bits"},
		{"another curve", es, k.pem(t, "ES384", false), Auto, "curve", Invalid, "on P-384"},
		{"DER", es[:esDot+1] + Encode(der), ecPublic, Auto, "signature length", Invalid, "Read as DER, it matches"},
		{"a short signature", good[:dot+1] + good[dot+1:dot+1+4*8], k.text, Text, "signature length", Invalid, "24 octets"},
		{"salt of 20", salted(20), rsaPublic, Auto, "PSS salt length", Invalid, "has 20 octets"},
		{"salt of 222", salted(222), rsaPublic, Auto, "PSS salt length", Invalid, "has 222 octets"},
		{"another key", good, strings.Repeat("x", 64), Text, signatureCheck, Invalid, "does not match"},
		{"claims not UTF-8", hs(`{"alg":"HS256"}`, "{\"a\":\"\xc3\x28\"}"), k.text, Text, "claims are UTF-8", Malformed, "0xc3 at offset 6"},
		{"claims broken", hs(`{"alg":"HS256"}`, `{"a":1,"b"}`), k.text, Text, "claims are a JSON object", Malformed, "at octet 10"},
		{"a JWT without claims", hs(`{"alg":"HS256","typ":"JWT"}`, `hello`), k.text, Text, "claims are a JSON object", Malformed, "typ says"},
		{"a JWS without claims", hs(`{"alg":"HS256"}`, `hello`), k.text, Text, "", Verified, "as a JWS"},
		{"a claim twice", hs(`{"alg":"HS256"}`, `{"role":"member","role":"staff"}`), k.text, Text, "claim names unique", Malformed, `"role" twice`},
		{"exp a string", hs(`{"alg":"HS256"}`, `{"exp":"1795435260"}`), k.text, Text, "dates are numbers", Invalid, "no number"},
		{"exp null", hs(`{"alg":"HS256"}`, `{"exp":null}`), k.text, Text, "dates are numbers", Invalid, "no number"},
		{"expired", hs(`{"alg":"HS256"}`, `{"exp":1795435199}`), k.text, Text, "exp: not expired", Invalid, "expired"},
		{"not yet", hs(`{"alg":"HS256"}`, `{"nbf":1795435201}`), k.text, Text, "nbf: already valid", Invalid, "not valid yet"},
		{"far dates", hs(`{"alg":"HS256"}`, `{"exp":1e300,"nbf":-1e300,"iat":1e999}`), k.text, Text, "", Verified, ""},
		{"keys in the header", hs(`{"alg":"HS256","jku":"https://evil.example/","jwk":{"kty":"oct","k":"AAAA"},"x5u":"https://evil.example/"}`, claims), k.text, Text, "", Verified, ""},
		{"only a key in the header", hs(`{"alg":"HS256","jwk":{"kty":"oct","k":"`+b64(k.text)+`"}}`, claims), "", Auto, "key readable", Unverifiable, "No key"},
	}
	decided := map[string]bool{}
	for _, tt := range tests {
		in := Inspect(tt.token, tt.key, tt.form, Options{Time: noon})
		if in.Verdict != tt.verdict || !strings.Contains(in.Sentence, tt.found) {
			t.Errorf("%s: %s, want %s with %q: %s", tt.name, in.Verdict, tt.verdict, tt.found, in.Sentence)
		}
		if tt.failed != "" && check(t, in, tt.failed).Result != Failed {
			t.Errorf("%s: %s is %s", tt.name, tt.failed, check(t, in, tt.failed).Result)
		}
		decided[tt.failed] = true
		for _, c := range in.Checks {
			if c.Found == "" || c.Rule == "" || c.Source == "" || !strings.HasPrefix(c.URL, "https://") || c.Result == "" {
				t.Errorf("%s: check %q says too little: %+v", tt.name, c.Name, c)
			}
		}
	}
	for _, s := range steps { // every check that can fail is seen failing
		if !decided[s.name] && s.name != "keys in the header ignored" && s.name != "iat: when it was made" {
			t.Errorf("no case fails at %q", s.name)
		}
	}
}

// next is the character after one in the alphabet, which differs in the last bit.
func next(c byte) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return string(alphabet[strings.IndexByte(alphabet, c)^1])
}

// TestSecretsAreReadAsTheyMatch tries the ways to read a secret.
func TestSecretsAreReadAsTheyMatch(t *testing.T) {
	secret := []byte(strings.Repeat("\x00\xff\x10", 16))
	token, err := Sign([]byte("{}"), []byte(claims), "HS256", secretKey(secret))
	if err != nil {
		t.Fatal(err)
	}
	for form, typed := range map[KeyForm]string{
		Hex: strings.Repeat("00ff10", 16), Base64URL: Encode(secret), Base64: base64.StdEncoding.EncodeToString(secret) + "",
	} {
		in := Inspect(token, typed, Auto, Options{})
		if in.Verdict != Verified || form == Hex && in.Key.Form != Hex || in.Key.Bits != len(secret)*8 {
			t.Errorf("%s: read as %s: %s", form, in.Key.Form, in.Sentence)
		}
		if in := Inspect(token, typed, Text, Options{}); in.Verdict != Invalid {
			t.Errorf("%s taken for text: %s", form, in.Sentence)
		}
	}
}
