//go:build audit

package lab_test

import (
	"testing"

	"authlab/lab/bench"
)

// Nor does any component in any of its states. Best practices are left out: a
// sheet of specimens has each landmark many times.
func TestAxeOnEveryState(t *testing.T) {
	t.Parallel()
	b := startLab(t, bench.Limits{}, inDevelopment).browser(t)
	b.withAxe()
	for _, width := range []int64{1440, 320} {
		b.auditOn("light", width)
		b.open("/dev/states")
		b.until("document.readyState === 'complete' && document.fonts.status === 'loaded'")
		found := map[string][]finding{"folded": b.axe(layout)}
		eval[any](b, unfolded)
		found["light"] = b.axe(wcag)
		b.auditOn("dark", width)
		found["dark"] = b.axe(colours)
		for how, list := range found {
			for _, f := range list {
				t.Errorf("%s, %d px: %s", how, width, f)
			}
		}
	}
}
