package jose

import (
	"crypto"
	_ "crypto/sha256" // the hashes of the table
	_ "crypto/sha512"
	"fmt"
)

// Kind is a type of key, as kty spells it (RFC 7518, section 6.1; RFC 8037).
type Kind string

// The types of keys.
const (
	Octets Kind = "oct"
	RSA    Kind = "RSA"
	EC     Kind = "EC"
	OKP    Kind = "OKP"
)

// algorithm is a row of RFC 7518, section 3.1, of RFC 8037 or of RFC 9864.
type algorithm struct {
	name   string
	kind   Kind
	hash   crypto.Hash // none on Ed25519
	pss    bool
	curve  string // what crv must be
	octets int    // of each half of an ECDSA signature, and of a coordinate
}

// algorithms are those that are verified and signed with.
var algorithms = map[string]algorithm{
	"HS256": {name: "HS256", kind: Octets, hash: crypto.SHA256},
	"HS384": {name: "HS384", kind: Octets, hash: crypto.SHA384},
	"HS512": {name: "HS512", kind: Octets, hash: crypto.SHA512},
	"RS256": {name: "RS256", kind: RSA, hash: crypto.SHA256},
	"RS384": {name: "RS384", kind: RSA, hash: crypto.SHA384},
	"RS512": {name: "RS512", kind: RSA, hash: crypto.SHA512},
	"PS256": {name: "PS256", kind: RSA, hash: crypto.SHA256, pss: true},
	"PS384": {name: "PS384", kind: RSA, hash: crypto.SHA384, pss: true},
	"PS512": {name: "PS512", kind: RSA, hash: crypto.SHA512, pss: true},
	"ES256": {name: "ES256", kind: EC, hash: crypto.SHA256, curve: "P-256", octets: 32},
	"ES384": {name: "ES384", kind: EC, hash: crypto.SHA384, curve: "P-384", octets: 48},
	"ES512": {name: "ES512", kind: EC, hash: crypto.SHA512, curve: "P-521", octets: 66},
	"EdDSA": {name: "EdDSA", kind: OKP, curve: "Ed25519", octets: 32},
	// The name that says the curve; RFC 9864 deprecates EdDSA for it.
	"Ed25519": {name: "Ed25519", kind: OKP, curve: "Ed25519", octets: 32},
}

// Algorithms are the names of the algorithms, in the order in which a form
// offers them.
var Algorithms = []string{
	"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519",
}

// None is the algorithm of an unsecured JWS (RFC 7518, section 3.6).
const None = "none"

// needs says which key an algorithm takes.
func (a algorithm) needs() string {
	switch a.kind {
	case Octets:
		return fmt.Sprintf("a secret of at least %d bits", a.hash.Size()*8)
	case RSA:
		return "an RSA key of at least 2048 bits"
	default:
		return "a key on " + a.curve
	}
}

// signatureOctets is how long a signature is with this key, 0 where the key
// does not say.
func (a algorithm) signatureOctets(k Key) int {
	switch a.kind {
	case Octets:
		return a.hash.Size()
	case RSA:
		return (k.Bits + 7) / 8
	default:
		return 2 * a.octets
	}
}

// fitting are the algorithms that a key may be used with, the customary first.
func (k Key) fitting() (names []string) {
	for _, name := range Algorithms {
		a := algorithms[name]
		if a.kind == k.Kind && (a.curve == "" || a.curve == k.Curve) {
			names = append(names, name)
		}
	}
	return names
}
