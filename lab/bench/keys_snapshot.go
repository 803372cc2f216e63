package bench

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"

	"authlab/lab/journal"
)

// snapshot returns all keys with what they sign with.
func (k *keys) snapshot() []KeySnapshot {
	k.mu.Lock()
	defer k.mu.Unlock()
	out := make([]KeySnapshot, len(k.list))
	for i, key := range k.list {
		out[i] = KeySnapshot{ID: key.ID, Alg: key.Alg, Made: key.Made, Secret: key.Secret}
		if key.Secret == nil {
			out[i].Secret = must(x509.MarshalPKCS8PrivateKey(k.secret[i]))
		}
	}
	return out
}

// restoreSigning returns the keys of a bench whose token app signs with alg.
func restoreSigning(list []KeySnapshot, alg string) (*keys, error) {
	k, err := restoreKeys(list, func(alg string) bool { return alg != sealingAlg })
	if err == nil && !slices.ContainsFunc(k.list, func(key journal.Key) bool { return key.Alg == alg }) {
		return nil, fmt.Errorf("it has no key for %s, which its settings ask for", alg)
	}
	return k, err
}

// restoreSealing returns the keys of a bench's sealed app, of which there may be none.
func restoreSealing(list []KeySnapshot) (*keys, error) {
	return restoreKeys(list, func(alg string) bool { return alg == sealingAlg })
}

// restoreKeys returns keys whose algorithms are of those that an app uses.
func restoreKeys(list []KeySnapshot, uses func(alg string) bool) (*keys, error) {
	k := &keys{}
	for i, s := range list {
		if !uses(s.Alg) {
			return nil, fmt.Errorf("read key %d: it is for %q, which the app does not use", i+1, s.Alg)
		}
		secret, err := s.secret()
		if err != nil {
			return nil, fmt.Errorf("read key %d, for %s: %w", i+1, s.Alg, err)
		}
		if s.ID == "" || slices.ContainsFunc(k.list, func(key journal.Key) bool { return key.ID == s.ID || key.Alg == s.Alg }) {
			return nil, fmt.Errorf("read key %d, for %s: its id or its algorithm is missing or another key's", i+1, s.Alg)
		}
		key := journal.Key{ID: s.ID, Alg: s.Alg, Made: s.Made}
		if octets, shared := secret.([]byte); shared {
			key.Secret = octets
		} else {
			key.Public = publicOf(secret)
		}
		k.list, k.secret = append(k.list, key), append(k.secret, secret)
	}
	return k, nil
}

var errKey = errors.New("the key is of another kind than its algorithm, or of another length")

// secret is what signs or seals, made sure to be of the algorithm's kind.
func (s KeySnapshot) secret() (any, error) {
	if n, shared := secretBytes[s.Alg]; shared {
		if len(s.Secret) != n {
			return nil, errKey
		}
		return bytes.Clone(s.Secret), nil
	}
	key, err := x509.ParsePKCS8PrivateKey(s.Secret)
	if err != nil {
		return nil, err
	}
	if !fitsAlg(key, s.Alg) {
		return nil, errKey
	}
	return key.(crypto.Signer), nil
}

// fitsAlg reports whether a private key is one that newSecret could have made.
func fitsAlg(key any, alg string) bool {
	switch key := key.(type) {
	case *rsa.PrivateKey:
		return (alg == "RS256" || alg == "PS256") && key.N.BitLen() == rsaBits
	case *ecdsa.PrivateKey:
		return alg == "ES256" && key.Curve == elliptic.P256()
	case ed25519.PrivateKey:
		return alg == "EdDSA"
	default:
		return false
	}
}
