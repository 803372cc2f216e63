package page

import (
	"testing"
	"time"
)

func TestLasting(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Second: "1 s", 16 * time.Minute: "16 min", 70 * time.Minute: "1 h 10 min", 25*time.Hour + time.Second: "1 d 1 h 1 s",
	} {
		if got := Lasting(d); got != want {
			t.Errorf("%s lasts %q, want %q", d, got, want)
		}
	}
}

func TestAway(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for d, want := range map[time.Duration]string{
		5 * time.Second: "in 5 s", 59*time.Second + 999*time.Millisecond: "in 59 s", time.Minute: "in 1 min", 119 * time.Minute: "in 119 min",
		2 * time.Hour: "in 2 h", 47 * time.Hour: "in 47 h", 48 * time.Hour: "in 2 days", 720 * time.Hour: "in 30 days",
		0: "just now", -59 * time.Second: "just now", -time.Minute: "1 min ago", -3 * time.Hour: "3 h ago", -100 * time.Hour: "4 days ago",
	} {
		if got := Away(now.Add(d), now); got != want {
			t.Errorf("%s away: %q, want %q", d, got, want)
		}
	}
}
