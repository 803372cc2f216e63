package lab_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"authlab/lab/bench"
)

// tab is a tab of a real browser. What a test does in it, it does with the
// mouse and the keyboard.
type tab struct {
	t      testing.TB
	w      *world
	base   string // the address of the lab, as this tab reaches it
	engine engine
	ctx    context.Context // the tab's for chromedp, where it is Chromium's
}

// browser returns a tab of a Chromium with a fresh profile: in the Chromium that
// tests share a browser context of its own, or, with options beside flags, a Chromium
// of its own.
func (w *world) browser(t testing.TB, more ...chromedp.ExecAllocatorOption) *tab {
	t.Helper()
	b := &tab{t: t, w: w, base: w.origin()}
	if len(more) > 0 {
		ctx, end, err := started(more...)
		b.must(err)
		t.Cleanup(end)
		b.ctx = ctx
		return b.begun()
	}
	from, err := together.start()
	b.must(err)
	ctx, end := chromedp.NewContext(from, chromedp.WithNewBrowserContext())
	t.Cleanup(end)
	b.ctx = ctx
	return b.begun()
}

// another opens a tab of the same profile in a window of its own. With
// chromedp.WithNewWindow(false) it is a tab of the same window, in front.
func (b *tab) another(options ...chromedp.ContextOption) *tab {
	b.t.Helper()
	ctx, end := chromedp.NewContext(b.ctx, options...)
	b.t.Cleanup(end)
	return (&tab{t: b.t, w: b.w, base: b.base, ctx: ctx}).begun()
}

// begun starts a tab of Chromium.
func (b *tab) begun() *tab {
	b.t.Helper()
	b.must(chromedp.Do(b.ctx))
	c, err := newChromium(b.ctx)
	b.must(err)
	b.engine = c
	return b
}

func (b *tab) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// do runs steps, none of which may take longer than guard.
func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, end := context.WithTimeout(b.ctx, guard)
	defer end()
	b.must(chromedp.Do(ctx, steps...))
}

// open goes to a path of the lab.
func (b *tab) open(path string) {
	b.t.Helper()
	b.within(func(ctx context.Context) error { return b.engine.open(ctx, b.base+path) })
}

// within does something of the engine's, which may not take longer than guard.
func (b *tab) within(deed func(context.Context) error) {
	b.t.Helper()
	ctx, end := context.WithTimeout(b.ctx, guard)
	defer end()
	b.must(deed(ctx))
}

// try evaluates an expression in the page, which may be between two documents.
func try[T any](b *tab, js string) (T, error) { return tryIn[T](b, onPage, js) }

// tryIn evaluates an expression as a script of the page in a flow's frame, or of
// the page itself.
func tryIn[T any](b *tab, flow, js string) (v T, err error) {
	ctx, end := context.WithTimeout(b.ctx, guard)
	defer end()
	raw, err := b.engine.evaluate(ctx, flow, js)
	if err != nil {
		return v, err
	}
	return decoded[T](raw)
}

// eval evaluates an expression in the page.
func eval[T any](b *tab, js string) T {
	b.t.Helper()
	v, err := try[T](b, js)
	if err != nil {
		b.t.Fatalf("%v in %s", err, js)
	}
	return v
}

// often is how often a condition is looked at. A page that runs no scripts
// cannot say itself when one holds.
const often = 10 * time.Millisecond

// when waits until a condition holds; what says for what, when it never does.
func (b *tab) when(holds func() bool, what func() string) {
	b.t.Helper()
	look, late := time.NewTicker(often), time.NewTimer(guard)
	defer look.Stop()
	defer late.Stop()
	for !holds() {
		select {
		case <-look.C:
		case <-late.C:
			b.t.Fatalf("waited %s for %s", guard, what())
		}
	}
}

// until waits until an expression is true.
func (b *tab) until(js string) {
	b.t.Helper()
	holds := func() bool { is, err := try[bool](b, "Boolean("+js+")"); return err == nil && is }
	b.when(holds, func() string { return js + "\n" + b.seen() })
}

// shows waits until an expression has a value.
func shows[T comparable](b *tab, js string, want T) {
	b.t.Helper()
	var got T
	holds := func() bool { v, err := try[T](b, js); got = v; return err == nil && v == want }
	b.when(holds, func() string { return fmt.Sprintf("%s to be %#v; it is %#v\n%s", js, want, got, b.seen()) })
}

// seen is what the tab shows, for a failure's message.
func (b *tab) seen() string {
	text, err := try[string](b, `location.href + '\n' + (document.getElementById('notice')?.textContent ?? '') + '\n' + document.body.innerText.slice(0, 600)`)
	if err != nil {
		return err.Error()
	}
	return text
}

// id is the id of the bench that the tab shows.
func (b *tab) id() string {
	b.t.Helper()
	path := eval[string](b, `location.pathname`)
	id, _, _ := strings.Cut(strings.TrimPrefix(path, "/bench/"), "/")
	return id
}

// visitor is a client without a browser at the tab's bench.
func (b *tab) visitor() *visitor {
	b.t.Helper()
	return &visitor{w: b.w, id: b.id(), client: b.w.client(b.t)}
}

// bench is the tab's bench from inside, at the server.
func (b *tab) bench() *bench.Bench {
	b.t.Helper()
	return (&visitor{w: b.w, id: b.id()}).bench(b.t)
}

// recorded is how many exchanges the tab's bench has recorded.
func (b *tab) recorded() int { return len(b.bench().Journal().Exchanges) }

// statuses of the exchanges from number after+1 on, as "POST session/login 303".
func (b *tab) sentSince(after int) (list []string) {
	b.t.Helper()
	v := b.visitor()
	for _, x := range v.journal(b.t, b.recorded()).Exchanges[after:] {
		line, _, _ := strings.Cut(string(x.Request.Bytes), " HTTP/")
		line = strings.Replace(line, "/bench/"+v.id+"/", "", 1)
		if strings.HasSuffix(line, ".css") || strings.HasSuffix(line, ".js") {
			continue
		}
		by := ""
		if x.By == "replay" {
			by = "copy: "
		}
		list = append(list, fmt.Sprintf("%s%s %d", by, line, x.Verdict.Answered))
	}
	return list
}
