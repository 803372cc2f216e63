package sealed

import (
	"net/http"
	"strings"
	"testing"
)

// The longest session that fits is given, and one byte more is not.
func TestLongestCookie(t *testing.T) {
	w := newWorld(t)
	var given, refused int // bytes of the longest and of the shortest
	for n := 2700; n < 2900; n++ {
		c := config(w)
		c.Variant.List = []string{strings.Repeat("x", n)}
		w.apps[base] = New(c)
		w.newClient()
		switch answer := w.logIn("reader"); answer.Code {
		case http.StatusSeeOther:
			given = len("sealed") + len(w.session())
			if refused != 0 || given > maxCookie {
				t.Fatalf("a list of %d is given in %d bytes", n, given)
			}
		case http.StatusInternalServerError:
			refused = n
		default:
			t.Fatalf("the code is %d", answer.Code)
		}
	}
	if given < maxCookie-2 || refused == 0 {
		t.Errorf("the longest has %d bytes; refused was %d", given, refused)
	}
}
