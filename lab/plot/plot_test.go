package plot

import (
	"slices"
	"testing"
)

// The plot is one piece: a step that looks again looks at one that sends, each shows
// something that is sent, and what sends needs something.
func TestPlot(t *testing.T) {
	if len(Steps()) != Last-First+1 {
		t.Fatalf("there are %d steps", len(Steps()))
	}
	for n, s := range Steps() {
		at := At(s.LooksAt)
		switch {
		case s.Number != n || !Valid(n):
			t.Errorf("step %d stands at %d", s.Number, n)
		case s.Sends() != (s.LooksAt == n) || !at.Sends():
			t.Errorf("step %d sends %v and looks at %d, which sends %v", n, s.Sends(), s.LooksAt, at.Sends())
		case s.Sends() != (s.Needs != NoNeed):
			t.Errorf("step %d sends %v and needs %q", n, s.Sends(), s.Needs)
		case s.Shows != at.Shows || !slices.Contains(at.Acts, s.Shows):
			t.Errorf("step %d shows %q, and step %d sends %q", n, s.Shows, s.LooksAt, at.Acts)
		}
	}
	if Valid(First-1) || Valid(Last+1) {
		t.Error("there are steps beyond the plot")
	}
}

func TestLabel(t *testing.T) {
	holds, not := Premise{}, Premise{First: []Deed{{Do: DoLogin}}, Does: "Log in again"}
	for _, c := range []struct {
		p            Premise
		action, want string
	}{
		{holds, "Ask for the profile", "Ask for the profile"},
		{not, "Ask for the profile", "Log in again, then ask for the profile"},
		{not, "", ""},
	} {
		if got := c.p.Label(c.action); got != c.want {
			t.Errorf("%q is labelled %q, want %q", c.action, got, c.want)
		}
	}
}
