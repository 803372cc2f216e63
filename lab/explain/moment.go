package explain

import (
	"fmt"
	"math"
	"time"
)

// day is where distances stop being hours and clocks need a date.
const day = 24 * time.Hour

// clockAndDistance writes a moment as a clock and a distance:
// "14:32:05 UTC, in 9 min". A moment a day or more away carries its date.
func clockAndDistance(t, now time.Time) string {
	d := t.Sub(now)
	layout := "15:04:05 UTC"
	if d >= day || d <= -day {
		layout = "2006-01-02 15:04:05 UTC"
	}
	return t.UTC().Format(layout) + ", " + distance(d)
}

// distance writes how far away a moment is: "in 9 min", "3 min ago", "now".
// Both directions round towards now, so that "in 9 min" never promises more
// than there is.
func distance(d time.Duration) string {
	switch {
	case d <= -time.Second:
		return span(-d) + " ago"
	case d < time.Second:
		return "now"
	}
	return "in " + span(d)
}

// span writes a length of time in its largest whole unit. It is given no
// negative length but the smallest, which has no positive counterpart.
func span(d time.Duration) string {
	switch {
	case d < 0 || d == math.MaxInt64:
		return "more than 292 years"
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < 2*day:
		return fmt.Sprintf("%d h", d/time.Hour)
	}
	return fmt.Sprintf("%d d", d/day)
}

// numericDate reads a NumericDate (RFC 7519, section 2) as a moment. It reports
// false for what no clock shows: a date before year 1 or after year 9999.
func numericDate(seconds float64) (time.Time, bool) {
	const earliest, latest = -62135596800, 253402300799
	if math.IsNaN(seconds) || seconds < earliest || seconds > latest {
		return time.Time{}, false
	}
	return time.Unix(int64(seconds), 0), true
}
