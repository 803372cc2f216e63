package lab_test

import (
	"net/http"
	"strconv"
	"testing"

	"authlab/lab/bench"
)

// The demo logins, as a visitor reads them off the login page.
const (
	readerEmail, readerPassword       = "reader@library.test", "open-book"
	librarianEmail, librarianPassword = "librarian@library.test", "shelf-mark"
)

// By hand in the frames: the app's own links, typing, Enter. The page shows each
// exchange as it comes and follows to its step, without being loaded anew.
func TestLoginByHand(t *testing.T) {
	b := startLab(t, bench.Limits{}).browser(t)
	b.start()
	eval[any](b, "globalThis.sameDocument = true, null")
	b.press(inSession, "nav a[href$=profile]")
	b.until(part(inSession, "main form[action$=login]"))
	b.press(inToken, "nav a[href$=profile]")
	b.until(text(inToken, "main [role=alert]") + ".startsWith('401')")
	b.showsStep(0)

	b.logInByHand(inSession, readerEmail, readerPassword)
	shows(b, text(inSession, "main h1"), "Ravi Reader")
	b.logInByHand(inToken, librarianEmail, librarianPassword)
	shows(b, text(inToken, "main h1"), "Lin Librarian")
	b.showsStep(1)
	shows(b, "location.search", "?step=1&view=both")

	b.press(inSession, "nav a[href$=profile]")
	shows(b, "location.search", "?step=5&view=both")
	b.settled()
	b.press(inToken, "nav a[href$=profile]")
	b.showsStep(5)
	b.press(inSession, "nav form button")
	shows(b, text(inSession, "main p"), "You are not signed in.")
	b.settled()
	b.press(inToken, "nav form button")
	shows(b, text(inToken, "main p"), "You are not signed in.")
	b.showsStep(8)
	b.until("globalThis.sameDocument")
}

// What is wrong is said in the frame, and shown beside it.
func TestWrongPasswordByHand(t *testing.T) {
	b := startLab(t, bench.Limits{}).browser(t)
	b.start()
	for _, flow := range []string{inSession, inToken} {
		b.logInByHand(flow, readerEmail, "a guess")
		b.until(text(flow, "main [role=alert]") + ".length > 0")
		b.settled()
	}
	shows(b, "Number(document.querySelector('#stepper h2').dataset.n)", 1)
	shows(b, text(onPage, "#heads .flow-a .status"), "422 Unprocessable Entity")
	shows(b, text(onPage, "#heads .flow-b .status"), "400 Bad Request")
}

// newest is what the first row of the journal says.
const newest = "#log li:not(.asset)"

// What reaches the apps from elsewhere, a tab of its own or a client without a
// browser, appears in the journal of the open page.
func TestExchangesFromElsewhereAppear(t *testing.T) {
	b := startLab(t, bench.Limits{}).browser(t)
	b.start()
	eval[any](b, "globalThis.sameDocument = true, null")
	other := b.another()
	other.open("/bench/" + b.id() + "/session/profile")
	other.until("document.querySelector('main form[action$=login]')")
	b.settled()
	b.until(text(onPage, newest) + ".includes('GET session/login')")

	v := b.visitor()
	if got := v.send(t, "GET", v.path("/token/profile"), http.Header{"Authorization": {"Bearer not.a.token"}}, ""); got.status != http.StatusUnauthorized {
		t.Fatalf("a raw client's wrong token got %d", got.status)
	}
	b.until(text(onPage, newest) + ".includes('GET token/profile')")
	b.until("document.querySelector('" + newest + " a b').textContent === '" + strconv.Itoa(b.recorded()) + "'")
	b.until("globalThis.sameDocument")
	// What somebody else does is not followed: the visitor stays where they are.
	shows(b, "location.search", "")

	// Logging in in the tab logs the frame in as well: it is one browser.
	other.press(onPage, "main [name=email]")
	other.keys(readerEmail, "\t", readerPassword, "\r")
	shows(other, text(onPage, "main h1"), "Ravi Reader")
	b.settled()
	b.press(inSession, "nav a[href$=profile]")
	shows(b, text(inSession, "main h1"), "Ravi Reader")
}
