package lab_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"authlab/lab/bench"
	"authlab/lab/journal"
	"authlab/lab/plot"
)

// turnByHand opens the knobs of a group, chooses the first value after the one
// that a knob has whose name begins with the given letters, by keyboard. It goes from
// one to the next: where letters are typed, a second between two begins a new word.
func (b *tab) turnByHand(group, knob, letters string) {
	b.t.Helper()
	for _, fold := range []string{"#admin-settings", "#knobs-" + group} {
		if !eval[bool](b, "document.querySelector('"+fold+"').open") {
			b.press(onPage, fold+" > summary")
		}
	}
	b.tabTo(`[name="` + knob + `"]`)
	list := `document.querySelector('[name="` + knob + `"]')`
	chosen := fmt.Sprintf("%s.selectedOptions[0].label.trim().toLowerCase().startsWith(%q)", list, strings.ToLower(letters))
	b.keys(kb.ArrowDown)
	for range 2 * eval[int](b, list+".length") {
		if eval[bool](b, chosen) {
			return
		}
		next := kb.ArrowDown
		if eval[bool](b, list+".selectedIndex === "+list+".length - 1") {
			next = kb.Home
		}
		b.keys(next)
	}
	b.t.Fatalf("%s has no value that begins with %q", knob, letters)
}

func (b *tab) setUpSo() {
	b.t.Helper()
	before := len(b.bench().Journal().Actions)
	b.press(onPage, "#admin-settings .acts .btn")
	b.when(func() bool { return len(b.bench().Journal().Actions) > before }, func() string { return "the knobs to be turned\n" + b.seen() })
	b.settled()
}

// Knobs are turned by hand and by keyboard; the page says which, keeps its folds
// open, and keeps what is chosen and not sent when something arrives meanwhile.
func TestKnobsByHand(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.start()
	b.turnByHand("Session", "session.same_site", "SameSite=S")
	b.turnByHand("Session", "session.http_only", "a")
	v := b.visitor()
	v.get(t, v.path("/token/"))
	v.await(t, b.recorded())
	b.settled()
	shows(b, `document.querySelector('[name="session.same_site"]').value`, "Strict")
	shows(b, `document.querySelector('[name="session.http_only"]').value`, "off")
	b.setUpSo()
	b.until("document.querySelector('#admin-settings').open && document.querySelector('#knobs-Session').open")
	shows(b, text(onPage, "#admin-settings > summary .mark"), "2 turned")
	if s := b.bench().Settings().Session; s.SameSite != "Strict" || s.HTTPOnly != "off" {
		t.Errorf("the bench is set up with %+v", s)
	}
	b.next(0)
	b.pressNext()
	b.until(text(onPage, "#heads .flow-session .turned") + ".includes('SameSite=Strict')")
	b.until("!document.querySelector('#heads .flow-token .turned')")
	b.until("document.querySelector('[data-readable=session]').innerText.includes('sid=')") // scripts can read it now
	b.showsStep(1)                                                                          // both flows: what arrives while the form is pressed would replace it
	b.press(onPage, "#admin-settings .acts .quiet")
	b.until("!document.querySelector('#admin-settings > summary .mark')")
	b.until(text(onPage, "#heads .flow-session .turned") + ".includes('SameSite=Strict')") // the exchange met them
}

// A cookie that the browser refuses does not come back: the lesson goes on, says
// so, and does not claim that the browser holds it.
func TestRefusedCookieDoesNotComeBack(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.start()
	b.turnByHand("Session", "session.same_site", "SameSite=N")
	b.setUpSo()
	b.until("document.querySelector('#admin-settings .notes').innerText.includes('SameSite=None without Secure')")
	b.next(0)
	b.pressNext()
	b.until(notice + ".includes('The session app does not know you')")
	b.until(text(onPage, "#heads .flow-token .status") + " === '200 OK'")
	b.until("document.querySelector('#held-session').innerText.includes('refused')")
	for _, x := range b.bench().Journal().Exchanges {
		if x.Flow == journal.Session && setCookie(x) == "" && len(x.After.Records) > 0 && status(x) == 200 && x.Step == plot.AskAgain {
			t.Errorf("exchange %d knows the visitor", x.Number)
		}
	}
	b.settled()
	b.press(onPage, ".ruler li:nth-child(9) a")
	shows(b, "Number(document.querySelector('#stepper h2').dataset.n)", 8) // not the step before it, which could still be sent
	b.settled()
	b.pressNext()
	b.until(notice + ".includes('The session app does not know you')")
	b.until(text(onPage, "#heads .flow-token .status") + " === '204 No Content'")
}

// Without scripts the form comes back to the page, which says what was turned.
func TestKnobsWithoutScripts(t *testing.T) {
	t.Parallel()
	b := startWithoutScripts(t)
	b.turnByHand("Session", "session.logout", "only")
	b.press(onPage, "#admin-settings .acts .btn")
	b.loaded("step=0")
	shows(b, text(onPage, "#admin-settings > summary .mark"), "1 turned")
}
