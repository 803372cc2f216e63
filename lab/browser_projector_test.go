package lab_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"authlab/lab/plot"
)

// screens are the projectors that every step has to fit on without scrolling.
var screens = [][2]int64{{1024, 768}, {1920, 1080}}

// misfit names what does not fit on the wall: a page that scrolls, type under 20 px
// of a screen of 1024 by 768, and what is cut off by its box or by the screen.
const misfit = `(() => {
	const bad = [];
	const root = document.documentElement;
	if (root.scrollHeight > innerHeight || root.scrollWidth > innerWidth) bad.push('the page is ' + root.scrollWidth + ' by ' + root.scrollHeight);
	const unit = Math.min(innerWidth / 1024, innerHeight / 768);
	for (const el of document.querySelectorAll('main *')) {
		if (el.closest('.stage, [popover], [hidden], .vh, .notice, svg') || !el.checkVisibility()) continue;
		const box = el.getBoundingClientRect();
		const style = getComputedStyle(el);
		const own = [...el.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
		const name = el.localName + '.' + el.className + ' "' + el.textContent.trim().slice(0, 30) + '"';
		if (own && parseFloat(style.fontSize) < 20 * unit - 0.01) bad.push(name + ' is set in ' + style.fontSize);
		if (el.matches('.p-place .ln') && (parseFloat(style.fontSize) < 26 * unit - 0.01 || parseFloat(style.fontSize) > 28 * unit)) bad.push(name + ' is wire in ' + style.fontSize);
		if (style.overflowY !== 'visible' && el.scrollHeight > el.clientHeight + 1) bad.push(name + ' is cut off at ' + el.clientHeight + ' of ' + el.scrollHeight);
		if (box.width && (box.right > innerWidth + 1 || box.bottom > innerHeight + 1)) bad.push(name + ' ends at ' + box.right + ', ' + box.bottom);
	}
	return bad.slice(0, 4).join('; ');
})()`

// onScreens looks at what is shown on each screen, in each view.
func (b *tab) onScreens(what string) {
	b.t.Helper()
	for i, view := range []string{"stateful", "both", "stateless"} {
		b.keys(string(rune('1' + i)))
		b.until(fmt.Sprintf(`document.querySelector('#keys [data-keys="%d"] button').ariaPressed === 'true'`, i+1))
		for _, s := range screens {
			b.do(chromedp.EmulateViewport(s[0], s[1]))
			b.until(fmt.Sprintf("innerWidth === %d && innerHeight === %d", s[0], s[1]))
			if bad := eval[string](b, misfit); bad != "" {
				b.t.Errorf("%s, %s, at %d by %d: %s", what, view, s[0], s[1], bad)
			}
		}
	}
}

// TestProjectorFitsOnTheWall teaches a class with the projector's window alone, by
// its keys, and looks at every step in every phase.
func TestProjectorFitsOnTheWall(t *testing.T) {
	t.Parallel()
	b := startLab(t, lifted).browser(t)
	b.open("/")
	to := eval[string](b, "fetch('/room', {method: 'POST'}).then((r) => new URL(r.url).pathname)")
	b.open(strings.TrimSuffix(to, "/drive") + "/projector")
	b.until("document.querySelector('main').dataset.drives === 'me' && document.documentElement.dataset.stream === 'open'")
	for step := range plot.Count {
		what := fmt.Sprintf("step %d", step)
		b.until(fmt.Sprintf("document.querySelector('main').dataset.step === '%d'", step))
		b.onScreens(what + ", first seen")
		b.keys("p")
		b.until(`document.querySelector('[data-phase="open"]') !== null`)
		b.onScreens(what + ", vote open")
		b.keys("p")
		b.until(`document.querySelector('[data-phase="closed"]') !== null`)
		b.keys("p")
		b.until(`document.querySelector('[data-phase="open"]') !== null`)
		b.keys("p")
		b.until(`document.querySelector('[data-phase="closed"]') !== null`)
		b.onScreens(what + ", second vote closed")
		b.keys(kb.ArrowRight)
		b.until(`document.querySelector('[data-phase="revealed"]') !== null && document.querySelector('.p-place') !== null`)
		b.onScreens(what + ", revealed")
		b.keys("x")
		b.until("document.querySelector('.p-rest') !== null")
		b.onScreens(what + ", the rest")
		b.keys("x")
		b.until("document.querySelector('.p-rest') === null")
		b.keys(kb.ArrowRight)
	}
	for _, key := range []string{"j", "o", "b"} {
		b.keys(key)
		b.until("!document.querySelector('#p-over').hidden")
		b.onScreens("overlay " + key)
		b.keys(key)
		b.until("document.querySelector('#p-over').hidden")
	}
}

// TestProjectorIsLight whatever the system says, unless somebody chose otherwise on
// a page of its kind.
func TestProjectorIsLight(t *testing.T) {
	t.Parallel()
	b := startLab(t, lifted).browser(t)
	b.open("/")
	to := eval[string](b, "fetch('/room', {method: 'POST'}).then((r) => new URL(r.url).pathname)")
	b.paper("dark")
	b.open(strings.TrimSuffix(to, "/drive") + "/projector")
	const scheme = "getComputedStyle(document.documentElement).colorScheme"
	b.until(scheme + " === 'light'")
	b.inClass()
	shows(b, drives, "me") // the foot says who drives, so it is replaced then
	b.press(onPage, "#p-foot [popovertarget=theme]")
	b.press(onPage, "#theme [value=dark]")
	b.until(scheme + " === 'dark'")
	b.do(chromedp.Reload())
	b.until(scheme + " === 'dark'")
	b.open("/")
	if got := eval[string](b, "document.documentElement.dataset.theme ?? 'as the system says'"); got != "as the system says" {
		t.Errorf("the projector's paper is the site's too: %s", got)
	}
}
