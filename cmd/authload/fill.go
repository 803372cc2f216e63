package main

import (
	"context"
	"fmt"
	"time"

	"authlab/cmd/authload/report"
)

// What must hold while a lab's memory is filled: how long it is, the lab's budget, and
// the most that the process may have. A budget counts what is kept, and a process has
// more: its program, and what was let go and is not collected yet.
const (
	fillMemory = "256MiB"
	fillMost   = 400 << 20 // bytes
)

// fillTime is how long a lab's memory is filled.
const fillTime = 100 * time.Second

// filling is the part in which one client fills benches over six connections.
func (o *options) filling() part {
	length := fillTime
	if o.quick {
		length = time.Second
	}
	return part{
		name: fmt.Sprintf("fill: one client fills benches over six connections for %s, and the lab has %s", length, fillMemory), length: length, files: 100,
		open: o.opening(fillMemory, 0, instructorAt, classAt),
		run:  func(ctx context.Context, c *class, r *report.Report) error { return fillFor(ctx, c, r, length) },
	}
}

// fillFor lets one visitor rest with its page open and one go away, before the lab is
// filled, and both come back after it.
func fillFor(ctx context.Context, c *class, r *report.Report, length time.Duration) error {
	met := &notes{}
	var visitors []*visitor
	for _, address := range visitorsAt {
		v, err := newVisitor(address, c.addr, 0, met)
		if err != nil {
			return err
		}
		if err := v.rest(ctx); err != nil {
			return err
		}
		defer func() { v.close() }()
		visitors = append(visitors, v)
	}
	visitors[1].close() // its page is open no more
	attackers, err := newAttackers(attackNamed("fill"), c.addr, c)
	if err != nil {
		return err
	}
	striking, end := context.WithTimeout(ctx, length)
	defer end()
	attackNamed("fill").strike(striking, attackers)
	for _, v := range visitors {
		if err := v.back(ctx); err != nil {
			met.fault(countBrokenNote, "who comes back: %v", err)
		}
	}
	peak := c.server.peak()
	r.Figure("the attacker was answered", "%s", attackers[0].shared)
	c.server.complaints(r)
	j := judged{r, "fill"}
	j.notes(met)
	j.words(attackers[0].shared)
	j.memory(peak, fillMost)
	return nil
}

// attackNamed returns the attack of that name, which there must be.
func attackNamed(name string) attack {
	for _, a := range attacks {
		if a.name == name {
			return a
		}
	}
	panic("there is no attack " + name)
}
