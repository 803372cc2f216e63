package lab_test

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"authlab/lab/bench"
)

// gate is a way to the lab that can be shut and opened again, as a network is.
type gate struct {
	to, addr string

	mu     sync.Mutex
	listen net.Listener
	conns  []net.Conn
}

// newGate opens a gate to the lab, which is shut when the test ends.
func newGate(t testing.TB, w *world) *gate {
	t.Helper()
	g := &gate{to: w.addr, addr: "127.0.0.1:0"}
	g.open(t)
	g.addr = g.listen.Addr().String()
	t.Cleanup(g.shut)
	return g
}

func (g *gate) open(t testing.TB) {
	t.Helper()
	ln, err := net.Listen("tcp", g.addr)
	if err != nil {
		t.Fatal(err)
	}
	g.mu.Lock()
	g.listen = ln
	g.mu.Unlock()
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go g.pass(conn)
		}
	}()
}

func (g *gate) pass(from net.Conn) {
	to, err := net.Dial("tcp", g.to)
	if err != nil {
		_ = from.Close()
		return
	}
	g.mu.Lock()
	g.conns = append(g.conns, from, to)
	g.mu.Unlock()
	end := sync.OnceFunc(func() { _, _ = from.Close(), to.Close() })
	go func() { defer end(); _, _ = io.Copy(to, from) }()
	defer end()
	_, _ = io.Copy(from, to)
}

// shut ends every connection and takes no new one.
func (g *gate) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	_ = g.listen.Close()
	for _, c := range g.conns {
		_ = c.Close()
	}
	g.conns = nil
}

// shownNotice is the expression for what the page says to those who see it.
const shownNotice = "[...document.querySelectorAll('#notice:not(.quietly)')].map((el) => el.innerText.trim().replace(/\\s+/g, ' ')).join('')"

// onScreen is what a visitor reads of the lanes.
const onScreen = "['chapter', 'heads', 'wire', 'server'].map((id) => document.getElementById(id).innerText).join('\\n')"

// When the lab is out of reach the page says so and stays as it was; when it is
// back the page goes on by itself.
func TestConnectionLostIsSaidAndMended(t *testing.T) {
	w := startLab(t, bench.Limits{})
	g := newGate(t, w)
	b := w.browser(t)
	b.base = "http://" + g.addr
	b.lessonTo(1)
	seen := eval[string](b, onScreen)

	g.shut()
	shows(b, shownNotice, "Connection lost; trying again. Your bench stays as it is.")
	b.press(onPage, "#again")
	b.until("!document.querySelector('main').hasAttribute('aria-busy')")
	shows(b, shownNotice, "The lab does not answer. What you see stays as it was. Try again")
	b.press(onPage, ".ruler li:nth-child(3) a")
	shows(b, shownNotice, "The lab does not answer. What you see stays as it was. Try again")
	if now := eval[string](b, onScreen); now != seen {
		t.Errorf("without the lab the page shows\n%s\ninstead of\n%s", now, seen)
	}

	g.open(t)
	b.until("document.documentElement.dataset.stream === 'open'")
	shows(b, shownNotice, "")
	b.press(onPage, ".ruler li:nth-child(2) a")
	b.showsStep(1)
	for n := 2; n <= 5; n++ {
		b.next(n)
	}
}

// A bench that has ended says so once; what was on screen stays, and there is a
// way on.
func TestExpiredBenchKeepsTheScreen(t *testing.T) {
	w := startLab(t, bench.Limits{})
	b := w.browser(t)
	b.lessonTo(1)
	seen := eval[string](b, onScreen)
	w.lab.Benches().Drop(b.id())
	shows(b, shownNotice, "This bench has expired, or the lab was restarted. What was on screen stays. Make a new bench")
	b.press(onPage, "#next")
	b.until(shownNotice + ".includes('Make a new bench')")
	if now := eval[string](b, onScreen); now != seen {
		t.Errorf("after its end the page shows\n%s\ninstead of\n%s", now, seen)
	}
	b.press(onPage, "#shownNotice a")
	b.until("location.pathname === '/'")
}

// While a step is sent the primary button says so, and nothing moves.
func TestSendingIsShown(t *testing.T) {
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
