package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"authlab/cmd/authload/proc"
	"authlab/cmd/authload/report"
)

// What must hold: how long a class that joins at once may take, and the 99th
// percentile from a key press to its delivery.
const (
	joinIn     = 5 * time.Second
	limitClass = 250 * time.Millisecond
	limitMany  = time.Second
)

// spare is how long a part may take beyond the time for which it drives.
var spare = 90 * time.Second

// part is one part of the programme.
type part struct {
	name   string
	run    func(context.Context, *class, *report.Report) error
	length time.Duration
	files  int                                   // that this process and the lab each have open
	open   func(context.Context) (*class, error) // starts the lab with the class; nil for one as it is by default
}

func (o *options) parts() []part {
	var all []part
	if o.attacking() {
		return o.attackParts()
	}
	if o.joining > 0 {
		all = append(all, part{fmt.Sprintf("%d join at once", o.joining), o.join, 0, o.joining * 2, nil})
	}
	if o.followers > 0 {
		all = append(all, o.following(o.followers, limitClass, o.length))
	}
	if o.many > 0 {
		all = append(all, o.following(o.many, limitMany, o.length/2))
	}
	if o.stalled > 0 {
		all = append(all, part{fmt.Sprintf("%d follow, and %d never read", o.followers, o.stalled), o.beside, o.length, o.followers*2 + o.stalled, nil})
	}
	return all
}

// attackParts are the parts that do not go easy on a lab.
func (o *options) attackParts() []part {
	var all []part
	for _, a := range attacks {
		if o.attack && (len(o.only) == 0 || slices.Contains(o.only, a.name)) {
			all = append(all, o.besieged(a))
		}
	}
	if o.fill {
		all = append(all, o.filling())
	}
	if o.crowd {
		all = append(all, o.crowding())
	}
	if o.soak > 0 {
		all = append(all, o.soaking())
	}
	return all
}

func (o *options) following(n int, limit, length time.Duration) part {
	run := func(ctx context.Context, c *class, r *report.Report) error {
		all, err := c.gather(ctx, n, joinIn, false)
		if err == nil {
			err = c.drive(ctx, length, o.every)
		}
		if err == nil {
			err = c.finish(ctx, all)
		}
		if err != nil {
			return err
		}
		c.judge(r, all, limit)
		return nil
	}
	return part{fmt.Sprintf("%d follow, a step every %s for %s", n, o.every, length), run, length, n * 2, nil}
}

// programme runs one part after the other, each with a lab of its own.
func (o *options) programme(ctx context.Context, r *report.Report) error {
	for _, p := range o.parts() {
		r.Title(p.name)
		if files, ok := proc.MaxFiles(); ok && files < p.files+otherFiles {
			return fmt.Errorf("this needs %d open files and may have %d: raise the limit, with ulimit -n %d or the container's nofile, or ask for fewer", p.files+otherFiles, files, p.files+otherFiles)
		}
		if err := o.runPart(ctx, p, r); err != nil {
			return err
		}
	}
	return nil
}

// otherFiles is more than a process has open beside the class's connections.
const otherFiles = 100

func (o *options) runPart(ctx context.Context, p part, r *report.Report) error {
	ctx, cancel := context.WithTimeoutCause(ctx, p.length+spare, errLate)
	defer cancel()
	open := o.openClass
	if p.open != nil {
		open = p.open
	}
	c, err := open(ctx)
	if err != nil {
		return err
	}
	err = p.run(ctx, c, r)
	c.close(r)
	return err
}

// finish waits until what was shown last has reached everybody.
func (c *class) finish(ctx context.Context, all []*follower) error {
	last := c.began.seq
	if n := len(c.presses); n > 0 {
		last = c.presses[n-1].seq
	}
	return c.await(ctx, all, last)
}

// join lets a whole class come at once, for the first time: with nothing in their
// caches.
func (o *options) join(ctx context.Context, c *class, r *report.Report) error {
	began := time.Now()
	all, err := c.gather(ctx, o.joining, 0, true)
	if err != nil {
		return err
	}
	var took []time.Duration
	failed, asked, read := 0, 0, 0
	for _, f := range all {
		f.mu.Lock()
		switch {
		case f.err != nil || len(f.seen) == 0:
			failed++
			r.FirstError(failed, f.err)
		default:
			took = append(took, f.seen[0].at.Sub(began))
			asked, read = asked+f.pages.asked, read+f.pages.read
		}
		f.mu.Unlock()
	}
	s := report.SpreadOf(took)
	r.Figure("until a device has joined", "%s", s)
	r.Figure("requests of each", "%.1f, %.0f KiB", float64(asked)/float64(o.joining), float64(read)/float64(o.joining)/1024)
	r.Must(report.Line{Part: "join", What: "nobody meets an error", Got: fmt.Sprintf("%d of %d do", failed, o.joining), Holds: failed == 0})
	r.Must(report.Line{
		Part: "join", What: fmt.Sprintf("all have the page, the first event and the fragment within %s", joinIn),
		Got: s.Most.Round(time.Millisecond).String(), Holds: failed == 0 && s.Most <= joinIn, Timed: true,
	})
	return nil
}
