package moment

import (
	"testing"
	"time"
)

// A moment is a clock and a distance that promises no more than there is.
func TestFull(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 9, 14, 32, 0, time.UTC)
	tests := []struct {
		away time.Duration
		want string
	}{
		{0, "09:14:32 UTC, now"},
		{-999 * time.Millisecond, "09:14:31 UTC, now"},
		{-time.Second, "09:14:31 UTC, 1 s ago"},
		{59 * time.Second, "09:15:31 UTC, in 59 s"},
		{10*time.Minute - time.Second, "09:24:31 UTC, in 9 min"},
		{-3 * time.Minute, "09:11:32 UTC, 3 min ago"},
		{2 * time.Hour, "11:14:32 UTC, in 2 h"},
		{-25 * time.Hour, "2026-11-22 08:14:32 UTC, 25 h ago"},
		{3 * day, "2026-11-26 09:14:32 UTC, in 3 d"},
	}
	for _, tt := range tests {
		if got := Full(now.Add(tt.away), now); got != tt.want {
			t.Errorf("%v: got %q, want %q", tt.away, got, tt.want)
		}
	}
	if got, want := Full(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), now), "9999-01-01 00:00:00 UTC, in more than 292 years"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := Full(time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), now), "0001-01-01 00:00:00 UTC, more than 292 years ago"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAway(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for d, want := range map[time.Duration]string{
		5 * time.Second: "in 5 s", 59*time.Second + 999*time.Millisecond: "in 59 s", time.Minute: "in 1 min", 119 * time.Minute: "in 119 min",
		2 * time.Hour: "in 2 h", 47 * time.Hour: "in 47 h", 48 * time.Hour: "in 2 d", 720 * time.Hour: "in 30 d",
		0: "now", -59 * time.Second: "59 s ago", -time.Minute: "1 min ago", -3 * time.Hour: "3 h ago", -100 * time.Hour: "4 d ago",
	} {
		if got := Away(now.Add(d), now); got != want {
			t.Errorf("%s away: %q, want %q", d, got, want)
		}
	}
}

// What was a day ago has its date with it.
func TestSeen(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for d, want := range map[time.Duration]string{
		-23 * time.Hour: "04:04:05", 24 * time.Hour: "3 Jan, 03:04:05", -24 * time.Hour: "1 Jan, 03:04:05",
	} {
		if got := Seen(now.Add(d), now); got != want {
			t.Errorf("%s away: %q, want %q", d, got, want)
		}
	}
}

func TestTook(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		1234 * time.Millisecond: "1.23 s", 51234 * time.Microsecond: "51.2 ms", 5123 * time.Microsecond: "5.12 ms",
		840 * time.Microsecond: "840 µs", 8400 * time.Nanosecond: "8.4 µs", 0: "0.0 µs",
	} {
		if got := Took(d); got != want {
			t.Errorf("%s took %q, want %q", d, got, want)
		}
	}
}

// All units of a length are there, short or in words.
func TestUnits(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration][2]string{
		time.Second:                {"1 s", "1 second"},
		16 * time.Minute:           {"16 min", "16 minutes"},
		70 * time.Minute:           {"1 h 10 min", "1 hour 10 minutes"},
		25 * time.Hour:             {"1 d 1 h", "1 day 1 hour"},
		49*time.Hour + time.Second: {"2 d 1 h 1 s", "2 days 1 hour 1 second"},
		time.Millisecond:           {"", "1ms"},
		0:                          {"", "0s"},
	} {
		if whole, words := Whole(d), Words(d); whole != want[0] || words != want[1] {
			t.Errorf("%s is %q, %q; want %q", d, whole, words, want)
		}
	}
}

func TestStopwatch(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		5900 * time.Millisecond: "0:05", 24*time.Minute + 10*time.Second: "24:10", time.Hour + 2*time.Minute + 3*time.Second: "1:02:03",
	} {
		if got := Stopwatch(d); got != want {
			t.Errorf("%s reads %q, want %q", d, got, want)
		}
	}
}
