package lab

import (
	"sync"
	"testing"

	"authlab/lab/site/page"
)

// However many ask at once to present a bench, it gets one class.
func TestPresentedAtOnce(t *testing.T) {
	t.Parallel()
	l, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.classes.Rooms.Stop()
	for range 100 {
		b := l.Benches().Make()
		var start, done sync.WaitGroup
		start.Add(1)
		for range 16 {
			done.Go(func() {
				start.Wait()
				if _, _, err := l.classes.Open(b, 0, page.ViewBoth); err != nil {
					t.Error(err)
				}
			})
		}
		start.Done()
		done.Wait()
	}
	if n := l.Classes(); n != 100 {
		t.Errorf("100 benches have %d classes", n)
	}
}
