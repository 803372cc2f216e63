package lab_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"authlab/lab/bench"
)

// beat is what a step of the lesson shows.
type beat struct {
	session, token string   // the lane's status and what the server remembers
	sends          []string // what the step sent, in order
}

var lesson = []beat{
	0: {"303 See Other; 0 records, 0 B", "401 Unauthorized; 0 records, 0 B", []string{
		"GET session/profile 303", "GET session/login 200", "GET token/profile 401",
	}},
	1: {"303 See Other; 1 record", "200 OK; 0 records, 0 B", []string{
		"POST session/login 303", "GET session/profile 200", "POST token/login 200", "GET token/profile 200",
	}},
	2: {"303 See Other; 1 record", "200 OK; 0 records, 0 B", nil},
	3: {"303 See Other; 1 record", "200 OK; 0 records, 0 B", nil},
	4: {"303 See Other; 1 record", "200 OK; 0 records, 0 B", nil},
	5: {"200 OK; 1 record", "200 OK; 0 records, 0 B", []string{"GET session/profile 200", "GET token/profile 200"}},
	6: {"200 OK; 1 record", "200 OK; 0 records, 0 B", nil},
	7: {"200 OK; 1 record", "200 OK; 0 records, 0 B", []string{"GET session/profile 200", "GET token/profile 200"}},
	8: {"303 See Other; 0 records, 0 B", "204 No Content; 0 records, 0 B", []string{
		"POST session/logout 303", "GET session/ 200", "POST token/logout 204",
	}},
	9: {"303 See Other; 0 records, 0 B", "200 OK; 0 records, 0 B", []string{
		"copy: GET session/profile 303", "copy: GET token/profile 200",
	}},
	10: {"303 See Other; 0 records, 0 B", "401 Unauthorized; 0 records, 0 B", []string{
		"GET session/login 200", "POST session/login 303", "GET session/profile 200", "POST token/login 200", "GET token/profile 200",
		"GET session/profile 303", "GET session/login 200", "GET token/profile 401",
	}},
}

// next presses Next and waits until the page shows a step as the lesson has it.
func (b *tab) next(step int) {
	b.t.Helper()
	before := b.recorded()
	b.press(onPage, "#next")
	b.showsStep(step)
	sent := b.sentSince(before)
	if !slices.Equal(sent, lesson[step].sends) {
		b.t.Fatalf("step %d sent %q, want %q", step, sent, lesson[step].sends)
	}
}

// showsStep waits until the page shows a step, with the answers that it has.
func (b *tab) showsStep(step int) {
	b.t.Helper()
	shows(b, "Number(document.querySelector('#stepper h2').dataset.n)", step)
	for flow, want := range map[string]string{inSession: lesson[step].session, inToken: lesson[step].token} {
		holds := func() bool { return strings.HasPrefix(b.lane(flow), want) }
		b.when(holds, func() string {
			return fmt.Sprintf("%s at step %d to show %q; it shows %q\n%s", flow, step, want, b.lane(flow), b.seen())
		})
	}
	b.settled()
}

// lessonTo goes through the lesson from a new bench up to a step.
func (b *tab) lessonTo(step int) {
	b.t.Helper()
	b.start()
	for n := range step + 1 {
		b.next(n)
	}
}

// From the front page to both profiles, by pressing Next only.
func TestLessonToBothProfiles(t *testing.T) {
	b := startLab(t, bench.Limits{}).browser(t)
	b.lessonTo(1)
	for _, flow := range []string{inSession, inToken} {
		shows(b, text(flow, "main h1"), "Lin Librarian")
		shows(b, text(flow, "main p"), "Your role is staff. You may")
	}
}
