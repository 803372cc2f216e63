package jose

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"
)

// TestThumbprints has the examples of RFC 7638, section 3.1, and of RFC 8037,
// appendix A.3.
func TestThumbprints(t *testing.T) {
	for jwk, want := range map[string]string{
		`{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}`: "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
		`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
	} {
		if k := mustKey(t, jwk, Auto); k.Thumbprint != want || k.Form != JWK {
			t.Errorf("%.40s: %s, want %s", jwk, k.Thumbprint, want)
		}
	}
}

// block writes DER as PEM.
func block(label string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}))
}

// TestKeyForms reads the same keys in every container.
func TestKeyForms(t *testing.T) {
	k := keys()
	ec := k.ec["P-256"]
	sec1, err := x509.MarshalECPrivateKey(ec)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "library.test"}, NotAfter: time.Unix(0, 0)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, k.rsa.Public(), k.rsa)
	if err != nil {
		t.Fatal(err)
	}
	point, err := ec.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	d, err := ec.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	ecJWK := `{"kty":"EC","crv":"P-256","kid":"two","x":"` + Encode(point[1:33]) + `","y":"` + Encode(point[33:]) + `","d":"` + Encode(d) + `"}`
	rsaJWK := `{"kty":"RSA","n":"` + Encode(k.rsa.N.Bytes()) + `","e":"AQAB","d":"` + Encode(k.rsa.D.Bytes()) + `","p":"` + Encode(k.rsa.Primes[0].Bytes()) + `","q":"` + Encode(k.rsa.Primes[1].Bytes()) + `"}`
	set := `{"keys":[{"kty":"oct","kid":"one","k":"AAAA"},` + ecJWK + `]}`
	tests := []struct {
		name, typed string
		form        KeyForm
		kid         string
		container   string
		kind        Kind
		bits        int
		private     bool
	}{
		{"text", "hello", Auto, "", "secret", Octets, 40, true},
		{"hex", strings.Repeat("0aF9", 16), Auto, "", "secret", Octets, 256, true},
		{"hex with colons", "0a:0b", Hex, "", "secret", Octets, 16, true},
		{"base64", "//+/AA==", Base64, "", "secret", Octets, 32, true},
		{"base64url", "__-_AA", Base64URL, "", "secret", Octets, 32, true},
		{"SPKI", k.pem(t, "RS256", false), Auto, "", "SubjectPublicKeyInfo", RSA, 2048, false},
		{"SPKI in one line", strings.ReplaceAll(k.pem(t, "ES256", false), "\n", `\n`), Auto, "", "SubjectPublicKeyInfo", EC, 256, false},
		{"PKCS #1 public", block("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&k.rsa.PublicKey)), Auto, "", "PKCS #1 public key", RSA, 2048, false},
		{"PKCS #1", block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(k.rsa)), PEM, "", "PKCS #1 private key", RSA, 2048, true},
		{"PKCS #8", k.pem(t, "EdDSA", true), Auto, "", "PKCS #8 private key", OKP, 256, true},
		{"SEC 1", block("EC PARAMETERS", []byte{5, 0}) + block("EC PRIVATE KEY", sec1), Auto, "", "SEC 1 private key", EC, 256, true},
		{"certificate", block("CERTIFICATE", cert), Auto, "", "X.509 certificate", RSA, 2048, false},
		{"JWK", ecJWK, Auto, "", "JWK", EC, 256, true},
		{"RSA JWK", rsaJWK, Auto, "", "JWK", RSA, 2048, true},
		{"JWK Set", set, Auto, "two", "JWK Set, key 2 of 2", EC, 256, true},
		{"JWK Set, the other", set, JWK, "one", "JWK Set, key 1 of 2", Octets, 24, true},
		{"JWK Set of one", `{"keys":[` + ecJWK + `]}`, Auto, "", "JWK Set, key 1 of 1", EC, 256, true},
	}
	for _, tt := range tests {
		got, err := ReadKey(tt.typed, tt.form, tt.kid)
		if err != nil || got.Container != tt.container || got.Kind != tt.kind || got.Bits != tt.bits || got.Private != tt.private || got.Refused != "" || len(got.SHA256) != 64 {
			t.Errorf("%s: %+v, %v", tt.name, got, err)
		}
		if (got.Thumbprint == "") != (tt.container == "secret") {
			t.Errorf("%s: thumbprint %q", tt.name, got.Thumbprint)
		}
	}
	same := mustKey(t, ecJWK, Auto)
	if other := mustKey(t, k.pem(t, "ES256", false), Auto); same.SHA256 != other.SHA256 || same.Thumbprint != other.Thumbprint {
		t.Error("the same key has another hash as JWK than as PEM")
	}
}

// TestKeyRefusals has what is no key, and says what each lacks.
func TestKeyRefusals(t *testing.T) {
	point := strings.Repeat("A", 43)
	for typed, want := range map[string]string{
		`{"kty":"oct"}`:                                    "k is missing",
		`{"kty":"oct","k":1}`:                              "k is no string",
		`{"kty":"oct","k":"A="}`:                           "padding",
		`{"kty":"oct","k":"AA","k":"AA"}`:                  `"k" comes twice`,
		`{"kty":"dsa"}`:                                    `kty is "dsa"`,
		`{"k":"AA"}`:                                       "kty is missing",
		`{"kty":"RSA","n":"AQAB"}`:                         "e is missing",
		`{"kty":"EC","crv":"P-192"}`:                       `crv is "P-192"`,
		`{"kty":"EC","crv":"P-256","x":"AAAA","y":"AA"}`:   "x has 3 octets",
		`{"kty":"OKP","crv":"X25519","x":"` + point + `"}`: `crv is "X25519"`,
		`{"kty":"OKP","crv":"Ed25519","x":"AAAA"}`:         "x has 3 octets",
		`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"` + point + `"}`: "d does not belong",
		`{"keys":[]}`:                             "no keys",
		`{"keys":1}`:                              "no list",
		`{"keys":[{},{}]}`:                        "no kid",
		`{"kty":"oct","k":"AA"`:                   "broken, at octet",
		`{"kty":"oct","key_ops":1}`:               "key_ops",
		"-----BEGIN PUBLIC KEY-----\nAAAA\n":      "no whole block",
		block("ENCRYPTED PRIVATE KEY", []byte{0}): "encrypted",
		block("PGP MESSAGE", []byte{0}):           "holds no key",
		block("PUBLIC KEY", []byte{0}):            "SubjectPublicKeyInfo",
	} {
		if _, err := ReadKey(typed, Auto, ""); !errors.Is(err, ErrKeyForm) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %v, want %q", typed, err, want)
		}
	}
	if _, err := ReadKey(`{"keys":[{"kty":"oct","kid":"a","k":"AA"}]}`, Auto, "b"); err == nil || !strings.Contains(err.Error(), `they are "a"`) {
		t.Errorf("a kid that is not in the set: %v", err)
	}
	if _, err := ReadKey(" \n", Text, ""); !errors.Is(err, ErrNoKey) {
		t.Errorf("no key: %v", err)
	}
	if _, err := ReadKey(strings.Repeat("a", MaxKeyBytes+1), Text, ""); !errors.Is(err, ErrKeyLarge) {
		t.Errorf("a large key: %v", err)
	}
	if _, err := ReadKey("xyz", Hex, ""); !errors.Is(err, ErrKeyForm) {
		t.Errorf("no hex: %v", err)
	}
}

// Attack: a modulus so large that one request keeps a server busy. It is refused
// in every container before anything is computed with it.
func TestHugeModulusIsRefusedAtOnce(t *testing.T) {
	n := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 65536), big.NewInt(1))
	public := &rsa.PublicKey{N: n, E: 65537}
	spki, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	pkcs1, err := asn1.Marshal(struct {
		Version               int
		N                     *big.Int
		E                     int
		D, P, Q, DP, DQ, QInv *big.Int
	}{0, n, 65537, n, n, n, n, n, n})
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := asn1.Marshal(struct {
		Version   int
		Algorithm pkix.AlgorithmIdentifier
		Key       []byte
	}{0, pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}, Parameters: asn1.NullRawValue}, pkcs1})
	if err != nil {
		t.Fatal(err)
	}
	token := mustSign(t, "{}", claims, "RS256", keys().pem(t, "RS256", true))
	for name, typed := range map[string]string{
		"SPKI": block("PUBLIC KEY", spki), "PKCS #1 public": block("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(public)),
		"JWK": `{"kty":"RSA","e":"AQAB","n":"` + Encode(n.Bytes()) + `"}`, "private JWK": `{"kty":"RSA","e":"AQAB","d":"AQ","n":"` + Encode(n.Bytes()) + `"}`,
	} {
		in := Inspect(token, typed, Auto, Options{})
		if in.Verdict != Unverifiable || !strings.Contains(in.Key.Refused, "65536 bits") || in.Key.private != nil {
			t.Errorf("%s: %s", name, in.Sentence)
		}
	}
	for name, der := range map[string][]byte{"RSA PRIVATE KEY": pkcs1, "PRIVATE KEY": pkcs8} {
		k, err := readBlock(&pem.Block{Type: name, Bytes: der}) // with its other numbers it is too long to be pasted
		if err != nil || !strings.Contains(k.Refused, "65536 bits") || k.private != nil {
			t.Errorf("%s: %+v, %v", name, k, err)
		}
	}
}

// An Ed25519 key must be a point: y = 2 has no x, and y = p is no number of the
// field (RFC 8032, section 5.1.3). The others that are refused have the orders 1,
// 2, 4 and 8.
func TestEd25519Points(t *testing.T) {
	p := append(append([]byte{0xed}, []byte(strings.Repeat("\xff", 30))...), 0x7f)
	eighth, err := hex.DecodeString("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		octets  []byte
		refused bool
	}{
		"y = 2": {append([]byte{2}, make([]byte, 31)...), true}, "y = p": {p, true},
		"y = 1": {append([]byte{1}, make([]byte, 31)...), true}, "y = 0": {make([]byte, 32), true}, "y = -1": {append([]byte{0xec}, p[1:]...), true},
		"order 8": {eighth, true},
		"y = 3":   {append([]byte{3}, make([]byte, 31)...), false}, "a key": {keys().ed.Public().(ed25519.PublicKey), false},
	} {
		k := mustKey(t, `{"kty":"OKP","crv":"Ed25519","x":"`+Encode(c.octets)+`"}`, Auto)
		if (k.Refused != "") != c.refused {
			t.Errorf("%s: refused %q", name, k.Refused)
		}
	}
}

func TestSignRefusals(t *testing.T) {
	k := keys()
	for _, tt := range []struct {
		header, alg, key string
		want             error
	}{
		{`[]`, "HS256", k.text, ErrHeader}, {`{"a":1,"a":2}`, "HS256", k.text, ErrHeader}, {`{}`, "HS1", k.text, ErrAlgorithm},
		{`{}`, "RS256", k.text, ErrUnfit}, {`{}`, "ES384", k.pem(t, "ES256", true), ErrUnfit}, {`{}`, "ES256", k.pem(t, "ES256", false), ErrPublic},
	} {
		if _, err := Sign([]byte(tt.header), nil, tt.alg, mustKey(t, tt.key, Auto)); !errors.Is(err, tt.want) {
			t.Errorf("%s with %s: %v, want %v", tt.header, tt.alg, err, tt.want)
		}
	}
	for header, want := range map[string]string{
		`{}`: `{"alg":"HS256"}`, ` { "typ" : "JWT" }`: `{"alg":"HS256", "typ" : "JWT" }`, `{"a":1, "alg" : "none" , "b":2}`: `{"a":1, "alg" : "HS256" , "b":2}`,
	} {
		if got, err := withAlg([]byte(header), "HS256"); string(got) != want || err != nil {
			t.Errorf("%s became %s, %v", header, got, err)
		}
	}
}
