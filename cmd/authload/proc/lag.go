// Package proc asks the system what the processes of a load use, and how late this one
// is. What it asks of /proc is known on Linux only; elsewhere those functions report
// false, and the figures are left out.
package proc

import (
	"context"
	"time"

	"authlab/cmd/authload/report"
)

// lagEvery is how often the generator asks to be woken, to see how late it is.
const lagEvery = 5 * time.Millisecond

// WatchLag measures until ctx ends how late this process runs what is due, and then
// sends what it has measured.
func WatchLag(ctx context.Context) <-chan report.Spread {
	done := make(chan report.Spread, 1)
	go func() {
		var late []time.Duration
		timer := time.NewTimer(lagEvery)
		defer timer.Stop()
		for due := time.Now().Add(lagEvery); ; {
			select {
			case <-ctx.Done():
				done <- report.SpreadOf(late)
				return
			case <-timer.C:
			}
			late = append(late, time.Since(due))
			due = time.Now().Add(lagEvery)
			timer.Reset(lagEvery)
		}
	}()
	return done
}
