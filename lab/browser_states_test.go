package lab_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"authlab/lab/bench"
)

// notice is the expression for what the page's live region says.
var notice = text(onPage, "#notice")

// shownNotice is the expression for what it says to those who see it, too.
var shownNotice = "[...document.querySelectorAll('#notice:not(.quietly)')].map((el) => el.innerText.trim().replace(/\\s+/g, ' ')).join('')"

// onScreen is the expression for what a visitor reads of the lanes.
const onScreen = "['chapter', 'heads', 'wire', 'server'].map((id) => document.getElementById(id).innerText).join('\\n')"

// A bench that ends while its page is open: the page keeps what it shows, says
// so, and offers a new one.
func TestBenchEndsWhileItsPageIsOpen(t *testing.T) {
	t.Parallel()
	w := startLab(t, bench.Limits{})
	b := w.browser(t)
	b.lessonTo(1)
	seen := eval[string](b, onScreen)
	w.lab.Benches().Drop(b.id())
	const gone = "This bench has expired, or the lab was restarted. What was on screen stays. Make a new bench"
	shows(b, shownNotice, gone)
	b.press(onPage, "#next")
	shows(b, shownNotice, gone)
	b.offersNewBench(seen)
}

// offersNewBench waits for the notice of a bench that is gone, sees that the
// page stays as it was, and follows the notice to a new bench.
func (b *tab) offersNewBench(seen string) {
	b.t.Helper()
	b.until(notice + ".includes('This bench has expired')")
	shows(b, onScreen, seen)
	b.press(onPage, "#notice a")
	b.until(part(onPage, "form[action='/bench'] button"))
	b.press(onPage, "form[action='/bench'] button")
	b.live()
	b.next(0)
}

// A lab that cannot be reached, then can again, as it was: the page says so,
// stays as it was, catches up with what happened meanwhile, and goes on.
func TestConnectionLostAndBack(t *testing.T) {
	t.Parallel()
	w := startLab(t, bench.Limits{})
	through := startRelay(t, w)
	b := w.browser(t)
	b.base = "http://" + through.addr
	b.lessonTo(1)
	seen := eval[string](b, onScreen)
	through.close()
	shows(b, shownNotice, "Connection lost; trying again. What you see stays.")
	for _, control := range []string{"#again", ".ruler li:nth-child(3) a"} {
		b.press(onPage, control)
		b.until("!document.querySelector('main').hasAttribute('aria-busy')")
		shows(b, shownNotice, "The lab does not answer. What you see stays as it was. Try again")
	}
	shows(b, onScreen, seen)

	v := b.visitor()
	v.get(t, v.path("/token/profile"))
	v.await(t, b.recorded())
	through.open(t, w)
	b.until("document.documentElement.dataset.stream === 'open'")
	b.settled()
	shows(b, shownNotice, "")
	b.press(onPage, ".ruler li:nth-child(2) a")
	b.showsStep(1)
	for n := 2; n <= 5; n++ {
		b.next(n)
	}
}

// A lab that was restarted has no bench any more.
func TestLabRestartedWhilePageIsOpen(t *testing.T) {
	t.Parallel()
	through := startRelay(t, startLab(t, bench.Limits{}))
	after := startLab(t, bench.Limits{})
	b := after.browser(t)
	b.base = "http://" + through.addr
	b.open("/")
	b.press(onPage, "form[action='/bench'] button")
	b.until("document.documentElement.dataset.stream === 'open'")
	b.until("document.querySelectorAll('#log li').length >= 5") // all that the frames ask for has come
	seen := eval[string](b, onScreen)
	through.close()
	b.until(notice + ".includes('Connection lost')")
	through.open(t, after)
	b.offersNewBench(seen)
}

// inFront brings a tab to the front of its window.
func (b *tab) inFront() {
	b.t.Helper()
	_, err := chromedp.Call[cdp.Empty, cdp.Empty](b.ctx, page.BringToFront, cdp.Empty{})
	b.must(err)
	b.until("document.visibilityState === 'visible'")
}

// streaming reports whether the bench, which may have one stream, has it.
func streaming(at *bench.Bench) bool {
	done, err := at.OpenStream()
	if errors.Is(err, bench.ErrStreams) {
		return true
	}
	done()
	return false
}

// A page that is hidden lets its stream go and takes it up again when it is
// seen, with what happened meanwhile.
func TestHiddenPageClosesItsStream(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{Streams: 1}).browser(t)
	b.start()
	at := b.bench()
	b.when(func() bool { return streaming(at) }, func() string { return "the page to stream" })
	b.another(chromedp.WithNewWindow(false)).inFront()
	b.until("document.hidden")
	b.when(func() bool { return !streaming(at) }, func() string { return "the hidden page to stop" })
	v := b.visitor()
	v.get(t, v.path("/token/profile"))
	v.await(t, b.recorded())
	b.inFront()
	b.when(func() bool { return streaming(at) }, func() string { return "the page to stream again" })
	b.settled()
}

// A browser opens six connections to a host. Seven tabs of one bench work all
// the same, because only the one in front holds one for its stream.
func TestSevenTabsOfOneBench(t *testing.T) {
	t.Parallel()
	first := startLab(t, bench.Limits{}).browser(t)
	first.start()
	tabs := []*tab{first}
	for len(tabs) < 7 {
		b := first.another(chromedp.WithNewWindow(false))
		b.inFront()
		b.open("/bench/" + first.id())
		b.live()
		tabs = append(tabs, b)
	}
	tabs[6].next(0)
	for _, b := range tabs[:3] {
		b.inFront()
		b.settled()
		b.showsStep(0)
	}
}

// While a step is sent the primary button says so, and nothing moves.
func TestSendingIsShown(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}, inDevelopment).browser(t)
	b.start()
	eval[any](b, `(() => {
		const main = document.querySelector('main');
		new MutationObserver(() => main.ariaBusy && (globalThis.said ??= [])
			.push(getComputedStyle(document.getElementById('next'), '::after').content)).observe(main, {attributes: true, attributeFilter: ['aria-busy']});
	})(), null`)
	b.next(0)
	if said := eval[string](b, "said.join()"); said != `"Sending…"` {
		t.Errorf("while step 0 was sent the button said %s", said)
	}
	b.open("/dev/states")
	const box = "JSON.stringify((({width, height}) => ({width, height}))(document.querySelector('[data-specimen=\"dev-stepper/%s\"] .go').getBoundingClientRect()))"
	idle, busy := strings.Replace(box, "%s", "first", 1), strings.Replace(box, "%s", "while a step is sent", 1)
	b.until("document.fonts.status === 'loaded' && document.readyState === 'complete'")
	shows(b, busy, eval[string](b, idle))
}
