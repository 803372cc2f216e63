package explain

import (
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"authlab/lab/journal"
)

// VerdictOf works out why a request was answered as it was: which checks its
// flow's app makes, in which order, and where they end. It reads the request's
// bytes, the state before, and the events, which are what the server found at
// that moment. Of the response it reads the status alone, to hold against its
// own result, and of a style sheet or script its ETag and length, which are not
// recorded elsewhere.
func VerdictOf(x *journal.Exchange) Verdict {
	j := &judge{x: x, now: clockOf(x)}
	j.v.Answered = answeredStatus(x)
	r, err := received(x)
	switch {
	case err != nil || !x.Reached:
		j.beforeApp()
	case x.Flow == journal.Session:
		j.r = r
		j.session()
	default:
		j.r = r
		j.token()
	}
	return j.v
}

// judge works out one verdict.
type judge struct {
	x   *journal.Exchange
	r   *http.Request // as the server read it, nil before the app
	now time.Time     // the server's time
	v   Verdict
}

// test is one check to be made, and what follows where it fails.
type test struct {
	name, rule string
	ink        Ink
	run        func() (detail string, ok bool)
	status     int
	outcome    string
}

// decide makes the checks in order. The first that fails decides, and those
// after it are listed as not reached; otherwise status and outcome hold.
func (j *judge) decide(status int, outcome string, tests ...test) {
	j.v.Status, j.v.Outcome = status, outcome
	failed := false
	for _, t := range tests {
		c := Check{Name: t.name, Rule: t.rule, Ink: t.ink, Result: NotReached}
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

// known tests that the app has the path and that the path has the method. It
// returns nothing where both hold, since that goes without saying.
// routes maps each path below the app's base to the methods it answers to.
func (j *judge) known(routes map[string][]string) []test {
	page := j.page()
	methods, exists := routes[page]
	allowed := slices.Contains(methods, j.r.Method)
	tests := []test{{
		name: "path exists", rule: "RFC 9110, section 15.5.5: a path that stands for nothing is answered with 404.", ink: Plain,
		status: http.StatusNotFound, outcome: "not found",
		run: func() (string, bool) {
			if exists {
				return "The app has a page " + strconv.Quote(page) + ".", true
			}
			return "The app has no page " + strconv.Quote(page) + ".", false
		},
	}, {
		name: "method allowed", rule: "RFC 9110, section 15.5.6: a method that the path does not have is answered with 405 and the list of those that it has.", ink: Plain,
		status: http.StatusMethodNotAllowed, outcome: "method not allowed",
		run: func() (string, bool) {
			return "The page answers " + strings.Join(methods, ", ") + "; this was " + j.r.Method + ".", allowed
		},
	}}
	if allowed {
		return nil
	}
	return tests
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

// open is the one check of a page for everybody.
func open(what string) test {
	return test{
		name: "no credential needed", ink: Plain,
		rule: "RFC 9110, section 11.6.2: credentials are for resources that ask for them, and " + what + " does not.",
		run:  func() (string, bool) { return "Everybody gets " + what + ", logged in or not.", true },
	}
}
