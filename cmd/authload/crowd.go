package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"authlab/cmd/authload/report"
)

// crowdTime is how long a crowd may take for the lesson, on a slow machine.
const crowdTime = 5 * time.Minute

// crowding is the part in which a class behind one address, as behind the router of a
// school, goes through the whole lesson at once.
func (o *options) crowding() part {
	return part{
		name: fmt.Sprintf("crowd: %d behind one address join, open benches and go through the lesson", o.joining), length: crowdTime, files: o.joining * 4,
		open: o.opening(o.memory, 0, crowdAt, crowdAt),
		run: func(ctx context.Context, c *class, r *report.Report) error {
			return c.flock(ctx, r, o.joining, o.budget)
		},
	}
}

// flock lets n devices join, each try the lesson on a bench of its own, and judges what
// they met.
func (c *class) flock(ctx context.Context, r *report.Report, n int, budget int64) error {
	began := time.Now()
	met := &notes{}
	met.enter(beside)
	all, err := c.gather(ctx, n, joinIn, false)
	if err != nil {
		return err
	}
	r.Figure("until all have joined", "%s", time.Since(began).Round(time.Millisecond))
	var walking sync.WaitGroup
	var mu sync.Mutex
	whole := 0
	for _, f := range all {
		walking.Go(func() {
			err := f.tries(ctx, met)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				whole++
			} else if ctx.Err() == nil {
				met.fault(countBrokenNote, "%v", err)
			}
		})
	}
	walking.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	peak := c.server.peak()
	r.Figure("until all have been through it", "%s", time.Since(began).Round(time.Millisecond))
	r.Figure("a request of a walk", "%s", report.SpreadOf(met.times(beside)))
	c.server.complaints(r)
	j := judged{r, "crowd"}
	j.notes(met)
	j.class(c.count(all, phases), n)
	j.must("all go through the whole lesson", whole == n, "%d of %d", whole, n)
	j.memory(peak, budget)
	return nil
}

// tries opens a bench of the device's own, goes through the lesson, and leaves.
func (f *follower) tries(ctx context.Context, met *notes) error {
	v, err := newVisitor(crowdAt, f.class.addr, 0, met)
	if err != nil {
		return err
	}
	defer v.leave()
	defer func() { v.close() }()
	v.client.Timeout = crowdTime // three hundred at once are slow on a small machine, and wait
	v.query = "?room=" + f.class.path[len("/room/"):] + "&device=" + f.id
	if err := v.open(ctx, f.class.path+"/try"); err != nil {
		return err
	}
	return v.walk(ctx)
}
