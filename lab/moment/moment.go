// Package moment writes times and lengths of time for people. It is the one place
// that does, so that the same length reads the same on every page, in an export and
// in the words of a verdict.
package moment

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// day is where lengths stop being hours, and clocks need a date.
const day = 24 * time.Hour

// Clock writes a moment as a clock in UTC, as the wire's Date does: "14:32:05".
func Clock(t time.Time) string { return t.UTC().Format("15:04:05") }

// Seen is Clock as it is read at now: with its date where that is a day or more away,
// "2 Jan, 15:04:05".
func Seen(t, now time.Time) string {
	if far(t.Sub(now)) {
		return t.UTC().Format("2 Jan, 15:04:05")
	}
	return Clock(t)
}

// Full writes a moment as a clock and a distance: "14:32:05 UTC, in 9 min". One that is
// a day or more away has its date with it, and its year.
func Full(t, now time.Time) string {
	layout := "15:04:05 UTC"
	if far(t.Sub(now)) {
		layout = "2006-01-02 15:04:05 UTC"
	}
	return t.UTC().Format(layout) + ", " + Away(t, now)
}

func far(d time.Duration) bool { return d >= day || d <= -day }

// Away writes how far away a moment is: "in 9 min", "3 min ago", "now". Both
// directions round towards now, so that "in 9 min" never promises more than there is.
func Away(t, now time.Time) string {
	switch d := t.Sub(now); {
	case d <= -time.Second:
		return length(-d) + " ago"
	case d < time.Second:
		return "now"
	default:
		return "in " + length(d)
	}
}

// length writes a length of time in the largest whole unit that says enough: 90
// minutes are not one hour. It is given no negative length but the smallest, which
// has no positive counterpart.
func length(d time.Duration) string {
	switch {
	case d < 0 || d == math.MaxInt64:
		return "more than 292 years"
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < 2*day:
		return fmt.Sprintf("%d h", d/time.Hour)
	default:
		return fmt.Sprintf("%d d", d/day)
	}
}

// Took writes how long something took, to three digits: "51.2 ms", "840 µs".
func Took(d time.Duration) string {
	switch {
	case d >= time.Second:
		return strconv.FormatFloat(d.Seconds(), 'f', 2, 64) + " s"
	case d >= 10*time.Millisecond:
		return strconv.FormatFloat(float64(d)/1e6, 'f', 1, 64) + " ms"
	case d >= time.Millisecond:
		return strconv.FormatFloat(float64(d)/1e6, 'f', 2, 64) + " ms"
	case d >= 10*time.Microsecond:
		return strconv.FormatFloat(float64(d)/1e3, 'f', 0, 64) + " µs"
	default:
		return strconv.FormatFloat(float64(d)/1e3, 'f', 1, 64) + " µs"
	}
}

// Whole writes a length of whole seconds with all of its units: "1 h 10 min".
func Whole(d time.Duration) string {
	return units(d, func(n int64, i int) string { return fmt.Sprintf("%d %s", n, []string{"d", "h", "min", "s"}[i]) })
}

// Words is Whole for a sentence: "1 hour 10 minutes". A length that is no whole second
// reads as Go writes it.
func Words(d time.Duration) string {
	in := units(d, func(n int64, i int) string {
		unit := []string{"day", "hour", "minute", "second"}[i]
		if n == 1 {
			return "1 " + unit
		}
		return fmt.Sprintf("%d %ss", n, unit)
	})
	if in == "" {
		return d.String()
	}
	return in
}

func units(d time.Duration, write func(n int64, unit int) string) string {
	var parts []string
	for i, size := range []time.Duration{day, time.Hour, time.Minute, time.Second} {
		if n := d / size; n > 0 {
			parts = append(parts, write(int64(n), i))
			d -= n * size
		}
	}
	return strings.Join(parts, " ")
}

// Stopwatch writes a length as a clock that was started with it, in whole seconds,
// rounded down: "0:05", "24:10", "1:02:03".
func Stopwatch(d time.Duration) string {
	s := int(d / time.Second)
	if s < 3600 {
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}
