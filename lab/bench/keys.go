package bench

import (
	"context"
	"crypto/rand"
	"strconv"
	"sync"
	"time"

	"authlab/lab/journal"
	"authlab/lab/token"
)

// keyBytes is the length of an HMAC key: 256 bits, as long as the hash that
// HS256 computes, which RFC 7518, section 3.2 requires at least.
const keyBytes = 32

// keys are the signing keys of one bench's token app, fresh for each bench, so
// that a token of one bench means nothing on another.
type keys struct {
	mu   sync.Mutex
	list []journal.Key // replaced, never written to; the last one signs
}

func newKeys(now time.Time) *keys {
	k := &keys{}
	k.renew(now)
	return k
}

// renew replaces all keys by one fresh key.
func (k *keys) renew(now time.Time) {
	secret := make([]byte, keyBytes)
	_, _ = rand.Read(secret) // never fails: crypto/rand ends the program instead
	k.mu.Lock()
	defer k.mu.Unlock()
	k.list = []journal.Key{{ID: "k1", Alg: "HS256", Secret: secret, Made: now}}
}

func (k *keys) all() []journal.Key {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.list
}

// Signing implements token.Keys.
func (k *keys) Signing(ctx context.Context) (kid string, key []byte, err error) {
	list := k.all()
	newest := list[len(list)-1]
	record(ctx, journal.KeyUsed, field("kid", newest.ID), field("for", "sign"), field("found", "true"))
	return newest.ID, newest.Secret, nil
}

// Verifying implements token.Keys.
func (k *keys) Verifying(ctx context.Context, kid string) ([]byte, error) {
	for _, key := range k.all() {
		if key.ID == kid {
			recordKeyLookup(ctx, kid, true)
			return key.Secret, nil
		}
	}
	recordKeyLookup(ctx, kid, false)
	return nil, token.ErrNoKey
}

func recordKeyLookup(ctx context.Context, kid string, found bool) {
	record(ctx, journal.KeyUsed, field("kid", kid), field("for", "verify"), field("found", strconv.FormatBool(found)))
}
