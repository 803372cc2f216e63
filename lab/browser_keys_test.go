package lab_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"authlab/lab/bench"
)

// focused is the expression for what has the focus on the page.
const focused = "document.activeElement"

// tabTo presses Tab until an element of the page has the focus.
func (b *tab) tabTo(selector string) {
	b.t.Helper()
	for range 200 {
		if eval[bool](b, focused+".matches(`"+selector+"`)") {
			return
		}
		b.keys(kb.Tab)
	}
	b.t.Fatalf("200 times Tab did not reach %s\n%s", selector, b.seen())
}

// From the front page through the lesson with the keyboard alone.
func TestKeyboardAlone(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.open("/")
	b.tabTo("form[action='/bench'] button")
	b.keys(kb.Enter)
	b.live()

	b.keys(kb.Enter, kb.Enter) // with nothing in focus, Enter sends; the page asks first
	b.showsStep(0)
	b.tabTo("#next")
	b.keys(kb.Enter)
	b.until(focused + ".matches('.predict')")
	b.keys(kb.Enter)
	b.showsStep(1)
	b.until(focused + ".matches('.predict')") // after a send the focus is still there
	b.tabTo("#next")
	b.until(focused + ".matches(':focus-visible') && getComputedStyle(" + focused + ").outlineStyle !== 'none'")
	b.keys(kb.Enter)
	b.showsStep(2)
	shows(b, focused+".id", "next")

	sent := b.recorded()
	b.keys(kb.ArrowLeft, kb.ArrowLeft)
	shows(b, "Number(document.querySelector('#stepper h2').dataset.n)", 0)
	b.keys(kb.PageDown)
	b.showsStep(1)
	b.keys(kb.ArrowRight, kb.PageUp, kb.ArrowRight)
	b.showsStep(2)
	for key, view := range map[string]string{"1": "stateful", "3": "stateless", "2": "both"} {
		b.keys(key)
		shows(b, "document.querySelector('main').dataset.view", view)
		b.until("document.querySelector(`.seg a[data-view=" + view + "][aria-current=true]`)")
		b.until("document.querySelector(`.ruler li:nth-child(3) a[aria-current=step]`)")
	}
	b.keys("?")
	b.until("document.querySelector('#steps').matches(':popover-open')")
	b.keys(kb.Escape)
	b.until("!document.querySelector('#steps').matches(':popover-open')")
	if b.recorded() != sent {
		t.Errorf("arrows, views and lists sent %q", b.sentSince(sent))
	}
}

// The focus stays where it is while the page is brought up to date, wherever
// that is.
func TestFocusIsKeptAcrossLiveUpdates(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.lessonTo(1)
	v := b.visitor()
	for _, selector := range []string{"#next", ".ruler li:nth-child(4) a", "#admin-role summary", "#log a", "#session-res a[data-gloss]", "#session-req summary"} {
		b.tabTo(selector)
		is := "(el => [el.localName, el.id, el.hash, el.textContent].join(` `))(" + focused + ")"
		before := eval[string](b, is)
		v.get(t, v.path("/session/profile"))
		v.await(t, b.recorded())
		b.settled()
		shows(b, is, before)
	}
}

// An explanation opens and closes with the keyboard, and the focus returns.
func TestExplanationByKeyboard(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.lessonTo(1)
	b.tabTo("#session-res a[data-gloss]")
	at := eval[string](b, focused+".hash")
	b.keys(kb.Enter)
	open := fmt.Sprintf("document.querySelector('%s').matches(':popover-open')", at)
	b.until(open)
	b.keys(kb.Escape)
	b.until("!" + open)
	shows(b, focused+".hash", at)
}

// Keys typed into an app's own fields are the app's: they move nothing.
func TestTypingInFramesMovesNothing(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.lessonTo(1)
	b.press(inSession, "nav form button")
	shows(b, "location.search", "?step=8&view=both")
	b.settled()
	b.press(inSession, "nav a[href$=login]")
	b.until(part(inSession, "main form[action$=login]"))
	b.settled()
	b.press(inSession, "[name=email]")
	sent := b.recorded()
	b.keys("1", "2", "3", "?", " ", kb.ArrowLeft, kb.ArrowRight, kb.PageDown, kb.Home)
	shows(b, part(inSession, "[name=email]")+".value", "123?")
	shows(b, "location.search", "?step=8&view=both")
	b.until("!document.querySelector('#steps').matches(':popover-open')")
	if b.recorded() != sent {
		t.Errorf("typing sent %q", b.sentSince(sent))
	}
}

// controls are the page's elements that can be operated and seen.
const controls = `[...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"], iframe')]
	.filter((el) => el.checkVisibility({visibilityProperty: true}) && !el.disabled && el.type !== 'hidden' && el.getClientRects().length > 0)`

// Tab goes to everything that can be operated, and shows where it is.
func TestTabReachesEverything(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.lessonTo(1)
	eval[any](b, controls+".forEach((el, n) => el.dataset.nth = n), null")
	var missing []string
	want := eval[int](b, controls+".length")
	reached := map[string]bool{}
	for range 2 * want {
		b.keys(kb.Tab)
		got := eval[[]string](b, "(el => [el.dataset.nth ?? '', el.localName, String(el.matches(':focus-visible') && getComputedStyle(el).outlineStyle === 'none')])("+focused+")")
		reached[got[0]] = true
		if got[1] != "iframe" && got[2] == "true" {
			t.Errorf("the focus on a %s cannot be seen", got[1])
		}
	}
	for n := range want {
		if nth := fmt.Sprint(n); !reached[nth] {
			missing = append(missing, eval[string](b, fmt.Sprintf("document.querySelector('[data-nth=\"%s\"]')?.outerHTML.slice(0, 120) ?? ''", nth)))
		}
	}
	if missing = slices.DeleteFunc(missing, func(s string) bool { return s == "" }); len(missing) > 0 {
		t.Errorf("Tab reached %d of %d, not\n%q", len(reached), want, missing)
	}
}
