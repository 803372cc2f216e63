package wall

import (
	"testing"

	"authlab/lab/plot"
)

// TestSightsAreDrawn holds the plot against what a projector can draw.
func TestSightsAreDrawn(t *testing.T) {
	used := map[plot.Sight]bool{}
	for _, s := range plot.Steps() {
		for _, sight := range []plot.Sight{s.Wire, s.Server, s.Browser} {
			if used[sight] = true; sight != plot.Nothing && sights[sight] == nil {
				t.Errorf("step %d shows what is %q, which nothing draws", s.Number, sight)
			}
		}
	}
	for sight := range sights {
		if !used[sight] {
			t.Errorf("what is %q is drawn, and no step shows it", sight)
		}
	}
}
