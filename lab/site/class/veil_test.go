package class

import (
	"bytes"
	"testing"

	"authlab/lab/journal"
)

// TestVeil masks each exchange once, and keeps what there is room for.
func TestVeil(t *testing.T) {
	t.Parallel()
	const id = "Y2KFSDTEFNQD3IG6J6LTLWX4SY"
	recorded := func(from, n int) (xs []*journal.Exchange) {
		for i := range n {
			xs = append(xs, &journal.Exchange{Number: from + i, Request: journal.Message{Bytes: []byte("GET /bench/" + id + "/session/ HTTP/1.1\r\n")}})
		}
		return xs
	}
	room, asked := int64(1<<20), int64(0)
	v := veil{id: id, spare: func(n int64) bool { asked = n; return n <= room }}
	hide := func(xs []*journal.Exchange) []*journal.Exchange {
		t.Helper()
		hidden := v.hide(xs)
		for i, x := range hidden {
			if x.Number != xs[i].Number || bytes.Contains(x.Request.Bytes, []byte(id[:8])) || !bytes.Contains(xs[i].Request.Bytes, []byte(id)) {
				t.Errorf("exchange %d became %d: %q", xs[i].Number, x.Number, x.Request.Bytes)
			}
		}
		return hidden
	}
	xs := recorded(1, 3)
	before, again := hide(xs[:2]), hide(xs)
	if before[0] != again[0] || before[1] != again[1] || len(v.of) != 3 || asked != v.held() || asked == 0 {
		t.Errorf("%d of three exchanges are kept in %d bytes, %d were asked for", len(v.of), v.held(), asked)
	}
	if fewer := hide(xs[:1]); fewer[0] != again[0] || len(v.of) != 3 {
		t.Error("what an earlier moment does not show is let go")
	}
	all := v.held()
	if fresh := hide(recorded(1, 1)); fresh[0] == again[0] || len(v.of) != 1 || v.held() >= all {
		t.Errorf("of a bench that was reset %d exchanges are kept", len(v.of))
	}
	room = 0
	v.drop()
	if once := hide(xs); once[0] == hide(xs)[0] || v.held() != 0 {
		t.Errorf("%d bytes are kept where there is room for none", v.held())
	}
}
