package lab_test

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"authlab/lab/journal"
)

// jweOf is a JWE in compact serialization, made step by step (RFC 7516, section 5.1) of a
// header as it stands, with A256GCM (RFC 7518, section 5.3).
func jweOf(header, plain string, key []byte) string {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // a key of a bench is 32 bytes
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // AES has blocks of 16 bytes
	}
	nonce := make([]byte, gcm.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	encode := base64.RawURLEncoding.EncodeToString
	protected := encode([]byte(header))
	sealed := gcm.Seal(nil, nonce, []byte(plain), []byte(protected))
	text, tag := sealed[:len(plain)], sealed[len(plain):]
	return strings.Join([]string{protected, "", encode(nonce), encode(text), encode(tag)}, ".")
}

// newSeal logs in to the sealed app.
func (s *scene) newSeal(t *rapid.T) {
	t.Helper()
	s.logInSealed(t, librarian)
	s.seals = append(s.seals, s.seal())
}

// claimsSealed are those of a session that the bench's own app could have sealed at now.
func claimsSealed(now time.Time) map[string]string {
	at := now.Unix()
	return map[string]string{
		"sub": `"librarian"`, "name": `"Lin Librarian"`, "role": `"staff"`,
		"auth_time": fmt.Sprint(at), "iat": fmt.Sprint(at), "exp": fmt.Sprint(at + 900),
	}
}

// drawSeal draws a sealed session: this bench's, another's, one that is sealed with the
// right key and says something odd, changed or made up.
func (s *scene) drawSeal(t *rapid.T, other *visitor) string {
	seal := rapid.SampledFrom(s.seals).Draw(t, "seal")
	switch rapid.IntRange(0, 7).Draw(t, "kind") {
	case 0:
		return other.seal()
	case 1:
		return tamper(t, seal)
	case 2:
		return rapid.SampledFrom([]string{"", "x", "....", "e30....", strings.Repeat("a", 5000), seal + ".", seal[:len(seal)-1], "%00", "é"}).Draw(t, "odd")
	case 3, 4:
		return s.forgeSeal(t)
	default:
		return seal
	}
}

// forgeSeal seals something odd with the bench's own key.
func (s *scene) forgeSeal(t *rapid.T) string {
	b := s.bench(t)
	key := b.State(journal.Sealed).Keys[0]
	header := rapid.SampledFrom([]string{
		`{"alg":"dir","enc":"A256GCM","kid":"k1"}`, `{"alg":"dir","enc":"A256GCM","kid":"k1"}`, `{"alg":"dir","enc":"A256GCM","kid":"k1"}`,
		`{"alg":"dir","enc":"A256GCM","kid":"k2"}`, `{"alg":"dir","enc":"A256GCM"}`, `{"alg":"dir","enc":"A256GCM","kid":1}`,
		`{"alg":"A256KW","enc":"A256GCM","kid":"k1"}`, `{"alg":"dir","enc":"A128CBC-HS256","kid":"k1"}`, `{"enc":"A256GCM","kid":"k1"}`,
		`{"alg":"dir","enc":"A256GCM","kid":"k1","zip":"DEF"}`, `{"alg":"dir","enc":"A256GCM","kid":"k1","crit":["x"],"x":1}`, `[]`, `null`, `{"alg":`,
	}).Draw(t, "header")
	claims := claimsSealed(b.Now())
	name := rapid.SampledFrom([]string{"sub", "role", "iat", "exp", "auth_time"}).Draw(t, "claim")
	at := b.Now().Unix()
	claims[name] = map[string][]string{
		"sub": {`""`, `"nobody"`, `"reader"`}, "role": {`""`, `"root"`, `"member"`, `"staff"`},
		"iat": {fmt.Sprint(at + 60), "0", fmt.Sprint(at)}, "exp": {fmt.Sprint(at), "0", fmt.Sprint(at + 1), fmt.Sprint(at + 1<<40)}, "auth_time": {"0", fmt.Sprint(at)},
	}[name][rapid.IntRange(0, 1).Draw(t, "which")]
	return jweOf(header, object(membersOf(claims)), key.Secret)
}

// membersOf are the members of an object, in any order.
func membersOf(texts map[string]string) (list []member) {
	for name, text := range texts {
		list = append(list, member{name, text})
	}
	return list
}

// TestEachCheckOfASeal forges, for each check that the sealed app makes, a session that
// fails just there, and holds the verdict against it.
func TestEachCheckOfASeal(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	s := scene{visitor: w.visit(t)}
	s.logInSealed(t, librarian)
	own := s.seal()
	key := s.bench(t).State(journal.Sealed).Keys[0]
	const header = `{"alg":"dir","enc":"A256GCM","kid":"k1"}`
	with := func(name, text string) string {
		claims := claimsSealed(s.bench(t).Now())
		claims[name] = text
		return jweOf(header, object(membersOf(claims)), key.Secret)
	}
	changed := func(at int) string {
		c := byte('A')
		if own[at] == c {
			c = 'B'
		}
		return own[:at] + string(c) + own[at+1:]
	}
	n := 1 // the login
	for _, c := range []struct{ seal, fails string }{
		{own, ""},
		{"", "cookie present"},
		{"a.b.c", "parts readable"},
		{own[:len(own)-1], "parts readable"},
		{jweOf(`{"alg":"dir","enc":"A128GCM","kid":"k1"}`, "{}", key.Secret), "algorithm allowed"},
		{jweOf(`{"alg":"dir","enc":"A256GCM","kid":"k1","zip":"DEF"}`, "{}", key.Secret), "no unknown extension"},
		{jweOf(`{"alg":"dir","enc":"A256GCM","kid":"k9"}`, "{}", key.Secret), "key known"},
		{changed(len(own) - 30), "seal intact"},
		{changed(strings.Index(own, "..") + 3), "seal intact"},
		{jweOf(header, "{}", make([]byte, 32)), "seal intact"},
		{with("exp", "1"), "not expired"},
		{with("iat", fmt.Sprint(time.Now().Unix()+1000)), "issued in the past"},
		{with("sub", `""`), "subject present"},
		{with("role", `"root"`), "role known"},
	} {
		n++
		want := http.StatusSeeOther
		if c.fails == "" {
			want = http.StatusOK
		}
		request := lines("GET "+s.path("/sealed/profile")+" HTTP/1.1", "Host: a", "Cookie: sealed="+c.seal)
		if got := w.ask(t, request).status; got != want {
			t.Errorf("%q is answered with %d, want %d", c.fails, got, want)
		}
		s.await(t, n)
		x := s.journal(t, n).numbered(t, n)
		agrees(t, x, want, request)
		failed := ""
		for _, check := range x.Verdict.Checks {
			if check.OK != nil && !*check.OK {
				failed = check.Name
			}
		}
		if failed != c.fails {
			t.Errorf("a session that should fail at %q is said to fail at %q", c.fails, failed)
		}
	}
}
