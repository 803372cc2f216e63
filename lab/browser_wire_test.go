package lab_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"authlab/lab/bench"
)

// rawText is the expression for a message as the page shows it, put together by
// the page's own copy button.
func rawText(id string) string {
	return fmt.Sprintf(`import(document.querySelector('script[type=module]').src.replace(/[^/]*$/, 'copy.js')).then((copy) => copy.rawText(document.getElementById(%q)))`, id)
}

// What the journal and the page show of Chromium's own requests equals, byte for
// byte, what a plain TCP relay between browser and lab saw.
func TestChromiumBytesEqualTheRelays(t *testing.T) {
	t.Parallel()
	w := startLab(t, bench.Limits{})
	through := startRelay(t, w)
	b := w.browser(t)
	b.base = "http://" + through.addr
	b.lessonTo(8)
	b.logInByHand(inToken, readerEmail, "a guess at “it”")
	b.until(text(inToken, "main [role=alert]") + ".length > 0")
	b.settled()

	j := b.visitor().journal(t, b.recorded())
	bySocket := map[int64][]pair{}
	for _, x := range j.Exchanges {
		if !x.Request.Complete || !x.Response.Complete || x.Request.Truncated || x.Response.Truncated {
			t.Errorf("exchange %d is not whole", x.Number)
		}
		bySocket[x.Connection] = append(bySocket[x.Connection], pair{string(x.Request.Bytes), string(x.Response.Bytes)})
	}
	var recorded [][]pair
	for _, list := range bySocket {
		recorded = append(recorded, list)
	}
	relayed := through.exchanges(b.id())
	if got, want := inOrder(recorded), inOrder(relayed); !slices.Equal(got, want) {
		got, want = without(got, want), without(want, got)
		t.Errorf("only the journal has\n%s\nonly the relay saw\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(relayed) < 2 {
		t.Errorf("Chromium used %d connections; this is a test of several", len(relayed))
	}
	b.showsBytes(j)
}

// inOrder writes lists of exchanges down so that they can be compared whatever
// the order of their connections.
func inOrder(lists [][]pair) (out []string) {
	for _, list := range lists {
		out = append(out, fmt.Sprintf("%q", list))
	}
	slices.Sort(out)
	return out
}

// without returns what only the first list has.
func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
}

// showsBytes looks at the page of every exchange, and at the bench's pages of
// the steps, and compares their text with the bytes of the journal.
func (b *tab) showsBytes(j recorded) {
	b.t.Helper()
	compare := func(x exchange, where string) {
		b.t.Helper()
		for id, want := range map[string]message{x.Flow + "-req": x.Request, x.Flow + "-res": x.Response} {
			if got := eval[string](b, rawText(id)); got != string(want.Bytes) {
				b.t.Errorf("%s shows %q as exchange %d's #%s, recorded %q", where, got, x.Number, id, want.Bytes)
			}
		}
	}
	for _, x := range j.Exchanges {
		path := fmt.Sprintf("/bench/%s/exchanges/%d", j.Bench.ID, x.Number)
		b.open(path)
		compare(x, path)
	}
	for step := range 9 {
		b.open(fmt.Sprintf("/bench/%s?step=%d", j.Bench.ID, step))
		b.live()
		for _, lane := range []string{".flow-session", ".flow-token"} {
			n := eval[int](b, "Number("+part(onPage, "#heads "+lane+" .what a")+".textContent.match(/\\d+/)[0])")
			compare(j.numbered(b.t, n), fmt.Sprintf("step %d", step))
		}
	}
}
