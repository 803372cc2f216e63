package explain

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"authlab/lab/journal"
)

// The example of RFC 7515, appendix A.1: its token, and its key as a JWK has it.
const (
	a1Token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9" +
		".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ" +
		".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	a1Key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
)

func TestProve(t *testing.T) {
	secret, err := base64.RawURLEncoding.DecodeString(a1Key)
	if err != nil {
		t.Fatal(err)
	}
	cut := strings.LastIndexByte(a1Token, '.')
	tests := []struct {
		name, token string
		key         journal.Key
		mac         string
		matches     bool
	}{
		{"RFC 7515, appendix A.1", a1Token, journal.Key{Alg: "HS256", Secret: secret}, a1Token[cut+1:], true},
		{"last bits changed", a1Token[:len(a1Token)-1] + "l", journal.Key{Alg: "HS256", Secret: secret}, a1Token[cut+1:], false},
		{"no signature", a1Token[:cut+1], journal.Key{Alg: "HS256", Secret: secret}, a1Token[cut+1:], false},
		{"no such algorithm", a1Token, journal.Key{Alg: "none", Secret: secret}, "", false},
	}
	for _, tt := range tests {
		got, ok := Prove(ParseToken(tt.token, now), tt.key)
		if want := (Proof{Input: a1Token[:cut], MAC: tt.mac, Fits: tt.matches}); ok && got != want || ok != (tt.mac != "") {
			t.Errorf("%s: got %+v, %v", tt.name, got, ok)
		}
	}
	for alg, length := range map[string]int{"HS384": 64, "HS512": 86} {
		if got, _ := Prove(ParseToken(a1Token, now), journal.Key{Alg: alg, Secret: secret}); len(got.MAC) != length || got.Fits {
			t.Errorf("%s: got %+v", alg, got)
		}
	}
}

// A public key makes no MAC: it says whether the signature fits, by its own
// algorithm alone.
func TestProveByPublicKey(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	input := encode(`{"alg":"EdDSA"}`) + "." + encode(`{"sub":"u-1"}`)
	signature := "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(private, []byte(input)))
	for _, tt := range []struct {
		name, token string
		key         journal.Key
		want        Proof
	}{
		{"signed", input + signature, journal.Key{Alg: "EdDSA", Public: der}, Proof{Input: input, Fits: true}},
		{"text changed", input + "A" + signature, journal.Key{Alg: "EdDSA", Public: der}, Proof{Input: input + "A"}},
		{"no signature", input + ".", journal.Key{Alg: "EdDSA", Public: der}, Proof{Input: input}},
		{"of another algorithm", input + signature, journal.Key{Alg: "RS256", Public: der}, Proof{Input: input}},
		{"of none that is known", input + signature, journal.Key{Alg: "X", Public: der}, Proof{Input: input}},
		{"no key", input + signature, journal.Key{Alg: "EdDSA", Public: []byte("?")}, Proof{Input: input}},
	} {
		if got, ok := Prove(ParseToken(tt.token, now), tt.key); !ok || got != tt.want {
			t.Errorf("%s: got %+v, %v", tt.name, got, ok)
		}
	}
}

func encode(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// claimText writes claims as name=value(human), with ? on those without gloss.
func claimText(claims []Claim) string {
	var out []string
	for _, c := range claims {
		s := c.Name + "=" + c.Value
		if c.Human != "" {
			s += "(" + c.Human + ")"
		}
		if c.Gloss.Text == "" {
			s = "?" + s
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func TestParseToken(t *testing.T) {
	tests := []struct {
		name, raw                  string
		params, claims             string
		header, payload, signature string // problems
		problems                   int
	}{
		{name: "RFC 7515, appendix A.1", raw: a1Token, params: `typ="JWT" alg="HS256"`,
			claims: `iss="joe" exp=1300819380(2011-03-22 18:43:00 UTC, 5724 d ago) ?http://example.com/is_root=true`},
		{name: "ours", raw: sign(goodHeader, goodPayload, key.Secret), params: `alg="HS256" kid="k1" typ="JWT"`,
			claims: `iss="https://library.test" sub="librarian" aud=["https://api.library.test"] exp=1795426172(09:29:32 UTC, in 15 min) iat=1795425272(09:14:32 UTC, now) jti="J1" name="Lin" role="staff"`},
		{name: "empty", header: "it is not a JSON object", payload: "it is missing", signature: "it is missing", problems: 4},
		{name: "two parts", raw: encode("{}") + "." + encode("{}"), signature: "it is missing", problems: 2},
		{name: "four parts", raw: encode("{}") + "." + encode("{}") + ".a.b",
			signature: "the octet 0x2e at offset 1 is not in the alphabet of base64url", problems: 2},
		{name: "other alphabet and padding", raw: "a+b." + encode("{}") + ".QQ==",
			header:    "the octet 0x2b at offset 1 is not in the alphabet of base64url",
			signature: "the octet 0x3d at offset 2 is not in the alphabet of base64url", problems: 2},
		{name: "stray bits and a line break", raw: encode("{}") + "." + encode("{}")[:2] + "\n." + "QR",
			payload:   "there is a line break at offset 2, which base64url does not have",
			signature: "its last character does not end on a whole octet, as base64url must", problems: 2},
		{name: "one character too many", raw: encode("{}") + "." + encode("{}") + ".A",
			signature: "its last character does not end on a whole octet, as base64url must", problems: 1},
		{name: "broken JSON", raw: encode(`{"alg":"none","kid":}`) + "." + encode(`{"a":1`) + ".",
			params: `alg="none"`, claims: "?a=1", header: "its JSON is broken", payload: "its JSON is broken", problems: 2},
		{name: "something follows", raw: encode(`{} {}`) + "." + encode(`[]`) + ".",
			header: "something follows its JSON object", payload: "it is not a JSON object", problems: 2},
		{name: "not UTF-8", raw: encode("{\"a\":\"\xff\"}") + "." + encode("{}") + ".",
			params: "?a=\"\xff\"", header: "it is not UTF-8", problems: 1},
		{name: "duplicates", raw: encode(`{"alg":"a","alg":"b"}`) + "." + encode(`{"role":"member", "role":"staff"}`) + ".",
			params: `alg="a" alg="b"`, claims: `role="member" role="staff"`, problems: 2},
		{name: "dates", raw: encode(`{}`) + "." + encode(`{"exp":"soon","nbf":null,"iat":1e300,"exp":1795425272.9}`) + ".",
			claims: `exp="soon"(not a number, so not a date) nbf=null(not a number, so not a date) iat=1e300(beyond any calendar) exp=1795425272.9(09:14:32 UTC, now)`, problems: 1},
	}
	for _, tt := range tests {
		v := ParseToken(tt.raw, now)
		got := fmt.Sprint(v.Raw, "|", claimText(v.Params), "|", claimText(v.Claims), "|", v.Header.Problem, "|", v.Payload.Problem, "|", v.Signature.Problem, "|", len(v.Problems))
		want := fmt.Sprint(tt.raw, "|", tt.params, "|", tt.claims, "|", tt.header, "|", tt.payload, "|", tt.signature, "|", tt.problems)
		if got != want {
			t.Errorf("%s\n got %s\nwant %s", tt.name, got, want)
		}
	}
}

// A megabyte takes what half of it takes twice, whatever is in it: what is counted
// is memory that was asked for, which no other program on the machine changes.
func TestParseTokenLarge(t *testing.T) {
	const size = 1 << 20
	for name, payload := range map[string]func(int) string{
		"deep":    func(n int) string { return strings.Repeat("[", n) },
		"members": func(n int) string { return "{" + strings.Repeat(`"a":1,`, n/6) + `"b":1}` },
		"string":  func(n int) string { return `{"a":"` + strings.Repeat("b", n) + `"}` },
	} {
		work := func(n int) uint64 {
			token := encode("{}") + "." + encode(payload(n)) + "."
			return asked(func() {
				if v := ParseToken(token, now); len(v.Problems) > 3 {
					t.Errorf("%s: %d problems", name, len(v.Problems))
				}
			})
		}
		if half, whole := work(size/2), work(size); whole > 3*half || whole > 200*size {
			t.Errorf("%s: half a megabyte takes %d bytes of memory, a whole one %d", name, half, whole)
		}
	}
	if v := ParseToken(strings.Repeat(".", size), now); len(v.Problems) == 0 {
		t.Error("a million dots are a token")
	}
}

// asked is how many bytes of memory do asks for.
func asked(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func FuzzParseToken(f *testing.F) {
	f.Add(a1Token)
	f.Add(encode(`{"alg":"none","alg":[{}]}`) + "..")
	f.Fuzz(func(t *testing.T, raw string) {
		v := ParseToken(raw, now)
		whole := v.Header.Encoded
		if strings.Contains(raw, ".") {
			whole += "." + v.Payload.Encoded
		}
		if strings.Count(raw, ".") > 1 {
			whole += "." + v.Signature.Encoded
		}
		if whole != raw || v.Raw != raw {
			t.Fatalf("%q became %q", raw, whole)
		}
		Prove(v, key)
		if v.Signature.Problem == "" && v.Signature.Decoded == nil {
			t.Fatalf("%q: neither decoded nor a problem", raw)
		}
	})
}
