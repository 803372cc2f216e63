package main

import (
	"context"
	"time"
)

// lagEvery is how often the generator asks to be woken, to see how late it is.
const lagEvery = 5 * time.Millisecond

// watchLag measures until ctx ends how late this process runs what is due.
func watchLag(ctx context.Context) <-chan spread {
	done := make(chan spread, 1)
	go func() {
		var late []time.Duration
		timer := time.NewTimer(lagEvery)
		defer timer.Stop()
		for due := time.Now().Add(lagEvery); ; {
			select {
			case <-ctx.Done():
				done <- spreadOf(late)
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
