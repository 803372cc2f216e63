package lab_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// Without scripts every move of an instructor's is a form, a student follows by
// loading the page again, and votes: once a round, however often the form is sent.
func TestAClassWithoutScripts(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	instructor := w.browser(t).withoutScripts()
	instructor.open("/")
	instructor.press(onPage, `form[action="/room"] button`)
	instructor.loaded("/drive")
	room := instructor.room()
	student := w.browser(t).withoutScripts()
	student.open("/j")
	student.press(onPage, `input[name="code"]`)
	student.keys(strings.TrimPrefix(room, "/room/"), kb.Enter)
	student.loaded(room)

	instructor.press(onPage, `.n-steps li:nth-child(2) button`)
	instructor.loaded("/drive")
	shows(instructor, classStep, 1)
	instructor.press(onPage, `.n-acts form[data-act="poll"] button`)
	instructor.until(`document.body.innerText.includes('open, 0 answers')`)
	student.open(room)
	shows(student, classStep, 1)
	shows(student, poll, "open")
	for _, option := range []string{"1", "3"} {
		student.press(onPage, `[data-option="`+option+`"]`)
		student.press(onPage, `form[data-vote] button`)
		letter := map[string]string{"1": "A", "3": "C"}[option]
		student.until(`document.readyState === 'complete' && document.querySelector('.vote').innerText.includes('You voted: ` + letter + `')`)
	}
	instructor.press(onPage, `.n-acts form[data-act="poll"] button`)
	instructor.until(`[...document.querySelectorAll('.votes .n')].map((n) => parseInt(n.textContent)).join() === '0,0,1,0'`)
	student.press(onPage, `.ruler a[aria-current]`) // the address keeps the device's name
	student.until(`[...document.querySelectorAll('.votes .n')].map((n) => parseInt(n.textContent)).join() === '0,0,1,0'`)
	student.press(onPage, `form[data-try] button`)
	student.loaded("/bench/")
	student.until(`document.querySelector('#class-bar').innerText.includes('step 1')`)
}
