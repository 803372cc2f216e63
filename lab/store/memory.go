package store

import (
	"context"
	"sync"
	"time"
)

// NewMemory returns a store in this process's memory, empty and a space of its
// own. It judges expiry by now.
func NewMemory(now func() time.Time) Store {
	return &space{table: new(memory), now: now, atOnce: true}
}

// memory is a table that is a list, in the order of first writing, and a map into it.
type memory struct {
	mu      sync.Mutex
	entries []entry
	places  map[string]int // in entries, by key
	// rows is what all returned last, until something is written. It is shared by
	// everybody who asks, so it is replaced and never written to.
	rows []Row
}

func (*memory) String() string { return "memory" }

func (m *memory) read(_ context.Context, key string) (entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.get(key), nil
}

func (m *memory) change(_ context.Context, key string, decide func(entry) (entry, bool)) (entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	held := m.get(key)
	next, write := decide(held)
	if !write {
		return held, nil
	}
	m.put(key, next)
	return next, nil
}

// put writes an entry. m.mu must be held.
func (m *memory) put(key string, e entry) {
	if m.places == nil {
		m.places = make(map[string]int)
	}
	if at, there := m.places[key]; there {
		m.entries[at] = e
	} else {
		m.places[key] = len(m.entries)
		m.entries = append(m.entries, e)
	}
	m.rows = nil
}

func (m *memory) get(key string) entry {
	if at, there := m.places[key]; there {
		return m.entries[at]
	}
	return entry{Row{Key: key, Gone: Unknown}}
}

func (m *memory) all(context.Context) ([]Row, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.rows == nil {
		m.rows = make([]Row, len(m.entries))
		for i, e := range m.entries {
			m.rows[i] = e.Row
		}
	}
	return m.rows, nil
}

func (m *memory) reset(context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.entries, m.places, m.rows = nil, nil, nil
	return nil
}
