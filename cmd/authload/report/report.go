// Package report prints what a load came to: figures, and whether what must hold
// does.
package report

import (
	"fmt"
	"io"
	"slices"
)

// Report is what is printed: figures, and whether what must hold does. It is not safe
// for concurrent use.
type Report struct {
	Out   io.Writer // where it is printed to, as it comes
	Lines []Line    // what must hold, in the order in which it was noted
}

// Line is one thing that must hold.
type Line struct {
	Part  string // the part of the load that it belongs to
	What  string // what must hold, in words
	Got   string // what was found
	Holds bool
	Timed bool // depends on how fast the machine is
}

// Title begins a part.
func (r *Report) Title(part string) { r.print("\n%s\n", part) }

// Figure prints a figure, which is judged by nobody.
func (r *Report) Figure(name, format string, values ...any) {
	r.print("  %-34s %s\n", name, fmt.Sprintf(format, values...))
}

// Must notes and prints whether something holds.
func (r *Report) Must(l Line) {
	r.Lines = append(r.Lines, l)
	verdict := "PASS"
	if !l.Holds {
		verdict = "FAIL"
	}
	r.print("  %s  %s: %s\n", verdict, l.What, l.Got)
}

// print drops an error: with nowhere to print to, the status still tells.
func (r *Report) print(format string, values ...any) { _, _ = fmt.Fprintf(r.Out, format, values...) }

// Failed reports whether anything did not hold.
func (r *Report) Failed() bool {
	return slices.ContainsFunc(r.Lines, func(l Line) bool { return !l.Holds })
}

// FirstError prints the nth error that was met if it is the first, nth being 1.
func (r *Report) FirstError(nth int, err error) {
	if nth == 1 {
		r.Figure("the first error", "%v", err)
	}
}
