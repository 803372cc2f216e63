package lab

import (
	"crypto/rand"
	"net/http"
	"sync"

	"authlab/lab/room"
)

// newPress makes a name for what is pressed on one page: 130 random bits.
func newPress() string { return rand.Text() }

// pagePress is the name that a page has given to what is pressed on it, "" where it has
// given none. Every page that is made has its own, and is kept by no cache: so a form that
// is sent again names the same, and nobody else can.
func pagePress(r *http.Request) string {
	if press := r.PostFormValue("press"); room.ValidDevice(press) {
		return press
	}
	return ""
}

// presses has the same press done once at a time. The zero value is ready for use.
type presses struct {
	mu sync.Mutex
	by map[string]*underWay
}

// underWay is a press that is being done, and how many want to do it.
type underWay struct {
	turn sync.Mutex
	want int
}

// take waits until nobody else does what a press asks for, and returns what lets the next
// one do it. A press without a name waits for none.
func (p *presses) take(press string) (leave func()) {
	if press == "" {
		return func() {}
	}
	p.mu.Lock()
	if p.by == nil {
		p.by = map[string]*underWay{}
	}
	u := p.by[press]
	if u == nil {
		u = &underWay{}
		p.by[press] = u
	}
	u.want++
	p.mu.Unlock()
	u.turn.Lock()
	return func() {
		u.turn.Unlock()
		p.mu.Lock()
		defer p.mu.Unlock()
		if u.want--; u.want == 0 {
			delete(p.by, press)
		}
	}
}
