package lab_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"authlab/lab/bench"
)

// The controls that only look: explanations, the list of steps, the paper.
func TestControlsThatOnlyLook(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	w := b.watched()
	b.lessonTo(1)
	sent := b.recorded()

	b.press(onPage, "#session-res a.attr")
	b.until("document.querySelector('#session-res .gloss:popover-open')")
	b.until("document.querySelector('.gloss:popover-open').getBoundingClientRect().bottom <= innerHeight")
	b.press(onPage, "#token-req a[data-gloss]")
	b.until("document.querySelectorAll('.gloss:popover-open').length === 1 && document.querySelector('#token-req .gloss:popover-open')")
	b.keys("\x1b")

	b.press(onPage, "#session-res [data-copy]")
	shows(b, notice, "Copied.")

	b.press(onPage, "[popovertarget=steps]")
	b.press(onPage, "#steps li:nth-child(4) a")
	b.showsStep(3)
	b.until("!document.querySelector(':popover-open')")

	b.press(onPage, "[data-theme-menu]")
	b.press(onPage, "[name=theme][value=dark]")
	b.until("getComputedStyle(document.documentElement).colorScheme === 'dark'")
	for _, flow := range []string{inSession, inToken} {
		b.until("getComputedStyle(" + frame(flow) + ".documentElement).colorScheme === 'dark'")
	}
	b.open(eval[string](b, "location.pathname + location.search"))
	b.until("document.documentElement.dataset.theme === 'dark'")
	b.live()
	if b.recorded() < sent || len(b.sentSince(sent)) != 2 { // both homes, by the reload
		t.Errorf("looking sent %q", b.sentSince(sent))
	}
	if complaints, _ := w.heard(); len(complaints) != 1 { // the 401 of step 0
		t.Errorf("the browser complained of %q", complaints)
	}
}

// A double click sends once.
func TestDoubleClickSendsOnce(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.start()
	before := b.recorded()
	b.pressNext()
	at := eval[spot](b, "(({x, y, width, height}) => ({X: x + width / 2, Y: y + height / 2}))(document.querySelector('#next').getBoundingClientRect())")
	b.do(chromedp.MouseClickXY(at.X, at.Y))
	b.showsStep(0)
	if got := len(b.sentSince(before)); got != len(lesson[0].sends) {
		t.Errorf("a double click sent %q", b.sentSince(before))
	}
}

// Start over, by the form on the page: the bench is as new, the page follows it
// still, and the lesson starts again.
func TestResetByHand(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.lessonTo(5)
	b.press(onPage, "#admin-reset summary")
	b.press(onPage, "form[action$=reset] button")
	b.until("document.querySelector('#log .absent')")
	shows(b, text(onPage, "#heads .flow-session .status"), "not sent yet")
	b.press(onPage, ".ruler li:first-child a")
	shows(b, "Number(document.querySelector('#stepper h2').dataset.n)", 0)
	b.pressNext()
	b.showsStep(0)
	b.next(1)
}

// A bench that is full says so, on its page and in its frames.
func TestFullBenchSaysSo(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{Exchanges: 9}).browser(t)
	b.lessonTo(0)
	b.until(text(onPage, "#log .follow") + ".includes('This bench records 9 exchanges')")
	b.pressNext()
	b.until(notice + ".includes('it says why')")
	b.until(text(inSession, "h1") + " === 'This bench is full'")
	b.until(text(onPage, "#log .follow") + ".includes('turned away')")
}
