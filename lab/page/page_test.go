package page

import (
	"testing"
	"time"
)

func TestLasting(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Second: "1 s", 16 * time.Minute: "16 min", 70 * time.Minute: "1 h 10 min", 25*time.Hour + time.Second: "1 d 1 h 1 s",
	} {
		if got := lasting(d); got != want {
			t.Errorf("%s lasts %q, want %q", d, got, want)
		}
	}
}
