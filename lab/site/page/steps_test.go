package page

import "testing"

func TestHowMany(t *testing.T) {
	for n, want := range map[int]string{0: "No", 1: "One", 11: "Eleven", 12: "Twelve", 13: "13", 100: "100"} {
		if got := howMany(n); got != want {
			t.Errorf("%d is %q in words, want %q", n, got, want)
		}
	}
}
