package jose

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
)

// setPublic takes a public key for the key. Anything that JOSE has no name for
// is an error; what must not be computed with is refused.
func (k *Key) setPublic(public any) error {
	switch p := public.(type) {
	case *rsa.PublicKey:
		k.Kind, k.public = RSA, p
		k.Bits, k.Exponent = p.N.BitLen(), p.E
		k.judgeRSA(p.N)
	case *ecdsa.PublicKey:
		k.Kind, k.public = EC, p
		k.Curve, k.Bits = p.Curve.Params().Name, p.Curve.Params().BitSize
		if k.Curve == "P-224" {
			k.Refused = "The curve P-224 has no algorithm in JOSE (RFC 7518, section 6.2.1.1)."
		}
	case ed25519.PublicKey:
		k.Kind, k.public, k.Curve, k.Bits = OKP, p, "Ed25519", 256
		k.Refused = judgeEd25519(p)
	default:
		return fmt.Errorf("no JOSE algorithm here takes a key of type %T", public)
	}
	return nil
}

// judgeRSA looks at the size and the exponent of an RSA key, and computes
// nothing with them.
func (k *Key) judgeRSA(n *big.Int) {
	switch {
	case k.Bits > MaxRSABits:
		k.Refused = tooManyBits(k.Bits)
	case k.Exponent < 3 || k.Exponent%2 == 0:
		k.Refused = fmt.Sprintf("The public exponent is %d. It must be odd and 3 at least (RFC 8017, section 3.1).", k.Exponent)
	case n.Bit(0) == 0:
		k.Refused = "The modulus is even, so it is no product of two large primes."
	case k.Bits < 1024:
		k.Refused = fmt.Sprintf("The modulus has %d bits, which is too few to compute with; it must have 2048 at least (RFC 7518, section 3.3).", k.Bits)
	case k.Bits < minRSABits:
		k.Weak = fmt.Sprintf("The modulus has %d bits; it must have 2048 at least (RFC 7518, section 3.3).", k.Bits)
	}
	if k.Exponent >= 3 && k.Exponent < 65537 {
		k.Notes = append(k.Notes, fmt.Sprintf("The public exponent is %d. It is allowed; small exponents have a history of careless padding checks, and 65537 is customary.", k.Exponent))
	}
}

func tooManyBits(bits int) string {
	return fmt.Sprintf("The modulus has %d bits. More than %d are refused before anything is computed with them, because one request could keep a server busy for long.", bits, MaxRSABits)
}

func (k *Key) describePublic() {
	if k.Kind == RSA && k.Bits > MaxRSABits {
		return
	}
	der, err := x509.MarshalPKIXPublicKey(k.public)
	if err != nil {
		return // a key that no SubjectPublicKeyInfo can hold has no hash to show
	}
	sum := sha256.Sum256(der)
	k.SHA256 = hex.EncodeToString(sum[:])
}

// thumbprint is RFC 7638's: the hash of the required members alone, in the
// order of their names and without white space.
func (k *Key) thumbprint() string {
	var members any
	switch p := k.public.(type) {
	case *rsa.PublicKey:
		members = struct {
			E   string `json:"e"`
			Kty Kind   `json:"kty"`
			N   string `json:"n"`
		}{Encode(big.NewInt(int64(p.E)).Bytes()), RSA, Encode(p.N.Bytes())}
	case *ecdsa.PublicKey:
		point, err := p.Bytes()
		if err != nil {
			return ""
		}
		size := len(point) / 2
		members = struct {
			Crv string `json:"crv"`
			Kty Kind   `json:"kty"`
			X   string `json:"x"`
			Y   string `json:"y"`
		}{k.Curve, EC, Encode(point[1 : 1+size]), Encode(point[1+size:])}
	case ed25519.PublicKey:
		members = struct {
			Crv string `json:"crv"`
			Kty Kind   `json:"kty"`
			X   string `json:"x"`
		}{k.Curve, OKP, Encode(p)}
	default:
		members = struct {
			K   string `json:"k"`
			Kty Kind   `json:"kty"`
		}{Encode(k.secret), Octets}
	}
	canonical, err := json.Marshal(members)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(canonical)
	return Encode(sum[:])
}
