package jose

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"sync"
	"testing"
	"time"
)

// keyring are real keys, made once for all tests.
type keyring struct {
	rsa  *rsa.PrivateKey
	weak *rsa.PrivateKey // 1024 bits
	ec   map[string]*ecdsa.PrivateKey
	ed   ed25519.PrivateKey
	text string // a secret of 64 octets
}

var keys = sync.OnceValue(func() keyring {
	k := keyring{ec: map[string]*ecdsa.PrivateKey{}, text: strings.Repeat("a secret of 64!!", 4)}
	must := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	var err error
	k.rsa, err = rsa.GenerateKey(rand.Reader, 2048)
	must(err)
	k.weak, err = rsa.GenerateKey(rand.Reader, 1024)
	must(err)
	for _, c := range []elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		k.ec[c.Params().Name], err = ecdsa.GenerateKey(c, rand.Reader)
		must(err)
	}
	_, k.ed, err = ed25519.GenerateKey(rand.Reader)
	must(err)
	return k
})

// signer is the private key for an algorithm, nil for HMAC.
func (k keyring) signer(alg string) crypto.Signer {
	switch a := algorithms[alg]; a.kind {
	case RSA:
		return k.rsa
	case EC:
		return k.ec[a.curve]
	case OKP:
		return k.ed
	}
	return nil
}

// pem is a key for an algorithm as PEM, or the secret.
func (k keyring) pem(t testing.TB, alg string, private bool) string {
	t.Helper()
	s := k.signer(alg)
	if s == nil {
		return k.text
	}
	return pemOf(t, s, private)
}

func pemOf(t testing.TB, s crypto.Signer, private bool) string {
	t.Helper()
	label, der, err := "PUBLIC KEY", []byte(nil), error(nil)
	if private {
		label = "PRIVATE KEY"
		der, err = x509.MarshalPKCS8PrivateKey(s)
	} else {
		der, err = x509.MarshalPKIXPublicKey(s.Public())
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}))
}

func mustKey(t testing.TB, typed string, form KeyForm) Key {
	t.Helper()
	k, err := ReadKey(typed, form, "")
	if err != nil {
		t.Fatalf("read %.40q: %v", typed, err)
	}
	return k
}

func mustSign(t testing.TB, header, payload, alg, typed string) string {
	t.Helper()
	var k Key
	if alg != None {
		k = mustKey(t, typed, Auto)
	}
	token, err := Sign([]byte(header), []byte(payload), alg, k)
	if err != nil {
		t.Fatalf("sign with %s: %v", alg, err)
	}
	return token
}

// check returns a check by its name.
func check(t testing.TB, in Inspection, name string) Check {
	t.Helper()
	for _, c := range in.Checks {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("there is no check %q", name)
	return Check{}
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

const claims = `{"sub":"lin","exp":1795435260,"nbf":1795435000,"iat":1795435000}` // a minute after noon
