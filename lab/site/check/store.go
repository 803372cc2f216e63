package check

import (
	"crypto/rand"
	"net/http"
	"sync"
	"time"

	"authlab/lab/site/web"
)

// The bounds of what checks keep: little, and not for long.
const (
	checkLife = 10 * time.Minute
	maxChecks = 1000 // the oldest goes first
	maxShown  = 256  // bytes kept of a header value that a browser sent
)

// checks are the self-checks of all visitors. The zero value is ready to use.
type checks struct {
	mu    sync.Mutex
	byID  map[string]*check
	order []*check // by age, the oldest first
}

// check is one browser's self-check: what was seen of it so far.
type check struct {
	id    string
	nonce string // what the cookies hold: nothing of a person
	made  time.Time
	seen  Seen
}

// start makes a check.
func (c *checks) start(seen Seen) *check {
	k := &check{id: rand.Text(), nonce: rand.Text(), made: time.Now(), seen: seen}
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.order) > 0 && (len(c.order) >= maxChecks || time.Since(c.order[0].made) > checkLife) {
		delete(c.byID, c.order[0].id)
		c.order = c.order[1:]
	}
	if c.byID == nil {
		c.byID = map[string]*check{}
	}
	c.byID[k.id] = k
	c.order = append(c.order, k)
	return k
}

// find returns the check that a path names, or errCheckOver.
func (c *checks) find(r *http.Request) (*check, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, ok := c.byID[r.PathValue("id")]
	if !ok || time.Since(k.made) > checkLife {
		return nil, errCheckOver
	}
	return k, nil
}

// note adds to what was seen.
func (c *checks) note(k *check, add func(*Seen)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	add(&k.seen)
}

// look returns what was seen so far.
func (c *checks) look(k *check) Seen {
	c.mu.Lock()
	defer c.mu.Unlock()
	return k.seen
}

var errCheckOver = &web.VisitorError{
	Status: http.StatusNotFound, Heading: "This check is over",
	Text: "What a check finds is kept for ten minutes and no longer than the lab runs. Run it again at /check.",
}
