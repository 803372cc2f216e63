package class

import (
	"sync"
)

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
