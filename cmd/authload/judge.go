package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"authlab/cmd/authload/report"
)

// tally is what became of the states that a class was shown, at all followers.
type tally struct {
	states, lost, twice, errors, wrong, behind int
	events, pages                              []time.Duration
	first                                      error
}

// judge reports what followers have got.
func (c *class) judge(r *report.Report, all []*follower, limit time.Duration) {
	t := c.count(all, phases)
	r.Figure("key press to event", "%s", report.SpreadOf(t.events))
	r.Figure("key press to fragment", "%s", report.SpreadOf(t.pages))
	part := fmt.Sprintf("%d follow", len(all))
	must := func(what string, timed, holds bool, got string, values ...any) {
		r.Must(report.Line{Part: part, What: what, Got: fmt.Sprintf(got, values...), Holds: holds, Timed: timed})
	}
	if t.errors > 0 {
		r.FirstError(1, t.first)
	}
	must("nobody meets an error", false, t.errors == 0, "%d of %d do", t.errors, len(all))
	must("no event is lost", false, t.lost == 0, "%d of %d", t.lost, t.states*len(all))
	must("none comes twice or out of order", false, t.twice == 0, "%d", t.twice)
	must("all show the last step in the end", false, t.wrong == 0, "%d do not", t.wrong)
	must("a fragment is never older than its event", false, t.behind == 0, "%d are", t.behind)
	c.judgeShared(must)
	must("p99 from key press to event under "+limit.String(), true, report.SpreadOf(t.events).P99 < limit, "%s", report.Millis(report.SpreadOf(t.events).P99))
	must("p99 from key press to fragment under "+limit.String(), true, report.SpreadOf(t.pages).P99 < limit, "%s", report.Millis(report.SpreadOf(t.pages).P99))
}

// judgeShared reports how often the lab rendered what it showed.
func (c *class) judgeShared(must func(string, bool, bool, string, ...any)) {
	f := c.fragments
	f.mu.Lock()
	defer f.mu.Unlock()
	named := true
	for field := range f.renderings {
		named = named && strings.HasPrefix(field, "render;")
	}
	must("each fragment is rendered once", false, named && len(f.renderings) == len(f.perSeq), "%d renderings of %d states", len(f.renderings), len(f.perSeq))
}

// count compares what followers have got with what the instructor's window was
// told, in one phase, or with phases in all of them.
func (c *class) count(all []*follower, in phase) tally {
	presses := slices.DeleteFunc(slices.Clone(c.presses), func(p press) bool { return in != phases && p.phase != in })
	t := tally{states: len(presses)}
	for _, f := range all {
		f.mu.Lock()
		if f.err != nil {
			t.errors++
			t.first = f.err
		}
		t.behind += f.behind
		countEvents(&t, presses, f.got)
		countFragments(&t, presses, f.seen)
		f.mu.Unlock()
	}
	return t
}

// countEvents goes through one follower's events.
func countEvents(t *tally, presses []press, got []arrival) {
	at := map[int]time.Time{}
	last := 0
	for _, a := range got {
		if a.seq <= last {
			t.twice++
			continue
		}
		last, at[a.seq] = a.seq, a.at
	}
	for _, p := range presses {
		if when, ok := at[p.seq]; ok {
			t.events = append(t.events, when.Sub(p.at))
		} else {
			t.lost++
		}
	}
}

// countFragments goes through one follower's fragments: each state has arrived
// with the first that shows it or a later one.
func countFragments(t *tally, presses []press, seen []arrival) {
	i := 0
	for _, p := range presses {
		for i < len(seen) && seen[i].seq < p.seq {
			i++
		}
		if i < len(seen) {
			t.pages = append(t.pages, seen[i].at.Sub(p.at))
		}
	}
	if n := len(presses); n > 0 && (len(seen) == 0 || seen[len(seen)-1].notice != presses[n-1].notice) {
		t.wrong++
	}
}
