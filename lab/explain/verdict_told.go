package explain

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"authlab/lab/journal"
)

// finding is how a check ended, as the app told its audit.
type finding struct {
	check  string
	passed bool
}

// findings are the checks that the app told of, in their order.
func (j *judge) findings() []finding {
	var out []finding
	for _, e := range j.x.Events {
		if e.Kind == journal.CheckMade {
			out = append(out, finding{e.Field("check"), e.Field("passed") == "true"})
		}
	}
	return out
}

// follow puts what the app found into words. plan has the words, and says which
// checks there would have been; what is found of others has to do with another
// question than this answer. The first that failed decides; otherwise status and
// outcome hold.
func (j *judge) follow(found []finding, status int, outcome string, plan ...test) {
	j.v.Status, j.v.Outcome = status, outcome
	rest := plan
	stopped := false
	for _, f := range found {
		at := slices.IndexFunc(rest, func(t test) bool { return t.name == f.check })
		if at < 0 {
			continue
		}
		t := rest[at]
		rest = slices.Delete(slices.Clone(rest), at, at+1)
		c := t.check(Passed)
		c.Detail = t.say(f.passed)
		switch {
		case f.passed:
		case stopped:
			c.Result = FailsToo
		default:
			stopped = true
			c.Result = Failed
			j.v.Status, j.v.Outcome = t.status, t.outcome
		}
		j.v.Checks = append(j.v.Checks, c)
	}
	if len(j.v.Checks) == 0 && j.lacksRecord(plan) {
		j.unrecorded(plan)
		return
	}
	j.end(rest, stopped)
}

// end lists what is left of a plan when the app's checks have been told: what was
// done, what broke, and what was not reached any more.
func (j *judge) end(rest []test, stopped bool) {
	_, broken := j.event(journal.PartFailed, named())
	var unreached []test
	for _, t := range rest {
		if t.run == nil || stopped {
			unreached = append(unreached, t)
			continue
		}
		c := t.check(Passed)
		var done bool
		if c.Detail, done = t.run(); broken && !done {
			unreached = append(unreached, t)
			continue
		}
		j.v.Checks = append(j.v.Checks, c)
	}
	j.broke(unreached)
}

// broke adds what a part of the app could not do, which decides whatever was found
// before, and then what was not reached.
func (j *judge) broke(unreached []test) {
	if e, broken := j.event(journal.PartFailed, named()); broken {
		for i, c := range j.v.Checks {
			if c.Result == Failed {
				j.v.Checks[i].Result = FailsToo
			}
		}
		part := e.Field("part")
		j.v.Status, j.v.Outcome = http.StatusInternalServerError, "broke down"
		j.v.Checks = append(j.v.Checks, Check{
			Name: answers(part), Result: Failed, Ink: ServerOnly, Detail: j.breakdown(e),
			Rule: "RFC 9110, section 15.6.1: a server that meets with something unexpected, which keeps it from answering as it should, answers 500.",
		})
	}
	for _, t := range unreached {
		j.v.Checks = append(j.v.Checks, t.check(NotReached))
	}
}

func answers(part string) string {
	if strings.HasSuffix(part, "s") {
		return part + " answer"
	}
	return part + " answers"
}

// breakdown says what failed, and that the answer was given for it.
func (j *judge) breakdown(e journal.Event) string {
	why := " said that it could not"
	if strings.HasSuffix(e.Field("part"), "s") {
		why = " said that they could not"
	}
	if e.Field("why") == journal.Timeout {
		why = " gave no answer in time"
	}
	text := fmt.Sprintf("Asked to %s, the %s%s.", e.Field("doing"), e.Field("part"), why)
	if j.v.Answered == 0 {
		return text + " No answer was recorded."
	}
	return text + " For that the server answered " + strconv.Itoa(j.v.Answered) + "."
}

// lacksRecord reports whether a plan has checks of which an app tells, of an
// exchange in which none was told of, and nothing broke before the first.
func (j *judge) lacksRecord(plan []test) bool {
	_, broken := j.event(journal.PartFailed, named())
	return !broken && slices.ContainsFunc(plan, func(t test) bool { return t.run == nil })
}

// unrecorded is the verdict on an exchange of an older version, whose apps told of
// no checks: which there would have been, and nothing of how they ended.
func (j *judge) unrecorded(plan []test) {
	j.v.Status, j.v.Outcome = j.v.Answered, "reason not recorded"
	j.v.Note = "This exchange was recorded by an older version of AuthLab, which did not record the app's checks. So the checks are listed, and not how they ended."
	for _, t := range plan {
		j.v.Checks = append(j.v.Checks, t.check(NotRecorded))
	}
}

// differ notes an answer to which the checks do not lead. The answer is the truth.
func (j *judge) differ() {
	if j.v.Answered == 0 || j.v.Answered == j.v.Status {
		return
	}
	if j.v.Answered >= http.StatusInternalServerError {
		j.v.Note = fmt.Sprintf("The server answered %d, and no part of it is recorded to have failed. These checks lead to %d; what went wrong after them is not known here.", j.v.Answered, j.v.Status)
	} else {
		j.v.Note = fmt.Sprintf("The server answered %d; these checks lead to %d. The answer is what happened: our explanation is wrong here.", j.v.Answered, j.v.Status)
	}
	j.v.Outcome = "not explained"
}

// elsewhere are the checks that fail where the app has no such page, or the page
// no such method. Where it has both, it tells of neither.
func (j *judge) elsewhere() []test {
	return []test{{
		name: "path exists", rule: "RFC 9110, section 15.5.5: a path that stands for nothing is answered with 404.", ink: Plain,
		status: http.StatusNotFound, outcome: "not found",
		say: func(exists bool) string {
			if exists {
				return "The app has a page " + strconv.Quote(j.page()) + "."
			}
			return "The app has no page " + strconv.Quote(j.page()) + "."
		},
	}, {
		name: "method allowed", rule: "RFC 9110, section 15.5.6: a method that the path does not have is answered with 405 and the list of those that it has.", ink: Plain,
		status: http.StatusMethodNotAllowed, outcome: "method not allowed",
		say: func(bool) string {
			allow := "not known"
			if resp, err := answer(j.x); err == nil {
				allow = resp.Header.Get("Allow")
			}
			return "The page answers " + allow + "; this was " + j.r.Method + "."
		},
	}}
}

// nowhere reports whether the app told that it has no such page, or method.
func (j *judge) nowhere() bool {
	_, told := j.event(journal.CheckMade, func(e journal.Event) bool {
		return e.Field("check") == "path exists" || e.Field("check") == "method allowed"
	})
	return told
}
