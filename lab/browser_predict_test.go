package lab_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"authlab/content"
	"authlab/lab/bench"
	"authlab/lab/plot"
)

// points is where each part of the evidence is.
var points = map[string]string{
	"status": "#%s-res [data-field=start]", "set-cookie": "#%s-res [data-field=set-cookie]", "body": "#%s-res [data-field=body]",
	"cookie": "#%s-req [data-field=cookie]", "authorization": "#%s-req [data-field=authorization]", "storage": "#held-%s",
	"record": "#server .%s .half + .half", "check": "#server .%s .checks",
}

// point is the selector of what shows a prediction's result.
func point(p content.Prediction) string {
	flow := p.Point.Flow
	if p.Point.At == "record" || p.Point.At == "check" {
		flow = map[string]string{"session": "flow-session", "token": "flow-token"}[flow]
	}
	return fmt.Sprintf(points[p.Point.At], flow)
}

// question is the selector of a prediction on the page.
func question(p content.Prediction) string { return "#chapter [data-predict=" + p.Slug + "]" }

// asks waits until a question is in a state.
func (b *tab) asks(p content.Prediction, state string) {
	b.t.Helper()
	shows(b, "document.querySelector('"+question(p)+"')?.dataset.state", state)
}

// sends presses Next, which is expected to send, and waits for the step.
func (b *tab) sends(step int) {
	b.t.Helper()
	before := b.recorded()
	b.press(onPage, "#next")
	b.showsStep(step)
	if sent := b.sentSince(before); !slices.Equal(sent, lesson[step].sends) {
		b.t.Fatalf("step %d sent %q, want %q", step, sent, lesson[step].sends)
	}
}

// elsewhere is a line that shows no step's result.
const elsewhere = "#difference .said"

// Predict, send, observe, explain: a choice is locked in, the request sent, the
// line that shows the result clicked, and the explanation says what was
// predicted.
func TestPredictSendObserveExplain(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.start()
	right := true
	for step := range lesson {
		p := predictionAt(t, step)
		if !slices.Contains([]int{0, 1, 7, 9}, step) {
			b.next(step)
			continue
		}
		chosen := rights[p.Slug]
		if !right {
			chosen = (rights[p.Slug] + 1) % len(p.Options)
		}
		b.asks(p, "open")
		b.press(onPage, fmt.Sprintf("%s label:nth-of-type(%d)", question(p), chosen+1))
		b.press(onPage, question(p)+" button.go")
		b.asks(p, "locked")
		b.until(fmt.Sprintf("document.querySelector('%s li.chosen').innerText.startsWith(%q)", question(p), p.Options[chosen]))
		shows(b, focused+".id", "next")

		b.sends(step)
		b.asks(p, "sent")
		b.press(onPage, elsewhere)
		b.press(onPage, "#p-wire")
		b.settled()
		b.asks(p, "sent")
		b.until("!document.querySelector('" + question(p) + " .answer')")

		b.press(onPage, point(p))
		b.asks(p, "done")
		b.until("document.querySelector('" + question(p) + " .answer').checkVisibility()")
		shows(b, "document.querySelectorAll('"+question(p)+" li.truth').length", 1)
		verdict := map[bool]string{true: "You saw it coming.", false: "Not quite: here is what happened."}[right]
		shows(b, text(onPage, question(p)+" .verdict"), verdict)
		b.until(focused + ".matches('" + question(p) + " .answer')")
		right = !right
	}
	answers := b.bench().Answers()
	for step := range lesson {
		if _, answered := answers[predictionAt(t, step).Slug]; answered != (lesson[step].sends != nil) {
			t.Errorf("step %d: it was answered or skipped is %v", step, answered)
		}
	}
}

// Sending before a question was answered leads to it, once; sending again sends.
func TestSendLeadsToTheQuestionFirst(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.start()
	for step, p := range []content.Prediction{predictionAt(t, 0), predictionAt(t, 1)} {
		sent := b.recorded()
		b.press(onPage, "#next")
		b.until(focused + ".matches('" + question(p) + "')")
		b.until("(box => box.top >= 0 && box.bottom <= innerHeight)(" + focused + ".getBoundingClientRect())")
		b.until("document.querySelector('#notice').innerText.startsWith('First: ')")
		b.asks(p, "open")
		if b.recorded() != sent {
			t.Fatalf("the first press sent %q", b.sentSince(sent))
		}
		b.sends(step)
		b.asks(p, "done")
		b.until("!document.querySelector('" + question(p) + " .chosen')")
		if a, answered := b.bench().Answers()[p.Slug]; !answered || a.Option != 0 {
			t.Errorf("step %d is held as %+v, want skipped", step, a)
		}
	}
}

// Skipping is one press; locking in without a choice is none.
func TestSkipAQuestion(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.start()
	p := predictionAt(t, 0)
	b.press(onPage, question(p)+" button.go")
	b.until("document.querySelector('#notice').innerText.includes('Choose one of the answers first')")
	b.asks(p, "open")
	b.press(onPage, question(p)+" button[name=skip]")
	b.asks(p, "locked")
	b.sends(0)
	b.asks(p, "done")
}

// What happens meanwhile does not take a choice away that is not locked in.
func TestChoiceIsKeptAcrossLiveUpdates(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.start()
	b.open("/bench/" + b.id() + "?step=0")
	b.live()
	p := predictionAt(t, 0)
	b.press(onPage, question(p)+" label:nth-of-type(2)")
	v := b.visitor()
	v.logIn(t, reader) // which changes what stands below the question
	v.await(t, 2)
	b.settled()
	b.until("document.querySelector('#chapter [data-replay]')")
	shows(b, "document.querySelector('"+question(p)+" input:checked')?.value", "2")
}

// After a new start everything is asked again, and Send leads there again.
func TestStartingOverAsksAgain(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.start()
	p := predictionAt(t, 0)
	b.next(0)
	b.asks(p, "done")
	b.press(onPage, "#admin-reset summary")
	b.press(onPage, "form[action$=reset] button")
	b.asks(p, "open")
	b.live()
	b.press(onPage, "#next")
	b.until(focused + ".matches('" + question(p) + "')")
	if n := b.recorded(); n != 0 {
		t.Errorf("the first press after a new start sent %d requests", n)
	}
}

// With the keyboard alone: choose, lock in, send, point, read.
func TestPredictByKeyboard(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.start()
	p := predictionAt(t, 0)
	b.tabTo("#next")
	b.keys(kb.Enter)
	b.until(focused + ".matches('" + question(p) + "')")
	b.keys(kb.Tab)
	b.until(focused + ".matches('" + question(p) + " input[type=radio]')")
	b.keys(" ", kb.ArrowDown)
	shows(b, "document.querySelector('"+question(p)+" input:checked')?.value", "2")
	b.keys(kb.Tab)
	b.until(focused + ".matches('" + question(p) + " button.go:focus-visible')")
	b.keys(kb.Enter)
	b.asks(p, "locked")
	shows(b, focused+".id", "next")
	b.keys(kb.Enter)
	b.showsStep(0)
	b.asks(p, "sent")
	b.tabTo("#" + p.Point.Flow + "-res [data-field=start] a[data-gloss]")
	b.keys(kb.Enter)
	b.asks(p, "done")
	b.until("document.querySelector('" + question(p) + " .answer').checkVisibility()")

	next := predictionAt(t, 1)
	b.tabTo(question(next) + " input[type=radio]")
	b.keys(" ", kb.Enter) // Enter in a field sends its form
	b.asks(next, "locked")
	b.keys(kb.Enter)
	b.showsStep(1)
	b.asks(next, "sent")
	b.tabTo(question(next) + " [data-found] button")
	b.keys(kb.Enter)
	b.asks(next, "done")
	b.until(focused + ".matches('" + question(next) + " .answer')")
}

// Without scripts the same goes by forms.
func TestPredictWithoutScripts(t *testing.T) {
	t.Parallel()
	b := startWithoutScripts(t)
	p := predictionAt(t, 0)
	b.press(onPage, question(p)+" label:nth-of-type(1)")
	b.press(onPage, question(p)+" button.go")
	b.loaded("step=0")
	b.asks(p, "locked")
	b.until(part(inSession, "main h1"))
	b.press(inSession, "nav a[href$=profile]")
	b.until(part(inSession, "main form[action$=login]"))
	b.do(chromedp.Reload())
	b.loaded("/bench/")
	b.asks(p, "locked") // the answer is about both apps, and only one was asked
	b.until("document.querySelector('#difference .absent').innerText.length > 0")
	// The token app needs a client with a script, or one like curl.
	visitor := &visitor{w: b.w, id: b.id(), client: b.w.client(t)}
	visitor.get(t, visitor.path("/token/profile"))
	b.do(chromedp.Reload())
	b.loaded("/bench/")
	b.asks(p, "sent")
	b.press(onPage, question(p)+" [data-found] button")
	b.asks(p, "done")
	b.until("document.querySelector('" + question(p) + " .answer').innerText.length > 100")
	next := predictionAt(t, 1)
	b.press(onPage, question(next)+" button[name=skip]")
	b.asks(next, "locked")
}

// Each question of the lesson has a line to click on the page of its step.
func TestEveryResultCanBePointedAt(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.start()
	for step := range lesson {
		p := predictionAt(t, step)
		b.asks(p, "open")
		if _, err := try[any](b, "document.querySelector('"+question(p)+"').scrollIntoView()"); err != nil {
			t.Fatal(err)
		}
		b.press(onPage, question(p)+" label:nth-of-type(1)")
		b.press(onPage, question(p)+" button.go")
		if lesson[step].sends == nil {
			b.asks(p, "sent")
		} else {
			b.asks(p, "locked")
			b.sends(step)
			b.asks(p, "sent")
		}
		b.press(onPage, point(p))
		b.asks(p, "done")
		if step < plot.Last && lesson[step+1].sends == nil {
			b.press(onPage, "#next")
			b.showsStep(step + 1)
		}
	}
}
