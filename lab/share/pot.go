package share

import (
	"errors"
	"sync"
)

// ErrPot is returned to a client that holds as much of a pot as it may.
var ErrPot = errors.New("too much is held at once")

// Pot is an amount of memory that is held for a moment only: by what is being
// received, or waits to be read. A client may hold four fifths of what the others
// leave, so that one alone never takes all. It is safe for concurrent use.
type Pot struct {
	size int64

	mu    sync.Mutex
	taken int64
	by    map[Client]int64
}

// NewPot returns a pot of so many bytes.
func NewPot(size int64) *Pot { return &Pot{size: size, by: map[Client]int64{}} }

// Take holds n bytes for a client, which back gives back. It returns ErrPot where
// they are not there.
func (p *Pot) Take(c Client, n int64) (back func(), err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	others := p.taken - p.by[c]
	if p.by[c]+n > (p.size-others)*4/5 {
		return nil, ErrPot
	}
	p.by[c] += n
	p.taken += n
	return sync.OnceFunc(func() { p.back(c, n) }), nil
}

func (p *Pot) back(c Client, n int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken -= n
	if p.by[c] -= n; p.by[c] == 0 {
		delete(p.by, c)
	}
}

// Held returns how many bytes are held, and how many there are.
func (p *Pot) Held() (taken, size int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.taken, p.size
}
