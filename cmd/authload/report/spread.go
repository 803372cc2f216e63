package report

import (
	"fmt"
	"slices"
	"time"
)

// Spread is how durations are spread.
type Spread struct {
	N             int           // how many there are
	P50, P95, P99 time.Duration // percentiles
	Most          time.Duration
}

// SpreadOf sorts durations, in place, and sums them up. Of none it is the zero Spread.
func SpreadOf(all []time.Duration) Spread {
	if len(all) == 0 {
		return Spread{}
	}
	slices.Sort(all)
	at := func(share float64) time.Duration { return all[min(int(share*float64(len(all))), len(all)-1)] }
	return Spread{N: len(all), P50: at(0.50), P95: at(0.95), P99: at(0.99), Most: all[len(all)-1]}
}

// String writes the spread on one line, in milliseconds.
func (s Spread) String() string {
	return fmt.Sprintf("p50 %s  p95 %s  p99 %s  max %s  (n=%d)", Millis(s.P50), Millis(s.P95), Millis(s.P99), Millis(s.Most), s.N)
}

// Millis writes a duration in milliseconds: "12.3 ms".
func Millis(d time.Duration) string { return fmt.Sprintf("%.1f ms", d.Seconds()*1000) }
