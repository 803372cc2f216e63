package explain

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Limits of 6265bis, section 5.6: octets of a cookie's name and value together,
// and of one attribute's value.
const (
	maxNameAndValue   = 4096
	maxAttributeValue = 1024
)

// ParseSetCookie takes apart the value of a Set-Cookie field as a browser does
// (6265bis, section 5.6), which is more tolerant than the grammar that servers
// must keep to. Attributes that browsers do not know are kept, with an empty
// Gloss. now is the browser's time, against which Expires is judged.
func ParseSetCookie(field string, now time.Time) CookieView {
	if i := strings.IndexFunc(field, refusedControl); i >= 0 {
		return CookieView{Ignored: fmt.Sprintf("it contains the control character %#02x", field[i])}
	}
	pair, rest, more := strings.Cut(field, ";")
	v := CookieView{}
	v.Name, v.Value = cookiePair(pair)
	for more {
		var attribute string
		attribute, rest, more = strings.Cut(rest, ";")
		name, value, _ := strings.Cut(attribute, "=")
		name, value = trimWhite(name), trimWhite(value)
		if name == "" && value == "" {
			continue
		}
		gloss, _ := AttributeGloss(name, value)
		v.Attributes = append(v.Attributes, Attribute{Name: name, Value: value, Gloss: gloss})
	}
	switch {
	case v.Name == "" && v.Value == "":
		v.Ignored = "it has neither a name nor a value"
	case len(v.Name)+len(v.Value) > maxNameAndValue:
		v.Ignored = fmt.Sprintf("its name and value are %d octets, more than %d", len(v.Name)+len(v.Value), maxNameAndValue)
	}
	v.Expires = expiry(v.Attributes, now)
	v.Deletes = v.Ignored == "" && !v.Expires.IsZero() && !v.Expires.After(now)
	return v
}

// cookiePair splits name=value. Without "=" the whole is the value and the name
// is empty (6265bis, section 5.6, step 3).
func cookiePair(pair string) (name, value string) {
	name, value, found := strings.Cut(pair, "=")
	if !found {
		name, value = "", pair
	}
	return trimWhite(name), trimWhite(value)
}

// expiry is when a browser drops a cookie with these attributes. Max-Age wins
// over Expires, the last of a name over earlier ones (6265bis, section 5.7),
// and what cannot be read counts as absent (sections 5.6.1 and 5.6.2).
func expiry(attributes []Attribute, now time.Time) time.Time {
	var expires, maxAge time.Time
	for _, a := range attributes {
		if len(a.Value) > maxAttributeValue {
			continue
		}
		switch strings.ToLower(a.Name) {
		case "expires":
			if t, ok := cookieDate(a.Value); ok {
				expires = t
			}
		case "max-age":
			if d, ok := maxAgeOf(a.Value); ok {
				maxAge = now.Add(d)
			}
		}
	}
	if !maxAge.IsZero() {
		return maxAge
	}
	return expires
}

// maxAgeOf reads a Max-Age in seconds. Anything but digits after an optional
// minus is no Max-Age (6265bis, section 5.6.2), and browsers keep no cookie for
// longer than 400 days (section 5.5).
func maxAgeOf(value string) (time.Duration, bool) {
	digits := strings.TrimPrefix(value, "-")
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	if digits != value {
		return 0, true
	}
	const limit = 400 * 24 * 60 * 60
	seconds, err := strconv.Atoi(digits)
	if err != nil || seconds > limit {
		seconds = limit
	}
	return time.Duration(seconds) * time.Second, true
}

// refusedControl reports the control characters for which a browser ignores
// the whole field; the tab is allowed (6265bis, section 5.6, step 1).
func refusedControl(r rune) bool {
	return r < 0x20 && r != '\t' || r == 0x7f
}

// trimWhite removes what RFC 6265 calls WSP from both ends.
func trimWhite(s string) string { return strings.Trim(s, " \t") }
