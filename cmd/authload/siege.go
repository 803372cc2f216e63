package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"authlab/cmd/authload/report"
	"authlab/lab/plot"
)

// The honest ones come from addresses of their own.
const (
	instructorAt = "127.0.0.4"
	classAt      = "127.0.0.5"
	restsAt      = "127.0.0.6" // goes through the lesson first, and then only has its page open
	arrivesAt    = "127.0.0.7" // comes to the front page, each time over a new connection
	crowdAt      = "127.0.0.9"
)

var visitorsAt = []string{"127.0.0.2", "127.0.0.3"}

// thinks is how long a visitor looks before each step.
const thinks = 200 * time.Millisecond

// siege is an attack on a lab in which two visitors and a class work.
type siege struct {
	attack
	class     *class
	all       []*follower
	met       *notes
	attackers []*attacker
	every     time.Duration // between two key presses of the instructor's
	length    time.Duration // of a phase
	lull      time.Duration // before each, so that what an attack has begun is not measured in the next
}

// besieged is the part of the programme for an attack.
func (o *options) besieged(a attack) part {
	followers := o.followers
	if a.class > 0 {
		followers = min(followers, a.class)
	}
	files := followers*2 + a.at + 100
	if a.files > 0 {
		files += a.files
	}
	return part{
		name: fmt.Sprintf("%s: one client %s", a.name, a.does), length: 4 * (o.length + o.lull), files: files,
		open: o.opening(o.memory, a.files, instructorAt, classAt),
		run: func(ctx context.Context, c *class, r *report.Report) error {
			s := &siege{attack: a, class: c, met: &notes{}, every: o.every, length: o.length, lull: o.lull}
			c.met = s.met
			if err := s.run(ctx, followers); err != nil {
				return err
			}
			return s.judge(ctx, r, o.budget)
		},
	}
}

// run lets the honest ones work, alone and beside the attacker, twice each. It returns
// an error only where nothing could be tried.
func (s *siege) run(ctx context.Context, followers int) error {
	rests, err := newVisitor(restsAt, s.class.addr, 0, s.met)
	if err != nil {
		return err
	}
	rests.opens = true
	defer func() { rests.close() }()
	if err := rests.rest(ctx); err != nil {
		return err
	}
	end, err := s.visit(ctx)
	if err != nil {
		return err
	}
	defer end()
	if err := s.assemble(ctx, followers); err != nil {
		return err
	}
	for i, p := range []phase{alone, beside, alone, beside} {
		if err := s.phase(ctx, p, i); err != nil {
			if ctx.Err() != nil {
				return err
			}
			s.met.fault(countBrokenNote, "the instructor: %v", err)
			break
		}
	}
	if err := rests.back(ctx); err != nil {
		s.met.fault(countBrokenNote, "who comes back: %v", err)
	}
	return s.class.finish(ctx, s.all)
}

// visit lets visitors go through the lesson, and others arrive, until end is called.
func (s *siege) visit(ctx context.Context) (end func(), err error) {
	ctx, cancel := context.WithCancel(ctx)
	var visiting sync.WaitGroup
	end = func() {
		cancel()
		visiting.Wait()
	}
	for _, address := range append(visitorsAt[:len(visitorsAt):len(visitorsAt)], arrivesAt) {
		v, err := newVisitor(address, s.class.addr, thinks, s.met)
		if err != nil {
			end()
			return nil, err
		}
		if address == arrivesAt {
			visiting.Go(func() { v.arrive(ctx) })
			continue
		}
		v.opens = true
		visiting.Go(func() { v.stay(ctx) })
	}
	return end, nil
}

// assemble lets the class come, and the attacker prepare.
func (s *siege) assemble(ctx context.Context, followers int) error {
	var err error
	if s.attackers, err = newAttackers(s.attack, s.class.addr, s.class); err != nil {
		return err
	}
	prepared := make(chan error, 1)
	go func() {
		if s.prepare == nil {
			prepared <- nil
			return
		}
		prepared <- s.prepare(ctx, s.attackers[0])
	}()
	s.all, err = s.class.gather(ctx, followers, min(joinIn/2, s.length), false)
	return errors.Join(err, <-prepared)
}

// phase lets the class follow, and then vote, while the attacker is at work or not.
func (s *siege) phase(ctx context.Context, p phase, nth int) error {
	if err := sleep(ctx, s.lull); err != nil {
		return err
	}
	striking, end := context.WithCancel(ctx)
	var struck sync.WaitGroup
	defer struck.Wait()
	defer end()
	defer s.met.enter(between)
	s.met.enter(p)
	if p == beside {
		struck.Go(func() { s.strike(striking, s.attackers) })
	}
	c := s.class
	if err := s.repeat(ctx, s.length/2, func() (press, error) { return c.show(ctx, (c.at()+1)%plot.Count) }); err != nil {
		return err
	}
	if err := c.ask(ctx, 2*nth+1); err != nil {
		return err
	}
	voted := make(chan error, 1)
	go func() { voted <- c.cast(ctx, s.all, s.length/2, s.met) }()
	err := s.repeat(ctx, s.length/2, func() (press, error) { return c.change(ctx, "rest") })
	return errors.Join(err, <-voted)
}

// repeat presses a key again and again for a time.
func (s *siege) repeat(ctx context.Context, length time.Duration, key func() (press, error)) error {
	began := time.Now()
	for due := time.Duration(0); due < length; due += s.every {
		if err := sleep(ctx, time.Until(began.Add(due))); err != nil {
			return err
		}
		p, err := key()
		if err != nil {
			return err
		}
		s.class.pressed(p)
	}
	return sleep(ctx, time.Until(began.Add(length)))
}

// judge reports what the honest ones met.
func (s *siege) judge(ctx context.Context, r *report.Report, budget int64) error {
	b, err := newBrowser(from(visitorsAt[0]), s.class.addr)
	if err != nil {
		return err
	}
	defer b.leave()
	status, _, err := b.get(ctx, "/healthz")
	peak := s.class.server.peak()
	before, during := s.class.count(s.all, alone), s.class.count(s.all, beside)
	r.Figure("the attacker was answered", "%s", s.attackers[0].shared)
	s.class.server.complaints(r)
	j := judged{r, s.name}
	// Requests with a mistake of ours would be refused, and hurt nobody.
	took := s.attackers[0].shared.took(s.attack)
	j.must("the attack is one, and some of it gets through", took > 0, "%d", took)
	j.notes(s.met)
	j.class(s.class.count(s.all, phases), len(s.all))
	j.must("the lab still answers", err == nil && status == http.StatusOK, "%d (%v)", status, err)
	j.words(s.attackers[0].shared)
	j.memory(peak, budget)
	j.twice("a visitor's request", s.met.times(alone), s.met.times(beside))
	j.twice("key press to event", before.events, during.events)
	j.twice("key press to fragment", before.pages, during.pages)
	return nil
}
