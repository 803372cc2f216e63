package bench

import (
	"crypto/rand"
	"crypto/rsa"
	"sync"
)

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
