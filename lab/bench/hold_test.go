package bench

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestAHeldBenchStays for as long as anybody holds it.
func TestAHeldBenchStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bs := NewBenches(Limits{Idle: time.Hour, Life: 100 * time.Hour}, false, nil, nil)
		id := bs.Make().ID()
		b, first, ok := bs.Hold(id)
		if !ok || !b.Held() {
			t.Fatal("it cannot be held")
		}
		second := b.Hold()
		there := func() bool {
			bs.Sweep(time.Now())
			return bs.Len() == 1
		}
		for i, c := range []struct {
			do    func()
			after time.Duration
			want  bool
		}{
			{func() {}, 12 * time.Hour, true},
			{first, 12 * time.Hour, true},
			{first, 12 * time.Hour, true}, // a second time does no more
			{second, 59 * time.Minute, true},
			{func() { second = b.Hold() }, 200 * time.Hour, true},
			{func() { second() }, 0, false}, // its life is over
		} {
			c.do()
			time.Sleep(c.after) // synctest's: no time passes
			if there() != c.want {
				t.Fatalf("step %d: there %t, want %t", i+1, !c.want, c.want)
			}
		}
		if _, _, ok := bs.Hold(id); ok {
			t.Error("a bench that is gone can be held")
		}
		idle := bs.Make()
		release := idle.Hold()
		time.Sleep(2 * time.Hour)
		release()
		time.Sleep(time.Hour - time.Second)
		if !there() {
			t.Error("it goes before it was idle for an hour after its release")
		}
		time.Sleep(time.Second)
		if there() {
			t.Error("it stays after its release")
		}
	})
}

// TestAHeldBenchMakesNoRoom where others can, and where none can there is one more.
func TestAHeldBenchMakesNoRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bs := NewBenches(Limits{Benches: 3}, false, nil, nil)
		var held []string
		for range 2 {
			b := bs.Make()
			b.Hold()
			held = append(held, b.ID())
			time.Sleep(time.Minute)
		}
		var last string
		for i, c := range []struct {
			hold bool // the new one
			len  int  // then
			gone bool // the one before
		}{
			{false, 3, false}, {false, 3, true}, {true, 3, true},
			{false, 4, false}, {false, 4, true}, {true, 4, true}, {false, 5, false},
		} {
			before := last
			b := bs.Make()
			last = b.ID()
			if c.hold {
				b.Hold()
				held = append(held, last)
			}
			if _, found := bs.Find(before); bs.Len() != c.len || (before != "" && found == c.gone) {
				t.Errorf("bench %d: there are %d, the one before is there: %t; want %d, %t", i+1, bs.Len(), found, c.len, !c.gone)
			}
			time.Sleep(time.Minute)
		}
		for i, id := range held {
			if _, found := bs.Find(id); !found {
				t.Errorf("held bench %d is gone", i+1)
			}
		}
		bs.Drop(held[0])
		if _, found := bs.Find(held[0]); found {
			t.Error("a held bench cannot be dropped by its id")
		}
	})
}
