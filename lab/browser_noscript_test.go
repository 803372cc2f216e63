package lab_test

import (
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"authlab/lab/bench"
)

// withoutScripts switches scripts off in a tab. What the test evaluates still
// runs, because DevTools asks and not the page.
func (b *tab) withoutScripts() *tab {
	b.t.Helper()
	_, err := chromedp.Call[emulation.SetScriptExecutionDisabledParams, cdp.Empty](b.ctx,
		emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.must(err)
	return b
}

// startWithoutScripts goes from the front page to a new bench.
func startWithoutScripts(t *testing.T) *tab {
	t.Helper()
	b := startLab(t, bench.Limits{}).browser(t).withoutScripts()
	b.open("/")
	b.press(onPage, "form[action='/bench'] button")
	b.loaded("/bench/")
	b.until(part(inSession, "main h1"))
	return b
}

// loaded waits until a document whose address contains part has been loaded.
func (b *tab) loaded(part string) {
	b.t.Helper()
	b.until("document.readyState === 'complete' && location.href.includes('" + part + "') && document.querySelector('main')")
}

// Without scripts the toggle, the steps and their permalinks are links, and no
// control that needs a script is shown.
func TestBenchWithoutScripts(t *testing.T) {
	t.Parallel()
	b := startWithoutScripts(t)
	b.until("!('ready' in document.documentElement.dataset)")
	b.press(onPage, ".ruler li:nth-child(4) a")
	b.loaded("step=3")
	b.press(onPage, ".seg a[data-view=stateless]")
	b.loaded("step=3&view=stateless")
	b.until("document.querySelector('#wire .flow-session').getClientRects().length === 0")
	b.until("document.querySelector('#wire .flow-token').getClientRects().length === 1")
	b.press(onPage, "#next")
	b.loaded("step=4&view=stateless")
	b.press(onPage, "#back")
	b.loaded("step=3&view=stateless")
	for _, needsScript := range []string{"[data-copy]", "[data-scripted]", "[data-theme-menu]"} {
		b.until("[...document.querySelectorAll('" + needsScript + "')].every((el) => el.getClientRects().length === 0)")
	}
	b.until("document.querySelector('[data-readable=session]').innerText.includes('scripts')")
	b.until("[...document.querySelectorAll('noscript')].some((el) => el.getClientRects().length > 0)")
}

// Send says what it did without scripts: nothing.
func TestSendWithoutScripts(t *testing.T) {
	t.Parallel()
	b := startWithoutScripts(t)
	b.press(onPage, "#next")
	b.loaded("step=0")
	b.until("document.querySelector('#unsent')?.innerText.startsWith('Nothing was sent.')")
	b.until("document.querySelector('#unsent').getBoundingClientRect().top >= 0")
	b.press(onPage, ".ruler li:nth-child(2) a")
	b.loaded("step=1")
	b.until("!document.querySelector('#unsent')")
}

// The session app works in its frame; what was recorded is there after a reload.
// The token app says that it cannot.
func TestAppsWithoutScripts(t *testing.T) {
	t.Parallel()
	b := startWithoutScripts(t)
	b.until(text(inToken, "main h1") + " === 'This page needs scripts'")
	b.press(inSession, "nav a[href$=profile]")
	b.until(part(inSession, "main form[action$=login]"))
	b.press(inSession, "main [name=email]")
	b.keys(readerEmail, "\t", readerPassword, "\r")
	shows(b, text(inSession, "main h1"), "Ravi Reader")
	b.do(chromedp.Reload())
	b.loaded("/bench/")
	b.press(onPage, ".ruler li:nth-child(2) a")
	b.loaded("step=1")
	shows(b, text(onPage, "#heads .flow-session .status"), "303 See Other")
	b.until("document.querySelector('#session-req').textContent.includes('POST /bench/')")

	// An explanation stands at the link's target.
	b.press(onPage, "#session-res a[data-gloss]")
	b.until("location.hash.startsWith('#session-res-g')")
	b.until("document.querySelector(location.hash).getClientRects().length > 0")
}

// The administrator's forms come back to the step that they were sent from.
func TestAdministratorWithoutScripts(t *testing.T) {
	t.Parallel()
	b := startWithoutScripts(t)
	b.press(inSession, "nav a[href$=profile]")
	b.until(part(inSession, "main form[action$=login]"))
	b.press(inSession, "main [name=email]")
	b.keys(librarianEmail, "\t", librarianPassword, "\r")
	shows(b, text(inSession, "main h1"), "Lin Librarian")

	b.open("/bench/" + b.id() + "?step=7&view=stateful")
	b.press(onPage, "[data-role=librarian]")
	b.until("document.querySelector('#log .deed')?.innerText.includes('from staff to member')")
	b.loaded("step=7&view=stateful")
	b.press(inSession, "nav a[href$=profile]")
	shows(b, text(inSession, "main p"), "Your role is member. You may")

	b.open("/bench/" + b.id() + "?step=9&view=both")
	b.press(onPage, "[data-replay=session]")
	b.until("document.querySelector('#heads .flow-session .what')?.innerText.includes('another client')")
	shows(b, text(onPage, "#heads .flow-session .status"), "200 OK")

	b.open("/bench/" + b.id() + "?step=10&view=both")
	b.press(onPage, "#admin-clock [value='1h']")
	b.until("document.querySelector('#admin-clock').innerText.includes('moved forward by 1 h')")
	b.press(inSession, "nav a[href$=profile]")
	b.until(part(inSession, "main form[action$=login]"))

	b.press(onPage, "#admin-reset summary")
	b.press(onPage, "form[action$=reset] button")
	b.until("!document.querySelector('#log .deed')")
	b.loaded("step=10&view=both")
}
