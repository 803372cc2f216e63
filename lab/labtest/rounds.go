// Package labtest is what tests of several packages share.
package labtest

import (
	"os"
	"testing"
)

// Full is the variable of the environment that, set to anything, has tests do as many
// rounds as make soak does.
const Full = "AUTHLAB_FULL"

// Rounds is how often a test tries what goes wrong at some moments only: few in a
// check, which suits a change, and full where [Full] is set, which is before a release.
// It logs which.
func Rounds(t testing.TB, few, full int) int {
	t.Helper()
	n := few
	if os.Getenv(Full) != "" {
		n = full
	}
	t.Logf("%d rounds; %d in a check, %d in a soak", n, few, full)
	return n
}
