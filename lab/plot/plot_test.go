package plot

import (
	"errors"
	"strconv"
	"testing"
)

// The plot is one piece: a step that looks again looks at one that sends, each shows
// something that is sent, and somewhere, and what sends needs something.
func TestPlot(t *testing.T) {
	t.Parallel()
	if len(Steps()) != Count || Last-First+1 != Count {
		t.Fatalf("there are %d steps, numbered from %d to %d, and %d are counted", len(Steps()), First, Last, Count)
	}
	for n, s := range Steps() {
		at := At(s.LooksAt)
		switch {
		case s.Number != n || !Valid(n) || LooksAt(n) != s.LooksAt:
			t.Errorf("step %d stands at %d", s.Number, n)
		case s.Sends() != (s.LooksAt == n) || !at.Sends():
			t.Errorf("step %d sends %v and looks at %d, which sends %v", n, s.Sends(), s.LooksAt, at.Sends())
		case s.Sends() != (s.Needs != NoNeed):
			t.Errorf("step %d sends %v and needs %q", n, s.Sends(), s.Needs)
		case s.Shows != at.Shows || !at.Does(s.Shows):
			t.Errorf("step %d shows %q, and step %d sends %q", n, s.Shows, s.LooksAt, at.Acts)
		case s.Wire == Nothing && s.Server == Nothing && s.Browser == Nothing:
			t.Errorf("step %d shows nothing", n)
		}
	}
	if Valid(First-1) || Valid(Last+1) || Valid(NoStep) {
		t.Error("there are steps beyond the plot")
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"0": First, "1": Login, strconv.Itoa(Last): Last, strconv.Itoa(Count): NoStep, "-1": NoStep, "": NoStep, "none": NoStep, "1e1": NoStep, "\t5": NoStep} {
		got, err := Parse(text)
		if got != want || (err == nil) != (want != NoStep) || err != nil && !errors.Is(err, ErrNumber) {
			t.Errorf("Parse(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
	if got, want := ErrNumber.Error(), "a step is a number from 0 to "+strconv.Itoa(Last); got != want {
		t.Errorf("the error says %q, want %q", got, want)
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
