package lab_test

import (
	"maps"
	"slices"
	"testing"

	"authlab/lab/bench"
	"authlab/lab/journal"
)

// TestEveryValueExplainsItself looks up all that the lab's own run has, and all
// that a Chromium sent and got in the whole lesson.
func TestEveryValueExplainsItself(t *testing.T) {
	t.Parallel()
	w := startLab(t, bench.Limits{})
	b := w.browser(t)
	b.lessonTo(10)
	for name, xs := range map[string][]*journal.Exchange{"the sample run": w.lab.Sample().Exchanges, "Chromium": b.bench().Journal().Exchanges} {
		missing, occurs := unexplained{}, map[string]int{}
		for _, x := range xs {
			missing.exchange(x, occurs)
		}
		for _, what := range slices.Sorted(maps.Keys(missing)) {
			t.Errorf("%s: %s has no explanation with a text, a source and an address", name, what)
		}
		for _, kind := range []string{"method", "status", "header", "attribute", "parameter", "claim", "member", "value"} {
			if occurs[kind] == 0 {
				t.Errorf("%s: no %s was looked at", name, kind)
			}
		}
	}
}
