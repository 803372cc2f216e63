package main

import (
	"fmt"
	"time"

	"authlab/cmd/authload/report"
)

// judged writes the lines of a part in which somebody attacks.
type judged struct {
	*report.Report
	part string
}

func (j judged) must(what string, holds bool, got string, values ...any) {
	j.add(what, false, holds, got, values...)
}

// add notes whether something holds.
func (j judged) add(what string, timed, holds bool, got string, values ...any) {
	j.Must(report.Line{Part: j.part, What: what, Got: fmt.Sprintf(got, values...), Holds: holds, Timed: timed})
}

// notes judges what visitors, and those who voted, met.
func (j judged) notes(n *notes) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.first != "" {
		j.Figure("the first of what they met", "%s", n.first)
	}
	j.must("nothing is refused to the honest", n.refused == 0, "%d", n.refused)
	j.must("no bench is lost", n.gone == 0, "%d", n.gone)
	j.must("no exchange is lost", n.missing == 0, "%d", n.missing)
	j.must("everything is answered, and nothing breaks", n.broken == 0, "%d", n.broken)
}

// class judges what a class met.
func (j judged) class(t tally, followers int) {
	if t.errors > 0 {
		j.FirstError(1, t.first)
	}
	j.must("nobody of the class meets an error", t.errors == 0, "%d of %d do", t.errors, followers)
	j.must("no event is lost", t.lost == 0, "%d of %d", t.lost, t.states*followers)
	j.must("all show the last state in the end", t.wrong == 0, "%d do not", t.wrong)
}

// words judges the refusals that the attacker got.
func (j judged) words(s *assault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	j.must("who is refused is told so in words", s.wordless == 0, "%d are not", s.wordless)
}

// memory judges the most that the lab had; 0 where nobody knows.
func (j judged) memory(peak, most int64) {
	if peak > 0 {
		j.must("the lab keeps to its memory", peak <= most, "%d MiB of %d MiB", peak>>20, most>>20)
	}
}

// twice judges how much longer something takes beside the attacker.
func (j judged) twice(what string, before, during []time.Duration) {
	a, b := report.SpreadOf(before), report.SpreadOf(during)
	j.Figure(what+", alone", "%s", a)
	j.Figure(what+", beside", "%s", b)
	j.add(what+": p99 beside at most twice that alone", true, b.N > 0 && b.P99 <= 2*a.P99, "%.1f times", b.P99.Seconds()/max(a.P99.Seconds(), 1e-6))
}
