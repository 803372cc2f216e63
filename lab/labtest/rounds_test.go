package labtest

import "testing"

func TestRounds(t *testing.T) {
	for value, want := range map[string]int{"": 2, "1": 50, "yes": 50} {
		t.Setenv(Full, value)
		if got := Rounds(t, 2, 50); got != want {
			t.Errorf("%s=%q: %d rounds, want %d", Full, value, got, want)
		}
	}
}
