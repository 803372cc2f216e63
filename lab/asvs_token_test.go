package lab_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"authlab/lab/bench"
	"authlab/lab/journal"
)

// forger makes tokens for a bench with its own key, as only its app can, and holds
// what becomes of one against what becomes of a changed one.
type forger struct {
	*visitor
	key []byte
	kid string
	now time.Time
}

func (a *asvs) forger(t *testing.T) *forger {
	t.Helper()
	v := a.loggedIn(t)
	b := v.bench(t)
	key := b.State(journal.Token).Keys[0]
	f := &forger{visitor: v, key: key.Secret, kid: key.ID, now: b.Now()}
	if got := f.profileOf(t, f.made(nil, nil)); got != 200 {
		t.Fatalf("a good token of the test's own is answered with %d, so this shows nothing", got)
	}
	return f
}

// made is a good token but for these parameters and claims; one without a text is
// left out.
func (f *forger) made(params, claims []member) string {
	return hs256(object(replacing(goodHeader(f.kid), params)), object(replacing(goodClaims(f.now), claims)), f.key)
}

func replacing(members, by []member) (list []member) {
	isNamed := func(name string) func(member) bool { return func(m member) bool { return m.name == name } }
	for _, m := range members {
		if !slices.ContainsFunc(by, isNamed(m.name)) {
			list = append(list, m)
		}
	}
	for _, m := range by {
		if m.text != "" {
			list = append(list, m)
		}
	}
	return list
}

// refused expects a 401 with the error of RFC 6750.
func (f *forger) refused(t *testing.T, what, token string) {
	t.Helper()
	got := f.w.stranger(t).send(t, "GET", f.path("/token/profile"), http.Header{"Authorization": {"Bearer " + token}}, "")
	if got.status != http.StatusUnauthorized || !strings.Contains(got.header.Get("WWW-Authenticate"), `error="invalid_token"`) {
		t.Errorf("%s: %d, %q", what, got.status, got.header.Get("WWW-Authenticate"))
	}
}

func asPart(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

func changedTokens(t *testing.T, a *asvs) {
	f := a.forger(t)
	parts := strings.Split(f.token, ".")
	staff := asPart(object(replacing(goodClaims(f.now), []member{{"role", `"staff"`}})))
	f.refused(t, "other claims", parts[0]+"."+staff+"."+parts[2])
	f.refused(t, "no signature", parts[0]+"."+parts[1]+".")
	f.refused(t, "half a signature", f.token[:len(f.token)-20])
	f.refused(t, "another key", hs256(object(goodHeader(f.kid)), object(goodClaims(f.now)), []byte("another key, of thirty-two octets")))
	f.refused(t, "another header", asPart(`{"alg":"HS256","kid":"`+f.kid+`","typ":"JWT","x":1}`)+"."+parts[1]+"."+parts[2])
}

func otherAlgorithms(t *testing.T, a *asvs) {
	f := a.forger(t)
	for _, alg := range []string{"none", "None", "NONE", "", "hs256", "HS384", "HS512", "RS256", "PS256", "ES256", "EdDSA"} {
		params := []member{{"alg", fmt.Sprintf("%q", alg)}}
		f.refused(t, "alg "+alg, f.made(params, nil))
		unsigned := asPart(object(replacing(goodHeader(f.kid), params))) + "." + asPart(object(goodClaims(f.now))) + "."
		f.refused(t, "alg "+alg+" unsigned", unsigned)
	}
	f.refused(t, "no alg", f.made([]member{{"alg", ""}}, nil))
}

// foreignKeys: keys that a token brings, or says where they are.
func foreignKeys(t *testing.T, a *asvs) {
	f := a.forger(t)
	mine := []byte("a key of the attacker, 32 octets")
	for name, text := range map[string]string{
		"jwk": `{"kty":"oct","k":"` + asPart(string(mine)) + `"}`, "jku": `"https://evil.test/jwks"`, "x5u": `"https://evil.test/x5u"`, "x5c": `["` + asPart("x") + `"]`,
	} {
		f.refused(t, name, hs256(object(replacing(goodHeader(f.kid), []member{{name, text}})), object(goodClaims(f.now)), mine))
	}
	for _, kid := range []string{"", "../../dev/null", "k' OR '1'='1", "none"} {
		f.refused(t, "kid "+kid, hs256(object(replacing(goodHeader(f.kid), []member{{"kid", fmt.Sprintf("%q", kid)}})), object(goodClaims(f.now)), nil))
	}
	f.turn(t, "token.alg", "ES256")
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keys := f.bench(t).State(journal.Token).Keys
	public := keys[len(keys)-1]
	signed := asPart(`{"alg":"ES256","kid":"`+public.ID+`"}`) + "." + asPart(object(goodClaims(f.now)))
	sum := sha256.Sum256([]byte(signed))
	r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	f.refused(t, "another key pair", signed+"."+asPart(string(r.FillBytes(make([]byte, 32)))+string(s.FillBytes(make([]byte, 32)))))
}

func outOfTime(t *testing.T, a *asvs) {
	f := a.forger(t)
	at := func(d time.Duration) string { return fmt.Sprint(f.now.Add(d).Unix()) }
	for what, claims := range map[string][]member{
		"expired": {{"exp", at(-time.Minute)}}, "no end": {{"exp", ""}}, "not yet": {{"nbf", at(10 * time.Minute)}}, "issued tomorrow": {{"iat", at(24 * time.Hour)}},
	} {
		f.refused(t, what, f.made(nil, claims))
	}
	if got := f.profileOf(t, f.made(nil, []member{{"nbf", at(-time.Minute)}})); got != 200 {
		t.Errorf("a token that is good by now is answered with %d", got)
	}
}

// otherPurpose: a refresh token shows nobody's profile, and an access token makes
// no new one.
func otherPurpose(t *testing.T, a *asvs) {
	v := a.w.visit(t)
	c := &client{visitor: v}
	v.turn(t, "token.refresh", "rotate")
	c.logIn(t)
	access, refresh := c.access, c.refresh
	if access == "" || refresh == "" || access == refresh {
		t.Fatalf("the login gave %q and %q", access, refresh)
	}
	if got := v.profileOf(t, refresh); got != http.StatusUnauthorized {
		t.Errorf("the refresh token opens the profile: %d", got)
	}
	h := http.Header{"Content-Type": {"application/json"}}
	if got := v.send(t, "POST", v.path("/token/refresh"), h, fmt.Sprintf(`{"refresh_token":%q}`, access)); got.status != 400 && got.status != 401 {
		t.Errorf("an access token is refreshed with: %d %s", got.status, got.body)
	}
	if got := v.send(t, "POST", v.path("/token/refresh"), h, fmt.Sprintf(`{"refresh_token":%q}`, refresh)); got.status != 200 {
		t.Errorf("the refresh token is answered with %d, so this shows nothing", got.status)
	}
}

func otherAudience(t *testing.T, a *asvs) {
	f := a.forger(t)
	for _, aud := range []string{"", `"other.example"`, `["other.example"]`, `[]`, `""`, `"` + bench.Audience + `.evil"`} {
		f.refused(t, "aud "+aud, f.made(nil, []member{{"aud", aud}}))
	}
}

func audienceIsSaid(t *testing.T, a *asvs) {
	v, other := a.loggedIn(t), a.loggedIn(t)
	aud := fmt.Sprint(partOf(t, v.token, 1)["aud"])
	if !strings.Contains(aud, bench.Audience) || bench.Audience == "" {
		t.Errorf("the token is for %s", aud)
	}
	if got := v.profileOf(t, other.token); got != http.StatusUnauthorized {
		t.Errorf("another bench's token is answered with %d", got)
	}
}
