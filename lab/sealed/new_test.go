package sealed

import (
	"runtime"
	"testing"
)

// A process may hold tens of thousands of libraries, so each must be small.
func TestNewIsSmall(t *testing.T) {
	const apps, limit = 500, 8 << 10
	c := config(newWorld(t))
	kept := make([]*App, apps)
	before := heap()
	for i := range kept {
		kept[i] = New(c)
	}
	each := (heap() - before) / apps
	runtime.KeepAlive(kept)
	t.Logf("%d bytes each", each)
	if each > limit {
		t.Errorf("an App takes %d bytes, more than %d", each, limit)
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
