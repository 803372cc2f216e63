package bench

import (
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"testing"
	"time"

	"authlab/lab/token"
)

// Each algorithm has a key of its own, made once, and finds no other.
func TestKeysByAlgorithm(t *testing.T) {
	k := newKeys(time.Now())
	algs := []string{"HS256", "HS384", "HS512", "RS256", "PS256", "ES256", "EdDSA"}
	for range 2 { // choosing an algorithm again makes no new key
		for i, alg := range algs {
			kid, secret, err := k.using(alg, time.Now()).Signing(t.Context())
			if err != nil || secret == nil || kid != fmt.Sprintf("k%d", i+1) {
				t.Errorf("%s signs with %q, %v", alg, kid, err)
			}
		}
	}
	list := k.all()
	for i, key := range list {
		if key.Alg != algs[i] || len(key.Secret) != secretBytes[key.Alg] {
			t.Errorf("key %d is for %s and has %d octets", i+1, key.Alg, len(key.Secret))
		}
		if _, err := x509.ParsePKIXPublicKey(key.Public); (err == nil) != (key.Secret == nil) {
			t.Errorf("%s: the public key: %v", key.Alg, err)
		}
		for _, alg := range algs {
			_, err := k.using(alg, time.Now()).Verifying(t.Context(), key.ID)
			if found := err == nil; found != (alg == key.Alg) || !found && !errors.Is(err, token.ErrNoKey) {
				t.Errorf("the key of %s for a token of %s: %v", key.Alg, alg, err)
			}
		}
	}
	k.renew(time.Now())
	if again := k.all(); len(again) != 1 || string(again[0].Secret) == string(list[0].Secret) || len(list) != len(algs) {
		t.Errorf("after a reset there are %d keys", len(again))
	}
}

// An RSA key is given once, however many ask at a time.
func TestRSAKeysAreGivenOnce(t *testing.T) {
	p := &rsaPool{ready: make(chan *rsa.PrivateKey, 1)}
	seen := map[string]bool{}
	for range 3 {
		key := p.take()
		if key.N.BitLen() != rsaBits || seen[key.N.String()] {
			t.Errorf("a key of %d bits, given before: %t", key.N.BitLen(), seen[key.N.String()])
		}
		seen[key.N.String()] = true
	}
}
