package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"errors"

	"github.com/golang-jwt/jwt/v5"
)

// methods are the algorithms that this library can be set up with (RFC 7518,
// section 3.1; RFC 8037, section 3.1). It uses one, and never asks a token which.
var methods = map[string]jwt.SigningMethod{
	"":      jwt.SigningMethodHS256,
	"HS256": jwt.SigningMethodHS256,
	"HS384": jwt.SigningMethodHS384,
	"HS512": jwt.SigningMethodHS512,
	"RS256": jwt.SigningMethodRS256,
	"PS256": ps256,
	"ES256": jwt.SigningMethodES256,
	"EdDSA": jwt.SigningMethodEdDSA,
}

// ps256 is PS256 with a salt that is as long as the hash, as RFC 7518, section
// 3.5 demands. The library's own takes a salt of any length.
var ps256 = &jwt.SigningMethodRSAPSS{
	SigningMethodRSA: jwt.SigningMethodPS256.SigningMethodRSA,
	Options:          &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash},
}

// minModulus is the length that RFC 7518, sections 3.3 and 3.5 ask of an RSA
// key, in bits.
const minModulus = 2048

var errWeakKey = errors.New("the key is of another kind than the algorithm, or too short for it")

// fit makes sure that key, a private or a public one, is of the algorithm's kind
// and long enough. An HMAC key must be as long as the hash (RFC 7518, section
// 3.2): anybody could sign with an empty one, which the parser would take.
func (a *App) fit(key any) error {
	if private, ok := key.(crypto.Signer); ok {
		key = private.Public()
	}
	fits := false
	switch m := a.method.(type) {
	case *jwt.SigningMethodHMAC:
		secret, ok := key.([]byte)
		fits = ok && len(secret) >= m.Hash.Size()
	case *jwt.SigningMethodRSA, *jwt.SigningMethodRSAPSS:
		public, ok := key.(*rsa.PublicKey)
		fits = ok && public.N.BitLen() >= minModulus
	case *jwt.SigningMethodECDSA:
		public, ok := key.(*ecdsa.PublicKey)
		fits = ok && public.Curve.Params().BitSize == m.CurveBits
	case *jwt.SigningMethodEd25519:
		_, fits = key.(ed25519.PublicKey)
	}
	if !fits {
		return errWeakKey
	}
	return nil
}
