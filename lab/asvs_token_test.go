package lab_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"authlab/lab/bench"
	"authlab/lab/journal"
	"authlab/lab/settings"
)

var asvsTokens = []requirement{
	{id: "9.1.1", level: 1, asks: "a token's signature is verified before anything in it is believed", holds: changedTokensAreRefused},
	{id: "9.1.2", level: 1, asks: "the server says which algorithm signs, never none, and a token cannot choose", holds: otherAlgorithmsAreRefused},
	{id: "9.1.3", level: 1, asks: "keys come from the server's own set, never from what a token names", holds: keysOfTokensAreIgnored},
	{id: "9.2.1", level: 1, asks: "a token counts within its time only", holds: tokensCountWithinTheirTime},
	{id: "9.2.2", level: 2, asks: "a token counts for its own purpose only", holds: tokensCountForTheirPurpose},
	{id: "9.2.3", level: 2, asks: "a token for another service is refused", holds: tokensForOthersAreRefused},
	{id: "9.2.4", level: 2, asks: "tokens for different services cannot be confused", holds: tokensNameTheirAudience},
}

// algorithms are the values of the knob.
func algorithms(t *testing.T) (names []string) {
	t.Helper()
	for _, k := range settings.Knobs {
		if k.Name == "token.alg" {
			for _, c := range k.Choices {
				names = append(names, c.Value)
			}
		}
	}
	if len(names) < 7 {
		t.Fatalf("the knob has the algorithms %q only", names)
	}
	return names
}

// withToken is a visitor who is logged in to a token app with its knobs turned.
func withToken(t *testing.T, w *world, knobs ...string) *visitor {
	t.Helper()
	v := w.visit(t)
	if len(knobs) > 0 {
		v.turn(t, knobs...)
	}
	v.logInToken(t, librarian)
	v.mustBelieve(t, "the token of the login", v.token)
	return v
}

// presents shows a token to the token app.
func (v *visitor) presents(t *testing.T, token string) answer {
	t.Helper()
	return v.send(t, "GET", v.path("/token/profile"), http.Header{"Authorization": {"Bearer " + token}}, "")
}

func (v *visitor) mustBelieve(t *testing.T, name, token string) {
	t.Helper()
	if got := v.presents(t, token); got.status != http.StatusOK || !strings.Contains(got.body, `"role":`) {
		t.Errorf("%s is answered with %d: %s", name, got.status, got.body)
	}
}

// mustRefuse wants the refusal of RFC 6750, and nothing of what is protected.
func (v *visitor) mustRefuse(t *testing.T, name, token string) {
	t.Helper()
	got := v.presents(t, token)
	if got.status != http.StatusUnauthorized || strings.Contains(got.body, `"role":`) || !strings.Contains(got.header.Get("WWW-Authenticate"), `error="invalid_token"`) {
		t.Errorf("%s is answered with %d: %s", name, got.status, got.body)
	}
}

// secretOf is the octets of the bench's key for an HMAC, and the key's id; for other
// algorithms those of the public key.
func (v *visitor) secretOf(t *testing.T, alg string) (kid string, octets []byte) {
	t.Helper()
	for _, k := range v.bench(t).State(journal.Token).Keys {
		if k.Alg == alg && k.Public != nil {
			return k.ID, k.Public
		}
		if k.Alg == alg {
			return k.ID, k.Secret
		}
	}
	t.Fatalf("the bench has no key for %s", alg)
	return "", nil
}

// forge signs claims with more in the header than the algorithm.
func forge(t *testing.T, method jwt.SigningMethod, header, claims map[string]any, key any) string {
	t.Helper()
	token := jwt.NewWithClaims(method, jwt.MapClaims(claims))
	for name, value := range header {
		token.Header[name] = value
	}
	text, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// with is members with one changed, or left out where its value is nil.
func with(members map[string]any, name string, value any) map[string]any {
	changed := maps.Clone(members)
	changed[name] = value
	if value == nil {
		delete(changed, name)
	}
	return changed
}

// changedTokensAreRefused changes tokens of every algorithm, and the names that a
// class's room signs for its devices.
func changedTokensAreRefused(t *testing.T, labs asvsLabs) {
	for _, alg := range algorithms(t) {
		v, other := withToken(t, labs.plain, "token.alg", alg), withToken(t, labs.plain, "token.alg", alg)
		parts, foreign := strings.Split(v.token, "."), strings.Split(other.token, ".")
		for i, name := range []string{"header", "claims", "signature"} {
			for _, at := range []int{0, len(parts[i]) / 2, len(parts[i]) - 1} {
				changed := append([]string(nil), parts...)
				changed[i] = parts[i][:at] + nextLetter(parts[i][at]) + parts[i][at+1:]
				v.mustRefuse(t, fmt.Sprintf("%s with another letter at %d of the %s", alg, at, name), strings.Join(changed, "."))
			}
		}
		claims := strings.Replace(string(fromBase64(t, parts[1])), `"librarian"`, `"reader"`, 1)
		v.mustRefuse(t, alg+" with another subject", parts[0]+"."+base64.RawURLEncoding.EncodeToString([]byte(claims))+"."+parts[2])
		v.mustRefuse(t, alg+" without a signature", parts[0]+"."+parts[1]+".")
		v.mustRefuse(t, alg+" with half a signature", v.token[:len(v.token)-len(parts[2])/2])
		v.mustRefuse(t, alg+" with the signature of another token", parts[0]+"."+parts[1]+"."+foreign[2])
		v.mustRefuse(t, alg+" of another bench", other.token)
	}
	changedNamesAreRefused(t, labs.plain.present(t), labs.plain.present(t))
}

// changedNamesAreRefused changes the name that a class's room has signed for a device.
func changedNamesAreRefused(t *testing.T, c, other *classroom) {
	t.Helper()
	here := func(device string) int {
		return c.post(t, c.room+"/here", "device", device, "bye", "1").status
	}
	if got := here(c.device); got != http.StatusNoContent {
		t.Errorf("a device of the class is answered with %d", got)
	}
	for _, at := range []int{0, len(c.device)/2 - 1, len(c.device) / 2, len(c.device) - 1} {
		letter := "A"
		if c.device[at] == 'A' {
			letter = "B"
		}
		if got := here(c.device[:at] + letter + c.device[at+1:]); got != http.StatusConflict {
			t.Errorf("a device with another letter at %d of its name is answered with %d", at, got)
		}
	}
	for name, device := range map[string]string{"of another class": other.device, "without its signature": c.device[:len(c.device)/2], "without a name": ""} {
		if got := here(device); got != http.StatusConflict {
			t.Errorf("a device %s is answered with %d", name, got)
		}
	}
}

// nextLetter is the letter of base64url that differs in the last bit, which at the end
// of a part may say nothing.
func nextLetter(of byte) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return string(letters[strings.IndexByte(letters, of)^1])
}

func fromBase64(t *testing.T, part string) []byte {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// otherAlgorithmsAreRefused signs good claims with every algorithm that is not the
// one that the server is set up with: none, and the public key as an HMAC's secret.
func otherAlgorithmsAreRefused(t *testing.T, labs asvsLabs) {
	hmacs := []jwt.SigningMethod{jwt.SigningMethodHS256, jwt.SigningMethodHS384, jwt.SigningMethodHS512}
	for _, alg := range algorithms(t) {
		v := withToken(t, labs.plain, "token.alg", alg)
		header, claims := partOf(t, v.token, 0), partOf(t, v.token, 1)
		if header["alg"] != alg {
			t.Errorf("set up with %s the server signs with %v", alg, header["alg"])
		}
		kid, octets := v.secretOf(t, alg)
		for _, method := range hmacs {
			if method.Alg() == alg {
				v.mustBelieve(t, "forged as the server signs", forge(t, method, map[string]any{"kid": kid}, claims, octets))
				continue // it shows that what follows is refused for its algorithm alone
			}
			v.mustRefuse(t, method.Alg()+" where only "+alg+" is allowed", forge(t, method, map[string]any{"kid": kid}, claims, octets))
			v.mustRefuse(t, method.Alg()+" that says it is "+alg, forge(t, method, map[string]any{"kid": kid, "alg": alg}, claims, []byte("no key of the server's, of 32 bytes")))
		}
		unsigned := forge(t, jwt.SigningMethodNone, map[string]any{"kid": kid}, claims, jwt.UnsafeAllowNoneSignatureType)
		signature := v.token[strings.LastIndex(v.token, "."):]
		v.mustRefuse(t, "none where only "+alg+" is allowed", unsigned)
		v.mustRefuse(t, "none with a signature", strings.TrimSuffix(unsigned, ".")+signature)
		for _, name := range []string{"None", "NONE", "nOnE", ""} {
			v.mustRefuse(t, fmt.Sprintf("the algorithm %q", name), forge(t, jwt.SigningMethodNone, map[string]any{"kid": kid, "alg": name}, claims, jwt.UnsafeAllowNoneSignatureType))
		}
	}
	misnamedAlgorithmsAreRefused(t, withToken(t, labs.plain))
}

// misnamedAlgorithmsAreRefused signs as the server does, and calls that something else,
// or nothing.
func misnamedAlgorithmsAreRefused(t *testing.T, v *visitor) {
	t.Helper()
	claims := partOf(t, v.token, 1)
	kid, key := v.secretOf(t, "HS256")
	v.mustBelieve(t, "a token of HS256", forge(t, jwt.SigningMethodHS256, map[string]any{"kid": kid}, claims, key))
	for _, name := range []any{"hs256", "Hs256", "HS384", "HS512", "RS256", "PS256", "ES256", "EdDSA", "none", "", " HS256", 256, []string{"HS256"}, nil} {
		header := map[string]any{"kid": kid, "alg": name}
		v.mustRefuse(t, fmt.Sprintf("HS256 that is called %v", name), forge(t, jwt.SigningMethodHS256, header, claims, key))
		v.mustRefuse(t, fmt.Sprintf("nothing that is called %v", name), forge(t, jwt.SigningMethodNone, header, claims, jwt.UnsafeAllowNoneSignatureType))
	}
}

// keysOfTokensAreIgnored signs with keys that the token brings along or says where to
// fetch: they are refused, and nobody fetches anything.
func keysOfTokensAreIgnored(t *testing.T, labs asvsLabs) {
	elsewhere, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer elsewhere.Close()
	url := "http://" + elsewhere.Addr().String() + "/keys"
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	octets := bytes.Repeat([]byte("k"), 32)
	enc := base64.RawURLEncoding.EncodeToString
	for _, c := range []struct {
		method jwt.SigningMethod
		key    any
		jwk    map[string]any
	}{
		{jwt.SigningMethodHS256, octets, map[string]any{"kty": "oct", "k": enc(octets)}},
		{jwt.SigningMethodRS256, rsaKey, map[string]any{"kty": "RSA", "n": enc(rsaKey.N.Bytes()), "e": "AQAB"}},
		{jwt.SigningMethodES256, ecKey, map[string]any{"kty": "EC", "crv": "P-256", "x": enc(ecKey.X.FillBytes(make([]byte, 32))), "y": enc(ecKey.Y.FillBytes(make([]byte, 32)))}},
		{jwt.SigningMethodEdDSA, edKey, map[string]any{"kty": "OKP", "crv": "Ed25519", "x": enc(edKey.Public().(ed25519.PublicKey))}},
	} {
		v := withToken(t, labs.plain, "token.alg", c.method.Alg())
		claims := partOf(t, v.token, 1)
		kid, _ := v.secretOf(t, c.method.Alg())
		for _, id := range []any{kid, "mine", url, "../../../../dev/null", nil} {
			header := with(map[string]any{"jwk": c.jwk, "jku": url, "x5u": url, "x5c": []string{"MIIB"}}, "kid", id)
			v.mustRefuse(t, fmt.Sprintf("%s with a key of its own, called %v", c.method.Alg(), id), forge(t, c.method, header, claims, c.key))
		}
	}
	v := withToken(t, labs.plain)
	for _, id := range []any{"", "none", "../../dev/null", "k' OR '1'='1", nil} { // where a careless server finds no key, or an empty one
		v.mustRefuse(t, fmt.Sprintf("an empty key called %v", id), forge(t, jwt.SigningMethodHS256, map[string]any{"kid": id}, partOf(t, v.token, 1), []byte{}))
	}
	mustBeTheFirst(t, elsewhere)
}

// mustBeTheFirst connects to a listener: those who came before would be accepted
// before.
func mustBeTheFirst(t *testing.T, ln net.Listener) {
	t.Helper()
	own, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer own.Close()
	first, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	if first.RemoteAddr().String() != own.LocalAddr().String() {
		t.Errorf("the lab has connected to where a token sent it")
	}
}

// tokensCountWithinTheirTime signs as the server does, with other times, and lets a
// token of the server's own expire.
func tokensCountWithinTheirTime(t *testing.T, labs asvsLabs) {
	v := withToken(t, labs.plain)
	header, claims := partOf(t, v.token, 0), partOf(t, v.token, 1)
	_, key := v.secretOf(t, "HS256")
	now := v.bench(t).Now()
	at := func(by time.Duration) int64 { return now.Add(by).Unix() }
	for _, c := range []struct {
		name, claim string
		value       any
		believed    bool
	}{
		{"as it was", "jti", "another", true},
		{"that ended a minute ago", "exp", at(-time.Minute), false},
		{"that ended in 1970", "exp", 0, false},
		{"without an end", "exp", nil, false},
		{"whose end is text", "exp", "tomorrow", false},
		{"that is already valid", "nbf", at(-time.Minute), true},
		{"that is not valid yet", "nbf", at(10 * time.Minute), false},
		{"from the future", "iat", at(10 * time.Minute), false},
		{"of no time", "iat", nil, false},
	} {
		token := forge(t, jwt.SigningMethodHS256, header, with(claims, c.claim, c.value), key)
		if c.believed {
			v.mustBelieve(t, "a token "+c.name, token)
		} else {
			v.mustRefuse(t, "a token "+c.name, token)
		}
	}
	v.administer(t, "clock", "by", "14m")
	v.mustBelieve(t, "a token of 14 minutes", v.token)
	v.administer(t, "clock", "by", "1m")
	v.mustRefuse(t, "a token of 15 minutes", v.token)
}

// tokensCountForTheirPurpose shows each credential where another one is wanted. The
// access token is the only thing that the server signs, with a key for nothing else;
// refresh tokens and session ids are numbers, and say nothing by themselves.
func tokensCountForTheirPurpose(t *testing.T, labs asvsLabs) {
	v := labs.plain.visit(t)
	v.turn(t, "token.refresh", "rotate")
	sid, held := v.sessionLogin(t, ""), v.tokenLogin(t)
	if strings.Contains(held.Refresh, ".") {
		t.Errorf("the refresh token %s is made of parts", held.Refresh)
	}
	v.mustBelieve(t, "an access token", held.Access)
	v.mustRefuse(t, "a refresh token as an access token", held.Refresh)
	v.mustRefuse(t, "a session id as an access token", sid)
	for name, value := range map[string]string{"an access token": held.Access, "a session id": sid} {
		if got, _ := v.refreshes(t, value); got.status != http.StatusBadRequest || !strings.Contains(got.body, `"invalid_grant"`) {
			t.Errorf("%s as a refresh token is answered with %d: %s", name, got.status, got.body)
		}
	}
	v.mustKnow(t, "a session id", sid)
	v.mustNotKnow(t, "an access token as a session id", held.Access)
	v.mustNotKnow(t, "a refresh token as a session id", held.Refresh)
	if got, _ := v.refreshes(t, held.Refresh); got.status != http.StatusOK {
		t.Errorf("the refresh token, where it belongs, is answered with %d", got.status)
	}
}

// given is what the token app gives, in JSON.
type given struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
}

// tokenLogin logs in to a token app with refresh tokens.
func (v *visitor) tokenLogin(t *testing.T) (held given) {
	t.Helper()
	got := v.send(t, "POST", v.path("/token/login"), http.Header{"Content-Type": {"application/json"}}, loginJSON(librarian))
	if err := json.Unmarshal([]byte(got.body), &held); err != nil || held.Access == "" || held.Refresh == "" {
		t.Fatalf("the login is answered with %d: %s", got.status, got.body)
	}
	return held
}

// refreshes uses a refresh token and returns what it brings, if anything.
func (v *visitor) refreshes(t *testing.T, token string) (got answer, next given) {
	t.Helper()
	got = v.send(t, "POST", v.path("/token/refresh"), http.Header{"Content-Type": {"application/json"}}, fmt.Sprintf(`{"refresh_token":%q}`, token))
	if err := json.Unmarshal([]byte(got.body), &next); err != nil {
		t.Fatalf("a refresh is answered with %d: %s", got.status, got.body)
	}
	return got, next
}

// tokensForOthersAreRefused signs as the server does, for others and as others.
func tokensForOthersAreRefused(t *testing.T, labs asvsLabs) {
	v := withToken(t, labs.plain)
	header, claims := partOf(t, v.token, 0), partOf(t, v.token, 1)
	_, key := v.secretOf(t, "HS256")
	for _, c := range []struct {
		name, claim string
		value       any
		believed    bool
	}{
		{"for this service", "aud", bench.Audience, true},
		{"for this service and another", "aud", []string{"https://shop.test", bench.Audience}, true},
		{"for another service", "aud", "https://shop.test", false},
		{"for a list of others", "aud", []string{"https://shop.test", bench.Audience + ".evil.test"}, false},
		{"for the service's name in other letters", "aud", strings.ToUpper(bench.Audience), false},
		{"for the service's name and more", "aud", bench.Audience + "/", false},
		{"for who issued it", "aud", bench.Issuer, false},
		{"for an empty list", "aud", []string{}, false},
		{"for an empty name", "aud", "", false},
		{"for nobody", "aud", nil, false},
		{"for a number", "aud", 1, false},
		{"by another issuer", "iss", "https://shop.test", false},
		{"by no issuer", "iss", nil, false},
	} {
		token := forge(t, jwt.SigningMethodHS256, header, with(claims, c.claim, c.value), key)
		if c.believed {
			v.mustBelieve(t, "a token "+c.name, token)
		} else {
			v.mustRefuse(t, "a token "+c.name, token)
		}
	}
}

// tokensNameTheirAudience looks at what is issued. The issuer has one service, and
// each bench keys of its own: no token of one is for another.
func tokensNameTheirAudience(t *testing.T, labs asvsLabs) {
	seen := map[string]bool{}
	for _, alg := range []string{"HS256", "RS256", "ES256", "EdDSA"} { // one of each kind of key
		v, other := withToken(t, labs.plain, "token.alg", alg), withToken(t, labs.plain, "token.alg", alg)
		for _, v := range []*visitor{v, other} {
			if claims := partOf(t, v.token, 1); claims["iss"] != bench.Issuer || fmt.Sprint(claims["aud"]) != "["+bench.Audience+"]" {
				t.Errorf("a token is by %v for %v", claims["iss"], claims["aud"])
			}
			_, key := v.secretOf(t, alg)
			if seen[string(key)] {
				t.Errorf("two benches have one key for %s", alg)
			}
			seen[string(key)] = true
		}
		v.mustRefuse(t, "a token of another bench", other.token)
		other.mustRefuse(t, "a token of another bench", v.token)
	}
}
