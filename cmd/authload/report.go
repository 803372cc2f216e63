package main

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// report is what is printed: figures, and whether what must hold does.
type report struct {
	out   io.Writer
	lines []line
}

// line is one thing that must hold.
type line struct {
	part, what, got string
	holds           bool
	timed           bool // depends on how fast the machine is
}

func (r *report) title(part string) { r.print("\n%s\n", part) }

func (r *report) figure(name, format string, values ...any) {
	r.print("  %-34s %s\n", name, fmt.Sprintf(format, values...))
}

// must notes whether something holds.
func (r *report) must(l line) {
	r.lines = append(r.lines, l)
	verdict := "PASS"
	if !l.holds {
		verdict = "FAIL"
	}
	r.print("  %s  %s: %s\n", verdict, l.what, l.got)
}

// print drops an error: with nowhere to print to, the status still tells.
func (r *report) print(format string, values ...any) { _, _ = fmt.Fprintf(r.out, format, values...) }

func (r *report) failed() bool {
	return slices.ContainsFunc(r.lines, func(l line) bool { return !l.holds })
}

// spread is how durations are spread.
type spread struct {
	n                   int
	p50, p95, p99, most time.Duration
}

// spreadOf sorts and sums durations up.
func spreadOf(all []time.Duration) spread {
	if len(all) == 0 {
		return spread{}
	}
	slices.Sort(all)
	at := func(share float64) time.Duration { return all[min(int(share*float64(len(all))), len(all)-1)] }
	return spread{n: len(all), p50: at(0.50), p95: at(0.95), p99: at(0.99), most: all[len(all)-1]}
}

func (s spread) String() string {
	return fmt.Sprintf("p50 %s  p95 %s  p99 %s  max %s  (n=%d)", ms(s.p50), ms(s.p95), ms(s.p99), ms(s.most), s.n)
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", d.Seconds()*1000) }
