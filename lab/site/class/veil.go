package class

import (
	"sync"

	"authlab/lab/bench"
	"authlab/lab/journal"
)

// veil keeps what a class's bench has recorded without the bench's id. To mask an
// exchange is to read all of it and to copy most of it, and each part of a class's
// pages asks for all of them. What is kept is counted beside the bench; where there is
// no room for it, each page has copies of its own.
type veil struct {
	id    string
	spare func(bytes int64) bool // whether so many may be kept

	mu    sync.Mutex
	of    map[*journal.Exchange]*journal.Exchange // by what was recorded
	bytes int64
}

// entryBytes are counted for each exchange besides what its copy holds.
const entryBytes = 64

// hide returns what stands for the exchanges of a bench, all that there are or those of
// an earlier moment. Once it was reset, those that went before are let go.
func (v *veil) hide(recorded []*journal.Exchange) []*journal.Exchange {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(recorded) == 0 || v.of[recorded[0]] == nil {
		v.of, v.bytes = map[*journal.Exchange]*journal.Exchange{}, 0
	}
	hidden := make([]*journal.Exchange, len(recorded))
	for i, x := range recorded {
		hidden[i] = v.one(x)
	}
	return hidden
}

// one returns what stands for an exchange, and keeps it if it may. v.mu must be held.
func (v *veil) one(x *journal.Exchange) *journal.Exchange {
	if hidden := v.of[x]; hidden != nil {
		return hidden
	}
	hidden, n := Masked(x, v.id)
	if n > 0 {
		n += bench.Derived(hidden)
	}
	if v.spare(v.bytes + n + entryBytes) {
		v.of[x] = hidden
		v.bytes += n + entryBytes
	}
	return hidden
}

// held is how many bytes it keeps.
func (v *veil) held() int64 {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.bytes
}

// drop lets go of what it keeps.
func (v *veil) drop() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.of, v.bytes = nil, 0
}
