package report

import (
	"testing"
	"time"
)

// TestSpread sums up a thousand durations, and none.
func TestSpread(t *testing.T) {
	var all []time.Duration
	for i := range 1000 {
		all = append(all, time.Duration(999-i)*time.Millisecond)
	}
	want := Spread{N: 1000, P50: 500 * time.Millisecond, P95: 950 * time.Millisecond, P99: 990 * time.Millisecond, Most: 999 * time.Millisecond}
	if got := SpreadOf(all); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := SpreadOf(nil); got != (Spread{}) {
		t.Errorf("of nothing: %v", got)
	}
}
