package token

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/golang-jwt/jwt/v5"
)

// oneKey is a key for an algorithm, as what signs and what verifies.
type oneKey struct{ private, public any }

func (k oneKey) Signing(context.Context) (string, any, error)   { return "k1", k.private, nil }
func (k oneKey) Verifying(context.Context, string) (any, error) { return k.public, nil }
func shared(octets int) oneKey                                  { k := make([]byte, octets); return oneKey{k, k} }
func pair(private crypto.Signer, err error) oneKey {
	if err != nil {
		panic(err)
	}
	return oneKey{private, private.Public()}
}

// algorithms are good keys by algorithm.
var algorithms = sync.OnceValue(func() map[string]oneKey {
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	long := pair(rsa.GenerateKey(rand.Reader, 2048))
	return map[string]oneKey{
		"HS256": shared(32), "HS384": shared(48), "HS512": shared(64), "RS256": long, "PS256": long,
		"ES256": pair(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)), "EdDSA": pair(ed, err),
	}
})

// with is a library that signs with an algorithm.
func with(w *world, alg string, k Keys) *App {
	c := config(w)
	c.Keys, c.Variant.Alg = k, alg
	return New(c)
}

// A token is believed by the library of its algorithm, and by none of another,
// whose key it may even have been made with.
func TestAlgorithms(t *testing.T) {
	w := newWorld(t)
	tokens := map[string]string{}
	for alg, k := range algorithms() {
		token, err := with(w, alg, k).issue(t.Context(), w.accounts["reader"])
		if err != nil {
			t.Fatal(err)
		}
		tokens[alg] = token
	}
	for alg, k := range algorithms() {
		app := with(w, alg, k)
		for other, token := range tokens {
			_, err := app.verify(t.Context(), token)
			if (err == nil) != (alg == other) {
				t.Errorf("%s: a token of %s: %v", alg, other, err)
			}
			if no, _ := errors.AsType[*refusal](err); err != nil && (no == nil || !strings.Contains(no.description, "is not signed with "+alg)) {
				t.Errorf("%s: a token of %s is refused: %v", alg, other, err)
			}
		}
		parts := strings.Split(tokens[alg], ".")
		changed := parts[0] + "." + changed(parts[1], map[string]any{"role": "staff"}) + "." + parts[2]
		_, err := app.verify(t.Context(), changed)
		if no, _ := errors.AsType[*refusal](err); no == nil || no.description != noMatch {
			t.Errorf("%s: a token that was changed: %v", alg, err)
		}
	}
}

// A key that is too short or of another kind is our mistake: nothing is signed
// with it, and nothing believed.
func TestWeakKeys(t *testing.T) {
	w := newWorld(t)
	good := algorithms()
	short := pair(rsa.GenerateKey(rand.Reader, 1024))
	for alg, keys := range map[string][]oneKey{
		"HS256": {shared(31), good["ES256"]}, "HS384": {shared(47)}, "HS512": {shared(63)},
		"RS256": {short, good["HS256"], good["ES256"]}, "PS256": {short, good["EdDSA"]},
		"ES256": {pair(ecdsa.GenerateKey(elliptic.P384(), rand.Reader)), good["RS256"]}, "EdDSA": {good["ES256"], good["HS256"]},
	} {
		token, err := with(w, alg, good[alg]).issue(t.Context(), w.accounts["reader"])
		if err != nil {
			t.Fatal(err)
		}
		for i, k := range keys {
			app := with(w, alg, k)
			if _, err := app.issue(t.Context(), w.accounts["reader"]); !errors.Is(err, errWeakKey) {
				t.Errorf("%s signs with weak key %d: %v", alg, i, err)
			}
			if _, err := app.verify(t.Context(), token); !errors.Is(err, errWeakKey) {
				t.Errorf("%s verifies with weak key %d: %v", alg, i, err)
			}
		}
	}
}

// The salt of PS256 is as long as the hash (RFC 7518, section 3.5). The parser by
// itself takes any.
func TestSaltLength(t *testing.T) {
	w := newWorld(t)
	k := algorithms()["PS256"]
	app := with(w, "PS256", k)
	good, err := app.issue(t.Context(), w.accounts["reader"])
	if err != nil {
		t.Fatal(err)
	}
	text := good[:strings.LastIndex(good, ".")]
	for salt, believed := range map[int]bool{1: false, 20: false, 32: true, 64: false} {
		method := &jwt.SigningMethodRSAPSS{SigningMethodRSA: jwt.SigningMethodPS256.SigningMethodRSA, Options: &rsa.PSSOptions{SaltLength: salt}}
		signature, err := method.Sign(text, k.private)
		if err != nil {
			t.Fatal(err)
		}
		token := text + "." + base64.RawURLEncoding.EncodeToString(signature)
		if _, err := app.verify(t.Context(), token); (err == nil) != believed {
			t.Errorf("a salt of %d bytes: %v", salt, err)
		}
		if err := jwt.SigningMethodPS256.Verify(text, signature, k.public); err != nil {
			t.Errorf("golang-jwt refuses a salt of %d bytes: %v", salt, err)
		}
	}
}

// An algorithm that there is not is a mistake of whoever sets the library up.
func TestNoSuchAlgorithm(t *testing.T) {
	for _, alg := range []string{"none", "hs256", "RS1"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("there is an algorithm %q", alg)
				}
			}()
			with(newWorld(t), alg, shared(64))
		}()
	}
}

// While what is remembered cannot be read, nobody is believed whom it would decide
// about, and nothing of the reason is told.
func TestRecordsAreDown(t *testing.T) {
	for name, v := range map[string]Variant{
		"denylist": {Denylist: down{}}, "refresh": {Refresh: Rotated, RefreshTokens: down{}}, "reusable": {Refresh: Reusable, RefreshTokens: down{}},
	} {
		w := newWorld(t)
		good := w.login(t, "reader")
		c := config(w)
		c.Variant = v
		w.apps[base] = New(c)
		jsonType := func() http.Header { return http.Header{"Content-Type": {"application/json"}} }
		answers := map[string]int{"GET /profile": 200, "POST /login": 500, "POST /refresh": 500, "POST /logout": 500}
		if name == "denylist" {
			answers = map[string]int{"GET /profile": 500, "POST /login": 200, "POST /refresh": 404, "POST /logout": 500}
		}
		for request, want := range answers {
			method, path, _ := strings.Cut(request, " ")
			body := `{"refresh_token":"x","email":"reader@library.test","password":"open-book"}`
			if method == "GET" {
				body = ""
			}
			w.token = good
			answer := w.send(method, path, jsonType(), body)
			if answer.Code != want || strings.Contains(answer.Body.String(), "secret") {
				t.Errorf("%s: %s: %d %s, want %d", name, request, answer.Code, answer.Body, want)
			}
		}
	}
}

// BenchmarkVerify verifies tokens as a request does.
func BenchmarkVerify(b *testing.B) {
	w := newWorld(b)
	for _, alg := range []string{"HS256", "HS384", "HS512", "RS256", "PS256", "ES256", "EdDSA"} {
		app := with(w, alg, algorithms()[alg])
		token, err := app.issue(b.Context(), w.accounts["reader"])
		if err != nil {
			b.Fatal(err)
		}
		b.Run(alg, func(b *testing.B) {
			for b.Loop() {
				if _, err := app.verify(b.Context(), token); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tokens/s")
		})
	}
}
