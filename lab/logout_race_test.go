package lab_test

import (
	"net/http"
	"testing"

	"authlab/lab/labtest"
)

// TestLogoutIsFinalOverTheWire holds a request in flight during a logout, over
// real connections: "100 Continue" says that the app is reading the content,
// and so has loaded the session; the content is sent once the logout has been
// answered. Packages bench and store do the same many times without the wire.
func TestLogoutIsFinalOverTheWire(t *testing.T) {
	t.Parallel()
	rounds := labtest.Rounds(t, 10, 40)
	v := startLab(t, lifted).visit(t)
	for range rounds {
		if got := v.post(t, v.path("/session/login"), "email", reader.Email, "password", reader.Password); got.status != http.StatusSeeOther {
			t.Fatalf("login: %d", got.status)
		}
		sid := v.sid()
		slow := v.w.dial(t)
		slow.send(lines("POST "+v.path("/session/login")+" HTTP/1.1", "Host: a", "Cookie: sid="+sid, "Expect: 100-continue",
			"Content-Type: application/x-www-form-urlencoded", "Content-Length: 7"))
		if _, err := slow.reader.Peek(len("HTTP/1.1 100 Continue\r\n\r\n")); err != nil {
			t.Fatal(err)
		}
		if got := v.post(t, v.path("/session/logout")); got.status != http.StatusSeeOther {
			t.Fatalf("logout: %d", got.status)
		}
		slow.send("email=a")
		if got := slow.answer(t, "POST"); got.status != http.StatusBadRequest {
			t.Fatalf("the slow request is answered with %d", got.status)
		}
		_ = slow.Close()
		again := lines("GET "+v.path("/session/profile")+" HTTP/1.1", "Host: a", "Cookie: sid="+sid, "Connection: close")
		if got := v.w.ask(t, again); got.status != http.StatusSeeOther {
			t.Fatalf("the profile answers %d to a session that has ended", got.status)
		}
	}
	refused := 0
	for _, x := range v.journal(t, 4*rounds).Exchanges {
		refused += len(x.events("record.refused"))
		if len(x.events("record.refused")) > 0 && len(x.After.Records) != 0 {
			t.Errorf("exchange %d: a refused write left %d records", x.Number, len(x.After.Records))
		}
	}
	if refused != rounds {
		t.Errorf("%d late writes were refused, want one in each of %d rounds", refused, rounds)
	}
}
