package share

import (
	"sync"
	"time"
)

// about is how long a client is about after it was last seen.
const about = time.Second

// Company are the clients that are about: who asked for something within the last
// second. It is safe for concurrent use.
type Company struct {
	mu     sync.Mutex
	last   sight // of the client that was seen last
	before sight // of the one that was seen last of all others
}

// sight is when a client was seen.
type sight struct {
	client Client
	at     time.Time
}

// Saw notes that a client asks for something.
func (co *Company) Saw(c Client) {
	co.mu.Lock()
	defer co.mu.Unlock()
	if co.last.client != c {
		co.before = co.last
	}
	co.last = sight{c, time.Now()}
}

// others reports whether anybody but c is about.
func (co *Company) others(c Client) bool {
	if co == nil {
		return false
	}
	co.mu.Lock()
	defer co.mu.Unlock()
	other := co.last
	if other.client == c {
		other = co.before
	}
	return !other.at.IsZero() && time.Since(other.at) < about
}
