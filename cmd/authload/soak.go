package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"authlab/cmd/authload/proc"
	"authlab/cmd/authload/report"
)

// How a lab is soaked: what it holds is looked at first after a sixth of the time, or
// five minutes, when it is as full as its budget lets it become.
const (
	soakMemory = "256MiB"
	soakFirst  = 5 * time.Minute
	soakParts  = 6
	soakGuests = 60 // addresses that guests come from: in this memory each has room for more than one bench
)

// What there may be more of at the end: a tenth, and so much.
const (
	moreGoroutines = 50
	moreFiles      = 20
	moreMemory     = 32 << 20 // bytes
)

// holding is what a lab holds at one moment.
type holding struct {
	goroutines int    // beside those of its classes; or threads, where it does not tell
	counted    string // which of them
	files      int
	memory     int64 // bytes
}

// soaking is the part in which a lab is kept busy with everything at once.
func (o *options) soaking() part {
	return part{
		name: fmt.Sprintf("soak: everything at once, for %s", o.soak), length: o.soak + spare, files: 1000,
		open: o.opening(soakMemory, 0, instructorAt, classAt),
		run: func(ctx context.Context, c *class, r *report.Report) error {
			s := &soak{class: c, met: &notes{}, calm: o.soak / 60}
			first := min(soakFirst, o.soak/soakParts)
			early, err := s.after(ctx, first)
			if err != nil {
				return err
			}
			late, err := s.after(ctx, o.soak-first)
			if err != nil {
				return err
			}
			s.judge(r, early, late, first, o.soak)
			return nil
		},
	}
}

// soak is a lab that is kept busy.
type soak struct {
	*class
	met  *notes
	calm time.Duration // how long nothing is asked before it is looked at

	mu     sync.Mutex
	guests int // who came so far
	walks  int // through the whole lesson
	held   int // classes
	struck int // attacks
}

// after keeps the lab busy for a time, leaves it alone for a while, and returns what it
// holds then.
func (s *soak) after(ctx context.Context, length time.Duration) (holding, error) {
	busy, end := context.WithTimeout(ctx, length)
	defer end()
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() { s.repeat(busy, 0, s.guest) })
	}
	all.Go(func() { s.repeat(busy, length/soakParts, s.teach) })
	all.Go(func() { s.repeat(busy, time.Second, s.inspect) })
	all.Go(func() { s.repeat(busy, length/10, s.strike) })
	all.Wait()
	if err := sleep(ctx, s.calm); err != nil {
		return holding{}, err
	}
	return s.holds(ctx)
}

// repeat does something again and again until ctx ends, with pauses between.
func (s *soak) repeat(ctx context.Context, pause time.Duration, do func(context.Context) error) {
	for ctx.Err() == nil {
		if err := do(ctx); err != nil && ctx.Err() == nil {
			s.met.fault(countBrokenNote, "%v", err)
			pause = max(pause, time.Second)
		}
		_ = sleep(ctx, pause) // it ends with ctx, which the loop sees
	}
}

// count counts something that was done, and returns how often it was.
func (s *soak) count(of *int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	*of++
	return *of
}

// guest comes, goes through the lesson, takes it home and leaves.
func (s *soak) guest(ctx context.Context) error {
	v, err := newVisitor(fmt.Sprintf("127.0.1.%d", s.count(&s.guests)%soakGuests+1), s.addr, thinks/4, s.met)
	if err != nil {
		return err
	}
	defer v.leave()
	defer func() { v.close() }()
	if err := errors.Join(v.rest(ctx), v.beyond(ctx)); err != nil {
		return err
	}
	for _, what := range []string{"/export.har", "/export.zip", "/curl", "/handout"} {
		if _, _, err := v.get(ctx, v.bench+what); err != nil {
			return err
		}
	}
	s.count(&s.walks)
	return nil
}

// teach opens a class, shows it some steps, lets it vote, and ends it.
func (s *soak) teach(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c, err := openIn(ctx, s.server, from(instructorAt), from(crowdAt))
	if err != nil {
		return err
	}
	defer c.leave()
	defer c.endLag()
	all, err := c.gather(ctx, 20, time.Second, false)
	if err == nil {
		err = c.drive(ctx, time.Second, time.Second/5)
	}
	if err == nil {
		err = errors.Join(c.ask(ctx, 7), c.cast(ctx, all, time.Second, s.met))
	}
	if err == nil {
		_, err = c.change(ctx, "end")
	}
	s.count(&s.held)
	return err
}

// inspect has a token and a cookie inspected.
func (s *soak) inspect(ctx context.Context) error {
	b, err := newBrowser(from(restsAt), s.addr)
	if err != nil {
		return err
	}
	defer b.leave()
	b.met = s.met
	for path, content := range map[string]string{
		"/api/inspect/token":  `{"token":"eyJhbGciOiJIUzI1NiJ9.e30.c2ln","key":"key","key_form":"text","time":"now"}`,
		"/api/inspect/cookie": `{"url":"https://shop.example/","set_cookies":["sid=1; Secure"]}`,
	} {
		if _, _, _, err := b.do(ctx, http.MethodPost, path, "application/json", content, ""); err != nil {
			return err
		}
	}
	return nil
}

// strikes is how long one attack of a soak takes.
const strikes = 3 * time.Second

// strike attacks for some seconds, with one kind of attack after the other.
func (s *soak) strike(ctx context.Context) error {
	a := attacks[s.count(&s.struck)%len(attacks)]
	all, err := newAttackers(a, s.addr, s.class)
	if err != nil {
		return err
	}
	defer all[0].leave()
	ctx, cancel := context.WithTimeout(ctx, 2*strikes)
	defer cancel()
	if a.prepare != nil && a.prepare(ctx, all[0]) != nil {
		return nil // the lab has held it up for long enough
	}
	a.strike(ctx, all)
	return nil
}

// A lab says how many goroutines and how many classes it has. Each class has two
// goroutines of its own until it ends, which may be hours; how many there are depends on
// what was attacked last.
var (
	operated = regexp.MustCompile(`(?s)id="goroutines".{0,200}?>([0-9][0-9,]*)<`)
	teaching = regexp.MustCompile(`(?s)id="class-count".{0,200}?>([0-9][0-9,]*)<`)
	over     = regexp.MustCompile(`(?s)id="class-ended".{0,200}?>([0-9][0-9,]*)<`)
)

const perClass = 2

// number is what a page says at a place, and whether it does.
func number(at *regexp.Regexp, page string) (n int, ok bool) {
	found := at.FindStringSubmatch(page)
	if found == nil {
		return 0, false
	}
	n, err := strconv.Atoi(strings.ReplaceAll(found[1], ",", ""))
	return n, err == nil
}

// holds looks at what the lab holds.
func (s *soak) holds(ctx context.Context) (holding, error) {
	pid := s.server.cmd.Process.Pid
	var h holding
	var ok, ok2, ok3 bool
	h.files, ok = proc.OpenFiles(pid)
	h.memory, ok2 = proc.MemoryNow(pid)
	n, ok3 := proc.Threads(pid)
	if !ok || !ok2 || !ok3 {
		return h, fmt.Errorf("the lab has ended, or this system does not tell what a process holds: %w", os.ErrNotExist)
	}
	h.goroutines, h.counted = int(n), "threads"
	_, text, err := s.get(ctx, "/operator")
	all, told := number(operated, text)
	classes, told2 := number(teaching, text)
	ended, told3 := number(over, text)
	if open := classes - ended; err == nil && told && told2 && told3 {
		h.goroutines, h.counted = all-perClass*open, fmt.Sprintf("goroutines beside the %d of its %d open classes", perClass*open, open)
	}
	return h, nil
}

// judge compares what the lab held early and late.
func (s *soak) judge(r *report.Report, early, late holding, first, whole time.Duration) {
	r.Figure("the lab was asked", "%d walks of %d guests, %d classes, %d attacks", s.walks, s.guests, s.held, s.struck)
	s.server.complaints(r)
	j := judged{r, "soak"}
	j.notes(s.met)
	judgeHolding(j, early, late, first, whole)
}

func judgeHolding(j judged, early, late holding, first, whole time.Duration) {
	same := func(what string, early, late, slack, unit int64) {
		j.must("at the end there are no more "+what+" than at first", late <= early+early/10+slack, "%d after %s, %d after %s", early/unit, first, late/unit, whole)
	}
	same(late.counted, int64(early.goroutines), int64(late.goroutines), moreGoroutines, 1)
	same("open files", int64(early.files), int64(late.files), moreFiles, 1)
	same("MiB of memory", early.memory, late.memory, moreMemory, 1<<20)
}
