package lab_test

import (
	"slices"
	"testing"

	"github.com/chromedp/chromedp"

	"authlab/lab/bench"
)

// wider are the elements that stick out of the window to the right, and of no
// box that scrolls or clips.
const wider = `(() => {
	const root = document.documentElement, edge = root.clientWidth;
	if (root.scrollWidth <= edge) return [];
	const kept = (el) => el !== root && (getComputedStyle(el).overflowX !== 'visible' || kept(el.parentElement));
	const out = [...document.querySelectorAll('body *')].filter((el) => el.getBoundingClientRect().right > edge + 1 && !kept(el.parentElement));
	return ['the page', ...out.map((el) => el.outerHTML.slice(0, 120))];
})()`

// TestDevPageInABrowser breaks no policy and fits every width.
func TestDevPageInABrowser(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}, inDevelopment).browser(t)
	w := b.watched()
	for _, width := range []int64{1440, 1024, 768, 390, 320} {
		b.do(chromedp.EmulateViewport(width, 900))
		b.open("/dev/states")
		b.until("document.readyState === 'complete' && document.querySelectorAll('.specimen').length > 60")
		if over := eval[[]string](b, wider); len(over) > 0 {
			t.Errorf("at %d px these are wider than the page: %q", width, over)
		}
	}
	if complaints, hosts := w.heard(); len(complaints) > 0 || !slices.Equal(hosts, []string{b.base}) {
		t.Errorf("the browser complained of %q and asked %q", complaints, hosts)
	}
}
