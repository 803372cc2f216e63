package store

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// NewMemory returns a store in this process's memory, empty and a space of its
// own. It judges expiry by now.
func NewMemory(now func() time.Time) Store {
	return &space{table: new(memory), now: now, atOnce: true}
}

// memory is a table that is a map.
type memory struct {
	mu      sync.Mutex
	entries map[string]numbered
	// written counts the keys that were ever written.
	written int
	// rows is what all returned last, until something is written. It is shared by
	// everybody who asks, so it is replaced and never written to.
	rows []Row
}

// numbered is an entry with its place in the order of first writing.
type numbered struct {
	entry
	number int
}

func (*memory) String() string { return "memory" }

func (m *memory) read(_ context.Context, key string) (entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.get(key).entry, nil
}

func (m *memory) change(_ context.Context, key string, decide func(entry) (entry, bool)) (entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	held := m.get(key)
	next, write := decide(held.entry)
	if !write {
		return held.entry, nil
	}
	if held.Gone == Unknown {
		m.written++
		held.number = m.written
	}
	if m.entries == nil {
		m.entries = make(map[string]numbered)
	}
	m.entries[key], m.rows = numbered{next, held.number}, nil
	return next, nil
}

func (m *memory) get(key string) numbered {
	if e, ok := m.entries[key]; ok {
		return e
	}
	return numbered{entry: entry{Row{Key: key, Gone: Unknown}}}
}

func (m *memory) all(context.Context) ([]Row, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.rows == nil {
		m.rows = m.sorted()
	}
	return m.rows, nil
}

// sorted returns the entries in the order of first writing. m.mu must be held.
func (m *memory) sorted() []Row {
	there := slices.SortedFunc(maps.Values(m.entries), func(a, b numbered) int { return cmp.Compare(a.number, b.number) })
	rows := make([]Row, len(there))
	for i, e := range there {
		rows[i] = e.Row
	}
	return rows
}

func (m *memory) reset(context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.entries, m.rows, m.written = nil, nil, 0
	return nil
}
