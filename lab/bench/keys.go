package bench

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"authlab/lab/journal"
	"authlab/lab/token"
)

// secretBytes are the lengths of keys that are octets: for an HMAC as long as the hash
// that it computes, which RFC 7518, section 3.2 requires at least, and for a seal what
// AES-256 takes (section 5.3).
var secretBytes = map[string]int{"HS256": 32, "HS384": 48, "HS512": 64, sealingAlg: 32}

// keys are the keys of one of a bench's apps, fresh for each bench, so that a token of
// one bench means nothing on another. Each is for one algorithm (RFC 8725, section
// 3.1) and is made when that is first chosen.
type keys struct {
	mu     sync.Mutex
	list   []journal.Key // replaced, never written to, so that a state can share it
	secret []any         // what signs or seals: octets, or a private key; in the order of list
}

func newKeys(now time.Time) *keys {
	k := &keys{}
	k.renew(now)
	return k
}

// renew replaces all keys by one fresh key.
func (k *keys) renew(now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.list, k.secret = nil, nil
	k.add("HS256", now)
}

// drop forgets all keys.
func (k *keys) drop() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.list, k.secret = nil, nil
}

// newest returns the newest key of an algorithm, which is made where there is none.
func (k *keys) newest(alg string, now time.Time) (journal.Key, any) {
	is := func(key journal.Key) bool { return key.Alg == alg }
	k.mu.Lock()
	defer k.mu.Unlock()
	if !slices.ContainsFunc(k.list, is) {
		k.add(alg, now)
	}
	at := len(k.list) - 1
	for !is(k.list[at]) {
		at--
	}
	return k.list[at], k.secret[at]
}

// using returns the keys as the token app sees them that is set up with an
// algorithm: those of other algorithms are not there.
func (k *keys) using(alg string, now time.Time) token.Keys {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !slices.ContainsFunc(k.list, func(key journal.Key) bool { return key.Alg == alg }) {
		k.add(alg, now)
	}
	return keysOf{k, alg}
}

// add makes a key. k.mu must be held.
func (k *keys) add(alg string, now time.Time) {
	key := journal.Key{ID: "k" + strconv.Itoa(len(k.list)+1), Alg: alg, Made: now}
	secret := newSecret(alg)
	if octets, shared := secret.([]byte); shared {
		key.Secret = octets
	} else {
		key.Public = publicOf(secret)
	}
	k.list, k.secret = append(slices.Clone(k.list), key), append(slices.Clone(k.secret), secret)
}

// newSecret makes what signs with an algorithm. What comes from crypto/rand does
// not fail: it ends the program instead.
func newSecret(alg string) any {
	switch alg {
	case "RS256", "PS256":
		return rsaKeys.take()
	case "ES256":
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		return must(key, err)
	case "EdDSA":
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return must(key, err)
	default:
		octets := make([]byte, secretBytes[alg])
		_, _ = rand.Read(octets)
		return octets
	}
}

func publicOf(secret any) []byte {
	return must(x509.MarshalPKIXPublicKey(secret.(crypto.Signer).Public()))
}

func must[T any](v T, err error) T {
	if err != nil { // of a fixed curve and size
		panic(fmt.Sprintf("make a key: %v", err))
	}
	return v
}

func (k *keys) all() []journal.Key {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.list
}

// find returns the newest key that fits.
func (k *keys) find(fits func(journal.Key) bool) (journal.Key, any, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i, key := range slices.Backward(k.list) {
		if fits(key) {
			return key, k.secret[i], true
		}
	}
	return journal.Key{}, nil, false
}

// keysOf are the keys of one algorithm.
type keysOf struct {
	keys *keys
	alg  string
}

// Signing implements token.Keys.
func (k keysOf) Signing(ctx context.Context) (kid string, key any, err error) {
	newest, secret, found := k.keys.find(func(key journal.Key) bool { return key.Alg == k.alg })
	if !found { // the bench was reset while this request was under way
		return "", nil, broke(ctx, time.Now(), journal.KeysPart, "find the key to sign with", token.ErrNoKey)
	}
	record(ctx, journal.KeyUsed, field("kid", newest.ID), field("for", "sign"), field("found", "true"))
	return newest.ID, secret, nil
}

// Verifying implements token.Keys.
func (k keysOf) Verifying(ctx context.Context, kid string) (any, error) {
	_, secret, found := k.keys.find(func(key journal.Key) bool { return key.Alg == k.alg && key.ID == kid })
	record(ctx, journal.KeyUsed, field("kid", kid), field("for", "verify"), field("found", strconv.FormatBool(found)))
	if !found {
		return nil, token.ErrNoKey
	}
	if private, ok := secret.(crypto.Signer); ok {
		return private.Public(), nil
	}
	return secret, nil
}

// rsaBits is the length that RFC 7518, section 3.3 asks for at least.
const rsaBits = 2048

// rsaKeys are RSA keys that nobody has yet. To make one takes about 45 ms, which
// a visitor who chooses the algorithm should not wait for.
var rsaKeys = rsaPool{ready: make(chan *rsa.PrivateKey, 8)}

// rsaPool makes keys ahead. Each is given to one bench only.
type rsaPool struct {
	ready  chan *rsa.PrivateKey
	once   sync.Once
	making sync.Mutex // one key at a time, so that a core is left for everything else
}

// fill begins to make keys in the background; later calls do nothing. It ends
// when the pool is full.
func (p *rsaPool) fill() {
	p.once.Do(func() {
		go func() {
			for range cap(p.ready) {
				p.put()
			}
		}()
	})
}

// take returns a key, and has another made in its place. It waits where the
// pool is empty.
func (p *rsaPool) take() *rsa.PrivateKey {
	p.fill()
	go p.put()
	return <-p.ready
}

func (p *rsaPool) put() {
	p.making.Lock()
	key := must(rsa.GenerateKey(rand.Reader, rsaBits))
	p.making.Unlock()
	p.ready <- key
}
