package lab_test

import (
	"context"
	"fmt"

	"github.com/chromedp/chromedp/kb"
)

// Where an element is: on the page, or in the frame of a flow.
const (
	onPage    = ""
	inSession = "session"
	inToken   = "token"
	inSealed  = "sealed"
)

// frame is the document in a flow's frame, or the page's own.
func frame(flow string) string {
	if flow == onPage {
		return "document"
	}
	return fmt.Sprintf("document.querySelector('[data-frame=%s]').contentDocument", flow)
}

// part is the expression for an element.
func part(flow, selector string) string {
	return fmt.Sprintf("%s.querySelector(%q)", frame(flow), selector)
}

// text is the expression for an element's text as it is read.
func text(flow, selector string) string {
	return part(flow, selector) + ".innerText.trim().replace(/\\s+/g, ' ')"
}

// spot is where the mouse must go to be on an element.
type spot struct {
	X, Y  float64
	Hit   bool // the page has been laid out, and nothing else is in the way
	Hover bool // the mouse is on it
}

// locate brings an element into view and tells where it is.
const locate = `(el => {
	if (!el) return {};
	el.scrollIntoView({block: 'center', inline: 'nearest', behavior: 'instant'});
	const box = el.getClientRects()[0] ?? {x: -1, y: -1, width: 0, height: 0};
	let x = box.x + box.width / 2, y = box.y + box.height / 2;
	const doc = el.ownerDocument, top = doc.elementFromPoint(x, y);
	let hit = top !== null && el.contains(top) && doc.readyState === 'complete' && document.fonts.status === 'loaded';
	const frame = doc.defaultView.frameElement;
	if (frame) {
		const at = frame.getBoundingClientRect();
		x += at.x + frame.clientLeft;
		y += at.y + frame.clientTop;
		hit &&= frame.ownerDocument.elementFromPoint(x, y) === frame;
	}
	return {X: x, Y: y, Hit: hit, Hover: el.matches(':hover')};
})(%s)`

// press clicks an element with the mouse, once it is there, nothing covers it
// and the mouse has come to be on it.
func (b *tab) press(flow, selector string) {
	b.t.Helper()
	at := b.aim(flow, selector)
	b.within(func(ctx context.Context) error { return b.engine.click(ctx, at.X, at.Y) })
}

// aim brings the mouse to be on an element.
func (b *tab) aim(flow, selector string) (at spot) {
	b.t.Helper()
	js := fmt.Sprintf(locate, part(flow, selector))
	isOn := func() bool {
		before := at
		got, err := try[spot](b, js)
		if at = got; err != nil || !at.Hit {
			return false
		}
		if at.Hover && at.X == before.X && at.Y == before.Y {
			return true
		}
		b.within(func(ctx context.Context) error { return b.engine.move(ctx, at.X, at.Y) })
		return false
	}
	b.when(isOn, func() string { return fmt.Sprintf("%s %q to be clicked: %+v\n%s", flow, selector, at, b.seen()) })
	return at
}

// keys presses keys, wherever the focus is.
func (b *tab) keys(keys ...string) {
	b.t.Helper()
	for _, k := range keys {
		b.within(func(ctx context.Context) error { return b.engine.key(ctx, k) })
	}
}

// logInByHand types a login into the form in a frame and sends it with Enter. What
// was sent before is shown by then: the page may move under the mouse until it is.
func (b *tab) logInByHand(flow, email, password string) {
	b.t.Helper()
	b.settled()
	b.press(flow, "nav a[href$=login]")
	b.until(part(flow, "main form[action$=login] [name=email]"))
	b.press(flow, "[name=email]")
	b.keys(email, kb.Tab, password, kb.Enter)
}

// start goes from the front page to a new bench, by its button, and waits until
// the bench is live.
func (b *tab) start() {
	b.t.Helper()
	b.open("/")
	b.press(onPage, "form[action='/bench'] button")
	b.live()
}

// live waits until the bench page listens and its frames show their apps.
func (b *tab) live() {
	b.t.Helper()
	b.until("document.documentElement.dataset.ready === 'true' && document.documentElement.dataset.stream === 'open'")
	for _, flow := range eval[[]string](b, "[...document.querySelectorAll('[data-frame]')].map((frame) => frame.dataset.frame)") {
		b.until(frame(flow) + ".readyState === 'complete' && " + part(flow, "main h1"))
	}
	b.settled()
}

// settled waits until the page shows everything that was recorded and sends
// nothing.
func (b *tab) settled() {
	b.t.Helper()
	b.until("!document.querySelector('main').hasAttribute('aria-busy')")
	newest := "Number(document.querySelector('#log a b')?.textContent ?? 0)"
	holds := func() bool {
		shown, err := try[int](b, newest)
		return err == nil && shown == b.recorded()
	}
	b.when(holds, func() string { return fmt.Sprintf("the journal to show %d\n%s", b.recorded(), b.seen()) })
}

// lane is what the page shows of a flow: the status, and what the server
// remembers.
func (b *tab) lane(flow string) string {
	b.t.Helper()
	got, err := try[string](b, text(onPage, "#heads .flow-"+flow+" .status")+" + '; ' + "+text(onPage, "#server .flow-"+flow+" .half h4 span"))
	if err != nil {
		return err.Error()
	}
	return got
}
