package lab_test

import (
	"errors"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"authlab/lab/bench"
)

// notice is the expression for what the page's live region says.
var notice = text(onPage, "#notice")

// A bench that ends while its page is open: the page keeps what it shows, says
// so, and offers a new one.
func TestBenchEndsWhileItsPageIsOpen(t *testing.T) {
	w := startLab(t, bench.Limits{})
	b := w.browser(t)
	b.lessonTo(1)
	shown := eval[string](b, text(onPage, "#wire"))
	w.lab.Benches().Drop(b.id())
	b.offersNewBench(shown)
}

// offersNewBench waits for the notice of a bench that is gone, and follows it to
// a new one.
func (b *tab) offersNewBench(shown string) {
	b.t.Helper()
	b.until(notice + ".includes('This bench has expired')")
	shows(b, text(onPage, "#wire"), shown)
	b.press(onPage, "#notice a")
	b.until(part(onPage, "form[action='/bench'] button"))
	b.press(onPage, "form[action='/bench'] button")
	b.live()
	b.next(0)
}

// A lab that cannot be reached, then can again, as it was: the page says so and
// catches up with what happened meanwhile.
func TestConnectionLostAndBack(t *testing.T) {
	w := startLab(t, bench.Limits{})
	through := startRelay(t, w)
	b := w.browser(t)
	b.base = "http://" + through.addr
	b.lessonTo(0)
	through.close()
	b.until(notice + ".includes('Connection lost')")
	b.press(onPage, "#again")
	b.until(notice + ".includes('does not answer')")

	v := b.visitor()
	v.get(t, v.path("/token/profile"))
	v.await(t, b.recorded())
	through.open(t, w)
	b.until("document.documentElement.dataset.stream === 'open'")
	b.settled()
	b.until("!/lost|not answer/.test(" + notice + ")")
}

// A lab that was restarted has no bench any more.
func TestLabRestartedWhilePageIsOpen(t *testing.T) {
	through := startRelay(t, startLab(t, bench.Limits{}))
	after := startLab(t, bench.Limits{})
	b := after.browser(t)
	b.base = "http://" + through.addr
	b.open("/")
	b.press(onPage, "form[action='/bench'] button")
	b.until("document.documentElement.dataset.stream === 'open'")
	shown := eval[string](b, text(onPage, "#wire"))
	through.close()
	b.until(notice + ".includes('Connection lost')")
	through.open(t, after)
	b.offersNewBench(shown)
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
