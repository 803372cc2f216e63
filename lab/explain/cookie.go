package explain

import (
	"strings"
	"time"

	"authlab/lab/cookie"
	"authlab/lab/explain/gloss"
	"authlab/lab/explain/head"
	"authlab/lab/journal"
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

// refused says why the browser that a request's User-Agent names refuses the
// cookie that the response set, or "". Of a client that names none of them nothing
// is known, and the cookie counts as kept: a request that brings it back will tell.
func refused(x *journal.Exchange, set CookieView) string {
	if !doubtful(set) {
		return "" // nothing in it makes a browser look twice, and looking takes time
	}
	r, err := received(x)
	if err != nil {
		return ""
	}
	found, err := cookie.Inspect(cookie.Input{
		URL: x.Scheme + "://" + r.Host + r.URL.Path, SetCookies: []string{set.Field}, Now: x.Started,
	})
	if err != nil {
		return ""
	}
	browser := head.Browser(r.UserAgent())
	for _, row := range found.Browsers {
		if row.Browser == browser && row.Stored[0] == string(cookie.Rejected) {
			return browser + " refuses it: " + row.Why[0]
		}
	}
	return ""
}

// doubtful reports whether a cookie has what browsers refuse cookies for.
func doubtful(c CookieView) bool {
	for _, a := range c.Attributes {
		if strings.EqualFold(a.Name, "Secure") || strings.EqualFold(a.Name, "SameSite") && strings.EqualFold(a.Value, "None") {
			return true
		}
	}
	return strings.HasPrefix(c.Name, "__")
}
