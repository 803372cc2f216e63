package jose

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rsa"
	"encoding/asn1"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/big"
)

// Signature is what can be said of a signature without a key.
type Signature struct {
	Octets int
	Form   string // in words
	// R and S are the two halves of an ECDSA signature, in hex.
	R, S string
	// DER says that the octets are an ASN.1 sequence of two integers, as other
	// protocols have ECDSA signatures, and JOSE has not.
	DER bool
}

// DescribeSignature says what a signature looks like under an algorithm, which
// need not be known.
func DescribeSignature(alg string, octets []byte) Signature {
	a, known := algorithms[alg]
	s := Signature{Octets: len(octets)}
	r, ss, isDER := fromDER(octets)
	switch {
	case len(octets) == 0:
		s.Form = "empty"
	case a.kind == EC && len(octets) == 2*a.octets:
		s.Form = fmt.Sprintf("r and s side by side, %d octets each", a.octets)
		s.R, s.S = hex.EncodeToString(octets[:a.octets]), hex.EncodeToString(octets[a.octets:])
	case isDER && (a.kind == EC || !known):
		s.DER, s.Form = true, "DER, a sequence of two integers, as X.509 and TLS have it and JOSE does not"
		s.R, s.S = hex.EncodeToString(r.Bytes()), hex.EncodeToString(ss.Bytes())
	case a.kind == Octets && known && len(octets) == a.hash.Size():
		s.Form = "an HMAC, as long as the hash"
	case a.kind == OKP && len(octets) == ed25519.SignatureSize:
		s.Form = "R and S of Ed25519, 32 octets each"
		s.R, s.S = hex.EncodeToString(octets[:32]), hex.EncodeToString(octets[32:])
	case a.kind == RSA:
		s.Form = fmt.Sprintf("a number of %d bits, as an RSA key of that size makes", len(octets)*8)
	case !known:
		s.Form = "octets of an algorithm that is not known here"
	default:
		s.Form = fmt.Sprintf("not as long as %s makes it", a.name)
	}
	return s
}

// fromDER reads an ECDSA signature in DER.
func fromDER(octets []byte) (r, s *big.Int, ok bool) {
	if len(octets) < 8 || octets[0] != 0x30 {
		return nil, nil, false
	}
	var both struct{ R, S *big.Int }
	rest, err := asn1.Unmarshal(octets, &both)
	return both.R, both.S, err == nil && len(rest) == 0
}

// undecoded says that there is nothing to compute over, where that is so.
func (j *judge) undecoded() (finding, bool) {
	f, stop := j.unfit()
	switch {
	case stop:
		return f, true
	case j.t.Form != Compact:
		return wait("Only compact tokens are computed with."), true
	case j.t.Payload.Decoded == nil || j.t.Signature.Decoded == nil || j.t.Payload.Missing || j.t.Signature.Missing:
		return wait("A part could not be decoded."), true
	case j.a.curve != "" && j.a.curve != j.k.Curve:
		return wait("The key is on another curve."), true
	}
	return finding{}, false
}

func (j *judge) signatureLength() finding {
	if f, stop := j.undecoded(); stop {
		return f
	}
	got, want := len(j.t.Signature.Decoded), j.a.signatureOctets(j.k)
	if got == want {
		return pass("%d octets, as %s makes with this key.", got, j.a.name)
	}
	if r, s, is := fromDER(j.t.Signature.Decoded); is && j.a.kind == EC {
		matches := ecdsa.Verify(j.k.public.(*ecdsa.PublicKey), digest(j.a, j.t.SigningInput()), r, s)
		return fail("The signature is DER, %d octets; JOSE has r and s side by side, %d octets. Read as DER, it %s.", got, want, either(matches, "matches", "does not match either"))
	}
	return fail("The signature has %d octets; %s makes %d with this key.", got, j.a.name, want)
}

func (j *judge) salt() finding {
	f, stop := j.undecoded()
	switch {
	case stop:
		return f
	case !j.a.pss:
		return none("%s has no salt.", j.a.name)
	}
	public, sum := j.k.public.(*rsa.PublicKey), digest(j.a, j.t.SigningInput())
	if rsa.VerifyPSS(public, j.a.hash, sum, j.t.Signature.Decoded, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthAuto}) != nil {
		return wait("The signature does not match with any salt.")
	}
	if length := saltLength(public, j.a, j.t.Signature.Decoded); length != j.a.hash.Size() {
		return fail("The salt has %d octets; it must have %d, as many as the hash.", length, j.a.hash.Size())
	}
	return pass("The salt has %d octets, as many as the hash.", j.a.hash.Size())
}

// saltLength opens a PSS signature that matches and counts the octets of its
// salt (RFC 8017, section 9.1.2, steps 5 to 11).
func saltLength(public *rsa.PublicKey, a algorithm, signature []byte) int {
	size := (public.N.BitLen() + 6) / 8
	number := new(big.Int).Exp(new(big.Int).SetBytes(signature), big.NewInt(int64(public.E)), public.N)
	encoded := number.FillBytes(make([]byte, size+1))[1:]
	split := size - a.hash.Size() - 1
	block, seed := encoded[:split], encoded[split:size-1]
	for i, counter := 0, uint32(0); i < len(block); counter++ {
		h := a.hash.New()
		h.Write(seed)
		h.Write(binary.BigEndian.AppendUint32(nil, counter))
		for _, b := range h.Sum(nil)[:min(h.Size(), len(block)-i)] {
			block[i] ^= b
			i++
		}
	}
	block[0] &= 0xff >> (8*size - public.N.BitLen() + 1)
	return len(block) - bytes.IndexByte(block, 1) - 1
}

func (j *judge) signature() finding {
	if f, stop := j.undecoded(); stop {
		return f
	}
	if j.a.matches(j.k, j.t.SigningInput(), j.t.Signature.Decoded) {
		return pass("Computed over the %d bytes of the signing input, it is this key’s.", len(j.t.SigningInput()))
	}
	if j.a.kind == Octets {
		return fail("The signature does not match: this key makes %s over these bytes.", brief(Encode(mac(j.a, j.k.secret, j.t.SigningInput()))))
	}
	return fail("The signature does not match: header or payload were changed after signing, or it is another key’s.")
}

// matches verifies a signature: RFC 7518, sections 3.2 to 3.5, and RFC 8037,
// section 3.1. The key is of the algorithm's type.
func (a algorithm) matches(k Key, input string, signature []byte) bool {
	switch public := k.public.(type) {
	case *rsa.PublicKey:
		if a.pss {
			return rsa.VerifyPSS(public, a.hash, digest(a, input), signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}) == nil
		}
		return rsa.VerifyPKCS1v15(public, a.hash, digest(a, input), signature) == nil
	case *ecdsa.PublicKey:
		if len(signature) != 2*a.octets {
			return false
		}
		r, s := new(big.Int).SetBytes(signature[:a.octets]), new(big.Int).SetBytes(signature[a.octets:])
		return ecdsa.Verify(public, digest(a, input), r, s)
	case ed25519.PublicKey:
		return ed25519.Verify(public, []byte(input), signature)
	}
	return a.kind == Octets && hmac.Equal(mac(a, k.secret, input), signature)
}

// matchesMAC reports whether a secret made a token's HMAC.
func matchesMAC(t Token, k Key) bool {
	a, known := algorithms[t.Alg()]
	return known && a.kind == Octets && a.matches(k, t.SigningInput(), t.Signature.Decoded)
}

// MAC computes an HMAC over a text: alg is HS256, HS384 or HS512, else ok is
// false (RFC 7518, section 3.2).
func MAC(alg string, secret []byte, input string) (sum []byte, ok bool) {
	a, known := algorithms[alg]
	if !known || a.kind != Octets {
		return nil, false
	}
	return mac(a, secret, input), true
}

func mac(a algorithm, secret []byte, input string) []byte {
	h := hmac.New(a.hash.New, secret)
	h.Write([]byte(input))
	return h.Sum(nil)
}

func digest(a algorithm, input string) []byte {
	h := a.hash.New()
	h.Write([]byte(input))
	return h.Sum(nil)
}
