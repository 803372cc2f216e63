package source

import (
	"testing"

	"authlab/lab/journal"
)

// Of the two handlers of one deed, the one that was asked ran.
func TestTheHandlerThatWasAskedIsShown(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		line          string
		profile, desk bool
	}{
		{"GET /bench/X/session/profile HTTP/1.1", true, false},
		{"GET /bench/X/session/profile?from=/desk HTTP/1.1", true, false},
		{"GET /bench/X/session/desk HTTP/1.1", false, true},
	} {
		x := &journal.Exchange{Flow: journal.Session, Request: journal.Message{Bytes: []byte(c.line + "\r\n\r\n")}}
		if wasAsked("profile", x) != c.profile || wasAsked("desk", x) != c.desk || !wasAsked("account", x) {
			t.Errorf("%s: the profile ran %v, the desk %v", c.line, wasAsked("profile", x), wasAsked("desk", x))
		}
	}
}
