package class

import (
	"strconv"
	"testing"

	"authlab/lab/share"
)

// TestGuestsAreBounded: who was not seen for longest is forgotten.
func TestGuestsAreBounded(t *testing.T) {
	t.Parallel()
	g := newGuests()
	for i := range 2 * maxGuests {
		g.welcome(share.Client(strconv.Itoa(i)), "AAAA-AAAA")
	}
	if len(g.by) != maxGuests || !g.knows(share.Client(strconv.Itoa(2*maxGuests-1)), "AAAA-AAAA") || g.knows("0", "AAAA-AAAA") {
		t.Errorf("%d guests are remembered", len(g.by))
	}
}
