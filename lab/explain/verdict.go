package explain

import (
	"net/http"
	"path"
	"strings"
	"time"

	"authlab/lab/journal"
)

// Verdict says why the request was answered as it was: which checks its flow's app
// made, in which order, and which of them decided. They are those that the app told
// its audit while it ran (journal.CheckMade), and what its parts could not do
// (journal.PartFailed). Here they are put into words only: the rule of each, and
// what was compared, from the request's bytes, the state before, and the other
// events. A check that no event tells of is said not to be reached, or not to be
// recorded.
//
// What an app does not check itself is worked out here: what net/http and the
// router do before it, and what http.ServeContent makes of a condition.
func (r *Reading) Verdict() Verdict {
	x := r.x
	j := &judge{x: x, now: clockOf(x)}
	j.v.Answered = r.status
	request, err := received(x)
	switch {
	case err != nil || !x.Reached:
		j.beforeApp()
	default:
		j.r = request
		FlowOf(x.Flow).judge(j)
	}
	j.differ()
	return j.v
}

// judge works out one verdict.
type judge struct {
	x   *journal.Exchange
	r   *http.Request // as the server read it, nil before the app
	now time.Time     // the server's time
	v   Verdict
}

// test is one check in words, and what follows where it fails.
type test struct {
	name, rule string
	ink        Ink
	// say says what was compared, knowing how it ended. It is nil for what no app
	// checks: that is run.
	say func(passed bool) string
	// run makes a check that is worked out here. Of what an app does without a
	// check, it reports whether an event shows that it was done.
	run     func() (detail string, ok bool)
	status  int
	outcome string
}

// decide makes the checks that are worked out here, in order. The first that fails
// decides, and those after it are listed as not reached; otherwise status and
// outcome hold.
func (j *judge) decide(status int, outcome string, tests ...test) {
	j.v.Status, j.v.Outcome = status, outcome
	failed := false
	for _, t := range tests {
		c := t.check(NotReached)
		if !failed {
			var ok bool
			c.Detail, ok = t.run()
			c.Result = Passed
			if !ok {
				failed = true
				c.Result = Failed
				j.v.Status, j.v.Outcome = t.status, t.outcome
			}
		}
		j.v.Checks = append(j.v.Checks, c)
	}
}

func (t test) check(r Result) Check { return Check{Name: t.name, Rule: t.rule, Ink: t.ink, Result: r} }

// event returns the first event of a kind that satisfies want.
func (j *judge) event(kind journal.EventKind, want func(journal.Event) bool) (journal.Event, bool) {
	for _, e := range j.x.Events {
		if e.Kind == kind && want(e) {
			return e, true
		}
	}
	return journal.Event{}, false
}

// named makes a condition for event: each named field has the value after it.
func named(pairs ...string) func(journal.Event) bool {
	return func(e journal.Event) bool {
		for i := 0; i+1 < len(pairs); i += 2 {
			if e.Field(pairs[i]) != pairs[i+1] {
				return false
			}
		}
		return true
	}
}

// page is the request's path below the app's base, as http.StripPrefix leaves
// it, without the slash in front: "" is the home page. A path that is not tidy,
// or whose base is spelled with escapes, has no page; it keeps its slash.
func (j *judge) page() string {
	segments := strings.SplitN(j.r.URL.Path, "/", 5) // "", "bench", id, flow, rest
	if len(segments) < 5 {
		return "/"
	}
	base, rest := strings.Join(segments[:4], "/"), "/"+segments[4]
	escaped := j.r.URL.RawPath
	if rest != path.Clean(rest) || escaped != "" && !strings.HasPrefix(escaped, base+"/") {
		return rest
	}
	return segments[4]
}

// open judges a page for everybody. What the app looked up for it can still fail.
func (j *judge) open(what string) {
	j.decide(http.StatusOK, "public", open(what))
	j.broke(nil)
}

// open is the one check of a page for everybody.
func open(what string) test {
	return test{
		name: "no credential needed", ink: Plain,
		rule: "RFC 9110, section 11.6.2: credentials are for resources that ask for them, and " + what + " does not.",
		run:  func() (string, bool) { return "Everybody gets " + what + ", logged in or not.", true },
	}
}
