package lab_test

import (
	"slices"
	"strings"
	"testing"

	"authlab/lab/journal"
	"authlab/lab/plot"
)

// lectern is a class with the window that sends for it, as the instructor's page
// does.
type lectern struct {
	*classroom
	*runner
	stage *raw
}

func (w *world) lecture(t testing.TB) *lectern {
	t.Helper()
	c := w.present(t)
	l := &lectern{classroom: c, runner: &runner{visitor: c.visitor}, stage: w.dial(t)}
	l.stage.send(lines("GET "+c.room+"/drive/events?window="+instructorWindow+"&stage=1 HTTP/1.1", "Host: "+w.addr, "Cookie: drive="+c.secret))
	l.stage.until(t, "event: shown")
	return l
}

// sends sends the step that is shown, as the instructor and then the stage do.
func (l *lectern) sends(t testing.TB, step int) plot.Premise {
	t.Helper()
	l.must(t, "send")
	first := l.step(t, step)
	l.must(t, "sent", "problem", "")
	return first
}

// wallAndStudent are the pages that the class sees.
func (l *lectern) wallAndStudent(t testing.TB, student *visitor) map[string]string {
	t.Helper()
	return map[string]string{
		"the wall":    l.classroom.get(t, l.room+"/projector").body,
		"the student": student.get(t, l.room).body,
	}
}

// TestTrueAtAnyPaceInClass is the lesson in class, with a vote before each step and
// the clock moved before each step in turn: on the wall and on a student's page
// stands what the lesson teaches, and nothing but what was recorded.
func TestTrueAtAnyPaceInClass(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	for _, by := range distances {
		t.Run(by.String(), func(t *testing.T) {
			t.Parallel()
			for _, p := range paces() {
				if p.by == by {
					w.lecture(t).teach(t, w.stranger(t), p)
				}
			}
		})
	}
}

func (l *lectern) teach(t *testing.T, student *visitor, p pace) {
	t.Helper()
	defer l.stage.Close()
	for step := range plot.Count {
		l.must(t, "step", "step", itoa(step))
		l.must(t, "poll")
		student.post(t, l.room+"/vote", "device", l.device, "slug", predictionAt(t, step).Slug, "round", "1", "option", "1")
		l.must(t, "poll")
		l.moved(t, p, step)
		l.settled(t)
		for where, body := range l.wallAndStudent(t, student) {
			if o := outcomeIn(t, body); len(o.marked) > 0 || o.difference != "" || len(o.otherwise) > 0 {
				t.Errorf("%s: before step %d is told, %s says %+v", p, step, where, o)
			}
		}
		if plot.At(step).Sends() {
			l.named(t, p, step)
			l.sends(t, step)
		} else {
			l.must(t, "reveal")
		}
		l.settled(t)
		for where, body := range l.wallAndStudent(t, student) {
			o := outcomeIn(t, body)
			for _, wrong := range l.hold(t, step, o) {
				t.Errorf("%s: %s: %s", p, where, wrong)
			}
			if len(o.otherwise) > 0 {
				t.Errorf("%s: %s says that step %d went otherwise: %q", p, where, step, o.otherwise)
			}
		}
	}
}

// named sees that what sending does first is named on the instructor's control, the
// clicker's and the wall.
func (l *lectern) named(t *testing.T, p pace, step int) {
	t.Helper()
	premise := l.runner.bench(t).Premise(step, journal.Lesson, l.runner.bench(t).Journal().Exchanges)
	if premise.Holds() {
		return
	}
	for _, page := range []string{"/drive", "/clicker", "/projector"} {
		root := tree(t, l.classroom.get(t, l.room+page).body)
		text, why := words(root), strings.Join(textsOf(root, ".why"), " ")
		if !strings.Contains(text, premise.Does+", then ") || !strings.Contains(why, premise.Why) {
			t.Errorf("%s: before step %d %s does not say %q, %q; it says %q", p, step, page, premise.Does, premise.Why, why)
		}
	}
}

// outcomeIn is what a page of the class says of the outcome of the step that it
// shows: nothing where it only says what is missing.
func outcomeIn(t testing.TB, body string) (o account) {
	t.Helper()
	root := tree(t, body)
	for _, n := range all(root, ".difference .said, .difference > .said") {
		if len(all(n, ".absent")) == 0 {
			o.difference = words(n)
		}
	}
	for _, n := range all(root, "[data-otherwise], .went li") {
		o.otherwise = append(o.otherwise, words(n))
	}
	for i, n := range all(root, ".votes li") {
		if strings.Contains(attribute(n, "class"), "right") {
			o.marked = append(o.marked, i+1)
		}
	}
	slices.Sort(o.marked)
	return o
}

// While a step is being sent nothing of its result is told, to anybody: not by the
// bench, not on the wall, not to a student, not by half.
func TestNothingIsToldWhileItIsSent(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	l, student := w.lecture(t), w.stranger(t)
	for step := range plot.Count {
		l.must(t, "step", "step", itoa(step))
		if !plot.At(step).Sends() {
			continue
		}
		l.must(t, "send")
		s := l.begin(t, step, false)
		l.do(t, s.First)
		s = l.begin(t, step, false)
		before := l.pagesOf(t, student, step)
		for i := range s.Then {
			l.do(t, s.Then[i:i+1])
			l.settled(t)
			for where, body := range l.pagesOf(t, student, step) {
				root := tree(t, body)
				if o := outcomeIn(t, body); len(o.marked) > 0 || o.difference != "" {
					t.Errorf("step %d, %d of it sent: %s says %+v", step, i+1, where, o)
				}
				for _, n := range all(root, ".flow-head .status, .flow-head .verdict, [id$=-res] .badge") {
					if text := words(n); text != "" && text != "being sent" && text != "not sent yet" {
						t.Errorf("step %d, %d of it sent: %s says %q of an answer", step, i+1, where, text)
					}
				}
				if got, was := textsOf(root, ".kept, .log li[data-number]"), textsOf(tree(t, before[where]), ".kept, .log li[data-number]"); !slices.Equal(got, was) {
					t.Errorf("step %d, %d of it sent: %s counts %q, before %q", step, i+1, where, got, was)
				}
			}
		}
		l.runner.post(t, l.runner.path("/step"), "step", "none", "quiet", "1")
		l.must(t, "sent", "problem", "")
		l.settled(t)
		if o := outcomeIn(t, l.classroom.get(t, l.room+"/projector").body); o.difference == "" {
			t.Errorf("step %d was sent, and the wall says nothing", step)
		}
	}
}

func (l *lectern) pagesOf(t testing.TB, student *visitor, step int) map[string]string {
	t.Helper()
	pages := l.wallAndStudent(t, student)
	pages["the bench"] = l.classroom.get(t, l.runner.path("?step="+itoa(step))).body
	return pages
}

// A sending that is given up, by a page that was closed, does not hold things back
// for ever: a page that is closed says so.
func TestASendingThatIsGivenUp(t *testing.T) {
	t.Parallel()
	r := &runner{visitor: startLab(t, lifted).visit(t)}
	r.post(t, r.path("/predict"), "slug", predictionAt(t, 0).Slug, "skip", "1", "quiet", "1")
	s := r.begin(t, 0, false)
	r.do(t, s.Then)
	if _, is := r.bench(t).Sending(); !is {
		t.Fatal("nothing is being sent")
	}
	if got := words(one(t, tree(t, r.get(t, r.path("?step=0")).body), "#difference .said")); !strings.Contains(got, "being sent") {
		t.Errorf("while it is sent, the difference is %q", got)
	}
	r.post(t, r.path("/step"), "step", "none", "quiet", "1")
	if s, is := r.bench(t).Sending(); is {
		t.Errorf("%+v is still being sent", s)
	}
	r.shownAt(t, "given up", 0)
}
