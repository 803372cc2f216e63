package jose

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
)

// Errors of Sign.
var (
	ErrHeader    = errors.New("the header is not a JSON object in which alg stands once at most")
	ErrAlgorithm = errors.New("that algorithm is not known here")
	ErrUnfit     = errors.New("the key does not fit the algorithm")
	ErrPublic    = errors.New("to sign, the private key is needed")
)

// Sign makes a compact JWS (RFC 7515, section 5.1). The header is taken as it is
// written but for alg, which becomes the given one; the payload is taken as it
// is. With None there is no key, and the signature is empty. It fails with
// ErrHeader, ErrAlgorithm, ErrUnfit or ErrPublic. It does not refuse a weak
// secret: what such a token is worth, Verify says.
func Sign(header, payload []byte, alg string, k Key) (string, error) {
	header, err := withAlg(header, alg)
	if err != nil {
		return "", err
	}
	input := Encode(header) + "." + Encode(payload)
	if alg == None {
		return input + ".", nil
	}
	a, known := algorithms[alg]
	switch {
	case !known:
		return "", fmt.Errorf("sign with %q: %w", brief(alg), ErrAlgorithm)
	case a.kind != k.Kind || a.curve != "" && a.curve != k.Curve || k.Refused != "":
		return "", fmt.Errorf("%w: %s takes %s", ErrUnfit, alg, a.needs())
	case a.kind != Octets && k.private == nil:
		return "", ErrPublic
	}
	signature, err := a.sign(k, input)
	if err != nil {
		return "", fmt.Errorf("sign with %s: %w", alg, err)
	}
	return input + "." + Encode(signature), nil
}

// withAlg sets alg in a header and leaves the rest as it is written.
func withAlg(header []byte, alg string) ([]byte, error) {
	o := ReadObject(header)
	name, err := json.Marshal(alg)
	if err != nil || o.Problem != nil {
		return nil, ErrHeader
	}
	if _, twice := o.Repeated(); twice {
		return nil, ErrHeader
	}
	if m, ok := o.Get("alg"); ok {
		out := append([]byte{}, header[:m.Start]...)
		return append(append(out, name...), header[m.End:]...), nil
	}
	out := append([]byte(`{"alg":`), name...)
	if len(o.Members) > 0 {
		out = append(out, ',')
	}
	return append(out, header[skipSpace(header, 0)+1:]...), nil
}

func (a algorithm) sign(k Key, input string) ([]byte, error) {
	switch private := k.private.(type) {
	case *rsa.PrivateKey:
		if a.pss {
			return rsa.SignPSS(rand.Reader, private, a.hash, digest(a, input), &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
		}
		return rsa.SignPKCS1v15(rand.Reader, private, a.hash, digest(a, input))
	case *ecdsa.PrivateKey:
		r, s, err := ecdsa.Sign(rand.Reader, private, digest(a, input))
		if err != nil {
			return nil, err
		}
		signature := make([]byte, 2*a.octets)
		r.FillBytes(signature[:a.octets])
		s.FillBytes(signature[a.octets:])
		return signature, nil
	case ed25519.PrivateKey:
		return private.Sign(rand.Reader, []byte(input), crypto.Hash(0))
	}
	return mac(a, k.secret, input), nil
}

// Rebuild puts a changed payload between a token's header and signature, which
// is then stale: it was computed over another payload.
func Rebuild(t Token, payload []byte) string {
	return t.Header.Encoded + "." + Encode(payload) + "." + t.Signature.Encoded
}
