package jose

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// readJWK reads a JWK, or chooses one from a JWK Set by kid (RFC 7517).
func readJWK(typed, kid string) (Key, error) {
	o := ReadObject([]byte(typed))
	if o.Problem != nil {
		return Key{}, fmt.Errorf("%s, at octet %d", o.Problem.Text, o.Problem.At)
	}
	list, isSet := o.Get("keys")
	if !isSet {
		return readMembers(o, "JWK")
	}
	var keys []json.RawMessage
	if err := json.Unmarshal([]byte(list.Value), &keys); err != nil {
		return Key{}, errors.New("keys is no list (RFC 7517, section 5.1)")
	}
	at, note, err := choose(keys, kid)
	if err != nil {
		return Key{}, err
	}
	k, err := readMembers(ReadObject(keys[at]), fmt.Sprintf("JWK Set, key %d of %d", at+1, len(keys)))
	k.Notes = append(k.Notes, note)
	return k, err
}

// choose finds the key of a set that kid names. A token without kid is served
// where there is but one key.
func choose(keys []json.RawMessage, kid string) (at int, note string, err error) {
	var names []string
	for i, raw := range keys {
		name := text(ReadObject(raw), "kid")
		if kid != "" && name == kid {
			return i, fmt.Sprintf("Chosen by the header's kid, %q.", brief(kid)), nil
		}
		names = append(names, fmt.Sprintf("%q", brief(name)))
	}
	switch {
	case len(keys) == 0:
		return 0, "", errors.New("the set has no keys")
	case kid != "":
		return 0, "", fmt.Errorf("none of the set's keys is named %q; they are %s", brief(kid), strings.Join(names[:min(len(names), 8)], ", "))
	case len(keys) > 1:
		return 0, "", fmt.Errorf("the header has no kid, and the set has %d keys to choose from", len(keys))
	}
	return 0, "The only key of its set; the header has no kid.", nil
}

// readMembers makes a key of a JWK's members.
func readMembers(o Object, container string) (Key, error) {
	if o.Problem != nil {
		return Key{}, fmt.Errorf("the key: %s", o.Problem.Text)
	}
	if name, twice := o.Repeated(); twice {
		return Key{}, fmt.Errorf("the name %q comes twice; names must be unique (RFC 7517, section 4)", brief(name))
	}
	k := Key{Container: container, ID: text(o, "kid"), Use: text(o, "use"), Alg: text(o, "alg")}
	if ops, ok := o.Get("key_ops"); ok && json.Unmarshal([]byte(ops.Value), &k.Ops) != nil {
		return Key{}, errors.New("key_ops is no list of strings (RFC 7517, section 4.3)")
	}
	j := jwk{o: o}
	var err error
	switch kty := text(o, "kty"); kty {
	case "oct":
		err = j.secret(&k)
	case "RSA":
		err = j.rsa(&k)
	case "EC":
		err = j.ec(&k)
	case "OKP":
		err = j.okp(&k)
	case "":
		err = errors.New("kty is missing, which every JWK has (RFC 7517, section 4.1)")
	default:
		err = fmt.Errorf("kty is %q; the types are oct, RSA, EC and OKP", brief(kty))
	}
	return k, err
}

// jwk reads the members that hold a key's numbers.
type jwk struct{ o Object }

// octets reads a member as base64url.
func (j jwk) octets(name string) ([]byte, error) {
	m, ok := j.o.Get(name)
	if !ok {
		return nil, fmt.Errorf("%s is missing", name)
	}
	s, isString := asString(m.Value)
	if !isString {
		return nil, fmt.Errorf("%s is no string", name)
	}
	octets, err := Decode(s)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return octets, nil
}

func (j jwk) has(name string) bool { _, ok := j.o.Get(name); return ok }

func (j jwk) secret(k *Key) error {
	octets, err := j.octets("k")
	k.Kind, k.secret, k.Bits, k.Private = Octets, octets, len(octets)*8, true
	return err
}

// rsa reads RFC 7518, section 6.3. The length of the modulus is looked at before
// it becomes a number.
func (j jwk) rsa(k *Key) error {
	n, err := j.octets("n")
	if err != nil {
		return err
	}
	e, err := j.octets("e")
	if err != nil {
		return err
	}
	exponent := new(big.Int).SetBytes(e[max(0, len(e)-256):])
	if exponent.BitLen() > 31 || len(e) > 256 {
		k.Kind, k.Bits, k.Refused = RSA, len(n)*8, "The public exponent has more than 31 bits, which no good key needs; it is refused before anything is computed with it."
		return nil
	}
	modulus := new(big.Int).SetBytes(n)
	if err := k.setPublic(&rsa.PublicKey{N: modulus, E: int(exponent.Int64())}); err != nil {
		return err
	}
	if len(n) > 0 && n[0] == 0 {
		k.Notes = append(k.Notes, "n begins with a zero octet, which must be left off (RFC 7518, section 6.3.1.1).")
	}
	if k.Refused != "" || !j.has("d") {
		return nil
	}
	return j.rsaPrivate(k, modulus, int(exponent.Int64()))
}

func (j jwk) rsaPrivate(k *Key, n *big.Int, e int) error {
	numbers := map[string]*big.Int{}
	for _, name := range []string{"d", "p", "q"} {
		octets, err := j.octets(name)
		if err != nil {
			return fmt.Errorf("the private half: %w", err)
		}
		if len(octets) > MaxRSABits/8 {
			return fmt.Errorf("the private half: %s has %d bits", name, len(octets)*8)
		}
		numbers[name] = new(big.Int).SetBytes(octets)
	}
	private := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: n, E: e}, D: numbers["d"], Primes: []*big.Int{numbers["p"], numbers["q"]}}
	private.Precompute()
	if err := private.Validate(); err != nil {
		return fmt.Errorf("the private half does not belong to n and e: %w", err)
	}
	k.Private, k.private = true, private
	return nil
}

var curves = map[string]struct {
	curve  elliptic.Curve
	octets int
}{"P-256": {elliptic.P256(), 32}, "P-384": {elliptic.P384(), 48}, "P-521": {elliptic.P521(), 66}}

// ec reads RFC 7518, section 6.2: coordinates of full length that are a point.
func (j jwk) ec(k *Key) error {
	crv := text(j.o, "crv")
	c, ok := curves[crv]
	if !ok {
		return fmt.Errorf("crv is %q; the curves are P-256, P-384 and P-521", brief(crv))
	}
	point := []byte{4} // uncompressed (SEC 1, section 2.3.3)
	for _, name := range []string{"x", "y"} {
		octets, err := j.octets(name)
		if err != nil {
			return err
		}
		if len(octets) != c.octets {
			return fmt.Errorf("%s has %d octets; on %s it has %d, with leading zeros (RFC 7518, section 6.2.1.2)", name, len(octets), crv, c.octets)
		}
		point = append(point, octets...)
	}
	public, err := ecdsa.ParseUncompressedPublicKey(c.curve, point)
	if err != nil {
		k.Kind, k.Curve, k.Bits = EC, crv, c.curve.Params().BitSize
		k.Refused = "The coordinates x and y are no point of the curve " + crv + ", so the key is refused (RFC 8725, section 3.4)."
		return nil //nolint:nilerr // the key could be read, and is shown as one that is refused
	}
	if err := k.setPublic(public); err != nil || !j.has("d") {
		return err
	}
	d, err := j.octets("d")
	if err != nil {
		return err
	}
	private, err := ecdsa.ParseRawPrivateKey(c.curve, d)
	if err != nil || !private.PublicKey.Equal(public) {
		return errors.New("d does not belong to x and y")
	}
	k.Private, k.private = true, private
	return nil
}

// okp reads RFC 8037, section 2, for Ed25519.
func (j jwk) okp(k *Key) error {
	crv := text(j.o, "crv")
	if crv != "Ed25519" {
		return fmt.Errorf("crv is %q; of the OKP curves only Ed25519 is supported", brief(crv))
	}
	x, err := j.octets("x")
	if err != nil {
		return err
	}
	if len(x) != ed25519.PublicKeySize {
		return fmt.Errorf("x has %d octets; an Ed25519 key has 32 (RFC 8032, section 5.1.5)", len(x))
	}
	if err := k.setPublic(ed25519.PublicKey(x)); err != nil || !j.has("d") {
		return err
	}
	d, err := j.octets("d")
	if err != nil {
		return err
	}
	if len(d) != ed25519.SeedSize {
		return fmt.Errorf("d has %d octets; an Ed25519 key has 32", len(d))
	}
	private := ed25519.NewKeyFromSeed(d)
	if !private.Public().(ed25519.PublicKey).Equal(ed25519.PublicKey(x)) {
		return errors.New("d does not belong to x")
	}
	k.Private, k.private = true, private
	return nil
}
