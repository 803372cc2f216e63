package lab_test

import (
	"maps"
	"slices"
	"testing"
)

// TestTokenVariantsExplainThemselves looks up all that occurs where the token
// flow's knobs are turned.
func TestTokenVariantsExplainThemselves(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	for _, knobs := range [][]string{
		{"token.refresh", "detect", "token.revocation", "jti", "token.alg", "EdDSA"},
		{"token.refresh", "on", "token.revocation", "version", "token.keep", "cookie"},
		{"token.list", "on", "token.role", "off", "token.name", "off"},
	} {
		c := &client{visitor: w.visit(t)}
		c.turn(t, knobs...)
		c.live(t)
		missing, occurs := unexplained{}, map[string]int{}
		for _, x := range c.bench(t).Journal().Exchanges {
			missing.exchange(x, occurs)
		}
		for _, what := range slices.Sorted(maps.Keys(missing)) {
			t.Errorf("%q: %s has no explanation with a text, a source and an address", knobs, what)
		}
		if occurs["claim"] == 0 || occurs["member"] == 0 {
			t.Errorf("%q: %v were looked at", knobs, occurs)
		}
	}
}
