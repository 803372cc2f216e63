package lab_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"authlab/lab/bench"
)

// The expressions that the tests of a class look at.
const (
	classStep = `Number(document.getElementById('room-now')?.dataset.step ?? -1)`
	drives    = `document.querySelector('main')?.dataset.drives ?? ''`
	poll      = `document.querySelector('[data-poll]')?.dataset.phase ?? 'none'`
)

// teach opens a class from the front page and returns its instructor's window.
func (w *world) teach(t testing.TB) *tab {
	t.Helper()
	b := w.browser(t)
	b.open("/")
	b.press(onPage, `form[action="/room"] button`)
	b.inClass()
	shows(b, drives, "me")
	return b
}

// inClass waits until a page of a class follows it.
func (b *tab) inClass() {
	b.t.Helper()
	b.until(`document.getElementById('room-now') && document.documentElement.dataset.ready === 'true' && document.documentElement.dataset.stream === 'open'`)
}

// room is the path of the tab's class.
func (b *tab) room() string {
	b.t.Helper()
	parts := strings.Split(eval[string](b, `location.pathname`), "/")
	return "/room/" + parts[2]
}

// window opens another window of the instructor's.
func (b *tab) window(page string) *tab {
	b.t.Helper()
	other := b.another()
	other.open(b.room() + "/" + page)
	other.inClass()
	return other
}

// student joins the class from a browser of its own, with the code in small
// letters and without its dash.
func (b *tab) student() *tab {
	b.t.Helper()
	s := b.w.browser(b.t)
	s.open("/j")
	code := strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(b.room(), "/room/"), "-", ""))
	s.press(onPage, `input[name="code"]`)
	s.keys(code, kb.Enter)
	s.inClass()
	shows(s, `location.pathname`, b.room())
	return s
}

// teaches presses the key that goes on, until a step is shown and, where it sends,
// was sent.
func (b *tab) teaches(step int) {
	b.t.Helper()
	for eval[int](b, classStep) < step {
		at := eval[int](b, classStep)
		if b.goesOn("send") {
			b.sendsStep()
			continue
		}
		if b.goesOn("reveal") {
			b.keys(kb.ArrowRight)
			b.when(func() bool { return !b.goesOn("reveal") }, func() string { return "the step to be revealed\n" + b.seen() })
			continue
		}
		b.keys(kb.ArrowRight)
		shows(b, classStep, at+1)
	}
}

// goesOn reports whether going on is the deed: "send", "reveal" or "move".
func (b *tab) goesOn(deed string) bool {
	b.t.Helper()
	label := eval[string](b, `document.querySelector('#keys [data-keys~="PageDown"] button span').textContent`)
	begins := map[string]string{"send": "Send ", "reveal": "Reveal", "move": "Step "}
	return strings.HasPrefix(label, begins[deed])
}

// sendsStep goes on by sending, and waits until both answers are there.
func (b *tab) sendsStep() {
	b.t.Helper()
	b.keys(kb.PageDown)
	b.when(func() bool { return !b.goesOn("send") }, func() string { return "the step to be sent\n" + b.seen() })
	b.until(`document.getElementById('room-now').dataset.sending === ''`)
}

// TestAClassInThreeWindows: what a key does in the instructor's window is seen on
// the projector and by a student, who looks around and comes back.
func TestAClassInThreeWindows(t *testing.T) {
	t.Parallel()
	instructor := startLab(t, lifted).teach(t)
	projector := instructor.window("projector")
	student := instructor.student()
	all := []*tab{instructor, projector, student}
	shows(instructor, drives, "me")
	shows(projector, drives, "other")

	instructor.sendsStep()
	for _, b := range all {
		shows(b, classStep, 0)
		b.until(`document.body.innerText.includes('401')`)
	}
	instructor.teaches(2)
	for _, b := range all {
		shows(b, classStep, 2)
	}

	student.press(onPage, `a[data-look][href$="step=1"]`)
	shows(student, classStep, 1)
	instructor.teaches(3)
	shows(projector, classStep, 3)
	student.until(`document.querySelector('[data-back]').textContent.includes('step 3')`)
	shows(student, classStep, 1) // the class moves on, and who looks around stays
	shows(instructor, `document.querySelector('main').innerText.includes('1 looking around')`, true)
	student.press(onPage, `[data-back]`)
	shows(student, classStep, 3)
	shows(instructor, `document.querySelector('main').innerText.includes('1 following')`, true)

	for _, b := range all {
		b.do(chromedp.Reload())
		b.inClass()
		shows(b, classStep, 3)
	}
	shows(instructor, drives, "me") // a window that is loaded anew is the same window
	shows(projector, drives, "other")
	instructor.keys(kb.ArrowLeft)
	for _, b := range all {
		shows(b, classStep, 2)
	}
}

// TestAClassVotesTwice: nobody sees how votes fall before the round is closed, and
// the answer comes with the real request.
func TestAClassVotesTwice(t *testing.T) {
	t.Parallel()
	instructor := startLab(t, lifted).teach(t)
	projector := instructor.window("projector")
	student := instructor.student()
	instructor.sendsStep()
	instructor.keys(kb.ArrowRight)
	shows(student, classStep, 1)

	counts := `document.querySelectorAll('.votes .n').length`
	for round := range 2 {
		instructor.keys("p")
		shows(student, poll, "open")
		for _, option := range []int{1, 3} { // the second choice is the one that counts
			student.press(onPage, fmt.Sprintf(`[data-option="%d"]`, option))
			student.press(onPage, `form[data-vote] button`)
			student.until(fmt.Sprintf(`document.querySelector('[data-option="%d"]').classList.contains('mine')`, option))
		}
		shows(projector, `document.querySelector('main').innerText.includes('1 answer')`, true)
		for _, b := range []*tab{instructor, projector, student} {
			shows(b, counts, 0)
		}
		student.do(chromedp.Reload())
		student.inClass()
		student.until(`document.querySelector('[data-option="3"]').classList.contains('mine')`)

		instructor.keys("p")
		shows(student, poll, "closed")
		for _, b := range []*tab{instructor, projector, student} {
			b.until(counts + " > 0")
			shows(b, `[...document.querySelectorAll('.votes .n')].map((n) => parseInt(n.textContent)).join()`, "0,0,1,0")
			shows(b, `document.querySelectorAll('.votes .right').length`, 0)
		}
		if round == 1 {
			shows(projector, `document.querySelectorAll('.votes .n small').length`, 4)
		}
	}
	recorded := len(instructor.classBench().Journal().Exchanges)
	instructor.keys("r") // the answer is revealed by sending
	for _, b := range []*tab{instructor, projector, student} {
		b.until(`document.querySelector('.votes .right')?.innerText.includes('Only the session app')`)
	}
	if now := len(instructor.classBench().Journal().Exchanges); now <= recorded {
		t.Errorf("the bench has recorded %d exchanges before and %d after the answer was revealed", recorded, now)
	}
}

// classBench is the bench of the class that an instructor's window shows.
func (b *tab) classBench() *bench.Bench {
	b.t.Helper()
	id := strings.TrimPrefix(eval[string](b, `document.querySelector('[data-bench]').dataset.bench`), "/bench/")
	return (&visitor{w: b.w, id: id}).bench(b.t)
}

// TestOneWindowDrives: a second one takes over, the first says so, and a clicker
// drives while the laptop sends.
func TestOneWindowDrives(t *testing.T) {
	t.Parallel()
	first := startLab(t, lifted).teach(t)
	second := first.window("drive")
	shows(second, drives, "other")
	second.keys(kb.ArrowRight)
	second.until(`document.getElementById('notice').textContent.includes('The instructor view drives')`)
	for _, x := range first.classBench().Journal().Exchanges {
		if x.Step == 0 {
			t.Errorf("a window that does not drive has sent %s", x.Request.Bytes)
		}
	}
	second.press(onPage, `#notice button`)
	shows(second, drives, "me")
	shows(first, drives, "other")
	first.until(`document.querySelector('main').innerText.includes('drives, since')`)
	first.keys("t")
	shows(first, drives, "me")
	shows(second, drives, "other")

	phone := first.window("clicker")
	shows(phone, drives, "other")
	phone.press(onPage, `.if-other [data-act="takeover"] button`)
	shows(phone, drives, "me")
	phone.press(onPage, `#pad [data-act="next"] button`) // sends, from the laptop
	phone.when(func() bool { return !phone.goesOn("send") }, func() string { return "the clicker's step to be sent" })
	first.until(`document.body.innerText.includes('401')`)
	phone.press(onPage, `.if-me [data-act="handback"] button`)
	shows(first, drives, "me")
	shows(phone, drives, "other")
}

// TestTheProjectorAlone holds a whole class with one window.
func TestTheProjectorAlone(t *testing.T) {
	t.Parallel()
	b := startLab(t, lifted).teach(t)
	b.open(b.room() + "/projector")
	b.inClass()
	b.keys("1", "2") // the window before it has gone, so the first move takes driving
	shows(b, drives, "me")
	b.teaches(10)
	b.sendsStep()
	for key, overlay := range map[string]string{"j": "join", "o": "overview", "b": "blank"} {
		b.keys(key)
		shows(b, `document.getElementById('room-now').dataset.overlay`, overlay)
		b.keys(key)
		shows(b, `document.getElementById('room-now').dataset.overlay`, "")
	}
	for key, view := range map[string]string{"1": "stateful", "3": "stateless", "2": "both"} {
		b.keys(key)
		shows(b, `document.getElementById('room-now').dataset.view`, view)
	}
	b.keys("+")
	shows(b, `document.getElementById('room-now').dataset.size`, "1")
	b.keys("?")
	b.until(`document.getElementById('keys').matches(':popover-open')`)
	b.keys("x") // the map stays open while what is below it changes
	b.until(`document.getElementById('keys').matches(':popover-open') && document.querySelector('#keys [data-keys~="x"] button').getAttribute('aria-pressed') === 'true'`)
	b.keys("?")
	b.until(`!document.getElementById('keys').matches(':popover-open')`)
	for step := 9; step >= 0; step-- {
		b.keys(kb.PageUp)
		shows(b, classStep, step)
	}
}

// TestAStudentTriesItThemselves opens a bench of one's own from a class, at its
// step, which says where the class is meanwhile, and is counted.
func TestAStudentTriesItThemselves(t *testing.T) {
	t.Parallel()
	instructor := startLab(t, lifted).teach(t)
	student := instructor.student()
	instructor.teaches(1)
	instructor.sendsStep()
	shows(student, classStep, 1)
	student.press(onPage, `form[data-try] button`)
	student.live()
	shows(student, `new URLSearchParams(location.search).get('step')`, "1")
	shows(instructor, `document.querySelector('main').innerText.includes('1 looking around')`, true)
	instructor.keys(kb.ArrowRight)
	shows(student, `document.querySelector('[data-class-at]').textContent`, "step 2")
	student.pressNext()
	student.settled()
	shows(student, `document.querySelector('[data-class-at]').textContent`, "step 2")
	student.press(onPage, `[data-class-back]`)
	student.inClass()
	shows(student, classStep, 2)
	shows(instructor, `document.querySelector('main').innerText.includes('1 following')`, true)
}

// TestManyTabsFollow opens more pages of a class than a browser has connections to
// one host. Only the one in front has a stream.
func TestManyTabsFollow(t *testing.T) {
	t.Parallel()
	instructor := startLab(t, lifted).teach(t)
	room := instructor.room()
	tabs := []*tab{instructor.student()}
	for range 7 {
		b := tabs[0].another(chromedp.WithNewWindow(false))
		b.open(room)
		b.inClass()
		tabs = append(tabs, b)
	}
	instructor.teaches(2)
	for _, b := range tabs {
		b.inFront()
		b.inClass()
		shows(b, classStep, 2)
	}
}

// TestAClassIsClean: no window of a class asks another host, violates the policy or
// complains but of the answers that the lesson is about; a student's browser holds no
// cookie, and the instructor's only the right to drive, for this room alone.
func TestAClassIsClean(t *testing.T) {
	t.Parallel()
	instructor := startLab(t, lifted).teach(t)
	refused := "network: Failed to load resource: the server responded with a status of 401 (Unauthorized) " + instructor.base + eval[string](instructor, `document.querySelector('[data-bench]').dataset.bench`) + "/token/profile"
	tabs := map[string]*tab{"instructor": instructor, "projector": instructor.window("projector"), "clicker": instructor.window("clicker"), "student": instructor.student()}
	witnesses := map[string]*witness{}
	for name, b := range tabs {
		witnesses[name] = b.watched()
		b.do(chromedp.Reload())
		b.inClass()
	}
	student := tabs["student"]
	instructor.keys("p")
	shows(student, poll, "open")
	student.press(onPage, `[data-option="2"]`)
	student.press(onPage, `form[data-vote] button`)
	student.until(`document.querySelector('[data-option="2"]').classList.contains('mine')`)
	instructor.teaches(2)
	for _, b := range tabs {
		shows(b, classStep, 2)
	}
	for name, w := range witnesses {
		complaints, hosts := w.heard()
		for _, complaint := range complaints {
			if complaint != refused || name == "student" {
				t.Errorf("the %s’s browser complained of %s", name, complaint)
			}
		}
		if !slices.Equal(hosts, []string{instructor.base}) {
			t.Errorf("the %s’s page asked %q", name, hosts)
		}
	}
	if got := student.cookies(); len(got) != 0 {
		t.Errorf("a student's browser holds the cookie %q for %s", got[0].Name, got[0].Path)
	}
	var held []string
	for _, c := range instructor.cookies() {
		held = append(held, fmt.Sprintf("%s %s %t %s", c.Name, strings.Replace(c.Path, instructor.room(), "ROOM", 1), c.HTTPOnly, c.SameSite))
	}
	slices.Sort(held)
	if len(held) != 2 || held[0] != "drive ROOM true Strict" || !strings.HasPrefix(held[1], "sid /bench/") {
		t.Errorf("the instructor's browser holds %q", held)
	}
}
