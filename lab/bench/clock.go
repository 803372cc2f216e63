package bench

import (
	"context"
	"sync/atomic"
	"time"

	"authlab/lab/journal"
)

// clock is a bench's own time: the machine's, moved forward by as much as the
// visitor has asked for. It never moves back.
type clock struct{ offset atomic.Int64 }

// Now returns the bench's time in UTC, without a monotonic reading, so that
// what is stored and what is compared are the same instant.
func (c *clock) Now() time.Time { return time.Now().Add(c.ahead()).Round(0).UTC() }

// ahead is how far the bench's time is ahead of the machine's.
func (c *clock) ahead() time.Duration { return time.Duration(c.offset.Load()) }

func (c *clock) forward(by time.Duration) { c.offset.Add(int64(by)) }

func (c *clock) reset() { c.offset.Store(0) }

// readClock is the bench's clock as the apps read it: each reading is noted.
func (b *Bench) readClock(ctx context.Context) time.Time {
	now := b.clock.Now()
	record(ctx, journal.ClockRead, timeField("now", now))
	return now
}
