package jose

import (
	"fmt"
	"slices"
	"strings"
)

func (j *judge) algNamed() finding {
	if f, stop := j.unparsed(); stop {
		return f
	}
	m, ok := j.t.Params.Get("alg")
	if !ok {
		return fail("There is no alg.")
	}
	if s, isString := asString(m.Value); !isString || s == "" {
		return fail("alg is %s, which names no algorithm.", brief(m.Value))
	}
	return pass("alg is %s. It is what the token says of itself, and is believed no further.", quoted(j.t.Alg()))
}

// unnamed says that there is no algorithm to go by, where that is so.
func (j *judge) unnamed() (finding, bool) {
	if f, stop := j.unparsed(); stop {
		return f, true
	}
	if j.t.Alg() == "" {
		return wait("There is no alg to go by."), true
	}
	return finding{}, false
}

func (j *judge) secured() finding {
	if f, stop := j.unnamed(); stop {
		return f
	}
	switch alg := j.t.Alg(); {
	case alg == None && j.t.Signature.Encoded != "":
		return fail("alg is none, and yet there is a signature of %s; it must be empty.", plural(len(j.t.Signature.Encoded), "character")).as(Invalid)
	case alg == None:
		return fail("alg is none and the signature is empty. Whoever can type could have written this token.")
	case strings.EqualFold(alg, None):
		return fail("alg is %s. Names are case-sensitive, so this is not none; careless verifiers have taken it for it.", quoted(alg)).as(Invalid)
	case j.t.Signature.Encoded == "":
		return fail("The signature is empty, though alg is %s.", quoted(alg)).as(Invalid)
	}
	return pass("alg is not none, and there is a signature.")
}

func (j *judge) algKnown() finding {
	if f, stop := j.unnamed(); stop {
		return f
	}
	if strings.EqualFold(j.t.Alg(), None) {
		return none("alg is none.")
	}
	if !j.known {
		return fail("alg is %s; here %s are known.", quoted(j.t.Alg()), strings.Join(Algorithms, ", "))
	}
	return pass("%s is known. It takes %s.", j.a.name, j.a.needs())
}

// unknown says that there is no algorithm to compute with, where that is so.
func (j *judge) unknown() (finding, bool) {
	if f, stop := j.unnamed(); stop {
		return f, true
	}
	if strings.EqualFold(j.t.Alg(), None) {
		return none("alg is none: there is nothing to verify with a key."), true
	}
	if !j.known {
		return wait("The algorithm is not known."), true
	}
	return finding{}, false
}

func (j *judge) keyReadable() finding {
	if f, stop := j.unnamed(); stop && f.result == NotReached {
		return f
	}
	if strings.EqualFold(j.t.Alg(), None) {
		return none("alg is none: no key is needed.")
	}
	if !j.k.Given() {
		return fail("%s", j.noKey())
	}
	if j.keyErr != nil {
		return fail("%s", j.noKey())
	}
	found := fmt.Sprintf("%s, %s", j.k.Container, j.k.size())
	if kid := text(j.t.Params, "kid"); kid != "" && j.k.ID != "" && kid != j.k.ID {
		return pass("%s. The header’s kid is %s, the key’s is %s.", capital(found), quoted(kid), quoted(j.k.ID))
	}
	return pass("%s.", capital(found))
}

// size writes a key's type and size: "RSA, 2048 bits".
func (k Key) size() string {
	switch k.Kind {
	case Octets:
		return fmt.Sprintf("%d bits, read as %s", k.Bits, readers[k.Form].name)
	case RSA:
		return fmt.Sprintf("RSA, %d bits, exponent %d", k.Bits, k.Exponent)
	default:
		return fmt.Sprintf("%s, %s", k.Kind, k.Curve)
	}
}

// keyless says that there is no key to compute with, where that is so.
func (j *judge) keyless() (finding, bool) {
	if f, stop := j.unknown(); stop {
		return f, true
	}
	if !j.k.Given() || j.keyErr != nil {
		return wait("There is no key."), true
	}
	return finding{}, false
}

func (j *judge) keySound() finding {
	if f, stop := j.keyless(); stop {
		return f
	}
	switch {
	case j.k.Refused != "":
		return fail("%s", j.k.Refused)
	case j.k.Kind == Octets:
		return none("A secret is any octets.")
	case j.k.Kind == RSA:
		return pass("The exponent is %d, and the modulus is odd.", j.k.Exponent)
	}
	return pass("The key is a point of the curve %s.", j.k.Curve)
}

func (j *judge) algFits() finding {
	if f, stop := j.keyless(); stop {
		return f
	}
	switch {
	case j.a.kind == j.k.Kind && j.k.Kind == Octets && strings.Contains(j.k.typed, "-----BEGIN "):
		return fail("The secret is the text of a PEM key. A public key is known to everyone, so everyone could sign with it (RFC 8725, section 2.1).")
	case j.a.kind == j.k.Kind:
		return pass("%s takes %s, and this is one.", j.a.name, j.a.needs())
	case j.a.kind == Octets && j.confused():
		return fail("alg is %s, and the key is public. The signature is an HMAC with the text of that public key as its secret: the token was made to fool a verifier that lets alg choose (RFC 8725, section 2.1).", j.a.name)
	case j.a.kind == Octets:
		return fail("alg is %s, which takes a secret; the key is %s. A verifier that let alg choose would take a public key for a secret (RFC 8725, section 2.1).", j.a.name, j.k.size())
	}
	return fail("alg is %s, which takes %s; the key is %s.", j.a.name, j.a.needs(), j.k.size())
}

// confused reports whether the token was signed with the text of a public key
// as the secret.
func (j *judge) confused() bool {
	for _, secret := range []string{j.k.typed, strings.TrimSpace(j.k.typed), strings.TrimSpace(j.k.typed) + "\n"} {
		if matchesMAC(j.t, secretKey([]byte(secret))) {
			return true
		}
	}
	return false
}

// unfit says that key and algorithm do not go together, where that is so.
func (j *judge) unfit() (finding, bool) {
	switch f, stop := j.keyless(); {
	case stop:
		return f, true
	case j.k.Refused != "":
		return wait("Nothing is computed with this key."), true
	case j.a.kind != j.k.Kind:
		return wait("The key is of another type."), true
	}
	return finding{}, false
}

func (j *judge) keyUse() finding {
	if f, stop := j.keyless(); stop {
		return f
	}
	switch k := j.k; {
	case k.Use == "" && k.Ops == nil && k.Alg == "":
		return none("The key does not say what it is for.")
	case k.Use != "" && k.Use != "sig":
		return fail("The key’s use is %s; to verify it must be sig (RFC 7517, section 4.2).", quoted(k.Use))
	case k.Ops != nil && !slices.Contains(k.Ops, "verify") && (!k.Private || !slices.Contains(k.Ops, "sign")):
		return fail("The key’s key_ops do not have verify (RFC 7517, section 4.3).")
	case k.Alg != "" && k.Alg != j.a.name:
		return fail("The key is for %s, and the token says %s (RFC 7517, section 4.4).", quoted(k.Alg), j.a.name)
	}
	return pass("The key is meant for verifying with %s.", j.a.name)
}

func (j *judge) hmacLength() finding {
	f, stop := j.unfit()
	switch {
	case stop:
		return f
	case j.a.kind != Octets:
		return none("%s has no secret.", j.a.name)
	case j.k.Bits < j.a.hash.Size()*8:
		return fail("The secret has %d bits; %s needs %d at least.", j.k.Bits, j.a.name, j.a.hash.Size()*8)
	}
	return pass("The secret has %d bits, and %d are needed.", j.k.Bits, j.a.hash.Size()*8)
}

func (j *judge) rsaSize() finding {
	f, stop := j.unfit()
	switch {
	case stop:
		return f
	case j.a.kind != RSA:
		return none("%s has no modulus.", j.a.name)
	case j.k.Weak != "":
		return fail("%s", j.k.Weak)
	}
	return pass("The modulus has %d bits.", j.k.Bits)
}

func (j *judge) curve() finding {
	f, stop := j.unfit()
	switch {
	case stop:
		return f
	case j.a.curve == "":
		return none("%s has no curve.", j.a.name)
	case j.a.curve != j.k.Curve:
		return fail("%s is over %s; the key is on %s.", j.a.name, j.a.curve, j.k.Curve)
	}
	return pass("%s is over %s, and so is the key.", j.a.name, j.a.curve)
}
