package cookie

import (
	"strings"
	"time"
)

// ParseDate reads a cookie-date (section 5.1.1): the algorithm looks for a time,
// a day, a month and a year in any order and does not care for the rest. why is
// "" if it is one, else the part that is missing or out of range.
func ParseDate(value string) (t time.Time, why string) {
	var d dateParts
	for _, token := range strings.FieldsFunc(value, dateDelimiter) {
		d.take(token)
	}
	return d.time()
}

// dateParts are the parts of a cookie-date found so far.
type dateParts struct {
	clock, day, month, year             bool
	hour, minute, second, dom, mon, era int
}

// take reads one token as the first part that is still missing and that it can
// be, in the order of section 5.1.1, step 2.
func (d *dateParts) take(token string) {
	if !d.clock {
		if d.hour, d.minute, d.second, d.clock = timeOf(token); d.clock {
			return
		}
	}
	if !d.day {
		if d.dom, d.day = leadingDigits(token, 1, 2); d.day {
			return
		}
	}
	if !d.month {
		if d.mon, d.month = monthOf(token); d.month {
			return
		}
	}
	if !d.year {
		d.era, d.year = leadingDigits(token, 2, 4)
	}
}

// time puts the parts together: steps 3 to 7. Two-digit years up to 69 are of
// this century.
func (d *dateParts) time() (time.Time, string) {
	year := d.era
	switch {
	case year >= 70 && year <= 99:
		year += 1900
	case year <= 69:
		year += 2000
	}
	if why := d.wrong(year); why != "" {
		return time.Time{}, why
	}
	t := time.Date(year, time.Month(d.mon), d.dom, d.hour, d.minute, d.second, 0, time.UTC)
	if t.Day() != d.dom {
		return time.Time{}, "that month has no such day"
	}
	return t, ""
}

func (d *dateParts) wrong(year int) string {
	switch {
	case !d.clock:
		return "it has no time of day (hh:mm:ss)"
	case !d.day:
		return "it has no day of the month"
	case !d.month:
		return "it has no month (Jan to Dec)"
	case !d.year:
		return "it has no year"
	case d.dom < 1 || d.dom > 31:
		return "the day is not from 1 to 31"
	case year < 1601:
		return "the year is before 1601"
	case d.hour > 23 || d.minute > 59 || d.second > 59:
		return "the time of day is out of range"
	default:
		return ""
	}
}

// dateDelimiter reports what separates the tokens of a cookie-date.
func dateDelimiter(r rune) bool {
	return r == '\t' || r >= 0x20 && r <= 0x2f || r >= 0x3b && r <= 0x40 || r >= 0x5b && r <= 0x60 || r >= 0x7b && r <= 0x7e
}

// timeOf reads hh:mm:ss, where each part has one or two digits and anything
// but a digit may follow.
func timeOf(token string) (hour, minute, second int, ok bool) {
	parts := strings.SplitN(token, ":", 3)
	if len(parts) != 3 || strings.Trim(parts[0]+parts[1], "0123456789") != "" {
		return 0, 0, 0, false
	}
	hour, okH := leadingDigits(parts[0], 1, 2)
	minute, okM := leadingDigits(parts[1], 1, 2)
	second, okS := leadingDigits(parts[2], 1, 2)
	return hour, minute, second, okH && okM && okS
}

// leadingDigits reads a number of at least low and at most high digits at the
// start of token, which may go on with anything but a digit.
func leadingDigits(token string, low, high int) (n int, ok bool) {
	i := 0
	for ; i < len(token) && token[i] >= '0' && token[i] <= '9'; i++ {
		if i == high {
			return 0, false
		}
		n = n*10 + int(token[i]-'0')
	}
	return n, i >= low
}

// monthOf reads a month by its first three letters.
func monthOf(token string) (int, bool) {
	if len(token) < 3 {
		return 0, false
	}
	const names = "janfebmaraprmayjunjulaugsepoctnovdec"
	i := strings.Index(names, strings.ToLower(token[:3]))
	return i/3 + 1, i >= 0 && i%3 == 0
}
