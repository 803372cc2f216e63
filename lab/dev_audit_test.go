//go:build audit

package lab_test

import (
	"testing"

	"authlab/lab/bench"
)

// Nor does any component in any of its states. Best practices are left out: a
// sheet of specimens has each landmark many times.
func TestAxeOnEveryState(t *testing.T) {
	b := startLab(t, bench.Limits{}, inDevelopment).browser(t)
	b.withAxe()
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{1440, 320} {
			b.auditOn(scheme, width)
			b.open("/dev/states")
			b.until("document.readyState === 'complete' && document.fonts.status === 'loaded'")
			for _, fold := range []string{"null", unfolded} {
				eval[any](b, fold)
				for _, f := range b.axe(wcag) {
					t.Errorf("%s, %d px: %s", scheme, width, f)
				}
			}
		}
	}
}
