package lab_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

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
	8: {"303 See Other; 0 records, 0 B; 1 tombstone, 43 B", "204 No Content; 0 records, 0 B", []string{
		"POST session/logout 303", "GET session/ 200", "POST token/logout 204",
	}},
	9: {"303 See Other; 0 records, 0 B; 1 tombstone, 43 B", "200 OK; 0 records, 0 B", []string{
		"copy: GET session/profile 303", "copy: GET token/profile 200",
	}},
	10: {"303 See Other; 0 records, 0 B; 2 tombstones, 86 B", "401 Unauthorized; 0 records, 0 B", []string{
		"GET session/login 200", "POST session/login 303", "GET session/profile 200", "POST token/login 200", "GET token/profile 200",
		"GET session/profile 303", "GET session/login 200", "GET token/profile 401",
	}},
}

// pressNext presses Next, once more where the page asks first what will happen.
func (b *tab) pressNext() {
	b.t.Helper()
	b.press(onPage, "#next")
	if eval[bool](b, focused+".matches('.predict[data-state=open]')") {
		b.press(onPage, "#next")
	}
}

// next goes on and waits until the page shows a step as the lesson has it.
func (b *tab) next(step int) {
	b.t.Helper()
	before := b.recorded()
	b.pressNext()
	b.showsStep(step)
	sent := b.sentSince(before)
	if !slices.Equal(sent, lesson[step].sends) {
		b.t.Fatalf("step %d sent %q, want %q", step, sent, lesson[step].sends)
	}
}

// showsStep waits until the page shows a step, with the answers that it has.
func (b *tab) showsStep(step int) {
	b.t.Helper()
	b.showsLanes(step, lesson[step].session, lesson[step].token)
}

// showsLanes waits until the page shows a step, with these answers and records.
func (b *tab) showsLanes(step int, session, token string) {
	b.t.Helper()
	shows(b, "Number(document.querySelector('#stepper h2').dataset.n)", step)
	for flow, want := range map[string]string{inSession: session, inToken: token} {
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
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.lessonTo(1)
	for _, flow := range []string{inSession, inToken} {
		shows(b, text(flow, "main h1"), "Lin Librarian")
		shows(b, text(flow, "main p"), "Your role is staff. You may")
	}
}

// The whole lesson by pressing Next only; then back, which sends nothing, and
// forward again, which only looks.
func TestLessonByNext(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.lessonTo(7)
	shows(b, text(inSession, "main p"), "Your role is member. You may")
	shows(b, text(inToken, "main p"), "Your role is staff. You may")
	b.next(8)
	b.next(9)
	for _, lane := range []string{".flow-session", ".flow-token"} {
		b.until(text(onPage, "#heads "+lane+" .what") + ".endsWith('sent by another client, with a copy')")
	}
	b.next(10)
	sent := b.recorded()
	for step := 9; step >= 0; step-- {
		b.press(onPage, "#back")
		b.showsStep(step)
	}
	for step := 1; step < len(lesson); step++ {
		b.press(onPage, "#next")
		b.showsStep(step)
	}
	if b.recorded() != sent {
		t.Errorf("looking back and forth sent %q", b.sentSince(sent))
	}
}

// reproducible are the parts of the page that a permalink brings back.
const reproducible = `JSON.stringify(['heads', 'wire', 'server', 'difference', 'toggle'].map((id) => document.getElementById(id).innerText)) + document.title`

func TestPermalinksBringBackWhatWasSeen(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.lessonTo(7)
	b.press(onPage, ".ruler li:nth-child(6) a")
	b.showsStep(5)
	for _, view := range []string{"stateful", "both", "stateless"} {
		b.press(onPage, ".seg a[data-view="+view+"]")
		shows(b, "location.search", "?step=5&view="+view)
		shows(b, "document.querySelector('main').dataset.view", view)
		b.settled()
		seen := eval[string](b, reproducible)
		b.open(eval[string](b, "location.pathname + location.search"))
		b.live()
		b.showsStep(5)
		shows(b, reproducible, seen)
	}
	// The permalink under the step goes on to show these exchanges when more
	// have come.
	b.press(onPage, "#difference .tools a[data-look]")
	b.settled()
	seen := eval[string](b, text(onPage, "#wire"))
	b.press(onPage, "#again")
	b.until("location.search === '?step=5&view=stateless'")
	b.settled()
	b.do(chromedp.NavigateBack())
	b.settled()
	shows(b, text(onPage, "#wire"), seen)
}

// At step 10, staying active keeps the session until its absolute limit, an
// hour; the token ends after its 15 minutes, however busy.
func TestStayActive(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.lessonTo(10)
	before := b.recorded()
	b.press(onPage, "[data-stay] button")
	b.until("document.querySelector('main').ariaBusy === 'true'")
	b.settled()
	var asked []string
	for _, line := range b.sentSince(before) {
		if strings.Contains(line, "/profile") {
			asked = append(asked, strings.Fields(line)[1]+" "+strings.Fields(line)[2])
		}
	}
	want := slices.Concat([]string{"session/profile 200", "token/profile 200"}, // after the login
		[]string{"session/profile 200", "token/profile 200"}, // 14 minutes
		[]string{"session/profile 200", "token/profile 401"}, // 28
		[]string{"session/profile 200", "token/profile 401"}, // 42
		[]string{"session/profile 200", "token/profile 401"}, // 56
		[]string{"session/profile 303", "token/profile 401"}) // 70
	if !slices.Equal(asked, want) {
		t.Errorf("asking every 14 minutes: %q, want %q", asked, want)
	}
	b.showsLanes(10, "303 See Other; 0 records, 0 B; 3 tombstones, 129 B", lesson[10].token)
}
