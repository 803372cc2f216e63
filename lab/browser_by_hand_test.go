package lab_test

import (
	"net/http"
	"testing"

	"authlab/lab/bench"
)

// The demo logins, as a visitor reads them off the login page.
const (
	readerEmail, readerPassword       = "reader@library.test", "open-book"
	librarianEmail, librarianPassword = "librarian@library.test", "shelf-mark"
)

// arrives waits until the newest exchange that the page lists is the one named,
// "GET session/profile 200 OK", and the page shows all of it.
func (b *tab) arrives(what string) {
	b.t.Helper()
	const row = "#log li:not(.asset) "
	shows(b, text(onPage, row+"a")+".replace(/^\\d+ /, '') + ' ' + "+text(onPage, row+"a + .t"), what)
	b.settled()
}

// By hand in the frames: the app's own links, typing, Enter. The page shows each
// exchange as it comes and follows to its step, without being loaded anew.
func TestLoginByHand(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.start()
	eval[any](b, "globalThis.sameDocument = true, null")
	b.press(inSession, "nav a[href$=profile]")
	b.arrives("GET session/login 200 OK")
	b.press(inToken, "nav a[href$=profile]")
	b.arrives("GET token/profile 401 Unauthorized")
	b.showsStep(0)

	b.logInByHand(inSession, readerEmail, readerPassword)
	b.arrives("GET session/profile 200 OK")
	shows(b, text(inSession, "main h1"), "Ravi Reader")
	b.logInByHand(inToken, librarianEmail, librarianPassword)
	b.arrives("GET token/profile 200 OK")
	shows(b, text(inToken, "main h1"), "Lin Librarian")
	b.showsStep(1)
	shows(b, "location.search", "?step=1&view=both")

	b.press(inSession, "nav a[href$=profile]")
	b.until("location.search === '?step=5&view=both'")
	b.arrives("GET session/profile 200 OK")
	b.press(inToken, "nav a[href$=profile]")
	b.showsStep(5)
	b.press(inSession, "nav form button")
	b.arrives("GET session/ 200 OK")
	shows(b, text(inSession, "main p"), "You are not signed in.")
	b.press(inToken, "nav form button")
	b.arrives("POST token/logout 204 No Content")
	shows(b, text(inToken, "main p"), "You are not signed in.")
	b.showsStep(8)
	b.until("globalThis.sameDocument")
}

// What is wrong is said in the frame, and shown beside it.
func TestWrongPasswordByHand(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.start()
	b.logInByHand(inSession, readerEmail, "a guess")
	b.arrives("POST session/login 422 Unprocessable Entity")
	b.logInByHand(inToken, readerEmail, "a guess")
	b.arrives("POST token/login 400 Bad Request")
	for _, flow := range []string{inSession, inToken} {
		b.until(text(flow, "main [role=alert]") + ".includes('do not match')")
	}
	shows(b, "Number(document.querySelector('#stepper h2').dataset.n)", 1)
	shows(b, text(onPage, "#heads .flow-session .status"), "422 Unprocessable Entity")
	shows(b, text(onPage, "#heads .flow-token .status"), "400 Bad Request")
}

// What reaches the apps from elsewhere, a tab of its own or a client without a
// browser, appears in the journal of the open page.
func TestExchangesFromElsewhereAppear(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.start()
	eval[any](b, "globalThis.sameDocument = true, null")
	other := b.another()
	other.open("/bench/" + b.id() + "/session/profile")
	b.arrives("GET session/login 200 OK")

	v := b.visitor()
	if got := v.send(t, "GET", v.path("/token/profile"), http.Header{"Authorization": {"Bearer not.a.token"}}, ""); got.status != http.StatusUnauthorized {
		t.Fatalf("a raw client's wrong token got %d", got.status)
	}
	b.arrives("GET token/profile 401 Unauthorized")
	b.until("globalThis.sameDocument")
	// What somebody else does is not followed: the visitor stays where they are.
	shows(b, "location.search", "")

	// Logging in in the tab logs the frame in as well: it is one browser.
	other.press(onPage, "main [name=email]")
	other.keys(readerEmail, "\t", readerPassword, "\r")
	shows(other, text(onPage, "main h1"), "Ravi Reader")
	b.arrives("GET session/profile 200 OK")
	b.press(inSession, "nav a[href$=profile]")
	shows(b, text(inSession, "main h1"), "Ravi Reader")
}
