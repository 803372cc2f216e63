package lab_test

import (
	"net/http"
	"strings"
	"testing"

	"authlab/lab/bench"
)

// TestALongMessageStaysOpen asks for all of a long message, and lets more happen: what
// was opened stays, while all around it is replaced.
func TestALongMessageStaysOpen(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}).browser(t)
	b.start()
	v := b.visitor()
	long := strings.Repeat("a", 20<<10)
	v.post(t, v.path("/session/login"), "email", long+"@a.test", "password", "a guess")
	n := b.recorded()
	x, _ := b.bench().Journal().Exchange(n)
	b.open(v.path("?step=1"))
	b.live()

	b.press(onPage, "#session-req [data-all]")
	b.until("document.querySelector('#session-req[data-whole]')")
	wants := func(when string) {
		t.Helper()
		if got, want := eval[string](b, rawText("session-req")), string(x.Request.Bytes); got != want {
			t.Errorf("%s the page shows %d bytes of a message of %d", when, len(got), len(want))
		}
		if !eval[bool](b, "document.querySelector('#session-req details.whole').open") {
			t.Errorf("%s its content is folded", when)
		}
	}
	wants("once it was asked for,")

	sent := "document.querySelector('#wire .flow-token [data-field=start]')?.textContent.includes('/token/login')"
	if eval[bool](b, "Boolean("+sent+")") {
		t.Fatal("the other lane shows it already: nothing would be replaced")
	}
	v.send(t, "POST", v.path("/token/login"), http.Header{"Content-Type": {"application/json"}}, `{"email":"`+librarian.Email+`","password":"`+librarian.Password+`"}`)
	b.until(sent)
	b.settled()
	wants("after another event")

	// Another message of the same place is another one.
	v.post(t, v.path("/session/login"), "email", long+"@b.test", "password", "a guess")
	b.until("document.querySelector('#session-req [data-all]') && !document.querySelector('#session-req[data-whole]')")
}
