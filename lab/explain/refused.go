package explain

import (
	"strings"

	"authlab/lab/cookie"
	"authlab/lab/journal"
)

// agents are what tells browsers by their User-Agent; the first that fits counts,
// because Chromium says that it is Safari as well.
var agents = []struct{ product, browser string }{{"Firefox/", "Firefox"}, {"Chrome/", "Chromium"}, {"Safari/", "Safari"}}

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
	browser := agentOf(r.UserAgent())
	for _, row := range found.Browsers {
		if row.Browser == browser && row.Stored[0] == string(cookie.Rejected) {
			return browser + " refuses it: " + row.Why[0]
		}
	}
	return ""
}

func agentOf(userAgent string) string {
	for _, a := range agents {
		if strings.Contains(userAgent, a.product) {
			return a.browser
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
