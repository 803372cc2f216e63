package bench

import "sync"

// Hold keeps the bench until release is called: however long it is not used or has
// been there, it does not expire, and it is not dropped to make room for others. A
// class may leave its bench alone for half a day. Any number may hold it; the last
// to release it ends that. Its time of not being used begins then, but the time
// that any bench may be there has run on: one that is older than Limits.Life goes
// at once. To release twice does no more than once.
//
// Whoever has found a bench by its id should hold it by [Benches.Hold], so that it
// does not go in between. Benches.Drop ends a bench that is held, too.
func (b *Bench) Hold() (release func()) {
	b.holds.Add(1)
	var once sync.Once
	return func() {
		once.Do(func() {
			b.touch()
			b.holds.Add(-1)
		})
	}
}

// Held reports whether anybody holds the bench.
func (b *Bench) Held() bool { return b.holds.Load() > 0 }

// Hold finds the bench with the given id, counts it as used and holds it, as one
// step. It returns false where Find does.
func (bs *Benches) Hold(id string) (b *Bench, release func(), ok bool) {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	if b, ok = bs.find(id); !ok {
		return nil, nil, false
	}
	return b, b.Hold(), true
}
