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
