package journal

import "sync"

// derived keeps what was worked out of one exchange. It is no part of what was
// recorded: it is not written down, and a copy of the exchange does not have it.
type derived struct {
	of    *Exchange
	once  sync.Once
	value any
}

// Freeze gives an exchange a place for what is worked out of it. It must not be
// changed any more. A journal does this for its own.
func (x *Exchange) Freeze() { x.derived = &derived{of: x} }

// Derive returns what work makes of the exchange. Of one that has a place for it
// it works once and keeps what came of it with the exchange, for as long as that
// is kept; there is one such value, so one caller only. What it returns must be
// small, and must not be modified.
func (x *Exchange) Derive(work func() any) any {
	d := x.derived
	if d == nil || d.of != x {
		return work()
	}
	d.once.Do(func() { d.value = work() })
	return d.value
}
