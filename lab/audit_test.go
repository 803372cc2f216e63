//go:build audit

package lab_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"authlab/lab"
	"authlab/lab/bench"
)

// finding is a rule of axe-core that a page breaks, and where.
type finding struct {
	Rule, Help string
	Nodes      []string
}

func (f finding) String() string {
	return fmt.Sprintf("%s: %s\n\t\t%s", f.Rule, f.Help, strings.Join(f.Nodes, "\n\t\t"))
}

// unfolded opens every fold of the page and of its frames, so that nothing on
// it is left unread.
const unfolded = `(() => {
	for (const doc of [document, ...[...document.querySelectorAll('iframe')].map((f) => f.contentDocument)]) {
		for (const fold of doc.querySelectorAll('details')) fold.open = true;
	}
	return null;
})()`

// What axe-core is asked for: the rules of WCAG A and AA, in the frames too; those
// of them that other colours, or another layout, can break; and its best practices,
// the frames left out, because a page with the same app in two frames has two of
// every landmark. The apps are read on their own as well.
const (
	wcag    = `{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations']}`
	colours = `{runOnly: {type: 'rule', values: ['color-contrast', 'link-in-text-block']}, resultTypes: ['violations']}`
	layout  = `{runOnly: {type: 'rule', values: ['target-size', 'scrollable-region-focusable']}, resultTypes: ['violations']}`
	best    = `{runOnly: ['best-practice'], resultTypes: ['violations'], iframes: false}`
)

// axe has axe-core read the page.
func (b *tab) axe(options string) []finding {
	b.t.Helper()
	return eval[[]finding](b, `axe.run(document, `+options+`).then(({violations}) => violations.map((v) => ({
		Rule: v.id, Help: v.help,
		Nodes: v.nodes.map((n) => [n.target.join(' in '), n.html.slice(0, 160), n.failureSummary.replace(/\s+/g, ' ')].join('  ')),
	})))`)
}

// withAxe puts axe-core into every document that a tab opens from now on. The
// site's policy does not bind DevTools.
func (b *tab) withAxe() {
	b.t.Helper()
	source, err := os.ReadFile(os.Getenv("AXE"))
	if err != nil {
		b.t.Fatalf("AXE must name axe-core's axe.min.js; run make audit, which fetches it: %v", err)
	}
	_, err = chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: string(source)})
	b.must(err)
}

// auditOn gives the tab a width and the system's choice of light or dark.
func (b *tab) auditOn(scheme string, width int64) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(width, 900))
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}},
	})
	b.must(err)
}

// audit reports what axe-core finds on the pages, on a desk and on a phone, on
// light and on dark paper, folded and with every fold open; and what is wider
// than its window, which nothing may be down to 320 px.
func (b *tab) audit(t *testing.T, paths []string) {
	for _, path := range paths {
		b.auditOn("light", 1440)
		b.open(path)
		b.until("document.readyState === 'complete' && document.fonts.status === 'loaded' && document.querySelector('main h1') && !document.querySelector('main[aria-busy=true]')")
		if eval[bool](b, "document.querySelector('main[data-bench]') !== null") {
			b.live()
		}
		for _, width := range []int64{1440, 1024, 768, 720, 390, 320} {
			b.auditOn("light", width)
			if out := eval[[]string](b, wider); len(out) > 0 {
				t.Errorf("%s is wider than %d px: %q", path, width, out)
			}
		}
		found := map[string][]finding{"folded, light, 320 px": b.axe(layout)}
		b.auditOn("light", 1440)
		found["folded, light, 1440 px"] = b.axe(layout)
		eval[any](b, unfolded)
		for _, width := range []int64{1440, 390} {
			b.auditOn("light", width)
			found[fmt.Sprintf("light, %d px", width)] = b.axe(wcag)
			b.auditOn("dark", width)
			found[fmt.Sprintf("dark, %d px", width)] = b.axe(colours)
		}
		found["best practices"] = b.axe(best)
		for how, list := range found {
			for _, f := range list {
				t.Errorf("%s, %s: %s", path, how, f)
			}
		}
	}
}

// sitePages are the pages that belong to no bench.
func (b *tab) sitePages() []string {
	b.open("/learn")
	chapters := eval[[]string](b, "[...document.querySelectorAll('.chapter-list h2 a')].map((a) => a.pathname)")
	if len(chapters) < 2 {
		b.t.Fatalf("/learn lists the chapters %q", chapters)
	}
	return slices.Concat(
		[]string{"/", "/learn", "/learn/all", "/compare", "/compare/code", "/glossary", "/search?q=cookie", "/search?q=nothing+of+the+kind", "/inspect/token", "/inspect/cookie", "/nowhere"},
		chapters,
	)
}

// Nothing on the site breaks a rule of WCAG 2.2 at A or AA, as far as axe-core
// can tell.
func TestAxeOnSite(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.withAxe()
	b.audit(t, b.sitePages())
}

// Nor does the bench, at any step of the lesson, or the pages of what it sent.
func TestAxeOnBench(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.withAxe()
	b.open("/")
	b.lessonTo(len(lesson) - 1)
	at := "/bench/" + b.id()
	var paths []string
	for step := range lesson {
		paths = append(paths, fmt.Sprintf("%s?step=%d", at, step))
	}
	b.audit(t, append(paths, at+"?step=5&view=stateful", at+"?step=5&view=stateless", at+"/code", at+"/handout", "/inspect/token?bench="+b.id()+"&exchange=6", "/inspect/cookie?bench="+b.id()+"&exchange=4", at+"/exchanges/4", at+"/exchanges/6", at+"/handout?step=3"))
}

// Nor do the windows of a class, in each phase of a question, with each overlay, and
// once it has ended; nor the pages around it.
func TestAxeOnClass(t *testing.T) {
	t.Parallel()
	driver := startLab(t, lifted).teach(t)
	b := driver.another()
	b.withAxe()
	room := driver.room()
	windows := []string{room, room + "/drive", room + "/projector", room + "/clicker"}
	b.audit(t, append([]string{"/j", "/j?code=nothing", "/j/AAAA-AAAA", room + "/invite/used", room + "/handout"}, windows...))
	driver.inFront()
	driver.teaches(1)
	driver.keys("p")
	b.audit(t, windows)
	driver.keys("p")
	b.audit(t, windows)
	driver.keys("p", "p", "r")
	driver.when(func() bool { return !driver.goesOn("send") }, func() string { return "the answer" })
	b.audit(t, windows)
	driver.keys("x")
	b.audit(t, windows[2:3])
	for _, overlay := range []string{"j", "o", "b"} {
		driver.keys(overlay)
		b.audit(t, windows[2:3])
	}
	driver.keys("b")
	driver.teaches(10)
	b.audit(t, append(windows, room+"?step=4", room+"/handout"))
	driver.press(onPage, `[popovertarget="end"]`)
	driver.press(onPage, `#end [data-act="end"] button`)
	driver.until(`document.querySelector('main').innerText.includes('This class has ended')`)
	b.audit(t, append(windows, room+"/handout"))
}

// Nor do a bench that nothing was sent on yet and, on their own, the two apps:
// as a stranger sees them and as somebody who has logged in does.
func TestAxeOnApps(t *testing.T) {
	t.Parallel()
	b := startLab(t, lifted).browser(t)
	b.withAxe()
	b.start()
	at := "/bench/" + b.id()
	b.audit(t, []string{at, at + "/session/", at + "/session/login", at + "/token/", at + "/token/#/login", at + "/sealed/login", at + "?lanes=session,token,sealed"})
	b.open(at)
	b.live()
	b.next(0)
	b.next(1)
	b.audit(t, []string{at + "/session/", at + "/session/profile", at + "/session/desk", at + "/token/", at + "/token/#/profile", at + "/token/#/desk"})
}

// Nor do the self-check, on this machine, where it shows the address for a class,
// and on a local network; and the pages that came over plain http by an address
// that the browser does not trust.
func TestAxeOnALocalNetwork(t *testing.T) {
	t.Parallel()
	for _, host := range append([]string{"127.0.0.1"}, untrusted(t)...) {
		b := browserAt(t, host, lifted, func(c *lab.Config) { c.Addresses = []string{"http://192.168.7.20:8080"} })
		b.withAxe()
		checkedIn(b)
		paths := []string{"/check", eval[string](b, "location.pathname"), "/"}
		b.start()
		b.audit(t, append(paths, "/bench/"+b.id()))
	}
}
