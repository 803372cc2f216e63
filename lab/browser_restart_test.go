package lab_test

import (
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"authlab/lab"
)

// A lab that is restarted in the middle of a class and keeps it: every page comes
// back by itself to the same step and vote, the same window drives, and the lesson
// goes on with the sessions and tokens that it had.
func TestAClassSurvivesARestart(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "classes")
	kept := func(c *lab.Config) { c.Data = file }
	w := startLab(t, lifted, kept)
	instructor := w.teach(t)
	projector, student := instructor.window("projector"), instructor.student()
	instructor.teaches(1)
	instructor.sendsStep()
	instructor.teaches(5)
	instructor.keys("p")
	shows(student, poll, "open")
	student.press(onPage, `[data-option="2"]`)
	student.press(onPage, `form[data-vote] button`)
	student.until(`document.querySelector('[data-option="2"]').classList.contains('mine')`)
	sent := len(instructor.classBench().Journal().Exchanges)

	w.stop()
	for _, b := range []*tab{instructor, projector, student} {
		b.until(`document.documentElement.dataset.stream === 'lost'`)
	}
	after := startLabOn(t, w.addr, lifted, kept)
	for _, b := range []*tab{instructor, projector, student} {
		b.w = after
		b.inClass()
		shows(b, classStep, 5)
	}
	shows(instructor, drives, "me")
	shows(projector, drives, "other")
	shows(student, poll, "open")
	if now := len(instructor.classBench().Journal().Exchanges); now < sent {
		t.Errorf("%d exchanges are there after the restart, %d were before", now, sent)
	}
	instructor.keys("p")
	for _, b := range []*tab{instructor, projector, student} {
		b.until(`[...document.querySelectorAll('.votes .n')].some((n) => parseInt(n.textContent) === 1)`)
	}
	instructor.keys("r") // the session and the token of before the restart are good
	student.until(`document.querySelector('#heads').innerText.includes('200')`)
	instructor.teaches(6)
	shows(projector, classStep, 6)
	shows(student, classStep, 6)
}

// Without a file the class is gone with the process; what was on screen stays.
func TestAClassThatIsNotKept(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	instructor := w.teach(t)
	student := instructor.student()
	instructor.sendsStep()
	student.until(`document.querySelector('#heads').innerText.includes('401')`)
	seen := eval[string](student, onScreen)
	w.stop()
	startLabOn(t, w.addr, lifted)
	const gone = "This class is gone: the lab was restarted and keeps none, or it has ended. What was on screen stays. Front page"
	for _, b := range []*tab{instructor, student} {
		shows(b, shownNotice, gone)
	}
	shows(student, onScreen, seen)
	instructor.keys(kb.ArrowRight)
	instructor.until(`document.getElementById('notice').textContent !== ''`)
}
