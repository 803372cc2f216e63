package lab_test

import (
	"net/http"
	"strings"
	"testing"
)

// as sends a request as another client would, of which the User-Agent tells.
func (v *visitor) as(t testing.TB, agent, path string) answer {
	t.Helper()
	return v.send(t, "GET", path, http.Header{"User-Agent": {agent}}, "")
}

// A bench's link that is opened in another browser shows what was recorded, and not
// that this browser holds what another was given.
func TestAnotherBrowserHoldsNothing(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	r := &runner{visitor: w.visit(t)}
	r.step(t, 1)
	mine := textsOf(tree(t, r.get(t, r.path("?step=4")).body), "#holds-session, #holds-token")
	other := textsOf(tree(t, w.stranger(t).as(t, "Mozilla/5.0 Firefox/153.0", r.path("?step=4")).body), "#holds-session, #holds-token")
	for i, nothing := range []string{"No cookie of this app.", "No token."} {
		if strings.Contains(mine[i], nothing) || !strings.Contains(mine[i], "learned from exchange") {
			t.Errorf("the browser that has logged in is said to hold %q", mine[i])
		}
		if !strings.Contains(other[i], nothing) || !strings.Contains(other[i], "went to another client: Go-http-client/1.1, not to this browser.") {
			t.Errorf("another browser is said to hold %q", other[i])
		}
	}
}

// Each exchange is said to be sent by whoever has sent it, to the visitor and in
// class.
func TestSentBy(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	l := w.lecture(t)
	l.sends(t, 0)
	l.settled(t)
	w.stranger(t).as(t, "curl/8.5.0", l.runner.path("/session/profile"))
	l.runner.await(t, 3)
	bench := l.classroom.get(t, l.runner.path("?step=0")).body
	if by := textsOf(tree(t, bench), "#heads .what"); !strings.HasSuffix(by[0], "sent by another client: curl/8.5.0") || !strings.HasSuffix(by[1], "sent by you") {
		t.Errorf("on the bench the exchanges are %q", by)
	}
	student := w.stranger(t).get(t, l.room).body
	if by := textsOf(tree(t, student), "#heads .what"); !strings.HasSuffix(by[0], "sent by another client: curl/8.5.0") || !strings.HasSuffix(by[1], "sent by the instructor") {
		t.Errorf("in class the exchanges are %q", by)
	}
}

// Without scripts, pressing Send sends nothing, and the page says so.
func TestSendWithoutScriptsSaysWhatItDid(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	got := v.post(t, v.path("/step"), "step", "5", "view", "stateful")
	to := got.header.Get("Location")
	if got.status != http.StatusSeeOther || !strings.HasPrefix(to, v.path("?")) || !strings.Contains(to, "step=5") || !strings.Contains(to, "view=stateful") {
		t.Fatalf("it is answered with %d to %q", got.status, to)
	}
	address, _, _ := strings.Cut(to, "#")
	if body := v.get(t, address).body; !strings.Contains(body, "<b>Nothing was sent.</b>") || !strings.Contains(body, "you are at step 5") {
		t.Error("the page does not say that nothing was sent")
	}
	if body := v.get(t, v.path("?step=5")).body; strings.Contains(body, "Nothing was sent.") {
		t.Error("a page that nothing was pressed on says that nothing was sent")
	}
	if n := len(v.bench(t).Journal().Exchanges); n != 0 {
		t.Errorf("%d exchanges were recorded", n)
	}
}
