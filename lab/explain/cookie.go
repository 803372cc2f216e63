package explain

import (
	"time"

	"authlab/lab/cookie"
	"authlab/lab/explain/gloss"
)

// ParseSetCookie takes apart the value of a Set-Cookie field as a browser does
// (6265bis, section 5.6), which is more tolerant than the grammar that servers
// must keep to. Attributes that browsers do not know are kept, with an empty
// Gloss. now is the browser's time, against which Expires is judged.
func ParseSetCookie(field string, now time.Time) CookieView {
	p := cookie.Parse(field, now)
	v := CookieView{Name: p.Name, Value: p.Value, Field: field, Ignored: p.Refused}
	for _, a := range p.Attributes {
		means, _ := gloss.Attribute(a.Name, a.Value)
		v.Attributes = append(v.Attributes, Attribute{Name: a.Name, Value: a.Value, Gloss: means})
	}
	if v.Ignored == "" && v.Name == "" && v.Value == "" {
		v.Ignored = "it has neither a name nor a value" // 6265bis, section 5.7, step 2
	}
	v.Expires = expiry(p, now)
	v.Deletes = v.Ignored == "" && !v.Expires.IsZero() && !v.Expires.After(now)
	return v
}

// expiry is when a browser drops the cookie. A Max-Age of zero or less means the
// earliest moment that there is, which people are shown as now.
func expiry(p cookie.Parsed, now time.Time) time.Time {
	at, by := p.Expiry()
	if by == "Max-Age" && at.Before(now) {
		return now
	}
	return at
}
