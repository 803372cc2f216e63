package lab_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"authlab/lab/bench"
)

// hover moves the mouse to an element, once it is there and nothing covers it.
func (b *tab) hover(selector string) {
	b.t.Helper()
	js := fmt.Sprintf(locate, part(onPage, selector))
	var at spot
	isOn := func() bool {
		got, err := try[spot](b, js)
		if at = got; err != nil || !at.Hit {
			return false
		}
		if !at.Hover {
			b.do(chromedp.MouseEvent(chromedp.MouseMoved, at.X, at.Y))
		}
		return at.Hover
	}
	b.when(isOn, func() string { return fmt.Sprintf("the mouse to be on %q: %+v\n%s", selector, at, b.seen()) })
}

// lit waits until everything on the page that is bound to a reference is lit, in
// each of the given parts, and nothing that is bound to another.
func (b *tab) lit(ref string, in ...string) {
	b.t.Helper()
	for _, selector := range in {
		b.until(fmt.Sprintf("document.querySelector('%s [data-ref=\"%s\"].lit')", selector, ref))
	}
	b.until(fmt.Sprintf("[...document.querySelectorAll('[data-ref]')].every((el) => el.classList.contains('lit') === (el.dataset.ref === %[1]q || el.dataset.ref.startsWith(%[1]q + '.')))", ref))
}

// Pointing at a word of the prose lights the same thing up on the wire, in the
// browser and at the server, and the other way round.
func TestReferencesLightUpTogether(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.lessonTo(3)
	b.press(onPage, ".told summary")
	b.press(onPage, `#held-token details:has([data-ref="pay.exp"]) > summary`)
	prose := "#chapter > .prose"
	for _, c := range []struct {
		ref string
		in  []string
	}{
		{"attr.httponly", []string{prose, "#wire", "#held-session"}},
		{"attr.samesite", []string{prose, "#wire", "#held-session"}},
		{"sid", []string{prose, "#wire", "#held-session", "#server"}},
		{"sig", []string{prose, "#wire", "#held-token"}},
		{"pay.exp", []string{prose, "#held-token"}},
	} {
		for _, from := range c.in {
			from += fmt.Sprintf(" [data-ref=\"%s\"]", c.ref)
			if !eval[bool](b, "Boolean(document.querySelector('"+from+"')?.checkVisibility())") {
				t.Errorf("nothing to point at in %s", from)
				continue
			}
			b.hover(from)
			b.lit(c.ref, c.in...)
			b.hover("#stepper h2")
			b.until("!document.querySelector('.lit')")
		}
	}
}

// The keyboard points, too: at the words of the prose, and at the wire.
func TestReferencesLightUpByFocus(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.lessonTo(3)
	b.press(onPage, ".told summary")
	for _, from := range []string{`#chapter > .prose [data-ref="attr.httponly"]`, `#wire [data-ref="attr.httponly"]`} {
		b.tabTo(from)
		b.lit("attr.httponly", "#chapter > .prose", "#wire", "#held-session")
		b.until(focused + ".matches(':focus-visible') && getComputedStyle(" + focused + ").outlineStyle !== 'none'")
	}
	b.keys(kb.Tab)
	b.until("!document.querySelector('[data-ref=\"attr.httponly\"].lit')")
}

// A finger points, too.
func TestReferencesLightUpByTouch(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.open(chapterPages(t)[1])
	b.until("document.querySelector('.prose [data-ref][tabindex]')")
	_, err := chromedp.Call[emulation.SetTouchEmulationEnabledParams, cdp.Empty](b.ctx, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true})
	b.must(err)
	ref := eval[string](b, "document.querySelector('.prose [data-ref]').dataset.ref")
	b.press(onPage, ".prose [data-ref]")
	b.lit(ref, ".prose")
}

// atHeading scrolls so that a heading in the middle of the article lies in the
// window, and tells where.
func (b *tab) atHeading(selector string) float64 {
	b.t.Helper()
	eval[any](b, "scrollTo({top: document.querySelector('"+selector+"').getBoundingClientRect().top + scrollY - 150, behavior: 'instant'}), null")
	return b.yOf(selector)
}

func (b *tab) yOf(selector string) float64 {
	b.t.Helper()
	return eval[float64](b, "document.querySelector('"+selector+"').getBoundingClientRect().top")
}

// toggle clicks the toggle where it is, at the head of the window. Bringing it
// into view first, as press does, would scroll the page below it.
func (b *tab) toggle(view string) {
	b.t.Helper()
	at := eval[spot](b, "(box => ({X: box.x + box.width / 2, Y: box.y + box.height / 2}))(document.querySelector('.seg a[data-view="+view+"]').getBoundingClientRect())")
	b.do(chromedp.MouseClickXY(at.X, at.Y))
}

// The toggle changes the view and keeps the place: the heading that is read
// stays where it is.
func TestToggleKeepsThePlace(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	chapter := chapterPages(t)[6]
	for _, path := range []string{chapter, "/learn/all"} {
		b.open(path)
		b.until("document.querySelector('.prose [data-ref][tabindex]')") // the script is there
		heading := ".prose h2:last-of-type"
		if path == "/learn/all" {
			heading = "article:nth-of-type(8) .prose h3"
		}
		eval[any](b, "document.documentElement.style.overflowAnchor = 'none', null") // which not every browser has
		before := b.atHeading(heading)
		height := eval[float64](b, "document.documentElement.scrollHeight")
		for _, view := range []string{"stateless", "stateful", "both"} {
			b.toggle(view)
			shows(b, "document.querySelector('main').dataset.view", view)
			shows(b, "location.pathname + location.search", path+"?view="+view)
			b.until("document.querySelector('.seg a[aria-current]').dataset.view === '" + view + "'")
			b.until("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")
			if after := b.yOf(heading); math.Abs(after-before) > 2 {
				t.Errorf("%s, to %s: the heading moved from %.1f to %.1f", path, view, before, after)
			}
			only := map[string]string{"stateless": ".only.stateful", "stateful": ".only.stateless", "both": ".none"}[view]
			shows(b, "[...document.querySelectorAll('"+only+"')].filter((el) => el.checkVisibility()).length", 0)
		}
		if now := eval[float64](b, "document.documentElement.scrollHeight"); now != height {
			t.Errorf("%s: both is %.0f high again, was %.0f", path, now, height)
		}
	}
	// The view goes with the reader.
	b.open(chapter)
	b.press(onPage, ".seg a[data-view=stateless]")
	b.press(onPage, ".turn a[rel=next]")
	b.until("document.readyState === 'complete' && !location.pathname.endsWith('" + chapter + "')")
	shows(b, "document.querySelector('main').dataset.view + location.search", "stateless?view=stateless")
}

// Without scripts the toggle is links to the same page.
func TestArticleWithoutScripts(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t).withoutScripts()
	path := chapterPages(t)[4]
	b.open(path)
	b.press(onPage, ".seg a[data-view=stateful]")
	b.loaded("view=stateful")
	shows(b, "document.querySelector('main').dataset.view", "stateful")
	shows(b, "[...document.querySelectorAll('.only.stateless')].filter((el) => el.checkVisibility()).length", 0)
	b.press(onPage, ".turn a[rel=next]")
	b.loaded("?view=stateful")
	b.press(onPage, ".predict summary")
	b.until("document.querySelector('.predict .truth').checkVisibility()")
	b.press(onPage, ".excerpt a[data-gloss]")
	b.until("location.hash !== '' && document.querySelector(location.hash).checkVisibility()")
}

// Keys scroll, as in any article; they turn no page.
func TestKeysOfAReader(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	path := chapterPages(t)[2]
	b.open(path)
	b.until("document.querySelector('.prose [data-ref][tabindex]')")
	eval[any](b, "globalThis.sameDocument = true, null")
	for _, key := range []string{kb.ArrowRight, kb.ArrowLeft, kb.Enter, "1", "2", "3", "?"} {
		b.keys(key)
	}
	shows(b, "scrollY", 0)
	b.keys(kb.PageDown)
	b.until("scrollY > 200")
	shows(b, "location.href + document.querySelector('main').dataset.view", b.base+path+"both")
	b.until("globalThis.sameDocument && !document.querySelector(':popover-open')")
}

// regions are a page's live regions.
const regions = "[...document.querySelectorAll('[aria-live], [role=status], [role=alert], [role=log], output')].map((el) => el.ariaLive ?? el.role).join(' ')"

// What changes on a page is said in one place, politely.
func TestOneLiveRegion(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.lessonTo(1)
	shows(b, regions, "polite")
	for _, path := range []string{"/bench/" + b.id() + "?step=9", "/learn", chapterPages(t)[0], "/learn/all", "/compare", "/compare/code", "/glossary"} {
		b.open(path)
		b.until("document.querySelector('main')")
		want := ""
		if path[:6] == "/bench" {
			want = "polite"
		}
		shows(b, regions, want)
	}
}
