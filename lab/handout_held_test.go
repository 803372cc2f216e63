package lab_test

import (
	"context"
	"testing"

	"github.com/a-h/templ"

	"authlab/lab/journal"
	"authlab/lab/site/class"
	"authlab/lab/site/panes"
)

// weighed is a reader of something long, and what the process holds while it is written.
type weighed struct {
	before, most     uint64
	written, weighAt int
}

func (w *weighed) Write(b []byte) (int, error) {
	const often = 512 << 10 // bytes
	if w.written >= w.weighAt {
		w.weighAt = w.written + often
		w.most = max(w.most, heap())
	}
	w.written += len(b)
	return len(b), nil
}

// TestAHandoutIsMadeWhileItIsWritten weighs the process while the handouts of a full
// bench are written: they are made one exchange at a time.
func TestAHandoutIsMadeWhileItIsWritten(t *testing.T) {
	v := fullBench(t)
	in := lookedAt(t, v, at(1), 1)
	var hidden []*journal.Exchange // as a class keeps them
	for _, x := range in.Bench.Journal.Exchanges {
		masked, _ := class.Masked(x, v.id)
		hidden = append(hidden, masked)
	}
	in.Hide = func([]*journal.Exchange) []*journal.Exchange { return hidden }
	for name, handout := range map[string]func() templ.Component{
		"a bench's": func() templ.Component { return panes.Handout(panes.NewHandout(in.Bench, -1)) },
		"a class's": func() templ.Component { return class.ClassHandout(class.NewClassHandout(in)) },
	} {
		if err := handout().Render(context.Background(), &weighed{weighAt: 1 << 30}); err != nil { // what is worked out once, is now
			t.Fatal(err)
		}
		w := weighed{before: heap()}
		if err := handout().Render(context.Background(), &w); err != nil {
			t.Fatal(err)
		}
		const most = 2 << 20
		held := int64(w.most) - int64(w.before)
		t.Logf("%s handout of %d KiB holds %d KiB while it is written", name, w.written>>10, held>>10)
		if held > most || w.written < most {
			t.Errorf("%s handout of %d KiB holds %d KiB while it is written, more than %d", name, w.written>>10, held>>10, most>>10)
		}
	}
}
