package lab_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"authlab/lab/bench"
)

// paper sets what the system says about light and dark.
func (b *tab) paper(scheme string) {
	b.t.Helper()
	_, err := chromedp.Call[emulation.SetEmulatedMediaParams, cdp.Empty](b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	b.must(err)
	b.until("matchMedia('(prefers-color-scheme: " + scheme + ")').matches")
}

// wide makes the window that many CSS pixels wide.
func (b *tab) wide(width int64) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(width, 900))
	b.until(fmt.Sprintf("innerWidth === %d", width))
}

// overflow names what is wider than the window, of the page and of its frames.
const overflow = `(() => {
	const too = [];
	for (const doc of [document, ...[...document.querySelectorAll('iframe')].map((f) => f.contentDocument)]) {
		const root = doc.documentElement;
		if (root.scrollWidth <= root.clientWidth) continue;
		too.push(doc.location.pathname + ' is ' + root.scrollWidth + ' wide');
		for (const el of doc.querySelectorAll('body *')) {
			if (el.getBoundingClientRect().right > root.clientWidth + 1 && el.checkVisibility()) too.push(el.outerHTML.slice(0, 80));
		}
	}
	return too.slice(0, 3);
})()`

// widths are those of the design; 720 is 1440 at a zoom of 200 %.
var widths = []int64{1440, 1024, 768, 720, 390, 320}

// fits looks at the page at every width, on light and dark paper, and with
// everything unfolded.
func (b *tab) fits(what string) {
	b.t.Helper()
	b.paper("light")
	b.fitsAtAllWidths(what + " in light")
	b.paper("dark")
	b.fitsAtAllWidths(what + " in dark")
	eval[any](b, "document.querySelectorAll('details').forEach((el) => el.open = true), null")
	b.fitsAtAllWidths(what + " unfolded")
}

func (b *tab) fitsAtAllWidths(what string) {
	b.t.Helper()
	for _, width := range widths {
		b.wide(width)
		if too := eval[[]string](b, overflow); len(too) > 0 {
			b.t.Errorf("%s at %d px: %q", what, width, too)
		}
	}
}

func TestNothingScrollsSideways(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.open("/")
	b.fits("the front page")
	b.wide(1440)
	b.lessonTo(9)
	id := b.id()
	for _, step := range []int{0, 1, 5, 9} {
		b.open(fmt.Sprintf("/bench/%s?step=%d", id, step))
		b.live()
		b.fits(fmt.Sprintf("step %d", step))
	}
	b.open("/bench/" + id + "?step=5&view=stateless")
	b.live()
	b.fits("one flow")
	b.open("/bench/" + id + "?step=5&lanes=session,token,sealed")
	b.live()
	b.fits("three flows")
	b.open(fmt.Sprintf("/bench/%s/exchanges/%d", id, b.recorded()))
	b.fits("an exchange")
	unfold(b)
	b.fits("an exchange, with its command")
	b.open("/bench/" + id + "?step=1")
	b.live()
	unfold(b)
	b.fits("a bench with its commands")
	b.open("/bench/" + id + "/handout")
	b.fits("the handout")
	b.open("/nowhere")
	b.fits("an error page")
}

// unfold opens what can be taken away from a page.
func unfold(b *tab) {
	b.t.Helper()
	shows(b, "[...document.querySelectorAll('.take')].map((d) => d.open = true).length", 2)
}

// The toggle hides one column, gives its room to the other, and keeps the step.
func TestToggleHidesAColumn(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.lessonTo(1)
	width := func(lane string) string {
		return "Math.round(document.querySelector('#wire " + lane + "')?.getBoundingClientRect().width ?? 0)"
	}
	both := eval[int](b, width(".flow-session"))
	for view, lane := range map[string]string{"stateful": ".flow-session", "stateless": ".flow-token"} {
		b.press(onPage, ".seg a[data-view="+view+"]")
		shows(b, width(map[string]string{".flow-session": ".flow-token", ".flow-token": ".flow-session"}[lane]), 0)
		b.until(fmt.Sprintf("%s > 1.8 * %d", width(lane), both))
		shows(b, "location.search", "?step=1&view="+view)
		b.until("document.querySelector('.seg a[data-view=" + view + "]').ariaCurrent === 'true'") // the toggle itself is replaced
		b.press(onPage, ".seg a[data-view=both]")
		shows(b, width(lane), both)
	}
	b.showsStep(1)

	// At every width one flow takes all the room there is beside the side-heads.
	b.press(onPage, ".seg a[data-view=stateless]")
	for _, width := range widths {
		b.wide(width)
		b.until("document.querySelector('#wire .flow-token').getBoundingClientRect().width > 0.8 * document.querySelector('#wire').getBoundingClientRect().width")
	}
}
